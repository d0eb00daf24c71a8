// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Data that an operation is not defined on, indices outside of their tensor, integers divided by 0, averages of a
// number of values that has no multiplier: the run says so, touches nothing beside its buffers and does not trap; the
// evaluator refuses the same.
#include "GuardedModel.h"
#include "mlir/Parser/Parser.h"

using namespace mlir;
using namespace qc;
using namespace qc::test;

namespace {
/// One operation on the inputs a and b.
struct BadDataTest : ModelRunner {
  /// `types` are those of a, b and y: of the same ranks with every size known, and with the first sizes `?`.
  struct Model {
    std::string operation; ///< with %a and %b
    std::vector<std::string> types;
    std::vector<data::Tensor> inputs;
  };

  OwningOpRef<ModuleOp> parse(const Model &model, ArrayRef<std::string> types);
  void check(const Model &model, bool isGood);
  void checkLibrary(ModuleOp module, const Model &model, const std::optional<Outputs> &expected);
  void checkDevice(ModuleOp module, const Model &model, bool isGood);
  int files = 0;
};
} // namespace

template <typename T> static data::Tensor make(data::DType dtype, ArrayRef<int64_t> dims, std::vector<T> values) {
  return data::Tensor::copy(dtype, dims, {reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T)});
}
static data::Tensor makeI64(ArrayRef<int64_t> dims, std::vector<int64_t> v) { return make(data::DType::I64, dims, v); }
static data::Tensor makeI32(std::vector<int32_t> v) { return make(data::DType::I32, {int64_t(v.size())}, v); }
/// 1, 2, 3, ...
static data::Tensor makeF32(ArrayRef<int64_t> dims) {
  std::vector<float> values(ShapedType::getNumElements(dims));
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = float(i + 1);
  return make(data::DType::F32, dims, values);
}

OwningOpRef<ModuleOp> BadDataTest::parse(const Model &model, ArrayRef<std::string> types) {
  std::string source = "func.func @main(%a: " + types[0] + " {qc.name = \"a\"}, %b: " + types[1] +
                       " {qc.name = \"b\"}) -> (" + types[2] + " {qc.name = \"y\"}) {\n  %y = " + model.operation +
                       " : (" + types[0] + ", " + types[1] + ") -> " + types[2] + "\n  return %y : " + types[2] + "\n}";
  return parseSourceString<ModuleOp>(source, &context);
}

void BadDataTest::checkLibrary(ModuleOp module, const Model &model, const std::optional<Outputs> &expected) {
  PipelineOptions options;
  options.isFloat = true;
  OwningOpRef<ModuleOp> kernels = take(module, Phase::Kernels, options);
  ASSERT_TRUE(kernels);
  std::string path = writeLibrary(*kernels, folder + "/" + std::to_string(files++) + ".so");
  ASSERT_FALSE(path.empty()) << text;
  GuardedModel library(path);
  size_t rank = getOutputs(module)[0].type.getRank();
  qc_status status;
  std::string message;
  Outputs found = library.run(model.inputs, {rank}, status, message);
  EXPECT_EQ(status, expected ? QC_OK : QC_BAD_DATA) << message;
  EXPECT_EQ(found, expected.value_or(Outputs()));
}

void BadDataTest::checkDevice(ModuleOp module, const Model &model, bool isGood) {
  PipelineOptions options;
  options.isFloat = true;
  OwningOpRef<ModuleOp> kernels = take(module, Phase::Kernels, options);
  ASSERT_TRUE(kernels);
  std::unique_ptr<nvptx::HostProgram> program = loadDevice(*kernels);
  ASSERT_TRUE(program);
  Bytes output(4 * getOutputs(module)[0].type.getNumElements());
  llvm::Error error = program->run({model.inputs[0].bytes, model.inputs[1].bytes}, {MutableArrayRef<char>(output)});
  EXPECT_EQ(!error, isGood);
  llvm::consumeError(std::move(error));
}

void BadDataTest::check(const Model &model, bool isGood) {
  SCOPED_TRACE(model.operation);
  std::vector<std::string> unknown = model.types;
  for (std::string &type : unknown)
    type.replace(type.find('<') + 1, 1, "?");
  OwningOpRef<ModuleOp> known = parse(model, model.types), symbolic = parse(model, unknown);
  ASSERT_TRUE(known && symbolic) << text;
  std::vector<TensorValue> values;
  for (auto [border, input] : llvm::zip_equal(getInputs(*known), model.inputs))
    values.push_back(TensorValue(border.type, input.bytes));
  FailureOr<std::vector<TensorValue>> reference = evaluateMain(*known, values);
  ASSERT_EQ(succeeded(reference), isGood) << text;
  std::optional<Outputs> expected;
  if (isGood)
    expected.emplace().emplace_back(reference->front().getRawData().begin(), reference->front().getRawData().end());
  checkLibrary(*known, model, expected);
  checkLibrary(*symbolic, model, expected);
  checkDevice(*known, model, isGood);
}

