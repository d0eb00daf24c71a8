// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scale and zero point of values, from statistics and constants.
#include "Parameters.h"
#include "mlir/IR/Remarks.h"
#include "qc/Analysis/MainFunction.h"
#include <cmath>

using namespace mlir;
using namespace qc;

FailureOr<ActivationParams> ActivationParams::take(func::FuncOp main) {
  ActivationParams result;
  auto module = main->getParentOfType<ModuleOp>();
  SymbolTable symbols(module);
  int64_t epoch = getEpoch(module);
  for (ObserveOp observe : collectOperations<ObserveOp>(main)) {
    auto stats = symbols.lookup<StatsOp>(observe.getStats());
    if (stats && int64_t(stats.getEpoch()) != epoch)
      return LogicalResult(observe.emitOpError("expects statistics of the module's epoch ")
                           << epoch << ", got " << stats.getEpoch());
    result.statistics.try_emplace(observe.getX(), stats);
    observe.erase();
  }
  return result;
}

/// Finite or infinite; NaN is not observed.
template <typename Range> static void observe(float x, Range &range) {
  if (std::isnan(x))
    return;
  range.min = range.count == 0 ? x : std::min(range.min, x);
  range.max = range.count == 0 ? x : std::max(range.max, x);
  ++range.count;
}

FailureOr<ActivationParams::Range> ActivationParams::getRange(Value value) const {
  Range range;
  if (ElementsAttr elements = getConstantValue(value)) {
    std::optional<TensorValue> tensor = getTensorValue(elements);
    if (!tensor)
      return LogicalResult(emitError(value.getLoc(), "expects the constant's data"));
    for (float x : tensor->getData<float>())
      observe(x, range);
    return range;
  }
  StatsOp stats = statistics.lookup(value);
  if (!stats)
    return LogicalResult(emitError(value.getLoc(), "expects statistics of the value that is to be quantized: its "
                                                   "module must be calibrated"));
  return Range{stats.getMin().convertToFloat(), stats.getMax().convertToFloat(), int64_t(stats.getCount())};
}

FailureOr<CodeParams> ActivationParams::get(Value value) {
  if (auto found = known.find(value); found != known.end())
    return found->second;
  FailureOr<Range> range = getRange(value);
  if (failed(range))
    return failure();
  std::optional<numerics::QuantParams> chosen = numerics::chooseActivation(range->min, range->max);
  if (!chosen)
    return LogicalResult(emitError(value.getLoc(), "expects finite ")
                         << (getConstantValue(value) ? "constants" : "observed values") << ", got a range from "
                         << range->min << " to " << range->max);
  CodeParams params{chosen->scale, chosen->zeroPoint, numerics::CodeType::UI8};
  known[value] = params;
  auto type = cast<RankedTensorType>(value.getType());
  bool isEmpty = type.hasStaticShape() && type.getNumElements() == 0;
  if (range->min == 0 && range->max == 0 && !isEmpty)
    unusual[value] = std::string(range->count == 0 ? "the value was never observed" : "every observed value is 0") +
                     ": scale 1, zero point 0";
  return params;
}

void ActivationParams::reportUnusual(Value value) {
  auto found = unusual.find(value);
  if (found == unusual.end())
    return;
  remark::missed(value.getLoc(), remark::RemarkOpts::name("Parameters").category("qc-quantize"))
      << remark::reason("{0}", found->second);
  unusual.erase(found);
}
