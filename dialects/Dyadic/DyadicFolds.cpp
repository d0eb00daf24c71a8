// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Folds and canonical forms of the dyadic dialect. None changes a byte of any result.
#include "dialects/Dyadic/Dyadic.h"
#include "dialects/QC/Verification.h"
#include "mlir/IR/PatternMatch.h"
#include "qc/Arith/Forms.h"

using namespace mlir;
using namespace qc;
using namespace qc::dyadic;

// Whether every channel computes floor((x * 2^s + 2^(s-1)) / 2^s) = x.
static bool isIdentityFactor(RequantOp op) {
  for (auto [m, s] : llvm::zip_equal(op.getMultipliers(), op.getShifts()))
    if (s > 30 || m != int32_t(1) << s)
      return false;
  return true;
}

// y = min(max((x - z) + z, lo), hi) is x where [lo, hi] holds every value of the term.
OpFoldResult RequantOp::fold(FoldAdaptor) {
  if (getTerms().size() != 1 || getTerms().front().getType() != getY().getType() ||
      getTermZeroPoints().front() != getZeroPoint() || !isIdentityFactor(*this))
    return {};
  CodeRange range = getValueRange(getTerms().front());
  if (range.least < getLo() || range.greatest > getHi())
    return {};
  return getTerms().front();
}

// half_even is half_up where no value of the term is a tie (docs/Numerics.md, The other machine forms).
LogicalResult RequantOp::canonicalize(RequantOp op, PatternRewriter &rewriter) {
  if (op.getRounding() != Rounding::HalfEven)
    return rewriter.notifyMatchFailure(op, "rounding is half_up already");
  CodeRange range = getValueRange(op.getTerms().front());
  int64_t zero = op.getTermZeroPoints().front();
  int64_t bound = std::max(range.greatest - zero, zero - range.least);
  for (auto [m, s] : llvm::zip_equal(op.getMultipliers(), op.getShifts()))
    if (!qc::numerics::halfEvenIsHalfUp(m, s, bound))
      return rewriter.notifyMatchFailure(op, "a value of the term may be a tie");
  rewriter.modifyOpInPlace(op, [&] { op.setRounding(Rounding::HalfUp); });
  return success();
}

// A table that gives every code back.
OpFoldResult LutOp::fold(FoldAdaptor) {
  if (getX().getType() != getY().getType())
    return {};
  std::optional<TensorValue> table = getTensorValue(getTable());
  int64_t first = getTypeRange(getTensor(getX()).getElementType()).least;
  for (int64_t i = 0; table && i < table->getNumElements(); ++i)
    if (table->getInteger(i) != first + i)
      return {};
  return table ? OpFoldResult(getX()) : OpFoldResult();
}
