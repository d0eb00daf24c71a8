// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Moves: the shapes of their results, and where each element comes from.
#include "ComputedEntries.h"
#include "Verification.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/InterleavedRange.h"

using namespace mlir;
using namespace qc;

static Dims refuseCount(ShapeMath &math, StringRef what, size_t expected, size_t got) {
  return math.fail("expects " + what + " with one entry per dimension, " + Twine(expected) + ", got " + Twine(got));
}

//===----------------------------------------------------------------------===//
// slice
//===----------------------------------------------------------------------===//

namespace {
struct SliceRange {
  Dim start, size;
};
} // namespace

// Where a start or end of a dimension of size n lies.
static Dim clampBound(ShapeMath &math, Dim n, Dim bound, int64_t step) {
  Dim least = step < 0 ? -1 : 0, most = step < 0 ? math.sub(n, 1) : n;
  std::optional<int64_t> known = bound.getKnown();
  // What needs no comparison with a size.
  if (known == INT64_MAX)
    return most;
  if (known && (*known <= -INT64_MAX || (*known == 0 && step > 0)))
    return least;
  Dim position = bound;
  if (!known)
    position = math.select(math.isLess(bound, 0), math.add(n, bound), bound);
  else if (*known < 0)
    position = math.add(n, bound);
  return math.max(least, math.min(position, most));
}

// Nothing where the algebra does not know a computed start or end.
static std::optional<SliceRange> getSliceRange(ShapeMath &math, SliceOp::Adaptor op, size_t i, Dim n) {
  int64_t step = op.getSteps()[i];
  std::optional<Dim> start = getEntry(math, op.getStarts()[i], op.getStartValues(), i),
                     end = getEntry(math, op.getEnds()[i], op.getEndValues(), i);
  if (!start || !end)
    return std::nullopt;
  if (start->is(0) && end->is(INT64_MAX) && step == 1)
    return SliceRange{0, n};
  Dim first = clampBound(math, n, *start, step), last = clampBound(math, n, *end, step);
  Dim length = step < 0 ? math.sub(first, last) : math.sub(last, first);
  return SliceRange{first, math.ceilDiv(math.max(0, length), std::abs(step))};
}

// slice_c4
static bool checkBounds(ShapeMath &math, ArrayRef<int64_t> bounds, Value values, StringRef name, StringRef entries) {
  return checkComputed(math, llvm::is_contained(bounds, kComputed), values, name, entries, bounds.size(),
                       "one entry per axis");
}

static Dims inferSlice(ShapeMath &math, SliceOp::Adaptor op) {
  Dims dims = math.getShape(op.getX()).dims;
  size_t count = op.getAxes().size();
  if (op.getStarts().size() != count || op.getEnds().size() != count || op.getSteps().size() != count) // slice_c1
    return math.fail("expects starts, ends and steps of " + Twine(count) + " entries as axes, got " +
                     Twine(op.getStarts().size()) + ", " + Twine(op.getEnds().size()) + " and " +
                     Twine(op.getSteps().size()));
  if (!checkBounds(math, op.getStarts(), op.getStartValues(), "start_values", "starts") || // slice_c4
      !checkBounds(math, op.getEnds(), op.getEndValues(), "end_values", "ends"))
    return {};
  SmallVector<bool> seen(dims.size(), false);
  for (auto [i, axis] : llvm::enumerate(op.getAxes())) {
    int64_t step = op.getSteps()[i];
    if (axis < 0 || axis >= int64_t(dims.size()) || seen[axis]) // slice_c2
      return math.fail("expects 0 <= axis < " + Twine(dims.size()) + ", each once, got " + Twine(axis));
    if (step == 0 || step <= INT32_MIN || step > INT32_MAX) // slice_c3
      return math.fail("expects steps other than 0 between -2^31 and 2^31, got " + Twine(step));
    seen[axis] = true;
    std::optional<SliceRange> range = getSliceRange(math, op, i, dims[axis]);
    dims[axis] = range ? range->size : Dim::unknown();
  }
  return dims;
}
QC_MOVE(SliceOp, inferSlice)

