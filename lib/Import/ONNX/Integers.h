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

/// Fails unless there are `expected` of them.
llvm::LogicalResult expectCount(Node &node, llvm::StringRef what, size_t got, size_t expected);

/// Axes of `rank` dimensions, none of them twice; the first `count` where they are left out.
llvm::FailureOr<Integers> resolveAxes(Node &node, std::optional<Integers> axes, int64_t rank, int64_t count);

} // namespace qc::onnx
