// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An order of the operations of a kernel that follows from what they compute.
#pragma once
#include "mlir/IR/Block.h"

namespace qc::kernel {

/// Orders what `block` and the blocks within compute by first use: an operation without effects or regions moves to
/// where a walk over the operands of the others, first operand first, meets it; it stays between the same two others.
/// What nothing uses is erased. The order in which the operations were made no longer shows: texts of scalar functions
/// make them in argument lists (FloatFunctions.h), whose order each C++ compiler chooses.
void orderByUse(mlir::Block &block);

} // namespace qc::kernel
