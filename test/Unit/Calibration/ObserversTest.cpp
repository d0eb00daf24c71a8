// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Observers: what is seen, how it merges, what threads do to it; hashes of data.
#include "qc/Calibration/DataHash.h"
#include "qc/Calibration/ObserverSet.h"
#include "qc/Calibration/PerThread.h"
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <random>
#include <thread>

using namespace qc::calibration;
using llvm::ArrayRef;
using llvm::SmallVector;

namespace {
constexpr float kInf = std::numeric_limits<float>::infinity(), kNaN = std::numeric_limits<float>::quiet_NaN();

uint32_t toBits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

void expectEqual(const MinMax &a, const MinMax &b) {
  EXPECT_EQ(a.getCount(), b.getCount());
  EXPECT_EQ(a.getNumNaNs(), b.getNumNaNs());
  EXPECT_EQ(a.getNumInfinities(), b.getNumInfinities());
  EXPECT_EQ(toBits(a.getMin()), toBits(b.getMin()));
  EXPECT_EQ(toBits(a.getMax()), toBits(b.getMax()));
}

void expectIs(const MinMax &seen, uint64_t count, float min, float max, uint64_t nans = 0, uint64_t infinities = 0) {
  EXPECT_EQ(seen.getCount(), count);
  EXPECT_EQ(seen.getNumNaNs(), nans);
  EXPECT_EQ(seen.getNumInfinities(), infinities);
  EXPECT_EQ(toBits(seen.getMin()), toBits(min)) << seen.getMin();
  EXPECT_EQ(toBits(seen.getMax()), toBits(max)) << seen.getMax();
}

MinMax observe(ArrayRef<float> elements) {
  MinMax seen;
  seen.observe(elements);
  return seen;
}

MinMax merge(MinMax a, const MinMax &b) {
  a.merge(b);
  return a;
}

// Random bits: every exponent, both zeros, denormals, infinities, NaNs of both signs.
std::vector<float> makeRandom(std::mt19937 &random, size_t size) {
  std::vector<float> values(size);
  for (float &value : values) {
    uint32_t bits = uint32_t(random());
    if (random() % 8 == 0)
      bits = random() % 2 ? 0x80000000u : 0u;
    if (random() % 16 == 0)
      bits |= 0x7f800000u;
    std::memcpy(&value, &bits, sizeof(value));
  }
  return values;
}
} // namespace

TEST(MinMax, nothing) {
  expectIs(MinMax(), 0, 0, 0);
  expectIs(observe({}), 0, 0, 0);
  MinMax seen = observe({1, 2});
  seen.observe(nullptr, {3, 0, 4}, {1, 1, 1});
  expectIs(seen, 2, 1, 2);
}

TEST(MinMax, example) {
  MinMax first = observe({1, kNaN, -2});
  expectIs(first, 2, -2, 1, 1);
  expectIs(merge(first, observe({0.5, kInf})), 3, -2, 1, 1, 1);
}

TEST(MinMax, onlyNaNs) {
  uint32_t bits = 0xffc00001;
  float negative;
  std::memcpy(&negative, &bits, sizeof(bits));
  expectIs(observe({kNaN, -kNaN, negative}), 0, 0, 0, 3);
}

TEST(MinMax, infinitiesAreNotInTheRange) {
  expectIs(observe({-kInf, 3, kInf, kInf}), 1, 3, 3, 0, 3);
  float largest = std::numeric_limits<float>::max();
  expectIs(observe({largest, -largest}), 2, -largest, largest);
}

TEST(MinMax, zerosAndDenormals) {
  float tiny = std::numeric_limits<float>::denorm_min();
  expectIs(observe({0.0f, -0.0f}), 2, -0.0f, 0.0f);
  expectIs(observe({-0.0f, -0.0f}), 2, -0.0f, -0.0f);
  expectIs(observe({tiny, 0.0f}), 2, 0.0f, tiny);
  expectIs(observe({-tiny, -0.0f}), 2, -tiny, -0.0f);
}

TEST(MinMax, scalar) {
  float value = -7;
  MinMax seen;
  seen.observe(&value, {}, {});
  expectIs(seen, 1, -7, -7);
}

// What lies between the elements of a strided view (a halo, another channel) is not seen.
TEST(MinMax, strided) {
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    SmallVector<int64_t> dims(random() % 5), strides, order;
    int64_t size = 1, elements = 1;
    for (int64_t &dim : dims)
      dim = random() % 6 + (random() % 8 != 0);
    strides.resize(dims.size());
    for (size_t i = 0; i < dims.size(); ++i)
      order.push_back(int64_t(i));
    std::shuffle(order.begin(), order.end(), random);
    for (int64_t axis : order) { // innermost first, gaps between axes now and then
      strides[axis] = size;
      size *= dims[axis] + random() % 2;
      elements *= dims[axis];
    }
    std::vector<float> buffer = makeRandom(random, size_t(std::max<int64_t>(size, 1)));
    MinMax expected, seen;
    for (int64_t n = 0; n < elements; ++n) {
      int64_t rest = n, offset = 0;
      for (size_t i = dims.size(); i-- > 0; rest /= dims[i])
        offset += rest % dims[i] * strides[i];
      expected.observe(buffer[offset]);
    }
    seen.observe(buffer.data(), dims, strides);
    expectEqual(seen, expected);
  }
}

