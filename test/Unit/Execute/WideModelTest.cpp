// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A model of 16-bit codes from the integer phase on: the bytes of the reference on every level with one and two
// threads, on the device, and by one artefact at several sizes.
#include "GuardedModel.h"
#include "dialects/Dyadic/Dyadic.h"
#include "mlir/Parser/Parser.h"
#include "qc/Data/Npy.h"
#include "llvm/ADT/StringExtras.h"
#include <random>
#include <set>

using namespace mlir;
using namespace qc;
using namespace qc::test;

namespace {
/// The text of the model, value by value. Every value but the weights has the dimensions n, channels, h, w.
class WideModelText {
public:
  WideModelText(const std::string &n, const std::string &h, const std::string &w) : n(n), h(h), w(w) {}
  std::string write();

private:
  std::string type(int64_t channels, const std::string &element) const {
    return "tensor<" + n + "x" + std::to_string(channels) + "x" + h + "x" + w + "x" + element + ">";
  }
  void line(const std::string &text) { body += "  " + text + "\n"; }
  std::string weights(const std::string &type, int64_t count);
  /// A convolution by planes; `residual` is a value of ui16 or empty.
  void convolve(const std::string &result, const std::string &x, int64_t from, int64_t to, int64_t kernel,
                int64_t group, const std::string &residual);
  void requant(const std::string &result, const std::string &term, int64_t channels, const std::string &from,
               const std::string &element, int64_t zero, int64_t multiplier, int64_t shift);

  std::string n, h, w, body;
  std::mt19937 random{16};
};
} // namespace

static constexpr int64_t kZero = 30000; // of all 16-bit codes

std::string WideModelText::weights(const std::string &type, int64_t count) {
  std::string bytes;
  for (int64_t i = 0; i < count; ++i)
    bytes += char(random());
  return "dense<\"0x" + llvm::toHex(bytes) + "\"> : " + type;
}

void WideModelText::convolve(const std::string &result, const std::string &x, int64_t from, int64_t to, int64_t kernel,
                             int64_t group, const std::string &residual) {
  std::string size = std::to_string(kernel), pad = std::to_string(kernel / 2), sums[2];
  std::string wType =
      "tensor<" + std::to_string(to) + "x" + std::to_string(from / group) + "x" + size + "x" + size + "xi8>";
  line(result + "_w = qc.constant " + weights(wType, to * (from / group) * kernel * kernel));
  for (bool high : {false, true}) {
    std::string plane = result + (high ? "_h" : "_l");
    line(plane + " = dyadic.plane " + x + (high ? " {high}" : "") + " : (" + type(from, "ui16") + ") -> " +
         type(from, "ui8"));
    sums[high] = plane + "_sum";
    line(sums[high] + " = dyadic.conv " + plane + ", " + result +
         "_w {x_zero_point = " + std::to_string(high ? kZero / 256 : kZero % 256) +
         " : i32, strides = array<i64: 1, 1>, pads = array<i64: " + pad + ", " + pad + ", " + pad + ", " + pad +
         ">, dilations = array<i64: 1, 1>, group = " + std::to_string(group) + " : i64} : (" + type(from, "ui8") +
         ", " + wType + ") -> " + type(to, "i32"));
  }
  line(result + " = dyadic.requant " + sums[1] + ", " + sums[0] + (residual.empty() ? "" : ", " + residual) +
       " {term_zero_points = array<i32: 0, 0" + (residual.empty() ? "" : ", " + std::to_string(kZero)) +
       ">, multipliers = array<i32: 1280000000>, multipliers1 = array<i32: 5000000>, planes" +
       (residual.empty() ? "" : ", multipliers2 = array<i32: 900000000>") +
       ", shifts = array<i32: 31>, zero_point = " + std::to_string(kZero) +
       " : i32, lo = 0 : i32, hi = 65535 : i32, rounding = #dyadic.rounding<half_up>} : (" + type(to, "i32") + ", " +
       type(to, "i32") + (residual.empty() ? "" : ", " + type(to, "ui16")) + ") -> " + type(to, "ui16"));
}

