// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Diagnostics as a user of a tool reads them.
#pragma once
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/Error.h"
#include <string>

namespace llvm {
class raw_ostream;
}

namespace qc {

/// What a diagnostic says before its text: the ONNX name in quotes (of a NameLoc, also inside a FusedLoc),
/// file:line:column, or nothing.
std::string describeLocation(mlir::Location location);

/// `text` on one line: control characters, and bytes that are no UTF-8, become '?'.
std::string makePrintable(llvm::StringRef text);
/// Several lines as a paragraph: empty ones are left out, those behind the first are indented.
std::string makeParagraph(llvm::StringRef text);

/// `text` with what no person reads cut out of the middle: names in quotes of more than 80 bytes (but not paths, which
/// are there to be copied: what lies in a folder that exists), and shapes of more than 8 dimensions, as
/// 1x2x3x...x7x8x9.
std::string shorten(llvm::StringRef text);

/// Prints a context's diagnostics for as long as it lives: one paragraph for a refusal, as
///   error: net.onnx: "conv1": Conv expects 2 * 3 weight channels, got 4
///   note: "w": defined here
/// A place in a file comes first (m.mlir:3:5: error: ...), as editors expect it. The dump of an operation that MLIR
/// adds is left out, as are errors behind the tenth. All text goes through `shorten`. Remarks of passes are printed
/// where the context has them enabled.
class DiagnosticPrinter : public mlir::ScopedDiagnosticHandler {
public:
  /// Takes the diagnostics of `context` and prints them to `os`; both must outlive the printer.
  DiagnosticPrinter(mlir::MLIRContext *context, llvm::raw_ostream &os);
  /// The model file that errors and warnings are about from now on; they begin with it.
  void setModel(llvm::StringRef path) { model = path.str(); }
  /// Says how many errors were left out.
  ~DiagnosticPrinter();

private:
  mlir::LogicalResult print(mlir::Diagnostic &diagnostic);
  void printLine(mlir::Diagnostic &diagnostic);

  std::string makePlace(mlir::Diagnostic &diagnostic) const;

  llvm::raw_ostream &os;
  std::string model;
  unsigned numErrors = 0;
};

/// The error as a diagnostic without a location.
mlir::LogicalResult emitError(mlir::MLIRContext *context, llvm::Error error);

} // namespace qc
