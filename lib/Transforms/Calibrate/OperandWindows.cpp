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

/// What is averaged over all positions, where `value` holds such means: one per channel, which is dimension 1.
static Value findAveraged(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  while (auto reshape = value.getDefiningOp<qc::ReshapeOp>())
    value = reshape.getX();
  auto pool = value.getDefiningOp<GlobalAvgPoolOp>();
  if (!pool || type.getRank() < 2)
    return Value();
  ArrayRef<int64_t> pooled = cast<RankedTensorType>(pool.getX().getType()).getShape(), own = type.getShape();
  bool isKept = own[0] == pooled[0] && own[1] == pooled[1] && !ShapedType::isDynamic(own[1]);
  return isKept && llvm::all_of(own.drop_front(2), [](int64_t size) { return size == 1; }) ? pool.getX() : Value();
}

std::optional<CovarianceSource> qc::findCovarianceSource(Operation *op) {
  std::optional<OperandWindow> window = getOperandWindow(op);
  auto conv = dyn_cast<qc::ConvOp>(op);
  if (!window || (conv && conv.getGroup() > 1))
    return std::nullopt;
  bool readsChannels = window->axis == 1 && llvm::all_of(window->kernel, [](int64_t size) { return size == 1; });
  Value averaged = readsChannels ? findAveraged(op->getOperand(0)) : Value();
  if (!averaged)
    return CovarianceSource{op->getOperand(0), std::move(*window)};
  OperandWindow positions;
  positions.kernel.assign(cast<RankedTensorType>(averaged.getType()).getRank() - 2, 1);
  positions.strides = positions.dilations = positions.kernel;
  positions.pads.assign(2 * positions.kernel.size(), 0);
  return CovarianceSource{averaged, std::move(positions)};
}

static void addReader(calibration::Readers::Contraction added, calibration::Readers &readers) {
  auto isSame = [&](const calibration::Readers::Contraction &reader) { return reader.window == added.window; };
  if (auto known = llvm::find_if(readers.contractions, isSame); known != readers.contractions.end())
    known->readsCovariances |= added.readsCovariances;
  else
    readers.contractions.push_back(std::move(added));
}

llvm::StringMap<calibration::Readers> qc::collectReaders(func::FuncOp main, bool readsCovariances) {
  llvm::DenseMap<Value, StringRef> symbols;
  for (auto observe : collectOperations<ObserveOp>(main))
    symbols.try_emplace(observe.getX(), observe.getStats());
  llvm::StringMap<calibration::Readers> readers;
  for (Operation *op : listOperations(main)) {
    std::optional<OperandWindow> window = getOperandWindow(op);
    if (auto symbol = window ? symbols.find(op->getOperand(0)) : symbols.end(); symbol != symbols.end()) {
      readers[symbol->second].byChannel |= readsChannelsAlone(op);
      addReader({std::move(*window), false}, readers[symbol->second]);
    }
    std::optional<CovarianceSource> source = readsCovariances ? findCovarianceSource(op) : std::nullopt;
    if (auto symbol = source ? symbols.find(source->value) : symbols.end(); symbol != symbols.end())
      addReader({std::move(source->window), true}, readers[symbol->second]);
  }
  return readers;
}

OperandStatistics qc::findOperandStatistics(StatsOp stats, const OperandWindow &window) {
  std::optional<ArrayAttr> entries = stats.getOperandMeans(), covariances = stats.getOperandCovariances();
  if (!entries)
    return {};
  for (auto [i, entry] : llvm::enumerate(entries->getAsRange<OperandMeansAttr>())) {
    if (entry.getAxis() != window.axis || entry.getKernel() != ArrayRef(window.kernel) ||
        entry.getStrides() != ArrayRef(window.strides) || entry.getDilations() != ArrayRef(window.dilations) ||
        entry.getPads() != ArrayRef(window.pads))
      continue;
    auto found = covariances ? cast<DenseElementsAttr>((*covariances)[i]) : DenseElementsAttr();
    return {entry, found && found.empty() ? DenseElementsAttr() : found};
  }
  return {};
}
