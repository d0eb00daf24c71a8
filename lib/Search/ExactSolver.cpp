// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One program for each thing that has to be least, in their order.
#include "ExactSolver.h"
#include "llvm/ADT/STLExtras.h"
#include <map>
#include <numeric>

using namespace llvm;
using namespace qc::search;

/// The largest coefficient of the programs that order choices.
static constexpr uint64_t kMaxDigits = uint64_t(1) << 20;

/// No total of ranks is as high, and none is as low as twice its negative.
static constexpr int64_t kMaxRank = int64_t(1) << kRankBits;

static Allowed takePins(const Problem &problem) {
  Allowed allowed;
  for (const Group &group : problem.groups) {
    std::vector<unsigned> &choices = allowed.emplace_back(group.choices.size());
    std::iota(choices.begin(), choices.end(), 0);
    if (group.pin)
      choices = {*group.pin};
  }
  return allowed;
}

/// Groups of the same tables and pins without edges. Exchanging their choices changes no total, so that of the best
/// answers the first has them ascending, and the search need not look at the others.
static std::vector<std::vector<unsigned>> findAlike(const Scaled &scaled, const Allowed &allowed) {
  std::vector<bool> isPaired(allowed.size());
  for (Pair pair : scaled.pairs)
    isPaired[pair.first] = isPaired[pair.second] = true;
  std::map<std::vector<Int128>, std::vector<unsigned>> classes;
  for (unsigned group = 0; group < allowed.size(); ++group) {
    if (isPaired[group] || allowed[group].size() < 2)
      continue;
    std::vector<Int128> key;
    for (const Measure &measure : scaled.measures)
      key.insert(key.end(), measure.choices[group].begin(), measure.choices[group].end());
    classes[key].push_back(group);
  }
  std::vector<std::vector<unsigned>> alike;
  for (auto &[key, groups] : classes)
    if (groups.size() > 1)
      alike.push_back(std::move(groups));
  return alike;
}

ExactSolver::ExactSolver(const Problem &problem)
    : scaled(scale(problem)), allowed(takePins(problem)), alike(findAlike(scaled, allowed)) {}

/// Bounds, and the ranks that are fixed. Ranks are rounded down, and so is their bound: nothing within the bounds is
/// lost.
Program ExactSolver::makeProgram() const {
  Program program{scaled, allowed, std::nullopt, {}, {}, alike};
  for (unsigned index = 0; index < scaled.measures.size(); ++index) {
    const Measure &measure = scaled.measures[index];
    Int128 greatest = kMaxRank;
    if (measure.bound)
      greatest = std::min(greatest, *measure.bound >> measure.shift);
    for (auto [fixed, rank] : ranks)
      if (fixed == index)
        greatest = std::min<Int128>(greatest, rank);
    if (greatest < kMaxRank)
      program.limits.push_back(
          {makeForm(scaled, index, allowed), static_cast<int64_t>(std::max<Int128>(greatest, -2 * kMaxRank))});
  }
  return program;
}

/// Solves `program` until its answer keeps bounds and ranks exactly. What only tolerances, or the bits that ranks lack,
/// let through is excluded, one by one: it exceeds a bound by less than a 10^-8 of the whole.
Expected<std::optional<Choices>> ExactSolver::findWithin(Program &program) const {
  for (;;) {
    Expected<std::optional<Choices>> choices = solveProgram(program);
    if (!choices || !*choices)
      return choices;
    bool keepsRanks =
        all_of(ranks, [&](auto fixed) { return sumRanks(scaled, fixed.first, **choices) <= fixed.second; });
    if (keepsRanks && isWithinBounds(scaled, **choices))
      return choices;
    program.excluded.push_back(std::move(**choices));
  }
}

Expected<std::optional<Choices>> ExactSolver::findLeast(unsigned measure) {
  Program program = makeProgram();
  program.objective = makeForm(scaled, measure, allowed);
  return findWithin(program);
}

/// Whether no others have the same ranks or less.
Expected<bool> ExactSolver::isOnly(const Choices &choices) const {
  Program program = makeProgram();
  program.excluded.push_back(choices);
  Expected<std::optional<Choices>> other = findWithin(program);
  if (!other)
    return other.takeError();
  return !*other;
}

Expected<std::optional<Choices>> ExactSolver::findBest(ArrayRef<unsigned> first) {
  std::vector<unsigned> order = first.vec();
  for (unsigned measure = 0; measure < scaled.measures.size(); ++measure)
    if (!is_contained(first, measure))
      order.push_back(measure);
  ranks.clear();
  std::optional<Choices> best;
  for (unsigned measure : order) {
    Expected<std::optional<Choices>> choices = findLeast(measure);
    if (!choices || (!*choices && !best)) {
      ranks.clear();
      return choices;
    }
    best = std::move(*choices);
    ranks.emplace_back(measure, sumRanks(scaled, measure, *best));
    Expected<bool> only = isOnly(*best);
    if (!only)
      return only.takeError();
    if (*only)
      return best;
  }
  return findFirst(std::move(*best));
}

/// Among all of these ranks the one whose choices come first: as many groups at a time as make a small number.
Expected<std::optional<Choices>> ExactSolver::findFirst(Choices choices) {
  Allowed all = allowed;
  for (unsigned begin = 0, end = 0; begin < allowed.size(); begin = end) {
    uint64_t numbers = 1;
    for (end = begin; end < allowed.size() && numbers * allowed[end].size() <= kMaxDigits; ++end)
      numbers *= allowed[end].size();
    Program program = makeProgram();
    program.objective = makeDigits(scaled, begin, end, allowed);
    Expected<std::optional<Choices>> first = findWithin(program);
    if (!first)
      return first;
    choices = std::move(**first);
    for (unsigned group = begin; group < end; ++group)
      allowed[group] = {choices[group]};
  }
  allowed = std::move(all);
  return choices;
}
