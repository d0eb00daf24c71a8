// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The two sides of a verification, matched by name.
#include "VerifyCommandModel.h"
#include "CompileCommandPlan.h"
#include "dialects/QC/QC.h"
#include "qc/Analysis/State.h"
#include "qc/Target/DataTypes.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace qc;

std::string qc::describe(const TensorSpec &tensor) {
  std::string text = getDTypeName(tensor.dtype).str() + " ";
  if (tensor.dims.empty())
    return text + "scalar";
  return text + join(map_range(tensor.dims, [](int64_t dim) { return dim < 0 ? "?" : std::to_string(dim); }), "x");
}

/// For each of the artefact's tensors the reference's of that name.
static Expected<SmallVector<size_t>> matchNames(StringRef kind, ArrayRef<TensorSpec> artefact,
                                                ArrayRef<TensorSpec> reference) {
  auto find = [](ArrayRef<TensorSpec> tensors, StringRef name) {
    return llvm::find_if(tensors, [&](const TensorSpec &tensor) { return tensor.name == name; }) - tensors.begin();
  };
  for (const TensorSpec &tensor : reference)
    if (find(artefact, tensor.name) == std::ptrdiff_t(artefact.size()))
      return createStringError("the artefact has no " + kind + " '" + tensor.name + "', which the model has");
  SmallVector<size_t> order;
  for (const TensorSpec &tensor : artefact) {
    size_t at = find(reference, tensor.name);
    if (at == reference.size())
      return createStringError("the model has no " + kind + " '" + tensor.name + "', which the artefact has");
    const TensorSpec &other = reference[at];
    if (tensor.dtype != other.dtype || tensor.dims != other.dims)
      return createStringError(kind + " '" + tensor.name + "' is " + describe(other) + " in the model and " +
                               describe(tensor) + " in the artefact");
    order.push_back(at);
  }
  return order;
}

Expected<Candidate> Candidate::match(std::unique_ptr<cpu::LoadedModel> model, ArrayRef<TensorSpec> inputs,
                                     ArrayRef<TensorSpec> outputs) {
  Candidate candidate;
  Expected<SmallVector<size_t>> in = matchNames("input", model->getInputs(), inputs);
  if (!in)
    return in.takeError();
  Expected<SmallVector<size_t>> out = matchNames("output", model->getOutputs(), outputs);
  if (!out)
    return out.takeError();
  candidate.model = std::move(model);
  candidate.inputs = std::move(*in);
  candidate.outputs = std::move(*out);
  return candidate;
}

Expected<Outputs> Candidate::run(ArrayRef<data::Tensor> sample) const {
  SmallVector<data::Tensor> own;
  for (size_t input : inputs)
    own.push_back(sample[input]);
  Expected<Outputs> found = runModel(*model, own);
  if (!found)
    return found.takeError();
  Outputs ordered(found->size());
  for (auto [from, to] : zip_equal(*found, outputs))
    ordered[to] = std::move(from);
  return ordered;
}

Expected<data::DataSet> qc::openData(const VerifyCommand &command, ArrayRef<TensorSpec> inputs, data::Feed feed) {
  std::vector<data::InputSpec> specs;
  for (const TensorSpec &input : inputs)
    specs.push_back({input.name, getDataType(input.dtype), input.dims});
  return data::DataSet::open(command.data, specs, feed, splitKeys(command.ignoreKeys));
}

static std::optional<qc_dtype> getArtefactType(mlir::Type type) {
  if (type.isF32())
    return QC_F32;
  auto integer = dyn_cast<mlir::IntegerType>(type);
  if (!integer)
    return std::nullopt;
  switch (integer.getWidth()) {
  case 1:
    return QC_BOOL;
  case 8:
    return integer.isUnsigned() ? QC_U8 : QC_I8;
  case 16:
    return integer.isUnsigned() ? QC_U16 : QC_I16;
  case 32:
    return integer.isUnsigned() ? std::nullopt : std::optional(QC_I32);
  case 64:
    return integer.isUnsigned() ? std::nullopt : std::optional(QC_I64);
  default:
    return std::nullopt;
  }
}

static mlir::LogicalResult addTensor(mlir::func::FuncOp main, mlir::Type type, mlir::Attribute name,
                                     std::vector<TensorSpec> &tensors) {
  auto tensor = dyn_cast<mlir::RankedTensorType>(type);
  std::optional<qc_dtype> dtype = tensor ? getArtefactType(tensor.getElementType()) : std::nullopt;
  auto text = dyn_cast_or_null<mlir::StringAttr>(name);
  if (!dtype || !text)
    return main.emitError("has an input or output that no artefact has: ") << type << (text ? "" : " without qc.name");
  TensorSpec spec{text.str(), *dtype, {}, {}, {}};
  for (int64_t size : tensor.getShape())
    spec.dims.push_back(mlir::ShapedType::isDynamic(size) ? -1 : size);
  tensors.push_back(std::move(spec));
  return mlir::success();
}

mlir::FailureOr<std::pair<std::vector<TensorSpec>, std::vector<TensorSpec>>> qc::getBorders(mlir::ModuleOp module) {
  std::pair<std::vector<TensorSpec>, std::vector<TensorSpec>> borders;
  auto main = module.lookupSymbol<mlir::func::FuncOp>("main");
  for (auto [i, type] : enumerate(main.getArgumentTypes()))
    if (failed(addTensor(main, type, main.getArgAttr(i, QCDialect::kNameAttr), borders.first)))
      return mlir::failure();
  for (auto [i, type] : enumerate(main.getResultTypes()))
    if (failed(addTensor(main, type, main.getResultAttr(i, QCDialect::kNameAttr), borders.second)))
      return mlir::failure();
  for (std::vector<TensorSpec> *tensors : {&borders.first, &borders.second})
    tensors->resize(tensors->size() - getStatePairs(main).size());
  return borders;
}
