/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* One run: checks, workspace layout, staging of outputs that overlap inputs. */
#include "Runtime.h"
#include <string.h>

/* The workspace, from a 64-byte boundary on: argument slots; addresses of inputs, of outputs as the kernels see them,
 * and of outputs as the user gave them; the arena with 64 readable bytes behind it; room for every output, used where
 * it overlaps an input. */
typedef struct layout {
  int64_t pointers, arena, staging, bytes;
} layout;

static layout make_layout(const qcp_program *p) {
  layout l;
  l.pointers = qcr_round_up((int64_t)p->max_args * 8);
  l.arena = l.pointers + qcr_round_up(((int64_t)p->num_inputs + 2 * (int64_t)p->num_outputs) * 8);
  l.staging = l.arena + qcr_round_up(p->arena_bytes + 64);
  l.bytes = l.staging;
  for (int32_t i = 0; i < p->num_outputs; ++i)
    l.bytes += qcr_round_up(qcr_tensor_bytes(&p->outputs[i]));
  return l;
}

/* What the caller gives: room to reach a 64-byte boundary, and the layout from there on. */
static int64_t workspace_bytes(const layout *l) { return l->bytes + 63; }

qc_status qc_api_workspace(const qc_model *model, const int64_t *input_dims, size_t *bytes) {
  if (!model || !bytes)
    return QC_INVALID_ARGUMENT;
  const qcp_program *p = model->program;
  for (int32_t i = 0; input_dims && i < p->num_inputs; input_dims += p->inputs[i++].rank)
    for (int32_t d = 0; d < p->inputs[i].rank; ++d)
      if (input_dims[d] != p->inputs[i].dims[d])
        return QC_INVALID_ARGUMENT;
  layout l = make_layout(p);
  *bytes = (size_t)workspace_bytes(&l);
  return QC_OK;
}

static qc_status check_tensor(const qcp_tensor *expected, const qc_tensor *given) {
  if (given->dtype && given->dtype != expected->dtype)
    return QC_INVALID_ARGUMENT;
  if (given->dims) {
    if (given->rank != expected->rank)
      return QC_INVALID_ARGUMENT;
    for (int32_t d = 0; d < expected->rank; ++d)
      if (given->dims[d] != expected->dims[d])
        return QC_INVALID_ARGUMENT;
  }
  int64_t bytes = qcr_tensor_bytes(expected);
  if (bytes == 0)
    return QC_OK;
  if (!given->data || (uintptr_t)given->data % (uintptr_t)qcr_dtype_bytes(expected->dtype))
    return QC_INVALID_ARGUMENT;
  return given->bytes < (size_t)bytes ? QC_BUFFER_TOO_SMALL : QC_OK;
}

/* The caller's array may have larger elements than this version's: `size` is the stride. */
static const qc_tensor *tensor_at(const qc_tensor *array, int32_t index) {
  return (const qc_tensor *)((const char *)array + (size_t)index * array->size);
}

static int overlap(const char *a, int64_t a_bytes, const char *b, int64_t b_bytes) {
  return a_bytes > 0 && b_bytes > 0 && (uintptr_t)a < (uintptr_t)b + (uintptr_t)b_bytes &&
         (uintptr_t)b < (uintptr_t)a + (uintptr_t)a_bytes;
}

/* Whether the buffer overlaps one of the first `count` tensors of `given`. */
static int overlaps_any(const char *data, int64_t bytes, const qcp_tensor *tensors, const qc_tensor *given,
                        int32_t count) {
  for (int32_t i = 0; i < count; ++i)
    if (overlap(data, bytes, tensor_at(given, i)->data, qcr_tensor_bytes(&tensors[i])))
      return 1;
  return 0;
}

/* Checks `count` tensors against the model, and that none lies in the workspace. */
static qc_status check_tensors(const qcp_tensor *expected, const qc_tensor *given, int32_t count, const char *work,
                               int64_t work_bytes) {
  if (count == 0)
    return QC_OK;
  if (!given || given->size < sizeof(qc_tensor))
    return QC_INVALID_ARGUMENT;
  for (int32_t i = 0; i < count; ++i) {
    const qc_tensor *tensor = tensor_at(given, i);
    qc_status status = tensor->size == given->size ? check_tensor(&expected[i], tensor) : QC_INVALID_ARGUMENT;
    if (status != QC_OK)
      return status;
  }
  return overlaps_any(work, work_bytes, expected, given, count) ? QC_INVALID_ARGUMENT : QC_OK;
}

/* Everything that can be refused, before anything is written. */
static qc_status check_run(const qcp_program *p, const qc_tensor *in, const qc_tensor *out, const char *work,
                           int64_t bytes) {
  qc_status status = check_tensors(p->inputs, in, p->num_inputs, work, bytes);
  if (status == QC_OK)
    status = check_tensors(p->outputs, out, p->num_outputs, work, bytes);
  for (int32_t i = 1; status == QC_OK && i < p->num_outputs; ++i)
    if (overlaps_any(tensor_at(out, i)->data, qcr_tensor_bytes(&p->outputs[i]), p->outputs, out, i))
      status = QC_INVALID_ARGUMENT;
  return status;
}

qc_status qc_api_run(const qc_model *model, const qc_tensor *inputs, qc_tensor *outputs, void *workspace) {
  if (!model || !workspace)
    return QC_INVALID_ARGUMENT;
  const qcp_program *p = model->program;
  layout l = make_layout(p);
  char *base = (char *)(((uintptr_t)workspace + 63) & ~(uintptr_t)63), *room = base + l.staging;
  /* All of it, as it was given: whether a call is refused must not depend on where the workspace happens to lie. */
  qc_status status = check_run(p, inputs, outputs, workspace, workspace_bytes(&l));
  if (status != QC_OK)
    return status;
  char **in = (char **)(base + l.pointers), **out = in + p->num_inputs, **user = out + p->num_outputs;
  for (int32_t i = 0; i < p->num_inputs; ++i)
    in[i] = tensor_at(inputs, i)->data;
  for (int32_t i = 0; i < p->num_outputs; ++i) {
    int64_t bytes = qcr_tensor_bytes(&p->outputs[i]);
    user[i] = tensor_at(outputs, i)->data;
    out[i] = overlaps_any(user[i], bytes, p->inputs, inputs, p->num_inputs) ? room : user[i];
    room += qcr_round_up(bytes);
  }
  qcr_run run = {model, base + l.arena, in, out};
  uint32_t before = qcr_float_enter();
  if (!model->pool || !qcr_pool_run(model->pool, &run, (int64_t *)base))
    qcr_walk(&run, 0, 1, (int64_t *)base, NULL);
  for (int32_t i = 0; i < p->num_outputs; ++i)
    if (out[i] != user[i])
      memcpy(user[i], out[i], (size_t)qcr_tensor_bytes(&p->outputs[i]));
  qcr_float_leave(before);
  return QC_OK;
}
