// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Cells of recurrent networks: shapes.
#include "Verification.h"

using namespace mlir;
using namespace qc;

// That `sums` is rows of `gates` times what `state` has; false after a failure.
static bool checkSums(ShapeMath &math, StringRef name, const TensorShape &sums, const TensorShape &state,
                      int64_t gates) {
  if (sums.getRank() != 2 || state.getRank() != 2) // lstm_cell_c1, gru_cell_c1
    return math.fail("expects " + name + " and the state to have rank 2, got ranks " + Twine(sums.getRank()) + " and " +
                     Twine(state.getRank())),
           false;
  auto rows = [&] {
    return ("expects equal first dimensions of " + name + " and the state, got ").str() + math.describe(sums, 0) +
           " and " + math.describe(state, 0);
  };
  auto columns = [&] { // lstm_cell_c2, gru_cell_c2
    return ("expects " + Twine(gates) + " sums in " + name + " for each element of the state, got ").str() +
           math.describe(sums, 1) + " and " + math.describe(state, 1);
  };
  return math.expectEqual(sums[0], state[0], rows) && math.expectEqual(sums[1], math.mul(state[1], gates), columns);
}

static Dims inferLstmCell(ShapeMath &math, LstmCellOp::Adaptor op) {
  TensorShape c = math.getShape(op.getC());
  if (!checkSums(math, "gates", math.getShape(op.getGates()), c, 4))
    return {};
  return {2, c[0], c[1]};
}
QC_SHAPE_FUNCTION(LstmCellOp, getTensor(op.getC()).getElementType(), inferLstmCell)

static Dims inferGruCell(ShapeMath &math, GruCellOp::Adaptor op) {
  TensorShape h = math.getShape(op.getH());
  if (!checkSums(math, "x", math.getShape(op.getX()), h, 3) || !checkSums(math, "r", math.getShape(op.getR()), h, 3))
    return {};
  return h.dims;
}
QC_SHAPE_FUNCTION(GruCellOp, getTensor(op.getH()).getElementType(), inferGruCell)
