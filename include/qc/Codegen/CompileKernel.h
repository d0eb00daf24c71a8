// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One kernel.func -> one LLVM module.
#pragma once
#include "dialects/Kernel/Kernel.h"
#include "mlir/Pass/PassManager.h"
#include <memory>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace qc {

/// What a kernel is compiled for. Results do not depend on it, but for `fma`.
struct KernelTarget {
  enum Kind { Cpu, Device };
  Kind kind = Cpu;
  bool fma = true;           ///< Cpu: the level has fused multiply-add; without it float results may differ
  unsigned vectorBits = 256; ///< Cpu: width of the registers (128, 256, 512), for the blocking of contractions
  bool vnni = false;         ///< Cpu: vpdpbusd of that width

  /// A CPU level (qc/Target/CPU/Levels.h says what each has).
  static KernelTarget cpu(bool fma, unsigned vectorBits = 256, bool vnni = false) {
    return {Cpu, fma, vectorBits, vnni};
  }
  /// NVPTX, whatever the chip.
  static KernelTarget device() { return {Device, true, 32}; }
};

/// Adds the passes from kernel.func to LLVM's dialect, on a module that holds nothing but kernels.
void buildKernelPipeline(mlir::OpPassManager &passes, const KernelTarget &target);

/// Compiles one kernel: clones `kernel` into a module of its own, runs the pipeline, translates. The module defines
/// - Cpu: `void @<name>(ptr slots, i64 tile)` (see qc-kernel-to-llvm), everything else internal;
/// - Device: the kernel `@<name>`, triple nvptx64-nvidia-cuda, tile = ctaid.x, any number of threads in x.
/// The result depends on the kernel and the target only. Not to be called concurrently for one MLIRContext; the LLVM
/// module belongs to `context` alone and may be compiled in another thread. Fails with a diagnostic at the kernel.
mlir::FailureOr<std::unique_ptr<llvm::Module>> lowerKernelToLLVM(kernel::FuncOp kernel, const KernelTarget &target,
                                                                 llvm::LLVMContext &context);

} // namespace qc
