// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operations that are y = factor * x + offset with constants per channel.
#pragma once
#include "dialects/QC/QC.h"
#include <string>

namespace qc::prepare {

/// y = factor * x + offset, one pair per channel.
struct Affine {
  mlir::Value x;
  llvm::SmallVector<double> factors, offsets;

  bool hasOffsets() const {
    return llvm::any_of(offsets, [](double offset) { return offset != 0.0; });
  }
};

/// The slot of the computed operand of a mul, div, add or sub whose other operand is constant (of a div: the divisor).
std::optional<unsigned> getComputedSlot(mlir::Operation *op);
/// What such an operation, or a batch_norm with constant parameters, makes of `channels` channels along `axis` of a
/// result of f32; nothing where its constants are others.
std::optional<Affine> getAffine(mlir::Operation *op, int64_t axis, int64_t channels);
/// Why the numbers cannot be folded into others: a mask (docs/Numerics.md, Rounding points), or not finite. Empty where
/// they can.
std::string checkNumbers(const Affine &affine);

} // namespace qc::prepare
