// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whether the samples of a batch stay apart: then one at a time, or a few, give the bits that all at once give.
//
// A dimension that holds samples has a size of outer * N * inner, where N is the batch: sample n is at the positions
// (o * N + n) * inner + i. Moves that keep the rank and elementwise operations leave it; a reshape keeps the order of
// all elements, so that x: [N, T, 4] -> [N * T, 4] (inner = T) keeps samples whole, and [N, 4] -> [2, N * 2] does not.
#pragma once
#include "qc/Analysis/Sizes.h"
#include <string>

namespace qc {

/// Why the samples of a batch cannot be given one at a time, where the model's symbols of these names are the batch: a
/// clause that names the first operation at which they meet, or that counts them, or an output that does not begin with
/// the batch. Empty where they can. Fails where sizes depend on what tensors contain.
mlir::FailureOr<std::string> explainMeeting(mlir::func::FuncOp main, const SizeAnalysis &sizes,
                                            llvm::ArrayRef<std::string> symbols);

/// Whether all inputs and outputs of `main` begin with one symbol of the model and samples stay apart: then its inputs
/// are rows, which can be given in any number, and in parts.
bool beginWithOneSymbol(mlir::func::FuncOp main, const SizeAnalysis &sizes);

} // namespace qc
