// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-raise-masks: what is so low that a softmax gives 0 for it, as a condition.
#include "Constants.h"
#include "MaskConditions.h"
#include "qc/Transforms/Prepare/Passes.h"

namespace qc {
#define GEN_PASS_DEF_RAISEMASKSPASS
#include "qc/Transforms/Prepare/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;
using namespace qc::prepare;

namespace {
/// Scores without their masks, where elements are shown, and what was looked through last.
struct Masked {
  Value scores, shown;
  Operation *last = nullptr;
};

/// Takes masks from the scores of softmaxes, one after the other.
class MaskRaiser {
public:
  MaskRaiser(RewriterBase &rewriter, const SizeAnalysis &sizes)
      : rewriter(rewriter), sizes(sizes), conditions(rewriter) {}
  /// Gives `op` what it reads without masks, and these as its mask; or the reason why not, where there is one.
  std::string raise(SoftmaxOp op);
  void finish() { conditions.finish(); }

private:
  /// Looks through the one operation in front of the scores that is a mask; false where there is none, or, with a
  /// reason, it cannot be taken.
  bool peel(Masked &masked, std::string &reason);
  bool peelChoice(Masked &masked, WhereOp op, std::string &reason);
  bool add(Masked &masked, Value scores, Value mask, Value shown, std::string &reason);

  RewriterBase &rewriter;
  const SizeAnalysis &sizes;
  ConditionWriter conditions;
};
} // namespace

bool MaskRaiser::add(Masked &masked, Value scores, Value mask, Value shown, std::string &reason) {
  reason = explainWider(sizes, mask, scores);
  // Others have the masked scores as a number, which may be infinite, and no softmax behind it would say that it may.
  Operation *op = masked.scores.getDefiningOp();
  if (!llvm::all_of(op->getUsers(), [&](Operation *user) { return user == masked.last || isa<SoftmaxOp>(user); }))
    reason = "something else reads the masked scores";
  if (!reason.empty())
    return false;
  masked.last = op;
  masked.scores = scores;
  masked.shown = masked.shown ? conditions.writeAnd(shown.getLoc(), masked.shown, shown) : shown;
  return true;
}

// condition ? scores : hidden, or the other way round.
bool MaskRaiser::peelChoice(Masked &masked, WhereOp op, std::string &reason) {
  bool isBehind = isHidden(op.getOther());
  Value scores = isBehind ? op.getX() : op.getOther(), hidden = isBehind ? op.getOther() : op.getX();
  if ((!isBehind && !isHidden(hidden)) || getConstant(scores))
    return false;
  reason = explainWider(sizes, hidden, scores);
  Value shown = isBehind ? op.getCondition() : conditions.writeNot(op.getCondition());
  return reason.empty() && add(masked, scores, op.getCondition(), shown, reason);
}

bool MaskRaiser::peel(Masked &masked, std::string &reason) {
  Operation *op = masked.scores.getDefiningOp();
  if (auto choice = dyn_cast_or_null<WhereOp>(op))
    return peelChoice(masked, choice, reason);
  if (!isa_and_nonnull<AddOp>(op))
    return false;
  for (unsigned slot : {1u, 0u}) {
    Value mask = op->getOperand(slot), scores = op->getOperand(1 - slot);
    if (Value shown = getConstant(scores) ? Value() : conditions.writeMask(mask))
      return add(masked, scores, mask, shown, reason);
  }
  reason = conditions.reason;
  return false;
}

std::string MaskRaiser::raise(SoftmaxOp op) {
  if (op.getMask())
    return {};
  Masked masked{op.getX(), {}, nullptr};
  std::string reason;
  conditions.reason.clear();
  rewriter.setInsertionPoint(op);
  while (peel(masked, reason)) {
  }
  if (!masked.shown)
    return reason;
  // Of two masks the one in front may stay: then the softmax is a masked one still.
  Value before = op.getX();
  rewriter.modifyOpInPlace(op, [&] {
    op.getXMutable().assign(masked.scores);
    op.getMaskMutable().assign(masked.shown);
  });
  eraseIfDead(rewriter, before);
  return reason;
}

namespace {
struct RaiseMasksPass final : qc::impl::RaiseMasksPassBase<RaiseMasksPass> {
  void runOnOperation() override {
    SmallVector<SoftmaxOp> softmaxes = collect<SoftmaxOp>(getOperation());
    if (softmaxes.empty())
      return;
    FailureOr<SizeAnalysis> sizes = SizeAnalysis::analyze(getOperation());
    if (failed(sizes))
      return signalPassFailure();
    IRRewriter rewriter(&getContext());
    MaskRaiser raiser(rewriter, *sizes);
    for (SoftmaxOp op : softmaxes)
      remarkMissed(op.getLoc(), "RaiseMasks", "qc-raise-masks", raiser.raise(op));
    raiser.finish();
  }
};
} // namespace
