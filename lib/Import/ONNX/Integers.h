// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Inputs that say sizes, positions and axes.
#pragma once
#include "Node.h"

namespace qc::onnx {

using Integers = llvm::SmallVector<int64_t>;

/// The integers of input `index`, which `what` says the meaning of: nothing where it is left out. Fails where it is
/// computed or of another type than i32 or i64.
llvm::FailureOr<std::optional<Integers>> readIntegers(Node &node, size_t index, llvm::StringRef what);

/// As `readIntegers`, of an input that must be there.
llvm::FailureOr<Integers> requireIntegers(Node &node, size_t index, llvm::StringRef what);

/// Input `index` where it is computed: a vector of i32 or i64, or of f32 (`isFloat`), of `count` elements as far as
/// that is known. Null where it is left out or constant.
llvm::FailureOr<mlir::Value> getComputedVector(Node &node, size_t index, llvm::StringRef what, size_t count,
                                               bool isFloat = false);

/// Computed entries for the dimensions `axes`, one group of them after the other, as entries for all `rank` dimensions;
/// those of other dimensions mean nothing.
llvm::FailureOr<mlir::Value> spreadEntries(Node &node, mlir::Value values, llvm::ArrayRef<int64_t> axes, int64_t rank,
                                           int64_t groups);

/// Fails unless there are `expected` of them.
llvm::LogicalResult expectCount(Node &node, llvm::StringRef what, size_t got, size_t expected);

/// Axes of `rank` dimensions, none of them twice; the first `count` where they are left out.
llvm::FailureOr<Integers> resolveAxes(Node &node, std::optional<Integers> axes, int64_t rank, int64_t count);

} // namespace qc::onnx
