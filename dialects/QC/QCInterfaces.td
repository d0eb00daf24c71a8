// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Interfaces of operations: what other rooms ask an operation instead of switching over its kind.
#ifndef QC_INTERFACES_TD
#define QC_INTERFACES_TD

include "mlir/IR/OpBase.td"

def QC_EvaluateOpInterface : OpInterface<"EvaluateOpInterface"> {
  let cppNamespace = "::qc";
  let description = [{
    The slow and readable meaning of an operation: the oracle of every bit test. Declared here, implemented as external
    models in lib/Reference. Constant folding in `prepare` calls it too.
  }];
  let methods = [InterfaceMethod<[{
      Computes the results from operand values. Absent optional operands have no entry. Operand and result types are static
      at run time even where the operation's are not. Emits a diagnostic and fails where a value has no meaning.
    }], "::llvm::LogicalResult", "evaluate",
    (ins "::llvm::ArrayRef<::qc::TensorValue>":$operands, "::llvm::SmallVectorImpl<::qc::TensorValue> &":$results)>];
}

def QC_QuantizationOpInterface : OpInterface<"QuantizationOpInterface"> {
  let cppNamespace = "::qc";
  let description = [{ What the quantizer has to know about an operation. }];
  let methods = [
    InterfaceMethod<"The part the operation plays in placing rounding points (docs/Numerics.md).", "::qc::QuantRole",
                    "getQuantRole">,
    InterfaceMethod<[{ The operand that holds weights when it is a constant, if any. }], "std::optional<unsigned>",
                    "getWeightOperand", (ins), "", "return std::nullopt;">,
    InterfaceMethod<[{ The dimension of the weight operand that is the output channel; -1 where it has none. }], "int64_t", "getWeightChannelAxis",
                    (ins), "", "return 0;">,
    InterfaceMethod<[{ The operand that is added to the contraction as a constant per output channel, if present. }],
                    "std::optional<unsigned>", "getBiasOperand", (ins), "", "return std::nullopt;">,
    InterfaceMethod<[{ The dimension of the result that is the output channel; -1 where it has none. }], "int64_t", "getResultChannelAxis", (ins),
                    "", "return 1;">,
    InterfaceMethod<[{ Why the operation has no integer form, for role Island. }], "::llvm::StringRef", "getIslandReason",
                    (ins), "", "return \"the operation has no integer form yet\";">
  ];
}

def QC_UnaryFunctionOpInterface : OpInterface<"UnaryFunctionOpInterface"> {
  let cppNamespace = "::qc";
  let description = [{ An elementwise function of one value: can be one step of a table. }];
  let methods = [InterfaceMethod<[{
      The function in f64 by Arith's own routines, nothing where its parameters are not constant (docs/Numerics.md, Table).
    }], "std::optional<double>", "applyF64", (ins "double":$x)>];
}

def QC_CostOpInterface : OpInterface<"CostOpInterface"> {
  let cppNamespace = "::qc";
  let description = [{ What an operation costs. }];
  let methods = [InterfaceMethod<"Multiply-accumulates of one execution; nothing where a dimension is unknown.",
                                 "std::optional<int64_t>", "getMacs">];
}

def QC_ShapeFunctionOpInterface : OpInterface<"ShapeFunctionOpInterface"> {
  let cppNamespace = "::qc";
  let description = [{
    How the sizes of results follow from those of operands, said once for type inference, the analysis of sizes
    (include/qc/Analysis/Sizes.h) and code generation: each brings its own `ShapeMath`.
  }];
  let methods = [
    InterfaceMethod<[{
      The dimensions of each result. Whatever the operation demands of its operands' sizes is demanded of `math`, which has
      failed afterwards where it is known not to be so.
    }], "::llvm::SmallVector<::qc::Dims>", "inferShapes", (ins "::qc::ShapeMath &":$math)>,
    InterfaceMethod<[{
      The elements of an integer result in row-major order, from those of the operands; nothing where they are not known
      as expressions. Not asked of operations whose results are elements of their operands (`getMovedOperands`). What is
      beyond int64 fails in `math`.
    }], "std::optional<::qc::Dims>", "inferContents", (ins "::qc::ShapeMath &":$math, "unsigned":$result), "",
    "return std::nullopt;">,
    InterfaceMethod<[{
      Of an operation whose result consists of elements of operands, unchanged: these operands. The others say which, and
      where to.
    }], "::llvm::SmallVector<unsigned>", "getMovedOperands", (ins), "", "return {};">
  ];
}

#endif
