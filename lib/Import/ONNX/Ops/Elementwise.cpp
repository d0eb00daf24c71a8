// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Add, Mul, Relu, Clip, HardSigmoid, HardSwish.
#include "../Handlers.h"
#include "dialects/QC/QC.h"

using namespace mlir;
using namespace qc::onnx;

template <typename OpTy> static LogicalResult importBinary(Node &node) {
  FailureOr<Value> a = node.getFloatInput(0), b = node.getFloatInput(1);
  if (failed(a) || failed(b) || failed(node.getAttributes().finish()))
    return failure();
  return node.createOutput<OpTy>(*a, *b);
}

LogicalResult qc::onnx::importAdd(Node &node) { return importBinary<qc::AddOp>(node); }
LogicalResult qc::onnx::importMul(Node &node) { return importBinary<qc::MulOp>(node); }

template <typename OpTy> static LogicalResult importUnary(Node &node) {
  FailureOr<Value> x = node.getFloatInput(0);
  if (failed(x) || failed(node.getAttributes().finish()))
    return failure();
  return node.createOutput<OpTy>(*x);
}

LogicalResult qc::onnx::importRelu(Node &node) { return importUnary<qc::ReluOp>(node); }
LogicalResult qc::onnx::importHardSwish(Node &node) { return importUnary<qc::HardSwishOp>(node); }

LogicalResult qc::onnx::importClip(Node &node) {
  FailureOr<Value> x = node.getFloatInput(0), lo = node.getOptionalFloatInput(1), hi = node.getOptionalFloatInput(2);
  if (failed(x) || failed(lo) || failed(hi) || failed(node.getAttributes().finish()))
    return failure();
  return node.createOutput<qc::ClipOp>(*x, *lo, *hi);
}

LogicalResult qc::onnx::importHardSigmoid(Node &node) {
  FailureOr<Value> x = node.getFloatInput(0);
  float alpha = node.getAttributes().getFloat("alpha", 0.2f), beta = node.getAttributes().getFloat("beta", 0.5f);
  if (failed(x) || failed(node.getAttributes().finish()))
    return failure();
  return node.createOutput<qc::HardSigmoidOp>(*x, APFloat(alpha), APFloat(beta));
}
