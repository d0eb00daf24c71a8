// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The parts of qc-kernel-to-llvm.
#pragma once
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/IR/PatternMatch.h"
#include "qc/Codegen/Passes.h"

namespace qc {

/// memref<?xT> becomes a pointer.
void addPointerConversion(mlir::LLVMTypeConverter &types);
/// Loads, stores and stack buffers on such pointers.
void populateMemoryToLLVM(mlir::LLVMTypeConverter &types, mlir::RewritePatternSet &patterns);
/// kernel.func and kernel.return, by the ABI.
void populateKernelToLLVM(mlir::LLVMTypeConverter &types, KernelAbi abi, mlir::RewritePatternSet &patterns);

} // namespace qc
