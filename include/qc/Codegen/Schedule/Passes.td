// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes of the kernels phase: from tensors to launches on planned buffers.
#ifndef QC_SCHEDULE_PASSES_TD
#define QC_SCHEDULE_PASSES_TD

include "mlir/Pass/PassBase.td"

def ExpandMasksPass : Pass<"qc-expand-masks", "mlir::func::FuncOp"> {
  let summary = "Write masks of float softmaxes and means as numbers";
  let description = [{
    Does: puts the lowest finite f32 in the place of what the mask of a `qc.softmax` hides, in an operation that is fused with the scores
    in front of it, and writes a `qc.mean_weights` as the cast, sum, bound and quotient that it stands for; by the descriptions of both
    that changes no bit.
    Needs: nothing. Leaves: no softmax with a mask, no mean_weights. Never declines.
    ```mlir
    %y = qc.softmax %x mask %m {axis = 1 : i64} : (tensor<2x4xf32>, tensor<1x4xi1>) -> tensor<2x4xf32>
    // becomes
    %low = qc.constant dense<-3.40282347E+38> : tensor<f32>
    %s = qc.where %m, %x, %low : (tensor<1x4xi1>, tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
    %y = qc.softmax %s {axis = 1 : i64} : (tensor<2x4xf32>) -> tensor<2x4xf32>
    ```
  }];
  let dependentDialects = ["qc::QCDialect"];
}

def AssignLayoutsPass : Pass<"qc-assign-layouts", "mlir::func::FuncOp"> {
  let summary = "Decide how every tensor lies in memory";
  let description = [{
    Does: sets the attribute `kernel.layout` on every operation with a tensor result. Convolutions and pools work on
    channels-last tensors; what only moves between them follows; matrices, reshapes and the function's arguments are
    row-major. A tensor read by a padded convolution gets a halo as wide as its widest reader needs, filled with the value's
    zero, so that no kernel tests for borders.
    Needs: tensors as `prepare` or `integer` leaves them.
    Leaves: types and operations as they were. Never declines; an argument needs no attribute: it is row-major.
    ```mlir
    %q = qc.quantize %x, %s, %z {..} : (tensor<1x3x8x8xf32>, ..) -> tensor<1x3x8x8xui8>
    %a = dyadic.conv %q, %w {pads = array<i64: 1, 1, 1, 1>, ..} : ..
    // %q gets kernel.layout = #kernel.layout<order = [0, 2, 3, 1], halo_begin = [0, 0, 1, 1], halo_end = [0, 0, 1, 1]>
    ```
  }];
  let dependentDialects = ["qc::kernel::KernelDialect"];
}

def FormKernelsPass : Pass<"qc-form-kernels", "mlir::ModuleOp"> {
  let summary = "Turn the tensor program into kernels and their launches";
  let description = [{
    Does: groups every contraction, pool or elementwise operation with the elementwise operations that alone read its result,
    writes one `kernel.func` per distinct loop nest (sizes, strides and numbers of the model are arguments; equal bodies are
    one kernel) and one `kernel.launch` per group on `memref.alloc`ed buffers. Weights are packed here. `@main` takes its
    results as further buffers.
    Needs: `kernel.layout` on every operation (`qc-assign-layouts`).
    Leaves: no tensor. Fails on an operation without a kernel, with its name; a tensor whose inner dimensions are unknown
    where a table of offsets is needed is named too.
    ```mlir
    %y = qc.relu %x {kernel.layout = ..} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    // becomes
    kernel.launch @relu_5f.. grid(%c1) ins(%x, ..) outs(%y : memref<6xf32>)
    ```
  }];
  let dependentDialects = ["qc::kernel::KernelDialect", "mlir::arith::ArithDialect", "mlir::math::MathDialect",
                           "mlir::memref::MemRefDialect", "mlir::scf::SCFDialect", "mlir::vector::VectorDialect"];
}

def PackWeightsPass : Pass<"qc-pack-weights", "mlir::ModuleOp"> {
  let summary = "Give every constant of kernels its place in the weights";
  let description = [{
    Does: gives every `kernel.constant` an offset, 64-byte aligned, in the weights, whose pieces the module attribute
    `kernel.weights` lists in order; equal constants share one place. No bytes are copied.
    Needs: `qc-form-kernels`. Leaves: no `kernel.constant` with a value. Never declines.
    ```mlir
    %w = kernel.constant {value = dense<[1, 2]> : tensor<2xi8>} : memref<2xi8>
    // becomes
    %w = kernel.constant {offset = 0 : i64} : memref<2xi8>    // kernel.weights = [dense<[1, 2]> : tensor<2xi8>]
    ```
  }];
  let dependentDialects = ["qc::kernel::KernelDialect"];
}

def PlanMemoryPass : Pass<"qc-plan-memory", "mlir::ModuleOp"> {
  let summary = "Place all buffers in one arena";
  let description = [{
    Does: replaces every `memref.alloc` by a view of the arena (a further argument of the function), at an offset chosen best fit
    over live ranges in the order of the launches, 64-byte aligned; sets `kernel.arena_bytes` on the module.
    Where a size depends on extents of the inputs, `kernel.plan` stands for the search instead, in front of all launches, and the
    module gets `kernel.symbolic`: the runtime places the buffers by the same rule.
    Needs: `@main` as `qc-form-kernels` leaves it: the numbers that sizes depend on stand in front of all launches.
    Leaves: no allocation. Nothing is freed: the arena is the caller's.
    ```mlir
    %b = memref.alloc() : memref<96xi8>
    // becomes
    %b = memref.view %arena[%c0][] : memref<?xi8> to memref<96xi8>
    ```
  }];
  let dependentDialects = ["mlir::memref::MemRefDialect", "mlir::arith::ArithDialect"];
}

def VerifyKernelsPass : Pass<"qc-verify-kernels", "mlir::ModuleOp"> {
  let summary = "Fail where the kernels phase left something behind";
  let description = [{
    Does: checks that `@main` holds only launches on the arena, arguments and placed constants, with constant sizes; in a
    module with `kernel.symbolic` also index arithmetic on the extents of the inputs, checks and the plan.
    Needs: nothing. Leaves: the module as it is.
    ```mlir
    %t = qc.relu %x : ..   // error: 'qc.relu' op is left behind by the kernels phase
    ```
  }];
}

#endif
