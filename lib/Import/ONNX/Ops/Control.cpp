// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// If, Loop, Scan: bodies become regions.
#include "../Handlers.h"
#include "../Integers.h"
#include "../KnownContents.h"
#include "../Loops.h"
#include "dialects/QC/QC.h"

using namespace mlir;
using namespace qc::onnx;

/// The one truth value that input `index` is; nothing where it is computed.
static FailureOr<std::optional<bool>> readCondition(Node &node, size_t index) {
  FailureOr<const Constant *> constant = node.getConstantInput(index);
  if (failed(constant))
    return failure();
  if (!*constant)
    return std::optional<bool>();
  if ((*constant)->elementType != int32_t(ElementType::Bool) || (*constant)->getNumElements() != 1)
    return node.emitError() << "has a condition '" << node.getInputName(index)
                            << "' that is no truth value, accepted is a bool of one element",
           failure();
  return std::optional<bool>((*constant)->data.bytes[0] != 0);
}

/// Input `index`, of one element of an integer type of `width` bits.
static FailureOr<Value> getScalarInput(Node &node, size_t index, StringRef what, unsigned width) {
  FailureOr<Value> value = node.getInput(index);
  if (failed(value))
    return failure();
  RankedTensorType type = getTensorType(*value);
  bool isOne = type.hasStaticShape() ? type.getNumElements() == 1 : !llvm::is_contained(type.getShape(), 0);
  if (type.getElementType().isInteger(width) && isOne)
    return value;
  return node.emitError() << "has " << what << " '" << node.getInputName(index) << "' of type " << type
                          << ", accepted is " << (width == 1 ? "a bool" : "an i64") << " of one element",
         failure();
}

/// The type of what is of type `a` or of type `b`; null where their ranks or element types differ.
static RankedTensorType joinTypes(RankedTensorType a, RankedTensorType b) {
  if (a.getElementType() != b.getElementType() || a.getRank() != b.getRank())
    return {};
  SmallVector<int64_t> shape(a.getShape());
  for (auto [d, size] : llvm::enumerate(b.getShape()))
    if (shape[d] != size)
      shape[d] = ShapedType::kDynamic;
  return RankedTensorType::get(shape, a.getElementType());
}

/// The branch that is known to be taken stands in the place of the node.
static LogicalResult importBranch(Node &node, bool condition) {
  FailureOr<SmallVector<Value>> outputs =
      node.importBody(condition ? "then_branch" : "else_branch", *node.getBuilder().getInsertionBlock(), {});
  if (failed(outputs))
    return failure();
  if (outputs->size() < node.getNumOutputs())
    return node.emitError() << "has a branch of " << outputs->size() << " outputs, accepted are "
                            << node.getNumOutputs();
  for (size_t i = 0; i < node.getNumOutputs(); ++i)
    if (failed(node.setOutput((*outputs)[i], i)))
      return failure();
  return success();
}

/// One branch, in a region that ends in a yield.
static FailureOr<SmallVector<Value>> importRegion(Node &node, StringRef name, Region &region) {
  Block &block = region.emplaceBlock();
  FailureOr<SmallVector<Value>> outputs = node.importBody(name, block, {});
  if (failed(outputs))
    return failure();
  if (outputs->size() != node.getNumOutputs())
    return node.emitError() << "has a branch of " << outputs->size() << " outputs, accepted are "
                            << node.getNumOutputs(),
           failure();
  OpBuilder::InsertionGuard guard(node.getBuilder());
  node.getBuilder().setInsertionPointToEnd(&block);
  qc::YieldOp::create(node.getBuilder(), node.getLocation(), *outputs);
  return outputs;
}

/// Both branches: what is wrong with one does not hide what is wrong with the other.
static LogicalResult importBranches(Node &node, std::array<Region, 2> &regions, SmallVectorImpl<Type> &types) {
  FailureOr<SmallVector<Value>> yes = importRegion(node, "then_branch", regions[0]),
                                no = importRegion(node, "else_branch", regions[1]);
  if (failed(yes) || failed(no))
    return failure();
  for (size_t i = 0; i < node.getNumOutputs(); ++i) {
    RankedTensorType a = getTensorType((*yes)[i]), b = getTensorType((*no)[i]), joined = joinTypes(a, b);
    if (!joined)
      return node.emitError() << "has branches that give output " << i << " '" << node.getOutputName(i)
                              << "' the types " << a << " and " << b
                              << ", accepted are equal element types and ranks, or a condition "
                              << "that is known when the model is compiled";
    types.push_back(joined);
  }
  return success();
}

