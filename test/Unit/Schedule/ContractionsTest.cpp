// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contractions, alone and with what fuses with them: every kind of convolution and product, in floats and codes.
#include "RandomContractions.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>

using namespace qc;
using namespace qc::test;
using Type = ProgramText::Type;

/// A requant of `terms` to codes, per tensor or along `axis`; `spread` is about the largest |term|.
static std::string addRequant(ProgramText &p, const std::vector<std::string> &terms, const std::vector<int64_t> &zeros,
                              const Type &result, int64_t axis, double spread) {
  Random &r = p.random;
  bool perChannel = axis >= 0 && r.range(0, 1);
  int64_t count = perChannel ? result.dims[axis] : 1;
  std::vector<int64_t> m[2], shifts;
  for (int64_t c = 0; c < count; ++c) {
    int64_t shift = std::lround(31 + std::log2(spread) - double(r.range(5, 9)));
    if (r.range(1, 20) == 1)
      shift = r.range(24, 62);
    shifts.push_back(std::min<int64_t>(62, std::max<int64_t>(1, shift)));
    for (size_t t = 0; t < terms.size(); ++t)
      m[t].push_back(r.range(1, 30) == 1 ? 0 : r.range(1 << 30, INT32_MAX) * (r.range(1, 5) == 1 ? -1 : 1));
    // The second term is a code: it keeps some weight beside a large register.
    if (terms.size() == 2 && r.range(0, 1))
      m[0].back() = int64_t(double(m[0].back()) / std::max(1.0, spread / 128));
  }
  bool isSigned = result.element[0] == 'i';
  int64_t lo = result.element == "i32" ? INT32_MIN
               : isSigned              ? -128
                                       : 0,
          hi = result.element == "i32" ? INT32_MAX : lo + 255;
  int64_t zero = result.element == "i32" ? 0 : r.range(lo, hi);
  if (r.range(0, 1) && result.element != "i32") {
    lo = r.range(lo, hi);
    hi = r.range(lo, hi);
  }
  bool halfEven = terms.size() == 1 && r.range(1, 6) == 1;
  return p.add("dyadic.requant " + terms[0] + (terms.size() == 2 ? ", " + terms[1] : "") +
                   " {term_zero_points = " + list(zeros, "i32") + ", multipliers = " + list(m[0], "i32") +
                   ", multipliers1 = " + list(m[1], "i32") + ", shifts = " + list(shifts, "i32") + ", zero_point = " +
                   std::to_string(zero) + " : i32, lo = " + std::to_string(lo) + " : i32, hi = " + std::to_string(hi) +
                   " : i32, rounding = #dyadic.rounding<" + (halfEven ? "half_even" : "half_up") + ">" +
                   (perChannel ? ", axis = " + std::to_string(axis) + " : i64" : "") + "}",
               terms, result);
}

/// What may stand behind a float contraction; the value is returned.
static std::string addFloatFollowers(ProgramText &p, std::string value) {
  Type type = p.typeOf(value);
  Random &r = p.random;
  if (r.range(0, 1)) {
    std::string other = r.range(0, 1) ? p.argument(type) : p.constant(type);
    std::string pair = r.range(0, 1) ? value + ", " + other : other + ", " + value;
    value = p.add("qc.add " + pair, {value, other}, type);
  }
  switch (r.range(0, 5)) {
  case 0:
    return p.add("qc.relu " + value, {value}, type);
  case 1:
    return p.add("qc.hard_swish " + value, {value}, type);
  case 2: {
    std::string lo = p.constantOf({{}, "f32"}, "dense<-0.5>"), hi = p.constantOf({{1}, "f32"}, "dense<0.75>");
    return p.add("qc.clip " + value + " min " + lo + " max " + hi, {value, lo, hi}, type);
  }
  case 3: {
    Type codes{type.dims, "ui8"};
    std::string s = p.constantOf({{}, "f32"}, "dense<0.0625>"), z = p.constantOf({{}, "ui8"}, "dense<100>");
    return p.add("qc.quantize " + value + ", " + s + ", " + z + " {format = #qc.format<ui8>}", {value, s, z}, codes);
  }
  default:
    return value;
  }
}

