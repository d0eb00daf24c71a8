// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Means and covariances of what contractions read, and statistics as a whole: order and sharding do not matter.
#include "StridedTensor.h"
#include "qc/Arith/Int4.h"
#include "qc/Calibration/ValueStatistics.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace qc::calibration;
using llvm::ArrayRef;
using llvm::SmallVector;

namespace {
constexpr float kInf = std::numeric_limits<float>::infinity(), kNaN = std::numeric_limits<float>::quiet_NaN();

OperandWindow makeWindow(ArrayRef<int64_t> kernel, ArrayRef<int64_t> strides, ArrayRef<int64_t> dilations,
                         ArrayRef<int64_t> pads) {
  OperandWindow window;
  window.kernel.assign(kernel.begin(), kernel.end());
  window.strides.assign(strides.begin(), strides.end());
  window.dilations.assign(dilations.begin(), dilations.end());
  window.pads.assign(pads.begin(), pads.end());
  return window;
}

/// What every tap reads at each position.
std::vector<std::vector<double>> listRows(const OperandWindow &window, const StridedTensor &x) {
  SmallVector<int64_t, 3> size(3, 1), kernel(3, 1), stride(3, 1), dilation(3, 1), pad(3, 0), out(3, 1);
  size_t spatial = window.kernel.size(), skip = 3 - spatial;
  for (size_t i = 0; i < spatial; ++i) {
    size[skip + i] = x.dims[2 + i], kernel[skip + i] = window.kernel[i], stride[skip + i] = window.strides[i];
    dilation[skip + i] = window.dilations[i], pad[skip + i] = window.pads[i];
    int64_t free =
        size[skip + i] + pad[skip + i] + window.pads[spatial + i] - (kernel[skip + i] - 1) * dilation[skip + i];
    out[skip + i] = free < 1 ? 0 : (free - 1) / stride[skip + i] + 1;
  }
  std::vector<std::vector<double>> rows;
  for (int64_t n = 0; n < x.dims[0]; ++n)
    for (int64_t p = 0; p < out[0] * out[1] * out[2]; ++p) {
      rows.emplace_back();
      for (int64_t c = 0; c < x.dims[1]; ++c)
        for (int64_t t = 0; t < kernel[0] * kernel[1] * kernel[2]; ++t) {
          int64_t tap[] = {t / (kernel[1] * kernel[2]), t / kernel[2] % kernel[1], t % kernel[2]};
          int64_t at[] = {p / (out[1] * out[2]), p / out[2] % out[1], p % out[2]};
          SmallVector<int64_t> index = {n, c};
          for (size_t i = skip; i < 3; ++i)
            index.push_back(at[i] * stride[i] + tap[i] * dilation[i] - pad[i]);
          rows.back().push_back(x.get(index));
        }
    }
  return rows;
}

OperandWindow makeRandomWindow(std::mt19937 &random) {
  size_t spatial = random() % 3 + 1;
  OperandWindow window;
  for (size_t i = 0; i < spatial; ++i) {
    window.kernel.push_back(random() % 4 + 1);
    window.strides.push_back(random() % 3 + 1);
    window.dilations.push_back(random() % 3 + 1);
  }
  for (size_t i = 0; i < 2 * spatial; ++i)
    window.pads.push_back(random() % 4);
  return window;
}

StridedTensor makeRandomTensor(std::mt19937 &random, int64_t channels, size_t spatial) {
  SmallVector<int64_t> dims = {int64_t(random() % 2 + 1), channels};
  for (size_t i = 0; i < spatial; ++i)
    dims.push_back(random() % 9 + 1);
  return StridedTensor(random, dims);
}
} // namespace

TEST(OperandMeans, matrices) {
  OperandWindow columns;
  columns.axis = 1;
  OperandMeans means(columns);
  EXPECT_TRUE(means.getMeans().empty());
  float x[] = {1, 2, 3, 4, 5, 6};
  means.observe(x, {2, 3}, {3, 1});
  EXPECT_EQ(means.getMeans(), (std::vector<float>{2.5, 3.5, 4.5}));
  // The rows of all observations count alike, not the observations.
  float y[] = {7, 8, 9};
  means.observe(y, {1, 3}, {3, 1});
  EXPECT_EQ(means.getNumPositions(), 3u);
  EXPECT_EQ(means.getMeans(), (std::vector<float>{4, 5, 6}));
  columns.axis = 0;
  OperandMeans rows(columns);
  rows.observe(x, {2, 3}, {3, 1});
  EXPECT_EQ(rows.getMeans(), (std::vector<float>{2, 5}));
}

