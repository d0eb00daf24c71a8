// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Converted add, mul, pools, rescales and chains compute what docs/Numerics.md defines, byte for byte.
#include "ConversionTest.h"
#include "qc/Arith/Functions.h"
#include <cmath>
#include <functional>

using namespace qc;
using namespace qc::test;

// add and mul with every way of broadcasting [2, 3, 4] and smaller.
TEST_F(Conversion, AddAndMul) {
  const std::vector<std::pair<Shape, Shape>> shapes = {
      {{2, 3, 4}, {2, 3, 4}}, {{2, 3, 4}, {4}}, {{3, 1}, {2, 3, 4}}, {{2, 1, 4}, {1, 3, 1}}, {{}, {2, 3, 4}}};
  for (int round = 0; round < 60; ++round) {
    const auto &[aShape, bShape] = shapes[round % shapes.size()];
    Shape yShape = {2, 3, 4};
    Params a = randomParams(random(0, 1)), b = randomParams(random(0, 1)), y = randomParams(random(0, 1));
    std::vector<int> left = randomCodes(countElements(aShape), a), right = randomCodes(countElements(bShape), b);
    bool isAdd = random(0, 1);
    ModelText text;
    Text ad = text.dequantize(text.argument(aShape, a.type()), a),
         bd = text.dequantize(text.argument(bShape, b.type()), b);
    Text v = text.operation((isAdd ? "qc.add " : "qc.mul ") + ad.name + ", " + bd.name, {ad, bd}, "", yShape);
    std::string model = text.finish(text.quantize(v, y), y.type());
    std::vector<TensorValue> results = run(model, {value(aShape, left, a), value(bShape, right, b)});
    ASSERT_EQ(results.size(), 1u);
    Numbers numbers = isAdd ? choose(double(a.scale) / double(y.scale), double(b.scale) / double(y.scale), 22)
                            : choose(double(a.scale) * double(b.scale) / double(y.scale), 31);
    auto at = [](const std::vector<int> &codes, const Shape &shape, int64_t i) {
      int64_t index = 0, position[3] = {i / 12, i / 4 % 3, i % 4};
      for (size_t d = 0; d < shape.size(); ++d)
        index = index * shape[d] + (shape[d] == 1 ? 0 : position[3 - shape.size() + d]);
      return codes[index];
    };
    for (int64_t i = 0; i < 24; ++i) {
      int64_t xa = at(left, aShape, i) - a.zero, xb = at(right, bShape, i) - b.zero;
      int expected = isAdd ? requant(numbers, xa, xb, y.zero, y.least(), y.greatest())
                           : requant(numbers, xa * xb, 0, y.zero, y.least(), y.greatest());
      ASSERT_EQ(results[0].getInteger(i), expected) << "element " << i << "\n" << converted;
    }
  }
}

TEST_F(Conversion, Rescale) {
  for (int round = 0; round < 30; ++round) {
    Params x = randomParams(random(0, 1)), y = round % 5 ? randomParams(random(0, 1)) : x;
    if (round == 1)
      y.scale = 1e30f; // dead: everything becomes the zero point
    std::vector<int> codes;
    for (int q = x.least(); q <= x.greatest(); ++q)
      codes.push_back(q);
    ModelText text;
    Text q = text.quantize(text.dequantize(text.argument({256}, x.type()), x), y);
    std::vector<TensorValue> results = run(text.finish(q, y.type()), {value({256}, codes, x)});
    ASSERT_EQ(results.size(), 1u);
    Numbers numbers = choose(double(x.scale) / double(y.scale), 22);
    for (int64_t i = 0; i < 256; ++i)
      ASSERT_EQ(results[0].getInteger(i), requant(numbers, codes[i] - x.zero, 0, y.zero, y.least(), y.greatest()))
          << converted;
    if (round % 5 == 0) {
      EXPECT_EQ(converted.find("dyadic"), std::string::npos) << "identical parameters need no Requant";
    }
  }
}

