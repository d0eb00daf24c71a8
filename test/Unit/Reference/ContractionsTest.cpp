// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contractions, float and integer, against loops over the coordinates of single outputs.
#include "ReferenceTest.h"

using namespace qc;

namespace {
/// A convolution of random sizes over `axes` spatial axes.
struct Conv {
  int64_t group, batch;
  std::vector<int64_t> x, w, y, strides, pads, dilations;
  std::string attributes() const {
    return "strides = " + array(strides) + ", pads = " + array(pads) + ", dilations = " + array(dilations) +
           ", group = " + std::to_string(group) + " : i64";
  }
};

/// A matrix product of random sizes, with the zero points 200 and -3 and a bias of 77 where it is integer.
struct Matmul {
  std::vector<int64_t> aBatch, bBatch, yBatch;
  int64_t m, n, k;
  /// isRow: a is a vector, of k; isColumn: b is.
  bool isInteger, hasBias, isRow, isColumn;

  std::string aType() const { return type(aBatch, isRow ? -1 : m, k, isInteger ? "ui8" : "f32"); }
  std::string bType() const { return type(bBatch, k, isColumn ? -1 : n, isInteger ? "i8" : "f32"); }
  std::string yType() const { return type(yBatch, isRow ? -1 : m, isColumn ? -1 : n, isInteger ? "i32" : "f32"); }
  std::string text() const;

private:
  /// -1: this dimension is left out.
  static std::string type(std::vector<int64_t> shape, int64_t rows, int64_t columns, llvm::StringRef element) {
    for (int64_t size : {rows, columns})
      if (size >= 0)
        shape.push_back(size);
    return tensor(shape, element);
  }
};

struct Contractions : ReferenceTest {
  Conv randomConv();
  Matmul randomMatmul();
  std::vector<TensorValue> randomOperands(const Matmul &matmul);
  std::vector<int64_t> batchShape(llvm::ArrayRef<int64_t> full);
};
} // namespace

Conv Contractions::randomConv() {
  int64_t axes = pick(1, 3);
  Conv conv;
  conv.group = pick(1, 3);
  int64_t channels = pick(1, 3);
  conv.x = {pick(1, 2), conv.group * channels};
  conv.w = {conv.group * pick(1, 3), channels};
  conv.y = {conv.x[0], conv.w[0]};
  conv.pads.resize(2 * axes);
  for (int64_t d = 0; d < axes; ++d) {
    int64_t kernel = pick(1, 3), dilation = pick(1, 2), stride = pick(1, 3);
    conv.pads[d] = pick(0, 3);
    conv.pads[axes + d] = pick(0, 3);
    int64_t padding = conv.pads[d] + conv.pads[axes + d], extent = dilation * (kernel - 1) + 1;
    int64_t size = std::max<int64_t>(pick(0, 6), extent - padding);
    conv.x.push_back(size);
    conv.w.push_back(kernel);
    conv.y.push_back((size + padding - extent) / stride + 1);
    conv.strides.push_back(stride);
    conv.dilations.push_back(dilation);
  }
  return conv;
}

/// Digits of `index` in `shape`.
static std::vector<int64_t> coordinates(int64_t index, llvm::ArrayRef<int64_t> shape) {
  std::vector<int64_t> result(shape.size());
  for (size_t d = shape.size(); d-- > 0; index /= shape[d])
    result[d] = index % shape[d];
  return result;
}

static int64_t indexOf(llvm::ArrayRef<int64_t> at, llvm::ArrayRef<int64_t> shape) {
  int64_t index = 0;
  for (size_t d = 0; d < shape.size(); ++d)
    index = index * shape[d] + at[d];
  return index;
}

