/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* The constant tables that a compiled model is made of, and that the runtime walks. Emitted field by field by
 * lib/Target/CPU/ProgramTable.cpp: change both together. Runtime and tables always travel in one artefact, so this is
 * no ABI towards anyone else.
 *
 * A model is one compiled function, the schedule, that starts launches. A launch runs one kernel on tiles 0 .. tiles-1,
 * in any order and on any thread; tiles of one launch write disjoint bytes; the next launch starts when all are done.
 * Every thread runs the schedule, through the same branches and loops. What is constant of a launch stands in a table;
 * what depends on the sizes of the inputs is computed by the schedule. */
#ifndef QC_RUNTIME_PROGRAM_H
#define QC_RUNTIME_PROGRAM_H
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One tile of one launch. args: 64-bit slots: pointers, int64 values, or i32 (sign-extended) and f32 (bits) values in
 * the low half. */
typedef void (*qcp_kernel)(const int64_t *args, int64_t tile);

/* An input or output; dims -1 is symbolic. */
typedef struct qcp_tensor {
  const char *name;
  int32_t dtype; /* qc_dtype */
  int32_t rank;
  const int64_t *dims;
  const char *const *symbols; /* rank names of symbolic extents, null for the others; null where none is symbolic */
  const int64_t *least;       /* rank extents to try a model with where nothing else is said; likewise */
} qcp_tensor;

/* Where an argument slot comes from. */
enum {
  QCP_IMM = 0,     /* value itself */
  QCP_ARENA = 1,   /* address of byte `value` of the workspace's arena */
  QCP_WEIGHTS = 2, /* address of byte `value` of the weight section */
  QCP_INPUT = 3,   /* address of byte `value` of input `index` */
  QCP_OUTPUT = 4,  /* address of byte `value` of output `index` */
  QCP_FAULTS = 5,  /* address of the run's fault word, an int32: not 0 where data was bad */
  QCP_COMPUTED = 6 /* stored by the schedule */
};

typedef struct qcp_arg {
  int32_t space;
  int32_t index;
  int64_t value;
} qcp_arg;

enum { QCP_KERNEL = 0, QCP_OBSERVE = 1 };

/* An observe launch has the args {data, dtype, rank dims, rank strides}. */
typedef struct qcp_launch {
  int32_t kind;
  int32_t kernel;     /* index into the level's kernels */
  const char *symbol; /* of an observe launch, else null */
  int32_t first_arg;  /* into the program's args */
  int32_t num_args;
  int64_t tiles; /* >= 0; not read where the schedule computes it */
} qcp_launch;

/* One thread on its way through the schedule: what the schedule reads, and what it calls. The compiler knows the places
 * of these fields (lib/Target/CPU/LowerSchedule.cpp). */
typedef struct qcp_frame qcp_frame;
struct qcp_frame {
  const int64_t *dims;    /* extents of all inputs, one input after the other */
  const int64_t *offsets; /* bytes from the arena's begin, by planned buffer */
  char *arena;
  const char *weights;
  char *const *inputs;
  char *const *outputs;
  /* Launches first .. end-1 of the table, which compute nothing. */
  void (*walk)(qcp_frame *frame, int32_t first, int32_t end);
  /* The argument slots of launch `index`, filled with what is constant. */
  int64_t *(*begin)(qcp_frame *frame, int32_t index);
  /* Launch `index` with the slots as they are. */
  void (*launch)(qcp_frame *frame, int32_t index, int64_t tiles);
  /* The integer of 1 (unsigned), 4 or 8 bytes at `place`, behind all launches so far; 0 where the run met bad data. */
  int64_t (*read)(qcp_frame *frame, const void *place, int32_t bytes);
  /* The sizes do not fit what the run has come to: the schedule returns behind it. */
  void (*refuse)(qcp_frame *frame);
};
typedef void (*qcp_schedule)(qcp_frame *frame);