/// Both branches; where they are wrong, or no two of a kind, the value of the condition if that follows from the ranges
/// of symbols: what is never taken may be anything. (To find it is to look at all that the condition depends on.)
static FailureOr<std::optional<bool>> importOrDecide(Node &node, Value condition, std::array<Region, 2> &regions,
                                                     SmallVectorImpl<Type> &types) {
  std::vector<Diagnostic> said;
  std::optional<bool> decided;
  bool isImported = false;
  {
    ScopedDiagnosticHandler keep(node.getBuilder().getContext(),
                                 [&](Diagnostic &diagnostic) { said.push_back(std::move(diagnostic)); });
    isImported = succeeded(importBranches(node, regions, types));
    if (!isImported)
      decided = node.decide(condition);
  }
  if (decided)
    return decided;
  node.emitOfBodies(std::move(said));
  if (!isImported)
    return failure();
  return decided;
}

LogicalResult qc::onnx::importIf(Node &node) {
  // Both are read, whichever is taken.
  (void)node.getAttributes().getGraph("then_branch");
  (void)node.getAttributes().getGraph("else_branch");
  FailureOr<std::optional<bool>> known = readCondition(node, 0);
  if (failed(known) || failed(node.getAttributes().finish()))
    return failure();
  if (*known)
    return importBranch(node, **known);
  FailureOr<Value> condition = getScalarInput(node, 0, "a condition", 1);
  if (failed(condition))
    return failure();
  if (std::optional<bool> found = findTruth(*condition))
    return importBranch(node, *found);
  std::array<Region, 2> regions;
  SmallVector<Type> types;
  FailureOr<std::optional<bool>> decided = importOrDecide(node, *condition, regions, types);
  if (failed(decided))
    return failure();
  if (*decided)
    return importBranch(node, **decided);
  auto choice = qc::IfOp::create(node.getBuilder(), node.getOutputLocation(""), types, *condition);
  choice.getThenBody().takeBody(regions[0]);
  choice.getElseBody().takeBody(regions[1]);
  if (failed(node.check(choice)))
    return failure();
  for (size_t i = 0; i < node.getNumOutputs(); ++i)
    if (failed(node.setOutput(choice.getResult(unsigned(i)), i)))
      return failure();
  return success();
}

/// What a Loop begins with: trips, condition, carried values.
static LogicalResult readLoop(Node &node, LoopBuilder &loop) {
  if (node.hasInput(0)) {
    FailureOr<Value> trips = getScalarInput(node, 0, "a number of trips", 64);
    if (failed(trips))
      return failure();
    loop.trips = *trips;
  }
  FailureOr<std::optional<bool>> known = readCondition(node, 1);
  if (failed(known))
    return failure();
  // A condition that is true says nothing beside trips.
  if (node.hasInput(1) && (*known != true || !loop.trips)) {
    FailureOr<Value> condition = getScalarInput(node, 1, "a condition", 1);
    if (failed(condition))
      return failure();
    loop.condition = *condition;
  }
  if (!loop.trips && !loop.condition)
    loop.condition = loop.makeTrue();
  for (size_t i = 2; i < node.getNumInputs(); ++i) {
    FailureOr<Value> init = node.getInput(i);
    if (failed(init))
      return failure();
    loop.inits.push_back(*init);
  }
  return success();
}

LogicalResult qc::onnx::importLoop(Node &node) {
  (void)node.getAttributes().getGraph("body");
  LoopBuilder loop(node);
  if (failed(node.getAttributes().finish()) || failed(readLoop(node, loop)))
    return failure();
  size_t carried = loop.inits.size();
  if (node.getNumOutputs() < carried)
    return node.emitError() << "has " << node.getNumOutputs() << " outputs, accepted are at least " << carried
                            << ", one for each value that is carried";
  loop.backward.assign(node.getNumOutputs() - carried, false);
  loop.begin();
  // In the body the condition that it is given is always true.
  SmallVector<Value> inputs{loop.getIteration(), loop.makeTrue()};
  llvm::append_range(inputs, loop.getCarried());
  FailureOr<SmallVector<Value>> outputs = node.importBody("body", loop.getBlock(), inputs);
  if (failed(outputs))
    return failure();
  if (failed(loop.endAtOnce(*outputs)))
    return failure();
  FailureOr<SmallVector<Value>> results = loop.finish(*outputs);
  if (failed(results))
    return failure();
  for (auto [i, result] : llvm::enumerate(*results))
    if (failed(node.setOutput(result, i)))
      return failure();
  return success();
}

namespace {
/// The attributes of a Scan: of inputs and of outputs, one entry each.
struct ScanAttributes {
  Integers inputAxes, inputDirections, outputAxes, outputDirections;
};
} // namespace

/// Attribute `name` with `count` entries; zeros where it is absent.
static FailureOr<Integers> readEntries(Node &node, StringRef name, size_t count) {
  std::optional<Integers> entries = node.getAttributes().getInts(name);
  if (!entries)
    return Integers(count, 0);
  if (failed(expectCount(node, name, entries->size(), count)))
    return failure();
  return *entries;
}

