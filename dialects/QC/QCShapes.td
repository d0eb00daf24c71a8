// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constants and data movement: one meaning for every element type.
#ifndef QC_SHAPES_TD
#define QC_SHAPES_TD

include "dialects/QC/QCBase.td"

def QC_ConstantOp : QC_Op<"constant", [Pure, ConstantLike, DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "a tensor known at compile time";
  let description = [{
    Large values are `dense_resource` named by content hash (`w_<32 hex digits>`). Whether a resource is there, has the size
    of its type and the content of its name is checked by `qc-verify-resources`: resources are read after the operations.

    **Constraints**
    - (constant_c1) the value is `dense` or `dense_resource`
    - (constant_c2) its type is a ranked tensor of static shape; elements are integers, indices or floats of at most 64 bits

    ```mlir
    %c = qc.constant dense<[1.0, 2.0]> : tensor<2xf32>
    ```
  }];
  let arguments = (ins ElementsAttr:$value);
  let results = (outs AnyRankedTensor:$y);
  let assemblyFormat = "attr-dict $value";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def QC_ConcatOp : QC_TensorOp<"concat", [DeclareOpInterfaceMethods<QC_MoveOpInterface>,
    DeclareOpInterfaceMethods<QC_IntegerFormOpInterface, ["getRoundingTraits"]>,
    DeclareOpInterfaceMethods<QC_ShapeFunctionOpInterface, ["getMovedOperands"]>]> {
  let summary = "operands one after the other along an axis";
  let description = [{
    **Constraints**
    - (concat_c1) at least one operand; all of one element type and rank >= 1
    - (concat_c2) 0 <= axis < rank
    - (concat_c3) all other dimensions are equal

    ```mlir
    %y = qc.concat %a, %b {axis = 1 : i64} : (tensor<1x2x4xf32>, tensor<1x3x4xf32>) -> tensor<1x5x4xf32>
    ```
  }];
  let arguments = (ins Variadic<QC_Any>:$xs, I64Attr:$axis);
  let results = (outs QC_Any:$y);
  let assemblyFormat = "$xs attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def QC_ReshapeOp : QC_TensorOp<"reshape", [DeclareOpInterfaceMethods<QC_IntegerFormOpInterface, ["getRoundingTraits"]>,
    DeclareOpInterfaceMethods<QC_ShapeFunctionOpInterface, ["getMovedOperands"]>]> {
  let summary = "the same elements in row-major order under another shape";
  let description = [{
    An entry of -1 (at most one) takes what the others leave, an entry of -2 - i is dimension i of x: what is copied is left
    out on both sides, so that x of 0 x 4 x 5 gives 0 x 20 by [-2, -1]. ONNX's 0 (copy) is resolved at import: here 0 is a
    dimension of size 0.

    **Constraints**
    - (reshape_c1) entries are >= -1 - rank(x), at most one is -1
    - (reshape_c2) the number of elements is kept, as far as it is known

    ```mlir
    %y = qc.reshape %x {shape = array<i64: -1, 12>} : (tensor<?x3x4xf32>) -> tensor<?x12xf32>
    ```
  }];
  let arguments = (ins QC_Any:$x, DenseI64ArrayAttr:$shape);
  let results = (outs QC_Any:$y);
  let assemblyFormat = "$x attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def QC_TransposeOp : QC_TensorOp<"transpose", [DeclareOpInterfaceMethods<QC_MoveOpInterface>,
    DeclareOpInterfaceMethods<QC_IntegerFormOpInterface, ["getRoundingTraits"]>,
    DeclareOpInterfaceMethods<QC_ShapeFunctionOpInterface, ["getMovedOperands"]>]> {
  let summary = "dimensions in another order";
  let description = [{
    `dim(y, i) = dim(x, perm[i])`.

    **Constraints**
    - (transpose_c1) perm is a permutation of 0 .. rank - 1

    ```mlir
    %y = qc.transpose %x {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x3x4x5xf32>) -> tensor<1x4x5x3xf32>
    ```
  }];
  let arguments = (ins QC_Any:$x, DenseI64ArrayAttr:$perm);
  let results = (outs QC_Any:$y);
  let assemblyFormat = "$x attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

#endif
