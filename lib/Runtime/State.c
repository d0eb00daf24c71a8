/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* What a handle keeps between runs. A run reads the state and writes its new form elsewhere: behind what there is, or
 * into a second piece of memory. Only a run that succeeded makes it the state, so that one that is refused or fails
 * keeps what there was. */
#include "Runtime.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* The places of buffers, as last found: they hold while no buffer needs more than it has. */
typedef struct known_plan {
  int is_there;
  int64_t *input_dims; /* of all inputs but state */
  int64_t *bytes;      /* that each buffer has */
  int64_t *offsets;
  int64_t arena_bytes, staging_bytes;
} known_plan;

struct qcr_state {
  _Atomic int taken;
  char **memory;         /* of each state, and of its second form where it does not grow */
  int32_t *second;       /* whether the second piece is what a run reads */
  int64_t *dims;         /* extents of all state */
  known_plan own, given; /* in the workspace below, and in one of the caller's */
  char *workspace;
  int64_t workspace_bytes;
};

static int64_t element_bytes(const qcp_program *p, int32_t i) {
  return qcr_dtype_bytes(p->inputs[p->num_inputs + i].dtype, 1);
}

/* Bytes of one piece of memory, with 64 readable ones behind it. */
static int64_t piece_bytes(const qcp_program *p, int32_t i) {
  const qcp_state *s = &p->states[i];
  return qcr_round_up(s->outer * s->capacity * s->inner * element_bytes(p, i)) + 64;
}

static int64_t count_dims(const qcp_program *p) { return qcr_count_dims(p->inputs + p->num_inputs, p->num_states); }

static const qcp_tensor *tensor_of(const qcp_program *p, int32_t i) { return &p->inputs[p->num_inputs + i]; }

static int64_t *place_plan(const qcp_program *p, known_plan *plan, int64_t *next) {
  plan->input_dims = next;
  plan->bytes = next + qcr_count_dims(p->inputs, p->num_inputs);
  plan->offsets = plan->bytes + p->num_buffers;
  return plan->offsets + p->num_buffers;
}

/* Everything that is not memory of a state, in one allocation. */
static qcr_state *allocate(const qcp_program *p) {
  int64_t inputs = qcr_count_dims(p->inputs, p->num_inputs), states = p->num_states, buffers = p->num_buffers;
  int64_t words = 2 * states + states + count_dims(p) + 2 * (inputs + 2 * buffers);
  qcr_state *state = calloc(1, sizeof(*state) + (size_t)words * 8);
  if (!state)
    return NULL;
  int64_t *next = (int64_t *)(state + 1);
  state->memory = (char **)next;
  state->second = (int32_t *)(next += 2 * states);
  state->dims = next += states;
  place_plan(p, &state->given, place_plan(p, &state->own, next + count_dims(p)));
  return state;
}

qcr_state *qcr_state_open(const qcp_program *p) {
  qcr_state *state = allocate(p);
  if (!state)
    return NULL;
  for (int32_t i = 0; i < p->num_states; ++i)
    for (int piece = 0; piece < (p->states[i].axis < 0 ? 2 : 1); ++piece) {
      /* Pages that are never written cost nothing. */
      char *memory = calloc(1, (size_t)piece_bytes(p, i) + 64);
      if (!memory) {
        qcr_state_close(p, state);
        return NULL;
      }
      state->memory[2 * i + piece] = memory;
    }
  qcr_state_begin(p, state->dims);
  return state;
}

void qcr_state_close(const qcp_program *p, qcr_state *state) {
  if (!state)
    return;
  for (int32_t i = 0; i < 2 * p->num_states; ++i)
    free(state->memory[i]);
  free(state->workspace);
  free(state);
}

int qcr_state_take(qcr_state *state) { return !atomic_exchange_explicit(&state->taken, 1, memory_order_acquire); }

void qcr_state_give_back(qcr_state *state) { atomic_store_explicit(&state->taken, 0, memory_order_release); }