/// Calls `visit(index into x or -1 for padding, index into w)` for the taps of one output, in the order of the
/// definition.
template <typename Visit> static void forEachTap(const Conv &conv, int64_t output, Visit visit) {
  std::vector<int64_t> at = coordinates(output, conv.y);
  llvm::ArrayRef<int64_t> kernel = llvm::ArrayRef<int64_t>(conv.w).drop_front(2);
  int64_t taps = 1, perGroup = conv.w[1];
  for (int64_t size : kernel)
    taps *= size;
  for (int64_t tap = 0; tap < taps; ++tap)
    for (int64_t c = 0; c < perGroup; ++c) {
      std::vector<int64_t> k = coordinates(tap, kernel), xAt{at[0], at[1] / (conv.w[0] / conv.group) * perGroup + c},
                           wAt{at[1], c};
      bool isInside = true;
      for (size_t d = 0; d < k.size(); ++d) {
        xAt.push_back(at[d + 2] * conv.strides[d] + k[d] * conv.dilations[d] - conv.pads[d]);
        wAt.push_back(k[d]);
        isInside &= xAt.back() >= 0 && xAt.back() < conv.x[d + 2];
      }
      visit(isInside ? indexOf(xAt, conv.x) : -1, indexOf(wAt, conv.w));
    }
}

/// The products of one output, added as the definition says: blocks of 64 from +0, and the values of the blocks.
class Products {
public:
  void add(float x, float w) { products.push_back({x, w}); }
  float sum() const {
    float total = 0;
    for (size_t begin = 0; begin < products.size(); begin += 64) {
      float block = 0;
      for (size_t k = begin; k < std::min(begin + 64, products.size()); ++k)
        block = std::fma(products[k].first, products[k].second, block);
      total = begin == 0 ? block : total + block;
    }
    return total;
  }

private:
  std::vector<std::pair<float, float>> products;
};

TEST_F(Contractions, convByCoordinates) {
  for (int trial = 0; trial < 300; ++trial) {
    Conv conv = randomConv();
    bool hasBias = pick(0, 1);
    std::vector<TensorValue> operands{random(tensor(conv.x)), random(tensor(conv.w))};
    if (hasBias)
      operands.push_back(random(tensor({conv.w[0]})));
    TensorValue y = evaluate("qc.conv %0, %1" + std::string(hasBias ? " bias %2" : "") + " {" + conv.attributes() + "}",
                             operands, tensor(conv.y));
    ASSERT_TRUE(y.getType()) << errors << conv.attributes();
    std::vector<float> expected(y.getNumElements());
    for (size_t i = 0; i < expected.size(); ++i) {
      Products products;
      forEachTap(conv, i, [&](int64_t xIndex, int64_t wIndex) {
        float x = xIndex < 0 ? 0.0f : operands[0].getData<float>()[xIndex];
        products.add(x, operands[1].getData<float>()[wIndex]);
      });
      expected[i] = products.sum();
      if (hasBias)
        expected[i] += operands[2].getData<float>()[coordinates(i, conv.y)[1]];
    }
    ASSERT_EQ(bitsOf(floats(y)), bitsOf(expected)) << tensor(conv.x) << tensor(conv.w) << conv.attributes();
  }
}

TEST_F(Contractions, dyadicConvByCoordinates) {
  for (int trial = 0; trial < 300; ++trial) {
    Conv conv = randomConv();
    bool hasBias = pick(0, 1), isUnsigned = pick(0, 1);
    int64_t zero = isUnsigned ? pick(0, 255) : pick(-128, 127);
    std::vector<TensorValue> operands{random(tensor(conv.x, isUnsigned ? "ui8" : "i8")), random(tensor(conv.w, "i8"))};
    std::string text = "dyadic.conv %0, %1";
    if (hasBias) {
      std::vector<double> bias(conv.w[0]);
      for (double &element : bias)
        element = pick(-2000000, 2000000);
      operands.push_back(value(tensor({conv.w[0]}, "i32"), bias));
      text += ", %2";
    }
    text += " {x_zero_point = " + std::to_string(zero) + " : i32, " + conv.attributes() + "}";
    TensorValue acc = evaluate(text, operands, tensor(conv.y, "i32"));
    ASSERT_TRUE(acc.getType()) << errors << text;
    std::vector<int64_t> expected(acc.getNumElements());
    for (size_t i = 0; i < expected.size(); ++i) {
      forEachTap(conv, i, [&](int64_t xIndex, int64_t wIndex) {
        int64_t x = xIndex < 0 ? zero : operands[0].getInteger(xIndex);
        expected[i] += (x - zero) * operands[1].getInteger(wIndex);
      });
      if (hasBias)
        expected[i] += operands[2].getInteger(coordinates(i, conv.y)[1]);
    }
    ASSERT_EQ(integers(acc), expected) << text;
  }
}

