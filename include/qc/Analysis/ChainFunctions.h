// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a unary chain computes.
#pragma once
#include "mlir/IR/Operation.h"
#include "qc/Arith/Table.h"

namespace qc {

/// The functions of `chain`, operations of UnaryFunctionOpInterface in the order they are computed, in f64; empty where
/// a parameter of one is not constant. They live as long as the operations.
std::vector<numerics::RealFunction> getChainFunctions(llvm::ArrayRef<mlir::Operation *> chain);

} // namespace qc
