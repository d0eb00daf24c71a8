// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Own functions: error bounds against long double, ends, NaN and signed zeros, fixed orders.
#include "Vectors.h"

#include "qc/Arith/Functions.h"
#include "qc/Arith/RowReduction.h"

#include "gtest/gtest.h"

#include <cfloat>
#include <cmath>
#include <random>

using namespace qc;
namespace numerics = qc::numerics;

namespace {

using F64 = double (*)(double);
using Reference = long double (*)(long double);

/// Largest error in ulp of the result on `count` points of [lo, hi], a third of them drawn towards 0.
double worstError(F64 function, Reference reference, double lo, double hi, int count) {
  std::mt19937_64 rng(1);
  double worst = 0.0;
  for (int i = 0; i < count; ++i) {
    double x = lo + (hi - lo) * (static_cast<double>(rng() >> 11) * 0x1p-53);
    if (i % 3 == 0)
      x = std::ldexp(x, -static_cast<int>(rng() % 40));
    long double exact = reference(x);
    int exponent;
    std::frexp(static_cast<double>(exact), &exponent);
    if (exact == 0.0L || exponent < -1021)
      continue;
    worst = std::max(worst, static_cast<double>(std::fabs(function(x) - exact) / std::ldexp(1.0L, exponent - 53)));
  }
  return worst;
}

long double sigmoidl(long double x) { return 1.0L / (1.0L + expl(-x)); }

// The bounds that Functions.h states.
TEST(FunctionsF64, errorBounds) {
  int count = test::longTests() ? 2000000 : 50000;
  EXPECT_LT(worstError(numerics::exp, expl, -708, 709, count), 1.0);
  EXPECT_LT(worstError(numerics::exp, expl, -1, 1, count), 1.0);
  EXPECT_LT(worstError(numerics::expm1, expm1l, -40, 60, count), 3.0);
  EXPECT_LT(worstError(numerics::expm1, expm1l, -1.5, 1.5, count), 3.0);
  EXPECT_LT(worstError(numerics::log, logl, 0, 1e6, count), 1.0);
  EXPECT_LT(worstError(numerics::log, logl, 0.25, 4, count), 1.0);
  EXPECT_LT(worstError(numerics::tanh, tanhl, -21, 21, count), 4.0);
  EXPECT_LT(worstError(numerics::sigmoid, sigmoidl, -40, 40, count), 4.0);
  EXPECT_LT(worstError(numerics::erf, erfl, -7, 7, count), 6.0);
  EXPECT_LT(worstError(numerics::sin, sinl, -4, 4, count), 2.0);
  EXPECT_LT(worstError(numerics::cos, cosl, -4, 4, count), 2.0);
  EXPECT_LT(worstError(numerics::sin, sinl, -0x1p17, 0x1p17, count), 2.0);
  EXPECT_LT(worstError(numerics::cos, cosl, -0x1p17, 0x1p17, count), 2.0);
}

TEST(FunctionsF64, ends) {
  EXPECT_TRUE(std::signbit(numerics::sin(-0.0)));
  EXPECT_EQ(numerics::cos(0.0), 1.0);
  for (double beyond : {0x1.0000000000001p17, double(INFINITY), double(NAN)}) {
    EXPECT_TRUE(std::isnan(numerics::sin(beyond)));
    EXPECT_TRUE(std::isnan(numerics::cos(-beyond)));
  }
  EXPECT_EQ(numerics::exp(0.0), 1.0);
  EXPECT_EQ(numerics::exp(1e9), INFINITY);
  EXPECT_EQ(numerics::exp(-1e9), 0.0);
  EXPECT_EQ(numerics::exp(-INFINITY), 0.0);
  EXPECT_NEAR(numerics::exp(-745.1) / DBL_TRUE_MIN, 1.0, 0.5);
  EXPECT_EQ(numerics::exp(709.783), INFINITY);
  EXPECT_LT(numerics::exp(709.782), INFINITY);
  EXPECT_EQ(numerics::log(1.0), 0.0);
  EXPECT_EQ(numerics::log(0.0), -INFINITY);
  EXPECT_EQ(numerics::log(INFINITY), INFINITY);
  EXPECT_TRUE(std::isnan(numerics::log(-1.0)));
  EXPECT_EQ(numerics::tanh(INFINITY), 1.0);
  EXPECT_EQ(numerics::tanh(-30.0), -1.0);
  EXPECT_TRUE(std::signbit(numerics::tanh(-0.0)));
  EXPECT_EQ(numerics::sigmoid(0.0), 0.5);
  EXPECT_EQ(numerics::sigmoid(-INFINITY), 0.0);
  EXPECT_EQ(numerics::erf(-INFINITY), -1.0);
  EXPECT_EQ(numerics::erf(0.0), 0.0);
  EXPECT_EQ(numerics::expm1(-INFINITY), -1.0);
  EXPECT_EQ(numerics::expm1(INFINITY), INFINITY);
  for (F64 function : {F64(numerics::exp), F64(numerics::expm1), F64(numerics::log), F64(numerics::tanh),
                       F64(numerics::sigmoid), F64(numerics::erf)})
    EXPECT_EQ(test::bitsOf(function(-NAN)), uint64_t(0x7ff8) << 48);
}

// Bits recorded once: the same on every host and compiler.
TEST(Functions, sameBitsEverywhere) {
  EXPECT_EQ(test::bitsOf(numerics::exp(1.0)), test::bitsOf(0x1.5bf0a8b145769p+1));
  EXPECT_EQ(test::bitsOf(numerics::log(10.0)), test::bitsOf(0x1.26bb1bbb55516p+1));
  uint64_t hash = 0;
  for (int i = -4000; i <= 4000; ++i) {
    double x = i / 512.0;
    for (double y : {numerics::exp(x), numerics::expm1(x), numerics::log(x + 8.0), numerics::tanh(x),
                     numerics::sigmoid(x), numerics::erf(x)})
      hash = (hash ^ test::bitsOf(y)) * 0x9e3779b97f4a7c15u;
    for (float y : {numerics::exp(static_cast<float>(8.0 * x)), numerics::tanh(static_cast<float>(x))})
      hash = (hash ^ test::bitsOf(y)) * 0x9e3779b97f4a7c15u;
  }
  EXPECT_EQ(hash, 6735850475577643538u);
}

// The sequence of operations that docs/Numerics.md states, by exact arithmetic.
TEST(FunctionsF32, expGoldenVectors) {
  test::TemporaryFolder folder;
  ASSERT_TRUE(test::runOracle("parameters_oracle.py", folder.path() + " --kinds exp"));
  test::Vectors vectors = test::readVectors(folder.path() + "/exp.vec");
  ASSERT_GT(vectors.rows, 0u);
  for (size_t i = 0; i < vectors.rows; ++i)
    ASSERT_EQ(test::bitsOf(numerics::exp(test::asF32(vectors.row(i)[0]))), vectors.row(i)[1]) << i;
}

TEST(FunctionsF32, ends) {
  EXPECT_EQ(numerics::exp(0.0f), 1.0f);
  EXPECT_EQ(numerics::exp(-0.0f), 1.0f);
  EXPECT_EQ(numerics::exp(88.8f), INFINITY);
  EXPECT_EQ(numerics::exp(FLT_MAX), INFINITY);
  EXPECT_EQ(numerics::exp(INFINITY), INFINITY);
  EXPECT_EQ(numerics::exp(-INFINITY), 0.0f);
  EXPECT_EQ(numerics::exp(-104.5f), 0.0f);
  EXPECT_EQ(numerics::exp(-103.9f), FLT_TRUE_MIN);
  EXPECT_EQ(test::bitsOf(numerics::exp(-NAN)), 0x7fc00000u);
  EXPECT_EQ(test::bitsOf(numerics::log(-1.0f)), 0x7fc00000u);
  EXPECT_EQ(numerics::sigmoid(-200.0f), 0.0f);
}

TEST(Definitions, minimumMaximum) {
  EXPECT_FALSE(std::signbit(numerics::maximum(-0.0f, 0.0f)));
  EXPECT_FALSE(std::signbit(numerics::maximum(0.0f, -0.0f)));
  EXPECT_TRUE(std::signbit(numerics::minimum(-0.0f, 0.0f)));
  EXPECT_TRUE(std::signbit(numerics::minimum(0.0f, -0.0f)));
  EXPECT_TRUE(std::signbit(numerics::maximum(-0.0f, -0.0f)));
  float odd = test::asF32(0xffc12345);
  for (float x : {1.0f, INFINITY, odd}) {
    EXPECT_EQ(test::bitsOf(numerics::maximum(odd, x)), 0x7fc00000u);
    EXPECT_EQ(test::bitsOf(numerics::minimum(x, odd)), 0x7fc00000u);
  }
  EXPECT_EQ(test::bitsOf(numerics::maximum(std::nan(""), 1.0)), uint64_t(0x7ff8) << 48);
}

TEST(Definitions, activations) {
  EXPECT_EQ(test::bitsOf(numerics::relu(-0.0f)), 0u);
  EXPECT_EQ(test::bitsOf(numerics::relu(test::asF32(0xffc12345))), 0x7fc00000u);
  EXPECT_EQ(numerics::clip(3.0f, 5.0f, 1.0f), 1.0f); // lo > hi gives hi
  EXPECT_EQ(test::bitsOf(numerics::clip(3.0f, NAN, 1.0f)), 0x7fc00000u);
  EXPECT_EQ(numerics::hardSigmoid(0.0f, 0.2f, 0.5f), 0.5f);
  EXPECT_EQ(numerics::hardSigmoid(-INFINITY, 0.2f, 0.5f), 0.0f);
  EXPECT_EQ(numerics::hardSwish(-4.0f), -0.0f);
  EXPECT_EQ(numerics::hardSwish(3.0f), 3.0f);
  EXPECT_EQ(numerics::hardSwish(INFINITY), INFINITY);
  EXPECT_EQ(test::bitsOf(numerics::hardSwish(-INFINITY)), 0x7fc00000u); // -inf * 0
  EXPECT_EQ(numerics::hardSwish(1.0f), numerics::hardSigmoid(1.0f, 1.0f / 6.0f, 0.5f));
}

// The product is rounded before the sum: a fused multiply-add would differ.
TEST(Definitions, hardSigmoidIsNotFused) {
  int differ = 0;
  for (int i = 1; i < 1000; ++i) {
    float x = static_cast<float>(i) / 700.0f, alpha = 1.0f / 6.0f;
    volatile float product = alpha * x;
    EXPECT_EQ(numerics::hardSigmoid(x, alpha, 0.5f), product + 0.5f);
    differ += product + 0.5f != std::fma(alpha, x, 0.5f);
  }
  EXPECT_GT(differ, 0);
}

TEST(RowReduction, order) {
  float x[40];
  for (int i = 0; i < 40; ++i)
    x[i] = i % 2 ? 1e8f + i : -1e8f / (i + 1);
  volatile float p[16] = {};
  for (int i = 0; i < 40; ++i)
    p[i % 16] = p[i % 16] + x[i];
  for (int width : {8, 4, 2, 1})
    for (int j = 0; j < width; ++j)
      p[j] = p[j] + p[j + width];
  EXPECT_EQ(numerics::rowSum(x, 40), p[0]);
  EXPECT_EQ(test::bitsOf(numerics::rowSum(x, 0)), 0u);
  const float strided[5] = {1.0f, 50.0f, 2.0f, 60.0f, 4.0f};
  EXPECT_EQ(numerics::rowSum(strided, 3, 2), 7.0f);
  EXPECT_EQ(numerics::rowMax(strided, 3, 2), 4.0f);
  EXPECT_EQ(numerics::rowMax(strided, 0), -INFINITY);
  x[17] = NAN;
  EXPECT_EQ(test::bitsOf(numerics::rowMax(x, 40)), 0x7fc00000u);
}

} // namespace
