// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The sums of a block of rows and columns of kernel.contract, in vectors of 16 columns.
#pragma once
#include "ContractBlocks.h"
#include "Loops.h"
#include "dialects/Kernel/Kernel.h"
#include "mlir/IR/BuiltinTypes.h"
#include "qc/Codegen/Rewrites.h"
#include <array>

namespace qc {

/// Columns in a vector, and in a panel of the packed layouts (two halves of 16).
inline constexpr int64_t kContractLanes = 16, kContractPanel = 32;
/// Weights of 16 columns and 4 k (a row of the packed layout), and rows in a block of 64 k.
inline constexpr int64_t kContractRowBytes = 64, kContractBlockRows = 16;

/// Where a panel's weights are, and how many halves it has (1 or 2).
struct Panel {
  mlir::Value weights, halves;
  mlir::Value column;           ///< its first column in the tile
  mlir::Value multipliers = {}; ///< where its multipliers are, of 4-bit weights
};

/// Some rows of a tile: in the tile, and in the block of rows that is being written.
struct RowRange {
  mlir::Value first, inBlock;
  unsigned count;
};

/// Writes the loops over runs and k (include/qc/Arith/Packing.h has the order of the weights).
///
/// Products of int8 are those of 16-bit pairs, so each group of 4 k of a row of x is split into its even and its odd
/// bytes. As all panels need them, a block of rows is split once, into a buffer on the stack, where it fits there.
///
/// x of 16 bits: where one instruction multiplies bytes, its upper and its lower bytes are two rows (*lines*) of bytes
/// that meet the same weights; else its numbers less 32768 are 16-bit pairs as they are. Of these 64 k have exact sums
/// in 32 bits, which are split where more do not (planes).
class ContractSums {
public:
  ContractSums(mlir::ImplicitLocOpBuilder &b, kernel::ContractOp op, const ContractBlocking &blocking)
      : b(b), ix{b}, op(op), blocking(blocking), isFloat(op.getMma() == kernel::Mma::F32),
        isWide(op.getMma() == kernel::Mma::U16S8) {
    lines = isWide && usesDotProduct() ? 2 : 1;
    parts = usesDotProduct() ? 1 : 2;
  }

  /// `blocking` with as many rows as have their sums in registers.
  static ContractBlocking fitBlocking(kernel::ContractOp op, ContractBlocking blocking);

  /// Writes what all panels share, at the insertion point; to be called first.
  void prepare();
  /// Whether rows can be split before, and the condition for it.
  bool hasSplitRows() const { return bool(splitBuffer); }
  mlir::Value canSplitRows() { return fits; }
  /// Splits rows [firstRow, firstRow + rows), a block; for `write` with `isSplit`.
  void splitRows(mlir::Value firstRow, mlir::Value rows);
  /// Panel number `panel` of the tile.
  Panel getPanel(mlir::Value panel);
  /// Sums of `rows` and of `halves` halves of the panel from `half` on: element r * halves + h; of planes
  /// (2 * r + plane) * halves + h.
  llvm::SmallVector<mlir::Value> write(const Panel &panel, const RowRange &rows, mlir::Value half, unsigned halves,
                                       bool isSplit) {
    if (isFloat)
      return sumFloats(panel, rows.first, rows.count, half, halves);
    if (op.getWeightGroup())
      return sumInt4(panel, rows, half, halves, isSplit);
    return sumIntegers(panel, rows, half, halves, isSplit);
  }
  mlir::Type getSumType() { return isFloat ? mlir::Type(b.getF32Type()) : b.getI32Type(); }

private:
  /// Weights of 4 bits that share a multiplier, in one block.
  struct Int4Step {
    mlir::Value weights, halfStep; ///< its first pair of rows, and how far that of the next half is
    mlir::Value run, tap, row;     ///< its first row in the run
    mlir::Value pairs;             ///< how many there are
  };
  /// A group of 4 k of the lines of some rows, as their even and odd numbers or (vnni) as it is.
  using Group = llvm::SmallVector<std::pair<mlir::Value, mlir::Value>>;

