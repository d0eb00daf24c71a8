/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Runs of an executable that keeps state: a file is a sequence, its first dimension is steps. */
#include "RunnerOutput.h"
#include <stdlib.h>
#include <string.h>

/* A sequence of an input, and what is fed behind it. */
typedef struct input_steps {
  npy_array array; /* rank 1 + that of the input */
  int64_t steps;   /* 0: no file */
  int64_t bytes;   /* of a step */
  const int64_t *dims;
} input_steps;

typedef struct run_steps {
  input_steps *inputs;
  npy_array *written; /* of wanted outputs: all steps */
  char **last;        /* what each output was in the last run */
  char **stale;       /* what it was before, where it moved: a run may still read it */
  int64_t *capacity;  /* bytes at `last` */
  int64_t *dims, *out_dims, *last_dims;
  int64_t count;
} run_steps;

/* An array of one dimension holds steps of one element each, where the input takes that; one of the input's own shape
 * is one step. */
static int fits(const qcp_tensor *tensor, npy_array *array) {
  int flat = array->rank == 1 && tensor->rank < NPY_MAX_RANK;
  for (int32_t d = 0; d < tensor->rank; ++d)
    flat &= tensor->dims[d] < 0 || tensor->dims[d] == 1;
  if (flat)
    while (array->rank < tensor->rank + 1)
      array->dims[array->rank++] = 1;
  else if (array->rank == tensor->rank && array->rank < NPY_MAX_RANK) {
    memmove(array->dims + 1, array->dims, 8 * (size_t)array->rank++);
    array->dims[0] = 1;
  }
  int same = array->rank == tensor->rank + 1 && array->dims[0] > 0;
  for (int32_t d = 0; same && d < tensor->rank; ++d)
    same = tensor->dims[d] < 0 || tensor->dims[d] == array->dims[d + 1];
  return same;
}

static input_steps read_steps(const qcp_tensor *tensor, const char *path) {
  input_steps input = {.array = npy_read(path)};
  if (input.array.dtype != tensor->dtype)
    runner_fail("input '%s' takes %s, '%s' holds %s", tensor->name, npy_type_name(tensor->dtype), path,
                npy_type_name(input.array.dtype));
  int64_t dims[NPY_MAX_RANK];
  int32_t rank = input.array.rank;
  memcpy(dims, input.array.dims, sizeof(dims));
  if (!fits(tensor, &input.array))
    runner_fail("input '%s' takes steps of the shape %s, at least one; '%s' has %s", tensor->name,
                npy_shape(tensor->rank, tensor->dims, tensor->symbols), path, npy_shape(rank, dims, NULL));
  input.steps = input.array.dims[0];
  input.bytes = input.array.bytes / input.steps;
  return input;
}

npy_array runner_first_step(const qcp_tensor *tensor, const char *path) {
  input_steps input = read_steps(tensor, path);
  memmove(input.array.dims, input.array.dims + 1, 8 * (size_t)--input.array.rank);
  input.array.bytes = input.bytes;
  return input.array;
}

/* Reads all files, and decides how many runs there are. */
static void read_inputs(const runner_options *o, run_steps *r) {
  const qcp_program *p = &qcr_program;
  for (int32_t i = 0; i < p->num_inputs; ++i) {
    if (!o->inputs[i])
      runner_fail("input '%s' is missing: --steps '%s=FILE.npy'", p->inputs[i].name, p->inputs[i].name);
    r->inputs[i] = read_steps(&p->inputs[i], o->inputs[i]);
    r->inputs[i].dims = r->inputs[i].array.dims + 1;
    if (r->inputs[i].steps > r->count)
      r->count = r->inputs[i].steps;
  }
  if (o->count)
    r->count = o->count;
  if (r->count == 0)
    r->count = 1; /* nothing is fed */
  /* What one step says counts for all. */
  for (int32_t i = 0; i < p->num_inputs; ++i)
    if (r->inputs[i].steps < r->count && r->inputs[i].steps != 1 && !o->feeds[i])
      runner_fail("input '%s' has %lld steps of %lld; --feed '%s=OUTPUT' says what it is behind them",
                  p->inputs[i].name, (long long)r->inputs[i].steps, (long long)r->count, p->inputs[i].name);
}

/* Extents of output `i` in the last run. */
static const int64_t *dims_of(const int64_t *all, int32_t output) {
  return all + qcr_count_dims(qcr_program.outputs, output);
}

/* The tensors of step `step`: of the file, of an output, or the only one that the file has. */
static void point_inputs(const runner_options *o, run_steps *r, int64_t step, qc_tensor *tensors) {
  const qcp_program *p = &qcr_program;
  int64_t *dims = r->dims;
  for (int32_t i = 0; i < p->num_inputs; dims += p->inputs[i++].rank) {
    const qcp_tensor *tensor = &p->inputs[i];
    const input_steps *input = &r->inputs[i];
    int32_t fed = o->feeds[i] && step >= input->steps ? o->feeds[i] - 1 : -1;
    memcpy(dims, fed < 0 ? input->dims : dims_of(r->last_dims, fed), 8 * (size_t)tensor->rank);
    char *data = fed < 0 ? input->array.data + (step < input->steps ? step : 0) * input->bytes : r->last[fed];
    size_t bytes = (size_t)qcr_tensor_bytes(tensor, dims);
    tensors[i] = (qc_tensor){sizeof(qc_tensor), data, bytes, tensor->dtype, tensor->rank, dims, NULL};
  }
}

