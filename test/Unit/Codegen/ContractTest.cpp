// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kernel.contract at every level against plain loops: ragged columns, rows, runs; nothing outside the buffers is
// touched.
#include "JitKernel.h"
#include "qc/Arith/Int4.h"
#include "qc/Arith/PackingInt4.h"
#include "qc/Arith/Requant.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace qc;
using namespace qc::test;

namespace {
/// Sizes of one tile of a contraction with `total` columns, of which the tile has [column, column + n).
struct Sizes {
  int64_t m, n, column, total, runs, len;
};

/// `group` weights share a multiplier, or 0: weights of 8 bits.
std::string getWeightGroup(int64_t group) {
  return group == 0 ? "" : ", weight_group = " + std::to_string(group) + " : i64";
}
std::string getMultipliers(int64_t group) { return group == 0 ? "" : "multipliers %k4[%c0] : memref<?xi8> "; }

std::string makeIntegerText(const char *mma, int64_t group = 0) {
  return std::string(R"(
kernel.func @k(%x: memref<?xi8>, %xs: index, %taps: memref<?xi64>, %w: memref<?xi8>, %k4: memref<?xi8>, %c: memref<?xi64>, %mu: memref<?xi32>,
               %sh: memref<?xi32>, %res: memref<?xi8>, %lut: memref<?xi8>, %m: index, %n: index, %col: index, %runs: index,
               %len: index, %m2: i32, %lo: i32, %hi: i32, %y: memref<?xi8>, %ys: index, %tile: index) {
  %c0 = arith.constant 0 : index
  %z = arith.constant 3 : i32
  kernel.contract {mma = #kernel.mma<)") +
         mma + ">" + getWeightGroup(group) + R"(} m %m n %n column %col runs %runs len %len x %x[%c0, %xs]
    taps %taps w %w[%c0] )" +
         getMultipliers(group) +
         R"(y %y[%c0, %ys] per_n(%c, %mu, %sh : memref<?xi64>, memref<?xi32>, memref<?xi32>)[%col]
    per_mn(%res[%c0][%n] : memref<?xi8>) {
  ^bb0(%acc: i32, %cc: i64, %mm: i32, %ss: i32, %r: i8):
    %rr = arith.extui %r : i8 to i32
    %q = kernel.requant wide %acc, %rr, %mm, %m2, %cc, %ss, %z, %lo, %hi {operandSegmentSizes = array<i32: 2, 2, 1, 1, 1, 1, 1>}
      : (i32, i32, i32, i32, i64, i32, i32, i32, i32) -> i8
    %i = arith.index_castui %q : i8 to index
    %t = memref.load %lut[%i] : memref<?xi8>
    kernel.yield %t : i8
  } : memref<?xi8>, memref<?xi64>, memref<?xi8>, memref<?xi8>
  kernel.return
}
)";
}

std::string makeFloatText(bool blocks) {
  return std::string(R"(
kernel.func @k(%x: memref<?xf32>, %xs: index, %taps: memref<?xi64>, %w: memref<?xf32>, %bias: memref<?xf32>,
               %res: memref<?xf32>, %m: index, %n: index, %col: index, %runs: index, %len: index, %y: memref<?xf32>,
               %ys: index, %tile: index) {
  %c0 = arith.constant 0 : index
  kernel.contract {)") +
         (blocks ? "blocks, " : "") +
         R"(mma = #kernel.mma<f32>} m %m n %n column %col runs %runs len %len x %x[%c0, %xs]
    taps %taps w %w[%c0] y %y[%c0, %ys] per_n(%bias : memref<?xf32>)[%col] per_mn(%res[%c0][%n] : memref<?xf32>) {
  ^bb0(%acc: f32, %b: f32, %r: f32):
    %s = arith.addf %acc, %b : f32
    %t = arith.addf %s, %r : f32
    kernel.yield %t : f32
  } : memref<?xf32>, memref<?xi64>, memref<?xf32>, memref<?xf32>
  kernel.return
}
)";
}

int64_t padded(int64_t columns) { return (columns + 15) / 16 * 16; }

/// Offsets of the runs: apart from each other, descending, so that order matters.
std::vector<int64_t> makeTaps(const Sizes &s) {
  std::vector<int64_t> taps;
  for (int64_t r = 0; r < s.runs; ++r)
    taps.push_back((s.runs - 1 - r) * (s.len + 1));
  return taps;
}

/// Random weights of a tile as kernels read them.
struct Weights {
  Weights(const Sizes &s, int64_t group, Random &random)
      : lengths(s.runs, s.len), layout(s.total, lengths), packed(s.total, lengths, group == 0 ? 32 : group),
        w8(layout.size()), w(group == 0 ? layout.size() : packed.size()),
        multipliers(group == 0 ? 0 : packed.multipliersSize()) {
    if (group == 0) {
      numerics::pack(layout, [&](int64_t, size_t, int64_t) { return int8_t(random.range(-128, 127)); }, w8.data());
      std::copy(w8.begin(), w8.end(), w.data());
      return;
    }
    int64_t most = random.range(0, 1) ? 15 : numerics::groupMultiplierLimit; // -8 stands beside 15 at most
    int64_t least = most > 15 ? numerics::int4Least + 1 : numerics::int4Least;
    numerics::packInt4(
        packed, [&](int64_t, size_t, int64_t) { return random.range(least, numerics::int4Greatest); }, w.data());
    numerics::packMultipliers(
        packed, [&](int64_t, size_t, int64_t) { return random.range(-most, most); }, multipliers.data());
    numerics::expandInt4(packed, w.data(), multipliers.data(), w8.data());
  }
  int8_t get(int64_t n, int64_t r, int64_t k) const { return w8[layout.index(n, r, k)]; }
  /// Elements of x behind a run that are read.
  static int64_t slack(int64_t group) { return group == 0 ? 3 : 7; }

