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
      : graph(*model.proto->mutable_graph()), module(module), location(location), builder(module.getContext()),
        supported(model), nodes(model, graph, options, supported, location, builder), values(nodes.getValues()),
        options(options), inputShapes(options, location, bindsBatch) {}

  LogicalResult run();
  /// The operation at which samples of a batch that was made 1 meet; null where they do not, or nothing was made 1.
  Operation *findMeeting();
  ArrayRef<std::string> getBoundBatch() const { return inputShapes.getBoundBatch(); }

private:
  LogicalResult defineInputs();
  LogicalResult findStates();
  void moveStatesBack(SmallVectorImpl<const ValueInfoProto *> &tensors, bool isInput);
  LogicalResult recordStates();
  LogicalResult checkStateBatch(StringRef name, size_t index, RankedTensorType from, RankedTensorType to);
  LogicalResult defineArguments(ArrayRef<const ValueInfoProto *> inputs, ArrayRef<Type> elements);
  void recordSymbols(ArrayRef<const ValueInfoProto *> inputs);
  FailureOr<Type> getElementType(const ValueInfoProto &info);
  SmallVector<const ValueInfoProto *> listOutputs();
  FailureOr<SmallVector<Value>> collectOutputs();
  LogicalResult returnOutputs();
  /// What an argument or result of `@main` says of itself. All at once: MLIR keeps each list that was set in between.
  DictionaryAttr nameAttributes(StringRef name) {
    return builder.getDictionaryAttr(builder.getNamedAttr(qc::QCDialect::kNameAttr, builder.getStringAttr(name)));
  }

  GraphProto &graph;
  ModuleOp module;
  Location location;
  OpBuilder builder;
  Supported supported;
  NodeImporter nodes;
  Values &values;
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
  remarkUnread(graph, nodes.getReads(), location);
  LogicalResult results[] = {supported.check(nodes.getReads(), location),
                             nodes.defineConstants(),
                             findStates(),
                             defineInputs(),
                             nodes.importNodes(),
                             returnOutputs(),
                             recordStates()};
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
           !(isIn(graph.input(), text.take_front(at)) && !nodes.findInitializer(text.take_front(at)) &&
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
  auto isNamed = [&](const auto &state) {
    return [&](const ValueInfoProto *tensor) { return tensor->name() == (isInput ? state.first : state.second); };
  };
  SmallVector<const ValueInfoProto *> last;
  for (const auto &state : states)
    llvm::copy_if(tensors, std::back_inserter(last), isNamed(state));
  llvm::erase_if(tensors, [&](const ValueInfoProto *tensor) { return llvm::is_contained(last, tensor); });
  llvm::append_range(tensors, last);
}

/// A batch that is longer behind a run is none. Other sizes are a matter of prepare.
LogicalResult GraphImporter::checkStateBatch(StringRef name, size_t index, RankedTensorType from, RankedTensorType to) {
  for (auto [d, size] : llvm::enumerate(to.getShape()))
    if (StringRef symbol = inputShapes.getStateBatch(index, d); !symbol.empty() && size != from.getDimSize(d))
      return emitError(location) << "state '" << name << "' grows along dimension " << d << ", '" << symbol
                                 << "', which was taken for the batch, and 1, as another input begins with it; "
                                 << "accepted is a range: --range " << symbol << "=0:4096";
  return success();
}

/// Types have to agree.
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
    if (failed(checkStateBatch(state.first, function.getNumArguments() - states.size() + i, from, to)))
      return failure();
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
    if (const TensorProto *initializer = nodes.findInitializer(input.name())) {
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
  if (inputShapes.getBoundBatch().empty())
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
    // Positions as many as something has elements: of a batch, perhaps.
    if (isa<qc::RangeOp>(op) &&
        llvm::any_of(op.getOperands(), [](Value v) { return !isa_and_nonnull<qc::ConstantOp>(v.getDefiningOp()); }))
      return &op;
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

namespace {
/// What is known of a batch that was made 1.
struct BoundBatch {
  std::vector<std::string> symbols;
  std::string unknown; ///< why the analysis of sizes cannot say whether they can: a clause, "" where it says it
  std::string meeting; ///< why its samples cannot be given one at a time: a clause, "" where they can
};
} // namespace

static std::string nameOf(Operation *op) {
  auto name = op->getLoc()->findInstanceOf<NameLoc>();
  return name ? name.getName().str() : op->getName().stripDialect().str();
}

static OwningOpRef<ModuleOp> importFile(MLIRContext *context, StringRef path, const qc::ImportOptions &options,
                                        bool bindsBatch, BoundBatch &batch) {
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
  LogicalResult result = importer.run();
  batch.symbols = importer.getBoundBatch();
  if (failed(result) || failed(verify(*module)))
    return nullptr;
  if (Operation *op = importer.findMeeting())
    batch.meeting = "samples of a batch meet in '" + nameOf(op) + "'";
  return module;
}

// With the batch a symbol. Everything was said the first time.
static OwningOpRef<ModuleOp> importWhole(MLIRContext *context, StringRef path, const qc::ImportOptions &options,
                                         BoundBatch &batch) {
  ScopedDiagnosticHandler quiet(context, [&](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() == DiagnosticSeverity::Error && batch.unknown.empty())
      batch.unknown = "with the batch a symbol: " + diagnostic.str();
  });
  BoundBatch none;
  OwningOpRef<ModuleOp> whole = importFile(context, path, options, /*bindsBatch=*/false, none);
  if (!whole || !options.explainMeeting)
    return whole;
  FailureOr<std::string> meeting = options.explainMeeting(*whole, batch.symbols);
  if (succeeded(meeting))
    batch.meeting = *meeting;
  else if (batch.unknown.empty())
    batch.unknown = "sizes depend on what tensors contain";
  return whole;
}

