// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The calibrate phase from end to end: what compiled code shows to the observers is what the evaluator computes.
#include "qc/Pipelines/Calibrate.h"
#include "mlir/Parser/Parser.h"
#include "qc/Calibration/ObserverSet.h"
#include "qc/Data/Npy.h"
#include "qc/Pipelines/CompileModel.h"
#include "qc/Pipelines/Registration.h"
#include "qc/Reference/Evaluate.h"
#include "qc/Transforms/Calibrate/Observers.h"
#include "llvm/Support/FileSystem.h"
#include <gtest/gtest.h>
#include <random>

using namespace mlir;
using namespace qc;

namespace {
constexpr int64_t kBatch = 2, kIn = 5, kHidden = 19, kOut = 3;

std::string makeDense(std::mt19937 &random, int64_t rows, int64_t columns) {
  std::normal_distribution<float> normal;
  std::string text = rows == 0 ? "" : "[";
  for (int64_t r = 0; r < std::max<int64_t>(rows, 1); ++r) {
    text += r ? ", [" : "[";
    for (int64_t c = 0; c < columns; ++c)
      text += (c ? ", " : "") + std::to_string(normal(random));
    text += "]";
  }
  return text + (rows == 0 ? "" : "]");
}

/// gemm, relu, matmul and an addend; an i64 input that nothing reads.
std::string makeMlp() {
  std::mt19937 random(1);
  return R"(module attributes {qc.version = 1 : i64, qc.phase = "prepare", qc.epoch = 2 : i64} {
    func.func @main(%x: tensor<2x5xf32> {qc.name = "x"}, %s: tensor<2x3xf32> {qc.name = "skip"},
                    %i: tensor<2xi64> {qc.name = "index"}) -> (tensor<2x3xf32> {qc.name = "y"}) {
      %w0 = qc.constant dense<)" +
         makeDense(random, kIn, kHidden) + R"(> : tensor<5x19xf32>
      %b0 = qc.constant dense<)" +
         makeDense(random, 0, kHidden) + R"(> : tensor<19xf32>
      %w1 = qc.constant dense<)" +
         makeDense(random, kHidden, kOut) + R"(> : tensor<19x3xf32>
      %h = qc.gemm %x, %w0 plus %b0 {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = false}
          : (tensor<2x5xf32>, tensor<5x19xf32>, tensor<19xf32>) -> tensor<2x19xf32> loc("hidden")
      %r = qc.relu %h : (tensor<2x19xf32>) -> tensor<2x19xf32> loc("relu")
      %m = qc.matmul %r, %w1 : (tensor<2x19xf32>, tensor<19x3xf32>) -> tensor<2x3xf32> loc("product")
      %y = qc.add %m, %s : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32> loc("y")
      return %y : tensor<2x3xf32>
    }
  })";
}

uint32_t toBits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

template <typename T> data::Tensor makeTensor(data::DType dtype, ArrayRef<int64_t> dims, ArrayRef<T> values) {
  return data::Tensor::copy(dtype, dims,
                            ArrayRef<char>(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T)));
}

struct Calibrate : testing::Test {
  Calibrate() : handler(&context, [this](Diagnostic &diagnostic) { texts.push_back(diagnostic.str()); }) {
    DialectRegistry registry;
    registerDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    EXPECT_FALSE(llvm::sys::fs::createUniqueDirectory("qc-calibrate", folder));
    options.quiet = options.readsCovariances = true;
  }
  ~Calibrate() override { (void)llvm::sys::fs::remove_directories(folder); }