  std::vector<int64_t> lengths;
  numerics::PackedLayout layout;
  numerics::PackedInt4Layout packed;
  std::vector<int8_t> w8; ///< what they stand for
  Guarded<uint8_t> w, multipliers;
};

class IntegerCase {
public:
  IntegerCase(const Sizes &s, bool isSigned, int64_t group = 0)
      : s(s), isSigned(isSigned), random(s.m * 1000003 + s.n * 1009 + s.len * 31 + s.runs), taps(makeTaps(s)),
        weights(s, group, random), xStep(s.runs * (s.len + 1) + 2), yStep(s.n + 3),
        x((s.m - 1) * xStep + (s.runs - 1) * (s.len + 1) + s.len + Weights::slack(group)), tapBuffer(s.runs),
        c(padded(s.total)), mu(padded(s.total)), sh(padded(s.total)), res(s.m * s.n), lut(256),
        y((s.m - 1) * yStep + s.n, 77) {
    for (size_t i = 0; i < x.size(); ++i)
      x[i] = int8_t(random.bits());
    for (int64_t r = 0; r < s.runs; ++r)
      tapBuffer[r] = taps[r];
    for (int64_t n = 0; n < s.total; ++n) {
      mu[n] = int32_t(random.range(1 << 30, INT32_MAX)) * (random.bits() % 2 ? 1 : -1);
      sh[n] = int32_t(random.range(36, 46));
      c[n] = random.range(-1000, 1000) * mu[n] + (int64_t(1) << (sh[n] - 1));
    }
    for (size_t i = 0; i < res.size(); ++i)
      res[i] = int8_t(random.bits());
    for (size_t i = 0; i < 256; ++i)
      lut[i] = int8_t(random.bits());
  }

  void run(const JitKernel &kernel) {
    kernel.run({x.slot(),
                xStep,
                tapBuffer.slot(),
                weights.w.slot(),
                weights.multipliers.slot(),
                c.slot(),
                mu.slot(),
                sh.slot(),
                res.slot(),
                lut.slot(),
                s.m,
                s.n,
                s.column,
                s.runs,
                s.len,
                m2,
                isSigned ? -128 : 0,
                isSigned ? 127 : 255,
                y.slot(),
                yStep});
  }

  int8_t expected(int64_t i, int64_t j) {
    uint32_t acc = 0;
    int64_t n = s.column + j;
    for (int64_t r = 0; r < s.runs; ++r)
      for (int64_t k = 0; k < s.len; ++k) {
        int8_t code = x[i * xStep + taps[r] + k];
        acc += uint32_t((isSigned ? int32_t(code) : int32_t(uint8_t(code))) * int32_t(weights.get(n, r, k)));
      }
    int64_t t = int64_t(int32_t(acc)) * mu[n] + int64_t(uint8_t(res[i * s.n + j])) * m2 + c[n];
    int64_t q = std::min<int64_t>(std::max<int64_t>((t >> sh[n]) + 3, isSigned ? -128 : 0), isSigned ? 127 : 255);
    return lut[uint8_t(q)];
  }

