// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The precision of every operation of a model, while assign and quantize decide it.
#include "Precisions.h"
#include "qc/Analysis/Angles.h"
#include "qc/Analysis/Divisors.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Analysis/Masks.h"
#include "qc/Analysis/Recurrence.h"
#include "qc/Analysis/RoundingGroups.h"
#include "qc/Analysis/State.h"
#include "qc/Analysis/Uses.h"

using namespace mlir;
using namespace qc;

bool qc::hasPrecision(Operation *op) {
  if (op->getNumResults() != 1 || isa<qc::ConstantOp, QuantizeOp, DequantizeOp, IfOp, LoopOp>(op))
    return false;
  auto isFloat = [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && tensor.getElementType().isF32();
  };
  // A comparison reads floats. A move that works on codes keeps its assignment.
  return isa<RankedTensorType>(op->getResult(0).getType()) &&
         (isFloat(op->getResult(0).getType()) || llvm::any_of(op->getOperandTypes(), isFloat) ||
          op->hasAttr(QCDialect::kAssignmentAttr));
}

static constexpr StringRef kDefaultReason = "quantized by default";
static constexpr StringRef kMaskReason = "it is a mask: values at or below -1e4 reach a softmax or arg_max";
static constexpr StringRef kMaskedReason =
    "its operand is masked by values at or below -1e4, beside which codes would tell no others apart";
static constexpr StringRef kSoftmaxReason = "probabilities as codes are coarse, and no product of two activations "
                                            "takes them unrounded; a rule can ask for codes";
static constexpr StringRef kMeanReason =
    "weights of a mean as codes are coarse, and no product of two activations takes "
    "them unrounded; a rule can ask for codes";
static constexpr StringRef kFloatMeanReason = "it reads the weights of a mean, which are float and as codes coarse";
static constexpr StringRef kAloneReason =
    "what it normalizes and what reads it are float, between which codes only lose; a rule can ask for them";
static constexpr StringRef kStateReason = "it works on state that grows, which is kept in float";
static constexpr StringRef kDivisorReason =
    "it divides, or its result does or has its root or logarithm taken, and codes near 0 have no relative precision";
static constexpr StringRef kAngleReason =
    "it is an angle, or of one, which codes tell no better than by parts of a turn";
static constexpr StringRef kRecurrenceReason =
    "it carries a value on to the next step, where what it rounds would add up";
static constexpr StringRef kUnseenReason = "it stands in a branch or loop that calibration did not enter";
static constexpr StringRef kFollowReason = "quantized as its operand";
static constexpr StringRef kGroupReason = "the contraction that it is rounded with is float";

SmallVector<FormatCandidate> qc::getCandidates(Operation *op) {
  auto form = dyn_cast<IntegerFormOpInterface>(op);
  if (!form) {
    SmallVector<FormatCandidate> none{getFloatCandidate(op)};
    for (StringRef name : {"int8", "w8a16", "w4a8", "w4a16"}) {
      none.push_back(none.front());
      none.back().name = name;
      none.back().whyNot = "the operation has no integer form yet";
    }
    return none;
  }
  SmallVector<FormatCandidate> candidates = form.getCandidates();
  auto module = op->getParentOfType<ModuleOp>();
  if (module && getRoundingStyle(module) == RoundingStyle::Ort)
    for (FormatCandidate &candidate : llvm::drop_begin(candidates))
      if (isWideFormat(candidate.result) && candidate.whyNot.empty())
        candidate.whyNot = "the style ort has codes of 8 bits only";
  if (movesCodes(op) && llvm::all_of(op->getOperands(), [](Value v) { return bool(getConstantValue(v)); }))
    for (FormatCandidate &candidate : llvm::drop_begin(candidates))
      candidate.whyNot = "its operands are constant";
  return candidates;
}

/// The first of `candidates` that is an integer form; where there is none, float, with the reason why.
static FormatCandidate getDefault(Operation *op) {
  SmallVector<FormatCandidate> candidates = getCandidates(op);
  for (FormatCandidate &candidate : llvm::drop_begin(candidates))
    if (candidate.whyNot.empty())
      return candidate;
  candidates[0].whyNot = candidates[1].whyNot;
  return candidates[0];
}

std::string qc::explainNoIntegerForm(Operation *op) { return getDefault(op).whyNot; }

AssignmentAttr qc::getAssignment(Operation *op, const Choice &choice) {
  MLIRContext *context = op->getContext();
  return AssignmentAttr::get(context, choice.formats.result, choice.formats.operands,
                             StringAttr::get(context, choice.reason), choice.by);
}

