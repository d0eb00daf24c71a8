// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constants as bytes, and content-hash-named resources.
#include "dialects/QC/QC.h"
#include "mlir/IR/BuiltinDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include "qc/Arith/Hash.h"

using namespace mlir;
using namespace qc;

ElementsAttr qc::getConstantValue(Value value) {
  auto constant = value ? value.getDefiningOp<ConstantOp>() : ConstantOp();
  return constant ? constant.getValue() : ElementsAttr();
}

int64_t TensorValue::getInteger(int64_t index) const {
  Type element = type.getElementType();
  size_t width = elementBytes(type);
  uint64_t bits = 0;
  std::memcpy(&bits, bytes->data() + index * width, width);
  if (element.isUnsignedInteger() || element.isSignlessInteger(1) || width == 8)
    return int64_t(bits);
  unsigned unused = 64 - 8 * width;
  return int64_t(bits << unused) >> unused;
}

void TensorValue::setInteger(int64_t index, int64_t value) {
  if (bytes.use_count() > 1)
    bytes = std::make_shared<std::vector<char>>(*bytes);
  size_t width = elementBytes(type);
  std::memcpy(bytes->data() + index * width, &value, width);
}

static std::optional<TensorValue> readResource(DenseResourceElementsAttr resource, RankedTensorType type) {
  AsmResourceBlob *blob = resource.getRawHandle().getBlob();
  if (!blob || blob->getData().size() != size_t(type.getNumElements()) * TensorValue::elementBytes(type))
    return std::nullopt;
  return TensorValue(type, blob->getData());
}

std::optional<TensorValue> qc::getTensorValue(ElementsAttr elements) {
  auto type = dyn_cast<RankedTensorType>(elements.getShapedType());
  if (!type || !type.hasStaticShape() || !type.getElementType().isIntOrIndexOrFloat())
    return std::nullopt;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(elements))
    return readResource(resource, type);
  auto dense = dyn_cast<DenseElementsAttr>(elements);
  if (!dense)
    return std::nullopt;
  TensorValue value(type);
  if (type.getElementType().isInteger(1)) {
    for (auto [i, bit] : llvm::enumerate(dense.getValues<bool>()))
      value.setInteger(i, bit);
    return value;
  }
  ArrayRef<char> raw = dense.getRawData();
  if (!dense.isSplat())
    return raw.size() == value.getRawData().size() ? std::optional<TensorValue>(TensorValue(type, raw)) : std::nullopt;
  MutableArrayRef<char> out(const_cast<char *>(value.getRawData().data()), value.getRawData().size());
  for (size_t i = 0; i < out.size(); i += raw.size())
    std::memcpy(out.data() + i, raw.data(), raw.size());
  return value;
}

ElementsAttr qc::getElementsAttr(const TensorValue &value) {
  RankedTensorType type = value.getType();
  constexpr int64_t kInline = 16;
  if (value.getNumElements() < kInline)
    return DenseElementsAttr::getFromRawBuffer(type, value.getRawData());
  qc::arith::Hash128 hash = qc::arith::hash128(value.getRawData().data(), value.getRawData().size());
  std::string name = "w_" + hash.text();
  auto *dialect = type.getContext()->getLoadedDialect<BuiltinDialect>();
  auto &manager = DenseResourceElementsHandle::getManagerInterface(type.getContext());
  if (auto *entry = manager.getBlobManager().lookup(name))
    if (entry->getBlob() && entry->getBlob()->getData() == value.getRawData())
      return DenseResourceElementsAttr::get(type, DenseResourceElementsHandle(entry, dialect));
  AsmResourceBlob blob = HeapAsmResourceBlob::allocateAndCopyWithAlign(value.getRawData(), 64, false);
  return DenseResourceElementsAttr::get(type, manager.insert(name, std::move(blob)));
}
