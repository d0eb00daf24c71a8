/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Inside of the runtime: an opened model, one run, the thread pool. */
#ifndef QC_RUNTIME_RUNTIME_H
#define QC_RUNTIME_RUNTIME_H
#include "Program.h"
#include "qc/Runtime/Abi.h"
#include <stddef.h>

/* The tables of the model that this runtime is linked with. */
extern const qcp_program qcr_program;

typedef struct qcr_pool qcr_pool;

typedef struct qcr_state qcr_state;

/* A handle. Only the pool, the counters and the state change after open; the first two are made for concurrent use, the
 * last one refuses it. */
typedef struct qc_model {
  const qcp_program *program;
  const qcp_level *level;
  qc_observe_fn observe;
  void *observe_user;
  qc_launch_fn launched;
  void *launch_user;
  int32_t threads;
  qcr_pool *pool;         /* null if threads is 1 */
  _Atomic int64_t *tiles; /* threads counters: tiles run since open, by thread of the map */
  qcr_state *state;       /* null where the model has none */
} qc_model;

/* What the fault word holds: nothing, data that has no meaning, sizes that do not fit a branch that was taken. */
enum { QCR_NONE = 0, QCR_DATA = 1, QCR_SIZES = 2 };

/* One run: the resolved bases of all argument spaces. */
typedef struct qcr_run {
  const qc_model *model;
  char *arena;
  char *const *inputs;
  char *const *outputs;
  const int64_t *dims;    /* extents of all inputs */
  const int64_t *offsets; /* of planned buffers */
  int32_t *faults;        /* not 0 where data was bad */
} qcr_run;

/* Thread `thread` of `threads` runs the schedule. args: max_args slots of its own. pool: where the threads meet
 * between launches, null if threads is 1. Afterwards `run` is not read any more. */
void qcr_walk(const qcr_run *run, int32_t thread, int32_t threads, int64_t *args, qcr_pool *pool);

/* Starts threads - 1 workers; null if memory or threads are short. */
qcr_pool *qcr_pool_open(int32_t threads, int32_t max_args);
/* Runs on all threads; 0 if the pool is busy or belongs to the process this one was forked from: nothing was done. */
int qcr_pool_run(qcr_pool *pool, const qcr_run *run, int64_t *args);
/* Waits until all threads of the current run have come here. */
void qcr_pool_meet(qcr_pool *pool);
void qcr_pool_close(qcr_pool *pool);

/* Sets rounding to nearest, no flush to zero, all exceptions masked; returns what was before, for qcr_float_leave. */
static inline uint32_t qcr_float_enter(void) {
  uint32_t before = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(0x1f80);
  return before;
}
static inline void qcr_float_leave(uint32_t before) { __builtin_ia32_ldmxcsr(before); }

static inline int64_t qcr_round_up(int64_t bytes) { return (bytes + 63) & ~(int64_t)63; }

/* Bytes of `elements` elements of a qc_dtype: two to a byte where it has four bits. */
int64_t qcr_dtype_bytes(int32_t dtype, int64_t elements);
/* Alignment of an element in bytes. */
int64_t qcr_dtype_alignment(int32_t dtype);
/* Bytes of `tensor` with these extents; INT64_MAX where they leave 63 bits. */
int64_t qcr_tensor_bytes(const qcp_tensor *tensor, const int64_t *dims);

/* Whether an extent of an input is symbolic. */
static inline int qcr_is_symbolic(const qcp_program *program) { return program->sizes != 0; }
/* Extents of all inputs, or of all outputs: how many numbers they are. */
int64_t qcr_count_dims(const qcp_tensor *tensors, int32_t count);

/* A plan: what a run with certain extents needs. The arrays are the caller's. */
typedef struct qcr_plan {
  int64_t *output_dims;    /* of all outputs */
  int64_t *bytes;          /* of each buffer */
  int64_t *offsets;        /* of each buffer */
  int32_t *order, *placed; /* scratch, an entry per buffer */
  int64_t arena_bytes;
  int64_t staging_bytes; /* room for all outputs that the caller gets, one behind the other */
} qcr_plan;
/* Bytes of the arrays of a plan, a multiple of 64. */
int64_t qcr_plan_bytes(const qcp_program *program);
/* Puts the arrays of `plan` into `memory`, 8-byte aligned, of qcr_plan_bytes. */
void qcr_plan_place(const qcp_program *program, char *memory, qcr_plan *plan);
/* Checks the extents of all inputs, state included, and fills extents and bytes of the plan, not offsets. A refusal is
 * written as text to `message`, if there is one. */
