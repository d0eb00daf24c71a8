// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels from text as device code.
#pragma once
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "qc/Codegen/CompileKernel.h"
#include "qc/Target/NVPTX/EmitPtx.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

namespace qc::test {

/// All kernels of `text` in one LLVM module; null where one does not compile.
inline std::unique_ptr<llvm::Module> makeDeviceModule(llvm::StringRef text, llvm::LLVMContext &llvmContext) {
  mlir::DialectRegistry registry;
  registry.insert<kernel::KernelDialect, mlir::arith::ArithDialect, mlir::math::MathDialect,
                  mlir::memref::MemRefDialect, mlir::scf::SCFDialect>();
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  if (!module)
    return nullptr;
  std::vector<std::unique_ptr<llvm::Module>> modules;
  for (auto kernel : module->getOps<kernel::FuncOp>()) {
    auto lowered = lowerKernelToLLVM(kernel, KernelTarget::device(), llvmContext);
    if (failed(lowered))
      return nullptr;
    modules.push_back(std::move(*lowered));
  }
  return llvm::cantFail(nvptx::linkKernels(std::move(modules)));
}

/// Doubles n numbers of a tile, and requantizes a matrix product.
inline const char *deviceKernels = R"(
kernel.func @twice(%x: memref<?xf32>, %n: index, %y: memref<?xf32>, %tile: index) {
  %first = arith.muli %tile, %n : index
  scf.forall (%i) in (%n) {
    %at = arith.addi %first, %i : index
    %v = memref.load %x[%at] : memref<?xf32>
    %t = arith.addf %v, %v : f32
    memref.store %t, %y[%at] : memref<?xf32>
  }
  kernel.return
}
kernel.func @product(%x: memref<?xi8>, %taps: memref<?xi64>, %w: memref<?xi8>, %c: memref<?xi64>, %mu: memref<?xi32>,
                     %len: index, %n: index, %s: i32, %lo: i32, %hi: i32, %y: memref<?xi8>, %tile: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %xo = arith.muli %tile, %len : index
  %yo = arith.muli %tile, %n : index
  kernel.contract {mma = #kernel.mma<u8s8>} m %c1 n %n column %c0 runs %c1 len %len x %x[%xo, %c0] taps %taps
    w %w[%c0] y %y[%yo, %c0] per_n(%c, %mu : memref<?xi64>, memref<?xi32>)[%c0] per_mn() {
  ^bb0(%acc: i32, %cc: i64, %mm: i32):
    %q = kernel.requant high %acc, %mm, %cc, %s, %lo, %lo, %hi {operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1>}
      : (i32, i32, i64, i32, i32, i32, i32) -> i8
    kernel.yield %q : i8
  } : memref<?xi8>, memref<?xi64>, memref<?xi8>, memref<?xi8>
  kernel.return
}
)";

} // namespace qc::test
