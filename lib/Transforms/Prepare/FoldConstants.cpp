// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-fold-constants: operations on constants, identities, and what nothing reads.
#include "Constants.h"
#include "Names.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "qc/Transforms/Prepare/Passes.h"
#include "qc/Transforms/Prepare/Rewrites.h"

namespace qc {
#define GEN_PASS_DEF_FOLDCONSTANTSPASS
#include "qc/Transforms/Prepare/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;

// Operations that fold if their operands are constants. Quantization is never evaluated away: codes and scales are what
// later phases read.
static bool isCandidate(Operation *op) {
  return isa_and_nonnull<QCDialect>(op->getDialect()) && isa<EvaluateOpInterface>(op) && op->getNumOperands() != 0 &&
         op->getNumResults() != 0 && !isa<QuantizeOp, DequantizeOp, ObserveOp>(op) &&
         llvm::all_of(op->getOperands(), [](Value operand) { return operand.getDefiningOp<ConstantOp>(); });
}

// What getTensorValue expands.
static constexpr int64_t kMaxSplatBytes = int64_t(1) << 31;

// Bytes that the operands take up in the module; nothing where one's value cannot be had.
static std::optional<int64_t> getStoredBytes(ValueRange operands) {
  int64_t sum = 0;
  for (Value operand : operands) {
    auto elements = cast<ElementsAttr>(getConstantValue(operand));
    auto type = cast<RankedTensorType>(elements.getShapedType());
    auto dense = dyn_cast<DenseElementsAttr>(elements);
    std::optional<int64_t> size = TensorValue::getByteSize(type);
    bool isSplat = dense && dense.isSplat();
    if (!size || (isSplat && *size > kMaxSplatBytes) || (!dense && !getTensorValue(elements)))
      return std::nullopt;
    sum += isSplat ? int64_t(TensorValue::elementBytes(type)) : *size;
  }
  return sum;
}

// The type of the value: the operands' shapes are known, even where the result type leaves dimensions open.
static RankedTensorType getValueType(Operation *op) {
  auto infer = dyn_cast<InferTypeOpInterface>(op);
  SmallVector<Type> types;
  if (!infer ||
      failed(infer.inferReturnTypes(op->getContext(), std::nullopt, op->getOperands(), op->getAttrDictionary(),
                                    op->getPropertiesStorage(), op->getRegions(), types)) ||
      types.size() != 1)
    return {};
  auto type = dyn_cast<RankedTensorType>(types.front());
  return type && type.hasStaticShape() ? type : RankedTensorType();
}

bool qc::isFoldable(Operation *op, int64_t maxGrowth, std::string &reason) {
  reason.clear();
  if (!isCandidate(op))
    return false;
  RankedTensorType type = getValueType(op);
  std::optional<int64_t> size = type ? TensorValue::getByteSize(type) : std::nullopt;
  std::optional<int64_t> stored = getStoredBytes(op->getOperands());
  if (!size || !stored) {
    reason = stored ? "the shape of its value is not known" : "the value of a constant is missing or too large";
    return false;
  }
  if (*size - *stored > maxGrowth) {
    reason = "its value has " + std::to_string(*size) + " bytes, its operands " + std::to_string(*stored) +
             "; at most " + std::to_string(maxGrowth) + " more are accepted";
    return false;
  }
  if (type != op->getResult(0).getType() &&
      llvm::any_of(op->getUsers(), [](Operation *user) { return !isa_and_nonnull<QCDialect>(user->getDialect()); })) {
    reason = "its type leaves dimensions open that its value has, and something outside of qc reads it";
    return false;
  }
  return true;
}

LogicalResult qc::foldConstant(RewriterBase &rewriter, Operation *op) {
  SmallVector<TensorValue> operands, results;
  for (Value operand : op->getOperands()) {
    std::optional<TensorValue> value = prepare::getConstant(operand);
    if (!value)
      return op->emitOpError("expects constants whose values are there, got ") << operand.getType();
    operands.push_back(*value);
  }
  if (failed(cast<EvaluateOpInterface>(op).evaluate(operands, results)))
    return failure();
  if (results.size() != 1 || failed(verifyCompatibleShape(results[0].getType(), op->getResult(0).getType())))
    return op->emitOpError("has a value of another type than its result");
  rewriter.setInsertionPoint(op);
  SmallVector<Value> inputs(op->getOperands());
  rewriter.replaceOp(op, prepare::createConstant(rewriter, op->getLoc(), results[0]));
  prepare::eraseIfDead(rewriter, inputs);
  return success();
}

// Whether a move says itself that nothing moves, whatever the sizes.
static bool movesNothing(Operation *op) {
  auto areAll = [](ArrayRef<int64_t> entries, int64_t value) {
    return llvm::all_of(entries, [&](int64_t entry) { return entry == value; });
  };
  if (auto pad = dyn_cast<PadOp>(op))
    return areAll(pad.getBegins(), 0) && areAll(pad.getEnds(), 0);
  if (auto tile = dyn_cast<TileOp>(op))
    return areAll(tile.getRepeats(), 1);
  auto slice = dyn_cast<SliceOp>(op);
  return slice && areAll(slice.getStarts(), 0) && areAll(slice.getEnds(), INT64_MAX) && areAll(slice.getSteps(), 1);
}

// The operand that a move gives back as it is.
static Value getUnmoved(MoveOpInterface op) {
  if (movesNothing(op) && op->getOperand(0).getType() == op->getResult(0).getType())
    return op->getOperand(0);
  TypeShapeMath math;
  std::vector<MoveView> operands;
  for (auto [i, operand] : llvm::enumerate(op->getOperands())) {
    auto type = cast<RankedTensorType>(operand.getType());
    if (!type.hasStaticShape())
      return {};
    operands.emplace_back(math, i, TypeShapeMath::fromShape(type.getShape()));
  }
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  if (!type.hasStaticShape())
    return {};
  MoveBuilder move(math, operands, MoveView(math, operands.size(), TypeShapeMath::fromShape(type.getShape())));
  op.describeMove(move);
  bool isOneStep = move.getSteps().size() == 1 && move.getSteps()[0].from;
  if (!isOneStep || !move.getSteps()[0].from->isWhole || !move.getSteps()[0].to.isWhole)
    return {};
  Value operand = op->getOperand(move.getSteps()[0].from->tensor);
  return operand.getType() == type ? operand : Value();
}

Value qc::getIdentityOperand(Operation *op) {
  if (auto move = dyn_cast<MoveOpInterface>(op))
    if (Value operand = getUnmoved(move))
      return operand;
  SmallVector<OpFoldResult> results;
  if (!isa<ReshapeOp, TransposeOp>(op) || failed(op->fold(ArrayRef<Attribute>{Attribute()}, results)) ||
      results.size() != 1)
    return {};
  return dyn_cast<Value>(results.front());
}

namespace {
struct FoldConstantsPass final : qc::impl::FoldConstantsPassBase<FoldConstantsPass> {
  using FoldConstantsPassBase::FoldConstantsPassBase;

