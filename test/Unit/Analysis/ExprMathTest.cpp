// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Expressions of sizes: one form for equal ones, values that stay, ranges that hold.
#include "qc/Analysis/ExprMath.h"
#include "mlir/IR/MLIRContext.h"
#include <gtest/gtest.h>
#include <random>

using namespace mlir;
using namespace qc;

namespace {
struct Expressions : testing::Test {
  AffineExpr number(int64_t value) const { return math.constant(value); }
  std::string print(AffineExpr expr) const {
    return ExprMath::print(expr, [](unsigned i) { return std::string(1, "NHW"[i]); });
  }

  MLIRContext context;
  ExprMath math{&context};
  AffineExpr n = math.addSymbol({0, INT64_MAX}), h = math.addSymbol({2, 100}), w = math.addSymbol({1, INT64_MAX});
};
} // namespace

TEST_F(Expressions, EqualPolynomialsAreOneObject) {
  AffineExpr count = math.mul(math.mul(n, w), number(4));
  EXPECT_EQ(math.floorDiv(count, number(4)), math.mul(w, n));
  EXPECT_EQ(math.add(math.sub(count, count), w), w);
  EXPECT_EQ(math.mul(math.add(h, w), math.sub(h, w)), math.sub(math.mul(h, h), math.mul(w, w)));
  EXPECT_EQ(math.divideExactly(math.mul(n, math.add(math.mul(h, w), h)), math.mul(n, h)), math.add(w, number(1)));
  EXPECT_EQ(math.divideExactly(math.mul(n, math.add(h, w)), math.add(w, h)), n);
  EXPECT_FALSE(math.divideExactly(math.add(n, w), h));
  EXPECT_FALSE(math.divideExactly(n, number(0)));
}

TEST_F(Expressions, Words) {
  EXPECT_EQ(print(math.sub(w, n)), "W - N");
  EXPECT_EQ(print(math.sub(n, w)), "N - W");
  EXPECT_EQ(print(math.sub(number(0), n)), "-N");
  EXPECT_EQ(print(math.sub(math.sub(number(0), n), math.mul(h, number(2)))), "-N - H * 2");
  EXPECT_EQ(print(math.sub(math.add(w, number(3)), math.add(n, number(5)))), "W - N - 2");
  EXPECT_EQ(print(math.mul(h, math.sub(number(3), w))), "H * 3 - H * W");
}

TEST_F(Expressions, Quotients) {
  auto half = [&](AffineExpr x) { return math.floorDiv(math.add(x, number(1)), number(2)); };
  EXPECT_EQ(half(half(w)), math.floorDiv(math.add(w, number(3)), number(4)));
  EXPECT_EQ(print(half(w)), "floor((W + 1) / 2)");
  EXPECT_EQ(math.floorDiv(math.add(math.mul(w, number(6)), number(5)), number(4)),
            math.add(w, math.floorDiv(math.add(w, number(2)), number(2))));
  EXPECT_EQ(math.ceilDiv(math.mul(w, number(3)), number(3)), w);
  EXPECT_EQ(math.floorDiv(h, number(101)), number(0));
  EXPECT_EQ(math.floorDiv(number(-7), number(2)), number(-4));
  EXPECT_EQ(math.ceilDiv(number(-7), number(2)), number(-3));
  EXPECT_EQ(math.floorDiv(math.add(math.mul(w, n), number(0)), w), n);
  AffineExpr rest = math.mod(w, number(4));
  EXPECT_EQ(math.add(rest, math.mul(math.floorDiv(w, number(4)), number(4))), w);
}

TEST_F(Expressions, Ranges) {
  auto expect = [&](AffineExpr expr, int64_t low, int64_t high) {
    SizeRange range = math.getRange(expr);
    EXPECT_EQ(range.low, low) << print(expr);
    EXPECT_EQ(range.high, high) << print(expr);
  };
  expect(math.mul(h, number(-3)), -300, -6);
  expect(math.mul(n, h), 0, INT64_MAX);
  expect(math.floorDiv(math.sub(h, number(3)), number(2)), -1, 48);
  expect(math.mod(w, number(4)), 0, 3);
  // Windows of one axis with strides that differ by one: the quotients belong together.
  AffineExpr a = math.floorDiv(math.add(w, number(1)), number(2)), b = math.floorDiv(w, number(2));
  expect(math.sub(a, b), 0, 1);
  EXPECT_EQ(math.isAtMost(b, a), true);
  EXPECT_EQ(math.isAtMost(math.add(h, w), h), false);
  EXPECT_EQ(math.isAtMost(n, w), std::nullopt);
  EXPECT_FALSE(math.areEqual(n, w));
}

