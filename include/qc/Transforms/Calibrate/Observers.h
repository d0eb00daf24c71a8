// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which values of a model are observed, and where what was observed on them is written.
#pragma once
#include "dialects/QC/QC.h"
#include "mlir/IR/BuiltinOps.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Calibration/ObserverSet.h"

namespace qc {

/// The ONNX name of `value`: `qc.name` of an argument of the entry function, else the name that its location carries,
/// else nothing.
llvm::StringRef getValueName(mlir::Value value);

/// The values of `main` that are observed, in program order: f32 arguments, and f32 results of operations that are no
/// constants.
llvm::SmallVector<mlir::Value> getObservedValues(mlir::func::FuncOp main);

/// Gives each of them that has none an observer and empty statistics (qc-insert-observers).
mlir::LogicalResult insertObservers(mlir::ModuleOp module);

/// Fails where one of them has no statistics of the module's epoch (qc-verify-calibrated).
mlir::LogicalResult verifyCalibrated(mlir::ModuleOp module);

/// The statistics of values that may be infinite: a softmax reads them as masks (qc/Analysis/Masks.h). Their least
/// value is then -infinity. The texts live as long as the module.
llvm::DenseSet<llvm::StringRef> getSymbolsOfSoftmaxInputs(mlir::ModuleOp module);

/// What the K of `op` reads of its first operand: of a conv, and of a gemm or matmul, with constant weights. Nothing
/// for other operations, and for weights in batches, whose sums have no K of their own.
std::optional<calibration::OperandWindow> getOperandWindow(mlir::Operation *op);

/// Where the elements that the sums of a contraction multiply are seen to vary together.
struct CovarianceSource {
  mlir::Value value;
  calibration::OperandWindow window;
};
/// That of `op`, with constant weights and one group: what its K reads of its first operand. Where that is a mean over
/// all positions of each channel (through reshapes), it is the channels in front: there are as many of these as
/// positions, and few of means. Nothing for other operations.
std::optional<CovarianceSource> findCovarianceSource(mlir::Operation *op);

/// Whether each channel of the result of `op` follows from one channel of its first operand and constant weights of its
/// own: a depthwise convolution of two channels and more.
bool readsChannelsAlone(mlir::Operation *op);

/// For each symbol of statistics of a value of `main` that a contraction with constant weights reads, what is read;
/// windows in program order. With `readsCovariances` these are read too, where contractions have a source of them,
/// which may be a value that only a mean over all positions reads.
llvm::StringMap<calibration::Readers> collectReaders(mlir::func::FuncOp main, bool readsCovariances);

/// What `qc.stats` has for a window.
struct OperandStatistics {
  OperandMeansAttr means;              ///< null where there are none
  mlir::DenseElementsAttr covariances; ///< likewise
};
OperandStatistics findOperandStatistics(StatsOp stats, const calibration::OperandWindow &window);

/// Writes what `observers` saw into the statistics that observers of `@main` name, with the module's epoch and `data`,
/// the hash of the data set; a symbol that `observers` does not hold has seen nothing. Warns of values with NaNs, which
/// are not observed. Fails, naming the value, where one was infinite that no softmax reads as a mask; then nothing is
/// written.
mlir::LogicalResult fillStats(mlir::ModuleOp module, const calibration::ObserverSet &observers, llvm::StringRef data);

} // namespace qc
