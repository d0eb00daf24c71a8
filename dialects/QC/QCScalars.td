// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operations of the scalar kind: each element of the result is a function of one element of each operand.
#ifndef QC_SCALARS_TD
#define QC_SCALARS_TD

include "dialects/QC/QCBase.td"

def QC_Number : RankedTensorOf<[F32, I32, I64]>;
def QC_Integer : RankedTensorOf<[I32, I64]>;
def QC_NumberOrBool : RankedTensorOf<[F32, I32, I64, I1]>;

/// `expression` is the body: v[i] is an element of operand i, p[i] the value of the i-th of `numbers` (float attributes), all
/// of one number type: float, double (tables), numerics::Integer, or values that a kernel is being written with. It calls
/// what include/qc/Arith/ScalarFunctions.h has. `element` is the result's element type. Evaluation, kernels, folding, shapes
/// and tables follow from these; shapes of operands broadcast as in numpy.
/// `domain` says which number types the body is instantiated for.
class QC_ScalarDomain<bit floats, bit integers> {
  string text = "static constexpr bool takesFloats = " # floats # ", takesIntegers = " # integers # ";";
}
def QC_Floats : QC_ScalarDomain<1, 0>;
def QC_Integers : QC_ScalarDomain<0, 1>;
def QC_Numbers : QC_ScalarDomain<1, 1>;
class QC_ScalarOp<string mnemonic, string expression, QC_ScalarDomain domain, list<string> numbers, string element,
                  list<Trait> traits>
    : QC_TensorOp<mnemonic, !listconcat([DeclareOpInterfaceMethods<QC_ShapeFunctionOpInterface, ["inferContents"]>], traits)> {
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  code declaration = domain.text # [{
    template <typename Number> static auto compute(const Number *v, const Number *p) {
      using namespace numerics::scalar;
      return }] # expression # [{;
    }
    ::llvm::SmallVector<float> getNumbers() {
      return {}] # !interleave(!foreach(number, numbers, "get" # number # "().convertToFloat()"), ", ") # [{};
    }
  }];
  code definition = [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *context, std::optional<::mlir::Location> loc, Adaptor op,
                                                      ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      return ::qc::inferScalar(loc, getOperationName(), op.getOperands(), [&]() -> ::mlir::Type { return }] # element # [{; }, types);
    }
    bool $cppClass::isCompatibleReturnTypes(::mlir::TypeRange inferred, ::mlir::TypeRange actual) {
      return ::qc::areCompatible(inferred, actual);
    }
    ::llvm::SmallVector<::qc::Dims> $cppClass::inferShapes(::qc::ShapeMath &math) {
      return ::qc::inferScalarShapes(math, *this);
    }
    std::optional<::qc::Dims> $cppClass::inferContents(::qc::ShapeMath &math, unsigned) {
      return ::qc::inferScalarContents(math, *this);
    }
  }];
  let extraClassDeclaration = declaration;
  let extraClassDefinition = definition;
}

defvar sameElement = "::qc::getTensor(op.getOperands()[0]).getElementType()";

/// A scalar operation of one f32 value, or of several of which all but one are constants of one element: a step of tables.
class QC_FunctionOp<string mnemonic, string expression, QC_ScalarDomain domain = QC_Floats, list<string> numbers = [],
                    list<Trait> traits = [QC_IntegerFormOpInterface]>
    : QC_ScalarOp<mnemonic, expression, domain, numbers, sameElement,
                  !listconcat([SameOperandsAndResultElementType,
                               DeclareOpInterfaceMethods<QC_UnaryFunctionOpInterface, ["getArgument"]>], traits)> {
  let extraClassDefinition = definition # [{
    std::optional<double> $cppClass::applyF64(double x) { return ::qc::applyFunction(*this, x); }
    unsigned $cppClass::getArgument() { return ::qc::findArgument(*this).value_or(0); }
  }];
}

