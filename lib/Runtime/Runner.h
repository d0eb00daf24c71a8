/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Inside of the executable's runner: the command line, .npy files, runs in slices, timing. */
#ifndef QC_RUNTIME_RUNNER_H
#define QC_RUNTIME_RUNNER_H
#include "Runtime.h"
#include <stddef.h>

enum { NPY_MAX_RANK = 32 };

/* A C-contiguous array in memory. */
typedef struct npy_array {
  int32_t dtype; /* qc_dtype */
  int32_t rank;
  int64_t dims[NPY_MAX_RANK];
  char *data; /* 64-byte aligned */
  int64_t bytes;
} npy_array;

/* The command line, checked. Files by number of the input or output, null where none was named. */
typedef struct runner_options {
  const char **inputs, **outputs;
  int32_t threads;
  int64_t bench;  /* runs to time, 0: none */
  int64_t batch;  /* rows of a run of a model whose tensors all begin with one symbol; 0: not said */
  int64_t count;  /* runs of a model with state; 0: as many as the inputs have steps */
  int32_t *feeds; /* by number of the input: 1 + the output that takes its place when its file is used up; 0: none */
  int info;
} runner_options;

/* Prints one line, "NAME: error: ...", to stderr and exits with 1. Control characters and what is no UTF-8
 * become '?'. */
_Noreturn void runner_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Memory or runner_fail; at least one byte, 64-byte aligned, zeroed. */
void *runner_alloc(int64_t bytes);

void runner_parse(int argc, char **argv, runner_options *options);

/* Reads a .npy file of version 1 to 3, in C or Fortran order; fails with a diagnostic that names `path`. */
npy_array npy_read(const char *path);
/* "float32" and its like; null for a type that no model has. */
const char *npy_type_name(int32_t dtype);
/* "1x28x28", "scalar"; in a buffer that the next call but three overwrites. A negative extent has the name that
 * `symbols` gives it, or is "?". */
const char *npy_shape(int32_t rank, const int64_t *dims, const char *const *symbols);

void runner_run(qc_model *model, const runner_options *options);
/* The same for a model with state: the first dimension of every array is steps. */
void runner_run_steps(qc_model *model, const runner_options *options);
/* Of a file of steps for `tensor`, the input of a model with state, the first one. */
npy_array runner_first_step(const qcp_tensor *tensor, const char *path);
void runner_bench(qc_model *model, const runner_options *options);

#endif
