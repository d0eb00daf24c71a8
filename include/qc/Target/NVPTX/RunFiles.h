// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A device program on the host, with .npy files as inputs and outputs.
#pragma once
#include "qc/Target/NVPTX/HostHarness.h"

namespace qc::nvptx {

/// Runs `program`. `inputs` and `outputs` are pairs NAME=FILE (the longest known name wins); every input needs one, an
/// output without one is computed and dropped. Inputs that hold k times the samples of the model's first dimension, the
/// same k for all, are run in k slices; outputs then do too. Errors: an unknown or missing name, an array of another
/// type or shape, a file that cannot be read or written, an output that is a file of the program, an
/// input or another output. The outputs appear together or not at all.
llvm::Error runFiles(const HostProgram &program, llvm::ArrayRef<std::string> inputs,
                     llvm::ArrayRef<std::string> outputs);

} // namespace qc::nvptx
