// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operators that leave no operation behind: Identity, Dropout at inference, Constant.
#include "../Handlers.h"
#include "../SparseTensors.h"
#include "dialects/QC/QC.h"

using namespace mlir;
using namespace qc::onnx;
namespace onnx_pb = qc::onnx_pb;

LogicalResult qc::onnx::importIdentity(Node &node) {
  return failed(node.getAttributes().finish()) ? failure() : node.forwardInput(0);
}

/// Output 0 is the input; the mask, where something reads it, is true everywhere.
static LogicalResult forwardDropout(Node &node) {
  if (failed(node.getAttributes().finish()) || failed(node.forwardInput(0)))
    return failure();
  if (!node.hasOutput(1))
    return success();
  FailureOr<Value> x = node.getInput(0);
  if (failed(x))
    return failure();
  auto type = getTensorType(*x).clone(node.getBuilder().getI1Type());
  if (!type.hasStaticShape())
    return node.emitError() << "has a mask of a size that is known at run time only ('" << type
                            << "'); accepted are models that do not read it, or bound sizes (--input-shape)";
  auto mask = qc::ConstantOp::create(node.getBuilder(), node.getLocation(), type, DenseElementsAttr::get(type, true));
  return node.setOutput(mask, 1);
}

LogicalResult qc::onnx::importDropout10(Node &node) {
  node.getAttributes().getFloat("ratio", 0.5f); // without effect at inference
  return forwardDropout(node);
}

LogicalResult qc::onnx::importDropout12(Node &node) {
  node.getAttributes().getInt("seed", 0); // without effect at inference
  FailureOr<const Constant *> training = node.getConstantInput(2);
  if (failed(training))
    return failure();
  if (node.hasInput(2) && !*training)
    return node.emitError() << "has a computed training mode '" << node.getInputName(2)
                            << "', accepted is a constant false";
  if (*training && llvm::any_of((*training)->data.bytes, [](char byte) { return byte != 0; }))
    return node.emitError() << "is in training mode, accepted is inference (training_mode false)";
  return forwardDropout(node);
}

static LogicalResult importTensor(Node &node, const onnx_pb::TensorProto &tensor) {
  onnx_pb::TensorProto copy = tensor;
  llvm::Expected<Constant> constant = takeConstant(copy, node.getFolder());
  if (!constant)
    return node.emitError() << "has a value that " << llvm::toString(constant.takeError());
  return node.setOutput(std::move(*constant));
}

static LogicalResult importSparse(Node &node, StringRef bytes) {
  llvm::Expected<Constant> constant = makeDense(bytes, node.getFolder());
  if (!constant)
    return node.emitError() << "has a value that " << llvm::toString(constant.takeError());
  return node.setOutput(std::move(*constant));
}

/// A constant of f32.
static Constant makeFloats(ArrayRef<float> values, ArrayRef<int64_t> dims) {
  auto owner = std::make_shared<std::vector<float>>(values.begin(), values.end());
  ArrayRef<char> bytes(reinterpret_cast<const char *>(owner->data()), owner->size() * sizeof(float));
  return {int32_t(ElementType::F32), llvm::to_vector(dims), {bytes, owner}};
}

LogicalResult qc::onnx::importConstant11(Node &node) {
  const onnx_pb::TensorProto *tensor = node.getAttributes().getTensor("value");
  const std::string *sparse = node.getAttributes().getSparseTensor("sparse_value");
  if (failed(node.getAttributes().finish()))
    return failure();
  if (sparse && !tensor)
    return importSparse(node, *sparse);
  return tensor ? importTensor(node, *tensor) : node.emitError() << "has no attribute 'value', which is required";
}

LogicalResult qc::onnx::importConstant12(Node &node) {
  AttributeReader &attributes = node.getAttributes();
  const onnx_pb::TensorProto *tensor = attributes.getTensor("value");
  const std::string *sparse = attributes.getSparseTensor("sparse_value");
  std::optional<int64_t> integer = attributes.getOptionalInt("value_int");
  std::optional<SmallVector<int64_t>> integers = attributes.getInts("value_ints");
  std::optional<float> number = attributes.getOptionalFloat("value_float");
  std::optional<SmallVector<float>> numbers = attributes.getFloats("value_floats");
  if (failed(attributes.finish()))
    return failure();
  int given = (tensor != nullptr) + (sparse != nullptr) + integer.has_value() + integers.has_value() +
              number.has_value() + numbers.has_value();
  if (given != 1)
    return node.emitError() << "has " << given
                            << " values, accepted is one of value, sparse_value, value_int, value_ints, "
                               "value_float, value_floats";
  if (tensor)
    return importTensor(node, *tensor);
  if (sparse)
    return importSparse(node, *sparse);
  if (integer)
    return node.setOutput(makeIntegers(*integer, {}));
  if (integers)
    return node.setOutput(makeIntegers(*integers, int64_t(integers->size())));
  if (number)
    return node.setOutput(makeFloats(*number, {}));
  return node.setOutput(makeFloats(*numbers, int64_t(numbers->size())));
}
