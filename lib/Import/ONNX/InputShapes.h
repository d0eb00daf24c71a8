// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Dimensions of graph inputs: declared, given by the user, or symbols.
#pragma once
#include "mlir/IR/Diagnostics.h"
#include "onnx.pb.h"
#include "qc/Import/ONNX/Import.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include <map>

namespace qc::onnx {

/// Resolves the dimensions of all graph inputs to sizes and symbols.
class InputShapes {
public:
  /// With `bindsBatch`, symbols that stand in first dimensions only are 1 where the user says nothing of them.
  InputShapes(const ImportOptions &options, mlir::Location location, bool bindsBatch)
      : options(options), by(options.shapesFrom.empty() ? "" : " by " + options.shapesFrom), location(location),
        bindsBatch(bindsBatch) {}

  /// Resolves the shapes of `inputs`. Fails with an error where the user names no input or symbol, gives another size
  /// than is declared, or an input has no shape at all. A declared size that is none leaves a remark.
  /// The last `numStates` of them are state.
  llvm::LogicalResult resolve(llvm::ArrayRef<const onnx_pb::ValueInfoProto *> inputs, size_t numStates = 0);

  /// The shape of input `index` of `resolve`; ShapedType::kDynamic where a dimension is a symbol.
  llvm::SmallVector<int64_t> getShape(size_t index) const;
  /// The symbols of input `index`: one name per dimension, "" where it has a size.
  llvm::SmallVector<llvm::StringRef> getDims(size_t index) const;
  /// The symbols of all inputs by name.
  const std::map<std::string, SymbolRange> &getSymbols() const { return symbols; }
  /// The symbols of a batch that were made 1.
  llvm::ArrayRef<std::string> getBoundBatch() const { return boundBatch; }
  /// The symbol that dimension `d` of input `index`, a state, was before it was taken for the batch, and 1; else "".
  llvm::StringRef getStateBatch(size_t index, size_t d) const;
  /// The size that the dimension called `name` in the model was bound to, if any.
  std::optional<int64_t> getBoundSize(llvm::StringRef name) const;

private:
  using Input = onnx_pb::ValueInfoProto;
  using Dims = llvm::SmallVector<InputDim>;
  llvm::LogicalResult checkNames(llvm::ArrayRef<const Input *> inputs) const;
  void collectTakenNames(llvm::ArrayRef<const Input *> inputs);
  std::string makeName(const Input &input, size_t dim);
  llvm::FailureOr<Dims> readDeclared(const Input &input, const InputShape *shape);
  llvm::LogicalResult useGiven(const Input &input, const InputShape &shape, llvm::ArrayRef<InputDim> declared);
  llvm::LogicalResult give(const Input &input, llvm::StringRef symbol, const InputDim &dim);
  llvm::LogicalResult checkRenames() const;
  void applyGiven();
  llvm::StringSet<> findNamed() const;
  void bindLeadingSymbols(llvm::ArrayRef<const Input *> inputs);
  void bindStateBatch(size_t numStates);
  void bindTo1(const llvm::StringSet<> &bound);
  llvm::LogicalResult applyRanges();
  llvm::LogicalResult checkSize(const Input &input, llvm::ArrayRef<InputDim> dims) const;

  const ImportOptions &options;
  std::string by; ///< who gives shapes, behind "given" in diagnostics
  mlir::Location location;
  bool bindsBatch;
  std::vector<std::string> boundBatch;
  std::map<std::pair<size_t, size_t>, std::string> stateBatch; ///< by input and dimension
  llvm::SmallVector<Dims> shapes;
  llvm::StringSet<> taken;                  ///< names that no anonymous dimension may get
  std::map<std::string, InputDim> meanings; ///< of the model's symbols: what they were given as
  std::map<std::string, SymbolRange> symbols;
};

/// A declared dimension: its size, or nothing where it is symbolic (a name, a negative size or neither).
std::optional<int64_t> getDeclaredSize(const onnx_pb::TensorShapeProto::Dimension &dim);

/// The name of a symbolic dimension, "" where it has none ("?" is none).
llvm::StringRef getDeclaredName(const onnx_pb::TensorShapeProto::Dimension &dim);

} // namespace qc::onnx