using Diagnostics = std::vector<Diagnostic>;

// What is said goes to `said`.
static OwningOpRef<ModuleOp> importBound(MLIRContext *context, StringRef path, const qc::ImportOptions &options,
                                         BoundBatch &batch, Diagnostics &said) {
  ScopedDiagnosticHandler keep(context, [&](Diagnostic &diagnostic) {
    said.push_back(std::move(diagnostic));
    return success();
  });
  return importFile(context, path, options, /*bindsBatch=*/true, batch);
}

// A model of one sample could not be imported: what was taken for the batch is none, if the model can be with it as a
// symbol.
static OwningOpRef<ModuleOp> importSymbol(MLIRContext *context, StringRef path, const qc::ImportOptions &options,
                                          BoundBatch &batch, Diagnostics &said) {
  auto isError = [](const Diagnostic &diagnostic) { return diagnostic.getSeverity() == DiagnosticSeverity::Error; };
  auto error = llvm::find_if(said, isError);
  if (batch.symbols.empty() || error == said.end())
    return nullptr;
  OwningOpRef<ModuleOp> whole = importWhole(context, path, options, batch);
  if (!whole)
    return nullptr;
  std::string why = error->str();
  llvm::erase_if(said, isError);
  emitWarning(whole->getLoc()) << "'" << llvm::join(batch.symbols, "', '") << "' is no batch, as 1 does not fit ("
                               << why << "): a symbol, and a file is one run (--input-shape binds it)";
  return whole;
}

// "x:1x3x8", for an option.
static std::string describeFirstInput(ModuleOp module) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  auto name = main.getArgAttrOfType<StringAttr>(0, qc::QCDialect::kNameAttr);
  std::string text = (name ? name.str() : "") + ":";
  for (auto [i, size] : llvm::enumerate(cast<RankedTensorType>(main.getArgumentTypes()[0]).getShape()))
    text += (i ? "x" : "") + std::to_string(size);
  return text;
}

// Where samples meet, one at a time would be another model: the batch stays a symbol.
static OwningOpRef<ModuleOp> keepApart(MLIRContext *context, StringRef path, const qc::ImportOptions &options,
                                       BoundBatch &batch, OwningOpRef<ModuleOp> module) {
  if (batch.symbols.empty() || (batch.meeting.empty() && !options.explainMeeting))
    return module;
  OwningOpRef<ModuleOp> whole = importWhole(context, path, options, batch);
  bool isKnown = whole && (batch.unknown.empty() || !batch.meeting.empty());
  if (!isKnown) {
    emitError(module->getLoc()) << (batch.meeting.empty() ? "whether samples of a batch stay apart cannot be told"
                                                          : batch.meeting)
                                << " (" << batch.unknown << "); accepted is a number of them: --input-shape "
                                << describeFirstInput(*module);
    return nullptr;
  }
  if (batch.meeting.empty())
    return module;
  emitWarning(module->getLoc()) << batch.meeting
                                << ": the batch stays a symbol, and a file is one run (--input-shape binds it)";
  return whole;
}

OwningOpRef<ModuleOp> qc::importOnnx(MLIRContext *context, StringRef path, const ImportOptions &options) {
  context->loadDialect<qc::QCDialect, func::FuncDialect>();
  BoundBatch batch;
  Diagnostics said;
  OwningOpRef<ModuleOp> module = importBound(context, path, options, batch, said), whole;
  if (!module)
    whole = importSymbol(context, path, options, batch, said);
  for (Diagnostic &diagnostic : said)
    context->getDiagEngine().emit(std::move(diagnostic));
  return module ? keepApart(context, path, options, batch, std::move(module)) : std::move(whole);
}