  OwningOpRef<ModuleOp> parse(StringRef text) { return parseSourceString<ModuleOp>(text, &context); }
  std::string path(StringRef name) { return (folder + "/" + name).str(); }
  void write(StringRef name, const data::Tensor &tensor) {
    ASSERT_EQ(llvm::toString(data::writeNpy(path(name), tensor)), "");
  }
  std::string write(StringRef name, StringRef text) {
    std::error_code code;
    llvm::raw_fd_ostream(path(name), code) << text;
    return path(name);
  }
  /// A sample set of `function(x) -> ..` models: one file of `values.size() / 4` samples of 1x4.
  std::string writeRows(StringRef name, ArrayRef<float> values) {
    write(name, makeTensor<float>(data::DType::F32, {int64_t(values.size()) / 4, 4}, values));
    return path(name);
  }
  /// Tensor message of ONNX \p name: dims (field 1), data_type (2), raw_data (9).
  void writeMessage(StringRef name, char type, ArrayRef<char> dims, ArrayRef<char> bytes) {
    std::string text;
    for (char dim : dims)
      text += {'\x08', dim};
    text += {'\x10', type, '\x4a', char(bytes.size() | 0x80), char(bytes.size() >> 7)};
    write(name, text + std::string(bytes.begin(), bytes.end()));
  }
  /// Test data set \p index with inputs of the MLP; returns them.
  std::vector<TensorValue> writeMlpSample(const Twine &index, unsigned seed);
  /// The statistics of \p module, of as many values, are those that the evaluator's values of \p samples have.
  void expectEvaluatorsRanges(ModuleOp module, ArrayRef<std::vector<TensorValue>> samples, size_t values);
  void expectError(StringRef model, StringRef data, StringRef part) {
    OwningOpRef<ModuleOp> module = parse(model);
    ASSERT_TRUE(module);
    texts.clear();
    EXPECT_TRUE(failed(calibrate(*module, data, options)));
    ASSERT_EQ(texts.size(), 1u) << testing::PrintToString(texts);
    EXPECT_NE(texts[0].find(part), std::string::npos) << texts[0];
    EXPECT_NE((*module)->getAttrOfType<StringAttr>(QCDialect::kPhaseAttr), StringAttr::get(&context, "calibrate"));
  }

  MLIRContext context;
  std::vector<std::string> texts;
  ScopedDiagnosticHandler handler;
  SmallString<128> folder;
  CalibrateOptions options;
};

constexpr StringLiteral kUnary = R"(module attributes {qc.version = 1 : i64, qc.phase = "prepare"} {
  func.func @main(%x: tensor<1x4xf32> {qc.name = "x"}) -> (tensor<1x4xf32> {qc.name = "y"}) {
    %h = qc.mul %x, %x : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32> loc("square")
    %y = qc.relu %h : (tensor<1x4xf32>) -> tensor<1x4xf32> loc("y")
    return %y : tensor<1x4xf32>
  }
})";
} // namespace

// Bit for bit, though compiled code has other layouts.
static void expectStatistics(StatsOp stats, const calibration::ValueStatistics &seen) {
  std::vector<calibration::BinCount> bins;
  for (auto [bin, count] : llvm::zip_equal(stats.getHistogram()->getBins(), stats.getHistogram()->getCounts()))
    bins.push_back({bin, count});
  EXPECT_EQ(bins, seen.getHistogram().getBins()) << stats.getOf().str();
  EXPECT_EQ(stats.getObservations(), seen.getExtremes().getCount()) << stats.getOf().str();
  EXPECT_EQ(stats.getMeanMin()->convertToDouble(), seen.getExtremes().getMeanMin()) << stats.getOf().str();
  EXPECT_EQ(stats.getMeanMax()->convertToDouble(), seen.getExtremes().getMeanMax()) << stats.getOf().str();
  EXPECT_EQ(stats.getOperandMeans() ? stats.getOperandMeans()->size() : 0, seen.getOperandMeans().size());
  for (auto [means, products] : llvm::zip_equal(seen.getOperandMeans(), seen.getOperandProducts())) {
    OperandStatistics found = findOperandStatistics(stats, means.getWindow());
    ASSERT_TRUE(found.means) << stats.getOf().str();
    EXPECT_EQ(getTensorValue(found.means.getMeans())->getData<float>(), ArrayRef<float>(means.getMeans()))
        << stats.getOf().str();
    ASSERT_EQ(bool(found.covariances), products.has_value()) << stats.getOf().str();
    if (products)
      EXPECT_EQ(getTensorValue(found.covariances)->getData<float>(),
                ArrayRef<float>(products->getCovariances(means.getMeans())))
          << stats.getOf().str();
  }
}