void WideModelText::requant(const std::string &result, const std::string &term, int64_t channels,
                            const std::string &from, const std::string &element, int64_t zero, int64_t multiplier,
                            int64_t shift) {
  line(result + " = dyadic.requant " + term + " {term_zero_points = array<i32: " + std::to_string(zero) +
       ">, multipliers = array<i32: " + std::to_string(multiplier) +
       ">, multipliers1 = array<i32>, shifts = array<i32: " + std::to_string(shift) +
       ">, zero_point = 100 : i32, lo = 0 : i32, hi = " + (element == "ui8" ? "255" : "65535") +
       " : i32, rounding = #dyadic.rounding<half_up>} : (" + type(channels, from) + ") -> " + type(channels, element));
}

std::string WideModelText::write() {
  std::string s = ", %s, %z {format = #qc.format<ui16>} : (";
  line("%s = qc.constant dense<0.001> : tensor<f32>");
  line("%z = qc.constant dense<" + std::to_string(kZero) + "> : tensor<ui16>");
  line("%q = qc.quantize %x" + s + type(8, "f32") + ", tensor<f32>, tensor<ui16>) -> " + type(8, "ui16"));
  convolve("%a", "%q", 8, 24, 3, 1, "");
  convolve("%b", "%a", 24, 24, 3, 24, "");
  convolve("%c", "%b", 24, 8, 1, 1, "%q");
  std::string base, slope;
  for (int32_t i = 0; i < 2048; ++i) { // a parabola
    int32_t numbers[] = {(i - 1024) * (i - 1024) * 1000 - 1000000, (i - 1024) * 60};
    base.append(reinterpret_cast<const char *>(&numbers[0]), 4);
    slope.append(reinterpret_cast<const char *>(&numbers[1]), 4);
  }
  line("%d = dyadic.segments %c {base = dense<\"0x" + llvm::toHex(base) + "\"> : tensor<2048xi32>, slope = dense<\"0x" +
       llvm::toHex(slope) + "\"> : tensor<2048xi32>, lo = 0 : i32, hi = 65535 : i32} : (" + type(8, "ui16") + ") -> " +
       type(8, "ui16"));
  line("%e = dyadic.avg_pool %d {x_zero_point = 5 : i32, kernel = array<i64: 1, 3>, strides = array<i64: 1, 1>, pads = "
       "array<i64: 0, 1, 0, 1>, dilations = array<i64: 1, 1>, ceil_mode = false, count_include_pad = false, counts = "
       "array<i64: 1, 2, 3>, multipliers = array<i32: 1073741824, 1073741824, 1431655765>, shifts = array<i32: 30, 31, "
       "32>, zero_point = 100 : i32, lo = 0 : i32, hi = 65535 : i32} : (" +
       type(8, "ui16") + ") -> " + type(8, "ui16"));
  line("%p = dyadic.mul %c, %e {a_zero_point = 32768 : i32, b_zero_point = 100 : i32} : (" + type(8, "ui16") + ", " +
       type(8, "ui16") + ") -> " + type(8, "i32"));
  requant("%f", "%p", 8, "i32", "ui16", 0, 1500000000, 46);
  requant("%g", "%f", 8, "ui16", "ui8", 100, 1500000000, 38);
  line("%y = qc.dequantize %f" + s + type(8, "ui16") + ", tensor<f32>, tensor<ui16>) -> " + type(8, "f32"));
  line("%v = qc.dequantize %g, %s {format = #qc.format<ui8>} : (" + type(8, "ui8") + ", tensor<f32>) -> " +
       type(8, "f32"));
  std::string f32 = type(8, "f32");
  return "module attributes {qc.phase = \"integer\"} {\nfunc.func @main(%x: " + f32 + " {qc.name = \"x\"}) -> (" + f32 +
         " {qc.name = \"y\"}, " + f32 + " {qc.name = \"v\"}) {\n" + body + "  return %y, %v : " + f32 + ", " + f32 +
         "\n}\n}\n";
}

