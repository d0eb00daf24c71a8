// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The nodes of a graph, or of a body, one after the other.
#include "Nodes.h"
#include "Bodies.h"
#include "SparseTensors.h"
#include <utility>

using namespace mlir;
using namespace qc::onnx;
using namespace qc::onnx_pb;

LogicalResult NodeImporter::defineConstants() {
  LogicalResult results[] = {checkDefinitions(), defineInitializers(), defineSparseInitializers()};
  return success(llvm::all_of(results, [](LogicalResult result) { return succeeded(result); }));
}

/// A name is defined once, by nodes that are not read, too: else it would be a matter of order what it means.
LogicalResult NodeImporter::checkDefinitions() {
  bool ok = true;
  llvm::StringSet<> names;
  for (const NodeProto &node : graph.node())
    for (const std::string &output : node.output())
      if (!output.empty() && !names.insert(output).second) {
        emitError(getNodeLocation(builder.getContext(), node)) << "tensor '" << output << "' is defined twice";
        ok = false;
      }
  return success(ok);
}

LogicalResult NodeImporter::defineInitializers() {
  bool ok = true;
  for (TensorProto &tensor : *graph.mutable_initializer()) {
    if (tensor.name().empty()) {
      emitError(location) << "an initializer has no name";
      ok = false;
      continue;
    }
    ok &= succeeded(values.define(tensor.name(), &tensor, getNameLocation(builder.getContext(), tensor.name())));
    initializers[tensor.name()] = &tensor;
  }
  return success(ok);
}

LogicalResult NodeImporter::defineSparseInitializers() {
  bool ok = true;
  for (const std::string &bytes : graph.sparse_initializer()) {
    std::string name = getSparseName(bytes);
    if (!reads.names.contains(name)) // a nameless one, too
      continue;
    Location place = getNameLocation(builder.getContext(), name);
    llvm::Expected<Constant> constant = makeDense(bytes, model.folder);
    if (constant) {
      ok &= succeeded(values.define(name, std::move(*constant), place));
      continue;
    }
    emitError(place) << "initializer '" << name << "' " << llvm::toString(constant.takeError());
    values.poison(name);
    ok = false;
  }
  return success(ok);
}

/// Every input must be defined by now; a later node that defines it is a matter of order.
LogicalResult NodeImporter::checkInputs(const NodeProto &proto, const Handler &handler) {
  Location nodeLocation = getNodeLocation(builder.getContext(), proto);
  if (size_t(proto.input_size()) > handler.maxInputs)
    return emitError(nodeLocation) << proto.op_type() << " has " << proto.input_size()
                                   << " inputs, accepted are at most " << handler.maxInputs;
  for (const std::string &input : proto.input()) {
    if (input.empty() || values.contains(input))
      continue;
    for (const NodeProto &other : graph.node())
      if (llvm::is_contained(other.output(), input))
        return emitError(nodeLocation) << proto.op_type() << " reads tensor '" << input << "' before node '"
                                       << getNodeName(other) << "' defines it; accepted are nodes in topological order";
    return emitError(nodeLocation) << proto.op_type() << " reads tensor '" << input << "', which nothing defines";
  }
  return success();
}

/// Outputs that are not asked for may be listed with empty names.
LogicalResult NodeImporter::checkOutputs(const NodeProto &proto, const Handler &handler) {
  for (size_t i = handler.maxOutputs; i < size_t(proto.output_size()); ++i)
    if (const std::string &name = proto.output(int(i)); !name.empty())
      return emitError(getNodeLocation(builder.getContext(), proto))
             << proto.op_type() << " has output " << i << " '" << name << "', accepted "
             << (handler.maxOutputs == 1 ? "is" : "are at most") << " " << handler.maxOutputs
             << (handler.maxOutputs == 1 ? " output" : " outputs");
  return success();
}

LogicalResult NodeImporter::importNodes() {
  bool ok = true;
  for (auto [i, node] : llvm::enumerate(graph.node()))
    if (reads.nodes.test(unsigned(i)))
      ok &= succeeded(importNode(node));
  return success(ok);
}

/// Operators whose result 0 has the rank and element type of input 0, whatever else is wrong with a node.
static bool keepsRank(StringRef op) {
  static const llvm::StringSet<> ops = {
      "AveragePool",       "BatchNormalization", "Clip", "Concat",      "Conv",     "Dropout",
      "GlobalAveragePool", "HardSwish",          "Relu", "HardSigmoid", "Identity", "MaxPool",
      "Softmax",           "Transpose"};
  return ops.contains(op);
}

/// Makes results for a node that failed: for nodes behind it, so that what is wrong with them, whatever they read, is
/// found. `isKnown`: its inputs are there.
void NodeImporter::recover(const NodeProto &proto, bool isKnown) {
  for (auto [i, name] : llvm::enumerate(proto.output())) {
    if (name.empty() || values.contains(name))
      continue;
    FailureOr<Value> x = failure();
    if (i == 0 && isKnown && keepsRank(proto.op_type()) && proto.input_size() && !proto.input(0).empty())
      x = values.getValue(proto.input(0), location);
    int64_t rank = succeeded(x) ? getTensorType(*x).getRank() : 0;
    // One that is no input of a convolution or pool would only repeat what was said.
    if (rank < 3 || rank > 5) {
      values.poison(name);
      continue;
    }
    SmallVector<int64_t> unknown(size_t(rank), ShapedType::kDynamic);
    auto type = RankedTensorType::get(unknown, getTensorType(*x).getElementType());
    Value result = UnrealizedConversionCastOp::create(builder, location, type, ValueRange()).getResult(0);
    if (succeeded(values.define(name, result, location)))
      values.taint(name);
  }
}

