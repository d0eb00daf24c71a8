// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Simple ways to choose.
#include "qc/Search/Competitors.h"
#include "Moves.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include <tuple>

using namespace llvm;
using namespace qc::search;

/// Least loss, then least costs in the order of resources, then the first.
static unsigned findLeastLoss(const Group &group) {
  if (group.pin)
    return *group.pin;
  auto key = [](const Choice &choice) { return std::tie(choice.loss, choice.costs); };
  return std::min_element(group.choices.begin(), group.choices.end(),
                          [&](const Choice &a, const Choice &b) { return key(a) < key(b); }) -
         group.choices.begin();
}

std::optional<Answer> qc::search::solveGreedy(const Problem &problem) {
  Scaled scaled = scale(problem);
  Allowed allowed = takePins(problem);
  Choices choices;
  for (const Group &group : problem.groups)
    choices.push_back(findLeastLoss(group));
  Moves moves(scaled, allowed, std::move(choices));
  while (!moves.isWithinBounds())
    if (!moves.repair(0))
      return std::nullopt;
  if (problem.objective)
    while (moves.save(*problem.objective + 1, 0))
      ;
  return evaluate(problem, moves.get());
}

std::vector<UniformAnswer> qc::search::listUniform(const Problem &problem) {
  SetVector<StringRef> names;
  for (const Group &group : problem.groups)
    for (const Choice &choice : group.choices)
      names.insert(choice.name);
  std::vector<UniformAnswer> answers;
  for (StringRef name : names) {
    Choices choices;
    for (const Group &group : problem.groups) {
      auto found = find_if(group.choices, [&](const Choice &choice) { return choice.name == name; });
      unsigned choice = found == group.choices.end() ? 0 : found - group.choices.begin();
      choices.push_back(group.pin.value_or(choice));
    }
    answers.push_back({name.str(), evaluate(problem, choices)});
  }
  return answers;
}

namespace {
/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers everywhere.
class Random {
public:
  explicit Random(uint64_t seed) : state(seed) {}

  /// In [0, count); the bias of the remainder is below count / 2^64.
  uint64_t draw(uint64_t count) {
    uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (z ^ (z >> 31)) % count;
  }

private:
  uint64_t state;
};
} // namespace

/// Whether a change lowers an excess and raises none.
static bool lowersExcess(const Scaled &scaled, const Moves &moves, unsigned group, unsigned choice) {
  bool isLower = false;
  for (unsigned measure = 0; measure < scaled.measures.size(); ++measure) {
    Int128 before = moves.getExcess(measure);
    Int128 after = moves.getExcess(measure, moves.getChange(measure, group, choice));
    if (after > before)
      return false;
    isLower |= after < before;
  }
  return isLower;
}

/// Changes groups at random until all bounds are kept; false where no change helps.
static bool repair(const Scaled &scaled, Moves &moves, Random &random) {
  while (!moves.isWithinBounds()) {
    std::vector<std::pair<unsigned, unsigned>> changes;
    moves.forEach([&](unsigned group, unsigned choice) {
      if (lowersExcess(scaled, moves, group, choice))
        changes.emplace_back(group, choice);
    });
    if (changes.empty())
      return false;
    auto [group, choice] = changes[random.draw(changes.size())];
    moves.set(group, choice);
  }
  return true;
}

std::vector<Answer> qc::search::drawRandom(const Problem &problem, uint64_t seed, unsigned count) {
  constexpr unsigned kMaxTries = 100;
  Scaled scaled = scale(problem);
  Allowed allowed = takePins(problem);
  Random random(seed);
  std::vector<Answer> answers;
  for (unsigned tries = 0; answers.size() < count && tries < kMaxTries; ++tries) {
    Choices choices;
    for (const std::vector<unsigned> &list : allowed)
      choices.push_back(list[random.draw(list.size())]);
    Moves moves(scaled, allowed, std::move(choices));
    if (!repair(scaled, moves, random))
      continue;
    answers.push_back(evaluate(problem, moves.get()));
    tries = 0;
  }
  return answers;
}
