/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* What the schedule of a program calls: launches, each on all its tiles. */
#include "Runtime.h"
#include <stdatomic.h>
#include <stddef.h>

/* A thread's frame, and what only this file knows of it. */
typedef struct walker {
  qcp_frame frame; /* first: the schedule gives it back */
  const qcr_run *run;
  qcr_pool *pool;
  int64_t *args;
  int64_t done; /* tiles */
  int32_t thread, threads;
  int started;
  int single; /* nothing but launches of one tile since the last meeting */
} walker;

static int64_t resolve(const qcr_run *run, const qcp_arg *arg) {
  switch (arg->space) {
  case QCP_ARENA:
    return (int64_t)(uintptr_t)(run->arena + arg->value);
  case QCP_WEIGHTS:
    return (int64_t)(uintptr_t)(run->model->program->weights + arg->value);
  case QCP_INPUT:
    return (int64_t)(uintptr_t)(run->inputs[arg->index] + arg->value);
  case QCP_OUTPUT:
    return (int64_t)(uintptr_t)(run->outputs[arg->index] + arg->value);
  case QCP_FAULTS:
    return (int64_t)(uintptr_t)run->faults + arg->value;
  default:
    return arg->value;
  }
}

static void observe(const qc_model *model, const qcp_launch *launch, const int64_t *args) {
  int32_t rank = (launch->num_args - 2) / 2;
  qc_observation seen = {sizeof(seen),
                         launch->symbol,
                         (int32_t)args[1],
                         rank,
                         args + 2,
                         args + 2 + rank,
                         (const void *)(uintptr_t)args[0]};
  model->observe(model->observe_user, &seen);
}

/* The static map: thread t of n runs the tiles [t*T/n, (t+1)*T/n). */
static int64_t run_tiles(qcp_kernel kernel, const int64_t *args, int64_t tiles, int32_t thread, int32_t threads) {
  int64_t each = tiles / threads, rest = tiles % threads;
  int64_t begin = each * thread + rest * thread / threads;
  int64_t end = each * (thread + 1) + rest * (thread + 1) / threads;
  for (int64_t tile = begin; tile < end; ++tile)
    kernel(args, tile);
  return end - begin;
}

static int64_t *begin_launch(qcp_frame *frame, int32_t index) {
  walker *w = (walker *)frame;
  const qcp_program *program = w->run->model->program;
  const qcp_launch *launch = &program->launches[index];
  for (int32_t a = 0; a < launch->num_args; ++a)
    w->args[a] = resolve(w->run, &program->args[launch->first_arg + a]);
  return w->args;
}

static void report(const walker *w, const qcp_launch *launch, int32_t index, int64_t tiles) {
  const qc_model *model = w->run->model;
  qc_launch done = {sizeof(done), index, launch->kernel, tiles, launch->num_args, w->args};
  model->launched(model->launch_user, &done);
}

static void launch(qcp_frame *frame, int32_t index, int64_t tiles) {
  walker *w = (walker *)frame;
  const qc_model *model = w->run->model;
  const qcp_launch *launch = &model->program->launches[index];
  if (launch->kind == QCP_OBSERVE ? !model->observe : tiles <= 0)
    return;
  /* A tile that is alone is always the last thread's: it follows itself, and the others have nothing to wait for. */
  int is_single = launch->kind == QCP_KERNEL && tiles == 1;
  if (w->started && w->threads > 1 && !(w->single && is_single))
    qcr_pool_meet(w->pool);
  w->started = 1;
  w->single = is_single;
  if (launch->kind == QCP_KERNEL)
    w->done += run_tiles(model->level->kernels[launch->kernel], w->args, tiles, w->thread, w->threads);
  else if (w->thread == 0)
    observe(model, launch, w->args);
  if (model->launched && w->thread == 0 && launch->kind == QCP_KERNEL)
    report(w, launch, index, tiles);
}

static void walk(qcp_frame *frame, int32_t first, int32_t end) {
  walker *w = (walker *)frame;
  const qc_model *model = w->run->model;
  for (int32_t i = first; i < end; ++i) {
    const qcp_launch *next = &model->program->launches[i];
    if (next->kind == QCP_OBSERVE ? !model->observe : next->tiles == 0)
      continue;
    begin_launch(frame, i);
    launch(frame, i, next->tiles);
  }
}

/* Waits for the launches so far. */
static void finish(walker *w) {
  if (w->started && w->threads > 1)
    qcr_pool_meet(w->pool);
  w->started = 1;
  w->single = 0;
}

/* What decides how the schedule goes on is read by every thread, so that all decide alike. All have met behind the last
 * launch, so that it is written. And nobody overwrites it before all have read it: each launch that has tiles begins
 * with a meeting (`started` is set, also where this stands in front of the first), to which a thread comes behind its
 * own read; and there is nothing but launches that writes. */
static int64_t read_number(qcp_frame *frame, const void *place, int32_t bytes) {
  walker *w = (walker *)frame;
  finish(w);
  /* A loop that waits for what bad data never becomes would not end. */
  if (*w->run->faults)
    return 0;
  switch (bytes) {
  case 1:
    return *(const uint8_t *)place;
  case 4:
    return *(const int32_t *)place;
  default:
    return *(const int64_t *)place;
  }
}

static void refuse(qcp_frame *frame) {
  walker *w = (walker *)frame;
  finish(w);
  if (w->thread == 0 && !*w->run->faults)
    *w->run->faults = QCR_SIZES;
}

void qcr_walk(const qcr_run *run, int32_t thread, int32_t threads, int64_t *args, qcr_pool *pool) {
  const qc_model *model = run->model;
  walker w = {{run->dims, run->offsets, run->arena, model->program->weights, run->inputs, run->outputs, walk,
               begin_launch, launch, read_number, refuse},
              run,
              pool,
              args,
              0,
              thread,
              threads,
              0,
              0};
  model->program->schedule(&w.frame);
  atomic_fetch_add_explicit(&model->tiles[thread], w.done, memory_order_relaxed);
  /* After this meeting the caller may return and the run is gone. */
  if (threads > 1)
    qcr_pool_meet(pool);
}