TEST(MinMax, negativeAndZeroStrides) {
  float values[] = {1, 2, 3, 4, 5, 6};
  MinMax seen;
  seen.observe(values + 5, {2, 2}, {-3, -1});
  expectIs(seen, 4, 2, 6);
  seen = MinMax();
  seen.observe(values + 1, {3, 2}, {0, 1});
  expectIs(seen, 6, 2, 3);
}

TEST(MinMax, longRows) {
  std::vector<float> values(200001, 1.0f);
  values[0] = -3, values[65536] = 9, values.back() = kNaN, values[131072] = -kInf;
  expectIs(observe(values), 199999, -3, 9, 1, 1);
}

TEST(MinMax, mergeIsAssociativeAndCommutative) {
  std::mt19937 random(2);
  for (int round = 0; round < 200; ++round) {
    std::vector<float> values = makeRandom(random, random() % 40);
    MinMax whole = observe(values);
    // Any split into parts...
    std::vector<MinMax> parts(random() % 6 + 1);
    for (float value : values)
      parts[random() % parts.size()].observe(value);
    // ... merged in any order, as any tree.
    while (parts.size() > 1) {
      std::shuffle(parts.begin(), parts.end(), random);
      MinMax last = parts.back();
      parts.pop_back();
      MinMax forwards = merge(parts.back(), last);
      expectEqual(forwards, merge(last, parts.back()));
      parts.back() = forwards;
    }
    expectEqual(parts[0], whole);
  }
}

TEST(ObserverSet, mergesBySymbol) {
  ObserverSet a, b;
  a["t0"].observe(1.0f);
  b["t0"].observe(-1.0f);
  b["t1"].observe(5.0f);
  a.merge(b);
  a.merge(ObserverSet());
  EXPECT_EQ(a.size(), 2u);
  expectIs(a.find("t0")->getRange(), 2, -1, 1);
  expectIs(a.find("t1")->getRange(), 1, 5, 5);
  EXPECT_EQ(a.find("t2"), nullptr);
}

TEST(PerThread, numberOfThreadsDoesNotMatter) {
  std::mt19937 random(3);
  std::vector<float> values = makeRandom(random, 10000);
  for (int threads : {1, 2, 7}) {
    PerThread<ObserverSet> sets;
    std::vector<std::thread> running;
    for (int t = 0; t < threads; ++t)
      running.emplace_back([&, t] {
        for (size_t i = size_t(t); i < values.size(); i += size_t(threads))
          sets.getLocal()[i % 2 ? "odd" : "even"].observe(values[i]);
      });
    for (std::thread &thread : running)
      thread.join();
    ObserverSet merged;
    int states = 0;
    sets.forEach([&](const ObserverSet &set) { merged.merge(set), ++states; });
    EXPECT_EQ(states, threads);
    MinMax odd, even;
    for (size_t i = 0; i < values.size(); ++i)
      (i % 2 ? odd : even).observe(values[i]);
    expectEqual(merged.find("odd")->getRange(), odd);
    expectEqual(merged.find("even")->getRange(), even);
  }
}

TEST(DataHash, everythingCounts) {
  auto hash = [](llvm::StringRef dtype, ArrayRef<int64_t> dims, llvm::StringRef bytes, int times = 1) {
    DataHash data;
    for (int i = 0; i < times; ++i)
      data.add(dtype, dims, ArrayRef<char>(bytes.data(), bytes.size()));
    return data.text();
  };
  std::string base = hash("u8", {2, 3}, "abcdef");
  EXPECT_EQ(base.size(), 32u);
  EXPECT_EQ(base, hash("u8", {2, 3}, "abcdef"));
  EXPECT_NE(base, hash("i8", {2, 3}, "abcdef"));
  EXPECT_NE(base, hash("u8", {3, 2}, "abcdef"));
  EXPECT_NE(base, hash("u8", {6}, "abcdef"));
  EXPECT_NE(base, hash("u8", {2, 3}, "abcdeg"));
  EXPECT_NE(base, hash("u8", {2, 3}, "abcdef", 2));
  EXPECT_NE(hash("u8", {0}, ""), DataHash().text());
}

TEST(DataHash, orderCounts) {
  DataHash ab, ba;
  ab.add("u8", {1}, ArrayRef<char>{'a'});
  ab.add("u8", {1}, ArrayRef<char>{'b'});
  ba.add("u8", {1}, ArrayRef<char>{'b'});
  ba.add("u8", {1}, ArrayRef<char>{'a'});
  EXPECT_NE(ab.text(), ba.text());
}
