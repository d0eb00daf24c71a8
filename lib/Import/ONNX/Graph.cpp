// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From a model's graph to a module.
#include "Declarations.h"
#include "InputShapes.h"
#include "Nodes.h"
#include "dialects/QC/CombinedDims.h"
#include "dialects/QC/QC.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace qc::onnx;
using namespace qc::onnx_pb;

namespace {
/// Builds `@main` from a graph, in the order: inputs, initializers, nodes, outputs. A fault ends the import of what
/// depends on it, not that of the rest: all independent faults of a model are said at once.
class GraphImporter {
public:
  /// `location` stands for the whole model in diagnostics.
  GraphImporter(Model &model, ModuleOp module, Location location, const qc::ImportOptions &options, bool bindsBatch)
      : model(model), graph(*model.proto->mutable_graph()), module(module), location(location),
        builder(module.getContext()), supported(model), nodes(model, graph, supported, location, builder),
        values(nodes.getValues()), inputShapes(options, location, bindsBatch) {}

  LogicalResult run();
  /// The operation at which samples of a batch that was made 1 meet; null where they do not, or nothing was made 1.
  Operation *findMeeting();

private:
  LogicalResult defineInputs();
  LogicalResult defineArguments(ArrayRef<const ValueInfoProto *> inputs, ArrayRef<Type> elements);
  void recordSymbols(ArrayRef<const ValueInfoProto *> inputs);
  FailureOr<Type> getElementType(const ValueInfoProto &info);
  FailureOr<SmallVector<Value>> collectOutputs();
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
  Supported supported;
  NodeImporter nodes;
  Values &values;
  InputShapes inputShapes;
  func::FuncOp function;
};
} // namespace

LogicalResult GraphImporter::run() {
  builder.setInsertionPointToEnd(module.getBody());
  function = func::FuncOp::create(builder, module.getLoc(), "main", builder.getFunctionType({}, {}));
  builder.setInsertionPointToEnd(function.addEntryBlock());
  remarkUnread(graph, nodes.getReads(), location);
  LogicalResult results[] = {supported.check(nodes.getReads(), location), nodes.defineConstants(), defineInputs(),
                             nodes.importNodes(), returnOutputs()};
  return success(llvm::all_of(results, [](LogicalResult result) { return succeeded(result); }));
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
  bool ok = true;
  // An input with an initializer has a default; qc has no way to override it, so that it is a constant.
  SmallVector<const ValueInfoProto *> inputs;
  SmallVector<Type> elements;
  for (const ValueInfoProto &input : graph.input()) {
    if (const TensorProto *initializer = nodes.findInitializer(input.name())) {
      ok &= succeeded(checkDeclaredInitializer(input, *initializer, location));
      continue;
    }
    FailureOr<Type> element = getElementType(input);
    ok &= succeeded(element);
    inputs.push_back(&input);
    elements.push_back(succeeded(element) ? *element : Type());
  }
  if (failed(inputShapes.resolve(inputs))) {
    for (const ValueInfoProto *input : inputs)
      values.poison(input->name());
    return failure();
  }
  return success(succeeded(defineArguments(inputs, elements)) && ok);
}

