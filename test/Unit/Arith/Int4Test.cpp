// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// 4-bit weights: choosing, what they stand for, the packed layout and its unpacking by masks.
#include "Vectors.h"

#include "qc/Arith/Bounds.h"
#include "qc/Arith/Int4.h"
#include "qc/Arith/PackingInt4.h"

#include "gtest/gtest.h"

#include <cmath>
#include <random>

using namespace qc;
using namespace qc::numerics;
using test::asF32;

namespace {

TEST(Int4, groups) {
  const int64_t runs[4] = {70, 3, 0, 64};
  EXPECT_EQ(groupLengths(runs, 32), (std::vector<int64_t>{32, 32, 6, 3, 32, 32}));
  EXPECT_EQ(groupLengths(runs, 128), (std::vector<int64_t>{70, 3, 64}));
  EXPECT_TRUE(isGroupSize(32) && isGroupSize(64) && isGroupSize(128));
  EXPECT_FALSE(isGroupSize(0) || isGroupSize(16) || isGroupSize(96) || isGroupSize(256));
}

// max|w| = 120 makes s_w = 1. Only -8 * -15 is it. The second group needs |k| = ceil(25 / 7) = 4, which is as good
// with either sign; k = 3 clips 25 to 21, and -3 to 24, and are worse.
TEST(Int4, workedExample) {
  const float w[8] = {120, -18, 9, 0, 25, -12, 8, -4};
  const int64_t groups[2] = {4, 4};
  std::optional<Int4Weights> got = quantizeInt4(w, groups, 0.0f, 1.0f);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->scale, 1.0f);
  EXPECT_EQ(got->multipliers, (std::vector<int8_t>{-15, 4}));
  EXPECT_EQ(got->codes, (std::vector<int8_t>{-8, 1, -1, 0, 6, -3, 2, -1}));
  EXPECT_EQ(standForInt8(*got, groups), (std::vector<int8_t>{120, -15, 15, 0, 24, -12, 8, -4}));
}

TEST(Int4, withoutGroups) {
  const float line[3] = {7, -3, 1};
  std::optional<Int4Weights> got = quantizeInt4(line, {}, 0.0f, 1.0f);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->scale, 1.0f);
  EXPECT_EQ(got->multipliers, (std::vector<int8_t>{1}));
  EXPECT_EQ(got->codes, (std::vector<int8_t>{7, -3, 1}));
  // Many small values and one that is worth clipping: the scale shrinks.
  std::vector<float> tail(400, 1.0f);
  tail[0] = 14.0f;
  for (size_t i = 1; i < tail.size(); ++i)
    tail[i] = static_cast<float>(i % 14) / 2 - 3;
  got = quantizeInt4(tail, {}, 0.0f, 1.0f);
  EXPECT_LT(got->scale, 2.0f);
  EXPECT_EQ(got->codes[0], 7);
}

TEST(Int4, multiplierOfAGroup) {
  auto find = [](std::vector<int8_t> w8) { return findGroupMultiplier(w8); };
  EXPECT_EQ(find({}), 1);
  EXPECT_EQ(find({0, 0}), 1);
  EXPECT_EQ(find({6, -12, 0}), 2);
  EXPECT_EQ(find({126, -18}), 18);
  EXPECT_EQ(find({105, -15}), 15);
  EXPECT_EQ(find({120, -15}), -15);
  EXPECT_EQ(find({-120, 15}), 15);
  EXPECT_EQ(find({-7, 1}), 1);
  EXPECT_EQ(find({-8, 7}), 1);
  EXPECT_EQ(find({8, -7}), -1);
  EXPECT_EQ(find({8, -8}), 2);
  EXPECT_EQ(find({9, 1}), std::nullopt); // no common divisor
  EXPECT_EQ(find({127}), std::nullopt);  // a prime
  EXPECT_EQ(find({-128}), std::nullopt); // -8 * 16 is beyond 126
  EXPECT_EQ(find({112, 16}), 16);
  EXPECT_EQ(find({114, 38}), std::nullopt); // 19 is above 18, and 2 leaves 57
  // Whatever multiplier and codes were chosen.
  std::mt19937 random(7);
  for (int i = 0; i < 1000; ++i) {
    int magnitude = static_cast<int>(random() % 18) + 1, least = magnitude > 15 ? -7 : -8;
    std::vector<int8_t> w8;
    for (int n = 0; n < 5; ++n)
      w8.push_back(static_cast<int8_t>((i % 2 ? -magnitude : magnitude) * (static_cast<int>(random() % 15) + least)));
    std::optional<int8_t> found = findGroupMultiplier(w8);
    ASSERT_TRUE(found);
    for (int8_t w : w8)
      EXPECT_TRUE(w % *found == 0 && w / *found >= int4Least && w / *found <= int4Greatest);
  }
}

