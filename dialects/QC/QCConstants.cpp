// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc.constant, and constants as bytes.
#include "dialects/QC/QC.h"
#include "dialects/QC/Resources.h"
#include <cmath>

using namespace mlir;
using namespace qc;

LogicalResult ConstantOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                           DictionaryAttr attributes, OpaqueProperties properties, RegionRange regions,
                                           SmallVectorImpl<Type> &types) {
  Adaptor op(operands, attributes, properties, regions);
  ElementsAttr value = op.getValue();
  auto type = value ? dyn_cast<RankedTensorType>(value.getShapedType()) : RankedTensorType();
  if (!type) // constant_c2
    return emitOptionalError(loc, "'qc.constant' op expects the value of a ranked tensor");
  types.push_back(type);
  return success();
}

LogicalResult ConstantOp::verify() {
  if (!isa<DenseElementsAttr, DenseResourceElementsAttr>(getValue())) // constant_c1
    return emitOpError("expects a dense or dense_resource value");
  auto type = dyn_cast<RankedTensorType>(getValue().getShapedType());
  if (type && !TensorValue::getByteSize(type)) // constant_c2
    return emitOpError("expects integers, indices or floats of at most 64 bits in a static shape of less than 2^63 "
                       "bytes, got ")
           << type;
  return success();
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

ElementsAttr qc::getConstantValue(Value value) {
  auto constant = value ? value.getDefiningOp<ConstantOp>() : ConstantOp();
  return constant ? constant.getValue() : ElementsAttr();
}

// A splat is the one attribute whose value can be larger than the file it came from.
static constexpr int64_t kMaxSplatBytes = int64_t(1) << 31;

static std::optional<TensorValue> readDense(DenseElementsAttr dense, RankedTensorType type, int64_t size) {
  ArrayRef<char> raw = dense.getRawData();
  bool isBits = type.getElementType().isInteger(1); // MLIR packs eight in a byte
  if (!dense.isSplat() && !isBits)
    return int64_t(raw.size()) == size ? std::optional(TensorValue::borrow(type, raw)) : std::nullopt;
  if (size > kMaxSplatBytes)
    return std::nullopt;
  TensorValue value(type);
  MutableArrayRef<char> out = value.mutableRawData();
  if (isBits)
    llvm::copy(dense.getValues<bool>(), out.begin());
  else
    for (size_t i = 0; i < out.size(); i += raw.size())
      std::memcpy(out.data() + i, raw.data(), raw.size());
  return value;
}

std::optional<TensorValue> qc::getTensorValue(ElementsAttr elements) {
  auto type = elements ? dyn_cast<RankedTensorType>(elements.getShapedType()) : RankedTensorType();
  std::optional<int64_t> size = type ? TensorValue::getByteSize(type) : std::nullopt;
  if (!size)
    return std::nullopt;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(elements)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob || int64_t(blob->getData().size()) != *size)
      return std::nullopt;
    return TensorValue::borrow(type, blob->getData());
  }
  auto dense = dyn_cast<DenseElementsAttr>(elements);
  return dense ? readDense(dense, type, *size) : std::nullopt;
}

std::optional<Dims> qc::getIntegers(const TensorValue &value) {
  constexpr float kMost = float(int64_t(1) << 53);
  Dims dims;
  for (int64_t i = 0, count = value.getNumElements(); i < count; ++i) {
    if (!value.getType().getElementType().isF32()) {
      if (!value.getType().getElementType().isIntOrIndex())
        return std::nullopt;
      dims.push_back(value.getInteger(i));
      continue;
    }
    float number = value.getData<float>()[i];
    if (!(std::abs(number) < kMost) || std::trunc(number) != number)
      return std::nullopt;
    dims.push_back(int64_t(number));
  }
  return dims;
}

static ElementsAttr getDense(const TensorValue &value) {
  if (!value.getType().getElementType().isInteger(1))
    return DenseElementsAttr::getFromRawBuffer(value.getType(), value.getRawData());
  SmallVector<bool> bits(value.getRawData());
  return DenseElementsAttr::get(value.getType(), ArrayRef<bool>(bits));
}

ElementsAttr qc::getElementsAttr(const TensorValue &value) {
  constexpr int64_t kInline = 16;
  RankedTensorType type = value.getType();
  if (value.getNumElements() < kInline)
    return getDense(value);
  ArrayRef<char> raw = value.getRawData();
  // No more than the alignment of a file read into memory: MLIR refuses bytecode whose buffer is less aligned.
  constexpr size_t kAlignment = 16;
  auto makeBlob = [&]() -> AsmResourceBlob {
    if (value.isBorrowed())
      return HeapAsmResourceBlob::allocateAndCopyWithAlign(raw, kAlignment, /*dataIsMutable=*/false);
    // The blob shares the buffer of the value.
    return {raw, kAlignment, [owner = value](void *, size_t, size_t) mutable { owner = TensorValue(); },
            /*dataIsMutable=*/false};
  };
  return DenseResourceElementsAttr::get(type,
                                        getResource(type.getContext(), raw, TensorValue::elementBytes(type), makeBlob));
}
