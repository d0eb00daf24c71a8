// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shapes of results from shapes of operands.
#include "dialects/QC/ShapeInference.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace qc;

// Window parameters end here, so that a product of two stays within 62 bits.
static constexpr int64_t kMax = INT32_MAX;

static std::string text(const Twine &message) { return message.str(); }

// Checks the window attributes of `spatial` axes; an empty text where they are fine.
static std::string checkWindow(const WindowAttributes &window, size_t spatial) {
  if (window.strides.size() != spatial || window.dilations.size() != spatial)
    return text("expects one stride and one dilation for each of " + Twine(spatial) + " spatial axes, got " +
                Twine(window.strides.size()) + " and " + Twine(window.dilations.size()));
  if (window.pads.size() != 2 * spatial)
    return text("expects " + Twine(2 * spatial) + " pads (all begins, then all ends), got " +
                Twine(window.pads.size()));
  for (int64_t v : window.strides)
    if (v < 1 || v > kMax)
      return text("expects strides between 1 and 2147483647, got " + Twine(v));
  for (int64_t v : window.dilations)
    if (v < 1 || v > kMax)
      return text("expects dilations between 1 and 2147483647, got " + Twine(v));
  for (int64_t v : window.pads)
    if (v < 0 || v > kMax)
      return text("expects pads between 0 and 2147483647, got " + Twine(v));
  return {};
}

namespace {
/// One spatial axis.
struct Axis {
  Dim in, kernel;
  int64_t stride, padBegin, padEnd, dilation;
};
} // namespace

// Output size of one axis: floor(room / stride) + 1, in ceil mode ceil; -1 where it is negative or beyond 64 bits.
static int64_t inferKnownWindow(const Axis &axis, int64_t in, int64_t kernel, bool ceilMode) {
  using Wide = __int128; // every term is below 2^63, the product below 2^62
  Wide room = Wide(in) + axis.padBegin + axis.padEnd - (Wide(axis.dilation) * (kernel - 1) + 1);
  Wide floor = room / axis.stride - (room % axis.stride < 0);
  Wide out = floor + 1 + (ceilMode && room % axis.stride != 0);
  // A last window that would start beyond the input and its begin padding is dropped.
  if (ceilMode && out > 0 && (out - 1) * axis.stride >= Wide(in) + axis.padBegin)
    --out;
  return out < 0 || out > INT64_MAX ? -1 : int64_t(out);
}

// The same as an expression.
static Dim inferWindow(ShapeMath &math, const Axis &axis, bool ceilMode) {
  std::optional<int64_t> in = axis.in.getKnown(), kernel = axis.kernel.getKnown();
  if (in && kernel)
    return inferKnownWindow(axis, *in, *kernel, ceilMode);
  Dim before = math.add(math.mul(axis.dilation, math.sub(axis.kernel, 1)), 1 - axis.padBegin - axis.padEnd);
  Dim room = math.sub(axis.in, before);
  if (!ceilMode)
    return math.add(math.floorDiv(room, axis.stride), 1);
  Dim last = math.ceilDiv(room, axis.stride); // the index of the last window
  // The last that starts inside the input and its begin padding; at most one is dropped.
  Dim inside = math.floorDiv(math.add(axis.in, axis.padBegin - 1), axis.stride);
  return math.add(math.max(math.min(last, inside), math.sub(last, 1)), 1);
}

// Spatial output dimensions appended to `shape`. False after a failure.
static bool appendWindows(ShapeMath &math, const TensorShape &x, ArrayRef<Dim> kernel, const WindowAttributes &window,
                          bool ceilMode, Dims &shape) {
  size_t spatial = kernel.size();
  for (size_t d = 0; d < spatial; ++d) {
    if (std::optional<int64_t> size = kernel[d].getKnown(); size && (*size < 1 || *size > kMax)) {
      math.fail("expects kernel sizes between 1 and 2147483647, got " + Twine(*size));
      return false;
    }
    Axis axis{x[d + 2], kernel[d], window.strides[d], window.pads[d], window.pads[spatial + d], window.dilations[d]};
    Dim out = inferWindow(math, axis, ceilMode);
    auto explain = [&] {
      return text("expects windows that fit the input, got a kernel of size " + math.describe(kernel[d]) +
                  " (dilation " + Twine(axis.dilation) + ") over " + math.describe(x, d + 2) + " elements padded by " +
                  Twine(axis.padBegin) + " and " + Twine(axis.padEnd) + " on spatial axis " + Twine(d));
    };
    // An input that has elements and no window is what nobody means.
    if (!math.expectAtMost(math.min(axis.in, 1), out, explain))
      return false;
    shape.push_back(out);
  }
  return true;
}

