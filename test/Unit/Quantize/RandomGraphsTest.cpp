// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Random graphs, calibrated with the input they are then evaluated on: the QDQ form verifies and stays near the float
// model.
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "qc/Analysis/Models.h"
#include "qc/Reference/Evaluate.h"
#include "qc/Transforms/Quantize/Passes.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <set>

using namespace mlir;
using namespace qc;

namespace {
constexpr int64_t kChannels = 4, kLength = 6;
constexpr StringRef kType = "tensor<1x4x6xf32>";

/// A model as text: every value is 1 x 4 x 6, every operation is drawn, operands are any earlier values.
class GraphWriter {
public:
  explicit GraphWriter(unsigned seed) : random(seed) {}

  std::string write() {
    std::string outputs, types;
    observe("v0");
    for (unsigned i = 1; i <= 12; ++i) {
      writeOperation();
      if (i == 12 || draw(6) == 0) {
        outputs += (outputs.empty() ? "%v" : ", %v") + std::to_string(i);
        types += (types.empty() ? "" : ", ") + kType.str();
      }
    }
    if (draw(8) == 0) { // an output that is the input
      outputs += ", %v0";
      types += ", " + kType.str();
    }
    return stats + "func.func @main(%v0: " + kType.str() + ") -> (" + types + ") {\n" + body + "return " + outputs +
           " : " + types + "\n}\n";
  }

private:
  unsigned draw(unsigned n) { return random() % n; }
  std::string any() { return "%v" + std::to_string(draw(values)); }

  void observe(const std::string &name) {
    stats += "qc.stats @" + name + " {of = \"" + name +
             "\", count = 0 : i64, min = 0.0 : f32, max = 0.0 : f32, data = \"\", epoch = 0 : i64}\n";
    body += "qc.observe %" + name + " @" + name + " : " + kType.str() + "\n";
  }

  std::string constant(const std::string &type, unsigned count) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string name = "%c" + std::to_string(constants++), bytes;
    std::normal_distribution<float> normal(0.0f, 0.4f);
    for (unsigned i = 0; i < count; ++i) {
      float x = draw(9) == 0 ? 0.0f : normal(random);
      for (unsigned char byte : llvm::ArrayRef(reinterpret_cast<unsigned char *>(&x), sizeof x))
        bytes += {digits[byte >> 4], digits[byte & 15]};
    }
    body += name + " = qc.constant dense<\"0x" + bytes + "\"> : " + type + "\n";
    return name;
  }

  void define(const std::string &text) {
    std::string name = "v" + std::to_string(values);
    body += "%" + name + " = " + text + "\n";
    observe(name);
    ++values;
  }

  /// Results of other shapes are calibrated, too.
  std::string defineOther(const std::string &text, const std::string &type) {
    std::string name = "o" + std::to_string(constants++);
    body += "%" + name + " = " + text + "\n";
    stats += "qc.stats @" + name +
             " {of = \"\", count = 0 : i64, min = 0.0 : f32, max = 0.0 : f32, data = \"\", epoch = 0 : i64}\n";
    body += "qc.observe %" + name + " @" + name + " : " + type + "\n";
    return "%" + name;
  }

  void conv(const std::string &x, unsigned channels) {
    std::string in = "tensor<1x" + std::to_string(channels) + "x6xf32>",
                wType = "tensor<4x" + std::to_string(channels) + "x1xf32>";
    std::string w = constant(wType, 4 * channels), b = constant("tensor<4xf32>", 4);
    define("qc.conv " + x + ", " + w + " bias " + b +
           " {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64} : (" + in +
           ", " + wType + ", tensor<4xf32>) -> " + kType.str());
  }