/// What may stand behind an integer register.
static std::string addIntegerFollowers(ProgramText &p, const std::string &acc, int64_t axis, double spread) {
  Type type = p.typeOf(acc);
  Random &r = p.random;
  Type codes{type.dims, r.range(0, 1) ? "ui8" : "i8"};
  switch (r.range(0, 6)) {
  case 0:
    return acc;
  case 1: {
    std::string s = p.constantOf({{type.dims[axis]}, "f32"}, "dense<0.125>");
    return p.add("qc.dequantize " + acc + ", " + s + " {format = #qc.format<i32, axis = " + std::to_string(axis) + ">}",
                 {acc, s}, {type.dims, "f32"});
  }
  case 2: {
    Type other{type.dims, r.range(0, 1) ? "ui8" : "i8"};
    std::string residual = p.argument(other);
    bool first = r.range(0, 3) == 0;
    std::vector<std::string> terms{first ? residual : acc, first ? acc : residual};
    int64_t zero = other.element == "ui8" ? r.range(0, 255) : r.range(-128, 127);
    return addRequant(p, terms, first ? std::vector<int64_t>{zero, 0} : std::vector<int64_t>{0, zero}, codes, axis,
                      spread);
  }
  case 3: {
    std::string q = addRequant(p, {acc}, {0}, codes, axis, spread);
    Type out{codes.dims, "ui8"};
    std::string table = "dense<\"0x";
    for (int i = 0; i < 256; ++i)
      table += llvm::utohexstr(r.range(16, 255));
    return p.add("dyadic.lut " + q + " {table = " + table + "\"> : tensor<256xui8>}", {q}, out);
  }
  case 4:
    return addRequant(p, {acc}, {0}, {type.dims, "i32"}, axis, spread);
  default:
    return addRequant(p, {acc}, {0}, codes, axis, spread);
  }
}

static bool returns(ProgramText &p, const std::string &value) {
  p.result(value);
  return true;
}

static void makeFloatConv(ProgramText &p, bool depthwise) {
  Random &r = p.random;
  Conv conv(r, depthwise);
  std::string x = p.argument(conv.x("f32"));
  if (r.range(0, 1)) // made by another kernel: its layout is the kernels phase's choice
    x = p.add("qc.relu " + x, {x}, conv.x("f32"));
  std::string w = r.range(1, 6) == 1 ? p.argument(conv.w("f32")) : p.constant(conv.w("f32"));
  std::vector<std::string> operands{x, w};
  if (r.range(0, 1)) {
    Type bias{{conv.w("f32").dims[0]}, "f32"};
    operands.push_back(r.range(1, 6) == 1 ? p.argument(bias) : p.constant(bias));
  }
  std::string bias = operands.size() == 3 ? " bias " + operands[2] : "";
  std::string y = p.add("qc.conv " + x + ", " + w + bias + " {" + conv.attributes() + "}", operands, conv.y("f32"));
  if (r.range(1, 5) == 1)
    p.observe(y); // ends the group
  returns(p, addFloatFollowers(p, y));
}

