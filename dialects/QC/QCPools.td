// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pools.
#ifndef QC_POOLS_TD
#define QC_POOLS_TD

include "dialects/QC/QCBase.td"

def QC_MaxPoolOp : QC_TensorOp<"max_pool", [DeclareOpInterfaceMethods<QC_IntegerFormOpInterface, ["getRoundingTraits"]>]> {
  let summary = "maximum over windows";
  let description = [{
    Output dimension: `floor((in + pads - (dilation * (kernel - 1) + 1)) / stride) + 1`, ceil instead of floor in ceil mode
    (a last window that would start beyond the input and its begin padding is dropped). Positions outside the input do not
    take part; a window without any position gives the type's lowest value (-inf for f32). NaN propagates as 0x7fc00000.
    Works on codes as on floats.

    **Constraints**
    - (max_pool_c1) rank(x) is 3 to 5
    - (max_pool_c2) kernel, strides, dilations have one entry >= 1 per spatial axis; pads two (begins, then ends) >= 0;
      all < 2^31
    - (max_pool_c3) every output dimension is >= 0, and >= 1 where that of x is

    ```mlir
    %y = qc.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>,
                         dilations = array<i64: 1, 1>, ceil_mode = false} : (tensor<1x4x8x8xf32>) -> tensor<1x4x4x4xf32>
    ```
  }];
  let arguments = (ins QC_Any:$x, DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$pads,
                       DenseI64ArrayAttr:$dilations, BoolAttr:$ceil_mode);
  let results = (outs QC_Any:$y);
  let assemblyFormat = "$x attr-dict `:` functional-type(operands, results)";
}

def QC_AvgPoolOp : QC_TensorOp<"avg_pool", [DeclareOpInterfaceMethods<QC_IntegerFormOpInterface, ["explainFloat"]>]> {
  let summary = "average over windows";
  let description = [{
    Windows as in `qc.max_pool`. The divisor of a window is the number of its positions inside the input, or, with
    `count_include_pad`, inside input plus padding (positions that only ceil mode reaches never count). Per output:
    `acc = +0`, `acc = acc + x` over the positions inside, outermost axis first (more than 1,024 of them: the long sum of
    docs/Numerics.md); `y = acc / f32(count)`; a window with count 0 gives 0.

    **Constraints**
    - (avg_pool_c1) rank(x) is 3 to 5
    - (avg_pool_c2) kernel, strides, dilations have one entry >= 1 per spatial axis; pads two (begins, then ends) >= 0;
      all < 2^31
    - (avg_pool_c3) every output dimension is >= 0, and >= 1 where that of x is

    ```mlir
    %y = qc.avg_pool %x {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>,
                         dilations = array<i64: 1, 1>, ceil_mode = false, count_include_pad = false}
       : (tensor<1x4x8x8xf32>) -> tensor<1x4x8x8xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x, DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$pads,
                       DenseI64ArrayAttr:$dilations, BoolAttr:$ceil_mode, BoolAttr:$count_include_pad);
  let results = (outs QC_Float:$y);
  let assemblyFormat = "$x attr-dict `:` functional-type(operands, results)";
}

def QC_GlobalAvgPoolOp : QC_TensorOp<"global_avg_pool", [DeclareOpInterfaceMethods<QC_IntegerFormOpInterface, ["explainFloat"]>]> {
  let summary = "average over all spatial positions";
  let description = [{
    As `qc.avg_pool` with one window that covers the spatial axes, each kept with dimension 1.

    Where a spatial axis has no known size, `qc-bound-counts` says of how many values the average can be: `counts` holds every
    number above 0 that can occur, or `counts_reason` why they are not known. Neither changes a value.

    **Constraints**
    - (global_avg_pool_c1) rank(x) is 3 to 5
    - (global_avg_pool_c2) counts has 1 to 4,096 entries, ascending, from 1 to 2^23; where the spatial dimensions of x are known
      it holds their product
    - (global_avg_pool_c3) counts_reason is not empty, and stands only where counts does not

    ```mlir
    %y = qc.global_avg_pool %x : (tensor<1x4x7x7xf32>) -> tensor<1x4x1x1xf32>
    %z = qc.global_avg_pool %v {counts = array<i64: 7, 14, 21>} : (tensor<1x4x7x?xf32>) -> tensor<1x4x1x1xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x, OptionalAttr<DenseI64ArrayAttr>:$counts, OptionalAttr<StrAttr>:$counts_reason);
  let builders = [OpBuilder<(ins "::mlir::Type":$y, "::mlir::Value":$x), [{
    build($_builder, $_state, y, x, ::mlir::DenseI64ArrayAttr(), ::mlir::StringAttr());
  }]>];
  let results = (outs QC_Float:$y);
  let assemblyFormat = "$x attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

#endif
