// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The models of test/Inputs on real images: the same bytes from the reference, every level, every number of threads and
// the device code on the host; the same artefacts from every compilation.
#include "ModelRunner.h"
#include "qc/Data/Npy.h"
#include "qc/Pipelines/Calibrate.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include <cstdlib>
#include <set>

using namespace mlir;
using namespace qc;
using namespace qc::test;

static constexpr size_t kImages = 100;     // int8, acceptance
static constexpr size_t kFloatImages = 20; // float, acceptance

namespace {
/// One model of test/Inputs, by its stem.
class CnnTest : public ModelRunner, public ::testing::WithParamInterface<const char *> {
protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite() { EXPECT_FALSE(llvm::sys::fs::remove_directories(data)); }
  void SetUp() override { ASSERT_EQ(images.size(), kImages) << "scripts/make-data failed"; }

  /// The model behind prepare; with `isCalibrated` behind calibrate, on 200 training images.
  OwningOpRef<ModuleOp> read(bool isCalibrated);
  void compare(const std::string &what, const std::vector<Outputs> &run);
  void compareLevels(ModuleOp kernels, bool needsFma);
  std::vector<Outputs> evaluateAll(ModuleOp module, size_t count);
  std::vector<Bytes> makeArtefacts(ModuleOp kernels, unsigned jobs);
  Bytes readBytes(const std::string &name);

  /// Files as scripts/make-data writes them, and the first test images, one input each.
  static inline SmallString<128> data;
  static inline std::vector<std::vector<Bytes>> images;

  std::vector<Outputs> reference;
  std::vector<Border> outputs;
};
} // namespace

void CnnTest::SetUpTestSuite() {
  images.clear();
  ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("qc-cnn", data));
  std::string command = "'" QC_PYTHON "' '" QC_TEST_DIR "/../scripts/make-data' '" + data.str().str() + "' > /dev/null";
  ASSERT_EQ(std::system(command.c_str()), 0);
  llvm::Expected<data::Tensor> tensor = data::readNpy((data + "/test/images.npy").str());
  ASSERT_TRUE(bool(tensor)) << llvm::toString(tensor.takeError());
  size_t bytes = tensor->bytes.size() / size_t(tensor->dims[0]);
  for (size_t i = 0; i < kImages; ++i) {
    const char *first = tensor->bytes.data() + i * bytes;
    images.push_back({Bytes(first, first + bytes)});
  }
}

OwningOpRef<ModuleOp> CnnTest::read(bool isCalibrated) {
  OwningOpRef<ModuleOp> module = import(std::string(QC_TEST_DIR "/Inputs/") + GetParam() + ".onnx");
  if (!module) {
    ADD_FAILURE() << text;
    return nullptr;
  }
  module = take(*module, Phase::Prepare, PipelineOptions());
  CalibrateOptions options;
  options.quiet = true;
  options.cache = &cache;
  if (!module || !isCalibrated || succeeded(calibrate(*module, (data + "/calibration").str(), options)))
    return module;
  ADD_FAILURE() << "calibration failed: " << text;
  return nullptr;
}

std::vector<Outputs> CnnTest::evaluateAll(ModuleOp module, size_t count) {
  std::vector<Outputs> all;
  all.reserve(count);
  for (size_t i = 0; i < count; ++i)
    all.push_back(evaluate(module, images[i]));
  return all;
}

/// `run` is of the first images, as many as it has.
void CnnTest::compare(const std::string &what, const std::vector<Outputs> &run) {
  ASSERT_FALSE(run.empty()) << what;
  for (size_t s = 0; s < run.size(); ++s)
    for (auto [i, output] : llvm::enumerate(outputs))
      ASSERT_TRUE(isEqual(run[s][i], reference[s][i], output.type.getElementType()))
          << what << ", image " << s << ", output " << output.name;
}

void CnnTest::compareLevels(ModuleOp kernels, bool needsFma) {
  std::vector<std::vector<Bytes>> samples(images.begin(), images.begin() + reference.size());
  for (const cpu::Level *level : getHostLevels())
    for (int threads : {1, 2})
      if (!needsFma || level->hasFma()) {
        std::vector<Outputs> run = runCpu(kernels, *level, threads, samples);
        ASSERT_EQ(run.size(), samples.size());
        compare(level->name.str() + ", " + std::to_string(threads) + " threads", run);
      }
}

