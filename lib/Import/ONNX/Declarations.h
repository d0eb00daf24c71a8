// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a graph says about its inputs and outputs, against what they are.
#pragma once
#include "InputShapes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"

namespace qc::onnx {

/// What a value is that is no tensor: "a sequence".
const char *getKind(const onnx_pb::TypeProto &type);

/// An initializer must be what the graph input of its name is declared as. Errors are at the initializer's name.
llvm::LogicalResult checkDeclaredInitializer(const onnx_pb::ValueInfoProto &input, const onnx_pb::TensorProto &tensor,
                                             mlir::Location location);

/// What the model says about an output must be what its inputs make of it as far as sizes are known, else an error is
/// emitted. A shape that follows an older rule for pools with ceil_mode leaves a warning. Names of dimensions are
/// labels: one that stands for two sizes (among outputs, or because an input's dimension of that name was bound) leaves
/// a remark.
class DeclaredOutputs {
public:
  DeclaredOutputs(const InputShapes &inputs, mlir::Location location) : inputs(inputs), location(location) {}

  llvm::LogicalResult check(const onnx_pb::ValueInfoProto &output, mlir::Value value);

private:
  bool isOlderCeilRule(const onnx_pb::ValueInfoProto &output, mlir::Value value);
  void checkLabels(const onnx_pb::ValueInfoProto &output, mlir::RankedTensorType type);

  const InputShapes &inputs;
  mlir::Location location;
  llvm::StringMap<int64_t> sizes; ///< of dimensions by label, from the first output that has it
};

} // namespace qc::onnx
