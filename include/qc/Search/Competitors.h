// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Simple ways to choose, to compare the solver with. All need a verified problem and keep the pins.
#pragma once
#include "qc/Search/Solver.h"

namespace qc::search {

/// Greedy by sensitivity per cost. Begins with each group's choice of least loss (of the cheapest among equals), then
/// makes, one by one, the change of one group that loses least per cost saved, edges included: until all budgets are
/// kept, and, where the objective is a resource, as long as it saves of that and the bounds stay kept. None: it got
/// stuck, though there may be an answer.
std::optional<Answer> solveGreedy(const Problem &problem);

/// One format for all: for each name of a choice, in the order in which they occur, every group has the choice of that
/// name, or, where it has none of that name, its first one. Within the bounds or not.
struct UniformAnswer {
  std::string name;
  Answer answer;
};
std::vector<UniformAnswer> listUniform(const Problem &problem);

/// `count` assignments at random that keep all bounds, from `seed` alone: each choice of each group with the same
/// probability, then changes of groups at random that lower what is above its bound. Fewer where 100 tries for one lead
/// nowhere.
std::vector<Answer> drawRandom(const Problem &problem, uint64_t seed, unsigned count);

} // namespace qc::search
