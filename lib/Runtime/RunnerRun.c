/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Runs of an executable: files in, files out, in slices of the model's batch; and timing. */
#include "RunnerOutput.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* How many times the model's shape stands in the array's first dimension. */
static int64_t count_slices(const qcp_tensor *model, const npy_array *array, const char *path) {
  const char *found = npy_type_name(array->dtype);
  if (array->dtype != model->dtype)
    runner_fail("input '%s' takes %s, '%s' holds %s", model->name, npy_type_name(model->dtype), path, found);
  int same = array->rank == model->rank;
  for (int32_t i = 1; same && i < model->rank; ++i)
    same = array->dims[i] == model->dims[i];
  if (same && (model->rank == 0 || array->dims[0] == model->dims[0]))
    return 1;
  if (same && model->dims[0] > 0 && array->dims[0] % model->dims[0] == 0)
    return array->dims[0] / model->dims[0];
  runner_fail("input '%s' has the shape %s, or a multiple of its first dimension; '%s' has %s", model->name,
              npy_shape(model->rank, model->dims), path, npy_shape(array->rank, array->dims));
}

/* Reads all inputs; returns the number of slices, the same for all. */
static int64_t read_inputs(const runner_options *options, npy_array *arrays) {
  int64_t slices = 1;
  for (int32_t i = 0; i < qcr_program.num_inputs; ++i) {
    const qcp_tensor *tensor = &qcr_program.inputs[i];
    if (!options->inputs[i])
      runner_fail("input '%s' is missing: --input '%s=FILE.npy'", tensor->name, tensor->name);
    arrays[i] = npy_read(options->inputs[i]);
    int64_t count = count_slices(tensor, &arrays[i], options->inputs[i]);
    if (i > 0 && count != slices)
      runner_fail("input '%s' has %lld samples, input '%s' has %lld", tensor->name, (long long)count,
                  qcr_program.inputs[0].name, (long long)slices);
    slices = count;
  }
  return slices;
}

/* Room for `slices` results; a scalar output becomes a vector where there are several. */
static npy_array make_output(const qcp_tensor *tensor, int64_t slices) {
  npy_array array = {.dtype = tensor->dtype, .rank = tensor->rank};
  if (tensor->rank > NPY_MAX_RANK)
    runner_fail("output '%s' has %d dimensions; a .npy file has at most %d", tensor->name, (int)tensor->rank,
                NPY_MAX_RANK);
  for (int32_t i = 0; i < tensor->rank; ++i)
    array.dims[i] = tensor->dims[i];
  if (tensor->rank == 0 && slices != 1) {
    array.rank = 1;
    array.dims[0] = 1;
  }
  array.dims[0] *= slices;
  if (__builtin_mul_overflow(qcr_tensor_bytes(tensor), slices, &array.bytes))
    runner_fail("output '%s' is too large", tensor->name);
  array.data = runner_alloc(array.bytes);
  return array;
}

static void *make_workspace(const qc_model *model) {
  size_t bytes = 0;
  qc_api_workspace(model, NULL, &bytes);
  return runner_alloc((int64_t)bytes);
}

/* Points the tensors at slice number `slice` of the arrays. */
static void point(qc_tensor *tensors, const qcp_tensor *specs, const npy_array *arrays, int32_t count, int64_t slice) {
  for (int32_t i = 0; i < count; ++i) {
    int64_t bytes = qcr_tensor_bytes(&specs[i]);
    tensors[i] = (qc_tensor){sizeof(qc_tensor), arrays[i].data + slice * bytes, (size_t)bytes, specs[i].dtype, 0, NULL};
  }
}

static void run_once(const qc_model *model, const npy_array *in, const npy_array *out, int64_t slice, void *workspace) {
  const qcp_program *p = &qcr_program;
  qc_tensor inputs[p->num_inputs + 1], outputs[p->num_outputs + 1];
  point(inputs, p->inputs, in, p->num_inputs, slice);
  point(outputs, p->outputs, out, p->num_outputs, slice);
  qc_status status = qc_api_run(model, inputs, outputs, workspace);
  if (status != QC_OK)
    runner_fail("the run failed: %s", qc_api_status_string(status));
}

