// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How many bits quantized values have, where operations do not decide it alone (docs/W8A16.md, Which values have 16
// bits).
#include "Precisions.h"
#include "qc/Analysis/RoundingGroups.h"
#include "qc/Analysis/Uses.h"

using namespace mlir;
using namespace qc;

static constexpr StringRef kGroupReason = "16 bits as what it is rounded with";
static constexpr StringRef kMoveReason = "quantized as its operand";

void Precisions::setWidth(Operation *op, bool isWide, StringRef reason) {
  Choice &choice = choices[op];
  if (isWideFormat(choice.formats.result) == isWide)
    return;
  bool hasInt4 = llvm::any_of(choice.formats.operands, isInt4Format); // weights keep their bits
  StringRef name = isWide ? (hasInt4 ? "w4a16" : "w8a16") : hasInt4 ? "w4a8" : "int8";
  for (FormatCandidate &candidate : getCandidates(op))
    if (candidate.name == name)
      choice.formats = std::move(candidate);
  choice.reason = reason.str();
}

// One rounding at the end: the widest that one of them asks for.
void Precisions::widenGroups() {
  RoundingGroups groups(main, getRoundingStyle(main->getParentOfType<ModuleOp>()),
                        [&](Operation *op) { return isQuantized(op); });
  auto widen = [&](ArrayRef<Operation *> operations) {
    if (llvm::any_of(operations, [&](Operation *op) { return isWide(op); }))
      for (Operation *op : operations)
        setWidth(op, true, kGroupReason);
  };
  for (const RoundingGroup &group : groups.getGroups())
    widen(group.getOperations());
  for (const UnaryChain &chain : groups.getChains())
    widen(chain);
}

// Values that something with 16 bits reads, also through moves that no quantized operation feeds.
llvm::DenseSet<Value> Precisions::findWantedWide() const {
  llvm::DenseSet<Value> wanted;
  for (const auto &[op, choice] : llvm::reverse(choices)) {
    if (choice.formats.isFloat())
      continue;
    RoundingTraits traits = getRoundingTraits(op);
    bool isFree = traits.movesCodes && !traits.joinsOperands && choice.by == DecidedBy::Default;
    if (isa<SoftmaxOp>(op) || !(isFree ? wanted.contains(op->getResult(0)) : isWide(op)))
      continue;
    SmallVector<unsigned> slots = getDataOperands(op);
    if (traits.isContraction) // a second activation has 8 bits
      slots.truncate(1);
    for (unsigned slot : slots)
      wanted.insert(op->getOperand(slot));
  }
  return wanted;
}

// What it moves was made so; where no quantized operation made it, as was chosen, or as readers want it.
bool Precisions::isMovedWide(Operation *move, const llvm::DenseSet<Value> &wanted) const {
  bool isDefault = choices.find(move)->second.by == DecidedBy::Default;
  if (!getRoundingTraits(move).joinsOperands) {
    Operation *producer = move->getOperand(getDataOperands(move).front()).getDefiningOp();
    if (producer && isQuantized(producer))
      return isWide(producer);
    return isDefault ? wanted.contains(move->getResult(0)) : isWide(move);
  }
  if (!isDefault)
    return isWide(move);
  bool isWideHere = false;
  for (Value operand : move->getOperands()) {
    Operation *producer = operand.getDefiningOp();
    if (getConstantValue(operand) || !producer || !isQuantized(producer))
      continue;
    if (!isWide(producer))
      return false;
    isWideHere = true;
  }
  return isWideHere;
}

void Precisions::followMoved() {
  llvm::DenseSet<Value> wanted = findWantedWide();
  for (auto &[op, choice] : choices)
    if (!choice.formats.isFloat() && movesCodes(op))
      setWidth(op, isMovedWide(op, wanted), kMoveReason);
}

// Operations whose first operand has 8 bits, whatever their results have: softmaxes, and products that take the weights
// of one unrounded.
llvm::DenseSet<Operation *> Precisions::findReadersOfBytes() const {
  llvm::DenseSet<Operation *> readers;
  RoundingGroups groups(main, getRoundingStyle(main->getParentOfType<ModuleOp>()),
                        [&](Operation *op) { return isQuantized(op); });
  for (const RoundingGroup &group : groups.getGroups())
    if (group.softmax || isa<SoftmaxOp>(group.root)) {
      readers.insert(group.root);
      if (group.softmax)
        readers.insert(group.softmax);
    }
  return readers;
}

// An operation reads what was made; what nothing quantized made, as its own result. Of two activations that a
// contraction multiplies one may have 16 bits: the second has 8 then. `readsBytes`: see findReadersOfBytes.
void Precisions::setOperandFormats(Operation *op, bool readsBytes) {
  FormatCandidate &formats = choices[op].formats;
  SmallVector<FormatCandidate> candidates = getCandidates(op);
  auto find = [&](bool isWide) {
    return *llvm::find_if(candidates, [&](const auto &c) { return c.name == (isWide ? "w8a16" : "int8"); });
  };
  FormatCandidate narrow = find(false), wide = find(true);
  bool isContraction = getRoundingTraits(op).isContraction, readsWide = false;
  for (unsigned slot : getDataOperands(op)) {
    Operation *producer = op->getOperand(slot).getDefiningOp();
    bool isMade = producer && isQuantized(producer) && !movesCodes(op);
    bool isNarrow = (isContraction && readsWide) || (readsBytes && slot == 0);
    bool isWideHere = !isNarrow && (isMade ? isWide(producer) : isWideFormat(formats.result));
    formats.operands[slot] = (isWideHere ? wide : narrow).operands[slot];
    readsWide |= isWideHere;
  }
  std::optional<unsigned> bias = cast<IntegerFormOpInterface>(op).getBiasOperand();
  if (isContraction && bias)
    formats.operands[*bias] = (readsWide ? wide : narrow).operands[*bias];
}

void Precisions::followWidths() {
  if (llvm::none_of(choices, [&](const auto &entry) { return isWide(entry.first); }))
    return;
  widenGroups();
  followMoved();
  llvm::DenseSet<Operation *> readers = findReadersOfBytes();
  for (auto &[op, choice] : choices)
    if (!choice.formats.isFloat())
      setOperandFormats(op, readers.contains(op));
}
