// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-raise-masks: what is so low that a softmax gives 0 for it, as a condition.
#include "Constants.h"
#include "Names.h"
#include "dialects/QC/Scalars.h"
#include "qc/Analysis/Masks.h"
#include "qc/Analysis/Sizes.h"
#include "qc/Analysis/Uses.h"
#include "qc/Transforms/Prepare/Passes.h"

namespace qc {
#define GEN_PASS_DEF_RAISEMASKSPASS
#include "qc/Transforms/Prepare/Passes.h.inc"
} // namespace qc

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
static bool isHidden(Value value) { return isConstantOf(value, isHiding); }
static bool isShown(Value value) {
  return isConstantOf(value, [](float element) { return element == 0.0f; });
}

// Elements move from operand 0 alone, and no others join them.
static bool isPlainMove(Operation *op) {
  auto move = dyn_cast_or_null<MoveOpInterface>(op);
  return (move && !move.getFill() && getDataOperands(op) == SmallVector<unsigned>{0}) ||
         isa_and_nonnull<ReshapeOp, DynamicReshapeOp>(op);
}

namespace {
/// Writes the conditions that masks are made from, each right behind its mask; what is no mask leaves nothing behind.
class ConditionWriter {
public:
  explicit ConditionWriter(RewriterBase &rewriter) : rewriter(rewriter) {}

  /// True where `addend`, which is 0 or at most maskLimit there and elsewhere, is 0; null where it is no such mask. Its
  /// shape broadcasts to that of `addend`.
  Value writeMask(Value addend) {
    return remember(addend, [&] { return readMask(addend); });
  }
  Value writeNot(Value condition) { return make<NotOp>(condition.getLoc(), condition); }
  Value writeAnd(Location loc, Value a, Value b) { return make<AndOp>(loc, a, b); }
  /// Erases what no softmax has got.
  void finish() { eraseIfDead(rewriter, made); }
  /// Why what was looked at last is no mask, where it nearly is one.
  std::string reason;

private:
  template <typename Op, typename... Operands> Value make(Location loc, Operands... operands) {
    made.push_back(Op::create(rewriter, deriveLocation(loc, ".shown"), operands...));
    return made.back();
  }
  Value makeConstant(Location loc, const TensorValue &value) {
    made.push_back(createConstant(rewriter, deriveLocation(loc, ".shown"), value));
    return made.back();
  }
  Value remember(Value source, llvm::function_ref<Value()> read);
  Value moveCondition(Operation *move, Value condition);
  Value readMask(Value addend);
  Value readChoice(WhereOp op);
  Value readProduct(MulOp op);
  Value writeZero(Value value);
  Value readZero(Value value);
  Value writeOne(Value value);
  Value readOne(Value value);
  Value compare(CastOp cast, int64_t number);

  RewriterBase &rewriter;
  llvm::DenseMap<Value, Value> written;
  SmallVector<Value> made;
};
} // namespace