void runner_run(qc_model *model, const runner_options *options) {
  const qcp_program *p = &qcr_program;
  int wanted = 0;
  for (int32_t i = 0; i < p->num_outputs; ++i)
    wanted |= options->outputs[i] != NULL;
  if (!wanted)
    runner_fail("no --output is given; --help lists the outputs");
  npy_array *in = runner_alloc((int64_t)sizeof(*in) * p->num_inputs);
  npy_array *out = runner_alloc((int64_t)sizeof(*out) * p->num_outputs);
  runner_output *outputs = runner_check_outputs(options);
  int64_t slices = read_inputs(options, in);
  for (int32_t i = 0; i < p->num_outputs; ++i)
    out[i] = make_output(&p->outputs[i], slices);
  void *workspace = make_workspace(model);
  for (int64_t slice = 0; slice < slices; ++slice)
    run_once(model, in, out, slice, workspace);
  npy_write_all(p->num_outputs, outputs, out);
}

/* An input of fixed pseudo-random codes, or floats in [-1, 1], for timing without data. */
static npy_array make_input(const qcp_tensor *tensor) {
  npy_array array = make_output(tensor, 1);
  uint32_t state = 1;
  for (int64_t i = 0; i < array.bytes; ++i) {
    state = state * 1664525u + 1013904223u;
    if (tensor->dtype == QC_F32 && i % 4 == 0)
      ((float *)array.data)[i / 4] = (float)(int32_t)state * 0x1p-31f;
    else if (tensor->dtype != QC_F32)
      array.data[i] = (char)(state >> 24 & (tensor->dtype == QC_BOOL ? 1 : 255));
  }
  return array;
}

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static int compare_doubles(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void print_tiles(const qc_model *model) {
  int64_t all = 0;
  for (int32_t t = 0; t < model->threads; ++t)
    all += model->tiles[t];
  printf("tiles %lld:", (long long)all);
  for (int32_t t = 0; t < model->threads; ++t)
    printf("%s thread %d %.1f %%", t ? "," : "", (int)t, all ? 100.0 * (double)model->tiles[t] / (double)all : 0.0);
  printf("\n");
}

void runner_bench(qc_model *model, const runner_options *options) {
  const qcp_program *p = &qcr_program;
  npy_array *in = runner_alloc((int64_t)sizeof(*in) * p->num_inputs);
  npy_array *out = runner_alloc((int64_t)sizeof(*out) * p->num_outputs);
  for (int32_t i = 0; i < p->num_inputs; ++i) {
    in[i] = options->inputs[i] ? npy_read(options->inputs[i]) : make_input(&p->inputs[i]);
    if (options->inputs[i] && count_slices(&p->inputs[i], &in[i], options->inputs[i]) < 1)
      runner_fail("'%s' holds no sample", options->inputs[i]);
  }
  for (int32_t i = 0; i < p->num_outputs; ++i)
    out[i] = make_output(&p->outputs[i], 1);
  void *workspace = make_workspace(model);
  double *times = runner_alloc(8 * options->bench);
  run_once(model, in, out, 0, workspace);
  for (int64_t i = 0; i < options->bench; ++i) {
    double start = now_ms();
    run_once(model, in, out, 0, workspace);
    times[i] = now_ms() - start;
  }
  qsort(times, (size_t)options->bench, sizeof(double), compare_doubles);
  int64_t half = options->bench / 2;
  double median = options->bench % 2 ? times[half] : (times[half - 1] + times[half]) / 2;
  printf("runs %lld, threads %d, level %s\n", (long long)options->bench, (int)model->threads, model->level->name);
  printf("median %.4f ms, min %.4f ms\n", median, times[0]);
  print_tiles(model);
}
