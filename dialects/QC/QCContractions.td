// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contractions: conv, gemm, matmul; and batch_norm, which `prepare` folds into them.
#ifndef QC_CONTRACTIONS_TD
#define QC_CONTRACTIONS_TD

include "dialects/QC/QCBase.td"

class QC_ContractionOp<string mnemonic>
    : QC_TensorOp<mnemonic, [DeclareOpInterfaceMethods<QC_CostOpInterface>,
        DeclareOpInterfaceMethods<QC_IntegerFormOpInterface, ["getRoundingTraits", "getWeightOperand", "getWeightChannelAxis",
                                                              "hasMatrixWeights", "getReductionDepth", "getBiasOperand",
                                                              "getResultChannelAxis", "explainFloat"]>]>;

def QC_ConvOp : QC_ContractionOp<"conv"> {
  let summary = "convolution over one to three spatial axes";
  let description = [{
    x is N x C x spatial, w is M x C/group x kernel, b is M. Padding taps are executed with x = +0. For output (n, m, p):

        acc = +0
        for k in kernel positions (outermost axis first), c in channels of m's group (ascending):
          acc = fma(x[n, c, p * strides + k * dilations - pads_begin], w[m, c, k], acc)
        y[n, m, p] = acc + b[m]           (b absent: acc)

    **Constraints**
    - (conv_c1) rank(x) = rank(w), 3 to 5
    - (conv_c2) strides, dilations have one entry >= 1 per spatial axis; pads two (all begins, then all ends) >= 0;
      kernel dimensions are >= 1; all of them are < 2^31
    - (conv_c3) C = group * dim(w, 1) and group divides M, group >= 1
    - (conv_c4) rank(b) = 1 and dim(b, 0) = M
    - (conv_c5) every output dimension is >= 0, and >= 1 where that of x is

    ```mlir
    %y = qc.conv %x, %w bias %b {strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, group = 1 : i64}
       : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>) -> tensor<1x4x4x4xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x, QC_Float:$w, Optional<QC_Float>:$b, DenseI64ArrayAttr:$strides,
                       DenseI64ArrayAttr:$pads, DenseI64ArrayAttr:$dilations, I64Attr:$group);
  let results = (outs QC_Float:$y);
  let assemblyFormat = "$x `,` $w (`bias` $b^)? attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def QC_ConvTransposeOp : QC_ContractionOp<"conv_transpose"> {
  let summary = "transposed convolution over one to three spatial axes";
  let description = [{
    x is N x C x spatial, w is M x C/group x kernel as in `qc.conv` (ONNX has C first), b is M. Along one axis, with kernel
    size k, effective size e = (k - 1) * dilation + 1, stride s, the sum over phases of docs/Numerics.md (Float kernels): position
    u = o + pad_begin of the result is q * s + r, and takes w[t] where t * dilation = r + j * s from x[q - j], for j = J - 1, ..., 0,
    J = ceil(e / s). Taps that do not exist have weight +0, positions outside of x value +0; both are executed.

        acc = +0; for taps (outermost axis first), c in channels of m's group (ascending): acc = fma(x, w, acc)
        y = acc + b[m]           (b absent: acc)

    `qc-expand-conv-transpose` makes it a `qc.conv` whose channels are all phases, and a `qc.depth_to_space`.

    **Constraints**
    - (conv_transpose_c1) rank(x) = rank(w), 3 to 5
    - (conv_transpose_c2) strides, dilations have one entry >= 1 per spatial axis, output_padding one >= 0, pads two (all begins, then
      all ends) >= 0; kernel dimensions are known and >= 1; all of them are < 2^31
    - (conv_transpose_c3) C = group * dim(w, 1) and group divides M, group >= 1
    - (conv_transpose_c4) rank(b) = 1 and dim(b, 0) = M
    - (conv_transpose_c5) dim(y) = s * (dim(x) - 1) + e + output_padding - pads is >= 0, output_padding < max(stride, dilation)

    ```mlir
    %y = qc.conv_transpose %x, %w {strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>,
         output_padding = array<i64: 0, 0>, group = 1 : i64} : (tensor<1x3x8x8xf32>, tensor<4x3x2x2xf32>) -> tensor<1x4x16x16xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x, QC_Float:$w, Optional<QC_Float>:$b, DenseI64ArrayAttr:$strides,
                       DenseI64ArrayAttr:$pads, DenseI64ArrayAttr:$dilations, DenseI64ArrayAttr:$output_padding,
                       I64Attr:$group);
  let results = (outs QC_Float:$y);
  let assemblyFormat = "$x `,` $w (`bias` $b^)? attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def QC_GemmOp : QC_ContractionOp<"gemm"> {
  let summary = "alpha * a' * b' + beta * c, with a' and b' optionally transposed";
  let description = [{
    a' is M x K, b' is K x N, c broadcasts to M x N. For output (m, n):

        acc = +0; for k ascending: acc = fma(a'[m, k], b'[k, n], acc)
        y = alpha * acc, then + beta * c[m, n]    (a factor of 1 is not multiplied)

    **Constraints**
    - (gemm_c1) rank(a) = rank(b) = 2
    - (gemm_c2) the K of a' and b' are equal
    - (gemm_c3) c broadcasts (one way) to M x N
    - (gemm_c4) alpha and beta are finite
    - (gemm_c5) max_depth and depth_reason as in `qc.matmul`

    ```mlir
    %y = qc.gemm %a, %b plus %c {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = true}
       : (tensor<2x8xf32>, tensor<4x8xf32>, tensor<4xf32>) -> tensor<2x4xf32>
    ```
  }];
  let arguments = (ins QC_Float:$a, QC_Float:$b, Optional<QC_Float>:$c, F32Attr:$alpha, F32Attr:$beta, BoolAttr:$trans_a,
                       BoolAttr:$trans_b, OptionalAttr<I64Attr>:$max_depth, OptionalAttr<StrAttr>:$depth_reason);
  let builders = [OpBuilder<(ins "::mlir::Type":$y, "::mlir::Value":$a, "::mlir::Value":$b, "::mlir::Value":$c,
                                 "::llvm::APFloat":$alpha, "::llvm::APFloat":$beta, "bool":$trans_a, "bool":$trans_b), [{
    build($_builder, $_state, y, a, b, c, alpha, beta, trans_a, trans_b, ::mlir::IntegerAttr(), ::mlir::StringAttr());
  }]>];
  let results = (outs QC_Float:$y);
  let assemblyFormat = "$a `,` $b (`plus` $c^)? attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def QC_MatMulOp : QC_ContractionOp<"matmul"> {
  let summary = "matrix product with broadcast batch dimensions (numpy.matmul), plus an optional bias per column";
  let description = [{
    As numpy.matmul: a vector operand is a row (a) or column (b) whose dimension of 1 is dropped from the result. The bias is
    what `prepare` makes of a following add of a constant with one value per column.

        acc = +0; for k ascending: acc = fma(a[.., m, k], b[.., k, n], acc);  y = acc + bias[n]

    Where K is not known and both operands are computed, `qc-bound-counts` says how large it can be: `max_depth`, or
    `depth_reason`, why that is not known. Neither changes a value.

    **Constraints**
    - (matmul_c1) rank(a) >= 1 and rank(b) >= 1
    - (matmul_c2) the K of a and b are equal
    - (matmul_c3) batch dimensions broadcast
    - (matmul_c4) rank(bias) = 1, its dimension is N, and rank(b) >= 2
    - (matmul_c5) max_depth is >= 0, and >= K where that is known; depth_reason is not empty, and stands only where max_depth does not

    ```mlir
    %y = qc.matmul %a, %b : (tensor<5x2x8xf32>, tensor<8x4xf32>) -> tensor<5x2x4xf32>
    %z = qc.matmul %v, %w {max_depth = 2048 : i64} : (tensor<2x?xf32>, tensor<?x4xf32>) -> tensor<2x4xf32>
    ```
  }];
  let arguments = (ins QC_Float:$a, QC_Float:$b, Optional<QC_Float>:$bias, OptionalAttr<I64Attr>:$max_depth,
                       OptionalAttr<StrAttr>:$depth_reason);
  let builders = [OpBuilder<(ins "::mlir::Type":$y, "::mlir::Value":$a, "::mlir::Value":$b, "::mlir::Value":$bias), [{
    build($_builder, $_state, y, a, b, bias, ::mlir::IntegerAttr(), ::mlir::StringAttr());
  }]>];
  let results = (outs QC_Float:$y);
  let assemblyFormat = "$a `,` $b (`bias` $bias^)? attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def QC_BatchNormOp : QC_TensorOp<"batch_norm", [
    DeclareOpInterfaceMethods<QC_IntegerFormOpInterface, ["explainFloat"]>]> {
  let summary = "batch normalization at inference";
  let description = [{
    Per channel c (axis 1), each step one f32 operation: `a = scale / sqrt(var + epsilon)`, `d = bias - mean * a` (product
    rounded, then subtracted), `y = fma(x, a, d)`.

    **Constraints**
    - (batch_norm_c1) rank(x) >= 2
    - (batch_norm_c2) scale, bias, mean, var have rank 1 and dimension C
    - (batch_norm_c3) epsilon is finite and >= 0

    ```mlir
    %y = qc.batch_norm %x, %s, %b, %m, %v {epsilon = 1.0e-5 : f32}
       : (tensor<1x3x8x8xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<1x3x8x8xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x, QC_Float:$scale, QC_Float:$bias, QC_Float:$mean, QC_Float:$var, F32Attr:$epsilon);
  let results = (outs QC_Float:$y);
  let assemblyFormat = "$x `,` $scale `,` $bias `,` $mean `,` $var attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

#endif
