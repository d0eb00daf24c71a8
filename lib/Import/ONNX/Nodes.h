// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The nodes of a graph, or of a body of If, Loop or Scan, one after the other.
#pragma once
#include "Handlers.h"
#include "Supported.h"
#include "qc/Import/ONNX/Import.h"

namespace qc::onnx {

/// Builds the operations of the nodes that the outputs of a graph depend on. A fault ends the import of what depends on
/// it, not that of the rest.
class NodeImporter {
public:
  /// `location` stands for the whole model in diagnostics. Of a body: `outer` is the importer of the graph around it,
  /// constants become operations at the end of `outermost`, the block of `@main`, in front of what the body belongs to.
  NodeImporter(Model &model, onnx_pb::GraphProto &graph, const ImportOptions &options, const Supported &supported,
               mlir::Location location, mlir::OpBuilder &builder, NodeImporter *outer = nullptr,
               mlir::Block *outermost = nullptr)
      : model(model), graph(graph), options(options), supported(supported), location(location), builder(builder),
        values(builder, model.folder, outer ? &outer->values : nullptr, outermost), reads(findReads(graph)),
        depth(outer ? outer->depth + 1 : 0) {}

  Values &getValues() { return values; }
  const ImportOptions &getOptions() const { return options; }
  const Reads &getReads() const { return reads; }
  /// Null where `name` is no initializer of the graph.
  const onnx_pb::TensorProto *findInitializer(llvm::StringRef name) const { return initializers.lookup(name); }

  /// Initializers get their names; no name is defined twice.
  llvm::LogicalResult defineConstants();
  llvm::LogicalResult importNodes();

  /// Builds the nodes of the graph in `bytes`, a body of `owner`, at the end of `block`, with `inputs` as its inputs.
  /// Returns its outputs. Names that it does not define are those of the graphs around it.
  llvm::FailureOr<llvm::SmallVector<mlir::Value>> importBody(const onnx_pb::NodeProto &owner, const std::string &bytes,
                                                             mlir::Block *block, mlir::ValueRange inputs);

  /// Emits what was held back of bodies of the current node: each is a fault of its own.
  void emitOfBodies(std::vector<mlir::Diagnostic> &&said);

private:
  llvm::LogicalResult checkDefinitions();
  llvm::LogicalResult defineInitializers();
  llvm::LogicalResult defineSparseInitializers();
  llvm::LogicalResult defineBodyInputs(const onnx_pb::NodeProto &owner, mlir::ValueRange inputs);
  llvm::LogicalResult importNode(const onnx_pb::NodeProto &proto);
  llvm::LogicalResult checkInputs(const onnx_pb::NodeProto &proto, const Handler &handler);
  llvm::LogicalResult checkOutputs(const onnx_pb::NodeProto &proto, const Handler &handler);
  llvm::LogicalResult runHandler(const onnx_pb::NodeProto &proto, const Handler &handler, bool tainted);
  void recover(const onnx_pb::NodeProto &proto, bool isKnown);
  llvm::FailureOr<llvm::SmallVector<mlir::Value>> collectBodyOutputs(const onnx_pb::NodeProto &owner);

  Model &model;
  onnx_pb::GraphProto &graph;
  const ImportOptions &options;
  const Supported &supported;
  mlir::Location location;
  mlir::OpBuilder &builder;
  Values values;
  Reads reads;
  llvm::StringMap<const onnx_pb::TensorProto *> initializers;
  unsigned depth;
  bool isInBody = false; ///< a body of the current node is being imported
};

} // namespace qc::onnx
