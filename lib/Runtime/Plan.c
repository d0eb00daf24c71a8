/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Sizes that are known at run time only: checks of the extents, and the places of buffers in the arena. */
#include "Runtime.h"
#include <stdio.h>

int64_t qcr_dtype_alignment(int32_t dtype) {
  switch (dtype) {
  case QC_U16:
  case QC_I16:
  case QC_F16:
  case QC_BF16:
    return 2;
  case QC_F32:
  case QC_I32:
    return 4;
  case QC_I64:
  case QC_F64:
    return 8;
  default:
    return 1;
  }
}

int64_t qcr_dtype_bytes(int32_t dtype, int64_t elements) {
  if (dtype == QC_U4 || dtype == QC_I4)
    return elements / 2 + elements % 2;
  int64_t bytes;
  return __builtin_mul_overflow(elements, qcr_dtype_alignment(dtype), &bytes) ? INT64_MAX : bytes;
}

int64_t qcr_tensor_bytes(const qcp_tensor *tensor, const int64_t *dims) {
  int64_t elements = 1;
  int overflow = 0;
  for (int32_t i = 0; i < tensor->rank; ++i) {
    if (dims[i] == 0)
      return 0;
    overflow |= __builtin_mul_overflow(elements, dims[i], &elements);
  }
  return overflow ? INT64_MAX : qcr_dtype_bytes(tensor->dtype, elements);
}

int64_t qcr_count_dims(const qcp_tensor *tensors, int32_t count) {
  int64_t dims = 0;
  for (int32_t i = 0; i < count; ++i)
    dims += tensors[i].rank;
  return dims;
}

int64_t qcr_plan_bytes(const qcp_program *p) {
  return qcr_round_up(8 * (qcr_count_dims(p->outputs, qcr_all_outputs(p)) + 3 * (int64_t)p->num_buffers));
}

void qcr_plan_place(const qcp_program *p, char *memory, qcr_plan *plan) {
  plan->output_dims = (int64_t *)memory;
  plan->bytes = plan->output_dims + qcr_count_dims(p->outputs, qcr_all_outputs(p));
  plan->offsets = plan->bytes + p->num_buffers;
  plan->order = (int32_t *)(plan->offsets + p->num_buffers);
  plan->placed = plan->order + p->num_buffers;
  plan->arena_bytes = p->arena_bytes;
}

static qc_status refuse(const qcp_check *check, const int64_t *seen, char *message, size_t bytes) {
  if (message && bytes) {
    if (check->accepted)
      snprintf(message, bytes, "%s is %lld, accepted are %s", check->what, (long long)seen[0], check->accepted);
    else
      snprintf(message, bytes, "%s: %lld and %lld", check->what, (long long)seen[0], (long long)seen[1]);
  }
  return (qc_status)check->status;
}

/* Extents that the model knows must be given as it knows them. */
static qc_status check_known(const qcp_program *p, const int64_t *dims, char *message, size_t bytes) {
  for (int32_t i = 0; i < qcr_all_inputs(p); dims += p->inputs[i++].rank)
    for (int32_t d = 0; d < p->inputs[i].rank; ++d) {
      int64_t known = p->inputs[i].dims[d];
      if (known < 0 ? dims[d] >= 0 : dims[d] == known)
        continue;
      if (message && bytes && known >= 0)
        snprintf(message, bytes, "dimension %d of input '%s' is %lld, accepted is %lld", (int)d, p->inputs[i].name,
                 (long long)dims[d], (long long)known);
      else if (message && bytes)
        snprintf(message, bytes, "dimension %d of input '%s' is %lld", (int)d, p->inputs[i].name, (long long)dims[d]);
      return known < 0 ? QC_SIZE_OUT_OF_RANGE : QC_INVALID_ARGUMENT;
    }
  return QC_OK;
}

/* Buffers in the order in which they are placed: large ones first, they have the fewest places to go. */
static void sort_by_size(const qcr_plan *plan, int32_t count) {
  for (int32_t i = 0; i < count; ++i) {
    int32_t at = i;
    for (; at > 0 && plan->bytes[plan->order[at - 1]] < plan->bytes[i]; --at)
      plan->order[at] = plan->order[at - 1];
    plan->order[at] = i;
  }
}

/* The smallest gap that fits between buffers alive at the same time, else behind the last of them. `placed` holds
 * `count` buffers by ascending offset. */
