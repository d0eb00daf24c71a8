// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Models as text, and the second implementation of Requant.
#include "ConversionTest.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "qc/Analysis/Models.h"
#include "qc/Conversion/Models.h"
#include "qc/Conversion/Passes.h"
#include "qc/Reference/Evaluate.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>

using namespace mlir;
using namespace qc;
using namespace qc::test;

int64_t qc::test::countElements(const Shape &shape) {
  int64_t count = 1;
  for (int64_t d : shape)
    count *= d;
  return count;
}

std::string qc::test::tensorType(const Shape &shape, const std::string &element) {
  std::string text = "tensor<";
  for (int64_t d : shape)
    text += std::to_string(d) + "x";
  return text + element + ">";
}

std::string qc::test::array(const Shape &values) {
  std::string text = "array<i64";
  for (size_t i = 0; i < values.size(); ++i)
    text += (i ? ", " : ": ") + std::to_string(values[i]);
  return text + ">";
}

Text ModelText::argument(const Shape &shape, const std::string &element) {
  std::string name = "%a" + std::to_string(count++);
  arguments += (arguments.empty() ? "" : ", ") + name + ": " + tensorType(shape, element);
  return {name, shape};
}

std::string ModelText::line(const std::string &text) {
  std::string name = "%v" + std::to_string(count++);
  body += "  " + name + " = " + text + "\n";
  return name;
}

Text ModelText::constantBytes(const Shape &shape, const std::string &element, ArrayRef<char> bytes) {
  std::string hex = llvm::toHex(StringRef(bytes.data(), bytes.size()));
  return {line("qc.constant dense<\"0x" + hex + "\"> : " + tensorType(shape, element)), shape};
}

static std::string format(const Params &params) { return std::string("{format = #qc.format<") + params.type() + ">}"; }

// The parameters of one conversion from or to codes.
static std::string operands(ModelText &text, const Params &params, Text &scale, Text &zero) {
  scale = text.constant<float>({}, "f32", {params.scale});
  zero = text.constant<uint8_t>({}, params.type(), {uint8_t(params.zero)});
  return ", " + scale.name + ", " + zero.name + " " + format(params);
}

Text ModelText::dequantize(const Text &codes, const Params &params) {
  Text scale, zero;
  std::string rest = operands(*this, params, scale, zero);
  return {line("qc.dequantize " + codes.name + rest + " : (" + tensorType(codes.shape, params.type()) +
               ", tensor<f32>, " + tensorType({}, params.type()) + ") -> " + tensorType(codes.shape, "f32")),
          codes.shape};
}

Text ModelText::quantize(const Text &value, const Params &params) {
  Text scale, zero;
  std::string rest = operands(*this, params, scale, zero);
  return {line("qc.quantize " + value.name + rest + " : (" + tensorType(value.shape, "f32") + ", tensor<f32>, " +
               tensorType({}, params.type()) + ") -> " + tensorType(value.shape, params.type())),
          value.shape};
}

Text ModelText::operation(const std::string &op, const std::vector<Text> &operands, const std::string &attributes,
                          const Shape &shape) {
  std::string types;
  for (const Text &operand : operands)
    types += (types.empty() ? "" : ", ") + tensorType(operand.shape, "f32");
  return {line(op + " " + attributes + " : (" + types + ") -> " + tensorType(shape, "f32")), shape};
}

std::string ModelText::finish(const Text &result, const std::string &element) const {
  std::string type = tensorType(result.shape, element);
  return "func.func @main(" + arguments + ") -> " + type + " {\n" + body + "  return " + result.name + " : " + type +
         "\n}\n";
}

Conversion::Conversion() {
  DialectRegistry registry;
  registry.insert<QCDialect, dyadic::DyadicDialect, func::FuncDialect>();
  registerReferenceModels(registry);
  registerAnalysisModels(registry);
  registerConversionModels(registry);
  context.appendDialectRegistry(registry);
  context.loadAllAvailableDialects();
}