  void check(const std::string &where) {
    int64_t wrong = 0;
    for (int64_t i = 0; i < s.m; ++i)
      for (int64_t j = 0; j < s.n; ++j)
        wrong += y[i * yStep + j] != expected(i, j);
    EXPECT_EQ(wrong, 0) << where << " m " << s.m << " n " << s.n << " column " << s.column << " of " << s.total
                        << " runs " << s.runs << " len " << s.len;
    for (int64_t i = 0; i + 1 < s.m; ++i) // between the rows
      for (int64_t j = s.n; j < yStep; ++j)
        EXPECT_EQ(y[i * yStep + j], 77);
  }

private:
  static constexpr int64_t m2 = -987654;
  Sizes s;
  bool isSigned;
  Random random;
  std::vector<int64_t> taps;
  Weights weights;
  int64_t xStep, yStep;
  Guarded<int8_t> x;
  Guarded<int64_t> tapBuffer, c;
  Guarded<int32_t> mu, sh;
  Guarded<int8_t> res, lut, y;
};

// 16-bit codes: the exact sum, or the sum as two numbers: floor(sum / 256) and 7 times the rest.
std::string makeWideText(bool planes, int64_t group = 0) {
  std::string attribute = planes ? ", planes" : "";
  std::string epilogue = planes ? R"(
  ^bb0(%high: i32, %low: i32, %b: i32, %r: i16):
    %seven = arith.constant 7 : i32
    %eight = arith.constant 8 : i32
    %mask = arith.constant 255 : i32
    %carry = arith.shrsi %low, %eight : i32
    %floor = arith.addi %high, %carry : i32
    %rest = arith.andi %low, %mask : i32
    %rests = arith.muli %rest, %seven : i32
    %acc = arith.addi %floor, %rests : i32)"
                                : R"(
  ^bb0(%acc: i32, %b: i32, %r: i16):)";
  return R"(
kernel.func @k(%x: memref<?xi16>, %xs: index, %taps: memref<?xi64>, %w: memref<?xi8>, %k4: memref<?xi8>, %s: memref<?xi32>, %bias: memref<?xi32>,
               %res: memref<?xi16>, %m: index, %n: index, %col: index, %runs: index, %len: index, %y: memref<?xi32>,
               %ys: index, %tile: index) {
  %c0 = arith.constant 0 : index
  kernel.contract {mma = #kernel.mma<u16s8>)" +
         attribute + getWeightGroup(group) +
         R"(} m %m n %n column %col runs %runs len %len x %x[%c0, %xs] taps %taps w %w[%c0] sums %s : memref<?xi32>
    )" + getMultipliers(group) +
         R"(y %y[%c0, %ys] per_n(%bias : memref<?xi32>)[%col] per_mn(%res[%c0][%n] : memref<?xi16>) {)" + epilogue + R"(
    %rr = arith.extui %r : i16 to i32
    %t = arith.addi %acc, %rr : i32
    %u = arith.addi %t, %b : i32
    kernel.yield %u : i32
  } : memref<?xi16>, memref<?xi64>, memref<?xi8>, memref<?xi32>
  kernel.return
}
)";
}

// What sums start from: `factor` times the sum of a column's weights.
template <typename Weight> void fillSums(Guarded<int32_t> &sums, const Sizes &s, int64_t factor, const Weight &weight) {
  for (int64_t n = 0; n < s.total; ++n) {
    int64_t sum = 0;
    for (int64_t r = 0; r < s.runs; ++r)
      for (int64_t k = 0; k < s.len; ++k)
        sum += weight(n, r, k);
    sums[n] = int32_t(factor * sum);
  }
}

