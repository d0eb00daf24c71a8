// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// LLVM IR to object code.
#pragma once
#include "qc/Target/CPU/Levels.h"
#include "llvm/ADT/SmallVector.h"

namespace llvm {
class Module;
} // namespace llvm

namespace qc::cpu {

/// Sets the triple and data layout of the CPU target on `module`. To be called before layout dependent lowering, where
/// there is any; emitObject calls it too.
llvm::Error setCpuTarget(llvm::Module &module, const Level &level);

/// How much LLVM optimises.
struct EmitOptions {
  unsigned optLevel = 3; ///< 0 to 3
};

/// Optimises `module` (-O3) and compiles it to a position independent ELF object for `level`. Nothing is contracted,
/// reassociated or flushed: float results are those of the IR's operations in their order. Functions with a body and
/// external linkage become hidden. Deterministic. Safe to call from several threads with modules of different contexts.
/// Errors: a module that does not verify, whatever LLVM's code generator reports.
llvm::Expected<llvm::SmallVector<char, 0>> emitObject(llvm::Module &module, const Level &level,
                                                      const EmitOptions &options = {});

/// The same module as assembly text, for tests.
llvm::Expected<llvm::SmallVector<char, 0>> emitAssembly(llvm::Module &module, const Level &level,
                                                        const EmitOptions &options = {});

} // namespace qc::cpu
