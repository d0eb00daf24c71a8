// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From a model's graph to a module.
#include "Declarations.h"
#include "Handlers.h"
#include "InputShapes.h"
#include "SparseTensors.h"
#include "Supported.h"
#include "dialects/QC/CombinedDims.h"
#include "dialects/QC/QC.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"
#include "llvm/Support/Path.h"
#include <utility>

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
        builder(module.getContext()), values(builder, model.folder), supported(model), reads(findReads(graph)),
        options(options), inputShapes(options, location, bindsBatch) {}

  LogicalResult run();
  /// The operation at which samples of a batch that was made 1 meet; null where they do not, or nothing was made 1.
  Operation *findMeeting();

private:
  LogicalResult defineInitializers();
  LogicalResult defineSparseInitializers();
  LogicalResult defineInputs();
  LogicalResult findStates();
  void moveStatesBack(SmallVectorImpl<const ValueInfoProto *> &tensors, bool isInput);
  LogicalResult recordStates();
  LogicalResult defineArguments(ArrayRef<const ValueInfoProto *> inputs, ArrayRef<Type> elements);
  void recordSymbols(ArrayRef<const ValueInfoProto *> inputs);
  FailureOr<Type> getElementType(const ValueInfoProto &info);
  LogicalResult checkDefinitions();
  LogicalResult importNodes();
  LogicalResult importNode(const NodeProto &proto);
  LogicalResult checkInputs(const NodeProto &proto, const Handler &handler);
  LogicalResult checkOutputs(const NodeProto &proto, const Handler &handler);
  LogicalResult runHandler(const NodeProto &proto, const Handler &handler, bool tainted);
  void recover(const NodeProto &proto, bool isKnown);
  SmallVector<const ValueInfoProto *> listOutputs();
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
  Values values;
  Supported supported;
  Reads reads;
  llvm::StringMap<const TensorProto *> initializers;
  const qc::ImportOptions &options;
  SmallVector<std::pair<std::string, std::string>> states; ///< names of input and output
  InputShapes inputShapes;
  func::FuncOp function;
};
} // namespace

LogicalResult GraphImporter::run() {
  builder.setInsertionPointToEnd(module.getBody());
  function = func::FuncOp::create(builder, module.getLoc(), "main", builder.getFunctionType({}, {}));
  builder.setInsertionPointToEnd(function.addEntryBlock());
  remarkUnread(graph, reads, location);
  LogicalResult results[] = {supported.check(reads, location),
                             checkDefinitions(),
                             defineInitializers(),
                             defineSparseInitializers(),
                             findStates(),
                             defineInputs(),
                             importNodes(),
                             returnOutputs(),
                             recordStates()};
  return success(llvm::all_of(results, [](LogicalResult result) { return succeeded(result); }));
}

