// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pads, repeats, sizes and scales that are computed and known become attributes: the operation of known sizes.
#include "KnownEntries.h"
#include "dialects/QC/ComputedEntries.h"

using namespace mlir;
using namespace qc;

namespace {
/// The computed entries of an attribute: what the analysis says of them.
class Entries {
public:
  Entries(const SizeAnalysis &sizes, Value values, ArrayRef<int64_t> entries, size_t first = 0)
      : sizes(sizes), entries(entries) {
    if (std::optional<ArrayRef<AffineExpr>> all = values ? sizes.getContents(values) : std::nullopt)
      contents = all->size() >= first + entries.size() ? all->slice(first, entries.size()) : ArrayRef<AffineExpr>();
  }

  /// Makes what is known a number; where one is `stays` at its place it becomes -1. Returns whether something has
  /// changed.
  bool resolve(ArrayRef<AffineExpr> stays = {}) {
    bool changed = false;
    for (size_t i = 0; i < contents.size(); ++i) {
      if (entries[i] != kComputed)
        continue;
      if (std::optional<int64_t> known = ExprMath::getKnown(contents[i]); known && *known >= 0)
        entries[i] = *known;
      else if (i < stays.size() && sizes.areEqual(contents[i], stays[i]))
        entries[i] = -1;
      changed |= entries[i] != kComputed;
    }
    return changed;
  }
  bool isComputed() const { return llvm::is_contained(entries, kComputed); }
  ArrayRef<int64_t> get() const { return entries; }

private:
  const SizeAnalysis &sizes;
  SmallVector<int64_t> entries;
  ArrayRef<AffineExpr> contents;
};
} // namespace

static bool takeEntries(const SizeAnalysis &sizes, PadOp op) {
  Entries begins(sizes, op.getPadValues(), op.getBegins()),
      ends(sizes, op.getPadValues(), op.getEnds(), op.getBegins().size());
  bool changed = begins.resolve();
  if (!ends.resolve() && !changed)
    return false;
  op.setBegins(begins.get());
  op.setEnds(ends.get());
  if (!begins.isComputed() && !ends.isComputed())
    op.getPadValuesMutable().clear();
  return true;
}

static bool takeEntries(const SizeAnalysis &sizes, TileOp op) {
  Entries repeats(sizes, op.getRepeatValues(), op.getRepeats());
  if (!repeats.resolve())
    return false;
  op.setRepeats(repeats.get());
  if (!repeats.isComputed())
    op.getRepeatValuesMutable().clear();
  return true;
}

static bool takeEntries(const SizeAnalysis &sizes, ResizeNearestOp op) {
  if (Value scales = op.getScaleValues()) {
    std::optional<SmallVector<float>> known = TypeShapeMath().getFloats(scales);
    if (!known)
      return false;
    op.setScales(*known);
    op.getScaleValuesMutable().clear();
    return true;
  }
  Entries entries(sizes, op.getSizeValues(), op.getSizes());
  if (!entries.resolve(sizes.getShape(op.getX())))
    return false;
  op.setSizes(entries.get());
  if (!entries.isComputed())
    op.getSizeValuesMutable().clear();
  return true;
}

bool prepare::takeKnownEntries(const SizeAnalysis &sizes, Operation *op) {
  if (auto pad = dyn_cast<PadOp>(op))
    return takeEntries(sizes, pad);
  if (auto tile = dyn_cast<TileOp>(op))
    return takeEntries(sizes, tile);
  auto resize = dyn_cast<ResizeNearestOp>(op);
  return resize && takeEntries(sizes, resize);
}
