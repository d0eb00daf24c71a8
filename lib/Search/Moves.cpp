// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Changes of one group and of two.
#include "Moves.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace qc::search;

Moves::Moves(const Scaled &scaled, const Allowed &allowed, Choices choices)
    : scaled(scaled), allowed(allowed), choices(std::move(choices)) {
  for (unsigned measure = 0; measure < scaled.measures.size(); ++measure)
    totals.push_back(sum(scaled, measure, this->choices));
  pairsOf.resize(this->choices.size());
  for (auto [index, pair] : enumerate(scaled.pairs)) {
    pairsOf[pair.first].push_back(index);
    pairsOf[pair.second].push_back(index);
  }
}

Int128 Moves::getExcess(unsigned measure, Int128 change) const {
  std::optional<Int128> bound = scaled.measures[measure].bound;
  return bound ? std::max<Int128>(totals[measure] + change - *bound, 0) : 0;
}

bool Moves::isWithinBounds() const {
  for (unsigned measure = 0; measure < totals.size(); ++measure)
    if (getExcess(measure) > 0)
      return false;
  return true;
}

Int128 Moves::getChange(unsigned measure, unsigned group, unsigned choice) const {
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

void Moves::set(unsigned group, unsigned choice) {
  for (unsigned measure = 0; measure < totals.size(); ++measure)
    totals[measure] += getChange(measure, group, choice);
  choices[group] = choice;
}

void Moves::forEach(function_ref<void(unsigned, unsigned)> visit) const {
  for (unsigned group = 0; group < choices.size(); ++group)
    for (unsigned choice : allowed[group])
      if (choice != choices[group])
        visit(group, choice);
}

/// By how much a change lowers excesses, each relative to what it is; 0 where it makes an excess where there is none.
double Moves::getRelief(unsigned group, unsigned choice) const {
  double relief = 0;
  for (unsigned measure = 0; measure < totals.size(); ++measure) {
    Int128 before = getExcess(measure), after = getExcess(measure, getChange(measure, group, choice));
    if (before == after)
      continue;
    if (before == 0)
      return 0;
    relief += static_cast<double>(before - after) / static_cast<double>(before);
  }
  return relief;
}

bool Moves::breaksBound(unsigned group, unsigned choice) const {
  for (unsigned measure = 0; measure < totals.size(); ++measure)
    if (scaled.measures[measure].bound && getExcess(measure, getChange(measure, group, choice)) > 0)
      return true;
  return false;
}

/// Makes the change of least price per gain, the first of equals; false where none gains.
bool Moves::makeBest(unsigned price, function_ref<double(unsigned, unsigned)> gain) {
  std::optional<std::pair<unsigned, unsigned>> best;
  double least = 0;
  forEach([&](unsigned group, unsigned choice) {
    double gained = gain(group, choice);
    if (!(gained > 0))
      return;
    double ratio = static_cast<double>(getChange(price, group, choice)) / gained;
    if (best && !(ratio < least))
      return;
    best = {group, choice};
    least = ratio;
  });
  if (best)
    set(best->first, best->second);
  return best.has_value();
}

bool Moves::repair(unsigned price) {
  return makeBest(price, [&](unsigned group, unsigned choice) { return getRelief(group, choice); });
}

bool Moves::save(unsigned saved, unsigned price) {
  return makeBest(price, [&](unsigned group, unsigned choice) {
    return breaksBound(group, choice) ? 0 : static_cast<double>(-getChange(saved, group, choice));
  });
}

/// Makes the change of one group that lowers a total most, to below `below` at least.
bool Moves::improveOne(unsigned measure, Int128 below) {
  std::optional<std::pair<unsigned, unsigned>> best;
  forEach([&](unsigned group, unsigned choice) {
    Int128 total = totals[measure] + getChange(measure, group, choice);
    if (total >= below || breaksBound(group, choice))
      return;
    below = total;
    best = {group, choice};
  });
  if (best)
    set(best->first, best->second);
  return best.has_value();
}

/// Makes the first change of two groups that lowers a total.
bool Moves::improveTwo(unsigned measure) {
  Int128 before = totals[measure];
  for (unsigned group = 0; group < choices.size(); ++group)
    for (unsigned choice : allowed[group]) {
      unsigned old = choices[group];
      if (choice == old)
        continue;
      set(group, choice);
      if (improveOne(measure, before))
        return true;
      set(group, old);
    }
  return false;
}

void Moves::improve(unsigned measure) {
  // A look at all changes of two groups takes some 10 ms at 300 changes of one, and grows with the square.
  constexpr size_t kMaxChanges = 1000, kMaxSteps = 100;
  size_t changes = 0;
  forEach([&](unsigned, unsigned) { ++changes; });
  for (size_t steps = 0; steps < kMaxSteps; ++steps) {
    while (improveOne(measure, totals[measure]))
      ;
    if (changes > kMaxChanges || !improveTwo(measure))
      return;
  }
}
