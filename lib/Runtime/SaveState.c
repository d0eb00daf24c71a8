/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* State as one buffer: a head of three words (a mark, the identity of the model, bytes in all), the extents of all
 * state, then the elements of each, padded to words: what has grown so far and not the capacity. */
#include "Runtime.h"
#include <string.h>

enum { HEAD_WORDS = 3 };
static const uint64_t mark = 0x31657461747363ull << 8 | 'q'; /* "qcstate1" */

static const qcp_tensor *tensors(const qcp_program *p) { return p->inputs + p->num_inputs; }

/* Elements of a state that has these extents, as rows: `outer` of them, which lie `stride` bytes apart. */
typedef struct rows {
  int64_t outer, bytes, stride;
} rows;

static rows rows_of(const qcp_program *p, int32_t i, const int64_t *dims) {
  const qcp_state *s = &p->states[i];
  int64_t width = qcr_dtype_bytes(tensors(p)[i].dtype, 1);
  if (s->axis < 0)
    return (rows){1, qcr_tensor_bytes(&tensors(p)[i], dims), 0};
  return (rows){s->outer, dims[s->axis] * s->inner * width, s->capacity * s->inner * width};
}

static int64_t words(int64_t bytes) { return (bytes + 7) / 8; }

static int64_t count_dims(const qcp_program *p) { return qcr_count_dims(tensors(p), p->num_states); }

/* Bytes of state with these extents, as it is saved. */
static int64_t saved_bytes(const qcp_program *p, const int64_t *dims) {
  int64_t all = HEAD_WORDS + count_dims(p);
  for (int32_t i = 0; i < p->num_states; dims += tensors(p)[i++].rank) {
    rows r = rows_of(p, i, dims);
    all += words(r.outer * r.bytes);
  }
  return 8 * all;
}

/* Copies between the state and its saved form. Elements that nobody wrote are not read by anyone. */
static void copy(const qcp_program *p, char *const *memory, const int64_t *dims, char *saved, int restores) {
  for (int32_t i = 0; i < p->num_states; dims += tensors(p)[i++].rank) {
    rows r = rows_of(p, i, dims);
    for (int64_t o = 0; o < r.outer; ++o) {
      char *row = memory[i] + o * r.stride, *at = saved + o * r.bytes;
      memcpy(restores ? row : at, restores ? at : row, (size_t)r.bytes);
    }
    saved += 8 * words(r.outer * r.bytes);
  }
}

qc_status qc_api_state_bytes(const qc_model *model, size_t *bytes) {
  if (!model || !bytes)
    return QC_INVALID_ARGUMENT;
  *bytes = 0;
  if (!model->state)
    return QC_OK;
  if (!qcr_state_take(model->state))
    return QC_BUSY;
  *bytes = (size_t)saved_bytes(model->program, qcr_state_extents(model->state));
  qcr_state_give_back(model->state);
  return QC_OK;
}

qc_status qc_api_save_state(const qc_model *model, void *buffer, size_t bytes) {
  if (!model || (!buffer && bytes))
    return QC_INVALID_ARGUMENT;
  if (!model->state)
    return QC_OK;
  if (!qcr_state_take(model->state))
    return QC_BUSY;
  const qcp_program *p = model->program;
  const int64_t *dims = qcr_state_extents(model->state);
  int64_t all = saved_bytes(p, dims), head = 8 * (HEAD_WORDS + count_dims(p));
  qc_status status = bytes < (size_t)all ? QC_BUFFER_TOO_SMALL : QC_OK;
  if (status == QC_OK) {
    uint64_t first[HEAD_WORDS] = {mark, p->identity, (uint64_t)all};
    char *inputs[p->num_states], *outputs[p->num_states];
    qcr_state_places(p, model->state, inputs, outputs);
    memset(buffer, 0, (size_t)all);
    memcpy(buffer, first, sizeof(first));
    memcpy((char *)buffer + sizeof(first), dims, 8 * (size_t)count_dims(p));
    copy(p, inputs, dims, (char *)buffer + head, 0);
  }
  qcr_state_give_back(model->state);
  return status;
}