static void expectChannelRanges(StatsOp stats, const calibration::ValueStatistics &seen) {
  std::vector<float> min = seen.getChannelRanges().getMin(), max = seen.getChannelRanges().getMax();
  EXPECT_EQ(stats.getChannelMin().value_or(ArrayRef<float>()), ArrayRef(min)) << stats.getOf().str();
  EXPECT_EQ(stats.getChannelMax().value_or(ArrayRef<float>()), ArrayRef(max)) << stats.getOf().str();
}

void Calibrate::expectEvaluatorsRanges(ModuleOp module, ArrayRef<std::vector<TensorValue>> samples, size_t values) {
  calibration::ObserverSet expected;
  auto readers = collectReaders(module.lookupSymbol<func::FuncOp>("main"), /*readsCovariances=*/true);
  for (const std::vector<TensorValue> &sample : samples)
    ASSERT_TRUE(succeeded(evaluateMain(module, sample, [&](StringRef symbol, const TensorValue &value) {
      SmallVector<int64_t> strides(value.getRank(), 1);
      for (int64_t i = value.getRank() - 1; i-- > 0;)
        strides[i] = strides[i + 1] * value.getShape()[i + 1];
      expected[symbol].observe(value.getData<float>().data(), value.getShape(), strides, readers.lookup(symbol));
    })));
  EXPECT_EQ(expected.size(), values);
  for (auto stats : module.getOps<StatsOp>()) {
    const calibration::ValueStatistics *seen = expected.find(stats.getSymName());
    ASSERT_TRUE(seen) << stats.getSymName().str();
    const calibration::MinMax *range = &seen->getRange();
    EXPECT_EQ(stats.getCount(), range->getCount()) << stats.getOf().str();
    EXPECT_EQ(toBits(stats.getMin().convertToFloat()), toBits(range->getMin())) << stats.getOf().str();
    EXPECT_EQ(toBits(stats.getMax().convertToFloat()), toBits(range->getMax())) << stats.getOf().str();
    expectStatistics(stats, *seen);
    expectChannelRanges(stats, *seen);
  }
}

std::vector<TensorValue> Calibrate::writeMlpSample(const Twine &index, unsigned seed) {
  std::string name = ("test_data_set_" + index).str();
  (void)llvm::sys::fs::create_directory(path(name));
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(float(seed) / 4, 1 + float(seed));
  Builder builder(&context);
  TensorValue x(RankedTensorType::get({kBatch, kIn}, builder.getF32Type()));
  TensorValue skip(RankedTensorType::get({kBatch, kOut}, builder.getF32Type()));
  TensorValue index64(RankedTensorType::get({kBatch}, builder.getI64Type()));
  for (TensorValue *value : {&x, &skip})
    for (float &element : value->mutableData<float>())
      element = normal(random);
  writeMessage(name + "/input_0.pb", 1, {kBatch, kIn}, x.getRawData());
  writeMessage(name + "/input_1.pb", 1, {kBatch, kOut}, skip.getRawData());
  writeMessage(name + "/input_2.pb", 7, {kBatch}, index64.getRawData());
  return {x, skip, index64};
}

