// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A model on its whole road: imported, evaluated by the reference, compiled for every level and the device, run.
#pragma once
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "qc/Data/Tensor.h"
#include "qc/Pipelines/CompileModel.h"
#include "qc/Reference/Evaluate.h"
#include "qc/Target/NVPTX/HostHarness.h"
#include "gtest/gtest.h"
#include <map>

namespace qc::test {

using Bytes = std::vector<char>;
/// The outputs of one run, in the model's order.
using Outputs = std::vector<Bytes>;

/// The levels that this host has, without the one that maps to its base (+amx); the others' names are printed once as
/// skipped.
const std::vector<const cpu::Level *> &getHostLevels();

class ModelRunner : public ::testing::Test {
protected:
  ModelRunner();
  ~ModelRunner() override;

  /// Imports `path`; a null module and the diagnostic in `text` where it is refused.
  mlir::OwningOpRef<mlir::ModuleOp> import(const std::string &path);
  /// A clone of `module` taken through `to`; a test failure and null where that fails.
  mlir::OwningOpRef<mlir::ModuleOp> take(mlir::ModuleOp module, Phase to, const PipelineOptions &options);
  /// What the reference makes of `inputs`, one per argument of @main.
  Outputs evaluate(mlir::ModuleOp module, llvm::ArrayRef<Bytes> inputs);
  /// Compiles `module` (behind kernels) for `level` and runs it on each of `samples`.
  std::vector<Outputs> runCpu(mlir::ModuleOp module, const cpu::Level &level, int threads,
                              llvm::ArrayRef<std::vector<Bytes>> samples);
  /// Compiles `module` (behind kernels) for the default level into a shared library of the model "model" at `path`,
  /// which is returned; empty after a test failure.
  std::string writeLibrary(mlir::ModuleOp module, const std::string &path);
  /// Device code of `module` (behind kernels), which runs on the host; null after a test failure.
  std::unique_ptr<nvptx::HostProgram> loadDevice(mlir::ModuleOp module);
  /// runCpu with device code on the host.
  std::vector<Outputs> runDevice(mlir::ModuleOp module, llvm::ArrayRef<std::vector<Bytes>> samples);

  /// Names, types and static shapes of arguments or results of @main.
  struct Border {
    std::string name;
    mlir::RankedTensorType type;
  };
  static std::vector<Border> getInputs(mlir::ModuleOp module);
  static std::vector<Border> getOutputs(mlir::ModuleOp module);

  mlir::MLIRContext context;
  KernelCache cache;
  std::string text;   ///< diagnostics since the last `import` or `take`
  std::string folder; ///< scratch, removed at the end
};

/// Float outputs within `tolerance` of the range of `expected`; other types equal.
::testing::AssertionResult isClose(llvm::ArrayRef<char> actual, llvm::ArrayRef<char> expected, mlir::Type element,
                                   float tolerance);
/// Equal bytes; names the first difference.
::testing::AssertionResult isEqual(llvm::ArrayRef<char> actual, llvm::ArrayRef<char> expected, mlir::Type element);

} // namespace qc::test
