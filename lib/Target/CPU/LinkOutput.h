// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where the linker writes to.
#pragma once
#include "lib/Target/CPU/ScratchFile.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>
#include <thread>

namespace qc::cpu {

/// Takes what a linker writes to a path. Beside a regular file lld creates another that it maps and renames, and that
/// an interrupt at the wrong moment leaves behind; a pipe it writes to when all is done. Where pipes have no path (no
/// /proc) it is a file in the temporary folder after all.
class LinkOutput {
public:
  /// Errors: no usable temporary folder, or one without room for `bound` bytes, which the output must not exceed.
  static llvm::Expected<std::unique_ptr<LinkOutput>> create(uint64_t bound);
  ~LinkOutput();

  const std::string &getPath() const { return path; }
  /// What was written, once the linker is done. To be called once.
  llvm::Expected<llvm::SmallVector<char, 0>> take();

private:
  LinkOutput() = default;
  bool openPipe();
  void drain();

  std::string path;
  std::optional<ScratchFile> file; ///< where there is no pipe
  int readEnd = -1, writeEnd = -1;
  std::thread reader;
  llvm::SmallVector<char, 0> bytes;
  int readError = 0; ///< errno
};

} // namespace qc::cpu
