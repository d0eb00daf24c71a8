// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The cells of recurrent networks in f32, on the abstract number type of FloatFunctions.h.
#ifndef QC_ARITH_RECURRENTCELLS_H
#define QC_ARITH_RECURRENTCELLS_H

#include "qc/Arith/FloatFunctions.h"

namespace qc::numerics::f32 {

/// The states of an LSTM behind a step.
template <typename F> struct LstmStates {
  F hidden, cell;
};

/// Of the sums of input, output, forget and cell gate, and the cell in front of the step.
template <typename F> LstmStates<F> lstmCell(F i, F o, F f, F g, F c) {
  F forget = sigmoid(f);
  F kept = forget * c;
  F input = sigmoid(i);
  F candidate = tanh(g);
  F added = input * candidate;
  F cell = canonical(kept + added);
  F output = sigmoid(o);
  F squashed = tanh(cell);
  return {canonical(output * squashed), cell};
}

/// What input and hidden state give to the update, reset and hidden gate of a GRU.
template <typename F> struct GruSums {
  F update, reset, hidden;
};

/// The hidden state of a GRU, whose reset gate stands behind the product of the hidden state `h`.
template <typename F> F gruCell(const GruSums<F> &x, const GruSums<F> &r, F h) {
  F update = sigmoid(x.update + r.update);
  F reset = sigmoid(x.reset + r.reset);
  F gated = reset * r.hidden;
  F candidate = tanh(x.hidden + gated);
  F rest = like(h, 1.0f) - update;
  F fresh = rest * candidate;
  F kept = update * h;
  return canonical(fresh + kept);
}

} // namespace qc::numerics::f32

#endif