// Ranges of compiled code, on any number of threads and in any order, are those of the evaluator, bit for bit.
TEST_F(Calibrate, rangesAreTheEvaluators) {
  std::string hash;
  constexpr unsigned kSamples = 9;
  for (bool isReversed : {false, true}) {
    std::vector<std::vector<TensorValue>> samples;
    for (unsigned i = 0; i < kSamples; ++i)
      samples.push_back(writeMlpSample(Twine(i), isReversed ? kSamples - 1 - i : i));
    for (unsigned threads : {1, 3}) {
      OwningOpRef<ModuleOp> module = parse(makeMlp());
      ASSERT_TRUE(module);
      options.threads = threads;
      ASSERT_TRUE(succeeded(calibrate(*module, folder, options))) << testing::PrintToString(texts);
      EXPECT_EQ((*module)->getAttrOfType<StringAttr>(QCDialect::kPhaseAttr), StringAttr::get(&context, "calibrate"));
      expectEvaluatorsRanges(*module, samples, 6);
      auto stats = module->lookupSymbol<StatsOp>("t0");
      EXPECT_EQ(stats.getEpoch(), 2u);
      // Threads do not change the hash of the data, order does.
      if (hash.empty())
        hash = stats.getData().str();
      EXPECT_EQ(hash == stats.getData(), !isReversed);
    }
  }
  EXPECT_EQ(texts, std::vector<std::string>());
}

// Values that lie channels-last, with a halo of zeros, or in a part of another value: nothing beside them is seen. All
// are far above 0.
TEST_F(Calibrate, stridedValues) {
  std::mt19937 random(3);
  OwningOpRef<ModuleOp> module = parse(R"(module attributes {qc.version = 1 : i64, qc.phase = "prepare"} {
    func.func @main(%x: tensor<1x3x6x7xf32> {qc.name = "x"}) -> (tensor<1x10x6x7xf32> {qc.name = "y"},
                                                                 tensor<1x5xf32> {qc.name = "z"}) {
      %w0 = qc.constant dense<0.25> : tensor<5x3x3x3xf32>
      %b1 = qc.constant dense<30.0> : tensor<5xf32>
      %w1 = qc.constant dense<0.125> : tensor<5x1x3x3xf32>
      %c = qc.conv %x, %w0 bias %b1 {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>,
             dilations = array<i64: 1, 1>, group = 1 : i64}
          : (tensor<1x3x6x7xf32>, tensor<5x3x3x3xf32>, tensor<5xf32>) -> tensor<1x5x6x7xf32> loc("conv")
      %h = qc.hard_swish %c : (tensor<1x5x6x7xf32>) -> tensor<1x5x6x7xf32> loc("swish")
      %d = qc.conv %h, %w1 bias %b1 {strides = array<i64: 1, 1>, pads = array<i64: 2, 2, 2, 2>,
             dilations = array<i64: 2, 2>, group = 5 : i64}
          : (tensor<1x5x6x7xf32>, tensor<5x1x3x3xf32>, tensor<5xf32>) -> tensor<1x5x6x7xf32> loc("depthwise")
      %a = qc.add %d, %h : (tensor<1x5x6x7xf32>, tensor<1x5x6x7xf32>) -> tensor<1x5x6x7xf32> loc("add")
      %y = qc.concat %a, %d {axis = 1 : i64} : (tensor<1x5x6x7xf32>, tensor<1x5x6x7xf32>)
          -> tensor<1x10x6x7xf32> loc("y")
      %t = qc.transpose %a {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x5x6x7xf32>) -> tensor<1x6x7x5xf32> loc("turn")
      %p = qc.global_avg_pool %a : (tensor<1x5x6x7xf32>) -> tensor<1x5x1x1xf32> loc("pool")
      %z = qc.reshape %p {shape = array<i64: 1, 5>} : (tensor<1x5x1x1xf32>) -> tensor<1x5xf32> loc("z")
      return %y, %z : tensor<1x10x6x7xf32>, tensor<1x5xf32>
    }
  })");
  ASSERT_TRUE(module);
  constexpr int64_t kSamples = 4, kElements = 3 * 6 * 7;
  std::vector<float> rows(kSamples * kElements);
  std::vector<std::vector<TensorValue>> samples;
  for (float &element : rows)
    element = float(random() % 1000) / 1000 + 1;
  auto type = RankedTensorType::get({1, 3, 6, 7}, Float32Type::get(&context));
  for (int64_t i = 0; i < kSamples; ++i)
    samples.push_back(
        {TensorValue(type, ArrayRef<char>(reinterpret_cast<char *>(&rows[i * kElements]), kElements * 4))});
  write("x.npy", makeTensor<float>(data::DType::F32, {kSamples, 3, 6, 7}, rows));
  ASSERT_TRUE(succeeded(calibrate(*module, path("x.npy"), options))) << testing::PrintToString(texts);
  expectEvaluatorsRanges(*module, samples, 9);
  std::vector<std::string> byChannel;
  for (auto stats : module->getOps<StatsOp>()) {
    EXPECT_GE(stats.getMin().convertToFloat(), 1.0f) << stats.getOf().str();
    if (stats.getChannelMin())
      byChannel.push_back(stats.getOf().str());
  }
  EXPECT_EQ(byChannel, std::vector<std::string>{"swish"}) << "what the depthwise convolution reads";
}