// One large weight among many small ones: clipping it to less than half (a quarter without groups) is not tried.
TEST(Int4, clipsAreBounded) {
  std::vector<float> w(1001, 4.0f);
  w[0] = 120.0f;
  const int64_t group[1] = {1001};
  EXPECT_EQ(quantizeInt4(w, group, 0.0f, 1.0f)->multipliers[0], -15); // 4 would be best
  std::vector<float> plain(60001, 1.0f);
  plain[0] = 224.0f;
  EXPECT_EQ(quantizeInt4(plain, {}, 0.0f, 1.0f)->scale, 32.0f); // 1 would be
}

// Where a group has both ends, 17 * 7 reaches both, and -8 * 16 is no weight.
TEST(Int4, bothEnds) {
  const float w[3] = {120, -120, 119};
  const int64_t group[1] = {3};
  std::optional<Int4Weights> got = quantizeInt4(w, group, 0.0f, 1.0f);
  EXPECT_EQ(got->multipliers[0], 17);
  EXPECT_EQ(got->codes, (std::vector<int8_t>{7, -7, 7}));
}

TEST(Int4, edges) {
  const float zeros[4] = {0, -0.0f, 0, 0}, tiny[2] = {0x1p-149f, 0}, huge[2] = {0x1.fffffep+127f, -1.0f};
  const int64_t groups[1] = {2}, two[2] = {2, 2};
  std::optional<Int4Weights> got = quantizeInt4(zeros, two, 0.0f, 1.0f);
  EXPECT_EQ(got->scale, 1.0f);
  EXPECT_EQ(got->multipliers, (std::vector<int8_t>{1, 1}));
  EXPECT_EQ(got->codes, (std::vector<int8_t>(4, 0)));
  EXPECT_EQ(quantizeInt4(tiny, groups, 0.0f, 1.0f)->scale, 1.0f); // 2^-149 / 120 is 0 in f32
  EXPECT_EQ(quantizeInt4(huge, groups, 0.0f, 1.0f)->codes[0], -8);
  EXPECT_EQ(quantizeInt4(zeros, two, 0x1p30f, 1.0f)->scale, 1.0f); // the bias decides
  EXPECT_EQ(quantizeInt4(zeros, two, 0x1p38f, 1.0f, CodeType::UI16)->scale, 1.0f);
  const float bad[2] = {1.0f, NAN}, infinite[2] = {INFINITY, 0};
  EXPECT_FALSE(quantizeInt4(bad, groups, 0.0f, 1.0f));
  EXPECT_FALSE(quantizeInt4(infinite, {}, 0.0f, 1.0f));
  EXPECT_FALSE(quantizeInt4(huge, groups, 0x1.fffffep+127f, 0x1p-149f)); // the scale is not finite
}

