// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which format each unit gets: tables, solver, and measurements of the whole.
#pragma once
#include "qc/Search/Solver.h"
#include "qc/Trial/PrecisionTables.h"
#include <map>

namespace qc::trial {

/// A limit as it is given: of all-int8 ("1.1x"; of sizes: of the float model), or in its own unit.
struct Limit {
  double value = 0;
  bool isRelative = false;
};

/// What is searched for, and how far.
struct PrecisionSearchOptions {
  std::optional<Limit> latency; ///< milliseconds
  std::optional<Limit> size;    ///< bytes of weights
  std::optional<Limit> bops;    ///< bit operations
  std::optional<double> leastSqnr, leastAgreement;
  bool allowsFloat = true;
  int64_t maxRefinements = 40; ///< measurements of whole models behind the solver's
  double seconds = 0;          ///< of all; 0: no end. What was best by then is the answer
  bool quiet = false;          ///< no progress on standard error
  std::function<void()> keep;  ///< called every few seconds while tables are measured: to keep what there is
};

/// The most candidates of a front: 24 of the solver, 40 refinements of an answer, and some 15 on the way to it.
inline constexpr size_t kMostCandidates = 99;

/// A model as a whole.
struct Candidate {
  Formats formats;
  Trial trial;
};

/// A search of one model. Its result depends on the module, the data, the options and the cost table only, unless the
/// time is up.
class PrecisionSearch {
public:
  /// Measures the tables. `module` is that of `trials`, behind transform; `pipeline` that of the trials. Fails after
  /// diagnostics: nothing to decide about; a bound on bit operations of a model whose sizes are not known; without
  /// float, an operation that no choice makes integer.
  static mlir::FailureOr<std::unique_ptr<PrecisionSearch>>
  open(mlir::ModuleOp module, Trials &trials, const PipelineOptions &pipeline, PrecisionSearchOptions options);

  const PrecisionTables &getTables() const { return tables; }
  /// What the solver is asked: the tables within the limits.
  search::Problem makeProblem() const { return tables.makeProblem(limits, options.allowsFloat); }
  /// The best candidate within the limits: the solver's answers, uniform formats and the greedy one, measured as a
  /// whole, then changed by single units and pairs as long as that helps. Without a limit on the loss the one that
  /// loses least, else the fastest. Fails after a diagnostic where none is found: it says what is nearest.
  mlir::FailureOr<Candidate> choose();
  /// What was measured as a whole so far and the solver's candidates at `points` budgets of time from the least to that
  /// of the least loss, the other limits kept; without those that another one beats. In rising time; at most
  /// kMostCandidates. Fails after a diagnostic where none keeps the limits, as `choose` does.
  mlir::FailureOr<std::vector<Candidate>> front(unsigned points = 24);
  /// For the report: a sentence per unit, empty where it is as by default.
  std::vector<std::string> explain(const Formats &formats) const;
  bool isTimeUp() const;

private:
  PrecisionSearch(mlir::ModuleOp module, Trials &trials, const PipelineOptions &pipeline, PrecisionTables tables,
                  PrecisionSearchOptions options, std::chrono::steady_clock::time_point start)
      : module(module), trials(trials), pipeline(pipeline), tables(std::move(tables)), options(std::move(options)),
        start(start) {}
  mlir::LogicalResult resolveLimits();
  mlir::LogicalResult measure();
  mlir::LogicalResult verifyIntegerOnly(const Formats &formats);
  mlir::LogicalResult checkFloatOperations();
  mlir::FailureOr<Trial> examine(const Formats &formats);
  mlir::FailureOr<Trial> consider(const Formats &formats);
  mlir::FailureOr<std::optional<Formats>> solve(const Limits &within);
  mlir::FailureOr<std::vector<search::Answer>> solveFront(const Limits &within, unsigned points = 24);
  mlir::LogicalResult considerSolved(const Limits &within);
  mlir::LogicalResult considerUniform();
  mlir::LogicalResult considerGreedy();
  mlir::LogicalResult considerFront();
  mlir::LogicalResult refine();
  bool isBetter(const Candidate &candidate, const Candidate &than) const;
  bool isPredictedWithin(const Formats &formats) const;
  mlir::LogicalResult reportNearest();
  bool isWithin(const Trial &trial) const { return limits.allowCost(trial) && limits.allowLoss(trial); }
  bool hasLossLimit() const { return limits.leastSqnr || limits.leastAgreement; }
  std::vector<Formats> listSteps(const Formats &from) const;

  mlir::ModuleOp module;
  Trials &trials;
  PipelineOptions pipeline;
  PrecisionTables tables;
  PrecisionSearchOptions options;
  std::chrono::steady_clock::time_point start;
  Limits limits;
  std::map<Formats, Trial> seen; ///< all that was measured as a whole
  std::optional<Candidate> best; ///< within the limits
};

} // namespace qc::trial
