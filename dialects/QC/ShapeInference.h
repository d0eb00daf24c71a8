// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shapes of results from shapes of operands; shared by the qc and dyadic dialects.
#pragma once
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <string>

namespace qc {

/// A shape, or why there is none (lower case, with the offending numbers). Unknown dimensions are ShapedType::kDynamic.
class ShapeOr {
public:
  ShapeOr(llvm::SmallVector<int64_t> shape) : dims(std::move(shape)), valid(true) {}
  static ShapeOr error(std::string message) {
    ShapeOr result{llvm::SmallVector<int64_t>()};
    result.valid = false;
    result.text = std::move(message);
    return result;
  }
  explicit operator bool() const { return valid; }
  const llvm::SmallVector<int64_t> &operator*() const { return dims; }
  const std::string &message() const { return text; }

private:
  llvm::SmallVector<int64_t> dims;
  std::string text;
  bool valid;
};

/// Strides, pads and dilations as in `qc.conv`.
struct WindowAttributes {
  llvm::ArrayRef<int64_t> strides, pads, dilations;
};

/// x: N x C x spatial, w: M x C/group x kernel (qc.conv, constraints conv_c1 to conv_c3 and conv_c5).
ShapeOr inferConvShape(llvm::ArrayRef<int64_t> x, llvm::ArrayRef<int64_t> w, const WindowAttributes &window,
                       int64_t group);
/// qc.max_pool and qc.avg_pool.
ShapeOr inferPoolShape(llvm::ArrayRef<int64_t> x, llvm::ArrayRef<int64_t> kernel, const WindowAttributes &window,
                       bool ceilMode);
/// numpy.matmul.
ShapeOr inferMatMulShape(llvm::ArrayRef<int64_t> a, llvm::ArrayRef<int64_t> b);
/// numpy's broadcasting.
ShapeOr broadcastShapes(llvm::ArrayRef<int64_t> a, llvm::ArrayRef<int64_t> b);
/// `dims` with its -1 resolved (qc.reshape).
ShapeOr inferReshape(llvm::ArrayRef<int64_t> x, llvm::ArrayRef<int64_t> dims);
/// Shapes one after the other along axis.
ShapeOr inferConcatShape(llvm::ArrayRef<llvm::ArrayRef<int64_t>> xs, int64_t axis);

} // namespace qc
