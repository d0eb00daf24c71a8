// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The evaluator is slow, but tests run it on a hundred images: a small network of inverted residuals must not take
// long.
#include "ReferenceTest.h"
#include <chrono>

using namespace qc;

namespace {
struct Layer {
  int64_t channels, filters, size, kernel, stride;
  bool isDepthwise;
};

struct Speed : ReferenceTest {
  /// Prints and returns the milliseconds of the fastest of three evaluations.
  double measure(const char *kind);
  std::string text;
  std::vector<TensorValue> inputs;
  int64_t macs = 0;
  void add(const Layer &layer, bool isInteger);
};
} // namespace

void Speed::add(const Layer &layer, bool isInteger) {
  int64_t pad = layer.kernel / 2, out = (layer.size - 1) / layer.stride + 1,
          group = layer.isDepthwise ? layer.channels : 1;
  std::string x = tensor({1, layer.channels, layer.size, layer.size}, isInteger ? "ui8" : "f32");
  std::string w = tensor({layer.filters, layer.channels / group, layer.kernel, layer.kernel}, isInteger ? "i8" : "f32");
  std::string y = tensor({1, layer.filters, out, out}, isInteger ? "i32" : "f32");
  macs += layer.filters * out * out * layer.channels / group * layer.kernel * layer.kernel;
  std::string number = std::to_string(inputs.size() / 2);
  inputs.push_back(random(x)), inputs.push_back(random(w));
  text += "%y" + number + (isInteger ? " = dyadic.conv" : " = qc.conv") + " %x" + number + ", %w" + number +
          " {strides = " + array({layer.stride, layer.stride}) + ", pads = " + array({pad, pad, pad, pad}) +
          ", dilations = array<i64: 1, 1>, group = " + std::to_string(group) + " : i64" +
          (isInteger ? ", x_zero_point = 100 : i32" : "") + "} : (" + x + ", " + w + ") -> " + y + "\n";
  if (isInteger)
    text +=
        "%q" + number + " = dyadic.requant %y" + number +
        " {term_zero_points = array<i32: 0>, multipliers = array<i32: 1503238553>, multipliers1 = array<i32>, shifts = "
        "array<i32: 40>, zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32, rounding = #dyadic.rounding<half_up>} : "
        "(" +
        y + ") -> " + tensor({1, layer.filters, out, out}, "ui8") + "\n";
  else
    text += "%q" + number + " = qc.hard_swish %y" + number + " : (" + y + ") -> " + y + "\n";
}

double Speed::measure(const char *kind) {
  std::string signature;
  for (size_t i = 0; i < inputs.size(); ++i) {
    llvm::raw_string_ostream out(signature);
    out << (i ? ", " : "") << (i % 2 ? "%w" : "%x") << i / 2 << ": " << inputs[i].getType();
  }
  std::string module = "func.func @main(" + signature + ") {\n" + text + "return }";
  double best = 1e9;
  for (int i = 0; i < 3; ++i) {
    auto begin = std::chrono::steady_clock::now();
    evaluateModule(module, inputs);
    EXPECT_EQ(errors, "");
    best = std::min(best, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
  }
  std::printf("%s: %.1f ms for %.1f million multiply-accumulates\n", kind, best, double(macs) * 1e-6);
  return best;
}

TEST_F(Speed, invertedResiduals) {
  for (bool isInteger : {false, true}) {
    text.clear(), inputs.clear(), macs = 0;
    add({1, 16, 28, 3, 1, false}, isInteger);
    for (int block = 0; block < 8; ++block) {
      int64_t size = block < 2 ? 28 : block < 5 ? 14 : 7, narrow = block < 2 ? 16 : block < 5 ? 32 : 64;
      int64_t wide = 4 * narrow;
      add({narrow, wide, size, 1, 1, false}, isInteger);
      add({wide, wide, size, block % 2 ? 5 : 3, 1, true}, isInteger);
      add({wide, narrow, size, 1, 1, false}, isInteger);
    }
    add({1, 8, 28, 3, 2, false}, isInteger);
    EXPECT_LT(measure(isInteger ? "integer" : "float"), 2000);
  }
}