/// The same with two operands: stays float where both are computed.
class QC_Function2Op<string mnemonic, string expression, QC_ScalarDomain domain, list<Trait> traits = []>
    : QC_FunctionOp<mnemonic, expression, domain, [],
                    !listconcat([DeclareOpInterfaceMethods<QC_IntegerFormOpInterface, ["explainFloat"]>], traits)> {
  let extraClassDefinition = definition # [{
    std::optional<double> $cppClass::applyF64(double x) { return ::qc::applyFunction(*this, x); }
    unsigned $cppClass::getArgument() { return ::qc::findArgument(*this).value_or(0); }
    std::string $cppClass::explainFloat() {
      return ::qc::findArgument(*this) ? "" : "it has an integer form only where one operand is a constant of one element";
    }
  }];
}

/// The same where both operands may be computed: a sum, difference or product. With one constant of one element it is a
/// function of the other, a step of tables.
class QC_ArithmeticOp<string mnemonic, string expression, list<Trait> traits = []>
    : QC_FunctionOp<mnemonic, expression, QC_Numbers, [],
                    !listconcat([DeclareOpInterfaceMethods<QC_IntegerFormOpInterface, ["getRoundingTraits"]>], traits)>;

class QC_CompareOp<string mnemonic, string expression, QC_ScalarDomain domain, list<Trait> traits = []>
    : QC_ScalarOp<mnemonic, expression, domain, [], "::mlir::IntegerType::get(context, 1)",
                  !listconcat([SameOperandsElementType], traits)>;

class QC_LogicOp<string mnemonic, string expression, list<Trait> traits = []>
    : QC_ScalarOp<mnemonic, expression, QC_Integers, [], sameElement, traits>;

