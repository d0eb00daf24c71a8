// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How deep a text nests, found before a parser that calls itself sees it.
#pragma once
#include "llvm/ADT/StringRef.h"

namespace qc {

/// No file of qc comes near it (modules and JSON stay below 20), and no parser runs out of stack before it.
inline constexpr unsigned kMaxNesting = 1000;

/// Whether brackets of any kind nest deeper than kMaxNesting, in JSON or in text of MLIR. Parsers of both call
/// themselves for every level, and so run out of stack.
bool isNestedTooDeeply(llvm::StringRef text);

} // namespace qc
