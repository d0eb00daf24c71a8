// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arithmetic on dimensions that shape functions are written in, whatever a dimension is: an operation says once how the
// shape of its result follows from those of its operands, and type inference, the analysis of sizes, code generation
// and evaluation each bring their own algebra.
//
//   Dims inferConcat(ShapeMath &math, ConcatOp::Adaptor op)  // written once, beside the operation
//   TypeShapeMath                       // numbers and "unknown": result types
//   SizesBuilder (qc/Analysis/Sizes.h)  // numbers and expressions over symbols
#pragma once
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"
#include <optional>
#include <string>

namespace qc {

/// A dimension, or an element of an integer tensor: a number, or a handle of the algebra that it belongs to.
class Dim {
public:
  Dim(int64_t number) : number(number) {}
  /// `handle` is not null.
  static Dim fromHandle(const void *handle) {
    Dim dim(0);
    dim.handle = handle;
    return dim;
  }
  /// What a shape function returns where nothing says anything about a dimension: it becomes what the result's type
  /// knows, or has no expression. Not to be computed with.
  static Dim unknown() {
    static const char sentinel = 0;
    return fromHandle(&sentinel);
  }
  bool isUnknown() const { return handle == unknown().handle; }
  std::optional<int64_t> getKnown() const { return handle ? std::nullopt : std::optional(number); }
  bool is(int64_t value) const { return !handle && number == value; }
  const void *getHandle() const { return handle; }

private:
  int64_t number;
  const void *handle = nullptr;
};
using Dims = llvm::SmallVector<Dim>;

/// Contents of tensors with more elements are not looked at: they are no shapes.
constexpr int64_t kMaxContents = 64;

/// The shape of an operand, and the value that has it (null where there is none): diagnostics name it.
struct TensorShape {
  Dims dims;
  mlir::Value value;
  size_t getRank() const { return dims.size(); }
  Dim operator[](size_t d) const { return dims[d]; }
};

/// The algebra. Numbers are folded here; what is not known is left to `combine` of the derived class. A shape function
/// that finds a fault calls `fail` (the first message counts, later ones do not) and returns whatever it likes.
class ShapeMath {
public:
  virtual ~ShapeMath() = default;

  /// The shape of a ranked tensor.
  TensorShape getShape(mlir::Value value) { return {getDims(value), value}; }
  /// The elements of an integer tensor in row-major order, where the algebra knows them (some may be expressions). Of a
  /// tensor whose contents are f32, only where all are integers.
  virtual std::optional<Dims> getContents(mlir::Value value) = 0;
  /// The elements of a small f32 tensor, where they are known: by default of a constant.
  virtual std::optional<llvm::SmallVector<float>> getFloats(mlir::Value value);

  Dim add(Dim a, Dim b);
  Dim sub(Dim a, Dim b);
  Dim mul(Dim a, Dim b);
  Dim floorDiv(Dim a, Dim b); ///< b > 0
  Dim ceilDiv(Dim a, Dim b);  ///< b > 0
  Dim min(Dim a, Dim b);
  Dim max(Dim a, Dim b);
  /// The dimension of two that broadcast. `text` is the error where they do not.
  Dim broadcast(Dim a, Dim b, llvm::function_ref<std::string()> text);
  Dim multiply(llvm::ArrayRef<Dim> dims); ///< 0 where one is; a product beyond 63 bits is INT64_MAX
  /// What an entry of -1 in a shape of otherwise `others` elements is for `count` elements; `text` is the error where
  /// it is no integer.
  Dim divideCount(Dim count, Dim others, llvm::function_ref<std::string()> text);
  /// yes where `condition` is not 0, else no.
  Dim select(Dim condition, Dim yes, Dim no);
  /// 1 or 0.
  Dim isLess(Dim a, Dim b);
  Dim isEqual(Dim a, Dim b);

  /// That both are equal, or that a <= b: `text` says what is wrong where it is known not to be so, and what is
  /// required where the algebra cannot say. Returns false where it failed.
  bool expectEqual(Dim a, Dim b, llvm::function_ref<std::string()> text);
  bool expectAtMost(Dim a, Dim b, llvm::function_ref<std::string()> text);
  /// Whether both are known to be equal.
  bool areEqual(Dim a, Dim b);
  /// Whether a <= b, where it is known.
  std::optional<bool> isAtMost(Dim a, Dim b);

  /// Whether a tensor that is computed when the model runs decides it.
  virtual bool isContent([[maybe_unused]] Dim dim) { return false; }

  Dims fail(const llvm::Twine &message);
  bool hasFailed() const { return !message.empty(); }
  const std::string &getMessage() const { return message; }
  void clearFailure() { message.clear(); }

  /// For people: the number; what it is and where it comes from if it is none. Number, or "?", in types.
  virtual std::string describe(Dim dim) = 0;
  /// The same for dimension d of a shape: its value is named where the dimension is no number.
  virtual std::string describe(const TensorShape &shape, size_t d) { return describe(shape.dims[d]); }
  /// The dimensions of a result that its shape function gave as `dims`: unknown ones become what the type knows, or
  /// have no expression.
  Dims complete(mlir::Value result, Dims dims);
  /// Of an operation without a shape function: the same for dimensions that are all unknown.
  Dims getTypeShape(mlir::Value result);

protected:
  enum class Function { Add, Sub, Mul, FloorDiv, CeilDiv, Min, Max, Broadcast, DivideCount, IsLess, IsEqual };
  enum class Relation { Equal, Broadcast, AtMost };
  virtual Dims getDims(mlir::Value value) = 0;
  /// At least one of them is no number.
  virtual Dim combine(Function function, Dim a, Dim b) = 0;
  virtual Dim combineSelect(Dim condition, Dim yes, Dim no) = 0;
  /// Dimension `d` of a result, as something that has no expression.
  virtual Dim makeUnknown(mlir::Value result, size_t d) = 0;
  /// Of two that are not both numbers.
  virtual bool areEqualUnknown(Dim a, Dim b) = 0;
  virtual std::optional<bool> isAtMostUnknown(Dim a, Dim b) = 0;
  /// What cannot be said now. Returns false where it can be, and is not so.
  virtual bool require(Relation relation, Dim a, Dim b, llvm::function_ref<std::string()> text) = 0;

private:
  bool check(Relation relation, Dim a, Dim b, llvm::function_ref<std::string()> text);

  std::string message;
};

/// Numbers as types know them, and "unknown". Contents are those of constants.
class TypeShapeMath : public ShapeMath {
public:
  std::optional<Dims> getContents(mlir::Value value) override;
  std::string describe(Dim dim) override;
  using ShapeMath::describe;

  /// ShapedType::kDynamic becomes unknown, and back.
  static Dims fromShape(llvm::ArrayRef<int64_t> shape);
  static llvm::SmallVector<int64_t> toShape(llvm::ArrayRef<Dim> dims);

protected:
  Dims getDims(mlir::Value value) override;
  Dim combine(Function, Dim, Dim) override { return Dim::unknown(); }
  Dim combineSelect(Dim, Dim, Dim) override { return Dim::unknown(); }
  Dim makeUnknown(mlir::Value, size_t) override { return Dim::unknown(); }
  bool areEqualUnknown(Dim, Dim) override { return false; }
  std::optional<bool> isAtMostUnknown(Dim, Dim) override { return std::nullopt; }
  bool require(Relation, Dim, Dim, llvm::function_ref<std::string()>) override { return true; }
};

} // namespace qc
