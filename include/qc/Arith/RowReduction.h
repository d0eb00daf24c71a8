// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Row reductions in the fixed order of docs/Numerics.md, Float kernels.
#ifndef QC_ARITH_ROWREDUCTION_H
#define QC_ARITH_ROWREDUCTION_H

#include <cstdint>

namespace qc::numerics {

/// Sum of x[k * stride], k < count, in f32: element k is added to partial k mod 16, ascending, from +0; then
/// p[j] += p[j+8], p[j+4], p[j+2], p[j+1]; of more than maxShortRow elements each partial is a long sum (OrderedSum.h).
/// An empty row gives +0.
float rowSum(const float *x, int64_t count, int64_t stride = 1);

/// Product of x[k * stride], k < count, in the order of rowSum for short rows, from 1.
float rowProduct(const float *x, int64_t count, int64_t stride = 1);

/// Maximum of x[k * stride], k < count, by maximum() from -inf (any order gives the same); NaN anywhere gives
/// 0x7fc00000.
float rowMax(const float *x, int64_t count, int64_t stride = 1);

} // namespace qc::numerics

#endif
