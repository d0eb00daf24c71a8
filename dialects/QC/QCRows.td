// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operations along dimensions: reductions, normalizations, running sums.
#ifndef QC_ROWS_TD
#define QC_ROWS_TD

include "dialects/QC/QCBase.td"

def QC_ReduceKind : I32EnumAttr<"ReduceKind", "what a reduction makes of its elements", [
    I32EnumAttrCase<"Sum", 0, "sum">, I32EnumAttrCase<"Mean", 1, "mean">, I32EnumAttrCase<"Max", 2, "max">,
    I32EnumAttrCase<"Min", 3, "min">, I32EnumAttrCase<"Prod", 4, "prod">, I32EnumAttrCase<"L1", 5, "l1">,
    I32EnumAttrCase<"L2", 6, "l2">, I32EnumAttrCase<"SumSquare", 7, "sum_square">,
    I32EnumAttrCase<"LogSum", 8, "log_sum">, I32EnumAttrCase<"LogSumExp", 9, "log_sum_exp">]> {
  let cppNamespace = "::qc";
  let genSpecializedAttr = 0;
}
def QC_ReduceKindAttr : EnumAttr<QC_Dialect, QC_ReduceKind, "reduce_kind">;

def QC_Extreme : I32EnumAttr<"Extreme", "which extreme is looked for", [
    I32EnumAttrCase<"Max", 0, "max">, I32EnumAttrCase<"Min", 1, "min">]> {
  let cppNamespace = "::qc";
  let genSpecializedAttr = 0;
}
def QC_ExtremeAttr : EnumAttr<QC_Dialect, QC_Extreme, "extreme">;

def QC_Reducible : RankedTensorOf<[F32, I32, I64]>;