void qcr_state_begin(const qcp_program *p, int64_t *dims) {
  for (int32_t i = 0; i < p->num_states; dims += tensor_of(p, i++)->rank)
    memcpy(dims, p->states[i].begin, 8 * (size_t)tensor_of(p, i)->rank);
}

const int64_t *qcr_state_extents(const qcr_state *state) { return state->dims; }

void qcr_state_set_extents(const qcp_program *p, qcr_state *state, const int64_t *dims) {
  memcpy(state->dims, dims, 8 * (size_t)count_dims(p));
}

/* Piece number `second` of a state, on a 64-byte boundary. */
static char *piece(const qcr_state *state, int32_t i, int second) {
  return (char *)(((uintptr_t)state->memory[2 * i + second] + 63) & ~(uintptr_t)63);
}

void qcr_state_places(const qcp_program *p, const qcr_state *state, char **inputs, char **outputs) {
  for (int32_t i = 0; i < p->num_states; ++i) {
    int second = state->second[i];
    inputs[i] = piece(state, i, second);
    outputs[i] = p->states[i].axis < 0 ? piece(state, i, !second) : inputs[i];
  }
}

void qcr_state_commit(const qcp_program *p, qcr_state *state, const int64_t *output_dims) {
  qcr_state_set_extents(p, state, output_dims);
  for (int32_t i = 0; i < p->num_states; ++i)
    if (p->states[i].axis < 0)
      state->second[i] = !state->second[i];
}

void *qcr_state_workspace(qcr_state *state, int64_t bytes) {
  if (state->workspace_bytes < bytes) {
    free(state->workspace);
    state->workspace = malloc((size_t)bytes);
    state->workspace_bytes = state->workspace ? bytes : 0;
  }
  return state->workspace;
}

int64_t qcr_state_workspace_bytes(const qcr_state *state) { return state->workspace_bytes; }

/* How much of the capacity a plan reckons with. */
typedef struct reach {
  int64_t part, parts; /* begin + (most - begin) * part / parts, for any state */
  int64_t times;       /* with 0 parts: so many times what there is, at most all */
} reach;

static void set_extents(const qcp_program *p, int64_t *dims, reach r) {
  for (int32_t i = 0; i < p->num_states; dims += tensor_of(p, i++)->rank)
    for (int32_t d = 0; d < tensor_of(p, i)->rank; ++d) {
      int64_t begin = p->states[i].begin[d], most = p->states[i].most[d];
      if (r.parts)
        dims[d] = begin + (int64_t)((__int128)(most - begin) * r.part / r.parts);
      else
        dims[d] = dims[d] < most / r.times ? dims[d] * r.times : most;
    }
}

/* Raises what the plan has to what state of these extents needs. That a check fails there (a full state, above all)
 * does not matter: sizes are computed all the same. */
static void raise_bytes(const qcp_program *p, const int64_t *dims, qcr_plan *scratch, known_plan *known) {
  int64_t seen[2];
  if (p->sizes(dims, scratch->bytes, scratch->output_dims, seen) < 0)
    return;
  for (int32_t i = 0; i < p->num_buffers; ++i)
    if (scratch->bytes[i] > known->bytes[i])
      known->bytes[i] = scratch->bytes[i];
  int64_t staging = qcr_staging_bytes(p, scratch->output_dims);
  if (staging > known->staging_bytes)
    known->staging_bytes = staging;
}

/* A handle's own plan reckons with all that the state may become where that takes less than this, else with twice what
 * it is: memory that is never touched costs little, but it has to be had. */
static const int64_t own_at_most = (int64_t)256 << 20;

/* Finds places for all extents of the state between those at which it begins and its capacity, or for twice those that
 * it has; in the handle's own workspace also for those that it has: nearly all sizes grow with the state or shrink with
 * it, but one that is greatest between may need more. What a caller was told is the same whatever the state was then.
 */