  void writeOperation() {
    std::string t = kType.str(), unary = " : (" + t + ") -> " + t, binary = " : (" + t + ", " + t + ") -> " + t;
    std::string window =
        " {kernel = array<i64: 3>, strides = array<i64: 1>, pads = array<i64: 1, 1>, ceil_mode = false, "
        "dilations = array<i64: 1>";
    std::string last = "%v" + std::to_string(values - 1);
    switch (draw(13)) {
    case 0:
    case 1:
      return conv(any(), kChannels);
    case 2:
      return define("qc.add " + last + ", " + any() + binary);
    case 3: { // drawn one after the other: the order of operands of + is the compiler's
      std::string a = any(), b = any();
      return define("qc.mul " + a + ", " + b + binary);
    }
    case 4:
      return define("qc.relu " + last + unary);
    case 5:
      return define("qc.hard_swish " + last + unary);
    case 6:
      return define("qc.max_pool " + any() + window + "}" + unary);
    case 7:
      return define("qc.avg_pool " + any() + window + ", count_include_pad = false}" + unary);
    case 8:
      return define("qc.softmax " + any() + " {axis = 1 : i64}" + unary);
    case 9: { // there and back
      std::string turned =
          defineOther("qc.transpose " + any() + " {perm = array<i64: 0, 2, 1>} : (" + t + ") -> tensor<1x6x4xf32>",
                      "tensor<1x6x4xf32>");
      return define("qc.reshape " + turned + " {shape = array<i64: 1, 4, 6>} : (tensor<1x6x4xf32>) -> " + t);
    }
    case 10: {
      std::string c = constant(t, 24), a = any();
      return define("qc.add " + c + ", " + a + binary);
    }
    case 11: {
      std::string a = any(), c = constant("tensor<4x1xf32>", 4);
      return define("qc.mul " + a + ", " + c + " : (" + t + ", tensor<4x1xf32>) -> " + t);
    }
    default: { // concat, with a constant now and then
      std::string a = any(), b = draw(3) ? any() : constant(t, 24);
      std::string joined =
          defineOther("qc.concat " + a + ", " + b + " {axis = 1 : i64} : (" + t + ", " + t + ") -> tensor<1x8x6xf32>",
                      "tensor<1x8x6xf32>");
      return conv(joined, 2 * kChannels);
    }
    }
  }

  std::mt19937 random;
  std::string stats, body;
  unsigned values = 1, constants = 0;
};

