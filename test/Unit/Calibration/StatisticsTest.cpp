// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Exact sums, histograms, extremes, channel ranges and range methods: what they are.
#include "../Arith/Vectors.h"
#include "StridedTensor.h"
#include "qc/Calibration/RangeMethod.h"
#include "qc/Calibration/ValueStatistics.h"
#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <numeric>
#include <random>
#include <tuple>

using namespace qc::calibration;
using llvm::ArrayRef;
using llvm::SmallVector;

namespace {
constexpr float kInf = std::numeric_limits<float>::infinity(), kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr size_t kAddends = 24, kBins = 16; // as statistics_oracle.py has them

/// The vectors of one kind; made once.
const qc::test::Vectors &getVectors(const std::string &kind) {
  static qc::test::TemporaryFolder folder;
  static bool isMade =
      qc::test::runOracle("statistics_oracle.py", folder.path() + (qc::test::longTests() ? " --count 20000" : ""));
  static std::map<std::string, qc::test::Vectors> all;
  if (isMade && !all.count(kind))
    all[kind] = qc::test::readVectors(folder.path() + "/" + kind + ".vec");
  return all[kind];
}

ExactSum sum(ArrayRef<float> values) {
  ExactSum result;
  for (float x : values)
    result.add(x);
  return result;
}

Histogram count(ArrayRef<float> values) {
  Histogram result;
  result.observe(values);
  return result;
}

using Bins = std::vector<BinCount>;

} // namespace

TEST(ExactSum, example) {
  EXPECT_EQ(sum({1e38f, 1e-38f, -1e38f}).get(), double(1e-38f));
  EXPECT_EQ(sum({}).get(), 0.0);
  EXPECT_EQ(sum({-0.0f, 0.0f}), ExactSum());
  float largest = std::numeric_limits<float>::max(), tiny = std::numeric_limits<float>::denorm_min();
  EXPECT_EQ(sum({largest, largest, largest}).get(), 3 * double(largest));
  EXPECT_EQ(sum({-tiny, -tiny, -tiny}).get(), -3 * double(tiny));
}

// Against sums of rationals, rounded once.
TEST(ExactSum, oracle) {
  const qc::test::Vectors &vectors = getVectors("exact_sum");
  ASSERT_GT(vectors.rows, 0u);
  ASSERT_EQ(vectors.columns, kAddends + 2);
  std::mt19937 random(1);
  for (size_t i = 0; i < vectors.rows; ++i) {
    const int64_t *row = vectors.row(i);
    std::vector<float> values;
    for (int64_t k = 0; k < row[0]; ++k)
      values.push_back(qc::test::asF32(row[1 + k]));
    ExactSum whole = sum(values);
    ASSERT_EQ(whole.get(), qc::test::asF64(row[kAddends + 1])) << i;
    // Any split, any order.
    std::shuffle(values.begin(), values.end(), random);
    std::vector<ExactSum> parts(random() % 4 + 1);
    for (float x : values)
      parts[random() % parts.size()].add(x);
    for (size_t k = 1; k < parts.size(); ++k)
      parts[0].merge(parts[k]);
    ASSERT_EQ(parts[0], whole) << i;
  }
}

TEST(ExactSum, manyAddends) {
  ExactSum all;
  for (int i = 0; i < 1000000; ++i)
    all.add(i % 2 ? 0.1f : -std::numeric_limits<float>::max());
  ExactSum part;
  for (int i = 0; i < 500000; ++i)
    part.add(std::numeric_limits<float>::max());
  all.merge(part);
  EXPECT_EQ(all.get(), 500000 * double(0.1f)); // exact: 24 and 19 bits
}

TEST(Histogram, bins) {
  EXPECT_EQ(Histogram::getBin(0.0f), 0);
  EXPECT_EQ(Histogram::getBin(-0.0f), -1);
  EXPECT_EQ(Histogram::getBin(1.0f), 4064);
  EXPECT_EQ(Histogram::getBin(1.03125f), 4065);
  EXPECT_EQ(Histogram::getBin(std::nextafter(1.03125f, 0.0f)), 4064);
  EXPECT_EQ(Histogram::getBin(-1.0f), -4065);
  EXPECT_EQ(Histogram::getBin(std::numeric_limits<float>::max()), Histogram::kBins - 1);
  EXPECT_EQ(Histogram::getEdge(4064), 1.0);
  EXPECT_EQ(Histogram::getEdge(4065), 1.03125);
  EXPECT_EQ(Histogram::getEdge(Histogram::kBins), 0x1p128);
  EXPECT_EQ(Histogram::getCentre(0), 0.0);
  EXPECT_EQ(Histogram::getCentre(4064), 1.015625);
  EXPECT_EQ(count({-1.0f, 2.0f, 1.0f, kNaN, 1.01f, kInf, -kInf, 0.0f}).getBins(),
            (Bins{{-4065, 1}, {0, 1}, {4064, 2}, {4096, 1}}));
  EXPECT_EQ(count({}).getBins(), Bins());
}

