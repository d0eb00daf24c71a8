// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Converted contractions compute what docs/Numerics.md defines, byte for byte.
#include "ConversionTest.h"
#include <cmath>
#include <functional>

using namespace qc;
using namespace qc::test;

namespace {
/// What may follow a contraction in its group.
enum class Clamp { None, Relu, Clip };

/// Weights and bias of a contraction with N output channels.
struct Weights {
  std::vector<int8_t> codes;
  std::vector<float> scales; ///< one, or one per channel
  std::vector<int32_t> bias; ///< none, or one per channel
  std::vector<bool> allZero; ///< codes and bias are 0
  float scale(int64_t c) const { return scales[scales.size() == 1 ? 0 : c]; }
};

/// The numbers of one random group.
struct Group {
  Params x, y, r;
  Weights weights;
  bool hasResidual;
  Clamp clamp;
  float low = 0, high = 0;
};

struct ContractionConversion : Conversion {
  Weights randomWeights(int64_t channels, int64_t perChannel, bool isChannelFirst);
  Group randomGroup(int64_t channels, int64_t perChannel, bool isChannelFirst);
  /// The dequantized weights and bias.
  Text addWeights(ModelText &text, const Group &group, const Shape &shape, int axis);
  Text addBias(ModelText &text, const Group &group);
  /// The group behind `sum`: add, clamp, quantize; appends the residual's codes to `inputs`.
  Text addTail(ModelText &text, const Group &group, Text sum, std::vector<TensorValue> &inputs,
               std::vector<int> &residual);
  void expectCodes(const TensorValue &actual, const Group &group, const std::vector<int64_t> &sums,
                   const std::vector<int> &residual, std::function<int64_t(int64_t)> channelOf);
  int64_t elements = 0, inside = 0; ///< compared, and of these not saturated
};
} // namespace

Weights ContractionConversion::randomWeights(int64_t channels, int64_t perChannel, bool isChannelFirst) {
  Weights weights;
  weights.codes.resize(channels * perChannel);
  int64_t zeroFilter = random(0, 2) == 0 ? random(0, channels - 1) : -1;
  for (size_t i = 0; i < weights.codes.size(); ++i) {
    int64_t channel = isChannelFirst ? int64_t(i) / perChannel : int64_t(i) % channels;
    weights.codes[i] = channel == zeroFilter ? 0 : random(-127, 127);
  }
  for (int64_t c = 0, e = random(0, 2) ? channels : 1; c < e; ++c)
    weights.scales.push_back(float(std::exp2(random(0, 9) == 0 ? -60.3 : random(-90, -50) / 10.0)));
  for (int64_t c = 0, e = random(0, 2) ? channels : 0; c < e; ++c)
    weights.bias.push_back(c == zeroFilter && random(0, 1) ? 0 : random(-20000, 20000));
  for (int64_t c = 0; c < channels; ++c)
    weights.allZero.push_back(c == zeroFilter && (weights.bias.empty() || weights.bias[c] == 0));
  return weights;
}

Group ContractionConversion::randomGroup(int64_t channels, int64_t perChannel, bool isChannelFirst) {
  Group group{randomParams(random(0, 3) == 0),
              randomParams(random(0, 3) == 0),
              randomParams(),
              {},
              random(0, 1) == 1,
              Clamp(random(0, 2))};
  group.weights = randomWeights(channels, perChannel, isChannelFirst);
  group.low = random(-100, 50) / 50.0f;
  group.high = random(-50, 500) / 50.0f;
  return group;
}

Text ContractionConversion::addWeights(ModelText &text, const Group &group, const Shape &shape, int axis) {
  Text codes = text.constant(shape, "i8", group.weights.codes);
  bool isPerTensor = group.weights.scales.size() == 1;
  Shape scaleShape = isPerTensor ? Shape{} : Shape{int64_t(group.weights.scales.size())};
  Text scale = text.constant(scaleShape, "f32", group.weights.scales);
  std::string format = isPerTensor ? "i8" : "i8, axis = " + std::to_string(axis);
  return {text.line("qc.dequantize " + codes.name + ", " + scale.name + " {format = #qc.format<" + format + ">} : (" +
                    tensorType(shape, "i8") + ", " + tensorType(scaleShape, "f32") + ") -> " +
                    tensorType(shape, "f32")),
          shape};
}

