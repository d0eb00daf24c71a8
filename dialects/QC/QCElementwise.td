// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// clip and softmax.
#ifndef QC_ELEMENTWISE_TD
#define QC_ELEMENTWISE_TD

include "dialects/QC/QCBase.td"

def QC_ClipOp : QC_TensorOp<"clip", [DeclareOpInterfaceMethods<QC_UnaryFunctionOpInterface>, AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<QC_IntegerFormOpInterface, ["getRoundingTraits", "getClampBounds", "explainFloat"]>]> {
  let summary = "min(max(x, lo), hi)";
  let description = [{
    The bounds are scalars, each optional. NaN (of x or a bound) gives 0x7fc00000. lo > hi gives hi.

    **Constraints**
    - (clip_c1) lo and hi have one element

    ```mlir
    %y = qc.clip %x min %lo max %hi : (tensor<2x3xf32>, tensor<f32>, tensor<f32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x, Optional<QC_Float>:$lo, Optional<QC_Float>:$hi);
  let results = (outs QC_Float:$y);
  let assemblyFormat = "$x (`min` $lo^)? (`max` $hi^)? attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The constant bounds as floats (absent: -inf, +inf); nothing where one is not constant or is NaN.
    std::optional<std::pair<float, float>> getConstantBounds();
  }];
}

def QC_SoftmaxOp : QC_TensorOp<"softmax", [
    DeclareOpInterfaceMethods<QC_IntegerFormOpInterface, ["explainFloat", "getRoundingTraits"]>]> {
  let summary = "exp(x - max) / sum along one axis, of the elements that a mask lets take part";
  let description = [{
    Along `axis` with n elements: `m = max x`, `e[k] = exp(x[k] - m)` by Arith's f32 exp, the sum by the row reduction of
    docs/Numerics.md (16 partials), `y[k] = e[k] / sum`. NaN anywhere in a row makes the row NaN.

    Where `mask`, broadcast to x, is false, the lowest finite f32 stands for the element: its weight is 0 in a row that has others, and in
    a row of nothing else all are equal, as with the masks that exporters write. The integer form gives 0 for such a row (docs/Numerics.md).

    Where n is not known, `qc-bound-counts` says how large it can be: `max_length`, or `length_reason`, why that is not known. Neither
    changes a value.

    **Constraints**
    - (softmax_c1) 0 <= axis < rank(x)
    - (softmax_c2) max_length is >= 0, and >= n where that is known; length_reason is not empty, and stands only where max_length does
      not
    - (softmax_c3) mask broadcasts to x

    ```mlir
    %y = qc.softmax %x {axis = 1 : i64} : (tensor<2x10xf32>) -> tensor<2x10xf32>
    %z = qc.softmax %v mask %m {axis = 1 : i64, max_length = 128 : i64} : (tensor<2x?xf32>, tensor<1x?xi1>) -> tensor<2x?xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x, Optional<QC_Bool>:$mask, I64Attr:$axis, OptionalAttr<I64Attr>:$max_length,
                       OptionalAttr<StrAttr>:$length_reason);
  let results = (outs QC_Float:$y);
  let assemblyFormat = "$x (`mask` $mask^)? attr-dict `:` functional-type(operands, results)";
  let builders = [OpBuilder<(ins "::mlir::Type":$y, "::mlir::Value":$x, "uint64_t":$axis), [{
    build($_builder, $_state, y, x, ::mlir::Value(), $_builder.getI64IntegerAttr(axis), ::mlir::IntegerAttr(), ::mlir::StringAttr());
  }]>];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The most elements that a row can have, where that is known.
    std::optional<int64_t> getGreatestLength();
  }];
}

def QC_MeanWeightsOp : QC_TensorOp<"mean_weights", [
    DeclareOpInterfaceMethods<QC_IntegerFormOpInterface, ["explainFloat", "getDataOperands", "getRoundingTraits"]>]> {
  let summary = "one over the number of elements that a mask shows, for these; 0 for the others";
  let description = [{
    Along `axis`: `c = max(sum m, 1)` of m as f32 numbers 0 and 1, by the row reduction of docs/Numerics.md; `y[k] = m[k] / c`. A
    product with them is the mean of what is shown, and 0 where nothing is: what text encoders make a vector of a sentence with.

    Where the length of rows is not known, `qc-bound-counts` says how large it can be, as for `qc.softmax`: `max_length`, or `length_reason`.

    **Constraints**
    - (mean_weights_c1) 0 <= axis < rank(m)
    - (mean_weights_c2) max_length is >= 0, and >= the length of rows where that is known; length_reason is not empty, and stands only
      where max_length does not
    - (mean_weights_c3) m and the result have one shape

    ```mlir
    %w = qc.mean_weights %m {axis = 2 : i64, max_length = 128 : i64} : (tensor<2x1x?xi1>) -> tensor<2x1x?xf32>
    ```
  }];
  let arguments = (ins QC_Bool:$mask, I64Attr:$axis, OptionalAttr<I64Attr>:$max_length, OptionalAttr<StrAttr>:$length_reason);
  let results = (outs QC_Float:$y);
  let assemblyFormat = "$mask attr-dict `:` functional-type(operands, results)";
  let builders = [OpBuilder<(ins "::mlir::Type":$y, "::mlir::Value":$mask, "uint64_t":$axis), [{
    build($_builder, $_state, y, mask, $_builder.getI64IntegerAttr(axis), ::mlir::IntegerAttr(), ::mlir::StringAttr());
  }]>];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The most elements that a row can have, where that is known.
    std::optional<int64_t> getGreatestLength();
  }];
}

#endif
