// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The qc dialect: the network and the quantization facts about it.
#ifndef QC_DIALECT_TD
#define QC_DIALECT_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def QC_Dialect : Dialect {
  let name = "qc";
  let cppNamespace = "::qc";
  let summary = "neural networks at the level a person thinks in, with float semantics";
  let description = [{
    Operations have the meaning of their ONNX namesakes on ranked tensors in ONNX's logical order (NCHW), and float
    semantics in the fixed order of docs/Numerics.md. How a value is quantized is an attribute
    (`#qc.format`), how much are operands of `qc.quantize` and `qc.dequantize`. Large constants are `dense_resource`
    named by content hash.

    Attributes of the module: `qc.version` (i64), `qc.phase` (string: the phase behind the module, include/qc/Pipelines/Phases.h),
    `qc.epoch` (i64: counts rewrites that make observed ranges stale), `qc.style` ("qc" or "ort": placement of rounding points),
    `qc.range_method` ("minmax", "mean", "percentile" or "mse": which range of what was observed gives parameters), `qc.bias_correction`
    (bool: whether weights are rounded together and biases take up what that does to the mean), `qc.integer_only` (unit: no float
    operation between the borders; code is held to it too).
    `qc.symbols` (dictionary from names to `array<i64: low, high>`: the sizes that are known when the model runs, and what they may
    be; a high of -1 is no upper bound; absent where all sizes are known).
    `qc.state` (array of pairs of strings, input and output of `@main`: the value of the output is that of the input in the next
    run, and neither is seen from outside; absent where there is no state).
    Of the entry function `@main`: `qc.name` (string) on every argument and result, its ONNX name; `qc.dims` (array of strings, one
    per dimension) on every argument with a `?`: the symbol's name where the type says `?`, "" where it says a size. A name that
    stands twice is one size: that the dimensions agree is demanded when the model runs.
    Of an operation: `qc.assignment`, `qc.float_reason` (why it stays float), `onnx.origin` (what it was raised from).

    **Constraints**
    - (attribute_c1) `qc.version` is the i64 of this build, `qc.epoch` an i64 >= 0
    - (attribute_c2) `qc.phase`, `qc.float_reason` and `qc.name` are strings, `qc.style` is "qc" or "ort", `qc.range_method` is
      "minmax", "mean", "percentile" or "mse"
    - (attribute_c3) `qc.assignment` is a `#qc.assignment` with as many operands as its operation
    - (attribute_c4) `qc.integer_only` is a unit, `qc.bias_correction` a bool
    - (attribute_c5) `qc.symbols` is a dictionary of `array<i64: low, high>` with 0 <= low, and high = -1 or low <= high
    - (attribute_c6) `qc.dims` is an array of strings, one per dimension of the argument; those of its `?` are in the module's
      `qc.symbols`, the others are ""
    - (attribute_c7) `qc.state` is an array of pairs of strings; the first are the names of the last arguments of `@main` in its order,
      the second those of its last results, with equal element types and ranks
    - (attribute_c8) `qc.choice`, what a search chose for an operation before qc-assign, is a dictionary of two strings: `assign`,
      the name of a candidate, and `reason`; `qc.costs`, the hash of the table that the search read its times from, a string

    ```mlir
    module attributes {qc.symbols = {N = array<i64: 0, -1>, W = array<i64: 16, 2048>}} {
      func.func @main(%x: tensor<?x3x48x?xf32> {qc.dims = ["N", "", "", "W"], qc.name = "x"})
    ```
  }];
  let dependentDialects = ["mlir::func::FuncDialect"];
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let extraClassDeclaration = [{
    void registerAttributes();
    /// Format version of saved modules; another version is a diagnostic.
    static constexpr int64_t kVersion = 1;
    static constexpr llvm::StringLiteral kVersionAttr = "qc.version";
    static constexpr llvm::StringLiteral kPhaseAttr = "qc.phase";
    static constexpr llvm::StringLiteral kEpochAttr = "qc.epoch";
    static constexpr llvm::StringLiteral kStyleAttr = "qc.style";
    static constexpr llvm::StringLiteral kRangeMethodAttr = "qc.range_method";
    static constexpr llvm::StringLiteral kBiasCorrectionAttr = "qc.bias_correction";
    static constexpr llvm::StringLiteral kIntegerOnlyAttr = "qc.integer_only";
    static constexpr llvm::StringLiteral kSymbolsAttr = "qc.symbols";
    static constexpr llvm::StringLiteral kStateAttr = "qc.state";
    static constexpr llvm::StringLiteral kNameAttr = "qc.name";
    static constexpr llvm::StringLiteral kDimsAttr = "qc.dims";
    static constexpr llvm::StringLiteral kAssignmentAttr = "qc.assignment";
    static constexpr llvm::StringLiteral kFloatReasonAttr = "qc.float_reason";
    static constexpr llvm::StringLiteral kChoiceAttr = "qc.choice";
    static constexpr llvm::StringLiteral kCostsAttr = "qc.costs";
    static constexpr llvm::StringLiteral kOriginAttr = "onnx.origin";
  }];
}

class QC_Op<string mnemonic, list<Trait> traits = []> : Op<QC_Dialect, mnemonic, traits>;

#endif