  bool usesDotProduct() { return blocking.vnni && (op.getMma() == kernel::Mma::U8S8 || isWide); }
  llvm::SmallVector<mlir::Value> sumIntegers(const Panel &panel, const RowRange &rows, mlir::Value half,
                                             unsigned halves, bool isSplit);
  llvm::SmallVector<mlir::Value> sumInt4(const Panel &panel, const RowRange &rows, mlir::Value half, unsigned halves,
                                         bool isSplit);
  llvm::SmallVector<mlir::Value> sumPairs(const RowRange &rows, const Int4Step &step, unsigned halves, bool isSplit);
  llvm::SmallVector<mlir::Value> addPair(const Int4Step &step, mlir::Value pair, unsigned halves, const Group x[2],
                                         mlir::ValueRange sums);
  llvm::SmallVector<mlir::Value> multiplyGroup(mlir::ValueRange sums, mlir::Value multipliers, unsigned halves);
  std::array<std::pair<mlir::Value, mlir::Value>, 2> loadPair(mlir::Value at);
  llvm::SmallVector<mlir::Value> addProducts(const Group &w, const Group &x, mlir::ValueRange sums);
  llvm::SmallVector<mlir::Value> sumFloats(const Panel &panel, mlir::Value row, unsigned rows, mlir::Value half,
                                           unsigned halves);
  llvm::SmallVector<mlir::Value> addFloats(mlir::Value weights, mlir::Value row, unsigned halves, const RunPart &part,
                                           mlir::ValueRange sums);
  llvm::SmallVector<mlir::Value> addWeightRow(mlir::Value weights, mlir::Value halfStep, unsigned halves,
                                              const Group &x, mlir::ValueRange sums);
  mlir::Value addDotProducts(mlir::Value sum, mlir::Value x, mlir::Value w);
  Group loadGroup(const RowRange &rows, mlir::Value x, mlir::Value k);
  Group loadSplitGroup(const RowRange &rows, mlir::Value run, mlir::Value k);
  mlir::Value getSplitGroup(mlir::Value row, mlir::Value run, mlir::Value k);
  mlir::Value spread(mlir::Value four);
  mlir::Value hasVectors();
  mlir::Value splatWord(int64_t value);
  llvm::SmallVector<mlir::Value> makeZeros(unsigned count);
  llvm::SmallVector<mlir::Value> makeStarts(const Panel &panel, mlir::Value half, unsigned rows, unsigned halves);
  llvm::SmallVector<mlir::Value> joinPlanes(mlir::ValueRange sums, unsigned halves);
  llvm::SmallVector<mlir::Value> foldSums(mlir::ValueRange sums, mlir::ValueRange block, unsigned halves);
  void splitGroups(mlir::Value from, mlir::Value to, int64_t count);
  llvm::SmallVector<mlir::Value> splitCodes(mlir::Value codes);
  mlir::Value loadTap(mlir::Value run);
  mlir::Value loadWeightRow(mlir::Value at);
  mlir::Value loadFour(mlir::Value at);
  std::pair<mlir::Value, mlir::Value> splitBytes(mlir::Value pairs, bool isSigned);
  mlir::Value multiplyPairs(mlir::Value x, mlir::Value w);
  mlir::VectorType vector(mlir::Type element, int64_t lanes = kContractLanes) {
    return mlir::VectorType::get({lanes}, element);
  }
  mlir::Value load(mlir::VectorType type, mlir::Value buffer, mlir::Value at);

  mlir::ImplicitLocOpBuilder &b;
  IndexWriter ix;
  kernel::ContractOp op;
  ContractBlocking blocking;
  bool isFloat, isWide;
  unsigned lines; ///< rows of bytes (or of 16-bit numbers) in a row of x
  unsigned parts; ///< numbers that a group of a line is split into
  mlir::Value c0, c1;
  mlir::Value halfSize;                  ///< elements of the weights of 16 columns
  mlir::Value rowsPerRun;                ///< int8: rows of 4 k in a run
  mlir::Value pairsPerRun, groupsPerRun; ///< of 4-bit weights
  /// Per row of the block, line and part (even, then odd numbers): the groups of 4 k of all runs, as 32-bit numbers.
  mlir::Value splitBuffer, fits;
};

} // namespace qc
