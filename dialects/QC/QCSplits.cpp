// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Split: the parts of a dimension whose sizes follow when the model runs.
#include "ComputedEntries.h"
#include "Verification.h"

using namespace mlir;
using namespace qc;

namespace {
/// Where a part lies.
struct Part {
  Dim start, size;
};
} // namespace

// Of a dimension of n positions; nothing where the algebra does not know a size.
static std::optional<Part> getPart(ShapeMath &math, SplitPartOp::Adaptor op, Dim n) {
  int64_t index = op.getIndex(), count = op.getCount();
  if (!op.getSizeValues()) {
    Dim size = op.getUneven() ? math.ceilDiv(n, count) : math.floorDiv(n, count), start = math.mul(size, index);
    bool isRest = op.getUneven() && index == count - 1;
    return Part{start, isRest ? math.sub(n, start) : size};
  }
  Dim start = 0;
  for (int64_t i = 0; i < index; ++i) {
    std::optional<Dim> size = getEntry(math, kComputed, op.getSizeValues(), i);
    if (!size)
      return std::nullopt;
    start = math.add(start, *size);
  }
  std::optional<Dim> size = getEntry(math, kComputed, op.getSizeValues(), index);
  return size ? std::optional(Part{start, *size}) : std::nullopt;
}

// split_part_c2
static bool checkSizes(ShapeMath &math, SplitPartOp::Adaptor op, const TensorShape &x, size_t axis) {
  int64_t count = op.getCount();
  if (!checkComputed(math, true, op.getSizeValues(), "size_values", "sizes", count, "one entry per part"))
    return false;
  Dim sum = 0;
  for (int64_t i = 0; i < count; ++i) {
    std::optional<Dim> size = getEntry(math, kComputed, op.getSizeValues(), i);
    auto text = [&] { return "expects parts of sizes >= 0, got " + math.describe(*size); };
    if (!size) // then it is demanded of the run that will know it
      return true;
    if (!math.expectAtMost(0, *size, text))
      return false;
    sum = math.add(sum, *size);
  }
  return math.expectEqual(sum, x[axis], [&] {
    return "expects parts of together " + math.describe(x, axis) + ", got " + math.describe(sum);
  });
}

// split_part_c3
static bool checkEqual(ShapeMath &math, SplitPartOp::Adaptor op, const TensorShape &x, size_t axis) {
  int64_t count = op.getCount();
  auto text = [&] {
    return "expects a dimension that can be divided into " + std::to_string(count) +
           (op.getUneven() ? " parts of which the last may be shorter" : " equal parts") + ", got " +
           math.describe(x, axis);
  };
  if (op.getUneven())
    return math.expectAtMost(math.mul(math.ceilDiv(x[axis], count), count - 1), x[axis], text);
  return math.expectEqual(math.mul(math.floorDiv(x[axis], count), count), x[axis], text);
}

static Dims inferPart(ShapeMath &math, SplitPartOp::Adaptor op) {
  TensorShape x = math.getShape(op.getX());
  int64_t axis = op.getAxis(), index = op.getIndex(), count = op.getCount(), rank = x.getRank();
  if (axis < 0 || axis >= rank || index < 0 || index >= count) // split_part_c1
    return math.fail("expects 0 <= axis < " + Twine(rank) + " and 0 <= index < count, got " + Twine(axis) + ", " +
                     Twine(index) + " and " + Twine(count));
  if (op.getSizeValues() ? !checkSizes(math, op, x, axis) : !checkEqual(math, op, x, axis))
    return {};
  Dims dims = x.dims;
  std::optional<Part> part = getPart(math, op, dims[axis]);
  dims[axis] = part ? part->size : Dim::unknown();
  return dims;
}
QC_MOVE(SplitPartOp, inferPart)

void SplitPartOp::describeMove(MoveBuilder &move) {
  const MoveView &x = move.getOperand(0);
  std::optional<Part> part = getPart(move.getMath(), Adaptor(*this), x.sizes[getAxis()]);
  if (!part) {
    move.getMath().fail("has sizes of parts that nothing says the value of");
    return;
  }
  move.copy(x.slice(getAxis(), part->start, part->size), move.getResult());
}
