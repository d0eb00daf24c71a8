// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Counts of the windows of average pools.
#include "WindowCounts.h"
#include "Verification.h"
#include <set>

using namespace qc;
using namespace llvm;

static constexpr int64_t kDynamic = mlir::ShapedType::kDynamic;
// Outputs of more positions than this are not looked at one by one.
static constexpr int64_t kMaxPositions = int64_t(1) << 22;

mlir::LogicalResult qc::verifyCounts(mlir::Operation *op, ArrayRef<int64_t> counts) {
  int64_t before = 0;
  for (int64_t count : counts) {
    if (count <= before || count > maxWindowCount)
      return op->emitOpError("expects counts between 1 and ") << maxWindowCount << " in ascending order, got " << count;
    before = count;
  }
  return mlir::success();
}

using Counts = std::set<int64_t>;
using Wide = __int128; // window attributes are below 2^31, dimensions below 2^63

namespace {
/// One spatial axis of the pool.
struct Axis {
  int64_t size, output, kernel, stride, padBegin, padEnd, dilation;
  bool isCeil, countsPads;
};
} // namespace

// ceil(a / b) for b > 0
static Wide ceilDivide(Wide a, Wide b) { return a / b + (a % b > 0); }

// Taps k in [0, kernel) whose position lies inside the input (or input and padding) for output `o`.
static int64_t countTaps(const Axis &axis, int64_t o) {
  Wide start = Wide(o) * axis.stride - axis.padBegin;
  Wide limit = Wide(axis.size) + (axis.countsPads ? axis.padEnd : 0);
  Wide low = axis.countsPads || start >= 0 ? Wide(0) : ceilDivide(-start, axis.dilation);
  Wide high = std::min(Wide(axis.kernel), ceilDivide(limit - start, axis.dilation));
  return high > low ? int64_t(high - low) : 0;
}

// Counts of one axis, 0 included.
static Counts countAxis(const Axis &axis) {
  bool isKnown = axis.size != kDynamic && axis.output <= kMaxPositions;
  bool canVary = axis.isCeil || (!axis.countsPads && (axis.padBegin > 0 || axis.padEnd > 0));
  Counts counts;
  if (isKnown)
    for (int64_t o = 0; o < axis.output; ++o)
      counts.insert(countTaps(axis, o));
  else if (!canVary)
    counts.insert(axis.kernel);
  else
    for (int64_t n = 0; n <= axis.kernel && counts.size() <= maxWindowCounts; ++n)
      counts.insert(n);
  return counts;
}

static std::string refuseMany() {
  return "its windows may have more than " + std::to_string(maxWindowCounts) + " different counts";
}

// a * b for counts of at least 0; INT64_MAX where that is more.
static int64_t multiplySaturating(int64_t a, int64_t b) {
  Wide product = Wide(a) * b;
  return product > INT64_MAX ? INT64_MAX : int64_t(product);
}

// All products of one count of each axis.
static Counts multiplyCounts(const Counts &a, const Counts &b) {
  Counts products;
  for (int64_t x : a)
    for (int64_t y : b)
      if (products.size() <= maxWindowCounts)
        products.insert(multiplySaturating(x, y));
  return products;
}

WindowCounts qc::getWindowCounts(ArrayRef<int64_t> x, ArrayRef<int64_t> kernel, const WindowAttributes &window,
                                 bool ceilMode, bool countIncludePad) {
  ShapeOr output = inferPoolShape(x, kernel, window, ceilMode);
  if (!output)
    return {{}, output.message()};
  Counts all{1};
  for (size_t d = 0; d < kernel.size(); ++d) {
    Axis axis{x[d + 2],
              (*output)[d + 2],
              kernel[d],
              window.strides[d],
              window.pads[d],
              window.pads[kernel.size() + d],
              window.dilations[d],
              ceilMode,
              countIncludePad};
    Counts one = countAxis(axis);
    if (one.size() > maxWindowCounts)
      return {{}, refuseMany()};
    all = multiplyCounts(all, one);
    if (all.size() > maxWindowCounts)
      return {{}, refuseMany()};
  }
  all.erase(0);
  if (all.empty()) // nothing is averaged anywhere
    all.insert(1);
  return {{all.begin(), all.end()}, {}};
}

WindowCounts qc::getGlobalWindowCounts(ArrayRef<int64_t> x) {
  int64_t count = 1;
  for (int64_t dim : x.drop_front(std::min<size_t>(2, x.size()))) {
    if (dim == kDynamic)
      return {{}, "it averages over a dimension that is not known"};
    if (dim == 0)
      return {{}, "it averages over no values"};
    count = multiplySaturating(count, dim);
  }
  return {{count}, {}};
}

WindowCounts qc::getWindowCounts(AvgPoolOp op) {
  return getWindowCounts(getShapeOf(op.getX()), op.getKernel(),
                         WindowAttributes{op.getStrides(), op.getPads(), op.getDilations()}, op.getCeilMode(),
                         op.getCountIncludePad());
}

WindowCounts qc::getWindowCounts(GlobalAvgPoolOp op) {
  WindowCounts counts = getGlobalWindowCounts(getShapeOf(op.getX()));
  if (counts || !mlir::ShapedType::isDynamicShape(getShapeOf(op.getX()).drop_front(2)))
    return counts;
  if (op.getCounts())
    return {op.getCounts()->vec(), {}};
  return op.getCountsReason() ? WindowCounts{{}, op.getCountsReason()->str()} : counts;
}
