// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// LSTM, GRU, RNN: one product of all steps' inputs in front of a loop, in which a product with the state and a cell
// stand.
#include "../Handlers.h"
#include "../Integers.h"
#include "../Loops.h"
#include "Cells.h"
#include "dialects/QC/QC.h"

using namespace mlir;
using namespace qc::onnx;

namespace {
/// What a node is, direction by direction.
class Network {
public:
  Network(Node &node, CellKind kind) : node(node), kind(kind), write(node) {}
  LogicalResult import();

private:
  /// The results of one direction: Y as [steps, batch, hidden], then the last states.
  using Direction = SmallVector<Value>;

  LogicalResult read();
  LogicalResult readSizes();
  LogicalResult readLengths();
  Direction importDirection(int64_t d);
  SmallVector<Value> makeBody(LoopBuilder &loop, Cell &cell, Value step, bool isBackward);
  /// In the body: whether the step is one of the sequence, for each sequence. Null where all are.
  Value findInside(LoopBuilder &loop, bool isBackward);
  /// Input `index` of direction `d`: without its first dimension. Null where it is left out.
  Value takePart(size_t index, int64_t d);
  Value takeState(size_t index, int64_t d);
  LogicalResult setOutputs(ArrayRef<Direction> directions);
  size_t numStates() const { return kind == CellKind::Lstm ? 2 : 1; }

  Node &node;
  CellKind kind;
  OpWriter write;
  Value x, lengths; ///< x: [steps, batch, inputs]; lengths: i64 [batch, 1], may be null
  int64_t hidden = 0, numDirections = 1;
  bool isBatchFirst = false, isReverse = false;
  CellAttributes attributes;
};
} // namespace

static int64_t countGates(CellKind kind) { return kind == CellKind::Lstm ? 4 : kind == CellKind::Gru ? 3 : 1; }

LogicalResult Network::read() {
  AttributeReader &reader = node.getAttributes();
  std::string direction = reader.getString("direction", "forward");
  std::optional<int64_t> size = reader.getOptionalInt("hidden_size");
  isBatchFirst = reader.getBool("layout", false);
  if (direction != "forward" && direction != "reverse" && direction != "bidirectional")
    return node.emitError() << "has direction '" << direction << "', accepted are forward, reverse and bidirectional";
  numDirections = direction == "bidirectional" ? 2 : 1;
  isReverse = direction == "reverse";
  if (failed(readCell(node, kind, numDirections, attributes)) || failed(reader.finish()) || failed(readSizes()))
    return failure();
  if (size && *size != hidden)
    return node.emitError() << "has hidden_size = " << *size << ", but weights for " << hidden;
  return readLengths();
}

/// Input x as [steps, batch, inputs], and what the weights say.
LogicalResult Network::readSizes() {
  FailureOr<Value> input = node.getFloatInput(0), w = node.getWeights(1), r = node.getWeights(2);
  if (failed(input) || failed(w) || failed(r))
    return failure();
  RankedTensorType ofX = getTensorType(*input), ofW = getTensorType(*w), ofR = getTensorType(*r);
  if (ofX.getRank() != 3 || ofW.getRank() != 3 || ofR.getRank() != 3 || !ofR.hasStaticShape())
    return node.emitError() << "has inputs, weights and recurrence of types " << ofX << ", " << ofW << " and " << ofR
                            << ", accepted are tensors of rank 3, and known sizes of the recurrence";
  hidden = ofR.getDimSize(2);
  SmallVector<int64_t> expected{numDirections, countGates(kind) * hidden, hidden};
  if (ofR.getShape() != ArrayRef(expected) || ofW.getDimSize(0) != numDirections || ofW.getDimSize(1) != expected[1])
    return node.emitError() << "has weights and recurrence of types " << ofW << " and " << ofR << ", accepted are "
                            << numDirections << " x " << countGates(kind) << " * hidden x inputs, and hidden at last";
  x = isBatchFirst ? write.make<qc::TransposeOp>("_steps_first", *input, ArrayRef<int64_t>({1, 0, 2})) : *input;
  return write.result();
}

LogicalResult Network::readLengths() {
  if (!node.hasInput(4))
    return success();
  FailureOr<Value> input = node.getInput(4);
  if (failed(input))
    return failure();
  RankedTensorType type = getTensorType(*input);
  if (type.getRank() != 1 || !type.getElementType().isInteger(32))
    return node.emitError() << "has sequence lengths of type " << type << ", accepted is a vector of i32";
  Value wide = write.make<qc::CastOp>("_lengths", *input, TypeAttr::get(node.getBuilder().getI64Type()));
  lengths = write.make<qc::ReshapeOp>("_lengths_column", wide, ArrayRef<int64_t>({-2, 1}));
  return write.result();
}

Value Network::takePart(size_t index, int64_t d) {
  if (!node.hasInput(index))
    return {};
  FailureOr<Value> input = node.getFloatInput(index);
  if (failed(input))
    return write.fail();
  return write.make<qc::GatherOp>("_part", *input, write.makeInteger(d), uint64_t(0));
}