// Few and many elements are counted by different loops; views have gaps.
TEST(Histogram, countsEveryElementOnce) {
  std::mt19937 random(2);
  const std::vector<SmallVector<int64_t>> shapes = {{3, 5, 7}, {2, 30, 40, 50}, {5, 100000}, {0, 4}, {}};
  for (const SmallVector<int64_t> &dims : shapes) {
    StridedTensor x(random, dims);
    for (float &value : x.data)
      value = random() % 20 ? std::ldexp(value, int(random() % 60) - 30) : random() % 2 ? kNaN : -kInf;
    std::map<int64_t, int64_t> expected;
    int64_t elements = 1;
    for (int64_t dim : dims)
      elements *= dim;
    for (int64_t n = 0; n < elements; ++n) {
      SmallVector<int64_t> index(dims.size());
      int64_t rest = n;
      for (size_t i = dims.size(); i-- > 0; rest /= dims[i])
        index[i] = rest % dims[i];
      if (float value = x.get(index); std::isfinite(value))
        ++expected[Histogram::getBin(value)];
    }
    Histogram seen;
    seen.observe(x.data.data(), x.dims, x.strides);
    Bins bins;
    for (auto [bin, number] : expected)
      bins.push_back({bin, number});
    EXPECT_EQ(seen.getBins(), bins);
  }
}

TEST(Histogram, merges) {
  std::mt19937 random(3);
  std::vector<float> values(5000);
  for (float &x : values)
    x = std::ldexp(float(int(random() % 2001) - 1000), int(random() % 20));
  Histogram whole = count(values);
  std::shuffle(values.begin(), values.end(), random);
  std::vector<Histogram> parts(4);
  for (size_t i = 0; i < values.size(); ++i)
    parts[random() % 4].observe(values[i]);
  for (size_t i = 1; i < 4; ++i)
    parts[0].merge(parts[i]);
  EXPECT_EQ(parts[0].getBins(), whole.getBins());
}

TEST(Extremes, meansOfObservations) {
  ValueStatistics seen, other;
  EXPECT_EQ(seen.getExtremes().getCount(), 0u);
  EXPECT_EQ(seen.getExtremes().getMeanMin(), 0.0);
  seen.observe({-1.0f, 3.0f});
  seen.observe({kNaN, kInf}); // without a finite element there are no ends
  other.observe({-2.0f, 0.0f, -kInf});
  seen.merge(other);
  EXPECT_EQ(seen.getExtremes().getCount(), 2u);
  EXPECT_EQ(seen.getExtremes().getMeanMin(), -1.5);
  EXPECT_EQ(seen.getExtremes().getMeanMax(), 1.5);
}

// Channels apart and channels side by side; what is not finite is not seen; a channel without elements, and one whose
// end is -0, have 0.
TEST(ChannelRanges, ofEachChannel) {
  float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  std::vector<float> rows = {1, -2, 3, -0.0f, -1, -0.0f, inf, nan, nan, -5, inf, 0.5f}; // [1, 4, 3]
  std::vector<float> columns(12);
  for (size_t i = 0; i < 12; ++i)
    columns[i % 3 * 4 + i / 3] = rows[i];
  ChannelRanges apart, close;
  apart.observe(rows.data(), {1, 4, 3}, {12, 3, 1});
  close.observe(columns.data(), {1, 4, 3}, {12, 1, 4});
  for (const ChannelRanges *seen : {&apart, &close}) {
    EXPECT_EQ(seen->getMin(), (std::vector<float>{-2, -1, 0, -5}));
    EXPECT_EQ(seen->getMax(), (std::vector<float>{3, 0, 0, 0.5f}));
    EXPECT_FALSE(std::signbit(seen->getMax()[1]));
  }
  EXPECT_TRUE(ChannelRanges().getMin().empty());
}

TEST(RangeMethod, names) {
  for (RangeMethod method : {RangeMethod::MinMax, RangeMethod::Mean, RangeMethod::Percentile, RangeMethod::Mse})
    EXPECT_EQ(parseRangeMethod(getRangeMethodName(method)), method);
  EXPECT_EQ(parseRangeMethod("entropy"), std::nullopt);
}