TEST(Int4, goldenVectors) {
  test::TemporaryFolder folder;
  std::string count = test::longTests() ? " --count 100000" : " --count 10000"; // rows of 24 weights
  ASSERT_TRUE(test::runOracle("parameters_oracle.py", folder.path() + " --seed 5 --kinds int4" + count));
  test::Vectors vectors = test::readVectors(folder.path() + "/int4.vec");
  ASSERT_GT(vectors.rows, 4000u);
  for (size_t i = 0; i < vectors.rows; ++i) {
    const int64_t *row = vectors.row(i); // groups, 3 lengths, 24 w, bias, s_x, ok, s_w, 3 multipliers, 24 q
    Span<int64_t> groups(row + 1, static_cast<size_t>(row[0]));
    float w[24];
    for (int k = 0; k < 24; ++k)
      w[k] = asF32(row[4 + k]);
    std::optional<Int4Weights> got = quantizeInt4(w, groups, asF32(row[28]), asF32(row[29]));
    ASSERT_EQ(got.has_value(), row[30] == 1) << i;
    if (!got)
      continue;
    ASSERT_EQ(test::bitsOf(got->scale), row[31]) << i;
    for (size_t g = 0; g < got->multipliers.size(); ++g)
      ASSERT_EQ(got->multipliers[g], row[32 + g]) << i;
    for (size_t k = 0; k < 24; ++k)
      ASSERT_EQ(got->codes[k], row[35 + k]) << i;
  }
}

// What is measured of normal weights in groups of 32, 64, 128 and none: docs/Numerics.md states these bounds.
TEST(Int4, signalToNoise) {
  std::mt19937_64 rng(7);
  std::vector<float> w(1 << 16);
  for (float &value : w) { // sums of uniform numbers: no distribution of the standard library is the same everywhere
    value = 0;
    for (int i = 0; i < 12; ++i)
      value += static_cast<float>(rng() >> 40) * 0x1p-24f - 0.5f;
  }
  const int64_t sizes[4] = {32, 64, 128, 0};
  const double least[4] = {21.5, 20.75, 20.2, 19.3};
  for (int s = 0; s < 4; ++s) {
    double signal = 0, noise = 0;
    for (size_t first = 0; first < w.size(); first += 4096) {
      Span<float> channel(w.data() + first, 4096);
      const int64_t runs[1] = {4096};
      std::vector<int64_t> groups = sizes[s] ? groupLengths(runs, sizes[s]) : std::vector<int64_t>();
      std::optional<Int4Weights> got = quantizeInt4(channel, groups, 0.0f, 1.0f);
      ASSERT_TRUE(got);
      std::vector<int8_t> w8 = standForInt8(*got, groups);
      for (size_t k = 0; k < channel.size(); ++k) {
        double error = double(channel[k]) - double(got->scale) * w8[k];
        signal += double(channel[k]) * double(channel[k]);
        noise += error * error;
      }
    }
    double decibel = 10 * std::log10(signal / noise);
    EXPECT_GT(decibel, least[s]) << sizes[s];
    std::printf("groups of %d: %.2f dB\n", static_cast<int>(sizes[s]), decibel);
  }
}

/// A different code for neighbours, never 0.
int8_t codeTag(int64_t n, size_t run, int64_t k) {
  int value = static_cast<int>((n * 5 + int64_t(run) * 3 + k * 11) % 15) - 8;
  return static_cast<int8_t>(value >= 0 ? value + 1 : value);
}
int8_t multiplierTag(int64_t n, size_t run, int64_t group) {
  return static_cast<int8_t>(((n + int64_t(run) * 7 + group * 5) % 15 + 1) * (n % 2 ? -1 : 1));
}

// The example of PackingInt4.h: N = 40, runs {3, 70}, groups of 32.
TEST(PackingInt4, workedExample) {
  const int64_t runs[2] = {3, 70};
  PackedInt4Layout layout(40, runs, 32);
  EXPECT_EQ(layout.pairs(), 10);
  EXPECT_EQ(layout.groups(), 4);
  EXPECT_EQ(layout.size(), 30 * 64);
  EXPECT_EQ(layout.multipliersSize(), 4 * 48);
  EXPECT_EQ(layout.panelOffset(1), 20 * 64);
  EXPECT_EQ(layout.panelMultipliersOffset(1), 4 * 32);
  EXPECT_EQ(layout.index(17, 1, 5).byte, (2 + 8 + 0) * 64 + 4 + 1);
  EXPECT_EQ(layout.index(17, 1, 5).shift, 4);
  EXPECT_EQ(layout.index(1, 1, 67).byte, (2 + 16 + 0) * 64 + 4 + 3);
  EXPECT_EQ(layout.index(1, 1, 67).shift, 0);
  EXPECT_EQ(layout.multiplierIndex(17, 1, 40), (2 + 2) * 16 + 16 + 1);
  EXPECT_EQ(layout.multiplierIndex(33, 1, 69), 128 + 3 * 16 + 1);
  PackedInt4Layout plain(40, runs, 0);
  EXPECT_EQ(plain.size(), layout.size());
  EXPECT_EQ(plain.multipliersSize(), 0);
}

