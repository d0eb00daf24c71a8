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

/// What a candidate costs, but for the times of its launches, which a CostTable has.
struct Price {
  int64_t weightBytes = 0;              ///< of the weight section
  std::optional<int64_t> bitOperations; ///< nothing where an operation's count depends on symbolic sizes
  std::map<std::string, int64_t>
      launches; ///< by key (LaunchRecorder): how often one pass over the timed samples comes to it
};

/// Losses and prices by the hash of everything that they depend on: a file for each in a folder, so that a search that
/// was killed goes on where it was. Files are complete or not there. What cannot be read or written is measured again:
/// a cache is no reason to fail.
class TrialCache {
public:
  /// `folder` is made where it is missing; empty: nothing is kept beyond the process.
  explicit TrialCache(std::string folder) : folder(std::move(folder)) {}

  /// The loss of `key`, 32 hexadecimal digits; nothing where it is unknown or damaged.
  std::optional<Loss> lookup(llvm::StringRef key);
  void insert(llvm::StringRef key, const Loss &loss);
  /// Likewise.
  std::optional<Price> lookupPrice(llvm::StringRef key);
  void insertPrice(llvm::StringRef key, const Price &price);

private:
  std::string folder;
  std::map<std::string, Loss, std::less<>> losses;
  std::map<std::string, Price, std::less<>> prices;
};

} // namespace qc::trial
