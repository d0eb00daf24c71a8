// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// launch.json in memory.
#pragma once
#include "qc/Target/Program.h"
#include "llvm/Support/Error.h"

namespace qc::nvptx {

/// What launch.json says. `program.weights` is empty: they are in a file.
struct Launches {
  ProgramSpec program;
  std::vector<std::string> kernels;
  std::string ptx, weights, deviceIr; ///< file names; deviceIr may be empty
  int64_t weightsBytes = 0;
  int32_t blockSize = 0;
};

/// Reads the text of launch.json. Everything a run relies on is checked: indices, offsets (each at most the size of its
/// space), sizes.
llvm::Expected<Launches> parseLaunchJson(llvm::StringRef text);

/// Bytes of a tensor of that type and shape.
int64_t getTensorBytes(const TensorSpec &tensor);

} // namespace qc::nvptx
