// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Lagrange bounds in integers.
#include "Reduce.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

using namespace llvm;
using namespace qc::search;

/// Prices are multiples of 2^-kPriceBits and at most 2^36: with coefficients below 2^31 sums of 2^17 stay in 128 bits.
static constexpr int kPriceBits = 40;

static Int128 roundPrice(double price) {
  constexpr double kGreatest = double(int64_t(1) << 36);
  if (std::isnan(price))
    return 0;
  price = std::min(std::max(price, -kGreatest), kGreatest);
  int exponent = 0;
  Int128 mantissa = static_cast<int64_t>(std::ldexp(std::frexp(price, &exponent), 53));
  int shift = exponent - 53 + kPriceBits;
  return shift >= 0 ? mantissa * (Int128(1) << shift) : mantissa >> std::min(-shift, 64);
}

namespace {
/// Objective and limits, each at its price, as one total: never above the objective of choices within the limits.
class Bounds {
public:
  Bounds(const Program &program, const Relaxation &relaxation) : program(program), relaxation(relaxation) {
    for (auto [price, limit] : zip_equal(relaxation.prices, program.limits)) {
      prices.push_back(roundPrice(price));
      least -= prices.back() * std::max<int64_t>(limit.getGreatest(), 0);
    }
    for (unsigned group = 0; group < program.allowed.size(); ++group) {
      std::vector<Int128> &costs = choices.emplace_back();
      for (unsigned choice : program.allowed[group])
        costs.push_back(weigh([&](const Form &form) { return form.choices[group][choice]; }));
    }
    for (unsigned pair = 0; pair < program.scaled.pairs.size(); ++pair)
      if (!relaxation.first[pair].empty())
        addPair(pair);
    for (ArrayRef<Int128> costs : choices)
      least += *std::min_element(costs.begin(), costs.end());
  }

  /// Of all choices with this one, by its position in `allowed`; a multiple of 2^-kPriceBits.
  Int128 get(unsigned group, size_t position) const {
    ArrayRef<Int128> costs = choices[group];
    return least + costs[position] - *std::min_element(costs.begin(), costs.end());
  }

private:
  template <typename Get> Int128 weigh(Get get) const {
    Int128 total = Int128(get(program.objective)) << kPriceBits;
    for (auto [price, limit] : zip_equal(prices, program.limits))
      total += price * get(limit.form);
    return total;
  }

  /// Moves shares of the pair's costs to its groups, and adds the least of what stays.
  void addPair(unsigned pair) {
    auto [first, second] = program.scaled.pairs[pair];
    auto move = [&](unsigned group, ArrayRef<double> shares) {
      std::vector<Int128> rounded;
      for (auto [cost, share] : zip_equal(choices[group], shares))
        cost += rounded.emplace_back(roundPrice(share));
      return rounded;
    };
    std::vector<Int128> rows = move(first, relaxation.first[pair]), columns = move(second, relaxation.second[pair]);
    size_t width = program.scaled.measures.front().choices[second].size();
    std::optional<Int128> lowest;
    for (auto [a, row] : zip_equal(program.allowed[first], rows))
      for (auto [b, column] : zip_equal(program.allowed[second], columns)) {
        size_t entry = a * width + b;
        Int128 cost = weigh([&](const Form &form) { return form.isZero(pair) ? 0 : form.pairs[pair][entry]; });
        cost -= row + column;
        lowest = lowest ? std::min(*lowest, cost) : cost;
      }
    least += *lowest;
  }

  const Program &program;
  const Relaxation &relaxation;
  std::vector<Int128> prices;
  std::vector<std::vector<Int128>> choices;
  Int128 least = 0;
};
} // namespace

Allowed qc::search::reduce(const Program &program, const Relaxation &relaxation, int64_t best) {
  Bounds bounds(program, relaxation);
  // Totals are the constant and whole divisors.
  Int128 greatest = Int128(best - program.objective.constant) / program.objective.divisor;
  Allowed allowed(program.allowed.size());
  for (unsigned group = 0; group < allowed.size(); ++group)
    for (auto [position, choice] : enumerate(program.allowed[group]))
      if (bounds.get(group, position) <= greatest * (Int128(1) << kPriceBits))
        allowed[group].push_back(choice);
  return allowed;
}