static void makeIntegerConv(ProgramText &p, bool depthwise) {
  Random &r = p.random;
  Conv conv(r, depthwise);
  std::string element = r.range(0, 2) ? "ui8" : "i8";
  int64_t zero = element == "ui8" ? r.range(0, 255) : r.range(-128, 127);
  std::string x = p.argument(conv.x(element));
  if (r.range(0, 1))
    x = addRequant(p, {x}, {0}, conv.x(element), -1, 128);
  std::string w = r.range(1, 8) == 1 ? p.argument(conv.w("i8")) : p.constant(conv.w("i8"));
  std::vector<std::string> operands{x, w};
  if (r.range(0, 1)) {
    Type bias{{conv.w("i8").dims[0]}, "i32"};
    operands.push_back(p.constant(bias, -20000, 20000));
  }
  std::string acc = p.add("dyadic.conv " + x + ", " + w + (operands.size() == 3 ? ", " + operands[2] : "") +
                              " {x_zero_point = " + std::to_string(zero) + " : i32, " + conv.attributes() + "}",
                          operands, conv.y("i32"));
  int64_t depth = conv.w("i8").size() / conv.w("i8").dims[0];
  returns(p, addIntegerFollowers(p, acc, 1, 5000 * std::sqrt(double(depth))));
}

TEST_F(ScheduleTest, FloatConvolutions) {
  for (int i = 0; i < repeat(30) && !HasFailure(); ++i) {
    ProgramText p(1000 + i);
    makeFloatConv(p, i % 4 == 0);
    Options options;
    options.needsFma = true;
    check(p, options);
  }
}

TEST_F(ScheduleTest, IntegerConvolutions) {
  for (int i = 0; i < repeat(50) && !HasFailure(); ++i) {
    ProgramText p(2000 + i);
    makeIntegerConv(p, i % 4 == 0);
    check(p, Options());
  }
}

TEST_F(ScheduleTest, FloatProducts) {
  for (int i = 0; i < repeat(25) && !HasFailure(); ++i) {
    ProgramText p(3000 + i);
    Random &r = p.random;
    bool constantB = r.range(0, 2) != 0;
    Product product(r, constantB);
    std::string a = p.argument({product.a, "f32"});
    if (r.range(0, 1))
      a = p.add("qc.relu " + a, {a}, {product.a, "f32"});
    std::string b = constantB ? p.constant({product.b, "f32"}) : p.argument({product.b, "f32"});
    std::vector<std::string> operands{a, b};
    if (product.columns && r.range(0, 1))
      operands.push_back(r.range(0, 2) ? p.constant({{product.columns}, "f32"})
                                       : p.argument({{product.columns}, "f32"}));
    std::string bias = operands.size() == 3 ? " bias " + operands[2] : "";
    std::string y = p.add("qc.matmul " + a + ", " + b + bias, operands, {product.y, "f32"});
    p.result(addFloatFollowers(p, y));
    Options options;
    options.needsFma = true;
    check(p, options);
  }
}

TEST_F(ScheduleTest, Gemms) {
  for (int i = 0; i < repeat(20) && !HasFailure(); ++i) {
    ProgramText p(4000 + i);
    Random &r = p.random;
    int64_t m = r.range(1, 40), n = r.range(1, 67), k = r.range(1, 90);
    bool transA = r.range(1, 4) == 1, transB = r.range(0, 1);
    std::string a = p.argument({transA ? std::vector<int64_t>{k, m} : std::vector<int64_t>{m, k}, "f32"});
    Type bType{transB ? std::vector<int64_t>{n, k} : std::vector<int64_t>{k, n}, "f32"};
    std::string b = r.range(1, 4) == 1 ? p.argument(bType) : p.constant(bType);
    std::vector<std::string> operands{a, b};
    std::string c;
    if (r.range(0, 3)) {
      std::vector<std::vector<int64_t>> shapes{{n}, {1, n}, {m, 1}, {m, n}, {1}, {}};
      Type type{shapes[r.range(0, 5)], "f32"};
      operands.push_back(r.range(0, 2) ? p.constant(type) : p.argument(type));
      c = " plus " + operands.back();
    }
    std::string y = p.add("qc.gemm " + a + ", " + b + c + " {alpha = " + (r.range(0, 2) ? "1.0" : "0.3") +
                              " : f32, beta = " + (r.range(0, 2) ? "1.0" : "-1.7") + " : f32, trans_a = " +
                              (transA ? "true" : "false") + ", trans_b = " + (transB ? "true" : "false") + "}",
                          operands, {{m, n}, "f32"});
    p.result(addFloatFollowers(p, y));
    Options options;
    options.needsFma = true;
    check(p, options);
  }
}