def QC_ReduceOp : QC_TensorOp<"reduce", [DeclareOpInterfaceMethods<QC_ShapeFunctionOpInterface, ["inferContents"]>]> {
  let summary = "sum, mean, maximum... over some dimensions";
  let description = [{
    The dimensions `axes` are reduced: kept with size 1 (`keep_dims`) or dropped. A row is the n elements with the same other
    indices, row-major over `axes`. In f32, with *sum* the row reduction of docs/Numerics.md (16 partials, long rows
    with compensation):

        sum          sum(x)
        mean         sum(x) / f32(n)
        l1           sum(|x|)
        sum_square   sum(x * x)
        l2           sqrt(sum(x * x))
        log_sum      log(sum(x))
        log_sum_exp  log(sum(exp(x - m))) + m, m = max x, +0 where that is not finite
        prod         as sum, with products from 1
        max, min     of docs/Numerics.md: NaN gives 0x7fc00000; no elements: -infinity, +infinity

    Every NaN result is 0x7fc00000. Integers have sum and prod (wrapping), max and min (no elements: the type's lowest, greatest value).

    **Constraints**
    - (reduce_c1) axes ascend and are dimensions of x
    - (reduce_c2) integers are reduced by sum, prod, max, min

    ```mlir
    %y = qc.reduce mean %x {axes = array<i64: 1>, keep_dims = true} : (tensor<2x10xf32>) -> tensor<2x1xf32>
    ```
  }];
  let arguments = (ins QC_ReduceKindAttr:$kind, QC_Reducible:$x, DenseI64ArrayAttr:$axes, BoolAttr:$keep_dims);
  let results = (outs QC_Reducible:$y);
  let assemblyFormat = "`` $kind $x attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def QC_LogSoftmaxOp : QC_TensorOp<"log_softmax"> {
  let summary = "x - max - log(sum of exp) along one axis";
  let description = [{
    Along `axis`: `m = max x`, `l = log(sum(exp(x - m)))` with the row reduction of docs/Numerics.md, `y[k] = (x[k] - m) - l`; a
    NaN result is 0x7fc00000.

    **Constraints**
    - (log_softmax_c1) 0 <= axis < rank(x)

    ```mlir
    %y = qc.log_softmax %x {axis = 1 : i64} : (tensor<2x10xf32>) -> tensor<2x10xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x, I64Attr:$axis);
  let results = (outs QC_Float:$y);
  let assemblyFormat = "$x attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def QC_NormalizeOp : QC_TensorOp<"normalize", [AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<QC_IntegerFormOpInterface, ["explainFloat", "getDataOperands"]>]> {
  let summary = "layer, instance, group and RMS normalization";
  let description = [{
    Rows are the n elements over `axes`, as in `qc.reduce`, with *sum* the row reduction of docs/Numerics.md. With `centered`:

        mean = sum(x) / f32(n);  d = x - mean;  v = sum(d * d) / f32(n);  y = d * (1 / sqrt(v + epsilon))

    and without it (RMS normalization) mean is not taken away: d = x. Then `y * scale`, `fma(y, scale, bias)` with both,
    `y + bias` without scale; a NaN result is 0x7fc00000. Layer normalization has the last dimensions as axes and a scale of their shape; instance
    normalization the spatial ones and a scale per channel, C x 1 x 1.

    **Constraints**
    - (normalize_c1) axes ascend and are dimensions of x
    - (normalize_c2) scale and bias broadcast (one way) to x: a dimension that is not known to be 1 is equal
    - (normalize_c3) epsilon is finite and >= 0

    ```mlir
    %y = qc.normalize %x scale %s bias %b {axes = array<i64: 1>, centered = true, epsilon = 1.0e-5 : f32}
       : (tensor<2x10xf32>, tensor<10xf32>, tensor<10xf32>) -> tensor<2x10xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x, Optional<QC_Float>:$scale, Optional<QC_Float>:$bias, DenseI64ArrayAttr:$axes,
                       BoolAttr:$centered, F32Attr:$epsilon);
  let results = (outs QC_Float:$y);
  let assemblyFormat = "$x (`scale` $scale^)? (`bias` $bias^)? attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def QC_ArgReduceOp : QC_TensorOp<"arg_reduce"> {
  let summary = "index of the greatest or least element along one axis";
  let description = [{
    The index along `axis`, an i64, of the extreme element: of several the first, with `select_last` the last. Zeros of both
    signs are equal. A NaN is more extreme than every number. The axis is kept with size 1 (`keep_dims`) or dropped.

    **Constraints**
    - (arg_reduce_c1) 0 <= axis < rank(x)
    - (arg_reduce_c2) dim(x, axis) is not 0

    ```mlir
    %y = qc.arg_reduce max %x {axis = 1 : i64, keep_dims = false, select_last = false} : (tensor<2x10xf32>) -> tensor<2xi64>
    ```
  }];
  let arguments = (ins QC_ExtremeAttr:$kind, QC_Reducible:$x, I64Attr:$axis, BoolAttr:$keep_dims, BoolAttr:$select_last);
  let results = (outs RankedTensorOf<[I64]>:$y);
  let assemblyFormat = "`` $kind $x attr-dict `:` functional-type(operands, results)";
}

def QC_TopKOp : QC_TensorOp<"top_k"> {
  let summary = "positions of the greatest or least elements along one axis, in order";
  let description = [{
    The positions along `axis`, i64, of the `k` most extreme elements, the most extreme first, of equal ones the one that stands
    first. Zeros of both signs are equal. A NaN is more extreme than every number. Values follow by `qc.gather_elements`.

    **Constraints**
    - (top_k_c1) 0 <= axis < rank(x)
    - (top_k_c2) 0 <= k <= dim(x, axis)

    ```mlir
    %y = qc.top_k max %x {axis = 1 : i64, k = 3 : i64} : (tensor<2x10xf32>) -> tensor<2x3xi64>
    ```
  }];
  let arguments = (ins QC_ExtremeAttr:$kind, QC_Reducible:$x, I64Attr:$axis, I64Attr:$k);
  let results = (outs RankedTensorOf<[I64]>:$y);
  let assemblyFormat = "`` $kind $x attr-dict `:` functional-type(operands, results)";
}

def QC_CumSumOp : QC_TensorOp<"cumsum"> {
  let summary = "running sum along one axis";
  let description = [{
    y[k] = (... (+0 + x[0]) + x[1] ...) + x[k]: one running sum, in order (its rounding errors grow with k); NaN is 0x7fc00000.
    With `exclusive` y[k] is the sum before x[k] is added; with `reverse` k runs from the end. Integers wrap.

    **Constraints**
    - (cumsum_c1) 0 <= axis < rank(x)

    ```mlir
    %y = qc.cumsum %x {axis = 1 : i64, exclusive = false, reverse = false} : (tensor<2x10xf32>) -> tensor<2x10xf32>
    ```
  }];
  let arguments = (ins QC_Reducible:$x, I64Attr:$axis, BoolAttr:$exclusive, BoolAttr:$reverse);
  let results = (outs QC_Reducible:$y);
  let assemblyFormat = "$x attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

#endif