void SliceOp::describeMove(MoveBuilder &move) {
  MoveView x = move.getOperand(0);
  for (auto [i, axis] : llvm::enumerate(getAxes())) {
    std::optional<SliceRange> range = getSliceRange(move.getMath(), Adaptor(*this), i, x.sizes[axis]);
    if (!range) {
      move.getMath().fail("has a start or end that nothing says the value of");
      return;
    }
    x = x.slice(axis, range->start, range->size, getSteps()[i]);
  }
  move.copy(x, move.getResult());
}

//===----------------------------------------------------------------------===//
// pad
//===----------------------------------------------------------------------===//

namespace {
/// How many positions stand before and behind a dimension.
struct Padding {
  Dim begin, end;
};
} // namespace

// Nothing where the algebra does not know a computed one.
static std::optional<Padding> getPadding(ShapeMath &math, PadOp::Adaptor op, size_t d) {
  std::optional<Dim> begin = getEntry(math, op.getBegins()[d], op.getPadValues(), d),
                     end = getEntry(math, op.getEnds()[d], op.getPadValues(), op.getBegins().size() + d);
  return begin && end ? std::optional(Padding{*begin, *end}) : std::nullopt;
}

// Elements that a dimension must have so that `most` positions can be outside of it.
static Dim getLeastSize(ShapeMath &math, PadMode mode, Dim most) {
  switch (mode) {
  case PadMode::Constant:
    return 0;
  case PadMode::Edge:
    return math.min(most, 1);
  case PadMode::Reflect:
    return math.select(math.isEqual(most, 0), 0, math.add(most, 1));
  case PadMode::Wrap:
    return most;
  }
  return most;
}

// The size of dimension d.
static Dim inferPadded(ShapeMath &math, PadOp::Adaptor op, const TensorShape &x, size_t d) {
  std::optional<Padding> padding = getPadding(math, op, d);
  if (!padding)
    return Dim::unknown();
  auto [begin, end] = *padding;
  auto explainSign = [&, begin = begin, end = end] { // pad_c1
    return "expects begins and ends >= 0, got " + math.describe(begin) + " and " + math.describe(end);
  };
  if (!math.expectAtMost(0, begin, explainSign) || !math.expectAtMost(0, end, explainSign))
    return 0;
  Dim most = math.max(begin, end);
  auto explainSize = [&] { // pad_c3
    return ("expects a dimension that " + math.describe(most) + " more positions in mode " +
            stringifyPadMode(op.getMode()) + " can be taken from, got " + math.describe(x, d))
        .str();
  };
  math.expectAtMost(getLeastSize(math, op.getMode(), most), x[d], explainSize);
  return math.add(math.add(x[d], begin), end); // pad_c4
}

static Dims inferPad(ShapeMath &math, PadOp::Adaptor op) {
  TensorShape x = math.getShape(op.getX());
  size_t rank = x.getRank();
  if (op.getBegins().size() != rank || op.getEnds().size() != rank) // pad_c1
    return refuseCount(math, "begins and ends", rank, op.getBegins().size());
  bool isComputed = llvm::is_contained(op.getBegins(), kComputed) || llvm::is_contained(op.getEnds(), kComputed);
  if (!checkComputed(math, isComputed, op.getPadValues(), "pad_values", "begins or ends", 2 * rank, // pad_c5
                     "two entries per dimension"))
    return {};
  Dims dims;
  for (size_t d = 0; d < rank; ++d)
    dims.push_back(math.hasFailed() ? Dim(0) : inferPadded(math, op, x, d));
  return dims;
}
QC_MOVE(PadOp, inferPad)

LogicalResult PadOp::verify() {
  if (getValue().has_value() != (getMode() == PadMode::Constant)) // pad_c2
    return emitOpError("expects a value with mode constant, and with no other");
  Type element = getTensor(getX()).getElementType();
  if (getValue() && getValueAttr().getType() != element) // pad_c2
    return emitOpError("expects a value of the element type ") << element << ", got " << getValueAttr();
  return success();
}

static void padDimension(MoveBuilder &move, PadOp op, int64_t d, const MoveView &x, const MoveView &y);