/// The state that direction d begins with, [batch, hidden].
Value Network::takeState(size_t index, int64_t d) {
  if (node.hasInput(index)) {
    FailureOr<Value> input = node.getFloatInput(index);
    if (failed(input))
      return write.fail();
    return write.make<qc::GatherOp>("_initial", *input, write.makeInteger(d), uint64_t(isBatchFirst ? 1 : 0));
  }
  int64_t batch = getTensorType(x).getDimSize(1);
  if (!ShapedType::isDynamic(batch))
    return write.makeFloats({batch, hidden}, 0.0f);
  Value rows = write.make<qc::ShapeOp>("_batch", x, uint64_t(1), uint64_t(2));
  Value columns = write.makeIntegers(hidden);
  Value shape = write.make<qc::ConcatOp>("_state_shape", ValueRange{rows, columns}, uint64_t(0));
  auto zero = DenseElementsAttr::get(RankedTensorType::get({1}, node.getBuilder().getF32Type()), 0.0f);
  return write.make<qc::ConstantOfShapeOp>("_initial", shape, ElementsAttr(zero));
}

Value Network::findInside(LoopBuilder &loop, bool isBackward) {
  if (!lengths || failed(write.result()))
    return {};
  OpBuilder &builder = node.getBuilder();
  Value steps = isBackward ? write.make<qc::ShapeOp>("_last", x, uint64_t(0), uint64_t(1)) : Value();
  Value one = isBackward ? write.makeInteger(1) : Value();
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(&loop.getBlock());
  Value number = loop.getIteration();
  if (isBackward)
    number = write.make<qc::SubOp>("_number", write.make<qc::SubOp>("_end", steps, number), one);
  return write.make<qc::LessOp>("_inside", number, lengths);
}

/// The body: the condition, the states, the element of Y. Behind the end of a sequence its states stay, and Y is 0.
SmallVector<Value> Network::makeBody(LoopBuilder &loop, Cell &cell, Value step, bool isBackward) {
  Value goesOn = loop.makeTrue(), isInside = findInside(loop, isBackward);
  Value zero = lengths ? write.makeFloats({}, 0.0f) : Value();
  OpBuilder::InsertionGuard guard(node.getBuilder());
  node.getBuilder().setInsertionPointToEnd(&loop.getBlock());
  SmallVector<Value> before = loop.getCarried(), after = cell.step(step, before);
  Value element = after.front();
  if (lengths) {
    for (auto [i, state] : llvm::enumerate(after))
      state = write.make<qc::WhereOp>("_state", isInside, state, before[i]);
    element = write.make<qc::WhereOp>("_element", isInside, element, zero);
  }
  SmallVector<Value> outputs{goesOn};
  llvm::append_range(outputs, after);
  outputs.push_back(element);
  return outputs;
}

Network::Direction Network::importDirection(int64_t d) {
  bool isBackward = isReverse || d == 1;
  Cell cell(write, kind, hidden, attributes, d);
  cell.recurrence = takePart(2, d);
  cell.bias = takePart(3, d);
  cell.peepholes = kind == CellKind::Lstm ? takePart(7, d) : Value();
  LoopBuilder loop(node);
  loop.inits.push_back(takeState(5, d));
  if (kind == CellKind::Lstm)
    loop.inits.push_back(takeState(6, d));
  Value sums = cell.prepare(x, takePart(1, d));
  if (failed(write.result()) || failed(loop.countAlong({x}, {0})))
    return write.fail(), Direction();
  loop.backward = {isBackward};
  loop.begin();
  FailureOr<Value> step = loop.takeElement(sums, 0, isBackward, "_step" + std::to_string(d));
  if (failed(step))
    return write.fail(), Direction();
  SmallVector<Value> outputs = makeBody(loop, cell, *step, isBackward);
  FailureOr<SmallVector<Value>> results = failure();
  if (succeeded(write.result()))
    results = loop.finish(outputs);
  if (failed(results))
    return write.fail(), Direction();
  Direction direction{results->back()};
  llvm::append_range(direction, ArrayRef(*results).drop_back());
  return direction;
}

LogicalResult Network::setOutputs(ArrayRef<Direction> directions) {
  for (size_t i = 0; i < 1 + numStates(); ++i) {
    if (!node.hasOutput(i))
      continue;
    SmallVector<Value> parts;
    // Y: [steps, batch, hidden] to [steps, directions, batch, hidden]; a state: [batch, hidden] to [directions, ..].
    for (const Direction &direction : directions) {
      SmallVector<int64_t> entries = i == 0 ? SmallVector<int64_t>{-2, 1, -3, -4} : SmallVector<int64_t>{1, -2, -3};
      parts.push_back(
          write.make<qc::ReshapeOp>("_output" + std::to_string(i), direction[i], ArrayRef<int64_t>(entries)));
    }
    Value all = parts.front();
    if (parts.size() > 1)
      all = write.make<qc::ConcatOp>("_all" + std::to_string(i), ValueRange(parts), uint64_t(i == 0 ? 1 : 0));
    if (isBatchFirst)
      all = write.make<qc::TransposeOp>("_batch_first" + std::to_string(i), all,
                                        i == 0 ? ArrayRef<int64_t>({2, 0, 1, 3}) : ArrayRef<int64_t>({1, 0, 2}));
    if (failed(write.result()) || failed(node.setOutput(all, i)))
      return failure();
  }
  return success();
}

LogicalResult Network::import() {
  if (failed(read()))
    return failure();
  SmallVector<Direction> directions;
  for (int64_t d = 0; d < numDirections; ++d) {
    directions.push_back(importDirection(d));
    if (failed(write.result()))
      return failure();
  }
  return setOutputs(directions);
}

LogicalResult qc::onnx::importLstm(Node &node) { return Network(node, CellKind::Lstm).import(); }
LogicalResult qc::onnx::importGru(Node &node) { return Network(node, CellKind::Gru).import(); }
LogicalResult qc::onnx::importRnn(Node &node) { return Network(node, CellKind::Rnn).import(); }
