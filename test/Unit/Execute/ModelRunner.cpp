// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A model on its whole road.
#include "ModelRunner.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "qc/Import/ONNX/Import.h"
#include "qc/Pipelines/Registration.h"
#include "qc/Target/CPU/LoadedModel.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/FileSystem.h"
#include <cmath>
#include <cstring>

using namespace mlir;
using namespace qc;
using namespace qc::test;

const std::vector<const cpu::Level *> &qc::test::getHostLevels() {
  static const std::vector<const cpu::Level *> levels = [] {
    std::vector<const cpu::Level *> result;
    uint32_t host = cpu::getHostFeatures();
    for (const cpu::Level &level : cpu::getLevels()) {
      if (level.name.contains("+amx"))
        continue; // compiled as its base for now
      if ((level.features & host) == level.features)
        result.push_back(&level);
      else
        llvm::outs() << "skipped: level " << level.name << " (this host does not have it)\n";
    }
    return result;
  }();
  return levels;
}

static DialectRegistry makeRegistry() {
  DialectRegistry registry;
  registerDialects(registry);
  return registry;
}

ModelRunner::ModelRunner() : context(makeRegistry()) {
  context.loadAllAvailableDialects();
  context.getDiagEngine().registerHandler([this](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
      return success();
    llvm::raw_string_ostream(text) << diagnostic.getLocation() << ": " << diagnostic << "\n";
    return success();
  });
  SmallString<128> path;
  EXPECT_FALSE(llvm::sys::fs::createUniqueDirectory("qc-execute", path));
  folder = path.str().str();
}

ModelRunner::~ModelRunner() { llvm::sys::fs::remove_directories(folder); }

OwningOpRef<ModuleOp> ModelRunner::import(const std::string &path) {
  text.clear();
  return importOnnx(&context, path);
}

OwningOpRef<ModuleOp> ModelRunner::take(ModuleOp module, Phase to, const PipelineOptions &options) {
  text.clear();
  OwningOpRef<ModuleOp> clone = module.clone();
  if (succeeded(runPhases(*clone, to, options)))
    return clone;
  ADD_FAILURE() << "phase " << getPhaseName(to).str() << " failed: " << text;
  return nullptr;
}

std::vector<ModelRunner::Border> ModelRunner::getInputs(ModuleOp module) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  std::vector<Border> borders;
  for (auto [i, type] : llvm::enumerate(main.getArgumentTypes()))
    borders.push_back({main.getArgAttrOfType<StringAttr>(i, QCDialect::kNameAttr).str(), cast<RankedTensorType>(type)});
  return borders;
}

std::vector<ModelRunner::Border> ModelRunner::getOutputs(ModuleOp module) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  std::vector<Border> borders;
  for (auto [i, type] : llvm::enumerate(main.getResultTypes()))
    borders.push_back(
        {main.getResultAttrOfType<StringAttr>(i, QCDialect::kNameAttr).str(), cast<RankedTensorType>(type)});
  return borders;
}

Outputs ModelRunner::evaluate(ModuleOp module, ArrayRef<Bytes> inputs) {
  std::vector<TensorValue> values;
  for (auto [border, bytes] : llvm::zip_equal(getInputs(module), inputs))
    values.push_back(TensorValue(border.type, bytes));
  text.clear();
  FailureOr<std::vector<TensorValue>> results = evaluateMain(module, values);
  Outputs outputs;
  if (failed(results)) {
    ADD_FAILURE() << "the reference fails: " << text;
    return outputs;
  }
  for (const TensorValue &value : *results)
    outputs.emplace_back(value.getRawData().begin(), value.getRawData().end());
  return outputs;
}

static size_t getBytes(const TensorSpec &tensor) {
  size_t bytes = getDTypeBytes(tensor.dtype);
  for (int64_t dim : tensor.dims)
    bytes *= dim;
  return bytes;
}

/// Runs `model` (LoadedModel or HostProgram) on every sample; outputs start as garbage.
template <typename Model> static std::vector<Outputs> runAll(const Model &model, ArrayRef<std::vector<Bytes>> samples) {
  std::vector<Outputs> all;
  for (const std::vector<Bytes> &sample : samples) {
    Outputs outputs;
    for (const TensorSpec &tensor : model.getOutputs())
      outputs.emplace_back(getBytes(tensor), char(0x5a));
    std::vector<ArrayRef<char>> inputs(sample.begin(), sample.end());
    std::vector<MutableArrayRef<char>> buffers(outputs.begin(), outputs.end());
    if (llvm::Error error = model.run(inputs, buffers))
      ADD_FAILURE() << llvm::toString(std::move(error));
    all.push_back(std::move(outputs));
  }
  return all;
}

