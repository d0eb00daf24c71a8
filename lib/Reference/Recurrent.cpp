// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Cells of recurrent networks, element by element.
#include "Operations.h"
#include "qc/Arith/RecurrentCells.h"

using namespace mlir;
using namespace qc;
using namespace qc::reference;
namespace f32 = qc::numerics::f32;

// Whether `sums` has `gates` times the columns of `state`, and its rows.
static bool areSumsOf(const TensorValue &sums, const TensorValue &state, int64_t gates) {
  return sums.getRank() == 2 && state.getRank() == 2 && sums.getShape()[0] == state.getShape()[0] &&
         sums.getShape()[1] == gates * state.getShape()[1];
}

Result reference::evaluate(LstmCellOp op, Operands operands) {
  const TensorValue &gates = operands[0], &c = operands[1];
  if (!areSumsOf(gates, c, 4)) // lstm_cell_c1, lstm_cell_c2
    return op.emitOpError("expects gates of four times the columns of the cell, got ")
           << gates.getType() << " and " << c.getType();
  int64_t rows = c.getShape()[0], size = c.getShape()[1];
  Result y = makeResult(op, SmallVector<int64_t>{2, rows, size});
  if (failed(y))
    return failure();
  ArrayRef<float> sums = gates.getData<float>(), cells = c.getData<float>();
  MutableArrayRef<float> out = y->mutableData<float>();
  for (int64_t n = 0; n < rows; ++n)
    for (int64_t j = 0; j < size; ++j) {
      auto gate = [&](int64_t k) { return sums[(n * 4 + k) * size + j]; };
      auto states = f32::lstmCell(gate(0), gate(1), gate(2), gate(3), cells[n * size + j]);
      out[n * size + j] = states.hidden;
      out[(rows + n) * size + j] = states.cell;
    }
  return y;
}

Result reference::evaluate(GruCellOp op, Operands operands) {
  const TensorValue &x = operands[0], &r = operands[1], &h = operands[2];
  if (!areSumsOf(x, h, 3) || !areSumsOf(r, h, 3)) // gru_cell_c1, gru_cell_c2
    return op.emitOpError("expects sums of three times the columns of the state, got ")
           << x.getType() << ", " << r.getType() << " and " << h.getType();
  Result y = makeResultLike(op, h);
  if (failed(y))
    return failure();
  int64_t rows = h.getShape()[0], size = h.getShape()[1];
  MutableArrayRef<float> out = y->mutableData<float>();
  for (int64_t n = 0; n < rows; ++n)
    for (int64_t j = 0; j < size; ++j) {
      auto take = [&](const TensorValue &sums) {
        ArrayRef<float> data = sums.getData<float>();
        auto gate = [&](int64_t k) { return data[(n * 3 + k) * size + j]; };
        return f32::GruSums<float>{gate(0), gate(1), gate(2)};
      };
      out[n * size + j] = f32::gruCell(take(x), take(r), h.getData<float>()[n * size + j]);
    }
  return y;
}
