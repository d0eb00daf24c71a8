// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What each unit loses and costs in each format: measured, and turned into a problem for the solver.
#pragma once
#include "qc/Search/Problem.h"
#include "qc/Trial/Trials.h"
#include "qc/Trial/Units.h"
#include <functional>

namespace qc::trial {

/// Limits of a model as a whole; nothing: no limit.
struct Limits {
  std::optional<double> milliseconds;  ///< of a run, by the cost table
  std::optional<double> weightBytes;   ///< of the weight section
  std::optional<double> bitOperations; ///< multiply-accumulates times both widths
  std::optional<double> leastSqnr;     ///< dB against the float model, on the samples of the trials
  std::optional<double> leastAgreement;
  bool allowsFloat = true; ///< false: an operation that quantize had to leave in float is too much
  /// Whether `trial` keeps those of time, size and formats; those of the loss.
  bool allowCost(const Trial &trial) const;
  bool allowLoss(const Trial &trial) const;
};

/// A format of a unit, measured.
struct FormatEntry {
  Trial among;          ///< all units as by default, this one in the format
  Loss alone;           ///< all units in float, this one in the format; of float not measured
  bool isKnown = false; ///< false: time was up; it is not chosen then
  double loss = 0;      ///< `alone` as a number; of float 0
};

/// The tables of docs/Search.md, S and C. Losses are those of one unit alone, all others in float, and of neighbours
/// what both lose together beyond that: less, as a value between them is rounded once, not twice. Sums of them are
/// right as long as errors are small and have nothing else in common. Costs are those of a candidate with one unit
/// changed less those of the default, and of neighbours with both changed: exact as long as what is fused at a border
/// depends on its two sides only.
class PrecisionTables {
public:
  /// `step` is called behind each measurement, with how many there are of how many; false: time is up.
  using Step = std::function<bool(int64_t done, int64_t total)>;
  /// Measures the default and all in float. `module` is that of `trials`, behind transform. Fails after diagnostics.
  static mlir::FailureOr<PrecisionTables> open(mlir::ModuleOp module, Trials &trials, std::vector<Unit> units);
  /// Measures all but the times of neighbours. Fails after diagnostics.
  mlir::LogicalResult measure(const Step &step);

  llvm::ArrayRef<Unit> getUnits() const { return units; }
  const Trial &getDefault() const { return base; }
  const Trial &getFloat() const { return allFloat; }
  const FormatEntry &getEntry(size_t unit, size_t format) const { return entries[unit][format]; }
  bool isComplete() const { return complete; }

  /// Measures what neighbours in `formats` cost together, where that is not known, until `isOver`; whether there was
  /// any. There are many pairs of formats, and answers meet few of them.
  mlir::FailureOr<bool> measureTimes(const Formats &formats, llvm::function_ref<bool()> isOver);

  /// The problem of least loss with the costs within `limits`; their bounds on the loss, which are no sums, are not
  /// part of it. `allowsFloat`: false under --integer-only.
  search::Problem makeProblem(const Limits &limits, bool allowsFloat) const;
  /// What a choice is in the problem's order.
  Formats getFormats(llvm::ArrayRef<unsigned> choices, bool allowsFloat) const;
  /// Positions of units' formats that the problem has as choices, in their order.
  std::vector<size_t> listChoices(size_t unit, bool allowsFloat) const;
  /// The predicted loss of `formats`, time, bytes of weights, and bit operations.
  double predictLoss(const Formats &formats) const;
  double predictMilliseconds(const Formats &formats) const;
  double predictWeightBytes(const Formats &formats) const;
  double predictBitOperations(const Formats &formats) const;

private:
  PrecisionTables(mlir::ModuleOp module, Trials &trials, std::vector<Unit> units)
      : module(module), trials(trials), units(std::move(units)) {}
  mlir::LogicalResult measureEnds();
  mlir::LogicalResult measureUnit(size_t unit, const Step &step);
  mlir::LogicalResult measureBorders(const Step &step);
  bool count(const Step &step) { return step(++done, total); }
  Formats getUniform(llvm::StringRef format) const;
  /// What `get` says of the default, and what each unit changes of it.
  double predict(const Formats &formats, llvm::function_ref<double(const Trial &)> get) const;

  /// What two neighbours cost and lose together beyond the sum of their own, by format of each.
  struct Border {
    size_t first, second;
    std::vector<std::vector<double>> milliseconds; ///< 0 where one of them is as by default, and until it is measured
    std::vector<std::vector<bool>> isTimed;
    std::vector<std::vector<double>> loss; ///< 0 but where the value between has been rounded twice
  };
  mlir::LogicalResult measureTime(Border &border, size_t f, size_t g);
  mlir::LogicalResult measureLoss(Border &border, const Step &step);

  struct ResourceTable;
  static std::vector<ResourceTable> listResources(const Limits &limits);
  search::Group makeGroup(size_t unit, bool allowsFloat, llvm::MutableArrayRef<ResourceTable> resources) const;
  search::Edge makeEdge(const Border &border, bool allowsFloat, ResourceTable &time) const;

  mlir::ModuleOp module;
  Trials &trials;
  std::vector<Unit> units;
  std::vector<Border> borders;
  Trial base, allFloat;
  std::vector<std::vector<FormatEntry>> entries; ///< by unit and format; those of the default are `base`
  bool complete = true;
  int64_t done = 0, total = 0;
};

/// Whether `unit` can be computed in float, and where.
std::optional<size_t> findFormat(const Unit &unit, llvm::StringRef name);

} // namespace qc::trial
