// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operations along dimensions: every kind, along and across the memory's order, the evaluator's bytes.
#include "ScheduleTest.h"

using namespace qc;
using namespace qc::test;
using Type = ProgramText::Type;

static std::string list(const std::vector<int64_t> &values) {
  std::string text = "array<i64";
  for (size_t i = 0; i < values.size(); ++i)
    text += (i ? ", " : ": ") + std::to_string(values[i]);
  return text + ">";
}

namespace {
/// A value of random shape, in the order of rows or channels-last, and some of its dimensions.
struct Operand {
  Type type;
  std::vector<int64_t> axes;
  std::string x;

  Operand(ProgramText &p, const std::string &element) {
    Random &r = p.random;
    type.element = element;
    for (int64_t d = r.range(1, 4); d > 0; --d)
      type.dims.push_back(r.range(1, 8) == 1 ? r.range(30, 40) : r.range(1, 9));
    if (r.range(1, 12) == 1)
      type.dims[r.range(0, type.dims.size() - 1)] = 0;
    for (size_t d = 0; d < type.dims.size(); ++d)
      if (r.range(0, 1))
        axes.push_back(d);
    x = p.argument(type);
    bool canPool = element == "f32" && type.dims.size() >= 3;
    if (canPool && r.range(0, 2) == 0 && type.size() > 0) // leaves its result channels-last
      x = p.add("qc.max_pool " + x + " {kernel = " + ones(2, 1) + ", strides = " + ones(2, 1) +
                    ", pads = " + ones(4, 0) + ", dilations = " + ones(2, 1) + ", ceil_mode = false}",
                {x}, type);
  }
  std::string ones(int64_t perAxis, int64_t value) const {
    return list(std::vector<int64_t>((type.dims.size() - 2) * perAxis / 2, value));
  }
  Type reduced(bool keepDims, const std::vector<int64_t> &over) const {
    Type result{{}, type.element};
    for (size_t d = 0; d < type.dims.size(); ++d) {
      bool isReduced = std::find(over.begin(), over.end(), int64_t(d)) != over.end();
      if (!isReduced || keepDims)
        result.dims.push_back(isReduced ? 1 : type.dims[d]);
    }
    return result;
  }
};
} // namespace

static void addReduction(ProgramText &p, const std::string &element, const std::string &kind) {
  Operand operand(p, element);
  bool keepDims = p.random.range(0, 1);
  p.result(p.add("qc.reduce " + kind + " " + operand.x + " {axes = " + list(operand.axes) +
                     ", keep_dims = " + (keepDims ? "true" : "false") + "}",
                 {operand.x}, operand.reduced(keepDims, operand.axes)));
}

TEST_F(ScheduleTest, Reductions) {
  const char *kinds[] = {"sum", "mean", "max", "min", "prod", "l1", "l2", "sum_square", "log_sum", "log_sum_exp"};
  for (int i = 0; i < repeat(6) && !HasFailure(); ++i) {
    ProgramText p(900 + i);
    for (const char *kind : kinds)
      addReduction(p, "f32", kind);
    Options options;
    options.specialFloats = i % 2 == 1;
    options.needsFma = true;
    check(p, options);
  }
}

TEST_F(ScheduleTest, IntegerReductions) {
  for (int i = 0; i < repeat(3) && !HasFailure(); ++i) {
    ProgramText p(950 + i);
    for (const char *kind : {"sum", "max", "min", "prod"})
      for (const char *element : {"i32", "i64"})
        addReduction(p, element, kind);
    check(p, Options());
  }
}

TEST_F(ScheduleTest, LogSoftmaxAndRunningSums) {
  for (int i = 0; i < repeat(6) && !HasFailure(); ++i) {
    ProgramText p(1000 + i);
    for (const char *op : {"qc.log_softmax ", "qc.softmax ", "qc.cumsum ", "qc.cumsum "}) {
      Operand operand(p, "f32");
      std::string axis = "axis = " + std::to_string(p.random.range(0, operand.type.dims.size() - 1)) + " : i64";
      if (std::string(op) == "qc.cumsum ")
        for (const char *name : {"exclusive", "reverse"})
          axis += std::string(", ") + name + " = " + (p.random.range(0, 1) ? "true" : "false");
      p.result(p.add(op + operand.x + " {" + axis + "}", {operand.x}, operand.type));
    }
    Operand bits(p, "i1");
    std::string axis = std::to_string(p.random.range(0, bits.type.dims.size() - 1));
    p.result(
        p.add("qc.mean_weights " + bits.x + " {axis = " + axis + " : i64}", {bits.x}, Type{bits.type.dims, "f32"}));
    Operand integers(p, "i64");
    p.result(p.add("qc.cumsum " + integers.x + " {axis = 0 : i64, exclusive = false, reverse = true}", {integers.x},
                   integers.type));
    Options options;
    options.specialFloats = i % 2 == 1;
    options.needsFma = true;
    check(p, options);
  }
}

