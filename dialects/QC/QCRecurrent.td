// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Cells of recurrent networks: what one step makes of sums and state, in one pass.
#ifndef QC_RECURRENT_TD
#define QC_RECURRENT_TD

include "dialects/QC/QCBase.td"

def QC_LstmCellOp : QC_TensorOp<"lstm_cell"> {
  let summary = "hidden state and cell of an LSTM behind one step";
  let description = [{
    `gates` holds, along its last dimension, the sums of input, output, forget and cell gate (ONNX's order i, o, f, c), H each. In f32, by
    Arith's sigmoid and tanh, each product and sum rounded:

        cell   = sigmoid(f) * c + sigmoid(i) * tanh(g)      with g the sum of the cell gate
        hidden = sigmoid(o) * tanh(cell)
        y[0] = hidden, y[1] = cell

    Every NaN result is 0x7fc00000. Cells with peepholes, clipping or other functions are written in operations of the scalar kind.

    **Constraints**
    - (lstm_cell_c1) gates and c have rank 2 and equal first dimensions
    - (lstm_cell_c2) the last dimension of gates is four times that of c

    ```mlir
    %y = qc.lstm_cell %gates, %c : (tensor<2x32xf32>, tensor<2x8xf32>) -> tensor<2x2x8xf32>
    ```
  }];
  let arguments = (ins QC_Float:$gates, QC_Float:$c);
  let results = (outs QC_Float:$y);
  let assemblyFormat = "$gates `,` $c attr-dict `:` functional-type(operands, results)";
}

def QC_GruCellOp : QC_TensorOp<"gru_cell"> {
  let summary = "hidden state of a GRU behind one step";
  let description = [{
    A GRU whose reset gate stands behind the product of the hidden state (ONNX's linear_before_reset). `x` and `r` hold, along their last
    dimension, what input and hidden state give to update, reset and hidden gate (ONNX's order z, r, h), H each, biases included. In
    f32, by Arith's sigmoid and tanh, each product, sum and difference rounded:

        z = sigmoid(xz + rz)
        n = tanh(xh + sigmoid(xr + rr) * rh)
        y = (1 - z) * n + z * h

    Every NaN result is 0x7fc00000. Other cells are written in operations of the scalar kind.

    **Constraints**
    - (gru_cell_c1) x, r and h have rank 2 and equal first dimensions
    - (gru_cell_c2) the last dimension of x and r is three times that of h

    ```mlir
    %y = qc.gru_cell %x, %r, %h : (tensor<2x24xf32>, tensor<2x24xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x, QC_Float:$r, QC_Float:$h);
  let results = (outs QC_Float:$y);
  let assemblyFormat = "$x `,` $r `,` $h attr-dict `:` functional-type(operands, results)";
}

#endif
