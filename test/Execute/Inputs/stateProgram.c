// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A program made by hand, with state, on the runtime of artefacts compiled with a sanitizer: what calls on one handle
// and on several answer, from one thread and from four, and what they leave of the state. Memory of the runtime lies
// between pages that trap.
//
// The program: x adds to `sum`, and is put behind both rows of `log`, which has room for 40, and behind `marks`, which
// is as long. y is the sum. A NaN is bad data. One buffer grows with the log, another one is large at one length of it
// only.
#include "lib/Runtime/Runtime.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#undef calloc
#undef malloc
#undef aligned_alloc
#undef free

enum { PAGE = 4096, CAPACITY = 40, PEAK = 4 };

/* Memory that ends where a page traps, but for its alignment, behind a page with its length. */
void *guarded_aligned(size_t alignment, size_t bytes) {
  size_t inner = (bytes + PAGE - 1) / PAGE * PAGE, room = (bytes + alignment - 1) / alignment * alignment;
  char *base = mmap(NULL, inner + 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (base == MAP_FAILED || bytes > (size_t)1 << 40)
    return NULL;
  *(size_t *)base = inner + 2 * PAGE;
  mprotect(base + PAGE + inner, PAGE, PROT_NONE);
  return base + PAGE + inner - room;
}

void *guarded_malloc(size_t bytes) { return guarded_aligned(16, bytes); }
void *guarded_calloc(size_t count, size_t bytes) { return guarded_malloc(count * bytes); }

void guarded_free(void *memory) {
  if (!memory)
    return;
  char *base = (char *)((uintptr_t)memory / PAGE * PAGE) - PAGE;
  munmap(base, *(size_t *)base);
}

static _Thread_local qc_model *reentered; /* a handle that the kernel calls while it runs */
static _Thread_local qc_status inner_statuses[5];

static void call_inside(void) {
  qc_model *model = reentered;
  size_t bytes;
  char buffer[1024];
  float x = 1, y;
  qc_tensor in = {sizeof(in), &x, sizeof(x), 0, 0, NULL, NULL}, out = {sizeof(out), &y, sizeof(y), 0, 0, NULL, NULL};
  inner_statuses[0] = qc_api_run(model, &in, &out, NULL);
  inner_statuses[1] = qc_api_reset(model);
  inner_statuses[2] = qc_api_state_bytes(model, &bytes);
  inner_statuses[3] = qc_api_save_state(model, buffer, sizeof(buffer));
  inner_statuses[4] = qc_api_restore_state(model, buffer, sizeof(buffer));
}

static int64_t peak_bytes(int64_t extent) { return extent == PEAK ? 4096 : 64; }

/* args: x, sum, new sum, y, log, P, scratch, faults, scratch, marks */
static void kernel(const int64_t *args, int64_t tile) {
  (void)tile;
  float x = *(float *)args[0];
  *(float *)args[2] = *(float *)args[1] + x;
  *(float *)args[3] = *(float *)args[2];
  for (int row = 0; row < 2; ++row)
    ((float *)args[4])[row * CAPACITY + args[5]] = x;
  ((float *)args[9])[args[5]] = x;
  memset((void *)args[6], 1, (size_t)(args[5] + 1) * 64);
  memset((void *)args[8], 1, (size_t)peak_bytes(args[5]));
  if (x != x)
    *(int32_t *)args[7] = 1;
  if (reentered)
    call_inside();
}

static void schedule(qcp_frame *frame) {
  int64_t *args = frame->begin(frame, 0);
  args[5] = frame->dims[3]; /* of x; of sum; of log; of marks */
  args[6] = (int64_t)(uintptr_t)(frame->arena + frame->offsets[0]);
  args[8] = (int64_t)(uintptr_t)(frame->arena + frame->offsets[1]);
  frame->launch(frame, 0, 1);
}

static int32_t sizes(const int64_t *dims, int64_t *bytes, int64_t *output_dims, int64_t *seen) {
  bytes[0] = (dims[3] + 1) * 64;
  bytes[1] = peak_bytes(dims[3]);
  output_dims[0] = output_dims[1] = 1; /* y, sum */
  output_dims[2] = 2;
  output_dims[3] = output_dims[4] = seen[0] = dims[3] + 1;
  seen[1] = 0;
  return dims[3] + 1 > CAPACITY ? 1 : 0;
}

static const int64_t one[] = {1}, log_dims[] = {2, -1}, log_begin[] = {2, 0}, log_most[] = {2, CAPACITY};
static const int64_t marks_dims[] = {-1}, marks_begin[] = {0}, marks_most[] = {CAPACITY};
static const char *const log_symbols[] = {NULL, "P"}, *const marks_symbols[] = {"P"};
static const qcp_tensor inputs[] = {{"x", QC_F32, 1, one, NULL, NULL},
                                    {"sum", QC_F32, 1, one, NULL, NULL},
                                    {"log", QC_F32, 2, log_dims, log_symbols, log_begin},
                                    {"marks", QC_F32, 1, marks_dims, marks_symbols, marks_begin}};
static const qcp_tensor outputs[] = {{"y", QC_F32, 1, one, NULL, NULL},
                                     {"new_sum", QC_F32, 1, one, NULL, NULL},
                                     {"new_log", QC_F32, 2, log_dims, log_symbols, log_begin},
                                     {"new_marks", QC_F32, 1, marks_dims, marks_symbols, marks_begin}};
static const qcp_arg args[] = {{QCP_INPUT, 0, 0},    {QCP_INPUT, 1, 0},    {QCP_OUTPUT, 1, 0},   {QCP_OUTPUT, 0, 0},
                               {QCP_INPUT, 2, 0},    {QCP_COMPUTED, 0, 0}, {QCP_COMPUTED, 0, 0}, {QCP_FAULTS, 0, 0},
                               {QCP_COMPUTED, 0, 0}, {QCP_INPUT, 3, 0}};
static const qcp_launch launches[] = {{QCP_KERNEL, 0, NULL, 0, 10, 1}};
static const qcp_kernel kernels[] = {kernel};
static const qcp_level levels[] = {{"x86-64-v2", 0, 0, kernels}};
static const qcp_check checks[] = {{QC_STATE_FULL, 0, "dimension 1 of state 'log' behind the run", "0 to 40"}};
static const qcp_buffer buffers[] = {{0, 0}, {0, 0}};
static const qcp_state states[] = {
    {1, 1, 1, -1, one, one}, {2, CAPACITY, 1, 1, log_begin, log_most}, {1, CAPACITY, 1, 0, marks_begin, marks_most}};
const qcp_program qcr_program = {.size = sizeof(qcp_program),
                                 .name = "hand",
                                 .qc_version = "",
                                 .info = "{}",
                                 .num_inputs = 1,
                                 .num_outputs = 1,
                                 .num_kernels = 1,
                                 .num_levels = 1,
                                 .num_launches = 1,
                                 .num_args = 10,
                                 .max_args = 10,
                                 .inputs = inputs,
                                 .outputs = outputs,
                                 .levels = levels,
                                 .launches = launches,
                                 .args = args,
                                 .weights = "",
                                 .schedule = schedule,
                                 .sizes = sizes,
                                 .checks = checks,
                                 .buffers = buffers,
                                 .num_checks = 1,
                                 .num_buffers = 2,
                                 .num_states = 3,
                                 .states = states,
                                 .identity = 0x1234567};

#define CHECK(condition)                                                                                               \
  do {                                                                                                                 \
    if (!(condition)) {                                                                                                \
      printf("line %d: %s\n", __LINE__, #condition);                                                                   \
      exit(1);                                                                                                         \
    }                                                                                                                  \
  } while (0)

static qc_model *open_model(int threads) {
  qc_options options = {sizeof(options), threads, NULL, NULL, NULL, NULL, NULL};
  qc_model *model = NULL;
  CHECK(qc_api_open(&options, &model) == QC_OK);
  return model;
}

static qc_status run(qc_model *model, float x, float *y) {
  qc_tensor in = {sizeof(in), &x, sizeof(x), 0, 0, NULL, NULL}, out = {sizeof(out), y, sizeof(*y), 0, 0, NULL, NULL};
  return qc_api_run(model, &in, &out, NULL);
}

/* The sum, by a run that adds nothing but a place in the log. */
static float sum_of(qc_model *model) {
  float y = -1;
  CHECK(run(model, 0, &y) == QC_OK);
  return y;
}

static void check_statuses(void) {
  qc_model *model = open_model(1);
  float y = 0;
  CHECK(run(model, 1, &y) == QC_OK && y == 1);
  CHECK(run(model, 2, &y) == QC_OK && y == 3);
  CHECK(run(model, __builtin_nanf(""), &y) == QC_BAD_DATA); /* wrote a new sum, and a place of the log */
  reentered = model;
  CHECK(run(model, 4, &y) == QC_OK && y == 7);
  reentered = NULL;
  for (int i = 0; i < 5; ++i)
    CHECK(inner_statuses[i] == QC_BUSY);
  for (int i = 3; i < CAPACITY; ++i)
    CHECK(run(model, 1, &y) == QC_OK);
  CHECK(run(model, 1, &y) == QC_STATE_FULL && run(model, 1, &y) == QC_STATE_FULL);
  int64_t dims[] = {1};
  char message[200];
  CHECK(qc_api_output_dims(model, dims, dims, message, sizeof(message)) == QC_STATE_FULL);
  printf("%s\n", message);
  CHECK(qc_api_run(model, NULL, NULL, NULL) == QC_INVALID_ARGUMENT);
  CHECK(qc_api_reset(model) == QC_OK && sum_of(model) == 0);
  qc_api_close(model);
}

static void check_saving(void) {
  qc_model *model = open_model(2), *other = open_model(1);
  float y;
  CHECK(run(model, 1, &y) == QC_OK && run(model, 2, &y) == QC_OK);
  size_t bytes = 0, later = 0;
  CHECK(qc_api_state_bytes(model, &bytes) == QC_OK);
  char *saved = malloc(bytes + 8), *damaged = malloc(bytes);
  CHECK(qc_api_save_state(model, saved, bytes - 1) == QC_BUFFER_TOO_SMALL);
  CHECK(qc_api_save_state(model, saved + 1, bytes) == QC_OK); /* any alignment */
  CHECK(run(model, 5, &y) == QC_OK && y == 8);
  CHECK(qc_api_state_bytes(model, &later) == QC_OK &&
        later == bytes + 16); /* two more floats, in both rows, and a mark */
  CHECK(qc_api_restore_state(model, saved + 1, bytes) == QC_OK && sum_of(model) == 3);
  CHECK(sum_of(other) == 0 && qc_api_restore_state(other, saved + 1, bytes) == QC_OK && sum_of(other) == 3);
  /* The mark, the identity, the length, extents: nothing of the state is lost. */
  for (size_t at = 0; at < 8 * (3 + 4); at += 8) {
    memcpy(damaged, saved + 1, bytes);
    damaged[at] ^= 0x40;
    CHECK(qc_api_restore_state(other, damaged, bytes) == QC_INVALID_ARGUMENT);
  }
  for (size_t cut = 0; cut < bytes; ++cut)
    CHECK(qc_api_restore_state(other, saved + 1, cut) == QC_INVALID_ARGUMENT);
  /* Extents of one symbol that differ, though the length is the same. */
  int64_t extents[] = {1, 3};
  memcpy(damaged, saved + 1, bytes);
  memcpy(damaged + 8 * 5, extents, sizeof(extents));
  CHECK(qc_api_restore_state(other, damaged, bytes) == QC_INVALID_ARGUMENT);
  CHECK(qc_api_restore_state(other, NULL, 0) == QC_INVALID_ARGUMENT && sum_of(other) == 3);
  qc_api_close(model);
  qc_api_close(other);
  free(saved);
  free(damaged);
}

static qc_status run_in(qc_model *model, void *workspace) {
  float x = 1, y;
  qc_tensor in = {sizeof(in), &x, sizeof(x), 0, 0, NULL, NULL}, out = {sizeof(out), &y, sizeof(y), 0, 0, NULL, NULL};
  return qc_api_run(model, &in, &out, workspace);
}

/* What no plan reckoned with: the handle finds other places; with the caller's workspace, whose size is the same
 * whatever the state is, nothing is lost. */
static void check_workspaces(void) {
  qc_model *model = open_model(1), *other = open_model(1);
  int64_t dims[] = {1};
  size_t bytes = 0, later = 0;
  CHECK(qc_api_workspace(model, dims, &bytes) == QC_OK);
  char *workspace = guarded_malloc(bytes);
  for (int i = 0; i < PEAK; ++i)
    CHECK(run_in(model, workspace) == QC_OK && run_in(other, NULL) == QC_OK);
  CHECK(run_in(model, workspace) == QC_BUFFER_TOO_SMALL && run_in(other, workspace) == QC_BUFFER_TOO_SMALL);
  CHECK(qc_api_workspace(model, dims, &later) == QC_OK && later == bytes);
  CHECK(run_in(other, NULL) == QC_OK && sum_of(other) == PEAK + 1);
  CHECK(run_in(model, NULL) == QC_OK && sum_of(model) == PEAK + 1);
  for (int i = PEAK + 2; i < CAPACITY; ++i)
    CHECK(run_in(model, workspace) == QC_OK && run_in(other, NULL) == QC_OK);
  CHECK(run_in(model, workspace) == QC_STATE_FULL && run_in(other, NULL) == QC_STATE_FULL);
  CHECK(qc_api_workspace(model, dims, &later) == QC_OK && later == bytes);
  qc_api_close(model);
  qc_api_close(other);
  guarded_free(workspace);
}

/* Two threads on each of two handles: what is counted as done is in the sums. */
static qc_model *shared[2];
static _Atomic int done[2], refused;

static void *hammer(void *argument) {
  int handle = (int)(intptr_t)argument;
  size_t bytes;
  char buffer[1024];
  for (int i = 0; i < 3000; ++i) {
    float y;
    qc_status status = run(shared[handle], 1, &y);
    if (status == QC_OK)
      atomic_fetch_add(&done[handle], 1);
    else if (status == QC_STATE_FULL) /* the log, without the sum: restored with an empty one */
      while (qc_api_save_state(shared[handle], buffer, sizeof(buffer)) == QC_OK) {
        int64_t empty[] = {0, 0}, all = 8 * 7 + 8;
        memcpy(buffer + 8 * 5, empty, 16);
        memcpy(buffer + 8 * 2, &all, 8);
        if (qc_api_restore_state(shared[handle], buffer, sizeof(buffer)) == QC_OK)
          break;
      }
    else if (status == QC_BUSY)
      atomic_fetch_add(&refused, 1);
    else
      return "another status";
    if (i % 64 == 0)
      (void)qc_api_state_bytes(shared[handle], &bytes);
  }
  return NULL;
}

static void check_threads(void) {
  pthread_t threads[4];
  for (int i = 0; i < 2; ++i)
    shared[i] = open_model(1 + i);
  for (intptr_t i = 0; i < 4; ++i)
    CHECK(pthread_create(&threads[i], NULL, hammer, (void *)(i / 2)) == 0);
  for (int i = 0; i < 4; ++i) {
    void *wrong = NULL;
    CHECK(pthread_join(threads[i], &wrong) == 0 && !wrong);
  }
  for (int i = 0; i < 2; ++i) {
    CHECK(done[i] > 0);
    qc_api_close(shared[i]);
  }
}

int main(void) {
  check_statuses();
  check_saving();
  check_workspaces();
  check_threads();
  printf("state is kept\n");
  return 0;
}
