// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// BatchNormalization, Softmax, LogSoftmax; layer, RMS, instance and group normalization.
#include "../Handlers.h"
#include "dialects/QC/QC.h"

using namespace mlir;
using namespace qc::onnx;

/// A variance below 0 is damage: its root would be NaN, or a number that means nothing.
static LogicalResult checkVariance(Node &node) {
  FailureOr<const Constant *> constant = node.getConstantInput(4);
  if (failed(constant) || !*constant)
    return constant;
  ArrayRef<float> values(reinterpret_cast<const float *>((*constant)->data.bytes.data()),
                         size_t((*constant)->getNumElements()));
  const float *found = llvm::find_if(values, [](float value) { return value < 0; });
  if (found == values.end())
    return success();
  return node.emitError() << "has variance " << *found << " for channel " << (found - values.begin()) << " ('"
                          << node.getInputName(4) << "'), accepted are 0 and more";
}

static LogicalResult importBatchNormalization(Node &node, bool training) {
  FailureOr<Value> x = node.getFloatInput(0), scale = node.getWeights(1), bias = node.getWeights(2),
                   mean = node.getWeights(3), var = node.getWeights(4);
  AttributeReader &attributes = node.getAttributes();
  float epsilon = attributes.getFloat("epsilon", 1e-5f);
  attributes.getFloat("momentum", 0.9f); // of the running averages, which inference leaves alone
  if (failed(x) || failed(scale) || failed(bias) || failed(mean) || failed(var) || failed(attributes.finish()))
    return failure();
  if (training)
    return node.emitError() << "is in training mode, accepted is inference (training_mode 0)";
  if (failed(checkVariance(node)))
    return failure();
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

// Over all dimensions from the axis on.
template <typename OpTy> static LogicalResult importFlattenedSoftmax(Node &node, StringRef suffix) {
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
    return node.createOutput<OpTy>(*x, uint64_t(*axis));
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
  FailureOr<Value> softmax = node.create<OpTy>(suffix, *rows, uint64_t(1));
  return failed(softmax) ? failure() : node.createOutput<qc::ReshapeOp>(*softmax, ArrayRef<int64_t>(*back));
}

template <typename OpTy> static LogicalResult importAxisSoftmax(Node &node) {
  FailureOr<Value> x = node.getFloatInput(0);
  int64_t attribute = node.getAttributes().getInt("axis", -1);
  if (failed(x) || failed(node.getAttributes().finish()))
    return failure();
  int64_t rank = getTensorType(*x).getRank();
  FailureOr<int64_t> axis = resolveAxis(node, attribute, rank, rank - 1);
  return failed(axis) ? failure() : node.createOutput<OpTy>(*x, uint64_t(*axis));
}

LogicalResult qc::onnx::importSoftmax11(Node &node) { return importFlattenedSoftmax<qc::SoftmaxOp>(node, ".softmax"); }
LogicalResult qc::onnx::importSoftmax13(Node &node) { return importAxisSoftmax<qc::SoftmaxOp>(node); }
LogicalResult qc::onnx::importLogSoftmax11(Node &node) {
  return importFlattenedSoftmax<qc::LogSoftmaxOp>(node, ".log_softmax");
}
LogicalResult qc::onnx::importLogSoftmax13(Node &node) { return importAxisSoftmax<qc::LogSoftmaxOp>(node); }

/// The dimensions [first, rank).
static SmallVector<int64_t> getTrailingAxes(int64_t first, int64_t rank) {
  return llvm::to_vector(llvm::seq<int64_t>(first, rank));
}

// stash_type asks for sums in f32, which is what qc computes in.
static LogicalResult checkStashType(Node &node) {
  int64_t type = node.getAttributes().getInt("stash_type", 1);
  return type == 1 ? success() : node.emitError() << "has stash_type " << type << ", accepted is 1 (f32)";
}

// The mean over `axes`, kept with size 1.
static FailureOr<Value> createMean(Node &node, StringRef suffix, FailureOr<Value> x, ArrayRef<int64_t> axes) {
  if (failed(x))
    return failure();
  return node.create<qc::ReduceOp>(suffix, qc::ReduceKind::Mean, *x, axes, /*keep_dims=*/true);
}

// Outputs 1 and 2 of a layer normalization, where something reads them: the mean, and 1 / sqrt(variance + epsilon).
static LogicalResult createMoments(Node &node, Value x, ArrayRef<int64_t> axes, float epsilon) {
  if (!node.hasOutput(1) && !node.hasOutput(2))
    return success();
  FailureOr<Value> mean = createMean(node, ".mean", x, axes);
  if (failed(mean) || (node.hasOutput(1) && failed(node.setOutput(*mean, 1))))
    return failure();
  if (!node.hasOutput(2))
    return success();
  auto type = RankedTensorType::get({}, getTensorType(x).getElementType());
  Value least =
      qc::ConstantOp::create(node.getBuilder(), node.getLocation(), type, DenseElementsAttr::get(type, epsilon));
  FailureOr<Value> difference = node.create<qc::SubOp>(".difference", x, *mean);
  if (failed(difference))
    return failure();
  FailureOr<Value> square = node.create<qc::MulOp>(".square", *difference, *difference),
                   variance = createMean(node, ".variance", square, axes);
  if (failed(variance))
    return failure();
  FailureOr<Value> sum = node.create<qc::AddOp>(".sum", *variance, least);
  FailureOr<Value> root = failed(sum) ? FailureOr<Value>() : node.create<qc::SqrtOp>(".deviation", *sum);
  FailureOr<Value> inverse = failed(root) ? FailureOr<Value>() : node.create<qc::ReciprocalOp>(".inverse", *root);
  return failed(inverse) ? failure() : node.setOutput(*inverse, 2);
}

static LogicalResult importLastDimensions(Node &node, bool centered) {
  FailureOr<Value> x = node.getFloatInput(0), scale = node.getFloatInput(1),
                   bias = centered ? node.getOptionalFloatInput(2) : FailureOr<Value>(Value());
  int64_t attribute = node.getAttributes().getInt("axis", -1);
  float epsilon = node.getAttributes().getFloat("epsilon", 1e-5f);
  if (failed(x) || failed(scale) || failed(bias) || failed(checkStashType(node)) ||
      failed(node.getAttributes().finish()))
    return failure();
  if (failed(node.expectNoOutputsFrom(centered ? 3 : 1, "not of this operator")))
    return failure();
  int64_t rank = getTensorType(*x).getRank();
  FailureOr<int64_t> axis = resolveAxis(node, attribute, rank, rank - 1);
  if (failed(axis))
    return failure();
  SmallVector<int64_t> axes = getTrailingAxes(*axis, rank);
  if (failed(createMoments(node, *x, axes, epsilon)))
    return failure();
  return node.createOutput<qc::NormalizeOp>(*x, *scale, *bias, ArrayRef<int64_t>(axes), centered, APFloat(epsilon));
}

LogicalResult qc::onnx::importLayerNormalization(Node &node) { return importLastDimensions(node, /*centered=*/true); }
LogicalResult qc::onnx::importRMSNormalization(Node &node) { return importLastDimensions(node, /*centered=*/false); }

// A vector of `count` numbers (unknown: of any number) as `dims`, which hold them.
static FailureOr<Value> standUp(Node &node, StringRef suffix, Value vector, int64_t count, ArrayRef<int64_t> dims) {
  RankedTensorType type = getTensorType(vector);
  bool fits =
      type.getRank() == 1 && (type.isDynamicDim(0) || ShapedType::isDynamic(count) || type.getDimSize(0) == count);
  if (!fits)
    return node.emitError() << "expects a vector of " << count << " numbers as '" << suffix.drop_front() << "', got "
                            << type;
  return node.create<qc::ReshapeOp>(suffix, vector, dims);
}

LogicalResult qc::onnx::importInstanceNormalization(Node &node) {
  FailureOr<Value> x = node.getFloatInput(0), scale = node.getFloatInput(1), bias = node.getFloatInput(2);
  float epsilon = node.getAttributes().getFloat("epsilon", 1e-5f);
  if (failed(x) || failed(scale) || failed(bias) || failed(node.getAttributes().finish()))
    return failure();
  ArrayRef<int64_t> shape = getTensorType(*x).getShape();
  if (shape.size() < 3)
    return node.emitError() << "expects an input of rank 3 or more, got " << getTensorType(*x);
  SmallVector<int64_t> dims(shape.size() - 1, 1);
  dims[0] = -1;
  FailureOr<Value> s = standUp(node, ".scale", *scale, shape[1], dims),
                   b = standUp(node, ".bias", *bias, shape[1], dims);
  if (failed(s) || failed(b))
    return failure();
  return node.createOutput<qc::NormalizeOp>(*x, *s, *b, ArrayRef<int64_t>(getTrailingAxes(2, shape.size())), true,
                                            APFloat(epsilon));
}

// `rows` under the shape of x, as output 0.
static LogicalResult reshapeLike(Node &node, Value rows, Value x) {
  ArrayRef<int64_t> shape = getTensorType(x).getShape();
  if (llvm::count_if(shape, ShapedType::isDynamic) <= 1) {
    FailureOr<SmallVector<int64_t>> spelled = spellShape(node, shape);
    return failed(spelled) ? failure() : node.createOutput<qc::ReshapeOp>(rows, ArrayRef<int64_t>(*spelled));
  }
  FailureOr<Value> dims = node.create<qc::ShapeOp>(".shape", x, int64_t(0), int64_t(shape.size()));
  return failed(dims) ? failure() : node.createOutput<qc::DynamicReshapeOp>(rows, *dims, /*allow_zero=*/true);
}

static LogicalResult importGroupNormalization(Node &node, bool perChannel) {
  FailureOr<Value> x = node.getFloatInput(0), scale = node.getFloatInput(1), bias = node.getFloatInput(2);
  int64_t groups = node.getAttributes().getInt("num_groups", 0);
  float epsilon = node.getAttributes().getFloat("epsilon", 1e-5f);
  if (failed(x) || failed(scale) || failed(bias) || failed(checkStashType(node)) ||
      failed(node.getAttributes().finish()))
    return failure();
  ArrayRef<int64_t> shape = getTensorType(*x).getShape();
  bool divides = shape.size() >= 2 && groups >= 1 && !ShapedType::isDynamic(shape[1]) && shape[1] % groups == 0;
  if (!divides)
    return node.emitError() << "has " << groups << " groups for an input of type " << getTensorType(*x)
                            << ", accepted is a number that divides its channels";
  // N (a copy of dimension 0), groups, channels of a group, everything else.
  int64_t channels = shape[1] / groups, numbers = perChannel ? shape[1] : groups;
  SmallVector<int64_t> grouped{-2, groups, channels, shape.size() == 2 ? 1 : -1};
  SmallVector<int64_t> dims{groups, perChannel ? channels : 1, 1};
  FailureOr<Value> rows = node.create<qc::ReshapeOp>(".groups", *x, ArrayRef<int64_t>(grouped));
  FailureOr<Value> s = standUp(node, ".scale", *scale, numbers, dims), b = standUp(node, ".bias", *bias, numbers, dims);
  if (failed(rows) || failed(s) || failed(b))
    return failure();
  FailureOr<Value> normal =
      node.create<qc::NormalizeOp>(".normal", *rows, *s, *b, ArrayRef<int64_t>({2, 3}), true, APFloat(epsilon));
  return failed(normal) ? failure() : reshapeLike(node, *normal, *x);
}

LogicalResult qc::onnx::importGroupNormalization18(Node &node) {
  return importGroupNormalization(node, /*perChannel=*/false);
}
LogicalResult qc::onnx::importGroupNormalization21(Node &node) {
  return importGroupNormalization(node, /*perChannel=*/true);
}
