// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Errors of the room Data: a text without a location, then the file it is about.
#pragma once
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

namespace qc::data {

/// Control characters become \xNN: texts quote files, which may hold what a terminal obeys.
inline llvm::Error fail(const llvm::Twine &text) {
  std::string shown;
  for (char c : text.str())
    if ((c >= 0 && c < ' ') || c == 0x7f)
      shown += "\\x" + llvm::toHex(llvm::StringRef(&c, 1));
    else
      shown += c;
  return llvm::createStringError(shown);
}

/// "'path': text".
inline llvm::Error failFile(llvm::StringRef path, const llvm::Twine &text) { return fail("'" + path + "': " + text); }
inline llvm::Error failFile(llvm::StringRef path, llvm::Error error) {
  return failFile(path, llvm::toString(std::move(error)));
}

} // namespace qc::data
