// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where the elements of a tensor lie: a buffer, an offset and a stride per dimension, known or computed.
#pragma once
#include "dialects/Kernel/Kernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/OpDefinition.h"

namespace qc::kernel {

/// Index arithmetic in @main on numbers that are mostly known: constants fold, the rest becomes `arith`, equal numbers
/// one value. Nothing is divided by 0, whatever the numbers are. It stands where the builder writes, in front of all
/// launches; what depends on a number of a loop or branch stands behind that number.
class IndexMath {
public:
  IndexMath(mlir::OpBuilder &builder, mlir::Location loc) : builder(builder), loc(loc) {}
  mlir::OpBuilder &getBuilder() { return builder; }
  mlir::OpFoldResult constant(int64_t value) { return builder.getIndexAttr(value); }
  mlir::OpFoldResult add(mlir::OpFoldResult a, mlir::OpFoldResult b);
  mlir::OpFoldResult sub(mlir::OpFoldResult a, mlir::OpFoldResult b);
  mlir::OpFoldResult mul(mlir::OpFoldResult a, mlir::OpFoldResult b);
  /// ceil(a / b) for a >= 0, b > 0.
  mlir::OpFoldResult ceilDiv(mlir::OpFoldResult a, mlir::OpFoldResult b);
  /// floor(a / b) for b > 0.
  mlir::OpFoldResult floorDiv(mlir::OpFoldResult a, mlir::OpFoldResult b);
  mlir::OpFoldResult min(mlir::OpFoldResult a, mlir::OpFoldResult b);
  mlir::OpFoldResult max(mlir::OpFoldResult a, mlir::OpFoldResult b);
  /// yes where the comparison of a and b (eq, ne, slt) holds, else no.
  mlir::OpFoldResult select(mlir::arith::CmpIPredicate predicate, mlir::OpFoldResult a, mlir::OpFoldResult b,
                            mlir::OpFoldResult yes, mlir::OpFoldResult no);
  /// Dimension d of a buffer of the caller.
  mlir::OpFoldResult dimension(mlir::Value buffer, int64_t d);
  /// The number as an SSA value.
  mlir::Value value(mlir::OpFoldResult v);

private:
  enum class Kind { Add, Sub, Mul, CeilDiv, FloorDiv, Min, Max, Dimension };
  mlir::OpFoldResult share(Kind kind, mlir::OpFoldResult a, mlir::OpFoldResult b,
                           llvm::function_ref<mlir::Value(mlir::Value, mlir::Value)> create);
  mlir::Value divisor(mlir::Value b);
  /// Where a number that is made of these is written.
  mlir::OpBuilder placeBehind(mlir::ArrayRef<mlir::Value> numbers);

  mlir::OpBuilder &builder;
  mlir::Location loc;
  llvm::DenseMap<std::tuple<int, void *, void *>, mlir::Value> known;
  llvm::DenseMap<std::tuple<int, void *, void *, void *, void *>, mlir::Value> selected;
};

/// Nothing where the number is not known.
std::optional<int64_t> getKnown(mlir::OpFoldResult v);
bool isKnown(mlir::OpFoldResult v, int64_t value);

/// Element (i_0, ...) of the tensor is element `offset + sum i_d * strides[d]` of the flat buffer.
struct View {
  mlir::Value buffer; ///< one-dimensional memref, or an argument of @main
  mlir::OpFoldResult offset;
  llvm::SmallVector<mlir::OpFoldResult> shape, strides;
  mlir::Type element; ///< of the tensor: with signedness

  int64_t getRank() const { return shape.size(); }
  /// Known dimensions, kDynamic for the others.
  llvm::SmallVector<int64_t> getStaticShape() const;
};

/// Where a tensor of `shape` lies in a buffer of its own with `layout`.
View makeView(IndexMath &math, mlir::Value buffer, mlir::Type element, LayoutAttr layout,
              llvm::ArrayRef<mlir::OpFoldResult> shape);
/// Elements of that buffer, halo included.
mlir::OpFoldResult getBufferSize(IndexMath &math, LayoutAttr layout, llvm::ArrayRef<mlir::OpFoldResult> shape);

/// `view` seen under `shape` with numpy's broadcasting: new or stretched dimensions have stride 0.
View broadcastView(IndexMath &math, const View &view, llvm::ArrayRef<mlir::OpFoldResult> shape);
/// Whether dimension `d` is known to advance by one element.
bool hasUnitStride(const View &view, int64_t d);
/// Whether both are known to enumerate the same elements in the same order, row-major.
bool isContiguousRowMajor(IndexMath &math, const View &view);

} // namespace qc::kernel
