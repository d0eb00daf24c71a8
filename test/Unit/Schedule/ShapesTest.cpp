// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Data movement, results of every origin, scalars, empty tensors, observers.
#include "ScheduleTest.h"
#include <algorithm>

using namespace qc;
using namespace qc::test;
using Type = ProgramText::Type;

static std::string list(const std::vector<int64_t> &values) {
  std::string text = "array<i64";
  for (size_t i = 0; i < values.size(); ++i)
    text += (i ? ", " : ": ") + std::to_string(values[i]);
  return text + ">";
}

static std::string convolve(ProgramText &p, const std::string &x, int64_t columns, int64_t pad) {
  Type in = p.typeOf(x), out = in;
  std::string w = p.constant({{columns, in.dims[1], 2 * pad + 1, 2 * pad + 1}, "f32"}), n = std::to_string(pad);
  out.dims[1] = columns;
  return p.add("qc.conv " + x + ", " + w + " {strides = array<i64: 1, 1>, pads = array<i64: " + n + ", " + n + ", " +
                   n + ", " + n + ">, dilations = array<i64: 1, 1>, group = 1 : i64}",
               {x, w}, out);
}

TEST_F(ScheduleTest, Moves) {
  for (int i = 0; i < repeat(40) && !HasFailure(); ++i) {
    ProgramText p(100 + i);
    Random &r = p.random;
    std::string element = r.range(0, 2) == 0 ? "ui8" : r.range(0, 1) ? "i16" : "f32";
    Type type{{r.range(1, 3), r.range(1, 20), r.range(1, 6), r.range(1, 6)}, element};
    std::string x = p.argument(type);
    for (int64_t n = r.range(1, 4); n > 0; --n) {
      type = p.typeOf(x);
      switch (r.range(0, 3)) {
      case 0: {
        std::vector<int64_t> perm{0, 1, 2, 3};
        perm.resize(type.dims.size());
        for (size_t d = perm.size(); d-- > 1;)
          std::swap(perm[d], perm[r.range(0, d)]);
        Type turned = type;
        for (size_t d = 0; d < perm.size(); ++d)
          turned.dims[d] = type.dims[perm[d]];
        x = p.add("qc.transpose " + x + " {perm = " + list(perm) + "}", {x}, turned);
        break;
      }
      case 1: {
        Type flat{{type.dims[0], type.size() / type.dims[0]}, element};
        x = p.add("qc.reshape " + x + " {shape = " + list({flat.dims[0], -1}) + "}", {x}, flat);
        break;
      }
      case 2: {
        size_t axis = r.range(0, int64_t(type.dims.size()) - 1);
        Type other = type, whole = type;
        other.dims[axis] = r.range(1, 5);
        whole.dims[axis] = 2 * type.dims[axis] + other.dims[axis];
        std::string y = r.range(0, 1) ? p.argument(other) : p.constant(other, 0, 100);
        x = p.add("qc.concat " + x + ", " + y + ", " + x + " {axis = " + std::to_string(axis) + " : i64}", {x, y, x},
                  whole);
        break;
      }
      default:
        if (element == "f32" && type.dims.size() == 4)
          x = convolve(p, x, r.range(1, 9), r.range(0, 1));
        else
          p.result(x);
      }
    }
    p.result(x);
    Options options;
    options.needsFma = true;
    check(p, options);
  }
}

// Arguments, constants, one value twice, a value that is read on.
TEST_F(ScheduleTest, ResultsOfEveryOrigin) {
  ProgramText p(1);
  Type type{{1, 3, 4, 4}, "f32"};
  std::string x = p.argument(type), c = p.constant(type), y = p.add("qc.relu " + x, {x}, type);
  std::string z = convolve(p, y, 5, 1), e = p.constant({{0}, "f32"});
  for (const std::string &value : {x, x, c, y, y, z, z, e})
    p.result(value);
  p.result(p.add("qc.relu " + z, {z}, p.typeOf(z)));
  p.result(p.add("qc.reshape " + y + " {shape = array<i64: 48>}", {y}, {{48}, "f32"}));
  p.result(p.add("qc.reshape " + x + " {shape = array<i64: 48>}", {x}, {{48}, "f32"}));
  Options options;
  options.needsFma = true;
  check(p, options);
}

// Codes that are a result and are read by a contraction, which may read behind them.
TEST_F(ScheduleTest, ResultReadByAContraction) {
  for (int64_t depth : {1, 5, 64}) {
    ProgramText p(depth);
    Type type{{2, depth}, "ui8"};
    std::string x = p.argument({type.dims, "f32"}), s = p.constantOf({{}, "f32"}, "dense<0.03>"),
                z = p.constantOf({{}, "ui8"}, "dense<9>");
    std::string q = p.add("qc.quantize " + x + ", " + s + ", " + z + " {format = #qc.format<ui8>}", {x, s, z}, type);
    std::string w = p.constant({{depth, 3}, "i8"});
    p.result(q);
    p.result(p.add("dyadic.matmul " + q + ", " + w + " {a_zero_point = 9 : i32, b_zero_point = 0 : i32}", {q, w},
                   {{2, 3}, "i32"}));
    check(p, Options());
  }
}

