// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Masks that are added to scores, as the conditions that they are made from.
#pragma once
#include "Names.h"
#include "dialects/QC/QC.h"
#include "mlir/IR/PatternMatch.h"
#include "qc/Analysis/Sizes.h"

namespace qc::prepare {

/// Whether `op`, which may be null, moves elements of its operand 0 alone, and no others join them.
bool isPlainMove(mlir::Operation *op);
/// m where `value` is 1 - m, moves looked through; null where it is not.
mlir::Value matchComplement(mlir::Value value);

/// A number in a product that is at most maskLimit wherever the number is not `shown`, 0 or 1, if it is one of these.
struct Hiding {
  mlir::Value number;
  int64_t shown;
};
/// `number * low` shows where the number is 0, `(number - 1) * high` where it is 1.
std::optional<Hiding> matchHiding(MulOp op);

/// Whether `value` is a constant of f32 elements, at least one of them and all at most maskLimit.
bool isHidden(mlir::Value value);
/// Why `mask` may not broadcast to `hidden`, or may make more of it; empty where it does not.
std::string explainWider(const SizeAnalysis &sizes, mlir::Value mask, mlir::Value hidden);

/// Writes the conditions that masks are made from, each right behind its mask, where all its readers can have it.
class ConditionWriter {
public:
  explicit ConditionWriter(mlir::RewriterBase &rewriter) : rewriter(rewriter) {}

  /// True where `addend`, whose elements are 0 or at most maskLimit, is 0; null where it is no such mask. Its shape
  /// broadcasts to that of `addend`.
  mlir::Value writeMask(mlir::Value addend);
  /// Where `value`, whose elements are 0 and 1 as casts of integers and conditions are, is `number`, 0 or 1; null where
  /// it is no such value.
  mlir::Value writeEqual(mlir::Value value, int64_t number);
  /// Where x, a condition or integers, is `number`, 0 or 1; null where it is neither.
  mlir::Value compare(mlir::Location loc, mlir::Value x, int64_t number);
  mlir::Value writeNot(mlir::Value condition) { return make<NotOp>(condition.getLoc(), condition); }
  mlir::Value writeAnd(mlir::Location loc, mlir::Value a, mlir::Value b) { return make<AndOp>(loc, a, b); }
  /// Erases what nothing reads in the end, such as parts of what is no mask.
  void finish() { eraseIfDead(rewriter, made); }
  /// Why what was looked at last is no mask, where it nearly is one.
  std::string reason;

private:
  template <typename Op, typename... Operands> mlir::Value make(mlir::Location loc, Operands... operands) {
    made.push_back(Op::create(rewriter, deriveLocation(loc, ".shown"), operands...));
    return made.back();
  }
  mlir::Value makeConstant(mlir::Location loc, const TensorValue &value);
  mlir::Value moveCondition(mlir::Operation *move, mlir::Value condition);
  mlir::Value readMask(mlir::Value addend);
  mlir::Value readConstant(mlir::Value addend, const TensorValue &constant);
  mlir::Value readChoice(WhereOp op);
  mlir::Value readProduct(MulOp op);
  mlir::Value readEqual(mlir::Value value, int64_t number);

  mlir::RewriterBase &rewriter;
  llvm::DenseMap<mlir::Value, mlir::Value> written;
  llvm::SmallVector<mlir::Value> made;
};

} // namespace qc::prepare
