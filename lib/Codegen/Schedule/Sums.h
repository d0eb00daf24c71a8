// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sums of floats in the order of docs/Numerics.md.
#pragma once
#include "KernelWriter.h"

namespace qc::kernel {

/// How many terms a sum has, as far as it is known when the kernel is written.
enum class SumLength {
  Short,  ///< added one after the other
  Long,   ///< added in blocks
  Unknown ///< which of them is decided when the kernel runs
};

/// `count` (nothing where it is not known) against the most terms that a short sum has.
SumLength getSumLength(std::optional<int64_t> count, int64_t most);

/// The sum of term(0) .. term(count - 1), which are f32 or vectors of it like `zero`. `isLong` (i1) is looked at where
/// the length is unknown.
mlir::Value emitOrderedSum(KernelWriter &writer, mlir::Value count, SumLength length, mlir::Value isLong,
                           mlir::Value zero, llvm::function_ref<mlir::Value(mlir::Value k)> term);

/// What is carried from term to term: the sums after term k.
using AddTerm = llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value k, mlir::ValueRange sums)>;

/// Sums from `zeros` on, one term after the other.
llvm::SmallVector<mlir::Value> emitRunningSums(KernelWriter &writer, mlir::Value begin, mlir::Value end,
                                               mlir::ValueRange zeros, AddTerm add);

/// Sums of products of f32 over K, in blocks where there are more than numerics::contractionBlock of them. `count` is
/// their number, `known` the same where it is known when the kernel is written.
llvm::SmallVector<mlir::Value> emitBlockedSums(KernelWriter &writer, mlir::Value count, std::optional<int64_t> known,
                                               mlir::ValueRange zeros, AddTerm add);

} // namespace qc::kernel
