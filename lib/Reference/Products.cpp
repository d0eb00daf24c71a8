// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sizes of convolutions and matrix products.
#include "Products.h"

using namespace llvm;
using namespace qc;
using namespace qc::reference;

// A pointwise convolution sees one long row: the same sums, fewer of them per loop.
static void flattenPointwise(ConvGeometry &g) {
  int64_t in = 1;
  for (const ConvGeometry::Axis &axis : g.axes) {
    if (axis.kernel != 1 || axis.stride != 1 || axis.padBegin != 0 || axis.in != axis.out)
      return;
    in *= axis.in;
  }
  g.axes = {};
  g.axes[2].in = g.axes[2].out = in;
}

ConvGeometry reference::makeConvGeometry(ArrayRef<int64_t> x, ArrayRef<int64_t> w, ArrayRef<int64_t> y,
                                         const WindowAttributes &window, int64_t groups) {
  ConvGeometry g;
  g.batch = x[0];
  g.groups = groups;
  g.channels = w[1];
  g.filters = w[0] / groups;
  size_t spatial = x.size() - 2;
  for (size_t d = 0; d < spatial; ++d)
    g.axes[3 - spatial + d] = {x[d + 2], w[d + 2], y[d + 2], window.strides[d], window.dilations[d], window.pads[d]};
  flattenPointwise(g);
  return g;
}

// The least o >= 0 with o * stride >= offset, at most `out`.
static int64_t firstColumn(int64_t offset, int64_t stride, int64_t out) {
  return offset <= 0 ? 0 : std::min(out, (offset - 1) / stride + 1);
}

std::vector<ColumnRange> reference::makeColumnRanges(const ConvGeometry::Axis &axis) {
  std::vector<ColumnRange> ranges;
  for (int64_t k = 0; k < axis.kernel; ++k) {
    int64_t start = axis.inputOf(0, k);
    int64_t begin = firstColumn(-start, axis.stride, axis.out);
    int64_t end = std::max(begin, firstColumn(axis.in - start, axis.stride, axis.out));
    ranges.push_back({begin, end, begin < end ? axis.inputOf(begin, k) : 0});
  }
  return ranges;
}

MatMulGeometry reference::makeMatMulGeometry(ArrayRef<int64_t> a, ArrayRef<int64_t> b) {
  MatMulGeometry g;
  g.m = a.size() == 1 ? 1 : a[a.size() - 2];
  g.n = b.size() == 1 ? 1 : b.back();
  g.k = a.back();
  ArrayRef<int64_t> aBatch = a.size() > 2 ? a.drop_back(2) : ArrayRef<int64_t>();
  ArrayRef<int64_t> bBatch = b.size() > 2 ? b.drop_back(2) : ArrayRef<int64_t>();
  g.batch = *broadcastShapes(aBatch, bBatch);
  g.aBatch = broadcastStrides(aBatch, g.batch.size());
  g.bBatch = broadcastStrides(bBatch, g.batch.size());
  return g;
}
