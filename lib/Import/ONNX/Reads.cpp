// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which nodes and tensors the outputs of a graph depend on.
#include "Reads.h"
#include "Bodies.h"
#include "Node.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace qc::onnx;
using namespace qc::onnx_pb;

Reads qc::onnx::findReads(const GraphProto &graph) {
  llvm::StringMap<int> definers;
  for (int i = 0; i < graph.node_size(); ++i)
    for (const std::string &output : graph.node(i).output())
      if (!output.empty())
        definers.try_emplace(output, i);
  Reads reads;
  reads.nodes.resize(unsigned(graph.node_size()));
  SmallVector<int> open;
  auto read = [&](StringRef name) {
    if (name.empty() || !reads.names.insert(name).second)
      return;
    auto definer = definers.find(name);
    if (definer == definers.end() || reads.nodes.test(unsigned(definer->second)))
      return;
    reads.nodes.set(unsigned(definer->second));
    open.push_back(definer->second);
  };
  for (const ValueInfoProto &output : graph.output())
    read(output.name());
  while (!open.empty()) {
    const NodeProto &node = graph.node(open.pop_back_val());
    for (const std::string &input : node.input())
      read(input);
    forEachNameReadInBodies(node, read);
  }
  return reads;
}

void qc::onnx::remarkUnread(const GraphProto &graph, const Reads &reads, Location location) {
  unsigned count = unsigned(graph.node_size()) - reads.nodes.count();
  if (count == 0)
    return;
  InFlightDiagnostic remark = emitRemark(location);
  remark << count << (count == 1 ? " node is" : " nodes are") << " left out, as no output depends on "
         << (count == 1 ? "it: " : "them: ");
  unsigned listed = 0;
  for (int i = 0; i < graph.node_size() && listed < 5; ++i)
    if (!reads.nodes.test(unsigned(i)))
      remark << (listed++ ? ", " : "") << "'" << getNodeName(graph.node(i)) << "' (" << graph.node(i).op_type() << ")";
  remark << (count > listed ? ", ..." : "");
}
