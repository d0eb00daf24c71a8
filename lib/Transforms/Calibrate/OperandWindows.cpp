// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What contractions with constant weights read of their activation.
#include "qc/Analysis/MainFunction.h"
#include "qc/Transforms/Calibrate/Observers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace qc;
using calibration::OperandWindow;

static OperandWindow getWindow(qc::ConvOp conv) {
  OperandWindow window;
  auto weights = cast<RankedTensorType>(conv.getW().getType());
  window.kernel.assign(weights.getShape().begin() + 2, weights.getShape().end());
  window.strides.assign(conv.getStrides().begin(), conv.getStrides().end());
  window.dilations.assign(conv.getDilations().begin(), conv.getDilations().end());
  window.pads.assign(conv.getPads().begin(), conv.getPads().end());
  return window;
}

static OperandWindow getMatrixWindow(int64_t axis) {
  OperandWindow window;
  window.axis = axis;
  return window;
}

std::optional<OperandWindow> qc::getOperandWindow(Operation *op) {
  auto form = dyn_cast<IntegerFormOpInterface>(op);
  std::optional<unsigned> weight = form ? form.getWeightOperand() : std::nullopt;
  if (!weight || !getConstantValue(op->getOperand(*weight)))
    return std::nullopt;
  return TypeSwitch<Operation *, std::optional<OperandWindow>>(op)
      .Case([](qc::ConvOp conv) { return getWindow(conv); })
      .Case([](GemmOp gemm) { return getMatrixWindow(gemm.getTransA() ? 0 : 1); })
      .Case([](qc::MatMulOp product) -> std::optional<OperandWindow> {
        if (cast<RankedTensorType>(product.getB().getType()).getRank() != 2)
          return std::nullopt;
        return getMatrixWindow(cast<RankedTensorType>(product.getA().getType()).getRank() - 1);
      })
      .Default(std::nullopt);
}

bool qc::readsChannelsAlone(Operation *op) {
  auto conv = dyn_cast<qc::ConvOp>(op);
  if (!conv || !getConstantValue(conv.getW()))
    return false;
  return conv.getGroup() > 1 && cast<RankedTensorType>(conv.getW().getType()).getDimSize(1) == 1;
}

llvm::StringMap<calibration::Readers> qc::collectReaders(func::FuncOp main) {
  llvm::DenseMap<Value, StringRef> symbols;
  for (auto observe : collectOperations<ObserveOp>(main))
    symbols.try_emplace(observe.getX(), observe.getStats());
  llvm::StringMap<calibration::Readers> readers;
  for (Operation *op : listOperations(main)) {
    std::optional<OperandWindow> window = getOperandWindow(op);
    auto symbol = window ? symbols.find(op->getOperand(0)) : symbols.end();
    if (symbol == symbols.end())
      continue;
    calibration::Readers &known = readers[symbol->second];
    known.byChannel |= readsChannelsAlone(op);
    if (!llvm::is_contained(known.windows, *window))
      known.windows.push_back(std::move(*window));
  }
  return readers;
}

OperandMeansAttr qc::findOperandMeans(StatsOp stats, const OperandWindow &window) {
  std::optional<ArrayAttr> entries = stats.getOperandMeans();
  if (!entries)
    return {};
  for (auto entry : entries->getAsRange<OperandMeansAttr>())
    if (entry.getAxis() == window.axis && entry.getKernel() == ArrayRef(window.kernel) &&
        entry.getStrides() == ArrayRef(window.strides) && entry.getDilations() == ArrayRef(window.dilations) &&
        entry.getPads() == ArrayRef(window.pads))
      return entry;
  return {};
}
