// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scales and zero points of qc.quantize and qc.dequantize where they are constants: the one way to read them.
#pragma once
#include "dialects/QC/QC.h"
#include "qc/Analysis/RequantPlan.h"

namespace qc {

/// One entry, or one per index of the format's axis.
struct StaticParams {
  std::vector<float> scales;
  std::vector<int32_t> zeroPoints;                   ///< as many as scales, 0 where the operation has none
  numerics::CodeType type = numerics::CodeType::UI8; ///< I32 also of codes of 64 bits (biases), I8 of weights of 4
  int64_t axis = -1;                                 ///< of the format; -1: one entry for the whole tensor
  int64_t block = 0;                                 ///< of the format

  bool isPerTensor() const { return axis < 0; }
  /// The one scale and zero point; only where isPerTensor().
  CodeParams getCodeParams() const { return {scales.front(), zeroPoints.front(), type, axis, block}; }
};

/// Nothing where the operand is not constant, a scale is not positive and finite, or the storage is no code type.
std::optional<StaticParams> getStaticParams(QuantizeOp op);
std::optional<StaticParams> getStaticParams(DequantizeOp op);

/// i8, ui8, i16, ui16, i32 of builtin integer types.
std::optional<numerics::CodeType> getCodeType(mlir::Type type);
/// The builtin type of such codes.
mlir::Type getStorageType(mlir::MLIRContext *context, numerics::CodeType type);

} // namespace qc
