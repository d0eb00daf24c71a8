// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pools: shapes, constraints, roles.
#include "Verification.h"

using namespace mlir;
using namespace qc;

template <typename Adaptor> static WindowAttributes getWindow(Adaptor op) {
  return {op.getStrides(), op.getPads(), op.getDilations()};
}

// max_pool_c1, max_pool_c2, max_pool_c3
QC_INFER_TYPE(MaxPoolOp, getTensor(op.getX()).getElementType(),
              inferPoolShape(getShapeOf(op.getX()), op.getKernel(), getWindow(op), op.getCeilMode()))
// avg_pool_c1, avg_pool_c2, avg_pool_c3
QC_INFER_TYPE(AvgPoolOp, getTensor(op.getX()).getElementType(),
              inferPoolShape(getShapeOf(op.getX()), op.getKernel(), getWindow(op), op.getCeilMode()))

static ShapeOr inferGlobalPool(ArrayRef<int64_t> x) {
  if (x.size() < 3 || x.size() > 5) // global_avg_pool_c1
    return ShapeOr::error("expects an input of rank 3 to 5, got " + std::to_string(x.size()));
  llvm::SmallVector<int64_t> shape(x);
  std::fill(shape.begin() + 2, shape.end(), 1);
  return shape;
}

QC_INFER_TYPE(GlobalAvgPoolOp, getTensor(op.getX()).getElementType(), inferGlobalPool(getShapeOf(op.getX())))

QuantRole MaxPoolOp::getQuantRole() { return QuantRole::PassThrough; }
QuantRole AvgPoolOp::getQuantRole() { return QuantRole::AveragePool; }
QuantRole GlobalAvgPoolOp::getQuantRole() { return QuantRole::AveragePool; }
