// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shapes as values: operations that read the dimensions of a tensor, and operations whose result has computed ones.
#ifndef QC_SIZES_TD
#define QC_SIZES_TD

include "dialects/QC/QCBase.td"

/// A shape that is computed: its number of entries is known, so that the result's rank is.
def QC_ShapeVector : RankedTensorOf<[I64]>;

def QC_ShapeOp : QC_TensorOp<"shape", [
    DeclareOpInterfaceMethods<QC_ShapeFunctionOpInterface, ["inferContents"]>]> {
  let summary = "the dimensions of a tensor";
  let description = [{
    `y[i] = dim(x, start + i)` for `start + i < end`.

    **Constraints**
    - (shape_c1) 0 <= start <= end <= rank(x)

    ```mlir
    %y = qc.shape %x {start = 0 : i64, end = 2 : i64} : (tensor<?x3x8x8xf32>) -> tensor<2xi64>
    ```
  }];
  let arguments = (ins QC_Any:$x, I64Attr:$start, I64Attr:$end);
  let results = (outs QC_ShapeVector:$y);
  let assemblyFormat = "$x attr-dict `:` functional-type(operands, results)";
}

def QC_SizeOp : QC_TensorOp<"size", [
    DeclareOpInterfaceMethods<QC_ShapeFunctionOpInterface, ["inferContents"]>]> {
  let summary = "the number of elements of a tensor";
  let description = [{
    The product of all dimensions, 1 for a scalar.

    ```mlir
    %y = qc.size %x : (tensor<?x3xf32>) -> tensor<i64>
    ```
  }];
  let arguments = (ins QC_Any:$x);
  let results = (outs QC_ShapeVector:$y);
  let assemblyFormat = "$x attr-dict `:` functional-type(operands, results)";
}

def QC_ConstantOfShapeOp : QC_TensorOp<"constant_of_shape", [
    DeclareOpInterfaceMethods<QC_ShapeFunctionOpInterface, ["inferContents"]>]> {
  let summary = "a tensor of a computed shape with one value";
  let description = [{
    Dimension i of y is shape[i], every element is the one of `value`.

    **Constraints**
    - (constant_of_shape_c1) shape has rank 1 and a known number of entries
    - (constant_of_shape_c2) entries are >= 0
    - (constant_of_shape_c3) value is a dense tensor of one element

    ```mlir
    %y = qc.constant_of_shape %shape {value = dense<0> : tensor<1xi64>} : (tensor<2xi64>) -> tensor<?x?xi64>
    ```
  }];
  let arguments = (ins QC_ShapeVector:$shape, ElementsAttr:$value);
  let results = (outs QC_Any:$y);
  let assemblyFormat = "$shape attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def QC_RangeOp : QC_TensorOp<"range", [
    DeclareOpInterfaceMethods<QC_ShapeFunctionOpInterface, ["inferContents"]>]> {
  let summary = "numbers at equal distance";
  let description = [{
    `y[i] = start + i * delta` for i in [0, n) with `n = max(ceil((limit - start) / delta), 0)`. Integers are computed
    modulo 2^bits, n exactly. In f32, n is computed in f64 (difference, quotient, ceil), an element by one product f32(i) *
    delta and one sum.

    **Constraints**
    - (range_c1) start, limit and delta have one element and the result's element type
    - (range_c2) delta is not 0, nor is a number NaN or n beyond 2^63

    ```mlir
    %y = qc.range %start, %limit, %delta : (tensor<i64>, tensor<i64>, tensor<i64>) -> tensor<?xi64>
    ```
  }];
  let arguments = (ins RankedTensorOf<[F32, I32, I64]>:$start, RankedTensorOf<[F32, I32, I64]>:$limit,
                       RankedTensorOf<[F32, I32, I64]>:$delta);
  let results = (outs RankedTensorOf<[F32, I32, I64]>:$y);
  let assemblyFormat = "$start `,` $limit `,` $delta attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def QC_ExpandOp : QC_TensorOp<"expand", [DeclareOpInterfaceMethods<QC_MoveOpInterface>,
    DeclareOpInterfaceMethods<QC_ShapeFunctionOpInterface, ["getMovedOperands"]>,
    DeclareOpInterfaceMethods<QC_IntegerFormOpInterface, ["getRoundingTraits"]>]> {
  let summary = "x broadcast with a computed shape";
  let description = [{
    The result has the shape that x and a tensor of shape `shape` broadcast to (an entry of 1 keeps a dimension of x), its
    elements are those of x.

    **Constraints**
    - (expand_c1) shape has rank 1 and a known number of entries
    - (expand_c2) entries are >= 0 and broadcast with the dimensions of x

    ```mlir
    %y = qc.expand %x, %shape : (tensor<3x1xf32>, tensor<3xi64>) -> tensor<?x3x?xf32>
    ```
  }];
  let arguments = (ins QC_Any:$x, QC_ShapeVector:$shape);
  let results = (outs QC_Any:$y);
  let assemblyFormat = "$x `,` $shape attr-dict `:` functional-type(operands, results)";
}

def QC_DynamicReshapeOp : QC_TensorOp<"dynamic_reshape", [
    DeclareOpInterfaceMethods<QC_ShapeFunctionOpInterface, ["getMovedOperands"]>,
    DeclareOpInterfaceMethods<QC_IntegerFormOpInterface, ["getRoundingTraits"]>]> {
  let summary = "the same elements in row-major order under a computed shape";
  let description = [{
    As ONNX's Reshape: an entry of -1 (at most one) takes what the others leave, an entry of 0 is the dimension of x at its
    place unless `allow_zero`. `qc-resolve-sizes` makes it a `qc.reshape` wherever the entries are known, dimensions of x, or
    what the others leave.

    **Constraints**
    - (dynamic_reshape_c1) shape has rank 1 and a known number of entries
    - (dynamic_reshape_c2) entries are >= -1, at most one is -1; 0 only where x has a dimension (or with allow_zero)
    - (dynamic_reshape_c3) the number of elements is kept

    ```mlir
    %y = qc.dynamic_reshape %x, %shape {allow_zero = false} : (tensor<?x12xf32>, tensor<3xi64>) -> tensor<?x?x4xf32>
    ```
  }];
  let arguments = (ins QC_Any:$x, QC_ShapeVector:$shape, BoolAttr:$allow_zero);
  let results = (outs QC_Any:$y);
  let assemblyFormat = "$x `,` $shape attr-dict `:` functional-type(operands, results)";
}

#endif
