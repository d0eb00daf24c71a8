// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementwise operations: broadcasting, special values, chains, borders between floats and codes.
#include "ScheduleTest.h"
#include "llvm/ADT/StringExtras.h"

using namespace qc;
using namespace qc::test;
using Type = ProgramText::Type;

static std::vector<int64_t> makeShape(Random &r) {
  std::vector<int64_t> dims;
  for (int64_t d = r.range(0, 5); d > 0; --d)
    dims.push_back(r.range(1, 3) == 1 ? r.range(1, 40) : r.range(1, 5));
  return dims;
}

/// A shape that broadcasts to `dims`.
static std::vector<int64_t> makeNarrower(Random &r, std::vector<int64_t> dims) {
  dims.erase(dims.begin(), dims.begin() + r.range(0, int64_t(dims.size())));
  for (int64_t &dim : dims)
    if (r.range(0, 2) == 0)
      dim = 1;
  return dims;
}

TEST_F(ScheduleTest, FloatElements) {
  for (int i = 0; i < repeat(30) && !HasFailure(); ++i) {
    ProgramText p(100 + i);
    Random &r = p.random;
    Type type{makeShape(r), "f32"};
    std::string value = p.argument(type);
    for (int64_t n = r.range(1, 4); n > 0; --n) {
      Type narrow{makeNarrower(r, type.dims), "f32"};
      std::string other = r.range(0, 1) ? p.argument(narrow) : p.constant(narrow);
      bool first = r.range(0, 1);
      std::string pair = first ? other + ", " + value : value + ", " + other;
      std::vector<std::string> operands =
          first ? std::vector<std::string>{other, value} : std::vector<std::string>{value, other};
      value = p.add((r.range(0, 1) ? "qc.add " : "qc.mul ") + pair, operands, type);
      if (r.range(0, 2) == 0)
        p.observe(value);
      if (r.range(0, 2) == 0)
        value = p.add("qc.hard_sigmoid " + value + " {alpha = 0.3 : f32, beta = 0.4 : f32}", {value}, type);
    }
    p.result(value);
    check(p, Options());
  }
}

// NaN of any kind, infinities, zeros of both signs: through everything that says what it makes of them.
TEST_F(ScheduleTest, SpecialFloats) {
  for (int64_t size : {1, 15, 16, 17, 67}) {
    ProgramText p(200 + size);
    Type type{{3, size}, "f32"}, scalar{{}, "f32"};
    std::string x = p.argument(type), y = p.argument(scalar), z = p.argument({{1, 1, 1}, "f32"});
    std::string lo = p.constantOf(scalar, "dense<-0.0>"), hi = p.constantOf(scalar, "dense<6.0>");
    std::string nan = p.constantOf(scalar, "dense<0xFFC00001>");
    p.result(p.add("qc.relu " + x, {x}, type));
    p.result(p.add("qc.hard_swish " + x, {x}, type));
    p.result(p.add("qc.hard_sigmoid " + x + " {alpha = 0.2 : f32, beta = 0.5 : f32}", {x}, type));
    p.result(p.add("qc.clip " + x + " min " + lo + " max " + hi, {x, lo, hi}, type));
    p.result(p.add("qc.clip " + x + " max " + lo, {x, lo}, type));
    p.result(p.add("qc.clip " + x + " min " + hi + " max " + lo, {x, hi, lo}, type));
    p.result(p.add("qc.clip " + x + " min " + nan, {x, nan}, type));
    p.result(p.add("qc.clip " + x + " min " + y + " max " + z, {x, y, z}, type));
    p.result(p.add("qc.clip " + x + " min " + y + " max " + hi, {x, y, hi}, type));
    p.result(p.add("qc.clip " + x + " min " + lo + " max " + y, {x, lo, y}, type));
    p.result(p.add("qc.clip " + x, {x}, type));
    for (std::string codes : {"ui8", "i8", "ui16", "i16"}) {
      Type result{type.dims, codes};
      std::string s = p.constantOf(scalar, "dense<0.0127>"), zero = p.constantOf({{}, codes}, "dense<100>");
      std::string q = p.add("qc.quantize " + x + ", " + s + ", " + zero + " {format = #qc.format<" + codes + ">}",
                            {x, s, zero}, result);
      p.result(q);
      p.result(p.add("qc.dequantize " + q + ", " + s + ", " + zero + " {format = #qc.format<" + codes + ">}",
                     {q, s, zero}, type));
    }
    Options options;
    options.specialFloats = true;
    check(p, options);
  }
}

TEST_F(ScheduleTest, BordersPerChannel) {
  for (int64_t axis : {0, 1, 2}) {
    ProgramText p(300 + axis);
    Type type{{3, 17, 5}, "f32"}, codes{type.dims, "i8"}, wide{type.dims, "i32"};
    std::vector<int64_t> count{type.dims[axis]};
    std::string x = p.argument(type), sums = p.argument(wide);
    std::string ones = p.constantOf({count, "f32"}, "dense<0.03125>"), random = p.constant({count, "f32"}, 1);
    std::string z = p.constant({count, "i8"});
    std::string format = " {format = #qc.format<i8, axis = " + std::to_string(axis) + ">}";
    std::string q = p.add("qc.quantize " + x + ", " + ones + ", " + z + format, {x, ones, z}, codes);
    p.result(q);
    p.result(p.add("qc.quantize " + x + ", " + ones + format, {x, ones}, codes));
    p.result(p.add("qc.dequantize " + q + ", " + random + ", " + z + format, {q, random, z}, type));
    p.result(p.add("qc.dequantize " + sums + ", " + random +
                       " {format = #qc.format<i32, axis = " + std::to_string(axis) + ">}",
                   {sums, random}, type));
    check(p, Options());
  }
}