// conv_c3, conv_transpose_c3
static bool checkGroups(ShapeMath &math, const TensorShape &x, const TensorShape &w, int64_t group) {
  if (group < 1)
    return math.fail("expects group >= 1, got " + Twine(group)), false;
  auto explain = [&] {
    return text("expects group * weight channels = input channels, got " + Twine(group) + " * " + math.describe(w, 1) +
                " and " + math.describe(x, 1));
  };
  std::optional<int64_t> channels = w[1].getKnown(), filters = w[0].getKnown();
  if (channels && *channels > INT64_MAX / group)
    return math.fail(explain()), false;
  if (!math.expectEqual(math.mul(group, w[1]), x[1], explain))
    return false;
  if (filters && *filters % group != 0)
    math.fail("expects group to divide the output channels, got " + Twine(group) + " and " + Twine(*filters));
  return !math.hasFailed();
}

Dims qc::inferConvShape(ShapeMath &math, const TensorShape &x, const TensorShape &w, const WindowAttributes &window,
                        int64_t group) {
  size_t rank = x.getRank();
  if (rank < 3 || rank > 5 || w.getRank() != rank) // conv_c1
    return math.fail("expects input and weights of one rank between 3 and 5, got " + Twine(rank) + " and " +
                     Twine(w.getRank()));
  if (std::string error = checkWindow(window, rank - 2); !error.empty()) // conv_c2
    return math.fail(error);
  if (!checkGroups(math, x, w, group)) // conv_c3
    return {};
  Dims shape{x[0], w[0]};
  appendWindows(math, x, ArrayRef<Dim>(w.dims).drop_front(2), window, false, shape); // conv_c5
  return shape;
}

// One axis of a transposed convolution.
static Dim inferTransposedWindow(ShapeMath &math, const Axis &axis, int64_t kernel, int64_t outputPadding) {
  // Every term is below 2^63.
  int64_t constant = axis.dilation * (kernel - 1) + 1 - axis.stride + outputPadding - axis.padBegin - axis.padEnd;
  return math.add(math.mul(axis.in, axis.stride), constant);
}

Dims qc::inferConvTransposeShape(ShapeMath &math, const TensorShape &x, const TensorShape &w,
                                 const WindowAttributes &window, ArrayRef<int64_t> outputPadding, int64_t group) {
  size_t rank = x.getRank();
  if (rank < 3 || rank > 5 || w.getRank() != rank) // conv_transpose_c1
    return math.fail("expects input and weights of one rank between 3 and 5, got " + Twine(rank) + " and " +
                     Twine(w.getRank()));
  if (std::string error = checkWindow(window, rank - 2); !error.empty()) // conv_transpose_c2
    return math.fail(error);
  if (outputPadding.size() != rank - 2) // conv_transpose_c2
    return math.fail("expects one output_padding per spatial axis, " + Twine(rank - 2) + ", got " +
                     Twine(outputPadding.size()));
  if (!checkGroups(math, x, w, group))
    return {};
  Dims shape{x[0], w[0]};
  for (size_t d = 0; d < rank - 2; ++d) {
    std::optional<int64_t> kernel = w[d + 2].getKnown();
    if (!kernel || *kernel < 1 || *kernel > kMax) // conv_transpose_c2
      return math.fail("expects kernel sizes between 1 and 2147483647, got " + math.describe(w, d + 2));
    Axis axis{x[d + 2], w[d + 2], window.strides[d], window.pads[d], window.pads[d + rank - 2], window.dilations[d]};
    if (outputPadding[d] < 0 || outputPadding[d] >= std::max(axis.stride, axis.dilation)) // conv_transpose_c5
      return math.fail("expects an output_padding >= 0 below stride or dilation, got " + Twine(outputPadding[d]) +
                       " on spatial axis " + Twine(d));
    Dim out = inferTransposedWindow(math, axis, *kernel, outputPadding[d]);
    auto explain = [&] { // conv_transpose_c5
      return text("expects pads that leave something of the result, got " + math.describe(out) +
                  " elements on spatial axis " + Twine(d));
    };
    if (!math.expectAtMost(0, out, explain))
      return {};
    shape.push_back(out);
  }
  return shape;
}