TEST_F(ScheduleTest, IntegerProducts) {
  for (int i = 0; i < repeat(40) && !HasFailure(); ++i) {
    ProgramText p(5000 + i);
    Random &r = p.random;
    bool constantB = r.range(0, 2) != 0;
    Product product(r, constantB);
    std::string element = r.range(0, 2) ? "ui8" : "i8", other = r.range(0, 2) ? "i8" : "ui8";
    std::string a = p.argument({product.a, element});
    std::string b = constantB ? p.constant({product.b, other}) : p.argument({product.b, other});
    std::vector<std::string> operands{a, b};
    if (product.columns && r.range(0, 1))
      operands.push_back(p.constant({{product.columns}, "i32"}, -20000, 20000));
    int64_t za = r.range(0, 2) == 0 ? 0 : element == "ui8" ? r.range(0, 255) : r.range(-128, 127);
    int64_t zb = other == "ui8" ? r.range(0, 255) : r.range(0, 2) ? 0 : r.range(-128, 127);
    std::string acc =
        p.add("dyadic.matmul " + a + ", " + b + (operands.size() == 3 ? ", " + operands[2] : "") +
                  " {a_zero_point = " + std::to_string(za) + " : i32, b_zero_point = " + std::to_string(zb) + " : i32}",
              operands, {product.y, "i32"});
    int64_t axis = int64_t(product.y.size()) - 1;
    p.result(axis < 0 ? acc : addIntegerFollowers(p, acc, axis, 5000 * std::sqrt(double(product.depth))));
    check(p, Options());
  }
}

// Numbers per row, not per column: cannot be read beside the weights' columns.
TEST_F(ScheduleTest, RequantAlongAnotherDimension) {
  ProgramText p(1);
  std::string a = p.argument({{5, 20}, "ui8"}), b = p.constant({{20, 7}, "i8"});
  std::string acc = p.add("dyadic.matmul " + a + ", " + b + " {a_zero_point = 3 : i32, b_zero_point = 0 : i32}", {a, b},
                          {{5, 7}, "i32"});
  std::string q = p.add(
      "dyadic.requant " + acc +
          " {term_zero_points = array<i32: 0>, multipliers = array<i32: 1073741824, "
          "1173741824, 1273741824, 1373741824, 1473741824>, multipliers1 = array<i32>, shifts = array<i32: 38, 39, "
          "40, 41, 42>, zero_point = 7 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_up>, "
          "axis = 0 : i64}",
      {acc}, {{5, 7}, "ui8"});
  p.result(q);
  check(p, Options());
}

// Two readers that pad one value with different codes; a third one without padding.
TEST_F(ScheduleTest, ReadersWithDifferentZeroPoints) {
  ProgramText p(2);
  std::string x = p.argument({{1, 5, 6, 6}, "ui8"}), q = addRequant(p, {x}, {0}, {{1, 5, 6, 6}, "ui8"}, -1, 128);
  auto conv = [&](int64_t zero, int64_t pad, int64_t size) {
    std::string w = p.constant({{4, 5, 3, 3}, "i8"}), n = std::to_string(pad);
    p.result(p.add("dyadic.conv " + q + ", " + w + " {x_zero_point = " + std::to_string(zero) +
                       " : i32, strides = array<i64: 1, 1>, pads = array<i64: " + n + ", " + n + ", " + n + ", " + n +
                       ">, dilations = array<i64: 1, 1>, group = 1 : i64}",
                   {q, w}, {{1, 4, size, size}, "i32"}));
  };
  conv(17, 1, 6);
  conv(200, 2, 8);
  conv(200, 0, 4);
  conv(17, 0, 4);
  check(p, Options());
}

