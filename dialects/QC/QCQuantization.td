// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Quantization facts: quantize, dequantize, observe, stats.
#ifndef QC_QUANTIZATION_TD
#define QC_QUANTIZATION_TD

include "dialects/QC/QCBase.td"

def QC_QuantizeOp : QC_Op<"quantize", [Pure, DeclareOpInterfaceMethods<QC_ShapeFunctionOpInterface>]> {
  let summary = "real values to codes: a rounding point";
  let description = [{
    `q = min(max(roundeven(x / scale) + zero_point, lo), hi)` with the range [lo, hi] of the storage type, by the float border
    of docs/Numerics.md (NaN counts as 0). An absent zero point is 0.

    **Constraints**
    - (quantize_c1) the result's element type is the format's storage, its shape that of x
    - (quantize_c2) scale has one element, or one per index of the format's axis
    - (quantize_c3) zero_point has the storage type and the shape of scale
    - (quantize_c4) the storage is i8, ui8, i16 or ui16

    ```mlir
    %q = qc.quantize %x, %s, %z {format = #qc.format<ui8>} : (tensor<2x3xf32>, tensor<f32>, tensor<ui8>) -> tensor<2x3xui8>
    ```
  }];
  let arguments = (ins QC_Float:$x, QC_Float:$scale, Optional<QC_Codes>:$zero_point, QC_FormatAttr:$format);
  let results = (outs QC_Codes:$q);
  let assemblyFormat = "$x `,` $scale (`,` $zero_point^)? attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def QC_DequantizeOp : QC_Op<"dequantize", [Pure, DeclareOpInterfaceMethods<QC_ShapeFunctionOpInterface>]> {
  let summary = "codes to real values";
  let description = [{
    `x = f32(q - zero_point) * scale`: the difference is exact, its conversion rounds only for i32 and i64, one f32
    multiplication. i64 are biases of contractions of 16-bit codes, i4 weights of contractions.

    **Constraints**
    - (dequantize_c1) the operand's element type is the format's storage, or i8 where that is i4; the result has its shape
    - (dequantize_c2) scale has one element, or one per index of the format's axis
    - (dequantize_c3) zero_point has the operand's element type and the shape of scale

    ```mlir
    %x = qc.dequantize %q, %s, %z {format = #qc.format<ui8>} : (tensor<2x3xui8>, tensor<f32>, tensor<ui8>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_CodesTo64:$q, QC_Float:$scale, Optional<QC_Codes>:$zero_point, QC_FormatAttr:$format);
  let results = (outs QC_Float:$x);
  let assemblyFormat = "$q `,` $scale (`,` $zero_point^)? attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def QC_ObserveOp : QC_Op<"observe", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "links a value to the statistics that are (to be) observed on it";
  let description = [{
    Has no result and changes nothing; it does not count as a use in the placement of rounding points.

    **Constraints**
    - (observe_c1) the symbol is a `qc.stats` of the module

    ```mlir
    qc.observe %x @t17 : tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x, FlatSymbolRefAttr:$stats);
  let assemblyFormat = "$x $stats attr-dict `:` type($x)";
}

def QC_OperandMeansArrayAttr : TypedArrayAttrBase<QC_OperandMeansAttr, "array of #qc.operand_means">;

def QC_CovariancesArrayAttr : TypedArrayAttrBase<ElementsAttr, "array of elements">;

def QC_StatsOp : QC_Op<"stats", [Symbol]> {
  let summary = "what was observed on a value";
  let description = [{
    `count` finite elements were seen (NaN is not observed), the smallest was `min`, the largest `max` (both 0 where count = 0; a `min`
    of -infinity says that infinite ones were seen too); `data` is the hash of the data set (empty: nothing was measured yet), `epoch`
    the module's when it was observed. `of` is the value's name.

    What ranges by other methods than minmax read, absent in modules that older versions saved and where count = 0: `histogram` of
    the finite elements; `observations`, how often the value was computed with at least one finite element (once per sample; more
    often in a loop and where a sample is a sequence), and the means over these of their smallest and largest finite elements,
    `mean_min` and `mean_max`. `operand_means` has an entry for each kind of contraction with constant weights that reads the value, or its
    mean over all positions where covariances were asked for, no two of one kind: what correcting biases reads. `operand_covariances`, where
    they were asked for, has one tensor for each of them: the covariances of these elements, the lower triangle of the symmetric matrix, row
    by row; empty where they are not known: what rounding weights of 4 bits reads. `channel_min` and `channel_max` are the smallest and the
    largest element of each channel (dimension 1), of a value that a depthwise convolution reads. docs/Numerics.md (Statistics) defines all
    of it. `method` is the range method of this value where that of the module is auto.

    **Constraints**
    - (stats_c1) count >= 0 and epoch >= 0
    - (stats_c2) min <= max, neither NaN
    - (stats_c3) the counts of histogram sum to count
    - (stats_c4) observations, mean_min and mean_max are all there or none is; observations is in [1, count], mean_min and mean_max are
      finite, mean_min <= mean_max
    - (stats_c5) operand_means that differ in nothing but their means stand once
    - (stats_c6) method is minmax, mean, percentile or mse
    - (stats_c7) channel_min and channel_max are both there or neither is, of one length, with min <= channel_min <= channel_max <= max
      (0 is accepted where a channel was never observed)
    - (stats_c8) operand_covariances has one f32 tensor of rank 1 for each of operand_means: n (n + 1) / 2 elements for n
      means, n <= 2,048, or none

    ```mlir
    qc.stats @t17 {of = "conv1", count = 4 : i64, min = -1.0 : f32, max = 2.0 : f32, data = "f00d", epoch = 0 : i64,
                   histogram = #qc.histogram<-4065 [1], 4064 [2], 4096 [1]>,
                   observations = 2 : i64, mean_min = 0.0 : f64, mean_max = 1.5 : f64,
                   operand_means = [#qc.operand_means<axis 1 : dense<[0.5, 0.75]> : tensor<2xf32>>],
                   operand_covariances = [dense<[0.25, 0.125, 0.5]> : tensor<3xf32>],
                   channel_min = array<f32: -1.0, 0.0>, channel_max = array<f32: 2.0, 0.5>}
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, StrAttr:$of, I64Attr:$count, F32Attr:$min, F32Attr:$max, StrAttr:$data,
                       I64Attr:$epoch, OptionalAttr<QC_HistogramAttr>:$histogram, OptionalAttr<I64Attr>:$observations,
                       OptionalAttr<F64Attr>:$mean_min, OptionalAttr<F64Attr>:$mean_max,
                       OptionalAttr<QC_OperandMeansArrayAttr>:$operand_means, OptionalAttr<QC_CovariancesArrayAttr>:$operand_covariances,
                       OptionalAttr<StrAttr>:$method, OptionalAttr<DenseF32ArrayAttr>:$channel_min, OptionalAttr<DenseF32ArrayAttr>:$channel_max);
  let builders = [OpBuilder<(ins "::llvm::StringRef":$name, "::llvm::StringRef":$of, "int64_t":$epoch), [{
    ::llvm::APFloat zero(0.0f);
    build($_builder, $_state, name, of, 0, zero, zero, "", epoch, {}, {}, {}, {}, {}, {}, {}, {}, {});
  }]>];
  let assemblyFormat = "$sym_name attr-dict";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// As before anything was observed, in this epoch.
    void clear(int64_t epoch);
  }];
}

#endif
