// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which nodes of a model qc has no operator for.
#pragma once
#include "Model.h"
#include "Reads.h"
#include "llvm/ADT/StringSet.h"

namespace qc::onnx {

/// Answers which nodes can be imported.
class Supported {
public:
  explicit Supported(const Model &model);

  /// Whether a handler takes nodes of this kind.
  bool isSupported(const onnx_pb::NodeProto &node) const { return isSupported(node, model.opset); }

  /// Fails with one error that lists every kind of operator that qc does not have, with its count and first nodes:
  /// among the nodes that are read, in bodies of If, Loop and Scan, and in the functions that they call.
  llvm::LogicalResult check(const Reads &reads, mlir::Location location) const;

private:
  class Listing;
  bool isSupported(const onnx_pb::NodeProto &node, int64_t opset) const;
  /// Null where the node calls no function of the model.
  const onnx_pb::FunctionProto *findFunction(const onnx_pb::NodeProto &node) const;

  const Model &model;
  llvm::StringMap<const onnx_pb::FunctionProto *> functions; ///< by "domain:name", the default domain as ""
};

} // namespace qc::onnx
