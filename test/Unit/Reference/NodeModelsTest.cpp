// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The public node models: each one that imports is evaluated on its own data and compared with its own outputs.
#include "ReferenceTest.h"
#include "qc/Data/TestTensor.h"
#include "qc/Import/ONNX/Import.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/LineIterator.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace qc;

namespace {
struct NodeModels : ReferenceTest {
  /// `<set>/input_0.pb` and so on.
  std::vector<data::Tensor> readAll(llvm::StringRef set, llvm::StringRef kind);
  void compare(const TensorValue &got, const data::Tensor &expected);
  void run(llvm::StringRef model, llvm::StringRef set);
};
} // namespace

std::vector<data::Tensor> NodeModels::readAll(llvm::StringRef set, llvm::StringRef kind) {
  std::vector<data::Tensor> tensors;
  for (;;) {
    std::string path = (set + "/" + kind + "_" + llvm::Twine(tensors.size()) + ".pb").str();
    if (!llvm::sys::fs::exists(path))
      return tensors;
    llvm::Expected<data::Tensor> tensor = data::readTestTensor(path);
    if (!tensor) {
      ADD_FAILURE() << llvm::toString(tensor.takeError());
      return tensors;
    }
    tensors.push_back(std::move(*tensor));
  }
}

// Floats within 1e-5 of the range of the expected values (0 included), integers exactly.
void NodeModels::compare(const TensorValue &got, const data::Tensor &expected) {
  ASSERT_EQ(got.getShape(), llvm::ArrayRef<int64_t>(expected.dims));
  if (expected.dtype != data::DType::F32) {
    EXPECT_EQ(got.getRawData(), expected.bytes);
    return;
  }
  ASSERT_TRUE(got.getType().getElementType().isF32());
  double low = 0, high = 0;
  for (float v : expected.getData<float>())
    if (std::isfinite(v))
      low = std::min<double>(low, v), high = std::max<double>(high, v);
  int64_t wrong = 0;
  for (auto [a, b] : llvm::zip_equal(got.getData<float>(), expected.getData<float>())) {
    bool isEqual = std::isfinite(a) && std::isfinite(b) ? std::abs(double(a) - b) <= 1e-5 * (high - low)
                                                        : a == b || (std::isnan(a) && std::isnan(b));
    if (!isEqual && ++wrong < 4)
      ADD_FAILURE() << "got " << a << ", expected " << b;
  }
}

void NodeModels::run(llvm::StringRef model, llvm::StringRef set) {
  OwningOpRef<ModuleOp> module = importOnnx(&context, model.str());
  ASSERT_TRUE(module);
  auto main = module->lookupSymbol<func::FuncOp>("main");
  std::vector<data::Tensor> inputs = readAll(set, "input"), outputs = readAll(set, "output");
  ASSERT_EQ(inputs.size(), main.getNumArguments());
  std::vector<TensorValue> values;
  for (auto [input, type] : llvm::zip_equal(inputs, main.getArgumentTypes())) {
    auto tensorType = cast<RankedTensorType>(type);
    ASSERT_EQ(tensorType.getShape(), llvm::ArrayRef<int64_t>(input.dims));
    ASSERT_EQ(TensorValue::getByteSize(tensorType), int64_t(input.bytes.size()));
    values.emplace_back(tensorType, input.bytes);
  }
  FailureOr<std::vector<TensorValue>> results = evaluateMain(*module, values);
  ASSERT_TRUE(succeeded(results));
  ASSERT_EQ(results->size(), outputs.size());
  for (auto [result, expected] : llvm::zip_equal(*results, outputs))
    compare(result, expected);
}

TEST_F(NodeModels, giveTheirOutputs) {
  llvm::StringRef data = "/usr/share/libonnx-testdata/data";
  if (!llvm::sys::fs::exists(data))
    GTEST_SKIP() << "libonnx-testdata is not installed";
  llvm::SmallString<128> folder;
  ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("qc-models", folder));
  std::string list = (folder + "/models.txt").str();
  std::string command = std::string(QC_PYTHON) + " " QC_TEST_DIR "/Import/Inputs/listNodeModels.py " + data.str() +
                        " > " + list + " && " + QC_PYTHON + " " QC_TEST_DIR "/Import/Inputs/bindNodeModels.py " +
                        data.str() + " " + folder.str().str() + "/bound >> " + list;
  ASSERT_EQ(std::system(command.c_str()), 0);
  auto refusals = llvm::MemoryBuffer::getFile(QC_TEST_DIR "/Import/refused-node-models.txt");
  ASSERT_TRUE(bool(refusals));
  auto buffer = llvm::MemoryBuffer::getFile(list);
  int models = 0, sets = 0;
  for (llvm::line_iterator line(**buffer); !line.is_at_eof(); ++line) {
    // What the importer refuses, and that this list is exact, is the importer's test.
    if ((*refusals)->getBuffer().contains(("\n" + llvm::sys::path::filename(*line) + ": ").str()))
      continue;
    std::string model = (data + "/" + *line).str();
    SCOPED_TRACE(model);
    ++models;
    for (int set = 0;; ++set, ++sets) {
      std::string path = model + "/test_data_set_" + std::to_string(set);
      if (!llvm::sys::fs::exists(path))
        break;
      run(model + "/model.onnx", path);
    }
  }
  (void)llvm::sys::fs::remove_directories(folder);
  std::printf("%d node models ran, on %d data sets\n", models, sets);
  EXPECT_GE(models, 100);
  EXPECT_GE(sets, models);
}