/* Room for what the outputs are in this step. What is fed is read while they are written: a run allows that. */
static void point_outputs(const runner_options *o, run_steps *r, int64_t step, qc_tensor *tensors) {
  const qcp_program *p = &qcr_program;
  const int64_t *dims = r->out_dims;
  for (int32_t i = 0; i < p->num_outputs; dims += p->outputs[i++].rank) {
    const qcp_tensor *tensor = &p->outputs[i];
    int64_t bytes = qcr_tensor_bytes(tensor, dims);
    if (bytes > r->capacity[i]) {
      r->capacity[i] = bytes > 2 * r->capacity[i] ? bytes : 2 * r->capacity[i];
      r->stale[i] = r->last[i];
      r->last[i] = runner_alloc(r->capacity[i]);
    }
    if (step > 0 && o->outputs[i] && memcmp(dims, dims_of(r->last_dims, i), 8 * (size_t)tensor->rank) != 0)
      runner_fail("output '%s' has the shape %s in step %lld and %s before; one file takes steps of one shape",
                  tensor->name, npy_shape(tensor->rank, dims, NULL), (long long)step,
                  npy_shape(tensor->rank, dims_of(r->last_dims, i), NULL));
    tensors[i] = (qc_tensor){sizeof(qc_tensor), r->last[i], (size_t)bytes, tensor->dtype, tensor->rank, dims, NULL};
  }
}

/* Room for all steps of a wanted output, whose extents are those of the first one. */
static npy_array make_written(const qcp_tensor *tensor, const int64_t *dims, int64_t count) {
  npy_array array = {.dtype = tensor->dtype, .rank = tensor->rank + 1, .dims = {count}};
  if (tensor->rank + 1 > NPY_MAX_RANK)
    runner_fail("output '%s' has %d dimensions; a .npy file of steps has at most %d", tensor->name, (int)tensor->rank,
                NPY_MAX_RANK - 1);
  memcpy(array.dims + 1, dims, 8 * (size_t)tensor->rank);
  int64_t bytes = qcr_tensor_bytes(tensor, dims);
  if (__builtin_mul_overflow(bytes, count, &array.bytes))
    runner_fail("output '%s' is too large", tensor->name);
  array.data = runner_alloc(array.bytes);
  return array;
}

static void keep_outputs(const runner_options *o, run_steps *r, int64_t step, const qc_tensor *tensors) {
  const qcp_program *p = &qcr_program;
  for (int32_t i = 0; i < p->num_outputs; ++i) {
    free(r->stale[i]);
    r->stale[i] = NULL;
    if (!o->outputs[i])
      continue;
    if (step == 0)
      r->written[i] = make_written(&p->outputs[i], tensors[i].dims, r->count);
    memcpy(r->written[i].data + step * (int64_t)tensors[i].bytes, tensors[i].data, tensors[i].bytes);
  }
  memcpy(r->last_dims, r->out_dims, 8 * (size_t)qcr_count_dims(p->outputs, p->num_outputs));
}

static void run_step(const qc_model *model, const runner_options *o, run_steps *r, int64_t step) {
  const qcp_program *p = &qcr_program;
  qc_tensor inputs[p->num_inputs + 1], outputs[p->num_outputs + 1];
  char message[1024];
  point_inputs(o, r, step, inputs);
  qc_status status = qc_api_output_dims(model, r->dims, r->out_dims, message, sizeof(message));
  if (status != QC_OK)
    runner_fail("step %lld: %s", (long long)step, *message ? message : qc_api_status_string(status));
  point_outputs(o, r, step, outputs);
  status = qc_api_run(model, inputs, outputs, NULL);
  if (status != QC_OK)
    runner_fail("step %lld failed: %s", (long long)step, qc_api_status_string(status));
  keep_outputs(o, r, step, outputs);
}

void runner_run_steps(qc_model *model, const runner_options *o) {
  const qcp_program *p = &qcr_program;
  int wanted = 0;
  for (int32_t i = 0; i < p->num_outputs; ++i)
    wanted |= o->outputs[i] != NULL;
  if (!wanted)
    runner_fail("no --output is given; --help lists the outputs");
  runner_output *outputs = runner_check_outputs(o);
  int64_t out_words = 8 * qcr_count_dims(p->outputs, p->num_outputs);
  run_steps r = {.inputs = runner_alloc((int64_t)sizeof(input_steps) * p->num_inputs),
                 .written = runner_alloc((int64_t)sizeof(npy_array) * p->num_outputs),
                 .last = runner_alloc(8 * (int64_t)p->num_outputs),
                 .stale = runner_alloc(8 * (int64_t)p->num_outputs),
                 .capacity = runner_alloc(8 * (int64_t)p->num_outputs),
                 .dims = runner_alloc(8 * qcr_count_dims(p->inputs, p->num_inputs)),
                 .out_dims = runner_alloc(out_words),
                 .last_dims = runner_alloc(out_words)};
  read_inputs(o, &r);
  for (int64_t step = 0; step < r.count; ++step)
    run_step(model, o, &r, step);
  npy_write_all(p->num_outputs, outputs, r.written);
}
