// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Bodies of scalar operations: special values, integers that never trap, casts; f32 and f64 agree.
#include "qc/Arith/ScalarFunctions.h"
#include "qc/Arith/Rounding.h"
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <random>

using namespace qc::numerics;

static constexpr float kInf = std::numeric_limits<float>::infinity();
static const float kNaN = std::numeric_limits<float>::quiet_NaN();

static uint32_t bits(float x) {
  uint32_t word;
  std::memcpy(&word, &x, 4);
  return word;
}

static const float kSpecial[] = {0.0f,  -0.0f, 0.3f,  -0.3f,  0.5f,  -0.5f,  0.7f,       -0.7f, 1.0f,  -1.0f, 1.5f,
                                 -1.5f, 2.5f,  -2.5f, 1e-40f, 1e30f, -1e30f, 8388607.5f, kInf,  -kInf, kNaN,  -kNaN};

TEST(ScalarFunctions, RoundingIsExact) {
  for (float x : kSpecial) {
    bool isNaN = x != x;
    EXPECT_EQ(bits(scalar::floor(x)), isNaN ? 0x7fc00000u : bits(std::floor(x))) << x;
    EXPECT_EQ(bits(scalar::ceil(x)), isNaN ? 0x7fc00000u : bits(std::ceil(x))) << x;
    EXPECT_EQ(bits(scalar::round(x)), isNaN ? 0x7fc00000u : bits(roundEven(x))) << x;
  }
}

// What the evaluator computed before the bodies were templates.
TEST(ScalarFunctions, AsTheDefinitionsOfFunctions) {
  for (float a : kSpecial) {
    EXPECT_EQ(bits(scalar::relu(a)), bits(relu(a))) << a;
    EXPECT_EQ(bits(scalar::hardSwish(a)), bits(hardSwish(a))) << a;
    EXPECT_EQ(bits(scalar::hardSigmoid(a, 0.2f, 0.5f)), bits(hardSigmoid(a, 0.2f, 0.5f))) << a;
    for (float b : kSpecial) {
      EXPECT_EQ(bits(scalar::maximum(a, b)), bits(maximum(a, b))) << a << " " << b;
      EXPECT_EQ(bits(scalar::minimum(a, b)), bits(minimum(a, b))) << a << " " << b;
    }
  }
}

TEST(ScalarFunctions, Signs) {
  EXPECT_EQ(bits(scalar::sign(-0.0f)), 0u);
  EXPECT_EQ(scalar::sign(-kInf), -1.0f);
  EXPECT_EQ(bits(scalar::sign(-kNaN)), 0x7fc00000u);
  EXPECT_EQ(bits(scalar::abs(-0.0f)), 0u);
  EXPECT_EQ(scalar::leakyRelu(-2.0f, 0.5f), -1.0f);
  EXPECT_EQ(scalar::softsign(-3.0f), -0.75f);
  EXPECT_TRUE(scalar::isInfinite(-kInf, 1.0f, 0.0f));
  EXPECT_FALSE(scalar::isInfinite(kInf, 1.0f, 0.0f));
  EXPECT_FALSE(scalar::isInfinite(kNaN, 1.0f, 1.0f));
  EXPECT_FALSE(scalar::equal(kNaN, kNaN));
}

// The f64 formulas of tables are near the f32 functions.
TEST(ScalarFunctions, TablesComputeTheSameFunctions) {
  using Pair = std::pair<float (*)(float), double (*)(double)>;
  const Pair pairs[] = {{scalar::silu, scalar::silu},         {scalar::mish, scalar::mish},
                        {scalar::gelu, scalar::gelu},         {scalar::geluTanh, scalar::geluTanh},
                        {scalar::softplus, scalar::softplus}, {scalar::softsign, scalar::softsign},
                        {scalar::floor, scalar::floor},       {scalar::ceil, scalar::ceil},
                        {scalar::round, scalar::round},       {scalar::sign, scalar::sign}};
  for (auto [narrow, wide] : pairs)
    for (float x = -12.0f; x < 12.0f; x += 0.37f)
      EXPECT_NEAR(narrow(x), wide(x), 1e-5 * std::max(1.0f, std::fabs(x))) << x;
  for (float x = -6.0f; x < 6.0f; x += 0.37f) {
    EXPECT_NEAR(scalar::elu(x, 1.5f), scalar::elu(double(x), 1.5), 1e-5);
    EXPECT_NEAR(scalar::sin(x), scalar::sin(double(x)), 1e-6);
    EXPECT_NEAR(scalar::cos(x), scalar::cos(double(x)), 1e-6);
    EXPECT_NEAR(scalar::celu(x, 1.5f), scalar::celu(double(x), 1.5), 1e-5);
    EXPECT_NEAR(scalar::selu(x, 1.5f, 0.5f), scalar::selu(double(x), 1.5, 0.5), 1e-5);
    for (double y : {-3.0, -1.0, 0.0, 0.5, 1.0, 2.0, 2.5, 3.0})
      if (x > 0 || y == std::floor(y)) {
        EXPECT_NEAR(scalar::pow(x, float(y)), scalar::pow(double(x), y),
                    1e-5 * std::max(1.0, std::fabs(std::pow(x, y))))
            << x << " " << y;
      }
  }
}

TEST(ScalarFunctions, IntegersWrapAndNeverTrap) {
  Integer least{INT64_MIN}, minusOne{-1}, zero{0}, seven{7}, three{3};
  EXPECT_EQ(scalar::div(least, minusOne).value, INT64_MIN);
  EXPECT_EQ(scalar::div(seven, zero).value, 0);
  EXPECT_EQ(scalar::mod(seven, zero).value, 0);
  EXPECT_EQ(scalar::remainder(least, minusOne).value, 0);
  EXPECT_EQ(scalar::div(-seven, three).value, -2);
  EXPECT_EQ(scalar::mod(-seven, three).value, 2);
  EXPECT_EQ(scalar::mod(seven, -three).value, -2);
  EXPECT_EQ(scalar::remainder(-seven, three).value, -1);
  EXPECT_EQ(scalar::abs(least).value, INT64_MIN);
  EXPECT_EQ(scalar::mul(least, seven).value, INT64_MIN);
  EXPECT_EQ(scalar::sign(-seven).value, -1);
  EXPECT_EQ(scalar::maximum(-seven, three).value, 3);
  EXPECT_EQ(scalar::logicalXor(Integer{1}, Integer{1}).value, 0);
}

TEST(ScalarFunctions, FloatsAsIntegers) {
  EXPECT_EQ(truncateToInteger(-2.7f, 64, false), -2);
  EXPECT_EQ(truncateToInteger(kNaN, 32, false), 0);
  EXPECT_EQ(truncateToInteger(kInf, 64, false), INT64_MAX);
  EXPECT_EQ(truncateToInteger(-kInf, 64, false), INT64_MIN);
  EXPECT_EQ(truncateToInteger(0x1p31f, 32, false), INT32_MAX);
  EXPECT_EQ(truncateToInteger(-0x1p31f, 32, false), INT32_MIN);
  EXPECT_EQ(truncateToInteger(300.0f, 8, true), 255);
  EXPECT_EQ(truncateToInteger(-1.5f, 8, true), 0);
  EXPECT_EQ(truncateToInteger(-200.0f, 8, false), -128);
}
