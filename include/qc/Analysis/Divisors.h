// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Values that only divide: a code near 0 stands for anything between nothing and half a step.
#pragma once
#include "dialects/QC/QC.h"

namespace qc {

/// The operations of `main` whose results do nothing but divide f32 values (as the second operand of a qc.div),
/// themselves or through functions of one value, additions, multiplications, sums, means and moves that do nothing
/// else. Contractions are none: what they save is worth more.
llvm::DenseSet<mlir::Operation *> findDivisors(mlir::func::FuncOp main);

} // namespace qc
