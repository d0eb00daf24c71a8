// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RotaryEmbedding, Trilu: what depends on where an element stands.
#include "../Composer.h"
#include "../Handlers.h"

using namespace mlir;
using namespace qc::onnx;

namespace {
/// Writes a rotary embedding on x of four dimensions, whose positions are dimension `axis`.
class RotaryWriter {
public:
  RotaryWriter(Node &node, Composer &make, bool isInterleaved, int64_t axis)
      : node(node), make(make), isInterleaved(isInterleaved), axis(axis) {}
  /// The first `size` elements of the last dimension turned; both tables are by position and pair.
  Value write(Value x, int64_t size);

private:
  Value readTable(size_t index, StringRef suffix, int64_t pairs);

  Node &node;
  Composer &make;
  bool isInterleaved;
  int64_t axis;
};
} // namespace

// Cosines or sines, [batch, 1, length, pairs] or [batch, length, 1, pairs]: of each position, or looked up by it.
Value RotaryWriter::readTable(size_t index, StringRef suffix, int64_t pairs) {
  Value table = make.take(node.getFloatInput(index));
  if (!make.hasFailed() && node.hasInput(3))
    table = make.make<qc::GatherOp>(suffix, table, make.take(node.getInput(3)), uint64_t(0));
  if (make.hasFailed())
    return {};
  RankedTensorType type = getTensorType(table);
  if (type.getRank() != 3 || (!type.isDynamicDim(2) && type.getDimSize(2) != pairs)) {
    node.emitError() << "has a table '" << node.getInputName(index) << "' of type " << type
                     << " by positions, accepted is one of " << pairs << " pairs for each position of each batch";
    return make.take(failure());
  }
  SmallVector<int64_t> entries =
      axis == 2 ? SmallVector<int64_t>{-2, 1, -3, pairs} : SmallVector<int64_t>{-2, -3, 1, pairs};
  return make.reshape(suffix, table, entries);
}

Value RotaryWriter::write(Value x, int64_t size) {
  int64_t all = getTensorType(x).getDimSize(3), half = size / 2;
  Value cosine = readTable(1, ".cos", half), sine = readTable(2, ".sin", half);
  Value first = isInterleaved ? make.slice(".first", x, 3, 0, size, 2) : make.slice(".first", x, 3, 0, half);
  Value second = isInterleaved ? make.slice(".second", x, 3, 1, size, 2) : make.slice(".second", x, 3, half, size);
  auto times = [&](Value a, Value b) { return make.make<qc::MulOp>(".turned", a, b); };
  Value real = make.make<qc::SubOp>(".real", times(cosine, first), times(sine, second));
  Value imaginary = make.make<qc::AddOp>(".imaginary", times(sine, first), times(cosine, second));
  if (make.hasFailed())
    return {};
  Value turned;
  if (isInterleaved) { // pairs side by side
    auto stand = [&](Value part) { return make.reshape(".pairs", part, {-2, -3, -4, half, 1}); };
    turned = make.concat(".pairs", {stand(real), stand(imaginary)}, 4);
    turned = make.reshape(".pairs", turned, {-2, -3, -4, size});
  } else {
    turned = make.concat(".pairs", {real, imaginary}, 3);
  }
  if (size == all || make.hasFailed())
    return turned;
  return make.concat(".whole", {turned, make.slice(".rest", x, 3, size, all)}, 3);
}

LogicalResult qc::onnx::importRotaryEmbedding(Node &node) {
  AttributeReader &attributes = node.getAttributes();
  bool isInterleaved = attributes.getBool("interleaved", false);
  int64_t heads = attributes.getInt("num_heads", 0), size = attributes.getInt("rotary_embedding_dim", 0);
  FailureOr<Value> x = node.getFloatInput(0);
  if (failed(x) || failed(attributes.finish()))
    return failure();
  RankedTensorType type = getTensorType(*x);
  bool isFlat = type.getRank() == 3;
  int64_t last = type.getRank() ? type.getDimSize(type.getRank() - 1) : 0;
  if ((!isFlat && type.getRank() != 4) || ShapedType::isDynamic(last) || (isFlat && (heads < 1 || last % heads != 0)))
    return node.emitError() << "has an input of type " << type << " with num_heads " << heads
                            << ", accepted are [batch, heads, length, size] and [batch, length, num_heads * size]";
  int64_t all = isFlat ? last / heads : last;
  size = size ? size : all;
  if (size < 2 || size > all || size % 2 != 0)
    return node.emitError() << "turns " << size << " of " << all << " elements, accepted are even numbers up to that";
  Composer make(node);
  Value split = isFlat ? make.reshape(".heads", *x, {-2, -3, heads, all}) : *x;
  Value turned = RotaryWriter(node, make, isInterleaved, isFlat ? 1 : 2).write(split, size);
  if (isFlat)
    turned = make.reshape("", turned, {-2, -3, last});
  return make.hasFailed() ? failure() : node.setOutput(turned);
}

LogicalResult qc::onnx::importTrilu(Node &node) {
  bool isUpper = node.getAttributes().getBool("upper", true);
  FailureOr<Value> x = node.getInput(0);
  if (failed(x) || failed(node.getAttributes().finish()))
    return failure();
  RankedTensorType type = getTensorType(*x);
  Type element = type.getElementType();
  bool isAccepted = element.isF32() || element.isInteger(1) || element.isInteger(32) || element.isInteger(64);
  if (type.getRank() < 2 || !isAccepted)
    return node.emitError() << "has an input of type " << type << ", accepted are matrices of f32, i32, i64 and bool";
  Composer make(node);
  int64_t rank = type.getRank();
  Value row = make.reshape(".rows", make.countTo(".rows", make.dimension(".height", *x, rank - 2)), {-2, 1});
  Value column = make.countTo(".columns", make.dimension(".width", *x, rank - 1));
  if (node.hasInput(1))
    row = make.make<qc::AddOp>(".diagonal", row, make.reshape(".k", make.take(node.getInput(1)), {}));
  Value keeps = isUpper ? make.make<qc::GreaterOrEqualOp>(".kept", column, row)
                        : make.make<qc::LessOrEqualOp>(".kept", column, row);
  Value kept = make.make<qc::WhereOp>("", keeps, *x, make.zero(element));
  return make.hasFailed() ? failure() : node.setOutput(kept);
}
