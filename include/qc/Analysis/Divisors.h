// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Values that divide: a code near 0 stands for anything between nothing and half a step, and 0 divides by nothing. A
// root or logarithm of it is likewise lost: the root of half a step is a twentieth of the greatest root.
#pragma once
#include "dialects/QC/QC.h"

namespace qc {

/// The operations of `main` that divide f32 values by computed ones (div, reciprocal, powers whose exponent may be
/// below 1) or take roots and logarithms of them (sqrt, log), and those whose results they do that with: directly, or
/// through functions that are 0 at 0, extremes, choices, sums, means and moves, whatever else reads them; through add,
/// sub and mul where nothing else does. Contractions end it: one that is divided by is among them, what it reads is
/// not. A value that was observed far from 0, by 8 steps of its code, is none, though what it is made of may be.
llvm::DenseSet<mlir::Operation *> findDivisors(mlir::func::FuncOp main);

} // namespace qc
