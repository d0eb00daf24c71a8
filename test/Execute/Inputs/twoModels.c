/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Two models of one input and one output in one program, from four threads at once:
 *
 *   twoModels IMAGES FIRST SECOND                        linked with first.o and second.o (or the libraries)
 *   twoModels IMAGES FIRST SECOND ./first.so ./second.so with -DBY_DLOPEN: the libraries are opened at run time
 *
 * The files hold plain float32: all inputs one behind the other, and the outputs that each model must give. */
#define _POSIX_C_SOURCE 200809L
#include "first.h"
#include "second.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 4, ROUNDS = 3 };

/* The calls of one model, with its handle's type forgotten. */
typedef struct {
  qc_status (*open)(const qc_options *, void **);
  qc_status (*io)(const void *, qc_direction, size_t, qc_tensor_desc *);
  qc_status (*workspace)(const void *, const int64_t *, size_t *);
  qc_status (*run)(const void *, const qc_tensor *, qc_tensor *, void *);
  void (*close)(void *);
  void *handle;
  float *expected;
  size_t inputs, outputs; /* elements */
} model;

static model models[2];
static float *images;
static size_t count;

#ifdef BY_DLOPEN
static int find(const char *path, const char *name, model *m) {
  static const char *const calls[5] = {"open", "io", "workspace", "run", "close"};
  void *slots[5], *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  char symbol[64];
  int i;
  if (!library) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  slots[0] = &m->open, slots[1] = &m->io, slots[2] = &m->workspace, slots[3] = &m->run, slots[4] = &m->close;
  for (i = 0; i < 5; ++i) {
    void *address;
    snprintf(symbol, sizeof symbol, "%s_%s", name, calls[i]);
    address = dlsym(library, symbol);
    if (!address)
      return 1;
    memcpy(slots[i], &address, sizeof address);
  }
  return 0;
}
#else
#define WRAP(name)                                                                                                     \
  static qc_status name##_open_any(const qc_options *options, void **handle) {                                         \
    name##_model *opened = NULL;                                                                                       \
    qc_status status = name##_open(options, &opened);                                                                  \
    *handle = opened;                                                                                                  \
    return status;                                                                                                     \
  }                                                                                                                    \
  static qc_status name##_io_any(const void *handle, qc_direction direction, size_t i, qc_tensor_desc *desc) {         \
    return name##_io((const name##_model *)handle, direction, i, desc);                                                \
  }                                                                                                                    \
  static qc_status name##_workspace_any(const void *handle, const int64_t *dims, size_t *bytes) {                      \
    return name##_workspace((const name##_model *)handle, dims, bytes);                                                \
  }                                                                                                                    \
  static qc_status name##_run_any(const void *handle, const qc_tensor *in, qc_tensor *out, void *workspace) {          \
    return name##_run((const name##_model *)handle, in, out, workspace);                                               \
  }                                                                                                                    \
  static void name##_close_any(void *handle) { name##_close((name##_model *)handle); }
