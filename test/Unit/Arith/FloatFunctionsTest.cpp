// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The f32 functions against the C library's f64 functions, which exact values from Python vouch for: a dense sample of
// all inputs, with QC_LONG_TESTS=1 each of them.
#include "Vectors.h"
#include "WideFunctions.h"

#include "qc/Arith/Functions.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <atomic>
#include <cfloat>
#include <cmath>
#include <mutex>
#include <random>
#include <thread>

using namespace qc;
namespace numerics = qc::numerics;

namespace {

/// A function of one value and what docs/Numerics.md says about its error.
struct Function {
  const char *name;
  float (*function)(float);
  double (*reference)(double); ///< error far below 2^-40
  double ulp;                  ///< bound of the error in ulp, from `from` on
  double absolute;             ///< or of the absolute error, whichever is larger
  float from = -INFINITY;
  double ulpBelow = 0; ///< bound in ulp for inputs below `from`
};

double sigmoidOf(double x) { return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x)); }
double softplusOf(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::fabs(x))); }
double geluOf(double x) {
  double tail = 0.5 * std::fabs(x) * std::erfc(std::fabs(x) * M_SQRT1_2);
  return std::isinf(x) ? std::max(x, 0.0) : std::max(x, 0.0) - tail;
}
double geluTanhOf(double x) {
  if (std::fabs(x) > 100)
    return std::max(x, 0.0);
  return x * sigmoidOf(2 * std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x));
}
double turned(double (*function)(double), double x) { return std::fabs(x) <= 0x1p17 ? function(x) : NAN; }

constexpr double powBound = 1.3; ///< ulp

// In the order of WideFunctions.cpp and functions_oracle.py.
const Function functions[] = {
    {"exp", [](float x) { return numerics::exp(x); }, std::exp, 0.9, 0},
    {"expm1", [](float x) { return numerics::expm1(x); }, std::expm1, 2, 0},
    {"log", [](float x) { return numerics::log(x); }, std::log, 1, 0},
    {"log1p", [](float x) { return numerics::log1p(x); }, std::log1p, 2, 0},
    {"sigmoid", [](float x) { return numerics::sigmoid(x); }, sigmoidOf, 2.5, 0},
    {"tanh", [](float x) { return numerics::tanh(x); }, std::tanh, 1.5, 0},
    {"erf", [](float x) { return numerics::erf(x); }, std::erf, 1.2, 0},
    {"softplus", [](float x) { return numerics::softplus(x); }, softplusOf, 2.1, 0},
    {"sqrt", [](float x) { return numerics::sqrt(x); }, std::sqrt, 0.501, 0},
    {"rsqrt", [](float x) { return numerics::rsqrt(x); }, [](double x) { return 1 / std::sqrt(x); }, 1.5, 0},
    {"sin", [](float x) { return numerics::sin(x); }, [](double x) { return turned(std::sin, x); }, 0.9, 0},
    {"cos", [](float x) { return numerics::cos(x); }, [](double x) { return turned(std::cos, x); }, 0.9, 0},
    {"silu", [](float x) { return numerics::silu(x); }, [](double x) { return x * sigmoidOf(x); }, 3.3, 0x1p-140},
    {"mish", [](float x) { return numerics::mish(x); }, [](double x) { return x * std::tanh(softplusOf(x)); }, 5,
     0x1p-140},
    {"gelu", [](float x) { return numerics::gelu(x); }, geluOf, 2, 0x1p-140, -0.75f, 6},
    {"gelu_tanh", [](float x) { return numerics::geluTanh(x); }, geluTanhOf, 3, 0x1p-26, -0.5f, 10},
    {"elu", [](float x) { return numerics::elu(x, 0.5f); }, [](double x) { return x > 0 ? x : 0.5 * std::expm1(x); }, 2,
     0},
    {"celu", [](float x) { return numerics::celu(x, 2.0f); },
     [](double x) { return x > 0 ? x : 2 * std::expm1(x / 2); }, 2, 0},
};
static_assert(std::size(functions) == test::numWideFunctions);

/// The distance of neighbouring f32 at a value.
double ulpAt(double value) {
  int exponent;
  std::frexp(value, &exponent);
  return std::ldexp(1.0, std::max(exponent, -125) - 24);
}

/// The error of y in ulp of the exact value, beyond `absolute`; infinite where one is no number and the other is.
double errorOf(float y, double exact, double absolute = 0) {
  if (std::isnan(exact))
    return test::bitsOf(y) == 0x7fc00000u ? 0 : INFINITY;
  float nearest = static_cast<float>(exact);
  if (std::isinf(nearest) || std::isinf(y)) // the largest f32 and infinity are neighbours
    return nearest == y || (std::isfinite(exact) && std::fabs(exact) > 0x1.fffffcp127 &&
                            std::signbit(y) == (exact < 0) && std::fabs(y) >= 0x1.fffffcp127f)
               ? 0
               : INFINITY;
  double error = std::fabs(y - exact);
  return error <= absolute ? 0 : error / ulpAt(exact);
}

