// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which nodes of a model qc has no operator for.
#include "Supported.h"
#include "Bodies.h"
#include "Handlers.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include <map>

using namespace mlir;
using namespace qc::onnx;
using namespace qc::onnx_pb;

static std::string getKey(StringRef domain, StringRef name) {
  return ((isDefaultDomain(domain) ? "" : domain) + ":" + name).str();
}

Supported::Supported(const Model &model) : model(model) {
  for (const FunctionProto &function : model.proto->functions())
    functions.try_emplace(getKey(function.domain(), function.name()), &function);
}

const FunctionProto *Supported::findFunction(const NodeProto &node) const {
  return functions.lookup(getKey(node.domain(), node.op_type()));
}

bool Supported::isSupported(const NodeProto &node, int64_t opset) const {
  return isDefaultDomain(node.domain()) && !findFunction(node) && findHandler(node.op_type(), opset);
}

namespace {
/// Nodes of one unsupported kind.
struct Kind {
  unsigned count = 0;
  SmallVector<std::string, 5> firstNodes;
};
} // namespace

/// What is found on a walk over the graph.
class Supported::Listing {
public:
  explicit Listing(const Supported &supported) : supported(supported) {}

  /// Adds `node` and what lies in its bodies, `depth` bodies deep; `inside` says where: "" or " in 'if'".
  void add(const NodeProto &node, int64_t opset, const std::string &inside, unsigned depth = 0);
  /// Adds the nodes of all functions that were called, by nodes of functions, too.
  void addFunctions();
  void print(Diagnostic &diagnostic) const;
  bool isEmpty() const { return kinds.empty(); }

private:
  std::string getKindName(const NodeProto &node) const;

  const Supported &supported;
  std::map<std::string, Kind> kinds;
  llvm::SetVector<const FunctionProto *> called;
};

/// What the report calls a node's operator: "Sin", "HardSwish (from opset 14)", "com.example.Fancy (a function of the
/// model)".
std::string Supported::Listing::getKindName(const NodeProto &node) const {
  std::string name = isDefaultDomain(node.domain()) ? node.op_type() : node.domain() + "." + node.op_type();
  if (supported.findFunction(node))
    return name + " (a function of the model)";
  int64_t first = isDefaultDomain(node.domain()) ? getFirstOpset(node.op_type()) : 0;
  return first ? name + " (from opset " + std::to_string(first) + ")" : name;
}

/// The opset of the default domain that `function` is written for.
static int64_t getOpset(const FunctionProto &function, int64_t models) {
  for (const OperatorSetIdProto &import : function.opset_import())
    if (isDefaultDomain(import.domain()))
      return import.version();
  return models;
}

void Supported::Listing::addFunctions() {
  for (size_t i = 0; i < called.size(); ++i)
    for (const NodeProto &node : called[i]->node())
      add(node, getOpset(*called[i], supported.model.opset), " in function '" + called[i]->name() + "'");
}

void Supported::Listing::add(const NodeProto &node, int64_t opset, const std::string &inside, unsigned depth) {
  if (!supported.isSupported(node, opset)) {
    Kind &kind = kinds[getKindName(node)];
    ++kind.count;
    if (kind.firstNodes.size() < 5)
      kind.firstNodes.push_back("'" + getNodeName(node).str() + "'" + inside);
  }
  if (const FunctionProto *function = supported.findFunction(node))
    called.insert(function);
  if (depth == kMaxBodyDepth)
    return;
  std::string here = " in '" + getNodeName(node).str() + "'" + inside;
  forEachBody(node, [&](const GraphProto &graph) {
    for (const NodeProto &inner : graph.node())
      add(inner, opset, here, depth + 1);
  });
}

void Supported::Listing::print(Diagnostic &diagnostic) const {
  const char *separator = " ";
  for (const auto &[name, kind] : kinds) {
    diagnostic << separator << kind.count << " " << name << " (" << llvm::join(kind.firstNodes, ", ")
               << (kind.count > kind.firstNodes.size() ? ", ..." : "") << ")";
    separator = "; ";
  }
}

LogicalResult Supported::check(const Reads &reads, Location location) const {
  Listing listing(*this);
  for (unsigned i : reads.nodes.set_bits())
    listing.add(model.getGraph().node(int(i)), model.opset, "");
  listing.addFunctions();
  if (listing.isEmpty())
    return success();
  InFlightDiagnostic diagnostic = emitError(location) << "unsupported operators at opset " << model.opset << ":";
  listing.print(*diagnostic.getUnderlyingDiagnostic());
  return diagnostic;
}