TEST(PackingInt4, goldenLayouts) {
  test::TemporaryFolder folder;
  ASSERT_TRUE(test::runOracle("layout_oracle.py", folder.path()));
  test::Vectors vectors = test::readVectors(folder.path() + "/int4.vec");
  ASSERT_GT(vectors.rows, 0u);
  std::vector<uint8_t> packed;
  for (size_t i = 0; i < vectors.rows; ++i) {
    const int64_t *row = vectors.row(i); // case, N, runs, 4 lengths, size, position, n, run, k low, k high
    PackedInt4Layout layout(row[1], Span<int64_t>(row + 3, static_cast<size_t>(row[2])), 0);
    ASSERT_EQ(layout.size(), row[7]) << "case " << row[0];
    if (row[8] == 0) { // a new case
      packed.assign(static_cast<size_t>(layout.size()), uint8_t(99));
      packInt4(layout, codeTag, packed.data());
    }
    if (row[7] == 0)
      continue;
    for (int half = 0; half < 2; ++half) {
      int64_t k = row[11 + half], n = row[9];
      size_t run = static_cast<size_t>(row[10]);
      if (k >= 0) {
        ASSERT_EQ(layout.index(n, run, k).byte, row[8]) << "case " << row[0];
        ASSERT_EQ(layout.index(n, run, k).shift, 4 * half) << "case " << row[0];
      }
      int8_t expected = k < 0 ? int8_t(0) : codeTag(n, run, k);
      ASSERT_EQ(unpackInt4(packed.data(), {row[8], 4 * half}), expected) << "case " << row[0] << " byte " << row[8];
    }
  }
}

TEST(PackingInt4, goldenMultipliers) {
  test::TemporaryFolder folder;
  ASSERT_TRUE(test::runOracle("layout_oracle.py", folder.path()));
  test::Vectors vectors = test::readVectors(folder.path() + "/multipliers.vec");
  ASSERT_GT(vectors.rows, 0u);
  std::vector<uint8_t> packed;
  for (size_t i = 0; i < vectors.rows; ++i) {
    const int64_t *row = vectors.row(i); // case, N, runs, 4 lengths, group size, size, position, n, run, group
    PackedInt4Layout layout(row[1], Span<int64_t>(row + 3, static_cast<size_t>(row[2])), row[7]);
    ASSERT_EQ(layout.multipliersSize(), row[8]) << "case " << row[0];
    if (row[9] == 0) {
      packed.assign(static_cast<size_t>(layout.multipliersSize()), uint8_t(99));
      packMultipliers(layout, multiplierTag, packed.data());
    }
    size_t run = static_cast<size_t>(row[11]);
    if (row[10] >= 0) {
      ASSERT_EQ(layout.multiplierIndex(row[10], run, row[12] * row[7]), row[9]) << "case " << row[0];
    }
    int expected = row[10] < 0 ? 0 : multiplierTag(row[10], run, row[12]);
    ASSERT_EQ(static_cast<int8_t>(packed[static_cast<size_t>(row[9])]), expected)
        << "case " << row[0] << " byte " << row[9];
  }
}

/// The two rows of a pair as vector code makes them: one mask, one shift and one mask, by bytes.
struct UnpackedPair {
  int8_t rows[2][64], rows16[2][64]; ///< codes, and 16 times the codes

  explicit UnpackedPair(const uint8_t *y) {
    for (int j = 0; j < 64; ++j) {
      rows[0][j] = static_cast<int8_t>(((y[j] & 15) ^ 8) - 8);
      rows[1][j] = static_cast<int8_t>(((y[j] >> 4) ^ 8) - 8);
      rows16[0][j] = static_cast<int8_t>(y[j] << 4 & 240);
      rows16[1][j] = static_cast<int8_t>(y[j] & 240);
    }
  }
};