// Windows, counts and padding by the definition of qc.avg_pool, on one spatial axis after the other.
TEST_F(Conversion, AveragePool) {
  for (int round = 0; round < 60; ++round) {
    int64_t size[2], kernel[2], stride[2], begin[2], end[2], dilation[2], out[2];
    bool isCeil = random(0, 1), countsPads = random(0, 1), fits = true;
    for (int d = 0; d < 2; ++d) {
      size[d] = random(2, 7), kernel[d] = random(1, 3), stride[d] = random(1, 3), dilation[d] = random(1, 2);
      begin[d] = random(0, 2), end[d] = random(0, 2);
      int64_t room = size[d] + begin[d] + end[d] - (dilation[d] * (kernel[d] - 1) + 1);
      fits &= room >= 0;
      out[d] = (room + (isCeil ? stride[d] - 1 : 0)) / stride[d] + 1;
      if (isCeil && (out[d] - 1) * stride[d] >= size[d] + begin[d])
        --out[d];
    }
    if (!fits)
      continue;
    Params x = randomParams(random(0, 1)), y = randomParams(random(0, 1));
    std::vector<int> codes = randomCodes(2 * size[0] * size[1], x);
    ModelText text;
    Text xd = text.dequantize(text.argument({1, 2, size[0], size[1]}, x.type()), x);
    std::string attributes =
        "{kernel = " + array({kernel[0], kernel[1]}) + ", strides = " + array({stride[0], stride[1]}) +
        ", pads = " + array({begin[0], begin[1], end[0], end[1]}) +
        ", dilations = " + array({dilation[0], dilation[1]}) + ", ceil_mode = " + (isCeil ? "true" : "false") +
        ", count_include_pad = " + (countsPads ? "true" : "false") + "}";
    Text v = text.operation("qc.avg_pool " + xd.name, {xd}, attributes, {1, 2, out[0], out[1]});
    std::vector<TensorValue> results =
        run(text.finish(text.quantize(v, y), y.type()), {value({1, 2, size[0], size[1]}, codes, x)});
    ASSERT_EQ(results.size(), 1u);
    for (int64_t i = 0; i < 2 * out[0] * out[1]; ++i) {
      int64_t c = i / (out[0] * out[1]), position[2] = {i / out[1] % out[0], i % out[1]}, sum = 0, count = 0;
      for (int64_t p = 0; p < kernel[0] * kernel[1]; ++p) {
        int64_t r = position[0] * stride[0] + p / kernel[1] * dilation[0] - begin[0];
        int64_t s = position[1] * stride[1] + p % kernel[1] * dilation[1] - begin[1];
        bool isInside = r >= 0 && r < size[0] && s >= 0 && s < size[1];
        bool isPadded = r < size[0] + end[0] && s < size[1] + end[1];
        count += countsPads ? isPadded : isInside;
        sum += isInside ? codes[(c * size[0] + r) * size[1] + s] - x.zero : 0;
      }
      int expected = count == 0 ? y.zero
                                : requant(choose(double(x.scale) / (double(count) * double(y.scale)), 31), sum, 0,
                                          y.zero, y.least(), y.greatest());
      ASSERT_EQ(results[0].getInteger(i), expected) << "element " << i << " of " << count << "\n" << converted;
    }
  }
}

TEST_F(Conversion, GlobalAveragePool) {
  for (int round = 0; round < 10; ++round) {
    int64_t h = random(1, 9), w = random(1, 9);
    Params x = randomParams(), y = randomParams();
    std::vector<int> codes = randomCodes(3 * h * w, x);
    ModelText text;
    Text xd = text.dequantize(text.argument({1, 3, h, w}, x.type()), x);
    Text v = text.operation("qc.global_avg_pool " + xd.name, {xd}, "", {1, 3, 1, 1});
    std::vector<TensorValue> results = run(text.finish(text.quantize(v, y), y.type()), {value({1, 3, h, w}, codes, x)});
    ASSERT_EQ(results.size(), 1u);
    for (int64_t c = 0; c < 3; ++c) {
      int64_t sum = 0;
      for (int64_t i = 0; i < h * w; ++i)
        sum += codes[c * h * w + i] - x.zero;
      Numbers numbers = choose(double(x.scale) / (double(h * w) * double(y.scale)), 31);
      ASSERT_EQ(results[0].getInteger(c), requant(numbers, sum, 0, y.zero, 0, 255)) << converted;
    }
  }
}

