// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One program for each thing that has to be least, in their order.
#include "ExactSolver.h"
#include "Moves.h"
#include "Reduce.h"
#include "llvm/ADT/STLExtras.h"
#include <map>

using namespace llvm;
using namespace qc::search;

/// The largest coefficient of the programs that order choices.
static constexpr uint64_t kMaxDigits = uint64_t(1) << 20;

/// No total of ranks is as high, and none is as low as twice its negative.
static constexpr int64_t kMaxRank = int64_t(1) << kRankBits;

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
    : scaled(scale(problem)), pinned(takePins(problem)), allowed(pinned), alike(findAlike(scaled, pinned)) {}

/// Bounds, and the ranks that are fixed. Ranks are rounded down, and so is their bound: nothing within the bounds is
/// lost.
Program ExactSolver::makeProgram(const Allowed &of, Form objective) const {
  Program program{scaled, of, std::move(objective), std::nullopt, {}, {}, alike};
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
          {makeForm(scaled, index, of), static_cast<int64_t>(std::max<Int128>(greatest, -2 * kMaxRank))});
  }
  return program;
}

/// Choices within the bounds that are good, if some are found; the better, the less is left for CBC.
std::optional<Choices> ExactSolver::findGood(unsigned measure, Choices from) const {
  Moves moves(scaled, allowed, std::move(from));
  while (!moves.isWithinBounds())
    if (!moves.repair(measure))
      return std::nullopt;
  moves.improve(measure);
  return moves.get();
}

/// Solves `program` until its answer keeps bounds and ranks exactly. What only tolerances, or the bits that ranks lack,
/// let through is excluded, one by one: it exceeds a bound by less than a 10^-8 of the whole.
Expected<std::optional<Choices>> ExactSolver::findWithin(Program program) const {
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

/// Groups that are alike get the same choices, ascending.
Choices ExactSolver::order(Choices choices) const {
  for (ArrayRef<unsigned> groups : alike) {
    std::vector<unsigned> sorted;
    for (unsigned group : groups)
      sorted.push_back(choices[group]);
    llvm::sort(sorted);
    for (auto [group, choice] : zip_equal(groups, sorted))
      choices[group] = choice;
  }
  return choices;
}

/// Finds what has the least rank of `measure` within bounds and ranks, beginning with `known`, if that is some. Leaves
/// in `allowed` what others of that rank may have, and in `isOnly` whether there are no others.
Expected<std::optional<Choices>> ExactSolver::narrow(unsigned measure, std::optional<Choices> known, bool &isOnly) {
  const Allowed before = allowed;
  const Program whole = makeProgram(before, makeForm(scaled, measure, before));
  std::optional<Relaxation> relaxation = solveRelaxation(whole);
  if (relaxation && !known)
    known = findGood(measure, relaxation->choices);
  if (!known) {
    Expected<std::optional<Choices>> choices = findWithin(whole);
    if (!choices || !*choices)
      return choices;
    known = std::move(**choices);
  }
  for (;;) {
    known = order(std::move(*known));
    int64_t rank = sumRanks(scaled, measure, *known);
    if (relaxation)
      allowed = reduce(whole, *relaxation, rank);
    Expected<std::optional<Choices>> other = findOther(measure, *known, rank);
    if (!other)
      return other;
    isOnly = !*other;
    if (isOnly || sumRanks(scaled, measure, **other) == rank)
      return known;
    known = std::move(**other);
  }
}

/// Choices of least rank of `measure`, at most `rank`, within bounds and ranks, that are not `known`.
Expected<std::optional<Choices>> ExactSolver::findOther(unsigned measure, const Choices &known, int64_t rank) const {
  if (all_of(allowed, [](const std::vector<unsigned> &list) { return list.size() == 1; }))
    return std::nullopt;
  Program program = makeProgram(allowed, makeForm(scaled, measure, allowed));
  program.greatest = rank;
  program.excluded.push_back(known);
  Expected<std::optional<Choices>> other = findWithin(std::move(program));
  if (other && *other && sumRanks(scaled, measure, **other) > rank)
    return std::nullopt;
  return other;
}

Expected<std::optional<Choices>> ExactSolver::findLeast(unsigned measure) {
  allowed = pinned;
  bool isOnly = false;
  return narrow(measure, std::nullopt, isOnly);
}

Expected<std::optional<Choices>> ExactSolver::findBest(ArrayRef<unsigned> first) {
  std::vector<unsigned> order = first.vec();
  for (unsigned measure = 0; measure < scaled.measures.size(); ++measure)
    if (!is_contained(first, measure))
      order.push_back(measure);
  allowed = pinned;
  Expected<std::optional<Choices>> best = findOrdered(order);
  ranks.clear();
  return best;
}

/// One measure after the other, until one answer is left.
Expected<std::optional<Choices>> ExactSolver::findOrdered(ArrayRef<unsigned> order) {
  std::optional<Choices> best;
  for (unsigned measure : order) {
    bool isOnly = false;
    Expected<std::optional<Choices>> choices = narrow(measure, std::move(best), isOnly);
    if (!choices || !*choices || isOnly)
      return choices;
    best = std::move(*choices);
    ranks.emplace_back(measure, sumRanks(scaled, measure, *best));
  }
  return findFirst();
}

/// Among all of these ranks the one whose choices come first: as many groups at a time as make a small number.
Expected<std::optional<Choices>> ExactSolver::findFirst() {
  for (unsigned begin = 0, end = 0; begin < allowed.size(); begin = end) {
    uint64_t numbers = 1;
    for (end = begin; end < allowed.size() && numbers * allowed[end].size() <= kMaxDigits; ++end)
      numbers *= allowed[end].size();
    Expected<std::optional<Choices>> first = findWithin(makeProgram(allowed, makeDigits(scaled, begin, end, allowed)));
    if (!first)
      return first;
    if (!*first)
      return createStringError("the solver contradicts itself: it missed choices that are known");
    for (unsigned group = begin; group < end; ++group)
      allowed[group] = {(**first)[group]};
  }
  Choices choices;
  for (const std::vector<unsigned> &list : allowed)
    choices.push_back(list.front());
  return choices;
}