// Walking panels, blocks, halves and pairs in order and unpacking each pair gives the rows of the int8 layout in order.
TEST(PackingInt4, pairsBecomeRows) {
  for (int64_t n : {1, 16, 33, 64})
    for (int64_t length : {4, 8, 12, 60, 64, 68, 200}) {
      const int64_t runs[2] = {length, 20};
      PackedInt4Layout layout(n, runs, 32);
      std::vector<uint8_t> codes(static_cast<size_t>(layout.size()));
      std::vector<int8_t> rows(static_cast<size_t>(layout.int8Layout().size()));
      packInt4(layout, codeTag, codes.data());
      pack(layout.int8Layout(), codeTag, rows.data());
      const uint8_t *pair = codes.data();
      const int8_t *row = rows.data();
      for (int64_t panel = 0; panel * 32 < n; ++panel)
        for (int64_t run : runs)
          for (int64_t block = 0; block < run; block += 64)
            for (int64_t half = 0; half < layout.int8Layout().halves(panel); ++half)
              for (int64_t k = block; k < std::min(block + 64, run); k += 8, pair += 64) {
                UnpackedPair unpacked(pair);
                for (int r = 0; r < 2; ++r)
                  for (int j = 0; j < 64; ++j) {
                    bool isThere = k + 4 * r < run;
                    ASSERT_EQ(unpacked.rows[r][j], isThere ? row[j + 64 * r] : 0) << n << " " << length << " " << k;
                    ASSERT_EQ(unpacked.rows16[r][j], 16 * unpacked.rows[r][j]);
                  }
                row += k + 4 < run ? 128 : 64;
              }
      EXPECT_EQ(pair, codes.data() + codes.size());
      EXPECT_EQ(row, rows.data() + rows.size());
    }
}

// A sum by groups, on codes times 16, is the sum over the int8 weights that they stand for; pairs never saturate.
TEST(PackingInt4, groupSumsAreThoseOfInt8) {
  std::mt19937 rng(5);
  const int64_t runs[2] = {100, 33};
  PackedInt4Layout layout(20, runs, 32);
  std::vector<uint8_t> codes(static_cast<size_t>(layout.size()));
  std::vector<uint8_t> multipliers(static_cast<size_t>(layout.multipliersSize()));
  packInt4(layout, codeTag, codes.data());
  packMultipliers(layout, multiplierTag, multipliers.data());
  std::vector<int8_t> w8(static_cast<size_t>(layout.int8Layout().size()));
  expandInt4(layout, codes.data(), multipliers.data(), w8.data());
  std::vector<int> x[2];
  for (int run = 0; run < 2; ++run)
    for (int64_t k = 0; k < runs[run]; ++k)
      x[run].push_back(static_cast<int>(rng() & 255));
  for (int64_t n = 0; n < 20; ++n) {
    int32_t byGroups = 0, whole = 0;
    for (size_t run = 0; run < 2; ++run)
      for (int64_t first = 0; first < runs[run]; first += 32) {
        int32_t sum16 = 0;
        for (int64_t k = first; k < std::min(first + 32, runs[run]); ++k) {
          int8_t code = unpackInt4(codes.data(), layout.index(n, run, k));
          ASSERT_EQ(code, codeTag(n, run, k));
          sum16 += x[run][static_cast<size_t>(k)] * (16 * code);
          whole += x[run][static_cast<size_t>(k)] * w8[static_cast<size_t>(layout.int8Layout().index(n, run, k))];
        }
        byGroups += (sum16 >> 4) * multiplierTag(n, run, first / 32);
      }
    EXPECT_EQ(byGroups, whole);
  }
  std::vector<int8_t> plain(w8.size());
  expandInt4(PackedInt4Layout(20, runs, 0), codes.data(), nullptr, plain.data());
  EXPECT_TRUE(isPairSumExact(plain));
}

} // namespace