qc_status qcr_plan_measure(const qcp_program *program, const int64_t *dims, qcr_plan *plan, char *message,
                           size_t message_bytes);
/* Room for all outputs of these extents that the caller gets; INT64_MAX where it is more than memory. */
int64_t qcr_staging_bytes(const qcp_program *program, const int64_t *output_dims);
/* Finds places for the bytes of the plan. */
qc_status qcr_plan_arrange(const qcp_program *program, qcr_plan *plan, char *message, size_t message_bytes);
/* Both. */
qc_status qcr_plan_make(const qcp_program *program, const int64_t *dims, qcr_plan *plan, char *message,
                        size_t message_bytes);

/* Inputs and outputs of the schedule, state included. */
static inline int32_t qcr_all_inputs(const qcp_program *p) { return p->num_inputs + p->num_states; }
static inline int32_t qcr_all_outputs(const qcp_program *p) { return p->num_outputs + p->num_states; }

/* State.c. Null where memory is short. */
qcr_state *qcr_state_open(const qcp_program *program);
void qcr_state_close(const qcp_program *program, qcr_state *state);
/* Whoever reads or writes the state holds it: 0 where another call does. */
int qcr_state_take(qcr_state *state);
void qcr_state_give_back(qcr_state *state);
/* The extents that all state has at first, into `dims`. */
void qcr_state_begin(const qcp_program *program, int64_t *dims);
/* The extents that all state has now; and sets them. */
const int64_t *qcr_state_extents(const qcr_state *state);
void qcr_state_set_extents(const qcp_program *program, qcr_state *state, const int64_t *dims);
/* Where a run reads the state, and where it writes its new form. */
void qcr_state_places(const qcp_program *program, const qcr_state *state, char **inputs, char **outputs);
/* What the run wrote is the state now; output_dims: extents of its new form. */
void qcr_state_commit(const qcp_program *program, qcr_state *state, const int64_t *output_dims);
/* Room for `bytes` bytes that lives as long as the state, for a run without a workspace of the caller's; null where
 * memory is short. */
void *qcr_state_workspace(qcr_state *state, int64_t bytes);
int64_t qcr_state_workspace_bytes(const qcr_state *state);
/* Whose workspace a plan is for: the handle's own; the caller's, in a run; one that the caller asks the size of. */
typedef enum qcr_workspace { QCR_OWN, QCR_GIVEN, QCR_ASKED } qcr_workspace;
/* The plan of a run on inputs of these extents (all inputs, state included). Places are found once for extents of the
 * inputs and hold for what the state may become; where they do not (of sizes that are greatest between, or in the
 * handle's own workspace if it would take much), they are found again, save in the caller's workspace, with which such
 * a run is QC_BUFFER_TOO_SMALL: its size depends on the extents of the inputs alone. The arrays of `plan` are the
 * caller's. */
qc_status qcr_state_plan(const qcp_program *program, qcr_state *state, const int64_t *dims, qcr_workspace workspace,
                         qcr_plan *plan, char *message, size_t message_bytes);

/* The exported functions; the linker of artefacts renames qc_api_x to NAME_x. */
#pragma GCC visibility push(default)
qc_status qc_api_open(const qc_options *options, qc_model **model);
qc_status qc_api_io(const qc_model *model, qc_direction direction, size_t index, qc_tensor_desc *desc);
qc_status qc_api_workspace(const qc_model *model, const int64_t *input_dims, size_t *bytes);
qc_status qc_api_output_dims(const qc_model *model, const int64_t *input_dims, int64_t *output_dims, char *message,
                             size_t message_bytes);
qc_status qc_api_run(const qc_model *model, const qc_tensor *inputs, qc_tensor *outputs, void *workspace);
qc_status qc_api_reset(qc_model *model);
qc_status qc_api_state_bytes(const qc_model *model, size_t *bytes);
qc_status qc_api_save_state(const qc_model *model, void *buffer, size_t bytes);
qc_status qc_api_restore_state(qc_model *model, const void *buffer, size_t bytes);
void qc_api_close(qc_model *model);
const char *qc_api_info(void);
const char *qc_api_status_string(qc_status status);
#pragma GCC visibility pop

#endif
