// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A contraction with constant weights: its numbers, and its constants as kernels read them.
#pragma once
#include "ConvGeometry.h"
#include "dialects/QC/TensorValue.h"

namespace qc::kernel {

/// A contraction: a convolution in three spatial dimensions, or a matrix product.
struct Problem {
  View x, y;                                   ///< N, D, H, W, C; or batch dimensions, rows, columns
  ConvGeometry geometry;                       ///< for a matrix product: one group, nothing else
  mlir::Value taps;                            ///< buffer with the offset of each run
  int64_t runs, length;                        ///< K as `runs` runs of `length`
  int64_t columns, depthPerTap;                ///< output channels and input channels of a group
  bool joinsTaps = false;                      ///< a run is a whole kernel row
  TensorValue weights;                         ///< matrix [K, N] or [N, K]; convolution [M, C / group, kernel]
  bool isMatrix = false, isTransposed = false; ///< transposed: [N, K]
  int64_t weightGroup = 0;                     ///< weights that share a multiplier, where they are ones of 4 bits
};

/// The weights in the packed layout of docs/Numerics.md, one group after the other.
mlir::ElementsAttr packWeights(const Problem &problem);
/// Elements of one group's packed weights.
int64_t getPackedSize(const Problem &problem);
/// Those of 4 bits, one group of the convolution after the other; nothing where no codes stand for the weights.
struct PackedInt4 {
  mlir::ElementsAttr codes, multipliers;
  int64_t codesSize, multipliersSize; ///< of one group of the convolution
};
std::optional<PackedInt4> packInt4Weights(const Problem &problem);
/// Columns of a group up to the next multiple of 16: what is read of numbers per channel.
int64_t getPaddedColumns(const Problem &problem);
/// A number per channel, each group's channels padded with zeros.
mlir::ElementsAttr padChannels(const Problem &problem, mlir::ElementsAttr elements);

} // namespace qc::kernel