static qc_status arrange(const qcp_program *p, const int64_t *dims, int64_t *own, qcr_plan *scratch, known_plan *known,
                         int whole, qcr_workspace workspace, char *message, size_t message_bytes) {
  enum { PARTS = 16 };
  int64_t *states = own + qcr_count_dims(p->inputs, p->num_inputs);
  size_t size = 8 * (size_t)(qcr_count_dims(p->inputs, p->num_inputs) + count_dims(p));
  known->is_there = 0;
  known->staging_bytes = 0;
  memset(known->bytes, 0, 8 * (size_t)p->num_buffers);
  memcpy(own, dims, size);
  if (workspace == QCR_OWN)
    raise_bytes(p, own, scratch, known);
  for (int64_t part = 0; whole && part <= PARTS; ++part) {
    set_extents(p, states, (reach){part, PARTS, 0});
    raise_bytes(p, own, scratch, known);
  }
  if (!whole) {
    set_extents(p, states, (reach){0, 0, 2});
    raise_bytes(p, own, scratch, known);
  }
  memcpy(scratch->bytes, known->bytes, 8 * (size_t)p->num_buffers);
  qc_status status =
      known->staging_bytes == INT64_MAX ? QC_SIZE_OUT_OF_RANGE : qcr_plan_arrange(p, scratch, message, message_bytes);
  if (status == QC_OK) {
    memcpy(known->bytes, scratch->bytes, 8 * (size_t)p->num_buffers);
    memcpy(known->input_dims, dims, 8 * (size_t)qcr_count_dims(p->inputs, p->num_inputs));
    memcpy(known->offsets, scratch->offsets, 8 * (size_t)p->num_buffers);
    known->arena_bytes = scratch->arena_bytes;
    known->is_there = 1;
  }
  return status;
}

static qc_status find_places(const qcp_program *p, known_plan *known, const int64_t *dims, qcr_workspace workspace,
                             char *message, size_t message_bytes) {
  int64_t all = qcr_count_dims(p->inputs, p->num_inputs) + count_dims(p);
  char *memory = malloc((size_t)(qcr_plan_bytes(p) + 8 * all));
  if (!memory)
    return QC_OUT_OF_MEMORY;
  qcr_plan scratch;
  qcr_plan_place(p, memory, &scratch);
  int64_t *own = (int64_t *)(memory + qcr_plan_bytes(p));
  qc_status status = arrange(p, dims, own, &scratch, known, 1, workspace, message, message_bytes);
  if (workspace == QCR_OWN && (status != QC_OK || known->arena_bytes + known->staging_bytes > own_at_most))
    status = arrange(p, dims, own, &scratch, known, 0, workspace, message, message_bytes);
  free(memory);
  return status;
}

static int suffices(const qcp_program *p, const known_plan *known, const qcr_plan *plan) {
  if (plan->staging_bytes > known->staging_bytes)
    return 0;
  for (int32_t i = 0; i < p->num_buffers; ++i)
    if (plan->bytes[i] > known->bytes[i])
      return 0;
  return 1;
}

qc_status qcr_state_plan(const qcp_program *p, qcr_state *state, const int64_t *dims, qcr_workspace workspace,
                         qcr_plan *plan, char *message, size_t message_bytes) {
  qc_status status = qcr_plan_measure(p, dims, plan, message, message_bytes);
  if (status != QC_OK || !qcr_is_symbolic(p))
    return status;
  known_plan *known = workspace == QCR_OWN ? &state->own : &state->given;
  size_t inputs = 8 * (size_t)qcr_count_dims(p->inputs, p->num_inputs);
  int is_known = known->is_there && memcmp(known->input_dims, dims, inputs) == 0;
  if (!is_known || (workspace == QCR_OWN && !suffices(p, known, plan)))
    status = find_places(p, known, dims, workspace, message, message_bytes);
  if (status != QC_OK)
    return status;
  if (workspace == QCR_GIVEN && !suffices(p, known, plan))
    return QC_BUFFER_TOO_SMALL;
  memcpy(plan->offsets, known->offsets, 8 * (size_t)p->num_buffers);
  plan->arena_bytes = known->arena_bytes;
  plan->staging_bytes = known->staging_bytes;
  return QC_OK;
}