Text ContractionConversion::addBias(ModelText &text, const Group &group) {
  const std::vector<int32_t> &bias = group.weights.bias;
  Shape shape{int64_t(bias.size())};
  std::vector<float> scales;
  for (size_t c = 0; c < bias.size(); ++c)
    scales.push_back(float(double(group.x.scale) * double(group.weights.scale(c))));
  Text codes = text.constant(shape, "i32", bias), scale = text.constant(shape, "f32", scales);
  return {text.line("qc.dequantize " + codes.name + ", " + scale.name + " {format = #qc.format<i32, axis = 0>} : (" +
                    tensorType(shape, "i32") + ", " + tensorType(shape, "f32") + ") -> " + tensorType(shape, "f32")),
          shape};
}

Text ContractionConversion::addTail(ModelText &text, const Group &group, Text sum, std::vector<TensorValue> &inputs,
                                    std::vector<int> &residual) {
  if (group.hasResidual) {
    residual = randomCodes(countElements(sum.shape), group.r);
    inputs.push_back(value(sum.shape, residual, group.r));
    Text r = text.dequantize(text.argument(sum.shape, group.r.type()), group.r);
    Text first = random(0, 1) ? sum : r, second = first.name == sum.name ? r : sum;
    sum = text.operation("qc.add " + first.name + ", " + second.name, {first, second}, "", sum.shape);
  }
  if (group.clamp == Clamp::Relu)
    sum = text.operation("qc.relu " + sum.name, {sum}, "", sum.shape);
  if (group.clamp == Clamp::Clip) {
    Text low = text.constant<float>({}, "f32", {group.low}), high = text.constant<float>({}, "f32", {group.high});
    sum = text.operation("qc.clip " + sum.name + " min " + low.name + " max " + high.name, {sum, low, high}, "",
                         sum.shape);
  }
  return text.quantize(sum, group.y);
}

void ContractionConversion::expectCodes(const TensorValue &actual, const Group &group, const std::vector<int64_t> &sums,
                                        const std::vector<int> &residual, std::function<int64_t(int64_t)> channelOf) {
  int lo = group.y.least(), hi = group.y.greatest();
  if (group.clamp == Clamp::Relu)
    lo = boundCode(0, group.y);
  if (group.clamp == Clamp::Clip) {
    hi = boundCode(group.high, group.y);
    lo = std::min(boundCode(group.low, group.y), hi);
  }
  ASSERT_EQ(actual.getNumElements(), int64_t(sums.size()));
  elements += sums.size();
  for (size_t i = 0; i < sums.size(); ++i) {
    int64_t c = channelOf(i);
    double factor = double(group.x.scale) * double(group.weights.scale(c)) / double(group.y.scale);
    double other = group.hasResidual ? double(group.r.scale) / double(group.y.scale) : 0;
    // An all-zero filter takes no part in choosing.
    Numbers numbers = choose(group.weights.allZero[c] ? 0 : factor, other, 31);
    int64_t x1 = group.hasResidual ? residual[i] - group.r.zero : 0;
    inside += actual.getInteger(i) > lo && actual.getInteger(i) < hi;
    ASSERT_EQ(actual.getInteger(i), requant(numbers, sums[i], x1, group.y.zero, lo, hi)) << "element " << i << "\n"
                                                                                         << converted;
  }
}

