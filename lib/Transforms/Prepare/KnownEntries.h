// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pads, repeats, sizes and scales that are computed.
#pragma once
#include "qc/Analysis/Sizes.h"

namespace qc::prepare {

/// Writes the entries of a pad, tile or resize that are computed and known into its attributes, and drops the operand
/// that none is left for. Returns whether something has changed.
bool takeKnownEntries(const SizeAnalysis &sizes, mlir::Operation *op);

} // namespace qc::prepare