// Borders: of three positions each tap of three misses one at an end.
TEST(OperandMeans, paddingCountsAsZero) {
  OperandMeans means(makeWindow({3}, {1}, {1}, {1, 1}));
  float x[] = {3, 6, 9};
  means.observe(x, {1, 1, 3}, {3, 3, 1});
  EXPECT_EQ(means.getMeans(), (std::vector<float>{3, 6, 5}));
}

TEST(OperandMeans, windowsAsPositionByPosition) {
  std::mt19937 random(4);
  int64_t filled = 0;
  for (int round = 0; round < 300; ++round) {
    OperandWindow window = makeRandomWindow(random);
    OperandMeans means(window);
    std::vector<double> sums;
    int64_t positions = 0, channels = random() % 5 + 1;
    for (int observation = 0; observation < 2; ++observation) { // of different sizes
      StridedTensor x = makeRandomTensor(random, channels, window.kernel.size());
      means.observe(x.data.data(), x.dims, x.strides);
      for (const std::vector<double> &row : listRows(window, x)) {
        sums.resize(row.size());
        for (size_t k = 0; k < row.size(); ++k)
          sums[k] += row[k];
        ++positions;
      }
    }
    std::vector<float> expected;
    for (double total : sums)
      expected.push_back(float(total / double(positions)));
    EXPECT_EQ(means.getMeans(), expected);
    EXPECT_EQ(means.getNumPositions(), uint64_t(positions));
    filled += positions > 0;
  }
  EXPECT_GT(filled, 200);
}

TEST(OperandProducts, matrices) {
  OperandWindow columns;
  columns.axis = 1;
  OperandMeans means(columns);
  OperandProducts products(columns);
  EXPECT_TRUE(products.getCovariances({}).empty());
  float x[] = {1, 2, 3, 4, 5, 8}, y[] = {7, 2, 1};
  for (auto [data, rows] : {std::pair(x, 2), std::pair(y, 1)}) {
    means.observe(data, {rows, 3}, {3, 1});
    products.observe(data, {rows, 3}, {3, 1});
  }
  // Columns 1 4 7, 2 5 2 and 3 8 1 less 4, 3 and 4.
  EXPECT_EQ(products.getCovariances(means.getMeans()), (std::vector<float>{6, 0, 2, -2, 4, float(26 / 3.0)}));
}

TEST(OperandProducts, windowsAsPositionByPosition) {
  std::mt19937 random(6);
  int64_t filled = 0;
  for (int round = 0; round < 200; ++round) {
    OperandWindow window = makeRandomWindow(random);
    OperandMeans means(window);
    OperandProducts products(window), other(window);
    std::vector<std::vector<double>> rows;
    int64_t channels = random() % 5 + 1;
    for (int observation = 0; observation < 3; ++observation) {
      StridedTensor x = makeRandomTensor(random, channels, window.kernel.size());
      means.observe(x.data.data(), x.dims, x.strides);
      (observation == 1 ? other : products).observe(x.data.data(), x.dims, x.strides);
      llvm::append_range(rows, listRows(window, x));
    }
    products.merge(other);
    std::vector<float> expected, seen = means.getMeans();
    for (size_t i = 0; i < seen.size(); ++i)
      for (size_t j = 0; j <= i; ++j) {
        double sum = 0;
        for (const std::vector<double> &row : rows)
          sum += row[i] * row[j];
        double covariance = sum / double(rows.size()) - double(seen[i]) * double(seen[j]);
        expected.push_back(float(i == j ? std::max(covariance, 0.0) : covariance));
      }
    EXPECT_EQ(products.getCovariances(seen), expected);
    filled += !expected.empty();
  }
  EXPECT_GT(filled, 150);
}

