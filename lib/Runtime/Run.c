/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* One run: checks, workspace layout, staging of outputs that overlap inputs. */
#include "Runtime.h"
#include <stdlib.h>
#include <string.h>

/* The workspace, from a 64-byte boundary on: argument slots; addresses of inputs, of outputs as the kernels see them,
 * and of outputs as the user gave them; extents of all inputs; the plan; the fault word; the arena with 64 readable
 * bytes behind it; room for every output, used where it overlaps an input. What stands before the arena depends on the
 * model only. */
typedef struct layout {
  int64_t pointers, dims, plan, faults, arena, staging, bytes;
} layout;

static layout make_layout(const qcp_program *p, const qcr_plan *plan) {
  layout l;
  l.pointers = qcr_round_up((int64_t)p->max_args * 8);
  l.dims = l.pointers + qcr_round_up(((int64_t)qcr_all_inputs(p) + 2 * (int64_t)qcr_all_outputs(p)) * 8);
  l.plan = l.dims + qcr_round_up(8 * qcr_count_dims(p->inputs, qcr_all_inputs(p)));
  l.faults = l.plan + qcr_plan_bytes(p);
  l.arena = l.faults + 64;
  l.staging = l.arena + qcr_round_up((plan ? plan->arena_bytes : 0) + 64);
  l.bytes = l.staging + (plan ? plan->staging_bytes : 0);
  return l;
}

/* What the caller gives: room to reach a 64-byte boundary, and the layout from there on. */
static int64_t workspace_bytes(const layout *l) { return l->bytes + 63; }

/* A plan in memory of its own. */
typedef struct own_plan {
  qcr_plan plan;
  char *memory;
  int64_t *known; /* extents of all inputs, state included */
} own_plan;

/* The plan of a run of `model`. */
static qc_status make_plan(const qc_model *model, const int64_t *dims, qcr_workspace workspace, qcr_plan *plan,
                           char *message, size_t message_bytes) {
  if (model->state)
    return qcr_state_plan(model->program, model->state, dims, workspace, plan, message, message_bytes);
  return qcr_plan_make(model->program, dims, plan, message, message_bytes);
}

/* Plans for the extents `dims`, or, where they are null, for those that the model knows; with state as it is, or, where
 * the caller asks for the size of a workspace, as it begins: it is the same for all. */
static qc_status make_own_plan(const qc_model *model, const int64_t *dims, qcr_workspace workspace, own_plan *own,
                               char *message, size_t message_bytes) {
  const qcp_program *p = model->program;
  int64_t head = qcr_plan_bytes(p), count = qcr_count_dims(p->inputs, p->num_inputs);
  own->memory = calloc(1, (size_t)(head + 8 * qcr_count_dims(p->inputs, qcr_all_inputs(p))));
  if (!own->memory)
    return QC_OUT_OF_MEMORY;
  qcr_plan_place(p, own->memory, &own->plan);
  own->known = (int64_t *)(own->memory + head);
  int64_t *next = own->known;
  for (int32_t i = 0; i < p->num_inputs; ++i)
    for (int32_t d = 0; d < p->inputs[i].rank; ++d, ++next) {
      *next = dims ? dims[next - own->known] : p->inputs[i].dims[d];
      if (*next < 0 && !dims)
        return QC_INVALID_ARGUMENT;
    }
  if (!model->state)
    return make_plan(model, own->known, workspace, &own->plan, message, message_bytes);
  if (!qcr_state_take(model->state))
    return QC_BUSY;
  if (workspace == QCR_ASKED)
    qcr_state_begin(p, own->known + count);
  else
    memcpy(own->known + count, qcr_state_extents(model->state),
           8 * (size_t)qcr_count_dims(p->inputs + p->num_inputs, p->num_states));
  qc_status status = make_plan(model, own->known, workspace, &own->plan, message, message_bytes);
  qcr_state_give_back(model->state);
  return status;
}