// A second calibration replaces what the first one saw.
TEST_F(Calibrate, measuresAgain) {
  OwningOpRef<ModuleOp> module = parse(kUnary);
  ASSERT_TRUE(module);
  ASSERT_TRUE(succeeded(calibrate(*module, writeRows("a.npy", {1, 2, 3, 4, -5, 6, 7, 8}), options)));
  auto square = module->lookupSymbol<StatsOp>("t1");
  EXPECT_EQ(square.getOf(), "square");
  EXPECT_EQ(square.getCount(), 8u);
  EXPECT_EQ(square.getMax().convertToFloat(), 64.0f);
  std::string hash = square.getData().str();
  ASSERT_TRUE(succeeded(calibrate(*module, writeRows("b.npy", {1, 2, 3, -4}), options)));
  EXPECT_EQ(square.getCount(), 4u);
  EXPECT_EQ(square.getMax().convertToFloat(), 16.0f);
  EXPECT_NE(square.getData(), hash);
  EXPECT_EQ(texts, std::vector<std::string>());
}

TEST_F(Calibrate, dataThatIsNoData) {
  expectError(kUnary, path("missing.npy"), "cannot be read: No such file");
  expectError(kUnary, write("empty.npy", ""), "is not a .npy file");
  expectError(kUnary, path("."), "empty.npy': is not a .npy file");
  data::Tensor wrong = makeTensor<float>(data::DType::F32, {1, 3}, {1, 2, 3});
  write("shape.npy", wrong);
  expectError(kUnary, path("shape.npy"), "holds 1x3 of f32, input 'x' takes 1x4 of f32");
  wrong = makeTensor<double>(data::DType::F64, {1, 4}, {1, 2, 3, 4});
  write("type.npy", wrong);
  expectError(kUnary, path("type.npy"), "holds 1x4 of f64, input 'x' takes 1x4 of f32");
  std::string dict = "{'descr': '|O', 'fortran_order': False, 'shape': (1, 4), }";
  expectError(
      kUnary,
      write("pickle.npy", "\x93NUMPY\x01" + std::string(1, '\0') + char(dict.size()) + std::string(1, '\0') + dict),
      "holds pickled Python objects, which are never loaded");
}

TEST_F(Calibrate, inputsMustBeFinite) {
  float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  // The first bad sample is named, however many threads look for it.
  std::vector<float> rows(40 * 4, 1.0f);
  rows[23 * 4 + 2] = -inf, rows[31 * 4] = nan;
  std::string data = writeRows("inf.npy", rows);
  for (unsigned threads : {1, 2, 8}) {
    options.threads = threads;
    expectError(kUnary, data, "input 'x' holds -infinity at element 2 of sample 23 of the calibration data");
  }
  expectError(kUnary, writeRows("nan.npy", {1, nan, 3, 4}), "input 'x' holds NaN at element 1 of sample 0");
}

