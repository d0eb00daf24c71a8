// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops in the making, for the operators that are one: Loop, Scan, recurrent networks.
#pragma once
#include "Node.h"
#include "dialects/QC/QC.h"

namespace qc::onnx {

/// A `qc.loop`: what it begins with is set, `begin` makes the body's block, `finish` the operation.
class LoopBuilder {
public:
  explicit LoopBuilder(Node &node) : node(node) {}

  mlir::Value trips, condition; ///< null where there is none; one is needed
  llvm::SmallVector<mlir::Value> inits;
  llvm::SmallVector<bool> backward; ///< an entry per scan output

  /// Trips are the dimension `axes[i]` of each of `xs`. Fails with an error where these are known to differ.
  llvm::LogicalResult countAlong(llvm::ArrayRef<mlir::Value> xs, llvm::ArrayRef<int64_t> axes);
  void begin();
  mlir::Block &getBlock() { return body.front(); }
  mlir::Value getIteration() { return body.front().getArgument(0); }
  llvm::SmallVector<mlir::Value> getCarried() {
    return llvm::SmallVector<mlir::Value>(llvm::drop_begin(body.front().getArguments()));
  }
  /// In the body: x at the number of the iteration along `axis`, counted from its end if `isBackward`.
  llvm::FailureOr<mlir::Value> takeElement(mlir::Value x, int64_t axis, bool isBackward, llvm::StringRef suffix);
  /// A constant true in front of the loop.
  mlir::Value makeTrue();
  /// Where the body is known not to go on, it goes on, and there is at most one trip: so the trips say how long scan
  /// outputs are. `outputs` as in `finish`.
  llvm::LogicalResult endAtOnce(llvm::MutableArrayRef<mlir::Value> outputs);
  /// `outputs`: the condition, the carried values, the elements of scan outputs. Returns the results of the loop.
  llvm::FailureOr<llvm::SmallVector<mlir::Value>> finish(llvm::ArrayRef<mlir::Value> outputs);

private:
  llvm::LogicalResult checkOutputs(llvm::ArrayRef<mlir::Value> outputs);

  Node &node;
  mlir::Region body;
  mlir::Value known;
};

} // namespace qc::onnx
