// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Masks that are added to scores, as the conditions that they are made from.
#include "MaskConditions.h"
#include "Constants.h"
#include "dialects/QC/Scalars.h"
#include "qc/Analysis/Masks.h"
#include "qc/Analysis/Uses.h"

using namespace mlir;
using namespace qc;
using namespace qc::prepare;

static RankedTensorType getTensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

static bool isConstantOf(Value value, llvm::function_ref<bool(float)> holds) {
  if (!getTensorType(value).getElementType().isF32())
    return false;
  std::optional<TensorValue> constant = getConstant(value);
  return constant && constant->getNumElements() > 0 && llvm::all_of(constant->getData<float>(), holds);
}
static bool isHiding(float element) { return element <= maskLimit; }
bool prepare::isHidden(Value value) { return isConstantOf(value, isHiding); }
static bool isShown(Value value) {
  return isConstantOf(value, [](float element) { return element == 0.0f; });
}

std::string prepare::explainWider(const SizeAnalysis &sizes, Value mask, Value hidden) {
  ArrayRef<AffineExpr> from = sizes.getShape(mask), to = sizes.getShape(hidden);
  if (from.size() > to.size())
    return "its mask has more dimensions than what it hides";
  for (auto [d, size] : llvm::enumerate(from)) {
    AffineExpr other = to[to.size() - from.size() + d];
    if (ExprMath::getKnown(size) != 1 && !sizes.areEqual(size, other))
      return "dimension " + std::to_string(d) + " of its mask has " + sizes.print(size) +
             " elements, of what it hides " + sizes.print(other);
  }
  return {};
}

bool prepare::isPlainMove(Operation *op) {
  auto move = dyn_cast_or_null<MoveOpInterface>(op);
  return (move && !move.getFill() && getDataOperands(op) == SmallVector<unsigned>{0}) ||
         isa_and_nonnull<ReshapeOp, DynamicReshapeOp>(op);
}

static bool isOne(Value value) {
  return isConstantOf(value, [](float element) { return element == 1.0f; });
}

Value prepare::matchComplement(Value value) {
  while (isPlainMove(value.getDefiningOp()))
    value = value.getDefiningOp()->getOperand(0);
  auto difference = value.getDefiningOp<SubOp>();
  return difference && isOne(difference.getA()) ? difference.getB() : Value();
}

std::optional<Hiding> prepare::matchHiding(MulOp op) {
  for (auto [factor, number] : {std::pair(op.getA(), op.getB()), std::pair(op.getB(), op.getA())}) {
    if (isHidden(factor))
      return Hiding{number, 0};
    auto difference = number.getDefiningOp<SubOp>(); // (m - 1) * 10000
    if (difference && getScalarConstant(difference.getB()) == 1.0f &&
        isConstantOf(factor, [](float element) { return -element <= maskLimit; }))
      return Hiding{difference.getA(), 1};
  }
  return std::nullopt;
}

Value ConditionWriter::makeConstant(Location loc, const TensorValue &value) {
  made.push_back(createConstant(rewriter, deriveLocation(loc, ".shown"), value));
  return made.back();
}

Value ConditionWriter::writeMask(Value addend) {
  if (Value known = written.lookup(addend))
    return known;
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPointAfterValue(addend);
  Value condition = readMask(addend);
  if (condition)
    written[addend] = condition;
  return condition;
}

Value ConditionWriter::moveCondition(Operation *move, Value condition) {
  if (!condition)
    return {};
  Operation *moved = rewriter.clone(*move);
  moved->setOperand(0, condition);
  moved->setLoc(deriveLocation(move->getLoc(), ".shown"));
  moved->getResult(0).setType(getTensorType(move->getResult(0)).clone(rewriter.getI1Type()));
  made.push_back(moved->getResult(0));
  return made.back();
}