TEST_F(ContractionConversion, Conv) {
  for (int round = 0; round < 60; ++round) {
    int64_t group = random(1, 3), in = group * random(1, 2), out = group * random(1, 3), kh = random(1, 3),
            kw = random(1, 2);
    int64_t h = random(4, 6), w = random(4, 6), sh = random(1, 2), sw = random(1, 2), dh = random(1, 2),
            dw = random(1, 2);
    Shape pads{random(0, 1), random(0, 2), random(0, 1), random(0, 1)};
    int64_t oh = (h + pads[0] + pads[2] - (dh * (kh - 1) + 1)) / sh + 1,
            ow = (w + pads[1] + pads[3] - (dw * (kw - 1) + 1)) / sw + 1;
    if (h + pads[0] + pads[2] < dh * (kh - 1) + 1 || w + pads[1] + pads[3] < dw * (kw - 1) + 1)
      continue;
    Group numbers = randomGroup(out, in / group * kh * kw, true);
    Shape xShape{2, in, h, w}, wShape{out, in / group, kh, kw}, yShape{2, out, oh, ow};
    std::vector<int> x = randomCodes(countElements(xShape), numbers.x), residual;
    std::vector<TensorValue> inputs{value(xShape, x, numbers.x)};
    ModelText text;
    Text xd = text.dequantize(text.argument(xShape, numbers.x.type()), numbers.x);
    std::vector<Text> operands{xd, addWeights(text, numbers, wShape, 0)};
    std::string op = "qc.conv " + xd.name + ", " + operands[1].name;
    if (!numbers.weights.bias.empty()) {
      operands.push_back(addBias(text, numbers));
      op += " bias " + operands[2].name;
    }
    Text sum = text.operation(op, operands,
                              "{strides = " + array({sh, sw}) + ", pads = " + array(pads) +
                                  ", dilations = " + array({dh, dw}) + ", group = " + std::to_string(group) + " : i64}",
                              yShape);
    Text y = addTail(text, numbers, sum, inputs, residual);
    std::vector<TensorValue> results = run(text.finish(y, numbers.y.type()), inputs);
    ASSERT_EQ(results.size(), 1u);
    std::vector<int64_t> sums;
    for (int64_t n = 0; n < 2; ++n)
      for (int64_t m = 0; m < out; ++m)
        for (int64_t i = 0; i < oh; ++i)
          for (int64_t j = 0; j < ow; ++j) {
            int64_t acc = numbers.weights.bias.empty() ? 0 : numbers.weights.bias[m];
            for (int64_t c = 0; c < in / group; ++c)
              for (int64_t p = 0; p < kh; ++p)
                for (int64_t q = 0; q < kw; ++q) {
                  int64_t r = i * sh + p * dh - pads[0], s = j * sw + q * dw - pads[1];
                  if (r < 0 || r >= h || s < 0 || s >= w)
                    continue;
                  int64_t channel = m / (out / group) * (in / group) + c;
                  acc += int64_t(x[((n * in + channel) * h + r) * w + s] - numbers.x.zero) *
                         numbers.weights.codes[((m * (in / group) + c) * kh + p) * kw + q];
                }
            sums.push_back(acc);
          }
    expectCodes(results[0], numbers, sums, residual, [&](int64_t i) { return i / (oh * ow) % out; });
    if (HasFailure())
      return;
  }
  EXPECT_GT(inside, elements / 4);
}

// gemm with a transposed or plain right side, matmul with constant weights of rank 2 and 3.
TEST_F(ContractionConversion, Products) {
  for (int round = 0; round < 60; ++round) {
    int kind = round % 4; // gemm, gemm transposed, matmul, matmul with a weight matrix per batch
    int64_t batch = kind == 3 ? 2 : 1, m = random(1, 3), k = random(1, 9), n = random(1, 5);
    Group numbers = randomGroup(n, batch * k, kind == 1);
    Shape xShape = kind < 2 ? Shape{m, k} : Shape{batch, m, k}, yShape = kind < 2 ? Shape{m, n} : Shape{batch, m, n};
    Shape wShape = kind == 1 ? Shape{n, k} : kind == 3 ? Shape{batch, k, n} : Shape{k, n};
    std::vector<int> x = randomCodes(countElements(xShape), numbers.x), residual;
    std::vector<TensorValue> inputs{value(xShape, x, numbers.x)};
    ModelText text;
    Text xd = text.dequantize(text.argument(xShape, numbers.x.type()), numbers.x);
    std::vector<Text> operands{xd, addWeights(text, numbers, wShape, kind == 1 ? 0 : int(wShape.size()) - 1)};
    std::string op = (kind < 2 ? "qc.gemm " : "qc.matmul ") + xd.name + ", " + operands[1].name;
    if (!numbers.weights.bias.empty()) {
      operands.push_back(addBias(text, numbers));
      op += (kind < 2 ? " plus " : " bias ") + operands[2].name;
    }
    std::string transposed = kind == 1 ? "true" : "false";
    Text sum = text.operation(
        op, operands,
        kind < 2 ? "{alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = " + transposed + "}" : "", yShape);
    Text y = addTail(text, numbers, sum, inputs, residual);
    std::vector<TensorValue> results = run(text.finish(y, numbers.y.type()), inputs);
    ASSERT_EQ(results.size(), 1u);
    std::vector<int64_t> sums;
    for (int64_t b = 0; b < batch; ++b)
      for (int64_t i = 0; i < m; ++i)
        for (int64_t j = 0; j < n; ++j) {
          int64_t acc = numbers.weights.bias.empty() ? 0 : numbers.weights.bias[j];
          for (int64_t l = 0; l < k; ++l)
            acc += int64_t(x[(b * m + i) * k + l] - numbers.x.zero) *
                   numbers.weights.codes[kind == 1 ? j * k + l : (b * k + l) * n + j];
          sums.push_back(acc);
        }
    expectCodes(results[0], numbers, sums, residual, [&](int64_t i) { return i % n; });
    if (HasFailure())
      return;
  }
  EXPECT_GT(inside, elements / 4);
}