// Any codes and weights: exact sums modulo 2^32, planes beyond.
void testWide(const JitKernel &kernel, const Target &target, const Sizes &s, bool planes, int64_t group = 0) {
  Random random(s.m * 1000003 + s.n * 1009 + s.len * 31 + s.runs);
  std::vector<int64_t> taps = makeTaps(s);
  Weights weights(s, group, random);
  int64_t xStep = s.runs * (s.len + 1) + 2, yStep = s.n + 3;
  int64_t before = (s.m - 1) * xStep + std::max<int64_t>(0, s.runs - 1) * (s.len + 1);
  Guarded<uint16_t> x(before + s.len + Weights::slack(group)), res(s.m * s.n);
  Guarded<int64_t> tapBuffer(s.runs);
  Guarded<int32_t> sums(padded(s.total)), bias(padded(s.total)), y((s.m - 1) * yStep + s.n, 77);
  for (Guarded<uint16_t> *codes : {&x, &res})
    for (size_t i = 0; i < codes->size(); ++i)
      (*codes)[i] = uint16_t(random.bits());
  for (int64_t r = 0; r < s.runs; ++r)
    tapBuffer[r] = taps[r];
  auto weight = [&](int64_t n, int64_t r, int64_t k) { return int64_t(weights.get(n, r, k)); };
  fillSums(sums, s, planes ? 128 : 32768, weight);
  for (int64_t n = 0; n < s.total; ++n)
    bias[n] = int32_t(random.bits());
  kernel.run({x.slot(), xStep, tapBuffer.slot(), weights.w.slot(), weights.multipliers.slot(), sums.slot(), bias.slot(),
              res.slot(), s.m, s.n, s.column, s.runs, s.len, y.slot(), yStep});
  for (int64_t i = 0; i < s.m; ++i)
    for (int64_t j = 0; j < s.n; ++j) {
      int64_t sum = 0;
      for (int64_t r = 0; r < s.runs; ++r)
        for (int64_t k = 0; k < s.len; ++k)
          sum += x[i * xStep + taps[r] + k] * weight(s.column + j, r, k);
      uint32_t acc = uint32_t(planes ? (sum >> 8) + 7 * (sum & 255) : sum);
      acc += uint32_t(bias[s.column + j]) + res[i * s.n + j];
      ASSERT_EQ(uint32_t(y[i * yStep + j]), acc)
          << target.name << " m " << s.m << " n " << s.n << " column " << s.column << " runs " << s.runs << " len "
          << s.len << " at " << i << ", " << j;
    }
  for (int64_t i = 0; i + 1 < s.m; ++i) // between the rows
    for (int64_t j = s.n; j < yStep; ++j)
      ASSERT_EQ(y[i * yStep + j], 77);
}

std::vector<Sizes> makeSizes() {
  std::vector<Sizes> all;
  for (int64_t n = 1; n <= 67; ++n)
    all.push_back({n % 9 + 1, n, 0, n, 1 + n % 3, 1 + n * 7 % 23});
  for (int64_t len : {1, 2, 3, 4, 5, 16, 61, 63, 64, 65, 127, 128, 130, 200})
    all.push_back({5, 35, 0, 35, len % 2 + 1, len});
  // Around what is split in advance: 8 groups of 4 k in a run, 1024 in all runs.
  for (int64_t len : {28, 29, 32, 33, 36, 2045, 2048, 2049})
    all.push_back({5, 35, 0, 35, 2, len});
  for (int64_t m = 1; m <= 13; ++m) {
    all.push_back({m, 33, 0, 33, 2, 9});
    all.push_back({m, 33, 0, 33, 2, 40});
  }
  // Tiles of a wider contraction: the first ends at a panel's end, the others at the end of all columns.
  for (int64_t total : {33, 48, 49, 64, 67, 100})
    for (int64_t column = 0; column < total; column += 32) {
      all.push_back({3, total - column, column, total, 2, 70});
      if (column + 32 < total)
        all.push_back({6, 32, column, total, 3, 5});
    }
  all.push_back({4, 20, 0, 20, 0, 7});
  all.push_back({4, 20, 0, 20, 3, 0});
  return all;
}

class ContractTest : public ::testing::TestWithParam<Target> {};
} // namespace

TEST_P(ContractTest, UnsignedCodes) {
  auto kernel = JitKernel::compile(makeIntegerText("u8s8"), GetParam());
  ASSERT_TRUE(kernel);
  for (const Sizes &s : makeSizes()) {
    IntegerCase test(s, false);
    test.run(*kernel);
    test.check(GetParam().name);
  }
}