/// A name is defined once, by nodes that are not read, too: else it would be a matter of order what it means.
LogicalResult GraphImporter::checkDefinitions() {
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

LogicalResult GraphImporter::defineInitializers() {
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

LogicalResult GraphImporter::defineSparseInitializers() {
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

/// The names of `tensors` in quotes, for a diagnostic.
template <typename List> static std::string listNames(const List &tensors) {
  std::string text;
  for (const ValueInfoProto &tensor : tensors)
    text += (text.empty() ? "'" : ", '") + tensor.name() + "'";
  return text.empty() ? "none" : text;
}

/// Splits the texts INPUT=OUTPUT where both sides are names: names may hold '=' themselves.
LogicalResult GraphImporter::findStates() {
  auto isIn = [](const auto &tensors, StringRef name) {
    return llvm::any_of(tensors, [&](const ValueInfoProto &tensor) { return tensor.name() == name; });
  };
  llvm::StringSet<> seen;
  for (StringRef text : options.states) {
    size_t at = text.find('=');
    while (at != StringRef::npos &&
           !(isIn(graph.input(), text.take_front(at)) && !initializers.contains(text.take_front(at)) &&
             isIn(graph.output(), text.drop_front(at + 1))))
      at = text.find('=', at + 1);
    if (at == StringRef::npos)
      return emitError(location) << "--state '" << text << "' is not INPUT=OUTPUT; the inputs are "
                                 << listNames(graph.input()) << ", the outputs " << listNames(graph.output());
    auto [input, output] = states.emplace_back(text.take_front(at).str(), text.drop_front(at + 1).str());
    for (StringRef side : {StringRef("input"), StringRef("output")})
      if (StringRef name = side == "input" ? input : output; !seen.insert((side + " " + name).str()).second)
        return emitError(location) << "--state gives " << side << " '" << name << "' twice";
  }
  if (!states.empty() && states.size() == size_t(graph.output_size()))
    return emitError(location) << "--state leaves no output: at least one has to be seen from outside";
  return success();
}

/// State stands last, in the order in which it was given.
void GraphImporter::moveStatesBack(SmallVectorImpl<const ValueInfoProto *> &tensors, bool isInput) {
  auto rank = [&](const ValueInfoProto *tensor) {
    for (auto [i, state] : llvm::enumerate(states))
      if (tensor->name() == (isInput ? state.first : state.second))
        return ptrdiff_t(i);
    return ptrdiff_t(-1);
  };
  llvm::stable_sort(tensors, [&](const ValueInfoProto *a, const ValueInfoProto *b) { return rank(a) < rank(b); });
}

/// Types have to agree; sizes are a matter of prepare.
LogicalResult GraphImporter::recordStates() {
  if (states.empty() || function.getNumResults() < states.size() || function.getNumArguments() < states.size())
    return success(); // what is wrong was said
  SmallVector<Attribute> pairs;
  for (auto [i, state] : llvm::enumerate(states)) {
    auto from = cast<RankedTensorType>(function.getArgumentTypes().take_back(states.size())[i]);
    auto to = cast<RankedTensorType>(function.getResultTypes().take_back(states.size())[i]);
    if (from.getElementType() != to.getElementType() || from.getRank() != to.getRank())
      return emitError(location) << "--state '" << state.first << "=" << state.second << "' joins " << from << " and "
                                 << to << "; accepted are equal element types and ranks";
    pairs.push_back(builder.getStrArrayAttr({state.first, state.second}));
  }
  module->setAttr(qc::QCDialect::kStateAttr, builder.getArrayAttr(pairs));
  return success();
}

LogicalResult GraphImporter::defineInputs() {
  bool ok = true;
  // An input with an initializer has a default; qc has no way to override it, so that it is a constant.
  SmallVector<const ValueInfoProto *> inputs;
  SmallVector<Type> elements;
  llvm::DenseMap<const ValueInfoProto *, Type> known;
  for (const ValueInfoProto &input : graph.input()) {
    if (const TensorProto *initializer = initializers.lookup(input.name())) {
      ok &= succeeded(checkDeclaredInitializer(input, *initializer, location));
      continue;
    }
    FailureOr<Type> element = getElementType(input);
    ok &= succeeded(element);
    inputs.push_back(&input);
    known[&input] = succeeded(element) ? *element : Type();
  }
  moveStatesBack(inputs, /*isInput=*/true);
  for (const ValueInfoProto *input : inputs)
    elements.push_back(known.lookup(input));
  if (failed(inputShapes.resolve(inputs, states.size()))) {
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

LogicalResult GraphImporter::importNodes() {
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
void GraphImporter::recover(const NodeProto &proto, bool isKnown) {
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

LogicalResult GraphImporter::runHandler(const NodeProto &proto, const Handler &handler, bool tainted) {
  Node node(proto, values, builder, model.folder, reads.names);
  // One error per node: a handler may find several things wrong with it before it gives up. Where an input is the
  // result of a node that failed, only what is wrong with the attributes is told.
  bool seen = false;
  ScopedDiagnosticHandler onlyFirst(builder.getContext(), [&](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
      return failure(); // the next handler prints it
    bool isSilent = tainted && !node.getAttributes().hasFailed();
    return success(isSilent || std::exchange(seen, true));
  });
  return handler.import(node);
}

LogicalResult GraphImporter::importNode(const NodeProto &proto) {
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

/// State last.
SmallVector<const ValueInfoProto *> GraphImporter::listOutputs() {
  SmallVector<const ValueInfoProto *> outputs;
  for (const ValueInfoProto &output : graph.output())
    outputs.push_back(&output);
  moveStatesBack(outputs, /*isInput=*/false);
  return outputs;
}

/// The values of the outputs; fails where one is missing, wrong or depends on a node that failed.
FailureOr<SmallVector<Value>> GraphImporter::collectOutputs() {
  bool ok = true;
  SmallVector<Value> results;
  llvm::StringSet<> seen;
  DeclaredOutputs declared(inputShapes, location);
  for (const ValueInfoProto *tensor : listOutputs()) {
    const ValueInfoProto &output = *tensor;
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
      llvm::map_to_vector(listOutputs(), [&](auto *output) { return nameAttributes(output->name()); }));
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
  for (Operation &op : function.getBody().front().without_terminator()) {
    // Positions as many as something has elements: of a batch, perhaps.
    if (isa<qc::RangeOp>(op) &&
        llvm::any_of(op.getOperands(), [](Value v) { return !isa_and_nonnull<qc::ConstantOp>(v.getDefiningOp()); }))
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