static int64_t find_offset(const qcp_program *p, const qcr_plan *plan, int32_t buffer, int32_t count) {
  const qcp_buffer *own = &p->buffers[buffer];
  int64_t end = 0, best = -1, best_gap = INT64_MAX;
  for (int32_t i = 0; i < count; ++i) {
    int32_t other = plan->placed[i];
    if (own->first > p->buffers[other].last || p->buffers[other].first > own->last)
      continue;
    int64_t gap = plan->offsets[other] - end, behind = plan->offsets[other] + plan->bytes[other];
    if (gap >= plan->bytes[buffer] && gap < best_gap) {
      best = end;
      best_gap = gap;
    }
    if (behind > end)
      end = behind;
  }
  return best >= 0 ? best : end;
}

static void insert_placed(qcr_plan *plan, int32_t buffer, int32_t count) {
  int32_t at = count;
  for (; at > 0 && plan->offsets[plan->placed[at - 1]] > plan->offsets[buffer]; --at)
    plan->placed[at] = plan->placed[at - 1];
  plan->placed[at] = buffer;
}

static qc_status refuse_size(char *message, size_t bytes) {
  if (message && bytes)
    snprintf(message, bytes, "a value in the model would be larger than memory");
  return QC_SIZE_OUT_OF_RANGE;
}

int64_t qcr_staging_bytes(const qcp_program *p, const int64_t *output_dims) {
  const int64_t most = (int64_t)1 << 46;
  int64_t all = 0;
  for (int32_t i = 0; i < p->num_outputs; output_dims += p->outputs[i++].rank) {
    int64_t bytes = qcr_tensor_bytes(&p->outputs[i], output_dims);
    if (bytes > most || all > most)
      return INT64_MAX;
    all += qcr_round_up(bytes);
  }
  return all;
}

/* Offsets by the rule of qc-plan-memory (lib/Codegen/Schedule/PlanMemory.cpp), which places what is known. */
qc_status qcr_plan_arrange(const qcp_program *p, qcr_plan *plan, char *message, size_t message_bytes) {
  const int64_t most = (int64_t)1 << 46;
  if (!qcr_is_symbolic(p))
    return QC_OK;
  for (int32_t i = 0; i < p->num_buffers; ++i) {
    if (plan->bytes[i] > most)
      return refuse_size(message, message_bytes);
    plan->bytes[i] = qcr_round_up(plan->bytes[i]);
  }
  sort_by_size(plan, p->num_buffers);
  plan->arena_bytes = 0;
  for (int32_t i = 0; i < p->num_buffers; ++i) {
    int32_t buffer = plan->order[i];
    plan->offsets[buffer] = find_offset(p, plan, buffer, i);
    insert_placed(plan, buffer, i);
    int64_t end = plan->offsets[buffer] + plan->bytes[buffer];
    if (end > most)
      return refuse_size(message, message_bytes);
    if (end > plan->arena_bytes)
      plan->arena_bytes = end;
  }
  return QC_OK;
}

qc_status qcr_plan_measure(const qcp_program *p, const int64_t *dims, qcr_plan *plan, char *message,
                           size_t message_bytes) {
  if (message && message_bytes)
    *message = 0;
  qc_status status = check_known(p, dims, message, message_bytes);
  if (status != QC_OK)
    return status;
  if (!qcr_is_symbolic(p)) {
    int64_t *out = plan->output_dims;
    for (int32_t i = 0; i < qcr_all_outputs(p); ++i)
      for (int32_t d = 0; d < p->outputs[i].rank; ++d)
        *out++ = p->outputs[i].dims[d];
    plan->staging_bytes = qcr_staging_bytes(p, plan->output_dims);
    return QC_OK;
  }
  int64_t seen[2] = {0, 0};
  int32_t failed = p->sizes(dims, plan->bytes, plan->output_dims, seen);
  if (failed > 0)
    return refuse(&p->checks[failed - 1], seen, message, message_bytes);
  if (failed == 0)
    plan->staging_bytes = qcr_staging_bytes(p, plan->output_dims);
  return failed < 0 || plan->staging_bytes == INT64_MAX ? refuse_size(message, message_bytes) : QC_OK;
}

qc_status qcr_plan_make(const qcp_program *p, const int64_t *dims, qcr_plan *plan, char *message,
                        size_t message_bytes) {
  qc_status status = qcr_plan_measure(p, dims, plan, message, message_bytes);
  return status == QC_OK ? qcr_plan_arrange(p, plan, message, message_bytes) : status;
}
