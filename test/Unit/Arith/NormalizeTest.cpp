// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Normalization of codes: the worked example, square roots, golden vectors, bounds and the error.
#include "Vectors.h"

#include "qc/Arith/Normalize.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <cmath>

using namespace qc;
using namespace qc::numerics;

namespace {

test::Vectors makeVectors(const test::TemporaryFolder &folder, const std::string &arguments) {
  std::string path = folder.path() + "/normalize.vec";
  EXPECT_TRUE(test::runOracle("normalize_oracle.py", path + " " + arguments));
  return test::readVectors(path);
}

// The example of docs/Numerics.md.
TEST(Normalize, workedExample) {
  ReciprocalRoot root = reciprocalRoot(4);
  EXPECT_EQ(root.m, 1 << 24);
  EXPECT_EQ(root.e, 25);
  EXPECT_EQ(rowRoot(2, 4, 10, 0), (1 << 30) + 25);
  EXPECT_EQ(normalizeCode(2, 4, 1, (1 << 30) + 25), -65536);
  EXPECT_EQ(normalizeCode(2, 4, 3, (1 << 30) + 25), 65536);
  EXPECT_EQ(normalizeCode(3, 21, 7, rowRoot(3, 21, 147, 0)), 0); // equal codes
  EXPECT_EQ(normalizedBound(1), 65538);
}

// The floor of the root, beside squares and at the ends.
TEST(Normalize, squareRootOfWide) {
  auto isRoot = [](uint64_t v) {
    uint64_t root = squareRootOfWide(v);
    unsigned __int128 least = (unsigned __int128)(root)*root, next = (unsigned __int128)(root + 1) * (root + 1);
    return least <= v && v < next;
  };
  for (uint64_t root = uint64_t(1) << 31; root < uint64_t(1) << 32; root += 65521) {
    ASSERT_TRUE(isRoot(root * root)) << root;
    ASSERT_TRUE(isRoot(root * root + 1)) << root;
    if (root != uint64_t(1) << 31) {
      ASSERT_TRUE(isRoot(root * root - 1)) << root;
    }
  }
  EXPECT_TRUE(isRoot(UINT64_MAX));
  EXPECT_EQ(squareRootOfWide(UINT64_MAX), UINT32_MAX);
}

TEST(Normalize, goldenRoots) {
  test::TemporaryFolder folder;
  test::Vectors vectors = makeVectors(folder, "--roots " + test::countArgument());
  ASSERT_GT(vectors.rows, 0u);
  for (size_t i = 0; i < vectors.rows; ++i) {
    const int64_t *row = vectors.row(i); // w, m, e
    ReciprocalRoot root = reciprocalRoot(static_cast<uint64_t>(row[0]));
    ASSERT_EQ(root.m, row[1]) << row[0];
    ASSERT_EQ(root.e, row[2]) << row[0];
    ASSERT_TRUE(root.m >= 1 << 23 && root.m <= 1 << 24 && root.e >= 24 && root.e <= 55) << row[0];
  }
}

TEST(Normalize, goldenVectors) {
  test::TemporaryFolder folder;
  test::Vectors vectors = makeVectors(folder, test::countArgument());
  ASSERT_GT(vectors.rows, 0u);
  int64_t reached = 0;
  for (size_t i = 0; i < vectors.rows; ++i) {
    const int64_t *row = vectors.row(i); // n, sum, squares, epsilon, x, root, y
    int32_t root = rowRoot(row[0], row[1], row[2], row[3]);
    ASSERT_EQ(root, row[5]) << "row " << i;
    int64_t y = normalizeCode(row[0], row[1], static_cast<int32_t>(row[4]), root);
    ASSERT_EQ(y, row[6]) << "row " << i;
    ASSERT_LE(std::llabs(y), normalizedBound(row[0])) << "row " << i;
    reached += std::llabs(y) + 4 >= normalizedBound(row[0]);
  }
  EXPECT_GT(reached, 0); // rows of one code that differs, without epsilon
}

// 1/2 + |y0| * (2^-23 + 2^-30), y0 = 2^16 (n x - sum) / sqrt(w) the exact result.
TEST(Normalize, errorBound) {
  test::TemporaryFolder folder;
  test::Vectors vectors = makeVectors(folder, "--errors " + test::countArgument());
  ASSERT_GT(vectors.rows, 0u);
  long double worst = 0;
  for (size_t i = 0; i < vectors.rows; ++i) {
    const int64_t *row = vectors.row(i); // n, sum, squares, epsilon, x, 2^32 * y0 / 2^16
    int32_t root = rowRoot(row[0], row[1], row[2], row[3]);
    long double y = normalizeCode(row[0], row[1], static_cast<int32_t>(row[4]), root), y0 = row[5] * 0x1p-16L;
    long double bound = 0.5L + std::fabs(y0) * (0x1p-23L + 0x1p-30L);
    ASSERT_LE(std::fabs(y - y0), bound + 0x1p-16L) << "row " << i; // y0 is rounded itself
    worst = std::max(worst, std::fabs(y - y0) / bound);
  }
  EXPECT_GT(worst, 0.9); // the bound is not idle
}

} // namespace
