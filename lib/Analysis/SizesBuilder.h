// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The algebra of the analysis of sizes: dimensions are affine expressions.
#pragma once
#include "qc/Analysis/Sizes.h"
#include <map>
#include <set>

namespace qc {

/// The number of elements of a tensor whose contents are looked at: integers of 32 and 64 bits, booleans, f32.
std::optional<int64_t> countContents(mlir::Type type);

/// The value of a symbol that is a function, of arguments whose symbols have `values`; nothing for any other symbol.
std::optional<int64_t> evaluateSymbol(const SizeSymbol &symbol, llvm::ArrayRef<int64_t> values);

/// Fills a `SizeAnalysis` in program order.
class SizesBuilder : public ShapeMath {
public:
  explicit SizesBuilder(SizeAnalysis &sizes) : sizes(sizes) {}
  llvm::LogicalResult run(mlir::func::FuncOp main);

  std::optional<Dims> getContents(mlir::Value value) override;
  bool isContent(Dim dim) override { return !sizes.isOfModel(toExpr(dim)); }
  std::string describe(Dim dim) override;
  std::string describe(const TensorShape &shape, size_t d) override;

protected:
  Dims getDims(mlir::Value value) override;
  Dim combine(Function function, Dim a, Dim b) override;
  Dim combineSelect(Dim condition, Dim yes, Dim no) override;
  Dim makeUnknown(mlir::Value result, size_t d) override;
  bool areEqualUnknown(Dim a, Dim b) override;
  std::optional<bool> isAtMostUnknown(Dim a, Dim b) override;
  bool require(Relation relation, Dim a, Dim b, llvm::function_ref<std::string()> text) override;

private:
  void addArguments(mlir::func::FuncOp main);
  void addArgument(mlir::BlockArgument argument, mlir::ArrayAttr names, mlir::DictionaryAttr ranges);
  llvm::LogicalResult addBlock(mlir::Block &block);
  llvm::LogicalResult addRegion(mlir::Region &region, mlir::AffineExpr trips = {});
  llvm::LogicalResult addBody(LoopOp loop);
  llvm::LogicalResult checkCarried(LoopOp loop);
  /// The error that shape functions left behind, at `op`.
  llvm::LogicalResult emitFailure(mlir::Operation *op);
  llvm::LogicalResult addShapes(mlir::Operation *op);
  void addContents(mlir::Operation *op);
  std::optional<Dims> moveContents(mlir::Operation *op, llvm::ArrayRef<unsigned> moved, unsigned result);

  static std::string nameOf(mlir::Value value);
  mlir::AffineExpr toExpr(Dim dim) const;
  static Dim toDim(mlir::AffineExpr expr);
  Dim addSymbol(SizeSymbol symbol);
  /// A symbol that is a function of expressions; the same one for the same arguments.
  Dim addFunction(SizeSymbol::Kind kind, llvm::StringRef name, llvm::ArrayRef<Dim> arguments, SizeRange range);

  SizeAnalysis &sizes;
  mlir::Operation *current = nullptr;
  mlir::Block *branch = nullptr; ///< of a branch or loop; null outside of them
  llvm::StringMap<mlir::AffineExpr> named;
  std::map<std::pair<int, std::vector<const void *>>, Dim> functions;
  // Of the regions around `current`: what stands in another one need not hold here.
  std::set<std::tuple<int, const void *, const void *>> required;
  std::set<const void *> positive;   ///< numbers of trips of the loops around
  std::set<const void *> dimensions; ///< expressions that are sizes of tensors: >= 0 in every run that is not refused
};

} // namespace qc
