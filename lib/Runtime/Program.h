/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* The constant tables that a compiled model is made of, and that the runtime walks. Emitted field by field by
 * lib/Target/CPU/ProgramTable.cpp: change both together. Runtime and tables always travel in one artefact, so this is
 * no ABI towards anyone else.
 *
 * A model is a straight line of launches. A launch runs one kernel on tiles 0 .. tiles-1, in any order and on any
 * thread; tiles of one launch write disjoint bytes; the next launch starts when all are done. */
#ifndef QC_RUNTIME_PROGRAM_H
#define QC_RUNTIME_PROGRAM_H
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One tile of one launch. args: 64-bit slots: pointers, int64 values, or i32 (sign-extended) and f32 (bits) values in
 * the low half. */
typedef void (*qcp_kernel)(const int64_t *args, int64_t tile);

/* An input or output; dims -1 is symbolic (none is made yet). */
typedef struct qcp_tensor {
  const char *name;
  int32_t dtype; /* qc_dtype */
  int32_t rank;
  const int64_t *dims;
} qcp_tensor;

/* Where an argument slot comes from. */
enum {
  QCP_IMM = 0,     /* value itself */
  QCP_ARENA = 1,   /* address of byte `value` of the workspace's arena */
  QCP_WEIGHTS = 2, /* address of byte `value` of the weight section */
  QCP_INPUT = 3,   /* address of byte `value` of input `index` */
  QCP_OUTPUT = 4   /* address of byte `value` of output `index` */
};

typedef struct qcp_arg {
  int32_t space;
  int32_t index;
  int64_t value;
} qcp_arg;

enum { QCP_KERNEL = 0, QCP_OBSERVE = 1 };

/* An observe launch has the args {data, dtype, rank dims, rank strides}, all but the first QCP_IMM. */
typedef struct qcp_launch {
  int32_t kind;
  int32_t kernel;     /* index into the level's kernels */
  const char *symbol; /* of an observe launch, else null */
  int32_t first_arg;  /* into the program's args */
  int32_t num_args;
  int64_t tiles; /* >= 0 */
} qcp_launch;

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
  int32_t max_args; /* of one launch */
  const qcp_tensor *inputs;
  const qcp_tensor *outputs;
  const qcp_level *levels;
  const qcp_launch *launches;
  const qcp_arg *args;
  const char *weights; /* 64-byte aligned, 64 readable bytes behind the last */
  int64_t weight_bytes;
  int64_t arena_bytes; /* the runtime adds alignment to 64 and 64 readable bytes */
} qcp_program;

#ifdef __cplusplus
}
#endif
#endif /* QC_RUNTIME_PROGRAM_H */