/* Whether extent `d` of state `i` is that of its symbol: what states before it, or its own dimensions, say. */
static int agrees(const qcp_program *p, const int64_t *dims, int32_t i, int32_t d) {
  const qcp_tensor *own = &tensors(p)[i];
  if (own->dims[d] >= 0)
    return 1;
  int64_t extent = dims[qcr_count_dims(tensors(p), i) + d];
  for (int32_t j = 0; j <= i; dims += tensors(p)[j++].rank)
    for (int32_t e = 0; e < (j == i ? d : tensors(p)[j].rank); ++e)
      if (tensors(p)[j].dims[e] < 0 && strcmp(tensors(p)[j].symbols[e], own->symbols[d]) == 0 && dims[e] != extent)
        return 0;
  return 1;
}

/* Whether a state of this program can have these extents. */
static int are_legal(const qcp_program *p, const int64_t *dims) {
  const int64_t *own = dims;
  for (int32_t i = 0; i < p->num_states; own += tensors(p)[i++].rank)
    for (int32_t d = 0; d < tensors(p)[i].rank; ++d)
      if (own[d] < p->states[i].begin[d] || own[d] > p->states[i].most[d] || !agrees(p, dims, i, d))
        return 0;
  return 1;
}

/* Everything is looked at before anything is written. `dims`: room for the extents, which are copied there. */
static int is_legal(const qcp_program *p, const void *buffer, size_t bytes, int64_t *dims) {
  uint64_t first[HEAD_WORDS];
  size_t extents = 8 * (size_t)count_dims(p);
  if (!buffer || bytes < sizeof(first) + extents)
    return 0;
  memcpy(first, buffer, sizeof(first));
  memcpy(dims, (const char *)buffer + sizeof(first), extents);
  return first[0] == mark && first[1] == p->identity && are_legal(p, dims) &&
         first[2] == (uint64_t)saved_bytes(p, dims) && bytes >= first[2];
}

qc_status qc_api_restore_state(qc_model *model, const void *buffer, size_t bytes) {
  if (!model)
    return QC_INVALID_ARGUMENT;
  if (!model->state)
    return bytes ? QC_INVALID_ARGUMENT : QC_OK;
  if (!qcr_state_take(model->state))
    return QC_BUSY;
  const qcp_program *p = model->program;
  int64_t dims[count_dims(p) + 1];
  qc_status status = is_legal(p, buffer, bytes, dims) ? QC_OK : QC_INVALID_ARGUMENT;
  if (status == QC_OK) {
    char *inputs[p->num_states], *outputs[p->num_states];
    qcr_state_places(p, model->state, inputs, outputs);
    copy(p, inputs, dims, (char *)(uintptr_t)buffer + 8 * (HEAD_WORDS + count_dims(p)), 1);
    qcr_state_set_extents(p, model->state, dims);
  }
  qcr_state_give_back(model->state);
  return status;
}

/* All state as it was when the handle was opened. */
static void clear(const qcp_program *p, qcr_state *state) {
  int64_t dims[count_dims(p) + 1], *next = dims;
  char *inputs[p->num_states], *outputs[p->num_states];
  qcr_state_places(p, state, inputs, outputs);
  for (int32_t i = 0; i < p->num_states; next += tensors(p)[i++].rank) {
    memcpy(next, p->states[i].begin, 8 * (size_t)tensors(p)[i].rank);
    rows r = rows_of(p, i, next);
    for (int64_t o = 0; o < r.outer; ++o)
      memset(inputs[i] + o * r.stride, 0, (size_t)r.bytes);
  }
  qcr_state_set_extents(p, state, dims);
}

qc_status qc_api_reset(qc_model *model) {
  if (!model)
    return QC_INVALID_ARGUMENT;
  if (!model->state)
    return QC_OK;
  if (!qcr_state_take(model->state))
    return QC_BUSY;
  clear(model->program, model->state);
  qcr_state_give_back(model->state);
  return QC_OK;
}