qc_status qc_api_workspace(const qc_model *model, const int64_t *input_dims, size_t *bytes) {
  if (!model || !bytes)
    return QC_INVALID_ARGUMENT;
  own_plan own = {{NULL, NULL, NULL, NULL, NULL, 0, 0}, NULL, NULL};
  qc_status status = make_own_plan(model, input_dims, QCR_ASKED, &own, NULL, 0);
  if (status == QC_OK) {
    layout l = make_layout(model->program, &own.plan);
    *bytes = (size_t)workspace_bytes(&l);
  }
  free(own.memory);
  return status;
}

qc_status qc_api_output_dims(const qc_model *model, const int64_t *input_dims, int64_t *output_dims, char *message,
                             size_t message_bytes) {
  if (message && message_bytes)
    *message = 0;
  if (!model || !output_dims)
    return QC_INVALID_ARGUMENT;
  const qcp_program *p = model->program;
  own_plan own = {{NULL, NULL, NULL, NULL, NULL, 0, 0}, NULL, NULL};
  qc_status status = make_own_plan(model, input_dims, QCR_OWN, &own, message, message_bytes);
  if (status == QC_OK)
    memcpy(output_dims, own.plan.output_dims, 8 * (size_t)qcr_count_dims(p->outputs, p->num_outputs));
  free(own.memory);
  return status;
}

/* The size that qc_tensor had in version 1 of the ABI. */
enum { LEAST_TENSOR = offsetof(qc_tensor, produced) };

/* The caller's array may have larger elements than this version's: `size` is the stride. */
static const qc_tensor *tensor_at(const qc_tensor *array, int32_t index) {
  return (const qc_tensor *)((const char *)array + (size_t)index * array->size);
}

static int overlap(const char *a, int64_t a_bytes, const char *b, int64_t b_bytes) {
  return a_bytes > 0 && b_bytes > 0 && (uintptr_t)a < (uintptr_t)b + (uintptr_t)b_bytes &&
         (uintptr_t)b < (uintptr_t)a + (uintptr_t)a_bytes;
}

/* One side of the model in a run: what it expects, with its extents, and what it was given. */
typedef struct border {
  const qcp_tensor *tensors;
  const qc_tensor *given;
  const int64_t *dims;
  int32_t count;
} border;

/* Whether the buffer overlaps one of the first `count` tensors. */
static int overlaps_any(const char *data, int64_t bytes, const border *side, int32_t count) {
  const int64_t *dims = side->dims;
  for (int32_t i = 0; i < count; dims += side->tensors[i++].rank)
    if (overlap(data, bytes, tensor_at(side->given, i)->data, qcr_tensor_bytes(&side->tensors[i], dims)))
      return 1;
  return 0;
}

static qc_status check_tensor(const qcp_tensor *expected, const int64_t *dims, const qc_tensor *given) {
  if (given->dtype && given->dtype != expected->dtype)
    return QC_INVALID_ARGUMENT;
  if (given->dims) {
    if (given->rank != expected->rank)
      return QC_INVALID_ARGUMENT;
    for (int32_t d = 0; d < expected->rank; ++d)
      if (given->dims[d] != dims[d])
        return QC_INVALID_ARGUMENT;
  }
  int64_t bytes = qcr_tensor_bytes(expected, dims);
  if (bytes == 0)
    return QC_OK;
  if (!given->data || (uintptr_t)given->data % (uintptr_t)qcr_dtype_alignment(expected->dtype))
    return QC_INVALID_ARGUMENT;
  return given->bytes < (size_t)bytes ? QC_BUFFER_TOO_SMALL : QC_OK;
}

/* The array as such: what may be read of it at all. */
static qc_status check_array(const border *side) {
  if (side->count == 0)
    return QC_OK;
  if (!side->given || side->given->size < LEAST_TENSOR)
    return QC_INVALID_ARGUMENT;
  for (int32_t i = 0; i < side->count; ++i)
    if (tensor_at(side->given, i)->size != side->given->size)
      return QC_INVALID_ARGUMENT;
  return QC_OK;
}