// Percentiles against rationals, least errors against the same formulas.
TEST(RangeMethod, oracle) {
  const qc::test::Vectors &vectors = getVectors("range");
  ASSERT_GT(vectors.rows, 0u);
  ASSERT_EQ(vectors.columns, 2 * kBins + 7);
  size_t narrower = 0;
  for (size_t i = 0; i < vectors.rows; ++i) {
    const int64_t *row = vectors.row(i), *last = row + 1 + 2 * kBins;
    Bins bins;
    for (int64_t k = 0; k < row[0]; ++k)
      bins.push_back({row[1 + 2 * k], row[2 + 2 * k]});
    Range all{qc::test::asF32(last[0]), qc::test::asF32(last[1])};
    Range percentile = choosePercentile(bins, all), mse = chooseMse(bins, all);
    ASSERT_EQ(percentile.min, qc::test::asF32(last[2])) << i;
    ASSERT_EQ(percentile.max, qc::test::asF32(last[3])) << i;
    ASSERT_EQ(mse.min, qc::test::asF32(last[4])) << i;
    ASSERT_EQ(mse.max, qc::test::asF32(last[5])) << i;
    narrower += mse.max < all.max || mse.min > all.min;
  }
  EXPECT_GT(narrower, vectors.rows / 20);
}

// One spike among 10^8 elements: neither range is the spike's, and the resolution of the body is not lost.
TEST(RangeMethod, aSpikeDoesNotDecide) {
  std::mt19937 random(6);
  std::normal_distribution<float> normal;
  std::vector<float> values(100000);
  for (float &x : values)
    x = normal(random);
  Bins bins = count(values).getBins();
  for (BinCount &bin : bins)
    bin.count *= 1000;
  float least = *std::min_element(values.begin(), values.end());
  bins.push_back({Histogram::getBin(300), 1});
  Range mse = chooseMse(bins, {least, 300}), percentile = choosePercentile(bins, {least, 300});
  EXPECT_GT(percentile.max, 3.5);
  EXPECT_LT(percentile.max, 4.5);
  EXPECT_EQ(percentile.min, -percentile.max);
  EXPECT_GT(mse.max, 3);
  EXPECT_LT(mse.max, 6);
  // With 65,535 steps cutting it off gains nothing.
  Range wide = chooseMse(bins, {least, 300}, 65535);
  EXPECT_GT(wide.max, 280);
  EXPECT_LT(wide.max, 300.1);
}

// Known optima of 8 bits: the ends in standard deviations, and the signal-to-noise ratio that is reached with them (the
// best of ends in steps of 1/2 is 34.99 dB for these values of Laplace's distribution, at 7).
TEST(RangeMethod, knownDistributions) {
  std::mt19937 random(8);
  std::normal_distribution<float> normal;
  std::exponential_distribution<float> exponential(std::sqrt(2.0f));
  const std::tuple<bool, double, double> cases[] = {{false, 3.93, 40.4}, {true, 6.9, 35.0}};
  for (auto [isLaplace, end, decibels] : cases) {
    std::vector<float> values(1000000);
    for (float &x : values) { // one draw a statement: compilers evaluate arguments in different orders
      x = isLaplace ? exponential(random) : normal(random);
      if (isLaplace)
        x = std::copysign(x, normal(random));
    }
    Range range = chooseMse(count(values).getBins(), {*std::min_element(values.begin(), values.end()),
                                                      *std::max_element(values.begin(), values.end())});
    EXPECT_NEAR(range.max, end, 0.05 * end);
    EXPECT_NEAR(range.min, -end, 0.05 * end);
    double signal = 0, noise = 0, scale = (double(range.max) - range.min) / 255, zero = std::rint(-range.min / scale);
    for (float x : values) {
      double code = std::clamp(std::rint(x / scale) + zero, 0.0, 255.0);
      signal += double(x) * x;
      noise += std::pow((code - zero) * scale - x, 2);
    }
    EXPECT_NEAR(10 * std::log10(signal / noise), decibels, 0.1);
  }
}

// Of a few elements the spike is the larger error: squares of what is clipped count more than the steps of all others.
TEST(RangeMethod, aSpikeAmongFewIsKept) {
  std::vector<float> values(100, 1.0f);
  values[7] = 30;
  EXPECT_EQ(chooseMse(count(values).getBins(), {1, 30}).max, 30);
  EXPECT_EQ(choosePercentile(count(values).getBins(), {1, 30}).max, 30);
}

TEST(RangeMethod, nothingButZeros) {
  Bins bins = count({0.0f, -0.0f}).getBins();
  Range mse = chooseMse(bins, {0, 0}), percentile = choosePercentile(bins, {0, 0});
  EXPECT_EQ(mse.min, 0);
  EXPECT_EQ(mse.max, 0);
  EXPECT_EQ(percentile.min, 0);
  EXPECT_EQ(percentile.max, 0);
}
