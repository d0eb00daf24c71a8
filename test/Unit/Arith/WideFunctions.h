// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The f32 functions on eight inputs at once: what makes all 2^32 of them a matter of minutes.
#ifndef QC_TEST_UNIT_ARITH_WIDEFUNCTIONS_H
#define QC_TEST_UNIT_ARITH_WIDEFUNCTIONS_H

#include <cstddef>

namespace qc::test {

/// The functions of one value, in the order of `functions()` in FloatFunctionsTest.cpp.
constexpr int numWideFunctions = 18;

/// Whether this host can run the functions below.
bool hasWideFunctions();
/// y[i] = function(x[i]) for i < count, a multiple of 8.
void evaluateWide(int function, const float *x, float *y, size_t count);
/// z[i] = pow(x[i], y[i]).
void evaluateWidePow(const float *x, const float *y, float *z, size_t count);

} // namespace qc::test

#endif
