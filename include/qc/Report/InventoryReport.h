// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An inventory of a model and the verdict on it, as text.
#pragma once
#include "llvm/Support/JSON.h"

namespace qc {

/// Prints what a model is made of: the keys of an inventory (include/qc/Import/ONNX/Inventory.h) and, where they are
/// there, `symbols` ({"N": [low, high or null]}) and `macs` (a number, or null where they depend on symbols). A key
/// that is missing is a line that is missing.
void printInventory(llvm::StringRef model, const llvm::json::Object &inventory, llvm::raw_ostream &os);

} // namespace qc