// A product of two activations, and a contraction that is not rounded: f32(sum) * f32(s_x * s_w).
TEST_F(ContractionConversion, ActivationsAndFloatResults) {
  for (int round = 0; round < 40; ++round) {
    int64_t m = random(1, 3), k = random(1, 9), n = random(1, 4);
    Params a = randomParams(random(0, 1)), b = randomParams(random(0, 1)), y = randomParams();
    std::vector<int> left = randomCodes(m * k, a), right = randomCodes(2 * k * n, b);
    std::vector<TensorValue> inputs{value({m, k}, left, a), value({2, k, n}, right, b)};
    ModelText text;
    Text ad = text.dequantize(text.argument({m, k}, a.type()), a),
         bd = text.dequantize(text.argument({2, k, n}, b.type()), b);
    std::vector<Text> operands{ad, bd};
    std::string op = "qc.matmul " + ad.name + ", " + bd.name;
    Group numbersOfBias{a, y, y, {}, false, Clamp::None};
    numbersOfBias.weights.scales = {b.scale};
    for (int64_t j = 0; j < n && round % 3 == 0; ++j)
      numbersOfBias.weights.bias.push_back(random(-20000, 20000));
    const std::vector<int32_t> &bias = numbersOfBias.weights.bias;
    if (!bias.empty()) {
      operands.push_back(addBias(text, numbersOfBias));
      op += " bias " + operands[2].name;
    }
    Text sum = text.operation(op, operands, "", {2, m, n});
    bool isRounded = round % 2;
    std::string model = isRounded ? text.finish(text.quantize(sum, y), y.type()) : text.finish(sum, "f32");
    std::vector<TensorValue> results = run(model, inputs);
    ASSERT_EQ(results.size(), 1u);
    Numbers numbers = choose(double(a.scale) * double(b.scale) / double(y.scale), 31);
    for (int64_t i = 0; i < 2 * m * n; ++i) {
      int64_t batch = i / (m * n), row = i / n % m, column = i % n, acc = bias.empty() ? 0 : bias[column];
      for (int64_t l = 0; l < k; ++l)
        acc += int64_t(left[row * k + l] - a.zero) * (right[(batch * k + l) * n + column] - b.zero);
      if (isRounded)
        ASSERT_EQ(results[0].getInteger(i), requant(numbers, acc, 0, y.zero, 0, 255)) << converted;
      else
        ASSERT_EQ(results[0].getData<float>()[i], float(acc) * float(double(a.scale) * double(b.scale))) << converted;
    }
  }
}

// Transposed activations of a gemm are transposed as codes.
TEST_F(ContractionConversion, TransposedActivations) {
  for (bool isLeft : {false, true})
    for (bool isRight : {false, true}) {
      int64_t m = 2, k = 3, n = 4;
      Params a = randomParams(), b = randomParams(), y = randomParams();
      Shape aShape = isLeft ? Shape{k, m} : Shape{m, k}, bShape = isRight ? Shape{n, k} : Shape{k, n};
      std::vector<int> left = randomCodes(m * k, a), right = randomCodes(k * n, b);
      ModelText text;
      Text ad = text.dequantize(text.argument(aShape, a.type()), a),
           bd = text.dequantize(text.argument(bShape, b.type()), b);
      std::string attributes = std::string("{alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = ") +
                               (isLeft ? "true" : "false") + ", trans_b = " + (isRight ? "true" : "false") + "}";
      Text sum = text.operation("qc.gemm " + ad.name + ", " + bd.name, {ad, bd}, attributes, {m, n});
      std::vector<TensorValue> results =
          run(text.finish(text.quantize(sum, y), y.type()), {value(aShape, left, a), value(bShape, right, b)});
      ASSERT_EQ(results.size(), 1u);
      Numbers numbers = choose(double(a.scale) * double(b.scale) / double(y.scale), 31);
      for (int64_t i = 0; i < m * n; ++i) {
        int64_t acc = 0;
        for (int64_t l = 0; l < k; ++l)
          acc += int64_t(left[isLeft ? l * m + i / n : i / n * k + l] - a.zero) *
                 (right[isRight ? i % n * k + l : l * n + i % n] - b.zero);
        ASSERT_EQ(results[0].getInteger(i), requant(numbers, acc, 0, y.zero, 0, 255)) << converted;
      }
    }
}
