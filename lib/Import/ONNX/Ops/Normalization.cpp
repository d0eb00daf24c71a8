// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// BatchNormalization, Softmax.
#include "../Handlers.h"
#include "dialects/QC/QC.h"

using namespace mlir;
using namespace qc::onnx;

static LogicalResult importBatchNormalization(Node &node, bool training) {
  FailureOr<Value> x = node.getFloatInput(0), scale = node.getFloatInput(1), bias = node.getFloatInput(2),
                   mean = node.getFloatInput(3), var = node.getFloatInput(4);
  AttributeReader &attributes = node.getAttributes();
  float epsilon = attributes.getFloat("epsilon", 1e-5f);
  attributes.getFloat("momentum", 0.9f); // of the running averages, which inference leaves alone
  if (failed(x) || failed(scale) || failed(bias) || failed(mean) || failed(var) || failed(attributes.finish()))
    return failure();
  if (training)
    return node.emitError() << "is in training mode, accepted is inference (training_mode 0)";
  if (failed(node.expectNoOutputsFrom(1, "training mode's averages")))
    return failure();
  return node.createOutput<qc::BatchNormOp>(*x, *scale, *bias, *mean, *var, APFloat(epsilon));
}

LogicalResult qc::onnx::importBatchNormalization9(Node &node) {
  return importBatchNormalization(node, /*training=*/false);
}

LogicalResult qc::onnx::importBatchNormalization14(Node &node) {
  return importBatchNormalization(node, node.getAttributes().getBool("training_mode", false));
}

LogicalResult qc::onnx::importSoftmax11(Node &node) {
  FailureOr<Value> x = node.getFloatInput(0);
  int64_t attribute = node.getAttributes().getInt("axis", 1);
  if (failed(x) || failed(node.getAttributes().finish()))
    return failure();
  ArrayRef<int64_t> shape = getTensorType(*x).getShape();
  int64_t rank = int64_t(shape.size());
  FailureOr<int64_t> axis = resolveAxis(node, attribute, rank, rank - 1);
  if (failed(axis))
    return failure();
  if (*axis == rank - 1)
    return node.createOutput<qc::SoftmaxOp>(*x, uint64_t(*axis));
  // The operator sees a matrix: rows are the dimensions before axis, columns those from it on.
  // (The value's size fits 63 bits.)
  FailureOr<SmallVector<int64_t>> matrix = spellShape(node, {getProduct(shape.take_front(*axis)).value_or(0),
                                                             getProduct(shape.drop_front(*axis)).value_or(0)}),
                                  back = spellShape(node, shape);
  if (failed(matrix) || failed(back))
    return failure();
  FailureOr<Value> rows = node.create<qc::ReshapeOp>(".rows", *x, ArrayRef<int64_t>(*matrix));
  if (failed(rows))
    return failure();
  FailureOr<Value> softmax = node.create<qc::SoftmaxOp>(".softmax", *rows, uint64_t(1));
  return failed(softmax) ? failure() : node.createOutput<qc::ReshapeOp>(*softmax, ArrayRef<int64_t>(*back));
}

LogicalResult qc::onnx::importSoftmax13(Node &node) {
  FailureOr<Value> x = node.getFloatInput(0);
  int64_t attribute = node.getAttributes().getInt("axis", -1);
  if (failed(x) || failed(node.getAttributes().finish()))
    return failure();
  int64_t rank = getTensorType(*x).getRank();
  FailureOr<int64_t> axis = resolveAxis(node, attribute, rank, rank - 1);
  return failed(axis) ? failure() : node.createOutput<qc::SoftmaxOp>(*x, uint64_t(*axis));
}
