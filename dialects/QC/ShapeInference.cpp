// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shapes of results from shapes of operands.
#include "dialects/QC/ShapeInference.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace qc;

static constexpr int64_t kDynamic = mlir::ShapedType::kDynamic;

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

// Output size of one axis: floor(room / stride) + 1, in ceil mode ceil; -1 where it is negative or beyond 64 bits.
static int64_t inferWindow(int64_t in, int64_t kernel, int64_t stride, int64_t padBegin, int64_t padEnd,
                           int64_t dilation, bool ceilMode) {
  if (in == kDynamic || kernel == kDynamic)
    return kDynamic;
  using Wide = __int128; // every term is below 2^63, the product below 2^62
  Wide room = Wide(in) + padBegin + padEnd - (Wide(dilation) * (kernel - 1) + 1);
  Wide floor = room / stride - (room % stride < 0);
  Wide out = floor + 1 + (ceilMode && room % stride != 0);
  // A last window that would start beyond the input and its begin padding is dropped.
  if (ceilMode && out > 0 && (out - 1) * stride >= Wide(in) + padBegin)
    --out;
  return out < 0 || out > INT64_MAX ? -1 : int64_t(out);
}

// Spatial output dimensions appended to `shape`; an empty text where they are fine.
static std::string appendWindows(ArrayRef<int64_t> x, ArrayRef<int64_t> kernel, const WindowAttributes &window,
                                 bool ceilMode, SmallVector<int64_t> &shape) {
  size_t spatial = kernel.size();
  for (size_t d = 0; d < spatial; ++d) {
    if (kernel[d] != kDynamic && (kernel[d] < 1 || kernel[d] > kMax))
      return text("expects kernel sizes between 1 and 2147483647, got " + Twine(kernel[d]));
    int64_t out = inferWindow(x[d + 2], kernel[d], window.strides[d], window.pads[d], window.pads[spatial + d],
                              window.dilations[d], ceilMode);
    if (out != kDynamic && out < 0)
      return text("expects windows that fit the input, got a kernel of size " + Twine(kernel[d]) + " (dilation " +
                  Twine(window.dilations[d]) + ") over " + Twine(x[d + 2]) + " elements padded by " +
                  Twine(window.pads[d]) + " and " + Twine(window.pads[spatial + d]) + " on spatial axis " + Twine(d));
    shape.push_back(out);
  }
  return {};
}

ShapeOr qc::inferConvShape(ArrayRef<int64_t> x, ArrayRef<int64_t> w, const WindowAttributes &window, int64_t group) {
  if (x.size() < 3 || x.size() > 5 || w.size() != x.size()) // conv_c1
    return ShapeOr::error(text("expects input and weights of one rank between 3 and 5, got " + Twine(x.size()) +
                               " and " + Twine(w.size())));
  if (std::string error = checkWindow(window, x.size() - 2); !error.empty()) // conv_c2
    return ShapeOr::error(error);
  if (group < 1) // conv_c3
    return ShapeOr::error(text("expects group >= 1, got " + Twine(group)));
  if (x[1] != kDynamic && w[1] != kDynamic && (w[1] > INT64_MAX / group || x[1] != group * w[1]))
    return ShapeOr::error(text("expects group * weight channels = input channels, got " + Twine(group) + " * " +
                               Twine(w[1]) + " and " + Twine(x[1])));
  if (w[0] != kDynamic && w[0] % group != 0)
    return ShapeOr::error(
        text("expects group to divide the output channels, got " + Twine(group) + " and " + Twine(w[0])));
  SmallVector<int64_t> shape{x[0], w[0]};
  if (std::string error = appendWindows(x, w.drop_front(2), window, false, shape); !error.empty()) // conv_c5
    return ShapeOr::error(error);
  return shape;
}

ShapeOr qc::inferPoolShape(ArrayRef<int64_t> x, ArrayRef<int64_t> kernel, const WindowAttributes &window,
                           bool ceilMode) {
  if (x.size() < 3 || x.size() > 5) // max_pool_c1, avg_pool_c1
    return ShapeOr::error(text("expects an input of rank 3 to 5, got " + Twine(x.size())));
  if (kernel.size() != x.size() - 2) // max_pool_c2, avg_pool_c2
    return ShapeOr::error(text("expects a kernel with one size for each of " + Twine(x.size() - 2) +
                               " spatial axes, got " + Twine(kernel.size())));
  if (std::string error = checkWindow(window, x.size() - 2); !error.empty())
    return ShapeOr::error(error);
  SmallVector<int64_t> shape{x[0], x[1]};
  if (std::string error = appendWindows(x, kernel, window, ceilMode, shape); !error.empty()) // max_pool_c3, avg_pool_c3
    return ShapeOr::error(error);
  return shape;
}