// An integer contraction reads vectors behind its input; the caller's buffer ends at a page.
TEST_F(ScheduleTest, CallersBuffersAreNotReadBeyondTheirEnd) {
  for (int64_t depth : {1, 2, 3, 5, 63, 64, 65}) {
    ProgramText p(3);
    std::string a = p.argument({{3, depth}, "ui8"}), b = p.constant({{depth, 9}, "i8"});
    std::string acc = p.add("dyadic.matmul " + a + ", " + b + " {a_zero_point = 3 : i32, b_zero_point = 0 : i32}",
                            {a, b}, {{3, 9}, "i32"});
    std::string x = p.argument({{1, depth, 1, 2}, "ui8"}), w = p.constant({{33, depth, 1, 1}, "i8"});
    p.result(acc);
    p.result(p.add("dyadic.conv " + x + ", " + w +
                       " {x_zero_point = 9 : i32, strides = array<i64: 1, 1>, pads = array<i64: 0, "
                       "0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64}",
                   {x, w}, {{1, 33, 1, 2}, "i32"}));
    check(p, Options());
  }
}

// A product whose reader wants another order than the product writes.
TEST_F(ScheduleTest, ProductBeforeConvolution) {
  ProgramText p(4);
  std::string a = p.argument({{2, 6, 11}, "f32"}), b = p.constant({{11, 9}, "f32"}), w = p.constant({{4, 6, 3}, "f32"});
  std::string m = p.add("qc.matmul " + a + ", " + b, {a, b}, {{2, 6, 9}, "f32"});
  std::string r = p.add("qc.relu " + m, {m}, {{2, 6, 9}, "f32"});
  p.result(p.add("qc.conv " + r + ", " + w +
                     " {strides = array<i64: 1>, pads = array<i64: 1, 1>, dilations = array<i64: 1>, "
                     "group = 1 : i64}",
                 {r, w}, {{2, 4, 9}, "f32"}));
  Options options;
  options.needsFma = true;
  check(p, options);
}

// Sums of more than one block, computed element by element: blocks end inside of taps, and behind every 64th tap.
TEST_F(ScheduleTest, BlocksWithoutPacking) {
  std::string attributes = "strides = array<i64: 1, 1>, pads = array<i64: 1, 0, 1, 2>, dilations = array<i64: 2, 1>, ";
  Options options;
  options.needsFma = true;
  for (bool isConstant : {false, true})
    for (int64_t channels : {1, 3, 64}) {
      ProgramText p(6 + channels);
      Type x{{2, 2 * channels, 20, 12}, "f32"}, w{{2 * channels, channels, 9, 8}, "f32"};
      std::string image = p.argument(x), filters = isConstant && channels == 1 ? p.constant(w) : p.argument(w);
      p.result(p.add("qc.conv " + image + ", " + filters + " {" + attributes + "group = 2 : i64}", {image, filters},
                     {{2, 2 * channels, 6, 7}, "f32"}));
      check(p, options);
    }
}

// Weights that are computed in another layout, with a halo.
TEST_F(ScheduleTest, ComputedWeightsInAnyLayout) {
  ProgramText p(5);
  std::string x = p.argument({{1, 4, 5, 5}, "f32"}), v = p.argument({{4, 4, 3, 1}, "f32"});
  std::string w = p.add("qc.relu " + v, {v}, {{4, 4, 3, 1}, "f32"});
  std::string attributes =
      " {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, group = 1 : i64}";
  p.result(p.add("qc.conv " + x + ", " + w + attributes, {x, w}, {{1, 4, 5, 7}, "f32"}));
  std::string k = p.constant({{2, 4, 3, 3}, "f32"});
  p.result(p.add("qc.conv " + w + ", " + k + attributes, {w, k}, {{4, 2, 3, 1}, "f32"}));
  Options options;
  options.needsFma = true;
  check(p, options);
}
