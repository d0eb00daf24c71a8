/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* What a handle keeps between runs. A run reads the state and writes its new form elsewhere: behind what there is, or
 * into a second piece of memory. Only a run that succeeded makes it the state, so that one that is refused or fails
 * keeps what there was. */
#include "Runtime.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* The places of buffers, as last found: they hold for all extents of the state. */
typedef struct known_plan {
  int is_there;
  int64_t *input_dims; /* of all inputs but state */
  int64_t *bytes;      /* of each buffer, at most */
  int64_t *offsets;
  int64_t arena_bytes;
} known_plan;

struct qcr_state {
  _Atomic int taken;
  char **memory;   /* of each state, and of its second form where it does not grow */
  int32_t *second; /* whether the second piece is what a run reads */
  int64_t *dims;   /* extents of all state */
  known_plan plan;
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

/* Everything that is not memory of a state, in one allocation. */
static qcr_state *allocate(const qcp_program *p) {
  int64_t inputs = qcr_count_dims(p->inputs, p->num_inputs), states = p->num_states, buffers = p->num_buffers;
  int64_t words = 2 * states + states + count_dims(p) + inputs + 2 * buffers;
  qcr_state *state = calloc(1, sizeof(*state) + (size_t)words * 8);
  if (!state)
    return NULL;
  int64_t *next = (int64_t *)(state + 1);
  state->memory = (char **)next;
  state->second = (int32_t *)(next += 2 * states);
  state->dims = next += states;
  state->plan.input_dims = next += count_dims(p);
  state->plan.bytes = next += inputs;
  state->plan.offsets = next + buffers;
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
  int64_t *dims = state->dims;
  for (int32_t i = 0; i < p->num_states; dims += tensor_of(p, i++)->rank)
    memcpy(dims, p->states[i].begin, 8 * (size_t)tensor_of(p, i)->rank);
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

/* Raises the bytes of the known plan to what state of the least or of the greatest extents needs. That a check fails
 * there (a full state, above all) does not matter: sizes are computed all the same. */
static void raise_bytes(const qcp_program *p, qcr_state *state, int64_t *dims, qcr_plan *scratch, int at_most) {
  int64_t *next = dims + qcr_count_dims(p->inputs, p->num_inputs), seen[2];
  for (int32_t i = 0; i < p->num_states; next += tensor_of(p, i++)->rank)
    memcpy(next, at_most ? p->states[i].most : p->states[i].begin, 8 * (size_t)tensor_of(p, i)->rank);
  if (p->sizes(dims, scratch->bytes, scratch->output_dims, seen) < 0)
    return;
  for (int32_t i = 0; i < p->num_buffers; ++i)
    if (scratch->bytes[i] > state->plan.bytes[i])
      state->plan.bytes[i] = scratch->bytes[i];
}

static qc_status find_places(const qcp_program *p, qcr_state *state, const int64_t *dims, char *message,
                             size_t message_bytes) {
  int64_t inputs = qcr_count_dims(p->inputs, p->num_inputs), all = inputs + count_dims(p);
  char *memory = malloc((size_t)(qcr_plan_bytes(p) + 8 * all));
  if (!memory)
    return QC_OUT_OF_MEMORY;
  qcr_plan scratch;
  qcr_plan_place(p, memory, &scratch);
  int64_t *own = (int64_t *)(memory + qcr_plan_bytes(p));
  memcpy(own, dims, 8 * (size_t)all);
  known_plan *known = &state->plan;
  known->is_there = 0;
  memset(known->bytes, 0, 8 * (size_t)p->num_buffers);
  raise_bytes(p, state, own, &scratch, 0);
  raise_bytes(p, state, own, &scratch, 1);
  memcpy(scratch.bytes, known->bytes, 8 * (size_t)p->num_buffers);
  qc_status status = qcr_plan_arrange(p, &scratch, message, message_bytes);
  if (status == QC_OK) {
    memcpy(known->input_dims, dims, 8 * (size_t)inputs);
    memcpy(known->offsets, scratch.offsets, 8 * (size_t)p->num_buffers);
    known->arena_bytes = scratch.arena_bytes;
    known->is_there = 1;
  }
  free(memory);
  return status;
}

qc_status qcr_state_plan(const qcp_program *p, qcr_state *state, const int64_t *dims, qcr_plan *plan, char *message,
                         size_t message_bytes) {
  qc_status status = qcr_plan_measure(p, dims, plan, message, message_bytes);
  if (status != QC_OK || !qcr_is_symbolic(p))
    return status;
  known_plan *known = &state->plan;
  size_t inputs = 8 * (size_t)qcr_count_dims(p->inputs, p->num_inputs);
  if (!known->is_there || memcmp(known->input_dims, dims, inputs) != 0) {
    status = find_places(p, state, dims, message, message_bytes);
    if (status != QC_OK)
      return status;
  }
  for (int32_t i = 0; i < p->num_buffers; ++i)
    if (plan->bytes[i] > known->bytes[i])
      return QC_SIZE_OUT_OF_RANGE;
  memcpy(plan->offsets, known->offsets, 8 * (size_t)p->num_buffers);
  plan->arena_bytes = known->arena_bytes;
  return QC_OK;
}