LogicalResult NodeImporter::runHandler(const NodeProto &proto, const Handler &handler, bool tainted) {
  Node node(proto, values, builder, model.folder, reads.names, *this);
  // One error per node: a handler may find several things wrong with it before it gives up. Where an input is the
  // result of a node that failed, only what is wrong with the attributes is told.
  bool seen = false;
  ScopedDiagnosticHandler onlyFirst(builder.getContext(), [&](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() != DiagnosticSeverity::Error || isInBody)
      return failure(); // the next handler prints it
    bool isSilent = tainted && !node.getAttributes().hasFailed();
    return success(isSilent || std::exchange(seen, true));
  });
  return handler.import(node);
}

void NodeImporter::emitOfBodies(std::vector<Diagnostic> &&said) {
  bool wasInBody = std::exchange(isInBody, true);
  for (Diagnostic &diagnostic : said)
    builder.getContext()->getDiagEngine().emit(std::move(diagnostic));
  isInBody = wasInBody;
}

LogicalResult NodeImporter::importNode(const NodeProto &proto) {
  auto isGiven = [](const std::string &name) { return !name.empty(); };
  auto inputs = llvm::make_filter_range(proto.input(), isGiven);
  const Handler *handler = findHandler(proto.op_type(), model.opset);
  bool isKnown = supported.isSupported(proto) && succeeded(checkInputs(proto, *handler)) &&
                 llvm::none_of(inputs, [&](StringRef name) { return values.isPoisoned(name); });
  if (!isKnown || failed(checkOutputs(proto, *handler)))
    return recover(proto, isKnown), failure();
  bool tainted = llvm::any_of(inputs, [&](StringRef name) { return values.isTainted(name); });
  if (failed(runHandler(proto, *handler, tainted)))
    return recover(proto, isKnown), failure();
  for (StringRef name : llvm::make_filter_range(proto.output(), isGiven))
    if (tainted && values.contains(name))
      values.taint(name);
  return success();
}

/// The values of the outputs of a body.
FailureOr<SmallVector<Value>> NodeImporter::collectBodyOutputs(const NodeProto &owner) {
  bool ok = true;
  SmallVector<Value> results;
  for (const ValueInfoProto &output : graph.output()) {
    Location place = getNodeLocation(builder.getContext(), owner);
    if (!values.contains(output.name())) {
      emitError(place) << owner.op_type() << " has a body whose output '" << output.name() << "' nothing defines";
      ok = false;
    } else if (values.isPoisoned(output.name()) || values.isTainted(output.name())) {
      ok = false;
    } else {
      FailureOr<Value> value = values.getValue(output.name(), place);
      ok &= succeeded(value);
      results.push_back(succeeded(value) ? *value : Value());
    }
  }
  if (!ok)
    return failure();
  return results;
}

LogicalResult NodeImporter::defineBodyInputs(const NodeProto &owner, ValueRange inputs) {
  Location place = getNodeLocation(builder.getContext(), owner);
  if (size_t(graph.input_size()) != inputs.size())
    return emitError(place) << owner.op_type() << " has a body with " << graph.input_size() << " inputs, accepted are "
                            << inputs.size();
  for (auto [input, value] : llvm::zip_equal(graph.input(), inputs)) {
    if (findInitializer(input.name()))
      return emitError(place) << owner.op_type() << " has a body whose input '" << input.name()
                              << "' has an initializer, accepted are inputs without";
    if (failed(values.define(input.name(), value, place)))
      return failure();
  }
  return success();
}

FailureOr<SmallVector<Value>> NodeImporter::importBody(const NodeProto &owner, const std::string &bytes, Block *block,
                                                       ValueRange inputs) {
  GraphProto body;
  Location place = getNodeLocation(builder.getContext(), owner);
  if (depth == kMaxBodyDepth || !body.ParseFromString(bytes))
    return emitError(place) << owner.op_type() << " has a body that is "
                            << (depth == kMaxBodyDepth ? "in more than 64 others" : "no graph"),
           failure();
  OpBuilder::InsertionGuard guard(builder);
  Block *outermost = values.getOutermost() ? values.getOutermost() : builder.getInsertionBlock();
  builder.setInsertionPointToEnd(block);
  bool wasInBody = std::exchange(isInBody, true);
  NodeImporter importer(model, body, options, supported, location, builder, this, outermost);
  bool isDefined = succeeded(importer.defineConstants()) && succeeded(importer.defineBodyInputs(owner, inputs));
  FailureOr<SmallVector<Value>> outputs = failure();
  if (isDefined) { // else its nodes would miss what was refused
    bool ok = succeeded(importer.importNodes());
    outputs = importer.collectBodyOutputs(owner);
    if (!ok)
      outputs = failure();
  }
  isInBody = wasInBody;
  return outputs;
}
