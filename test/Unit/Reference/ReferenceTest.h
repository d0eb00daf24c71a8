// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the tests of the evaluator share: one operation as text, values from lists, results as numbers.
#pragma once
#include "mlir/IR/MLIRContext.h"
#include "qc/Reference/Evaluate.h"
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>

namespace qc {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

/// The bits, so that -0 and every NaN are told apart.
inline std::vector<uint32_t> bitsOf(llvm::ArrayRef<float> values) {
  std::vector<uint32_t> bits(values.size());
  if (!bits.empty())
    std::memcpy(bits.data(), values.data(), values.size() * sizeof(float));
  return bits;
}

class ReferenceTest : public ::testing::Test {
protected:
  ReferenceTest();

  /// A value of type `tensor<2x3xf32>` (also of integers) with these elements.
  TensorValue value(llvm::StringRef type, llvm::ArrayRef<double> elements);
  /// The same with random elements: f32 in [-1, 1], with some exact zeros; codes of the whole type.
  TensorValue random(llvm::StringRef type);
  int64_t pick(int64_t least, int64_t greatest) {
    return std::uniform_int_distribution<int64_t>(least, greatest)(generator);
  }

  mlir::RankedTensorType type(llvm::StringRef text);

  /// The result of `operation`, such as "qc.relu %0", for operands %0, %1, ... of the values' types; a value without
  /// type after a failure, whose diagnostics are in `errors`. `argumentTypes` replaces the types, comma separated.
  TensorValue evaluate(llvm::StringRef operation, llvm::ArrayRef<TensorValue> operands, llvm::StringRef resultType,
                       llvm::StringRef argumentTypes = {});
  /// The results of a whole module.
  std::vector<TensorValue> evaluateModule(llvm::StringRef text, llvm::ArrayRef<TensorValue> inputs,
                                          const EvaluationObserver &observer = {});

  mlir::MLIRContext context;
  std::string errors;
  std::mt19937 generator{20240607};
};

std::vector<float> floats(const TensorValue &value);
std::vector<int64_t> integers(const TensorValue &value);
/// "array<i64: 1, 2>"
std::string array(llvm::ArrayRef<int64_t> values, llvm::StringRef element = "i64");
/// "tensor<1x2xf32>"
std::string tensor(llvm::ArrayRef<int64_t> shape, llvm::StringRef element = "f32");

#define EXPECT_BITS(value, ...)                                                                                        \
  EXPECT_EQ(bitsOf(floats(value)), bitsOf(std::vector<float>(__VA_ARGS__))) << ::testing::PrintToString(floats(value))
#define EXPECT_INTEGERS(value, ...) EXPECT_EQ(integers(value), (std::vector<int64_t>(__VA_ARGS__)))
#define EXPECT_ERROR(part)                                                                                             \
  EXPECT_NE(errors.find(part), std::string::npos) << "missing: " << (part) << "\nin: " << errors

} // namespace qc