ShapeOr qc::broadcastShapes(ArrayRef<int64_t> a, ArrayRef<int64_t> b) {
  SmallVector<int64_t> shape(std::max(a.size(), b.size()));
  for (size_t i = 0; i < shape.size(); ++i) {
    int64_t x = i < a.size() ? a[a.size() - 1 - i] : 1, y = i < b.size() ? b[b.size() - 1 - i] : 1;
    int64_t &out = shape[shape.size() - 1 - i];
    if (x == 1)
      out = y;
    else if (y == 1 || x == y)
      out = x;
    else if (x == kDynamic || y == kDynamic)
      out = x == kDynamic ? y : x;
    else
      return ShapeOr::error(text("expects shapes that broadcast, got dimensions " + Twine(x) + " and " + Twine(y)));
  }
  return shape;
}

ShapeOr qc::inferMatMulShape(ArrayRef<int64_t> a, ArrayRef<int64_t> b) {
  if (a.empty() || b.empty()) // matmul_c1
    return ShapeOr::error("expects operands of rank 1 or more, got a scalar");
  int64_t depthA = a.back(), depthB = b.size() == 1 ? b[0] : b[b.size() - 2];
  if (depthA != kDynamic && depthB != kDynamic && depthA != depthB) // matmul_c2
    return ShapeOr::error(text("expects equal reduction dimensions, got " + Twine(depthA) + " and " + Twine(depthB)));
  ArrayRef<int64_t> batchA = a.size() > 2 ? a.drop_back(2) : ArrayRef<int64_t>();
  ArrayRef<int64_t> batchB = b.size() > 2 ? b.drop_back(2) : ArrayRef<int64_t>();
  ShapeOr batch = broadcastShapes(batchA, batchB); // matmul_c3
  if (!batch)
    return batch;
  SmallVector<int64_t> shape(*batch);
  if (a.size() > 1)
    shape.push_back(a[a.size() - 2]);
  if (b.size() > 1)
    shape.push_back(b.back());
  return shape;
}

// The product of known dimensions; nothing where one is unknown or the product leaves int64.
static std::optional<int64_t> countElements(ArrayRef<int64_t> dims) {
  int64_t count = 1;
  bool isZero = llvm::is_contained(dims, 0);
  for (int64_t dim : dims)
    if (dim == kDynamic || (!isZero && MulOverflow(count, dim, count)))
      return std::nullopt;
  return isZero ? 0 : count;
}

ShapeOr qc::inferReshape(ArrayRef<int64_t> x, ArrayRef<int64_t> dims) {
  SmallVector<int64_t> shape(dims);
  std::optional<size_t> open;
  for (size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] < -1) // reshape_c1
      return ShapeOr::error(text("expects dimensions >= -1, got " + Twine(dims[i])));
    if (dims[i] != -1)
      continue;
    if (open)
      return ShapeOr::error("expects at most one dimension of -1, got two");
    open = i;
  }
  std::optional<int64_t> count = countElements(x);
  if (!open) {
    std::optional<int64_t> wanted = countElements(shape);
    if (!wanted || (count && *count != *wanted)) // reshape_c2
      return ShapeOr::error(text("expects a shape of " + (count ? std::to_string(*count) : "?") + " elements, got " +
                                 (wanted ? std::to_string(*wanted) : "too many")));
    return shape;
  }
  shape[*open] = 1;
  std::optional<int64_t> others = countElements(shape);
  if (!others || (count && (*others == 0 ? *count != 0 : *count % *others != 0))) // reshape_c2
    return ShapeOr::error(text("expects dimensions whose product divides " + (count ? std::to_string(*count) : "?") +
                               " elements, got " + (others ? std::to_string(*others) : "too many")));
  shape[*open] = !count ? kDynamic : (*others == 0 ? 0 : *count / *others);
  return shape;
}

ShapeOr qc::inferConcatShape(ArrayRef<ArrayRef<int64_t>> xs, int64_t axis) {
  if (xs.empty() || xs.front().empty()) // concat_c1
    return ShapeOr::error("expects at least one operand, of rank 1 or more");
  SmallVector<int64_t> shape(xs.front());
  if (axis < 0 || axis >= int64_t(shape.size())) // concat_c2
    return ShapeOr::error(text("expects 0 <= axis < " + Twine(shape.size()) + ", got " + Twine(axis)));
  for (ArrayRef<int64_t> other : xs.drop_front()) {
    if (other.size() != shape.size()) // concat_c1
      return ShapeOr::error(
          text("expects operands of one rank, got " + Twine(shape.size()) + " and " + Twine(other.size())));
    for (size_t d = 0; d < shape.size(); ++d) {
      if (int64_t(d) == axis) {
        bool known = shape[d] != kDynamic && other[d] != kDynamic;
        if (known && AddOverflow(shape[d], other[d], shape[d]))
          return ShapeOr::error("expects a result dimension below 2^63");
        if (!known)
          shape[d] = kDynamic;
      } else if (shape[d] == kDynamic) {
        shape[d] = other[d];
      } else if (other[d] != kDynamic && other[d] != shape[d]) { // concat_c3
        return ShapeOr::error(text("expects equal dimensions beside the axis, got " + Twine(shape[d]) + " and " +
                                   Twine(other[d]) + " in dimension " + Twine(d)));
      }
    }
  }
  return shape;
}
