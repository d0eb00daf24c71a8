// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the tests of the conversion share: models as text, running them, and the definitions of docs/Numerics.md written
// down a second time, with 128-bit integers and the C library's double functions.
#pragma once
#include "dialects/Dyadic/Dyadic.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include <gtest/gtest.h>
#include <random>

namespace qc::test {

/// Scale and zero point of ui8 or i8 codes.
struct Params {
  float scale = 1;
  int zero = 0;
  bool isSigned = false;
  int least() const { return isSigned ? -128 : 0; }
  int greatest() const { return isSigned ? 127 : 255; }
  const char *type() const { return isSigned ? "i8" : "ui8"; }
};

using Shape = std::vector<int64_t>;
int64_t countElements(const Shape &shape);
/// "tensor<2x3xui8>"
std::string tensorType(const Shape &shape, const std::string &element);
/// "array<i64: 1, 2>"
std::string array(const Shape &values);

/// A value of the text: its name and its shape.
struct Text {
  std::string name;
  Shape shape;
};

/// A module with one function, written line by line.
class ModelText {
public:
  Text argument(const Shape &shape, const std::string &element);
  template <typename T> Text constant(const Shape &shape, const std::string &element, const std::vector<T> &values) {
    return constantBytes(
        shape, element, llvm::ArrayRef<char>(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T)));
  }
  Text dequantize(const Text &codes, const Params &params);
  Text quantize(const Text &value, const Params &params);
  /// `op` names the operation with operands and attributes; f32 in and out.
  Text operation(const std::string &op, const std::vector<Text> &operands, const std::string &attributes,
                 const Shape &shape);
  std::string line(const std::string &text); ///< its result's name
  std::string finish(const Text &result, const std::string &element) const;

private:
  Text constantBytes(const Shape &shape, const std::string &element, llvm::ArrayRef<char> bytes);
  std::string arguments, body;
  int count = 0;
};

struct Conversion : testing::Test {
  Conversion();
  /// Converts, verifies integer-only, evaluates. Nothing after a failure.
  std::vector<TensorValue> run(const std::string &text, const std::vector<TensorValue> &inputs,
                               bool isIntegerOnly = true);

  std::vector<int> randomCodes(int64_t size, const Params &params);
  Params randomParams(bool isSigned = false);
  TensorValue value(const Shape &shape, const std::vector<int> &codes, const Params &params);
  int random(int lo, int hi) { return std::uniform_int_distribution<int>(lo, hi)(engine); }

  mlir::MLIRContext context;
  std::mt19937 engine{20240607};
  std::string converted; ///< the module behind the conversion
};

/// m_i and s of one channel (docs/Numerics.md, Choosing).
struct Numbers {
  int64_t m[2] = {0, 0};
  int s = 62;
};
Numbers choose(double factor, int width);
Numbers choose(double factor0, double factor1, int width);
/// min(max(floor((T + 2^(s-1)) / 2^s) + z, lo), hi)
int requant(const Numbers &numbers, int64_t x0, int64_t x1, int zero, int lo, int hi);
/// A real bound as a code.
int boundCode(double bound, const Params &params);

} // namespace qc::test
