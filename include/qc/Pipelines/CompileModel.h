// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From modules to programs: running phases, and turning kernels into code.
#pragma once
#include "qc/Pipelines/Phases.h"
#include "qc/Target/CPU/LoadedModel.h"
#include "qc/Target/NVPTX/EmitPtx.h"
#include <map>
#include <mutex>

namespace llvm {
class LLVMContext;
}

namespace qc {

/// The phase that `qc.phase` of `module` names (Import where the attribute is absent). Fails with a diagnostic where it
/// names none.
mlir::FailureOr<Phase> getModulePhase(mlir::ModuleOp module);

/// Checks a module that was read from a file as the border of its phase does, and that `@main` has one block: what
/// later phases rest on. Fails after diagnostics.
mlir::LogicalResult verifyPhase(mlir::ModuleOp module);

/// Runs the phases behind the module's own up to and with `to`, and sets `qc.phase`. Calibrate is not run here: a
/// module that needs it must have it behind it (include/qc/Pipelines/Calibrate.h), unless options.isFloat, which goes
/// from prepare to kernels. Fails after diagnostics.
mlir::LogicalResult runPhases(mlir::ModuleOp module, Phase to, const PipelineOptions &options);

/// Objects of kernels by the text of their body and the level, for several compilations in one process. Thread-safe.
class KernelCache {
public:
  /// A copy of the object (ELF bytes) that was inserted for `key`, or nothing.
  std::optional<llvm::SmallVector<char, 0>> lookup(const std::string &key);
  /// Keeps a copy of `object`. A key that is there already keeps its first object: equal keys mean equal code.
  void insert(const std::string &key, llvm::ArrayRef<char> object);

private:
  std::mutex mutex;
  std::map<std::string, llvm::SmallVector<char, 0>> objects;
};

/// How a module becomes code for the CPU. `name` and `levels` shape the bytes, the others do not.
struct CpuOptions {
  std::string name; ///< symbol prefix, a C identifier (makeModelName)
  /// Of the artefact, ascending; it chooses among them when it is opened.
  llvm::SmallVector<const cpu::Level *, 4> levels = {&cpu::getDefaultLevel()};
  unsigned jobs = 0;            ///< threads that compile kernels; 0: one per core
  bool timeReport = false;      ///< a line per kernel on standard error
  KernelCache *cache = nullptr; ///< optional
};

/// Compiles a module behind the kernels phase. The result refers to the module's weights: the module must outlive it.
/// It depends on the module, name and levels only. Fails after diagnostics.
mlir::FailureOr<cpu::ArtefactSpec> compileForCpu(mlir::ModuleOp module, const CpuOptions &options);

/// The same as device code; the LLVM module belongs to `context`.
mlir::FailureOr<nvptx::DeviceSpec> compileForDevice(mlir::ModuleOp module, llvm::StringRef name, llvm::StringRef chip,
                                                    llvm::LLVMContext &context);

/// A clone of `module` (behind prepare; with observers where options.instrumented) taken through kernels in float,
/// compiled, and loaded as a shared library in memory: what calibration and qc-verify run. Its weights lie in the
/// library only.
mlir::FailureOr<std::unique_ptr<cpu::LoadedModel>> loadFloatModel(mlir::ModuleOp module, const PipelineOptions &options,
                                                                  const CpuOptions &cpuOptions,
                                                                  cpu::LoadOptions loadOptions);

} // namespace qc
