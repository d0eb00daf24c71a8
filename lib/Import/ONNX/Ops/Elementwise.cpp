// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Clip.
#include "../Handlers.h"
#include "dialects/QC/QC.h"

using namespace mlir;
using namespace qc::onnx;

LogicalResult qc::onnx::importClip(Node &node) {
  FailureOr<Value> x = node.getFloatInput(0), lo = node.getOptionalFloatInput(1), hi = node.getOptionalFloatInput(2);
  if (failed(x) || failed(lo) || failed(hi) || failed(node.getAttributes().finish()))
    return failure();
  return node.createOutput<qc::ClipOp>(*x, *lo, *hi);
}
