// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which dimensions an operation works along.
#include "CombinedDims.h"
#include "ComputedEntries.h"
#include "Scalars.h"
#include "dialects/Dyadic/Dyadic.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace qc;
using Axes = llvm::SmallVector<int64_t>;

static int64_t getRank(Value value) { return cast<RankedTensorType>(value.getType()).getRank(); }

static Axes getRange(int64_t first, int64_t end) { return llvm::to_vector(llvm::seq(std::min(first, end), end)); }

// Whether a move that keeps the rank changes how often, or where, positions of dimension d stand, by what it says
// itself: sizes that are not known do not show it. What is computed may.
static bool isChanged(Operation *op, size_t d) {
  if (auto pad = dyn_cast<PadOp>(op))
    return pad.getBegins()[d] != 0 || pad.getEnds()[d] != 0;
  if (auto tile = dyn_cast<TileOp>(op))
    return tile.getRepeats()[d] != 1;
  if (auto part = dyn_cast<SplitPartOp>(op))
    return part.getAxis() == d;
  if (auto slice = dyn_cast<SliceOp>(op))
    return llvm::any_of(llvm::zip_equal(slice.getAxes(), slice.getStarts(), slice.getEnds(), slice.getSteps()),
                        [&](auto axis) {
                          auto [along, start, end, step] = axis;
                          bool isAll = start == 0 && end >= INT32_MAX && step == 1; // exporters write either limit
                          return along == int64_t(d) && !isAll;
                        });
  auto resize = dyn_cast<ResizeNearestOp>(op);
  if (!resize)
    return false;
  if (!resize.getSizes().empty())
    return resize.getSizes()[d] == kComputed;
  return resize.getScales().empty() || resize.getScales()[d] != 1.0f;
}

// Of moves that keep the rank: where sizes differ, or the operation says so itself.
static Axes getMovedDims(Operation *op) {
  ArrayRef<int64_t> x = cast<RankedTensorType>(op->getOperand(0).getType()).getShape(),
                    y = cast<RankedTensorType>(op->getResult(0).getType()).getShape();
  if (x.size() != y.size() || isa<ReshapeOp, TransposeOp, ExpandOp, DynamicReshapeOp>(op))
    return {};
  Axes dims;
  for (auto [d, size] : llvm::enumerate(x))
    if (size != y[d] || isChanged(op, d))
      dims.push_back(d);
  return dims;
}

// Each element of the result is made of the elements at its place.
static bool isElementwise(Operation *op) {
  bool isScalar = false;
  visitScalarOps([&](auto *kind) { isScalar |= isa<std::remove_pointer_t<decltype(kind)>>(op); });
  return isScalar ||
         isa<ClipOp, BatchNormOp, QuantizeOp, DequantizeOp, ObserveOp, dyadic::MulOp, dyadic::RequantOp, dyadic::LutOp,
             dyadic::PlaneOp, dyadic::SegmentsOp, dyadic::LutBelowOp, dyadic::RequantRowsOp, dyadic::SelectOp>(op);
}

llvm::SmallVector<int64_t> qc::getCombinedDims(Operation *op, unsigned slot) {
  auto first = [&](const Axes &axes) { return slot == 0 ? axes : Axes(); };
  return llvm::TypeSwitch<Operation *, Axes>(op)
      .Case<ReduceOp, NormalizeOp, dyadic::RowSumOp, dyadic::RowRootOp, dyadic::NormalizeOp>(
          [&](auto op) { return first(llvm::to_vector(op.getAxes())); })
      .Case<SoftmaxOp>([&](SoftmaxOp op) { // a mask has as many dimensions or fewer, the last ones
        int64_t axis = int64_t(op.getAxis()) - getRank(op.getX()) + getRank(op->getOperand(slot));
        return axis < 0 ? Axes() : Axes{axis};
      })
      .Case<MeanWeightsOp, LogSoftmaxOp, ArgReduceOp, TopKOp, CumSumOp, GatherOp, GatherElementsOp, dyadic::RowMaxOp,
            dyadic::RowReciprocalOp>([&](auto op) { return first({int64_t(op.getAxis())}); })
      .Case<LstmCellOp, GruCellOp>([](auto) { return Axes{1}; })
      // What a body does along dimensions, its operations say; elements of scan outputs stay apart.
      .Case<IfOp, LoopOp, YieldOp>([](auto) { return Axes(); })
      .Case<ConcatOp>([](auto op) { return Axes{int64_t(op.getAxis())}; })
      .Case<GatherNDOp>([&](GatherNDOp op) { return first(getRange(op.getBatchDims(), getRank(op.getX()))); })
      .Case<MatMulOp, dyadic::MatMulOp>([&](auto op) {
        int64_t rank = getRank(op->getOperand(slot));
        return slot > 1 ? Axes() : Axes{slot == 0 ? rank - 1 : std::max<int64_t>(rank - 2, 0)};
      })
      .Case<GemmOp>([&](GemmOp op) {
        return slot > 1 ? Axes() : Axes{slot == 0 ? int64_t(!op.getTransA()) : int64_t(op.getTransB())};
      })
      .Case<ConvOp>([&](ConvOp op) {
        // Which group an output channel is of depends on how many there are.
        int64_t first = slot == 0 || op.getGroup() == 1 ? 1 : 0;
        return slot > 1 ? Axes() : getRange(first, getRank(op->getOperand(slot)));
      })
      .Case<ConvTransposeOp>(
          [&](auto op) { return slot > 1 ? Axes() : getRange(slot == 0 ? 1 : 0, getRank(op->getOperand(slot))); })
      .Case<MaxPoolOp, AvgPoolOp, GlobalAvgPoolOp, dyadic::ConvOp, dyadic::AvgPoolOp, dyadic::GlobalAvgPoolOp>(
          [&](auto op) { return first(getRange(1, getRank(op->getOperand(0)))); })
      .Case<ReshapeOp, TransposeOp, ExpandOp, DynamicReshapeOp, MoveOpInterface>(
          [&](Operation *op) { return first(getMovedDims(op)); })
      .Default([&](Operation *op) {
        bool areKept = isElementwise(op) || !readsElements(op);
        return areKept ? Axes() : getRange(0, getRank(op->getOperand(slot)));
      });
}

bool qc::readsElements(Operation *op) { return !isa<ShapeOp, SizeOp>(op); }