// condition ? x : other, each of them hidden, shown or a mask.
Value ConditionWriter::readChoice(WhereOp op) {
  Location loc = op.getLoc();
  Value condition = op.getCondition(), x = op.getX(), other = op.getOther();
  if (isHidden(x)) {
    if (isShown(other))
      return writeNot(condition);
    // where(v != 0, -inf, v): shown where v is 0.
    if (auto cast = condition.getDefiningOp<CastOp>(); cast && cast.getX() == other) {
      Value zero = writeEqual(other, 0);
      return zero ? zero : writeNot(condition);
    }
    Value mask = writeMask(other);
    return mask ? writeAnd(loc, writeNot(condition), mask) : Value();
  }
  if (isHidden(other)) {
    Value mask = isShown(x) ? condition : writeMask(x);
    return mask && mask != condition ? writeAnd(loc, condition, mask) : mask;
  }
  if (isShown(x)) {
    Value mask = writeMask(other);
    return mask ? make<OrOp>(loc, condition, mask) : Value();
  }
  if (!isShown(other))
    return {};
  Value mask = writeMask(x);
  return mask ? make<OrOp>(loc, writeNot(condition), mask) : Value();
}

Value ConditionWriter::readProduct(MulOp op) {
  std::optional<Hiding> hiding = matchHiding(op);
  Value condition = hiding ? writeEqual(hiding->number, hiding->shown) : Value();
  if (hiding && !condition)
    reason = "its mask is a product with a number that is not known to be 0 or 1";
  return condition;
}

Value ConditionWriter::readConstant(Value addend, const TensorValue &constant) {
  if (isShown(addend) || !isConstantOf(addend, [](float element) { return element == 0.0f || isHiding(element); }))
    return {};
  TensorValue shown(getTensorType(addend).clone(rewriter.getI1Type()));
  for (auto [i, element] : llvm::enumerate(constant.getData<float>()))
    shown.setInteger(int64_t(i), element == 0.0f);
  return makeConstant(addend.getLoc(), shown);
}

Value ConditionWriter::readMask(Value addend) {
  Operation *op = addend.getDefiningOp();
  if (!getTensorType(addend).getElementType().isF32() || !op)
    return {};
  if (std::optional<TensorValue> constant = getConstant(addend))
    return readConstant(addend, *constant);
  if (isPlainMove(op))
    return moveCondition(op, writeMask(op->getOperand(0)));
  if (auto choice = dyn_cast<WhereOp>(op))
    return readChoice(choice);
  if (auto product = dyn_cast<MulOp>(op))
    return readProduct(product);
  if (!isa<AddOp, MinOp>(op))
    return {};
  Value a = writeMask(op->getOperand(0)), b = a ? writeMask(op->getOperand(1)) : Value();
  return b ? writeAnd(op->getLoc(), a, b) : Value();
}

Value ConditionWriter::compare(Location loc, Value x, int64_t number) {
  Type element = getTensorType(x).getElementType();
  if (element.isInteger(1))
    return number == 1 ? x : writeNot(x);
  if (!element.isInteger(32) && !element.isInteger(64))
    return {};
  TensorValue constant(RankedTensorType::get({}, element));
  constant.setInteger(0, number);
  return make<EqualOp>(loc, x, makeConstant(loc, constant));
}

Value ConditionWriter::writeEqual(Value value, int64_t number) {
  if (!value.getDefiningOp())
    return {};
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPointAfterValue(value);
  return readEqual(value, number);
}

Value ConditionWriter::readEqual(Value value, int64_t number) {
  Operation *op = value.getDefiningOp();
  if (isPlainMove(op))
    return moveCondition(op, writeEqual(op->getOperand(0), number));
  if (auto cast = dyn_cast<CastOp>(op))
    return compare(cast.getLoc(), cast.getX(), number);
  if (auto difference = dyn_cast<SubOp>(op))
    return isOne(difference.getA()) ? writeEqual(difference.getB(), 1 - number) : Value();
  auto product = dyn_cast<MulOp>(op);
  Value a = product ? writeEqual(product.getA(), number) : Value(),
        b = a ? writeEqual(product.getB(), number) : Value();
  if (!b)
    return {};
  return number == 1 ? writeAnd(op->getLoc(), a, b) : make<OrOp>(op->getLoc(), a, b);
}
