// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shapes by the older rule for pools with ceil_mode.
#pragma once
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Operation.h"

namespace qc::onnx {

/// Tools that follow an older rule count a last window that starts behind the input and its begin padding. Returns the
/// type that `value` has by that rule, and adds the pools for which it makes a difference to `pools`. Null where there
/// is none, or where what is computed with the pools' results does not fit them.
mlir::RankedTensorType inferByOlderCeilRule(mlir::Value value, llvm::SmallVectorImpl<mlir::Operation *> &pools);

} // namespace qc::onnx
