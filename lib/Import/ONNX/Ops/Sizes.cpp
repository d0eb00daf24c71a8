// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shape, Size, ConstantOfShape, Range, Expand, Squeeze, Unsqueeze. Sizes that are known are constants from here on.
#include "../Handlers.h"
#include "dialects/QC/QC.h"

using namespace mlir;
using namespace qc::onnx;
namespace onnx_pb = qc::onnx_pb;

/// Dimensions from `start` on and before `end`, which count from the end when negative and are clamped.
static LogicalResult importShapePart(Node &node, int64_t start, std::optional<int64_t> end) {
  FailureOr<SmallVector<int64_t>> shape = node.getInputShape(0);
  if (failed(shape) || failed(node.getAttributes().finish()))
    return failure();
  int64_t rank = int64_t(shape->size());
  auto clamp = [&](int64_t position) {
    return std::clamp<int64_t>(position < 0 ? position + rank : position, 0, rank);
  };
  int64_t first = clamp(start), last = std::max(first, clamp(end.value_or(rank)));
  ArrayRef<int64_t> dims = ArrayRef(*shape).slice(first, last - first);
  if (llvm::none_of(dims, ShapedType::isDynamic))
    return node.setOutput(makeIntegers(dims, int64_t(dims.size())));
  FailureOr<Value> x = node.getInput(0);
  return failed(x) ? failure() : node.createOutput<qc::ShapeOp>(*x, uint64_t(first), uint64_t(last));
}

LogicalResult qc::onnx::importShape1(Node &node) { return importShapePart(node, 0, std::nullopt); }
LogicalResult qc::onnx::importShape15(Node &node) {
  int64_t start = node.getAttributes().getInt("start", 0);
  return importShapePart(node, start, node.getAttributes().getOptionalInt("end"));
}

LogicalResult qc::onnx::importSize(Node &node) {
  FailureOr<SmallVector<int64_t>> shape = node.getInputShape(0);
  if (failed(shape) || failed(node.getAttributes().finish()))
    return failure();
  std::optional<int64_t> count = getProduct(*shape);
  if (count && !ShapedType::isDynamic(*count))
    return node.setOutput(makeIntegers(*count, {}));
  FailureOr<Value> x = node.getInput(0);
  return failed(x) ? failure() : node.createOutput<qc::SizeOp>(*x);
}

/// Input `index`, a vector of i64 whose length is known: the shape of the result.
static FailureOr<Value> getShapeInput(Node &node, size_t index) {
  FailureOr<Value> shape = node.getInput(index);
  if (failed(shape))
    return failure();
  RankedTensorType type = getTensorType(*shape);
  if (!type.getElementType().isInteger(64) || type.getRank() != 1 || !type.hasStaticShape())
    return node.emitError() << "has a shape '" << node.getInputName(index) << "' of type " << type
                            << ", accepted is a vector of i64 whose length is known",
           failure();
  return shape;
}

LogicalResult qc::onnx::importConstantOfShape(Node &node) {
  const onnx_pb::TensorProto *tensor = node.getAttributes().getTensor("value");
  FailureOr<Value> shape = getShapeInput(node, 0);
  if (failed(shape) || failed(node.getAttributes().finish()))
    return failure();
  OpBuilder &builder = node.getBuilder();
  auto type = RankedTensorType::get({1}, builder.getF32Type());
  ElementsAttr value = DenseElementsAttr::get(type, 0.0f);
  if (tensor) {
    onnx_pb::TensorProto copy = *tensor;
    llvm::Expected<Constant> constant = takeConstant(copy, node.getFolder());
    if (!constant)
      return node.emitError() << "has a value that " << llvm::toString(constant.takeError());
    Type element = getBuiltinType(builder.getContext(), constant->elementType);
    if (!element)
      return node.emitError() << "has a value of " << describeRefusedType(constant->elementType);
    if (constant->getNumElements() != 1)
      return node.emitError() << "has a value of " << constant->getNumElements() << " elements, accepted is one";
    value = getAttribute(*constant, RankedTensorType::get(constant->dims, element));
  }
  return node.createOutput<qc::ConstantOfShapeOp>(*shape, value);
}

LogicalResult qc::onnx::importRange(Node &node) {
  FailureOr<Value> start = node.getInput(0), limit = node.getInput(1), delta = node.getInput(2);
  if (failed(start) || failed(limit) || failed(delta) || failed(node.getAttributes().finish()))
    return failure();
  Type element = getTensorType(*start).getElementType();
  if (!element.isF32() && !element.isInteger(32) && !element.isInteger(64))
    return node.emitError() << "has input 0 '" << node.getInputName(0) << "' of type " << start->getType()
                            << ", accepted are f32, i32 and i64";
  return node.createOutput<qc::RangeOp>(*start, *limit, *delta);
}

LogicalResult qc::onnx::importExpand(Node &node) {
  FailureOr<Value> x = node.getInput(0), shape = getShapeInput(node, 1);
  if (failed(x) || failed(shape) || failed(node.getAttributes().finish()))
    return failure();
  return node.createOutput<qc::ExpandOp>(*x, *shape);
}

