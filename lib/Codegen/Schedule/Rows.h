// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operations along dimensions: what is gathered over a row and what is done per element with it.
#pragma once
#include "Views.h"
#include "qc/Codegen/EmittedFloat.h"
#include <functional>

namespace qc::kernel {

/// The numbers of a row: those of the form, then one per stage that is done.
using RowNumbers = llvm::ArrayRef<EmittedFloat>;

/// One walk along a row. Sums and products have the sixteen partials of docs/Numerics.md.
struct RowStage {
  enum Kind { Sum, Product, Max, Min } kind;
  /// What is gathered for element x.
  std::function<EmittedFloat(EmittedFloat x, RowNumbers numbers)> term;
  /// What the stage's number is; `count` is the row's length as a float.
  std::function<EmittedFloat(EmittedFloat gathered, EmittedFloat count, RowNumbers numbers)> finish;
};

/// A row operation on floats. Texts are written for single elements and for vectors of them.
struct RowForm {
  llvm::SmallVector<int64_t> axes;
  llvm::SmallVector<mlir::TypedAttr> numbers; ///< arguments of the kernel
  llvm::SmallVector<RowStage> stages;
  llvm::SmallVector<unsigned> operands; ///< operands beside x that `each` reads, broadcast to x
  /// The result's element; null where the result has one element per row, the last stage's number.
  std::function<EmittedFloat(EmittedFloat x, RowNumbers numbers, llvm::ArrayRef<EmittedFloat> operands)> each;
};

/// Nothing where `op` is no row operation on floats.
std::optional<RowForm> describeRow(mlir::Operation *op);
/// Whether `op` walks along rows: those that have a form, and the others.
bool isRowOperation(mlir::Operation *op);
/// The dimensions that a row operation's rows are made of.
llvm::SmallVector<int64_t> getRowAxes(mlir::Operation *op);

/// The dimensions of a row operation: outer ones in the order of the result's memory, then those of a row, neighbours
/// merged where every view walks them as one. Views have all of these dimensions; the result of a reduction has stride
/// 0 along rows.
struct RowSpace {
  llvm::SmallVector<mlir::OpFoldResult> outer, row; ///< at least one outer
  mlir::OpFoldResult length;                        ///< of a row
  View x, y;
  llvm::SmallVector<View> operands;
};

} // namespace qc::kernel