TEST_F(ScheduleTest, Normalizations) {
  for (int i = 0; i < repeat(10) && !HasFailure(); ++i) {
    ProgramText p(1100 + i);
    Operand operand(p, "f32");
    Random &r = p.random;
    std::string op = "qc.normalize " + operand.x;
    std::vector<std::string> operands{operand.x};
    for (const char *word : {" scale ", " bias "}) {
      if (r.range(0, 3) == 0)
        continue;
      Type small{{}, "f32"};
      for (size_t d = r.range(0, operand.type.dims.size()); d < operand.type.dims.size(); ++d)
        small.dims.push_back(r.range(0, 1) ? operand.type.dims[d] : 1);
      operands.push_back(p.argument(small));
      op += word + operands.back();
    }
    p.result(p.add(op + " {axes = " + list(operand.axes) + ", centered = " + (r.range(0, 1) ? "true" : "false") +
                       ", epsilon = 1.0e-5 : f32}",
                   operands, operand.type));
    Options options;
    options.specialFloats = i % 3 == 1;
    options.needsFma = true;
    check(p, options);
  }
}

// The shapes of transformers: vectors along the row, and a rest.
TEST_F(ScheduleTest, LayerNormalization) {
  for (int64_t size : {15, 16, 384, 391}) {
    ProgramText p(1200);
    std::string x = p.argument({{2, 5, size}, "f32"}), scale = p.constant({{size}, "f32"}),
                bias = p.constant({{size}, "f32"});
    p.result(p.add("qc.normalize " + x + " scale " + scale + " bias " + bias +
                       " {axes = array<i64: 2>, centered = true, epsilon = 1.0e-12 : f32}",
                   {x, scale, bias}, {{2, 5, size}, "f32"}));
    Options options;
    options.needsFma = true;
    check(p, options);
  }
}

TEST_F(ScheduleTest, Positions) {
  for (int i = 0; i < repeat(6) && !HasFailure(); ++i) {
    ProgramText p(1300 + i);
    for (const char *kind : {"max", "min"})
      for (const char *element : {"f32", "i32", "i64"}) {
        Operand operand(p, element);
        int64_t axis = p.random.range(0, operand.type.dims.size() - 1);
        if (operand.type.dims[axis] == 0)
          continue;
        bool keepDims = p.random.range(0, 1);
        Type result = operand.reduced(keepDims, {axis});
        result.element = "i64";
        p.result(p.add(std::string("qc.arg_reduce ") + kind + " " + operand.x + " {axis = " + std::to_string(axis) +
                           " : i64, keep_dims = " + (keepDims ? "true" : "false") +
                           ", select_last = " + (p.random.range(0, 1) ? "true" : "false") + "}",
                       {operand.x}, result));
      }
    Options options;
    options.specialFloats = i % 2 == 1;
    check(p, options);
  }
}

TEST_F(ScheduleTest, Extremes) {
  for (int i = 0; i < repeat(6) && !HasFailure(); ++i) {
    ProgramText p(1400 + i);
    for (const char *kind : {"max", "min"})
      for (const char *element : {"f32", "i32", "i64"}) {
        Operand operand(p, element);
        int64_t axis = p.random.range(0, operand.type.dims.size() - 1);
        Type result = operand.type;
        result.element = "i64";
        result.dims[axis] = p.random.range(0, operand.type.dims[axis]);
        p.result(p.add(std::string("qc.top_k ") + kind + " " + operand.x + " {axis = " + std::to_string(axis) +
                           " : i64, k = " + std::to_string(result.dims[axis]) + " : i64}",
                       {operand.x}, result));
      }
    Options options;
    options.specialFloats = i % 2 == 1;
    check(p, options);
  }
}
