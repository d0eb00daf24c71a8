// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// scf.forall at every level against plain loops: each way a value can differ between lanes.
#include "JitKernel.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace qc;
using namespace qc::test;

namespace {
class ForallTest : public ::testing::TestWithParam<Target> {
protected:
  std::unique_ptr<JitKernel> compile(const std::string &text) { return JitKernel::compile(text, GetParam()); }
};

void fillReal(Guarded<float> &buffer, uint64_t seed) {
  Random random(seed);
  for (size_t i = 0; i < buffer.size(); ++i)
    buffer[i] = random.real() * 4;
}

template <typename T> void expectSame(Guarded<T> &got, const std::vector<T> &want) {
  ASSERT_EQ(got.size(), want.size());
  for (size_t i = 0; i < want.size(); ++i)
    ASSERT_EQ(std::memcmp(&got[i], &want[i], sizeof(T)), 0)
        << "element " << i << " is " << +got[i] << ", not " << +want[i];
}
} // namespace

// y = x * w[channel] + b, NaN and infinities included; two dimensions, a row stride, a uniform scale.
TEST_P(ForallTest, Elementwise) {
  auto kernel = compile(R"(
kernel.func @k(%x: memref<?xf32>, %xs: index, %w: memref<?xf32>, %b: f32, %rows: index, %n: index, %y: memref<?xf32>,
               %tile: index) {
  scf.forall (%r, %i) in (%rows, %n) {
    %base = arith.muli %r, %xs : index
    %at = arith.addi %base, %i : index
    %v = memref.load %x[%at] : memref<?xf32>
    %u = memref.load %w[%i] : memref<?xf32>
    %s = memref.load %w[%r] : memref<?xf32>
    %p = arith.mulf %v, %u : f32
    %q = arith.addf %p, %b : f32
    %t = arith.divf %q, %s : f32
    %o = arith.muli %r, %n : index
    %oi = arith.addi %i, %o : index
    memref.store %t, %y[%oi] : memref<?xf32>
  }
  kernel.return
})");
  ASSERT_TRUE(kernel);
  for (int64_t n : {1, 7, 15, 16, 17, 31, 32, 33, 50}) {
    int64_t rows = 3, stride = n + 2;
    Guarded<float> x((rows - 1) * stride + n), w(std::max<int64_t>(n, rows)), y(rows * n);
    fillReal(x, n);
    fillReal(w, n + 1);
    x[0] = NAN;
    w[n / 2] = INFINITY;
    kernel->run({x.slot(), stride, w.slot(), slotOf(0.125f), rows, n, y.slot()});
    for (int64_t i = 0; i < rows * n; ++i) {
      float want = (x[i / n * stride + i % n] * w[i % n] + 0.125f) / w[i / n], got = y[i];
      ASSERT_TRUE((std::isnan(want) && std::isnan(got)) || slotOf(want) == slotOf(got)) << n << " " << i;
    }
  }
}

// A table, codes in i8: one load per lane.
TEST_P(ForallTest, Table) {
  auto kernel = compile(R"(
kernel.func @k(%x: memref<?xi8>, %table: memref<?xi8>, %n: index, %y: memref<?xi8>, %tile: index) {
  scf.forall (%i) in (%n) {
    %c = memref.load %x[%i] : memref<?xi8>
    %at = arith.index_castui %c : i8 to index
    %t = memref.load %table[%at] : memref<?xi8>
    memref.store %t, %y[%i] : memref<?xi8>
  }
  kernel.return
})");
  ASSERT_TRUE(kernel);
  for (int64_t n : {5, 16, 300}) {
    Guarded<int8_t> x(n), table(256), y(n);
    std::vector<int8_t> want(n);
    for (int64_t i = 0; i < 256; ++i)
      table[i] = int8_t(i * 37 + 11);
    for (int64_t i = 0; i < n; ++i)
      want[i] = table[uint8_t(x[i] = int8_t(i * 91))];
    kernel->run({x.slot(), table.slot(), n, y.slot()});
    expectSame(y, want);
  }
}

