// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Errors of the room Data: a text without a location, then the file it is about.
#pragma once
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

namespace qc::data {

inline llvm::Error fail(const llvm::Twine &text) { return llvm::createStringError(text); }

/// "'path': text".
inline llvm::Error failFile(llvm::StringRef path, const llvm::Twine &text) { return fail("'" + path + "': " + text); }
inline llvm::Error failFile(llvm::StringRef path, llvm::Error error) {
  return failFile(path, llvm::toString(std::move(error)));
}

} // namespace qc::data
