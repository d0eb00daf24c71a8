// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementwise operations.
#ifndef QC_ELEMENTWISE_TD
#define QC_ELEMENTWISE_TD

include "dialects/QC/QCBase.td"

class QC_BinaryOp<string mnemonic, list<Trait> traits = [QC_IntegerFormOpInterface]> : QC_TensorOp<mnemonic, !listconcat([Commutative], traits)> {
  let arguments = (ins QC_Float:$a, QC_Float:$b);
  let results = (outs QC_Float:$y);
  let assemblyFormat = "$a `,` $b attr-dict `:` functional-type(operands, results)";
}

def QC_AddOp : QC_BinaryOp<"add", [DeclareOpInterfaceMethods<QC_IntegerFormOpInterface, ["getRoundingTraits"]>]> {
  let summary = "a + b with broadcasting";
  let description = [{
    One f32 addition per element; shapes broadcast as in numpy.

    **Constraints**
    - (add_c1) shapes of a and b broadcast

    ```mlir
    %y = qc.add %a, %b : (tensor<1x4x8x8xf32>, tensor<4x1x1xf32>) -> tensor<1x4x8x8xf32>
    ```
  }];
}

def QC_MulOp : QC_BinaryOp<"mul"> {
  let summary = "a * b with broadcasting";
  let description = [{
    One f32 multiplication per element; shapes broadcast as in numpy.

    **Constraints**
    - (mul_c1) shapes of a and b broadcast

    ```mlir
    %y = qc.mul %a, %b : (tensor<2x3xf32>, tensor<1xf32>) -> tensor<2x3xf32>
    ```
  }];
}

class QC_UnaryOp<string mnemonic, list<Trait> traits = [QC_IntegerFormOpInterface]>
    : QC_TensorOp<mnemonic, !listconcat([DeclareOpInterfaceMethods<QC_UnaryFunctionOpInterface>], traits)> {
  let results = (outs QC_Float:$y);
}

def QC_ReluOp : QC_UnaryOp<"relu", [DeclareOpInterfaceMethods<QC_IntegerFormOpInterface, ["getRoundingTraits", "getClampBounds"]>]> {
  let summary = "max(x, 0)";
  let description = [{
    `max(x, +0)`: -0 becomes +0, NaN becomes 0x7fc00000.

    ```mlir
    %y = qc.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x);
  let assemblyFormat = "$x attr-dict `:` functional-type(operands, results)";
}

def QC_ClipOp : QC_UnaryOp<"clip", [AttrSizedOperandSegments,
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
  let assemblyFormat = "$x (`min` $lo^)? (`max` $hi^)? attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The constant bounds as floats (absent: -inf, +inf); nothing where one is not constant or is NaN.
    std::optional<std::pair<float, float>> getConstantBounds();
  }];
}

def QC_HardSigmoidOp : QC_UnaryOp<"hard_sigmoid"> {
  let summary = "min(max(alpha * x + beta, 0), 1)";
  let description = [{
    In f32: `t = alpha * x`, `u = t + beta` (two roundings), `y = min(max(u, +0), 1)`; NaN gives 0x7fc00000.

    **Constraints**
    - (hard_sigmoid_c1) alpha and beta are finite

    ```mlir
    %y = qc.hard_sigmoid %x {alpha = 0.2 : f32, beta = 0.5 : f32} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x, F32Attr:$alpha, F32Attr:$beta);
  let assemblyFormat = "$x attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def QC_HardSwishOp : QC_UnaryOp<"hard_swish"> {
  let summary = "x * min(max(x / 6 + 1/2, 0), 1)";
  let description = [{
    In f32: `h = hard_sigmoid(x)` with alpha = f32(1/6) and beta = 0.5, `y = x * h`.

    ```mlir
    %y = qc.hard_swish %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x);
  let assemblyFormat = "$x attr-dict `:` functional-type(operands, results)";
}

def QC_SoftmaxOp : QC_TensorOp<"softmax", [DeclareOpInterfaceMethods<QC_IntegerFormOpInterface, ["explainFloat"]>]> {
  let summary = "exp(x - max) / sum along one axis";
  let description = [{
    Along `axis` with n elements: `m = max x`, `e[k] = exp(x[k] - m)` by Arith's f32 exp, the sum by the row reduction of
    docs/Numerics.md (16 partials), `y[k] = e[k] / sum`. NaN anywhere in a row makes the row NaN.

    **Constraints**
    - (softmax_c1) 0 <= axis < rank(x)

    ```mlir
    %y = qc.softmax %x {axis = 1 : i64} : (tensor<2x10xf32>) -> tensor<2x10xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x, I64Attr:$axis);
  let results = (outs QC_Float:$y);
  let assemblyFormat = "$x attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

#endif
