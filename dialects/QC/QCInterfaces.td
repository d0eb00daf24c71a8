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

def QC_IntegerFormOpInterface : OpInterface<"IntegerFormOpInterface"> {
  let cppNamespace = "::qc";
  let description = [{
    What an operation says, once, about being computed on codes: how rounding points stand around it, what its operands
    are, which formats it can be computed in. With which numbers, says `RequantPlanOpInterface`; by which integer
    operations, `DyadicFormOpInterface`. An operation without this interface stays float.
  }];
  let methods = [
    InterfaceMethod<[{ How rounding points stand around the operation. By default a function of one value is a step of
      tables, and anything else is rounded by itself. }], "::qc::RoundingTraits", "getRoundingTraits", (ins), "",
                    "return ::qc::getDefaultRoundingTraits($_op);">,
    InterfaceMethod<[{ The operand slots that hold activations: not constant weights, biases or bounds. A constant operand
      of an add is an activation. }], "::llvm::SmallVector<unsigned>", "getDataOperands", (ins), "",
                    "return ::qc::getDefaultDataOperands($_op);">,
    InterfaceMethod<[{ The operand that holds weights when it is a constant, if any. }], "std::optional<unsigned>",
                    "getWeightOperand", (ins), "", "return std::nullopt;">,
    InterfaceMethod<[{ The dimension of the weight operand that is the output channel; -1 where it has none. }], "int64_t",
                    "getWeightChannelAxis", (ins), "", "return 0;">,
    InterfaceMethod<[{ Whether the weights are a matrix whose earlier dimensions are batches. }], "bool",
                    "hasMatrixWeights", (ins), "", "return false;">,
    InterfaceMethod<[{ How many products each sum of a contraction has, at most; -1 where there is no bound. }], "int64_t",
                    "getReductionDepth", (ins), "", "return -1;">,
    InterfaceMethod<[{ The operand that is added to the contraction as a constant per output channel, if present. }],
                    "std::optional<unsigned>", "getBiasOperand", (ins), "", "return std::nullopt;">,
    InterfaceMethod<[{ The dimension of the result that is the output channel; -1 where it has none. }], "int64_t",
                    "getResultChannelAxis", (ins), "", "return 1;">,
    InterfaceMethod<[{ The bounds of a clamp; nothing for other operations and where they are not constant. }],
                    "std::optional<::qc::ClampBounds>", "getClampBounds", (ins), "", "return std::nullopt;">,
    InterfaceMethod<[{ Why the operation has no integer form whatever its scales are: lower case, no full stop; empty where
      it has one. A constant behind a qc.dequantize counts as one. }], "std::string", "explainFloat", (ins), "",
                    "return {};">,
    InterfaceMethod<[{ What the operation can be computed in: float first, each with a reason where it cannot. }],
                    "::llvm::SmallVector<::qc::FormatCandidate>", "getCandidates", (ins), "",
                    "return ::qc::getDefaultCandidates($_op);">
  ];
}

def QC_RequantPlanOpInterface : OpInterface<"RequantPlanOpInterface"> {
  let cppNamespace = "::qc";
  let description = [{
    The numbers of an operation that is rounded by a Requant of its own. Attached by lib/Analysis. Contractions are planned
    as groups; tables and moves exist for all parameters and need no plan.
  }];
  let methods = [InterfaceMethod<[{
      Multipliers and shifts for activations of these parameters, in the order of getDataOperands, and a result of scale
      `resultScale`; or the reason why there are none.
    }], "void", "planRequant",
    (ins "::llvm::ArrayRef<::qc::CodeParams>":$inputs, "float":$resultScale, "::qc::RequantPlan &":$plan)>];
}

def QC_DyadicFormOpInterface : OpInterface<"DyadicFormOpInterface"> {
  let cppNamespace = "::qc";
  let description = [{ How an operation becomes integer operations. Attached by lib/Conversion. }];
  let methods = [
    InterfaceMethod<[{
      The codes that the rounding point behind `group` gives, where the operation is the group's first one; or says in
      `reason` why there are none.
    }], "::mlir::FailureOr<::mlir::Value>", "convert",
    (ins "::mlir::OpBuilder &":$builder, "const ::qc::conversion::RoundedGroup &":$group, "std::string &":$reason)>,
    InterfaceMethod<[{ The i32 sum of a contraction, bias included; null for other operations. }], "::mlir::Value",
    "emitSum", (ins "::mlir::OpBuilder &":$builder, "const ::qc::conversion::SumOperands &":$operands), "", "return {};">
  ];
}

def QC_UnaryFunctionOpInterface : OpInterface<"UnaryFunctionOpInterface"> {
  let cppNamespace = "::qc";
  let description = [{ An elementwise function of one value: can be one step of a table. }];
  let methods = [InterfaceMethod<"The operand slot of that value; the others are constants of one element, or absent.", "unsigned",
                                 "getArgument", (ins), "", "return 0;">, InterfaceMethod<[{
      The function in f64 by Arith's own routines, nothing where its parameters are not constant (docs/Numerics.md, Table).
    }], "std::optional<double>", "applyF64", (ins "double":$x)>];
}

def QC_MoveOpInterface : OpInterface<"MoveOpInterface"> {
  let cppNamespace = "::qc";
  let description = [{
    An operation each element of whose result is an element of an operand, or one number. It says where from, once
    (dialects/QC/Moves.h); evaluation, kernels, views without a copy, results that are computed in their place, and codes that
    move as codes follow from it.
  }];
  let methods = [
    InterfaceMethod<[{ Adds the steps that write the result: for operands and a result of sizes that are legal. }], "void", "describeMove",
                    (ins "::qc::MoveBuilder &":$move)>,
    InterfaceMethod<[{ The number of the result's element type that stands where nothing is moved; null where there is none. }],
                    "::mlir::TypedAttr", "getFill", (ins), "", "return {};">,
    InterfaceMethod<[{ Makes it another number, of another type: the operation moves codes from now on. }], "void", "setFill",
                    (ins "::mlir::TypedAttr":$value), "", "return;">
  ];
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
