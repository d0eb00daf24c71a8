// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operations along dimensions: shapes and constraints.
#include "NormalizeNumbers.h"
#include "Verification.h"

using namespace mlir;
using namespace qc;

// reduce_c1, normalize_c1: the first of `axes` that does not ascend or is no dimension of `rank`.
static std::optional<std::string> findBadAxis(ArrayRef<int64_t> axes, int64_t rank) {
  int64_t least = 0;
  for (int64_t axis : axes) {
    if (axis < least || axis >= rank)
      return "expects axes that ascend below " + std::to_string(rank) + ", got " + std::to_string(axis);
    least = axis + 1;
  }
  return std::nullopt;
}

static Dims reduceShape(ShapeMath &math, const TensorShape &x, ArrayRef<int64_t> axes, bool keepDims) {
  if (std::optional<std::string> error = findBadAxis(axes, x.getRank())) // reduce_c1
    return math.fail(*error);
  Dims shape;
  for (auto [d, size] : llvm::enumerate(x.dims)) {
    bool isReduced = llvm::is_contained(axes, int64_t(d));
    if (!isReduced || keepDims)
      shape.push_back(isReduced ? Dim(1) : size);
  }
  return shape;
}

static Dims inferReduce(ShapeMath &math, ReduceOp::Adaptor op) {
  return reduceShape(math, math.getShape(op.getX()), op.getAxes(), op.getKeepDims());
}
QC_SHAPE_FUNCTION(ReduceOp, getTensor(op.getX()).getElementType(), inferReduce)

static Dim combineContents(ShapeMath &math, ReduceKind kind, Dim a, Dim b) {
  switch (kind) {
  case ReduceKind::Prod:
    return math.mul(a, b);
  case ReduceKind::Max:
    return math.max(a, b);
  case ReduceKind::Min:
    return math.min(a, b);
  default:
    return math.add(a, b);
  }
}

// The result's element that element `index` of x goes to, row-major; `shape` is that of x.
static int64_t getReducedIndex(int64_t index, ArrayRef<int64_t> shape, ArrayRef<int64_t> axes) {
  int64_t result = 0, stride = 1;
  for (size_t d = shape.size(); d-- > 0; index /= shape[d])
    if (!llvm::is_contained(axes, int64_t(d))) {
      result += index % shape[d] * stride;
      stride *= shape[d];
    }
  return result;
}

std::optional<Dims> ReduceOp::inferContents(ShapeMath &math, unsigned) {
  std::optional<Dims> x = math.getContents(getX());
  RankedTensorType type = getTensor(getX());
  std::optional<int64_t> count = math.multiply(inferReduce(math, Adaptor(*this))).getKnown();
  if (!x || !count || !type.getElementType().isInteger(64) || !type.hasStaticShape() || type.getNumElements() == 0)
    return std::nullopt;
  llvm::SmallVector<std::optional<Dim>> result(size_t(*count), std::nullopt);
  for (auto [i, element] : llvm::enumerate(*x)) {
    std::optional<Dim> &to = result[getReducedIndex(i, type.getShape(), getAxes())];
    to = to ? combineContents(math, getKind(), *to, element) : element;
  }
  return Dims(llvm::map_range(result, [](std::optional<Dim> dim) { return *dim; }));
}

LogicalResult ReduceOp::verify() {
  ReduceKind kind = getKind();
  bool isExact =
      kind == ReduceKind::Sum || kind == ReduceKind::Prod || kind == ReduceKind::Max || kind == ReduceKind::Min;
  if (!getTensor(getX()).getElementType().isF32() && !isExact) // reduce_c2
    return emitOpError("expects floats for ") << stringifyReduceKind(kind) << ", got " << getX().getType();
  return success();
}

QC_SAME_SHAPE(LogSoftmaxOp, getX)
QC_SAME_SHAPE(CumSumOp, getX)

// normalize_c2
static Dims inferNormalize(ShapeMath &math, NormalizeOp::Adaptor op) {
  for (Value other : {op.getScale(), op.getBias()})
    if (other && !expectBroadcastsTo(math, "scale and bias that broadcast", other, op.getX()))
      return {};
  return math.getShape(op.getX()).dims;
}
QC_SHAPE_FUNCTION(NormalizeOp, getTensor(op.getX()).getElementType(), inferNormalize)

template <typename Op> static LogicalResult verifyAxis(Op op) {
  int64_t axis = op.getAxis(), rank = getTensor(op.getX()).getRank();
  if (axis < 0 || axis >= rank) // log_softmax_c1, cumsum_c1
    return op.emitOpError("expects 0 <= axis < ") << rank << ", got " << axis;
  return success();
}

LogicalResult LogSoftmaxOp::verify() { return verifyAxis(*this); } // log_softmax_c1
LogicalResult CumSumOp::verify() { return verifyAxis(*this); }     // cumsum_c1

std::string NormalizeOp::explainFloat() { return getNormalizeNumbers(*this).reason; }
SmallVector<unsigned> NormalizeOp::getDataOperands() { return {0}; }

LogicalResult NormalizeOp::verify() {
  if (std::optional<std::string> error = findBadAxis(getAxes(), getTensor(getX()).getRank())) // normalize_c1
    return emitOpError(*error);
  if (!getEpsilon().isFinite() || getEpsilon().isNegative()) // normalize_c3
    return emitOpError("expects a finite epsilon of at least 0, got ") << getEpsilonAttr();
  return success();
}

// arg_reduce_c1, arg_reduce_c2
static Dims inferArgReduce(ShapeMath &math, ArgReduceOp::Adaptor op) {
  TensorShape x = math.getShape(op.getX());
  int64_t axis = op.getAxis();
  if (axis < 0 || axis >= int64_t(x.getRank()))
    return math.fail("expects 0 <= axis < " + Twine(x.getRank()) + ", got " + Twine(axis));
  auto explain = [&] {
    return "expects elements along axis " + std::to_string(axis) + ", got " + math.describe(x, size_t(axis));
  };
  if (!math.expectAtMost(1, x[size_t(axis)], explain))
    return {};
  return reduceShape(math, x, axis, op.getKeepDims());
}
// top_k_c1, top_k_c2
static Dims inferTopK(ShapeMath &math, TopKOp::Adaptor op) {
  TensorShape x = math.getShape(op.getX());
  int64_t axis = op.getAxis(), k = op.getK();
  if (axis < 0 || axis >= int64_t(x.getRank()))
    return math.fail("expects 0 <= axis < " + Twine(x.getRank()) + ", got " + Twine(axis));
  auto explain = [&] {
    return "expects at least " + std::to_string(k) + " elements along axis " + std::to_string(axis) + ", got " +
           math.describe(x, size_t(axis));
  };
  if (k < 0)
    return math.fail("expects k >= 0, got " + Twine(k));
  if (!math.expectAtMost(k, x[size_t(axis)], explain))
    return {};
  Dims dims = x.dims;
  dims[size_t(axis)] = k;
  return dims;
}
QC_SHAPE_FUNCTION(TopKOp, IntegerType::get(op.getX().getContext(), 64), inferTopK)
QC_SHAPE_FUNCTION(ArgReduceOp, IntegerType::get(op.getX().getContext(), 64), inferArgReduce)
