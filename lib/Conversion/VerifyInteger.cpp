// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The border of the integer phase: overflow proofs, and a reason for everything that stays float.
#include "dialects/QC/WeightGroups.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Analysis/Names.h"
#include "qc/Analysis/StaticParams.h"
#include "qc/Analysis/Uses.h"
#include "qc/Arith/Bounds.h"
#include "qc/Arith/Planes.h"
#include "qc/Arith/Table.h"
#include "qc/Conversion/Passes.h"

namespace qc {
#define GEN_PASS_DEF_VERIFYINTEGERPASS
#include "qc/Conversion/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;
using dyadic::CodeRange;

namespace {
struct VerifyIntegerPass final : qc::impl::VerifyIntegerPassBase<VerifyIntegerPass> {
  using VerifyIntegerPassBase::VerifyIntegerPassBase;
  void runOnOperation() override;

private:
  LogicalResult proveRanges();
  LogicalResult verifyReasons();
  LogicalResult verifyIntegerOnly();
};
} // namespace

static RankedTensorType getTensorType(Value value) { return dyn_cast<RankedTensorType>(value.getType()); }

static bool hasFloat(ValueRange values) {
  return llvm::any_of(values, [](Value value) {
    RankedTensorType type = getTensorType(value);
    return type && isa<FloatType>(type.getElementType());
  });
}

// Computes on real values: no constant, no conversion from or to codes.
static bool isFloatOp(Operation *op) {
  if (isa<qc::ConstantOp, QuantizeOp, DequantizeOp, ObserveOp, IfOp, LoopOp, YieldOp, func::ReturnOp>(op))
    return false;
  return hasFloat(op->getOperands()) || hasFloat(op->getResults());
}

namespace {
/// Ranges of values in program order.
class Ranges {
public:
  CodeRange get(Value value) const {
    auto found = ranges.find(value);
    return found == ranges.end() ? dyadic::getTypeRange(getTensorType(value).getElementType()) : found->second;
  }
  void set(Value value, CodeRange range) { ranges[value] = range; }

private:
  llvm::DenseMap<Value, CodeRange> ranges;
};
} // namespace

static bool isInteger(Value value) {
  RankedTensorType type = getTensorType(value);
  return type && type.getElementType().isIntOrIndex() && type.getElementType().getIntOrFloatBitWidth() <= 32;
}

// Moves of codes: the hull of what is moved; max_pool also gives the least code of the type, for an empty window.
static std::optional<CodeRange> moveRange(Operation *op, const Ranges &ranges) {
  auto move = dyn_cast<MoveOpInterface>(op);
  if (!move && !isa<ReshapeOp>(op))
    return std::nullopt;
  CodeRange hull = ranges.get(op->getOperand(0));
  auto include = [&](CodeRange range) {
    hull = {std::min(hull.least, range.least), std::max(hull.greatest, range.greatest)};
  };
  for (unsigned slot : getDataOperands(op))
    if (slot > 0)
      include(ranges.get(op->getOperand(slot)));
  if (auto fill = move ? dyn_cast_if_present<IntegerAttr>(move.getFill()) : IntegerAttr()) {
    bool isUnsigned = fill.getType().isUnsignedInteger();
    int64_t code = isUnsigned ? fill.getValue().getZExtValue() : fill.getValue().getSExtValue();
    include({code, code});
  }
  return hull;
}

static int64_t boundOf(CodeRange range, int64_t zero) {
  return std::max({range.greatest - zero, zero - range.least, int64_t(0)});
}

// (R1): 22 bits where all terms are 8-bit codes.
static int getWidth(dyadic::RequantOp op) {
  return llvm::all_of(op.getTerms(),
                      [](Value term) { return getTensorType(term).getElementType().getIntOrFloatBitWidth() == 8; })
             ? qc::numerics::codesWidth
             : qc::numerics::contractionWidth;
}

static LogicalResult report(Operation *op, size_t index, size_t size, const std::string &violation) {
  if (violation.empty())
    return success();
  InFlightDiagnostic error = op->emitOpError("is not proved: ") << violation;
  return size == 1 ? error : error << " (entry " << index << ")";
}

// (R1) to (R5) for every channel; (R6) where terms are planes.
static LogicalResult proveRequant(dyadic::RequantOp op, const Ranges &ranges) {
  SmallVector<int64_t> bounds;
  for (auto [term, zero] : llvm::zip_equal(op.getTerms(), op.getTermZeroPoints()))
    bounds.push_back(boundOf(ranges.get(term), zero));
  qc::numerics::RequantParams params;
  params.terms = bounds.size();
  params.zeroPoint = op.getZeroPoint();
  params.lo = op.getLo();
  params.hi = op.getHi();
  qc::numerics::CodeType type = *getCodeType(getTensorType(op.getY()).getElementType());
  for (size_t c = 0, size = op.getShifts().size(); c < size; ++c) {
    for (int32_t term = 0; term < params.terms; ++term)
      params.multipliers[term] = op.getMultipliersOf(term)[c];
    params.shift = op.getShifts()[c];
    std::string violation = op.getPlanes() ? qc::numerics::checkPlanes(params, type, bounds)
                                           : qc::numerics::checkRequant(params, type, getWidth(op), bounds);
    if (failed(report(op, c, size, violation)))
      return failure();
  }
  return success();
}

// (S1) for every segment.
static LogicalResult proveSegments(dyadic::SegmentsOp op) {
  std::optional<TensorValue> base = getTensorValue(op.getBase()), slope = getTensorValue(op.getSlope());
  if (!base || !slope)
    return op.emitOpError("is not proved: the bytes of its tables are not present");
  for (int64_t i = 0; i < base->getNumElements(); ++i) {
    int64_t most = std::abs(base->getInteger(i)) + (qc::numerics::segmentCodes - 1) * std::abs(slope->getInteger(i)) +
                   (int64_t(1) << (qc::numerics::segmentFractionBits - 1));
    if (most > INT32_MAX)
      return op.emitOpError("is not proved: (S1) expects |base| + 31 * |slope| + 2^13 < 2^31, got ")
             << most << " (entry " << i << ")";
  }
  return success();
}

// The Requant with the multiplier of which no row has more is legal, and numbers of rows are not below 0.
static LogicalResult proveRows(dyadic::RequantRowsOp op, const Ranges &ranges) {
  if (CodeRange rows = ranges.get(op.getR()); rows.least < 0)
    return op.emitOpError("is not proved: numbers of rows may be ") << rows.least << ", those of dyadic.row_reciprocal "
                                                                    << "are at least 0";
  int64_t bound = boundOf(ranges.get(op.getX()), 0);
  return report(op, 0, 1,
                qc::numerics::checkRequant(getRequantParams(op),
                                           *getCodeType(getTensorType(op.getY()).getElementType()),
                                           qc::numerics::contractionWidth, qc::numerics::Span<int64_t>(&bound, 1)));
}

// The sum of a window, and (R1) to (R5) for every count.
template <typename Pool> static LogicalResult provePool(Pool op, const Ranges &ranges) {
  CodeRange range = ranges.get(op.getX());
  qc::numerics::RequantParams params;
  params.zeroPoint = op.getZeroPoint();
  params.lo = op.getLo();
  params.hi = op.getHi();
  qc::numerics::CodeType type = *getCodeType(getTensorType(op.getY()).getElementType());
  for (size_t i = 0, size = op.getCounts().size(); i < size; ++i) {
    qc::numerics::SumBounds sum = qc::numerics::codeSumBounds(
        op.getCounts()[i], {int32_t(range.least), int32_t(range.greatest)}, op.getXZeroPoint());
    if (!sum.fitsRegister())
      return op.emitOpError("is not proved: the sum of ") << op.getCounts()[i] << " codes may leave 32 bits";
    params.multipliers[0] = op.getMultipliers()[i];
    params.shift = op.getShifts()[i];
    int64_t bound = sum.bound();
    std::string violation = qc::numerics::checkRequant(params, type, qc::numerics::contractionWidth,
                                                       qc::numerics::Span<int64_t>(&bound, 1));
    if (failed(report(op, i, size, violation)))
      return failure();
  }
  return success();
}

// Weights can be stored in 4 bits.
static LogicalResult proveWeights(Operation *op, int64_t size) {
  bool isMatrix = isa<dyadic::MatMulOp>(op);
  std::optional<TensorValue> weights = getTensorValue(getConstantValue(op->getOperand(1)));
  if (!weights)
    return op->emitOpError("is not proved: the bytes of its weights are not present");
  WeightGroups groups(weights->getShape(), isMatrix ? 1 : 0, isMatrix, size);
  std::optional<int64_t> channel = findChannelBeyondInt4(weights->getData<int8_t>(), groups);
  if (!channel)
    return success();
  return op->emitOpError("is not proved: weights of channel ")
         << *channel
         << " are no codes from -8 to 7 times a multiplier from 1 to 18 or its negative, up to 126, per group of "
         << size;
}

static LogicalResult prove(Operation *op, Ranges &ranges) {
  if (std::optional<int64_t> size = dyadic::getWeightGroup(op))
    if (failed(proveWeights(op, *size)))
      return failure();
  if (auto requant = dyn_cast<dyadic::RequantOp>(op))
    if (failed(proveRequant(requant, ranges)))
      return failure();
  if (auto pool = dyn_cast<dyadic::AvgPoolOp>(op))
    if (failed(provePool(pool, ranges)))
      return failure();
  if (auto pool = dyn_cast<dyadic::GlobalAvgPoolOp>(op))
    if (failed(provePool(pool, ranges)))
      return failure();
  if (auto rows = dyn_cast<dyadic::RequantRowsOp>(op))
    if (failed(proveRows(rows, ranges)))
      return failure();
  if (auto segments = dyn_cast<dyadic::SegmentsOp>(op))
    if (failed(proveSegments(segments)))
      return failure();
  if (auto normalize = dyn_cast<dyadic::NormalizeOp>(op); normalize && !normalize.hasOwnRoot())
    return op->emitOpError("is not proved: its root and sum are not those that dyadic.row_root and dyadic.row_sum make "
                           "of its operand");
  auto bounded = cast<dyadic::RangeBoundOpInterface>(op);
  SmallVector<CodeRange> operands = llvm::map_to_vector(op->getOperands(), [&](Value v) { return ranges.get(v); });
  std::optional<CodeRange> range = bounded.inferResultRange(operands);
  if (!range)
    return op->emitOpError(
        "is not proved: its sums may leave 32 bits, or have no bound as an operand or dimension is not "
        "known");
  ranges.set(op->getResult(0), *range);
  return success();
}

static void setConstant(Value value, Ranges &ranges) {
  RankedTensorType type = getTensorType(value);
  std::optional<CodeRange> range =
      type && type.getElementType().isInteger(32) ? dyadic::getConstantRange(value) : std::nullopt;
  if (range)
    ranges.set(value, *range);
}

LogicalResult VerifyIntegerPass::proveRanges() {
  Ranges ranges;
  bool isProved = true;
  for (Operation *op : listOperations(getOperation())) {
    if (isa<dyadic::RangeBoundOpInterface>(op))
      isProved &= succeeded(prove(op, ranges));
    else if (isa<qc::ConstantOp>(op)) // 32 bits: terms of Requants; weights are looked at by what reads them
      setConstant(op->getResult(0), ranges);
    else if (op->getNumResults() == 1 && isInteger(op->getResult(0)))
      if (std::optional<CodeRange> range = moveRange(op, ranges))
        ranges.set(op->getResult(0), *range);
  }
  return success(isProved);
}

LogicalResult VerifyIntegerPass::verifyReasons() {
  bool isComplete = true;
  for (Operation *op : listOperations(getOperation()))
    if (isFloatOp(op) && !op->hasAttr(QCDialect::kFloatReasonAttr)) {
      op->emitOpError("stays float without a reason (qc.float_reason)");
      isComplete = false;
    }
  return success(isComplete);
}

// Between two islands, or codes that go through real values for no float operation's sake.
static bool isInnerConversion(Operation *op) {
  if (auto quantize = dyn_cast<QuantizeOp>(op))
    return quantize.getX().getDefiningOp<DequantizeOp>() || quantize.getX().getDefiningOp<qc::ConstantOp>();
  return false;
}

static void describe(InFlightDiagnostic &error, Operation *op) {
  error << "\n  " << op->getName().getStringRef();
  if (StringRef name = getOnnxName(op->getLoc()); !name.empty())
    error << " '" << name << "'";
  auto reason = op->getAttrOfType<StringAttr>(QCDialect::kFloatReasonAttr);
  StringRef unknown = isa<IfOp, LoopOp>(op) ? "branches and loops give float values" : "no reason is given";
  error << ": " << (reason ? reason.getValue() : unknown);
}

LogicalResult VerifyIntegerPass::verifyIntegerOnly() {
  SmallVector<Operation *> offenders;
  // Values that branches and loops give are float, though their operations compute nothing.
  auto givesFloat = [](Operation *op) { return isa<IfOp, LoopOp>(op) && hasFloat(op->getResults()); };
  for (Operation *op : listOperations(getOperation()))
    if (isFloatOp(op) || isInnerConversion(op) || givesFloat(op))
      offenders.push_back(op);
  if (offenders.empty())
    return success();
  InFlightDiagnostic error = getOperation().emitError()
                             << offenders.size() << " operation" << (offenders.size() == 1 ? " has" : "s have")
                             << " no integer form:";
  for (Operation *op : offenders)
    describe(error, op);
  return error;
}

void VerifyIntegerPass::runOnOperation() {
  markAllAnalysesPreserved();
  if (getOperation().isExternal())
    return;
  bool isProved = succeeded(proveRanges());
  // Under integer-only the list says it all.
  bool isExplained = succeeded(integerOnly ? verifyIntegerOnly() : verifyReasons());
  if (!isProved || !isExplained)
    signalPassFailure();
}
