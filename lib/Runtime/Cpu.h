/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* What the CPU and the operating system offer, and the names of the levels. Also compiled into the compiler, so that
 * both detect alike. */
#ifndef QC_RUNTIME_CPU_H
#define QC_RUNTIME_CPU_H
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/* QCP_CPU_* bits of this machine among `wanted`. Asking for QCP_CPU_AMX_INT8 asks the kernel to grant this process the
 * tile registers, so ask only if a level needs them. */
uint32_t qcr_cpu_features(uint32_t wanted);

/* Position of a level's name in the order of levels; -1 for an unknown name. */
int32_t qcr_level_rank(const char *name);

#ifdef __cplusplus
}
#endif
#endif