TEST_F(ScheduleTest, BatchNorm) {
  for (std::vector<int64_t> dims : {std::vector<int64_t>{2, 5}, {1, 17, 3}, {2, 3, 4, 5}}) {
    ProgramText p(400);
    Type type{dims, "f32"}, channel{{dims[1]}, "f32"};
    std::string x = p.argument(type), s = p.constant(channel), b = p.argument(channel), m = p.constant(channel);
    std::string v = p.constantOf(channel, "dense<0.7>");
    p.result(p.add("qc.batch_norm " + x + ", " + s + ", " + b + ", " + m + ", " + v + " {epsilon = 1.0e-5 : f32}",
                   {x, s, b, m, v}, type));
    Options options;
    options.needsFma = true;
    check(p, options);
  }
}

/// Multipliers as every kind of machine form wants them.
static std::string addRescale(ProgramText &p, const std::vector<std::string> &terms, const Type &result, int width) {
  Random &r = p.random;
  auto code = [&](const Type &type) { return type.element[0] == 'u' ? r.range(0, 255) : r.range(-128, 127); };
  std::string zeros, m, m1;
  for (size_t t = 0; t < terms.size(); ++t)
    zeros += (t ? ", " : "") + std::to_string(p.typeOf(terms[t]).element == "i32" ? 0 : code(p.typeOf(terms[t])));
  auto multiplier = [&] { return std::to_string(r.range(int64_t(1) << (width - 1), (int64_t(1) << width) - 1)); };
  bool halfEven = terms.size() == 1 && r.range(0, 3) == 0;
  int64_t shift = r.range(1, 6) == 1 ? r.range(1, 62) : r.range(width - 3, width + 3);
  return p.add("dyadic.requant " + terms[0] + (terms.size() == 2 ? ", " + terms[1] : "") +
                   " {term_zero_points = array<i32: " + zeros + ">, multipliers = array<i32: " + multiplier() +
                   ">, multipliers1 = array<i32" + (terms.size() == 2 ? ": -" + multiplier() : "") +
                   ">, shifts = array<i32: " + std::to_string(shift) + ">, zero_point = " +
                   std::to_string(code(result)) + " : i32, lo = " + (result.element == "ui8" ? "0" : "-128") +
                   " : i32, hi = " + (result.element == "ui8" ? "255" : "127") +
                   " : i32, rounding = #dyadic.rounding<" + (halfEven ? "half_even" : "half_up") + ">}",
               terms, result);
}

TEST_F(ScheduleTest, CodeElements) {
  for (int i = 0; i < repeat(50) && !HasFailure(); ++i) {
    ProgramText p(500 + i);
    Random &r = p.random;
    auto codes = [&] { return std::string(r.range(0, 1) ? "ui8" : "i8"); };
    Type type{makeShape(r), codes()}, narrow{makeNarrower(r, type.dims), codes()}, result{type.dims, codes()};
    std::string a = p.argument(type), b = r.range(0, 1) ? p.argument(narrow) : p.constant(narrow, 0, 100);
    std::string value;
    if (r.range(0, 2) == 0) {
      auto zero = [&](const Type &t) {
        return std::to_string(t.element == "ui8" ? r.range(0, 255) : r.range(-128, 127));
      };
      value = p.add("dyadic.mul " + a + ", " + b + " {a_zero_point = " + zero(type) +
                        " : i32, b_zero_point = " + zero(narrow) + " : i32}",
                    {a, b}, {type.dims, "i32"});
      value = addRescale(p, {value}, result, 31);
    } else if (r.range(0, 1)) {
      value = addRescale(p, {a, b}, result, 22);
    } else {
      value = addRescale(p, {a}, result, r.range(0, 1) ? 22 : 31);
    }
    if (r.range(0, 1)) {
      std::string table = "dense<\"0x";
      for (int k = 0; k < 256; ++k)
        table += llvm::utohexstr(r.range(16, 255));
      value = p.add("dyadic.lut " + value + " {table = " + table + "\"> : tensor<256xi8>}", {value}, {type.dims, "i8"});
    }
    p.result(value);
    check(p, Options());
  }
}

TEST_F(ScheduleTest, Softmax) {
  for (int i = 0; i < repeat(12) && !HasFailure(); ++i) {
    ProgramText p(700 + i);
    Type type{makeShape(p.random), "f32"};
    if (type.dims.empty())
      type.dims = {p.random.range(1, 70)};
    std::string x = p.argument(type);
    int64_t axis = p.random.range(0, int64_t(type.dims.size()) - 1);
    std::string y = p.add("qc.softmax " + x + " {axis = " + std::to_string(axis) + " : i64}", {x}, type);
    p.result(y);
    Options options;
    options.needsFma = true;
    options.specialFloats = i % 3 == 2;
    check(p, options);
  }
}
