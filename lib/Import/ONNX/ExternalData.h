// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensor data in files beside the model.
#pragma once
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>
#include <vector>

namespace qc::onnx_pb {
class GraphProto;
class TensorProto;
} // namespace qc::onnx_pb

namespace qc::onnx {

/// Bytes and what keeps them alive.
struct SharedBytes {
  llvm::ArrayRef<char> bytes;
  std::shared_ptr<const void> owner;
};

/// The `size` bytes of external tensor `proto`, mapped where they are many. The file must lie in `folder`: absolute
/// locations, `..` and links that lead out of it are refused, as are anything but regular files and parts outside them.
llvm::Expected<SharedBytes> openExternalData(const onnx_pb::TensorProto &proto, llvm::StringRef folder, uint64_t size);

/// The paths of all files that tensors of `graph` name as external data, each once, for a model in `folder`.
std::vector<std::string> listExternalFiles(const onnx_pb::GraphProto &graph, llvm::StringRef folder);

} // namespace qc::onnx
