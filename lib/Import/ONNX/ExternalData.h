// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensor data in files beside the model.
#pragma once
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <memory>

namespace qc::onnx_pb {
class TensorProto;
}

namespace qc::onnx {

/// Bytes and what keeps them alive.
struct SharedBytes {
  llvm::ArrayRef<char> bytes;
  std::shared_ptr<const void> owner;
};

/// The `size` bytes of external tensor `proto`, mapped where they are many. The file must lie in `folder`: absolute
/// locations, `..` and links that lead out of it are refused, as are anything but regular files and parts outside them.
llvm::Expected<SharedBytes> openExternalData(const onnx_pb::TensorProto &proto, llvm::StringRef folder, uint64_t size);

} // namespace qc::onnx
