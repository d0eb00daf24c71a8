// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The two sides of a verification, and the samples that both see.
#pragma once
#include "mlir/IR/OwningOpRef.h"
#include "qc/Commands/VerifyCommand.h"
#include "qc/Pipelines/RunModel.h"

namespace qc {

/// The artefact, seen with the reference's inputs and outputs in the reference's order.
class Candidate {
public:
  /// Errors: an input or output that only one side has, or that differs in type or shape.
  static llvm::Expected<Candidate> match(std::unique_ptr<cpu::LoadedModel> model, llvm::ArrayRef<TensorSpec> inputs,
                                         llvm::ArrayRef<TensorSpec> outputs);
  /// Runs a sample, which has the reference's inputs.
  llvm::Expected<Outputs> run(llvm::ArrayRef<data::Tensor> sample) const;
  /// The artefact's state as it is at first.
  llvm::Error reset() const { return model->reset(); }

private:
  std::unique_ptr<cpu::LoadedModel> model;
  llvm::SmallVector<size_t> inputs, outputs; ///< by number of the model's own: the reference's
};

/// "float32 1x3x8x8".
std::string describe(const TensorSpec &tensor);

/// The command's data for those inputs.
llvm::Expected<data::DataSet> openData(const VerifyCommand &command, llvm::ArrayRef<TensorSpec> inputs,
                                       data::Feed feed);
/// Inputs and outputs of @main, without state, as an artefact has them. Fails with a diagnostic on a type that no
/// artefact has.
mlir::FailureOr<std::pair<std::vector<TensorSpec>, std::vector<TensorSpec>>> getBorders(mlir::ModuleOp module);

} // namespace qc
