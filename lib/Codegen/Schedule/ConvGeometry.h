// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What float and integer convolutions have in common, in three spatial dimensions.
#pragma once
#include "KernelWriter.h"

namespace qc::kernel {

struct ConvGeometry {
  mlir::Value x, w, bias;
  llvm::SmallVector<int64_t> pads;                       ///< as the operation has them
  llvm::SmallVector<int64_t> kernel, strides, dilations; ///< three entries
  llvm::SmallVector<int64_t> begins;                     ///< three entries
  int64_t group = 1;
  int64_t zeroPoint = 0; ///< the code of 0 in x; 0 for floats
};

/// Fails where the kernel's size is not known.
mlir::FailureOr<ConvGeometry> getConvGeometry(mlir::Operation *op);
/// The first tap of each output position: dimensions N, D, H, W of `output`, strides times the input's, shifted by the
/// padding. (Sizes are the output's: an input dimension of size 1 may be walked over its halo.)
View getWindowView(IndexMath &math, const ConvGeometry &geometry, const View &input, const View &output);

} // namespace qc::kernel
