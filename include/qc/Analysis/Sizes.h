// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sizes that are known when the model runs: every dimension, and the contents of small integer tensors, as expressions.
//
// For  %s = qc.shape %x  with %x: tensor<?x3x?xf32> and qc.dims = ["N", "", "W"], the analysis says that the shape of
// %x is (s0, 3, s1) and that %s contains s0, 3, s1, where symbol 0 is the model's N and symbol 1 its W.
#pragma once
#include "dialects/QC/QC.h"
#include "mlir/IR/BuiltinOps.h"
#include "qc/Analysis/ExprMath.h"
#include "llvm/ADT/DenseMap.h"
#include <string>

namespace qc {

/// What a symbol of the expressions stands for.
struct SizeSymbol {
  enum class Kind {
    Model,     ///< a symbol of the model: `name`; an argument of @main has it as its dimension `index`
    Dimension, ///< dimension `index` of `value`: what the analysis has no expression for
    Element,   ///< element `index` (row-major) of the integer tensor `value`, which a program computes when it runs
    Iteration, ///< the number of the iteration of a loop whose first region argument is `value`
    Broadcast, ///< b where a is 1, else a, for arguments a, b that satisfy a requirement of kind Broadcast
    Min,       ///< the lesser of the arguments
    Max,       ///< the greater of the arguments
    IsLess,    ///< 1 where the first of the arguments is less than the second, else 0
    IsEqual,   ///< 1 where both arguments are equal, else 0
    Select     ///< the second of the arguments where the first is not 0, else the third
  };
  Kind kind = Kind::Model;
  std::string name; ///< for people; of kind Model the name in qc.symbols ("": a dimension without a name)
  SizeRange range;
  mlir::Value value; ///< Model: the first argument of @main that has it (null where none has)
  int64_t index = 0;
  llvm::SmallVector<mlir::AffineExpr> arguments; ///< over symbols with smaller positions
  bool isNamed = false;                          ///< the model has the name: options can say it
};

/// What must hold when the model runs, and is not proved.
struct SizeRequirement {
  enum class Kind {
    Equal,     ///< a = b
    Broadcast, ///< a = b, or a = 1, or b = 1
    AtMost     ///< a <= b
  };
  Kind kind = Kind::Equal;
  mlir::AffineExpr a, b;
  mlir::Location loc; ///< of the operation that needs it
  std::string text;   ///< for people: "expects equal reduction dimensions, got dimension 1 of 'a' (W) and ..."
  mlir::Block *block; ///< of a branch or loop: what only runs that come there need; null where all runs do
};

/// What `SizeAnalysis::enumerate` finds.
struct SizeValues {
  std::vector<int64_t> values;
  std::string reason; ///< empty where there are values
};

/// The result of the analysis of one function. Values that are added to it later are unknown to it.
class SizeAnalysis {
public:
  /// Fails after located errors where a requirement holds for no values of the symbols.
  static mlir::FailureOr<SizeAnalysis> analyze(mlir::func::FuncOp main);

  /// The dimensions of a ranked tensor of the function.
  llvm::ArrayRef<mlir::AffineExpr> getShape(mlir::Value value) const;
  /// The elements in row-major order of a tensor with at most 64 (integers, booleans as 0 and 1, and f32 that are known
  /// to hold integers); nothing where they are not known as expressions.
  std::optional<llvm::ArrayRef<mlir::AffineExpr>> getContents(mlir::Value value) const;

  /// Symbol i of the expressions is the i-th.
  llvm::ArrayRef<SizeSymbol> getSymbols() const { return symbols; }
  /// What the schedule checks, in program order, each once.
  llvm::ArrayRef<SizeRequirement> getRequirements() const { return requirements; }
  const ExprMath &getMath() const { return math; }

  SizeRange getRange(mlir::AffineExpr expr) const { return math.getRange(expr); }
  bool areEqual(mlir::AffineExpr a, mlir::AffineExpr b) const { return math.areEqual(a, b); }
  /// Whether the expression depends on symbols of the model only: the schedule needs no tensor for it.
  bool isOfModel(mlir::AffineExpr expr) const;
  /// Whether the expression depends on symbols of the model, and on numbers of iterations, only: at its place the
  /// schedule needs no tensor for it.
  bool isScheduled(mlir::AffineExpr expr) const;
  /// Whether the value of the expression depends on that symbol.
  bool dependsOn(mlir::AffineExpr expr, mlir::AffineSymbolExpr symbol) const;
  /// With the names of symbols: `floor((W + 1) / 2)`.
  std::string print(mlir::AffineExpr expr) const;
  /// The value where the model's symbols have the given values, by name. Nothing where it depends on an element or a
  /// dimension that is not theirs, or does not fit 64 bits.
  std::optional<int64_t> evaluate(mlir::AffineExpr expr, const llvm::StringMap<int64_t> &values) const;

  /// Why the values of the expression have no common upper bound: a clause that names the symbols of the model without
  /// one and the option that gives it ("W has no upper bound (--range W=LOW:HIGH gives it one)"), or what is known only
  /// when the model runs. Empty where they have one.
  std::string explainUnbounded(mlir::AffineExpr expr) const;
  /// All values above 0 for all sizes that the model's symbols may have, ascending, or a clause that says why they are
  /// not listed: no upper bound; more than `limit` values; too many sizes to look at each.
  SizeValues enumerate(mlir::AffineExpr expr, size_t limit) const;

private:
  friend class SizesBuilder;
  explicit SizeAnalysis(mlir::MLIRContext *context) : math(context) {}

  llvm::SmallVector<unsigned> getDeciding(mlir::AffineExpr expr) const;
  bool isOfSymbols(mlir::AffineExpr expr, llvm::function_ref<bool(const SizeSymbol &)> isAccepted) const;

  ExprMath math;
  std::vector<SizeSymbol> symbols;
  std::vector<SizeRequirement> requirements;
  llvm::DenseMap<mlir::Value, llvm::SmallVector<mlir::AffineExpr>> shapes, contents;
};

} // namespace qc
