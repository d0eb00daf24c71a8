// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Packed layouts and the content hash, against the walks of layout_oracle.py.
#include "Vectors.h"

#include "qc/Arith/Hash.h"
#include "qc/Arith/Packing.h"

#include "gtest/gtest.h"

using namespace qc;
using namespace qc::numerics;

namespace {

/// A different byte for every (n, run, k) of small cases, never 0.
int8_t tag(int64_t n, size_t run, int64_t k) {
  return static_cast<int8_t>((n * 31 + int64_t(run) * 57 + k * 7) % 127 + 1);
}

// The example of Packing.h: N = 40, runs {3, 70}.
TEST(Packing, workedExample) {
  const int64_t runs[2] = {3, 70};
  PackedLayout layout(40, runs);
  EXPECT_EQ(layout.rows(), 19);
  EXPECT_EQ(layout.size(), 57 * 64);
  EXPECT_EQ(packedSize(40, runs), 57 * 64);
  EXPECT_EQ(layout.halves(0), 2);
  EXPECT_EQ(layout.halves(1), 1);
  EXPECT_EQ(layout.panelOffset(1), 38 * 64);
  EXPECT_EQ(layout.panelOffset(2), 57 * 64);
  EXPECT_EQ(layout.index(0, 0, 0), 0);
  EXPECT_EQ(layout.index(16, 0, 2), 64 + 2);
  EXPECT_EQ(layout.index(17, 1, 5), (2 + 16 + 1) * 64 + 4 + 1);
  EXPECT_EQ(layout.index(1, 1, 69), (2 + 32 + 1) * 64 + 4 + 1);
  EXPECT_EQ(layout.index(33, 1, 64), 38 * 64 + (1 + 16) * 64 + 4);
}

TEST(Packing, goldenLayouts) {
  test::TemporaryFolder folder;
  ASSERT_TRUE(test::runOracle("layout_oracle.py", folder.path()));
  test::Vectors vectors = test::readVectors(folder.path() + "/packed.vec");
  ASSERT_GT(vectors.rows, 0u);
  std::vector<int8_t> packed;
  for (size_t i = 0; i < vectors.rows; ++i) {
    const int64_t *row = vectors.row(i); // case, N, runs, 4 lengths, size, position, n, run, k
    PackedLayout layout(row[1], Span<int64_t>(row + 3, static_cast<size_t>(row[2])));
    ASSERT_EQ(layout.size(), row[7]) << "case " << row[0];
    if (row[8] == 0) { // a new case
      packed.assign(static_cast<size_t>(layout.size()), int8_t(99));
      pack(layout, tag, packed.data());
    }
    if (row[7] == 0)
      continue;
    int64_t n = row[9], position = row[8];
    if (n >= 0) {
      ASSERT_EQ(layout.index(n, static_cast<size_t>(row[10]), row[11]), position) << "case " << row[0];
    }
    int8_t expected = n < 0 ? int8_t(0) : tag(n, static_cast<size_t>(row[10]), row[11]);
    ASSERT_EQ(packed[static_cast<size_t>(position)], expected) << "case " << row[0] << " byte " << position;
  }
}

TEST(Packing, matrix) {
  const int8_t w[2 * 5] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  const int64_t runs[1] = {5};
  PackedLayout layout(2, runs);
  std::vector<int8_t> packed(static_cast<size_t>(layout.size()));
  packMatrix(w, 2, 5, packed.data());
  for (int64_t n = 0; n < 2; ++n)
    for (int64_t k = 0; k < 5; ++k)
      EXPECT_EQ(packed[static_cast<size_t>(layout.index(n, 0, k))], w[n * 5 + k]);
}

// [N/16][K][16]; runs follow each other without padding.
TEST(Packing, f32) {
  const int64_t runs[2] = {3, 2};
  PackedLayoutF32 layout(17, runs);
  EXPECT_EQ(layout.depth(), 5);
  EXPECT_EQ(layout.size(), 32 * 5);
  std::vector<float> packed(static_cast<size_t>(layout.size()), 99.0f);
  auto weight = [](int64_t n, size_t run, int64_t k) { return static_cast<float>(1000 * n + 100 * int64_t(run) + k); };
  packF32(layout, weight, packed.data());
  for (int64_t position = 0; position < layout.size(); ++position) {
    int64_t n = position / 80 * 16 + position % 16, k = position / 16 % 5;
    float expected = n >= 17 ? 0.0f : k < 3 ? weight(n, 0, k) : weight(n, 1, k - 3);
    EXPECT_EQ(packed[static_cast<size_t>(position)], expected) << position;
  }
}

TEST(Hash, knownTexts) {
  std::string fox = "The quick brown fox jumps over the lazy dog";
  EXPECT_EQ(hash128("", 0).text(), "00000000000000000000000000000000");
  EXPECT_EQ(hash128("hello", 5).text(), "cbd8a7b341bd9b025b1e906a48ae1d19");
  EXPECT_EQ(hash128(fox.data(), fox.size()).text(), "e34bbc7bbc071b6c7a433ca9c49a9347");
}

TEST(Hash, goldenVectors) {
  test::TemporaryFolder folder;
  ASSERT_TRUE(test::runOracle("layout_oracle.py", folder.path()));
  test::Vectors vectors = test::readVectors(folder.path() + "/hash.vec");
  ASSERT_GT(vectors.rows, 0u);
  for (size_t i = 0; i < vectors.rows; ++i) {
    const int64_t *row = vectors.row(i);
    std::vector<unsigned char> data(static_cast<size_t>(row[0]));
    for (size_t k = 0; k < data.size(); ++k)
      data[k] = static_cast<unsigned char>(k * 37 + 11);
    Hash128 hash = hash128(data.data(), data.size(), static_cast<uint64_t>(row[1]));
    ASSERT_EQ(hash.first, static_cast<uint64_t>(row[2])) << row[0];
    ASSERT_EQ(hash.second, static_cast<uint64_t>(row[3])) << row[0];
  }
}

} // namespace
