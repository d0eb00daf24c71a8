// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The window attributes that convolutions and pools share.
#pragma once
#include "Node.h"

namespace qc::onnx {

/// Windows over `kernel.size()` spatial axes, padding resolved. Ranges are the dialect's to check.
struct Window {
  llvm::SmallVector<int64_t> kernel, strides, dilations;
  llvm::SmallVector<int64_t> pads; ///< all begins, then all ends
};

/// The spatial dimensions of a value N x C x spatial. Fails where its rank is not 3 to 5.
llvm::FailureOr<llvm::ArrayRef<int64_t>> getSpatialDims(Node &node, mlir::Value value);

/// Reads kernel_shape (required unless `kernel` is given, then it must agree), strides, pads, auto_pad and, where the
/// operator has them, dilations, for windows over dimensions `spatial`.
llvm::FailureOr<Window> readWindow(Node &node, llvm::ArrayRef<int64_t> spatial,
                                   std::optional<llvm::ArrayRef<int64_t>> kernel, bool hasDilations);

/// Fails where a window is larger than a padded input that has elements: the result would be empty, which nobody means.
/// With `ceilMode` one window may end outside.
llvm::LogicalResult checkFit(Node &node, llvm::ArrayRef<int64_t> spatial, const Window &window, bool ceilMode);

} // namespace qc::onnx
