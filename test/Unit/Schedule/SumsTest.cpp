// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sums of more terms than a short sum has, and of just as many: the evaluator's bytes.
#include "ScheduleTest.h"
#include "qc/Arith/OrderedSum.h"

using namespace qc;
using namespace qc::test;
using Type = ProgramText::Type;

TEST_F(ScheduleTest, LongGlobalPools) {
  int64_t side = 33, longest = numerics::sumPart + 5;
  std::vector<std::vector<int64_t>> shapes{{1, 3, 32, 32},  {2, 19, 32, 33},         {1, 2, 5, side, side},
                                           {1, 1, longest}, {1, 17, 2, longest / 2}, {1, 2, 1, 1, 1025}};
  for (const std::vector<int64_t> &shape : shapes) {
    ProgramText p(7);
    Type type{shape, "f32"}, result = type;
    std::fill(result.dims.begin() + 2, result.dims.end(), 1);
    std::string x = p.argument(type);
    if (shape[1] > 10) // in the order that kernels like
      x = p.add("qc.relu " + x, {x}, type);
    p.result(p.add("qc.global_avg_pool " + x, {x}, result));
    check(p, Options());
  }
}

// Windows on the border have fewer values than a long sum, others more.
TEST_F(ScheduleTest, LongWindows) {
  for (const char *counts : {"true", "false"}) {
    ProgramText p(8);
    std::string x = p.argument({{1, 5, 41, 37}, "f32"});
    p.result(p.add("qc.avg_pool " + x +
                       " {kernel = array<i64: 36, 33>, strides = array<i64: 3, 2>, pads = array<i64: 12, 9, 10, 11>, "
                       "dilations = array<i64: 1, 1>, ceil_mode = false, count_include_pad = " +
                       counts + "}",
                   {x}, {{1, 5, 10, 13}, "f32"}));
    check(p, Options());
  }
}

TEST_F(ScheduleTest, LongSoftmax) {
  for (int64_t size : {numerics::maxShortRow, numerics::maxShortRow + 3, int64_t(50001)}) {
    ProgramText p(9);
    std::string x = p.argument({{2, size}, "f32"}), y = p.argument({{1, size, 3}, "f32"});
    p.result(p.add("qc.softmax " + x + " {axis = 1 : i64}", {x}, p.typeOf(x)));
    p.result(p.add("qc.softmax " + y + " {axis = 1 : i64}", {y}, p.typeOf(y)));
    Options options;
    options.needsFma = true;
    options.samples = 1;
    check(p, options);
  }
}

// Infinities and NaN have no rounding error to give back.
TEST_F(ScheduleTest, LongSumsOfSpecialFloats) {
  ProgramText p(10);
  std::string x = p.argument({{1, 3, 40, 40}, "f32"});
  p.result(p.add("qc.global_avg_pool " + x, {x}, {{1, 3, 1, 1}, "f32"}));
  Options options;
  options.specialFloats = true;
  check(p, options);
}
