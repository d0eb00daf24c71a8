// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes a kernel.func and its launch at the same time: each argument is made together with its operand.
#pragma once
#include "Views.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace qc::kernel {

/// A view as the kernel sees it: all numbers are arguments, except strides that are known to be 0 or 1 (they decide how
/// the loop nest can be vectorized, so they are part of the kernel).
struct Access {
  mlir::Value buffer, offset;
  llvm::SmallVector<mlir::OpFoldResult> strides;
};

/// One kernel in the making. Usage: in/out/index/number in any order while writing to `body`, then `finish`.
class KernelWriter {
public:
  /// Launch operands are made with `host`; `stem` begins the kernel's name.
  KernelWriter(mlir::OpBuilder &host, mlir::Location loc, llvm::StringRef stem);
  ~KernelWriter();

  mlir::Value in(mlir::Value buffer);
  mlir::Value out(mlir::Value buffer);
  mlir::Value index(mlir::OpFoldResult v);
  mlir::Value number(mlir::TypedAttr v);
  mlir::Value tile() { return func.getTile(); }
  Access access(const View &view, bool written);
  /// The fault word of the run (kernel.faults): what `checkData` is given.
  mlir::Value faults();

  mlir::ImplicitLocOpBuilder &body() { return *builder; }
  /// A constant of the module as a buffer in @main; `type` is the flat element type.
  mlir::Value constant(mlir::ElementsAttr elements);

  /// Ends the kernel, shares it with an equal one of the module, and launches it.
  LaunchOp finish(mlir::OpFoldResult tiles);

  // Index arithmetic in the kernel.
  mlir::Value add(mlir::Value a, mlir::Value b);
  mlir::Value mul(mlir::Value a, mlir::OpFoldResult b);
  mlir::Value div(mlir::Value a, mlir::Value b);
  mlir::Value rem(mlir::Value a, mlir::Value b);
  mlir::Value sub(mlir::Value a, mlir::Value b);
  mlir::Value min(mlir::Value a, mlir::Value b);
  mlir::Value max(mlir::Value a, mlir::Value b);
  mlir::Value constantIndex(int64_t v);
  /// The element of `access` at `indices`.
  mlir::Value load(const Access &access, mlir::ValueRange indices);
  void store(mlir::Value v, const Access &access, mlir::ValueRange indices);
  mlir::Value linear(const Access &access, mlir::ValueRange indices);
  /// Writes `good` where `isGood` (i1), else a store into `faults`: the run then answers QC_BAD_DATA.
  void checkData(mlir::Value isGood, mlir::Value faults, llvm::function_ref<void()> good = {});

private:
  mlir::Value argument(mlir::Type type, unsigned position);
  mlir::OpBuilder &host;
  mlir::Location loc;
  std::string stem;
  FuncOp func;
  std::unique_ptr<mlir::ImplicitLocOpBuilder> builder;
  llvm::SmallVector<mlir::Value> ins, outs;
};

/// Says on `launch` what contraction `root` costs (kernel.macs) and in which arithmetic (kernel.type).
void markCost(LaunchOp launch, mlir::Operation *root);

/// i8 for ui8 and so on: what a kernel's buffer holds.
mlir::Type getSignless(mlir::Type type);

} // namespace qc::kernel
