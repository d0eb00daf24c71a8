// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Layers of a mobile network in codes and in floats, side by side: QC_SPEED=1 prints microseconds (nothing is gated).
#include "ScheduleTest.h"
#include <cstdio>
#include <cstdlib>

using namespace qc;
using namespace qc::test;
using Type = ProgramText::Type;

namespace {
struct Layer {
  int64_t size, in, out, kernel, stride;
  bool isDepthwise, hasResidual, hasSwish = false;
};
} // namespace

static std::string getAttributes(const Layer &layer) {
  std::string pad = std::to_string(layer.kernel / 2), stride = std::to_string(layer.stride);
  return "strides = array<i64: " + stride + ", " + stride + ">, pads = array<i64: " + pad + ", " + pad + ", " + pad +
         ", " + pad + ">, dilations = array<i64: 1, 1>, group = " + std::to_string(layer.isDepthwise ? layer.in : 1) +
         " : i64";
}

// Input and output channels-last in the arena, as between layers: the borders are cheap elementwise operations.
static std::string makeInteger(const Layer &layer) {
  ProgramText p(1);
  int64_t outSize = (layer.size - 1) / layer.stride + 1;
  Type x{{1, layer.in, layer.size, layer.size}, "ui8"}, y{{1, layer.out, outSize, outSize}, "ui8"};
  std::string value = p.argument(x);
  value = p.add("qc.transpose " + value + " {perm = array<i64: 0, 1, 2, 3>}", {value}, x);
  std::string w = p.constant({{layer.out, layer.isDepthwise ? 1 : layer.in, layer.kernel, layer.kernel}, "i8"});
  std::string b = p.constant({{layer.out}, "i32"}, -9999, 9999);
  std::string acc =
      p.add("dyadic.conv " + value + ", " + w + ", " + b + " {x_zero_point = 120 : i32, " + getAttributes(layer) + "}",
            {value, w, b}, {y.dims, "i32"});
  std::string m, m1, s;
  for (int64_t c = 0; c < layer.out; ++c) {
    m += (c ? ", " : "") + std::to_string(p.random.range(1 << 30, INT32_MAX));
    m1 += (c ? ", " : "") + std::to_string(1 << 30);
    s += (c ? ", " : "") + std::to_string(layer.hasResidual ? 31 : 40);
  }
  std::vector<std::string> terms{acc};
  std::string residual;
  if (layer.hasResidual) {
    terms.push_back(p.argument(y));
    residual = ", " + terms[1];
    m = m1;
    for (int64_t c = 0; c < layer.out; ++c)
      m.replace(m.find("1073741824"), 10, "1073741");
  }
  std::string y0 =
      p.add("dyadic.requant " + acc + residual + " {term_zero_points = array<i32: 0" +
                (layer.hasResidual ? ", 7" : "") + ">, multipliers = array<i32: " + m + ">, multipliers1 = array<i32" +
                (layer.hasResidual ? ": " + m1 : "") + ">, shifts = array<i32: " + s +
                ">, zero_point = 9 : i32, lo = 0 : i32, hi = 255 : i32, rounding = "
                "#dyadic.rounding<half_up>, axis = 1 : i64}",
            terms, y);
  if (layer.hasSwish)
    y0 = p.add("dyadic.lut " + y0 + " {table = dense<7> : tensor<256xui8>}", {y0}, y);
  p.result(y0);
  return p.str();
}

static std::string makeFloat(const Layer &layer) {
  ProgramText p(1);
  int64_t outSize = (layer.size - 1) / layer.stride + 1;
  Type x{{1, layer.in, layer.size, layer.size}, "f32"}, y{{1, layer.out, outSize, outSize}, "f32"};
  std::string value = p.argument(x);
  value = p.add("qc.transpose " + value + " {perm = array<i64: 0, 1, 2, 3>}", {value}, x);
  std::string w = p.constant({{layer.out, layer.isDepthwise ? 1 : layer.in, layer.kernel, layer.kernel}, "f32"});
  std::string b = p.constant({{layer.out}, "f32"});
  value = p.add("qc.conv " + value + ", " + w + " bias " + b + " {" + getAttributes(layer) + "}", {value, w, b}, y);
  if (layer.hasResidual) {
    std::string residual = p.argument(y);
    value = p.add("qc.add " + value + ", " + residual, {value, residual}, y);
  } else if (layer.hasSwish) {
    value = p.add("qc.hard_swish " + value, {value}, y);
  } else {
    std::string lo = p.constantOf({{}, "f32"}, "dense<0.0>"), hi = p.constantOf({{}, "f32"}, "dense<6.0>");
    value = p.add("qc.clip " + value + " min " + lo + " max " + hi, {value, lo, hi}, y);
  }
  p.result(value);
  return p.str();
}

TEST_F(ScheduleTest, SpeedOfLayers) {
  if (!std::getenv("QC_SPEED"))
    GTEST_SKIP() << "set QC_SPEED=1 to measure";
  const Layer layers[] = {{28, 1, 32, 3, 1, false, false},         {28, 16, 96, 1, 1, false, false},
                          {28, 96, 96, 3, 1, true, false},         {28, 96, 96, 3, 2, true, false},
                          {14, 96, 24, 1, 1, false, true},         {14, 144, 144, 5, 1, true, false},
                          {14, 144, 24, 1, 1, false, true},        {7, 240, 240, 5, 1, true, false},
                          {7, 240, 64, 1, 1, false, false},        {7, 64, 384, 1, 1, false, false},
                          {1, 384, 10, 1, 1, false, false},        {56, 64, 64, 3, 1, false, false},
                          {14, 24, 144, 1, 1, false, false, true}, {14, 144, 144, 5, 1, true, false, true},
                          {14, 24, 144, 1, 1, false, false}};
  for (const Target &target : getTestTargets()) {
    if (!target.level)
      continue;
    for (const Layer &layer : layers) {
      auto integer = schedule(makeInteger(layer)), floats = schedule(makeFloat(layer));
      int64_t macs = (layer.isDepthwise ? 1 : layer.in) * layer.kernel * layer.kernel * layer.out *
                     ((layer.size - 1) / layer.stride + 1) * ((layer.size - 1) / layer.stride + 1);
      Launches a = measureLaunches(*integer, target), b = measureLaunches(*floats, target);
      std::printf("%s %2ldx%ld %3ld -> %3ld k%ld s%ld %s%s  int8 %8.1f us %6.1f GMAC/s   float %8.1f us %6.1f GMAC/s   "
                  "ratio %.2f\n",
                  target.name.c_str(), long(layer.size), long(layer.size), long(layer.in), long(layer.out),
                  long(layer.kernel), long(layer.stride), layer.isDepthwise ? "dw" : "  ",
                  layer.hasResidual ? "+"
                  : layer.hasSwish  ? "s"
                                    : " ",
                  a.contraction, macs / a.contraction / 1000, b.contraction, macs / b.contraction / 1000,
                  b.contraction / a.contraction);
    }
  }
}