// Padding taps are executed: an infinite weight on padding is NaN, and -0 that rounding made becomes +0.
TEST_F(Contractions, paddingIsExecuted) {
  const char *conv = "qc.conv %0, %1 {strides = array<i64: 1>, pads = array<i64: 1, 0>, dilations = array<i64: 1>, "
                     "group = 1 : i64}";
  TensorValue y =
      evaluate(conv, {value("tensor<1x1x2xf32>", {1, 2}), value("tensor<1x1x2xf32>", {kInf, 1})}, "tensor<1x1x2xf32>");
  EXPECT_TRUE(std::isnan(floats(y)[0]));
  EXPECT_EQ(floats(y)[1], kInf);
  conv =
      "qc.conv %0, %1 {strides = array<i64: 1>, pads = array<i64: 0, 1>, dilations = array<i64: 1>, group = 1 : i64}";
  y = evaluate(conv, {value("tensor<1x1x1xf32>", {0x1p-100}), value("tensor<1x1x2xf32>", {-0x1p-100, 1})},
               "tensor<1x1x1xf32>");
  EXPECT_BITS(y, {0.0f});
  // A whole row of padding, above and below.
  conv = "qc.conv %0, %1 {strides = array<i64: 1, 1>, pads = array<i64: 1, 0, 1, 0>, dilations = array<i64: 1, 1>, "
         "group = 1 : i64}";
  y = evaluate(conv, {value("tensor<1x1x1x2xf32>", {1, 2}), value("tensor<1x1x2x1xf32>", {kInf, 1})},
               "tensor<1x1x2x2xf32>");
  EXPECT_TRUE(std::isnan(floats(y)[0]) && std::isnan(floats(y)[1]));
  EXPECT_EQ(floats(y)[2], kInf);
  y = evaluate(conv, {value("tensor<1x1x1x2xf32>", {1, 2}), value("tensor<1x1x2x1xf32>", {1, kInf})},
               "tensor<1x1x2x2xf32>");
  EXPECT_EQ(floats(y)[0], kInf);
  EXPECT_TRUE(std::isnan(floats(y)[2]) && std::isnan(floats(y)[3]));
}

// One rounding per product and sum, and the sum starts at +0.
TEST_F(Contractions, fusedFromPlusZero) {
  TensorValue a = value("tensor<1x2xf32>", {1 + 0x1p-12, -1}), b = value("tensor<2x1xf32>", {1 + 0x1p-12, 1 + 0x1p-11});
  EXPECT_BITS(evaluate("qc.matmul %0, %1", {a, b}, "tensor<1x1xf32>"), {0.0f}); // the first product rounds alone
  TensorValue c = value("tensor<1x2xf32>", {-1, 1 + 0x1p-12}), d = value("tensor<2x1xf32>", {1 + 0x1p-11, 1 + 0x1p-12});
  EXPECT_BITS(evaluate("qc.matmul %0, %1", {c, d}, "tensor<1x1xf32>"), {0x1p-24f}); // the second keeps its last bit
  TensorValue zero = value("tensor<1x1xf32>", {-0.0}), one = value("tensor<1x1xf32>", {1});
  EXPECT_BITS(evaluate("qc.matmul %0, %1", {zero, one}, "tensor<1x1xf32>"), {0.0f});
}

