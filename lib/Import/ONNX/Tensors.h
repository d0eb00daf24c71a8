// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constant tensors: from messages, and as attributes.
#pragma once
#include "ExternalData.h"
#include "TensorPayload.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"

namespace qc::onnx {

/// A constant whose bytes are shared.
struct Constant {
  int32_t elementType = 0; ///< a code with getElementBytes(code) > 0
  llvm::SmallVector<int64_t> dims;
  SharedBytes data; ///< aligned to the element

  int64_t getNumElements() const;
};

/// The builtin type of an element type of the format; null for f16, f64 and others that qc has no values of.
mlir::Type getBuiltinType(mlir::MLIRContext *context, int32_t elementType);

/// Takes `proto`'s data: raw data is moved out, external data (below `folder`) mapped. Texts do not name the tensor.
llvm::Expected<Constant> takeConstant(onnx_pb::TensorProto &proto, llvm::StringRef folder);

/// A constant of 64-bit integers.
Constant makeIntegers(llvm::ArrayRef<int64_t> values, llvm::ArrayRef<int64_t> dims);

/// The elements of a constant of i64 in order.
llvm::ArrayRef<int64_t> getIntegers(const Constant &constant);

/// The constant as attribute of `type` (its builtin type and shape): `dense` below 16 elements and for i1, else
/// `dense_resource` named by the hash of the bytes, one resource for equal bytes.
mlir::ElementsAttr getAttribute(const Constant &constant, mlir::RankedTensorType type);

} // namespace qc::onnx
