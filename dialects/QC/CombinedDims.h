// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which dimensions an operation works along: samples of a batch are independent where nothing works along it.
#pragma once
#include "dialects/QC/QC.h"

namespace qc {

/// The dimensions of operand `slot` of `op` along which elements of the result are made of several elements of the
/// operand, or of one at another place. Dimensions that only move as a whole (reshape, transpose, expand) are none. Of
/// an operation that is not known to leave some alone, all are: whoever adds one loses speed by forgetting it, not
/// bytes.
llvm::SmallVector<int64_t> getCombinedDims(mlir::Operation *op, unsigned slot);

/// Whether the elements of `op`'s results depend on those of its operands: a shape does not.
bool readsElements(mlir::Operation *op);

} // namespace qc
