// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-fold-pads: a pad in front of a window as the window's own.
#include "Names.h"
#include "dialects/QC/ComputedEntries.h"
#include "qc/Arith/OrderedSum.h"
#include "qc/Transforms/Prepare/Passes.h"
#include "qc/Transforms/Prepare/Rewrites.h"

namespace qc {
#define GEN_PASS_DEF_FOLDPADSPASS
#include "qc/Transforms/Prepare/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;
using namespace qc::prepare;

namespace {
/// A window that pads by itself.
struct Window {
  ArrayRef<int64_t> pads; ///< per spatial axis: begins, then ends
  bool isMaximum;         ///< padding is -infinity, else +0
  bool isCeil = false;    ///< the last window may hang over
  bool canCount = true;   ///< padding counts as positions, or can be made to
  bool isLong = false;    ///< the order in which it sums depends on the padding
  std::function<void(ArrayRef<int64_t>)> setPads;
};
} // namespace

static Window makeWindow(AvgPoolOp pool) {
  bool isUnpadded = llvm::all_of(pool.getPads(), [](int64_t pad) { return pad == 0; });
  int64_t positions = 1;
  for (int64_t extent : pool.getKernel())
    positions = std::min(positions * std::min(extent, numerics::maxShortSum + 1), numerics::maxShortSum + 1);
  auto setPads = [pool](ArrayRef<int64_t> pads) mutable {
    pool.setPads(pads);
    pool.setCountIncludePad(true);
  };
  return {pool.getPads(),
          false,
          pool.getCeilMode(),
          pool.getCountIncludePad() || isUnpadded,
          positions > numerics::maxShortSum,
          setPads};
}

static std::optional<Window> getWindow(Operation *op) {
  if (auto conv = dyn_cast<ConvOp>(op))
    return Window{conv.getPads(), false, false, true, false, [conv](auto pads) mutable { conv.setPads(pads); }};
  if (auto pool = dyn_cast<MaxPoolOp>(op))
    return Window{pool.getPads(), true,  pool.getCeilMode(),
                  true,           false, [pool](auto pads) mutable { pool.setPads(pads); }};
  auto pool = dyn_cast<AvgPoolOp>(op);
  return pool ? std::optional(makeWindow(pool)) : std::nullopt;
}

// Whether a window takes positions outside for this value, bit for bit.
static bool isFill(const Window &window, Attribute fill) {
  auto number = dyn_cast_or_null<FloatAttr>(fill);
  if (!number)
    return false;
  return window.isMaximum ? number.getValue().isInfinity() && number.getValue().isNegative()
                          : number.getValue().isPosZero();
}

// Why `pad` is not padding of `window`; empty where it is.
static std::string findObstacle(const Window &window, PadOp pad) {
  auto isSpatial = [](ArrayRef<int64_t> entries) { return entries[0] == 0 && entries[1] == 0; };
  if (pad.getMode() != PadMode::Constant || !isFill(window, pad.getValueAttr()))
    return window.isMaximum ? "the pad is not by -infinity" : "the pad is not by +0";
  if (llvm::is_contained(pad.getBegins(), kComputed) || llvm::is_contained(pad.getEnds(), kComputed))
    return "the pad is computed";
  if (pad.getBegins().size() < 3 || !isSpatial(pad.getBegins()) || !isSpatial(pad.getEnds()))
    return "the pad is not of spatial dimensions";
  if (window.isCeil)
    return "in ceil mode the last window depends on whose padding it is";
  if (window.isLong)
    return "the pool's sums are long, their order depends on the padding";
  return window.canCount ? "" : "the pool does not count its own padding, and counts the pad";
}

bool qc::foldPad(RewriterBase &rewriter, Operation *op, std::string &reason) {
  reason.clear();
  std::optional<Window> window = getWindow(op);
  auto pad = window ? op->getOperand(0).getDefiningOp<PadOp>() : PadOp();
  if (!pad)
    return false;
  reason = findObstacle(*window, pad);
  if (!reason.empty())
    return false;
  SmallVector<int64_t> pads(window->pads);
  size_t spatial = pads.size() / 2;
  for (size_t d = 0; d < spatial; ++d) {
    pads[d] += pad.getBegins()[d + 2];
    pads[d + spatial] += pad.getEnds()[d + 2];
  }
  if (llvm::any_of(pads, [](int64_t entry) { return entry > INT32_MAX; })) {
    reason = "the padding would be 2^31 or more";
    return false;
  }
  rewriter.modifyOpInPlace(op, [&] {
    op->setOperand(0, pad.getX());
    window->setPads(pads);
    op->setLoc(fuseLocations(op->getLoc(), pad.getLoc()));
  });
  eraseIfDead(rewriter, pad.getResult());
  return true;
}

namespace {
struct FoldPadsPass final : qc::impl::FoldPadsPassBase<FoldPadsPass> {
  void runOnOperation() override {
    if (getOperation().isExternal())
      return;
    IRRewriter rewriter(&getContext());
    SmallVector<Operation *> windows;
    for (Operation &op : getOperation().getBody().front())
      if (isa<ConvOp, MaxPoolOp, AvgPoolOp>(op))
        windows.push_back(&op);
    for (Operation *op : windows) {
      std::string reason;
      while (foldPad(rewriter, op, reason)) {
      }
      remarkMissed(op->getLoc(), "FoldPads", "qc-fold-pads", reason);
    }
  }
};
} // namespace
