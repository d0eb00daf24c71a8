// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From a model's graph to a module.
#include "Declarations.h"
#include "Handlers.h"
#include "InputShapes.h"
#include "dialects/QC/QC.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"
#include "llvm/Support/Path.h"
#include <utility>

using namespace mlir;
using namespace qc::onnx;
using namespace qc::onnx_pb;

namespace {
/// Builds `@main` from a graph, in the order: inputs, initializers, nodes, outputs.
class GraphImporter {
public:
  /// `location` stands for the whole model in diagnostics.
  GraphImporter(Model &model, ModuleOp module, Location location, const qc::ImportOptions &options)
      : model(model), graph(*model.proto->mutable_graph()), module(module), location(location),
        builder(module.getContext()), values(builder, model.folder), inputShapes(options, location) {}

  LogicalResult run();

private:
  LogicalResult defineInitializers();
  LogicalResult defineInputs();
  void recordSymbols(ArrayRef<const ValueInfoProto *> inputs);
  FailureOr<Type> getElementType(const ValueInfoProto &info);
  LogicalResult importNode(const NodeProto &proto);
  LogicalResult checkInputs(const NodeProto &proto, const Handler &handler);
  LogicalResult checkOutputs(const NodeProto &proto, const Handler &handler);
  LogicalResult returnOutputs();
  /// What an argument or result of `@main` says of itself. All at once: MLIR keeps each list that was set in between.
  DictionaryAttr nameAttributes(StringRef name) {
    return builder.getDictionaryAttr(builder.getNamedAttr(qc::QCDialect::kNameAttr, builder.getStringAttr(name)));
  }

  Model &model;
  GraphProto &graph;
  ModuleOp module;
  Location location;
  OpBuilder builder;
  Values values;
  llvm::StringMap<const TensorProto *> initializers;
  InputShapes inputShapes;
  func::FuncOp function;
};
} // namespace

LogicalResult GraphImporter::run() {
  builder.setInsertionPointToEnd(module.getBody());
  function = func::FuncOp::create(builder, module.getLoc(), "main", builder.getFunctionType({}, {}));
  builder.setInsertionPointToEnd(function.addEntryBlock());
  if (failed(defineInitializers()) || failed(defineInputs()))
    return failure();
  for (const NodeProto &node : graph.node())
    if (failed(importNode(node)))
      return failure();
  return returnOutputs();
}

LogicalResult GraphImporter::defineInitializers() {
  for (TensorProto &tensor : *graph.mutable_initializer()) {
    if (tensor.name().empty())
      return emitError(location) << "an initializer has no name";
    if (failed(values.define(tensor.name(), &tensor, getNameLocation(builder.getContext(), tensor.name()))))
      return failure();
    initializers[tensor.name()] = &tensor;
  }
  return success();
}

FailureOr<Type> GraphImporter::getElementType(const ValueInfoProto &info) {
  if (!info.type().has_tensor_type())
    return emitError(location) << "input '" << info.name() << "' is " << getKind(info.type())
                               << ", accepted are tensors",
           failure();
  int32_t code = info.type().tensor_type().elem_type();
  Type element = getBuiltinType(builder.getContext(), code);
  if (!element)
    return emitError(location) << "input '" << info.name() << "' has " << describeRefusedType(code), failure();
  return element;
}

LogicalResult GraphImporter::defineInputs() {
  // An input with an initializer has a default; qc has no way to override it, so that it is a constant.
  SmallVector<const ValueInfoProto *> inputs;
  for (const ValueInfoProto &input : graph.input()) {
    const TensorProto *initializer = initializers.lookup(input.name());
    if (!initializer)
      inputs.push_back(&input);
    else if (failed(checkDeclaredInitializer(input, *initializer, location)))
      return failure();
  }
  SmallVector<Type> elements;
  for (const ValueInfoProto *input : inputs) {
    FailureOr<Type> element = getElementType(*input);
    if (failed(element))
      return failure();
    elements.push_back(*element);
  }
  if (failed(inputShapes.resolve(inputs)))
    return failure();
  for (auto [index, input] : llvm::enumerate(inputs)) {
    Location name = getNameLocation(builder.getContext(), input->name());
    Value argument =
        function.getBody().addArgument(RankedTensorType::get(inputShapes.getShape(index), elements[index]), name);
    if (input->name().empty())
      return emitError(location) << "input " << index << " has no name";
    if (failed(values.define(input->name(), argument, name)))
      return failure();
  }
  function.setType(builder.getFunctionType(function.getBody().getArgumentTypes(), {}));
  recordSymbols(inputs);
  return success();
}

