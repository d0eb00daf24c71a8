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

// N, from the result or from b: a result type may know less.
static int64_t getColumns(GemmOp op) {
  int64_t columns = getShapeOf(op.getY())[1];
  return ShapedType::isDynamic(columns) ? getShapeOf(op.getB())[op.getTransB() ? 0 : 1] : columns;
}

static std::string refuseGemm(GemmOp op) {
  if (op.getAlpha().convertToFloat() != 1.0f || (op.getC() && op.getBeta().convertToFloat() != 1.0f))
    return "gemm has an integer form only with alpha = 1 and beta = 1";
  if (op.getC() && (getTensor(op.getC()).getRank() != 1 || getShapeOf(op.getC())[0] != getColumns(op)))
    return "gemm has an integer form only where c has one value per column";
  return {};
}

static std::string refuseContraction(QuantizationOpInterface op) {
  if (auto gemm = dyn_cast<GemmOp>(*op))
    if (std::string reason = refuseGemm(gemm); !reason.empty())
      return reason;
  if (isa<qc::ConvOp>(*op) && !isConstant(op->getOperand(1)))
    return "conv has an integer form only with constant weights";
  if (int64_t axis = op.getWeightChannelAxis(); axis >= 0 && getShapeOf(op->getOperand(1))[axis] == 0)
    return "it has no output channels";
  if (std::optional<unsigned> bias = op.getBiasOperand())
    if (!isConstant(op->getOperand(*bias)))
      return "the bias is computed, an integer form needs a constant one";
  return {};
}

int64_t qc::getReductionDepth(Operation *product) {
  auto gemm = dyn_cast<GemmOp>(product);
  ArrayRef<int64_t> a = getShapeOf(product->getOperand(0)), b = getShapeOf(product->getOperand(1));
  int64_t depth = gemm && gemm.getTransA() ? a.front() : a.back();
  if (ShapedType::isDynamic(depth))
    depth = gemm && gemm.getTransB() ? b.back() : b[b.size() < 2 ? 0 : b.size() - 2];
  return ShapedType::isDynamic(depth) ? -1 : depth;
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
