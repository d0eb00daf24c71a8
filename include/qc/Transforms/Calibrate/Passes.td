// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes of the calibrate phase: which values are observed, and that all of them were.
#ifndef QC_CALIBRATE_PASSES_TD
#define QC_CALIBRATE_PASSES_TD

include "mlir/Pass/PassBase.td"

def InsertObserversPass : Pass<"qc-insert-observers", "mlir::ModuleOp"> {
  let summary = "Link every value that may be quantized to a qc.stats";
  let description = [{
    Does: puts one `qc.observe` right behind the definition of every f32 value of `@main` that is an argument or the
    result of an operation that is no constant, and one empty `qc.stats` of the module's epoch (`qc.epoch`, 0 if absent)
    into the module: `@t0`, `@t1`... in program order. `of` is the value's ONNX name. Measuring fills them
    (include/qc/Pipelines/Calibrate.h).
    Needs: `@main` with a body of one block.
    Leaves: values as they were. A value that is observed already keeps its statistics (missed remark); those of another
    epoch are emptied to be measured again.
    ```mlir
    %y = qc.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    // becomes
    %y = qc.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    qc.observe %y @t1 : tensor<2x3xf32>
    // and in the module
    qc.stats @t1 {of = "y", count = 0 : i64, min = 0.0 : f32, max = 0.0 : f32, data = "", epoch = 0 : i64}
    ```
  }];
  let dependentDialects = ["qc::QCDialect"];
}

def VerifyCalibratedPass : Pass<"qc-verify-calibrated", "mlir::ModuleOp"> {
  let summary = "Fail where a value that may be quantized has no statistics of the module's epoch";
  let description = [{
    Does: checks that every value that `qc-insert-observers` observes has an observer whose statistics are of the
    module's epoch and of a finite range, and were measured: count > 0, or the hash of a data set in `data` (a value that
    was NaN in all of it), unless the value's type has no elements. All values that fail are named.
    Needs: `@main` with a body of one block. Leaves: the module as it is.
    ```mlir
    // error: value 'y' has statistics that nothing was measured for: calibrate the model
    qc.stats @t1 {of = "y", count = 0 : i64, .., data = "", ..}
    ```
  }];
}

#endif