// Nothing is known where something is not finite, or of too many; merging keeps that.
TEST(OperandProducts, whatHasNoCovariances) {
  float one[] = {1}, infinite[] = {kInf}, large[] = {2e19f, 1};
  OperandProducts plain(makeWindow({1}, {1}, {1}, {0, 0})), bad = plain, wide = plain;
  plain.observe(one, {1, 1, 1}, {1, 1, 1});
  EXPECT_EQ(plain.getCovariances({1.0f}), std::vector<float>{0});
  EXPECT_TRUE(plain.getCovariances({1.0f, 2.0f}).empty());
  for (OperandProducts with : {plain, bad}) {
    with.observe(infinite, {1, 1, 1}, {1, 1, 1});
    EXPECT_TRUE(with.getCovariances({1.0f}).empty());
    OperandProducts merged = plain;
    merged.merge(with);
    EXPECT_TRUE(merged.getCovariances({1.0f}).empty());
  }
  bad.observe(large, {1, 2, 1}, {2, 1, 1});
  EXPECT_TRUE(bad.getCovariances({2e19f, 1.0f}).empty()) << "a product beyond f32";
  std::vector<float> many(size_t(qc::numerics::covarianceDepthLimit + 1), 1.0f);
  wide.observe(many.data(), {1, qc::numerics::covarianceDepthLimit + 1, 1}, {1, 1, 1});
  EXPECT_TRUE(wide.getCovariances(many).empty());
}

TEST(OperandMeans, whatIsNotFiniteHasNoMeans) {
  for (float bad : {kNaN, kInf, std::numeric_limits<float>::max()}) {
    OperandMeans means(makeWindow({1}, {1}, {1}, {0, 0})), other = means;
    float x[] = {1, bad, std::numeric_limits<float>::max()};
    means.observe(x, {1, 1, 3}, {3, 3, 1});
    EXPECT_TRUE(means.getMeans().empty()) << bad;
    other.observe(x, {1, 1, 1}, {3, 3, 1});
    other.merge(means);
    EXPECT_TRUE(other.getMeans().empty()) << bad;
  }
}

// Means of sums that are rounded: any order and split of the observations, and any layout, gives the same bits.
TEST(ValueStatistics, orderAndShardingDoNotMatter) {
  std::mt19937 random(5);
  Readers readers;
  readers.contractions = {{makeWindow({3, 3}, {2, 1}, {1, 2}, {1, 0, 2, 1}), true},
                          {makeWindow({1, 1}, {1, 1}, {1, 1}, {0, 0, 0, 0}), true}};
  readers.byChannel = true;
  std::vector<StridedTensor> samples;
  for (int i = 0; i < 12; ++i) {
    samples.emplace_back(random, ArrayRef<int64_t>{1, 3, 6, int64_t(random() % 5 + 5)});
    for (float &x : samples.back().data)
      x = std::ldexp(x / 7, int(random() % 40) - 20);
  }
  auto observe = [&](const StridedTensor &x, ValueStatistics &seen) {
    seen.observe(x.data.data(), x.dims, x.strides, readers);
  };
  ValueStatistics whole;
  for (const StridedTensor &x : samples)
    observe(x, whole);
  for (size_t shards : {1, 2, 3}) {
    std::shuffle(samples.begin(), samples.end(), random);
    std::vector<ValueStatistics> parts(shards + 1); // the last one sees nothing
    for (size_t i = 0; i < samples.size(); ++i)
      observe(samples[i], parts[i % shards]);
    ValueStatistics merged = parts.back();
    for (size_t i = parts.size() - 1; i-- > 0;)
      merged.merge(parts[i]);
    EXPECT_EQ(merged.getHistogram().getBins(), whole.getHistogram().getBins());
    EXPECT_EQ(merged.getExtremes().getMeanMin(), whole.getExtremes().getMeanMin());
    EXPECT_EQ(merged.getExtremes().getMeanMax(), whole.getExtremes().getMeanMax());
    EXPECT_EQ(merged.getChannelRanges().getMin(), whole.getChannelRanges().getMin());
    EXPECT_EQ(merged.getChannelRanges().getMax(), whole.getChannelRanges().getMax());
    for (size_t i = 0; i < readers.contractions.size(); ++i) {
      std::vector<float> means = whole.getOperandMeans()[i].getMeans();
      EXPECT_EQ(merged.getOperandMeans()[i].getMeans(), means);
      std::vector<float> covariances = whole.getOperandProducts()[i]->getCovariances(means);
      EXPECT_EQ(covariances.size(), means.size() * (means.size() + 1) / 2);
      EXPECT_EQ(merged.getOperandProducts()[i]->getCovariances(means), covariances);
    }
  }
}
