// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From f64 to integers and sums of them.
#include "Scaled.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace llvm;
using namespace qc::search;

/// All values of a sum at its unit have fewer bits together.
static constexpr int kExactBits = 120;

/// The least multiple of 2^unit that is not below `value`, as a number of units; the result fits.
static Int128 roundUp(double value, int unit) {
  int exponent = 0;
  Int128 mantissa = static_cast<int64_t>(std::ldexp(std::frexp(value, &exponent), 53));
  int shift = exponent - 53 - unit;
  if (shift >= 0)
    return mantissa * (Int128(1) << shift); // no shift: the mantissa may be negative
  shift = std::min(-shift, 64);             // of a mantissa below 2^53 nothing is left then
  Int128 floor = mantissa >> shift;
  return floor + (floor * (Int128(1) << shift) != mantissa);
}

/// A bound is rounded down. None where no sum can reach it.
static std::optional<Int128> roundBound(std::optional<double> bound, int unit) {
  if (!bound)
    return std::nullopt;
  if (*bound != 0 && std::ilogb(*bound) - unit > kExactBits + 2) {
    if (*bound > 0)
      return std::nullopt;
    return -(Int128(1) << (kExactBits + 2)); // below every sum
  }
  return -roundUp(-*bound, unit);
}

namespace {
/// The f64 values of one measure.
struct Values {
  const Problem &problem;
  unsigned measure;

  double get(const Choice &choice) const { return measure == 0 ? choice.loss : choice.costs[measure - 1]; }
  /// Empty: 0 everywhere.
  ArrayRef<double> get(const Edge &edge) const {
    if (measure == 0)
      return edge.loss;
    return edge.costs.empty() ? ArrayRef<double>() : ArrayRef<double>(edge.costs[measure - 1]);
  }
  std::optional<double> getBound() const {
    return measure == 0 ? problem.lossBound : problem.resources[measure - 1].budget;
  }

  /// The exponent of the unit: every value below 2^e, and so the sum below 2^(unit + kExactBits).
  int chooseUnit() const {
    double greatest = 0;
    for (const Group &group : problem.groups)
      for (const Choice &choice : group.choices)
        greatest = std::max(greatest, std::fabs(get(choice)));
    for (const Edge &edge : problem.edges)
      for (double value : get(edge))
        greatest = std::max(greatest, std::fabs(value));
    if (greatest == 0)
      return 0;
    return std::ilogb(greatest) + 1 + Log2_64_Ceil(problem.groups.size() + problem.edges.size()) - kExactBits;
  }
};
} // namespace

static Int128 magnitude(Int128 value) { return value < 0 ? -value : value; }

static int countBits(Int128 value) {
  int bits = 0;
  for (; value != 0; value >>= 1)
    ++bits;
  return bits;
}

/// As few bits away that all ranks together have kRankBits, and all those that no value has.
static int chooseShift(const Measure &measure) {
  Int128 total = 0, used = 0;
  for (const auto *tables : {&measure.choices, &measure.pairs})
    for (const std::vector<Int128> &table : *tables) {
      Int128 greatest = 0;
      for (Int128 value : table) {
        greatest = std::max(greatest, magnitude(value));
        used |= magnitude(value);
      }
      total += greatest;
    }
  int unused = 0;
  for (; used != 0 && (used & 1) == 0; used >>= 1)
    ++unused;
  return std::max({0, countBits(total) - kRankBits, unused});
}

namespace {
/// Finds pairs by their groups.
class PairIndex {
public:
  explicit PairIndex(Scaled &scaled) : scaled(scaled) {}

  unsigned get(const Edge &edge) {
    auto [a, b] = std::minmax(edge.first, edge.second);
    auto [entry, isNew] = index.try_emplace({a, b}, scaled.pairs.size());
    if (isNew)
      scaled.pairs.push_back({a, b});
    return entry->second;
  }

private:
  Scaled &scaled;
  DenseMap<std::pair<unsigned, unsigned>, unsigned> index;
};
} // namespace

/// Adds an edge's table, turned where the pair names its groups the other way round.
static void addEdge(Measure &measure, const Problem &problem, const Edge &edge, unsigned pair,
                    ArrayRef<double> values) {
  size_t rows = problem.groups[edge.first].choices.size(), columns = problem.groups[edge.second].choices.size();
  measure.pairs[pair].resize(rows * columns);
  for (size_t i = 0; i < values.size(); ++i) {
    size_t row = i / columns, column = i % columns;
    size_t to = edge.first < edge.second ? i : column * rows + row;
    measure.pairs[pair][to] += roundUp(values[i], measure.unit);
  }
}

static Measure makeMeasure(const Problem &problem, const Scaled &scaled, ArrayRef<unsigned> pairOfEdge,
                           unsigned index) {
  Values values{problem, index};
  Measure measure;
  measure.unit = values.chooseUnit();
  for (const Group &group : problem.groups) {
    std::vector<Int128> &table = measure.choices.emplace_back();
    for (const Choice &choice : group.choices)
      table.push_back(roundUp(values.get(choice), measure.unit));
  }
  measure.pairs.resize(scaled.pairs.size());
  for (auto [edge, pair] : zip_equal(problem.edges, pairOfEdge))
    addEdge(measure, problem, edge, pair, values.get(edge));
  measure.bound = roundBound(values.getBound(), measure.unit);
  measure.shift = chooseShift(measure);
  return measure;
}

Scaled qc::search::scale(const Problem &problem) {
  Scaled scaled;
  PairIndex index(scaled);
  std::vector<unsigned> pairOfEdge;
  for (const Edge &edge : problem.edges)
    pairOfEdge.push_back(index.get(edge));
  for (unsigned measure = 0; measure <= problem.resources.size(); ++measure)
    scaled.measures.push_back(makeMeasure(problem, scaled, pairOfEdge, measure));
  return scaled;
}

/// The sum of what `get` makes of each value that counts.
template <typename Get>
static auto sumValues(const Scaled &scaled, unsigned index, ArrayRef<unsigned> choices, Get get) {
  const Measure &measure = scaled.measures[index];
  decltype(get(Int128())) total = 0;
  for (auto [table, choice] : zip_equal(measure.choices, choices))
    total += get(table[choice]);
  for (auto [table, pair] : zip_equal(measure.pairs, scaled.pairs))
    total += get(table[choices[pair.first] * measure.choices[pair.second].size() + choices[pair.second]]);
  return total;
}

Int128 qc::search::sum(const Scaled &scaled, unsigned measure, ArrayRef<unsigned> choices) {
  return sumValues(scaled, measure, choices, [](Int128 value) { return value; });
}

int64_t qc::search::sumRanks(const Scaled &scaled, unsigned measure, ArrayRef<unsigned> choices) {
  int shift = scaled.measures[measure].shift;
  return sumValues(scaled, measure, choices, [&](Int128 value) { return static_cast<int64_t>(value >> shift); });
}

bool qc::search::isWithinBounds(const Scaled &scaled, ArrayRef<unsigned> choices) {
  for (unsigned measure = 0; measure < scaled.measures.size(); ++measure)
    if (std::optional<Int128> bound = scaled.measures[measure].bound; bound && sum(scaled, measure, choices) > *bound)
      return false;
  return true;
}
