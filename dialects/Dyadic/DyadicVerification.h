// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What verifiers of the dialect share.
#pragma once
#include "dialects/Dyadic/Dyadic.h"

namespace qc::dyadic {

/// `code` is a value of `type`; a diagnostic about the attribute `name` otherwise.
mlir::LogicalResult verifyCode(mlir::Operation *op, llvm::StringRef name, int64_t code, mlir::Type type);
/// y = min(max(r + zero, lo), hi) is a value of `type`.
mlir::LogicalResult verifyClamp(mlir::Operation *op, int64_t zero, int64_t lo, int64_t hi, mlir::Type type);
/// Shifts are legal: 1 to 62.
mlir::LogicalResult verifyShifts(mlir::Operation *op, llvm::ArrayRef<int32_t> shifts);
/// Whether `table` is a ranked tensor of so many entries of this type.
bool isTable(mlir::ElementsAttr table, int64_t entries, mlir::Type element);
/// The least and the greatest entry; nothing where its bytes are not present.
std::optional<CodeRange> getTableRange(mlir::ElementsAttr table);

} // namespace qc::dyadic
