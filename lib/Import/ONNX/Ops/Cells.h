// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The cells of LSTM, GRU and RNN: what one step makes of sums and states.
#pragma once
#include "../Node.h"
#include "dialects/QC/QC.h"

namespace qc::onnx {

enum class CellKind { Lstm, Gru, Rnn };

/// Builds operations of one node, and remembers whether one could not be built: from then on nothing is.
class OpWriter {
public:
  explicit OpWriter(Node &node) : node(node) {}

  template <typename OpTy, typename... Args> mlir::Value make(llvm::StringRef suffix, Args &&...args) {
    if (hasFailed)
      return {};
    llvm::FailureOr<mlir::Value> value = node.create<OpTy>(suffix, std::forward<Args>(args)...);
    return succeeded(value) ? *value : fail();
  }
  mlir::Value makeFloats(llvm::ArrayRef<int64_t> shape, float value);
  mlir::Value makeInteger(int64_t value);  ///< a scalar of i64
  mlir::Value makeIntegers(int64_t value); ///< a vector of one i64
  /// Columns first .. first + count - 1 of a matrix, elements of a vector, ...: of the last dimension.
  mlir::Value takeColumns(mlir::Value x, int64_t first, int64_t count, llvm::StringRef suffix);

  mlir::Value fail() {
    hasFailed = true;
    return {};
  }
  llvm::LogicalResult result() const { return llvm::failure(hasFailed); }
  Node &getNode() { return node; }

private:
  Node &node;
  bool hasFailed = false;
};

/// A function of a cell, with its numbers.
struct Activation {
  std::string name;
  float alpha = 0, beta = 0;
};

/// What attributes say of the cells.
struct CellAttributes {
  llvm::SmallVector<Activation> activations; ///< f, g (LSTM: h) of each direction
  std::optional<float> clip;
  bool couplesGates = false;   ///< LSTM: the forget gate is 1 - the input gate
  bool isLinearBefore = false; ///< GRU: linear_before_reset
};

llvm::LogicalResult readCell(Node &node, CellKind kind, int64_t numDirections, CellAttributes &attributes);

/// One cell of one direction.
class Cell {
public:
  Cell(OpWriter &write, CellKind kind, int64_t hidden, const CellAttributes &attributes, int64_t direction);

  mlir::Value recurrence;      ///< [gates * hidden, hidden]
  mlir::Value bias, peepholes; ///< may be null

  /// In front of the loop: the sums of all steps' inputs `x` ([steps, batch, inputs]) with weights `w` ([gates *
  /// hidden, inputs]), and what the loop needs.
  mlir::Value prepare(mlir::Value x, mlir::Value w);
  /// In the loop: the states behind a step of which `sums` is the part of the input.
  llvm::SmallVector<mlir::Value> step(mlir::Value sums, llvm::ArrayRef<mlir::Value> states);

private:
  bool isPlain() const;
  /// Function `function` of x, a sum of a gate, which is clipped where the node says so.
  mlir::Value activateGate(size_t function, mlir::Value x);
  mlir::Value activate(size_t function, mlir::Value x);
  mlir::Value product(mlir::Value state, mlir::Value matrix, mlir::Value vector);
  llvm::SmallVector<mlir::Value> stepLstm(mlir::Value gates, mlir::Value c);
  mlir::Value stepGru(mlir::Value sums, mlir::Value h);
  mlir::Value addPeephole(mlir::Value gate, size_t place, mlir::Value c);

  OpWriter &write;
  CellKind kind;
  int64_t hidden;
  const CellAttributes &attributes;
  llvm::ArrayRef<Activation> functions;
  mlir::Value matrix, inner;         ///< of the state: [hidden, gates * hidden]; GRU: of the hidden gate alone
  mlir::Value matrixBias, innerBias; ///< may be null
  mlir::Value one, bound, minusBound, peepholeParts[3];
};

} // namespace qc::onnx