// Windows: a loop with bounds that depend on the row only, an accumulator per lane, a condition that is the same for
// all.
TEST_P(ForallTest, Pool) {
  auto kernel = compile(R"(
kernel.func @k(%x: memref<?xi8>, %size: index, %channels: index, %mode: i32, %y: memref<?xi32>, %tile: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %zero = arith.constant 0 : i32
  scf.forall (%r, %c) in (%size, %channels) {
    %first = arith.subi %r, %c1 : index
    %low = arith.maxsi %first, %c0 : index
    %end = arith.addi %r, %c2 : index
    %high = arith.minsi %end, %size : index
    %sum = scf.for %k = %low to %high step %c1 iter_args(%a = %zero) -> i32 {
      %row = arith.muli %k, %channels : index
      %at = arith.addi %row, %c : index
      %v = memref.load %x[%at] : memref<?xi8>
      %e = arith.extui %v : i8 to i32
      %s = arith.addi %a, %e : i32
      scf.yield %s : i32
    }
    %odd = arith.trunci %mode : i32 to i1
    %result = scf.if %odd -> i32 {
      %n = arith.subi %high, %low : index
      %d = arith.index_cast %n : index to i32
      %m = arith.divsi %sum, %d : i32
      scf.yield %m : i32
    } else {
      scf.yield %sum : i32
    }
    %o = arith.muli %r, %channels : index
    %oi = arith.addi %o, %c : index
    memref.store %result, %y[%oi] : memref<?xi32>
  }
  kernel.return
})");
  ASSERT_TRUE(kernel);
  for (int64_t channels : {3, 16, 24, 40})
    for (int64_t mode : {0, 1}) {
      int64_t size = 5;
      Guarded<int8_t> x(size * channels);
      Guarded<int32_t> y(size * channels);
      std::vector<int32_t> want(size * channels);
      for (size_t i = 0; i < x.size(); ++i)
        x[i] = int8_t(i * 57);
      kernel->run({x.slot(), size, channels, mode, y.slot()});
      for (int64_t r = 0; r < size; ++r)
        for (int64_t c = 0; c < channels; ++c) {
          int64_t low = std::max<int64_t>(0, r - 1), high = std::min(size, r + 2);
          int32_t sum = 0;
          for (int64_t k = low; k < high; ++k)
            sum += uint8_t(x[k * channels + c]);
          want[r * channels + c] = mode ? sum / int32_t(high - low) : sum;
        }
      expectSame(y, want);
    }
}

// Strided loads, the iteration number as a value, divisions of it.
TEST_P(ForallTest, StridesAndIndices) {
  auto kernel = compile(R"(
kernel.func @k(%x: memref<?xi32>, %stride: index, %n: index, %y: memref<?xi32>, %tile: index) {
  %c3 = arith.constant 3 : index
  %c2 = arith.constant 2 : index
  scf.forall (%i) in (%n) {
    %at = arith.muli %i, %stride : index
    %v = memref.load %x[%at] : memref<?xi32>
    %two = arith.muli %i, %c2 : index
    %u = memref.load %x[%two] : memref<?xi32>
    %d = arith.divui %i, %c3 : index
    %w = memref.load %x[%d] : memref<?xi32>
    %number = arith.index_cast %at : index to i32
    %a = arith.addi %v, %u : i32
    %b = arith.muli %a, %w : i32
    %c = arith.xori %b, %number : i32
    memref.store %c, %y[%i] : memref<?xi32>
  }
  kernel.return
})");
  ASSERT_TRUE(kernel);
  for (int64_t n : {4, 16, 45}) {
    int64_t stride = 5;
    Guarded<int32_t> x((n - 1) * stride + 1), y(n);
    std::vector<int32_t> want(n);
    for (size_t i = 0; i < x.size(); ++i)
      x[i] = int32_t(i * 2654435761u);
    for (int64_t i = 0; i < n; ++i)
      want[i] = int32_t((uint32_t(x[i * stride]) + uint32_t(x[2 * i])) * uint32_t(x[i / 3])) ^ int32_t(i * stride);
    kernel->run({x.slot(), stride, n, y.slot()});
    expectSame(y, want);
  }
}

