/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Runs of an executable: files in, files out, in slices of the model's batch; and timing. */
#include "RunnerOutput.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Files of a run: arrays, and the extents of all inputs of one slice. */
typedef struct runner_data {
  npy_array *in, *out;
  int64_t *dims;     /* of all inputs in a slice */
  int64_t *out_dims; /* of all outputs */
  int64_t slices;    /* how many runs */
  int64_t rows;      /* of a slice of a model that is fed rows; 0 for others */
} runner_data;

_Noreturn static void fail_shape(const qcp_tensor *model, const npy_array *array, const char *path) {
  int slices = !qcr_is_symbolic(&qcr_program) && model->rank > 0;
  runner_fail("input '%s' has the shape %s%s; '%s' has %s", model->name,
              npy_shape(model->rank, model->dims, model->symbols),
              slices ? ", or a multiple of its first dimension" : "", path, npy_shape(array->rank, array->dims, NULL));
}

/* How many slices the array holds; 1 where sizes are symbolic and no rows are fed. */
static int64_t count_slices(const qcp_tensor *model, const npy_array *array, const char *path) {
  const char *found = npy_type_name(array->dtype);
  if (array->dtype != model->dtype)
    runner_fail("input '%s' takes %s, '%s' holds %s", model->name, npy_type_name(model->dtype), path, found);
  int same = array->rank == model->rank;
  for (int32_t i = 1; same && i < model->rank; ++i)
    same = model->dims[i] < 0 || array->dims[i] == model->dims[i];
  if (same && (model->rank == 0 || model->dims[0] < 0 || array->dims[0] == model->dims[0]))
    return 1;
  if (same && !qcr_is_symbolic(&qcr_program) && model->dims[0] > 0 && array->dims[0] % model->dims[0] == 0)
    return array->dims[0] / model->dims[0];
  fail_shape(model, array, path);
}

/* Reads all inputs; sets the number of slices, the same for all. */
static void read_inputs(const runner_options *options, runner_data *data) {
  int64_t rows = 0;
  data->slices = 1;
  for (int32_t i = 0; i < qcr_program.num_inputs; ++i) {
    const qcp_tensor *tensor = &qcr_program.inputs[i];
    if (!options->inputs[i])
      runner_fail("input '%s' is missing: --input '%s=FILE.npy'", tensor->name, tensor->name);
    data->in[i] = npy_read(options->inputs[i]);
    int64_t count = count_slices(tensor, &data->in[i], options->inputs[i]);
    int64_t own = qcr_program.feeds_rows ? data->in[i].dims[0] : count;
    if (i > 0 && own != rows)
      runner_fail("input '%s' has %lld samples, input '%s' has %lld", tensor->name, (long long)own,
                  qcr_program.inputs[0].name, (long long)rows);
    rows = own;
    data->slices = count;
  }
  if (!qcr_program.feeds_rows)
    return;
  data->rows = options->batch ? options->batch : 1;
  if (data->rows > rows)
    data->rows = rows;
  data->slices = data->rows ? (rows + data->rows - 1) / data->rows : 1;
}

/* Sets the extents of all inputs of a slice of `rows` rows, and of the outputs that follow. */
static void set_dims(const qc_model *model, runner_data *data, int64_t rows) {
  const qcp_program *p = &qcr_program;
  int64_t *next = data->dims;
  for (int32_t i = 0; i < p->num_inputs; ++i)
    for (int32_t d = 0; d < p->inputs[i].rank; ++d)
      *next++ = p->inputs[i].dims[d] >= 0 ? p->inputs[i].dims[d] : d == 0 && data->rows ? rows : data->in[i].dims[d];
  char message[1024];
  qc_status status = qc_api_output_dims(model, data->dims, data->out_dims, message, sizeof(message));
  if (status != QC_OK)
    runner_fail("%s", *message ? message : qc_api_status_string(status));
}

/* Room for all results: of all slices, which are stacked on the first dimension. A scalar output becomes a vector where
 * there are several. */