  void runOnOperation() override {
    if (getOperation().isExternal())
      return;
    IRRewriter rewriter(&getContext());
    func::FuncOp main = getOperation();
    if (failed(foldBlock(rewriter, main.getBody().front())))
      return signalPassFailure();
    for (bool isDropped = true; isDropped;)
      isDropped = dropDead(rewriter, main);
    // A branch may know more of a result's type than both together.
    main.setType(FunctionType::get(&getContext(), main.getArgumentTypes(),
                                   main.getBody().front().getTerminator()->getOperandTypes()));
  }

  // Backwards, so that readers are gone before what they read; what a region does for a result that nobody reads is
  // dead when that result is gone.
  static bool dropDead(RewriterBase &rewriter, func::FuncOp main) {
    bool isDropped = false;
    SmallVector<Operation *> operations = listOperations(main);
    for (Operation *op : llvm::reverse(operations)) {
      if (isOpTriviallyDead(op))
        rewriter.eraseOp(op);
      else
        isDropped |= dropUnreadResults(rewriter, op);
    }
    return isDropped;
  }

  // What a branch or loop becomes stands in front of what follows it, and is looked at as well.
  LogicalResult foldBlock(RewriterBase &rewriter, Block &block) {
    for (Operation *op = &block.front(); op;) {
      Operation *before = op->getPrevNode();
      if (foldControl(rewriter, op)) {
        op = before ? before->getNextNode() : &block.front();
        continue;
      }
      if (isa<IfOp, LoopOp>(op))
        for (Region &region : op->getRegions())
          if (failed(foldBlock(rewriter, region.front())))
            return failure();
      Operation *next = op->getNextNode();
      if (failed(foldOne(rewriter, op)))
        return failure();
      op = next;
    }
    return success();
  }

  LogicalResult foldOne(RewriterBase &rewriter, Operation *op) {
    if (Value operand = getIdentityOperand(op)) {
      rewriter.replaceOp(op, operand);
      return success();
    }
    std::string reason;
    if (isFoldable(op, maxGrowth, reason))
      return foldConstant(rewriter, op);
    prepare::remarkMissed(op->getLoc(), "FoldConstants", "qc-fold-constants", reason);
    return success();
  }
};
} // namespace
