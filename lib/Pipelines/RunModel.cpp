// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Running loaded models on samples.
#include "qc/Pipelines/RunModel.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Analysis/Samples.h"
#include "qc/Analysis/State.h"
#include "qc/Target/DataTypes.h"
#include "qc/Transforms/Calibrate/Observers.h"
#include <cstring>

using namespace llvm;
using namespace qc;

Expected<Outputs> qc::runModel(const cpu::LoadedModel &model, ArrayRef<data::Tensor> inputs) {
  SmallVector<ArrayRef<char>> bytes;
  SmallVector<ArrayRef<int64_t>> dims;
  for (const data::Tensor &tensor : inputs) {
    bytes.push_back(tensor.bytes);
    dims.push_back(tensor.dims);
  }
  auto outputDims = model.getOutputDims(dims);
  if (!outputDims)
    return outputDims.takeError();
  Outputs outputs;
  for (auto [tensor, extents] : zip_equal(model.getOutputs(), *outputDims))
    outputs.emplace_back(size_t(getDTypeBytes(tensor.dtype) * mlir::ShapedType::getNumElements(extents)));
  SmallVector<MutableArrayRef<char>> buffers(outputs.begin(), outputs.end());
  if (Error error = model.run(bytes, dims, buffers))
    return error;
  return outputs;
}

data::Feed qc::getFeed(mlir::ModuleOp module) {
  auto main = module.lookupSymbol<mlir::func::FuncOp>("main");
  if (countStates(module))
    return data::Feed::Steps;
  mlir::FailureOr<SizeAnalysis> sizes = SizeAnalysis::analyze(main);
  return succeeded(sizes) && beginWithOneSymbol(main, *sizes) ? data::Feed::Rows : data::Feed::Samples;
}

static std::optional<data::DType> getDType(mlir::Type type) {
  if (type.isF32())
    return data::DType::F32;
  auto integer = llvm::dyn_cast<mlir::IntegerType>(type);
  if (!integer)
    return std::nullopt;
  if (integer.getWidth() == 1)
    return data::DType::Bool;
  return data::parseDType((integer.isUnsigned() ? "u" : "i") + std::to_string(integer.getWidth()));
}

// What samples have to look like.
static mlir::FailureOr<std::vector<data::InputSpec>> makeInputSpecs(mlir::func::FuncOp main) {
  std::vector<data::InputSpec> specs;
  for (mlir::BlockArgument input : main.getArguments().drop_back(getStatePairs(main).size())) {
    auto fail = [&] { return emitError(input.getLoc()) << "input '" << getValueName(input) << "' "; };
    auto type = llvm::dyn_cast<mlir::RankedTensorType>(input.getType());
    std::optional<data::DType> dtype = type ? getDType(type.getElementType()) : std::nullopt;
    if (!dtype)
      return fail() << "has type " << input.getType() << ", accepted are tensors of f32 and integers";
    data::InputSpec spec{getValueName(input).str(), *dtype, {}};
    for (int64_t size : type.getShape())
      spec.dims.push_back(mlir::ShapedType::isDynamic(size) ? -1 : size);
    specs.push_back(std::move(spec));
  }
  return specs;
}

mlir::FailureOr<data::DataSet> qc::openSamples(mlir::ModuleOp module, StringRef path,
                                               ArrayRef<std::string> ignoredKeys) {
  mlir::FailureOr<mlir::func::FuncOp> main = getMainFunction(module);
  if (failed(main))
    return mlir::failure();
  mlir::FailureOr<std::vector<data::InputSpec>> inputs = makeInputSpecs(*main);
  if (failed(inputs))
    return mlir::failure();
  Expected<data::DataSet> set = data::DataSet::open(path, *inputs, getFeed(module), ignoredKeys);
  if (set)
    return std::move(*set);
  return mlir::LogicalResult(emitError(mlir::UnknownLoc::get(module.getContext()))
                             << "calibration data " << toString(set.takeError()));
}

std::vector<SmallVector<data::Tensor, 4>> qc::splitSample(ArrayRef<data::Tensor> sample, data::Feed feed) {
  if (feed != data::Feed::Steps)
    return {SmallVector<data::Tensor, 4>(sample)};
  std::vector<SmallVector<data::Tensor, 4>> runs;
  for (int64_t step = 0, count = data::countSteps(sample); step < count; ++step)
    runs.push_back(data::takeStep(sample, step));
  return runs;
}

template <typename T> static std::vector<double> convert(ArrayRef<char> bytes) {
  std::vector<double> values(bytes.size() / sizeof(T));
  for (size_t i = 0; i < values.size(); ++i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    values[i] = double(value);
  }
  return values;
}

std::vector<double> qc::toDoubles(qc_dtype type, ArrayRef<char> bytes) {
  switch (type) {
  case QC_F32:
    return convert<float>(bytes);
  case QC_U8:
  case QC_BOOL:
    return convert<uint8_t>(bytes);
  case QC_I8:
    return convert<int8_t>(bytes);
  case QC_U16:
    return convert<uint16_t>(bytes);
  case QC_I16:
    return convert<int16_t>(bytes);
  case QC_I32:
    return convert<int32_t>(bytes);
  case QC_I64:
    return convert<int64_t>(bytes);
  case QC_F64:
    return convert<double>(bytes);
  case QC_F16:
  case QC_BF16:
  case QC_U4:
  case QC_I4:
    break; // no artefact has them yet
  }
  return {};
}