/* Checks the tensors against the model, and that none lies in the workspace. */
static qc_status check_tensors(const border *side, const char *work, int64_t work_bytes) {
  const int64_t *dims = side->dims;
  for (int32_t i = 0; i < side->count; dims += side->tensors[i++].rank) {
    qc_status status = check_tensor(&side->tensors[i], dims, tensor_at(side->given, i));
    if (status != QC_OK)
      return status;
  }
  return overlaps_any(work, work_bytes, side, side->count) ? QC_INVALID_ARGUMENT : QC_OK;
}

/* Everything that can be refused, before anything but the head of the workspace is written. */
static qc_status check_run(const border *in, const border *out, const char *work, int64_t bytes) {
  qc_status status = check_tensors(in, work, bytes);
  if (status == QC_OK)
    status = check_tensors(out, work, bytes);
  const int64_t *dims = out->dims;
  for (int32_t i = 0; status == QC_OK && i < out->count; dims += out->tensors[i++].rank)
    if (overlaps_any(tensor_at(out->given, i)->data, qcr_tensor_bytes(&out->tensors[i], dims), out, i))
      status = QC_INVALID_ARGUMENT;
  return status;
}

/* The extents of all inputs, as given or as the model knows them. */
static qc_status read_dims(const border *in, int64_t *dims) {
  for (int32_t i = 0; i < in->count; dims += in->tensors[i++].rank) {
    const qc_tensor *given = tensor_at(in->given, i);
    const qcp_tensor *tensor = &in->tensors[i];
    if (given->dims && given->rank != tensor->rank)
      return QC_INVALID_ARGUMENT;
    for (int32_t d = 0; d < tensor->rank; ++d) {
      dims[d] = given->dims ? given->dims[d] : tensor->dims[d];
      if (dims[d] < 0 && !given->dims)
        return QC_INVALID_ARGUMENT;
    }
  }
  return QC_OK;
}

/* Whether the head of the workspace, which is written before all is checked, is the caller's to lose: no input or
 * output may begin in it. */
static int head_is_free(const border *side, const char *work, int64_t bytes) {
  for (int32_t i = 0; i < side->count; ++i) {
    const qc_tensor *given = tensor_at(side->given, i);
    if (overlap(work, bytes, given->data, (int64_t)given->bytes))
      return 0;
  }
  return 1;
}

/* Tells the caller what extents the outputs have. */
static void report_dims(const border *out) {
  const int64_t *dims = out->dims;
  for (int32_t i = 0; i < out->count; dims += out->tensors[i++].rank) {
    const qc_tensor *given = tensor_at(out->given, i);
    if (given->size >= sizeof(qc_tensor) && given->produced)
      memcpy(given->produced, dims, 8 * (size_t)out->tensors[i].rank);
  }
}

/* All threads through the schedule, then staged outputs to where the caller wants them. The state is the new one where
 * all went well. */
static qc_status execute(const qc_model *model, const qcr_run *run, char *base, const border *out, char **user) {
  uint32_t before = qcr_float_enter();
  *run->faults = 0;
  if (!model->pool || !qcr_pool_run(model->pool, run, (int64_t *)base))
    qcr_walk(run, 0, 1, (int64_t *)base, NULL);
  const int64_t *dims = out->dims;
  for (int32_t i = 0; i < out->count; dims += out->tensors[i++].rank)
    if (run->outputs[i] != user[i])
      memcpy(user[i], run->outputs[i], (size_t)qcr_tensor_bytes(&out->tensors[i], dims));
  qcr_float_leave(before);
  if (*run->faults)
    return *run->faults == QCR_SIZES ? QC_SIZE_MISMATCH : QC_BAD_DATA;
  report_dims(out);
  if (model->state)
    qcr_state_commit(model->program, model->state, dims);
  return QC_OK;
}