// `to` lies outside of dimension d: from there on, as the mode says.
static void padOutside(MoveBuilder &move, PadOp op, int64_t d, const MoveView &from, const MoveView &to) {
  if (op.getMode() == PadMode::Constant)
    move.fill(op.getFill(), to);
  else
    padDimension(move, op, d + 1, from, to);
}

static void padDimension(MoveBuilder &move, PadOp op, int64_t d, const MoveView &x, const MoveView &y) {
  if (d == x.getRank())
    return move.copy(x, y);
  ShapeMath &math = move.getMath();
  std::optional<Padding> padding = getPadding(math, PadOp::Adaptor(op), d);
  if (!padding) {
    math.fail("has pads that nothing says the value of");
    return;
  }
  auto [begin, end] = *padding;
  Dim n = x.sizes[d];
  // Where the positions before and behind begin in x, and how they go on.
  Dim before = 0, behind = math.sub(n, 1);
  int64_t step = 0;
  if (op.getMode() == PadMode::Reflect) {
    before = begin;
    behind = math.sub(n, 2);
    step = -1;
  } else if (op.getMode() == PadMode::Wrap) {
    before = math.sub(n, begin);
    behind = 0;
    step = 1;
  }
  if (!begin.is(0))
    padOutside(move, op, d, x.slice(d, before, begin, step), y.slice(d, 0, begin));
  if (!end.is(0))
    padOutside(move, op, d, x.slice(d, behind, end, step), y.slice(d, math.add(begin, n), end));
  padDimension(move, op, d + 1, x, y.slice(d, begin, n));
}

void PadOp::describeMove(MoveBuilder &move) { padDimension(move, *this, 0, move.getOperand(0), move.getResult()); }

TypedAttr PadOp::getFill() { return getValueAttr(); }
void PadOp::setFill(TypedAttr value) { setValueAttr(value); }

//===----------------------------------------------------------------------===//
// tile, concat, transpose, expand
//===----------------------------------------------------------------------===//

static Dims inferTile(ShapeMath &math, TileOp::Adaptor op) {
  Dims dims = math.getShape(op.getX()).dims;
  ArrayRef<int64_t> repeats = op.getRepeats();
  if (repeats.size() != dims.size()) // tile_c1
    return refuseCount(math, "repeats", dims.size(), repeats.size());
  if (!checkComputed(math, llvm::is_contained(repeats, kComputed), op.getRepeatValues(), "repeat_values", "repeats",
                     repeats.size(), "one entry per dimension")) // tile_c3
    return {};
  for (auto [d, dim] : llvm::enumerate(dims)) {
    std::optional<Dim> repeat = getEntry(math, repeats[d], op.getRepeatValues(), d);
    auto text = [&] { return "expects repeats >= 0, got " + math.describe(*repeat); }; // tile_c1
    if (repeat && !math.expectAtMost(0, *repeat, text))
      return {};
    dim = repeat ? math.mul(dim, *repeat) : Dim::unknown(); // tile_c2
  }
  return dims;
}
QC_MOVE(TileOp, inferTile)

void TileOp::describeMove(MoveBuilder &move) {
  MoveView x = move.getOperand(0), y = move.getResult();
  for (int64_t d = x.getRank(); d-- > 0;) {
    std::optional<Dim> repeat = getEntry(move.getMath(), getRepeats()[d], getRepeatValues(), d);
    if (!repeat) {
      move.getMath().fail("has repeats that nothing says the value of");
      return;
    }
    if (repeat->is(1))
      continue;
    y = y.split(d, {*repeat, x.sizes[d]});
    x = x.stretch(d, *repeat);
  }
  move.copy(x, y);
}

void ConcatOp::describeMove(MoveBuilder &move) {
  Dim first = 0;
  int64_t axis = getAxis();
  for (unsigned i = 0; i < getXs().size(); ++i) {
    const MoveView &x = move.getOperand(i);
    move.copy(x, move.getResult().slice(axis, first, x.sizes[axis]));
    first = move.getMath().add(first, x.sizes[axis]);
  }
}

void TransposeOp::describeMove(MoveBuilder &move) {
  move.copy(move.getOperand(0).permute(getPerm()), move.getResult());
}

