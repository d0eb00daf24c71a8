// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two-plane contractions and Requants of three terms: worked examples, limits, golden vectors.
#include "Vectors.h"

#include "qc/Arith/Forms.h"
#include "qc/Arith/Planes.h"
#include "qc/Arith/Quantize.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace qc;
using namespace qc::numerics;

namespace {

constexpr CodeType types[] = {CodeType::I8, CodeType::UI8, CodeType::I16, CodeType::UI16, CodeType::I32};

// The example of Planes.h.
TEST(Planes, workedExample) {
  Planes x = splitCode(1000, CodeType::UI16), z = splitCode(300, CodeType::UI16), b = splitBias(-1);
  EXPECT_EQ(x.high, 3);
  EXPECT_EQ(x.low, 232);
  EXPECT_EQ(b.high, -1);
  EXPECT_EQ(b.low, 255);
  int64_t high = (x.high - z.high) * 3 + b.high, low = (x.low - z.low) * 3 + b.low;
  EXPECT_EQ(high, 5);
  EXPECT_EQ(low, 819);
  EXPECT_EQ(256 * high + low, (1000 - 300) * 3 - 1);
}

// Every code of both types: bytes that give the code back; x - z is the same in both codings.
TEST(Planes, splitCode) {
  for (int32_t code = 0; code <= 65535; ++code) {
    Planes planes = splitCode(code, CodeType::UI16), moved = splitCode(code - 32768, CodeType::I16);
    ASSERT_EQ(256 * planes.high + planes.low, code);
    ASSERT_TRUE(planes.high >= 0 && planes.high <= 255 && planes.low >= 0 && planes.low <= 255);
    ASSERT_TRUE(moved.high == planes.high && moved.low == planes.low);
  }
}

TEST(Planes, splitBias) {
  for (int64_t bias : {int64_t(0), int64_t(-1), int64_t(255), int64_t(256), int64_t(-256), int64_t(1) << 38,
                       -(int64_t(1) << 38), (int64_t(1) << 38) - 1, INT64_MIN, INT64_MAX}) {
    Planes planes = splitBias(bias);
    EXPECT_TRUE(planes.low >= 0 && planes.low <= 255) << bias;
    EXPECT_EQ(static_cast<uint64_t>(planes.high) * 256 + static_cast<uint64_t>(planes.low),
              static_cast<uint64_t>(bias));
  }
  EXPECT_EQ(splitBias(biasLimit(CodeType::UI16)).high, biasLimit(CodeType::UI8));
  EXPECT_EQ(splitBias(-biasLimit(CodeType::UI16)).high, -biasLimit(CodeType::UI8));
}

// w = [3, -2, 0, 5] as in docs/Numerics.md, z = 0x0a14, b = 100 * 256 + 7: the planes have z 10 and 20, b 100 and 7.
TEST(Planes, contractionBounds) {
  const int8_t w[4] = {3, -2, 0, 5};
  PlaneBounds bounds = planeContractionBounds(sumWeights(w, 4), CodeType::UI16, 0x0a14, 100 * 256 + 7);
  EXPECT_EQ(bounds.high.upper, 245 * 8 + 10 * 2 + 100);
  EXPECT_EQ(bounds.high.lower, -10 * 8 - 245 * 2 + 100);
  EXPECT_EQ(bounds.low.upper, 235 * 8 + 20 * 2 + 7);
  EXPECT_EQ(bounds.low.lower, -20 * 8 - 235 * 2 + 7);
  EXPECT_EQ(bounds.high.raw, 2040);
  EXPECT_EQ(bounds.low.raw, 2040);
  EXPECT_EQ(bounds.bound, (65535 - 0x0a14) * 8 + 0x0a14 * 2 + 25607);
  EXPECT_TRUE(bounds.fitsRegisters());
  // b_h counts in the upper plane only: 2^31 - 1 - 2060 is the largest one.
  int64_t largest = INT32_MAX - (245 * 8 + 10 * 2);
  EXPECT_TRUE(planeContractionBounds(sumWeights(w, 4), CodeType::UI16, 0x0a14, largest * 256 + 255).fitsRegisters());
  EXPECT_FALSE(planeContractionBounds(sumWeights(w, 4), CodeType::UI16, 0x0a14, largest * 256 + 256).fitsRegisters());
  WeightSums heavy;
  heavy.positive = INT32_MAX / 255 + 1;
  EXPECT_FALSE(planeContractionBounds(heavy, CodeType::UI16, 0, 0).fitsRegisters());
}

// One operand has 16 bits, on either side; two have no form.
TEST(Planes, matmulBounds) {
  std::optional<PlaneBounds> left = planeMatmulBounds(10, CodeType::UI16, 0x0a14, CodeType::I8, 3, 265);
  ASSERT_TRUE(left);
  SumBounds high = matmulBounds(10, {0, 255}, 10, {-128, 127}, 3), low = matmulBounds(10, {0, 255}, 20, {-128, 127}, 3);
  EXPECT_EQ(left->high.lower, high.lower + 1);
  EXPECT_EQ(left->high.upper, high.upper + 1);
  EXPECT_EQ(left->low.upper, low.upper + 9);
  EXPECT_EQ(left->low.raw, low.raw);
  EXPECT_EQ(left->bound, 10 * (65535 - 0x0a14) * 131 - 265);
  std::optional<PlaneBounds> right = planeMatmulBounds(10, CodeType::UI8, 3, CodeType::I16, 0x0a14 - 32768);
  ASSERT_TRUE(right);
  EXPECT_EQ(right->high.upper, matmulBounds(10, {0, 255}, 3, {0, 255}, 10).upper);
  EXPECT_EQ(right->high.raw, 10 * 255 * 128); // the codes of b are moved by 128
  EXPECT_FALSE(planeMatmulBounds(10, CodeType::UI16, 0, CodeType::I16, 0));
}

void expectChosen(const Multipliers &got, int64_t high, int64_t low, int64_t residual, int shift, bool dead) {
  ASSERT_EQ(got.refusal, Refusal::None);
  EXPECT_EQ(got.m[0], high);
  EXPECT_EQ(got.m[1], low);
  EXPECT_EQ(got.m[2], residual);
  EXPECT_EQ(got.shift, shift);
  EXPECT_EQ(got.dead, dead);
}

TEST(Planes, choosing) {
  const int32_t low = 5872026, top = (1 << 23) - 1; // 0.7 * 2^23 = 5872025.6
  expectChosen(choosePlanes(0.7 / 512), 256 * low, low, 0, 32, false);
  expectChosen(choosePlanes(-0.7 / 512), -256 * low, -low, 0, 32, false);
  // A residual of M = 1 has 31 bits at s = 30, m_l 23 bits at s = 32.
  expectChosen(choosePlanes(0.7 / 512, 1.0), 256 * 1468006, 1468006, 1 << 30, 30, false);
  expectChosen(choosePlanes(0.7 / 512, -0.125), 256 * low, low, -(1 << 29), 32, false);
  // m_l that rounds up to 2^23 takes the shift along, whoever leads.
  expectChosen(choosePlanes(0x1.ffffffp-9), 1 << 30, 1 << 22, 0, 30, false);
  expectChosen(choosePlanes(0x1.ffffffp-9, 0x1.fffffffp-1), 1 << 30, 1 << 22, (1 << 30) - 2, 30, false);
  expectChosen(choosePlanes(0x1.fffffdp-9), 256 * top, top, 0, 31, false);
}

TEST(Planes, deadAndRefused) {
  expectChosen(choosePlanes(0.0), 1 << 30, 0, 0, 62, true);
  expectChosen(choosePlanes(0x1p-40), 1 << 30, 1 << 22, 0, 62, false);
  expectChosen(choosePlanes(0x1.fffffp-41), 1 << 30, 0, 0, 62, true);
  expectChosen(choosePlanes(0.0, 0x1p-33), 0, 0, 1 << 30, 62, true);
  expectChosen(choosePlanes(0.0, 1.0), 0, 0, 1 << 30, 30, false); // it takes no part in choosing
  expectChosen(choosePlanes(0.0, 0.0), 1 << 30, 0, 0, 62, true);
  EXPECT_EQ(choosePlanes(0x1p22).refusal, Refusal::ShiftBelowOne);
  EXPECT_EQ(choosePlanes(0x1p21).shift, 1);
  EXPECT_EQ(choosePlanes(0x1p1023).refusal, Refusal::ShiftBelowOne);
  EXPECT_EQ(choosePlanes(0.5, 0x1p30).refusal, Refusal::ShiftBelowOne);
  EXPECT_EQ(choosePlanes(INFINITY).refusal, Refusal::NotFinite);
  EXPECT_EQ(choosePlanes(1.0, NAN).refusal, Refusal::NotFinite);
}

TEST(Planes, channels) {
  const double factors[3] = {0.7 / 512, 0.0, 0x1p-80};
  PlaneBounds small = {{-1000, 1000, 900}, {-800, 700, 900}, 256800};
  const PlaneBounds bounds[3] = {small, small, small};
  ChannelMultipliers two = choosePlaneChannels(factors, bounds);
  ASSERT_TRUE(bool(two));
  EXPECT_EQ(two.dead, (std::vector<bool>{false, true, true}));
  EXPECT_EQ(two.m0[0], 256 * two.m1[0]);
  EXPECT_TRUE(two.m2.empty());
  ChannelMultipliers three = choosePlaneChannels(factors, bounds, Residual{1.0, 65535});
  ASSERT_TRUE(bool(three));
  EXPECT_EQ(three.m2, (std::vector<int32_t>(3, 1 << 30)));
  EXPECT_EQ(three.m0[1], 0);
  EXPECT_EQ(three.dead, (std::vector<bool>(3, false)));
  PlaneBounds wide = small;
  wide.low.upper = int64_t(1) << 31;
  const PlaneBounds mixed[2] = {small, wide};
  ChannelMultipliers refused = choosePlaneChannels(Span<double>(factors, 2), mixed);
  EXPECT_EQ(refused.refusal, Refusal::TermTooWide);
  EXPECT_EQ(refused.refusedChannel, 1u);
}

RequantParams planeParams(const Multipliers &chosen) {
  RequantParams params;
  params.terms = chosen.terms;
  for (int32_t i = 0; i < chosen.terms; ++i)
    params.multipliers[i] = chosen.m[i];
  params.shift = chosen.shift;
  params.zeroPoint = 100;
  params.lo = 0;
  params.hi = 65535;
  return params;
}

TEST(CheckPlanes, R6_multipliersOfThePlanes) {
  const int64_t bounds[3] = {INT32_MAX, INT32_MAX, 65535};
  Span<int64_t> two(bounds, 2);
  RequantParams params = planeParams(choosePlanes(0.7 / 512));
  EXPECT_EQ(checkPlanes(params, CodeType::UI16, two), "");
  EXPECT_EQ(checkPlanes(planeParams(choosePlanes(0.0)), CodeType::UI16, two), "");
  EXPECT_EQ(checkPlanes(planeParams(choosePlanes(0.7 / 512, 1.0)), CodeType::UI16, bounds), "");
  EXPECT_EQ(checkPlanes(planeParams(choosePlanes(0.0, 1.0)), CodeType::UI16, bounds), "");
  params.multipliers[1] += 1;
  EXPECT_EQ(checkPlanes(params, CodeType::UI16, two),
            "(R6) expects 256 times the lower plane's multiplier for the upper plane, got 1503238656 and 5872027");
  params.multipliers[0] = 256 * 100;
  EXPECT_EQ(checkPlanes(params, CodeType::UI16, two), "(R1) expects a largest multiplier of 31 bits, got 5872027");
}

// (R3) holds for planes whatever the bounds are, with any residual of codes and with every shift.
TEST(CheckPlanes, R3_alwaysHolds) {
  RequantParams params;
  params.terms = 3;
  params.multipliers[1] = (1 << 23) - 1;
  params.multipliers[0] = 256 * params.multipliers[1];
  params.multipliers[2] = -INT32_MAX;
  params.shift = 62;
  const int64_t bounds[3] = {INT32_MAX, INT32_MAX, 65535};
  EXPECT_EQ(checkPlanes(params, CodeType::I8, bounds), "");
}

// Form F at its worst bounds: with a 16-bit zero point up to s = 45, with one of 8 bits up to 53; z leaves C beyond.
TEST(Planes, formFWithTheZeroPointInTheAddendUpTo) {
  auto inAddend = [](int shift, int32_t zero, int64_t residual) {
    RequantParams params;
    params.terms = residual ? 3 : 2;
    params.multipliers[1] = (1 << 23) - 1;
    params.multipliers[0] = 256 * params.multipliers[1];
    params.multipliers[2] = INT32_MAX;
    params.shift = shift;
    params.zeroPoint = zero;
    params.hi = 65535;
    const TermFacts facts[3] = {{INT32_MAX, INT32_MAX, 0}, {INT32_MAX, INT32_MAX, 0}, {residual, residual, 0}};
    FormFKernel form =
        buildFormF(Span<RequantParams>(&params, 1), Span<TermFacts>(facts, static_cast<size_t>(params.terms)));
    EXPECT_TRUE(bool(form)) << shift << ": " << form.reason;
    return form.zeroInAddend;
  };
  for (int64_t residual : {0, 255, 65535}) {
    EXPECT_TRUE(inAddend(32, 65535, residual));
    EXPECT_TRUE(inAddend(45, 65535, residual));
    EXPECT_FALSE(inAddend(46, 65535, residual));
    EXPECT_TRUE(inAddend(53, 255, residual));
    EXPECT_FALSE(inAddend(54, 255, residual));
    EXPECT_FALSE(inAddend(62, 65535, residual));
  }
}

TEST(Planes, preShift) {
  RequantParams params = planeParams(choosePlanes(0.7 / 512, 1.0)); // s = 30
  TermFacts facts[3] = {{(1 << 29) - 1, (1 << 29) - 1, 5}, {(1 << 29) - 1, (1 << 29) - 1, 5}, {65535, 65535, 0}};
  FormFKernel form = buildFormF(Span<RequantParams>(&params, 1), facts);
  ASSERT_TRUE(bool(form)) << form.reason;
  EXPECT_EQ(form.channels[0].preShift, 2);
  facts[1].rawBound += 1;
  EXPECT_EQ(buildFormF(Span<RequantParams>(&params, 1), facts).reason,
            "channel 0: a term times 2^(32-s) is not below 2^31");
}

TEST(PlaneBias, scaleKeepsItBelow2To38) {
  EXPECT_EQ(chooseWeightScale(1e-3f, 0x1p38f, 1.0f, CodeType::UI16), 1.0f);
  EXPECT_EQ(chooseWeightScale(127.0f, 0x1p30f, 1.0f, CodeType::I16), 1.0f); // 2^30 leaves the weights' own scale
  EXPECT_EQ(chooseWeightScale(127.0f, 0.0f, 0.5f, CodeType::UI16), 1.0f);
  EXPECT_EQ(quantizePlaneBias(0x1p38f, 1.0f, 1.0f), int64_t(1) << 38);
  EXPECT_EQ(quantizePlaneBias(-2.5f, 1.0f, 1.0f), -2);
  EXPECT_FALSE(quantizePlaneBias(0x1.000002p38f, 1.0f, 1.0f));
  EXPECT_FALSE(quantizePlaneBias(NAN, 1.0f, 1.0f));
}

/// A group of rows of terms.vec as the channels of one kernel.
class TermRows {
public:
  enum Column { terms, rounding, type, m, shift = 6, zero, lo, hi, raw, comp = 13, bound = 16, rawBound = 19 };
  enum Results { formF = 22, narrow, y, x, scenario = 28, isPlanes, width };