static npy_array make_output(const qcp_tensor *tensor, const int64_t *dims, int64_t slices, int64_t rows) {
  npy_array array = {.dtype = tensor->dtype, .rank = tensor->rank};
  if (tensor->rank > NPY_MAX_RANK)
    runner_fail("output '%s' has %d dimensions; a .npy file has at most %d", tensor->name, (int)tensor->rank,
                NPY_MAX_RANK);
  for (int32_t i = 0; i < tensor->rank; ++i)
    array.dims[i] = dims[i];
  if (tensor->rank == 0 && slices != 1) {
    array.rank = 1;
    array.dims[0] = 1;
  }
  if (rows)
    array.dims[0] = rows;
  else
    array.dims[0] *= slices;
  qcp_tensor whole = *tensor;
  whole.rank = array.rank;
  array.bytes = qcr_tensor_bytes(&whole, array.dims);
  if (array.bytes == INT64_MAX)
    runner_fail("output '%s' is too large", tensor->name);
  array.data = runner_alloc(array.bytes);
  return array;
}

/* Null where the handle has room of its own. */
static void *make_workspace(const qc_model *model, const int64_t *dims) {
  if (model->state)
    return NULL;
  size_t bytes = 0;
  qc_status status = qc_api_workspace(model, dims, &bytes);
  if (status != QC_OK)
    runner_fail("%s", qc_api_status_string(status));
  return runner_alloc((int64_t)bytes);
}

/* Points the tensors into the arrays, `first` slices of rows (or of the model's whole shape) from their begin. */
static void point(qc_tensor *tensors, const qcp_tensor *specs, const npy_array *arrays, const int64_t *dims,
                  int32_t count, const runner_data *data, int64_t slice) {
  for (int32_t i = 0; i < count; dims += specs[i++].rank) {
    int64_t bytes = qcr_tensor_bytes(&specs[i], dims), offset = slice * bytes;
    if (data->rows) { /* the last slice may be shorter than those before it */
      int64_t whole = specs[i].rank && arrays[i].dims[0] ? arrays[i].bytes / arrays[i].dims[0] : 0;
      offset = slice * data->rows * whole;
    }
    tensors[i] = (qc_tensor){
        sizeof(qc_tensor), arrays[i].data + offset, (size_t)bytes, specs[i].dtype, specs[i].rank, dims, NULL};
  }
}

/* Of a model with state: the extents of the outputs of the next run, and room for them. State that is full begins
 * again: a bench measures all fillings of it. */
static void settle(qc_model *model, runner_data *data) {
  const qcp_program *p = &qcr_program;
  char message[1024];
  if (!model->state)
    return;
  qc_status status = qc_api_output_dims(model, data->dims, data->out_dims, message, sizeof(message));
  if (status == QC_STATE_FULL && qc_api_reset(model) == QC_OK)
    status = qc_api_output_dims(model, data->dims, data->out_dims, message, sizeof(message));
  if (status != QC_OK)
    runner_fail("%s", *message ? message : qc_api_status_string(status));
  const int64_t *dims = data->out_dims;
  for (int32_t i = 0; i < p->num_outputs; dims += p->outputs[i++].rank) {
    int64_t bytes = qcr_tensor_bytes(&p->outputs[i], dims);
    if (bytes <= data->out[i].bytes)
      continue;
    free(data->out[i].data);
    data->out[i].bytes = 2 * bytes;
    data->out[i].data = runner_alloc(data->out[i].bytes);
  }
}

static void run_once(qc_model *model, const runner_data *data, int64_t slice, void *workspace) {
  const qcp_program *p = &qcr_program;
  qc_tensor inputs[p->num_inputs + 1], outputs[p->num_outputs + 1];
  point(inputs, p->inputs, data->in, data->dims, p->num_inputs, data, slice);
  point(outputs, p->outputs, data->out, data->out_dims, p->num_outputs, data, slice);
  qc_status status = qc_api_run(model, inputs, outputs, workspace);
  if (status != QC_OK)
    runner_fail("the run failed: %s", qc_api_status_string(status));
}

static runner_data make_data(void) {
  const qcp_program *p = &qcr_program;
  return (runner_data){runner_alloc((int64_t)sizeof(npy_array) * p->num_inputs),
                       runner_alloc((int64_t)sizeof(npy_array) * p->num_outputs),
                       runner_alloc(8 * qcr_count_dims(p->inputs, p->num_inputs)),
                       runner_alloc(8 * qcr_count_dims(p->outputs, p->num_outputs)),
                       1,
                       0};
}

static void make_outputs(runner_data *data, int64_t rows) {
  const qcp_program *p = &qcr_program;
  const int64_t *dims = data->out_dims;
  for (int32_t i = 0; i < p->num_outputs; dims += p->outputs[i++].rank)
    data->out[i] = make_output(&p->outputs[i], dims, data->slices, rows);
}

