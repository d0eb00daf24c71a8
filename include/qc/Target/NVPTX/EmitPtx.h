// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Device code: LLVM IR -> PTX text, and the files of a device program.
#pragma once
#include "qc/Target/Program.h"
#include "llvm/Support/Error.h"
#include <memory>

namespace llvm {
class Module;
} // namespace llvm

namespace qc {
class FileSet;
}

namespace qc::nvptx {

/// The chip that PTX is made for if nothing is said; every later chip runs it.
inline constexpr llvm::StringLiteral kDefaultChip = "sm_80";

/// Errors: PTX cannot be made for a chip of that name (lists those that it can be made for).
llvm::Error checkChip(llvm::StringRef chip);

/// One module with the contents of all (of one context). Errors: none given, a symbol defined twice.
llvm::Expected<std::unique_ptr<llvm::Module>> linkKernels(std::vector<std::unique_ptr<llvm::Module>> modules);

/// The kernels that `module` defines, in order.
std::vector<std::string> getKernelNames(const llvm::Module &module);

/// Optimises `module` (-O3) and writes it as PTX 8.0. No CUDA is needed. Nothing is contracted, reassociated or
/// flushed. Errors: checkChip's, a module that does not verify, an undefined function.
llvm::Expected<std::string> emitPtx(llvm::Module &module, llvm::StringRef chip = kDefaultChip);

/// A model as device code.
struct DeviceSpec {
  ProgramSpec program;
  std::vector<std::string> kernels;      ///< symbols; LaunchSpec::kernel indexes them
  std::unique_ptr<llvm::Module> module;  ///< defines them (lowerKernelToLLVM, device)
  std::string chip = kDefaultChip.str(); ///< the oldest that the PTX is for
  int32_t blockSize = 128;               ///< threads of a CTA, 1 to 1024
  bool emitDeviceIr = false;             ///< also write .bc
};

/// The text of launch.json: see docs/Artefacts.md. Files are named relative to it. Errors: an observer, an index out of
/// range, a kernel that the module does not define.
llvm::Expected<std::string> makeLaunchJson(const DeviceSpec &spec, llvm::StringRef ptxName, llvm::StringRef weightsName,
                                           llvm::StringRef irName);

/// Writes `path` (PTX) and, beside it, with the last extension replaced, .launch.json, .weights and, with emitDeviceIr,
/// .bc (the LLVM IR before optimisation, for the host harness). All of them or none: after an error, or SIGINT, none
/// exists or is changed. The files depend on the spec only.
llvm::Error writeNvptx(DeviceSpec spec, llvm::StringRef path);

/// The same files, added to `files` and not yet in their places.
llvm::Error addNvptx(DeviceSpec spec, llvm::StringRef path, FileSet &files);

} // namespace qc::nvptx
