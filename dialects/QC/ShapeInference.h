// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shapes of results from shapes of operands; shared by the qc and dyadic dialects. Each rule is written once, on the
// dimensions of `ShapeMath`; the functions on int64 are the same rules on numbers.
#pragma once
#include "dialects/QC/ShapeMath.h"

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
  /// What `math` says of a shape function that returned `dims`.
  static ShapeOr get(const ShapeMath &math, llvm::ArrayRef<Dim> dims) {
    return math.hasFailed() ? error(math.getMessage()) : ShapeOr(TypeShapeMath::toShape(dims));
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
Dims inferConvShape(ShapeMath &math, const TensorShape &x, const TensorShape &w, const WindowAttributes &window,
                    int64_t group);
/// qc.conv_transpose; w: M x C/group x kernel, of known kernel sizes.
Dims inferConvTransposeShape(ShapeMath &math, const TensorShape &x, const TensorShape &w,
                             const WindowAttributes &window, llvm::ArrayRef<int64_t> outputPadding, int64_t group);
/// qc.max_pool and qc.avg_pool.
Dims inferPoolShape(ShapeMath &math, const TensorShape &x, llvm::ArrayRef<int64_t> kernel,
                    const WindowAttributes &window, bool ceilMode);
/// qc.global_avg_pool.
Dims inferGlobalPoolShape(ShapeMath &math, const TensorShape &x);
/// numpy.matmul.
Dims inferMatMulShape(ShapeMath &math, const TensorShape &a, const TensorShape &b);
/// numpy's broadcasting.
Dims broadcastShapes(ShapeMath &math, llvm::ArrayRef<TensorShape> shapes);
/// `entries` with -1 (what the others leave) and -2 - i (dimension i of x) resolved (qc.reshape).
Dims inferReshape(ShapeMath &math, const TensorShape &x, llvm::ArrayRef<int64_t> entries);
/// Entries are dimensions, -1 (at most one), and, unless `allowZero`, 0 for the dimension of x at its place
/// (qc.dynamic_reshape). An entry that a tensor decides when the model runs gives nothing where it may be negative.
std::optional<Dims> inferDynamicReshape(ShapeMath &math, const TensorShape &x, llvm::ArrayRef<Dim> entries,
                                        bool allowZero);
/// Shapes one after the other along axis.
Dims inferConcatShape(ShapeMath &math, llvm::ArrayRef<TensorShape> xs, int64_t axis);

ShapeOr inferConvShape(llvm::ArrayRef<int64_t> x, llvm::ArrayRef<int64_t> w, const WindowAttributes &window,
                       int64_t group);
ShapeOr inferPoolShape(llvm::ArrayRef<int64_t> x, llvm::ArrayRef<int64_t> kernel, const WindowAttributes &window,
                       bool ceilMode);
ShapeOr inferGlobalPoolShape(llvm::ArrayRef<int64_t> x);
ShapeOr inferMatMulShape(llvm::ArrayRef<int64_t> a, llvm::ArrayRef<int64_t> b);
ShapeOr broadcastShapes(llvm::ArrayRef<int64_t> a, llvm::ArrayRef<int64_t> b);
ShapeOr inferReshape(llvm::ArrayRef<int64_t> x, llvm::ArrayRef<int64_t> entries);
ShapeOr inferConcatShape(llvm::ArrayRef<llvm::ArrayRef<int64_t>> xs, int64_t axis);

} // namespace qc