// The whole chain in f64, one rounding at its end.
TEST_F(Conversion, Chain) {
  struct Step {
    const char *text;
    std::function<double(double)> function;
  };
  auto hardSigmoid = [](double x) { return std::fmin(std::fmax(double(0.2f) * x + 0.5, 0), 1); };
  auto hardSwish = [](double x) { return x * std::fmin(std::fmax(double(1.0f / 6.0f) * x + 0.5, 0), 1); };
  const Step steps[] = {{"qc.relu", [](double x) { return std::fmax(x, 0); }},
                        {"qc.hard_sigmoid", hardSigmoid},
                        {"qc.hard_swish", hardSwish}};
  for (int round = 0; round < 40; ++round) {
    Params x = randomParams(random(0, 1)), y = randomParams(random(0, 1));
    std::vector<int> codes;
    for (int q = x.least(); q <= x.greatest(); ++q)
      codes.push_back(q);
    ModelText text;
    Text v = text.dequantize(text.argument({4, 64}, x.type()), x);
    std::vector<const Step *> chain;
    for (int i = 0, e = random(1, 3); i < e; ++i) {
      chain.push_back(&steps[random(0, 2)]);
      bool hasAttributes = chain.back() == &steps[1];
      v = text.operation(std::string(chain.back()->text) + " " + v.name, {v},
                         hasAttributes ? "{alpha = 0.2 : f32, beta = 0.5 : f32}" : "", {4, 64});
    }
    std::vector<TensorValue> results = run(text.finish(text.quantize(v, y), y.type()), {value({4, 64}, codes, x)});
    ASSERT_EQ(results.size(), 1u);
    for (int64_t i = 0; i < 256; ++i) {
      double real = double(x.scale) * (codes[i] - x.zero);
      for (const Step *step : chain)
        real = step->function(real);
      ASSERT_EQ(results[0].getInteger(i), boundCode(real, y)) << "code " << codes[i] << "\n" << converted;
    }
  }
}

// max_pool and concat move codes; the operand in other parameters is rescaled first.
TEST_F(Conversion, MovesOfCodes) {
  Params x = randomParams(), y = randomParams();
  std::vector<int> left = randomCodes(16, x), right = randomCodes(4, y);
  ModelText text;
  Text a = text.argument({1, 1, 4, 4}, "ui8"), b = text.argument({1, 1, 2, 2}, "ui8");
  std::string m = text.line("qc.max_pool " + a.name +
                            " {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = "
                            "array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, ceil_mode = false} : "
                            "(tensor<1x1x4x4xui8>) -> tensor<1x1x2x2xui8>");
  Text rescaled = text.quantize(text.dequantize(b, y), x);
  std::string c = text.line("qc.concat " + m + ", " + rescaled.name +
                            " {axis = 1 : i64} : (tensor<1x1x2x2xui8>, "
                            "tensor<1x1x2x2xui8>) -> tensor<1x2x2x2xui8>");
  std::vector<TensorValue> results =
      run(text.finish({c, {1, 2, 2, 2}}, "ui8"), {value({1, 1, 4, 4}, left, x), value({1, 1, 2, 2}, right, y)});
  ASSERT_EQ(results.size(), 1u);
  Numbers numbers = choose(double(y.scale) / double(x.scale), 22);
  for (int64_t i = 0; i < 4; ++i) {
    int64_t corner = i / 2 * 8 + i % 2 * 2;
    EXPECT_EQ(results[0].getInteger(i), std::max({left[corner], left[corner + 1], left[corner + 4], left[corner + 5]}));
    EXPECT_EQ(results[0].getInteger(4 + i), requant(numbers, right[i] - y.zero, 0, x.zero, 0, 255));
  }
}
