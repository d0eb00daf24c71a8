// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Model files: reading and the checks that need no operator.
#include "Model.h"
#include "qc/Import/ONNX/Import.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <google/protobuf/io/zero_copy_stream_impl.h>

using namespace llvm;
using namespace qc::onnx;
namespace onnx_pb = qc::onnx_pb;

/// IR versions: 3 is the first with operator set imports, 14 the newest known.
static constexpr int64_t kMinIrVersion = 3, kMaxIrVersion = 14;

static Error fail(const Twine &text) { return createStringError(text); }

bool qc::onnx::isDefaultDomain(StringRef domain) { return domain.empty() || domain == "ai.onnx"; }

static Error parse(StringRef path, onnx_pb::ModelProto &proto) {
  sys::fs::file_status status;
  if (std::error_code code = sys::fs::status(path, status))
    return fail("cannot be read: " + code.message());
  if (!sys::fs::is_regular_file(status))
    return fail("is not a regular file");
  // The format's length fields are int32.
  if (status.getSize() > uint64_t(INT32_MAX))
    return fail("holds " + Twine(status.getSize()) +
                " bytes, one message has less than 2^31; accepted are larger weights as external data");
  Expected<sys::fs::file_t> descriptor = sys::fs::openNativeFileForRead(path);
  if (!descriptor)
    return fail("cannot be read: " + toString(descriptor.takeError()));
  // A stream, not a mapping: tensors are copied once, from the kernel into the message, and moved from there.
  google::protobuf::io::FileInputStream stream(*descriptor);
  bool parsed = proto.ParseFromZeroCopyStream(&stream);
  sys::fs::closeFile(*descriptor);
  if (!parsed)
    return fail("is not an ONNX model, or truncated or damaged");
  return Error::success();
}

static Expected<int64_t> getOpset(const onnx_pb::ModelProto &proto) {
  int64_t opset = 0;
  for (const onnx_pb::OperatorSetIdProto &import : proto.opset_import()) {
    if (!isDefaultDomain(import.domain()))
      continue;
    if (opset != 0 && opset != import.version())
      return fail("imports opsets " + Twine(opset) + " and " + Twine(import.version()) + " of the default domain");
    opset = import.version();
  }
  if (opset < qc::kMinOpset || opset > qc::kMaxOpset)
    return fail((opset ? "has opset " + Twine(opset) : "imports no opset of the default domain") + ", accepted are " +
                Twine(qc::kMinOpset) + " to " + Twine(qc::kMaxOpset));
  return opset;
}

Expected<Model> qc::onnx::parseModel(StringRef path) {
  Model model;
  model.proto = std::make_unique<onnx_pb::ModelProto>();
  if (Error error = parse(path, *model.proto))
    return error;
  if (!model.proto->has_graph())
    return fail("is not an ONNX model: it holds no graph");
  StringRef folder = sys::path::parent_path(path);
  model.folder = folder.empty() ? "." : folder.str();
  return model;
}

Expected<Model> qc::onnx::readModel(StringRef path) {
  Expected<Model> model = parseModel(path);
  if (!model)
    return model;
  int64_t version = model->proto->ir_version();
  if (version < kMinIrVersion || version > kMaxIrVersion)
    return fail("has IR version " + Twine(version) + ", accepted are " + Twine(kMinIrVersion) + " to " +
                Twine(kMaxIrVersion));
  Expected<int64_t> opset = getOpset(*model->proto);
  if (!opset)
    return opset.takeError();
  model->opset = *opset;
  return model;
}
