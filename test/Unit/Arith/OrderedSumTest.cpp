// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Long sums: their order, their bound against exact sums, and that short ones are what they were.
#include "Vectors.h"

#include "qc/Arith/OrderedSum.h"
#include "qc/Arith/RowReduction.h"

#include "gtest/gtest.h"

#include <cfloat>
#include <cmath>
#include <functional>

using namespace qc;
namespace numerics = qc::numerics;

namespace {

/// Value k of a long sequence.
using Terms = std::function<float(int64_t)>;

float pseudoRandom(int64_t k) {
  uint64_t bits = static_cast<uint64_t>(k) * 0x9e3779b97f4a7c15u;
  bits = (bits ^ (bits >> 29)) * 0xbf58476d1ce4e5b9u;
  return static_cast<float>(bits >> 40) * 0x1p-24f;
}

const Terms sequences[] = {
    [](int64_t) { return 1.5f; },
    [](int64_t) { return 0.1f; },
    [](int64_t k) { return pseudoRandom(k); },
    [](int64_t k) { return pseudoRandom(k) - 0.5f; },
    [](int64_t k) { return k % 2 ? 1e6f + pseudoRandom(k) : -1e6f; },
    [](int64_t k) { return std::ldexp(pseudoRandom(k), static_cast<int>(k % 40) - 20); },
    [](int64_t k) { return k == 0 ? 0x1p24f : 0.99f; },
};

/// The difference to the exact sum, relative to the sum of magnitudes (long double has 64 bits: exact to 2^-36 here).
double errorOf(const Terms &term, int64_t count, const std::function<float(const Terms &, int64_t)> &sum) {
  long double exact = 0, magnitudes = 0;
  for (int64_t k = 0; k < count; ++k) {
    exact += term(k);
    magnitudes += std::fabs(term(k));
  }
  return static_cast<double>(std::fabs(sum(term, count) - exact) / magnitudes);
}

float orderedSum(const Terms &term, int64_t count) {
  numerics::OrderedSum sum(count > numerics::maxShortSum);
  for (int64_t k = 0; k < count; ++k)
    sum.add(term(k));
  return sum.value();
}

float rowSum(const Terms &term, int64_t count) {
  std::vector<float> x(static_cast<size_t>(count));
  for (int64_t k = 0; k < count; ++k)
    x[static_cast<size_t>(k)] = term(k);
  return numerics::rowSum(x.data(), count);
}

// docs/Numerics.md, Long sums: 10 and 14 units of 2^-24, and less than one more for every 2^24 terms.
TEST(OrderedSum, bound) {
  int64_t most = test::longTests() ? (int64_t(1) << 26) + 12345 : (int64_t(1) << 21) + 12345;
  for (const Terms &term : sequences)
    for (int64_t count : {int64_t(1025), int64_t(1030), int64_t(40000), most}) {
      EXPECT_LT(errorOf(term, count, orderedSum), 10.5 * 0x1p-24) << count;
      if (count > numerics::maxShortRow) {
        EXPECT_LT(errorOf(term, count, rowSum), 14.5 * 0x1p-24) << count;
      }
    }
  EXPECT_EQ(orderedSum([](int64_t) { return 1.5f; }, int64_t(1) << 25), 1.5f * 0x1p25f); // a running sum ends at 2^24
}

float dot(const Terms &term, int64_t count) {
  numerics::BlockedDot sum;
  for (int64_t k = 0; k < count; ++k)
    sum.add(term(k), 1.0f);
  return sum.value();
}

// docs/Numerics.md, Float kernels: (63 + ceil(K / 64)) units of 2^-24, to first order.
TEST(BlockedDot, bound) {
  for (const Terms &term : sequences)
    for (int64_t count : {2, 63, 64, 65, 128, 1000, 25088}) { // of 1 the value is 0 for some
      double units = 63.0 + std::ceil(static_cast<double>(count) / 64);
      EXPECT_LE(errorOf(term, count, dot), units * 1.001 * 0x1p-24) << count;
    }
  EXPECT_EQ(dot([](int64_t k) { return k == 0 ? 0x1p24f : 1.0f; }, 128), 0x1p24f + 64); // a running sum stays at 2^24
  EXPECT_EQ(std::signbit(dot(sequences[0], 0)), false);
}

// Written out once more: blocks of 8, parts of 32,768, compensated.
TEST(OrderedSum, order) {
  int64_t count = 2 * 32768 + 21;
  auto addTo = [](volatile float &sum, volatile float &lost, float x) {
    volatile float s = sum, t = s + x, moved = t - s, a = t - moved, b = s - a, c = x - moved, error = b + c;
    sum = t;
    lost = lost + error;
  };
  for (const Terms &term : sequences) {
    volatile float total = 0, totalLost = 0;
    for (int64_t part = 0; part < count; part += 32768) {
      volatile float sum = 0, lost = 0;
      for (int64_t first = part; first < std::min(count, part + 32768); first += 8) {
        volatile float block = 0;
        for (int64_t k = first; k < std::min(count, first + 8); ++k)
          block = block + term(k);
        addTo(sum, lost, block);
      }
      addTo(total, totalLost, sum + lost);
    }
    EXPECT_EQ(orderedSum(term, count), total + totalLost);
  }
}

TEST(OrderedSum, shortSumsRun) {
  for (const Terms &term : sequences) {
    volatile float sum = 0;
    for (int64_t k = 0; k < 1024; ++k)
      sum = sum + term(k);
    EXPECT_EQ(orderedSum(term, 1024), sum);
  }
}

TEST(OrderedSum, infinitiesAndNaN) {
  auto withAt = [](float special, int64_t at) { return [=](int64_t k) { return k == at ? special : 1.0f; }; };
  for (int64_t at : {0, 7, 8, 1500, 1999}) {
    EXPECT_EQ(orderedSum(withAt(INFINITY, at), 2000), INFINITY);
    EXPECT_EQ(orderedSum(withAt(-INFINITY, at), 2000), -INFINITY);
    EXPECT_TRUE(std::isnan(orderedSum(withAt(NAN, at), 2000)));
  }
  EXPECT_EQ(orderedSum([](int64_t) { return FLT_MAX; }, 2000), INFINITY);
}

} // namespace