// A buffer that is read and written: no iteration may run twice.
TEST_P(ForallTest, InPlace) {
  auto kernel = compile(R"(
kernel.func @k(%n: index, %y: memref<?xi32>, %tile: index) {
  %one = arith.constant 1 : i32
  scf.forall (%i) in (%n) {
    %v = memref.load %y[%i] : memref<?xi32>
    %w = arith.addi %v, %one : i32
    memref.store %w, %y[%i] : memref<?xi32>
  }
  kernel.return
})");
  ASSERT_TRUE(kernel);
  for (int64_t n : {3, 16, 39}) {
    Guarded<int32_t> y(n, 41);
    kernel->run({n, y.slot()});
    expectSame(y, std::vector<int32_t>(n, 42));
  }
}

// A store that is not unit stride, a loop bound and a branch that differ between iterations: scalar, and right.
TEST_P(ForallTest, Declined) {
  auto kernel = compile(R"(
kernel.func @k(%x: memref<?xf32>, %n: index, %y: memref<?xf32>, %tile: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %zero = arith.constant 0.0 : f32
  scf.forall (%i) in (%n) {
    %sum = scf.for %k = %c0 to %i step %c1 iter_args(%a = %zero) -> f32 {
      %v = memref.load %x[%k] : memref<?xf32>
      %s = math.fma %v, %v, %a : f32
      scf.yield %s : f32
    }
    %at = arith.muli %i, %c2 : index
    memref.store %sum, %y[%at] : memref<?xf32>
  }
  kernel.return
})");
  ASSERT_TRUE(kernel);
  int64_t n = 40;
  Guarded<float> x(n), y(2 * n - 1);
  fillReal(x, 3);
  kernel->run({x.slot(), n, y.slot()});
  float sum = 0;
  for (int64_t i = 0; i < n; ++i) {
    ASSERT_EQ(slotOf(y[2 * i]), slotOf(sum)) << i;
    sum = GetParam().hasFma() ? std::fma(x[i], x[i], sum) : x[i] * x[i] + sum;
  }
}

// The float borders: rounding to even, clamping, conversions.
TEST_P(ForallTest, Quantize) {
  auto kernel = compile(R"(
kernel.func @k(%x: memref<?xf32>, %scale: f32, %zero: f32, %lo: f32, %hi: f32, %n: index, %y: memref<?xi8>, %tile: index) {
  %none = arith.constant 0.0 : f32
  scf.forall (%i) in (%n) {
    %v = memref.load %x[%i] : memref<?xf32>
    %nan = arith.cmpf uno, %v, %v : f32
    %s = arith.select %nan, %none, %v : f32
    %d = arith.divf %s, %scale : f32
    %r = math.roundeven %d : f32
    %a = arith.addf %r, %zero : f32
    %c = arith.cmpf ogt, %a, %lo : f32
    %b = arith.select %c, %a, %lo : f32
    %e = arith.cmpf olt, %b, %hi : f32
    %f = arith.select %e, %b, %hi : f32
    %q = arith.fptosi %f : f32 to i32
    %t = arith.trunci %q : i32 to i8
    memref.store %t, %y[%i] : memref<?xi8>
  }
  kernel.return
})");
  ASSERT_TRUE(kernel);
  int64_t n = 70;
  Guarded<float> x(n);
  Guarded<int8_t> y(n);
  std::vector<int8_t> want(n);
  for (int64_t i = 0; i < n; ++i)
    x[i] = i == 0 ? NAN : i == 1 ? INFINITY : i == 2 ? -INFINITY : float(i - 35) * 0.25f;
  kernel->run({x.slot(), slotOf(0.5f), slotOf(128.0f), slotOf(0.0f), slotOf(255.0f), n, y.slot()});
  for (int64_t i = 0; i < n; ++i) {
    float v = std::isnan(x[i]) ? 0 : x[i];
    want[i] = int8_t(int32_t(std::fmin(std::fmax(std::nearbyintf(v / 0.5f) + 128, 0.0f), 255.0f)));
  }
  expectSame(y, want);
}

INSTANTIATE_TEST_SUITE_P(Targets, ForallTest, ::testing::ValuesIn(getTestTargets()),
                         [](const auto &info) { return info.param.name; });
