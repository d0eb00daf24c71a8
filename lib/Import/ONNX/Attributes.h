// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attributes of a node, typed, with a record of which were read.
#pragma once
#include "Model.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Location.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace qc::onnx {

/// Reads a node's attributes. An attribute of another type than asked for is an error, and so is one that nothing asked
/// for: an attribute that is silently passed over changes what a model computes. Getters emit the error and return
/// their default; `finish` says whether all went well, and is called before anything is built from what they returned.
class AttributeReader {
public:
  AttributeReader(const onnx_pb::NodeProto &node, mlir::Location location);

  int64_t getInt(llvm::StringRef name, int64_t absent);
  /// An integer that means a truth value: 0 or 1.
  bool getBool(llvm::StringRef name, bool absent);
  float getFloat(llvm::StringRef name, float absent);
  std::string getString(llvm::StringRef name, llvm::StringRef absent);
  /// Nothing where the attribute is absent.
  std::optional<llvm::SmallVector<int64_t>> getInts(llvm::StringRef name);
  std::optional<llvm::SmallVector<float>> getFloats(llvm::StringRef name);
  std::optional<int64_t> getOptionalInt(llvm::StringRef name);
  std::optional<float> getOptionalFloat(llvm::StringRef name);
  /// Null where the attribute is absent. The message lives as long as the model.
  const onnx_pb::TensorProto *getTensor(llvm::StringRef name);

  /// The attributes are wrong, whatever the inputs are. To be said before the error.
  void fail() { ok = false; }
  bool hasFailed() const { return !ok; }

  /// Nothing where the attribute is absent.
  std::optional<llvm::SmallVector<std::string>> getStrings(llvm::StringRef name);
  /// The message (of a GraphProto) as bytes; null where the attribute is absent.
  const std::string *getGraph(llvm::StringRef name);
  /// The message (of a SparseTensorProto) as bytes; null where the attribute is absent.
  const std::string *getSparseTensor(llvm::StringRef name);

  /// Fails after an error of a getter, and with an error that names the attributes that were not read.
  llvm::LogicalResult finish();

private:
  /// Attribute `name` if it is there with type code `type`.
  const onnx_pb::AttributeProto *find(llvm::StringRef name, int type);

  const onnx_pb::NodeProto &node;
  mlir::Location location;
  llvm::SmallVector<bool, 8> read; ///< per attribute of the node
  bool ok = true;
};

} // namespace qc::onnx
