// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rows of sums, with the fused multiply-add instruction where the host has it: the same bits as the library function.
#include "Rows.h"
#include <cmath>

using namespace qc::reference;

#define QC_INLINE static inline __attribute__((always_inline))

// __restrict and a loop of its own for step 1 let the compiler vectorize.
QC_INLINE void floatRow(float *__restrict sum, const float *__restrict x, int64_t step, float w, int64_t count) {
  if (step == 1)
    for (int64_t i = 0; i < count; ++i)
      sum[i] = __builtin_fmaf(x[i], w, sum[i]);
  else
    for (int64_t i = 0; i < count; ++i)
      sum[i] = __builtin_fmaf(x[i * step], w, sum[i]);
}

QC_INLINE void integerRow(int64_t *__restrict sum, const int32_t *__restrict x, int64_t step, int32_t w,
                          int64_t count) {
  if (step == 1)
    for (int64_t i = 0; i < count; ++i)
      sum[i] += int64_t(x[i]) * w;
  else
    for (int64_t i = 0; i < count; ++i)
      sum[i] += int64_t(x[i * step]) * w;
}

#if defined(__x86_64__)
#define QC_AVX2 __attribute__((target("avx2,fma")))
QC_AVX2 static void floatRowAvx2(float *sum, const float *x, int64_t step, float w, int64_t count) {
  floatRow(sum, x, step, w, count);
}
QC_AVX2 static void integerRowAvx2(int64_t *sum, const int32_t *x, int64_t step, int32_t w, int64_t count) {
  integerRow(sum, x, step, w, count);
}
static const bool hasAvx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif

void FloatRows::accumulate(float *sum, const float *x, int64_t step, float w, int64_t count) {
#if defined(__x86_64__)
  if (hasAvx2)
    return floatRowAvx2(sum, x, step, w, count);
#endif
  floatRow(sum, x, step, w, count);
}

void FloatRows::accumulatePadding(float *sum, float w, int64_t count) {
  const float zero = 0;
  for (int64_t i = 0; i < count; ++i)
    accumulate(sum + i, &zero, 1, w, 1);
}

void IntegerRows::accumulate(int64_t *sum, const int32_t *x, int64_t step, int32_t w, int64_t count) {
#if defined(__x86_64__)
  if (hasAvx2)
    return integerRowAvx2(sum, x, step, w, count);
#endif
  integerRow(sum, x, step, w, count);
}
