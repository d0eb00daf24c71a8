// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes of the transform phase: mathematically equal rewrites of a calibrated model that make it better to quantize.
// What they compute keeps its statistics. The float baseline does not see them.
#ifndef QC_TRANSFORM_PASSES_TD
#define QC_TRANSFORM_PASSES_TD

include "mlir/Pass/PassBase.td"

def RaiseScalesPass : Pass<"qc-raise-scales", "mlir::func::FuncOp"> {
  let summary = "Make factors and offsets per channel a depthwise convolution of one tap";
  let description = [{
    Does: replaces a `qc.batch_norm`, or a chain of `qc.mul`, `qc.div`, `qc.add`, `qc.sub` with constants per channel (or of one
    element) and `qc.batch_norm`, by one `qc.conv` with a filter of one element per channel and a bias: in f64
    a = the product of factors, c = the offset, w = f32(a), b = f32(c). Such a convolution is rounded once, with the relu or clip behind
    it, and its weights, one per channel, are codes +-127: nothing of them is lost.
    Needs: `qc-fold-scales`, which puts what stands beside a contraction into that.
    Leaves: chains of constants of one element alone, which are steps of tables. Observers of values in between are gone with them;
    the last value keeps its own. Declines, with a missed remark, where the value has another rank than 3, 4 or 5, the number of
    channels is not known, parameters are computed, a mask (at or below -1e4), or not finite.
    ```mlir
    %n = qc.batch_norm %x, %s, %b, %m, %v {epsilon = 1.0e-5 : f32} : (tensor<?x8x9x9xf32>, ..) -> tensor<?x8x9x9xf32>
    // becomes
    %n = qc.conv %x, %w bias %c {.., group = 8 : i64} : (tensor<?x8x9x9xf32>, tensor<8x1x1x1xf32>, tensor<8xf32>) -> tensor<?x8x9x9xf32>
    ```
  }];
  let dependentDialects = ["qc::QCDialect"];
}

#endif
