// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kernel.requant in each form, at every level, scalar and vector, against qc::numerics::requant.
#include "qc/Arith/Requant.h"
#include "JitKernel.h"
#include "gtest/gtest.h"

using namespace qc;
using namespace qc::test;

// One requant per element: everything varies. Sizes below 16 run the scalar text, others the vector text.
static std::string makeText(const char *form, bool twoTerms) {
  std::string second = twoTerms ? "%r1, " : "", m1 = twoTerms ? "%k1, " : "";
  return std::string(R"(
kernel.func @k(%raw0: memref<?xi32>, %raw1: memref<?xi32>, %m0: memref<?xi32>, %m1: memref<?xi32>, %c: memref<?xi64>,
               %s: memref<?xi32>, %z: memref<?xi32>, %n: index, %lo: i32, %hi: i32, %y: memref<?xi16>, %tile: index) {
  scf.forall (%i) in (%n) {
    %r0 = memref.load %raw0[%i] : memref<?xi32>
    %r1 = memref.load %raw1[%i] : memref<?xi32>
    %k0 = memref.load %m0[%i] : memref<?xi32>
    %k1 = memref.load %m1[%i] : memref<?xi32>
    %cc = memref.load %c[%i] : memref<?xi64>
    %ss = memref.load %s[%i] : memref<?xi32>
    %zz = memref.load %z[%i] : memref<?xi32>
    %q = kernel.requant )") +
         form + " %r0, " + second + "%k0, " + m1 +
         "%cc, %ss, %zz, %lo, %hi {operandSegmentSizes = array<i32: " + (twoTerms ? "2, 2" : "1, 1") +
         ", 1, 1, 1, 1, 1>} : (i32, " + (twoTerms ? "i32, i32, " : "") + R"(i32, i64, i32, i32, i32, i32) -> i16
    memref.store %q, %y[%i] : memref<?xi16>
  }
  kernel.return
}
)";
}

namespace {
enum class Form { Wide, High, HalfEven };

/// Random legal numbers of one form; values near ties and both ends are frequent.
class Vectors {
public:
  Vectors(Form form, bool twoTerms, size_t count, uint64_t seed)
      : form(form), twoTerms(twoTerms), random(seed), raw0(count), raw1(count), m0(count), m1(count), shift(count),
        zero(count), addend(count), y(count), want(count) {
    for (size_t i = 0; i < count; ++i)
      fill(i);
  }

  void run(const JitKernel &kernel) {
    kernel.run({raw0.slot(), raw1.slot(), m0.slot(), m1.slot(), addend.slot(), shift.slot(), zero.slot(),
                int64_t(y.size()), lo, hi, y.slot()});
    for (size_t i = 0; i < y.size(); ++i)
      ASSERT_EQ(y[i], want[i]) << "raw " << raw0[i] << ", " << raw1[i] << " m " << m0[i] << ", " << m1[i] << " s "
                               << shift[i] << " at " << i;
  }

private:
  void fill(size_t i) {
    static const int32_t ends[] = {1, 2, 31, 32, 33, 46, 54, 55, 62};
    int32_t s = random.bits() % 3 ? int32_t(random.range(1, 62)) : ends[random.bits() % 9];
    if (form == Form::High)
      s = int32_t(random.range(32, 54));
    int bits = int(random.range(1, 30));
    int32_t m =
        int32_t(random.range(0, 3) == 0 ? 0x7fffffff : random.range(1, (int64_t(1) << random.range(1, 31)) - 1));
    m = random.bits() % 2 ? m : -m;
    int64_t second = twoTerms ? random.range(-(1 << 22), 1 << 22) : 0;
    int64_t x0 = random.range(-(int64_t(1) << bits), int64_t(1) << bits), x1 = random.range(-255, 255);
    if (random.bits() % 4 == 0 && !twoTerms && s < 31) { // ties
      m = 1 << random.range(0, s - 1);
      x0 = (2 * random.range(-200, 200) + 1) * (int64_t(1) << (s - 1 - llvm::countr_zero(uint32_t(m))));
      x0 = std::min<int64_t>(std::max<int64_t>(x0, -(1 << 30)), 1 << 30);
    }
    int32_t comp = int32_t(random.range(-1000, 1000));
    raw0[i] = int32_t(uint32_t(x0) - uint32_t(comp));
    raw1[i] = int32_t(x1);
    m0[i] = m;
    m1[i] = int32_t(second);
    shift[i] = s;
    zero[i] = int32_t(random.range(-100, 100));
    // raw0 wraps above only where it leaves 32 bits, which it does not.
    uint64_t c = uint64_t(int64_t(comp)) * uint64_t(int64_t(m));
    if (form != Form::HalfEven)
      c += uint64_t(1) << (s - 1);
    numerics::RequantParams params;
    params.terms = twoTerms ? 2 : 1;
    params.multipliers[0] = m;
    params.multipliers[1] = int32_t(second);
    params.shift = s;
    params.zeroPoint = zero[i];
    params.lo = lo;
    params.hi = hi;
    params.rounding = form == Form::HalfEven ? numerics::Rounding::HalfEven : numerics::Rounding::HalfUp;
    want[i] = int16_t(numerics::requant(params, x0, x1));
    if (form == Form::High && random.bits() % 2) { // z in the addend
      c += uint64_t(int64_t(zero[i])) << s;
      zero[i] = 0;
    }
    addend[i] = int64_t(c);
  }

  static constexpr int32_t lo = -300, hi = 250;
  Form form;
  bool twoTerms;
  Random random;
  Guarded<int32_t> raw0, raw1, m0, m1, shift, zero;
  Guarded<int64_t> addend;
  Guarded<int16_t> y;
  std::vector<int16_t> want;
};

class RequantTest : public ::testing::TestWithParam<Target> {
protected:
  void test(const char *name, Form form, bool twoTerms) {
    auto kernel = JitKernel::compile(makeText(name, twoTerms), GetParam());
    ASSERT_TRUE(kernel);
    for (size_t count : {0, 1, 15, 16, 17, 31, 33, 20000})
      Vectors(form, twoTerms, count, count + 1).run(*kernel);
  }
};
} // namespace

TEST_P(RequantTest, Wide) { test("wide", Form::Wide, false); }
TEST_P(RequantTest, WideTwoTerms) { test("wide", Form::Wide, true); }
TEST_P(RequantTest, High) { test("high", Form::High, false); }
TEST_P(RequantTest, HighTwoTerms) { test("high", Form::High, true); }
TEST_P(RequantTest, HalfEven) { test("half_even", Form::HalfEven, false); }

INSTANTIATE_TEST_SUITE_P(Targets, RequantTest, ::testing::ValuesIn(getTestTargets()),
                         [](const auto &info) { return info.param.name; });