// Remainders, of quotients too: up to a multiple is never far, however large the size is.
TEST_F(Expressions, RangesOfRemainders) {
  auto expect = [&](AffineExpr expr, int64_t low, int64_t high) {
    SizeRange range = math.getRange(expr);
    EXPECT_EQ(range.low, low) << print(expr);
    EXPECT_EQ(range.high, high) << print(expr);
  };
  AffineExpr missing = math.sub(number(8), math.mod(n, number(8)));
  expect(missing, 1, 8);
  expect(math.mod(missing, number(8)), 0, 7);
  expect(math.add(h, missing), 3, 108);
  AffineExpr half = math.floorDiv(math.add(n, number(1)), number(2));
  expect(math.sub(number(5), math.mod(half, number(5))), 1, 5);
  expect(math.sub(math.mul(math.ceilDiv(n, number(32)), number(32)), n), 0, 31);
  // Up to a multiple of one number, then of another one.
  AffineExpr even = math.add(n, math.mod(math.sub(number(2), math.mod(n, number(2))), number(2)));
  expect(math.sub(number(8), math.mod(even, number(8))), 2, 8);
  AffineExpr third = math.floorDiv(math.add(math.mul(n, number(2)), number(1)), number(3));
  AffineExpr short4 = math.sub(number(4), math.mod(third, number(4)));
  expect(short4, 1, 4);
  AffineExpr fours = math.add(third, math.mod(short4, number(4)));
  expect(math.sub(number(8), math.mod(fours, number(8))), 4, 8);
  expect(math.mul(math.sub(math.mod(n, number(3)), math.mod(w, number(3))), number(2)), -4, 4);
}

TEST_F(Expressions, WhatLeavesInt64Saturates) {
  AffineExpr huge = math.mul(n, number(INT64_MAX));
  AffineExpr product = math.mul(huge, number(INT64_MAX));
  EXPECT_EQ(ExprMath::evaluate(product, {0, 0, 0}), 0);
  EXPECT_EQ(ExprMath::evaluate(product, {1, 0, 0}), INT64_MAX);
  EXPECT_EQ(ExprMath::evaluate(product, {2, 0, 0}), std::nullopt);
  EXPECT_EQ(math.getRange(product).low, 0);
  EXPECT_EQ(ExprMath::evaluate(math.floorDiv(h, n), {0, 2, 1}), std::nullopt);
}

// Random expressions: the canonical form has the value, and the value is in the range.
TEST_F(Expressions, Random) {
  std::mt19937 random(7);
  auto pick = [&](int64_t count) { return int64_t(random() % uint64_t(count)); };
  std::vector<std::array<int64_t, 3>> points = {{0, 2, 1}, {1, 7, 5}, {4, 100, 33}, {3, 16, 1000}};
  struct Entry {
    AffineExpr expr;
    std::array<int64_t, 4> values;
  };
  for (int round = 0; round < 300; ++round) {
    std::vector<Entry> pool;
    for (size_t s = 0; s < 3; ++s) {
      Entry entry{s == 0 ? n : s == 1 ? h : w, {}};
      for (size_t p = 0; p < 4; ++p)
        entry.values[p] = points[p][s];
      pool.push_back(entry);
    }
    for (int step = 0; step < 10; ++step) {
      int64_t c = pick(9) - 3, kind = pick(6);
      Entry a = pool[pick(int64_t(pool.size()))], b = pool[pick(int64_t(pool.size()))];
      if (kind >= 2)
        b = {number(kind >= 4 ? std::max<int64_t>(c, 1) : c), {}};
      if (kind >= 2)
        b.values.fill(*ExprMath::getKnown(b.expr));
      Entry result{kind == 0   ? math.sub(a.expr, b.expr)
                   : kind == 1 ? math.mul(a.expr, b.expr)
                   : kind == 2 ? math.add(a.expr, b.expr)
                   : kind == 3 ? math.mul(a.expr, b.expr)
                   : kind == 4 ? math.floorDiv(a.expr, b.expr)
                               : math.mod(a.expr, b.expr),
                   {}};
      bool fits = true;
      for (size_t p = 0; p < 4; ++p) {
        __int128 x = a.values[p], y = b.values[p];
        __int128 floor = kind < 4 ? 0 : x / y - (x % y < 0);
        __int128 value = kind == 0                ? x - y
                         : kind == 1 || kind == 3 ? x * y
                         : kind == 2              ? x + y
                         : kind == 4              ? floor
                                                  : x - y * floor;
        fits &= value < (int64_t(1) << 40) && value > -(int64_t(1) << 40);
        result.values[p] = int64_t(value);
      }
      if (!fits)
        continue;
      ASSERT_EQ(math.canonicalize(result.expr), result.expr) << print(result.expr);
      SizeRange range = math.getRange(result.expr);
      for (size_t p = 0; p < 4; ++p) {
        ASSERT_EQ(ExprMath::evaluate(result.expr, points[p]), result.values[p]) << print(result.expr);
        ASSERT_TRUE(range.contains(result.values[p])) << print(result.expr) << " " << result.values[p];
      }
      pool.push_back(result);
    }
  }
}
