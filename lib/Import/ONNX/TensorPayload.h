// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// TensorProto messages as checked bytes.
#pragma once
#include "qc/Import/ONNX/TensorFile.h"

namespace qc::onnx_pb {
class TensorProto;
}

namespace qc::onnx {

/// Name, element type and dimensions of `proto`, without bytes. Fails where the element type has no bytes, a dimension
/// is negative or the size does not fit 63 bits. Texts do not name the tensor: the caller knows where it stands.
llvm::Expected<TensorPayload> readPayloadHeader(const onnx_pb::TensorProto &proto);

/// True where the bytes are in another file.
bool isExternal(const onnx_pb::TensorProto &proto);

/// The tensor in `proto`, whose raw_data is moved out. Fails as `readPayloadHeader`, where the data is of another size
/// than the shape says, in the wrong field, out of the element type's range, in segments or external.
llvm::Expected<TensorPayload> takePayload(onnx_pb::TensorProto &proto);

/// "2x3 of f32"; "a scalar of f32".
std::string describe(const TensorPayload &header);

/// Bytes that the header's type and shape need. Does not overflow for headers from `readPayloadHeader`.
int64_t getNumBytes(const TensorPayload &header);

} // namespace qc::onnx
