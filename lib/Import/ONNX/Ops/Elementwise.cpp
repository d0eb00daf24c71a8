// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Clip.
#include "../Handlers.h"
#include "dialects/QC/QC.h"

using namespace mlir;
using namespace qc::onnx;

/// Of integers: at least the lower bound, then at most the upper one.
static LogicalResult importIntegerClip(Node &node, Value x) {
  for (size_t index : {1, 2}) {
    if (!node.hasInput(index))
      continue;
    StringRef suffix = index == 1 && node.hasInput(2) ? "_low" : "";
    FailureOr<Value> bound = node.getInput(index);
    if (failed(bound))
      return failure();
    RankedTensorType type = getTensorType(*bound), xType = getTensorType(x);
    bool isOne = type.hasStaticShape() && type.getNumElements() == 1 && type.getRank() <= xType.getRank();
    if (!isOne || type.getElementType() != xType.getElementType())
      return node.emitError() << "has a bound of type " << type << ", accepted is one element of "
                              << xType.getElementType();
    FailureOr<Value> y = index == 1 ? node.create<qc::MaxOp>(suffix, ValueRange{x, *bound}, ArrayRef<NamedAttribute>())
                                    : node.create<qc::MinOp>(suffix, ValueRange{x, *bound}, ArrayRef<NamedAttribute>());
    if (failed(y))
      return failure();
    x = *y;
  }
  return failed(node.getAttributes().finish()) ? failure() : node.setOutput(x);
}

LogicalResult qc::onnx::importClip(Node &node) {
  FailureOr<Value> x = node.getInput(0);
  if (failed(x))
    return failure();
  if (Type element = getTensorType(*x).getElementType(); element.isSignlessInteger(32) || element.isSignlessInteger(64))
    return importIntegerClip(node, *x);
  x = node.getFloatInput(0); // or says what is accepted
  FailureOr<Value> lo = node.getOptionalFloatInput(1), hi = node.getOptionalFloatInput(2);
  if (failed(x) || failed(lo) || failed(hi) || failed(node.getAttributes().finish()))
    return failure();
  return node.createOutput<qc::ClipOp>(*x, *lo, *hi);
}
