/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Opening, describing and closing a model. */
#include "Cpu.h"
#include "Runtime.h"
#include <stdlib.h>
#include <string.h>

enum { MAX_THREADS = 1024 };

/* The size that qc_options had in versions 1 and 2 of the ABI at first. */
enum { LEAST_OPTIONS = offsetof(qc_options, launched) };

/* Lowers *cap to the rank of the level named `name`, where there is a name. */
static qc_status apply_cap(const char *name, int32_t *cap) {
  if (!name || !*name)
    return QC_OK;
  int32_t rank = qcr_level_rank(name);
  if (rank < 0)
    return QC_INVALID_ARGUMENT;
  if (rank < *cap)
    *cap = rank;
  return QC_OK;
}

static qc_status choose_level(const qcp_program *program, const char *max_level, const qcp_level **chosen) {
  int32_t cap = INT32_MAX;
  qc_status status = apply_cap(max_level, &cap);
  if (status == QC_OK)
    status = apply_cap(getenv("QC_MAX_LEVEL"), &cap);
  if (status != QC_OK)
    return status;
  for (int32_t i = program->num_levels - 1; i >= 0; --i) {
    const qcp_level *level = &program->levels[i];
    if ((int64_t)level->rank > cap || qcr_cpu_features(level->features) != level->features)
      continue;
    *chosen = level;
    return QC_OK;
  }
  return QC_UNSUPPORTED_CPU;
}

static qc_status start_threads(qc_model *model, int32_t threads) {
  model->threads = threads;
  model->tiles = calloc((size_t)threads, sizeof(*model->tiles));
  if (!model->tiles)
    return QC_OUT_OF_MEMORY;
  if (threads == 1)
    return QC_OK;
  model->pool = qcr_pool_open(threads, model->program->max_args);
  return model->pool ? QC_OK : QC_OUT_OF_MEMORY;
}

qc_status qc_api_open(const qc_options *options, qc_model **result) {
  static const qc_options defaults = {sizeof(qc_options), 1, NULL, NULL, NULL, NULL, NULL};
  if (!result)
    return QC_INVALID_ARGUMENT;
  *result = NULL;
  if (!options)
    options = &defaults;
  if (options->size < LEAST_OPTIONS || options->threads < 0 || options->threads > MAX_THREADS)
    return QC_INVALID_ARGUMENT;
  const qcp_level *level = NULL;
  qc_status status = choose_level(&qcr_program, options->max_level, &level);
  if (status != QC_OK)
    return status;
  qc_model *model = calloc(1, sizeof(*model));
  if (!model)
    return QC_OUT_OF_MEMORY;
  model->program = &qcr_program;
  model->level = level;
  model->observe = options->observe;
  model->observe_user = options->observe_user;
  if (options->size >= sizeof(qc_options)) {
    model->launched = options->launched;
    model->launch_user = options->launch_user;
  }
  status = start_threads(model, options->threads ? options->threads : 1);
  if (status == QC_OK && qcr_program.num_states) {
    model->state = qcr_state_open(&qcr_program);
    status = model->state ? QC_OK : QC_OUT_OF_MEMORY;
  }
  if (status != QC_OK) {
    qc_api_close(model);
    return status;
  }
  *result = model;
  return QC_OK;
}

void qc_api_close(qc_model *model) {
  if (!model)
    return;
  if (model->pool)
    qcr_pool_close(model->pool);
  qcr_state_close(&qcr_program, model->state);
  free((void *)model->tiles);
  free(model);
}

qc_status qc_api_io(const qc_model *model, qc_direction direction, size_t index, qc_tensor_desc *desc) {
  (void)model;
  if (!desc || desc->size < sizeof(qc_tensor_desc) || (direction != QC_INPUT && direction != QC_OUTPUT))
    return QC_INVALID_ARGUMENT;
  int input = direction == QC_INPUT;
  if (index >= (size_t)(input ? qcr_program.num_inputs : qcr_program.num_outputs))
    return QC_INVALID_ARGUMENT;
  const qcp_tensor *tensor = (input ? qcr_program.inputs : qcr_program.outputs) + index;
  desc->name = tensor->name;
  desc->dtype = tensor->dtype;
  desc->rank = tensor->rank;
  desc->dims = tensor->dims;
  return QC_OK;
}

const char *qc_api_info(void) { return qcr_program.info; }

const char *qc_api_status_string(qc_status status) {
  switch (status) {
  case QC_OK:
    return "success";
  case QC_INVALID_ARGUMENT:
    return "invalid argument";
  case QC_UNSUPPORTED_CPU:
    return "this CPU, or QC_MAX_LEVEL, is below the lowest level of the artefact";
  case QC_OUT_OF_MEMORY:
    return "out of memory or threads";
  case QC_BUFFER_TOO_SMALL:
    return "a tensor's buffer is smaller than its shape needs";
  case QC_SIZE_OUT_OF_RANGE:
    return "an extent of an input is outside the range that the model was compiled for";
  case QC_SIZE_MISMATCH:
    return "two extents differ that the model needs to be equal";
  case QC_BAD_DATA:
    return "an index is outside its tensor, an integer is divided by zero, or an average has an unlisted count";
  case QC_STATE_FULL:
    return "the state has reached its capacity";
  case QC_BUSY:
    return "the handle, which keeps state, is in another call";
  }
  return "unknown status";
}
