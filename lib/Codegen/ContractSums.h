// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The sums of a block of rows and columns of kernel.contract, in vectors of 16 columns.
#pragma once
#include "Loops.h"
#include "dialects/Kernel/Kernel.h"
#include "mlir/IR/BuiltinTypes.h"

namespace qc {

/// Columns in a vector, and in a panel of the packed layouts (two halves of 16).
inline constexpr int64_t kContractLanes = 16, kContractPanel = 32;

/// Where a panel's weights are, and how many halves it has (1 or 2).
struct Panel {
  mlir::Value weights, halves;
};

/// Writes the loops over runs and k (include/qc/Arith/Packing.h has the order of the weights).
class ContractSums {
public:
  ContractSums(mlir::ImplicitLocOpBuilder &b, kernel::ContractOp op)
      : b(b), ix{b}, op(op), isFloat(op.getMma() == kernel::Mma::F32) {}

  /// Writes what all panels share, at the insertion point; to be called first.
  void prepare();
  /// Panel number `panel` of the tile.
  Panel getPanel(mlir::Value panel);
  /// Sums of rows [row, row + rows) and of `halves` halves of the panel from `half` on: element r * halves + h.
  llvm::SmallVector<mlir::Value> write(const Panel &panel, mlir::Value row, unsigned rows, mlir::Value half,
                                       unsigned halves) {
    return isFloat ? sumFloats(panel, row, rows, half, halves) : sumIntegers(panel, row, rows, half, halves);
  }
  mlir::Type getSumType() { return isFloat ? mlir::Type(b.getF32Type()) : b.getI32Type(); }

private:
  llvm::SmallVector<mlir::Value> sumIntegers(const Panel &panel, mlir::Value row, unsigned rows, mlir::Value half,
                                             unsigned halves);
  llvm::SmallVector<mlir::Value> sumFloats(const Panel &panel, mlir::Value row, unsigned rows, mlir::Value half,
                                           unsigned halves);
  llvm::SmallVector<mlir::Value> addWeightRow(mlir::Value weights, mlir::Value halfStep, unsigned halves,
                                              mlir::ValueRange x, mlir::ValueRange sums);
  llvm::SmallVector<mlir::Value> makeZeros(unsigned count);
  mlir::Value loadTap(mlir::Value run);
  mlir::Value loadWeightRow(mlir::Value at);
  mlir::Value loadActivations(mlir::Value at);
  std::pair<mlir::Value, mlir::Value> splitBytes(mlir::Value pairs, bool isSigned);
  mlir::Value multiplyPairs(mlir::Value x, mlir::Value w);
  mlir::VectorType vector(mlir::Type element, int64_t lanes = kContractLanes) {
    return mlir::VectorType::get({lanes}, element);
  }
  mlir::Value load(mlir::VectorType type, mlir::Value buffer, mlir::Value at);

  mlir::ImplicitLocOpBuilder &b;
  IndexWriter ix;
  kernel::ContractOp op;
  bool isFloat;
  mlir::Value c0, c1;
  mlir::Value halfSize;   ///< elements of the weights of 16 columns
  mlir::Value rowsPerRun; ///< int8: rows of 4 k in a run
};

} // namespace qc
