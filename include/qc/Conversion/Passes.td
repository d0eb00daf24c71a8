// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes of the integer phase: quantize/dequantize pairs around float operations become dyadic operations.
#ifndef QC_CONVERSION_PASSES_TD
#define QC_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertToDyadicPass : Pass<"qc-convert-to-dyadic", "mlir::func::FuncOp"> {
  let summary = "Turn float operations between dequantize and quantize into exact integer operations";
  let description = [{
    Does: replaces every `qc.quantize` and the group of float operations before it (docs/Numerics.md, Rounding points) by
    integers: a contraction by `dyadic.conv` or `dyadic.matmul` and one `dyadic.requant`, which takes in the residual add as its
    second term and relu or clip as [lo, hi]; add and rescale (dequantize to quantize) by a `dyadic.requant`; mul by
    `dyadic.mul` and a `dyadic.requant`; average pools by `dyadic.avg_pool`; unary chains by a `dyadic.lut`, of 16-bit codes
    by `dyadic.segments` where these are near enough. A contraction of 16-bit codes is two of `dyadic.plane`. A contraction that
    only feeds graph outputs becomes its i32 sum and a `qc.dequantize`. Codes in identical parameters are not rescaled at all.
    Needs: the form that quantize leaves, constant scales and zero points.
    Leaves: no dequantize that nothing reads. A group without an integer form (docs/Numerics.md, Choosing) stays float; its
    operations carry `qc.float_reason`, with a missed remark. A remark counts the dead channels.
    ```mlir
    %x = qc.dequantize %xq, %sx, %zx {format = #qc.format<ui8>} : ..
    %w = qc.dequantize %wq, %sw {format = #qc.format<i8, axis = 0>} : ..
    %y = qc.conv %x, %w {..} : ..
    %q = qc.quantize %y, %sy, %zy {format = #qc.format<ui8>} : ..
    // becomes
    %acc = dyadic.conv %xq, %wq {x_zero_point = 3 : i32, ..} : (tensor<1x3x8x8xui8>, tensor<4x3x3x3xi8>) -> tensor<1x4x6x6xi32>
    %q = dyadic.requant %acc {axis = 1 : i64, multipliers = array<i32: ..>, shifts = array<i32: ..>, ..}
       : (tensor<1x4x6x6xi32>) -> tensor<1x4x6x6xui8>
    ```
  }];
  let dependentDialects = ["qc::dyadic::DyadicDialect"];
}

def VerifyIntegerPass : Pass<"qc-verify-integer", "mlir::func::FuncOp"> {
  let summary = "Prove that integer operations cannot overflow and that float ones say why they are there";
  let description = [{
    Does: proves for every `dyadic` operation, from the actual weights, that 32-bit registers hold every sum and that (R1) to
    (R5) of docs/Numerics.md hold; checks that every float operation carries `qc.float_reason`. With `integer-only` a float
    operation between the model's borders is an error: one diagnostic names all of them, with reasons. Quantizing an
    argument and dequantizing a result are the borders.
    Needs: the form that `qc-convert-to-dyadic` leaves.
    Leaves: the function as it is; fails where a proof or a reason is missing.
    ```mlir
    %p = qc.softmax %x {axis = 1 : i64, qc.float_reason = "softmax has no integer form yet"} : ..
    // with integer-only: error: 1 operation has no integer form: qc.softmax 'prob' (softmax has no integer form yet)
    ```
  }];
  let options = [Option<"integerOnly", "integer-only", "bool", "false",
                        "float operations between the borders are errors, with or without a reason">];
}

#endif