/// Whether an operand's format may stand where a candidate has `own`: activations are read with the bits that they were
/// made with, and the bias of a contraction has as many as these ask for.
static bool fits(FormatAttr format, FormatAttr own) {
  auto isBias = [](FormatAttr f) { return f && (f.getStorage().isInteger(32) || f.getStorage().isInteger(64)); };
  return format == own || (isActivationFormat(format) && isActivationFormat(own)) ||
         (isBias(format) && isBias(own) && format.getAxis() == own.getAxis());
}

bool qc::fitsAssignment(AssignmentAttr assignment, const FormatCandidate &candidate) {
  return candidate.result == assignment.getResult() && candidate.operands.size() == assignment.getOperands().size() &&
         llvm::all_of(llvm::zip_equal(assignment.getOperands(), candidate.operands),
                      [](auto pair) { return fits(std::get<0>(pair), std::get<1>(pair)); });
}

/// The candidate of `op` that `assignment` names; the one it should have been where it names none.
static FormatCandidate findCandidate(Operation *op, AssignmentAttr assignment) {
  SmallVector<FormatCandidate> candidates = getCandidates(op);
  for (const FormatCandidate &candidate : candidates)
    if (fitsAssignment(assignment, candidate))
      return candidate;
  return assignment.isFloat() ? candidates[0] : candidates[1];
}

LogicalResult qc::verifyAssignment(Operation *op) {
  auto assignment = op->getAttrOfType<AssignmentAttr>(QCDialect::kAssignmentAttr);
  if (!assignment)
    return op->emitOpError("expects a qc.assignment");
  if (assignment.isFloat() && !op->hasAttr(QCDialect::kFloatReasonAttr))
    return op->emitOpError("expects a qc.float_reason, as its assignment is float");
  if (!assignment.isFloat() && op->hasAttr(QCDialect::kFloatReasonAttr))
    return op->emitOpError("expects no qc.float_reason, as its assignment is ") << assignment.getResult().getStorage();
  FormatCandidate candidate = findCandidate(op, assignment);
  if (!candidate.whyNot.empty())
    return op->emitOpError("expects a float assignment: ") << candidate.whyNot;
  if (!fitsAssignment(assignment, candidate))
    return op->emitOpError("expects ") << getAssignment(op,
                                                        {candidate, assignment.getReason().str(), assignment.getBy()})
                                       << ", got " << assignment;
  return success();
}

/// The reason of an operation for which `wish` asks in vain.
static std::string describeVain(const Choice &wish, StringRef reason) {
  return (wish.reason + " asks for " + wish.formats.name + ", but " + reason).str();
}

/// What stands in branches and loops and gives values of which nothing was seen, though there is something to see.
static llvm::DenseSet<Operation *> findUnseen(func::FuncOp main) {
  llvm::DenseSet<Operation *> unseen;
  SymbolTable symbols(main->getParentOfType<ModuleOp>());
  for (ObserveOp observe : collectOperations<ObserveOp>(main)) {
    auto stats = symbols.lookup<StatsOp>(observe.getStats());
    Operation *op = observe.getX().getDefiningOp();
    bool isEmpty = llvm::is_contained(cast<RankedTensorType>(observe.getX().getType()).getShape(), 0);
    if (op && op->getBlock() != &main.front() && stats && stats.getCount() == 0 && !isEmpty)
      unseen.insert(op);
  }
  return unseen;
}

/// Softmaxes and weights of means whose result is rounded by itself, if everything is quantized that can be.
static llvm::DenseSet<Operation *> findLoneSoftmaxes(func::FuncOp main) {
  llvm::DenseSet<Operation *> lone;
  RoundingGroups groups(main, getRoundingStyle(main->getParentOfType<ModuleOp>()),
                        [](Operation *op) { return hasPrecision(op) && isa<IntegerFormOpInterface>(op); });
  for (const RoundingGroup &group : groups.getGroups())
    if (isa<SoftmaxOp, MeanWeightsOp>(group.root))
      lone.insert(group.root);
  return lone;
}

namespace {
/// Why operations of a function are float by default.
class FloatReasons {
public:
  explicit FloatReasons(func::FuncOp main)
      : angles(findAngles(main)), divisors(findDivisors(main)), recurrences(findRecurrences(main)),
        masks(findMasks(main)), state(findStateOperations(main)), unseen(findUnseen(main)),
        softmaxes(findLoneSoftmaxes(main)) {
    for (auto normalize : collectOperations<NormalizeOp>(main))
      if (isAlone(normalize))
        alone.insert(normalize);
  }

