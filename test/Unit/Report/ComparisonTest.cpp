// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Measures of the distance between two outputs.
#include "qc/Report/Comparison.h"
#include "gtest/gtest.h"
#include <cmath>
#include <limits>

using namespace qc;

static constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
static constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Comparison, Measures) {
  Comparison c("y");
  c.add({3, 4}, {3, 3});
  EXPECT_DOUBLE_EQ(c.getCosine(), 21 / (5 * std::sqrt(18.0)));
  EXPECT_DOUBLE_EQ(c.getSqnr(), 10 * std::log10(25.0));
  EXPECT_DOUBLE_EQ(c.getMaxAbsError(), 1);
  EXPECT_FALSE(c.hasRows());
  c.add({0}, {-2});
  EXPECT_DOUBLE_EQ(c.getMaxAbsError(), 2);
  EXPECT_EQ(c.getNumElements(), 3);
}

TEST(Comparison, EqualAndZero) {
  Comparison equal("y");
  equal.add({1, -2}, {1, -2});
  EXPECT_DOUBLE_EQ(equal.getCosine(), 1);
  EXPECT_EQ(equal.getSqnr(), kInfinity);
  Comparison zeros("y");
  zeros.add({0, 0}, {0, 0});
  EXPECT_EQ(zeros.getCosine(), 1);
  EXPECT_EQ(zeros.getSqnr(), kInfinity);
  zeros.add({0}, {1});
  EXPECT_EQ(zeros.getCosine(), 0);
  EXPECT_EQ(zeros.getSqnr(), -kInfinity);
  Comparison nothing("y", 3);
  nothing.add({}, {});
  EXPECT_EQ(nothing.getCosine(), 1);
  EXPECT_EQ(nothing.getAgreement(), 100);
}

TEST(Comparison, NotFinite) {
  Comparison c("y");
  c.add({kNaN, kInfinity, 1}, {kNaN, kInfinity, 1});
  EXPECT_EQ(c.getNumMismatches(), 0);
  EXPECT_EQ(c.getMaxAbsError(), 0);
  c.add({kInfinity, 1}, {-kInfinity, kNaN});
  EXPECT_EQ(c.getNumMismatches(), 2);
  EXPECT_EQ(c.getSqnr(), -kInfinity);
  EXPECT_EQ(c.getCosine(), 0);
  EXPECT_EQ(c.getMaxAbsError(), kInfinity);
}

// The first of equal values is the maximum; a NaN never is.
TEST(Comparison, Rows) {
  Comparison c("y", 3);
  c.add({1, 2, 2, kNaN, 0, 1}, {0, 2, 1, kNaN, 1, 0}, {1, 2});
  EXPECT_DOUBLE_EQ(c.getAgreement(), 50);
  EXPECT_DOUBLE_EQ(c.getReferenceTop1(), 100);
  EXPECT_DOUBLE_EQ(c.getCandidateTop1(), 50);
}

// A row with a NaN or an infinity in one of the two only disagrees and is wrong, wherever the maximum lies.
TEST(Comparison, RowsNotFinite) {
  Comparison c("y", 3);
  c.add({3, 2, 1}, {kNaN, kNaN, kNaN}, {0});
  c.add({3, 2, 1}, {3, kNaN, 1}, {0});
  c.add({3, 2, 1}, {kInfinity, 2, 1}, {0});
  c.add({kNaN, 2, 1}, {0, 2, 1}, {1});
  EXPECT_EQ(c.getAgreement(), 0);
  EXPECT_EQ(c.getReferenceTop1(), 100);
  EXPECT_EQ(c.getCandidateTop1(), 0);
  c.add({3, kInfinity, kNaN, 5, 4, 3}, {4, kInfinity, kNaN, 6, 5, 4}, {1, 0});
  EXPECT_DOUBLE_EQ(c.getAgreement(), 100.0 * 2 / 6);
  EXPECT_DOUBLE_EQ(c.getCandidateTop1(), 100.0 * 2 / 6);
}

// Equal elements, but no maximum: neither model has decided for a class.
TEST(Comparison, RowsOfNaNs) {
  Comparison c("y", 2);
  c.add({kNaN, kNaN}, {kNaN, kNaN}, {0});
  EXPECT_EQ(c.getNumMismatches(), 0);
  EXPECT_EQ(c.getAgreement(), 0);
  EXPECT_EQ(c.getReferenceTop1(), 0);
  EXPECT_EQ(c.getCandidateTop1(), 0);
}