struct RandomGraphs : testing::TestWithParam<unsigned> {
  RandomGraphs() {
    DialectRegistry registry;
    registry.insert<QCDialect, func::FuncDialect>();
    registerReferenceModels(registry);
    registerAnalysisModels(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
  }

  static void record(ModuleOp module, StringRef symbol, const TensorValue &value) {
    auto stats = module.lookupSymbol<StatsOp>(symbol);
    Builder builder(module.getContext());
    auto [min, max] = std::minmax_element(value.getData<float>().begin(), value.getData<float>().end());
    stats->setAttr("count", builder.getI64IntegerAttr(value.getNumElements()));
    stats->setAttr("min", builder.getF32FloatAttr(*min));
    stats->setAttr("max", builder.getF32FloatAttr(*max));
  }

  /// A rule file's work: a third of the operations may be float.
  static void makeSomeFloat(ModuleOp module, unsigned seed) {
    std::mt19937 random(seed);
    module.walk([&](Operation *op) {
      auto assignment = op->getAttrOfType<AssignmentAttr>(QCDialect::kAssignmentAttr);
      if (!assignment || assignment.isFloat() || random() % 3)
        return;
      FormatCandidate chosen = getFloatCandidate(op);
      auto reason = StringAttr::get(op->getContext(), "drawn");
      op->setAttr(QCDialect::kAssignmentAttr,
                  AssignmentAttr::get(op->getContext(), chosen.result, chosen.operands, reason, DecidedBy::User));
      op->setAttr(QCDialect::kFloatReasonAttr, reason);
    });
  }

  /// A rule file with a drawn format for every kind of operation.
  static std::string writeRules(ModuleOp module, unsigned seed) {
    std::set<std::string> kinds;
    module.walk([&](Operation *op) {
      if (isa<IntegerFormOpInterface>(op))
        kinds.insert(op->getName().stripDialect().str());
    });
    std::string rules;
    std::mt19937 random(seed);
    // Weights of 4 bits are for longer sums than these: asked for in vain.
    static constexpr const char *others[] = {"int8", "int8", "w4a8", "float"};
    for (const std::string &kind : kinds)
      rules += (rules.empty() ? "" : ", ") + ("{\"op\": \"" + kind + "\", \"assign\": \"" +
                                              (seed % 3 == 0 || random() % 2 ? "w8a16" : others[random() % 4]) + "\"}");
    SmallString<64> path;
    EXPECT_FALSE(llvm::sys::fs::createTemporaryFile("rules", "json", path));
    std::error_code error;
    llvm::raw_fd_ostream(path, error) << "{\"version\": 1, \"rules\": [" << rules << "]}\n";
    EXPECT_FALSE(error);
    return path.str().str();
  }

  LogicalResult run(ModuleOp module, std::unique_ptr<Pass> first, std::unique_ptr<Pass> second) {
    PassManager passes(&context);
    passes.addPass(std::move(first));
    passes.addPass(std::move(second));
    return passes.run(module);
  }

  /// A model that is calibrated with `input`.
  void makeModel(unsigned seed) {
    text = GraphWriter(seed).write();
    module = parseSourceString<ModuleOp>(text, &context);
    ASSERT_TRUE(module) << text;
    input = TensorValue(RankedTensorType::get({1, kChannels, kLength}, Float32Type::get(&context)));
    std::mt19937 random(seed);
    for (float &x : input.mutableData<float>())
      x = std::normal_distribution<float>(0.1f, 1.0f)(random);
    FailureOr<std::vector<TensorValue>> values = evaluateMain(
        *module, input, [&](StringRef symbol, const TensorValue &value) { record(*module, symbol, value); });
    ASSERT_TRUE(succeeded(values)) << text;
    expected = std::move(*values);
  }

  /// The QDQ form is off by less than `tolerance` of each output's range.
  void compare(double tolerance) {
    ASSERT_TRUE(succeeded(run(*module, createQuantizePass(), createVerifyQuantizedPass()))) << text;
    FailureOr<std::vector<TensorValue>> actual = evaluateMain(*module, input);
    ASSERT_TRUE(succeeded(actual)) << text;
    ASSERT_EQ(actual->size(), expected.size());
    for (auto [a, e] : llvm::zip_equal(*actual, expected)) {
      auto [min, max] = std::minmax_element(e.getData<float>().begin(), e.getData<float>().end());
      double error = 0, range = std::max(*max, 0.0f) - std::min(*min, 0.0f) + 1e-6;
      for (auto [x, y] : llvm::zip_equal(a.getData<float>(), e.getData<float>()))
        error = std::max(error, std::fabs(double(x) - y));
      EXPECT_LT(error, tolerance * range) << text;
    }
  }

  MLIRContext context;
  std::string text;
  OwningOpRef<ModuleOp> module;
  TensorValue input;
  std::vector<TensorValue> expected;
};

struct MixedGraphs : RandomGraphs {};
} // namespace

TEST_P(RandomGraphs, QdqFormIsNearTheFloatModel) {
  unsigned seed = GetParam();
  ASSERT_NO_FATAL_FAILURE(makeModel(seed));
  if (seed % 5 == 0)
    (*module)->setAttr(QCDialect::kStyleAttr, StringAttr::get(&context, "ort"));
  ASSERT_TRUE(succeeded(run(*module, createAssignPass(), createVerifyAssignedPass()))) << text;
  if (seed % 2)
    makeSomeFloat(*module, seed);
  compare(0.04);
}

// Rules that mix formats; every third graph is w8a16 wherever it can be: 8-bit weights are what is lost then.
TEST_P(MixedGraphs, QdqFormIsNearTheFloatModel) {
  unsigned seed = GetParam();
  ASSERT_NO_FATAL_FAILURE(makeModel(seed));
  AssignPassOptions options;
  options.rules = writeRules(*module, seed);
  LogicalResult assigned = run(*module, createAssignPass(options), createVerifyAssignedPass());
  llvm::sys::fs::remove(options.rules);
  ASSERT_TRUE(succeeded(assigned)) << text;
  compare(seed % 3 ? 0.04 : 0.02);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomGraphs, testing::Range(0u, 300u));
INSTANTIATE_TEST_SUITE_P(Seeds, MixedGraphs, testing::Range(0u, 100u));
