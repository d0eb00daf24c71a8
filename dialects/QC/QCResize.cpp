// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Resizing by the nearest element.
#include "Verification.h"
#include "qc/Arith/Resize.h"
#include <cmath>

using namespace mlir;
using namespace qc;

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