// What a running sum of 65 products loses, a block of its own keeps.
TEST_F(Contractions, sumsOfBlocks) {
  std::vector<double> ones(129, 1), first(129, 1);
  first[0] = 0x1p24;
  EXPECT_BITS(evaluate("qc.matmul %0, %1", {value("tensor<1x129xf32>", first), value("tensor<129x1xf32>", ones)},
                       "tensor<1x1xf32>"),
              {0x1p24f + 64.0f}); // 2^24 + 63 ones, 64 ones, one: 2^24, + 64, + 1 (a tie, to even)
  EXPECT_BITS(
      evaluate("qc.conv_transpose %0, %1 {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, "
               "output_padding = array<i64: 0>, group = 1 : i64}",
               {value("tensor<1x129x1xf32>", first), value("tensor<1x129x1xf32>", ones)}, "tensor<1x1x1xf32>"),
      {0x1p24f + 64.0f});
}

TEST_F(Contractions, convOfNothing) {
  const char *conv = "qc.conv %0, %1 bias %2 {strides = array<i64: 1>, pads = array<i64: 1, 1>, dilations = array<i64: "
                     "1>, group = 1 : i64}";
  TensorValue bias = value("tensor<2xf32>", {3, -4});
  // No channels: the sums are empty.
  EXPECT_BITS(
      evaluate(conv, {value("tensor<1x0x1xf32>", {}), value("tensor<2x0x3xf32>", {}), bias}, "tensor<1x2x1xf32>"),
      {3, -4});
  EXPECT_BITS(evaluate(conv, {value("tensor<0x1x4xf32>", {}), value("tensor<2x1x3xf32>", {1, 2, 3, 4, 5, 6}), bias},
                       "tensor<0x2x4xf32>"),
              {});
  // No input columns: every tap is padding.
  EXPECT_BITS(evaluate(conv, {value("tensor<1x1x0xf32>", {}), value("tensor<2x1x2xf32>", {1, 2, 3, 4}), bias},
                       "tensor<1x2x1xf32>"),
              {3, -4});
}

TEST_F(Contractions, convRefuses) {
  const char *conv = "qc.conv %0, %1 bias %2 {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: "
                     "1>, group = 1 : i64}";
  TensorValue x = random("tensor<1x2x4xf32>"), w = random("tensor<2x3x3xf32>"), b = random("tensor<3xf32>");
  evaluate(conv, {x, w, b}, "tensor<?x?x?xf32>", "tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?xf32>");
  EXPECT_ERROR("node: 'qc.conv' op expects group * weight channels = input channels, got 1 * 3 and 2");
  evaluate(conv, {random("tensor<1x3x4xf32>"), w, b}, "tensor<?x?x?xf32>",
           "tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?xf32>");
  EXPECT_ERROR("node: 'qc.conv' op expects a bias of 2 elements, got 'tensor<3xf32>'");
  evaluate("qc.conv %0, %1 {strides = array<i64: 1, 1>, pads = array<i64: 2000000000, 0, 2000000000, 0>, dilations = "
           "array<i64: 1, 1>, group = 1 : i64}",
           {random("tensor<1x1x1x9xf32>"), random("tensor<1x1x1x1xf32>")}, "tensor<1x1x4000000001x9xf32>");
  EXPECT_ERROR("expects a result of at most 8589934592 bytes for its evaluation, got 'tensor<1x1x4000000001x9xf32>'");
}