  /// What a rule may want otherwise; "" where there is nothing.
  StringRef getPreference(Operation *op) const {
    return angles.contains(op)        ? kAngleReason
           : divisors.contains(op)    ? kDivisorReason
           : recurrences.contains(op) ? kRecurrenceReason
           : softmaxes.contains(op)   ? (isa<SoftmaxOp>(op) ? kSoftmaxReason : kMeanReason)
           : alone.contains(op)       ? kAloneReason
                                      : StringRef();
  }
  /// What no rule changes; "" where there is nothing.
  StringRef getNecessity(Operation *op) const {
    return unseen.contains(op)  ? kUnseenReason
           : state.contains(op) ? kStateReason
           : masks.contains(op) ? (isa<SoftmaxOp>(op) ? kMaskedReason : kMaskReason)
                                : StringRef();
  }
  /// Whether a move with that necessity does not follow its operand.
  bool isPinned(Operation *op) const { return unseen.contains(op) || state.contains(op); }

private:
  /// Whether it is float whatever is decided about others, if no rule asks for codes.
  bool isFloat(Operation *op) const {
    return !hasPrecision(op) || !explainNoIntegerForm(op).empty() || !getPreference(op).empty() ||
           !getNecessity(op).empty();
  }
  /// Whether what it normalizes is computed in float, and it is read in float only.
  bool isAlone(NormalizeOp op) const {
    Operation *from = op.getX().getDefiningOp();
    return from && isFloat(from) && llvm::all_of(op->getUsers(), [&](Operation *user) { return isFloat(user); });
  }

  llvm::DenseSet<Operation *> angles, divisors, recurrences, masks, state, unseen, softmaxes, alone;
};
} // namespace

/// What an operation is that cannot have the format `name`: as near to it as can be.
static FormatCandidate getFallback(Operation *op, StringRef name) {
  if (name == "w4a16") // weights of 8 bits, or else activations
    for (StringRef nearest : {"w8a16", "w4a8"})
      for (FormatCandidate &candidate : getCandidates(op))
        if (candidate.name == nearest && candidate.whyNot.empty())
          return candidate;
  return getDefault(op);
}

Choice Precisions::chooseOne(Operation *op, std::optional<Choice> wish, StringRef preference, StringRef necessity) {
  FormatCandidate formats = getDefault(op);
  if (!preference.empty() && formats.whyNot.empty()) {
    formats = getFloatCandidate(op);
    formats.whyNot = preference.str();
    if (!wish)
      refused.insert(op); // a move does not follow its operand then
  }
  if (!necessity.empty()) {
    formats = getFloatCandidate(op);
    formats.whyNot = necessity.str();
    if (wish && !wish->formats.isFloat())
      wish->formats.whyNot = formats.whyNot;
  }
  if (wish && wish->formats.whyNot.empty())
    return *wish;
  if (wish && formats.whyNot.empty())
    formats = getFallback(op, wish->formats.name);
  Choice choice{formats, formats.whyNot.empty() ? kDefaultReason.str() : formats.whyNot, DecidedBy::Default};
  if (wish)
    choice.reason = describeVain(*wish, wish->formats.whyNot);
  return choice;
}

FailureOr<Precisions> Precisions::choose(func::FuncOp main, const AssignmentPolicy *policy) {
  Precisions result;
  result.main = main;
  SmallVector<Operation *> ops;
  for (Operation *op : listOperations(main))
    if (hasPrecision(op))
      ops.push_back(op);
  AssignmentPolicy::Choices wishes(ops.size());
  if (policy) {
    FailureOr<AssignmentPolicy::Choices> decided =
        policy->decide(ops, [&] { return emitError(UnknownLoc::get(main.getContext())); });
    if (failed(decided))
      return failure();
    wishes = std::move(*decided);
  }
  FloatReasons reasons(main);
  for (auto [op, wish] : llvm::zip_equal(ops, wishes)) {
    result.choices[op] = result.chooseOne(op, wish, reasons.getPreference(op), reasons.getNecessity(op));
    if (reasons.isPinned(op))
      result.refused.insert(op);
  }
  result.followOthers();
  return result;
}

FailureOr<Precisions> Precisions::read(func::FuncOp main) {
  Precisions result;
  result.main = main;
  for (Operation *op : listOperations(main)) {
    if (!hasPrecision(op))
      continue;
    if (failed(verifyAssignment(op))) // a module may come from a file
      return failure();
    auto assignment = op->getAttrOfType<AssignmentAttr>(QCDialect::kAssignmentAttr);
    result.choices[op] = {findCandidate(op, assignment), assignment.getReason().str(), assignment.getBy()};
  }
  if (failed(result.verifyWidths()))
    return failure();
  return result;
}

LogicalResult Precisions::verifyWidths() {
  followWidths();
  for (auto &[op, choice] : choices) {
    auto assignment = op->getAttrOfType<AssignmentAttr>(QCDialect::kAssignmentAttr);
    choice.reason = assignment.getReason().str();
    if (choice.formats.result != assignment.getResult() ||
        ArrayRef(choice.formats.operands) != assignment.getOperands())
      return op->emitOpError("expects the bits of what it is rounded with, or reads: ")
             << getAssignment(op, choice) << ", got " << assignment;
  }
  return success();
}

