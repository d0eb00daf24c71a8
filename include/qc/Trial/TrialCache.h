// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Results of trials on disk, by content.
#pragma once
#include "qc/Trial/Loss.h"
#include "llvm/ADT/StringRef.h"
#include <map>
#include <optional>
#include <string>

namespace qc::trial {

/// Losses by the hash of everything that they depend on: a file per loss in a folder, so that a search that was killed
/// goes on where it was. Files are complete or not there. What cannot be read or written is measured again: a cache is
/// no reason to fail.
class TrialCache {
public:
  /// `folder` is made where it is missing; empty: nothing is kept beyond the process.
  explicit TrialCache(std::string folder) : folder(std::move(folder)) {}

  /// The loss of `key`, 32 hexadecimal digits; nothing where it is unknown or damaged.
  std::optional<Loss> lookup(llvm::StringRef key);
  void insert(llvm::StringRef key, const Loss &loss);

private:
  std::string folder;
  std::map<std::string, Loss, std::less<>> known;
};

} // namespace qc::trial
