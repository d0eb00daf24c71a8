// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sizes and positions of pool windows.
#include "Windows.h"

using namespace llvm;
using namespace qc;
using namespace qc::reference;

PoolGeometry reference::makePoolGeometry(ArrayRef<int64_t> x, ArrayRef<int64_t> y, ArrayRef<int64_t> kernel,
                                         const WindowAttributes &window) {
  PoolGeometry g;
  g.images = x[0] * x[1];
  size_t spatial = kernel.size();
  for (size_t d = 0; d < spatial; ++d)
    g.axes[3 - spatial + d] = {x[d + 2],
                               kernel[d],
                               y[d + 2],
                               window.strides[d],
                               window.dilations[d],
                               window.pads[d],
                               window.pads[spatial + d]};
  return g;
}

PoolGeometry reference::makeGlobalPoolGeometry(ArrayRef<int64_t> x, ArrayRef<int64_t> y) {
  ArrayRef<int64_t> kernel = x.drop_front(2);
  SmallVector<int64_t> ones(kernel.size(), 1), pads(2 * kernel.size(), 0);
  return makePoolGeometry(x, y, kernel, {ones, pads, ones});
}

// ceil(a / b) clamped to [0, limit].
static int64_t ceilWithin(int64_t a, int64_t b, int64_t limit) { return a <= 0 ? 0 : std::min(limit, (a - 1) / b + 1); }

WindowSpan PoolGeometry::Axis::spanOf(int64_t output) const {
  int64_t start = output * stride - padBegin;
  int64_t begin = ceilWithin(-start, dilation, kernel);
  int64_t end = std::max(begin, ceilWithin(in - start, dilation, kernel));
  // No window starts before the padding; only ceil mode reaches beyond that at the end.
  return {start + begin * dilation, end - begin, ceilWithin(in + padEnd - start, dilation, kernel)};
}

WindowCount Window::countInside() const {
  WindowCount count = 1;
  for (const WindowSpan &span : spans)
    count *= WindowCount(span.count);
  return count;
}

WindowCount Window::countPadded() const {
  WindowCount count = 1;
  for (const WindowSpan &span : spans)
    count *= WindowCount(span.padded);
  return count;
}
