// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Modules through the kernels phase, compared with the reference.
#include "ScheduleTest.h"
#include "KernelRunner.h"
#include "dialects/Dyadic/Dyadic.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "qc/Codegen/Schedule/Models.h"
#include "qc/Pipelines/Phases.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>
#include <cstdlib>

using namespace mlir;
using namespace qc;
using namespace qc::test;

int qc::test::repeat(int count) { return std::getenv("QC_LONG_TESTS") ? 5 * count : count; }

std::string ProgramText::Type::str() const {
  std::string text = "tensor<";
  for (int64_t dim : dims)
    text += std::to_string(dim) + "x";
  return text + element + ">";
}

int64_t ProgramText::Type::size() const {
  int64_t count = 1;
  for (int64_t dim : dims)
    count *= dim;
  return count;
}

std::string ProgramText::name(const Type &type) {
  std::string value = "%v" + std::to_string(next++);
  types[value] = type;
  return value;
}

std::string ProgramText::argument(const Type &type) {
  arguments.push_back(name(type));
  return arguments.back();
}

static size_t getWidth(const std::string &integer) {
  return integer == "i64" ? 8 : integer == "i32" ? 4 : integer == "i16" || integer == "ui16" ? 2 : 1;
}

std::string ProgramText::constant(const Type &type, int64_t lo, int64_t hi) {
  std::vector<char> bytes;
  auto append = [&](const void *from, size_t count) {
    bytes.insert(bytes.end(), static_cast<const char *>(from), static_cast<const char *>(from) + count);
  };
  for (int64_t i = 0; i < type.size(); ++i) {
    float real = lo > 0 ? std::abs(random.real()) + 0.001f : random.real();
    int64_t code = random.range(lo, hi);
    if (type.element == "f32")
      append(&real, 4);
    else
      append(&code, getWidth(type.element));
  }
  if (bytes.empty())
    return constantOf(type, "dense<>");
  return constantOf(type, "dense<\"0x" + llvm::toHex(llvm::StringRef(bytes.data(), bytes.size())) + "\">");
}

std::string ProgramText::constantOf(const Type &type, const std::string &value) {
  std::string result = name(type);
  body += "  " + result + " = qc.constant " + value + " : " + type.str() + "\n";
  return result;
}

std::string ProgramText::add(const std::string &op, const std::vector<std::string> &operands, const Type &result) {
  std::string value = name(result);
  body += "  " + value + " = " + op + " : (";
  for (size_t i = 0; i < operands.size(); ++i)
    body += (i ? ", " : "") + types.at(operands[i]).str();
  body += ") -> " + result.str() + "\n";
  return value;
}

void ProgramText::observe(const std::string &value) {
  std::string symbol = "@t" + std::to_string(observers++);
  symbols += "qc.stats " + symbol +
             " {of = \"v\", count = 0 : i64, min = 0.0 : f32, max = 0.0 : f32, data = \"\", epoch = 0 : i64}\n";
  body += "  qc.observe " + value + " " + symbol + " : " + types.at(value).str() + "\n";
}

std::string ProgramText::str() const {
  std::string text = symbols + "func.func @main(", values, resultTypes;
  for (size_t i = 0; i < arguments.size(); ++i)
    text += (i ? ", " : "") + arguments[i] + ": " + types.at(arguments[i]).str();
  for (size_t i = 0; i < results.size(); ++i) {
    values += (i ? ", " : "") + results[i];
    resultTypes += (i ? ", " : "") + types.at(results[i]).str();
  }
  return text + ") -> (" + resultTypes + ") {\n" + body + "  return " + values + " : " + resultTypes + "\n}\n";
}

ScheduleTest::ScheduleTest() : context(MLIRContext::Threading::DISABLED) {
  DialectRegistry registry;
  registry.insert<QCDialect, dyadic::DyadicDialect, kernel::KernelDialect, func::FuncDialect, arith::ArithDialect,
                  math::MathDialect, memref::MemRefDialect, scf::SCFDialect>();
  registerReferenceModels(registry);
  registerScheduleModels(registry);
  context.appendDialectRegistry(registry);
}

static LogicalResult runKernelsPhase(ModuleOp module) {
  PassManager passes(module.getContext());
  addPhase(passes, Phase::Kernels, PipelineOptions());
  return passes.run(module);
}

OwningOpRef<ModuleOp> ScheduleTest::schedule(const std::string &text) {
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  if (module && succeeded(runKernelsPhase(*module)))
    return module;
  ADD_FAILURE() << "not scheduled:\n" << text.substr(0, 4000);
  return nullptr;
}

// Random elements; special floats are NaN (also with a payload and the sign), infinities and zeros.
static TensorValue makeInput(RankedTensorType type, Random &random, bool specialFloats) {
  TensorValue value(type);
  for (int64_t i = 0; i < type.getNumElements(); ++i) {
    if (!type.getElementType().isF32()) {
      value.setInteger(i, type.getElementType().isInteger(1) ? random.range(0, 1) : random.range(-32768, 65535));
      continue;
    }
    float real = random.real() * 4;
    uint32_t bits;
    std::memcpy(&bits, &real, 4);
    constexpr uint32_t special[] = {0x7fc00000, 0xffc00001, 0x7f800000, 0xff800000, 0, 0x80000000, 1, 0x80000001};
    if (specialFloats && random.range(0, 2) == 0)
      bits = special[random.range(0, 7)];
    value.mutableData<uint32_t>()[i] = bits;
  }
  return value;
}

