// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The machine forms equal Requant: golden kernels, random channels, the bounds of each proof.
#include "Vectors.h"

#include "qc/Arith/Forms.h"

#include "gtest/gtest.h"

#include <random>

using namespace qc;
using namespace qc::numerics;
namespace column = qc::test::column;

namespace {

/// A group of golden rows as the channels of one kernel.
struct Kernel {
  std::vector<RequantParams> params;
  std::vector<TermFacts> facts;
};

Kernel kernelOf(const test::Vectors &vectors, size_t first) {
  Kernel kernel;
  for (size_t c = 0; c < test::requantGroup; ++c) {
    const int64_t *row = vectors.row(first + c);
    kernel.params.push_back(test::requantParams(row));
    kernel.facts.push_back({row[column::bound0], row[column::rawBound0], row[column::comp0]});
    if (row[column::terms] == 2)
      kernel.facts.push_back({row[column::bound1], row[column::rawBound1], row[column::comp1]});
  }
  return kernel;
}

int32_t raw(const int64_t *row, int i) { return static_cast<int32_t>(row[i == 0 ? column::raw0 : column::raw1]); }

/// One row through the forms that exist for a single channel.
void checkChannel(const test::Vectors &vectors, size_t at, const Kernel &kernel, size_t c) {
  const int64_t *row = vectors.row(at);
  const RequantParams &params = kernel.params[c];
  Span<TermFacts> facts(kernel.facts.data() + c * params.terms, params.terms);
  EXPECT_EQ(evaluateWideForm(buildWideForm(params, facts), raw(row, 0), raw(row, 1)), row[column::y]) << at;
  std::optional<NarrowForm> narrow = buildNarrowForm(params, facts);
  EXPECT_EQ(narrow.has_value(), row[column::int32Form] == 1) << at;
  if (narrow) {
    EXPECT_EQ(evaluateNarrowForm(*narrow, raw(row, 0), raw(row, 1)), row[column::y]) << at;
  }
  if (params.rounding == Rounding::HalfEven && halfEvenIsHalfUp(params.multipliers[0], params.shift, facts[0].bound)) {
    RequantParams up = params;
    up.rounding = Rounding::HalfUp;
    EXPECT_EQ(requant(up, row[column::x0]), row[column::y]) << at;
  }
}

// Whole kernels: the zero point leaves every addend if one live channel needs it, dead channels stand among live ones.
TEST(Forms, goldenKernels) {
  const test::Vectors &vectors = test::requantVectors();
  ASSERT_GE(vectors.rows, 100000u) << "the oracle did not run";
  size_t fast = 0, after = 0, none = 0;
  for (size_t first = 0; first < vectors.rows && !HasFailure(); first += test::requantGroup) {
    Kernel kernel = kernelOf(vectors, first);
    bool zeroAfter = false, provable = true;
    for (size_t c = 0; c < test::requantGroup; ++c) {
      int64_t kind = vectors.row(first + c)[column::formF];
      zeroAfter |= kind == 2;
      provable &= kind != 0;
      checkChannel(vectors, first + c, kernel, c);
    }
    FormFKernel form = buildFormF(kernel.params, kernel.facts);
    if (!form) {
      // A channel may hold only with z in the addend while another needs it outside.
      EXPECT_TRUE(!provable || zeroAfter) << first << ": " << form.reason;
      ++none;
      continue;
    }
    EXPECT_TRUE(provable) << first;
    EXPECT_EQ(form.zeroInAddend, !zeroAfter) << first;
    ++(zeroAfter ? after : fast);
    for (size_t c = 0; c < test::requantGroup; ++c) {
      const int64_t *row = vectors.row(first + c);
      EXPECT_EQ(evaluateFormF(form.channels[c], raw(row, 0), raw(row, 1)), row[column::y]) << first + c;
    }
  }
  EXPECT_GT(fast, 100u);
  EXPECT_GT(after, 30u);
  EXPECT_GT(none, 100u);
}

RequantParams random(std::mt19937_64 &rng, int32_t terms, int width, int shift) {
  RequantParams params;
  params.terms = terms;
  for (int32_t i = 0; i < terms; ++i) {
    int64_t m = (int64_t(1) << (width - 1)) | static_cast<int64_t>(rng() & ((uint64_t(1) << (width - 1)) - 1));
    params.multipliers[i] = static_cast<int32_t>(rng() & 1 ? m : -m);
  }
  params.shift = shift;
  params.zeroPoint = static_cast<int32_t>(rng() & 255);
  params.lo = 0;
  params.hi = 255;
  return params;
}

/// Channels with random numbers, raw registers and wrapping compensation; a term that lands near the middle of the
/// codes.
void bruteForce(std::mt19937_64 &rng, int32_t terms, int width, int shift, int64_t bound0) {
  RequantParams params = random(rng, terms, width, shift);
  const TermFacts facts[2] = {{bound0, bound0, static_cast<int64_t>(rng() % uint64_t(2 * bound0 + 1)) - bound0},
                              {255, 255, -static_cast<int64_t>(rng() & 255)}};
  FormFKernel form = buildFormF(Span<RequantParams>(&params, 1), Span<TermFacts>(facts, terms));
  if (!form)
    return;
  int64_t near = (int64_t(512) << (shift > 54 ? 54 : shift)) / std::abs(int64_t(params.multipliers[0])) + 1;
  near = std::min(near, bound0);
  for (int i = 0; i < 64; ++i) {
    int64_t x[2] = {static_cast<int64_t>(rng() % uint64_t(2 * near + 1)) - near, 0};
    int64_t r[2] = {x[0] - facts[0].comp, 0};
    if (std::abs(r[0]) > bound0)
      continue;
    r[1] = static_cast<int64_t>(rng() & 255);
    x[1] = r[1] + facts[1].comp;
    int32_t expected = requant(params, x[0], x[1]);
    ASSERT_EQ(evaluateFormF(form.channels[0], static_cast<int32_t>(r[0]), static_cast<int32_t>(r[1])), expected)
        << "m " << params.multipliers[0] << " " << params.multipliers[1] << " s " << shift << " x " << x[0] << " "
        << x[1];
    if (form.zeroInAddend && canSplitAddend(form.channels[0], Span<TermFacts>(facts, terms)))
      ASSERT_EQ(evaluateSplitFormF(form.channels[0], Span<TermFacts>(facts, terms), params.zeroPoint,
                                   static_cast<int32_t>(r[0]), static_cast<int32_t>(r[1])),
                expected)
          << "without a table, m " << params.multipliers[0] << " s " << shift << " x " << x[0] << " " << x[1];
  }
}

// Where a term counts: what its shift, its bound and its size with t have to be.
TEST(Forms, addendsWithoutTable) {
  auto canSplit = [](int32_t m, int shift, int64_t bound) {
    RequantParams params;
    params.multipliers[0] = m;
    params.shift = shift;
    params.zeroPoint = 7;
    params.hi = 255;
    const TermFacts facts[1] = {{bound, 1000, -5}};
    FormFKernel kernel = buildFormF(Span<RequantParams>(&params, 1), Span<TermFacts>(facts, 1));
    EXPECT_TRUE(bool(kernel)) << kernel.reason;
    bool can = canSplitAddend(kernel.channels[0], Span<TermFacts>(facts, 1));
    if (can)
      EXPECT_EQ(evaluateSplitFormF(kernel.channels[0], Span<TermFacts>(facts, 1), 7, 905), requant(params, 900));
    return can;
  };
  const int32_t m = (1 << 30) + 1;
  EXPECT_TRUE(canSplit(m, 33, 1000));
  EXPECT_FALSE(canSplit(m, 32, 1000)) << "its low half counts";
  EXPECT_FALSE(canSplit(m, 31, 1000)) << "the register is shifted first";
  EXPECT_TRUE(canSplit(m, 40, (int64_t(1) << 31) - 1));
  EXPECT_FALSE(canSplit(m, 40, int64_t(1) << 31)) << "no int32 holds the term";
  EXPECT_TRUE(canSplit(1 << 30, 54, 1000)) << "dead: z alone";
}

TEST(Forms, formFBruteForce) {
  std::mt19937_64 rng(3);
  size_t rounds = test::longTests() ? 200000 : 10000;
  for (size_t i = 0; i < rounds && !HasFatalFailure(); ++i) {
    int shift = 20 + static_cast<int>(rng() % 43);
    int64_t limit = shift < 32 ? (int64_t(1) << (shift - 1)) - 1 : INT32_MAX;
    bruteForce(rng, 1 + static_cast<int32_t>(rng() & 1), rng() & 1 ? 31 : 22, shift, limit >> (rng() % 12));
  }
}

// "Holds for one int32 term, alone or with one term of 8-bit codes, for 32 <= s <= 54 with an 8-bit z", 46 with 16
// bits.
TEST(Forms, zeroPointInTheAddendUpTo) {
  auto inAddend = [](int shift, int32_t zero, int64_t second) {
    RequantParams params;
    params.terms = second ? 2 : 1;
    params.multipliers[0] = params.multipliers[1] = INT32_MAX;
    params.shift = shift;
    params.zeroPoint = zero;
    params.lo = INT32_MIN;
    params.hi = INT32_MAX;
    const TermFacts facts[2] = {{INT32_MAX, INT32_MAX, 0}, {second, second, 0}};
    FormFKernel form = buildFormF(Span<RequantParams>(&params, 1), Span<TermFacts>(facts, params.terms));
    EXPECT_TRUE(bool(form)) << form.reason;
    return form.zeroInAddend;
  };
  EXPECT_TRUE(inAddend(32, 255, 0));
  EXPECT_TRUE(inAddend(54, 255, 0));
  EXPECT_TRUE(inAddend(54, 255, 255));
  EXPECT_FALSE(inAddend(55, 255, 255));
  EXPECT_TRUE(inAddend(46, 65535, 255));
  EXPECT_TRUE(inAddend(45, 65535, 65535));
  EXPECT_FALSE(inAddend(47, 65535, 0));
}

// A dead channel is every m = 0, s = 32, t = 0, C = z * 2^32, or C = 0 where z is added after the shift.
TEST(Forms, deadChannelAmongLiveOnes) {
  std::vector<RequantParams> params(2);
  for (RequantParams &channel : params) {
    channel.multipliers[0] = 1 << 30;
    channel.zeroPoint = 7;
  }
  params[0].shift = 62;
  params[1].shift = 40;
  std::vector<TermFacts> facts(2, {INT32_MAX, 1 << 20, -5});
  FormFKernel form = buildFormF(params, facts);
  EXPECT_EQ(form.channels[0].m[0], 0);
  EXPECT_EQ(form.channels[0].shift, 32);
  EXPECT_EQ(form.channels[0].addend, uint64_t(7) << 32);
  params[1].shift = 61; // 7 * 2^61 does not fit: z leaves every addend
  form = buildFormF(params, facts);
  EXPECT_FALSE(form.zeroInAddend);
  EXPECT_EQ(form.channels[0].addend, 0u);
  EXPECT_EQ(evaluateFormF(form.channels[0], 123), 7);
}

// Two int32 terms with s = 32 come close to 2^31: with z out of the addend the 32-bit addition of z would wrap.
TEST(Forms, zeroPointAfterTheShiftMustNotWrap) {
  std::vector<RequantParams> params(2);
  for (RequantParams &channel : params) {
    channel.terms = 2;
    channel.multipliers[0] = channel.multipliers[1] = INT32_MAX;
    channel.zeroPoint = 127;
  }
  params[0].shift = 32; // r comes within 4 of 2^31
  params[1].shift = 60; // alone: z after the shift
  std::vector<TermFacts> facts = {
      {INT32_MAX, INT32_MAX, 0}, {INT32_MAX - 2, INT32_MAX - 2, 0}, {1 << 30, 1 << 30, 0}, {255, 255, 0}};
  EXPECT_EQ(checkRequant(params[0], CodeType::I8, 31, std::vector<int64_t>{INT32_MAX, INT32_MAX - 2}), "");
  EXPECT_EQ(buildFormF(params, facts).reason, "channel 0: the rounded sum plus the zero point is not below 2^31");
  Span<RequantParams> second(params.data() + 1, 1);
  EXPECT_TRUE(bool(buildFormF(second, Span<TermFacts>(facts.data() + 2, 2))));
}

TEST(Forms, preShiftOfSmallShifts) {
  RequantParams params;
  params.multipliers[0] = INT32_MAX;
  params.shift = 31;
  TermFacts facts = {(1 << 30) - 1, (1 << 30) - 1, 0};
  FormFKernel form = buildFormF(Span<RequantParams>(&params, 1), Span<TermFacts>(&facts, 1));
  ASSERT_TRUE(bool(form));
  EXPECT_EQ(form.channels[0].preShift, 1);
  EXPECT_EQ(form.channels[0].shift, 32);
  facts.rawBound = 1 << 30; // R * 2^t = 2^31
  form = buildFormF(Span<RequantParams>(&params, 1), Span<TermFacts>(&facts, 1));
  EXPECT_EQ(form.reason, "channel 0: a term times 2^(32-s) is not below 2^31");
}

// What is added to the register is part of C: the term may leave 32 bits, the register must not.
TEST(Forms, termsBeyond32Bits) {
  RequantParams params;
  params.multipliers[0] = (1 << 23) - 1;
  params.shift = 45;
  params.lo = -65535;
  params.hi = 65535;
  const int64_t raw = (int64_t(1) << 31) - 1, comp = (int64_t(1) << 38) - raw - 1;
  for (int64_t sign : {-1, 1}) {
    TermFacts facts = {(int64_t(1) << 38) - 1, raw, sign * comp};
    FormFKernel form = buildFormF(Span<RequantParams>(&params, 1), Span<TermFacts>(&facts, 1));
    ASSERT_TRUE(bool(form)) << form.reason;
    for (int64_t r : {-raw, int64_t(-12345), int64_t(0), int64_t(1), raw})
      EXPECT_EQ(evaluateFormF(form.channels[0], int32_t(r)), requant(params, r + sign * comp)) << r;
  }
  TermFacts wide = {(int64_t(1) << 38) - 1, raw + 1, comp};
  EXPECT_EQ(buildFormF(Span<RequantParams>(&params, 1), Span<TermFacts>(&wide, 1)).reason,
            "channel 0: a term is not below 2^31");
}

// Two 8-bit terms with w = 22 are plain int32 code up to s = 24, not beyond.
TEST(Forms, narrowFormUpToShift24) {
  RequantParams params;
  params.terms = 2;
  params.multipliers[0] = params.multipliers[1] = (1 << 22) - 1;
  const TermFacts facts[2] = {{255, 255, 0}, {255, 255, 0}};
  for (int shift = 1; shift <= 62; ++shift) {
    params.shift = shift;
    bool alwaysZero = shift >= 32; // 510 * 2^22 < 2^31
    EXPECT_EQ(buildNarrowForm(params, facts).has_value(), shift <= 24 || alwaysZero) << shift;
  }
}

/// Form F of `terms` codes with |q - z| <= `code` and the largest multipliers of a width.
FormFKernel codesForm(int32_t terms, int64_t code, int width, int shift, int32_t zero) {
  RequantParams params;
  params.terms = terms;
  params.multipliers[0] = params.multipliers[1] = static_cast<int32_t>((int64_t(1) << width) - 1);
  params.shift = shift;
  params.zeroPoint = zero;
  params.hi = 65535;
  const TermFacts facts[2] = {{code, code, 0}, {code, code, 0}};
  return buildFormF(Span<RequantParams>(&params, 1), Span<TermFacts>(facts, static_cast<size_t>(terms)));
}

// add, sub, concat, rescale: 16-bit operands from s = 18 (one term: 17) on, with a 16-bit z in C up to s = 46.
TEST(Forms, codesOf16Bits) {
  for (int32_t terms : {1, 2}) {
    int first = terms == 1 ? 17 : 18;
    for (int shift = first; shift <= 62; ++shift) {
      FormFKernel form = codesForm(terms, 65535, 31, shift, 65535);
      EXPECT_TRUE(bool(form)) << terms << " " << shift << ": " << form.reason;
      EXPECT_EQ(form.zeroInAddend, shift <= 46 || (int64_t(terms) * 65535 * INT32_MAX) >> (shift - 1) == 0) << shift;
    }
    EXPECT_FALSE(bool(codesForm(terms, 65535, 31, first - 1, 65535))) << terms;
  }
  EXPECT_EQ(widthOfCodes(std::vector<CodeType>{CodeType::I8, CodeType::UI8}), codesWidth);
  EXPECT_EQ(widthOfCodes(std::vector<CodeType>{CodeType::I8, CodeType::UI16}), contractionWidth);
  EXPECT_EQ(widthOfCodes(std::vector<CodeType>{CodeType::I16}), contractionWidth);
}

// A border from 8 to 16 bits (s_a / s_y near 257) is plain int32 code; one from 16 to 8 bits is Form F.
TEST(Forms, borders) {
  Multipliers up = chooseRequant(257.0, codesWidth), down = chooseRequant(1 / 257.0, contractionWidth);
  RequantParams params;
  params.multipliers[0] = up.m[0];
  params.shift = up.shift; // 13
  params.zeroPoint = 32768;
  params.hi = 65535;
  const TermFacts narrow[1] = {{255, 255, -128}}, wide[1] = {{65535, 65535, -32768}};
  std::optional<NarrowForm> form = buildNarrowForm(params, narrow);
  ASSERT_TRUE(form);
  for (int32_t code = 0; code <= 255; ++code)
    EXPECT_EQ(evaluateNarrowForm(*form, code), 32768 + 257 * (code - 128));
  params.multipliers[0] = down.m[0];
  params.shift = down.shift; // 39
  params.zeroPoint = 128;
  params.hi = 255;
  FormFKernel fast = buildFormF(Span<RequantParams>(&params, 1), wide);
  ASSERT_TRUE(bool(fast)) << fast.reason;
  for (int32_t code = 0; code <= 65535; ++code)
    ASSERT_EQ(evaluateFormF(fast.channels[0], code), requant(params, code - 32768)) << code;
}

// Exhaustive for small shifts: where the criterion holds no x makes a tie; where it fails by one, a tie exists.
TEST(Forms, halfEvenCriterion) {
  for (int32_t m : {1 << 10, 3 << 9, 1025, 1536, -(5 << 8)})
    for (int shift = 2; shift <= 24; ++shift)
      for (int64_t bound : {1, 2, 7, 64, 300}) {
        RequantParams up;
        up.multipliers[0] = m;
        up.shift = shift;
        up.lo = INT32_MIN;
        up.hi = INT32_MAX;
        RequantParams even = up;
        even.rounding = Rounding::HalfEven;
        bool equal = true;
        for (int64_t x = -bound; x <= bound; ++x)
          equal &= requant(up, x) == requant(even, x);
        if (halfEvenIsHalfUp(m, shift, bound)) {
          EXPECT_TRUE(equal) << m << " " << shift << " " << bound;
        }
      }
  EXPECT_TRUE(halfEvenIsHalfUp(1 << 30, 62, INT32_MAX)); // a dead channel
  EXPECT_FALSE(halfEvenIsHalfUp(1 << 30, 31, 1));
  EXPECT_TRUE(halfEvenIsHalfUp((1 << 30) + 1, 31, (1 << 29)));
  EXPECT_FALSE(halfEvenIsHalfUp((1 << 30) + 1, 31, 1 << 30));
}

// One int32 term never needs more than 64 bits in the wide form either; the raw register may be at its very end.
TEST(Forms, wideFormAtTheEnds) {
  RequantParams params;
  params.multipliers[0] = INT32_MAX;
  params.shift = 1;
  params.zeroPoint = 3;
  const TermFacts facts[1] = {{INT32_MAX, INT32_MAX, 0}};
  WideForm form = buildWideForm(params, facts);
  EXPECT_EQ(evaluateWideForm(form, INT32_MAX), 127);
  EXPECT_EQ(evaluateWideForm(form, -INT32_MAX), -128);
  EXPECT_EQ(evaluateWideForm(form, 0), 3);
}

} // namespace
