// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Exact answers out of programs that are solved with tolerances.
#pragma once
#include "Program.h"
#include "qc/Search/Solver.h"

namespace qc::search {

/// Solves one problem under changing bounds.
class ExactSolver {
public:
  /// `problem` is verified.
  explicit ExactSolver(const Problem &problem);

  const Scaled &getScaled() const { return scaled; }
  void setBound(unsigned measure, std::optional<Int128> bound) { scaled.measures[measure].bound = bound; }

  /// The one answer: within all bounds, of least rank of each measure of `first`, then of the other measures in their
  /// order, then of least choices in the order of groups.
  llvm::Expected<std::optional<Choices>> findBest(llvm::ArrayRef<unsigned> first);

  /// Choices within all bounds of least rank of `measure`: which of several is not said.
  llvm::Expected<std::optional<Choices>> findLeast(unsigned measure);

private:
  Program makeProgram(const Allowed &of, Form objective) const;
  std::optional<Choices> findGood(unsigned measure, Choices from) const;
  llvm::Expected<std::optional<Choices>> findWithin(Program program) const;
  Choices order(Choices choices) const;
  llvm::Expected<std::optional<Choices>> narrow(unsigned measure, std::optional<Choices> known, bool &isOnly);
  llvm::Expected<std::optional<Choices>> findOther(unsigned measure, const Choices &known, int64_t rank) const;
  llvm::Expected<std::optional<Choices>> findOrdered(llvm::ArrayRef<unsigned> order);
  llvm::Expected<std::optional<Choices>> findFirst();

  Scaled scaled;
  const Allowed pinned;
  Allowed allowed; ///< what the answer that is being looked for may have
  const std::vector<std::vector<unsigned>> alike;
  /// What the answer has of the measures that it was found to be least in.
  std::vector<std::pair<unsigned, int64_t>> ranks;
};

} // namespace qc::search
