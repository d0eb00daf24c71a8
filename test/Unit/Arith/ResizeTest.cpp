// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Nearest positions of resized axes, against resize_oracle.py.
#include "Vectors.h"

#include "qc/Arith/Resize.h"

#include "gtest/gtest.h"
#include <cstring>

using namespace qc;
using namespace qc::numerics;

TEST(Resize, workedExamples) {
  // Twice as many: 0, 0, 1, 1, 2, 2.
  for (int64_t i = 0; i < 6; ++i) {
    EXPECT_EQ(resizeNearest(ResizeCoordinates::HalfPixel, ResizeRounding::PreferFloor, i, 2.0f, 3, 6), i / 2);
    EXPECT_EQ(resizeNearest(ResizeCoordinates::Asymmetric, ResizeRounding::Floor, i, 2.0f, 3, 6), i / 2);
  }
  // 3 positions at 0, 2.5, 5: ties.
  EXPECT_EQ(resizeNearest(ResizeCoordinates::AlignCorners, ResizeRounding::PreferFloor, 1, 0.5f, 6, 3), 2);
  EXPECT_EQ(resizeNearest(ResizeCoordinates::AlignCorners, ResizeRounding::PreferCeil, 1, 0.5f, 6, 3), 3);
  // Halving by the oldest definition: above where downsampling.
  EXPECT_EQ(resizeNearest(ResizeCoordinates::Asymmetric, ResizeRounding::Simple, 1, 0.75f, 4, 3), 2);
  EXPECT_EQ(resizeNearest(ResizeCoordinates::Asymmetric, ResizeRounding::Floor, 1, 0.75f, 4, 3), 1);
}

TEST(Resize, oracle) {
  test::TemporaryFolder folder;
  std::string path = folder.path() + "/resize.vec";
  ASSERT_TRUE(test::runOracle("resize_oracle.py", path));
  test::Vectors vectors = test::readVectors(path);
  ASSERT_GT(vectors.rows, 5000u);
  for (size_t i = 0; i < vectors.rows; ++i) {
    const int64_t *row = vectors.row(i); // mode, rounding, in, out, bits of the scale, position, nearest
    uint32_t bits = uint32_t(row[4]);
    float scale;
    std::memcpy(&scale, &bits, 4);
    ASSERT_EQ(resizeNearest(ResizeCoordinates(row[0]), ResizeRounding(row[1]), row[5], scale, row[2], row[3]), row[6])
        << "mode " << row[0] << ", rounding " << row[1] << ", " << row[2] << " to " << row[3] << ", scale " << scale
        << ", position " << row[5];
  }
}
