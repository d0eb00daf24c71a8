// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Conv, Gemm, MatMul.
#include "../Handlers.h"
#include "../Windows.h"
#include "dialects/QC/QC.h"

using namespace mlir;
using namespace qc::onnx;

LogicalResult qc::onnx::importConv(Node &node) {
  FailureOr<Value> x = node.getFloatInput(0), w = node.getFloatInput(1), b = node.getOptionalFloatInput(2);
  if (failed(x) || failed(w) || failed(b))
    return failure();
  FailureOr<ArrayRef<int64_t>> spatial = getSpatialDims(node, *x), kernel = getSpatialDims(node, *w);
  if (failed(spatial) || failed(kernel))
    return failure();
  if (spatial->size() != kernel->size())
    return node.emitError() << "has input " << x->getType() << " and weights " << w->getType()
                            << ", accepted are two of one rank";
  FailureOr<Window> window = readWindow(node, *spatial, *kernel, /*hasDilations=*/true);
  int64_t group = node.getAttributes().getInt("group", 1);
  if (failed(window) || failed(node.getAttributes().finish()))
    return failure();
  return node.createOutput<qc::ConvOp>(*x, *w, *b, ArrayRef<int64_t>(window->strides), ArrayRef<int64_t>(window->pads),
                                       ArrayRef<int64_t>(window->dilations), uint64_t(group));
}

LogicalResult qc::onnx::importGemm(Node &node) {
  FailureOr<Value> a = node.getFloatInput(0), b = node.getFloatInput(1), c = node.getOptionalFloatInput(2);
  AttributeReader &attributes = node.getAttributes();
  float alpha = attributes.getFloat("alpha", 1.0f), beta = attributes.getFloat("beta", 1.0f);
  bool transA = attributes.getBool("transA", false), transB = attributes.getBool("transB", false);
  if (failed(a) || failed(b) || failed(c) || failed(attributes.finish()))
    return failure();
  return node.createOutput<qc::GemmOp>(*a, *b, *c, APFloat(alpha), APFloat(beta), transA, transB);
}

LogicalResult qc::onnx::importMatMul(Node &node) {
  FailureOr<Value> a = node.getFloatInput(0), b = node.getFloatInput(1);
  if (failed(a) || failed(b) || failed(node.getAttributes().finish()))
    return failure();
  return node.createOutput<qc::MatMulOp>(*a, *b, /*bias=*/Value());
}
