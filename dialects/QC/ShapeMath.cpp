// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arithmetic on dimensions: what is known is folded, the rest is the algebra's.
#include "dialects/QC/ShapeMath.h"
#include "dialects/QC/QC.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace qc;

Dims ShapeMath::fail(const Twine &text) {
  if (message.empty())
    message = text.str();
  return {};
}

std::optional<llvm::SmallVector<float>> ShapeMath::getFloats(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || !type.hasStaticShape() || type.getNumElements() > kMaxContents || !type.getElementType().isF32())
    return std::nullopt;
  std::optional<TensorValue> constant = getTensorValue(getConstantValue(value));
  return constant ? std::optional(llvm::to_vector(constant->getData<float>())) : std::nullopt;
}

// Both numbers, where both are.
static std::optional<std::pair<int64_t, int64_t>> getKnown(Dim a, Dim b) {
  std::optional<int64_t> x = a.getKnown(), y = b.getKnown();
  return x && y ? std::optional(std::make_pair(*x, *y)) : std::nullopt;
}

Dim ShapeMath::add(Dim a, Dim b) {
  int64_t sum;
  if (auto known = getKnown(a, b)) {
    if (llvm::AddOverflow(known->first, known->second, sum))
      fail("expects a result dimension below 2^63");
    return sum;
  }
  return a.is(0) ? b : b.is(0) ? a : combine(Function::Add, a, b);
}

Dim ShapeMath::sub(Dim a, Dim b) {
  int64_t difference;
  if (auto known = getKnown(a, b)) {
    if (llvm::SubOverflow(known->first, known->second, difference))
      fail("expects a result dimension below 2^63");
    return difference;
  }
  return b.is(0) ? a : combine(Function::Sub, a, b);
}

Dim ShapeMath::mul(Dim a, Dim b) {
  int64_t product;
  if (auto known = getKnown(a, b)) {
    if (llvm::MulOverflow(known->first, known->second, product))
      fail("expects a result dimension below 2^63");
    return product;
  }
  if (a.is(0) || b.is(0))
    return 0;
  return a.is(1) ? b : b.is(1) ? a : combine(Function::Mul, a, b);
}

Dim ShapeMath::floorDiv(Dim a, Dim b) {
  if (auto known = getKnown(a, b))
    return known->first / known->second - (known->first % known->second < 0);
  return b.is(1) ? a : combine(Function::FloorDiv, a, b);
}

Dim ShapeMath::ceilDiv(Dim a, Dim b) {
  if (auto known = getKnown(a, b))
    return known->first / known->second + (known->first % known->second > 0);
  return b.is(1) ? a : combine(Function::CeilDiv, a, b);
}

Dim ShapeMath::min(Dim a, Dim b) {
  if (std::optional<bool> isAtMost = this->isAtMost(a, b))
    return *isAtMost ? a : b;
  if (this->isAtMost(b, a) == true)
    return b;
  return combine(Function::Min, a, b);
}

Dim ShapeMath::max(Dim a, Dim b) {
  if (std::optional<bool> isAtMost = this->isAtMost(a, b))
    return *isAtMost ? b : a;
  if (this->isAtMost(b, a) == true)
    return a;
  return combine(Function::Max, a, b);
}

Dim ShapeMath::broadcast(Dim a, Dim b, function_ref<std::string()> text) {
  if (a.is(1) || areEqual(a, b))
    return b;
  if (b.is(1))
    return a;
  if (!check(Relation::Broadcast, a, b, text))
    return a;
  if (a.getKnown() || b.getKnown()) // not 1: the other is 1 or the same
    return a.getKnown() ? a : b;
  // Where neither can be 1 they are equal.
  if (isAtMost(2, a) == true)
    return a;
  return isAtMost(2, b) == true ? b : combine(Function::Broadcast, a, b);
}

Dim ShapeMath::multiply(ArrayRef<Dim> dims) {
  if (llvm::any_of(dims, [](Dim dim) { return dim.is(0); }))
    return 0;
  int64_t number = 1;
  Dim product = 1;
  for (Dim dim : dims) {
    if (std::optional<int64_t> known = dim.getKnown())
      number = llvm::MulOverflow(number, *known, number) ? INT64_MAX : number;
    else
      product = mul(product, dim);
  }
  return mul(product, number);
}

