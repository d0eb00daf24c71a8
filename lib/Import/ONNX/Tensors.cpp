// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constant tensors: from messages, and as attributes.
#include "Tensors.h"
#include "dialects/QC/Resources.h"
#include "mlir/IR/Builders.h"
#include "onnx.pb.h"
#include "llvm/Support/Alignment.h"

using namespace mlir;
using namespace qc::onnx;
namespace onnx_pb = qc::onnx_pb;

static constexpr int64_t kMinResourceElements = 16;

int64_t Constant::getNumElements() const { return int64_t(data.bytes.size()) / getElementBytes(elementType); }

Type qc::onnx::getBuiltinType(MLIRContext *context, int32_t elementType) {
  Builder builder(context);
  switch (static_cast<ElementType>(elementType)) {
  case ElementType::F32:
    return builder.getF32Type();
  case ElementType::U8:
    return builder.getIntegerType(8, /*isSigned=*/false);
  case ElementType::U16:
    return builder.getIntegerType(16, /*isSigned=*/false);
  case ElementType::I8:
    return builder.getI8Type();
  case ElementType::I16:
    return builder.getI16Type();
  case ElementType::I32:
    return builder.getI32Type();
  case ElementType::I64:
    return builder.getI64Type();
  case ElementType::Bool:
    return builder.getI1Type();
  default:
    return nullptr;
  }
}

/// The same bytes at an address that elements of `width` bytes may have.
static SharedBytes align(SharedBytes data, unsigned width) {
  if (data.bytes.empty() || llvm::isAddrAligned(llvm::Align(width), data.bytes.data()))
    return data;
  auto copy = std::make_shared<std::vector<char>>(data.bytes.begin(), data.bytes.end());
  return {*copy, copy};
}

llvm::Expected<Constant> qc::onnx::takeConstant(onnx_pb::TensorProto &proto, StringRef folder) {
  Constant constant;
  if (!isExternal(proto)) {
    llvm::Expected<TensorPayload> payload = takePayload(proto);
    if (!payload)
      return payload.takeError();
    constant.elementType = payload->elementType;
    constant.dims.assign(payload->dims);
    auto owner = std::make_shared<std::string>(std::move(payload->bytes));
    constant.data = align({{owner->data(), owner->size()}, owner}, getElementBytes(constant.elementType));
    return constant;
  }
  llvm::Expected<TensorPayload> header = readPayloadHeader(proto);
  if (!header)
    return header.takeError();
  llvm::Expected<SharedBytes> data = openExternalData(proto, folder, uint64_t(getNumBytes(*header)));
  if (!data)
    return data.takeError();
  constant.elementType = header->elementType;
  constant.dims.assign(header->dims);
  constant.data = align(*data, getElementBytes(constant.elementType));
  return constant;
}

Constant qc::onnx::makeIntegers(ArrayRef<int64_t> values, ArrayRef<int64_t> dims) {
  auto owner = std::make_shared<std::vector<int64_t>>(values.begin(), values.end());
  ArrayRef<char> bytes(reinterpret_cast<const char *>(owner->data()), owner->size() * sizeof(int64_t));
  return {int32_t(ElementType::I64), llvm::to_vector(dims), {bytes, owner}};
}

ArrayRef<int64_t> qc::onnx::getIntegers(const Constant &constant) {
  return {reinterpret_cast<const int64_t *>(constant.data.bytes.data()), size_t(constant.getNumElements())};
}

/// The resource that holds these bytes, made if there is none yet.
static DenseResourceElementsHandle getSharedResource(MLIRContext *context, const Constant &constant) {
  ArrayRef<char> bytes = constant.data.bytes;
  unsigned width = getElementBytes(constant.elementType);
  // The blob shares the bytes: its deleter lets go of them.
  return qc::getResource(context, bytes, width, [&] {
    return AsmResourceBlob(
        bytes, width, [owner = constant.data.owner](void *, size_t, size_t) mutable { owner.reset(); },
        /*dataIsMutable=*/false);
  });
}

ElementsAttr qc::onnx::getAttribute(const Constant &constant, RankedTensorType type) {
  if (type.getElementType().isInteger(1)) {
    ArrayRef<char> bytes = constant.data.bytes;
    return DenseElementsAttr::get(type, ArrayRef<bool>(reinterpret_cast<const bool *>(bytes.data()), bytes.size()));
  }
  if (constant.getNumElements() < kMinResourceElements)
    return DenseElementsAttr::getFromRawBuffer(type, constant.data.bytes);
  return DenseResourceElementsAttr::get(type, getSharedResource(type.getContext(), constant));
}