  TermRows(const test::Vectors &vectors, size_t first, size_t count) {
    for (size_t c = 0; c < count; ++c) {
      const int64_t *row = vectors.row(first + c);
      params.push_back(paramsOf(row));
      for (int i = 0; i < row[terms]; ++i)
        facts.push_back({row[bound + i], row[rawBound + i], row[comp + i]});
    }
  }

  static RequantParams paramsOf(const int64_t *row) {
    RequantParams params;
    params.terms = static_cast<int32_t>(row[terms]);
    for (int i = 0; i < maxTerms; ++i)
      params.multipliers[i] = static_cast<int32_t>(row[m + i]);
    params.shift = static_cast<int32_t>(row[shift]);
    params.zeroPoint = static_cast<int32_t>(row[zero]);
    params.lo = static_cast<int32_t>(row[lo]);
    params.hi = static_cast<int32_t>(row[hi]);
    params.rounding = row[rounding] ? Rounding::HalfEven : Rounding::HalfUp;
    return params;
  }

  std::vector<RequantParams> params;
  std::vector<TermFacts> facts;
};

int32_t rawOf(const int64_t *row, int i) { return static_cast<int32_t>(row[TermRows::raw + i]); }

/// Requant by definition, its check, the forms of a single channel.
void checkRow(const int64_t *row, const RequantParams &params, Span<TermFacts> facts) {
  const int64_t *x = row + TermRows::x, y = row[TermRows::y];
  EXPECT_EQ(requant(params, x[0], x[1], x[2]), y);
  Span<int64_t> bounds(row + TermRows::bound, facts.size());
  CodeType type = types[row[TermRows::type]];
  int width = static_cast<int>(row[TermRows::width]);
  EXPECT_EQ(row[TermRows::isPlanes] ? checkPlanes(params, type, bounds) : checkRequant(params, type, width, bounds),
            "");
  if (row[TermRows::isPlanes] &&
      !isDead(params, contractionWidth)) { // the exact sum, with the multiplier of the lower plane
    RequantParams whole = params;
    whole.terms = params.terms - 1;
    whole.multipliers[0] = params.multipliers[1];
    whole.multipliers[1] = params.multipliers[2];
    EXPECT_EQ(requant(whole, 256 * x[0] + x[1], x[2]), y);
  }
  int32_t r0 = rawOf(row, 0), r1 = rawOf(row, 1), r2 = rawOf(row, 2);
  EXPECT_EQ(evaluateWideForm(buildWideForm(params, facts), r0, r1, r2), y);
  std::optional<NarrowForm> narrow = buildNarrowForm(params, facts);
  EXPECT_EQ(narrow.has_value(), row[TermRows::narrow] == 1);
  if (narrow) {
    EXPECT_EQ(evaluateNarrowForm(*narrow, r0, r1, r2), y);
  }
}

// Every row alone, and each group as a kernel: z leaves every addend if one live channel needs it.
TEST(Planes, goldenTerms) {
  test::TemporaryFolder folder;
  ASSERT_TRUE(test::runOracle("planes_oracle.py", folder.path() + " --kinds terms" + test::countArgument()));
  test::Vectors vectors = test::readVectors(folder.path() + "/terms.vec");
  ASSERT_GE(vectors.rows, 100000u);
  size_t fast = 0, after = 0, none = 0, inside = 0;
  for (size_t first = 0; first < vectors.rows && !HasFailure(); first += test::requantGroup) {
    TermRows rows(vectors, first, test::requantGroup);
    size_t terms = static_cast<size_t>(rows.params[0].terms);
    bool zeroAfter = false, provable = true;
    for (size_t c = 0; c < test::requantGroup; ++c) {
      const int64_t *row = vectors.row(first + c);
      SCOPED_TRACE(first + c);
      checkRow(row, rows.params[c], Span<TermFacts>(rows.facts.data() + c * terms, terms));
      zeroAfter |= row[TermRows::formF] == 2;
      provable &= row[TermRows::formF] != 0;
      for (int i = 0; i < row[TermRows::terms]; ++i)
        inside += std::abs(row[TermRows::x + i]) < row[TermRows::bound + i];
    }
    FormFKernel form = buildFormF(rows.params, rows.facts);
    if (!form) {
      EXPECT_TRUE(!provable || zeroAfter) << first << ": " << form.reason;
      ++none;
      continue;
    }
    EXPECT_TRUE(provable) << first;
    EXPECT_EQ(form.zeroInAddend, !zeroAfter) << first;
    ++(zeroAfter ? after : fast);
    for (size_t c = 0; c < test::requantGroup; ++c) {
      const int64_t *row = vectors.row(first + c);
      EXPECT_EQ(evaluateFormF(form.channels[c], rawOf(row, 0), rawOf(row, 1), rawOf(row, 2)), row[TermRows::y])
          << first + c;
    }
  }
  EXPECT_GT(fast, 100u);
  EXPECT_GT(after, 30u);
  EXPECT_GT(none, 100u);
  EXPECT_GT(inside, vectors.rows);
}

/// One row of contraction.vec; the columns stand in planes_oracle.py.
void checkContraction(const int64_t *row) {
  CodeType input = types[row[0]], result = types[row[25]];
  int32_t zero = static_cast<int32_t>(row[1]);
  int8_t w[8];
  for (int i = 0; i < 8; ++i)
    w[i] = static_cast<int8_t>(row[2 + i]);
  PlaneBounds bounds = planeContractionBounds(sumWeights(w, 8), input, zero, row[18]);
  const SumBounds *planes[2] = {&bounds.high, &bounds.low};
  for (int p = 0; p < 2; ++p) {
    ASSERT_EQ(planes[p]->lower, row[37 + 3 * p]);
    ASSERT_EQ(planes[p]->upper, row[38 + 3 * p]);
    ASSERT_EQ(planes[p]->raw, row[39 + 3 * p]);
  }
  ASSERT_EQ(bounds.bound, row[43]);
  Planes z = splitCode(zero, input), sum = splitBias(row[18]);
  for (int i = 0; i < 8; ++i) {
    Planes x = splitCode(static_cast<int32_t>(row[10 + i]), input);
    sum.high += (x.high - z.high) * w[i];
    sum.low += (x.low - z.low) * w[i];
  }
  ASSERT_EQ(sum.high, row[35]);
  ASSERT_EQ(sum.low, row[36]);
  double factor = test::asF64(row[19]), residual = test::asF64(row[21]);
  Multipliers chosen = row[20] ? choosePlanes(factor, residual) : choosePlanes(factor);
  const Refusal status[] = {Refusal::None, Refusal::NotFinite, Refusal::ShiftBelowOne};
  ASSERT_EQ(chosen.refusal, status[row[29]]);
  if (!chosen)
    return;
  ASSERT_EQ(chosen.dead, row[30] == 1);
  for (int i = 0; i < chosen.terms; ++i)
    ASSERT_EQ(chosen.m[i], row[31 + i]);
  ASSERT_EQ(chosen.shift, row[34]);
  RequantParams params = planeParams(chosen);
  params.zeroPoint = static_cast<int32_t>(row[26]);
  params.lo = static_cast<int32_t>(row[27]);
  params.hi = static_cast<int32_t>(row[28]);
  SumBounds third = codeSumBounds(1, codeRange(types[row[22]]), static_cast<int32_t>(row[24]));
  const int64_t limits[3] = {bounds.high.bound(), bounds.low.bound(), third.bound()};
  ASSERT_EQ(checkPlanes(params, result, Span<int64_t>(limits, static_cast<size_t>(params.terms))), "");
  ASSERT_EQ(requant(params, sum.high, sum.low, row[23] - row[24]), row[44]);
}

TEST(Planes, goldenContractions) {
  test::TemporaryFolder folder;
  ASSERT_TRUE(test::runOracle("planes_oracle.py", folder.path() + " --kinds contraction" + test::countArgument()));
  test::Vectors vectors = test::readVectors(folder.path() + "/contraction.vec");
  ASSERT_GE(vectors.rows, 100000u);
  size_t dead = 0, refused = 0, saturated = 0;
  for (size_t i = 0; i < vectors.rows && !HasFatalFailure(); ++i) {
    const int64_t *row = vectors.row(i);
    SCOPED_TRACE(i);
    checkContraction(row);
    dead += static_cast<size_t>(row[30]);
    refused += row[29] != 0;
    saturated += row[29] == 0 && (row[44] == row[27] || row[44] == row[28]);
  }
  EXPECT_GT(dead, vectors.rows / 1000);
  EXPECT_GT(refused, vectors.rows / 1000);
  EXPECT_LT(saturated, vectors.rows / 2); // otherwise little of the arithmetic is seen
}

} // namespace
