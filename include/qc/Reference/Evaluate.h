// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The reference evaluator: the slow and readable meaning of qc and dyadic, the oracle of every bit test.
#pragma once
#include "dialects/QC/QC.h"
#include "mlir/IR/BuiltinOps.h"
#include <functional>
#include <vector>

namespace mlir {
class DialectRegistry;
}

namespace qc {

/// Attaches EvaluateOpInterface to every operation of qc and dyadic that computes something.
void registerReferenceModels(mlir::DialectRegistry &registry);

/// The results of `op` for operand values (absent optional operands have no entry), which must have the operands' types
/// (static where these are not). Fails with a diagnostic at the operation: values without a meaning, or an operation
/// that has none. The floating-point environment of the caller does not matter.
mlir::FailureOr<llvm::SmallVector<TensorValue>> evaluateOp(mlir::Operation *op, llvm::ArrayRef<TensorValue> operands);

/// Called with the symbol of every `qc.observe` and the value it sees, in program order.
using EvaluationObserver = std::function<void(llvm::StringRef symbol, const TensorValue &value)>;

/// Evaluates `@main` of `module` (qc and dyadic operations in any mixture, before the kernels phase) on `inputs`, one
/// per argument, of the argument's type (static where the argument's is not). Returns one value per result. Fails with
/// a diagnostic located at the operation: a wrong number or type of inputs, an operation without a meaning. Values are
/// freed after their last use.
mlir::FailureOr<std::vector<TensorValue>> evaluateMain(mlir::ModuleOp module, llvm::ArrayRef<TensorValue> inputs,
                                                       const EvaluationObserver &observer = {});

} // namespace qc