/// The axes of opset 11 (an attribute) or 13 (input 1), sorted, each once and in [0, rank); nothing where absent.
static FailureOr<std::optional<SmallVector<int64_t>>> getAxes(Node &node, std::optional<SmallVector<int64_t>> given,
                                                              int64_t rank) {
  if (node.hasInput(1)) {
    FailureOr<const Constant *> constant = node.getConstantInput(1);
    if (failed(constant))
      return failure();
    if (!*constant || (*constant)->elementType != int32_t(ElementType::I64) || (*constant)->dims.size() > 1)
      return node.emitError() << "has axes '" << node.getInputName(1) << "' that are "
                              << (*constant ? "no vector of i64" : "computed")
                              << ", accepted is a constant vector of i64",
             failure();
    given = llvm::to_vector(getIntegers(**constant));
  }
  if (!given)
    return std::optional<SmallVector<int64_t>>();
  for (int64_t &axis : *given) {
    FailureOr<int64_t> resolved = resolveAxis(node, axis, rank, rank - 1);
    if (failed(resolved))
      return failure();
    axis = *resolved;
  }
  llvm::sort(*given);
  if (std::adjacent_find(given->begin(), given->end()) != given->end())
    return node.emitError() << "has an axis twice", failure();
  return given;
}

/// Output 0 is input 0 under dimensions that are 1 or dimensions of the input, given as entries of qc.reshape.
static LogicalResult reshapeTo(Node &node, ArrayRef<int64_t> shape, ArrayRef<int64_t> entries) {
  FailureOr<const Constant *> constant = node.getConstantInput(0);
  if (failed(constant))
    return failure();
  auto resolve = [&](int64_t entry) { return entry < -1 ? shape[-2 - entry] : entry; };
  if (*constant) {
    Constant reshaped = **constant;
    reshaped.dims = llvm::map_to_vector(entries, resolve);
    return node.setOutput(std::move(reshaped));
  }
  FailureOr<Value> x = node.getInput(0);
  if (failed(x))
    return failure();
  auto spelled = llvm::map_to_vector(
      entries, [&](int64_t entry) { return ShapedType::isDynamic(resolve(entry)) ? entry : resolve(entry); });
  return node.createOutput<qc::ReshapeOp>(*x, ArrayRef<int64_t>(spelled));
}

static LogicalResult squeeze(Node &node, std::optional<SmallVector<int64_t>> given) {
  FailureOr<SmallVector<int64_t>> shape = node.getInputShape(0);
  if (failed(shape) || failed(node.getAttributes().finish()))
    return failure();
  auto axes = getAxes(node, std::move(given), int64_t(shape->size()));
  if (failed(axes))
    return failure();
  if (!*axes && llvm::any_of(*shape, ShapedType::isDynamic))
    return node.emitError() << "has no axes and an input whose sizes are not all known, accepted are axes";
  SmallVector<int64_t> entries;
  for (auto [d, size] : llvm::enumerate(*shape)) {
    bool isDropped = *axes ? llvm::is_contained(**axes, int64_t(d)) : size == 1;
    if (!isDropped)
      entries.push_back(-2 - int64_t(d));
    else if (size != 1 && !ShapedType::isDynamic(size))
      return node.emitError() << "drops dimension " << d << " of size " << size << ", accepted is 1";
  }
  return reshapeTo(node, *shape, entries);
}

LogicalResult qc::onnx::importSqueeze11(Node &node) { return squeeze(node, node.getAttributes().getInts("axes")); }
LogicalResult qc::onnx::importSqueeze13(Node &node) { return squeeze(node, std::nullopt); }

static LogicalResult unsqueeze(Node &node, std::optional<SmallVector<int64_t>> given, int64_t count) {
  FailureOr<SmallVector<int64_t>> shape = node.getInputShape(0);
  if (failed(shape) || failed(node.getAttributes().finish()))
    return failure();
  int64_t rank = int64_t(shape->size()) + count;
  auto axes = getAxes(node, std::move(given), rank);
  if (failed(axes))
    return failure();
  if (!*axes)
    return node.emitError() << "has no axes, which are required";
  SmallVector<int64_t> entries;
  for (int64_t d = 0, from = 0; d < rank; ++d)
    entries.push_back(llvm::is_contained(**axes, d) ? 1 : -2 - from++);
  return reshapeTo(node, *shape, entries);
}

LogicalResult qc::onnx::importUnsqueeze11(Node &node) {
  std::optional<SmallVector<int64_t>> axes = node.getAttributes().getInts("axes");
  int64_t count = axes ? int64_t(axes->size()) : 0;
  return unsqueeze(node, std::move(axes), count);
}

LogicalResult qc::onnx::importUnsqueeze13(Node &node) {
  FailureOr<const Constant *> axes = node.getConstantInput(1);
  if (failed(axes))
    return failure();
  return unsqueeze(node, std::nullopt, *axes ? (*axes)->getNumElements() : 0);
}