static FailureOr<ScanAttributes> readScan(Node &node, size_t inputs, size_t outputs) {
  (void)node.getAttributes().getGraph("body");
  FailureOr<Integers> inputAxes = readEntries(node, "scan_input_axes", inputs),
                      inputDirections = readEntries(node, "scan_input_directions", inputs),
                      outputAxes = readEntries(node, "scan_output_axes", outputs),
                      outputDirections = readEntries(node, "scan_output_directions", outputs);
  if (failed(inputAxes) || failed(inputDirections) || failed(outputAxes) || failed(outputDirections) ||
      failed(node.getAttributes().finish()))
    return failure();
  for (const Integers *directions : {&*inputDirections, &*outputDirections})
    for (int64_t direction : *directions)
      if (direction != 0 && direction != 1)
        return node.emitError() << "has a direction " << direction << ", accepted are 0 and 1", failure();
  return ScanAttributes{*inputAxes, *inputDirections, *outputAxes, *outputDirections};
}

/// What the body gets of the sequences in this iteration.
static LogicalResult takeElements(LoopBuilder &loop, const ScanAttributes &scan, ArrayRef<Value> xs,
                                  SmallVectorImpl<Value> &elements) {
  for (auto [i, x] : llvm::enumerate(xs)) {
    FailureOr<Value> element =
        loop.takeElement(x, scan.inputAxes[i], scan.inputDirections[i] == 1, "_step_" + std::to_string(i));
    if (failed(element))
      return failure();
    elements.push_back(*element);
  }
  return success();
}

/// The scan outputs with the axis of the iterations where it belongs.
static FailureOr<Value> moveAxis(Node &node, Value result, int64_t axis, size_t output) {
  int64_t rank = getTensorType(result).getRank();
  FailureOr<int64_t> place = resolveAxis(node, axis, rank, rank - 1);
  if (failed(place) || *place == 0)
    return failed(place) ? FailureOr<Value>(failure()) : FailureOr<Value>(result);
  SmallVector<int64_t> order;
  for (int64_t d = 1; d < rank; ++d)
    order.push_back(d);
  order.insert(order.begin() + *place, 0);
  return node.create<qc::TransposeOp>("_scan_" + std::to_string(output), result, order);
}

/// What a Scan begins with: states, and the sequences that it returns, along which it counts.
static FailureOr<SmallVector<Value>> readSequences(Node &node, LoopBuilder &loop, size_t carried,
                                                   ScanAttributes &scan) {
  SmallVector<Value> xs;
  for (size_t i = 0; i < node.getNumInputs(); ++i) {
    FailureOr<Value> input = node.getInput(i);
    if (failed(input))
      return failure();
    (i < carried ? loop.inits : xs).push_back(*input);
  }
  for (auto [i, x] : llvm::enumerate(xs)) {
    int64_t rank = getTensorType(x).getRank();
    FailureOr<int64_t> axis = resolveAxis(node, scan.inputAxes[i], rank, rank - 1);
    if (failed(axis))
      return failure();
    scan.inputAxes[i] = *axis;
  }
  for (int64_t direction : scan.outputDirections)
    loop.backward.push_back(direction == 1);
  if (failed(loop.countAlong(xs, scan.inputAxes)))
    return failure();
  return xs;
}

LogicalResult qc::onnx::importScan(Node &node) {
  int64_t count = node.getAttributes().getInt("num_scan_inputs", 0), inputs = int64_t(node.getNumInputs());
  if (count < 1 || count > inputs)
    return node.emitError() << "has num_scan_inputs = " << count << ", accepted are 1 to " << inputs;
  size_t carried = size_t(inputs - count);
  if (node.getNumOutputs() < carried)
    return node.emitError() << "has " << node.getNumOutputs() << " outputs, accepted are at least " << carried;
  FailureOr<ScanAttributes> scan = readScan(node, size_t(count), node.getNumOutputs() - carried);
  if (failed(scan))
    return failure();
  LoopBuilder loop(node);
  FailureOr<SmallVector<Value>> xs = readSequences(node, loop, carried, *scan);
  if (failed(xs))
    return failure();
  loop.begin();
  SmallVector<Value> given = loop.getCarried();
  if (failed(takeElements(loop, *scan, *xs, given)))
    return failure();
  FailureOr<SmallVector<Value>> outputs = node.importBody("body", loop.getBlock(), given);
  if (failed(outputs))
    return failure();
  outputs->insert(outputs->begin(), loop.makeTrue());
  FailureOr<SmallVector<Value>> results = loop.finish(*outputs);
  if (failed(results))
    return failure();
  for (auto [i, result] : llvm::enumerate(*results)) {
    FailureOr<Value> moved =
        i < carried ? FailureOr<Value>(result) : moveAxis(node, result, scan->outputAxes[i - carried], i);
    if (failed(moved) || failed(node.setOutput(*moved, i)))
      return failure();
  }
  return success();
}
