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

static Dims inferGlobalPool(ShapeMath &math, GlobalAvgPoolOp::Adaptor op) {
  Dims shape = math.getShape(op.getX()).dims;
  if (shape.size() < 3 || shape.size() > 5) // global_avg_pool_c1
    return math.fail("expects an input of rank 3 to 5, got " + Twine(shape.size()));
  std::fill(shape.begin() + 2, shape.end(), Dim(1));
  return shape;
}
QC_SHAPE_FUNCTION(GlobalAvgPoolOp, getTensor(op.getX()).getElementType(), inferGlobalPool)

RoundingTraits MaxPoolOp::getRoundingTraits() { return makeMoveTraits(); }

// Each count of values has a multiplier and a shift: there must be few, and all must be known.
std::string AvgPoolOp::explainFloat() { return getWindowCounts(*this).reason; }
std::string GlobalAvgPoolOp::explainFloat() { return getWindowCounts(*this).reason; }