TEST_F(BadDataTest, indicesOutsideOfTheirTensor) {
  auto gather = [&](std::vector<int64_t> indices, bool isGood) {
    check({"qc.gather %a, %b {axis = 0 : i64}",
           {"tensor<3x2xf32>", "tensor<4xi64>", "tensor<4x2xf32>"},
           {makeF32({3, 2}), makeI64({4}, std::move(indices))}},
          isGood);
  };
  gather({0, 2, -1, -3}, true);
  gather({0, 3, 1, 1}, false);
  gather({0, 1, 1, -4}, false);
  gather({INT64_MIN, 1, 1, 1}, false);
  gather({INT64_MAX, 1, 1, 1}, false);
}

TEST_F(BadDataTest, indicesOfElementsAndPositions) {
  for (int64_t index : {-3, 2, 3}) {
    check({"qc.gather_elements %a, %b {axis = 0 : i64}",
           {"tensor<3x2xf32>", "tensor<1x2xi64>", "tensor<1x2xf32>"},
           {makeF32({3, 2}), makeI64({1, 2}, {1, index})}},
          index < 3);
    check({"qc.gather_nd %a, %b {batch_dims = 0 : i64}",
           {"tensor<3x2xf32>", "tensor<2x2xi64>", "tensor<2xf32>"},
           {makeF32({3, 2}), makeI64({2, 2}, {0, -2, index, 1})}},
          index < 3);
  }
}

// Nothing may be read of a tensor without elements; where all sizes are known, such an operation is not valid.
TEST_F(BadDataTest, indicesOfATensorWithoutElements) {
  for (const std::vector<int64_t> &indices : {std::vector<int64_t>{}, {0, 0}, {-1, 5}}) {
    Model model{
        "qc.gather %a, %b {axis = 0 : i64}", {}, {makeF32({0, 2}), makeI64({int64_t(indices.size())}, indices)}};
    OwningOpRef<ModuleOp> module = parse(model, {"tensor<?x2xf32>", "tensor<?xi64>", "tensor<?x2xf32>"});
    ASSERT_TRUE(module) << text;
    checkLibrary(*module, model, indices.empty() ? std::optional<Outputs>({Bytes()}) : std::nullopt);
  }
}

TEST_F(BadDataTest, integersDividedByZero) {
  for (const char *operation : {"qc.div %a, %b", "qc.mod %a, %b", "qc.remainder %a, %b"}) {
    auto divide = [&](std::vector<int32_t> divisors, bool isGood) {
      check({operation,
             {"tensor<3xi32>", "tensor<3xi32>", "tensor<3xi32>"},
             {makeI32({INT32_MIN, 7, -7}), makeI32(std::move(divisors))}},
            isGood);
    };
    divide({-1, 2, 2}, true);
    divide({1, 0, 2}, false);
  }
}

static data::Tensor makeU8(ArrayRef<int64_t> dims) {
  return make(data::DType::U8, dims, std::vector<uint8_t>(ShapedType::getNumElements(dims), 3));
}

// Text may say other ranges than those that the counts were found with.
TEST_F(BadDataTest, averagesOverCountsThatAreNotListed) {
  for (const char *counts : {"10", "5, 10, 45"}) {
    SCOPED_TRACE(counts);
    bool hasOne = StringRef(counts) == "10";
    std::string numbers = hasOne ? "multipliers = array<i32: 1717986918>, shifts = array<i32: 34>"
                                 : "multipliers = array<i32: 1717986918, 1717986918, 1527099483>, shifts = array<i32: "
                                   "33, 34, 36>";
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(
        "module attributes {qc.phase = \"integer\", qc.symbols = {W = array<i64: 0, 64>}} {\n"
        "func.func @main(%x: tensor<1x2x5x?xui8> {qc.dims = [\"\", \"\", \"\", \"W\"], qc.name = \"x\"} loc(\"x\")) -> "
        "(tensor<1x2x1x1xui8> {qc.name = \"y\"}) {\n"
        "  %y = dyadic.global_avg_pool %x {x_zero_point = 1 : i32, counts = array<i64: " +
            std::string(counts) + ">, " + numbers +
            ", zero_point = 7 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<1x2x5x?xui8>) -> tensor<1x2x1x1xui8> "
            "loc(\"y\")\n  return %y : tensor<1x2x1x1xui8>\n}\n}",
        &context);
    ASSERT_TRUE(module) << text;
    OwningOpRef<ModuleOp> kernels = take(*module, Phase::Kernels, PipelineOptions());
    ASSERT_TRUE(kernels) << text;
    GuardedModel library(writeLibrary(*kernels, folder + "/counts.so"));
    for (int64_t width : {0, 1, 2, 3, 9, 10}) {
      SCOPED_TRACE(width);
      bool isGood = width == 0 || width == 2 || (!hasOne && (width == 1 || width == 9));
      qc_status status;
      std::string message;
      Outputs found = library.run(makeU8({1, 2, 5, width}), {4}, status, message);
      EXPECT_EQ(status, isGood ? QC_OK : QC_BAD_DATA) << message;
      if (isGood) {
        ASSERT_EQ(found.size(), 1u);
        EXPECT_EQ(found[0][0], width == 0 ? 7 : 9);
        EXPECT_EQ(found[0][1], found[0][0]);
      }
    }
  }
}
