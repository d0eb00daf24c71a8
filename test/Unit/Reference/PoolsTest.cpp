// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pools, float and integer, against a walk over every tap of every window.
#include "ReferenceTest.h"
#include "qc/Arith/Requant.h"
#include <set>

using namespace qc;

namespace {
struct Pool {
  std::vector<int64_t> x, y, kernel, strides, pads, dilations;
  bool ceilMode, countIncludePad;
  std::string attributes() const {
    return "kernel = " + array(kernel) + ", strides = " + array(strides) + ", pads = " + array(pads) +
           ", dilations = " + array(dilations) + ", ceil_mode = " + (ceilMode ? "true" : "false");
  }
  std::string includePad() const {
    return std::string(", count_include_pad = ") + (countIncludePad ? "true" : "false");
  }
};

/// One tap: its index into x, or -1 outside; whether it lies inside input or padding.
struct Tap {
  int64_t index;
  bool isPadded;
};

struct Pools : ReferenceTest {
  Pool randomPool();
};
} // namespace

Pool Pools::randomPool() {
  for (;;) {
    int64_t axes = pick(1, 3);
    Pool pool{{pick(1, 2), pick(1, 3)}, {}, {}, {}, std::vector<int64_t>(2 * axes), {}, bool(pick(0, 1)),
              bool(pick(0, 1))};
    pool.y = pool.x;
    for (int64_t d = 0; d < axes; ++d) {
      int64_t in = pick(0, 7), kernel = pick(1, 4), stride = pick(1, 4), dilation = pick(1, 2);
      pool.pads[d] = pick(0, 3), pool.pads[axes + d] = pick(0, 3);
      int64_t room = in + pool.pads[d] + pool.pads[axes + d] - (dilation * (kernel - 1) + 1), out = 0;
      // Windows start at 0, stride, ...: those that fit, in ceil mode also one that starts within input and begin
      // padding.
      while (out * stride <= room)
        ++out;
      if (pool.ceilMode && room >= 0 && (out - 1) * stride != room && out * stride < in + pool.pads[d])
        ++out;
      pool.y.push_back(room < 0 ? -1 : out);
      pool.x.push_back(in), pool.kernel.push_back(kernel), pool.strides.push_back(stride);
      pool.dilations.push_back(dilation);
    }
    // The last window of ceil mode is dropped where it starts beyond input and begin padding.
    bool isSound = true;
    for (int64_t d = 0; d < axes; ++d)
      isSound &=
          pool.y[d + 2] > 0 && (!pool.ceilMode || (pool.y[d + 2] - 1) * pool.strides[d] < pool.x[d + 2] + pool.pads[d]);
    if (isSound)
      return pool;
  }
}

static std::vector<Tap> tapsOf(const Pool &pool, int64_t output) {
  size_t axes = pool.kernel.size();
  std::vector<int64_t> at(pool.y.size());
  for (size_t d = pool.y.size(); d-- > 0; output /= pool.y[d])
    at[d] = output % pool.y[d];
  int64_t count = 1;
  for (int64_t size : pool.kernel)
    count *= size;
  std::vector<Tap> taps;
  for (int64_t tap = 0; tap < count; ++tap) {
    std::vector<int64_t> k(axes);
    int64_t rest = tap;
    for (size_t d = axes; d-- > 0; rest /= pool.kernel[d])
      k[d] = rest % pool.kernel[d];
    bool isInside = true, isPadded = true;
    int64_t index = at[0] * pool.x[1] + at[1];
    for (size_t d = 0; d < axes; ++d) {
      int64_t i = at[d + 2] * pool.strides[d] + k[d] * pool.dilations[d] - pool.pads[d], in = pool.x[d + 2];
      isInside &= i >= 0 && i < in;
      isPadded &= i >= -pool.pads[d] && i < in + pool.pads[axes + d];
      index = index * in + i;
    }
    taps.push_back({isInside ? index : -1, isPadded});
  }
  return taps;
}

static int64_t countOf(const Pool &pool, const std::vector<Tap> &taps) {
  return llvm::count_if(taps, [&](Tap tap) { return pool.countIncludePad ? tap.isPadded : tap.index >= 0; });
}

