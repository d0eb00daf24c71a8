// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Simple ways to choose.
#include "qc/Search/Competitors.h"
#include "Program.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"

using namespace llvm;
using namespace qc::search;

namespace {
/// Choices that are changed one by one, with the totals of all measures.
class State {
public:
  State(const Scaled &scaled, Choices choices) : scaled(scaled), choices(std::move(choices)) {
    for (unsigned measure = 0; measure < scaled.measures.size(); ++measure)
      totals.push_back(sum(scaled, measure, this->choices));
    pairsOf.resize(this->choices.size());
    for (auto [index, pair] : enumerate(scaled.pairs)) {
      pairsOf[pair.first].push_back(index);
      pairsOf[pair.second].push_back(index);
    }
  }

  const Choices &get() const { return choices; }
  Int128 getTotal(unsigned measure) const { return totals[measure]; }

  /// By how much a total is above its bound; 0: it is not.
  Int128 getExcess(unsigned measure, Int128 change = 0) const {
    std::optional<Int128> bound = scaled.measures[measure].bound;
    return bound ? std::max<Int128>(totals[measure] + change - *bound, 0) : 0;
  }

  bool isWithinBounds() const {
    for (unsigned measure = 0; measure < totals.size(); ++measure)
      if (getExcess(measure) > 0)
        return false;
    return true;
  }

  /// What a total changes by where `group` gets `choice`.
  Int128 getChange(unsigned measure, unsigned group, unsigned choice) const {
    const Measure &tables = scaled.measures[measure];
    Int128 change = tables.choices[group][choice] - tables.choices[group][choices[group]];
    for (unsigned index : pairsOf[group]) {
      Pair pair = scaled.pairs[index];
      size_t width = tables.choices[pair.second].size();
      auto entry = [&](unsigned of) {
        unsigned first = pair.first == group ? of : choices[pair.first];
        unsigned second = pair.second == group ? of : choices[pair.second];
        return tables.pairs[index][first * width + second];
      };
      change += entry(choice) - entry(choices[group]);
    }
    return change;
  }

  void set(unsigned group, unsigned choice) {
    for (unsigned measure = 0; measure < totals.size(); ++measure)
      totals[measure] += getChange(measure, group, choice);
    choices[group] = choice;
  }

private:
  const Scaled &scaled;
  Choices choices;
  std::vector<Int128> totals;
  std::vector<std::vector<unsigned>> pairsOf;
};

/// Finds the changes that solveGreedy makes.
class Greedy {
public:
  Greedy(const Problem &problem, const Scaled &scaled, State &state) : problem(problem), scaled(scaled), state(state) {}

  /// Makes the best change; false where there is none.
  bool step() {
    bool isRepair = !state.isWithinBounds();
    if (!isRepair && !problem.objective)
      return false;
    std::optional<std::pair<double, std::pair<unsigned, unsigned>>> best;
    for (unsigned group = 0; group < problem.groups.size(); ++group)
      for (unsigned choice = 0; choice < problem.groups[group].choices.size(); ++choice) {
        if (problem.groups[group].pin || choice == state.get()[group])
          continue;
        double saved = isRepair ? getRelief(group, choice) : getSaving(group, choice);
        if (!(saved > 0))
          continue;
        double price = static_cast<double>(state.getChange(0, group, choice)) / saved;
        if (!best || price < best->first)
          best = {price, {group, choice}};
      }
    if (best)
      state.set(best->second.first, best->second.second);
    return best.has_value();
  }

private:
  /// By how much a change lowers the excesses, each relative to what it is, less what it adds; 0 where it does not
  /// lower their sum.
  double getRelief(unsigned group, unsigned choice) const {
    double relief = 0;
    for (unsigned measure = 0; measure < scaled.measures.size(); ++measure) {
      Int128 before = state.getExcess(measure);
      Int128 after = state.getExcess(measure, state.getChange(measure, group, choice));
      if (before == after)
        continue;
      if (before == 0) // it would break another bound
        return 0;
      relief += static_cast<double>(before - after) / static_cast<double>(before);
    }
    return relief;
  }

  /// What a change saves of the objective; 0 where it breaks a bound.
  double getSaving(unsigned group, unsigned choice) const {
    for (unsigned measure = 0; measure < scaled.measures.size(); ++measure)
      if (state.getExcess(measure, state.getChange(measure, group, choice)) > 0)
        return 0;
    return static_cast<double>(-state.getChange(*problem.objective + 1, group, choice));
  }

  const Problem &problem;
  const Scaled &scaled;
  State &state;
};
} // namespace

/// Least loss, then least costs in the order of resources, then the first.
static unsigned findLeastLoss(const Group &group) {
  if (group.pin)
    return *group.pin;
  auto key = [&](const Choice &choice) { return std::tie(choice.loss, choice.costs); };
  return std::min_element(group.choices.begin(), group.choices.end(),
                          [&](const Choice &a, const Choice &b) { return key(a) < key(b); }) -
         group.choices.begin();
}

std::optional<Answer> qc::search::solveGreedy(const Problem &problem) {
  Scaled scaled = scale(problem);
  Choices choices;
  for (const Group &group : problem.groups)
    choices.push_back(findLeastLoss(group));
  State state(scaled, std::move(choices));
  Greedy greedy(problem, scaled, state);
  // Each step lowers an excess or the objective.
  while (greedy.step())
    ;
  if (!state.isWithinBounds())
    return std::nullopt;
  return evaluate(problem, state.get());
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

/// Changes groups at random, as long as that lowers excesses and raises none.
static void repair(const Problem &problem, const Scaled &scaled, State &state, Random &random) {
  auto lowers = [&](unsigned group, unsigned choice) {
    bool isLower = false;
    for (unsigned measure = 0; measure < scaled.measures.size(); ++measure) {
      Int128 before = state.getExcess(measure);
      Int128 after = state.getExcess(measure, state.getChange(measure, group, choice));
      if (after > before)
        return false;
      isLower |= after < before;
    }
    return isLower;
  };
  while (!state.isWithinBounds()) {
    std::vector<std::pair<unsigned, unsigned>> changes;
    for (unsigned group = 0; group < problem.groups.size(); ++group)
      for (unsigned choice = 0; !problem.groups[group].pin && choice < problem.groups[group].choices.size(); ++choice)
        if (lowers(group, choice))
          changes.emplace_back(group, choice);
    if (changes.empty())
      return;
    auto [group, choice] = changes[random.draw(changes.size())];
    state.set(group, choice);
  }
}

std::vector<Answer> qc::search::drawRandom(const Problem &problem, uint64_t seed, unsigned count) {
  Scaled scaled = scale(problem);
  Random random(seed);
  std::vector<Answer> answers;
  for (unsigned tries = 0; answers.size() < count && tries < 100;) {
    Choices choices;
    for (const Group &group : problem.groups) {
      unsigned choice = random.draw(group.choices.size());
      choices.push_back(group.pin.value_or(choice));
    }
    State state(scaled, std::move(choices));
    repair(problem, scaled, state, random);
    tries = state.isWithinBounds() ? 0 : tries + 1;
    if (tries == 0)
      answers.push_back(evaluate(problem, state.get()));
  }
  return answers;
}
