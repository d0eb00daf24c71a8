// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ranges from histograms. f64 in a written order: the same on every host.
#include "qc/Calibration/RangeMethod.h"
#include "llvm/ADT/StringSwitch.h"
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

using namespace llvm;
using namespace qc::calibration;

StringRef qc::calibration::getRangeMethodName(RangeMethod method) {
  static constexpr StringLiteral names[] = {"minmax", "mean", "percentile", "mse", "auto"};
  return names[unsigned(method)];
}

std::optional<RangeMethod> qc::calibration::parseRangeMethod(StringRef name) {
  return StringSwitch<std::optional<RangeMethod>>(name)
      .Case("minmax", RangeMethod::MinMax)
      .Case("mean", RangeMethod::Mean)
      .Case("percentile", RangeMethod::Percentile)
      .Case("mse", RangeMethod::Mse)
      .Case("auto", RangeMethod::Auto)
      .Default(std::nullopt);
}

StringRef qc::calibration::listRangeMethods() { return "minmax, mean, percentile, mse and auto"; }

// Bins of one sign, by magnitude: counts[i] elements in bin i.
static std::vector<int64_t> takeSide(ArrayRef<BinCount> bins, bool isNegative) {
  std::vector<int64_t> counts;
  for (const BinCount &bin : bins) {
    if ((bin.bin < 0) != isNegative)
      continue;
    auto index = size_t(isNegative ? -1 - bin.bin : bin.bin);
    counts.resize(std::max(counts.size(), index + 1));
    counts[index] = bin.count;
  }
  return counts;
}

Range qc::calibration::choosePercentile(ArrayRef<BinCount> bins, Range all) {
  constexpr int64_t kPart = 10000; // one in so many may be outside
  std::vector<int64_t> counts = takeSide(bins, false), negative = takeSide(bins, true);
  counts.resize(std::max(counts.size(), negative.size()));
  for (size_t i = 0; i < negative.size(); ++i)
    counts[i] += negative[i];
  int64_t total = std::accumulate(counts.begin(), counts.end(), int64_t(0));
  int64_t inside = total - total / kPart, before = 0;
  size_t bin = 0;
  while (bin < counts.size() && before + counts[bin] < inside)
    before += counts[bin++];
  if (bin == counts.size()) // no elements
    return all;
  double edge = Histogram::getEdge(int64_t(bin)), next = Histogram::getEdge(int64_t(bin) + 1);
  double magnitude = edge + (next - edge) * (double(inside - before) / double(counts[bin]));
  auto clampTo = [&](double x) { return float(std::min(std::max(x, double(all.min)), double(all.max))); };
  return {clampTo(-magnitude), clampTo(magnitude)};
}

namespace {
/// Sums over the bins of one sign, for ranges that end at the edge of a bin.
class Side {
public:
  /// `most` is the largest magnitude.
  Side(ArrayRef<int64_t> counts, double most) : most(most) {
    size_t size = counts.size();
    for (auto *sums : {&number, &square, &above, &aboveSum, &aboveSquare})
      sums->assign(size + 1, 0.0);
    for (size_t i = 0; i < size; ++i) {
      double centre = Histogram::getCentre(int64_t(i)), count = double(counts[i]);
      number[i + 1] = number[i] + count;
      square[i + 1] = square[i] + count * (centre * centre);
    }
    for (size_t i = size; i-- > 0;) {
      double centre = Histogram::getCentre(int64_t(i)), count = double(counts[i]);
      above[i] = above[i + 1] + count;
      aboveSum[i] = aboveSum[i + 1] + count * centre;
      aboveSquare[i] = aboveSquare[i + 1] + count * (centre * centre);
    }
  }

  /// How many ends there are: at the edge in front of bin 0, 1, ..; the last is the largest magnitude.
  size_t getNumEnds() const { return number.size(); }
  double getEnd(size_t index) const {
    return index + 1 == number.size() ? most : std::min(Histogram::getEdge(int64_t(index)), most);
  }
  /// The squared error of all elements for codes of `scale` that reach to end `index`; bins below `small` become 0.
  double getError(size_t index, double scale, size_t small) const {
    small = std::min(small, index);
    double end = getEnd(index);
    double inside = square[small] + (number[index] - number[small]) * (scale * scale / 12);
    double outside = aboveSquare[index] - 2 * end * aboveSum[index] + end * end * above[index];
    return inside + std::max(outside, 0.0);
  }

private:
  double most;
  std::vector<double> number, square;               ///< of the bins below
  std::vector<double> above, aboveSum, aboveSquare; ///< of the bins from here on
};

/// The ends of a range with the error that it leaves.
class Search {
public:
  Search(const Side &negative, const Side &positive, int64_t steps)
      : sides{&negative, &positive}, ends{negative.getNumEnds() - 1, positive.getNumEnds() - 1}, steps(double(steps)) {
    size_t bins = std::max(negative.getNumEnds(), positive.getNumEnds());
    for (size_t i = 0; i < bins; ++i)
      centres.push_back(Histogram::getCentre(int64_t(i)));
    error = evaluate(ends);
  }

  /// One end after the other, as long as that helps.
  void run() {
    for (bool isBetter = true; isBetter;) {
      isBetter = improve(1);
      isBetter |= improve(0);
    }
  }
  size_t getEnd(unsigned side) const { return ends[side]; }
  double getError() const { return error; }

private:
  using Ends = std::array<size_t, 2>;

  double evaluate(Ends at) const {
    double scale = (sides[1]->getEnd(at[1]) + sides[0]->getEnd(at[0])) / steps;
    if (!(scale > 0))
      return std::numeric_limits<double>::infinity();
    auto small = size_t(std::lower_bound(centres.begin(), centres.end(), scale / 2) - centres.begin());
    return sides[0]->getError(at[0], scale, small) + sides[1]->getError(at[1], scale, small);
  }

  /// The best of all ends of a side, of equal ones the widest; whether it is better than the present one.
  bool improve(unsigned side) {
    Ends at = ends;
    bool isBetter = false;
    for (size_t end = sides[side]->getNumEnds(); end-- > 0;) {
      at[side] = end;
      double found = evaluate(at);
      if (!(found < error))
        continue;
      error = found;
      ends[side] = end;
      isBetter = true;
    }
    return isBetter;
  }

  std::array<const Side *, 2> sides; ///< negative, positive
  Ends ends;
  double steps; ///< of the codes, in the whole range
  std::vector<double> centres;
  double error;
};
} // namespace

namespace {
/// The search for the least expected squared error, done.
struct MseSearch {
  MseSearch(ArrayRef<BinCount> bins, Range all, int64_t steps)
      : negative(takeSide(bins, true), std::max(-double(all.min), 0.0)),
        positive(takeSide(bins, false), std::max(double(all.max), 0.0)), search(negative, positive, steps) {
    search.run();
  }
  MseSearch(const MseSearch &) = delete; // `search` refers to the sides
  MseSearch &operator=(const MseSearch &) = delete;

  Side negative, positive;
  Search search;
};
} // namespace

Range qc::calibration::chooseMse(ArrayRef<BinCount> bins, Range all, int64_t steps) {
  MseSearch found(bins, all, steps);
  return {float(-found.negative.getEnd(found.search.getEnd(0))), float(found.positive.getEnd(found.search.getEnd(1)))};
}

double qc::calibration::getLeastError(ArrayRef<BinCount> bins, Range all, int64_t steps) {
  return MseSearch(bins, all, steps).search.getError();
}
