// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-assign-layouts: channels-last around convolutions and pools, halos before padded convolutions.
#include "dialects/Dyadic/Dyadic.h"
#include "dialects/Kernel/Kernel.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Codegen/Schedule/Passes.h"

namespace qc {
#define GEN_PASS_DEF_ASSIGNLAYOUTSPASS
#include "qc/Codegen/Schedule/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;
using kernel::LayoutAttr;

static int64_t getRank(Value value) {
  auto tensor = dyn_cast<RankedTensorType>(value.getType());
  return tensor ? tensor.getRank() : -1;
}

static kernel::LayoutWish getWish(Operation *op) {
  auto form = dyn_cast<kernel::KernelFormOpInterface>(op);
  return form ? form.getLayoutWish() : kernel::LayoutWish::RowMajor;
}

/// Operations that compute in channels-last order.
static bool wantsChannelsLast(Operation *op) { return getWish(op) == kernel::LayoutWish::ChannelsLast; }

/// Operations whose result is written in any order: they follow what stands around them.
static bool followsNeighbours(Operation *op) { return getWish(op) == kernel::LayoutWish::Neighbours; }

namespace {
/// Decides which tensors are channels-last: forward from where they are made, backward from where they are read.
class LayoutChooser {
public:
  explicit LayoutChooser(func::FuncOp function) : function(function) {}

  void run() {
    SmallVector<Operation *> operations = listOperations(function);
    for (Operation *op : operations)
      if (op->getNumResults() == 1 && getRank(op->getResult(0)) >= 3 &&
          (wantsChannelsLast(op) || readsChannelsLast(op)))
        channelsLast.insert(op->getResult(0));
    // Backward once: an operation that follows takes the order its reader wants.
    for (Operation *op : llvm::reverse(operations))
      if (op->getNumResults() == 1 && getRank(op->getResult(0)) >= 3 && followsNeighbours(op) &&
          llvm::any_of(op->getUsers(), wantsChannelsLast))
        channelsLast.insert(op->getResult(0));
    for (Operation *op : operations)
      if (op->getNumResults() == 1 && isa<RankedTensorType>(op->getResult(0).getType()))
        op->setAttr("kernel.layout", getLayout(op->getResult(0)));
  }

private:
  bool readsChannelsLast(Operation *op) {
    return followsNeighbours(op) && llvm::any_of(op->getOperands(), [&](Value operand) {
             return channelsLast.contains(operand) && getRank(operand) == getRank(op->getResult(0));
           });
  }

  LayoutAttr getLayout(Value tensor) {
    MLIRContext *context = function.getContext();
    if (!channelsLast.contains(tensor))
      return LayoutAttr::getRowMajor(context, getRank(tensor));
    LayoutAttr plain = LayoutAttr::getChannelsLast(context, getRank(tensor));
    SmallVector<int64_t> begin(getRank(tensor), 0), end(getRank(tensor), 0);
    for (Operation *user : tensor.getUsers())
      if (auto form = dyn_cast<kernel::KernelFormOpInterface>(user); form && user->getOperand(0) == tensor)
        widen(begin, end, form.getPadding());
    return LayoutAttr::get(context, plain.getOrder(), begin, end);
  }

  static void widen(SmallVector<int64_t> &begin, SmallVector<int64_t> &end, ArrayRef<int64_t> pads) {
    size_t spatial = pads.size() / 2;
    for (size_t d = 0; d < spatial; ++d) {
      begin[d + 2] = std::max(begin[d + 2], pads[d]);
      end[d + 2] = std::max(end[d + 2], pads[spatial + d]);
    }
  }

  func::FuncOp function;
  llvm::DenseSet<Value> channelsLast;
};

struct AssignLayoutsPass final : qc::impl::AssignLayoutsPassBase<AssignLayoutsPass> {
  void runOnOperation() override {
    if (!getOperation().isExternal())
      LayoutChooser(getOperation()).run();
    markAllAnalysesPreserved();
  }
};
} // namespace