Dims qc::inferPoolShape(ShapeMath &math, const TensorShape &x, ArrayRef<int64_t> kernel, const WindowAttributes &window,
                        bool ceilMode) {
  if (x.getRank() < 3 || x.getRank() > 5) // max_pool_c1, avg_pool_c1
    return math.fail("expects an input of rank 3 to 5, got " + Twine(x.getRank()));
  if (kernel.size() != x.getRank() - 2) // max_pool_c2, avg_pool_c2
    return math.fail("expects a kernel with one size for each of " + Twine(x.getRank() - 2) + " spatial axes, got " +
                     Twine(kernel.size()));
  if (std::string error = checkWindow(window, x.getRank() - 2); !error.empty())
    return math.fail(error);
  Dims shape{x[0], x[1]}, sizes(kernel.begin(), kernel.end());
  appendWindows(math, x, sizes, window, ceilMode, shape); // max_pool_c3, avg_pool_c3
  return shape;
}

Dims qc::inferGlobalPoolShape(ShapeMath &math, const TensorShape &x) {
  if (x.getRank() < 3 || x.getRank() > 5) // global_avg_pool_c1
    return math.fail("expects an input of rank 3 to 5, got " + Twine(x.getRank()));
  Dims shape(x.getRank(), Dim(1));
  shape[0] = x[0];
  shape[1] = x[1];
  return shape;
}

Dims qc::broadcastShapes(ShapeMath &math, ArrayRef<TensorShape> shapes) {
  size_t rank = 0;
  for (const TensorShape &shape : shapes)
    rank = std::max(rank, shape.getRank());
  Dims result(rank, Dim(1));
  for (size_t i = 0; i < rank; ++i) { // from the last dimension
    Dim &out = result[rank - 1 - i];
    std::string first;
    for (const TensorShape &shape : shapes) {
      if (i >= shape.getRank())
        continue;
      size_t d = shape.getRank() - 1 - i;
      out = math.broadcast(out, shape[d], [&] {
        return "expects shapes that broadcast, got dimensions " + first + " and " + math.describe(shape, d);
      });
      if (math.hasFailed())
        return {};
      first = shape[d].is(1) && !first.empty() ? first : math.describe(shape, d);
    }
  }
  return result;
}

static TensorShape takeBatch(const TensorShape &shape) {
  return {Dims(ArrayRef<Dim>(shape.dims).take_front(shape.getRank() > 2 ? shape.getRank() - 2 : 0)), shape.value};
}

Dims qc::inferMatMulShape(ShapeMath &math, const TensorShape &a, const TensorShape &b) {
  if (a.getRank() == 0 || b.getRank() == 0) // matmul_c1
    return math.fail("expects operands of rank 1 or more, got a scalar");
  size_t ofA = a.getRank() - 1, ofB = b.getRank() == 1 ? 0 : b.getRank() - 2;
  auto explain = [&] {
    return "expects equal reduction dimensions, got " + math.describe(a, ofA) + " and " + math.describe(b, ofB);
  };
  if (!math.expectEqual(a[ofA], b[ofB], explain)) // matmul_c2
    return {};
  Dims shape = broadcastShapes(math, {takeBatch(a), takeBatch(b)}); // matmul_c3
  if (a.getRank() > 1)
    shape.push_back(a[a.getRank() - 2]);
  if (b.getRank() > 1)
    shape.push_back(b.dims.back());
  return shape;
}

// A number of elements for people.
static std::string describeCount(ShapeMath &math, Dim count) {
  return count.is(INT64_MAX) ? "too many" : math.describe(count);
}