bool Precisions::isQuantized(Operation *op) const {
  auto found = choices.find(op);
  return found != choices.end() && !found->second.formats.isFloat();
}

/// A move that follows its operands: nobody decided about it, and it has an integer form.
bool Precisions::isFree(Operation *op) const {
  auto found = choices.find(op);
  return found != choices.end() && found->second.by == DecidedBy::Default && movesCodes(op) && !refused.contains(op) &&
         explainNoIntegerForm(op).empty();
}

/// Whether it would give codes to weights of a mean that are float.
bool Precisions::readsFloatMeanWeights(Operation *op) const {
  return isQuantized(op) && llvm::any_of(op->getOperands(), [&](Value operand) {
           auto weights = operand.getDefiningOp<MeanWeightsOp>();
           return weights && !isQuantized(weights);
         });
}

// The groups are those that hold if every contraction is quantized: which one takes an add does not depend on what is
// decided about it.
void Precisions::followContractions() {
  auto takesPart = [&](Operation *op) { return isQuantized(op) || getRoundingTraits(op).isContraction; };
  RoundingGroups groups(main, getRoundingStyle(main->getParentOfType<ModuleOp>()), takesPart);
  for (const RoundingGroup &group : groups.getGroups()) {
    if (!group.isContraction())
      continue;
    if (choices[group.root].by == DecidedBy::Default && readsFloatMeanWeights(group.root))
      choices[group.root] = {getFloatCandidate(group.root), kFloatMeanReason.str(), DecidedBy::Default};
    if (isQuantized(group.root))
      continue;
    for (Operation *op : {group.softmax, group.add, group.clamp})
      if (op && choices[op].by == DecidedBy::Default)
        choices[op] = {getFloatCandidate(op), kGroupReason.str(), DecidedBy::Default};
  }
}

void Precisions::followOthers() {
  followContractions();
  followOperands();
  followWidths();
}

void Precisions::followOperands() {
  // Moves of nothing but model inputs: no producer says what they are, so readers do.
  llvm::DenseSet<Operation *> movesInputs;
  for (auto &[op, choice] : choices) {
    if (!isFree(op))
      continue;
    choice = {getFloatCandidate(op), "its operand is float", DecidedBy::Default};
    if (llvm::all_of(getDataOperands(op), [&, move = op](unsigned slot) {
          Value operand = move->getOperand(slot);
          return isa<BlockArgument>(operand) || getConstantValue(operand) ||
                 movesInputs.contains(operand.getDefiningOp());
        })) {
      movesInputs.insert(op);
      choice.reason = "it moves a model input that nothing quantized reads";
    }
  }
  // Each round makes at least one more move int8.
  for (bool changed = true; changed;) {
    changed = false;
    llvm::DenseSet<Value> wanted;
    for (auto &[op, choice] : llvm::reverse(choices))
      if (!choice.formats.isFloat() || (movesInputs.contains(op) && wanted.contains(op->getResult(0))))
        for (unsigned slot : getDataOperands(op))
          wanted.insert(op->getOperand(slot));
    for (auto &[op, choice] : choices) {
      if (!choice.formats.isFloat() || !isFree(op))
        continue;
      bool follows = llvm::any_of(getDataOperands(op), [&, move = op](unsigned slot) {
        Value operand = move->getOperand(slot);
        return isQuantized(operand.getDefiningOp()) || (movesInputs.contains(move) && wanted.contains(operand));
      });
      if (follows)
        choice = {getDefault(op), kFollowReason.str(), DecidedBy::Default};
      changed |= follows;
    }
  }
}

void Precisions::refuse(Operation *op, std::string reason) {
  Choice &choice = choices[op];
  if (choice.by != DecidedBy::Default)
    reason = describeVain(choice, reason);
  choice = {getFloatCandidate(op), std::move(reason), choice.by};
  refused.insert(op);
}

void Precisions::write(llvm::function_ref<void(Operation *, StringRef)> report) const {
  for (const auto &[op, choice] : choices) {
    auto before = op->getAttrOfType<AssignmentAttr>(QCDialect::kAssignmentAttr);
    op->setAttr(QCDialect::kAssignmentAttr, getAssignment(op, choice));
    if (!choice.formats.isFloat()) {
      op->removeAttr(QCDialect::kFloatReasonAttr);
      continue;
    }
    op->setAttr(QCDialect::kFloatReasonAttr, StringAttr::get(op->getContext(), choice.reason));
    if (!before || !before.isFloat())
      report(op, choice.reason);
  }
}
