// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Model files: reading and the checks that need no operator.
#pragma once
#include "onnx.pb.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>

namespace qc::onnx {

/// A model in memory.
struct Model {
  std::unique_ptr<onnx_pb::ModelProto> proto; ///< has a graph
  std::string folder;                         ///< of the file; external data stays inside it
  int64_t opset = 0;                          ///< of the default domain, kMinOpset to kMaxOpset

  const onnx_pb::GraphProto &getGraph() const { return proto->graph(); }
};

/// Reads `path`, whatever versions it is of: the opset is 0. Texts do not name the file.
llvm::Expected<Model> parseModel(llvm::StringRef path);

/// Reads `path` and checks its versions.
llvm::Expected<Model> readModel(llvm::StringRef path);

/// True for the default operator set's domain, which has two spellings.
bool isDefaultDomain(llvm::StringRef domain);

} // namespace qc::onnx
