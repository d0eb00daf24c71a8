// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Inputs that say sizes, positions and axes.
#include "Integers.h"
#include "dialects/QC/QC.h"

using namespace mlir;
using namespace qc::onnx;

FailureOr<std::optional<Integers>> qc::onnx::readIntegers(Node &node, size_t index, StringRef what) {
  FailureOr<const Constant *> constant = node.getConstantInput(index);
  if (failed(constant))
    return failure();
  if (!node.hasInput(index))
    return std::optional<Integers>();
  if (!*constant)
    return node.emitError() << "has computed " << what << " '" << node.getInputName(index)
                            << "', accepted is a constant",
           failure();
  const Constant &tensor = **constant;
  bool isLong = tensor.elementType == int32_t(ElementType::I64);
  if ((!isLong && tensor.elementType != int32_t(ElementType::I32)) || tensor.dims.size() > 1)
    return node.emitError() << "has " << what << " of type " << getElementTypeName(tensor.elementType) << " and rank "
                            << tensor.dims.size() << ", accepted is a vector of i32 or i64",
           failure();
  if (isLong)
    return std::optional<Integers>(llvm::to_vector(getIntegers(tensor)));
  ArrayRef<int32_t> narrow(reinterpret_cast<const int32_t *>(tensor.data.bytes.data()), tensor.getNumElements());
  return std::optional<Integers>(Integers(narrow.begin(), narrow.end()));
}

FailureOr<Integers> qc::onnx::requireIntegers(Node &node, size_t index, StringRef what) {
  FailureOr<std::optional<Integers>> integers = readIntegers(node, index, what);
  if (failed(integers))
    return failure();
  if (!*integers)
    return node.emitError() << "has no input " << index << " (" << what << "), which is required", failure();
  return **integers;
}

FailureOr<Value> qc::onnx::getComputedVector(Node &node, size_t index, StringRef what, size_t count, bool isFloat) {
  FailureOr<const Constant *> constant = node.getConstantInput(index);
  if (failed(constant))
    return failure();
  if (*constant || !node.hasInput(index))
    return Value();
  FailureOr<Value> values = node.getInput(index);
  if (failed(values))
    return failure();
  RankedTensorType type = getTensorType(*values);
  Type element = type.getElementType();
  bool isRight = isFloat ? element.isF32() : element.isInteger(32) || element.isInteger(64);
  if (!isRight || type.getRank() != 1 || (!type.isDynamicDim(0) && type.getDimSize(0) != int64_t(count)))
    return node.emitError() << "has " << what << " '" << node.getInputName(index) << "' of type " << type
                            << ", accepted is a vector of " << count << (isFloat ? " f32" : " i32 or i64"),
           failure();
  return values;
}

FailureOr<Value> qc::onnx::spreadEntries(Node &node, Value values, ArrayRef<int64_t> axes, int64_t rank,
                                         int64_t groups) {
  int64_t count = axes.size();
  if (axes == ArrayRef<int64_t>(llvm::to_vector(llvm::seq<int64_t>(0, rank))))
    return values;
  Integers places(groups * rank, 0);
  for (int64_t group = 0; group < groups; ++group)
    for (auto [i, axis] : llvm::enumerate(axes))
      places[group * rank + axis] = group * count + int64_t(i);
  OpBuilder &builder = node.getBuilder();
  auto indices =
      qc::ConstantOp::create(builder, node.getLocation(), RankedTensorType::get({groups * rank}, builder.getI64Type()),
                             builder.getI64TensorAttr(places));
  return node.create<qc::GatherOp>(".entries", values, indices.getY(), uint64_t(0));
}

LogicalResult qc::onnx::expectCount(Node &node, StringRef what, size_t got, size_t expected) {
  if (got == expected)
    return success();
  return node.emitError() << "has " << got << " " << what << ", accepted are " << expected;
}

FailureOr<Integers> qc::onnx::resolveAxes(Node &node, std::optional<Integers> axes, int64_t rank, int64_t count) {
  Integers resolved;
  for (int64_t axis : axes ? *axes : llvm::to_vector(llvm::seq<int64_t>(0, count))) {
    FailureOr<int64_t> index = resolveAxis(node, axis, rank, rank - 1);
    if (failed(index))
      return failure();
    if (llvm::is_contained(resolved, *index))
      return node.emitError() << "has axis " << axis << " twice", failure();
    resolved.push_back(*index);
  }
  return resolved;
}
