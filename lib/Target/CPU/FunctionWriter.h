// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What writes the two functions that @main becomes.
#pragma once
#include "dialects/Kernel/Kernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace qc::cpu {

/// Writes one of the functions; what both share.
class FunctionWriter {
public:
  FunctionWriter(mlir::func::FuncOp main, mlir::func::FuncOp target)
      : main(main), b(target.getLoc(), target.getContext()) {
    b.setInsertionPointToStart(target.addEntryBlock());
    int64_t first = 0;
    for (mlir::BlockArgument argument : main.getArguments()) {
      firstDim.push_back(first);
      first += mlir::cast<mlir::MemRefType>(argument.getType()).getRank();
    }
  }

protected:
  mlir::Value constant(int64_t value) { return mlir::arith::ConstantOp::create(b, b.getI64IntegerAttr(value)); }
  mlir::Value toWord(mlir::Value index) { return mlir::arith::IndexCastOp::create(b, b.getI64Type(), index); }
  mlir::Value toIndex(mlir::Value word) { return mlir::arith::IndexCastOp::create(b, b.getIndexType(), word); }
  mlir::Type pointer() { return mlir::LLVM::LLVMPointerType::get(b.getContext()); }
  /// The address of word `i` behind `base`.
  mlir::Value at(mlir::Value base, int64_t i) {
    return mlir::LLVM::GEPOp::create(b, pointer(), b.getI64Type(), base,
                                     llvm::ArrayRef<mlir::LLVM::GEPArg>{int32_t(i)});
  }
  mlir::Value load(mlir::Type type, mlir::Value base, int64_t i) {
    return mlir::LLVM::LoadOp::create(b, type, at(base, i));
  }
  void store(mlir::Value value, mlir::Value base, int64_t i) { mlir::LLVM::StoreOp::create(b, value, at(base, i)); }
  /// The extent that `op` asks for: of an input's buffer, from the array of all extents.
  mlir::FailureOr<mlir::Value> loadExtent(mlir::memref::DimOp op, mlir::Value dims) {
    auto argument = mlir::dyn_cast<mlir::BlockArgument>(op.getSource());
    std::optional<int64_t> d = op.getConstantIndex();
    if (!argument || !d)
      return op.emitOpError("asks for no extent of an input"), mlir::failure();
    return toIndex(load(b.getI64Type(), dims, firstDim[argument.getArgNumber()] + *d));
  }

  mlir::func::FuncOp main;
  mlir::ImplicitLocOpBuilder b;
  mlir::IRMapping map;
  llvm::SmallVector<int64_t> firstDim; ///< of each argument, among the extents of all
};

/// Writes the body of i32 qcr_sizes(ptr dims, ptr bytes, ptr output_dims, ptr seen): `target`, of the first `numInputs`
/// arguments of `main`.
llvm::LogicalResult writeSizes(mlir::func::FuncOp main, mlir::func::FuncOp target, int64_t numInputs);

} // namespace qc::cpu
