// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What has no integer form whatever its scales are.
#include "qc/Analysis/IntegerForm.h"
#include "dialects/QC/Verification.h"

using namespace mlir;
using namespace qc;

static bool isConstant(Value value) {
  if (auto dequantize = value.getDefiningOp<DequantizeOp>())
    value = dequantize.getQ();
  return value.getDefiningOp<qc::ConstantOp>() != nullptr;
}

static std::string refuseGemm(GemmOp op) {
  if (op.getAlpha().convertToFloat() != 1.0f || (op.getC() && op.getBeta().convertToFloat() != 1.0f))
    return "gemm has an integer form only with alpha = 1 and beta = 1";
  if (op.getC() && (getTensor(op.getC()).getRank() != 1 || getShapeOf(op.getC())[0] != getShapeOf(op.getY())[1]))
    return "gemm has an integer form only where c has one value per column";
  return {};
}

static std::string refuseContraction(QuantizationOpInterface op) {
  if (auto gemm = dyn_cast<GemmOp>(*op))
    if (std::string reason = refuseGemm(gemm); !reason.empty())
      return reason;
  if (isa<qc::ConvOp>(*op) && !isConstant(op->getOperand(1)))
    return "conv has an integer form only with constant weights";
  if (std::optional<unsigned> bias = op.getBiasOperand())
    if (!isConstant(op->getOperand(*bias)))
      return "the bias is computed, an integer form needs a constant one";
  return {};
}

WindowCounts qc::getWindowCounts(Operation *pool) {
  if (auto global = dyn_cast<GlobalAvgPoolOp>(pool))
    return getGlobalWindowCounts(getShapeOf(global.getX()));
  auto op = cast<AvgPoolOp>(pool);
  return getWindowCounts(getShapeOf(op.getX()), op.getKernel(),
                         WindowAttributes{op.getStrides(), op.getPads(), op.getDilations()}, op.getCeilMode(),
                         op.getCountIncludePad());
}

std::string qc::refuseIntegerForm(Operation *op) {
  auto interface = dyn_cast<QuantizationOpInterface>(op);
  if (!interface)
    return "the operation has no integer form yet";
  switch (interface.getQuantRole()) {
  case QuantRole::Island:
    return interface.getIslandReason().str();
  case QuantRole::Contraction:
    return refuseContraction(interface);
  case QuantRole::AveragePool:
    return getWindowCounts(op).reason;
  case QuantRole::Add:
  case QuantRole::Mul:
  case QuantRole::Unary:
  case QuantRole::PassThrough:
  case QuantRole::Concat:
    return {};
  }
  return {};
}
