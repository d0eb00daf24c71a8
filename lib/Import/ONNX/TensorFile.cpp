// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that hold one ONNX tensor.
#include "qc/Import/ONNX/TensorFile.h"
#include "TensorPayload.h"
#include "onnx.pb.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;
using namespace qc::onnx;
namespace onnx_pb = qc::onnx_pb;

static Error failFile(StringRef path, const Twine &text) { return createStringError("'" + path + "': " + text); }

Expected<TensorPayload> qc::onnx::readTensorFile(StringRef path) {
  sys::fs::file_status status;
  if (std::error_code code = sys::fs::status(path, status))
    return failFile(path, "cannot be read: " + code.message());
  if (!sys::fs::is_regular_file(status))
    return failFile(path, "is not a regular file");
  // The format's length fields are int32.
  if (status.getSize() > uint64_t(INT32_MAX))
    return failFile(path, "holds " + Twine(status.getSize()) + " bytes, a tensor message has less than 2^31");
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return failFile(path, "cannot be read: " + buffer.getError().message());
  onnx_pb::TensorProto proto;
  if (!proto.ParseFromArray((*buffer)->getBufferStart(), int((*buffer)->getBufferSize())))
    return failFile(path, "is not a tensor message of ONNX (truncated or damaged)");
  if (!proto.has_data_type())
    return failFile(path, "is not a tensor message of ONNX (no element type)");
  Expected<TensorPayload> payload = takePayload(proto);
  if (!payload)
    return failFile(path, toString(payload.takeError()));
  return payload;
}
