/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Detection of CPU features by CPUID, XCR0 and arch_prctl. */
#include "Cpu.h"
#include "Program.h"
#include <cpuid.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { ARCH_REQ_XCOMP_PERM_NUMBER = 0x1023, XFEATURE_XTILEDATA = 18 };

typedef struct leaf {
  uint32_t eax, ebx, ecx, edx;
} leaf;

static leaf cpuid_leaf(uint32_t number, uint32_t sub) {
  leaf l = {0, 0, 0, 0};
  if (!__get_cpuid_count(number, sub, &l.eax, &l.ebx, &l.ecx, &l.edx))
    return (leaf){0, 0, 0, 0};
  return l;
}

static int has(uint32_t word, uint32_t bits) { return (word & bits) == bits; }

/* Register sets that the operating system saves; 0 if it saves none by XSAVE. */
static uint64_t xcr0(leaf l1) {
  if (!has(l1.ecx, 1u << 27)) /* OSXSAVE */
    return 0;
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return ((uint64_t)high << 32) | low;
}

static uint32_t base_features(leaf l1, leaf l7, leaf ext, uint64_t saved) {
  /* SSE3, SSSE3, CX16, SSE4.1, SSE4.2, POPCNT; LAHF */
  if (!has(l1.ecx, 1u | 1u << 9 | 1u << 13 | 1u << 19 | 1u << 20 | 1u << 23) || !has(ext.ecx, 1u))
    return 0;
  uint32_t found = QCP_CPU_V2;
  /* FMA, MOVBE, AVX, F16C; BMI1, AVX2, BMI2; LZCNT; xmm and ymm saved */
  if (!has(l1.ecx, 1u << 12 | 1u << 22 | 1u << 28 | 1u << 29) || !has(l7.ebx, 1u << 3 | 1u << 5 | 1u << 8) ||
      !has(ext.ecx, 1u << 5) || (saved & 0x6) != 0x6)
    return found;
  found |= QCP_CPU_V3;
  /* AVX512F, DQ, CD, BW, VL; masks and zmm saved */
  if (has(l7.ebx, 1u << 16 | 1u << 17 | 1u << 28 | 1u << 30 | 1u << 31) && (saved & 0xe6) == 0xe6)
    found |= QCP_CPU_V4;
  return found;
}

static int grants_tiles(void) { return syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM_NUMBER, XFEATURE_XTILEDATA) == 0; }

uint32_t qcr_cpu_features(uint32_t wanted) {
  leaf l1 = cpuid_leaf(1, 0), l7 = cpuid_leaf(7, 0), l71 = cpuid_leaf(7, 1), ext = cpuid_leaf(0x80000001u, 0);
  uint64_t saved = xcr0(l1);
  uint32_t found = base_features(l1, l7, ext, saved);
  if ((found & QCP_CPU_V3) && l7.eax >= 1 && has(l71.eax, 1u << 4))
    found |= QCP_CPU_AVXVNNI;
  if ((found & QCP_CPU_V4) && has(l7.ecx, 1u << 11))
    found |= QCP_CPU_VNNI;
  if ((wanted & QCP_CPU_AMX_INT8) && has(l7.edx, 1u << 24 | 1u << 25) && (saved & 0x60000) == 0x60000 && grants_tiles())
    found |= QCP_CPU_AMX_INT8;
  return found & wanted;
}

int32_t qcr_level_rank(const char *name) {
  static const char names[][24] = {"x86-64-v2", "x86-64-v3",      "x86-64-v3+avxvnni",
                                   "x86-64-v4", "x86-64-v4+vnni", "x86-64-v4+amx"};
  for (int32_t i = 0; i < (int32_t)(sizeof(names) / sizeof(names[0])); ++i)
    if (strcmp(names[i], name) == 0)
      return i;
  return -1;
}