/* What a run with these extents needs: bytes of each planned buffer, extents of all outputs. Answers 0, the number of a
 * check (from 1) that failed, with what it compared in `seen`, or -1 where a size leaves 63 bits. */
typedef int32_t (*qcp_sizes)(const int64_t *dims, int64_t *bytes, int64_t *extents, int64_t *seen);

/* A check of the extents. The text of a failure: `what` is SEEN, accepted are `accepted`; or, without `accepted`,
 * `what`: SEEN and SEEN. */
typedef struct qcp_check {
  int32_t status; /* qc_status of a failure */
  int32_t reserved;
  const char *what;
  const char *accepted; /* may be null */
} qcp_check;

/* A buffer of the arena, alive from its first to its last launch (any order that tells before from behind). */
typedef struct qcp_buffer {
  int32_t first;
  int32_t last;
} qcp_buffer;

/* A value that the handle keeps from run to run: the last inputs and the last outputs of the program are its forms
 * before and behind a run. One that grows lies in memory of `outer` x `capacity` x `inner` elements and grows along the
 * middle, which is dimension `axis` of the tensor and has room for its greatest extent or more: a run writes behind
 * what there is. Of another one (axis -1; outer and inner are 1) each run writes a new form, row-major without gaps, of
 * at most `capacity` elements. */
typedef struct qcp_state {
  int64_t outer, capacity, inner;
  int64_t axis;
  const int64_t *begin; /* extents when nothing has been run; all elements are 0 then */
  const int64_t *most;  /* the greatest extents */
} qcp_state;

/* What a level needs, beside each other: bits of qcp_level.features. */
enum {
  QCP_CPU_V2 = 1,       /* x86-64-v2 */
  QCP_CPU_V3 = 2,       /* all that x86-64-v3 adds, with the OS saving ymm */
  QCP_CPU_V4 = 4,       /* all that x86-64-v4 adds, with the OS saving zmm and masks */
  QCP_CPU_AVXVNNI = 8,  /* AVX-VNNI (VEX coded) */
  QCP_CPU_VNNI = 16,    /* AVX512-VNNI */
  QCP_CPU_AMX_INT8 = 32 /* AMX-TILE and AMX-INT8, with the OS saving tiles and granting them */
};

/* One version of all kernels. Levels are ordered by rank, the last that fits is used. */
typedef struct qcp_level {
  const char *name;
  uint32_t rank; /* position in the order of all level names, qc_level_rank */
  uint32_t features;
  const qcp_kernel *kernels; /* num_kernels */
} qcp_level;

typedef struct qcp_program {
  uint64_t size; /* sizeof(qcp_program) */
  const char *name;
  const char *qc_version;
  const char *info; /* JSON */
  uint32_t abi_version;
  int32_t num_inputs;
  int32_t num_outputs;
  int32_t num_kernels;
  int32_t num_levels; /* >= 1 */
  int32_t num_launches;
  int32_t num_args;
  int32_t max_args;          /* of one launch */
  const qcp_tensor *inputs;  /* num_inputs, then num_states */
  const qcp_tensor *outputs; /* num_outputs, then num_states */
  const qcp_level *levels;
  const qcp_launch *launches;
  const qcp_arg *args;
  const char *weights; /* 64-byte aligned, 64 readable bytes behind the last */
  int64_t weight_bytes;
  int64_t arena_bytes; /* where no size is symbolic; the runtime adds alignment to 64 and 64 readable bytes */
  qcp_schedule schedule;
  /* Null, and nothing behind it, where no size is symbolic. */
  qcp_sizes sizes;
  const qcp_check *checks;
  const qcp_buffer *buffers;
  int32_t num_checks;
  int32_t num_buffers;
  int32_t
      feeds_rows; /* all inputs and outputs begin with one symbol: an array is as many rows as it has, in any split */
  int32_t num_states;
  const qcp_state *states;
  uint64_t identity; /* of the model and its state: what was saved of another one is not restored */
} qcp_program;

#ifdef __cplusplus
}
#endif
#endif /* QC_RUNTIME_PROGRAM_H */
