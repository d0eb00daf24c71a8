// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// ONNX models as modules of the qc dialect.
#pragma once
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <functional>
#include <string>
#include <vector>

namespace qc {

/// A dimension as the user gives it: a size, a symbol's name, or neither where it stays what the model says.
struct InputDim {
  InputDim(int64_t size) : size(size) {}
  InputDim(std::string symbol) : symbol(std::move(symbol)) {}

  bool isSize() const { return size >= 0; }
  bool isSymbol() const { return !symbol.empty(); }
  bool operator==(const InputDim &other) const { return size == other.size && symbol == other.symbol; }
  bool operator!=(const InputDim &other) const { return !(*this == other); }

  int64_t size = -1; ///< negative: not a size
  std::string symbol;
};

/// The shape of one input, as `--input-shape NAME:1x3x8x8` or `NAME:N,3,48,W` gives it.
struct InputShape {
  std::string name;
  llvm::SmallVector<InputDim> dims; ///< empty for a scalar
};

/// Parses `NAME:1x3x8x8`, or `NAME:N,3,?,W` where dimensions have names (a letter or _, then letters, digits, _ . and
/// -) or stay what the model says (?). The last colon splits, so that names of inputs may hold colons; nothing after it
/// is a scalar. Without a comma, `x` stands between numbers; one name alone is a vector's.
llvm::Expected<InputShape> parseInputShape(llvm::StringRef text);

/// What a size that is known when the model runs may be.
struct SymbolRange {
  std::string symbol;
  int64_t low = 0, high = -1; ///< 0 <= low; high = -1: no upper bound, else low <= high
};

/// Parses `W=16:2048`, `W=16:` (no upper bound) and `W=:2048` (from 0). The last = splits: names of a model's
/// dimensions may hold anything.
llvm::Expected<SymbolRange> parseSymbolRange(llvm::StringRef text);

/// What the user may say about a model.
struct ImportOptions {
  /// Inputs that are not listed keep their declared shape. A dimension without a size is a symbol: one with a name
  /// (equal names are equal sizes) or one of its own, then called `INPUT.D`, D its number. A size given for a symbol
  /// binds it, a name given for it renames it, everywhere.
  llvm::SmallVector<InputShape> inputShapes;
  /// Whose shapes they are, for diagnostics: "'m.so'". Empty: the user's own.
  std::string shapesFrom;
  /// For symbols by their names behind `inputShapes`; one that is not there is an error.
  llvm::SmallVector<SymbolRange> ranges;
  /// State, as INPUT=OUTPUT: both leave the borders of the model, and the value of the output is that of the input in
  /// the next run. Of a symbol of the input that another input begins with too, and of which the user says nothing, the
  /// size is 1: a handle holds one sequence.
  std::vector<std::string> states;
  /// Why samples of a batch cannot be given one at a time, asked of the module in which these symbols, all of which the
  /// model takes for the batch, are symbols: a clause, or "" where they can; failure where it cannot say. Without it,
  /// and then, an importer that has made the batch 1 follows first dimensions.
  std::function<mlir::FailureOr<std::string>(mlir::ModuleOp module, llvm::ArrayRef<std::string> symbols)>
      explainMeeting;
  /// What a condition, in a function that is being built, is for all sizes that its symbols may have; nothing where
  /// that is not one value. Without it a condition is known where types say so.
  std::function<std::optional<bool>(mlir::Value condition)> decide;
  /// Gets the paths of the files that hold external data, whether a node reads it or not.
  std::vector<std::string> *externalFiles = nullptr;
};

/// The opsets of the default domain that are read: each operator by the newest definition that is not newer.
constexpr int64_t kMinOpset = 11, kMaxOpset = 28;

/// Reads the ONNX model in file `path` into a module with one function `@main`: one qc operation per node, sizes that
/// are known when the model runs as `?` with `qc.dims` and `qc.symbols`, tensor names as locations and as `qc.name` of
/// arguments and results, weights as resources named by content (external data is mapped from the model's folder and
/// never from outside it). Identity, Dropout at inference and Constant leave no operation behind. Returns null after an
/// error was emitted, located at the node's name: a file that cannot be read or is damaged, operators that qc does not
/// have (all of them in one error), attributes that nothing reads, values that are used before they are defined,
/// element types other than f32 where something is computed, shapes that disagree.
mlir::OwningOpRef<mlir::ModuleOp> importOnnx(mlir::MLIRContext *context, llvm::StringRef path,
                                             const ImportOptions &options = {});

} // namespace qc
