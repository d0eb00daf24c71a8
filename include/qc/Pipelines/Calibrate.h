// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The calibrate phase: the model is run on data, as the product is, and what its values were is written into it.
#pragma once
#include "mlir/IR/BuiltinOps.h"
#include "qc/Target/CPU/Levels.h"
#include "llvm/ADT/StringRef.h"

namespace qc {

class KernelCache;

/// How the model is run on the data. None of it changes what is measured, but for a level without FMA.
struct CalibrateOptions {
  unsigned threads = 0;         ///< samples that are run at a time, and kernels that are compiled; 0: one per core
  bool quiet = false;           ///< no progress on standard error
  KernelCache *cache = nullptr; ///< optional: objects of kernels, for several compilations in one process
  bool readsCovariances =
      false; ///< also how what contractions read varies together, which weights of 4 bits are rounded by
  std::vector<std::string> ignoredKeys;              ///< arrays of .npz files that are not for the model
  const cpu::Level *level = &cpu::getDefaultLevel(); ///< code that is run; ranges are the same at every level with FMA
};

/// Takes a module behind prepare (or calibrate, to measure again) behind calibrate: every value that may be quantized
/// gets a `qc.stats` of the module's epoch (qc-insert-observers), filled with the statistics of the value over all
/// samples of `dataPath` (include/qc/Data/DataSet.h says what that may be) and the hash of the data; `qc.phase` becomes
/// "calibrate".
///
/// What runs is the float model as loadFloatModel makes it. Statistics depend on the samples only: neither on
/// their order nor on the number of threads; the hash depends on their order too. Memory is a workspace per thread and
/// a file of data, and 28 K^2 bytes per thread and contraction where covariances are read.
///
/// Samples must have the model's input types and static shapes. Elements of f32 inputs must be finite: NaN or infinity
/// in the data is an error that names input, element and sample. Inputs of other types (i64, i1, codes) are handed to
/// the model as they are, count in the hash, and are not observed. A value of the model that is infinite in some sample
/// is an error that names it; one with NaNs leaves a warning, NaN is not observed. A value that is NaN in all samples
/// is calibrated, too: its statistics have count 0. An input without elements in all samples is an error, unless its
/// type has none. Where the model refuses to run on a sample, the error names the file.
///
/// Fails after a diagnostic; the module may have empty observers then, and has its old phase.
mlir::LogicalResult calibrate(mlir::ModuleOp module, llvm::StringRef dataPath, const CalibrateOptions &options = {});

} // namespace qc
