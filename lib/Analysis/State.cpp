// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// State of a model: values that live from run to run.
#include "qc/Analysis/State.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Analysis/Names.h"
#include "qc/Analysis/Uses.h"

using namespace mlir;
using namespace qc;

unsigned qc::countStates(ModuleOp module) {
  auto state = module->getAttrOfType<ArrayAttr>(QCDialect::kStateAttr);
  return state ? state.size() : 0;
}

SmallVector<StatePair> qc::getStatePairs(func::FuncOp main) {
  auto module = main->getParentOfType<ModuleOp>();
  unsigned count = module ? countStates(module) : 0, inputs = main.getNumArguments(), outputs = main.getNumResults();
  SmallVector<StatePair> pairs;
  for (unsigned i = 0; i < count && count <= inputs && count <= outputs; ++i)
    pairs.push_back({inputs - count + i, outputs - count + i});
  return pairs;
}

// Behind it stands what the user may give.
static InFlightDiagnostic refuseDimension(BlockArgument argument, int64_t d, StringRef symbol, StringRef why) {
  return emitError(argument.getLoc()) << "state '" << getOnnxName(argument.getLoc()) << "' " << why << " (dimension "
                                      << d << ", '" << symbol << "'); ";
}

FailureOr<StateExtents> qc::getStateExtents(func::FuncOp main, StatePair state, const SizeAnalysis &sizes) {
  BlockArgument argument = main.getArgument(state.argument);
  Value result = main.front().getTerminator()->getOperand(state.result);
  ArrayRef<AffineExpr> before = sizes.getShape(argument), behind = sizes.getShape(result);
  StateExtents extents;
  unsigned changing = 0;
  for (auto [d, dims] : llvm::enumerate(llvm::zip_equal(before, behind))) {
    auto [from, to] = dims;
    std::string symbol = sizes.print(from);
    SizeRange range = sizes.getRange(from), next = sizes.getRange(to);
    if (!ExprMath::getKnown(from) && sizes.areEqual(from, to))
      return refuseDimension(argument, d, symbol, "has a size that is known when the model runs and never changes")
                 << "accepted is a number: --input-shape",
             failure();
    if (range.high == INT64_MAX)
      return refuseDimension(argument, d, symbol, "may grow without end")
                 << "accepted is a capacity: --range " << symbol << "=0:4096",
             failure();
    if (std::optional<int64_t> known = ExprMath::getKnown(from);
        known && (!next.contains(*known) || (ExprMath::getKnown(to) && *ExprMath::getKnown(to) != *known)))
      return emitError(argument.getLoc())
                 << "state '" << getOnnxName(argument.getLoc()) << "' has " << *known << " elements along dimension "
                 << d << ", and " << sizes.print(to) << " behind a run; accepted are equal sizes",
             failure();
    if (!sizes.areEqual(from, to)) {
      ++changing;
      extents.growing = d;
    }
    extents.begin.push_back(range.low);
    extents.most.push_back(range.high);
  }
  if (changing != 1 || ExprMath::getKnown(before[*extents.growing]))
    extents.growing = std::nullopt;
  return extents;
}

ConcatOp qc::getGrowth(func::FuncOp main, StatePair state) {
  Value argument = main.getArgument(state.argument);
  auto concat = main.front().getTerminator()->getOperand(state.result).getDefiningOp<ConcatOp>();
  bool fits = concat && concat.getXs().front() == argument && llvm::count(concat.getXs(), argument) == 1;
  return fits ? concat : ConcatOp();
}

llvm::DenseSet<Operation *> qc::findStateOperations(func::FuncOp main) {
  llvm::DenseSet<Operation *> found;
  llvm::DenseSet<Value> values;
  for (StatePair state : getStatePairs(main))
    if (ConcatOp growth = getGrowth(main, state)) {
      found.insert(growth);
      values.insert(main.getArgument(state.argument));
      values.insert(growth.getY());
    }
  for (Operation *op : listOperations(main)) {
    if (llvm::none_of(op->getOperands(), [&](Value operand) { return values.contains(operand); }))
      continue;
    if (movesCodes(op)) {
      found.insert(op);
      values.insert(op->getResult(0));
    } else if (isa<ConvOp, MatMulOp, GemmOp>(op)) {
      found.insert(op);
    }
  }
  return found;
}
