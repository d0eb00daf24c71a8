// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which nodes and tensors the outputs of a graph depend on.
#pragma once
#include "mlir/IR/Location.h"
#include "onnx.pb.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/StringSet.h"

namespace qc::onnx {

/// What is read on the way to the outputs of a graph. Nodes that are not needed may be anything: they are not imported.
struct Reads {
  llvm::BitVector nodes; ///< by number
  llvm::StringSet<> names;
};

/// A name that two nodes define is the first one's.
Reads findReads(const onnx_pb::GraphProto &graph);

/// Remarks on the nodes that are not needed, if any. `location` is the model's.
void remarkUnread(const onnx_pb::GraphProto &graph, const Reads &reads, mlir::Location location);

} // namespace qc::onnx
