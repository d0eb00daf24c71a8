// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Graphs inside of graphs: bodies of If, Loop and Scan.
#pragma once
#include "onnx.pb.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

namespace qc::onnx {

/// Bodies in bodies that are looked at; what lies deeper counts as damaged.
constexpr unsigned kMaxBodyDepth = 64;

/// Calls `visit` for each graph in an attribute of `node`, not for those inside of these. Attributes that hold no
/// graph, or a damaged one, are passed over; returns false where there was such a one.
bool forEachBody(const onnx_pb::NodeProto &node, llvm::function_ref<void(const onnx_pb::GraphProto &)> visit);

/// Calls `visit` for each node of the bodies of `node`, at any depth, an outer one before the inner ones. Returns false
/// where a body was damaged or too deep.
bool forEachBodyNode(const onnx_pb::NodeProto &node, llvm::function_ref<void(const onnx_pb::NodeProto &)> visit);

/// Calls `visit` for every name that the bodies of `node` read: what they define themselves, too.
void forEachNameReadInBodies(const onnx_pb::NodeProto &node, llvm::function_ref<void(llvm::StringRef)> visit);

} // namespace qc::onnx