void runner_run(qc_model *model, const runner_options *options) {
  const qcp_program *p = &qcr_program;
  int wanted = 0;
  for (int32_t i = 0; i < p->num_outputs; ++i)
    wanted |= options->outputs[i] != NULL;
  if (!wanted)
    runner_fail("no --output is given; --help lists the outputs");
  runner_data data = make_data();
  runner_output *outputs = runner_check_outputs(options);
  read_inputs(options, &data);
  int64_t rows = data.rows ? data.in[0].dims[0] : 0;
  set_dims(model, &data, data.rows);
  make_outputs(&data, rows);
  void *workspace = make_workspace(model, data.dims);
  for (int64_t slice = 0; slice < data.slices; ++slice) {
    int64_t rest = rows - slice * data.rows;
    if (data.rows && rest < data.rows) {
      set_dims(model, &data, rest);
      free(workspace);
      workspace = make_workspace(model, data.dims);
    }
    run_once(model, &data, slice, workspace);
  }
  npy_write_all(p->num_outputs, outputs, data.out);
}

/* An input of fixed pseudo-random codes, or floats in [-1, 1], for timing without data. Symbolic extents are the least
 * that are accepted, or 1. */
static npy_array make_input(const qcp_tensor *tensor, int64_t batch) {
  int64_t dims[NPY_MAX_RANK];
  for (int32_t i = 0; i < tensor->rank && i < NPY_MAX_RANK; ++i)
    dims[i] = tensor->dims[i] >= 0 ? tensor->dims[i] : i == 0 && batch ? batch : tensor->least[i];
  npy_array array = make_output(tensor, dims, 1, 0);
  uint32_t state = 1;
  for (int64_t i = 0; i < array.bytes; ++i) {
    state = state * 1664525u + 1013904223u;
    if (tensor->dtype == QC_F32 && i % 4 == 0)
      ((float *)array.data)[i / 4] = (float)(int32_t)state * 0x1p-31f;
    else if (tensor->dtype == QC_U8 || tensor->dtype == QC_I8 || tensor->dtype == QC_BOOL)
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

/* The inputs of a bench: files, or made up. */
static void make_inputs(const qc_model *model, const runner_options *options, runner_data *data) {
  const qcp_program *p = &qcr_program;
  for (int32_t i = 0; i < p->num_inputs; ++i) {
    const qcp_tensor *tensor = &p->inputs[i];
    const char *path = options->inputs[i];
    data->in[i] = !path           ? make_input(tensor, options->batch)
                  : p->num_states ? runner_first_step(tensor, path)
                                  : npy_read(path);
    if (path && count_slices(tensor, &data->in[i], path) < 1)
      runner_fail("'%s' holds no sample", path);
    if (!path && qcr_is_symbolic(p))
      printf("input '%s': %s\n", tensor->name, npy_shape(data->in[i].rank, data->in[i].dims, NULL));
  }
  if (p->feeds_rows) {
    int64_t rows = p->num_inputs ? data->in[0].dims[0] : 0;
    data->rows = options->batch && options->batch < rows ? options->batch : rows;
    for (int32_t i = 0; i < p->num_inputs; ++i)
      if (options->inputs[i] && !options->batch)
        data->rows = 1;
  }
  set_dims(model, data, data->rows);
}

void runner_bench(qc_model *model, const runner_options *options) {
  runner_data data = make_data();
  make_inputs(model, options, &data);
  make_outputs(&data, data.rows);
  void *workspace = make_workspace(model, data.dims);
  double *times = runner_alloc(8 * options->bench);
  run_once(model, &data, 0, workspace);
  for (int64_t i = 0; i < options->bench; ++i) {
    settle(model, &data);
    double start = now_ms();
    run_once(model, &data, 0, workspace);
    times[i] = now_ms() - start;
  }
  qsort(times, (size_t)options->bench, sizeof(double), compare_doubles);
  int64_t half = options->bench / 2;
  double median = options->bench % 2 ? times[half] : (times[half - 1] + times[half]) / 2;
  printf("runs %lld, threads %d, level %s\n", (long long)options->bench, (int)model->threads, model->level->name);
  printf("median %.4f ms, min %.4f ms\n", median, times[0]);
  print_tiles(model);
}
