// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-insert-observers: one observer and one empty qc.stats per value that may be quantized.
#include "mlir/IR/Remarks.h"
#include "qc/Transforms/Calibrate/Observers.h"
#include "qc/Transforms/Calibrate/Passes.h"

namespace qc {
#define GEN_PASS_DEF_INSERTOBSERVERSPASS
#include "qc/Transforms/Calibrate/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;

namespace {
class Inserter {
public:
  Inserter(ModuleOp module) : module(module), symbols(module), builder(module.getContext()), epoch(getEpoch(module)) {}

  /// Links the value that is number `index` of the observed ones.
  void insert(Value value, size_t index) {
    bool isObserved = false;
    for (Operation *user : value.getUsers())
      if (auto observer = dyn_cast<ObserveOp>(user)) {
        keep(observer);
        isObserved = true;
      }
    if (!isObserved)
      add(value, index);
  }

private:
  void keep(ObserveOp observer) {
    auto stats = symbols.lookup<StatsOp>(observer.getStats());
    if (stats && int64_t(stats.getEpoch()) != epoch)
      stats.clear(epoch);
    else
      remark::missed(observer.getLoc(), remark::RemarkOpts::name("InsertObservers").category("qc-insert-observers"))
          << remark::reason("the value is observed already, as @{0}", observer.getStats());
  }

  void add(Value value, size_t index) {
    std::string symbol;
    do
      symbol = "t" + std::to_string(index++);
    while (symbols.lookup(symbol));
    StringRef name = getValueName(value);
    builder.setInsertionPointToEnd(module.getBody());
    auto stats = StatsOp::create(builder, value.getLoc(), symbol, name.empty() ? symbol : name, epoch);
    symbols.insert(stats);
    setInsertionPointBehind(value);
    ObserveOp::create(builder, value.getLoc(), value, symbol);
  }

  // Behind the definition; arguments are observed in their order.
  void setInsertionPointBehind(Value value) {
    if (Operation *op = value.getDefiningOp())
      return builder.setInsertionPointAfter(op);
    Block::iterator point = cast<BlockArgument>(value).getOwner()->begin();
    while (isa<ObserveOp>(*point))
      ++point;
    builder.setInsertionPoint(value.getParentBlock(), point);
  }

  ModuleOp module;
  SymbolTable symbols;
  OpBuilder builder;
  int64_t epoch;
};
} // namespace

LogicalResult qc::insertObservers(ModuleOp module) {
  FailureOr<func::FuncOp> main = getMainFunction(module);
  if (failed(main))
    return failure();
  Inserter inserter(module);
  for (auto [index, value] : llvm::enumerate(getObservedValues(*main)))
    inserter.insert(value, index);
  return success();
}

namespace {
struct InsertObserversPass final : qc::impl::InsertObserversPassBase<InsertObserversPass> {
  using InsertObserversPassBase::InsertObserversPassBase;
  void runOnOperation() override {
    if (failed(qc::insertObservers(getOperation())))
      signalPassFailure();
  }
};
} // namespace