namespace {
class WideModelTest : public ModelRunner {
protected:
  OwningOpRef<ModuleOp> parse(const std::string &n, const std::string &h, const std::string &w) {
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(WideModelText(n, h, w).write(), &context);
    EXPECT_TRUE(module) << text;
    return module;
  }
};
} // namespace

static data::Tensor makeInput(ArrayRef<int64_t> dims, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<float> values(ShapedType::getNumElements(dims));
  for (float &value : values)
    value = float(int32_t(random())) * (35.0f / 2147483648.0f);
  const char *bytes = reinterpret_cast<const char *>(values.data());
  return data::Tensor::copy(data::DType::F32, dims, ArrayRef<char>(bytes, 4 * values.size()));
}

TEST_F(WideModelTest, SameBytesEverywhere) {
  OwningOpRef<ModuleOp> module = parse("2", "11", "9");
  ASSERT_TRUE(module);
  std::vector<std::vector<Bytes>> samples;
  std::vector<Outputs> reference;
  for (uint32_t seed : {1, 2}) {
    data::Tensor input = makeInput({2, 8, 11, 9}, seed);
    samples.push_back({Bytes(input.bytes.begin(), input.bytes.end())});
    reference.push_back(evaluate(*module, samples.back()));
  }
  OwningOpRef<ModuleOp> kernels = take(*module, Phase::Kernels, PipelineOptions());
  ASSERT_TRUE(kernels);
  auto compare = [&](const std::string &where, const std::vector<Outputs> &found) {
    ASSERT_EQ(found.size(), reference.size());
    for (auto [i, outputs] : llvm::enumerate(found))
      for (auto [k, output] : llvm::enumerate(outputs))
        EXPECT_TRUE(isEqual(output, reference[i][k], Float32Type::get(&context))) << where << " " << i << " " << k;
  };
  for (const cpu::Level *level : getHostLevels())
    for (int threads : {1, 2})
      compare(level->name.str(), runCpu(*kernels, *level, threads, samples));
  compare("device", runDevice(*kernels, samples));
  // What the test is about: many different codes.
  std::set<float> values;
  for (const char *at = reference[0][0].data(), *end = at + reference[0][0].size(); at != end; at += 4) {
    float value;
    std::memcpy(&value, at, 4);
    values.insert(value);
  }
  EXPECT_GT(values.size(), 300u);
}

TEST_F(WideModelTest, OneArtefactAtSeveralSizes) {
  OwningOpRef<ModuleOp> module = parse("?", "?", "?");
  ASSERT_TRUE(module);
  OwningOpRef<ModuleOp> kernels = take(*module, Phase::Kernels, PipelineOptions());
  ASSERT_TRUE(kernels);
  std::string library = writeLibrary(*kernels, folder + "/wide.so");
  ASSERT_FALSE(library.empty());
  GuardedModel model(library);
  for (SmallVector<int64_t> dims : {SmallVector<int64_t>{1, 8, 11, 9}, {3, 8, 1, 1}, {2, 8, 2, 17}, {1, 8, 40, 3}}) {
    data::Tensor input = makeInput(dims, dims[0] * 100 + dims[3]);
    TensorValue value(RankedTensorType::get(dims, Float32Type::get(&context)), input.bytes);
    FailureOr<std::vector<TensorValue>> reference = evaluateMain(*module, value);
    ASSERT_TRUE(succeeded(reference)) << text;
    qc_status status = QC_OK;
    std::string message;
    Outputs found = model.run(input, {4, 4}, status, message);
    ASSERT_EQ(status, QC_OK) << message;
    for (auto [output, expected] : llvm::zip_equal(found, *reference))
      EXPECT_TRUE(isEqual(output, expected.getRawData(), Float32Type::get(&context)));
  }
}
