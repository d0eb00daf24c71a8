// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Graphs inside of graphs: bodies of If, Loop and Scan.
#include "Bodies.h"

using namespace llvm;
using namespace qc::onnx;
using namespace qc::onnx_pb;

bool qc::onnx::forEachBody(const NodeProto &node, function_ref<void(const GraphProto &)> visit) {
  bool ok = true;
  auto read = [&](const std::string &bytes) {
    GraphProto graph;
    // Graphs are bytes in their attributes (onnx.proto), so that this parses one level.
    if (graph.ParseFromString(bytes))
      visit(graph);
    else
      ok = false;
  };
  for (const AttributeProto &attribute : node.attribute()) {
    if (attribute.has_g())
      read(attribute.g());
    for (const std::string &graph : attribute.graphs())
      read(graph);
  }
  return ok;
}

/// Calls `visit` for the bodies of `node` and those in them.
static bool forEachBodyBelow(const NodeProto &node, unsigned depth, function_ref<void(const GraphProto &)> visit) {
  bool ok = true;
  ok &= forEachBody(node, [&](const GraphProto &graph) {
    if (depth == kMaxBodyDepth) {
      ok = false;
      return;
    }
    visit(graph);
    for (const NodeProto &inner : graph.node())
      ok &= forEachBodyBelow(inner, depth + 1, visit);
  });
  return ok;
}

bool qc::onnx::forEachBodyNode(const NodeProto &node, function_ref<void(const NodeProto &)> visit) {
  return forEachBodyBelow(node, 0, [&](const GraphProto &graph) {
    for (const NodeProto &inner : graph.node())
      visit(inner);
  });
}

void qc::onnx::forEachNameReadInBodies(const NodeProto &node, function_ref<void(StringRef)> visit) {
  forEachBodyBelow(node, 0, [&](const GraphProto &graph) {
    for (const NodeProto &inner : graph.node())
      for (const std::string &name : inner.input())
        visit(name);
    for (const ValueInfoProto &output : graph.output())
      visit(output.name());
  });
}
