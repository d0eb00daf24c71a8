/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* The walk over the launches of a program. */
#include "Runtime.h"
#include <stdatomic.h>
#include <stddef.h>

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

void qcr_walk(const qcr_run *run, int32_t thread, int32_t threads, int64_t *args, qcr_pool *pool) {
  const qc_model *model = run->model;
  const qcp_program *program = model->program;
  int64_t done = 0;
  int started = 0;
  for (int32_t i = 0; i < program->num_launches; ++i) {
    const qcp_launch *launch = &program->launches[i];
    if (launch->kind == QCP_OBSERVE ? !model->observe : launch->tiles == 0)
      continue;
    if (started && threads > 1)
      qcr_pool_meet(pool);
    started = 1;
    for (int32_t a = 0; a < launch->num_args; ++a)
      args[a] = resolve(run, &program->args[launch->first_arg + a]);
    if (launch->kind == QCP_KERNEL)
      done += run_tiles(model->level->kernels[launch->kernel], args, launch->tiles, thread, threads);
    else if (thread == 0)
      observe(model, launch, args);
  }
  atomic_fetch_add_explicit(&model->tiles[thread], done, memory_order_relaxed);
  /* After this meeting the caller may return and the run is gone. */
  if (threads > 1)
    qcr_pool_meet(pool);
}