/// Names of the inputs and of their dimensions, and what the sizes behind the latter may be.
void GraphImporter::recordSymbols(ArrayRef<const ValueInfoProto *> inputs) {
  SmallVector<DictionaryAttr> attributes;
  for (auto [index, input] : llvm::enumerate(inputs)) {
    NamedAttrList list(nameAttributes(input->name()));
    if (ShapedType::isDynamicShape(inputShapes.getShape(index)))
      list.set(qc::QCDialect::kDimsAttr, builder.getStrArrayAttr(inputShapes.getDims(index)));
    attributes.push_back(list.getDictionary(builder.getContext()));
  }
  function.setAllArgAttrs(attributes);
  SmallVector<NamedAttribute> symbols;
  for (const auto &[name, range] : inputShapes.getSymbols())
    symbols.emplace_back(builder.getStringAttr(name), builder.getDenseI64ArrayAttr({range.low, range.high}));
  if (!symbols.empty())
    module->setAttr(qc::QCDialect::kSymbolsAttr, builder.getDictionaryAttr(symbols));
}

/// Every input must be defined by now; a later node that defines it is a matter of order.
LogicalResult GraphImporter::checkInputs(const NodeProto &proto, const Handler &handler) {
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
LogicalResult GraphImporter::checkOutputs(const NodeProto &proto, const Handler &handler) {
  for (size_t i = handler.maxOutputs; i < size_t(proto.output_size()); ++i)
    if (const std::string &name = proto.output(int(i)); !name.empty())
      return emitError(getNodeLocation(builder.getContext(), proto))
             << proto.op_type() << " has output " << i << " '" << name << "', accepted "
             << (handler.maxOutputs == 1 ? "is" : "are at most") << " " << handler.maxOutputs
             << (handler.maxOutputs == 1 ? " output" : " outputs");
  return success();
}

LogicalResult GraphImporter::importNode(const NodeProto &proto) {
  const Handler *handler = findHandler(proto.op_type(), model.opset);
  if (failed(checkInputs(proto, *handler)) || failed(checkOutputs(proto, *handler)))
    return failure();
  Node node(proto, values, builder, model.folder);
  if (!node.hasOutput(0) && !node.hasOutput(1))
    return node.emitError() << "has no output";
  // One error per model: a handler may find several things wrong with the node before it gives up.
  bool seen = false;
  ScopedDiagnosticHandler onlyFirst(builder.getContext(),
                                    [&](Diagnostic &) { return success(std::exchange(seen, true)); });
  return handler->import(node);
}

LogicalResult GraphImporter::returnOutputs() {
  SmallVector<Value> results;
  llvm::StringMap<bool> seen;
  DeclaredOutputs declared(inputShapes, location);
  for (const ValueInfoProto &output : graph.output()) {
    Location name = getNameLocation(builder.getContext(), output.name());
    if (!values.contains(output.name()))
      return emitError(location) << "output '" << output.name() << "' is defined by nothing";
    if (!seen.try_emplace(output.name(), true).second)
      return emitError(location) << "output '" << output.name() << "' is listed twice";
    FailureOr<Value> value = values.getValue(output.name(), name);
    if (failed(value) || failed(declared.check(output, getTensorType(*value))))
      return failure();
    results.push_back(*value);
  }
  if (results.empty())
    return emitError(location) << "the graph has no outputs";
  func::ReturnOp::create(builder, module.getLoc(), results);
  function.setType(builder.getFunctionType(function.getBody().getArgumentTypes(), TypeRange(ValueRange(results))));
  function.setAllResultAttrs(
      llvm::map_to_vector(graph.output(), [&](auto &output) { return nameAttributes(output.name()); }));
  return success();
}

OwningOpRef<ModuleOp> qc::importOnnx(MLIRContext *context, StringRef path, const ImportOptions &options) {
  context->loadDialect<qc::QCDialect, func::FuncDialect>();
  Location location = getNameLocation(context, llvm::sys::path::filename(path));
  llvm::Expected<Model> model = readModel(path);
  if (!model) {
    emitError(location) << "'" << path << "' " << llvm::toString(model.takeError());
    return nullptr;
  }
  if (options.externalFiles)
    *options.externalFiles = listExternalFiles(model->getGraph(), model->folder);
  if (failed(checkSupported(*model, location)))
    return nullptr;
  OwningOpRef<ModuleOp> module = ModuleOp::create(getNameLocation(context, model->getGraph().name()));
  (*module)->setAttr(QCDialect::kVersionAttr, Builder(context).getI64IntegerAttr(QCDialect::kVersion));
  if (failed(GraphImporter(*model, *module, location, options).run()) || failed(verify(*module)))
    return nullptr;
  return module;
}
