// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Resizing by the nearest element.
#include "ComputedEntries.h"
#include "Contents.h"
#include "Verification.h"
#include "qc/Arith/Resize.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace mlir;
using namespace qc;

using Scales = SmallVector<float>;

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

// The scales; nothing where sizes are given, or where the algebra does not know them.
static std::optional<Scales> findScales(ShapeMath &math, ResizeNearestOp::Adaptor op) {
  if (op.getScaleValues())
    return math.getFloats(op.getScaleValues());
  return op.getScales().empty() ? std::nullopt : std::optional(Scales(op.getScales()));
}

// resize_nearest_c1, resize_nearest_c3, resize_nearest_c6
static std::string checkAttributes(ResizeNearestOp::Adaptor op, const std::optional<Scales> &scales, size_t rank) {
  size_t numScales = op.getScales().size(), numSizes = op.getSizes().size();
  bool isComputed(op.getScaleValues()), hasBoth = numScales != 0 && numSizes != 0;
  if (hasBoth || numScales + numSizes != (isComputed ? 0 : rank))
    return "expects either scales or sizes with one entry per dimension, " + std::to_string(rank) + ", got " +
           std::to_string(numScales) + " scales and " + std::to_string(numSizes) + " sizes" +
           (isComputed ? " beside scale_values" : "");
  if (scales && scales->size() != rank)
    return "expects scale_values with one entry per dimension, " + std::to_string(rank) + ", got " +
           std::to_string(scales->size());
  for (float scale : scales.value_or(Scales()))
    if (!(scale > 0) || std::isinf(scale))
      return "expects finite scales > 0, got " + std::to_string(scale);
  for (int64_t size : op.getSizes())
    if ((size < -1 && size != kComputed) || size > INT32_MAX)
      return "expects sizes from 0 to " + std::to_string(INT32_MAX) + ", got " + std::to_string(size);
  return {};
}

// What floor(n * scale) is for a size n that is not known: n * p / 2^k with whole p.
static std::optional<Dim> scaleUnknown(ShapeMath &math, const TensorShape &x, size_t d, float scale) {
  constexpr int64_t kMostNumerator = 1 << 16;
  constexpr int kMostShift = 24;
  int exponent;
  double numerator = std::frexp(double(scale), &exponent);
  while (numerator != std::floor(numerator)) {
    numerator *= 2;
    --exponent;
  }
  if (exponent > 16 || exponent < -kMostShift || std::ldexp(numerator, std::max(exponent, 0)) > kMostNumerator)
    return std::nullopt;
  int64_t p = int64_t(std::ldexp(numerator, std::max(exponent, 0)));
  int64_t most = kMostExactInFloat / p;
  math.expectAtMost(x[d], most, [&] {
    return "expects at most " + std::to_string(most) + " positions to scale by " + std::to_string(scale) + ", got " +
           math.describe(x, d);
  });
  return math.floorDiv(math.mul(x[d], p), int64_t(1) << std::max(-exponent, 0));
}

// The size of dimension d with this scale.
static Dim inferScaled(ShapeMath &math, ResizeNearestOp::Adaptor op, const TensorShape &x, size_t d, float scale) {
  if (std::optional<int64_t> in = x[d].getKnown()) {
    float size = std::floor(float(*in) * scale);
    if (size >= float(1 << 30) * 2) // resize_nearest_c3
      return math.fail("expects dimensions of a result below 2^31, got " + llvm::formatv("{0:F0}", size).str()), Dim(0);
    return int64_t(size);
  }
  if (std::optional<int64_t> repeat = getRepeat(op.getCoordinates(), op.getRounding(), scale))
    return math.mul(x[d], *repeat);
  if (std::optional<Dim> size = scaleUnknown(math, x, d, scale)) // resize_nearest_c4
    return *size;
  return math.fail("cannot scale dimension " + Twine(d) + ", whose size is not known, by " + std::to_string(scale) +
                   ": accepted are scales p / 2^k with whole p <= 2^16 and k <= 24, sizes, or a size that is known"),
         Dim(0);
}

// The size of dimension d that is given, which is not the one of x; nothing where the algebra does not know it.
static std::optional<Dim> getGivenSize(ShapeMath &math, ResizeNearestOp::Adaptor op, const TensorShape &x, size_t d) {
  if (op.getSizes()[d] == -1)
    return x[d];
  return getEntry(math, op.getSizes()[d], op.getSizeValues(), d);
}

