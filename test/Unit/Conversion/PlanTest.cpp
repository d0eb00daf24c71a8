// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which operations have an integer form: bounds at their limits, refusals in words, counts of windows.
#include "dialects/QC/WindowCounts.h"
#include "mlir/IR/BuiltinTypes.h"
#include "qc/Analysis/RequantPlan.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace qc;

static constexpr int64_t kDynamic = mlir::ShapedType::kDynamic;

namespace {
struct Filter {
  std::vector<int8_t> codes;
  WeightCodes view(int64_t channels) const {
    std::vector<int64_t> shape{channels, int64_t(codes.size()) / channels};
    return WeightCodes::view(codes, shape, 0, false);
  }
};
} // namespace

static CodeParams codes(float scale, int32_t zero = 0) { return {scale, zero, qc::numerics::CodeType::UI8}; }

// R = 255 * W+ < 2^31: 66312 weights of 127 fit (255 * 127 * 66311 < 2^31), one more does not.
TEST(Plan, RegisterLimit) {
  int64_t most = ((int64_t(1) << 31) - 1) / (255 * 127);
  float scale = 0.5f;
  Filter fits{std::vector<int8_t>(most, 127)}, leaves{std::vector<int8_t>(most + 1, 127)};
  EXPECT_TRUE(planContraction(fits.view(1), {&scale, 1}, {}, codes(0.5f), 1e6f));
  RequantPlan refused = planContraction(leaves.view(1), {&scale, 1}, {}, codes(0.5f), 1e6f);
  EXPECT_EQ(refused.reason,
            "a sum of products of codes up to " + std::to_string(255 * 127 * (most + 1)) + " may leave 32 bits");
  EXPECT_FALSE(planFloatResult(leaves.view(1), {&scale, 1}, {}, codes(0.5f)));
}

// X < 2^31 with the bias: U = 255 * 127 + b.
TEST(Plan, BiasLimit) {
  float scale = 0.5f;
  Filter filter{{127}};
  int64_t limit = INT32_MAX - 255 * 127;
  EXPECT_TRUE(planContraction(filter.view(1), {&scale, 1}, {&limit, 1}, codes(0.5f), 1.0f));
  ++limit;
  EXPECT_EQ(planContraction(filter.view(1), {&scale, 1}, {&limit, 1}, codes(0.5f), 1.0f).reason,
            "a sum of products with bias up to 2147483648 may leave 32 bits");
}

// A filter of zeros takes no part; a factor below 2^-31 is dead; both keep the other channel's numbers.
TEST(Plan, DeadChannels) {
  Filter filter{{1, 0, 1}};
  float scales[3] = {0.5f, 0.5f, 0x1p-80f};
  RequantPlan alone = planContraction(filter.view(3), scales, {}, codes(1.0f), 1.0f);
  ASSERT_TRUE(alone);
  EXPECT_EQ(alone.multipliers, std::vector<int32_t>({1 << 30, 1 << 30, 1 << 30}));
  EXPECT_EQ(alone.shifts, std::vector<int32_t>({31, 62, 62}));
  EXPECT_EQ(alone.countDead(), 2);
  CodeParams residual = codes(0.25f);
  RequantPlan both = planContraction(filter.view(3), scales, {}, codes(1.0f), 1.0f, &residual);
  ASSERT_TRUE(both);
  EXPECT_EQ(both.multipliers, std::vector<int32_t>({1 << 30, 0, 0}));
  EXPECT_EQ(both.multipliers1, std::vector<int32_t>({1 << 29, 1 << 30, 1 << 30}));
  EXPECT_EQ(both.shifts, std::vector<int32_t>({31, 32, 32}));
  EXPECT_EQ(both.countDead(), 0);
}

TEST(Plan, Factors) {
  // s = w - e: M = 2^30 gives e = 31 and s = 0 with 31 bits.
  EXPECT_EQ(planMul(codes(0x1p+29f), codes(1.0f), 1.0f).shifts, std::vector<int32_t>({1}));
  EXPECT_EQ(planMul(codes(0x1p+30f), codes(1.0f), 1.0f).reason,
            qc::numerics::describe(qc::numerics::Refusal::ShiftBelowOne));
  // M overflows double only through a denormal result scale: 2^127 * 2^127 / 2^-149 is finite.
  EXPECT_EQ(planMul(codes(0x1p+127f), codes(0x1p+127f), 0x1p-149f).reason,
            qc::numerics::describe(qc::numerics::Refusal::ShiftBelowOne));
  // 22 bits for 8-bit operands, 31 where one has 16.
  EXPECT_EQ(planRescale(codes(1.0f), 1.0f).multipliers, std::vector<int32_t>({1 << 21}));
  CodeParams wide{1.0f, 0, qc::numerics::CodeType::UI16};
  EXPECT_EQ(planRescale(wide, 1.0f).multipliers, std::vector<int32_t>({1 << 30}));
  EXPECT_EQ(planAdd(codes(1.0f), wide, 1.0f).multipliers, std::vector<int32_t>({1 << 30}));
  // Average of n: M = 1 / n.
  int64_t counts[2] = {1, 4};
  EXPECT_EQ(planAveragePool(counts, codes(1.0f), 1.0f).shifts, std::vector<int32_t>({30, 32}));
  int64_t many = maxWindowCount + 1;
  EXPECT_FALSE(planAveragePool({&many, 1}, codes(1.0f), 1.0f));
}