std::vector<TensorValue> Conversion::run(const std::string &text, const std::vector<TensorValue> &inputs,
                                         bool isIntegerOnly) {
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  if (!module) {
    ADD_FAILURE() << "cannot be parsed:\n" << text;
    return {};
  }
  PassManager passes(&context);
  passes.addNestedPass<func::FuncOp>(createConvertToDyadicPass());
  passes.addNestedPass<func::FuncOp>(createVerifyIntegerPass({isIntegerOnly}));
  LogicalResult result = passes.run(*module);
  converted.clear();
  llvm::raw_string_ostream(converted) << *module;
  FailureOr<std::vector<TensorValue>> values = failure();
  if (succeeded(result))
    values = evaluateMain(*module, inputs);
  if (failed(values)) {
    ADD_FAILURE() << "fails:\n" << text << "\nbehind the conversion:\n" << converted;
    return {};
  }
  return *values;
}

std::vector<int> Conversion::randomCodes(int64_t size, const Params &params) {
  std::vector<int> codes(size);
  for (int &code : codes)
    code = random(params.least(), params.greatest());
  return codes;
}

Params Conversion::randomParams(bool isSigned) {
  Params params;
  params.isSigned = isSigned;
  params.scale = float(std::exp2(std::uniform_real_distribution<double>(-8, 0)(engine)));
  params.zero = random(params.least(), params.greatest());
  return params;
}

TensorValue Conversion::value(const Shape &shape, const std::vector<int> &codes, const Params &params) {
  Type element = IntegerType::get(&context, 8, params.isSigned ? IntegerType::Signless : IntegerType::Unsigned);
  TensorValue tensor(RankedTensorType::get(shape, element));
  for (size_t i = 0; i < codes.size(); ++i)
    tensor.setInteger(i, codes[i]);
  return tensor;
}

// frexp: |M| = f * 2^e, m = roundeven(f * 2^w), s = w - e; a carry into the next power of two is written one shift
// lower.
static void normalise(double factor, int width, int64_t &m, int &s) {
  int e = 0;
  double f = std::frexp(std::fabs(factor), &e);
  m = int64_t(std::nearbyint(std::ldexp(f, width)));
  s = width - e;
  if (m == int64_t(1) << width) {
    m /= 2;
    --s;
  }
}

Numbers qc::test::choose(double factor0, double factor1, int width) {
  const double factors[2] = {factor0, factor1};
  int lead = std::fabs(factor1) > std::fabs(factor0) ? 1 : 0;
  Numbers numbers;
  if (factors[lead] != 0)
    normalise(factors[lead], width, numbers.m[lead], numbers.s);
  if (factors[lead] == 0 || numbers.s > 62) { // dead
    numbers.s = 62;
    numbers.m[lead] = int64_t(1) << (width - 1);
    return numbers;
  }
  numbers.m[1 - lead] = int64_t(std::nearbyint(std::ldexp(std::fabs(factors[1 - lead]), numbers.s)));
  return numbers;
}

Numbers qc::test::choose(double factor, int width) { return choose(factor, 0, width); }

int qc::test::requant(const Numbers &numbers, int64_t x0, int64_t x1, int zero, int lo, int hi) {
  __int128 sum = __int128(x0) * numbers.m[0] + __int128(x1) * numbers.m[1] + (__int128(1) << (numbers.s - 1));
  __int128 divisor = __int128(1) << numbers.s;
  __int128 floor = sum / divisor - (sum % divisor < 0 ? 1 : 0);
  return int(std::min<__int128>(std::max<__int128>(floor + zero, lo), hi));
}

int qc::test::boundCode(double bound, const Params &params) {
  double code = std::nearbyint(bound / double(params.scale)) + params.zero;
  return int(std::min<double>(std::max<double>(code, params.least()), params.greatest()));
}
