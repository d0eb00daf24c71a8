// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Row operations on floats, step by step as their descriptions say.
#include "Rows.h"
#include "dialects/Dyadic/Dyadic.h"
#include "qc/Arith/FloatFunctions.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;
namespace f32 = qc::numerics::f32;

using F = EmittedFloat;

static RowStage makeStage(RowStage::Kind kind) {
  return {kind, [](F x, RowNumbers) { return x; }, [](F gathered, F, RowNumbers) { return gathered; }};
}

// max x, then the sum of exp(x - max).
static SmallVector<RowStage> makeExpSum() {
  RowStage sum = makeStage(RowStage::Sum);
  sum.term = [](F x, RowNumbers n) { return f32::exp(x - n[0]); };
  return {makeStage(RowStage::Max), sum};
}

static RowForm makeSoftmax(SoftmaxOp op) {
  RowForm form{{int64_t(op.getAxis())}, {}, makeExpSum(), {}, {}};
  form.each = [](F x, RowNumbers n, ArrayRef<F>) { return f32::exp(x - n[0]) / n[1]; };
  return form;
}

static RowForm makeLogSoftmax(LogSoftmaxOp op) {
  RowForm form{{int64_t(op.getAxis())}, {}, makeExpSum(), {}, {}};
  form.stages[1].finish = [](F sum, F, RowNumbers) { return f32::log(sum); };
  form.each = [](F x, RowNumbers n, ArrayRef<F>) { return f32::canonical((x - n[0]) - n[1]); };
  return form;
}

static SmallVector<RowStage> makeLogSumExp() {
  SmallVector<RowStage> stages = makeExpSum();
  stages[0].finish = [](F m, F, RowNumbers) { return select(f32::magnitude(m) < f32::infinity, m, like(m, 0.0f)); };
  stages[1].finish = [](F sum, F, RowNumbers n) { return f32::log(sum) + n[0]; };
  return stages;
}

static SmallVector<RowStage> makeReduction(ReduceKind kind) {
  RowStage stage = makeStage(RowStage::Sum);
  switch (kind) {
  case ReduceKind::Sum:
    break;
  case ReduceKind::Mean:
    stage.finish = [](F sum, F count, RowNumbers) { return sum / count; };
    break;
  case ReduceKind::Max:
    stage.kind = RowStage::Max;
    break;
  case ReduceKind::Min:
    stage.kind = RowStage::Min;
    break;
  case ReduceKind::Prod:
    stage.kind = RowStage::Product;
    break;
  case ReduceKind::L1:
    stage.term = [](F x, RowNumbers) { return f32::magnitude(x); };
    break;
  case ReduceKind::L2:
    stage.finish = [](F sum, F, RowNumbers) { return f32::squareRoot(sum); };
    [[fallthrough]];
  case ReduceKind::SumSquare:
    stage.term = [](F x, RowNumbers) { return x * x; };
    break;
  case ReduceKind::LogSum:
    stage.finish = [](F sum, F, RowNumbers) { return f32::log(sum); };
    break;
  case ReduceKind::LogSumExp:
    return makeLogSumExp();
  }
  stage.finish = [finish = stage.finish](F gathered, F count, RowNumbers numbers) {
    return f32::canonical(finish(gathered, count, numbers));
  };
  return {stage};
}

static RowForm makeNormalize(NormalizeOp op) {
  RowForm form{llvm::to_vector(op.getAxes()), {op.getEpsilonAttr()}, {}, {}, {}};
  bool isCentered = op.getCentered(), hasScale = bool(op.getScale()), hasBias = bool(op.getBias());
  // Numbers: epsilon, the mean if it is taken away, the factor.
  auto center = [=](F x, RowNumbers n) { return isCentered ? x - n[1] : x; };
  if (isCentered) {
    RowStage mean = makeStage(RowStage::Sum);
    mean.finish = [](F sum, F count, RowNumbers) { return sum / count; };
    form.stages.push_back(mean);
  }
  RowStage variance = makeStage(RowStage::Sum);
  variance.term = [=](F x, RowNumbers n) {
    F d = center(x, n);
    return d * d;
  };
  variance.finish = [](F sum, F count, RowNumbers n) { return f32::reciprocalSquareRoot(sum / count + n[0]); };
  form.stages.push_back(variance);
  for (unsigned operand = 1; operand < op->getNumOperands(); ++operand)
    form.operands.push_back(operand);
  form.each = [=](F x, RowNumbers n, ArrayRef<F> operands) {
    F y = center(x, n) * n.back();
    if (hasScale && hasBias)
      return f32::canonical(fma(y, operands[0], operands[1]));
    return f32::canonical(hasScale ? y * operands[0] : hasBias ? y + operands[0] : y);
  };
  return form;
}

std::optional<RowForm> qc::kernel::describeRow(Operation *op) {
  return TypeSwitch<Operation *, std::optional<RowForm>>(op)
      .Case<SoftmaxOp>([](SoftmaxOp softmax) { return makeSoftmax(softmax); })
      .Case<LogSoftmaxOp>([](LogSoftmaxOp softmax) { return makeLogSoftmax(softmax); })
      .Case<NormalizeOp>([](NormalizeOp normalize) { return makeNormalize(normalize); })
      .Case<ReduceOp>([](ReduceOp reduce) -> std::optional<RowForm> {
        if (!cast<RankedTensorType>(reduce.getX().getType()).getElementType().isF32())
          return std::nullopt;
        return RowForm{llvm::to_vector(reduce.getAxes()), {}, makeReduction(reduce.getKind()), {}, {}};
      })
      .Default(std::nullopt);
}

bool qc::kernel::isRowOperation(Operation *op) {
  return isa<SoftmaxOp, LogSoftmaxOp, NormalizeOp, ReduceOp, ArgReduceOp, TopKOp, CumSumOp, dyadic::RowMaxOp,
             dyadic::RowReciprocalOp, dyadic::RowSumOp, dyadic::RowRootOp>(op);
}

SmallVector<int64_t> qc::kernel::getRowAxes(Operation *op) {
  return TypeSwitch<Operation *, SmallVector<int64_t>>(op)
      .Case<NormalizeOp, ReduceOp, dyadic::RowSumOp, dyadic::RowRootOp>(
          [](auto row) { return llvm::to_vector(row.getAxes()); })
      .Case<SoftmaxOp, LogSoftmaxOp, ArgReduceOp, TopKOp, CumSumOp, dyadic::RowMaxOp, dyadic::RowReciprocalOp>(
          [](auto row) { return SmallVector<int64_t>{int64_t(row.getAxis())}; });
}