TEST(Plan, ScalesOfSums) {
  Filter filter{{1}};
  float tiny = 0x1p-100f;
  int64_t bias = 5;
  std::string reason = "the product of the scales of the operands is not a positive finite f32";
  EXPECT_EQ(planFloatResult(filter.view(1), {&tiny, 1}, {}, codes(0x1p-100f)).reason, reason);
  EXPECT_EQ(planContraction(filter.view(1), {&tiny, 1}, {&bias, 1}, codes(0x1p-100f), 1.0f).reason, reason);
  EXPECT_TRUE(planContraction(filter.view(1), {&tiny, 1}, {}, codes(0x1p-100f), 1.0f)); // dead, but legal
}

TEST(Plan, MatMul) {
  EXPECT_FALSE(planMatMul(-1, codes(1.0f), codes(1.0f), {}, 1e6f));
  // 255 * 255 * K < 2^31 with zero points 0.
  int64_t most = ((int64_t(1) << 31) - 1) / (255 * 255);
  EXPECT_TRUE(planMatMul(most, codes(1.0f), codes(1.0f), {}, 1e6f));
  EXPECT_FALSE(planMatMul(most + 1, codes(1.0f), codes(1.0f), {}, 1e6f));
  EXPECT_FALSE(planMatMul(INT64_MAX, codes(1.0f), codes(1.0f), {}, 1e6f));
}

static CodeParams wideCodes(float scale, int32_t zero = 0) { return {scale, zero, qc::numerics::CodeType::UI16}; }

// Planes: m_0 = 256 * m_1, m_1 of 23 bits; each register is proved alone.
TEST(Plan, PlanesOfContractions) {
  float scale = 0.5f;
  Filter filter{{127, -3}};
  RequantPlan plan = planContraction(filter.view(1), {&scale, 1}, {}, wideCodes(0x1p-9f, 300), 1.0f);
  ASSERT_TRUE(plan) << plan.reason;
  EXPECT_TRUE(plan.planes);
  EXPECT_EQ(plan.multipliers, std::vector<int32_t>({1 << 30}));
  EXPECT_EQ(plan.multipliers1, std::vector<int32_t>({1 << 22}));
  EXPECT_EQ(plan.shifts, std::vector<int32_t>({32}));
  EXPECT_TRUE(plan.multipliers2.empty());
  CodeParams residual = codes(0.25f);
  RequantPlan both = planContraction(filter.view(1), {&scale, 1}, {}, wideCodes(0x1p-9f, 300), 1.0f, &residual);
  ASSERT_TRUE(both) << both.reason;
  EXPECT_EQ(both.multipliers2, std::vector<int32_t>({1 << 30}));
  EXPECT_EQ(both.multipliers1, std::vector<int32_t>({1 << 22}));
  int64_t most = ((int64_t(1) << 31) - 1) / (255 * 127);
  Filter fits{std::vector<int8_t>(most, 127)}, leaves{std::vector<int8_t>(most + 1, 127)};
  EXPECT_TRUE(planContraction(fits.view(1), {&scale, 1}, {}, wideCodes(0.5f), 1e6f));
  EXPECT_EQ(planContraction(leaves.view(1), {&scale, 1}, {}, wideCodes(0.5f), 1e6f).reason,
            "a sum of products of codes up to " + std::to_string(255 * 127 * (most + 1)) + " may leave 32 bits");
  int64_t bias = int64_t(1) << 38; // b_h = 2^30
  EXPECT_TRUE(planContraction(filter.view(1), {&scale, 1}, {&bias, 1}, wideCodes(0.5f), 1e6f));
}