// What -1 is with known zeros on both sides: a zero that is given stands for one of the input's, as it does where sizes
// are symbols. Nothing where the rest is known to be no integer.
static std::optional<Dim> divideWithoutZeros(ShapeMath &math, ArrayRef<Dim> left, ArrayRef<Dim> given,
                                             llvm::function_ref<std::string()> explain) {
  auto isZero = [](Dim dim) { return dim.is(0); };
  size_t zeros = llvm::count_if(given, isZero);
  if (zeros == 0 || size_t(llvm::count_if(left, isZero)) < zeros)
    return std::nullopt;
  Dims others, rest;
  llvm::copy_if(given, std::back_inserter(others), [&](Dim dim) { return !isZero(dim); });
  size_t cancelled = 0;
  for (Dim dim : left)
    if (!isZero(dim) || cancelled++ >= zeros)
      rest.push_back(dim);
  Dim count = math.multiply(rest), divisor = math.multiply(others);
  if (count.getKnown() && divisor.getKnown() && *count.getKnown() % *divisor.getKnown() != 0)
    return std::nullopt;
  return math.divideCount(count, divisor, explain);
}

// The result with dimension `open` still to be found, for an input of which `left` is not copied.
static Dims fillOpen(ShapeMath &math, Dims shape, std::optional<size_t> open, ArrayRef<Dim> left, ArrayRef<Dim> given) {
  Dim count = math.multiply(left), wanted = math.multiply(given);
  if (!open) {
    auto explain = [&] {
      return "expects a shape of " + math.describe(count) + " elements, got " + describeCount(math, wanted);
    };
    if (wanted.is(INT64_MAX))
      return math.fail(explain());
    math.expectEqual(count, wanted, explain);
    return shape;
  }
  auto explain = [&] {
    return "expects dimensions whose product divides " + math.describe(count) + " elements, got " +
           describeCount(math, wanted);
  };
  if (wanted.is(INT64_MAX))
    return math.fail(explain());
  std::optional<Dim> rest = divideWithoutZeros(math, left, given, explain);
  shape[*open] = rest ? *rest : math.divideCount(count, wanted, explain);
  return shape;
}

namespace {
/// The dimensions of a reshape, one by one.
class ReshapeWriter {
public:
  ReshapeWriter(ShapeMath &math, const TensorShape &x) : math(math), x(x), isCopied(x.getRank(), false) {}

  void number(Dim dim) {
    shape.push_back(dim);
    given.push_back(dim);
  }
  /// The first copy of a dimension takes it out of the count on both sides, so that nothing is divided by 0.
  void copy(size_t d) {
    shape.push_back(x[d]);
    if (isCopied[d])
      given.push_back(x[d]);
    isCopied[d] = true;
  }
  bool leaveOpen() {
    if (open)
      return math.fail("expects at most one dimension of -1, got two"), false;
    open = shape.size();
    shape.push_back(1);
    return true;
  }
  Dims finish() {
    Dims left;
    for (size_t d = 0; d < x.getRank(); ++d)
      if (!isCopied[d])
        left.push_back(x[d]);
    return fillOpen(math, shape, open, left, given);
  }

private:
  ShapeMath &math;
  const TensorShape &x;
  SmallVector<bool> isCopied;
  Dims shape, given;
  std::optional<size_t> open;
};
} // namespace

Dims qc::inferReshape(ShapeMath &math, const TensorShape &x, ArrayRef<int64_t> entries) {
  ReshapeWriter writer(math, x);
  for (int64_t entry : entries) {
    int64_t rank = x.getRank();
    if (entry < -1 - rank) // reshape_c1
      return math.fail("expects entries >= " + Twine(-1 - rank) + " for an input of rank " + Twine(rank) + ", got " +
                       Twine(entry));
    if (entry < -1)
      writer.copy(size_t(-2 - entry));
    else if (entry >= 0)
      writer.number(entry);
    else if (!writer.leaveOpen())
      return {};
  }
  return writer.finish(); // reshape_c2
}

