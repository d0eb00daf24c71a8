// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes of the assign and quantize phases: what is quantized, and where values are rounded.
#ifndef QC_QUANTIZE_PASSES_TD
#define QC_QUANTIZE_PASSES_TD

include "mlir/Pass/PassBase.td"

def AssignPass : Pass<"qc-assign", "mlir::ModuleOp"> {
  let summary = "Decide which operations become int8, w8a16, w4a8 or w4a16";
  let description = [{
    Does: puts `qc.assignment` on every operation of `@main` that computes a float tensor: int8 wherever the operation has an
    integer form, unless a rule (docs/Search.md has the file's format) or what a search wrote on it, `qc.choice`, says
    otherwise; the rule goes first. max_pool, reshape, transpose and concat
    follow their operands; where those are model inputs, they are int8 if something quantized reads the input or the result.
    Needs: the form that `prepare` leaves.
    Leaves: no `qc.choice`; `qc.float_reason` on every float operation, with a missed remark; the module's `qc.style`, `qc.range_method` and
    `qc.bias_correction`, which quantize reads. Fails on a rule file that cannot be read or does not fit the model, and on a
    style, range method or bias correction that differs from the module's.
    ```mlir
    %1 = qc.relu %0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
    // becomes
    %1 = qc.relu %0 {qc.assignment = #qc.assignment<ui8, [ui8], "quantized by default", default>} : ..
    ```
  }];
  let options = [
    Option<"rules", "rules", "std::string", "\"\"", "path of a rule file; empty: none">,
    Option<"userRulesOnly", "user-rules-only", "bool", "false", "whether rules that a search made are left aside">,
    Option<"style", "style", "std::string", "\"\"", "placement of rounding points, qc or ort; empty: the module's, or qc">,
    Option<"rangeMethod", "range-method", "std::string", "\"\"",
           "how ranges follow from statistics, minmax, mean, percentile or mse; empty: the module's, or minmax">,
    Option<"biasCorrection", "bias-correction", "std::string", "\"\"",
           "whether biases take up what rounding weights does to the mean, true or false; empty: the module's, or true">];
}

def VerifyAssignedPass : Pass<"qc-verify-assigned", "mlir::ModuleOp"> {
  let summary = "Check that nothing is undecided";
  let description = [{
    Does: checks that every operation of `@main` that computes a float tensor has a `qc.assignment` that fits it: int8 only
    where an integer form exists, operands ui8 (constant weights i8, biases i32, bounds f32), w8a16 likewise with
    ui16 (biases i64), w4a8 and w4a16 as these two with weights of i4;
    that groups and chains have one width, and operands that of who makes them; float with `qc.float_reason`.
    Where producer and consumer differ, the conversion between them is the `qc.quantize` or `qc.dequantize` that `quantize`
    writes. Needs: nothing. Leaves: the module as it was.
    ```mlir
    %1 = qc.softmax %0 {axis = 1 : i64, qc.assignment = #qc.assignment<f32, [f32], "softmax has no integer form yet", default>,
                        qc.float_reason = "softmax has no integer form yet"} : ..   // accepted
    ```
  }];
}

def QuantizePass : Pass<"qc-quantize", "mlir::ModuleOp"> {
  let summary = "Place the rounding points: the QDQ form";
  let description = [{
    Does: rounds values as docs/Numerics.md (Rounding points, Parameters from data) says, with the parameters that the
    statistics give. A rounded value is `qc.quantize`, `qc.dequantize`; what an int8 operation makes is rounded behind its
    rounding group or unary chain for all its readers, any other value only for its int8 readers. Constant weights and
    biases become codes. max_pool, reshape, transpose and concat move codes. Whether each operation has an integer form with its
    parameters is decided first: one that has none becomes float, before its neighbours get theirs.
    The module's `qc.range_method` (absent: minmax) says how statistics give ranges; unless its `qc.bias_correction` is false,
    weights are rounded together, and a contraction takes the mean error of their codes back in its bias, and gets one where
    it has none (docs/Numerics.md, Bias correction). What only unary chains read gets codes for what they tell apart (Ranges); channels
    that only depthwise convolutions read are multiplied by powers of two (Channels of one value).
    Needs: `qc.assignment` on every operation, `qc.stats` of the module's epoch on every value that is rounded.
    Leaves: no observer; of the statistics what was seen of each value, but neither histograms nor means, which nothing reads
    any more. Passed remarks: multiplied channels. Missed remarks: channels that could be and were not observed; operations
    that became float; values that were never observed or are always 0 (scale 1, zero point 0).
    Fails on infinite statistics, weights, biases or constants, and where statistics lack what the range method reads.
    ```mlir
    %1 = qc.relu %0 {qc.assignment = #qc.assignment<ui8, [ui8], ..>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    // becomes
    %q = qc.quantize %0, %s0, %z0 {format = #qc.format<ui8>} : ..
    %d = qc.dequantize %q, %s0, %z0 {format = #qc.format<ui8>} : ..
    %1 = qc.relu %d {..} : ..
    %q1 = qc.quantize %1, %s1, %z1 {format = #qc.format<ui8>} : ..
    %d1 = qc.dequantize %q1, %s1, %z1 {format = #qc.format<ui8>} : ..
    ```
  }];
}

def VerifyQuantizedPass : Pass<"qc-verify-quantized", "mlir::ModuleOp"> {
  let summary = "Check that every rounding point is legal";
  let description = [{
    Does: checks that every scale and zero point is constant, every scale positive and finite; that codes keep their parameters
    through max_pool, reshape, transpose and concat; that every int8 operation reads dequantized codes and ends in a
    `qc.quantize` (a contraction alone may feed float outputs), and every other one has `qc.float_reason`.
    Needs: nothing. Leaves: the module as it was.
    ```mlir
    %q = qc.quantize %x, %s, %z {format = #qc.format<ui8>} : ..   // accepted where %s and %z are constants
    ```
  }];
}

#endif
