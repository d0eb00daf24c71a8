// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a qc-compile command line asks for, with contradictions found.
#pragma once
#include "qc/Commands/CompileCommand.h"
#include "qc/Import/ONNX/Import.h"
#include "qc/Pipelines/Calibrate.h"
#include "qc/Pipelines/CompileModel.h"
#include "qc/Trial/PrecisionSearch.h"

namespace qc {

enum class OutputKind { Text, Bytecode, Library, Object, Executable, Ptx };

/// Whether `kind` is MLIR, and not code.
inline bool isModuleKind(OutputKind kind) { return kind == OutputKind::Text || kind == OutputKind::Bytecode; }

/// A search for precisions.
struct SearchPlan {
  trial::PrecisionSearchOptions options;
  std::string cacheFolder; ///< of trials and times; empty: they are forgotten
  /// Whether an answer is asked for, and not a front alone.
  bool hasLimits() const {
    return options.latency || options.size || options.bops || options.leastSqnr || options.leastAgreement;
  }
};

struct CompilePlan {
  bool readsModule = false;  ///< the input is MLIR, not ONNX
  std::optional<Phase> from; ///< what --from says
  Phase to = Phase::Kernels; ///< the last phase to run
  OutputKind kind = OutputKind::Text;
  std::string output = "-";
  std::string report; ///< "-" where it leads to standard output; empty: none
  std::string name;   ///< symbol prefix of code
  llvm::SmallVector<const cpu::Level *, 4> levels = cpu::getArtefactLevels();
  std::string chip = nvptx::kDefaultChip.str();
  PipelineOptions options;
  ImportOptions import;
  CalibrateOptions calibration;
  std::optional<SearchPlan> search;
  bool hasOutput = true; ///< false: --pareto alone, without -o
};

/// The names of --ignore-keys.
std::vector<std::string> splitKeys(llvm::StringRef text);

/// Errors say what was given and what is accepted.
llvm::Expected<CompilePlan> planCompile(const CompileCommand &command);

/// Whether the command can be carried out on a module that has `phase` behind it: what is asked for lies ahead, and
/// what is needed on the way is given.
llvm::Error checkPhases(const CompileCommand &command, const CompilePlan &plan, Phase phase);

/// Refuses outputs that cannot be written, that are files which the command reads, or that are one another.
llvm::Error checkFiles(const CompileCommand &command, const CompilePlan &plan);

/// Refuses outputs that are among `files`, the external data of the model.
llvm::Error checkExternalFiles(const CompileCommand &command, const CompilePlan &plan,
                               llvm::ArrayRef<std::string> files);

} // namespace qc