/// A null element type is that of an input that was refused.
LogicalResult GraphImporter::defineArguments(ArrayRef<const ValueInfoProto *> inputs, ArrayRef<Type> elements) {
  bool ok = true;
  for (auto [index, input] : llvm::enumerate(inputs)) {
    Location name = getNameLocation(builder.getContext(), input->name());
    Type element = elements[index] ? elements[index] : builder.getF32Type();
    Value argument = function.getBody().addArgument(RankedTensorType::get(inputShapes.getShape(index), element), name);
    if (input->name().empty()) {
      emitError(location) << "input " << index << " has no name";
      ok = false;
    } else if (!elements[index]) {
      values.poison(input->name());
    } else {
      ok &= succeeded(values.define(input->name(), argument, name));
    }
  }
  function.setType(builder.getFunctionType(function.getBody().getArgumentTypes(), {}));
  recordSymbols(inputs);
  return success(ok);
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

/// The values of the outputs; fails where one is missing, wrong or depends on a node that failed.
FailureOr<SmallVector<Value>> GraphImporter::collectOutputs() {
  bool ok = true;
  SmallVector<Value> results;
  llvm::StringSet<> seen;
  DeclaredOutputs declared(inputShapes, location);
  for (const ValueInfoProto &output : graph.output()) {
    if (!values.contains(output.name())) {
      emitError(location) << "output '" << output.name() << "' is defined by nothing";
      ok = false;
    } else if (!seen.insert(output.name()).second) {
      emitError(location) << "output '" << output.name() << "' is listed twice";
      ok = false;
    } else if (values.isPoisoned(output.name()) || values.isTainted(output.name())) {
      ok = false;
    } else {
      FailureOr<Value> value = values.getValue(output.name(), getNameLocation(builder.getContext(), output.name()));
      ok &= succeeded(value) && succeeded(declared.check(output, *value));
      results.push_back(succeeded(value) ? *value : Value());
    }
  }
  if (graph.output().empty())
    return emitError(location) << "the graph has no outputs", failure();
  if (!ok)
    return failure();
  return results;
}

LogicalResult GraphImporter::returnOutputs() {
  FailureOr<SmallVector<Value>> results = collectOutputs();
  if (failed(results))
    return failure();
  func::ReturnOp::create(builder, module.getLoc(), *results);
  function.setType(builder.getFunctionType(function.getBody().getArgumentTypes(), TypeRange(ValueRange(*results))));
  function.setAllResultAttrs(
      llvm::map_to_vector(graph.output(), [&](auto &output) { return nameAttributes(output.name()); }));
  return success();
}

// With one sample, dimension 0 of what is computed from the inputs is the batch.
Operation *GraphImporter::findMeeting() {
  if (!inputShapes.hasBoundBatch())
    return nullptr;
  llvm::DenseSet<Value> computed;
  auto isBatch = [&](Value value, int64_t d) {
    return d == 0 && computed.contains(value) && getTensorType(value).getDimSize(0) == 1;
  };
  for (BlockArgument argument : function.getArguments())
    computed.insert(argument);
  auto readsComputed = [&](Operation *op) {
    return llvm::any_of(op->getOperands(), [&](Value v) { return computed.contains(v); }) ? WalkResult::interrupt()
                                                                                          : WalkResult::advance();
  };
  for (Operation &op : function.getBody().front().without_terminator()) {
    // Branches and loops are taken by all samples alike, and carried from one to the next.
    if (isa<qc::IfOp, qc::LoopOp>(op) && op.walk(readsComputed).wasInterrupted())
      return &op;
    for (OpOperand &operand : op.getOpOperands())
      for (int64_t d : qc::getCombinedDims(&op, operand.getOperandNumber()))
        if (isBatch(operand.get(), d))
          return &op;
    if (qc::readsElements(&op) && llvm::any_of(op.getOperands(), [&](Value v) { return computed.contains(v); }))
      computed.insert(op.result_begin(), op.result_end());
  }
  return nullptr;
}

// `meeting` gets the name of the operation at which samples of a batch that was made 1 meet, "" where there is none.
static OwningOpRef<ModuleOp> importFile(MLIRContext *context, StringRef path, const qc::ImportOptions &options,
                                        bool bindsBatch, std::string &meeting) {
  Location location = getNameLocation(context, llvm::sys::path::filename(path));
  llvm::Expected<Model> model = readModel(path);
  if (!model) {
    emitError(location) << llvm::toString(model.takeError());
    return nullptr;
  }
  if (options.externalFiles)
    *options.externalFiles = listExternalFiles(model->getGraph(), model->folder);
  OwningOpRef<ModuleOp> module = ModuleOp::create(getNameLocation(context, model->getGraph().name()));
  (*module)->setAttr(qc::QCDialect::kVersionAttr, Builder(context).getI64IntegerAttr(qc::QCDialect::kVersion));
  GraphImporter importer(*model, *module, location, options, bindsBatch);
  if (failed(importer.run()) || failed(verify(*module)))
    return nullptr;
  if (Operation *op = importer.findMeeting()) {
    auto name = op->getLoc()->findInstanceOf<NameLoc>();
    meeting = name ? name.getName().str() : op->getName().stripDialect().str();
  }
  return module;
}

OwningOpRef<ModuleOp> qc::importOnnx(MLIRContext *context, StringRef path, const ImportOptions &options) {
  context->loadDialect<qc::QCDialect, func::FuncDialect>();
  std::string meeting;
  OwningOpRef<ModuleOp> module = importFile(context, path, options, /*bindsBatch=*/true, meeting);
  if (!module || meeting.empty())
    return module;
  // One sample at a time would be another model: the batch stays a symbol. Everything was said the first time.
  OwningOpRef<ModuleOp> whole;
  {
    ScopedDiagnosticHandler quiet(context, [](Diagnostic &) { return success(); });
    std::string none;
    whole = importFile(context, path, options, /*bindsBatch=*/false, none);
  }
  emitWarning(module->getLoc()) << "samples of a batch meet in '" << meeting << "': "
                                << (whole ? "the batch stays a symbol, and a file is one run (--input-shape binds it)"
                                          : "qc takes one only, as it cannot keep the batch a symbol");
  return whole ? std::move(whole) : std::move(module);
}