TEST_F(Pools, maxPoolByTaps) {
  for (int trial = 0; trial < 300; ++trial) {
    Pool pool = randomPool();
    const char *elements[] = {"f32", "i8", "ui8", "i16", "ui16", "i32"};
    const double lowest[] = {-kInf, -128, 0, -32768, 0, -2147483648.0};
    int64_t kind = pick(0, 5);
    TensorValue x = random(tensor(pool.x, elements[kind]));
    TensorValue y = evaluate("qc.max_pool %0 {" + pool.attributes() + "}", {x}, tensor(pool.y, elements[kind]));
    ASSERT_TRUE(y.getType()) << errors << pool.attributes() << tensor(pool.x);
    auto read = [&](const TensorValue &from, int64_t i) {
      return kind == 0 ? double(from.getData<float>()[i]) : double(from.getInteger(i));
    };
    for (int64_t i = 0; i < y.getNumElements(); ++i) {
      double expected = lowest[kind];
      for (Tap tap : tapsOf(pool, i))
        expected = tap.index < 0 ? expected : std::max(expected, read(x, tap.index));
      ASSERT_EQ(read(y, i), expected) << pool.attributes() << tensor(pool.x) << tensor(pool.y);
    }
  }
}

TEST_F(Pools, avgPoolByTaps) {
  for (int trial = 0; trial < 300; ++trial) {
    Pool pool = randomPool();
    TensorValue x = random(tensor(pool.x));
    TensorValue y = evaluate("qc.avg_pool %0 {" + pool.attributes() + pool.includePad() + "}", {x}, tensor(pool.y));
    ASSERT_TRUE(y.getType()) << errors << pool.attributes() << tensor(pool.x);
    std::vector<float> expected;
    for (int64_t i = 0; i < y.getNumElements(); ++i) {
      std::vector<Tap> taps = tapsOf(pool, i);
      float sum = 0;
      for (Tap tap : taps)
        sum = tap.index < 0 ? sum : sum + x.getData<float>()[tap.index];
      int64_t count = countOf(pool, taps);
      expected.push_back(count == 0 ? 0.0f : sum / float(count));
    }
    ASSERT_EQ(bitsOf(floats(y)), bitsOf(expected)) << pool.attributes() << tensor(pool.x) << tensor(pool.y);
  }
}

TEST_F(Pools, dyadicAvgPoolByTaps) {
  for (int trial = 0; trial < 300; ++trial) {
    Pool pool = randomPool();
    bool isUnsigned = pick(0, 1), toUnsigned = pick(0, 1);
    int64_t zero = isUnsigned ? pick(0, 255) : pick(-128, 127), outZero = toUnsigned ? pick(0, 255) : pick(-128, 127);
    int64_t lo = toUnsigned ? 3 : -100, hi = toUnsigned ? 250 : 99;
    TensorValue x = random(tensor(pool.x, isUnsigned ? "ui8" : "i8"));
    std::set<int64_t> counts{1};
    int64_t outputs = 1;
    for (int64_t size : pool.y)
      outputs *= size;
    for (int64_t i = 0; i < outputs; ++i)
      counts.insert(std::max<int64_t>(1, countOf(pool, tapsOf(pool, i))));
    std::vector<int64_t> list(counts.begin(), counts.end()), multipliers, shifts;
    for (int64_t count : list) {
      numerics::Multipliers chosen = numerics::chooseRequant(1.3 / double(count), numerics::contractionWidth);
      multipliers.push_back(chosen.m[0]), shifts.push_back(chosen.shift);
    }
    auto number = [](const char *name, int64_t number) {
      return std::string(", ") + name + " = " + std::to_string(number) + " : i32";
    };
    std::string text = "dyadic.avg_pool %0 {" + pool.attributes() + pool.includePad() + ", counts = " + array(list) +
                       ", multipliers = " + array(multipliers, "i32") + ", shifts = " + array(shifts, "i32") +
                       number("x_zero_point", zero) + number("zero_point", outZero) + number("lo", lo) +
                       number("hi", hi) + "}";
    TensorValue y = evaluate(text, {x}, tensor(pool.y, toUnsigned ? "ui8" : "i8"));
    ASSERT_TRUE(y.getType()) << errors << text;
    for (int64_t i = 0; i < outputs; ++i) {
      std::vector<Tap> taps = tapsOf(pool, i);
      __int128 sum = 0;
      for (Tap tap : taps)
        sum += tap.index < 0 ? 0 : x.getInteger(tap.index) - zero;
      int64_t count = countOf(pool, taps), rounded = 0;
      if (count > 0) {
        size_t at = std::distance(list.begin(), llvm::find(list, count));
        rounded = int64_t((sum * multipliers[at] + (__int128(1) << (shifts[at] - 1))) >> shifts[at]);
      }
      ASSERT_EQ(y.getInteger(i), std::clamp(rounded + outZero, lo, hi)) << text;
    }
  }
}