Dim ShapeMath::divideCount(Dim count, Dim others, function_ref<std::string()> text) {
  if (auto known = getKnown(count, others)) {
    auto [total, divisor] = *known;
    if (divisor == 0 ? total != 0 : total % divisor != 0)
      fail(text());
    return divisor == 0 ? 0 : total / divisor;
  }
  if (count.is(0) || others.is(1))
    return count;
  if (others.is(0))
    return check(Relation::Equal, count, 0, text), Dim(0);
  Dim quotient = combine(Function::DivideCount, count, others);
  check(Relation::Equal, mul(quotient, others), count, text);
  return quotient;
}

Dim ShapeMath::select(Dim condition, Dim yes, Dim no) {
  if (std::optional<int64_t> known = condition.getKnown())
    return *known != 0 ? yes : no;
  return areEqual(yes, no) ? yes : combineSelect(condition, yes, no);
}

Dim ShapeMath::isLess(Dim a, Dim b) {
  if (std::optional<bool> isAtMost = this->isAtMost(b, a))
    return *isAtMost ? 0 : 1;
  return combine(Function::IsLess, a, b);
}

Dim ShapeMath::isEqual(Dim a, Dim b) {
  if (areEqual(a, b))
    return 1;
  if (isAtMost(a, b) == false || isAtMost(b, a) == false)
    return 0;
  return combine(Function::IsEqual, a, b);
}

bool ShapeMath::areEqual(Dim a, Dim b) {
  if (auto known = getKnown(a, b))
    return known->first == known->second;
  return areEqualUnknown(a, b);
}

std::optional<bool> ShapeMath::isAtMost(Dim a, Dim b) {
  if (auto known = getKnown(a, b))
    return known->first <= known->second;
  return isAtMostUnknown(a, b);
}

bool ShapeMath::check(Relation relation, Dim a, Dim b, function_ref<std::string()> text) {
  bool isRight = true;
  if (auto known = getKnown(a, b)) {
    bool areSame = known->first == known->second, isOne = known->first == 1 || known->second == 1;
    isRight = relation == Relation::AtMost ? known->first <= known->second
                                           : areSame || (relation == Relation::Broadcast && isOne);
  } else {
    isRight = require(relation, a, b, text);
  }
  if (!isRight)
    fail(text());
  return isRight;
}

bool ShapeMath::expectEqual(Dim a, Dim b, function_ref<std::string()> text) {
  return areEqual(a, b) || check(Relation::Equal, a, b, text);
}

bool ShapeMath::expectAtMost(Dim a, Dim b, function_ref<std::string()> text) {
  std::optional<bool> isSo = isAtMost(a, b);
  return isSo == true || check(Relation::AtMost, a, b, text);
}

Dims ShapeMath::complete(Value result, Dims dims) {
  auto type = cast<RankedTensorType>(result.getType());
  for (auto [d, dim] : llvm::enumerate(dims))
    if (dim.isUnknown())
      dim = type.isDynamicDim(d) ? makeUnknown(result, d) : Dim(type.getDimSize(d));
  return dims;
}

Dims ShapeMath::getTypeShape(Value result) {
  return complete(result, Dims(size_t(cast<RankedTensorType>(result.getType()).getRank()), Dim::unknown()));
}

Dims TypeShapeMath::fromShape(ArrayRef<int64_t> shape) {
  Dims dims;
  for (int64_t size : shape)
    dims.push_back(ShapedType::isDynamic(size) ? Dim::unknown() : Dim(size));
  return dims;
}

SmallVector<int64_t> TypeShapeMath::toShape(ArrayRef<Dim> dims) {
  SmallVector<int64_t> shape;
  for (Dim dim : dims)
    shape.push_back(dim.getKnown().value_or(ShapedType::kDynamic));
  return shape;
}

Dims TypeShapeMath::getDims(Value value) { return fromShape(cast<RankedTensorType>(value.getType()).getShape()); }

std::string TypeShapeMath::describe(Dim dim) {
  std::optional<int64_t> known = dim.getKnown();
  return known ? std::to_string(*known) : "?";
}

std::optional<Dims> TypeShapeMath::getContents(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || !type.hasStaticShape() || type.getNumElements() > kMaxContents)
    return std::nullopt;
  std::optional<TensorValue> constant = getTensorValue(getConstantValue(value));
  return constant ? getIntegers(*constant) : std::nullopt;
}
