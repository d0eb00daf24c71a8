// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Normal forms. What every choice has in common goes: tolerances of the solver are relative to what is left.
#include "Form.h"
#include "llvm/ADT/STLExtras.h"
#include <numeric>

using namespace llvm;
using namespace qc::search;

Allowed qc::search::takePins(const Problem &problem) {
  Allowed allowed;
  for (const Group &group : problem.groups) {
    std::vector<unsigned> &choices = allowed.emplace_back(group.choices.size());
    std::iota(choices.begin(), choices.end(), 0);
    if (group.pin)
      choices = {*group.pin};
  }
  return allowed;
}

namespace {
class Normalizer {
public:
  Normalizer(Form &form, const Scaled &scaled, const Allowed &allowed) : form(form), scaled(scaled), allowed(allowed) {}

  void run() {
    form.zeroPairs.assign(scaled.pairs.size(), true);
    for (unsigned pair = 0; pair < scaled.pairs.size(); ++pair)
      if (!form.pairs[pair].empty())
        takeFromPair(pair);
    for (auto [table, choices] : zip_equal(form.choices, allowed)) {
      int64_t least = table[choices.front()];
      for (unsigned choice : choices)
        least = std::min(least, table[choice]);
      form.constant += least;
      for (unsigned choice : choices)
        table[choice] -= least;
    }
    divide();
  }

private:
  int64_t &at(unsigned pair, unsigned a, unsigned b) {
    return form.pairs[pair][a * form.choices[scaled.pairs[pair].second].size() + b];
  }

  /// What all entries of a row, or of a column, have in common is a cost of that choice alone.
  void takeFromPair(unsigned pair) {
    auto [first, second] = scaled.pairs[pair];
    auto take = [&](unsigned group, unsigned choice, ArrayRef<unsigned> others, auto entry) {
      int64_t least = entry(others.front());
      for (unsigned other : others)
        least = std::min(least, entry(other));
      for (unsigned other : others)
        entry(other) -= least;
      form.choices[group][choice] += least;
    };
    for (unsigned a : allowed[first])
      take(first, a, allowed[second], [&, a](unsigned b) -> int64_t & { return at(pair, a, b); });
    for (unsigned b : allowed[second])
      take(second, b, allowed[first], [&, b](unsigned a) -> int64_t & { return at(pair, a, b); });
    for (unsigned a : allowed[first])
      for (unsigned b : allowed[second])
        if (at(pair, a, b) != 0)
          form.zeroPairs[pair] = false;
  }

  void forEach(function_ref<void(int64_t &)> change) {
    for (auto [table, choices] : zip_equal(form.choices, allowed))
      for (unsigned choice : choices)
        change(table[choice]);
    for (unsigned pair = 0; pair < scaled.pairs.size(); ++pair)
      if (!form.zeroPairs[pair])
        for (unsigned a : allowed[scaled.pairs[pair].first])
          for (unsigned b : allowed[scaled.pairs[pair].second])
            change(at(pair, a, b));
  }

  /// Equal groups have bounds that the solver can round then: ten of 7 within 65 are nine.
  void divide() {
    int64_t common = 0;
    forEach([&](int64_t &value) { common = std::gcd(common, value); });
    if (common <= 1)
      return;
    form.divisor = common;
    forEach([&](int64_t &value) { value /= common; });
  }

  Form &form;
  const Scaled &scaled;
  const Allowed &allowed;
};
} // namespace

Form qc::search::makeForm(const Scaled &scaled, unsigned index, const Allowed &allowed) {
  const Measure &measure = scaled.measures[index];
  auto takeRanks = [&](const std::vector<std::vector<Int128>> &tables) {
    std::vector<std::vector<int64_t>> ranks;
    for (const std::vector<Int128> &table : tables) {
      std::vector<int64_t> &to = ranks.emplace_back();
      for (Int128 value : table)
        to.push_back(static_cast<int64_t>(value >> measure.shift));
    }
    return ranks;
  };
  Form form;
  form.choices = takeRanks(measure.choices);
  form.pairs = takeRanks(measure.pairs);
  Normalizer(form, scaled, allowed).run();
  return form;
}

Form qc::search::makeDigits(const Scaled &scaled, unsigned begin, unsigned end, const Allowed &allowed) {
  Form form;
  for (const std::vector<Int128> &table : scaled.measures.front().choices)
    form.choices.emplace_back(table.size());
  form.pairs.resize(scaled.pairs.size());
  form.zeroPairs.assign(scaled.pairs.size(), true);
  int64_t weight = 1;
  for (unsigned group = end; group-- > begin;) {
    for (auto [position, choice] : enumerate(allowed[group]))
      form.choices[group][choice] = weight * static_cast<int64_t>(position);
    weight *= static_cast<int64_t>(allowed[group].size());
  }
  return form;
}