TEST_F(Contractions, gemmByCoordinates) {
  for (int trial = 0; trial < 200; ++trial) {
    int64_t m = pick(0, 5), n = pick(0, 40), k = pick(0, 4) == 0 ? pick(60, 200) : pick(0, 5);
    bool transA = pick(0, 1), transB = pick(0, 1);
    float alpha = pick(0, 1) ? 1.0f : 0.3f, beta = pick(0, 1) ? 1.0f : -1.7f;
    std::vector<std::vector<int64_t>> kinds{{}, {n}, {1}, {m, 1}, {1, n}, {m, n}, {1, 1}};
    size_t kind = pick(0, kinds.size()); // the last: no c
    std::vector<TensorValue> operands{random(transA ? tensor({k, m}) : tensor({m, k})),
                                      random(transB ? tensor({n, k}) : tensor({k, n}))};
    if (kind < kinds.size())
      operands.push_back(random(tensor(kinds[kind])));
    std::string text = std::string("qc.gemm %0, %1") + (kind < kinds.size() ? " plus %2" : "") +
                       " {alpha = " + (alpha == 1 ? "1.0" : "0.3") + " : f32, beta = " + (beta == 1 ? "1.0" : "-1.7") +
                       " : f32, trans_a = " + (transA ? "true" : "false") +
                       ", trans_b = " + (transB ? "true" : "false") + "}";
    TensorValue y = evaluate(text, operands, tensor({m, n}));
    ASSERT_TRUE(y.getType()) << errors << text;
    std::vector<float> expected;
    for (int64_t i = 0; i < m; ++i)
      for (int64_t j = 0; j < n; ++j) {
        Products products;
        for (int64_t l = 0; l < k; ++l)
          products.add(floats(operands[0])[transA ? l * m + i : i * k + l],
                       floats(operands[1])[transB ? j * k + l : l * n + j]);
        float scaled = alpha * products.sum();
        if (kind < kinds.size()) {
          const std::vector<int64_t> &shape = kinds[kind];
          int64_t row = shape.size() == 2 && shape[0] != 1 ? i : 0,
                  column = !shape.empty() && shape.back() != 1 ? j : 0;
          float c = floats(operands[2])[shape.size() == 2 ? row * shape[1] + column : column];
          float product = beta * c;
          scaled += product;
        }
        expected.push_back(scaled);
      }
    ASSERT_EQ(bitsOf(floats(y)), bitsOf(expected)) << text;
  }
}

TEST_F(Contractions, gemmRefuses) {
  const char *gemm = "qc.gemm %0, %1 plus %2 {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = false}";
  TensorValue a = random("tensor<2x3xf32>"), c = random("tensor<2xf32>");
  const char *types = "tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>";
  evaluate(gemm, {a, random("tensor<2x4xf32>"), c}, "tensor<?x?xf32>", types);
  EXPECT_ERROR("node: 'qc.gemm' op expects equal reduction dimensions, got 3 and 2");
  evaluate(gemm, {a, random("tensor<3x4xf32>"), c}, "tensor<?x?xf32>", types);
  EXPECT_ERROR("node: 'qc.gemm' op expects c to broadcast to 'tensor<2x4xf32>', got 'tensor<2xf32>'");
}

// An operand of the same batch dimensions, with some dimensions 1 and leading ones left out.
std::vector<int64_t> Contractions::batchShape(llvm::ArrayRef<int64_t> full) {
  std::vector<int64_t> shape(full.begin() + pick(0, full.size()), full.end());
  for (int64_t &size : shape)
    size = pick(0, 2) == 0 ? 1 : size;
  return shape;
}

Matmul Contractions::randomMatmul() {
  Matmul matmul;
  std::vector<int64_t> full{pick(1, 3), pick(1, 3)}, &a = matmul.aBatch, &b = matmul.bBatch, &y = matmul.yBatch;
  a = batchShape(full);
  b = batchShape(full);
  for (size_t d = 0; d < std::max(a.size(), b.size()); ++d) {
    auto sizeOf = [&](const std::vector<int64_t> &s) { return d < s.size() ? s[s.size() - 1 - d] : 1; };
    y.insert(y.begin(), std::max(sizeOf(a), sizeOf(b)));
  }
  matmul.m = pick(0, 3);
  matmul.n = pick(0, 35);
  matmul.k = pick(0, 4) == 0 ? pick(60, 200) : pick(0, 4);
  matmul.isInteger = pick(0, 1);
  matmul.hasBias = pick(0, 1);
  matmul.isRow = a.empty() && pick(0, 1);
  matmul.isColumn = !matmul.hasBias && b.empty() && pick(0, 1);
  matmul.m = matmul.isRow ? 1 : matmul.m;
  matmul.n = matmul.isColumn ? 1 : matmul.n;
  return matmul;
}