void ExpandOp::describeMove(MoveBuilder &move) {
  move.copy(move.getOperand(0).broadcast(move.getResult().sizes), move.getResult());
}

//===----------------------------------------------------------------------===//
// space_to_depth
//===----------------------------------------------------------------------===//

static Dims inferSpaceToDepth(ShapeMath &math, SpaceToDepthOp::Adaptor op) {
  TensorShape x = math.getShape(op.getX());
  Dims dims = x.dims;
  int64_t block = op.getBlock();
  if (dims.size() != 4 || block < 1) // space_to_depth_c1
    return math.fail("expects a rank of 4 and a block >= 1, got " + Twine(dims.size()) + " and " + Twine(block));
  for (int64_t d = 2; d < 4; ++d) {
    auto text = [&] { // space_to_depth_c2
      return "expects spatial dimensions that " + std::to_string(block) + " divides, got " + math.describe(x, d);
    };
    Dim blocks = math.floorDiv(dims[d], block);
    if (!math.expectEqual(math.mul(blocks, block), dims[d], text))
      return {};
    dims[d] = blocks;
  }
  dims[1] = math.mul(dims[1], math.mul(block, block));
  return dims;
}
QC_MOVE(SpaceToDepthOp, inferSpaceToDepth)

void SpaceToDepthOp::describeMove(MoveBuilder &move) {
  Dim block = int64_t(getBlock()), others = Dim::unknown();
  MoveView x = move.getOperand(0).split(3, {others, block}).split(2, {others, block}); // n, c, h, i, w, j
  move.copy(x.permute({0, 3, 5, 1, 2, 4}), move.getResult().split(1, {block, block, others}));
}

//===----------------------------------------------------------------------===//
// depth_to_space
//===----------------------------------------------------------------------===//

static Dims inferDepthToSpace(ShapeMath &math, DepthToSpaceOp::Adaptor op) {
  TensorShape x = math.getShape(op.getX());
  Dims dims = x.dims;
  ArrayRef<int64_t> blocks = op.getBlocks();
  if (dims.size() < 3 || blocks.size() != dims.size() - 2 || llvm::any_of(blocks, [](int64_t b) { return b < 1; }))
    return math.fail(
        "expects a rank of 3 or more and a block >= 1 for each spatial axis, got rank " + // depth_to_space_c1
        Twine(dims.size()) + " and blocks " + llvm::formatv("{0}", llvm::interleaved_array(blocks)).str());
  Dim product = 1;
  for (size_t d = 0; d < blocks.size(); ++d) {
    product = math.mul(product, blocks[d]);
    dims[d + 2] = math.mul(dims[d + 2], blocks[d]); // depth_to_space_c3
  }
  auto text = [&] { // depth_to_space_c2
    return "expects channels that blocks of " + math.describe(product) + " divide, got " + math.describe(x, 1);
  };
  if (math.hasFailed())
    return {};
  dims[1] = math.floorDiv(dims[1], product);
  math.expectEqual(math.mul(dims[1], product), x[1], text);
  return dims;
}
QC_MOVE(DepthToSpaceOp, inferDepthToSpace)

void DepthToSpaceOp::describeMove(MoveBuilder &move) {
  int64_t spatial = getBlocks().size(), blocksAt = getOrder() == DepthOrder::DCR ? 1 : 2;
  Dims channels(getBlocks().begin(), getBlocks().end());
  channels.insert(blocksAt == 1 ? channels.end() : channels.begin(), Dim::unknown());
  // x: batch, channel and blocks in the order's sequence, spatial; y: batch, channel, and each axis with its block
  SmallVector<int64_t> order{0, blocksAt == 1 ? spatial + 1 : 1};
  MoveView y = move.getResult();
  for (int64_t d = 0; d < spatial; ++d) {
    llvm::append_range(order, ArrayRef<int64_t>{spatial + 2 + d, blocksAt + d});
    y = y.split(2 + 2 * d, {Dim::unknown(), getBlocks()[d]});
  }
  move.copy(move.getOperand(0).split(1, channels).permute(order), y);
}
