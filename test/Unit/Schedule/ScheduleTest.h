// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Modules through the kernels phase, compiled for the host's levels, run between guard pages, compared with the
// reference.
#pragma once
#include "dialects/Kernel/Kernel.h"
#include "qc/Reference/Evaluate.h"
#include "test/Unit/Codegen/JitKernel.h"
#include "gtest/gtest.h"
#include <map>

namespace qc::test {

/// Text of a module whose @main is written value by value.
class ProgramText {
public:
  struct Type {
    std::vector<int64_t> dims;
    std::string element;
    std::string str() const;
    int64_t size() const;
  };

  explicit ProgramText(uint64_t seed) : random(seed) {}
  std::string argument(const Type &type);
  /// A constant of random elements: floats in (-1, 1), positive ones where lo > 0; integers in [lo, hi].
  std::string constant(const Type &type, int64_t lo = -128, int64_t hi = 127);
  std::string constantOf(const Type &type, const std::string &value);
  /// "%n = op : (operand types) -> result"; `op` holds everything up to the colon.
  std::string add(const std::string &op, const std::vector<std::string> &operands, const Type &result);
  void observe(const std::string &value);
  void result(const std::string &value) { results.push_back(value); }
  std::string str() const;
  const Type &typeOf(const std::string &value) const { return types.at(value); }

  Random random;

private:
  std::string name(const Type &type);
  std::string body, symbols;
  std::vector<std::string> arguments, results;
  std::map<std::string, Type> types;
  int next = 0, observers = 0;
};

/// How many random programs a test makes: `count`, with QC_LONG_TESTS=1 five times as many.
int repeat(int count);

/// What one value of a program is, for comparing and printing.
struct Seen {
  std::string name;
  TensorValue value;
};

class ScheduleTest : public ::testing::Test {
protected:
  ScheduleTest();

  struct Options {
    bool specialFloats = false; ///< inputs hold NaN, infinities and zeros of both signs
    bool needsFma = false;      ///< x86-64-v2 may give other bytes
    int samples = 2;
  };
  /// Runs `text` on random inputs at every level of the host; outputs and observed values must be the reference's
  /// bytes.
  void check(const std::string &text, const Options &options);
  void check(const ProgramText &text, const Options &options) { check(text.str(), options); }
  /// The module behind the kernels phase; null after a test failure.
  mlir::OwningOpRef<mlir::ModuleOp> schedule(const std::string &text);

  mlir::MLIRContext context;
  Random random{1};

private:
  void runLevel(mlir::ModuleOp module, const Target &target, llvm::ArrayRef<TensorValue> inputs,
                const std::vector<Seen> &expected, const std::string &text);
};

/// Microseconds of one run of a module behind the kernels phase, the least of some runs: its contraction (kernel.macs),
/// and everything else.
struct Launches {
  double contraction = 0, others = 0;
};
Launches measureLaunches(mlir::ModuleOp module, const Target &target);

} // namespace qc::test