std::vector<Outputs> ModelRunner::runCpu(ModuleOp module, const cpu::Level &level, int threads,
                                         ArrayRef<std::vector<Bytes>> samples) {
  CpuOptions options;
  options.name = "model";
  options.levels = {&level};
  options.cache = &cache;
  text.clear();
  FailureOr<cpu::ArtefactSpec> spec = compileForCpu(module, options);
  if (failed(spec)) {
    ADD_FAILURE() << "compilation for " << level.name.str() << " fails: " << text;
    return {};
  }
  auto bytes = cpu::buildArtefact(*spec, cpu::ArtefactKind::SharedLibrary);
  if (!bytes) {
    ADD_FAILURE() << llvm::toString(bytes.takeError());
    return {};
  }
  cpu::LoadOptions load;
  load.threads = threads;
  auto model = cpu::LoadedModel::load(ArrayRef<char>(*bytes), load);
  if (!model) {
    ADD_FAILURE() << llvm::toString(model.takeError());
    return {};
  }
  return runAll(**model, samples);
}

std::string ModelRunner::writeLibrary(ModuleOp module, const std::string &path) {
  CpuOptions options;
  options.name = "model";
  options.cache = &cache;
  text.clear();
  FailureOr<cpu::ArtefactSpec> spec = compileForCpu(module, options);
  if (failed(spec)) {
    ADD_FAILURE() << "compilation fails: " << text;
    return {};
  }
  if (llvm::Error error = cpu::writeArtefact(*spec, cpu::ArtefactKind::SharedLibrary, path)) {
    ADD_FAILURE() << llvm::toString(std::move(error));
    return {};
  }
  return path;
}

std::unique_ptr<nvptx::HostProgram> ModelRunner::loadDevice(ModuleOp module) {
  llvm::LLVMContext llvmContext;
  text.clear();
  FailureOr<nvptx::DeviceSpec> spec = compileForDevice(module, "model", nvptx::kDefaultChip, llvmContext);
  if (failed(spec)) {
    ADD_FAILURE() << "compilation for the device fails: " << text;
    return nullptr;
  }
  spec->emitDeviceIr = true;
  std::string path = folder + "/device.ptx";
  if (llvm::Error error = nvptx::writeNvptx(std::move(*spec), path)) {
    ADD_FAILURE() << llvm::toString(std::move(error));
    return nullptr;
  }
  auto program = nvptx::HostProgram::load(folder + "/device.launch.json");
  if (program)
    return std::move(*program);
  ADD_FAILURE() << llvm::toString(program.takeError());
  return nullptr;
}

std::vector<Outputs> ModelRunner::runDevice(ModuleOp module, ArrayRef<std::vector<Bytes>> samples) {
  std::unique_ptr<nvptx::HostProgram> program = loadDevice(module);
  return program ? runAll(*program, samples) : std::vector<Outputs>();
}

::testing::AssertionResult qc::test::isEqual(ArrayRef<char> actual, ArrayRef<char> expected, Type element) {
  if (actual.size() != expected.size())
    return ::testing::AssertionFailure() << actual.size() << " bytes, expected " << expected.size();
  if (actual.empty() || !std::memcmp(actual.data(), expected.data(), actual.size()))
    return ::testing::AssertionSuccess();
  size_t width = std::max(1u, element.getIntOrFloatBitWidth() / 8), different = 0, first = actual.size();
  for (size_t i = 0; i < actual.size(); i += width)
    if (std::memcmp(&actual[i], &expected[i], width)) {
      ++different;
      first = std::min(first, i);
    }
  auto result = ::testing::AssertionFailure();
  result << different << " of " << actual.size() / width << " elements differ, first " << first / width;
  if (element.isF32()) {
    float a, b;
    std::memcpy(&a, &actual[first], 4);
    std::memcpy(&b, &expected[first], 4);
    result << ": " << a << ", expected " << b;
  } else if (width == 1) {
    result << ": " << int(uint8_t(actual[first])) << ", expected " << int(uint8_t(expected[first]));
  }
  return result;
}

::testing::AssertionResult qc::test::isClose(ArrayRef<char> actual, ArrayRef<char> expected, Type element,
                                             float tolerance) {
  if (!element.isF32())
    return isEqual(actual, expected, element);
  if (actual.size() != expected.size())
    return ::testing::AssertionFailure() << actual.size() << " bytes, expected " << expected.size();
  if (actual.empty())
    return ::testing::AssertionSuccess();
  size_t count = actual.size() / 4;
  std::vector<float> a(count), b(count);
  std::memcpy(a.data(), actual.data(), count * 4);
  std::memcpy(b.data(), expected.data(), count * 4);
  float range = 0;
  for (float value : b)
    if (std::isfinite(value))
      range = std::max(range, std::fabs(value));
  for (size_t i = 0; i < count; ++i) {
    bool same = a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]));
    if (!same && !(std::fabs(a[i] - b[i]) <= tolerance * range))
      return ::testing::AssertionFailure()
             << "element " << i << " is " << a[i] << ", expected " << b[i] << ", range " << range;
  }
  return ::testing::AssertionSuccess();
}
