// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How an operation that moves elements says where each element of its result comes from.
#pragma once
#include "dialects/QC/ShapeMath.h"
#include "mlir/IR/BuiltinAttributeInterfaces.h"
#include "qc/Arith/Resize.h"
#include <vector>

namespace qc {

/// A box of positions of one tensor. Position (i_0, i_1, ...) is the element
///     offset + sum i_d * strides[d] + sum over lookups of index(i) * stride
/// Views are made from views; a tensor of shape [4, 6] whose rows are turned into columns, two at a time:
///     x                                    sizes 4, 6      strides 6, 1
///     x.split(1, {3, 2})                   sizes 4, 3, 2   strides 6, 2, 1
///     x.split(1, {3, 2}).permute({1, 0, 2})     3, 4, 2            2, 6, 1
struct MoveView {
  struct Walk {
    Dim offset;
    Dims strides;
  };
  /// The positions that an axis of `in` takes when it is resized to `out`: a table that is written when the model runs.
  struct Resized {
    numerics::ResizeCoordinates coordinates;
    numerics::ResizeRounding rounding;
    std::optional<float> scale; ///< out / in where there is none
    Dim in, out;
  };
  /// A position that an index decides: element `walk` of operand `operand`, of `table` or of the positions `resized`.
  /// Negative indices of an operand count from `size`; the others are in [0, size).
  struct Lookup {
    std::optional<unsigned> operand;
    llvm::SmallVector<int64_t> table;
    std::optional<Resized> resized;
    Walk walk;
    Dim size, stride;
  };

  /// All positions of `tensor`: the number of an operand, or of operands for the result.
  MoveView(ShapeMath &math, unsigned tensor, Dims sizes, Walk walk);
  /// The same for a tensor that lies row-major without gaps.
  MoveView(ShapeMath &math, unsigned tensor, Dims sizes);

  int64_t getRank() const { return sizes.size(); }
  /// Positions start, start + step, ... of dimension `d`; a step of 0 repeats one position, a negative one walks back.
  MoveView slice(int64_t d, Dim start, Dim size, int64_t step = 1) const;
  /// Dimension `d` as several, the outermost first. At most one size is `Dim::unknown()`: what the others leave.
  MoveView split(int64_t d, Dims parts) const;
  /// Dimension i is dimension order[i] of this.
  MoveView permute(llvm::ArrayRef<int64_t> order) const;
  /// A new dimension `d`, along which nothing changes.
  MoveView stretch(int64_t d, Dim size) const;
  /// With numpy's broadcasting: new dimensions in front, and those of size 1 stretched.
  MoveView broadcast(llvm::ArrayRef<Dim> to) const;
  /// Without dimension `d`, at its position 0.
  MoveView drop(int64_t d) const;
  /// The position along `d` is the element of `indices` (a view of an operand of as many dimensions) at the same place;
  /// all sizes are those of `indices`.
  MoveView lookup(int64_t d, const MoveView &indices) const;
  /// The position along `d` is the entry of `table`, all entries are in [0, size).
  MoveView lookup(int64_t d, llvm::ArrayRef<int64_t> table) const;
  /// The same where sizes are known only when the model runs.
  MoveView lookup(int64_t d, const Resized &resized) const;

  ShapeMath *math;
  unsigned tensor;
  Dims sizes;
  Walk walk;
  std::vector<Lookup> lookups;
  llvm::SmallVector<int64_t> origins; ///< the dimension of the tensor that each comes from, -1 for stretched ones
  bool isWhole = true;                ///< nothing but the constructor made it
  bool walksBack = false;             ///< a stride may be negative

private:
  template <typename Change> MoveView change(Change change) const;
  MoveView lookupAlong(int64_t d, Dim size, Lookup lookup) const;
};

/// What a move does, in steps that write distinct elements of the result, together all of them.
class MoveBuilder {
public:
  struct Step {
    std::optional<MoveView> from; ///< of an operand; the sizes of `to`
    mlir::TypedAttr fill;         ///< where there is no `from`
    MoveView to;                  ///< of the result, without lookups
  };

  MoveBuilder(ShapeMath &math, llvm::ArrayRef<MoveView> operands, MoveView result)
      : math(math), operands(operands), result(std::move(result)) {}

  ShapeMath &getMath() { return math; }
  const MoveView &getOperand(unsigned index) const { return operands[index]; }
  const MoveView &getResult() const { return result; }
  void copy(const MoveView &from, const MoveView &to) { steps.push_back({from, {}, to}); }
  void fill(mlir::TypedAttr value, const MoveView &to) { steps.push_back({std::nullopt, value, to}); }
  llvm::ArrayRef<Step> getSteps() const { return steps; }

private:
  ShapeMath &math;
  std::vector<MoveView> operands;
  MoveView result;
  std::vector<Step> steps;
};

} // namespace qc
