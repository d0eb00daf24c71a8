// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Dimensions of shape functions and of moves as numbers of @main.
#pragma once
#include "Views.h"
#include "dialects/QC/ShapeMath.h"
#include <functional>

namespace qc::kernel {

/// The algebra in which what is not known is a value of @main. Requirements are checked elsewhere (SizeNumbers).
class ScheduleShapeMath final : public ShapeMath {
public:
  /// The numbers that the schedule has for a tensor: its dimensions, or its elements (nothing where it has none).
  using ShapeOf = std::function<llvm::SmallVector<mlir::OpFoldResult>(mlir::Value)>;
  using ContentsOf = std::function<std::optional<llvm::SmallVector<mlir::OpFoldResult>>(mlir::Value)>;
  ScheduleShapeMath(IndexMath &math, ShapeOf shapeOf, ContentsOf contentsOf)
      : math(math), shapeOf(std::move(shapeOf)), contentsOf(std::move(contentsOf)) {}

  Dim toDim(mlir::OpFoldResult size);
  mlir::OpFoldResult fromDim(Dim dim);
  Dims toDims(llvm::ArrayRef<mlir::OpFoldResult> sizes);
  llvm::SmallVector<mlir::OpFoldResult> fromDims(llvm::ArrayRef<Dim> dims);

  std::optional<Dims> getContents(mlir::Value value) override;
  std::string describe(Dim dim) override { return TypeShapeMath().describe(dim); }
  using ShapeMath::describe;

protected:
  Dims getDims(mlir::Value value) override { return toDims(shapeOf(value)); }
  Dim combine(Function function, Dim a, Dim b) override;
  Dim combineSelect(Dim condition, Dim yes, Dim no) override;
  Dim makeUnknown(mlir::Value result, size_t d) override;
  bool areEqualUnknown(Dim a, Dim b) override { return a.getHandle() && a.getHandle() == b.getHandle(); }
  std::optional<bool> isAtMostUnknown(Dim, Dim) override { return std::nullopt; }
  bool require(Relation, Dim, Dim, llvm::function_ref<std::string()>) override { return true; }

private:
  IndexMath &math;
  ShapeOf shapeOf;
  ContentsOf contentsOf;
};

} // namespace qc::kernel
