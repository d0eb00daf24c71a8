// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops in the making.
#include "Loops.h"

using namespace mlir;
using namespace qc::onnx;

static Value makeScalar(Node &node, Type element, int64_t value, StringRef suffix) {
  auto type = RankedTensorType::get({}, element);
  auto elements = DenseElementsAttr::get(type, cast<TypedAttr>(IntegerAttr::get(element, value)));
  return qc::ConstantOp::create(node.getBuilder(), node.getOutputLocation(suffix), type, elements);
}

Value LoopBuilder::makeTrue() {
  if (!known)
    known = makeScalar(node, node.getBuilder().getI1Type(), 1, "_goes_on");
  return known;
}

LogicalResult LoopBuilder::countAlong(ArrayRef<Value> xs, ArrayRef<int64_t> axes) {
  Value first;
  int64_t known = ShapedType::kDynamic, axis = 0;
  for (auto [x, d] : llvm::zip_equal(xs, axes)) {
    int64_t size = getTensorType(x).getDimSize(d);
    if (!ShapedType::isDynamic(known) && !ShapedType::isDynamic(size) && size != known)
      return node.emitError() << "has sequences of " << known << " and " << size
                              << " steps, accepted are equal numbers";
    if (!first)
      first = x, axis = d;
    known = ShapedType::isDynamic(size) ? known : size;
  }
  if (!ShapedType::isDynamic(known)) {
    trips = makeScalar(node, node.getBuilder().getI64Type(), known, "_steps");
    return success();
  }
  FailureOr<Value> shape = node.create<qc::ShapeOp>("_steps", first, uint64_t(axis), uint64_t(axis + 1));
  if (succeeded(shape))
    trips = *shape;
  return shape;
}

void LoopBuilder::begin() {
  makeTrue();
  Block &block = body.emplaceBlock();
  block.addArgument(RankedTensorType::get({}, node.getBuilder().getI64Type()), node.getOutputLocation("_iteration"));
  for (Value init : inits)
    block.addArgument(init.getType(), init.getLoc());
}

FailureOr<Value> LoopBuilder::takeElement(Value x, int64_t axis, bool isBackward, StringRef suffix) {
  Value index = getIteration();
  if (isBackward) { // -1 is the last one
    Value last = makeScalar(node, node.getBuilder().getI64Type(), -1, "_last");
    OpBuilder::InsertionGuard guard(node.getBuilder());
    node.getBuilder().setInsertionPointToEnd(&getBlock());
    FailureOr<Value> back = node.create<qc::SubOp>((suffix + "_index").str(), last, index);
    if (failed(back))
      return failure();
    index = *back;
  }
  OpBuilder::InsertionGuard guard(node.getBuilder());
  node.getBuilder().setInsertionPointToEnd(&getBlock());
  return node.create<qc::GatherOp>(suffix, x, index, uint64_t(axis));
}

static StringRef nameOf(Value value) {
  auto name = value.getLoc()->findInstanceOf<NameLoc>();
  return name ? name.getName().strref() : "";
}

// That what is carried keeps its rank, type and known sizes.
LogicalResult LoopBuilder::checkOutputs(ArrayRef<Value> outputs) {
  if (outputs.size() != 1 + inits.size() + backward.size())
    return node.emitError() << "has a body of " << outputs.size() << " outputs, accepted are "
                            << 1 + inits.size() + backward.size();
  for (auto [i, init] : llvm::enumerate(inits)) {
    RankedTensorType before = getTensorType(init), after = getTensorType(outputs[1 + i]);
    if (before.getElementType() != after.getElementType() || failed(verifyCompatibleShape(before, after)))
      return node.emitError() << "carries value " << i << " ('" << nameOf(init) << "' at first, then '"
                              << nameOf(outputs[1 + i]) << "') that begins as " << before << " and becomes " << after
                              << "; accepted are values that keep their type and shape";
  }
  return success();
}

LogicalResult LoopBuilder::endAtOnce(MutableArrayRef<Value> outputs) {
  std::optional<qc::TensorValue> goesOn =
      outputs.empty() ? std::nullopt : qc::getTensorValue(qc::getConstantValue(outputs.front()));
  if (!goesOn || goesOn->getNumElements() != 1 || goesOn->getInteger(0) != 0)
    return success();
  outputs.front() = makeTrue();
  Value one = makeScalar(node, node.getBuilder().getI64Type(), 1, "_one");
  FailureOr<Value> fewer = trips ? node.create<qc::MinOp>("_trips", trips, one) : FailureOr<Value>(one);
  if (succeeded(fewer))
    trips = *fewer;
  return fewer;
}

FailureOr<SmallVector<Value>> LoopBuilder::finish(ArrayRef<Value> outputs) {
  if (failed(checkOutputs(outputs)))
    return failure();
  {
    OpBuilder::InsertionGuard guard(node.getBuilder());
    node.getBuilder().setInsertionPointToEnd(&getBlock());
    qc::YieldOp::create(node.getBuilder(), node.getLocation(), outputs);
  }
  SmallVector<Type> types(ValueRange(inits).getTypes());
  std::optional<qc::TensorValue> count = trips ? qc::getTensorValue(qc::getConstantValue(trips)) : std::nullopt;
  std::optional<qc::TensorValue> goesOn = qc::getTensorValue(qc::getConstantValue(outputs[0]));
  bool isKnown = count && !condition && goesOn && goesOn->getInteger(0) != 0;
  for (Value element : outputs.drop_front(1 + inits.size())) {
    SmallVector<int64_t> shape{isKnown ? std::max<int64_t>(0, count->getInteger(0)) : ShapedType::kDynamic};
    llvm::append_range(shape, getTensorType(element).getShape());
    types.push_back(RankedTensorType::get(shape, getTensorType(element).getElementType()));
  }
  auto loop =
      qc::LoopOp::create(node.getBuilder(), node.getOutputLocation(""), types, trips, condition, inits, backward);
  loop.getBody().takeBody(body);
  if (failed(node.check(loop)))
    return failure();
  return SmallVector<Value>(loop.getResults());
}