std::string Matmul::text() const {
  if (isInteger)
    return std::string("dyadic.matmul %0, %1") + (hasBias ? ", %2" : "") +
           " {a_zero_point = 200 : i32, b_zero_point = -3 : i32}";
  return std::string("qc.matmul %0, %1") + (hasBias ? " bias %2" : "");
}

std::vector<TensorValue> Contractions::randomOperands(const Matmul &matmul) {
  std::vector<TensorValue> operands{random(matmul.aType()), random(matmul.bType())};
  if (matmul.hasBias)
    operands.push_back(matmul.isInteger ? value(tensor({matmul.n}, "i32"), std::vector<double>(matmul.n, 77))
                                        : random(tensor({matmul.n})));
  return operands;
}

/// Which matrix of an operand with these batch dimensions is multiplied for the output at coordinates `at`.
static int64_t matrixOf(llvm::ArrayRef<int64_t> batch, llvm::ArrayRef<int64_t> at) {
  at = at.drop_back(2).take_back(batch.size());
  int64_t index = 0;
  for (size_t d = 0; d < batch.size(); ++d)
    index = index * batch[d] + (batch[d] == 1 ? 0 : at[d]);
  return index;
}

/// Calls `visit(index into a, index into b)` for the products of one output, in the order of the definition.
template <typename Visit> static void forEachProduct(const Matmul &matmul, int64_t output, Visit visit) {
  std::vector<int64_t> shape = matmul.yBatch;
  shape.insert(shape.end(), {matmul.m, matmul.n});
  std::vector<int64_t> at = coordinates(output, shape);
  int64_t row = matrixOf(matmul.aBatch, at) * matmul.m + at[at.size() - 2], b = matrixOf(matmul.bBatch, at);
  for (int64_t l = 0; l < matmul.k; ++l)
    visit(row * matmul.k + l, (b * matmul.k + l) * matmul.n + at.back());
}

static std::vector<float> floatProducts(const Matmul &matmul, llvm::ArrayRef<TensorValue> operands, int64_t outputs) {
  std::vector<float> expected(outputs);
  for (int64_t i = 0; i < outputs; ++i) {
    Products products;
    forEachProduct(matmul, i, [&](int64_t a, int64_t b) {
      products.add(operands[0].getData<float>()[a], operands[1].getData<float>()[b]);
    });
    expected[i] = products.sum();
    if (matmul.hasBias)
      expected[i] += operands[2].getData<float>()[i % matmul.n];
  }
  return expected;
}

static std::vector<int64_t> integerProducts(const Matmul &matmul, llvm::ArrayRef<TensorValue> operands,
                                            int64_t outputs) {
  std::vector<int64_t> expected(outputs, matmul.hasBias ? 77 : 0);
  for (int64_t i = 0; i < outputs; ++i)
    forEachProduct(matmul, i, [&](int64_t a, int64_t b) {
      expected[i] += (operands[0].getInteger(a) - 200) * (operands[1].getInteger(b) + 3);
    });
  return expected;
}

TEST_F(Contractions, matmulByCoordinates) {
  for (int trial = 0; trial < 300; ++trial) {
    Matmul matmul = randomMatmul();
    std::vector<TensorValue> operands = randomOperands(matmul);
    TensorValue y = evaluate(matmul.text(), operands, matmul.yType());
    SCOPED_TRACE(matmul.text() + " " + matmul.aType() + " " + matmul.bType());
    ASSERT_TRUE(y.getType()) << errors;
    if (matmul.isInteger)
      ASSERT_EQ(integers(y), integerProducts(matmul, operands, y.getNumElements()));
    else
      ASSERT_EQ(bitsOf(floats(y)), bitsOf(floatProducts(matmul, operands, y.getNumElements())));
  }
}