TEST_F(Pools, globalAvgPool) {
  EXPECT_BITS(
      evaluate("qc.global_avg_pool %0", {value("tensor<1x2x3xf32>", {1, 2, 6, 0x1p24, 1, 1})}, "tensor<1x2x1xf32>"),
      {3, 0x1p24f / 3}); // 2^24 + 1 + 1 in this order stays 2^24
  EXPECT_BITS(evaluate("qc.global_avg_pool %0", {value("tensor<1x2x0x3xf32>", {})}, "tensor<1x2x1x1xf32>"), {0, 0});
  TensorValue x = random("tensor<2x3x2x3x4xf32>");
  TensorValue y = evaluate("qc.global_avg_pool %0", {x}, "tensor<2x3x1x1x1xf32>");
  ASSERT_TRUE(y.getType()) << errors;
  for (int i = 0; i < 6; ++i) {
    float sum = 0;
    for (int k = 0; k < 24; ++k)
      sum += floats(x)[i * 24 + k];
    EXPECT_EQ(floats(y)[i], sum / 24.0f);
  }
}

TEST_F(Pools, maxPoolOfNaNAndZeros) {
  const char *pool =
      "qc.max_pool %0 {kernel = array<i64: 2>, strides = array<i64: 2>, pads = array<i64: 0, 0>, dilations "
      "= array<i64: 1>, ceil_mode = false}";
  TensorValue x = value("tensor<1x1x6xf32>", {-kNaN, 1, -0.0, 0.0, -0.0, -0.0});
  EXPECT_BITS(evaluate(pool, {x}, "tensor<1x1x3xf32>"), {kNaN, 0.0f, -0.0f});
}

// A window without any position: the lowest value, or the zero point.
TEST_F(Pools, emptyWindows) {
  std::string attributes = "{kernel = array<i64: 1>, strides = array<i64: 1>, pads = array<i64: 1, 0>, dilations = "
                           "array<i64: 1>, ceil_mode = false";
  TensorValue x = value("tensor<1x1x1xf32>", {5}), q = value("tensor<1x1x1xi8>", {5});
  EXPECT_BITS(evaluate("qc.max_pool %0 " + attributes + "}", {x}, "tensor<1x1x2xf32>"), {-kInf, 5});
  EXPECT_INTEGERS(evaluate("qc.max_pool %0 " + attributes + "}", {q}, "tensor<1x1x2xi8>"), {-128, 5});
  EXPECT_BITS(evaluate("qc.avg_pool %0 " + attributes + ", count_include_pad = false}", {x}, "tensor<1x1x2xf32>"),
              {0, 5});
  std::string requant = ", count_include_pad = false, counts = array<i64: 1>, multipliers = array<i32: 1073741824>, "
                        "shifts = array<i32: 30>, x_zero_point = 0 : i32, zero_point = 7 : i32, lo = 9 : i32, hi = 100 "
                        ": i32}";
  EXPECT_INTEGERS(evaluate("dyadic.avg_pool %0 " + attributes + requant, {q}, "tensor<1x1x2xi8>"), {9, 12});
}

TEST_F(Pools, dyadicAvgPoolRefusesUnknownCounts) {
  evaluate(
      "dyadic.avg_pool %0 {kernel = array<i64: 2>, strides = array<i64: 1>, pads = array<i64: 1, 0>, dilations = "
      "array<i64: 1>, ceil_mode = false, count_include_pad = false, counts = array<i64: 2>, multipliers = array<i32: "
      "1073741824>, shifts = array<i32: 31>, x_zero_point = 0 : i32, zero_point = 0 : i32, lo = -128 : i32, hi = 127 "
      ": i32}",
      {value("tensor<1x1x2xi8>", {1, 2})}, "tensor<1x1x2xi8>");
  EXPECT_ERROR("node: 'dyadic.avg_pool' op expects counts that hold every window's, got a window of 1 positions");
}
