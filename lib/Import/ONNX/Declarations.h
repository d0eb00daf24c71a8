// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a graph says about its inputs and outputs, against what they are.
#pragma once
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include "onnx.pb.h"

namespace qc::onnx {

/// What a value is that is no tensor: "a sequence".
const char *getKind(const onnx_pb::TypeProto &type);

/// An initializer must be what the graph input of its name is declared as. Errors are at the initializer's name.
llvm::LogicalResult checkDeclaredInitializer(const onnx_pb::ValueInfoProto &input, const onnx_pb::TensorProto &tensor,
                                             mlir::Location location);

/// What the model says about an output must be what its inputs make of it: `type`.
llvm::LogicalResult checkDeclaredOutput(const onnx_pb::ValueInfoProto &output, mlir::RankedTensorType type,
                                        mlir::Location location);

} // namespace qc::onnx