/* The head of the workspace: the extents of all inputs and a plan for them, in `in`, `out` and `plan`. */
static qc_status prepare(const qc_model *model, char *base, const layout *head, qcr_workspace workspace, border *in,
                         border *out, qcr_plan *plan) {
  const qcp_program *p = model->program;
  int64_t *dims = (int64_t *)(base + head->dims);
  in->dims = dims;
  qcr_plan_place(p, base + head->plan, plan);
  qc_status status = read_dims(in, dims);
  if (model->state)
    memcpy(dims + qcr_count_dims(p->inputs, p->num_inputs), qcr_state_extents(model->state),
           8 * (size_t)qcr_count_dims(p->inputs + p->num_inputs, p->num_states));
  if (status == QC_OK)
    status = make_plan(model, dims, workspace, plan, NULL, 0);
  out->dims = plan->output_dims;
  return status;
}

/* Addresses of everything, state behind the caller's tensors; then the run. */
static qc_status start(const qc_model *model, const border *in, const border *out, const qcr_plan *plan, char *base,
                       const layout *l) {
  const qcp_program *p = model->program;
  char **in_data = (char **)(base + l->pointers), **out_data = in_data + qcr_all_inputs(p);
  char **user = out_data + qcr_all_outputs(p), *room = base + l->staging;
  for (int32_t i = 0; i < p->num_inputs; ++i)
    in_data[i] = tensor_at(in->given, i)->data;
  const int64_t *dims = out->dims;
  for (int32_t i = 0; i < p->num_outputs; dims += p->outputs[i++].rank) {
    int64_t bytes = qcr_tensor_bytes(&p->outputs[i], dims);
    user[i] = tensor_at(out->given, i)->data;
    out_data[i] = overlaps_any(user[i], bytes, in, in->count) ? room : user[i];
    room += qcr_round_up(bytes);
  }
  if (model->state)
    qcr_state_places(p, model->state, in_data + p->num_inputs, out_data + p->num_outputs);
  qcr_run run = {model, base + l->arena, in_data, out_data, in->dims, plan->offsets, (int32_t *)(base + l->faults)};
  return execute(model, &run, base, out, user);
}

/* The run, with the state held where there is some; without a workspace of the caller's in one of the state's. */
static qc_status run_model(const qc_model *model, const qc_tensor *inputs, qc_tensor *outputs, void *given) {
  const qcp_program *p = model->program;
  layout head = make_layout(p, NULL);
  void *workspace = given ? given : qcr_state_workspace(model->state, head.arena + 63);
  if (!workspace)
    return QC_OUT_OF_MEMORY;
  char *base = (char *)(((uintptr_t)workspace + 63) & ~(uintptr_t)63);
  border in = {p->inputs, inputs, NULL, p->num_inputs}, out = {p->outputs, outputs, NULL, p->num_outputs};
  qc_status status = check_array(&in);
  if (status == QC_OK)
    status = check_array(&out);
  if (status != QC_OK)
    return status;
  if (!head_is_free(&in, workspace, head.arena + 63) || !head_is_free(&out, workspace, head.arena + 63))
    return QC_INVALID_ARGUMENT;
  qcr_plan plan;
  status = prepare(model, base, &head, given ? QCR_GIVEN : QCR_OWN, &in, &out, &plan);
  if (status != QC_OK)
    return status;
  layout l = make_layout(p, &plan);
  if (!given && qcr_state_workspace_bytes(model->state) < workspace_bytes(&l))
    return qcr_state_workspace(model->state, workspace_bytes(&l)) ? run_model(model, inputs, outputs, NULL)
                                                                  : QC_OUT_OF_MEMORY;
  /* All of it, as it was given: whether a call is refused must not depend on where the workspace happens to lie. */
  status = check_run(&in, &out, workspace, workspace_bytes(&l));
  return status == QC_OK ? start(model, &in, &out, &plan, base, &l) : status;
}

qc_status qc_api_run(const qc_model *model, const qc_tensor *inputs, qc_tensor *outputs, void *workspace) {
  if (!model || (!workspace && !model->state))
    return QC_INVALID_ARGUMENT;
  if (!model->state)
    return run_model(model, inputs, outputs, workspace);
  if (!qcr_state_take(model->state))
    return QC_BUSY;
  qc_status status = run_model(model, inputs, outputs, workspace);
  qcr_state_give_back(model->state);
  return status;
}