// The size of dimension d.
static Dim inferResized(ShapeMath &math, ResizeNearestOp::Adaptor op, const std::optional<Scales> &scales,
                        const TensorShape &x, size_t d) {
  if (!scales && op.getScaleValues())
    return Dim::unknown();
  std::optional<Dim> size = scales ? inferScaled(math, op, x, d, (*scales)[d]) : getGivenSize(math, op, x, d);
  if (!size)
    return Dim::unknown();
  if (math.hasFailed() || size->isUnknown() || math.areEqual(*size, x[d]))
    return *size;
  auto explainRange = [&] { // resize_nearest_c3, resize_nearest_c5
    return "expects sizes from 0 to " + std::to_string(INT32_MAX) + ", got " + math.describe(*size);
  };
  auto explainEmpty = [&] { // resize_nearest_c2
    return "cannot give dimension " + std::to_string(d) + " of size " + math.describe(x, d) + " the size " +
           math.describe(*size);
  };
  if (!scales && (!math.expectAtMost(0, *size, explainRange) || !math.expectAtMost(*size, INT32_MAX, explainRange)))
    return 0;
  // Scales make nothing of nothing.
  if (!scales)
    math.expectAtMost(math.min(*size, 1), x[d], explainEmpty);
  return *size;
}

static Dims inferResize(ShapeMath &math, ResizeNearestOp::Adaptor op) {
  TensorShape x = math.getShape(op.getX());
  std::optional<Scales> scales = findScales(math, op);
  if (std::string error = checkAttributes(op, scales, x.getRank()); !error.empty())
    return math.fail(error);
  if (!checkComputed(math, llvm::is_contained(op.getSizes(), kComputed), op.getSizeValues(), "size_values", "sizes",
                     x.getRank(), "one entry per dimension"))
    return {};
  Dims dims;
  for (size_t d = 0; d < x.getRank(); ++d)
    dims.push_back(math.hasFailed() ? Dim(0) : inferResized(math, op, scales, x, d));
  return dims;
}
QC_MOVE(ResizeNearestOp, inferResize)

// The position of x for each of the `out` positions of a dimension.
static SmallVector<int64_t> makeTable(ResizeNearestOp op, std::optional<float> scale, int64_t in, int64_t out) {
  SmallVector<int64_t> table;
  for (int64_t i = 0; i < out; ++i)
    table.push_back(
        getNearest(op.getCoordinates(), op.getRounding(), i, scale.value_or(float(out) / float(in)), in, out));
  return table;
}

// How often each position of x stands in the table, one after the other, if that is what it says.
static std::optional<int64_t> findRepeat(ArrayRef<int64_t> table, int64_t in) {
  int64_t out = table.size(), repeat = in > 0 && out % in == 0 ? out / in : 0;
  bool isRepeat = repeat > 0;
  for (int64_t i = 0; i < out && isRepeat; ++i)
    isRepeat = table[i] == i / repeat;
  return isRepeat ? std::optional(repeat) : std::nullopt;
}

void ResizeNearestOp::describeMove(MoveBuilder &move) {
  MoveView x = move.getOperand(0), y = move.getResult();
  ShapeMath &math = move.getMath();
  std::optional<Scales> scales = findScales(math, Adaptor(*this));
  for (int64_t d = x.getRank(); d-- > 0;) {
    Dim in = x.sizes[d], out = y.sizes[d];
    std::optional<float> scale = scales ? std::optional((*scales)[d]) : std::nullopt;
    std::optional<int64_t> repeat;
    SmallVector<int64_t> table;
    bool areKnown = in.getKnown() && out.getKnown();
    if (areKnown) {
      table = makeTable(*this, scale, *in.getKnown(), *out.getKnown());
      repeat = findRepeat(table, *in.getKnown());
    } else if (scale.value_or(1.0f) == 1.0f && math.areEqual(in, out)) {
      repeat = 1;
    } else if (scale) {
      repeat = getRepeat(getCoordinates(), getRounding(), *scale);
    }
    if (!repeat) {
      auto coordinates = numerics::ResizeCoordinates(unsigned(getCoordinates()));
      auto rounding = numerics::ResizeRounding(unsigned(getRounding()));
      x = areKnown ? x.lookup(d, table) : x.lookup(d, MoveView::Resized{coordinates, rounding, scale, in, out});
    } else if (*repeat != 1) {
      y = y.split(d, {in, *repeat});
      x = x.stretch(d + 1, *repeat);
    }
  }
  move.copy(x, y);
}
