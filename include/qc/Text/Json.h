// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// JSON of files that a user gives.
#pragma once
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

namespace qc {

/// Parses `text`. Errors, besides those of the syntax: nested deeper than kMaxNesting (LLVM's parser would run out of
/// stack), or an object that has a key twice (LLVM's parser takes one of the two values without a word).
llvm::Expected<llvm::json::Value> parseJson(llvm::StringRef text);

} // namespace qc
