// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Convolution and matrix product over f32 and over integers: one loop nest, two kinds of rows.
#pragma once
#include "Rows.h"
#include "Strides.h"
#include "dialects/QC/ShapeInference.h"
#include <vector>

namespace qc::reference {

/// The sizes of one convolution. Missing spatial axes (in front) have size 1.
struct ConvGeometry {
  struct Axis {
    int64_t in = 1, kernel = 1, out = 1, stride = 1, dilation = 1, padBegin = 0;
    /// The input index of output `o` at tap `k`; outside [0, in) is padding.
    int64_t inputOf(int64_t o, int64_t k) const { return o * stride + k * dilation - padBegin; }
  };
  int64_t batch, groups;
  int64_t channels, filters; ///< of one group
  std::array<Axis, 3> axes;
};

/// Shapes of x, w and the result; they fit each other (inferConvShape).
ConvGeometry makeConvGeometry(llvm::ArrayRef<int64_t> x, llvm::ArrayRef<int64_t> w, llvm::ArrayRef<int64_t> y,
                              const WindowAttributes &window, int64_t groups);

/// For one tap of the innermost axis: the output columns [begin, end) that it finds inside the input, and the input
/// index of the first.
struct ColumnRange {
  int64_t begin, end, first;
};
std::vector<ColumnRange> makeColumnRanges(const ConvGeometry::Axis &axis);

/// Adds one tap of one channel to a row of sums: x is that channel's input row, null where it is padding.
template <typename Rows>
void addTap(typename Rows::Sum *sums, const typename Rows::Element *x, const ColumnRange &columns,
            const ConvGeometry::Axis &axis, typename Rows::Element w) {
  if (!x)
    return Rows::accumulatePadding(sums, w, axis.out);
  Rows::accumulatePadding(sums, w, columns.begin);
  Rows::accumulate(sums + columns.begin, x + columns.first, axis.stride, w, columns.end - columns.begin);
  Rows::accumulatePadding(sums + columns.end, w, axis.out - columns.end);
}

/// One output row: taps outermost axis first, then the channels of the group. `x` and `w` are those of the group's
/// first channel.
template <typename Rows>
void convolveRow(const ConvGeometry &g, llvm::ArrayRef<ColumnRange> columns, const typename Rows::Element *x,
                 const typename Rows::Element *w, int64_t z, int64_t y, typename Rows::Sum *sums) {
  const auto &[depth, height, width] = g.axes;
  int64_t imageSize = depth.in * height.in * width.in, kernelSize = depth.kernel * height.kernel * width.kernel;
  int64_t tap = 0;
  BlockedRow<Rows> row(sums, width.out);
  for (int64_t kz = 0; kz < depth.kernel; ++kz) {
    for (int64_t ky = 0; ky < height.kernel; ++ky) {
      int64_t iz = depth.inputOf(z, kz), iy = height.inputOf(y, ky);
      bool isInside = iz >= 0 && iz < depth.in && iy >= 0 && iy < height.in;
      // Without channels there are no elements, and `x` may be null.
      const typename Rows::Element *xRow = isInside && x ? x + (iz * height.in + iy) * width.in : nullptr;
      for (int64_t kx = 0; kx < width.kernel; ++kx, ++tap)
        for (int64_t c = 0; c < g.channels; ++c) {
          row.beginTerm();
          addTap<Rows>(sums, xRow ? xRow + c * imageSize : nullptr, columns[kx], width, w[c * kernelSize + tap]);
        }
    }
  }
  row.finish();
}

/// y += the convolution of x and w; y holds the zeros that the sums start from.
template <typename Rows>
void convolve(const ConvGeometry &g, const typename Rows::Element *x, const typename Rows::Element *w,
              typename Rows::Sum *y) {
  const auto &[depth, height, width] = g.axes;
  std::vector<ColumnRange> columns = makeColumnRanges(width);
  int64_t imageSize = depth.in * height.in * width.in, kernelSize = depth.kernel * height.kernel * width.kernel;
  for (int64_t n = 0; n < g.batch; ++n)
    for (int64_t m = 0; m < g.groups * g.filters; ++m) {
      const auto *image = x + (n * g.groups + m / g.filters) * g.channels * imageSize;
      const auto *filter = w + m * g.channels * kernelSize;
      for (int64_t oz = 0; oz < depth.out; ++oz)
        for (int64_t oy = 0; oy < height.out; ++oy, y += width.out)
          convolveRow<Rows>(g, columns, image, filter, oz, oy, y);
    }
}

/// The sizes of a matrix product with broadcast batch dimensions; strides count matrices.
struct MatMulGeometry {
  int64_t m, n, k;
  llvm::SmallVector<int64_t> batch;
  Strides aBatch, bBatch;
  int64_t batchCount() const {
    int64_t count = 1;
    for (int64_t size : batch)
      count *= size;
    return count;
  }
};

/// Shapes of a and b; they fit each other (inferMatMulShape).
MatMulGeometry makeMatMulGeometry(llvm::ArrayRef<int64_t> a, llvm::ArrayRef<int64_t> b);

/// y += a * b; y holds the zeros that the sums start from.
template <typename Rows>
void multiply(const MatMulGeometry &g, const typename Rows::Element *a, const typename Rows::Element *b,
              typename Rows::Sum *y) {
  for (int64_t i = 0, count = g.batchCount(); i < count; ++i) {
    const auto *left = a + offsetOf(i, g.batch, g.aBatch) * g.m * g.k;
    const auto *right = b + offsetOf(i, g.batch, g.bBatch) * g.k * g.n;
    for (int64_t m = 0; m < g.m; ++m, y += g.n) {
      BlockedRow<Rows> row(y, g.n);
      for (int64_t k = 0; k < g.k; ++k) {
        row.beginTerm();
        Rows::accumulate(y, right + k * g.n, 1, left[m * g.k + k], g.n);
      }
      row.finish();
    }
  }
}

/// y[o, c, i] += bias[c] for a result of `outer * channels * inner` elements.
template <typename Sum, typename Bias>
void addBias(Sum *y, const Bias *bias, int64_t outer, int64_t channels, int64_t inner) {
  for (int64_t o = 0; o < outer; ++o)
    for (int64_t c = 0; c < channels; ++c)
      for (int64_t i = 0; i < inner; ++i)
        *y++ += bias[c];
}

} // namespace qc::reference