TEST_P(ContractTest, SignedCodes) {
  auto kernel = JitKernel::compile(makeIntegerText("s8s8"), GetParam());
  ASSERT_TRUE(kernel);
  for (const Sizes &s : makeSizes()) {
    IntegerCase test(s, true);
    test.run(*kernel);
    test.check(GetParam().name);
  }
}

TEST_P(ContractTest, WideCodes) {
  for (bool planes : {false, true}) {
    auto kernel = JitKernel::compile(makeWideText(planes), GetParam());
    ASSERT_TRUE(kernel);
    for (const Sizes &s : makeSizes())
      testWide(*kernel, GetParam(), s, planes);
  }
}

// Weights of 4 bits compute what the i8 ones that they stand for compute.
TEST_P(ContractTest, Int4Weights) {
  for (int64_t group : {32, 64, 128})
    for (bool isSigned : {false, true}) {
      auto kernel = JitKernel::compile(makeIntegerText(isSigned ? "s8s8" : "u8s8", group), GetParam());
      ASSERT_TRUE(kernel);
      for (const Sizes &s : makeSizes()) {
        IntegerCase test(s, isSigned, group);
        test.run(*kernel);
        test.check(GetParam().name);
      }
    }
}

TEST_P(ContractTest, Int4WeightsOfWideCodes) {
  for (bool planes : {false, true})
    for (int64_t group : {32, 128}) {
      auto kernel = JitKernel::compile(makeWideText(planes, group), GetParam());
      ASSERT_TRUE(kernel);
      for (const Sizes &s : makeSizes())
        testWide(*kernel, GetParam(), s, planes, group);
    }
}

static void testFloats(const JitKernel &kernel, const Target &target, const Sizes &s, bool blocks) {
  Random random(s.n * 131 + s.len);
  std::vector<int64_t> taps = makeTaps(s), lengths(s.runs, s.len);
  numerics::PackedLayoutF32 layout(s.total, numerics::Span<int64_t>(lengths));
  int64_t xStep = s.runs * (s.len + 1) + 2, yStep = s.n + 1;
  Guarded<float> x(std::max<int64_t>(0, (s.m - 1) * xStep + (s.runs - 1) * (s.len + 1) + s.len)), w(layout.size()),
      bias(padded(s.total)), res(s.m * s.n), y((s.m - 1) * yStep + s.n);
  Guarded<int64_t> tapBuffer(s.runs);
  for (auto *buffer : {&x, &bias, &res})
    for (size_t i = 0; i < buffer->size(); ++i)
      (*buffer)[i] = random.real();
  for (int64_t r = 0; r < s.runs; ++r)
    tapBuffer[r] = taps[r];
  numerics::packF32(layout, [&](int64_t, size_t, int64_t) { return random.real(); }, w.data());
  kernel.run({x.slot(), xStep, tapBuffer.slot(), w.slot(), bias.slot(), res.slot(), s.m, s.n, s.column, s.runs, s.len,
              y.slot(), yStep});
  for (int64_t i = 0; i < s.m; ++i)
    for (int64_t j = 0; j < s.n; ++j) {
      float total = 0, acc = 0;
      for (int64_t term = 0; term < s.runs * s.len; ++term) {
        if (blocks && term % 64 == 0 && term != 0) {
          total = term == 64 ? acc : total + acc;
          acc = 0;
        }
        int64_t r = term / s.len, k = term % s.len;
        float xk = x[i * xStep + taps[r] + k], wk = w[layout.index(s.column + j, r, k)];
        acc = target.hasFma() ? std::fma(xk, wk, acc) : xk * wk + acc;
      }
      if (blocks && s.runs * s.len > 64)
        acc = total + acc;
      float want = (acc + bias[s.column + j]) + res[i * s.n + j];
      ASSERT_EQ(slotOf(y[i * yStep + j]), slotOf(want))
          << target.name << " m " << s.m << " n " << s.n << " at " << i << ", " << j;
    }
}

TEST_P(ContractTest, Floats) {
  for (bool blocks : {false, true}) {
    auto kernel = JitKernel::compile(makeFloatText(blocks), GetParam());
    ASSERT_TRUE(kernel);
    for (const Sizes &s : makeSizes())
      testFloats(*kernel, GetParam(), s, blocks);
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, ContractTest, ::testing::ValuesIn(getTestTargets()),
                         [](const auto &info) { return info.param.name; });
