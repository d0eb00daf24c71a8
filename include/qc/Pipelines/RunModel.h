// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Running loaded models on samples.
#pragma once
#include "mlir/IR/BuiltinOps.h"
#include "qc/Data/DataSet.h"
#include "qc/Target/CPU/LoadedModel.h"

namespace qc {

/// One run's outputs, in the order of a model's outputs.
using Outputs = std::vector<std::vector<char>>;

/// Runs `model` on arrays in its own order.
llvm::Expected<Outputs> runModel(const cpu::LoadedModel &model, llvm::ArrayRef<data::Tensor> inputs);

/// What data for @main is: sequences where it has state, rows where those can be given in any number.
data::Feed getFeed(mlir::ModuleOp module);
/// The data set `path` for the inputs of @main, which stand first of its arguments. Fails after a diagnostic.
mlir::FailureOr<data::DataSet> openSamples(mlir::ModuleOp module, llvm::StringRef path,
                                           llvm::ArrayRef<std::string> ignoredKeys);
/// Runs of the model that a sample is: of a sequence its steps.
std::vector<llvm::SmallVector<data::Tensor, 4>> splitSample(llvm::ArrayRef<data::Tensor> sample, data::Feed feed);

/// The elements as numbers.
std::vector<double> toDoubles(qc_dtype type, llvm::ArrayRef<char> bytes);

} // namespace qc
