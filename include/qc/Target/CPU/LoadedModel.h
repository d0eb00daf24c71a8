// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A shared library made by qc, opened in this process: what calibration and qc-verify run.
#pragma once
#include "qc/Target/CPU/Artefact.h"
#include <functional>
#include <memory>

namespace qc::cpu {

/// One observed value (see qc_observation); valid during the call only.
struct Observation {
  llvm::StringRef symbol;
  qc_dtype dtype;
  llvm::ArrayRef<int64_t> dims, strides; ///< strides in elements
  const void *data;
};

/// One step that has ended (see qc_launch); valid during the call only.
struct Launched {
  int32_t index, kernel;
  int64_t tiles;
  llvm::ArrayRef<int64_t> args;
};

/// How a model is opened: the fields of qc_options.
struct LoadOptions {
  int threads = 1;                                   ///< of each run, 1 to 1024
  std::string maxLevel;                              ///< empty: no cap
  bool isNamed = true;                               ///< errors begin with the model's name
  std::function<void(const Observation &)> observer; ///< may be empty; concurrent runs call it concurrently
  std::function<void(const Launched &)> launched;    ///< likewise
};

/// A value that a handle keeps from run to run: the names that it has in the model, and its extents (-1: symbolic) at
/// first and at most.
struct StateInfo {
  std::string input, output;
  llvm::SmallVector<int64_t, 4> dims, begin, most;
};

/// An opened model. Movable by pointer only; run may be called from several threads, of a model with
/// state from one.
class LoadedModel {
public:
  /// Opens a copy of the shared library at `path`, whatever its name. Errors: readArtefactNote's, not a shared library,
  /// what dlopen says, a CPU below the artefact's level.
  static llvm::Expected<std::unique_ptr<LoadedModel>> load(llvm::StringRef path, LoadOptions options = {});
  /// The same from the bytes of buildArtefact(SharedLibrary), without a file name: memfd, or a private temporary file.
  static llvm::Expected<std::unique_ptr<LoadedModel>> load(llvm::ArrayRef<char> bytes, LoadOptions options = {});
  /// The shared library of `spec`, in memory once: afterwards the weights of `spec` may go. Errors: buildArtefact's
  /// too.
  static llvm::Expected<std::unique_ptr<LoadedModel>> build(const ArtefactSpec &spec, LoadOptions options = {});
  /// Closes the model and the library; no run may be under way.
  ~LoadedModel();
  LoadedModel(const LoadedModel &) = delete;
  LoadedModel &operator=(const LoadedModel &) = delete;

  /// Another handle of the same library, with the same options: with state of its own.
  llvm::Expected<std::unique_ptr<LoadedModel>> openAnother() const;
  llvm::ArrayRef<StateInfo> getStates() const; ///< what this handle keeps; not among inputs and outputs
  /// The state as it was when the handle was opened.
  llvm::Error reset() const;

  const ArtefactInfo &getInfo() const;           ///< what its note says
  llvm::ArrayRef<TensorSpec> getInputs() const;  ///< in the order in which run takes them
  llvm::ArrayRef<TensorSpec> getOutputs() const; ///< likewise
  bool isSymbolic() const;                       ///< an extent of an input is known at run time only
  /// The extents of all outputs of a run on inputs with these extents. Errors: what is wrong with the extents.
  llvm::Expected<std::vector<llvm::SmallVector<int64_t, 4>>>
  getOutputDims(llvm::ArrayRef<llvm::ArrayRef<int64_t>> inputDims) const;

  /// Runs once. inputs, outputs: one buffer each, contiguous, of the declared shape; workspaces are kept and reused
  /// inside. Errors: a wrong number of buffers, a refusal of the model (misaligned, overlapping outputs).
  llvm::Error run(llvm::ArrayRef<llvm::ArrayRef<char>> inputs,
                  llvm::ArrayRef<llvm::MutableArrayRef<char>> outputs) const;
  /// The same with the extents of all inputs.
  llvm::Error run(llvm::ArrayRef<llvm::ArrayRef<char>> inputs, llvm::ArrayRef<llvm::ArrayRef<int64_t>> inputDims,
                  llvm::ArrayRef<llvm::MutableArrayRef<char>> outputs) const;

private:
  struct Impl;
  explicit LoadedModel(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl;
};

} // namespace qc::cpu
