// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Trials: what a change of a calibrated model does to its outputs, measured by running the product.
#pragma once
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "qc/Data/Tensor.h"
#include "qc/Pipelines/CompileModel.h"
#include "qc/Pipelines/RunModel.h"
#include "qc/Trial/CostTable.h"
#include "qc/Trial/Launches.h"
#include "qc/Trial/TrialCache.h"

namespace qc::trial {

/// How trials are run. None of it changes a loss but `pipeline`, `maxSamples` and the data.
struct TrialOptions {
  PipelineOptions pipeline;             ///< of the candidates: rules, style; isFloat and instrumented are ignored
  std::vector<std::string> ignoredKeys; ///< arrays of .npz files that are not for the model
  int64_t maxSamples = 0;               ///< at most so many samples are run; 0: countSamples
  unsigned threads = 0;                 ///< samples that are run at a time, kernels that are compiled; 0: one per core
  std::string cacheFolder;              ///< of TrialCache; empty: nothing is kept
  /// Weights of 4 bits are rounded to the nearest codes, without the covariances that the module may have: codes that
  /// were fitted to the samples look better on them than they are, beside formats that were not.
  bool dropsCovariances = false;
  CostTable *costs = nullptr; ///< of prices: what it lacks is measured and added; null: there are no prices
};

/// What is known of a candidate.
struct Trial {
  Loss loss;
  Price price;
  double milliseconds = 0; ///< of a run, by the cost table: a mean over the timed samples
  bool hasFloat = false;   ///< an operation that was to be quantized or not is computed in float
};

/// How many samples trials of `module` run at most: as many as 10^10 multiply-accumulates are, from 128 to 512. 128
/// where sizes are known at run time only.
int64_t countSamples(mlir::ModuleOp module);

/// Which of `count` samples trials run: at most `most`, spread evenly, ascending.
std::vector<int64_t> chooseSamples(int64_t count, int64_t most);

/// Measures candidates: clones of one module that something was changed in, taken to code of this machine, and run on
/// samples of the calibration data. Integer operations give the same on every machine, and so do float ones
/// on machines with FMA: a loss depends on the module, the change and the data only.
class Trials {
public:
  /// `module` is behind calibrate or transform, and must outlive the trials. Runs the float model on the samples. Fails
  /// after diagnostics.
  static mlir::FailureOr<std::unique_ptr<Trials>> open(mlir::ModuleOp module, llvm::StringRef dataPath,
                                                       TrialOptions options);

  /// What is changed in a clone of the module, which is behind the same phase.
  using Change = llvm::function_ref<mlir::LogicalResult(mlir::ModuleOp)>;
  /// The loss of the module with `change`. Candidates that are rounded alike are measured once. Fails after
  /// diagnostics where it cannot be compiled or run.
  mlir::FailureOr<Loss> measure(Change change);

  /// The same with the candidate's price, or that alone (its loss is empty): its launches are timed, one thread, where
  /// the cost table lacks some, in turns with the first candidate that was priced, so that a machine that grows slower
  /// does not make candidates look slow.
  mlir::FailureOr<Trial> examine(Change change);
  mlir::FailureOr<Trial> price(Change change);

  /// Whether losses say anything: the float model gives a finite number somewhere (or nothing at all).
  bool canCompare() const;
  int64_t getNumSamples() const { return samples.size(); }
  int64_t getNumRuns() const { return runs; } ///< candidates that were compiled and run: not those that were known

private:
  /// A candidate that can be run.
  struct Candidate {
    std::unique_ptr<cpu::LoadedModel> model;
    std::shared_ptr<LaunchRecorder> launches; ///< null where there are no prices
    int64_t weightBytes = 0;
  };
  Trials(mlir::ModuleOp module, TrialOptions options);
  mlir::LogicalResult readSamples(llvm::StringRef dataPath);
  mlir::LogicalResult runReference();
  mlir::FailureOr<Trial> examine(Change change, bool wantsLoss, bool wantsPrice);
  mlir::FailureOr<Candidate> build(mlir::ModuleOp candidate);
  using AllOutputs = std::vector<std::vector<std::vector<double>>>; ///< by output and sample
  mlir::FailureOr<AllOutputs> run(const cpu::LoadedModel &model);
  mlir::LogicalResult computeLoss(const Candidate &candidate, Loss &loss);
  mlir::LogicalResult findLoss(const Candidate &candidate, llvm::StringRef key, std::optional<Loss> &loss);
  mlir::LogicalResult findPrice(Candidate candidate, llvm::StringRef key, std::optional<int64_t> bitOperations,
                                std::optional<Price> &price);
  mlir::FailureOr<LaunchTotals> pass(const Candidate &candidate);
  mlir::LogicalResult time(const Candidate &candidate, const LaunchTotals &counts);
  bool knowsTimes(const Price &price) const;
  double getMilliseconds(const Price &price) const;

  mlir::ModuleOp module;
  TrialOptions options;
  std::string program; ///< hash of the build that compiles; empty: not known, and nothing is kept
  TrialCache cache;
  KernelCache kernels;
  const cpu::Level *level = nullptr; ///< of candidates
  data::Feed feed = data::Feed::Samples;
  std::vector<llvm::SmallVector<data::Tensor, 4>> samples;
  std::vector<int64_t> timed; ///< samples that prices count launches of
  std::string dataHash;       ///< of the samples
  std::string referenceHash;  ///< of what the float model makes of them, which losses are measured from
  std::vector<Output> reference;
  std::optional<Candidate> clock; ///< the candidate that others are timed beside
  int64_t runs = 0;
};

} // namespace qc::trial