def QC_AddOp : QC_ArithmeticOp<"add", "add(v[0], v[1])", [Commutative]> {
  let summary = "a + b with broadcasting";
  let description = [{
    One addition per element: f32, or integers that wrap; shapes broadcast as in numpy.

    **Constraints**
    - (add_c1) shapes of a and b broadcast

    ```mlir
    %y = qc.add %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Number:$a, QC_Number:$b);
  let results = (outs QC_Number:$y);
}

def QC_MulOp : QC_ArithmeticOp<"mul", "mul(v[0], v[1])", [Commutative]> {
  let summary = "a * b with broadcasting";
  let description = [{
    One multiplication per element: f32, or integers that wrap; shapes broadcast as in numpy.

    **Constraints**
    - (mul_c1) shapes of a and b broadcast

    ```mlir
    %y = qc.mul %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Number:$a, QC_Number:$b);
  let results = (outs QC_Number:$y);
}

def QC_SubOp : QC_ArithmeticOp<"sub", "sub(v[0], v[1])"> {
  let summary = "a - b with broadcasting";
  let description = [{
    One subtraction per element: f32, or integers that wrap; shapes broadcast as in numpy.

    **Constraints**
    - (sub_c1) shapes of a and b broadcast

    ```mlir
    %y = qc.sub %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Number:$a, QC_Number:$b);
  let results = (outs QC_Number:$y);
}

def QC_DivOp : QC_Function2Op<"div", "div(v[0], v[1])", QC_Numbers> {
  let summary = "a / b with broadcasting";
  let description = [{
    One division per element. Integers are truncated towards 0 and wrap (the least divided by -1); division by 0 is bad data and
    gives 0.

    **Constraints**
    - (div_c1) shapes of a and b broadcast

    ```mlir
    %y = qc.div %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Number:$a, QC_Number:$b);
  let results = (outs QC_Number:$y);
}

def QC_PowOp : QC_Function2Op<"pow", "pow(v[0], v[1])", QC_Floats> {
  let summary = "a to the power of b";
  let description = [{
    By `pow` of docs/Numerics.md (Functions in f32).

    **Constraints**
    - (pow_c1) shapes of a and b broadcast

    ```mlir
    %y = qc.pow %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$a, QC_Float:$b);
  let results = (outs QC_Float:$y);
}

def QC_MaxOp : QC_Function2Op<"max", "maximum(v[0], v[1])", QC_Numbers, [Commutative]> {
  let summary = "the larger of a and b";
  let description = [{
    max(-0, +0) = +0, a NaN gives 0x7fc00000.

    **Constraints**
    - (max_c1) shapes of a and b broadcast

    ```mlir
    %y = qc.max %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Number:$a, QC_Number:$b);
  let results = (outs QC_Number:$y);
}

def QC_MinOp : QC_Function2Op<"min", "minimum(v[0], v[1])", QC_Numbers, [Commutative]> {
  let summary = "the smaller of a and b";
  let description = [{
    min(-0, +0) = -0, a NaN gives 0x7fc00000.

    **Constraints**
    - (min_c1) shapes of a and b broadcast

    ```mlir
    %y = qc.min %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Number:$a, QC_Number:$b);
  let results = (outs QC_Number:$y);
}

def QC_PreluOp : QC_Function2Op<"prelu", "leakyRelu(v[0], v[1])", QC_Floats> {
  let summary = "a < 0 ? b * a : a";
  let description = [{
    One f32 multiplication where a < 0; NaN gives 0x7fc00000.

    **Constraints**
    - (prelu_c1) shapes of a and b broadcast

    ```mlir
    %y = qc.prelu %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$a, QC_Float:$b);
  let results = (outs QC_Float:$y);
}

def QC_ModOp : QC_ScalarOp<"mod", "mod(v[0], v[1])", QC_Integers, [], sameElement, [SameOperandsAndResultElementType]> {
  let summary = "a modulo b, with the sign of b";
  let description = [{
    Python's remainder of integers. Modulo 0 is bad data and gives 0.

    **Constraints**
    - (mod_c1) shapes of a and b broadcast

    ```mlir
    %y = qc.mod %a, %b : (tensor<2x3xi64>, tensor<3xi64>) -> tensor<2x3xi64>
    ```
  }];
  let arguments = (ins QC_Integer:$a, QC_Integer:$b);
  let results = (outs QC_Integer:$y);
}

def QC_RemainderOp : QC_ScalarOp<"remainder", "remainder(v[0], v[1])", QC_Integers, [], sameElement, [SameOperandsAndResultElementType]> {
  let summary = "a modulo b, with the sign of a";
  let description = [{
    C's remainder of integers. Modulo 0 is bad data and gives 0.

    **Constraints**
    - (remainder_c1) shapes of a and b broadcast

    ```mlir
    %y = qc.remainder %a, %b : (tensor<2x3xi64>, tensor<3xi64>) -> tensor<2x3xi64>
    ```
  }];
  let arguments = (ins QC_Integer:$a, QC_Integer:$b);
  let results = (outs QC_Integer:$y);
}

def QC_NegOp : QC_FunctionOp<"neg", "neg(v[0])", QC_Numbers> {
  let summary = "-x";
  let description = [{
    The sign bit of f32 is flipped; integers wrap.

    ```mlir
    %y = qc.neg %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Number:$x);
  let results = (outs QC_Number:$y);
}

def QC_AbsOp : QC_FunctionOp<"abs", "abs(v[0])", QC_Numbers> {
  let summary = "|x|";
  let description = [{
    The sign bit of f32 is cleared; integers wrap (the least gives itself).

    ```mlir
    %y = qc.abs %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Number:$x);
  let results = (outs QC_Number:$y);
}

def QC_SignOp : QC_FunctionOp<"sign", "sign(v[0])", QC_Numbers> {
  let summary = "-1, 0 or 1";
  let description = [{
    0 for both zeros; NaN gives 0x7fc00000.

    ```mlir
    %y = qc.sign %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Number:$x);
  let results = (outs QC_Number:$y);
}

def QC_FloorOp : QC_FunctionOp<"floor", "floor(v[0])"> {
  let summary = "the largest integer <= x";
  let description = [{
    Exact; NaN gives 0x7fc00000.

    ```mlir
    %y = qc.floor %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x);
  let results = (outs QC_Float:$y);
}

def QC_CeilOp : QC_FunctionOp<"ceil", "ceil(v[0])"> {
  let summary = "the smallest integer >= x";
  let description = [{
    Exact; -0.5 gives -0; NaN gives 0x7fc00000.

    ```mlir
    %y = qc.ceil %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x);
  let results = (outs QC_Float:$y);
}

def QC_RoundOp : QC_FunctionOp<"round", "round(v[0])"> {
  let summary = "x to the nearest integer, ties to even";
  let description = [{
    Exact; NaN gives 0x7fc00000.

    ```mlir
    %y = qc.round %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x);
  let results = (outs QC_Float:$y);
}

def QC_ReciprocalOp : QC_FunctionOp<"reciprocal", "reciprocal(v[0])"> {
  let summary = "1 / x";
  let description = [{
    One f32 division.

    ```mlir
    %y = qc.reciprocal %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x);
  let results = (outs QC_Float:$y);
}

def QC_SqrtOp : QC_FunctionOp<"sqrt", "squareRoot(v[0])"> {
  let summary = "the square root of x";
  let description = [{
    One f32 square root; below 0 and for NaN 0x7fc00000.

    ```mlir
    %y = qc.sqrt %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x);
  let results = (outs QC_Float:$y);
}

def QC_ExpOp : QC_FunctionOp<"exp", "exp(v[0])"> {
  let summary = "e to the power of x";
  let description = [{
    By `exp` of docs/Numerics.md (Functions in f32).

    ```mlir
    %y = qc.exp %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x);
  let results = (outs QC_Float:$y);
}

def QC_SinOp : QC_FunctionOp<"sin", "sin(v[0])"> {
  let summary = "the sine of x radians";
  let description = [{
    By `sin` of docs/Numerics.md (Functions in f32): NaN where |x| > 2^17.

    ```mlir
    %y = qc.sin %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x);
  let results = (outs QC_Float:$y);
}

def QC_CosOp : QC_FunctionOp<"cos", "cos(v[0])"> {
  let summary = "the cosine of x radians";
  let description = [{
    By `cos` of docs/Numerics.md (Functions in f32): NaN where |x| > 2^17.

    ```mlir
    %y = qc.cos %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x);
  let results = (outs QC_Float:$y);
}

def QC_LogOp : QC_FunctionOp<"log", "log(v[0])"> {
  let summary = "the natural logarithm of x";
  let description = [{
    By `log` of docs/Numerics.md (Functions in f32).

    ```mlir
    %y = qc.log %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x);
  let results = (outs QC_Float:$y);
}

def QC_SigmoidOp : QC_FunctionOp<"sigmoid", "sigmoid(v[0])"> {
  let summary = "1 / (1 + e^-x)";
  let description = [{
    By `sigmoid` of docs/Numerics.md (Functions in f32).

    ```mlir
    %y = qc.sigmoid %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x);
  let results = (outs QC_Float:$y);
}

def QC_TanhOp : QC_FunctionOp<"tanh", "tanh(v[0])"> {
  let summary = "the hyperbolic tangent of x";
  let description = [{
    By `tanh` of docs/Numerics.md (Functions in f32).

    ```mlir
    %y = qc.tanh %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x);
  let results = (outs QC_Float:$y);
}

def QC_ErfOp : QC_FunctionOp<"erf", "erf(v[0])"> {
  let summary = "the error function of x";
  let description = [{
    By `erf` of docs/Numerics.md (Functions in f32).

    ```mlir
    %y = qc.erf %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x);
  let results = (outs QC_Float:$y);
}

def QC_GeluOp : QC_FunctionOp<"gelu", "gelu(v[0])"> {
  let summary = "x times the normal distribution of x";
  let description = [{
    By `gelu` of docs/Numerics.md (Functions in f32).

    ```mlir
    %y = qc.gelu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x);
  let results = (outs QC_Float:$y);
}

def QC_GeluTanhOp : QC_FunctionOp<"gelu_tanh", "geluTanh(v[0])"> {
  let summary = "gelu by the hyperbolic tangent";
  let description = [{
    By `geluTanh` of docs/Numerics.md (Functions in f32).

    ```mlir
    %y = qc.gelu_tanh %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x);
  let results = (outs QC_Float:$y);
}

def QC_SiluOp : QC_FunctionOp<"silu", "silu(v[0])"> {
  let summary = "x * sigmoid(x)";
  let description = [{
    By `silu` of docs/Numerics.md (Functions in f32). What `prepare` makes of a product of x and sigmoid(x).

    ```mlir
    %y = qc.silu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x);
  let results = (outs QC_Float:$y);
}

def QC_MishOp : QC_FunctionOp<"mish", "mish(v[0])"> {
  let summary = "x * tanh(softplus(x))";
  let description = [{
    By `mish` of docs/Numerics.md (Functions in f32). What `prepare` makes of its parts.

    ```mlir
    %y = qc.mish %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x);
  let results = (outs QC_Float:$y);
}

def QC_SoftplusOp : QC_FunctionOp<"softplus", "softplus(v[0])"> {
  let summary = "log(1 + e^x)";
  let description = [{
    By `softplus` of docs/Numerics.md (Functions in f32).

    ```mlir
    %y = qc.softplus %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x);
  let results = (outs QC_Float:$y);
}

def QC_SoftsignOp : QC_FunctionOp<"softsign", "softsign(v[0])"> {
  let summary = "x / (1 + |x|)";
  let description = [{
    One f32 addition and one division; NaN gives 0x7fc00000.

    ```mlir
    %y = qc.softsign %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x);
  let results = (outs QC_Float:$y);
}

def QC_LeakyReluOp : QC_FunctionOp<"leaky_relu", "leakyRelu(v[0], p[0])", QC_Floats, ["Alpha"]> {
  let summary = "x < 0 ? alpha * x : x";
  let description = [{
    One f32 multiplication where x < 0; NaN gives 0x7fc00000.

    ```mlir
    %y = qc.leaky_relu %x {alpha = 0.01 : f32} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x, F32Attr:$alpha);
  let results = (outs QC_Float:$y);
}

def QC_EluOp : QC_FunctionOp<"elu", "elu(v[0], p[0])", QC_Floats, ["Alpha"]> {
  let summary = "x > 0 ? x : alpha * (e^x - 1)";
  let description = [{
    By `elu` of docs/Numerics.md (Functions in f32).

    ```mlir
    %y = qc.elu %x {alpha = 1.0 : f32} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x, F32Attr:$alpha);
  let results = (outs QC_Float:$y);
}

def QC_CeluOp : QC_FunctionOp<"celu", "celu(v[0], p[0])", QC_Floats, ["Alpha"]> {
  let summary = "x > 0 ? x : alpha * (e^(x / alpha) - 1)";
  let description = [{
    By `celu` of docs/Numerics.md (Functions in f32).

    ```mlir
    %y = qc.celu %x {alpha = 1.0 : f32} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x, F32Attr:$alpha);
  let results = (outs QC_Float:$y);
}

def QC_SeluOp : QC_FunctionOp<"selu", "selu(v[0], p[0], p[1])", QC_Floats, ["Alpha", "Gamma"]> {
  let summary = "gamma * (x > 0 ? x : alpha * (e^x - 1))";
  let description = [{
    By `selu` of docs/Numerics.md (Functions in f32).

    ```mlir
    %y = qc.selu %x {alpha = 1.5 : f32, gamma = 1.0 : f32} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x, F32Attr:$alpha, F32Attr:$gamma);
  let results = (outs QC_Float:$y);
}

def QC_ReluOp : QC_FunctionOp<"relu", "relu(v[0])", QC_Floats, [], [
    DeclareOpInterfaceMethods<QC_IntegerFormOpInterface, ["getRoundingTraits", "getClampBounds"]>]> {
  let summary = "max(x, 0)";
  let description = [{
    `max(x, +0)`: -0 becomes +0, NaN becomes 0x7fc00000.

    ```mlir
    %y = qc.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x);
  let results = (outs QC_Float:$y);
}

def QC_HardSigmoidOp : QC_FunctionOp<"hard_sigmoid", "hardSigmoid(v[0], p[0], p[1])", QC_Floats, ["Alpha", "Beta"]> {
  let summary = "min(max(alpha * x + beta, 0), 1)";
  let description = [{
    In f32: `t = alpha * x`, `u = t + beta` (two roundings), `y = min(max(u, +0), 1)`; NaN gives 0x7fc00000.

    **Constraints**
    - (hard_sigmoid_c1) alpha and beta are finite

    ```mlir
    %y = qc.hard_sigmoid %x {alpha = 0.2 : f32, beta = 0.5 : f32} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x, F32Attr:$alpha, F32Attr:$beta);
  let results = (outs QC_Float:$y);
  let hasVerifier = 1;
}

def QC_HardSwishOp : QC_FunctionOp<"hard_swish", "hardSwish(v[0])"> {
  let summary = "x * min(max(x / 6 + 1/2, 0), 1)";
  let description = [{
    In f32: `h = hard_sigmoid(x)` with alpha = f32(1/6) and beta = 0.5, `y = x * h`.

    ```mlir
    %y = qc.hard_swish %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Float:$x);
  let results = (outs QC_Float:$y);
}

def QC_EqualOp : QC_CompareOp<"equal", "equal(v[0], v[1])", QC_Numbers, [Commutative]> {
  let summary = "whether a = b";
  let description = [{
    False where one side is NaN; shapes broadcast as in numpy.

    **Constraints**
    - (equal_c1) shapes of a and b broadcast

    ```mlir
    %y = qc.equal %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xi1>
    ```
  }];
  let arguments = (ins QC_NumberOrBool:$a, QC_NumberOrBool:$b);
  let results = (outs QC_Bool:$y);
}

def QC_GreaterOp : QC_CompareOp<"greater", "greater(v[0], v[1])", QC_Numbers> {
  let summary = "whether a > b";
  let description = [{
    False where one side is NaN; shapes broadcast as in numpy.

    **Constraints**
    - (greater_c1) shapes of a and b broadcast

    ```mlir
    %y = qc.greater %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xi1>
    ```
  }];
  let arguments = (ins QC_Number:$a, QC_Number:$b);
  let results = (outs QC_Bool:$y);
}

def QC_LessOp : QC_CompareOp<"less", "less(v[0], v[1])", QC_Numbers> {
  let summary = "whether a < b";
  let description = [{
    False where one side is NaN; shapes broadcast as in numpy.

    **Constraints**
    - (less_c1) shapes of a and b broadcast

    ```mlir
    %y = qc.less %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xi1>
    ```
  }];
  let arguments = (ins QC_Number:$a, QC_Number:$b);
  let results = (outs QC_Bool:$y);
}

def QC_GreaterOrEqualOp : QC_CompareOp<"greater_or_equal", "greaterOrEqual(v[0], v[1])", QC_Numbers> {
  let summary = "whether a >= b";
  let description = [{
    False where one side is NaN; shapes broadcast as in numpy.

    **Constraints**
    - (greater_or_equal_c1) shapes of a and b broadcast

    ```mlir
    %y = qc.greater_or_equal %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xi1>
    ```
  }];
  let arguments = (ins QC_Number:$a, QC_Number:$b);
  let results = (outs QC_Bool:$y);
}

def QC_LessOrEqualOp : QC_CompareOp<"less_or_equal", "lessOrEqual(v[0], v[1])", QC_Numbers> {
  let summary = "whether a <= b";
  let description = [{
    False where one side is NaN; shapes broadcast as in numpy.

    **Constraints**
    - (less_or_equal_c1) shapes of a and b broadcast

    ```mlir
    %y = qc.less_or_equal %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xi1>
    ```
  }];
  let arguments = (ins QC_Number:$a, QC_Number:$b);
  let results = (outs QC_Bool:$y);
}

def QC_AndOp : QC_LogicOp<"and", "logicalAnd(v[0], v[1])", [Commutative]> {
  let summary = "a and b";
  let description = [{
    On bools; shapes broadcast as in numpy.

    **Constraints**
    - (and_c1) shapes of a and b broadcast

    ```mlir
    %y = qc.and %a, %b : (tensor<2x3xi1>, tensor<3xi1>) -> tensor<2x3xi1>
    ```
  }];
  let arguments = (ins QC_Bool:$a, QC_Bool:$b);
  let results = (outs QC_Bool:$y);
}

def QC_OrOp : QC_LogicOp<"or", "logicalOr(v[0], v[1])", [Commutative]> {
  let summary = "a or b";
  let description = [{
    On bools; shapes broadcast as in numpy.

    **Constraints**
    - (or_c1) shapes of a and b broadcast

    ```mlir
    %y = qc.or %a, %b : (tensor<2x3xi1>, tensor<3xi1>) -> tensor<2x3xi1>
    ```
  }];
  let arguments = (ins QC_Bool:$a, QC_Bool:$b);
  let results = (outs QC_Bool:$y);
}

def QC_XorOp : QC_LogicOp<"xor", "logicalXor(v[0], v[1])", [Commutative]> {
  let summary = "either a or b";
  let description = [{
    On bools; shapes broadcast as in numpy.

    **Constraints**
    - (xor_c1) shapes of a and b broadcast

    ```mlir
    %y = qc.xor %a, %b : (tensor<2x3xi1>, tensor<3xi1>) -> tensor<2x3xi1>
    ```
  }];
  let arguments = (ins QC_Bool:$a, QC_Bool:$b);
  let results = (outs QC_Bool:$y);
}

def QC_NotOp : QC_LogicOp<"not", "logicalNot(v[0])"> {
  let summary = "not x";
  let description = [{
    On bools.

    ```mlir
    %y = qc.not %x : (tensor<2x3xi1>) -> tensor<2x3xi1>
    ```
  }];
  let arguments = (ins QC_Bool:$x);
  let results = (outs QC_Bool:$y);
}

def QC_IsNaNOp : QC_CompareOp<"is_nan", "isNotANumber(v[0])", QC_Floats> {
  let summary = "whether x is a NaN";
  let description = [{
    On f32.

    ```mlir
    %y = qc.is_nan %x : (tensor<2x3xf32>) -> tensor<2x3xi1>
    ```
  }];
  let arguments = (ins QC_Float:$x);
  let results = (outs QC_Bool:$y);
}

def QC_IsInfOp : QC_ScalarOp<"is_inf", "isInfinite(v[0], p[0], p[1])", QC_Floats, ["Negative", "Positive"],
    "::mlir::IntegerType::get(context, 1)", []> {
  let summary = "whether x is an infinity";
  let description = [{
    Of the signs whose attribute is 1.

    **Constraints**
    - (is_inf_c1) negative and positive are 0 or 1

    ```mlir
    %y = qc.is_inf %x {negative = 1.0 : f32, positive = 1.0 : f32} : (tensor<2x3xf32>) -> tensor<2x3xi1>
    ```
  }];
  let arguments = (ins QC_Float:$x, F32Attr:$negative, F32Attr:$positive);
  let results = (outs QC_Bool:$y);
  let hasVerifier = 1;
}

def QC_WhereOp : QC_ScalarOp<"where", "where(v[0], v[1], v[2])", QC_Numbers, [], "::qc::getTensor(op.getX()).getElementType()", []> {
  let summary = "condition ? x : y";
  let description = [{
    The chosen element as it is; shapes broadcast as in numpy.

    **Constraints**
    - (where_c1) shapes broadcast
    - (where_c2) x and y have one element type

    ```mlir
    %y = qc.where %c, %x, %o : (tensor<2x3xi1>, tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Bool:$condition, QC_NumberOrBool:$x, QC_NumberOrBool:$other);
  let results = (outs QC_NumberOrBool:$y);
  let hasVerifier = 1;
}

def QC_CastOp : QC_ScalarOp<"cast", "same(v[0])", QC_Numbers, [], "op.getTo()", []> {
  let summary = "x in another element type";
  let description = [{
    f32 becomes an integer towards 0: beyond the range the nearest end of it, NaN 0. Integers become f32 rounded to nearest even, and narrower
    ones by their low bits. A bool is x != 0 (NaN is true), and 0 or 1 as a number.

    **Constraints**
    - (cast_c1) the result has element type `to`

    ```mlir
    %y = qc.cast %x {to = i64} : (tensor<2x3xf32>) -> tensor<2x3xi64>
    ```
  }];
  let arguments = (ins RankedTensorOf<[F32, I8, UI8, I32, I64, I1]>:$x, TypeAttr:$to);
  let results = (outs RankedTensorOf<[F32, I8, UI8, I32, I64, I1]>:$y);
}

#endif
