// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a unary chain computes.
#include "qc/Analysis/ChainFunctions.h"
#include "dialects/QC/QC.h"

using namespace mlir;
using namespace qc;

std::vector<qc::numerics::RealFunction> qc::getChainFunctions(ArrayRef<Operation *> chain) {
  std::vector<qc::numerics::RealFunction> functions;
  for (Operation *op : chain) {
    auto function = cast<UnaryFunctionOpInterface>(op);
    if (!function.applyF64(0.0))
      return {};
    functions.push_back([function](double x) mutable { return *function.applyF64(x); });
  }
  return functions;
}