// The references, and the functions, against values of 40 digits.
TEST(FloatFunctions, goldenVectors) {
  test::TemporaryFolder folder;
  std::string path = folder.path() + "/functions.vec";
  ASSERT_TRUE(test::runOracle("functions_oracle.py", path + (test::longTests() ? " --count 3000" : " --count 150")));
  test::Vectors vectors = test::readVectors(path);
  ASSERT_GE(vectors.rows, 150u * (std::size(functions) + 1));
  for (size_t i = 0; i < vectors.rows; ++i) {
    const int64_t *row = vectors.row(i);
    float x = test::asF32(row[1]), y = test::asF32(row[2]);
    double exact = test::asF64(row[3]);
    if (row[0] == static_cast<int64_t>(std::size(functions))) {
      ASSERT_LE(std::fabs(std::pow(double(x), double(y)) - exact), 0x1p-48 * std::fabs(exact)) << x << "^" << y;
      ASSERT_LT(errorOf(numerics::pow(x, y), exact), powBound) << x << "^" << y;
      continue;
    }
    const Function &f = functions[row[0]];
    ASSERT_LE(std::fabs(f.reference(x) - exact), 0x1p-44 * std::fabs(exact)) << f.name << " of " << x;
    ASSERT_LT(errorOf(f.function(x), exact, f.absolute), x < f.from ? f.ulpBelow : f.ulp) << f.name << " of " << x;
  }
}

/// The worst error found, and where.
struct Worst {
  double error = 0;
  float at = 0;
  void add(double e, float x) {
    if (e > error) {
      error = e;
      at = x;
    }
  }
};

/// Inputs `first`, `first + step` ... of one block, all functions of them, compared.
class Sweep {
public:
  explicit Sweep(size_t index) : f(functions[index]), index(static_cast<int>(index)) {}

  /// Every `step`-th of all inputs, on all cores.
  void run(uint64_t step) {
    std::atomic<uint64_t> next{0};
    std::vector<std::thread> threads;
    for (unsigned t = 0; t < std::max(1u, std::thread::hardware_concurrency()); ++t)
      threads.emplace_back([&] {
        for (uint64_t first; (first = next.fetch_add(blockSize * step)) < uint64_t(1) << 32;)
          runBlock(first, step);
      });
    for (std::thread &thread : threads)
      thread.join();
  }

  Worst above, below;
  int64_t unlike = 0; ///< inputs where the vector and the scalar instantiation differ

private:
  static constexpr size_t blockSize = 4096;

  void runBlock(uint64_t first, uint64_t step) {
    float x[blockSize], y[blockSize];
    for (size_t i = 0; i < blockSize; ++i)
      x[i] = test::asF32(static_cast<int64_t>(first + i * step));
    bool isWide = test::hasWideFunctions();
    if (isWide)
      test::evaluateWide(index, x, y, blockSize);
    else
      std::transform(x, x + blockSize, y, f.function);
    Worst worstAbove, worstBelow;
    int64_t differ = 0;
    for (size_t i = 0; i < blockSize; ++i) {
      (x[i] < f.from ? worstBelow : worstAbove).add(errorOf(y[i], f.reference(x[i]), f.absolute), x[i]);
      if (isWide && i % 61 == 0)
        differ += test::bitsOf(f.function(x[i])) != test::bitsOf(y[i]);
    }
    std::lock_guard<std::mutex> lock(mutex);
    above.add(worstAbove.error, worstAbove.at);
    below.add(worstBelow.error, worstBelow.at);
    unlike += differ;
  }

  const Function &f;
  int index;
  std::mutex mutex;
};

class FloatFunctionsSweep : public ::testing::TestWithParam<size_t> {};

TEST_P(FloatFunctionsSweep, errorBounds) {
  const Function &f = functions[GetParam()];
  Sweep sweep(GetParam());
  sweep.run(test::longTests() ? 1 : 2047);
  std::printf("%s: %.3f ulp at %a; below %g: %.3f ulp at %a\n", f.name, sweep.above.error, sweep.above.at, f.from,
              sweep.below.error, sweep.below.at);
  EXPECT_LT(sweep.above.error, f.ulp) << "at " << sweep.above.at;
  EXPECT_LE(sweep.below.error, f.ulpBelow) << "at " << sweep.below.at;
  EXPECT_EQ(sweep.unlike, 0);
}

INSTANTIATE_TEST_SUITE_P(All, FloatFunctionsSweep, ::testing::Range<size_t>(0, std::size(functions)),
                         [](const auto &info) { return std::string(functions[info.param].name); });

