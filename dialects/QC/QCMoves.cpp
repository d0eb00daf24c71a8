// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Moves: the shapes of their results, and where each element comes from.
#include "Verification.h"
#include "qc/Arith/Resize.h"
#include <cmath>

using namespace mlir;
using namespace qc;

/// Of a move of elements of operand 0: all that follows from its shape function.
#define QC_MOVE(Op, Function)                                                                                          \
  QC_SHAPE_FUNCTION(Op, getTensor(op.getOperands().front()).getElementType(), Function)                                \
  SmallVector<unsigned> Op::getMovedOperands() { return {0}; }                                                         \
  SmallVector<unsigned> Op::getDataOperands() { return {0}; }                                                          \
  RoundingTraits Op::getRoundingTraits() { return makeMoveTraits(); }

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
  auto getBound = [&](int64_t bound, Value values) -> std::optional<Dim> {
    if (bound != INT64_MIN)
      return Dim(bound);
    std::optional<Dims> contents = math.getContents(values);
    return contents && i < contents->size() && !(*contents)[i].isUnknown() ? std::optional((*contents)[i])
                                                                           : std::nullopt;
  };
  int64_t step = op.getSteps()[i];
  std::optional<Dim> start = getBound(op.getStarts()[i], op.getStartValues()),
                     end = getBound(op.getEnds()[i], op.getEndValues());
  if (!start || !end)
    return std::nullopt;
  if (start->is(0) && end->is(INT64_MAX) && step == 1)
    return SliceRange{0, n};
  Dim first = clampBound(math, n, *start, step), last = clampBound(math, n, *end, step);
  Dim length = step < 0 ? math.sub(first, last) : math.sub(last, first);
  return SliceRange{first, math.ceilDiv(math.max(0, length), std::abs(step))};
}

// slice_c4
static bool checkBounds(ShapeMath &math, ArrayRef<int64_t> bounds, Value values, StringRef what) {
  bool isComputed = llvm::is_contained(bounds, INT64_MIN);
  if (isComputed != bool(values))
    return math.fail("expects " + what + "_values exactly where an entry of " + what + "s is computed"), false;
  if (!values)
    return true;
  TensorShape shape = math.getShape(values);
  if (shape.getRank() == 1 && shape[0].is(int64_t(bounds.size())))
    return true;
  return math.fail("expects " + what + "_values with one entry per axis, " + Twine(bounds.size())), false;
}

