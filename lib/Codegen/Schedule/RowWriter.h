// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The text of one row of a kernel: element by element, or in vectors along the row.
#pragma once
#include "KernelWriter.h"
#include "Rows.h"
#include "Sums.h"
#include "dialects/Dyadic/Dyadic.h"

namespace qc::kernel {

/// Elements of a vector along a row: one for each partial sum.
constexpr int64_t kRowLanes = 16;

/// Reads and writes the rows of a RowSpace. Usage: made before the nest is written, `begin` inside of it for each row.
class RowWriter {
public:
  RowWriter(KernelWriter &writer, const RowSpace &space);
  /// Indices of the outer dimensions of the row that is written now.
  void begin(mlir::ValueRange outer) { indices.assign(outer.begin(), outer.end()); }

  /// All stages and, where the form has it, what is done per element.
  void write(const RowForm &form, llvm::ArrayRef<mlir::Value> formNumbers);

  mlir::Value getLength() const { return length; }
  /// Whether elements of a row of x lie one behind the other.
  bool isContiguous() const { return isRowContiguous; }
  /// Elements of a contiguous row from `first` on, as a vector.
  mlir::Value loadXs(mlir::Value first, int64_t lanes);
  mlir::Value load(const Access &access, mlir::Value k) { return writer.load(access, at(k)); }
  mlir::Value loadX(mlir::Value k) { return load(x, k); }
  /// Of an operand beside x.
  mlir::Value loadOperand(unsigned operand, mlir::Value k) { return load(operands[operand], k); }
  void storeY(mlir::Value v, mlir::Value k) { writer.store(v, y, at(k)); }
  /// for (k = 0 ... length - 1) values = body(k, values)
  llvm::SmallVector<mlir::Value>
  loop(mlir::ValueRange inits,
       llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value k, mlir::ValueRange)> body);

private:
  llvm::SmallVector<mlir::Value> at(mlir::Value k);
  mlir::Value gather(const RowStage &stage, RowNumbers numbers);
  mlir::Value gatherPartials(const RowStage &stage, RowNumbers numbers);
  mlir::Value gatherAlong(const RowStage &stage, RowNumbers numbers);
  mlir::Value foldAlong(RowStage::Kind kind, mlir::Value groups, mlir::Value neutral,
                        llvm::function_ref<mlir::Value(mlir::Value group)> term);
  mlir::Value loadGroup(mlir::Value first);
  mlir::Value makeLanes(mlir::Value first);
  void writeEach(const RowForm &form, RowNumbers numbers);
  void writeElements(const RowForm &form, RowNumbers numbers);
  void writeVectors(const RowForm &form, RowNumbers numbers);
  mlir::Value loadVector(const Access &access, mlir::Value first);
  mlir::Value broadcast(mlir::Value scalar);
  EmittedFloat wrap(mlir::Value v) { return {&writer.body(), v}; }

  KernelWriter &writer;
  mlir::OpFoldResult knownLength;
  mlir::Value length;
  llvm::SmallVector<mlir::Value> rowSizes; ///< of all dimensions of a row but the first
  Access x, y;
  llvm::SmallVector<Access> operands;
  bool isRowContiguous;
  bool isAlong; ///< floats, all of which lie so that vectors go along the row
  mlir::VectorType vectorType;
  llvm::SmallVector<mlir::Value> indices;
};

/// The text of a row operation without a form: integer reductions, positions of extremes, running sums. `numbers` are
/// those of `listRowNumbers`.
void writeRowLoop(KernelWriter &writer, RowWriter &row, mlir::Operation *op, mlir::ValueRange numbers);
/// Numbers of the model that the text of such an operation needs: arguments of its kernel.
llvm::SmallVector<mlir::TypedAttr> listRowNumbers(mlir::Operation *op);
/// That of rows of codes (RowCodes.cpp).
void writeRowMax(KernelWriter &writer, RowWriter &row, dyadic::RowMaxOp op);
void writeRowReciprocal(KernelWriter &writer, RowWriter &row);
void writeRowSum(KernelWriter &writer, RowWriter &row, dyadic::RowSumOp op, mlir::Value zero);
/// `numbers`: zero point, elements of a row, epsilon.
void writeRowRoot(KernelWriter &writer, RowWriter &row, dyadic::RowRootOp op, mlir::ValueRange numbers);

} // namespace qc::kernel
