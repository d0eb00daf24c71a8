// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ONNX names that locations carry.
#pragma once
#include "mlir/IR/Location.h"
#include "llvm/ADT/SmallVector.h"

namespace qc {

/// The names in `location`: of a NameLoc its own, of a FusedLoc those of its parts, in their order and each once.
llvm::SmallVector<llvm::StringRef> getOnnxNames(mlir::Location location);
/// The first of them, or an empty name.
llvm::StringRef getOnnxName(mlir::Location location);

} // namespace qc