// Conditions stand behind what they are read from, so that all its readers can have them.
Value ConditionWriter::remember(Value source, llvm::function_ref<Value()> read) {
  if (Value known = written.lookup(source))
    return known;
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPointAfterValue(source);
  Value condition = read();
  if (condition)
    written[source] = condition;
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
      Value zero = writeZero(other);
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

// A number that is 0 where elements are shown and 1 elsewhere, times one so low.
Value ConditionWriter::readProduct(MulOp op) {
  for (auto [factor, number] : {std::pair(op.getA(), op.getB()), std::pair(op.getB(), op.getA())}) {
    bool isNegative = isConstantOf(factor, [](float element) { return -element <= maskLimit; });
    if (!isHidden(factor) && !isNegative)
      continue;
    auto difference = number.getDefiningOp<SubOp>();
    if (isNegative) // (m - 1) * 10000
      return difference && getScalarConstant(difference.getB()) == 1.0f ? writeOne(difference.getA()) : Value();
    Value condition = writeZero(number);
    if (!condition)
      reason = "its mask is a product with a number that is not known to be 0 or 1";
    return condition;
  }
  return {};
}

Value ConditionWriter::readMask(Value addend) {
  Operation *op = addend.getDefiningOp();
  if (!getTensorType(addend).getElementType().isF32() || !op)
    return {};
  if (std::optional<TensorValue> constant = getConstant(addend)) {
    if (isShown(addend) || !isConstantOf(addend, [](float element) { return element == 0.0f || isHiding(element); }))
      return {};
    TensorValue shown(getTensorType(addend).clone(rewriter.getI1Type()));
    for (auto [i, element] : llvm::enumerate(constant->getData<float>()))
      shown.setInteger(int64_t(i), element == 0.0f);
    return makeConstant(addend.getLoc(), shown);
  }
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

// What `cast` makes a float of, compared with `number`, 0 or 1.
Value ConditionWriter::compare(CastOp cast, int64_t number) {
  Value x = cast.getX();
  Type element = getTensorType(x).getElementType();
  if (element.isInteger(1))
    return number == 1 ? x : writeNot(x);
  if (!element.isInteger(32) && !element.isInteger(64))
    return {};
  TensorValue constant(RankedTensorType::get({}, element));
  constant.setInteger(0, number);
  return make<EqualOp>(cast.getLoc(), x, makeConstant(cast.getLoc(), constant));
}

// Where `value`, whose elements are 0 or 1 as integers and conditions are, is 0, or 1; null where it is no such value.
Value ConditionWriter::writeZero(Value value) {
  if (!value.getDefiningOp())
    return {};
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPointAfterValue(value);
  return readZero(value);
}
Value ConditionWriter::readZero(Value value) {
  Operation *op = value.getDefiningOp();
  if (isPlainMove(op))
    return moveCondition(op, writeZero(op->getOperand(0)));
  if (auto cast = dyn_cast<CastOp>(op))
    return compare(cast, 0);
  auto difference = dyn_cast<SubOp>(op);
  return difference && isConstantOf(difference.getA(), [](float element) { return element == 1.0f; })
             ? writeOne(difference.getB())
             : Value();
}
Value ConditionWriter::writeOne(Value value) {
  if (!value.getDefiningOp())
    return {};
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPointAfterValue(value);
  return readOne(value);
}
Value ConditionWriter::readOne(Value value) {
  Operation *op = value.getDefiningOp();
  if (isPlainMove(op))
    return moveCondition(op, writeOne(op->getOperand(0)));
  if (auto cast = dyn_cast<CastOp>(op))
    return compare(cast, 1);
  auto product = dyn_cast<MulOp>(op);
  Value a = product ? writeOne(product.getA()) : Value(), b = a ? writeOne(product.getB()) : Value();
  return b ? writeAnd(op->getLoc(), a, b) : Value();
}

namespace {
/// Scores without their masks, where elements are shown, and what was looked through last.
struct Masked {
  Value scores, shown;
  Operation *last = nullptr;
};

class MaskRaiser {
public:
  MaskRaiser(RewriterBase &rewriter, const SizeAnalysis &sizes)
      : rewriter(rewriter), sizes(sizes), conditions(rewriter) {}
  /// Gives `op` what it reads without masks, and these as its mask; or the reason why not, where there is one.
  std::string raise(SoftmaxOp op);
  void finish() { conditions.finish(); }

private:
  std::string explainWider(Value small, Value scores) const;
  bool peel(Masked &masked, std::string &reason);
  bool peelChoice(Masked &masked, WhereOp op, std::string &reason);
  bool add(Masked &masked, Value scores, Value mask, Value shown, std::string &reason);

  RewriterBase &rewriter;
  const SizeAnalysis &sizes;
  ConditionWriter conditions;
};
} // namespace

// Why `small` may not broadcast to `scores`, or may make more of them; empty where it does not.
std::string MaskRaiser::explainWider(Value small, Value scores) const {
  ArrayRef<AffineExpr> from = sizes.getShape(small), to = sizes.getShape(scores);
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

bool MaskRaiser::add(Masked &masked, Value scores, Value mask, Value shown, std::string &reason) {
  reason = explainWider(mask, scores);
  // Others have the masked scores as a number, which may be infinite, and no softmax behind it would say that it may.
  Operation *op = masked.scores.getDefiningOp();
  if (!llvm::all_of(op->getUsers(), [&](Operation *user) { return user == masked.last || isa<SoftmaxOp>(user); }))
    reason = "something else reads the masked scores";
  if (!reason.empty())
    return false;
  masked.last = op;
  masked.scores = scores;
  masked.shown = masked.shown ? conditions.writeAnd(shown.getLoc(), masked.shown, shown) : shown;
  return true;
}

// condition ? scores : hidden, or the other way round.
bool MaskRaiser::peelChoice(Masked &masked, WhereOp op, std::string &reason) {
  bool isBehind = isHidden(op.getOther());
  Value scores = isBehind ? op.getX() : op.getOther(), hidden = isBehind ? op.getOther() : op.getX();
  if ((!isBehind && !isHidden(hidden)) || getConstant(scores))
    return false;
  reason = explainWider(hidden, scores);
  Value shown = isBehind ? op.getCondition() : conditions.writeNot(op.getCondition());
  return reason.empty() && add(masked, scores, op.getCondition(), shown, reason);
}

bool MaskRaiser::peel(Masked &masked, std::string &reason) {
  Operation *op = masked.scores.getDefiningOp();
  if (auto choice = dyn_cast_or_null<WhereOp>(op))
    return peelChoice(masked, choice, reason);
  if (!isa_and_nonnull<AddOp>(op))
    return false;
  for (unsigned slot : {1u, 0u}) {
    Value mask = op->getOperand(slot), scores = op->getOperand(1 - slot);
    if (Value shown = getConstant(scores) ? Value() : conditions.writeMask(mask))
      return add(masked, scores, mask, shown, reason);
  }
  reason = conditions.reason;
  return false;
}

std::string MaskRaiser::raise(SoftmaxOp op) {
  if (op.getMask())
    return {};
  Masked masked{op.getX(), {}, nullptr};
  std::string reason;
  conditions.reason.clear();
  rewriter.setInsertionPoint(op);
  while (peel(masked, reason)) {
  }
  if (!masked.shown)
    return reason;
  Value before = op.getX();
  rewriter.modifyOpInPlace(op, [&] {
    op.getXMutable().assign(masked.scores);
    op.getMaskMutable().assign(masked.shown);
  });
  eraseIfDead(rewriter, before);
  return {};
}

namespace {
struct RaiseMasksPass final : qc::impl::RaiseMasksPassBase<RaiseMasksPass> {
  void runOnOperation() override {
    SmallVector<SoftmaxOp> softmaxes = collect<SoftmaxOp>(getOperation());
    if (softmaxes.empty())
      return;
    FailureOr<SizeAnalysis> sizes = SizeAnalysis::analyze(getOperation());
    if (failed(sizes))
      return signalPassFailure();
    IRRewriter rewriter(&getContext());
    MaskRaiser raiser(rewriter, *sizes);
    for (SoftmaxOp op : softmaxes)
      remarkMissed(op.getLoc(), "RaiseMasks", "qc-raise-masks", raiser.raise(op));
    raiser.finish();
  }
};
} // namespace
