// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What launches take, by kernel and sizes: measured once, in a file that can be kept (--costs).
#pragma once
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <map>
#include <optional>
#include <set>
#include <string>

namespace qc::trial {

/// Nanoseconds of launches on one thread of one kind of CPU. An entry's key names the kernel's code and the sizes that
/// it ran on (LaunchRecorder), so that entries stay right when models, options or the compiler change.
class CostTable {
public:
  struct Entry {
    std::string kernel; ///< its symbol: for readers
    double nanoseconds = 0;
  };

  /// A table in memory for `level` ("x86-64-v4+vnni") of the CPU that LLVM calls `cpu`.
  CostTable(std::string level, std::string cpu) : level(std::move(level)), cpu(std::move(cpu)) {}

  /// The table in the file `path`: {"version": 1, "level": .., "cpu": .., "entries": {KEY: {"kernel": .., "ns": ..}}}.
  /// Errors name the file, the key, the value, and what is accepted.
  static llvm::Expected<CostTable> read(llvm::StringRef path);
  /// The text of the file, keys in ascending order.
  std::string print() const;
  /// Writes it to `path`, complete or not at all.
  llvm::Error write(llvm::StringRef path) const;

  llvm::StringRef getLevel() const { return level; }
  llvm::StringRef getCpu() const { return cpu; }
  size_t size() const { return entries.size(); }
  /// 32 hexadecimal digits of the entries that were looked up so far: what an artefact says of the times that it was
  /// chosen by. What else is in the table does not matter.
  std::string getHash() const;

  /// Nothing where `key` was not measured.
  std::optional<double> lookup(llvm::StringRef key) const;
  /// Keeps what is there: times that decisions were based on do not change under them.
  void insert(llvm::StringRef key, Entry entry);
  /// All entries of `other` likewise.
  void add(const CostTable &other) { entries.insert(other.entries.begin(), other.entries.end()); }

private:
  std::string level, cpu;
  std::map<std::string, Entry, std::less<>> entries;
  mutable std::set<std::string, std::less<>> used;
};

} // namespace qc::trial
