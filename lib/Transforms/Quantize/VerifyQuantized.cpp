// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-verify-quantized: every rounding point is legal.
#include "Precisions.h"
#include "dialects/QC/WeightGroups.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Analysis/RoundingGroups.h"
#include "qc/Analysis/StaticParams.h"
#include "qc/Analysis/Uses.h"
#include "qc/Transforms/Quantize/Passes.h"

namespace qc {
#define GEN_PASS_DEF_VERIFYQUANTIZEDPASS
#include "qc/Transforms/Quantize/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;

namespace {
/// Checks `@main` in module order.
class QdqVerifier {
public:
  explicit QdqVerifier(func::FuncOp main)
      : main(main), groups(main, getRoundingStyle(main->getParentOfType<ModuleOp>()), computesCodes) {}

  bool run() {
    bool isValid = true;
    for (Operation *op : listOperations(main))
      isValid &= succeeded(verify(op));
    return isValid;
  }

private:
  LogicalResult verify(Operation *op) {
    if (auto quantize = dyn_cast<QuantizeOp>(op))
      return verifyBorder(quantize, quantize.getQ(), getStaticParams(quantize));
    if (auto dequantize = dyn_cast<DequantizeOp>(op))
      return verifyBorder(dequantize, dequantize.getQ(), getStaticParams(dequantize));
    if (isa<ObserveOp>(op))
      return op->emitOpError("expects no observer behind quantize");
    if (!hasPrecision(op) || op->hasAttr(QCDialect::kFloatReasonAttr))
      return success();
    auto assignment = op->getAttrOfType<AssignmentAttr>(QCDialect::kAssignmentAttr);
    if (!assignment || assignment.isFloat())
      return op->emitOpError("expects a qc.assignment that is not float, or a qc.float_reason");
    if (std::string reason = explainNoIntegerForm(op); !reason.empty()) // also an operation of another dialect
      return op->emitOpError("expects a float qc.assignment: ") << reason;
    if (movesCodes(op))
      return verifyMove(op);
    return success(succeeded(verifyOperands(op)) && succeeded(verifyResult(op)));
  }

  /// A quantize or dequantize: constant parameters, those that its codes have.
  LogicalResult verifyBorder(Operation *op, Value codes, const std::optional<StaticParams> &params) {
    if (!params)
      return op->emitOpError("expects a constant scale that is positive and finite, and a constant zero point");
    auto [known, isNew] = codeParams.try_emplace(codes, *params);
    if (!isNew && (known->second.scales != params->scales || known->second.zeroPoints != params->zeroPoints ||
                   known->second.axis != params->axis))
      return op->emitOpError("expects the scale and zero point that its codes were made with");
    return success();
  }

  LogicalResult verifyMove(Operation *op) {
    std::optional<StaticParams> params;
    for (unsigned slot : getDataOperands(op)) {
      Value operand = op->getOperand(slot);
      if (cast<RankedTensorType>(operand.getType()).getElementType().isF32())
        return op->emitOpError("expects codes, got ") << operand.getType();
      auto known = codeParams.find(operand);
      if (known == codeParams.end())
        continue;
      if (params && (params->scales != known->second.scales || params->zeroPoints != known->second.zeroPoints))
        return op->emitOpError("expects operands of one scale and zero point");
      params = known->second;
    }
    if (params)
      codeParams.try_emplace(op->getResult(0), *params);
    return verifyStorage(op, op->getResult(0));
  }

  /// The codes that stand for the result of `op` are those of its assignment.
  static LogicalResult verifyStorage(Operation *op, Value codes) {
    Type expected = op->getAttrOfType<AssignmentAttr>(QCDialect::kAssignmentAttr).getResult().getStorage();
    Type found = cast<RankedTensorType>(codes.getType()).getElementType();
    if (found != expected)
      return op->emitOpError("expects codes of type ") << expected << " as its assignment says, got " << found;
    return success();
  }

  /// Whether `op` computes on codes and is rounded, or goes on in its group or chain.
  static bool computesCodes(Operation *op) {
    return isa<IntegerFormOpInterface>(op) && hasPrecision(op) && !movesCodes(op) &&
           !op->hasAttr(QCDialect::kFloatReasonAttr);
  }

  /// Every operand is dequantized codes, or what a group or chain has not rounded yet.
  LogicalResult verifyOperands(Operation *op) {
    SmallVector<unsigned> slots = getDataOperands(op);
    if (getRoundingTraits(op).isContraction)
      if (std::optional<unsigned> bias = cast<IntegerFormOpInterface>(op).getBiasOperand())
        slots.push_back(*bias);
    for (unsigned slot : slots) {
      Operation *producer = op->getOperand(slot).getDefiningOp();
      if (!isa_and_nonnull<DequantizeOp>(producer) && !(producer && groups.isUnrounded(producer)))
        return op->emitOpError("expects operand ") << slot << " to be dequantized codes";
    }
    return getRoundingTraits(op).isContraction ? verifyWeights(op) : success();
  }

  /// Weights have the format of the assignment; those of 4 bits can be stored so.
  static LogicalResult verifyWeights(Operation *op) {
    auto form = cast<IntegerFormOpInterface>(op);
    unsigned slot = *form.getWeightOperand();
    auto weights = op->getOperand(slot).getDefiningOp<DequantizeOp>();
    FormatAttr expected = op->getAttrOfType<AssignmentAttr>(QCDialect::kAssignmentAttr).getOperands()[slot];
    if (isInt4Format(expected) != (weights && isInt4Format(weights.getFormat())))
      return op->emitOpError("expects weights of ") << expected << " as its assignment says";
    if (!isInt4Format(expected))
      return success();
    std::optional<TensorValue> codes = getTensorValue(getConstantValue(weights.getQ()));
    if (!codes || weights.getFormat() != expected)
      return op->emitOpError("expects constant weights of ") << expected;
    WeightGroups groups(codes->getShape(), expected.getAxis(), form.hasMatrixWeights(), expected.getBlock());
    if (std::optional<int64_t> channel = findChannelBeyondInt4(codes->getData<int8_t>(), groups))
      return op->emitOpError("expects weights that are codes from -8 to 7 times a multiplier from 1 to 18 or its "
                             "negative, up to 126, per group of ")
             << expected.getBlock() << ", got others in channel " << *channel;
    return success();
  }

  /// The result is rounded, goes on inside its group or chain, or is a contraction that only feeds outputs.
  LogicalResult verifyResult(Operation *op) {
    Value result = op->getResult(0);
    bool isRounded = llvm::all_of(result.getUsers(), [](Operation *user) { return isa<QuantizeOp>(user); });
    if (!isRounded && !groups.isUnrounded(op))
      return op->emitOpError("expects its result to be rounded by qc.quantize");
    for (Operation *user : result.getUsers())
      if (auto quantize = dyn_cast<QuantizeOp>(user); quantize && failed(verifyStorage(op, quantize.getQ())))
        return failure();
    return success();
  }

  func::FuncOp main;
  RoundingGroups groups;
  llvm::DenseMap<Value, StaticParams> codeParams;
};

struct VerifyQuantizedPass final : qc::impl::VerifyQuantizedPassBase<VerifyQuantizedPass> {
  void runOnOperation() override {
    markAllAnalysesPreserved();
    FailureOr<func::FuncOp> main = getMainFunction(getOperation());
    if (failed(main) || !QdqVerifier(*main).run())
      signalPassFailure();
  }
};
} // namespace
