// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Windows of pools.
#pragma once
#include "Operations.h"
#include "dialects/QC/ShapeInference.h"
#include <array>
#include <cstdint>

namespace qc::reference {

/// Positions of a window along one axis: `count` of them lie inside the input, the first at index `first`.
struct WindowSpan {
  int64_t first, count;
  int64_t padded; ///< positions inside input and padding
};

/// The sizes of one pool. Missing spatial axes (in front) have size 1.
struct PoolGeometry {
  struct Axis {
    int64_t in = 1, kernel = 1, out = 1, stride = 1, dilation = 1, padBegin = 0, padEnd = 0;
    WindowSpan spanOf(int64_t output) const;
  };
  int64_t images; ///< batch * channels
  std::array<Axis, 3> axes;
};

/// Shapes of x and the result; they fit each other (inferPoolShape).
PoolGeometry makePoolGeometry(llvm::ArrayRef<int64_t> x, llvm::ArrayRef<int64_t> y, llvm::ArrayRef<int64_t> kernel,
                              const WindowAttributes &window);
/// The same of an operation on `x` whose attributes say its windows; `y` gets its result, or what it fails with.
template <typename Pool> PoolGeometry makePoolGeometry(Pool op, const TensorValue &x, Result &y) {
  WindowAttributes window{op.getStrides(), op.getPads(), op.getDilations()};
  y = makeResult(op, inferPoolShape(x.getShape(), op.getKernel(), window, op.getCeilMode()));
  return succeeded(y) ? makePoolGeometry(x.getShape(), y->getShape(), op.getKernel(), window) : PoolGeometry{0, {}};
}
/// One window that covers the spatial axes.
PoolGeometry makeGlobalPoolGeometry(llvm::ArrayRef<int64_t> x, llvm::ArrayRef<int64_t> y);

/// The divisor of an average can be a product of three numbers below 2^32.
using WindowCount = unsigned __int128;

struct Window {
  std::array<WindowSpan, 3> spans;
  WindowCount countInside() const;
  WindowCount countPadded() const;
};

/// Calls `visit(input index)` for the window's positions inside the input of `image`, outermost axis first.
template <typename Visit>
void forEachPosition(const PoolGeometry &g, int64_t image, const Window &window, Visit visit) {
  const auto &[depth, height, width] = g.axes;
  const auto &[zs, ys, xs] = window.spans;
  for (int64_t z = 0; z < zs.count; ++z)
    for (int64_t y = 0; y < ys.count; ++y) {
      int64_t iz = zs.first + z * depth.dilation, iy = ys.first + y * height.dilation;
      int64_t row = ((image * depth.in + iz) * height.in + iy) * width.in + xs.first;
      for (int64_t x = 0; x < xs.count; ++x)
        visit(row + x * width.dilation);
    }
}

/// Calls `visit(output index, image, window)` for every output.
template <typename Visit> void forEachWindow(const PoolGeometry &g, Visit visit) {
  const auto &[depth, height, width] = g.axes;
  int64_t output = 0;
  for (int64_t image = 0; image < g.images; ++image)
    for (int64_t z = 0; z < depth.out; ++z)
      for (int64_t y = 0; y < height.out; ++y) {
        Window window{{depth.spanOf(z), height.spanOf(y), {}}};
        for (int64_t x = 0; x < width.out; ++x) {
          window.spans[2] = width.spanOf(x);
          visit(output++, image, window);
        }
      }
}

} // namespace qc::reference
