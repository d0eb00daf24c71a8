// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The sizes of a model (qc/Analysis/Sizes.h) as numbers of @main.
#pragma once
#include "Views.h"
#include "qc/Analysis/Sizes.h"

namespace qc::kernel {

/// Index arithmetic for the expressions of an analysis.
class SizeNumbers {
public:
  SizeNumbers(IndexMath &math, SizeAnalysis sizes) : math(math), sizes(std::move(sizes)) {}

  /// Says which dimension of which buffer the model's symbols are: `bufferOf` gives the buffer of an argument of @main.
  void bindSymbols(llvm::function_ref<mlir::Value(mlir::Value argument)> bufferOf);
  /// Writes the checks that the model needs: ranges of symbols, symbols that stand twice, requirements.
  mlir::LogicalResult writeChecks(mlir::func::FuncOp function,
                                  llvm::function_ref<mlir::Value(mlir::Value argument)> bufferOf);
  /// Writes, where `builder` stands, the checks of what only runs that come to `block` need.
  mlir::LogicalResult writeChecks(mlir::OpBuilder &builder, mlir::Block *block);
  /// Says which number the iteration of a loop is.
  void bindIteration(mlir::Value iteration, mlir::Value number);
  /// The dimensions of a tensor. Fails with a diagnostic where one depends on what a tensor contains.
  mlir::FailureOr<llvm::SmallVector<mlir::OpFoldResult>> getShape(mlir::Value tensor);
  /// The elements of a small integer tensor, and whether they follow from the sizes of the inputs.
  mlir::FailureOr<llvm::SmallVector<mlir::OpFoldResult>> getContents(mlir::Value tensor);
  bool knowsContents(mlir::Value tensor) const;
  const SizeAnalysis &getAnalysis() const { return sizes; }

private:
  mlir::FailureOr<mlir::OpFoldResult> get(mlir::AffineExpr expr, mlir::Location loc);
  mlir::FailureOr<mlir::OpFoldResult> getSymbol(unsigned position, mlir::Location loc);
  mlir::LogicalResult writeRequirement(mlir::OpBuilder &builder, const SizeRequirement &requirement);
  void writeCheck(mlir::OpBuilder &builder, mlir::Location loc, mlir::OpFoldResult a, mlir::OpFoldResult b,
                  const llvm::Twine &what);

  IndexMath &math;
  SizeAnalysis sizes;
  llvm::DenseMap<unsigned, mlir::OpFoldResult> symbols;
  llvm::DenseMap<mlir::AffineExpr, mlir::OpFoldResult> numbers;
};

} // namespace qc::kernel