WRAP(first)
WRAP(second)
#define USE(name, m)                                                                                                   \
  ((m)->open = name##_open_any, (m)->io = name##_io_any, (m)->workspace = name##_workspace_any,                        \
   (m)->run = name##_run_any, (m)->close = name##_close_any)
#endif

/* Reads all of a file of floats. */
static float *read_floats(const char *path, size_t *elements) {
  FILE *file = fopen(path, "rb");
  float *values;
  long bytes;
  if (!file || fseek(file, 0, SEEK_END) != 0 || (bytes = ftell(file)) < 0)
    exit(2);
  rewind(file);
  values = (float *)malloc((size_t)bytes);
  *elements = (size_t)bytes / sizeof(float);
  if (!values || fread(values, sizeof(float), *elements, file) != *elements)
    exit(2);
  fclose(file);
  return values;
}

static size_t elements_of(const model *m, qc_direction direction) {
  qc_tensor_desc desc;
  size_t elements = 1;
  int i;
  desc.size = sizeof desc;
  if (m->io(m->handle, direction, 0, &desc) != QC_OK || desc.dtype != QC_F32)
    exit(2);
  for (i = 0; i < desc.rank; ++i)
    elements *= (size_t)desc.dims[i];
  return elements;
}

static int prepare(model *m, const char *expected) {
  qc_options options = {0};
  size_t elements;
  options.size = sizeof options;
  options.threads = 2;
  if (m->open(&options, &m->handle) != QC_OK)
    return 1;
  m->inputs = elements_of(m, QC_INPUT);
  m->outputs = elements_of(m, QC_OUTPUT);
  m->expected = read_floats(expected, &elements);
  return elements != count / m->inputs * m->outputs;
}

/* A buffer that shares its last or first bytes with the workspace, as it was given, is refused. */
static int overlap_is_refused(const model *m) {
  qc_tensor in = {0}, out = {0};
  size_t bytes = 0, room = m->outputs * sizeof(float), i;
  char *memory;
  int wrong = m->workspace(m->handle, NULL, &bytes) != QC_OK;
  bytes = (bytes + 3) / 4 * 4;
  memory = (char *)malloc(bytes + 2 * room + 64);
  if (wrong || !memory)
    return 0;
  in.size = out.size = sizeof in;
  in.data = images, in.bytes = m->inputs * sizeof(float);
  out.bytes = room;
  for (i = 0; i < 64; i += 4) {
    char *workspace = memory + room + i;
    out.data = workspace - room + 4;
    wrong += m->run(m->handle, &in, &out, workspace) != QC_INVALID_ARGUMENT;
    out.data = workspace + bytes - 4;
    wrong += m->run(m->handle, &in, &out, workspace) != QC_INVALID_ARGUMENT;
    out.data = workspace + bytes;
    wrong += m->run(m->handle, &in, &out, workspace) != QC_OK;
  }
  free(memory);
  return wrong == 0;
}

/* Runs all inputs through both models in turn; the thread's number says which comes first. */
static void *work(void *argument) {
  int first = *(const int *)argument % 2, round, which;
  size_t i;
  for (round = 0; round < ROUNDS; ++round)
    for (i = 0; i < count / models[0].inputs; ++i)
      for (which = 0; which < 2; ++which) {
        const model *m = &models[(first + which) % 2];
        qc_tensor in = {0}, out = {0};
        size_t bytes = 0;
        float y[64];
        void *workspace;
        if (m->workspace(m->handle, NULL, &bytes) != QC_OK || !(workspace = malloc(bytes)))
          return argument;
        in.size = out.size = sizeof in;
        in.data = images + i * m->inputs, in.bytes = m->inputs * sizeof(float);
        out.data = y, out.bytes = sizeof y;
        if (m->run(m->handle, &in, &out, workspace) != QC_OK ||
            memcmp(y, m->expected + i * m->outputs, m->outputs * sizeof(float)) != 0)
          return argument;
        free(workspace);
      }
  return NULL;
}

int main(int argc, char **argv) {
  pthread_t threads[THREADS];
  int numbers[THREADS], i, wrong = 0;
#ifdef BY_DLOPEN
  if (argc != 6 || find(argv[4], "first", &models[0]) || find(argv[5], "second", &models[1]))
    return 2;
#else
  if (argc != 4)
    return 2;
  USE(first, &models[0]);
  USE(second, &models[1]);
#endif
  images = read_floats(argv[1], &count);
  if (prepare(&models[0], argv[2]) || prepare(&models[1], argv[3]) || models[0].inputs != models[1].inputs)
    return 2;
  if (!overlap_is_refused(&models[0]) || !overlap_is_refused(&models[1]))
    return 3;
  for (i = 0; i < THREADS; ++i) {
    numbers[i] = i;
    if (pthread_create(&threads[i], NULL, work, &numbers[i]) != 0)
      return 2;
  }
  for (i = 0; i < THREADS; ++i) {
    void *result = NULL;
    pthread_join(threads[i], &result);
    wrong += result != NULL;
  }
  for (i = 0; i < 2; ++i)
    models[i].close(models[i].handle);
  printf("%s: %d threads, %lu runs each\n", wrong ? "wrong" : "right", THREADS,
         (unsigned long)(2 * ROUNDS * (count / models[0].inputs)));
  return wrong != 0;
}