std::optional<Dims> qc::inferDynamicReshape(ShapeMath &math, const TensorShape &x, ArrayRef<Dim> entries,
                                            bool allowZero) {
  ReshapeWriter writer(math, x);
  for (size_t i = 0; i < entries.size(); ++i) {
    Dim entry = entries[i];
    if (entry.is(-1)) {
      if (!writer.leaveOpen())
        return Dims();
      continue;
    }
    // What a tensor holds when the model runs may be -1; an expression of sizes is meant to be a size.
    if (math.isAtMost(0, entry) == std::nullopt && math.isContent(entry))
      return std::nullopt;
    if (!math.expectAtMost(0, entry, [&] { return "expects entries >= -1, got " + math.describe(entry); }))
      return Dims();
    if (entry.is(0) && !allowZero && i >= x.getRank())
      return math.fail("expects 0 only where x has a dimension, got one at " + Twine(i) + " for rank " +
                       Twine(x.getRank()));
    // A computed entry that is the dimension of x at its place is a copy as well: it is not divided by.
    bool isCopy = entry.getKnown() ? entry.is(0) && !allowZero : i < x.getRank() && math.areEqual(entry, x[i]);
    if (isCopy)
      writer.copy(i);
    else
      writer.number(entry);
  }
  return writer.finish();
}

Dims qc::inferConcatShape(ShapeMath &math, ArrayRef<TensorShape> xs, int64_t axis) {
  if (xs.empty() || xs.front().getRank() == 0) // concat_c1
    return math.fail("expects at least one operand, of rank 1 or more");
  Dims shape = xs.front().dims;
  if (axis < 0 || axis >= int64_t(shape.size())) // concat_c2
    return math.fail("expects 0 <= axis < " + Twine(shape.size()) + ", got " + Twine(axis));
  for (const TensorShape &other : xs.drop_front()) {
    if (other.getRank() != shape.size()) // concat_c1
      return math.fail("expects operands of one rank, got " + Twine(shape.size()) + " and " + Twine(other.getRank()));
    for (size_t d = 0; d < shape.size(); ++d) {
      auto explain = [&] {
        return text("expects equal dimensions beside the axis, got " + math.describe(xs.front(), d) + " and " +
                    math.describe(other, d) + " in dimension " + Twine(d));
      };
      if (int64_t(d) == axis)
        shape[d] = math.add(shape[d], other[d]);
      else if (!math.expectEqual(shape[d], other[d], explain)) // concat_c3
        return {};
      else if (!shape[d].getKnown())
        shape[d] = other[d].getKnown() ? other[d] : shape[d];
    }
  }
  return shape;
}

// The rules on numbers.

static TensorShape makeShape(ArrayRef<int64_t> dims) { return {TypeShapeMath::fromShape(dims), {}}; }

ShapeOr qc::inferConvShape(ArrayRef<int64_t> x, ArrayRef<int64_t> w, const WindowAttributes &window, int64_t group) {
  TypeShapeMath math;
  return ShapeOr::get(math, inferConvShape(math, makeShape(x), makeShape(w), window, group));
}

ShapeOr qc::inferPoolShape(ArrayRef<int64_t> x, ArrayRef<int64_t> kernel, const WindowAttributes &window,
                           bool ceilMode) {
  TypeShapeMath math;
  return ShapeOr::get(math, inferPoolShape(math, makeShape(x), kernel, window, ceilMode));
}

ShapeOr qc::inferGlobalPoolShape(ArrayRef<int64_t> x) {
  TypeShapeMath math;
  return ShapeOr::get(math, inferGlobalPoolShape(math, makeShape(x)));
}

ShapeOr qc::inferMatMulShape(ArrayRef<int64_t> a, ArrayRef<int64_t> b) {
  TypeShapeMath math;
  return ShapeOr::get(math, inferMatMulShape(math, makeShape(a), makeShape(b)));
}

ShapeOr qc::broadcastShapes(ArrayRef<int64_t> a, ArrayRef<int64_t> b) {
  TypeShapeMath math;
  return ShapeOr::get(math, broadcastShapes(math, {makeShape(a), makeShape(b)}));
}

ShapeOr qc::inferReshape(ArrayRef<int64_t> x, ArrayRef<int64_t> entries) {
  TypeShapeMath math;
  return ShapeOr::get(math, inferReshape(math, makeShape(x), entries));
}

ShapeOr qc::inferConcatShape(ArrayRef<ArrayRef<int64_t>> xs, int64_t axis) {
  TypeShapeMath math;
  SmallVector<TensorShape> shapes;
  for (ArrayRef<int64_t> x : xs)
    shapes.push_back(makeShape(x));
  return ShapeOr::get(math, inferConcatShape(math, shapes, axis));
}