TEST_F(Calibrate, infiniteActivationsNameTheValue) {
  std::vector<float> rows(40 * 4, 1.0f);
  rows[7 * 4 + 1] = 1e30f, rows[11 * 4] = -1e30f;
  std::string data = writeRows("large.npy", rows);
  for (unsigned threads : {1, 2, 8}) {
    options.threads = threads;
    expectError(kUnary, data, "value 'square' is infinite in sample 7 of the calibration data, accepted are finite");
  }
}

TEST_F(Calibrate, modelsThatCannotRun) {
  std::string data = writeRows("a.npy", {1, 2, 3, 4});
  expectError("module { func.func @other() { return } }", data, "has no function @main");
  expectError(R"(func.func @main(%x: tensor<4xbf16> {qc.name = "in"}) -> tensor<4xbf16> {
                   return %x : tensor<4xbf16> })",
              data, "input 'in' has type 'tensor<4xbf16>', accepted are tensors of f32 and integers");
}

// A value without elements has empty statistics and is calibrated.
TEST_F(Calibrate, emptyValues) {
  OwningOpRef<ModuleOp> module = parse(R"(module attributes {qc.version = 1 : i64, qc.phase = "prepare"} {
    func.func @main(%x: tensor<0x4xf32> {qc.name = "x"}) -> (tensor<0x4xf32> {qc.name = "y"}) {
      %y = qc.relu %x : (tensor<0x4xf32>) -> tensor<0x4xf32> loc("y")
      return %y : tensor<0x4xf32>
    }
  })");
  ASSERT_TRUE(module);
  write("none.npy", makeTensor<float>(data::DType::F32, {0, 4}, {}));
  ASSERT_TRUE(succeeded(calibrate(*module, path("none.npy"), options))) << testing::PrintToString(texts);
  EXPECT_EQ(module->lookupSymbol<StatsOp>("t1").getCount(), 0u);
}

// Nothing is known of what follows from an input that was empty in all samples; one sample that is not is enough.
TEST_F(Calibrate, dataWithoutElements) {
  const char *model = R"(module attributes {qc.version = 1 : i64, qc.phase = "prepare"} {
    func.func @main(%x: tensor<1x?xf32> {qc.name = "x"}) -> (tensor<1x?xf32> {qc.name = "y"}) {
      %y = qc.relu %x : (tensor<1x?xf32>) -> tensor<1x?xf32> loc("y")
      return %y : tensor<1x?xf32>
    }
  })";
  write("0.npy", makeTensor<float>(data::DType::F32, {1, 0}, {}));
  write("1.npy", makeTensor<float>(data::DType::F32, {1, 0}, {}));
  expectError(model, path("."), "calibration data has no elements for input 'x': a dimension is 0 in all samples");
  write("1.npy", makeTensor<float>(data::DType::F32, {1, 2}, {1, 2}));
  OwningOpRef<ModuleOp> module = parse(model);
  EXPECT_TRUE(succeeded(calibrate(*module, path("."), options))) << testing::PrintToString(texts);
}

// The file is named, not the program that calibration makes of the model.
TEST_F(Calibrate, samplesThatTheModelRefuses) {
  const char *model = R"(module attributes {qc.version = 1 : i64, qc.phase = "prepare"} {
    func.func @main(%x: tensor<2xi32> {qc.name = "x"}) -> (tensor<2xi32> {qc.name = "y"}) {
      %c = qc.constant dense<7> : tensor<2xi32>
      %y = qc.div %c, %x : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32> loc("y")
      return %y : tensor<2xi32>
    }
  })";
  write("a.npy", makeTensor<int32_t>(data::DType::I32, {2}, {1, 2}));
  write("b.npy", makeTensor<int32_t>(data::DType::I32, {6}, {1, 2, 3, 0, 0, 0}));
  expectError(model, path("."), "calibration data '" + path("./b.npy") + "', sample 1: an index is outside its tensor");
  EXPECT_EQ(texts[0].find("calibrated"), std::string::npos) << texts[0];
}
