// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The parts of every artefact that the compiler carries inside itself.
#pragma once
#include "llvm/ADT/StringRef.h"

namespace qc::runtime {

/// The runtime as an object: defines qc_api_*, needs `qcr_program` (lib/Runtime/Program.h).
llvm::StringRef getRuntimeObject();
/// An executable's runner as an object: defines _start, needs the runtime.
llvm::StringRef getRunnerObject();
/// A shared library with the soname libc.so.6 and the versioned symbols that an artefact may use, without code.
llvm::StringRef getLibcStub();
/// The list of those symbols: one a line, `#` starts a comment line.
llvm::StringRef getLibcSymbols();
/// include/qc/Runtime/Abi.h: the first part of every model's header.
llvm::StringRef getAbiHeader();
/// include/qc/Runtime/Model.h.in: the second part, with @NAME@, @GUARD@, @ABI@, @INPUTS@, @OUTPUTS@, @TENSORS@ to fill
/// in.
llvm::StringRef getModelHeader();

} // namespace qc::runtime
