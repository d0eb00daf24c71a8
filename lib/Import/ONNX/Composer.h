// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operators that are made of several operations.
#pragma once
#include "Node.h"
#include "dialects/QC/QC.h"

namespace qc::onnx {

/// Makes the operations of a node one after the other. Behind the first that fails, which has emitted an error, nothing
/// is made any more and all values are null: the caller asks once, in the end.
class Composer {
public:
  explicit Composer(Node &node) : node(node) {}

  bool hasFailed() const { return failed; }
  /// The value; null where there is none.
  mlir::Value take(llvm::FailureOr<mlir::Value> value) {
    failed |= llvm::failed(value);
    return failed ? mlir::Value() : *value;
  }
  /// As Node::create.
  template <typename OpTy, typename... Args> mlir::Value make(llvm::StringRef suffix, Args &&...args) {
    return failed ? mlir::Value() : take(node.create<OpTy>(suffix, std::forward<Args>(args)...));
  }
  mlir::Value reshape(llvm::StringRef suffix, mlir::Value x, llvm::ArrayRef<int64_t> entries) {
    return make<qc::ReshapeOp>(suffix, x, entries);
  }
  mlir::Value transpose(llvm::StringRef suffix, mlir::Value x, llvm::ArrayRef<int64_t> perm) {
    return make<qc::TransposeOp>(suffix, x, perm);
  }
  mlir::Value concat(llvm::StringRef suffix, llvm::ArrayRef<mlir::Value> parts, int64_t axis) {
    return make<qc::ConcatOp>(suffix, mlir::ValueRange(parts), uint64_t(axis));
  }
  /// Positions [begin, end) of dimension `axis`, every `step`-th.
  mlir::Value slice(llvm::StringRef suffix, mlir::Value x, int64_t axis, int64_t begin, int64_t end, int64_t step = 1);
  /// Dimension d of x as a scalar of i64.
  mlir::Value dimension(llvm::StringRef suffix, mlir::Value x, int64_t d);
  /// 0, 1, ... before `count`, a scalar of i64.
  mlir::Value countTo(llvm::StringRef suffix, mlir::Value count);
  mlir::Value integer(int64_t value);
  mlir::Value integers(llvm::ArrayRef<int64_t> values);
  mlir::Value number(float value); ///< a scalar of f32
  mlir::Value zero(mlir::Type element);

private:
  mlir::Value constant(mlir::DenseElementsAttr value) {
    return qc::ConstantOp::create(node.getBuilder(), node.getLocation(), value.getType(), value);
  }

  Node &node;
  bool failed = false;
};

} // namespace qc::onnx
