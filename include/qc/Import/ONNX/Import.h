// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// ONNX models as modules of the qc dialect.
#pragma once
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace qc {

/// The shape of one input, as `--input-shape NAME:1x3x8x8` gives it.
struct InputShape {
  std::string name;
  llvm::SmallVector<int64_t> dims; ///< each >= 0; empty for a scalar
};

/// Parses `NAME:1x3x8x8`. The last colon splits, so that names may hold colons; nothing after it is a scalar.
llvm::Expected<InputShape> parseInputShape(llvm::StringRef text);

/// What the user may say about a model.
struct ImportOptions {
  /// Inputs that are not listed keep their declared shape; there a symbolic leading dimension is 1 (or what another
  /// input bound its name to) and any other symbolic dimension is an error.
  llvm::SmallVector<InputShape> inputShapes;
  /// Whose shapes they are, for diagnostics: "'m.so'". Empty: the user's own.
  std::string shapesFrom;
  /// Gets the paths of the files that hold external data, whether a node reads it or not.
  std::vector<std::string> *externalFiles = nullptr;
};

/// The opsets of the default domain that are read: each operator by the newest definition that is not newer.
constexpr int64_t kMinOpset = 11, kMaxOpset = 28;

/// Reads the ONNX model in file `path` into a module with one function `@main`: one qc operation per node, all
/// dimensions static, tensor names as locations and as `qc.name` of arguments and results, weights as resources named
/// by content (external data is mapped from the model's folder and never from outside it). Identity, Dropout at
/// inference and Constant leave no operation behind. Returns null after an error was emitted, located at the node's
/// name: a file that cannot be read or is damaged, operators that qc does not have (all of them in one error),
/// attributes that nothing reads, values that are used before they are defined, element types other than f32 where
/// something is computed, shapes that disagree.
mlir::OwningOpRef<mlir::ModuleOp> importOnnx(mlir::MLIRContext *context, llvm::StringRef path,
                                             const ImportOptions &options = {});

} // namespace qc
