// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scalar text for several iterations (lanes) at once: what differs between lanes becomes vectors.
#pragma once
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/DenseSet.h"
#include <optional>
#include <string>

namespace qc {

/// Which values of a block differ between lanes, and how. Example, with %i as the counter and %n from outside:
///   %a = arith.addi %n, %i      affine, stride 1: lane l holds lane 0's value + l
///   %b = arith.muli %a, %n      affine, stride %n
///   %c = memref.load %x[%a]     varying
///   %d = arith.addi %n, %n      the same in all lanes (uniform)
class LaneAnalysis {
public:
  /// `seeds` (block arguments of `block`) differ between lanes; `counter`, if given, is one of them and counts lanes.
  LaneAnalysis(mlir::Block &block, mlir::ValueRange seeds, mlir::Value counter = {});

  bool isVarying(mlir::Value value) const { return varying.contains(value); }
  /// Whether `value` is varying and lane l is lane 0 plus l times a uniform stride.
  bool isAffine(mlir::Value value) const;
  /// The stride where it is a known number; 0 for a uniform value.
  std::optional<int64_t> getStride(mlir::Value value) const;
  mlir::Value getCounter() const { return counter; }

  /// Why the block has no vector form; nothing where it has one.
  std::optional<std::string> findObstacle() const;

private:
  bool propagate(mlir::Operation &op);
  bool mark(mlir::Value value) { return varying.insert(value).second; }
  std::optional<std::string> findObstacle(mlir::Operation &op) const;

  mlir::Block &block;
  mlir::Value counter;
  llvm::DenseSet<mlir::Value> varying;
};

/// Writes the vector form of a block without obstacle. Uniform values and lane 0 of affine ones stay scalar.
class LaneWriter {
public:
  LaneWriter(mlir::OpBuilder &builder, const LaneAnalysis &analysis, int64_t lanes)
      : builder(builder), analysis(analysis), lanes(lanes) {}

  /// `to` is what the uniform value `from`, or lane 0 of the affine value `from`, is in the new text.
  void mapScalar(mlir::Value from, mlir::Value to) { scalars.map(from, to); }
  /// `to` holds all lanes of `from`.
  void mapVector(mlir::Value from, mlir::Value to) { vectors.map(from, to); }

  /// Writes all operations but the terminator.
  void writeBlock(mlir::Block &block);
  /// All lanes of `value`, at the insertion point.
  mlir::Value getVector(mlir::Value value);
  mlir::Value getScalar(mlir::Value value) { return scalars.lookupOrDefault(value); }

private:
  void write(mlir::Operation &op);
  void writeLoad(mlir::Operation &op);
  void writeFor(mlir::Operation &op);
  void writeIf(mlir::Operation &op);
  void writeElementwise(mlir::Operation &op);
  void writeRegion(mlir::Block &from, mlir::Block &to, mlir::ValueRange results);
  bool isUniform(mlir::Operation &op) const;
  mlir::VectorType getVectorType(mlir::Type element) const { return mlir::VectorType::get({lanes}, element); }
  mlir::Value get(mlir::Value value, bool asVector) { return asVector ? getVector(value) : getScalar(value); }
  void map(mlir::Value from, mlir::Value to, bool asVector) { asVector ? mapVector(from, to) : mapScalar(from, to); }
  mlir::Value getStride(mlir::Value value);

  mlir::OpBuilder &builder;
  const LaneAnalysis &analysis;
  int64_t lanes;
  mlir::IRMapping scalars, vectors;
};

} // namespace qc
