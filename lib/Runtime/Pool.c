/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* The worker threads: they spin briefly for the next run or the end of a launch, then sleep on a futex. */
#include "Runtime.h"
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* About 50 microseconds: longer than most launches, shorter than what a sleeping thread costs to wake. */
enum { SPINS = 1000 };

typedef struct worker {
  qcr_pool *pool;
  int64_t *args;
  pthread_t thread;
  int32_t number; /* 1 .. threads-1 */
} worker;

/* sequence and phase are futex words, each on a cache line of its own. */
struct qcr_pool {
  _Alignas(64) _Atomic uint32_t sequence; /* counts runs; the last count stops the workers */
  _Alignas(64) _Atomic uint32_t phase;    /* counts meetings */
  _Alignas(64) _Atomic uint32_t arrived;  /* threads at the current meeting */
  _Alignas(64) _Atomic uint32_t sleepers; /* threads in, or on the way into, a futex wait */
  _Atomic int32_t busy;
  const qcr_run *run; /* of the current sequence; null: stop */
  pid_t process;
  int32_t threads;
  int32_t started; /* workers that exist */
  int64_t *args;
  worker workers[];
};

static void pause_cpu(void) { __builtin_ia32_pause(); }

/* Waits until *word is not `old`. */
static void wait_change(qcr_pool *pool, _Atomic uint32_t *word, uint32_t old) {
  for (int i = 0; i < SPINS; ++i) {
    if (atomic_load_explicit(word, memory_order_acquire) != old)
      return;
    pause_cpu();
  }
  /* Either this count is seen by change(), or the kernel sees the new value: both are sequentially consistent. */
  atomic_fetch_add(&pool->sleepers, 1);
  while (atomic_load(word) == old)
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, old, NULL, NULL, 0);
  atomic_fetch_sub(&pool->sleepers, 1);
}

/* Increments *word and wakes whoever waits for that. */
static void change(qcr_pool *pool, _Atomic uint32_t *word) {
  atomic_fetch_add(word, 1);
  if (atomic_load(&pool->sleepers))
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

void qcr_pool_meet(qcr_pool *pool) {
  uint32_t phase = atomic_load_explicit(&pool->phase, memory_order_relaxed);
  if (atomic_fetch_add(&pool->arrived, 1) + 1 < (uint32_t)pool->threads) {
    wait_change(pool, &pool->phase, phase);
    return;
  }
  atomic_store_explicit(&pool->arrived, 0, memory_order_relaxed);
  change(pool, &pool->phase);
}

static void *work(void *argument) {
  worker *self = argument;
  qcr_pool *pool = self->pool;
  qcr_float_enter();
  for (uint32_t sequence = 0;; ++sequence) {
    wait_change(pool, &pool->sequence, sequence);
    if (!pool->run)
      return NULL;
    qcr_walk(pool->run, self->number, pool->threads, self->args, pool);
  }
}

int qcr_pool_run(qcr_pool *pool, const qcr_run *run, int64_t *args) {
  int32_t idle = 0;
  if (pool->process != getpid() || !atomic_compare_exchange_strong(&pool->busy, &idle, 1))
    return 0;
  pool->run = run;
  change(pool, &pool->sequence);
  qcr_walk(run, 0, pool->threads, args, pool);
  atomic_store(&pool->busy, 0);
  return 1;
}

static int start_workers(qcr_pool *pool, int64_t slots) {
  for (int32_t i = 0; i < pool->threads - 1; ++i) {
    worker *w = &pool->workers[i];
    *w = (worker){pool, pool->args + i * slots, 0, i + 1};
    if (pthread_create(&w->thread, NULL, work, w))
      return 0;
    ++pool->started;
  }
  return 1;
}

qcr_pool *qcr_pool_open(int32_t threads, int32_t max_args) {
  int64_t slots = qcr_round_up((int64_t)max_args * 8 + 64) / 8;
  size_t head = (size_t)qcr_round_up((int64_t)(sizeof(qcr_pool) + (size_t)threads * sizeof(worker)));
  qcr_pool *pool = aligned_alloc(64, head + (size_t)(threads - 1) * (size_t)slots * 8);
  if (!pool)
    return NULL;
  *pool = (qcr_pool){.process = getpid(), .threads = threads, .args = (int64_t *)((char *)pool + head)};
  /* Signals are for the application's own threads. */
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int started = start_workers(pool, slots);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (started)
    return pool;
  qcr_pool_close(pool);
  return NULL;
}

void qcr_pool_close(qcr_pool *pool) {
  /* In a forked child there are no workers to wait for. */
  if (pool->process == getpid()) {
    pool->run = NULL;
    change(pool, &pool->sequence);
    for (int32_t i = 0; i < pool->started; ++i)
      pthread_join(pool->workers[i].thread, NULL);
  }
  free(pool);
}