TEST_P(CnnTest, integerBytesAreTheSameEverywhere) {
  OwningOpRef<ModuleOp> module = read(/*isCalibrated=*/true);
  ASSERT_TRUE(module);
  PipelineOptions options;
  options.integerOnly = true;
  module = take(*module, Phase::Integer, options);
  ASSERT_TRUE(module);
  outputs = getOutputs(*module);
  reference = evaluateAll(*module, kImages);
  std::set<Outputs> distinct(reference.begin(), reference.end());
  EXPECT_GT(distinct.size(), kImages / 2) << "the images do not tell results apart";
  module = take(*module, Phase::Kernels, options);
  ASSERT_TRUE(module);
  compareLevels(*module, /*needsFma=*/false);
  compare("device", runDevice(*module, images));
}

TEST_P(CnnTest, floatBytesAreTheSameOnEveryLevelWithFma) {
  OwningOpRef<ModuleOp> module = read(/*isCalibrated=*/false);
  ASSERT_TRUE(module);
  PipelineOptions options;
  options.isFloat = true;
  outputs = getOutputs(*module);
  reference = evaluateAll(*module, kFloatImages);
  module = take(*module, Phase::Kernels, options);
  ASSERT_TRUE(module);
  compareLevels(*module, /*needsFma=*/true);
}

Bytes CnnTest::readBytes(const std::string &name) {
  auto buffer = llvm::MemoryBuffer::getFile(folder + "/" + name);
  if (!buffer) {
    ADD_FAILURE() << name << ": " << buffer.getError().message();
    return {};
  }
  return Bytes((*buffer)->getBufferStart(), (*buffer)->getBufferEnd());
}

/// Every kind of artefact at every level, and the files of a device program. Nothing comes from the cache.
std::vector<Bytes> CnnTest::makeArtefacts(ModuleOp kernels, unsigned jobs) {
  std::vector<Bytes> files;
  for (const cpu::Level *level : {&cpu::getLevels().front(), &cpu::getDefaultLevel()}) {
    CpuOptions options;
    options.name = "model";
    options.levels = {level};
    options.jobs = jobs;
    FailureOr<cpu::ArtefactSpec> spec = compileForCpu(kernels, options);
    EXPECT_TRUE(succeeded(spec)) << text;
    for (auto kind : {cpu::ArtefactKind::SharedLibrary, cpu::ArtefactKind::Object, cpu::ArtefactKind::Executable}) {
      auto bytes = cpu::buildArtefact(*spec, kind);
      EXPECT_TRUE(bool(bytes)) << llvm::toString(bytes.takeError());
      files.emplace_back(bytes->begin(), bytes->end());
    }
  }
  llvm::LLVMContext llvmContext;
  FailureOr<nvptx::DeviceSpec> spec = compileForDevice(kernels, "model", nvptx::kDefaultChip, llvmContext);
  EXPECT_TRUE(succeeded(spec)) << text;
  spec->emitDeviceIr = true;
  llvm::Error error = nvptx::writeNvptx(std::move(*spec), folder + "/m.ptx");
  EXPECT_FALSE(bool(error)) << llvm::toString(std::move(error));
  for (const char *name : {"m.ptx", "m.launch.json", "m.weights", "m.bc"})
    files.push_back(readBytes(name));
  return files;
}

TEST_P(CnnTest, twoCompilationsGiveTheSameArtefacts) {
  std::vector<Bytes> files[2];
  for (unsigned jobs : {1, 2}) {
    OwningOpRef<ModuleOp> module = read(/*isCalibrated=*/true);
    ASSERT_TRUE(module);
    module = take(*module, Phase::Kernels, PipelineOptions());
    ASSERT_TRUE(module);
    files[jobs - 1] = makeArtefacts(*module, jobs);
  }
  ASSERT_EQ(files[0].size(), 10u);
  for (auto [i, first, second] : llvm::enumerate(files[0], files[1])) {
    EXPECT_FALSE(first.empty());
    EXPECT_TRUE(first == second) << "file " << i << " of " << first.size() << " bytes differs";
  }
}

INSTANTIATE_TEST_SUITE_P(Models, CnnTest, ::testing::Values("fashion-mnist-cnn", "fashion-mnist-mlp"),
                         [](const auto &info) { return llvm::StringRef(info.param).rsplit('-').second.str(); });
