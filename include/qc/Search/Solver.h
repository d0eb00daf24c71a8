// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The best choices of a problem. docs/Search.md says what "best" is, to the last tie.
#pragma once
#include "qc/Search/Problem.h"
#include "llvm/ADT/ArrayRef.h"

namespace qc::search {

/// Choices, and what they come to.
struct Answer {
  std::vector<unsigned> choices; ///< for each group the index of its choice
  double loss = 0;               ///< f64 sum in the order of groups, then edges
  std::vector<double> costs;     ///< likewise, for each resource
};

/// What `choices` come to, within the bounds or not. `choices` has a valid index for each group of a verified problem.
Answer evaluate(const Problem &problem, llvm::ArrayRef<unsigned> choices);

/// Whether `choices` keep the pins and all bounds, in exact arithmetic (no rounding of sums). Needs a verified problem.
bool isWithinBounds(const Problem &problem, llvm::ArrayRef<unsigned> choices);

/// The one best answer, the same on every host; none where no choices keep all bounds. Errors: those of verify; the
/// solver gave up after kMaxNodes nodes, or missed what is known. Never a worse answer without a word. One thread at a
/// time: CBC has state of its own.
llvm::Expected<std::optional<Answer>> solve(const Problem &problem);

/// Of one run of the branch and bound.
inline constexpr int kMaxNodes = 200000;

/// The trade of loss against `resource`: the answers of least loss at `points` budgets, spaced evenly from the cost of
/// the cheapest answer to that of the answer of least loss, all other bounds kept, the problem's own objective not
/// regarded. Ordered by rising cost and falling loss; equal and dominated ones are gone; empty where nothing is within
/// the bounds. Errors: those of solve; points of 0.
llvm::Expected<std::vector<Answer>> front(const Problem &problem, unsigned resource, unsigned points = 24);

/// A bound of the problem, and the least total that any choices have which keep the pins, all other bounds left aside.
struct LeastTotal {
  std::optional<unsigned> resource; ///< none: the loss
  double bound = 0, least = 0;
};

/// For each bound (the loss first): why a problem has no answer, where one of them alone is out of reach.
llvm::Expected<std::vector<LeastTotal>> findLeastTotals(const Problem &problem);

/// JSON of an answer: {"loss", "costs": {resource: total}, "choices": {group: choice}}.
llvm::json::Object toJson(const Problem &problem, const Answer &answer);

} // namespace qc::search
