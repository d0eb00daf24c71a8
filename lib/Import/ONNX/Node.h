// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One node of the graph, as the handlers of operators see it.
#pragma once
#include "Attributes.h"
#include "Values.h"
#include "llvm/ADT/StringSet.h"

namespace qc::onnx {

class NodeImporter;

/// Inputs, attributes and outputs of a node, and the way to build operations from them. Whatever fails has emitted an
/// error at the node's location that begins with the operator's name.
class Node {
public:
  /// `read` holds the names of the tensors that the outputs of the model depend on.
  Node(const onnx_pb::NodeProto &proto, Values &values, mlir::OpBuilder &builder, llvm::StringRef folder,
       const llvm::StringSet<> &read, NodeImporter &importer);

  AttributeReader &getAttributes() { return attributes; }
  mlir::OpBuilder &getBuilder() { return builder; }
  llvm::StringRef getFolder() const { return folder; }
  mlir::Location getLocation() const { return location; }
  mlir::InFlightDiagnostic emitError() const;

  size_t getNumInputs() const { return size_t(proto.input_size()); }
  /// False for inputs that are left out: behind the last one, or with an empty name.
  bool hasInput(size_t index) const;
  llvm::StringRef getInputName(size_t index) const { return proto.input(int(index)); }
  /// Input `index`, which must be there.
  llvm::FailureOr<mlir::Value> getInput(size_t index);
  /// As `getInput`; the element type must be f32.
  llvm::FailureOr<mlir::Value> getFloatInput(size_t index);
  /// A null value where the input is left out.
  llvm::FailureOr<mlir::Value> getOptionalFloatInput(size_t index);
  /// As `getFloatInput` and `getOptionalFloatInput`, for weights: a NaN in a constant is an error.
  llvm::FailureOr<mlir::Value> getWeights(size_t index);
  llvm::FailureOr<mlir::Value> getOptionalWeights(size_t index);
  /// The constant that is input `index`; null where it is left out or computed.
  llvm::FailureOr<const Constant *> getConstantInput(size_t index);
  /// The shape of input `index`, which must be given; a constant does not become an operation for it.
  llvm::FailureOr<llvm::SmallVector<int64_t>> getInputShape(size_t index);

  size_t getNumOutputs() const { return size_t(proto.output_size()); }
  /// Whether something reads output `index`. One that is named and not read need not be computed.
  bool hasOutput(size_t index) const;
  llvm::StringRef getOutputName(size_t index) const { return proto.output(int(index)); }
  llvm::LogicalResult setOutput(mlir::Value value, size_t index = 0);
  llvm::LogicalResult setOutput(Constant constant, size_t index = 0);
  /// Output 0 is another name of input `input`.
  llvm::LogicalResult forwardInput(size_t input);
  /// Fails where an output from `first` on is used; `what` says what these outputs are.
  llvm::LogicalResult expectNoOutputsFrom(size_t first, llvm::StringRef what);

  /// Builds `OpTy` from its builder's arguments; the result type is inferred and the operation verified. Its location
  /// is the name of output 0 with `suffix` behind it.
  template <typename OpTy, typename... Args>
  llvm::FailureOr<mlir::Value> create(llvm::StringRef suffix, Args &&...args) {
    mlir::OperationState state(getOutputLocation(suffix), OpTy::getOperationName());
    // A placeholder: the builders that infer the type end the process where they cannot.
    mlir::Type type = mlir::RankedTensorType::get({}, builder.getF32Type());
    OpTy::build(builder, state, type, std::forward<Args>(args)...);
    return finish(state);
  }
  /// `create` without suffix, as output 0.
  template <typename OpTy, typename... Args> llvm::LogicalResult createOutput(Args &&...args) {
    llvm::FailureOr<mlir::Value> value = create<OpTy>("", std::forward<Args>(args)...);
    return failed(value) ? llvm::failure() : setOutput(*value);
  }

  /// What `condition` is for all sizes that the symbols of the model may have; nothing where that is not one value, or
  /// the importer was not told how to find it.
  std::optional<bool> decide(mlir::Value condition) const;
  /// Imports the graph in attribute `name` to the end of `block`, `inputs` being its inputs. Returns its outputs.
  llvm::FailureOr<llvm::SmallVector<mlir::Value>> importBody(llvm::StringRef name, mlir::Block &block,
                                                             mlir::ValueRange inputs);
  /// Emits what was held back while bodies were imported.
  void emitOfBodies(std::vector<mlir::Diagnostic> &&said);
  /// Verifies an operation that was built without `create`, and erases it where something is wrong.
  llvm::LogicalResult check(mlir::Operation *op);
  /// Name of output `index` (0: also of the node) with `suffix`.
  mlir::Location getOutputLocation(llvm::StringRef suffix, size_t index = 0) const;

private:
  llvm::FailureOr<mlir::Value> finish(mlir::OperationState &state);

  const onnx_pb::NodeProto &proto;
  Values &values;
  mlir::OpBuilder &builder;
  std::string folder;
  const llvm::StringSet<> &read;
  NodeImporter &importer;
  mlir::Location location;
  AttributeReader attributes;
};

/// Location of a node: its name, or that of its first output.
mlir::Location getNodeLocation(mlir::MLIRContext *context, const onnx_pb::NodeProto &node);

/// The name a diagnostic uses for a node: its own, or that of its first output.
llvm::StringRef getNodeName(const onnx_pb::NodeProto &node);

/// The type of a value; all values of the importer are ranked.
inline mlir::RankedTensorType getTensorType(mlir::Value value) {
  return mlir::cast<mlir::RankedTensorType>(value.getType());
}

/// An attribute that counts from the end when negative, as an index into `rank` dimensions; `last` is the largest
/// value, rank - 1 or (for positions between dimensions) rank. Fails with an error.
llvm::FailureOr<int64_t> resolveAxis(Node &node, int64_t axis, int64_t rank, int64_t last);

/// The product of dimensions: 0 where one is 0, else kDynamic where one is; nothing where it does not fit 63 bits.
std::optional<int64_t> getProduct(llvm::ArrayRef<int64_t> dims);

/// `dims` as qc.reshape spells them: an unknown one is -1. Fails with an error where two are unknown.
llvm::FailureOr<llvm::SmallVector<int64_t>> spellShape(Node &node, llvm::ArrayRef<int64_t> dims);

} // namespace qc::onnx