// Every pair of values where something begins, and their neighbours.
TEST(FloatFunctions, powSpecialCases) {
  std::vector<float> values;
  for (float v : {0.0f,    FLT_TRUE_MIN, FLT_MIN,         0.3f,      0.5f,   1.0f,   1.5f,    2.0f,
                  3.0f,    4.0f,         127.0f,          128.0f,    149.0f, 150.0f, 0x1p23f, 0x1p24f,
                  0x1p30f, FLT_MAX,      float(INFINITY), float(NAN)})
    for (float near : {std::nextafter(v, -INFINITY), v, std::nextafter(v, INFINITY)}) {
      values.push_back(near);
      values.push_back(-near);
    }
  for (float x : values)
    for (float y : values) {
      float got = numerics::pow(x, y);
      double want = std::pow(double(x), double(y));
      ASSERT_LT(errorOf(got, want), powBound) << x << "^" << y << " = " << want << ", got " << got;
      if (want == 0) {
        ASSERT_EQ(std::signbit(got), std::signbit(want)) << x << "^" << y;
      }
    }
}

// Bases over all exponents, exponents that give all results.
TEST(FloatFunctions, powErrorBound) {
  std::mt19937_64 rng(7);
  double worst = 0;
  constexpr size_t block = 4096;
  std::vector<float> x(block), y(block), z(block);
  for (int n = 0; n < (test::longTests() ? 100000 : 200); ++n) {
    for (size_t i = 0; i < block; ++i) {
      x[i] = test::asF32(rng() & 0x7fffffff);
      if (i % 2) // near 1, where the logarithm is small
        x[i] = 1.0f + std::ldexp(static_cast<float>(int64_t(rng() >> 40)) - 0x1p23f, -24 - int(rng() % 20));
      double logarithm = std::log2(double(x[i]));
      double result = double(rng() >> 11) * 0x1p-53 * 300 - 160;
      y[i] = static_cast<float>(result / logarithm);
      if (i % 16 == 0)
        y[i] = test::asF32(rng() & 0xffffffff);
    }
    if (test::hasWideFunctions())
      test::evaluateWidePow(x.data(), y.data(), z.data(), block);
    for (size_t i = 0; i < block; ++i) {
      if (!test::hasWideFunctions() || i % 61 == 0) {
        float one = numerics::pow(x[i], y[i]);
        ASSERT_TRUE(!test::hasWideFunctions() || test::bitsOf(one) == test::bitsOf(z[i])) << x[i] << "^" << y[i];
        z[i] = one;
      }
      double error = errorOf(z[i], std::pow(double(x[i]), double(y[i])));
      ASSERT_LT(error, powBound) << x[i] << "^" << y[i] << ", got " << z[i];
      worst = std::max(worst, error);
    }
  }
  std::printf("pow: %.3f ulp\n", worst);
}

TEST(FloatFunctions, ends) {
  float inf = INFINITY;
  EXPECT_EQ(numerics::exp(88.8f), inf);
  EXPECT_EQ(numerics::log(0.0f), -inf);
  EXPECT_EQ(numerics::log(-0.0f), -inf);
  EXPECT_EQ(numerics::log1p(-1.0f), -inf);
  EXPECT_EQ(numerics::log1p(inf), inf);
  EXPECT_EQ(numerics::expm1(-inf), -1.0f);
  EXPECT_EQ(numerics::sigmoid(0.0f), 0.5f);
  EXPECT_EQ(numerics::sigmoid(-inf), 0.0f);
  EXPECT_EQ(numerics::sigmoid(inf), 1.0f);
  EXPECT_EQ(numerics::tanh(-inf), -1.0f);
  EXPECT_EQ(numerics::erf(4.0f), 1.0f);
  EXPECT_EQ(numerics::rsqrt(-0.0f), -inf);
  EXPECT_EQ(numerics::gelu(inf), inf);
  EXPECT_EQ(numerics::gelu(-inf), 0.0f);
  EXPECT_EQ(numerics::geluTanh(-inf), 0.0f);
  EXPECT_EQ(numerics::softplus(-inf), 0.0f);
  EXPECT_EQ(numerics::cos(0.0f), 1.0f);
  EXPECT_EQ(test::bitsOf(numerics::silu(-inf)), 0x7fc00000u); // -inf * 0
  EXPECT_EQ(test::bitsOf(numerics::mish(-inf)), 0x7fc00000u);
  EXPECT_EQ(test::bitsOf(numerics::sin(inf)), 0x7fc00000u);
  EXPECT_EQ(test::bitsOf(numerics::sqrt(-1.0f)), 0x7fc00000u);
  EXPECT_EQ(numerics::selu(1.0f, 1.5f, 2.0f), 2.0f);
  EXPECT_NEAR(numerics::selu(-1.0f, 1.5f, 2.0f), 3 * std::expm1(-1.0), 1e-6);
  for (float (*odd)(float) : {+[](float x) { return numerics::tanh(x); }, +[](float x) { return numerics::erf(x); },
                              +[](float x) { return numerics::sin(x); }, +[](float x) { return numerics::expm1(x); }})
    EXPECT_EQ(test::bitsOf(odd(-0.0f)), 0x80000000u);
}

} // namespace
