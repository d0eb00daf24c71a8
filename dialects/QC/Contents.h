// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contents of elementwise results (`ShapeFunctionOpInterface::inferContents`): one line for an operation, such as
//   return mapContents(math, *this, [&](ArrayRef<Dim> x) { return math.sub(x[0], x[1]); });
#pragma once
#include "dialects/QC/QC.h"

namespace qc {

/// What one element of the result is for the elements of the operands; nothing where it is not known.
using ElementFunction = llvm::function_ref<std::optional<Dim>(llvm::ArrayRef<Dim>)>;

/// The contents of the result of `op`, whose operands broadcast: `function` for each element. Nothing where the
/// result's shape or an operand's contents are not known, where an element is not, or where the elements are floats
/// (which round).
std::optional<Dims> mapContents(ShapeMath &math, mlir::Operation *op, ElementFunction function);

/// The contents of a conversion between integers, booleans and f32 of one operand: the numbers themselves, of a boolean
/// whether they are 0. f32 holds integers up to 2^24; that expressions stay below is demanded where one becomes a size.
std::optional<Dims> castContents(ShapeMath &math, mlir::Operation *op);
constexpr int64_t kMostExactInFloat = int64_t(1) << 24;

/// a / b rounded towards 0, and the remainder with the sign of a. Nothing for b = 0, or where signs are not known.
std::optional<Dim> divideTruncated(ShapeMath &math, Dim a, Dim b);
std::optional<Dim> remainderTruncated(ShapeMath &math, Dim a, Dim b);
/// a modulo b >= 1, in [0, b). Nothing where both are numbers, or where signs are not known.
std::optional<Dim> moduloOf(ShapeMath &math, Dim a, Dim b);

} // namespace qc
