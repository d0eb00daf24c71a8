// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes the QDQ form that a plan describes.
#pragma once
#include "QuantizePlan.h"
#include "mlir/IR/Builders.h"

namespace qc {

/// Rounds values and gives quantized operations their operands, in module order, in place.
class QdqWriter {
public:
  QdqWriter(mlir::func::FuncOp main, const QuantizePlan &plan);
  /// Fails only where the plan has no parameters for a value, after a diagnostic.
  mlir::LogicalResult run();

private:
  /// A value and its codes: value = dequantize(codes).
  struct Rounded {
    mlir::Value codes, value;
  };
  using Key = std::tuple<mlir::Value, unsigned, uint32_t, int32_t>; ///< value, type, bits of the scale, zero point
  static Key getKey(mlir::Value value, const CodeParams &params);

  mlir::LogicalResult write(mlir::Operation *op);
  mlir::LogicalResult writeOperands(mlir::Operation *op);
  void writeConstants(mlir::Operation *contraction);
  mlir::LogicalResult writeMove(mlir::Operation *op);
  mlir::FailureOr<mlir::Value> getCodes(mlir::Operation *op, unsigned slot, const CodeParams &params);

  Rounded round(mlir::Value value, const CodeParams &params);
  mlir::Value quantize(mlir::Value value, const CodeParams &params);
  mlir::Value dequantize(mlir::Value codes, const CodeParams &params);
  FormatAttr getFormat(const CodeParams &params) const;
  mlir::Value getScalar(mlir::ElementsAttr value);
  mlir::Value getScale(const CodeParams &params);
  mlir::Value getZeroPoint(const CodeParams &params);
  void moveBehind(mlir::Value value);
  mlir::Value getOriginal(mlir::Value value) const;
  void eraseUnused();

  mlir::func::FuncOp main;
  const QuantizePlan &plan;
  mlir::OpBuilder builder;
  mlir::Operation *lastScalar = nullptr; ///< scales and zero points stand at the beginning of the function
  llvm::DenseMap<mlir::Attribute, mlir::Value> scalars;
  llvm::DenseMap<Key, Rounded> rounded;
  llvm::DenseMap<mlir::Value, mlir::Value> originals; ///< dequantized value -> what was rounded
};

} // namespace qc
