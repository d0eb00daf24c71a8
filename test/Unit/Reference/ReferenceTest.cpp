// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the tests of the evaluator share.
#include "ReferenceTest.h"
#include "dialects/Dyadic/Dyadic.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Parser/Parser.h"

using namespace mlir;
using namespace qc;

ReferenceTest::ReferenceTest() {
  DialectRegistry registry;
  registry.insert<QCDialect, dyadic::DyadicDialect, func::FuncDialect>();
  registerReferenceModels(registry);
  context.appendDialectRegistry(registry);
  context.loadAllAvailableDialects();
}

RankedTensorType ReferenceTest::type(StringRef text) {
  auto parsed = dyn_cast_or_null<RankedTensorType>(parseType(text, &context));
  EXPECT_TRUE(parsed) << text.str();
  return parsed;
}

TensorValue ReferenceTest::value(StringRef text, ArrayRef<double> elements) {
  TensorValue result(type(text));
  EXPECT_EQ(result.getNumElements(), int64_t(elements.size())) << text.str();
  for (auto [i, element] : llvm::enumerate(elements)) {
    if (result.getType().getElementType().isF32())
      result.mutableData<float>()[i] = float(element);
    else
      result.setInteger(i, int64_t(element));
  }
  return result;
}

TensorValue ReferenceTest::random(StringRef text) {
  TensorValue result(type(text));
  if (result.getType().getElementType().isF32()) {
    for (float &element : result.mutableData<float>())
      element = pick(0, 7) == 0 ? 0.0f : std::uniform_real_distribution<float>(-1, 1)(generator);
    return result;
  }
  for (char &byte : result.mutableRawData())
    byte = char(pick(-128, 127));
  return result;
}

std::vector<TensorValue> ReferenceTest::evaluateModule(StringRef text, ArrayRef<TensorValue> inputs,
                                                       const EvaluationObserver &observer) {
  errors.clear();
  ScopedDiagnosticHandler collect(&context, [&](Diagnostic &diagnostic) {
    llvm::raw_string_ostream out(errors);
    if (auto name = dyn_cast<NameLoc>(diagnostic.getLocation()))
      out << name.getName().getValue() << ": ";
    out << diagnostic << "\n";
    return success();
  });
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  EXPECT_TRUE(module) << text.str() << "\n" << errors;
  if (!module)
    return {};
  FailureOr<std::vector<TensorValue>> results = evaluateMain(*module, inputs, observer);
  EXPECT_EQ(failed(results), !errors.empty()) << errors;
  if (failed(results))
    return {};
  for (TensorValue &result : *results)
    (void)result.mutableRawData(); // constants borrow the module's buffers
  return *results;
}

TensorValue ReferenceTest::evaluate(StringRef operation, ArrayRef<TensorValue> operands, StringRef resultType,
                                    StringRef argumentTypes) {
  std::string types = argumentTypes.str(), text;
  if (types.empty())
    for (const TensorValue &operand : operands) {
      llvm::raw_string_ostream out(types);
      out << (types.empty() ? "" : ", ") << operand.getType();
    }
  llvm::raw_string_ostream out(text);
  out << "func.func @main(";
  SmallVector<StringRef> parts;
  StringRef(types).split(parts, ", ");
  for (size_t i = 0; i < operands.size(); ++i)
    out << (i ? ", " : "") << "%" << i << ": " << parts[i];
  out << ") -> " << resultType << " {\n  %y = " << operation << " : (" << types << ") -> " << resultType
      << " loc(\"node\")\n  return %y : " << resultType << "\n}\n";
  std::vector<TensorValue> results = evaluateModule(text, operands);
  return results.empty() ? TensorValue() : results.front();
}

std::vector<float> qc::floats(const TensorValue &value) {
  return value.getType() ? value.getData<float>().vec() : std::vector<float>();
}

std::vector<int64_t> qc::integers(const TensorValue &value) {
  std::vector<int64_t> result;
  for (int64_t i = 0; value.getType() && i < value.getNumElements(); ++i)
    result.push_back(value.getInteger(i));
  return result;
}

std::string qc::array(ArrayRef<int64_t> values, StringRef element) {
  std::string text = "array<" + element.str();
  for (auto [i, value] : llvm::enumerate(values))
    text += (i ? ", " : ": ") + std::to_string(value);
  return text + ">";
}

std::string qc::tensor(ArrayRef<int64_t> shape, StringRef element) {
  std::string text = "tensor<";
  for (int64_t size : shape)
    text += std::to_string(size) + "x";
  return text + element.str() + ">";
}
