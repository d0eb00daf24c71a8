// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which operations become one kernel.
#include "Former.h"
#include "dialects/Kernel/Kernel.h"
#include "qc/Analysis/MainFunction.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

unsigned qc::kernel::getOperandIndex(Operation *op, Value value) {
  for (OpOperand &operand : op->getOpOperands())
    if (operand.get() == value)
      return operand.getOperandNumber();
  return op->getNumOperands();
}

// The result's dimension of output channels, where numbers per channel have to be of this one.
static std::optional<int64_t> getChannelAxis(const Group &group) {
  if (!isa<ConvOp, dyadic::ConvOp>(group.root) && !group.builder->readsColumns)
    return std::nullopt;
  int64_t rank = cast<RankedTensorType>(group.root->getResult(0).getType()).getRank();
  return isa<qc::ConvOp, dyadic::ConvOp>(group.root) ? 1 : rank - 1;
}

// Whether both have the same shape whatever the sizes of the inputs are.
static bool haveSameShape(Value a, Value b, const SizeAnalysis &sizes) {
  auto x = cast<RankedTensorType>(a.getType()), y = cast<RankedTensorType>(b.getType());
  if (x.getShape() != y.getShape())
    return false;
  return x.hasStaticShape() || llvm::all_of(llvm::zip_equal(sizes.getShape(a), sizes.getShape(b)), [&](auto pair) {
           return sizes.areEqual(std::get<0>(pair), std::get<1>(pair));
         });
}

bool qc::kernel::isKnownToSchedule(Value tensor, const SizeAnalysis &sizes) {
  auto type = dyn_cast<RankedTensorType>(tensor.getType());
  if (!type || !type.hasStaticShape())
    return false;
  std::optional<ArrayRef<AffineExpr>> contents = sizes.getContents(tensor);
  return contents && llvm::all_of(*contents, [&](AffineExpr expr) { return sizes.isScheduled(expr); });
}

// Whether `next` can take the value of a group as it is computed: elementwise on it, same shape, its other operands
// readable element by element in the group's own order.
static bool canFollow(const Group &group, Operation *next, const SizeAnalysis &sizes) {
  Value value = group.getLast()->getResult(0);
  // Tables are looked up in vectors of bytes, which are wider than those of anything that computes a code.
  auto isBytes = [](Operation *op) {
    auto table = dyn_cast<dyadic::LutOp>(op);
    return table && isByteTable(table);
  };
  if (isBytes(next) && !isBytes(group.getLast()))
    return false;
  std::optional<ScalarForm> form = describeScalar(next);
  if (!form || next->getBlock() != group.root->getBlock())
    return false;
  // What looks for bad data begins a kernel: others write vectors.
  if (form->emitIsGood)
    return false;
  unsigned chain = getOperandIndex(next, value);
  if (!llvm::is_contained(form->operands, chain))
    return false;
  if (!haveSameShape(next->getResult(0), value, sizes))
    return false;
  // A number per channel of another dimension cannot be read beside the weights' columns.
  std::optional<int64_t> channelAxis = getChannelAxis(group);
  for (const Param &param : form->params)
    if (channelAxis && param.kind == Param::Channel && param.axis != *channelAxis)
      return false;
  for (unsigned operand : form->operands) {
    bool isPartner = group.pair && next->getOperand(operand) == group.pair->low->getResult(0);
    if (operand != chain && !isPartner && group.builder->readsColumns &&
        (!haveSameShape(next->getOperand(operand), value, sizes) || getConstantValue(next->getOperand(operand))))
      return false;
  }
  return true;
}

/// Operations that one kernel computes at most. What LLVM does with a kernel grows faster than its length, and what a
/// longer one saves in memory traffic no longer shows.
static constexpr size_t kMostOperations = 32;

static void addFollowers(Group &group, DenseSet<Operation *> &taken, const SizeAnalysis &sizes) {
  if (!group.builder->takesFollowers)
    return;
  while (group.followers.size() + 1 < kMostOperations && group.getLast()->getResult(0).hasOneUse()) {
    Operation *next = *group.getLast()->getResult(0).user_begin();
    if (taken.contains(next) || !canFollow(group, next, sizes))
      return;
    group.followers.push_back(next);
    taken.insert(next);
  }
}

// The group of two contractions of planes that `op` is one of, if one kernel can compute it: a depthwise one by its
// exact sum.
static std::optional<Group> formPair(Operation *op, const SizeAnalysis &sizes) {
  std::optional<PlanePair> pair = findPlanePair(op);
  if (!pair)
    return std::nullopt;
  const KernelBuilder *builder = cast<KernelFormOpInterface>(pair->high).getKernelBuilder();
  bool hasKernel = (builder == &Former::contract && getPlaneCompensations(*pair).has_value()) ||
                   (builder == &Former::depthwise && getExactCompensation(*pair, depthwiseCentre).has_value());
  Group group{builder, pair->high, {}, pair};
  if (!hasKernel || !canFollow(group, pair->requant, sizes))
    return std::nullopt;
  group.followers.push_back(pair->requant);
  return group;
}

// Planes that only such pairs read are never made.
static bool isRead(dyadic::PlaneOp plane, const DenseMap<Operation *, Group> &pairs) {
  return !llvm::all_of(plane->getUsers(), [&](Operation *user) { return pairs.contains(user); });
}

FailureOr<std::vector<Group>> qc::kernel::formGroups(func::FuncOp function, const SizeAnalysis &sizes) {
  std::vector<Group> groups;
  DenseSet<Operation *> taken;
  SmallVector<Operation *> operations = listOperations(function);
  DenseMap<Operation *, Group> pairs;
  for (Operation *op : operations)
    if (std::optional<Group> group = formPair(op, sizes)) {
      pairs.try_emplace(op, *group);
      taken.insert(group->pair->requant); // by its sums: it follows nothing else that it reads
    }
  for (Operation *op : operations) {
    auto plane = dyn_cast<dyadic::PlaneOp>(op);
    if (plane && !isRead(plane, pairs))
      continue;
    if (isa<qc::ConstantOp, qc::ObserveOp, IfOp, LoopOp, qc::YieldOp, func::ReturnOp>(op) || taken.contains(op) ||
        llvm::all_of(op->getResults(), [&](Value result) { return isKnownToSchedule(result, sizes); }))
      continue;
    auto form = dyn_cast<KernelFormOpInterface>(op);
    const KernelBuilder *builder = form ? form.getKernelBuilder() : nullptr;
    if (!builder && isa<QuantizeOp, DequantizeOp>(op))
      return op->emitOpError("has no kernel: its scale and zero point must be constants");
    if (!builder)
      return op->emitOpError("has no kernel");
    Group group{builder, op, {}};
    if (auto found = pairs.find(op); found != pairs.end()) {
      group = found->second;
      taken.insert(group.pair->getOther(op));
    }
    addFollowers(group, taken, sizes);
    groups.push_back(std::move(group));
  }
  llvm::DenseMap<Operation *, size_t> position;
  for (auto [i, op] : llvm::enumerate(operations))
    position[op] = i;
  llvm::sort(groups, [&](const Group &a, const Group &b) {
    return position.lookup(a.getLast()) < position.lookup(b.getLast());
  });
  return groups;
}
