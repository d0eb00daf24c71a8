// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The phases of compilation: --to and --from name them.
#pragma once
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>

namespace qc {

/// What a module has behind it. A module carries its phase as `qc.phase`.
enum class Phase {
  Import,    ///< one qc operation per ONNX node, shapes inferred, weights as resources
  Prepare,   ///< batch norm and constants folded, patterns raised to one operation, biases on contractions
  Calibrate, ///< every value that may be quantized has a `qc.stats` of the module's epoch
  Transform, ///< mathematically equal rewrites for better quantization
  Assign,    ///< every operation carries its `qc.assignment`
  Quantize,  ///< every rounding point stands as `qc.quantize`
  Integer,   ///< dyadic operations between the borders; what stays float says why
  Kernels    ///< launches of kernel.funcs on planned buffers
};

/// All phases, in their order.
llvm::ArrayRef<Phase> getPhases();
/// The name that --to, --from and `qc.phase` use: "import".
llvm::StringRef getPhaseName(Phase phase);
/// The phase of that name; nothing where there is none.
std::optional<Phase> parsePhase(llvm::StringRef name);

/// Options that passes read. Those that shape bytes are also attributes of the module.
struct PipelineOptions {
  bool isFloat = false;       ///< the float baseline: import, prepare, kernels
  bool integerOnly = false;   ///< a float operation between the borders is an error
  std::string rules;          ///< path of a rule file (qc-assign); empty: none
  bool userRulesOnly = false; ///< rules of it that a search made are left aside
  std::string style;          ///< placement of rounding points, "qc" or "ort"; empty: the module's, or qc
  std::string rangeMethod;    ///< minmax, mean, percentile or mse; empty: the module's, or minmax
  std::string biasCorrection; ///< "true" or "false"; empty: the module's, or true
  bool instrumented = false;  ///< kernels of a float module keep its observers (calibration)
  /// The resources whose bytes are freed as soon as the module no longer refers to them, by name: those that nothing
  /// else in the context reads. Empty: none are.
  std::function<bool(llvm::StringRef)> ownsResource;
};

/// Adds the passes of `phase`, ending in its verifier. Import and the measuring half of Calibrate are no passes.
void addPhase(mlir::OpPassManager &passes, Phase phase, const PipelineOptions &options);
/// Adds the verifier of `phase` alone: nothing for a phase that has none. `integerOnly` as in PipelineOptions.
void addVerifier(mlir::OpPassManager &passes, Phase phase, bool integerOnly);

} // namespace qc
