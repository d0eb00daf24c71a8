// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Dimensions of graph inputs: declared, given by the user, or 1.
#pragma once
#include "mlir/IR/Diagnostics.h"
#include "onnx.pb.h"
#include "qc/Import/ONNX/Import.h"
#include "llvm/ADT/StringMap.h"

namespace qc::onnx {

/// Binds the dimensions of all graph inputs, symbolic ones by name.
class InputShapes {
public:
  InputShapes(const ImportOptions &options, mlir::Location location)
      : given(options.inputShapes), by(options.shapesFrom.empty() ? "" : " by " + options.shapesFrom),
        location(location) {}

  /// Resolves the shapes of `inputs`. Fails with an error where the user names no input, gives another size than is
  /// declared, or a dimension stays open.
  llvm::LogicalResult resolve(llvm::ArrayRef<const onnx_pb::ValueInfoProto *> inputs);

  /// The shape of input `index` of `resolve`.
  llvm::ArrayRef<int64_t> getShape(size_t index) const { return shapes[index]; }

  /// What a symbolic dimension of that name was bound to, if anything.
  std::optional<int64_t> getSymbol(llvm::StringRef name) const;

private:
  using Input = onnx_pb::ValueInfoProto;
  llvm::LogicalResult checkNames(llvm::ArrayRef<const Input *> inputs) const;
  llvm::LogicalResult useGiven(const Input &input, const InputShape &shape);
  llvm::FailureOr<llvm::SmallVector<int64_t>> complete(const Input &input);

  llvm::ArrayRef<InputShape> given;
  std::string by; ///< who gives them, behind "given" in diagnostics
  mlir::Location location;
  llvm::SmallVector<llvm::SmallVector<int64_t>> shapes;
  llvm::StringMap<int64_t> symbols;
};

/// A declared dimension: its size, or nothing where it is symbolic (a name, a negative size or neither).
std::optional<int64_t> getDeclaredSize(const onnx_pb::TensorShapeProto::Dimension &dim);

} // namespace qc::onnx
