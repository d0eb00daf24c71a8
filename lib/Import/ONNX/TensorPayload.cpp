// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// TensorProto messages as checked bytes.
#include "TensorPayload.h"
#include "onnx.pb.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"
#include <cstring>
#include <limits>

using namespace llvm;
using namespace qc::onnx;
namespace onnx_pb = qc::onnx_pb;
using qc::onnx_pb::TensorProto;

static_assert(sizeof(float) == 4 && sizeof(double) == 8, "the format's floats are IEEE");

static Error fail(const Twine &text) { return createStringError(text); }

namespace {
struct TypeInfo {
  ElementType type;
  const char *name;
  unsigned bytes;
};
} // namespace

static const TypeInfo kTypes[] = {
    {ElementType::Undefined, "undefined", 0},
    {ElementType::F32, "f32", 4},
    {ElementType::U8, "u8", 1},
    {ElementType::I8, "i8", 1},
    {ElementType::U16, "u16", 2},
    {ElementType::I16, "i16", 2},
    {ElementType::I32, "i32", 4},
    {ElementType::I64, "i64", 8},
    {ElementType::String, "string", 0},
    {ElementType::Bool, "bool", 1},
    {ElementType::F16, "f16", 2},
    {ElementType::F64, "f64", 8},
    {ElementType::U32, "u32", 4},
    {ElementType::U64, "u64", 8},
    {ElementType::Complex64, "complex64", 0},
    {ElementType::Complex128, "complex128", 0},
    {ElementType::BF16, "bf16", 2},
};

static const TypeInfo *lookUp(int32_t code) {
  return code >= 0 && size_t(code) < std::size(kTypes) ? &kTypes[code] : nullptr;
}

std::string qc::onnx::getElementTypeName(int32_t code) {
  const TypeInfo *info = lookUp(code);
  return info ? info->name : ("element type " + Twine(code)).str();
}

unsigned qc::onnx::getElementBytes(int32_t code) {
  const TypeInfo *info = lookUp(code);
  return info ? info->bytes : 0;
}

int64_t TensorPayload::getNumElements() const {
  int64_t count = 1;
  for (int64_t dim : dims)
    count *= dim;
  return count;
}

int64_t qc::onnx::getNumBytes(const TensorPayload &header) {
  return header.getNumElements() * getElementBytes(header.elementType);
}

std::string qc::onnx::describe(const TensorPayload &header) {
  std::string shape = header.dims.empty()
                          ? "a scalar"
                          : join(map_range(header.dims, [](int64_t dim) { return std::to_string(dim); }), "x");
  return shape + " of " + getElementTypeName(header.elementType);
}

bool qc::onnx::isExternal(const TensorProto &proto) { return proto.data_location() != 0; }

/// Dimensions whose product, with zeros left out, times the element size fits: then no partial product overflows.
static Error checkDims(ArrayRef<int64_t> dims, unsigned elementBytes) {
  int64_t size = elementBytes;
  for (int64_t dim : dims) {
    if (dim < 0)
      return fail("has dimension " + Twine(dim) + ", dimensions are 0 or more");
    if (dim != 0 && MulOverflow(size, dim, size))
      return fail("has a shape of more than 2^63 bytes");
  }
  return Error::success();
}

Expected<TensorPayload> qc::onnx::readPayloadHeader(const TensorProto &proto) {
  TensorPayload header;
  header.name = proto.name();
  header.elementType = proto.data_type();
  header.dims.assign(proto.dims().begin(), proto.dims().end());
  unsigned bytes = getElementBytes(header.elementType);
  if (bytes == 0)
    return fail("has element type " + getElementTypeName(header.elementType) +
                ", accepted are f32, f64, f16, bf16, i8 to i64, u8 to u64 and bool");
  if (Error error = checkDims(header.dims, bytes))
    return error;
  if (proto.has_segment())
    return fail("is stored in segments, accepted is a tensor in one piece");
  return header;
}

/// Writes `values`, each checked against the range of `Narrow`, as `Narrow`.
template <typename Narrow, typename Field> static Error packField(const Field &values, std::string &bytes) {
  bytes.resize(size_t(values.size()) * sizeof(Narrow));
  char *out = bytes.data();
  for (auto value : values) {
    Narrow narrow = static_cast<Narrow>(value);
    if constexpr (std::is_integral_v<Narrow>)
      if (static_cast<decltype(value)>(narrow) != value)
        return fail("holds " + Twine(value) + ", which its element type does not");
    std::memcpy(out, &narrow, sizeof(Narrow));
    out += sizeof(Narrow);
  }
  return Error::success();
}

/// The field of the message that holds elements of this type when raw_data does not.
static Error packTypedData(const TensorProto &proto, std::string &bytes) {
  switch (static_cast<ElementType>(proto.data_type())) {
  case ElementType::F32:
    return packField<float>(proto.float_data(), bytes);
  case ElementType::F64:
    return packField<double>(proto.double_data(), bytes);
  case ElementType::I64:
    return packField<int64_t>(proto.int64_data(), bytes);
  case ElementType::U64:
    return packField<uint64_t>(proto.uint64_data(), bytes);
  case ElementType::U32:
    return packField<uint32_t>(proto.uint64_data(), bytes);
  case ElementType::I32:
    return packField<int32_t>(proto.int32_data(), bytes);
  case ElementType::I16:
    return packField<int16_t>(proto.int32_data(), bytes);
  case ElementType::U16:
  case ElementType::F16: // these two as bit patterns
  case ElementType::BF16:
    return packField<uint16_t>(proto.int32_data(), bytes);
  case ElementType::I8:
    return packField<int8_t>(proto.int32_data(), bytes);
  default: // U8, Bool: readPayloadHeader accepted no other
    return packField<uint8_t>(proto.int32_data(), bytes);
  }
}

/// Gives the memory of typed data back: the message lives on.
static void dropTypedData(TensorProto &proto) {
  auto drop = [](auto *field) { std::remove_reference_t<decltype(*field)>().Swap(field); };
  drop(proto.mutable_float_data());
  drop(proto.mutable_double_data());
  drop(proto.mutable_int32_data());
  drop(proto.mutable_int64_data());
  drop(proto.mutable_uint64_data());
}

static size_t countTypedData(const TensorProto &proto) {
  return size_t(proto.float_data_size()) + proto.int32_data_size() + proto.int64_data_size() +
         proto.double_data_size() + proto.uint64_data_size() + proto.string_data_size();
}

Expected<TensorPayload> qc::onnx::takePayload(TensorProto &proto) {
  Expected<TensorPayload> payload = readPayloadHeader(proto);
  if (!payload)
    return payload;
  if (isExternal(proto))
    return fail("keeps its data in another file, accepted is data in the message");
  if (proto.has_raw_data() && countTypedData(proto) != 0)
    return fail("has both raw and typed data");
  if (proto.has_raw_data())
    payload->bytes = std::move(*proto.mutable_raw_data());
  else if (Error error = packTypedData(proto, payload->bytes))
    return error;
  dropTypedData(proto);
  int64_t needed = getNumBytes(*payload);
  if (int64_t(payload->bytes.size()) != needed)
    return fail("holds " + Twine(payload->bytes.size()) + " bytes, " + describe(*payload) + " needs " + Twine(needed));
  if (payload->elementType == int32_t(ElementType::Bool))
    for (char &byte : payload->bytes)
      byte = byte != 0;
  return payload;
}
