// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The bytes behind dense_resource attributes. MLIR keeps them as long as the context, whether anything refers to them
// or not.
#pragma once
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/StringSet.h"

namespace qc {

/// The resource that holds `bytes`, named `w_<128-bit content hash>` (with a number behind it where the context knows
/// that name with other bytes): what there is, if elements of `width` bytes may lie there, else one of `makeBlob`,
/// whose blob holds `bytes`. Thread-safe.
mlir::DenseResourceElementsHandle getResource(mlir::MLIRContext *context, llvm::ArrayRef<char> bytes, size_t width,
                                              llvm::function_ref<mlir::AsmResourceBlob()> makeBlob);

/// Names of the resources of `context` that have bytes.
llvm::StringSet<> listResources(mlir::MLIRContext *context);

/// Frees the bytes of those resources for which `isOwned` holds and to which no attribute of `module`'s operations
/// refers. Whoever owns a resource knows that nothing outside of the module reads it any more: an attribute that refers
/// to it has no bytes from now on. Does nothing where there is little to free.
void releaseResources(mlir::ModuleOp module, llvm::function_ref<bool(llvm::StringRef name)> isOwned);

} // namespace qc
