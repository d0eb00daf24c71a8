// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parameters from data, clip bounds and the float borders: worked examples and golden vectors.
#include "Vectors.h"

#include "qc/Arith/Quantize.h"

#include "gtest/gtest.h"

#include <cfloat>
#include <cmath>

using namespace qc;
using namespace qc::numerics;
using test::asF32;

namespace {

constexpr CodeType types[] = {CodeType::I8, CodeType::UI8, CodeType::I16, CodeType::UI16, CodeType::I32};

// Input (px - 73) / 90 of an 8-bit image: codes are exact, the zero point is 73.
TEST(Activation, workedExample) {
  std::optional<QuantParams> params = chooseActivation(-73.0f / 90, 182.0f / 90);
  ASSERT_TRUE(params);
  EXPECT_FLOAT_EQ(params->scale, 1.0f / 90);
  EXPECT_EQ(params->zeroPoint, 73);
}

TEST(Activation, edges) {
  EXPECT_EQ(chooseActivation(0.0f, 0.0f)->scale, 1.0f); // also: nothing observed
  EXPECT_EQ(chooseActivation(0.0f, 0.0f)->zeroPoint, 0);
  EXPECT_EQ(chooseActivation(2.0f, 5.1f)->zeroPoint, 0); // 0 is always in the range
  EXPECT_EQ(chooseActivation(2.0f, 5.1f)->scale, static_cast<float>(5.1f / 255.0));
  EXPECT_EQ(chooseActivation(-3.0f, -1.0f)->zeroPoint, 255);
  EXPECT_EQ(chooseActivation(0.0f, FLT_TRUE_MIN)->scale, 0x1p-64f);
  EXPECT_TRUE(chooseActivation(-FLT_MAX, FLT_MAX));
  EXPECT_FALSE(chooseActivation(-INFINITY, 0.0f));
  EXPECT_FALSE(chooseActivation(0.0f, INFINITY));
  EXPECT_FALSE(chooseActivation(NAN, 0.0f));
}

TEST(Activation, sixteenBits) {
  std::optional<QuantParams> params = chooseActivation(-1.0f, 1.0f, CodeType::UI16);
  ASSERT_TRUE(params);
  EXPECT_EQ(params->scale, static_cast<float>(2.0 / 65535));
  EXPECT_EQ(params->zeroPoint, 32768); // 32767.5, a tie
  EXPECT_EQ(chooseActivation(-1.0f, 1.0f, CodeType::I16)->zeroPoint, 0);
  EXPECT_EQ(chooseActivation(2.0f, 6.0f, CodeType::UI16)->zeroPoint, 0);
  EXPECT_EQ(chooseActivation(-3.0f, -1.0f, CodeType::UI16)->zeroPoint, 65535);
  EXPECT_EQ(chooseActivation(0.0f, 0.0f, CodeType::I16)->zeroPoint, -32768);
  EXPECT_EQ(chooseActivation(0.0f, FLT_TRUE_MIN, CodeType::UI16)->scale, 0x1p-64f);
  EXPECT_FALSE(chooseActivation(-INFINITY, 0.0f, CodeType::UI16));
}

TEST(Activation, centred) {
  std::optional<QuantParams> params = chooseCentredActivation(-0.5f, 2.0f, CodeType::UI16);
  ASSERT_TRUE(params);
  EXPECT_EQ(params->scale, static_cast<float>(2.0 / 32767));
  EXPECT_EQ(params->zeroPoint, 32768);
  EXPECT_EQ(quantize(2.0f, *params, CodeType::UI16), 65535);
  EXPECT_EQ(quantize(-2.0f, *params, CodeType::UI16), 1);
  EXPECT_EQ(chooseCentredActivation(3.0f, 4.0f, CodeType::I16)->zeroPoint, 0);
  EXPECT_EQ(chooseCentredActivation(3.0f, 127.0f, CodeType::I8)->scale, 1.0f);
  EXPECT_EQ(chooseCentredActivation(0.0f, 0.0f, CodeType::UI8)->scale, 1.0f);
  EXPECT_EQ(chooseCentredActivation(0.0f, 0.0f, CodeType::UI8)->zeroPoint, 128);
  EXPECT_FALSE(chooseCentredActivation(NAN, 0.0f, CodeType::UI16));
}

TEST(WeightScale, edges) {
  EXPECT_EQ(chooseWeightScale(127.0f, 0.0f, 0.5f), 1.0f);
  EXPECT_EQ(chooseWeightScale(0.0f, 0.0f, 0.5f), 1.0f);     // an all-zero filter
  EXPECT_EQ(chooseWeightScale(1e-3f, 0x1p30f, 1.0f), 1.0f); // the bias decides: b_q = 2^30
  EXPECT_EQ(quantizeBias(0x1p30f, 1.0f, 1.0f), 1 << 30);
  EXPECT_FALSE(chooseWeightScale(1.0f, FLT_MAX, FLT_TRUE_MIN)); // not finite
  EXPECT_FALSE(quantizeBias(0x1.000002p30f, 1.0f, 1.0f));
  EXPECT_FALSE(quantizeBias(INFINITY, 1.0f, 1.0f));
  EXPECT_EQ(quantizeBias(-2.5f, 1.0f, 1.0f), -2);
}

TEST(WeightScale, maxAbs) {
  const float w[6] = {1.0f, -7.0f, 2.0f, 9.0f, -0.0f, 3.0f};
  EXPECT_EQ(maxAbs(w, 6), 9.0f);
  EXPECT_EQ(maxAbs(w, 3, 2), 2.0f);
  EXPECT_EQ(maxAbs(w, 0), 0.0f);
  const float bad[2] = {1.0f, NAN}, infinite[2] = {-INFINITY, 1.0f};
  EXPECT_EQ(maxAbs(bad, 2), INFINITY);
  EXPECT_EQ(maxAbs(infinite, 2), INFINITY);
}

TEST(Weight, codes) {
  EXPECT_EQ(quantizeWeight(0.5f, 1.0f), 0);
  EXPECT_EQ(quantizeWeight(1.5f, 1.0f), 2);
  EXPECT_EQ(quantizeWeight(-2.5f, 1.0f), -2);
  EXPECT_EQ(quantizeWeight(-1000.0f, 1.0f), -127); // never -128
}

TEST(Clip, codes) {
  QuantParams params = {0.1f, 10};
  CodeRange relu = clipCodes(0.0f, std::nullopt, params, CodeType::UI8);
  EXPECT_EQ(relu.lo, 10);
  EXPECT_EQ(relu.hi, 255);
  CodeRange six = clipCodes(0.0f, 6.0f, params, CodeType::UI8);
  EXPECT_EQ(six.hi, 70);
  CodeRange crossed = clipCodes(5.0f, 1.0f, params, CodeType::UI8); // lo > hi gives hi
  EXPECT_EQ(crossed.lo, 20);
  EXPECT_EQ(crossed.hi, 20);
  CodeRange infinite = clipCodes(-INFINITY, INFINITY, params, CodeType::I8);
  EXPECT_EQ(infinite.lo, -128);
  EXPECT_EQ(infinite.hi, 127);
}

TEST(Border, quantizeEdges) {
  QuantParams params = {0.5f, 3};
  EXPECT_EQ(quantize(0.25f, params, CodeType::I8), 3); // 0.5: tie to even, then the zero point
  EXPECT_EQ(quantize(0.75f, params, CodeType::I8), 5); // 1.5: tie to 2
  EXPECT_EQ(quantize(-0.25f, params, CodeType::I8), 3);
  EXPECT_EQ(quantize(NAN, params, CodeType::I8), 3);
  EXPECT_EQ(quantize(INFINITY, params, CodeType::I8), 127);
  EXPECT_EQ(quantize(-INFINITY, params, CodeType::I8), -128);
  EXPECT_EQ(quantize(62.0f, params, CodeType::I8), 127); // 124 + 3
  EXPECT_EQ(quantize(62.5f, params, CodeType::I8), 127); // 125 + 3 saturates after the zero point
  EXPECT_EQ(quantize(-65.5f, params, CodeType::I8), -128);
  EXPECT_EQ(quantize(FLT_MAX, {FLT_TRUE_MIN, 0}, CodeType::UI16), 65535);
}

// f32 division: 0.35f / 0.1f is 3.5 in f32 and above it in f64; the f32 tie goes to the even 4 either way here, 0.25f /
// 0.1f shows it.
TEST(Border, divisionIsF32) {
  float x = 0x1.0ccccdp-1f, s = 0x1.99999ap-3f; // 0.525 / 0.2
  EXPECT_EQ(quantize(x, {s, 0}, CodeType::I8), static_cast<int>(std::nearbyint(x / s)));
  int differ = 0;
  for (int k = 0; k < 200; ++k) {
    float tie = static_cast<float>((k + 0.5) * static_cast<double>(s));
    EXPECT_EQ(quantize(tie, {s, 0}, CodeType::UI8), static_cast<int>(std::nearbyint(tie / s)));
    differ += std::nearbyint(tie / s) != std::nearbyint(static_cast<double>(tie) / static_cast<double>(s));
  }
  EXPECT_GT(differ, 0); // otherwise this test shows nothing
}

TEST(Border, dequantizeEdges) {
  EXPECT_EQ(dequantize(3, {0.5f, 1}), 1.0f);
  EXPECT_EQ(dequantize(INT32_MAX, {1.0f, 0}), 2147483648.0f); // the conversion rounds
  EXPECT_EQ(dequantize(-128, {2.0f, 127}), -510.0f);
}

// Every 16-bit code comes back: two roundings of 2^-24 move 65535 by less than 2^-6.
TEST(Border, codesOf16BitsComeBack) {
  for (float scale : {0x1p-64f, 1.0f / 90, 0x1.fffffep-3f, 0x1.000002p0f, 3.1e-5f, 0x1p100f})
    for (CodeType type : {CodeType::I16, CodeType::UI16}) {
      CodeRange range = codeRange(type);
      for (int32_t zero : {range.lo, range.lo + 12345, range.hi})
        for (int32_t code = range.lo; code <= range.hi; ++code)
          ASSERT_EQ(quantize(dequantize(code, {scale, zero}), {scale, zero}, type), code) << scale << " " << zero;
    }
}

TEST(Border, exactReciprocal) {
  EXPECT_EQ(exactReciprocal(0.25f), 4.0f);
  EXPECT_EQ(exactReciprocal(0x1p127f), 0x1p-127f);
  EXPECT_EQ(exactReciprocal(0x1p-127f), 0x1p127f);
  EXPECT_FALSE(exactReciprocal(0x1p-128f)); // 2^128 is not finite
  EXPECT_FALSE(exactReciprocal(3.0f));
  EXPECT_FALSE(exactReciprocal(0x1.8p-127f));
}

class GoldenParameters : public testing::Test {
protected:
  static void SetUpTestSuite() {
    folder = new test::TemporaryFolder();
    oracleRan = test::runOracle(
        "parameters_oracle.py",
        folder->path() + " --seed 2 --kinds activation,activation16,centred,weight_scale,plane_scale,weight_code,"
                         "quantize,dequantize,clip");
  }
  static void TearDownTestSuite() { delete folder; }
  test::Vectors read(const char *kind) {
    EXPECT_TRUE(oracleRan);
    test::Vectors vectors = test::readVectors(folder->path() + "/" + kind + ".vec");
    EXPECT_GT(vectors.rows, 0u);
    return vectors;
  }
  static test::TemporaryFolder *folder;
  static bool oracleRan;
};
test::TemporaryFolder *GoldenParameters::folder = nullptr;
bool GoldenParameters::oracleRan = false;

TEST_F(GoldenParameters, activation) {
  test::Vectors vectors = read("activation");
  for (size_t i = 0; i < vectors.rows; ++i) {
    const int64_t *row = vectors.row(i);
    std::optional<QuantParams> got = chooseActivation(asF32(row[0]), asF32(row[1]));
    ASSERT_EQ(got.has_value(), row[2] == 1) << i;
    if (!got)
      continue;
    ASSERT_EQ(test::bitsOf(got->scale), row[3]) << i;
    ASSERT_EQ(got->zeroPoint, row[4]) << i;
  }
}

TEST_F(GoldenParameters, activations16) {
  test::Vectors vectors = read("activation16"), centred = read("centred");
  for (const test::Vectors *rows : {&vectors, &centred})
    for (size_t i = 0; i < rows->rows; ++i) {
      const int64_t *row = rows->row(i); // type, min, max, ok, scale, zero point
      auto choose = rows == &vectors ? chooseActivation : chooseCentredActivation;
      std::optional<QuantParams> got = choose(asF32(row[1]), asF32(row[2]), types[row[0]]);
      ASSERT_EQ(got.has_value(), row[3] == 1) << i;
      if (!got)
        continue;
      ASSERT_EQ(test::bitsOf(got->scale), row[4]) << i;
      ASSERT_EQ(got->zeroPoint, row[5]) << i;
    }
}

TEST_F(GoldenParameters, weights) {
  test::Vectors vectors = read("weight_scale");
  for (size_t i = 0; i < vectors.rows; ++i) {
    const int64_t *row = vectors.row(i);
    std::optional<float> got = chooseWeightScale(asF32(row[0]), asF32(row[1]), asF32(row[2]));
    ASSERT_EQ(got.has_value(), row[3] == 1) << i;
    if (!got)
      continue;
    ASSERT_EQ(test::bitsOf(*got), row[4]) << i;
    ASSERT_EQ(quantizeBias(asF32(row[1]), asF32(row[2]), *got), row[5]) << i;
  }
  vectors = read("plane_scale");
  for (size_t i = 0; i < vectors.rows; ++i) {
    const int64_t *row = vectors.row(i);
    std::optional<float> got = chooseWeightScale(asF32(row[0]), asF32(row[1]), asF32(row[2]), CodeType::UI16);
    ASSERT_EQ(got.has_value(), row[3] == 1) << i;
    if (!got)
      continue;
    ASSERT_EQ(test::bitsOf(*got), row[4]) << i;
    ASSERT_EQ(quantizePlaneBias(asF32(row[1]), asF32(row[2]), *got), row[5]) << i;
  }
  vectors = read("weight_code");
  for (size_t i = 0; i < vectors.rows; ++i) {
    const int64_t *row = vectors.row(i);
    ASSERT_EQ(quantizeWeight(asF32(row[0]), asF32(row[1])), row[2]) << i;
  }
}

TEST_F(GoldenParameters, borders) {
  test::Vectors vectors = read("quantize");
  for (size_t i = 0; i < vectors.rows; ++i) {
    const int64_t *row = vectors.row(i);
    QuantParams params = {asF32(row[1]), static_cast<int32_t>(row[2])};
    float x = asF32(row[0]);
    ASSERT_EQ(quantize(x, params, types[row[3]]), row[4]) << i;
    if (std::optional<float> reciprocal = exactReciprocal(params.scale)) {
      float quotient = x / params.scale, product = x * *reciprocal;
      ASSERT_TRUE(quotient == product || (quotient != quotient && product != product)) << i;
    }
  }
  vectors = read("dequantize");
  for (size_t i = 0; i < vectors.rows; ++i) {
    const int64_t *row = vectors.row(i);
    ASSERT_EQ(dequantize(row[0], {asF32(row[1]), static_cast<int32_t>(row[2])}), asF32(row[3])) << i;
  }
}

TEST_F(GoldenParameters, clip) {
  test::Vectors vectors = read("clip");
  for (size_t i = 0; i < vectors.rows; ++i) {
    const int64_t *row = vectors.row(i); // has min, min, has max, max, s, z, type, lo, hi
    std::optional<float> min, max;
    if (row[0])
      min = asF32(row[1]);
    if (row[2])
      max = asF32(row[3]);
    CodeRange got = clipCodes(min, max, {asF32(row[4]), static_cast<int32_t>(row[5])}, types[row[6]]);
    ASSERT_EQ(got.lo, row[7]) << i;
    ASSERT_EQ(got.hi, row[8]) << i;
  }
}

} // namespace