static std::string show(const TensorValue &value, int64_t index) {
  if (!value.getType().getElementType().isF32())
    return std::to_string(value.getInteger(index));
  uint32_t bits = value.getData<uint32_t>()[index];
  return std::to_string(value.getData<float>()[index]) + " (0x" + llvm::utohexstr(bits) + ")";
}

static void compare(const Seen &expected, const TensorValue &actual, const std::string &where) {
  ASSERT_EQ(expected.value.getNumElements(), actual.getNumElements()) << where << expected.name;
  if (expected.value.getRawData() == actual.getRawData())
    return;
  size_t bytes = TensorValue::elementBytes(actual.getType());
  for (int64_t i = 0; i < actual.getNumElements(); ++i)
    if (std::memcmp(&expected.value.getRawData()[i * bytes], &actual.getRawData()[i * bytes], bytes) != 0) {
      ADD_FAILURE() << where << expected.name << " element " << i << " of " << actual.getNumElements() << ": expected "
                    << show(expected.value, i) << ", got " << show(actual.withType(expected.value.getType()), i);
      return;
    }
}

// A value that was observed: elements at strides.
static TensorValue gather(RankedTensorType type, const char *data, kernel::ObserveOp op) {
  TensorValue value(type);
  size_t bytes = TensorValue::elementBytes(type);
  for (int64_t i = 0; i < type.getNumElements(); ++i) {
    int64_t at = op.getOffset(), rest = i;
    for (int64_t d = type.getRank(); d-- > 0;) {
      at += rest % type.getDimSize(d) * op.getStrides()[d];
      rest /= type.getDimSize(d);
    }
    std::memcpy(&value.mutableRawData()[i * bytes], data + at * int64_t(bytes), bytes);
  }
  return value;
}

void ScheduleTest::runLevel(ModuleOp module, const Target &target, ArrayRef<TensorValue> inputs,
                            const std::vector<Seen> &expected, const std::string &text) {
  std::string where = target.name + ": ";
  KernelRunner runner(module, target);
  ASSERT_TRUE(runner.isValid()) << where << text.substr(0, 3000);
  auto function = module.lookupSymbol<func::FuncOp>("main");
  std::vector<std::unique_ptr<GuardedBytes>> memory;
  std::vector<char *> buffers;
  for (Value argument : function.getArguments().drop_back()) {
    memory.push_back(std::make_unique<GuardedBytes>(KernelRunner::getBytes(argument)));
    buffers.push_back(memory.back()->data());
    std::memset(buffers.back(), 0x5a, KernelRunner::getBytes(argument));
  }
  for (auto [i, input] : llvm::enumerate(inputs))
    llvm::copy(input.getRawData(), buffers[i]);
  size_t next = 0;
  runner.run(buffers, [&](StringRef symbol, const char *data, kernel::ObserveOp op) {
    ASSERT_LT(next, expected.size());
    ASSERT_EQ(expected[next].name, symbol);
    compare(expected[next], gather(expected[next].value.getType(), data, op), where);
    ++next;
  });
  for (size_t i = inputs.size(); i < buffers.size(); ++i, ++next) {
    ASSERT_LT(next, expected.size());
    RankedTensorType type = expected[next].value.getType();
    compare(expected[next], TensorValue(type, {buffers[i], expected[next].value.getRawData().size()}), where);
  }
  for (auto [i, input] : llvm::enumerate(inputs))
    EXPECT_EQ(input.getRawData(), ArrayRef(buffers[i], input.getRawData().size())) << where << "input was written";
  if (HasFailure())
    ADD_FAILURE() << "in\n" << text.substr(0, 3000);
}

void ScheduleTest::check(const std::string &text, const Options &options) {
  OwningOpRef<ModuleOp> source = parseSourceString<ModuleOp>(text, &context);
  OwningOpRef<ModuleOp> module = source ? schedule(text) : nullptr;
  ASSERT_TRUE(source && module) << text.substr(0, 3000);
  auto function = source->lookupSymbol<func::FuncOp>("main");
  for (int sample = 0; sample < options.samples && !HasFailure(); ++sample) {
    std::vector<TensorValue> inputs;
    for (Type type : function.getArgumentTypes())
      inputs.push_back(makeInput(cast<RankedTensorType>(type), random, options.specialFloats));
    std::vector<Seen> expected;
    auto outputs = evaluateMain(*source, inputs, [&](StringRef symbol, const TensorValue &value) {
      expected.push_back({symbol.str(), value});
    });
    ASSERT_TRUE(succeeded(outputs)) << text.substr(0, 3000);
    for (auto [i, value] : llvm::enumerate(*outputs))
      expected.push_back({"output " + std::to_string(i), value});
    for (const Target &target : getTestTargets())
      if (target.level && (target.hasFma() || !options.needsFma))
        runLevel(*module, target, inputs, expected, text);
  }
}

Launches qc::test::measureLaunches(ModuleOp module, const Target &target) {
  KernelRunner runner(module, target);
  EXPECT_TRUE(runner.isValid());
  if (!runner.isValid())
    return {};
  auto function = module.lookupSymbol<func::FuncOp>("main");
  std::vector<std::vector<char>> memory;
  std::vector<char *> buffers;
  for (Value argument : function.getArguments().drop_back()) {
    memory.emplace_back(KernelRunner::getBytes(argument), 1);
    buffers.push_back(memory.back().data());
  }
  runner.run(buffers);
  Launches times;
  for (auto launch : function.front().getOps<kernel::LaunchOp>())
    (launch->hasAttr("kernel.macs") ? times.contraction : times.others) += runner.measure(launch, buffers);
  return times;
}