static Dims inferSlice(ShapeMath &math, SliceOp::Adaptor op) {
  Dims dims = math.getShape(op.getX()).dims;
  size_t count = op.getAxes().size();
  if (op.getStarts().size() != count || op.getEnds().size() != count || op.getSteps().size() != count) // slice_c1
    return math.fail("expects starts, ends and steps of " + Twine(count) + " entries as axes, got " +
                     Twine(op.getStarts().size()) + ", " + Twine(op.getEnds().size()) + " and " +
                     Twine(op.getSteps().size()));
  if (!checkBounds(math, op.getStarts(), op.getStartValues(), "start") || // slice_c4
      !checkBounds(math, op.getEnds(), op.getEndValues(), "end"))
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

// Elements that a dimension must have so that `most` positions can be outside of it.
static int64_t getLeastSize(PadMode mode, int64_t most) {
  if (mode == PadMode::Constant || most == 0)
    return 0;
  return mode == PadMode::Edge ? 1 : mode == PadMode::Reflect ? most + 1 : most;
}

static Dims inferPad(ShapeMath &math, PadOp::Adaptor op) {
  TensorShape x = math.getShape(op.getX());
  Dims dims = x.dims;
  if (op.getBegins().size() != dims.size() || op.getEnds().size() != dims.size()) // pad_c1
    return refuseCount(math, "begins and ends", dims.size(), op.getBegins().size());
  for (size_t d = 0; d < dims.size(); ++d) {
    int64_t begin = op.getBegins()[d], end = op.getEnds()[d], most = std::max(begin, end);
    if (begin < 0 || end < 0) // pad_c1
      return math.fail("expects begins and ends >= 0, got " + Twine(begin) + " and " + Twine(end));
    auto text = [&] { // pad_c3
      return ("expects a dimension that " + Twine(most) + " more positions in mode " + stringifyPadMode(op.getMode()) +
              " can be taken from, got " + math.describe(x, d))
          .str();
    };
    if (!math.expectAtMost(getLeastSize(op.getMode(), most), dims[d], text))
      return {};
    dims[d] = math.add(math.add(dims[d], begin), end); // pad_c4
  }
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
  Dim n = x.sizes[d], begin = op.getBegins()[d], end = op.getEnds()[d];
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
  if (op.getRepeats().size() != dims.size()) // tile_c1
    return refuseCount(math, "repeats", dims.size(), op.getRepeats().size());
  for (auto [repeat, dim] : llvm::zip(op.getRepeats(), dims)) {
    if (repeat < 0) // tile_c1
      return math.fail("expects repeats >= 0, got " + Twine(repeat));
    dim = math.mul(dim, repeat); // tile_c2
  }
  return dims;
}
QC_MOVE(TileOp, inferTile)

void TileOp::describeMove(MoveBuilder &move) {
  MoveView x = move.getOperand(0), y = move.getResult();
  for (int64_t d = x.getRank(); d-- > 0;) {
    if (getRepeats()[d] == 1)
      continue;
    y = y.split(d, {getRepeats()[d], x.sizes[d]});
    x = x.stretch(d, getRepeats()[d]);
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
// gather, gather_elements, gather_nd
//===----------------------------------------------------------------------===//

// Fails where indices exist, but have nothing to point to.
static bool checkLookup(ShapeMath &math, const TensorShape &x, int64_t d, ArrayRef<Dim> indices) {
  bool isUsed = llvm::all_of(indices, [](Dim n) { return n.getKnown().value_or(0) > 0; });
  return !isUsed || math.expectAtMost(1, x[d], [&] {
    return "expects a dimension of size >= 1 to look into, got " + math.describe(x, d) + " in dimension " +
           std::to_string(d);
  });
}

static Dims inferGather(ShapeMath &math, GatherOp::Adaptor op) {
  TensorShape x = math.getShape(op.getX()), indices = math.getShape(op.getIndices());
  int64_t axis = op.getAxis();
  if (axis < 0 || axis >= int64_t(x.getRank())) // gather_c1
    return math.fail("expects 0 <= axis < " + Twine(x.getRank()) + ", got " + Twine(axis));
  if (!checkLookup(math, x, axis, indices.dims)) // gather_c2
    return {};
  Dims dims(ArrayRef<Dim>(x.dims).take_front(axis));
  llvm::append_range(dims, indices.dims);
  llvm::append_range(dims, ArrayRef<Dim>(x.dims).drop_front(axis + 1));
  return dims;
}
QC_MOVE(GatherOp, inferGather)

// x looked up along d by `indices`, whose dimensions are those of x from `first` on.
static MoveView lookUp(const MoveView &x, int64_t d, MoveView indices, int64_t first) {
  for (int64_t i = 0; i < first; ++i)
    indices = indices.stretch(i, x.sizes[i]);
  for (int64_t i = indices.getRank(); i < x.getRank(); ++i)
    indices = indices.stretch(i, i == d ? Dim(1) : x.sizes[i]);
  return x.lookup(d, indices);
}

// New dimensions of these sizes before dimension d.
static MoveView makeRoom(MoveView x, int64_t d, ArrayRef<Dim> sizes) {
  for (Dim size : llvm::reverse(sizes))
    x = x.stretch(d, size);
  return x;
}

void GatherOp::describeMove(MoveBuilder &move) {
  const MoveView &indices = move.getOperand(1);
  int64_t axis = getAxis(), d = axis + indices.getRank();
  MoveView x = makeRoom(move.getOperand(0), axis, indices.sizes);
  move.copy(lookUp(x, d, indices, axis).drop(d), move.getResult());
}

static Dims inferGatherElements(ShapeMath &math, GatherElementsOp::Adaptor op) {
  TensorShape x = math.getShape(op.getX()), indices = math.getShape(op.getIndices());
  int64_t axis = op.getAxis(), rank = x.getRank();
  if (rank == 0 || x.getRank() != indices.getRank() || axis < 0 || axis >= rank) // gather_elements_c1
    return math.fail("expects operands of one rank >= 1 and 0 <= axis < rank, got ranks " + Twine(x.getRank()) +
                     " and " + Twine(indices.getRank()) + " and axis " + Twine(axis));
  for (int64_t d = 0; d < rank; ++d) {
    auto text = [&] { // gather_elements_c2
      return "expects no more indices than elements beside the axis, got " + math.describe(indices, d) + " and " +
             math.describe(x, d) + " in dimension " + std::to_string(d);
    };
    if (d != axis && !math.expectAtMost(indices[d], x[d], text))
      return {};
  }
  checkLookup(math, x, axis, indices.dims); // gather_elements_c3
  return indices.dims;
}
QC_MOVE(GatherElementsOp, inferGatherElements)

void GatherElementsOp::describeMove(MoveBuilder &move) {
  const MoveView &indices = move.getOperand(1);
  MoveView x = move.getOperand(0);
  for (int64_t d = 0; d < x.getRank(); ++d)
    if (d != int64_t(getAxis()))
      x = x.slice(d, 0, indices.sizes[d]);
  move.copy(x.lookup(getAxis(), indices), move.getResult());
}

static Dims inferGatherND(ShapeMath &math, GatherNDOp::Adaptor op) {
  TensorShape x = math.getShape(op.getX()), indices = math.getShape(op.getIndices());
  int64_t batch = op.getBatchDims(), rank = x.getRank(), most = std::min<int64_t>(indices.getRank(), rank);
  if (batch < 0 || batch >= most) // gather_nd_c1
    return math.fail("expects 0 <= batch_dims < " + Twine(most) + ", got " + Twine(batch));
  std::optional<int64_t> depth = indices.dims.back().getKnown();
  if (!depth || *depth < 1 || *depth > rank - batch) // gather_nd_c2
    return math.fail("expects a last dimension of indices from 1 to " + Twine(rank - batch) + ", got " +
                     math.describe(indices.dims.back()));
  for (int64_t d = 0; d < batch; ++d) {
    auto text = [&] { // gather_nd_c3
      return "expects equal batch dimensions, got " + math.describe(x, d) + " and " + math.describe(indices, d) +
             " in dimension " + std::to_string(d);
    };
    if (!math.expectEqual(x[d], indices[d], text))
      return {};
  }
  for (int64_t d = batch; d < batch + *depth; ++d)
    if (!checkLookup(math, x, d, indices.dims)) // gather_nd_c4
      return {};
  Dims dims(ArrayRef<Dim>(indices.dims).drop_back());
  llvm::append_range(dims, ArrayRef<Dim>(x.dims).drop_front(batch + *depth));
  return dims;
}
QC_MOVE(GatherNDOp, inferGatherND)

void GatherNDOp::describeMove(MoveBuilder &move) {
  const MoveView &indices = move.getOperand(1);
  int64_t batch = getBatchDims(), last = indices.getRank() - 1, depth = *indices.sizes[last].getKnown();
  // batch, the other dimensions of indices, depth dimensions that are looked up, others
  MoveView x = makeRoom(move.getOperand(0), batch, ArrayRef<Dim>(indices.sizes).slice(batch, last - batch));
  for (int64_t j = 0; j < depth; ++j)
    x = lookUp(x, last + j, indices.slice(last, j, 1).drop(last), 0);
  for (int64_t j = 0; j < depth; ++j)
    x = x.drop(last);
  move.copy(x, move.getResult());
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
// resize_nearest
//===----------------------------------------------------------------------===//

namespace {
/// One dimension of a resize, and what it is: position i of the result is position i / repeat of x, or entry i of
/// `table`.
struct ResizedAxis {
  std::optional<int64_t> repeat;
  SmallVector<int64_t> table;
};
} // namespace

static int64_t getNearest(ResizeCoordinates coordinates, ResizeRounding rounding, int64_t i, float scale, int64_t in,
                          int64_t out) {
  return numerics::resizeNearest(numerics::ResizeCoordinates(unsigned(coordinates)),
                                 numerics::ResizeRounding(unsigned(rounding)), i, scale, in, out);
}

// Whether position i is position floor(i / scale) for every size: for whole scales coordinates repeat with every
// position of x, so that a sample shows it. Modes whose coordinates depend on the sizes are left out.
static std::optional<int64_t> getRepeat(ResizeCoordinates coordinates, ResizeRounding rounding, float scale) {
  constexpr int64_t kSample = 8;
  if (coordinates == ResizeCoordinates::AlignCorners || coordinates == ResizeCoordinates::HalfPixelSymmetric ||
      !(scale >= 1 && scale <= 1 << 16) || scale != std::floor(scale))
    return std::nullopt;
  int64_t repeat = int64_t(scale);
  for (int64_t i = 0; i < kSample * repeat; ++i)
    if (getNearest(coordinates, rounding, i, scale, kSample, kSample * repeat) != i / repeat)
      return std::nullopt;
  return repeat;
}

// resize_nearest_c1
static std::string checkResizeAttributes(ResizeNearestOp::Adaptor op, size_t rank) {
  bool hasScales = op.getSizes().empty() && (rank == 0 || !op.getScales().empty());
  size_t entries = hasScales ? op.getScales().size() : op.getSizes().size();
  if (entries != rank || (!hasScales && !op.getScales().empty()))
    return "expects either scales or sizes with one entry per dimension, " + std::to_string(rank) + ", got " +
           std::to_string(op.getScales().size()) + " scales and " + std::to_string(op.getSizes().size()) + " sizes";
  for (float scale : op.getScales())
    if (!(scale > 0) || std::isinf(scale))
      return "expects finite scales > 0, got " + std::to_string(scale);
  for (int64_t size : op.getSizes())
    if (size < 0 || size > INT32_MAX) // resize_nearest_c3
      return "expects sizes from 0 to " + std::to_string(INT32_MAX) + ", got " + std::to_string(size);
  return {};
}

// The size of dimension d.
static Dim inferResized(ShapeMath &math, ResizeNearestOp::Adaptor op, const TensorShape &x, size_t d) {
  std::optional<int64_t> in = x[d].getKnown();
  if (!in) {
    std::optional<int64_t> repeat =
        op.getSizes().empty() ? getRepeat(op.getCoordinates(), op.getRounding(), op.getScales()[d]) : std::nullopt;
    if (!repeat) // resize_nearest_c4
      math.fail("cannot resize dimension " + Twine(d) + ", whose size is not known, other than by a whole scale that " +
                "repeats each position (half_pixel with the nearest, asymmetric with floor); got " +
                (op.getSizes().empty() ? "scale " + std::to_string(op.getScales()[d])
                                       : "size " + std::to_string(op.getSizes()[d])) +
                " with " + stringifyResizeCoordinates(op.getCoordinates()) + " and " +
                stringifyResizeRounding(op.getRounding()));
    return math.mul(x[d], repeat.value_or(1));
  }
  float size = op.getSizes().empty() ? std::floor(float(*in) * op.getScales()[d]) : float(op.getSizes()[d]);
  if (size > float(1 << 30) * 2) // resize_nearest_c3
    return math.fail("expects dimensions of a result below 2^31, got " + Twine(int64_t(size))), Dim(0);
  int64_t out = op.getSizes().empty() ? int64_t(size) : op.getSizes()[d];
  if (*in == 0 && out != 0) // resize_nearest_c2
    math.fail("cannot give dimension " + Twine(d) + " of size 0 the size " + Twine(out));
  return out;
}

static Dims inferResize(ShapeMath &math, ResizeNearestOp::Adaptor op) {
  TensorShape x = math.getShape(op.getX());
  if (std::string error = checkResizeAttributes(op, x.getRank()); !error.empty())
    return math.fail(error);
  Dims dims;
  for (size_t d = 0; d < x.getRank(); ++d)
    dims.push_back(inferResized(math, op, x, d));
  return dims;
}
QC_MOVE(ResizeNearestOp, inferResize)

static ResizedAxis describeAxis(ResizeNearestOp op, int64_t d, Dim size, Dim resultSize) {
  std::optional<int64_t> in = size.getKnown(), out = resultSize.getKnown();
  if (!in || !out)
    return {getRepeat(op.getCoordinates(), op.getRounding(), op.getScales()[d]), {}};
  ResizedAxis axis;
  float scale = op.getSizes().empty() ? op.getScales()[d] : float(*out) / float(*in);
  for (int64_t i = 0; i < *out; ++i)
    axis.table.push_back(getNearest(op.getCoordinates(), op.getRounding(), i, scale, *in, *out));
  int64_t repeat = *in > 0 && *out % *in == 0 ? *out / *in : 0;
  bool isRepeat = repeat > 0;
  for (int64_t i = 0; i < *out && isRepeat; ++i)
    isRepeat = axis.table[i] == i / repeat;
  if (isRepeat)
    axis.repeat = repeat;
  return axis;
}

void ResizeNearestOp::describeMove(MoveBuilder &move) {
  MoveView x = move.getOperand(0), y = move.getResult();
  for (int64_t d = x.getRank(); d-- > 0;) {
    ResizedAxis axis = describeAxis(*this, d, x.sizes[d], y.sizes[d]);
    if (!axis.repeat) {
      x = x.lookup(d, axis.table);
    } else if (*axis.repeat != 1) {
      y = y.split(d, {x.sizes[d], *axis.repeat});
      x = x.stretch(d + 1, *axis.repeat);
    }
  }
  move.copy(x, y);
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
        Twine(dims.size()) + " and " + Twine(blocks.size()) + " blocks");
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