TEST_F(ScheduleTest, Scalars) {
  ProgramText p(2);
  Type scalar{{}, "f32"}, codes{{}, "ui8"};
  std::string x = p.argument(scalar), y = p.argument({{1, 1}, "f32"}), c = p.constant(scalar);
  std::string sum = p.add("qc.add " + x + ", " + c, {x, c}, scalar);
  p.observe(sum);
  std::string s = p.constantOf(scalar, "dense<0.03>"), z = p.constantOf(codes, "dense<9>");
  std::string q = p.add("qc.quantize " + sum + ", " + s + ", " + z + " {format = #qc.format<ui8>}", {sum, s, z}, codes);
  p.result(sum);
  p.result(q);
  p.result(x);
  p.result(c);
  p.result(p.add("qc.reshape " + x + " {shape = array<i64: 1, 1>}", {x}, {{1, 1}, "f32"}));
  p.result(p.add("qc.reshape " + y + " {shape = array<i64>}", {y}, scalar));
  p.result(p.add("qc.mul " + x + ", " + y, {x, y}, {{1, 1}, "f32"}));
  std::string v = p.argument({{7}, "f32"}), u = p.argument({{7}, "f32"});
  p.result(p.add("qc.matmul " + v + ", " + u, {v, u}, scalar));
  p.result(p.add("qc.transpose " + x + " {perm = array<i64>}", {x}, scalar));
  Options options;
  options.needsFma = true;
  check(p, options);
}

TEST_F(ScheduleTest, EmptyTensors) {
  ProgramText p(3);
  Type empty{{2, 0, 3}, "f32"};
  std::string x = p.argument(empty), y = p.argument({{2, 4, 3}, "f32"});
  p.result(p.add("qc.relu " + x, {x}, empty));
  p.result(p.add("qc.concat " + x + ", " + y + " {axis = 1 : i64}", {x, y}, {{2, 4, 3}, "f32"}));
  p.result(p.add("qc.reshape " + x + " {shape = array<i64: 0, 5>}", {x}, {{0, 5}, "f32"}));
  p.result(p.add("qc.transpose " + x + " {perm = array<i64: 1, 0, 2>}", {x}, {{0, 2, 3}, "f32"}));
  p.result(p.add("qc.softmax " + x + " {axis = 1 : i64}", {x}, empty));
  // K = 0, M = 0, N = 0
  std::string a = p.argument({{3, 0}, "f32"}), b = p.constant({{0, 5}, "f32"}), bias = p.constant({{5}, "f32"});
  p.result(p.add("qc.matmul " + a + ", " + b + " bias " + bias, {a, b, bias}, {{3, 5}, "f32"}));
  std::string none = p.argument({{0, 4}, "f32"}), w = p.constant({{4, 5}, "f32"}), narrow = p.constant({{4, 0}, "f32"});
  p.result(p.add("qc.matmul " + none + ", " + w, {none, w}, {{0, 5}, "f32"}));
  std::string rows = p.argument({{3, 4}, "f32"});
  p.result(p.add("qc.matmul " + rows + ", " + narrow, {rows, narrow}, {{3, 0}, "f32"}));
  std::string codes = p.argument({{3, 0}, "ui8"}), v = p.constant({{0, 5}, "i8"}), vb = p.constant({{5}, "i32"}, -9, 9);
  p.result(p.add("dyadic.matmul " + codes + ", " + v + ", " + vb + " {a_zero_point = 9 : i32, b_zero_point = 0 : i32}",
                 {codes, v, vb}, {{3, 5}, "i32"}));
  std::string images = p.argument({{0, 3, 4, 4}, "f32"});
  p.result(convolve(p, images, 2, 1));
  std::string noChannels = p.argument({{1, 0, 4, 4}, "f32"});
  p.result(convolve(p, noChannels, 2, 1));
  p.result(p.add("qc.global_avg_pool " + images, {images}, {{0, 3, 1, 1}, "f32"}));
  Options options;
  options.needsFma = true;
  check(p, options);
}

// Observed values keep their bytes wherever they lie; a value that is observed is not fused away.
TEST_F(ScheduleTest, Observers) {
  ProgramText p(4);
  std::string x = p.argument({{2, 3, 6, 5}, "f32"});
  p.observe(x);
  for (int i = 0; i < 3; ++i) {
    x = convolve(p, x, 7 + i, i % 2);
    p.observe(x);
    x = p.add("qc.relu " + x, {x}, p.typeOf(x));
    p.observe(x);
  }
  std::string flat = p.add("qc.reshape " + x + " {shape = array<i64: 2, -1>}", {x}, {{2, 270}, "f32"});
  p.observe(flat);
  std::string view = p.add("qc.reshape " + flat + " {shape = array<i64: 540>}", {flat}, {{540}, "f32"});
  p.observe(view);
  p.result(view);
  Options options;
  options.needsFma = true;
  check(p, options);
}

// More dimensions than windows have.
TEST_F(ScheduleTest, ManyDimensions) {
  ProgramText p(5);
  std::string a = p.argument({{2, 1, 3, 2, 2, 5, 7}, "f32"}), b = p.constant({{7, 4}, "f32"});
  std::string y = p.add("qc.matmul " + a + ", " + b, {a, b}, {{2, 1, 3, 2, 2, 5, 4}, "f32"});
  p.result(p.add("qc.relu " + y, {y}, p.typeOf(y)));
  std::string turned =
      p.add("qc.transpose " + a + " {perm = array<i64: 6, 0, 5, 2, 4, 1, 3>}", {a}, {{7, 2, 5, 3, 2, 1, 2}, "f32"});
  p.result(turned);
  Options options;
  options.needsFma = true;
  check(p, options);
}
