// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pools: shapes, constraints, roles.
#include "Verification.h"
#include "WindowCounts.h"

using namespace mlir;
using namespace qc;

template <typename Adaptor> static WindowAttributes getWindow(Adaptor op) {
  return {op.getStrides(), op.getPads(), op.getDilations()};
}

// max_pool_c1, max_pool_c2, max_pool_c3
template <typename Adaptor> static Dims inferPool(ShapeMath &math, Adaptor op) {
  return inferPoolShape(math, math.getShape(op.getX()), op.getKernel(), getWindow(op), op.getCeilMode());
}
static Dims inferMaxPool(ShapeMath &math, MaxPoolOp::Adaptor op) { return inferPool(math, op); }
QC_SHAPE_FUNCTION(MaxPoolOp, getTensor(op.getX()).getElementType(), inferMaxPool)
// avg_pool_c1, avg_pool_c2, avg_pool_c3
static Dims inferAvgPool(ShapeMath &math, AvgPoolOp::Adaptor op) { return inferPool(math, op); }
QC_SHAPE_FUNCTION(AvgPoolOp, getTensor(op.getX()).getElementType(), inferAvgPool)

// global_avg_pool_c1
static Dims inferGlobalPool(ShapeMath &math, GlobalAvgPoolOp::Adaptor op) {
  return inferGlobalPoolShape(math, math.getShape(op.getX()));
}
QC_SHAPE_FUNCTION(GlobalAvgPoolOp, getTensor(op.getX()).getElementType(), inferGlobalPool)

LogicalResult GlobalAvgPoolOp::verify() {
  if (std::optional<StringRef> reason = getCountsReason(); reason && (getCounts() || reason->empty()))
    return emitOpError("expects a counts_reason that is not empty, and no counts beside it"); // global_avg_pool_c3
  if (!getCounts())
    return success();
  ArrayRef<int64_t> counts = *getCounts();
  if (counts.empty() || counts.size() > maxWindowCounts) // global_avg_pool_c2
    return emitOpError("expects 1 to ") << maxWindowCounts << " counts, got " << counts.size();
  if (failed(verifyCounts(*this, counts)))
    return failure();
  ArrayRef<int64_t> x = getShapeOf(getX()); // its rank is checked later, where the shape is inferred
  std::optional<int64_t> known = x.size() < 3 ? std::nullopt : countMacs(x.drop_front(2), {});
  if (known && !llvm::is_contained(counts, *known))
    return emitOpError("expects counts that hold ") << *known << ", the number of values of its window";
  return success();
}

RoundingTraits MaxPoolOp::getRoundingTraits() { return makeMoveTraits(); }

// Each count of values has a multiplier and a shift: there must be few, and all must be known.
std::string AvgPoolOp::explainFloat() { return getWindowCounts(*this).reason; }
std::string GlobalAvgPoolOp::explainFloat() { return getWindowCounts(*this).reason; }