// Sums that are not rounded: exact in one i32 as long as that holds them, else in units of 2^k.
TEST(Plan, PlanesOfFloatResults) {
  float scale = 0.5f;
  Filter small{{127}}, large{std::vector<int8_t>(1000, 127)};
  FloatResultPlan exact = planFloatResult(small.view(1), {&scale, 1}, {}, wideCodes(0.5f));
  ASSERT_TRUE(exact);
  EXPECT_EQ(exact.sum.shifts, std::vector<int32_t>({22}));
  EXPECT_EQ(exact.scales, std::vector<float>({0.25f}));
  // 1000 * 127 * 65535 is below 2^33 and not below 2^32.
  FloatResultPlan coarse = planFloatResult(large.view(1), {&scale, 1}, {}, wideCodes(0.5f));
  ASSERT_TRUE(coarse);
  EXPECT_EQ(coarse.sum.shifts, std::vector<int32_t>({24}));
  EXPECT_EQ(coarse.scales, std::vector<float>({1.0f}));
  EXPECT_TRUE(coarse.sum.planes);
}

TEST(Plan, PlanesOfProducts) {
  EXPECT_TRUE(planMatMul(100, wideCodes(1.0f, 5), codes(1.0f), {}, 1e6f).planes);
  EXPECT_TRUE(planMatMul(100, codes(1.0f), wideCodes(1.0f, 5), {}, 1e6f).planes);
  EXPECT_FALSE(planMatMul(100, codes(1.0f), codes(1.0f), {}, 1e6f).planes);
  EXPECT_EQ(planMatMul(100, wideCodes(1.0f), wideCodes(1.0f), {}, 1e6f).reason,
            "both of its operands have codes of 16 bits, a product takes one");
  EXPECT_FALSE(planMul(wideCodes(1.0f), wideCodes(1.0f), 1e6f));
  EXPECT_TRUE(planMul(wideCodes(1.0f), wideCodes(1.0f, 32768), 1e6f));
  int64_t counts[2] = {32768, 32769};
  EXPECT_TRUE(planAveragePool({counts, 1}, wideCodes(1.0f), 1.0f));
  EXPECT_FALSE(planAveragePool({counts + 1, 1}, wideCodes(1.0f), 1.0f));
}

TEST(WindowCounts, StaticAndUnknown) {
  std::vector<int64_t> kernel{3}, strides{1}, pads{1, 1}, none{0, 0}, ones{1}, two{2};
  auto count = [&](int64_t size, std::vector<int64_t> &stride, std::vector<int64_t> &padding, bool ceil,
                   bool withPads) {
    return getWindowCounts({1, 1, size}, kernel, {stride, padding, ones}, ceil, withPads).counts;
  };
  EXPECT_EQ(count(5, strides, pads, false, false), std::vector<int64_t>({2, 3}));
  EXPECT_EQ(count(5, strides, none, false, false), std::vector<int64_t>({3}));
  EXPECT_EQ(count(5, strides, pads, false, true), std::vector<int64_t>({3}));
  EXPECT_EQ(count(6, two, none, true, true), std::vector<int64_t>({2, 3}));
  EXPECT_EQ(count(kDynamic, strides, none, false, false), std::vector<int64_t>({3}));
  EXPECT_EQ(count(kDynamic, strides, pads, false, true), std::vector<int64_t>({3}));
  EXPECT_EQ(count(kDynamic, strides, pads, false, false), std::vector<int64_t>({1, 2, 3}));
  EXPECT_EQ(count(int64_t(1) << 40, strides, pads, false, false), std::vector<int64_t>({1, 2, 3}));
  std::vector<int64_t> large{1 << 20};
  EXPECT_FALSE(getWindowCounts({1, 1, kDynamic}, large, {strides, pads, ones}, false, false));
  EXPECT_FALSE(getGlobalWindowCounts({1, 1, 3, kDynamic}));
  EXPECT_FALSE(getGlobalWindowCounts({1, 1, 3, 0}));
  EXPECT_EQ(getGlobalWindowCounts({kDynamic, 1, 3, 5}).counts, std::vector<int64_t>({15}));
  EXPECT_GT(getGlobalWindowCounts({1, 1, int64_t(1) << 40, int64_t(1) << 40}).counts.front(), maxWindowCount);
  // Refused, with the true count.
  WindowCounts nine = getGlobalWindowCounts({1, 1, 3000, 3000});
  EXPECT_EQ(nine.counts, std::vector<int64_t>({9000000}));
  EXPECT_EQ(planAveragePool(nine.counts, codes(1.0f), 1.0f).reason,
            "a window of 9000000 values is averaged, the integer form takes at most 8388608");
  std::vector<int64_t> square{3000, 3000}, both{1, 1}, noPads{0, 0, 0, 0};
  EXPECT_EQ(getWindowCounts({1, 1, 3000, 3000}, square, {both, noPads, both}, false, false).counts, nine.counts);
}
