// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The loop nest over the elements of one result: tiles of rows, then scf.forall over a tile's elements.
#pragma once
#include "KernelWriter.h"
#include <functional>

namespace qc::kernel {

/// What is iterated: one dimension per entry, outermost first, and views whose strides are in the same order.
struct IterationSpace {
  llvm::SmallVector<mlir::OpFoldResult> shape;
  llvm::SmallVector<View> views; ///< the result first
};

/// Puts the dimensions of `views` (all of one shape; the first is the result) into the order of the result's memory.
IterationSpace orderByResult(llvm::ArrayRef<View> views, llvm::ArrayRef<int64_t> order);
/// Merges neighbouring dimensions that every view walks as one, and drops those of size 1. At least one remains.
void collapse(IndexMath &math, IterationSpace &space);

/// How a nest is cut into tiles; numbers of @main.
struct NestTiling {
  mlir::OpFoldResult rows;                 ///< product of all dimensions but the last
  mlir::OpFoldResult rowsPerTile;          ///< at least 1
  mlir::OpFoldResult inner, chunk, chunks; ///< last dimension, elements of it in a tile, tiles along it
  mlir::OpFoldResult tiles;
};

/// Tiles of about `elements` elements: whole rows where the last dimension is short, pieces of one where it is long. A
/// tile has a multiple of `multiple` rows (none given: 1).
NestTiling tileNest(IndexMath &math, llvm::ArrayRef<mlir::OpFoldResult> shape, int64_t elements,
                    mlir::OpFoldResult multiple = {});

/// Writes the nest into `writer`'s kernel; `element` gets the index in every dimension.
void writeNest(KernelWriter &writer, llvm::ArrayRef<mlir::OpFoldResult> shape, const NestTiling &tiling,
               llvm::function_ref<void(mlir::ValueRange indices)> element);

} // namespace qc::kernel
