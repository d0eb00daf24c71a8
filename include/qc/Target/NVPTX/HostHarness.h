// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Device code run on the host, thread after thread: its bytes are checked without a GPU.
//
// The LLVM IR of a kernel is compiled for this machine with the special registers (tid, ntid, ctaid, nctaid) as
// ordinary functions. Kernels have no barriers, so threads may run one after the other. What stays unchecked is LLVM's
// NVPTX back end and ptxas.
#pragma once
#include "qc/Target/Program.h"
#include "llvm/Support/Error.h"
#include <memory>

namespace llvm {
class Module;
} // namespace llvm

namespace qc::nvptx {

/// The kernels of one module.
class HostKernels {
public:
  /// Compiles. Errors: a kernel that needs more than the registers above, what the code generator reports.
  static llvm::Expected<std::unique_ptr<HostKernels>> load(std::unique_ptr<llvm::Module> module);
  ~HostKernels();

  /// Runs all threads of all CTAs of kernel `symbol`; `slots` are its 64-bit parameters. Errors: an unknown symbol.
  llvm::Error run(llvm::StringRef symbol, llvm::ArrayRef<int64_t> slots, int64_t grid, int64_t blockSize) const;

private:
  struct Impl;
  explicit HostKernels(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl;
};

/// A device program (writeNvptx with emitDeviceIr).
class HostProgram {
public:
  /// Reads launch.json at `path` and the files that it names. Errors: a missing file, anything that does not fit.
  static llvm::Expected<std::unique_ptr<HostProgram>> load(llvm::StringRef path);
  ~HostProgram();

  llvm::ArrayRef<TensorSpec> getInputs() const;  ///< as launch.json lists them: the order in which run takes them
  llvm::ArrayRef<TensorSpec> getOutputs() const; ///< likewise
  /// The files of the program: launch.json and those that it names, which nothing may overwrite.
  llvm::ArrayRef<std::string> getFiles() const;
  /// Runs once; one buffer per input and output, contiguous, of the declared shape. Errors: a wrong number or size
  /// of buffers, an arena that memory has no room for.
  llvm::Error run(llvm::ArrayRef<llvm::ArrayRef<char>> inputs,
                  llvm::ArrayRef<llvm::MutableArrayRef<char>> outputs) const;

private:
  struct Impl;
  explicit HostProgram(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl;
};

} // namespace qc::nvptx
