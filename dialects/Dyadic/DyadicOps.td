// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The operations of the dyadic dialect.
#ifndef DYADIC_OPS_TD
#define DYADIC_OPS_TD

include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "dialects/Dyadic/DyadicDialect.td"
include "dialects/Dyadic/DyadicInterfaces.td"
include "dialects/QC/QCInterfaces.td"

def Dyadic_Codes8 : RankedTensorOf<[I8, UI8]>;
def Dyadic_Codes16 : RankedTensorOf<[I16, UI16]>;
def Dyadic_CodesTo16 : RankedTensorOf<[I8, UI8, I16, UI16]>;
def Dyadic_Codes : RankedTensorOf<[I8, UI8, I16, UI16, I32]>;
def Dyadic_I32 : RankedTensorOf<[I32]>;
/// A code, zero point or bound: an i32 attribute that C++ reads as signed.
def Dyadic_Int : TypedSignlessIntegerAttrBase<I32, "int32_t", "32-bit signed integer attribute">;

class Dyadic_TensorOp<string mnemonic, list<Trait> traits = []>
    : Dyadic_Op<mnemonic, !listconcat([Pure, DeclareOpInterfaceMethods<Dyadic_RangeBoundOpInterface>,
                                               DeclareOpInterfaceMethods<QC_ShapeFunctionOpInterface>], traits)> {
  let hasVerifier = 1;
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}

def Dyadic_PlaneOp : Dyadic_TensorOp<"plane"> {
  let summary = "the upper or the lower bytes of 16-bit codes";
  let description = [{
    With u = x (ui16) or u = x + 32768 (i16), per element: `floor(u / 256)` with `high`, `u mod 256` without, so that
    u = 256 * high + low. A contraction of 16-bit codes is two of bytes, with the same weights, and one `dyadic.requant` of both
    sums with `planes` (docs/Numerics.md, Two-plane contractions).

    **Constraints**
    - (plane_c1) x and the result have one shape

    Example: x = [1000] has the bytes [3] (high) and [232].
    ```mlir
    %h = dyadic.plane %x {high} : (tensor<1xui16>) -> tensor<1xui8>
    %l = dyadic.plane %x : (tensor<1xui16>) -> tensor<1xui8>
    ```
  }];
  let arguments = (ins Dyadic_Codes16:$x, UnitAttr:$high);
  let results = (outs RankedTensorOf<[UI8]>:$plane);
}

def Dyadic_ConvOp : Dyadic_TensorOp<"conv", [InferTypeOpAdaptorWithIsCompatible,
                                              DeclareOpInterfaceMethods<QC_CostOpInterface>]> {
  let summary = "integer convolution";
  let description = [{
    Geometry as `qc.conv`; weights are symmetric. Over the integers, without any width:

        acc[n, m, p] = sum over kernel positions k and channels c of m's group
                         (x[n, c, p * strides + k * dilations - pads_begin] - x_zero_point) * w[m, c, k]
                       + b[m]

    Padding taps hold the code x_zero_point, so they add 0. The result is acc; the proof that it and every partial sum of
    raw codes fit int32 is that of docs/Numerics.md, Registers.

    **Constraints**
    - (dyadic_conv_c1) rank(x) = rank(w), 3 to 5; strides, dilations, pads, group as in `qc.conv`
    - (dyadic_conv_c2) x_zero_point is a code of x's type
    - (dyadic_conv_c3) rank(b) = 1 and dim(b, 0) = M
    - (dyadic_conv_c4) the result's shape is that of `qc.conv`
    - (dyadic_conv_c5) weight_group is 32, 64 or 128
    With `weight_group` w are what weights of 4 bits stand for, in groups of so many input channels at a kernel position
    (docs/Numerics.md, Weights of 4 bits), which `qc-verify-integer` checks: they can be stored so, and change nothing else.

    Example: x = [[ [3, 5] ]], x_zero_point = 1, w = [[ [2, -1] ]], b = [7]: (3-1)*2 - (5-1)*1 + 7 = 7.
    ```mlir
    %acc = dyadic.conv %x, %w, %b {x_zero_point = 1 : i32, strides = array<i64: 1>, pads = array<i64: 0, 0>,
                                   dilations = array<i64: 1>, group = 1 : i64}
       : (tensor<1x1x2xui8>, tensor<1x1x2xi8>, tensor<1xi32>) -> tensor<1x1x1xi32>
    ```
  }];
  let arguments = (ins Dyadic_Codes8:$x, RankedTensorOf<[I8]>:$w, Optional<Dyadic_I32>:$b, Dyadic_Int:$x_zero_point,
                       DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$pads, DenseI64ArrayAttr:$dilations, I64Attr:$group,
                       OptionalAttr<I64Attr>:$weight_group);
  let results = (outs Dyadic_I32:$acc);
}

def Dyadic_MatMulOp : Dyadic_TensorOp<"matmul", [InferTypeOpAdaptorWithIsCompatible,
                                                  DeclareOpInterfaceMethods<QC_CostOpInterface>]> {
  let summary = "integer matrix product";
  let description = [{
    Shapes and broadcasting as `qc.matmul`. Over the integers:

        acc[.., m, n] = sum_k (a[.., m, k] - a_zero_point) * (b[.., k, n] - b_zero_point) + bias[n]

    **Constraints**
    - (dyadic_matmul_c1) shapes as in `qc.matmul`
    - (dyadic_matmul_c2) a_zero_point and b_zero_point are codes of their types
    - (dyadic_matmul_c3) rank(bias) = 1, its dimension is N, and rank(b) >= 2
    - (dyadic_matmul_c4) max_depth is >= 0, and >= K: the proof of the register rests on it where K is not known
    - (dyadic_matmul_c5) weight_group is 32, 64 or 128, and stands beside a b of i8 and of rank 2 with zero point 0
    With `weight_group` b are what weights of 4 bits stand for, in groups of so many k, as for `dyadic.conv`.

    Example: a = [[3, 5]] with zero point 1, b = [[2], [-1]] with zero point 0, bias = [7]: 2*2 - 4*1 + 7 = 7.
    ```mlir
    %acc = dyadic.matmul %a, %b, %bias {a_zero_point = 1 : i32, b_zero_point = 0 : i32}
       : (tensor<1x2xui8>, tensor<2x1xi8>, tensor<1xi32>) -> tensor<1x1xi32>
    ```
  }];
  let arguments = (ins Dyadic_Codes8:$a, Dyadic_Codes8:$b, Optional<Dyadic_I32>:$bias, Dyadic_Int:$a_zero_point,
                       Dyadic_Int:$b_zero_point, OptionalAttr<I64Attr>:$max_depth, OptionalAttr<I64Attr>:$weight_group);
  let results = (outs Dyadic_I32:$acc);
  let extraClassDeclaration = [{
    /// K, where it is known.
    std::optional<int64_t> getKnownDepth();
  }];
}

def Dyadic_MulOp : Dyadic_TensorOp<"mul", [InferTypeOpAdaptorWithIsCompatible]> {
  let summary = "product of two codes";
  let description = [{
    `(a - a_zero_point) * (b - b_zero_point)` per element, shapes broadcast. That the product is below 2^31 follows from
    the operands' types unless both have 16 bits; else it is proved from zero points and ranges, by `qc-verify-integer`.

    **Constraints**
    - (dyadic_mul_c1) shapes broadcast
    - (dyadic_mul_c2) zero points are codes of their types

    Example: a = 3 with zero point 1, b = 250 with zero point 255: 2 * -5 = -10.
    ```mlir
    %p = dyadic.mul %a, %b {a_zero_point = 1 : i32, b_zero_point = 255 : i32} : (tensor<1xui8>, tensor<1xui8>) -> tensor<1xi32>
    ```
  }];
  let arguments = (ins Dyadic_CodesTo16:$a, Dyadic_CodesTo16:$b, Dyadic_Int:$a_zero_point, Dyadic_Int:$b_zero_point);
  let results = (outs Dyadic_I32:$product);
}

def Dyadic_AvgPoolOp : Dyadic_TensorOp<"avg_pool"> {
  let summary = "average pool: sum of codes and one Requant per window count";
  let description = [{
    Windows and their counts n as in `qc.avg_pool`. With i the index of n in `counts` (strictly ascending, every count above 0
    that occurs):

        x = sum over the window's positions inside the input of (q - x_zero_point)
        y = Requant(x; multipliers[i], shifts[i], zero_point, [lo, hi], half_up)

    A window with n = 0 gives clamp(zero_point). Window sums are proved to fit int32.

    **Constraints**
    - (dyadic_avg_pool_c1) rank(x) is 3 to 5; kernel, strides, dilations one entry >= 1 per spatial axis, pads two >= 0
    - (dyadic_avg_pool_c2) counts, multipliers, shifts have one length >= 1; counts are ascending, from 1 to 2^23
    - (dyadic_avg_pool_c3) 1 <= shift <= 62
    - (dyadic_avg_pool_c4) lo <= hi; lo, hi and zero_point are codes of the result's type
    - (dyadic_avg_pool_c5) x_zero_point is a code of x's type
    - (dyadic_avg_pool_c6) the result's shape is that of `qc.avg_pool`

    Example: codes 1, 2, 4, 6 in one 2x2 window, x_zero_point 1, m = 2^30, s = 32 (a quarter): sum 9, 9/4 = 2.25 -> 2, plus 3 -> 5.
    ```mlir
    %y = dyadic.avg_pool %x {x_zero_point = 1 : i32, kernel = array<i64: 2, 2>, strides = array<i64: 1, 1>,
           pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, ceil_mode = false, count_include_pad = false,
           counts = array<i64: 4>, multipliers = array<i32: 1073741824>, shifts = array<i32: 32>, zero_point = 3 : i32,
           lo = 0 : i32, hi = 255 : i32} : (tensor<1x1x2x2xui8>) -> tensor<1x1x1x1xui8>
    ```
  }];
  let arguments = (ins Dyadic_CodesTo16:$x, Dyadic_Int:$x_zero_point, DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$strides,
                       DenseI64ArrayAttr:$pads, DenseI64ArrayAttr:$dilations, BoolAttr:$ceil_mode, BoolAttr:$count_include_pad,
                       DenseI64ArrayAttr:$counts, DenseI32ArrayAttr:$multipliers, DenseI32ArrayAttr:$shifts,
                       Dyadic_Int:$zero_point, Dyadic_Int:$lo, Dyadic_Int:$hi);
  let results = (outs Dyadic_CodesTo16:$y);
}

def Dyadic_GlobalAvgPoolOp : Dyadic_TensorOp<"global_avg_pool"> {
  let summary = "average over all spatial positions, whose number is known when the model runs";
  let description = [{
    As `dyadic.avg_pool` with one window that covers the spatial axes, each kept with dimension 1. `counts` holds every number
    of positions above 0 that can occur; which one does is looked up when the model runs. No position: clamp(zero_point).
    (Where the number is known, a `dyadic.avg_pool` says the same.)

    **Constraints**
    - (dyadic_global_avg_pool_c1) rank(x) is 3 to 5
    - (dyadic_global_avg_pool_c2) counts, multipliers, shifts have one length from 1 to 4,096; counts are ascending, from 1 to 2^23
    - (dyadic_global_avg_pool_c3) 1 <= shift <= 62
    - (dyadic_global_avg_pool_c4) lo <= hi; lo, hi and zero_point are codes of the result's type
    - (dyadic_global_avg_pool_c5) x_zero_point is a code of x's type
    - (dyadic_global_avg_pool_c6) the result's shape is that of `qc.global_avg_pool`

    Example: codes 1, 2, 4, 6, x_zero_point 1, so n = 4: m = 2^30, s = 32 (a quarter): sum 9, 9/4 = 2.25 -> 2, plus 3 -> 5.
    ```mlir
    %y = dyadic.global_avg_pool %x {x_zero_point = 1 : i32, counts = array<i64: 2, 4>, multipliers = array<i32: 1073741824, 1073741824>,
           shifts = array<i32: 31, 32>, zero_point = 3 : i32, lo = 0 : i32, hi = 255 : i32} : (tensor<1x1x?xui8>) -> tensor<1x1x1xui8>
    ```
  }];
  let arguments = (ins Dyadic_CodesTo16:$x, Dyadic_Int:$x_zero_point, DenseI64ArrayAttr:$counts, DenseI32ArrayAttr:$multipliers,
                       DenseI32ArrayAttr:$shifts, Dyadic_Int:$zero_point, Dyadic_Int:$lo, Dyadic_Int:$hi);
  let results = (outs Dyadic_CodesTo16:$y);
}

def Dyadic_RequantOp : Dyadic_TensorOp<"requant"> {
  let summary = "Requant: weighted sum of one to three integers, one rounding shift, zero point, one saturation";
  let description = [{
    For each element, over the integers (docs/Numerics.md, Requant), with c the element's index along `axis` (0 without axis):

        x_i = term_i - term_zero_points[i]
        T   = x_0 * multipliers[c] + x_1 * multipliers1[c] + x_2 * multipliers2[c]    (as many products as terms)
        r   = floor((T + 2^(shifts[c]-1)) / 2^shifts[c])                  half_up
        r   = T / 2^shifts[c] to nearest, ties to even                    half_even
        y   = min(max(r + zero_point, lo), hi)

    Terms broadcast to the result's shape. `axis` is a dimension of the result. `planes` says that terms 0 and 1 are the sums
    A_h and A_l of a two-plane contraction: then their multipliers are one (docs/Numerics.md, R6), and T is that of the exact
    sum 256 * A_h + A_l.

    **Constraints**
    - (requant_c1) one to three terms, `term_zero_points` has an entry for each
    - (requant_c2) shifts and the multipliers of each term have one length: 1, or dim(result, axis) with `axis`; those of terms that
      are not there have none
    - (requant_c3) 1 <= shift <= 62
    - (requant_c4) lo <= hi; lo, hi and zero_point are values of the result's element type
    - (requant_c5) a result of type i32 has zero_point = 0
    - (requant_c6) terms broadcast to the result's shape
    - (requant_c7) half_even has one term
    - (requant_c8) `planes` stands on two or three terms, the first two of type i32 with zero point 0
    - (requant_c9) with `planes` multipliers[c] = 256 * multipliers1[c] in every channel that is not dead (shift 62, one multiplier
      +-2^30, the others 0)
    That sums stay below 2^63 is proved from ranges, by `qc-verify-integer`.

    Canonical form: half_even becomes half_up where no value of the term can be a tie; a Requant that gives every value of its
    term back is the term.

    Example: 1000 * 1503238553 / 2^40 = 1.367, half_up -> 1, plus zero point 3 -> 4.
    ```mlir
    %y = dyadic.requant %acc {term_zero_points = array<i32: 0>, multipliers = array<i32: 1503238553>, multipliers1 = array<i32>,
           shifts = array<i32: 40>, zero_point = 3 : i32, lo = -128 : i32, hi = 127 : i32, rounding = #dyadic.rounding<half_up>}
       : (tensor<4xi32>) -> tensor<4xi8>
    ```
  }];
  let arguments = (ins Variadic<Dyadic_Codes>:$terms, DenseI32ArrayAttr:$term_zero_points, DenseI32ArrayAttr:$multipliers,
                       DenseI32ArrayAttr:$multipliers1, DenseI32ArrayAttr:$shifts, Dyadic_Int:$zero_point, Dyadic_Int:$lo, Dyadic_Int:$hi,
                       Dyadic_RoundingAttr:$rounding, OptionalAttr<I64Attr>:$axis,
                       DefaultValuedAttr<DenseI32ArrayAttr, "{}">:$multipliers2, UnitAttr:$planes);
  let results = (outs Dyadic_Codes:$y);
  let hasFolder = 1;
  let hasCanonicalizeMethod = 1;
  let extraClassDeclaration = [{
    /// The multipliers of term 0, 1 or 2; empty where it is not there.
    ::llvm::ArrayRef<int32_t> getMultipliersOf(unsigned term);
  }];
}

def Dyadic_LutOp : Dyadic_TensorOp<"lut"> {
  let summary = "table with an entry for every code";
  let description = [{
    `y = table[x - least]`, with the least code of x's type: 0, -128 (i8) or -32768 (i16).

    **Constraints**
    - (lut_c1) the table is a ranked tensor of 256 entries (65,536 where x has 16 bits) of the result's element type
    - (lut_c2) x and the result have one shape

    Example: with table[7] = 200, x = [7] gives [200].
    ```mlir
    %y = dyadic.lut %x {table = dense_resource<w_00> : tensor<256xui8>} : (tensor<2x3xui8>) -> tensor<2x3xui8>
    ```
  }];
  let arguments = (ins Dyadic_CodesTo16:$x, ElementsAttr:$table);
  let results = (outs Dyadic_Codes:$y);
  let hasFolder = 1;
}

def Dyadic_SegmentsOp : Dyadic_TensorOp<"segments"> {
  let summary = "function of 16-bit codes by straight segments of 32 codes";
  let description = [{
    Per element, with u = x (ui16) or x + 32768 (i16), i = floor(u / 32) and d = u mod 32 (docs/Numerics.md, Functions of 16-bit
    codes):

        y = min(max((base[i] + slope[i] * d + 2^13) >> 14, lo), hi)

    **Constraints**
    - (segments_c1) base and slope are ranked tensors of 2,048 entries of i32
    - (segments_c2) x and the result have one shape
    - (segments_c3) lo <= hi; both are codes of the result's type
    That |base| + 31 * |slope| + 2^13 < 2^31 (S1) is proved by `qc-verify-integer`.

    Example: with base[1] = 5 * 2^14 and slope[1] = 2^13, x = [35] has i = 1, d = 3: (5 * 2^14 + 3 * 2^13 + 2^13) >> 14 = 7.
    ```mlir
    %y = dyadic.segments %x {base = dense_resource<w_00> : tensor<2048xi32>, slope = dense_resource<w_01> : tensor<2048xi32>,
           lo = 0 : i32, hi = 65535 : i32} : (tensor<2x3xui16>) -> tensor<2x3xui16>
    ```
  }];
  let arguments = (ins Dyadic_Codes16:$x, ElementsAttr:$base, ElementsAttr:$slope, Dyadic_Int:$lo, Dyadic_Int:$hi);
  let results = (outs Dyadic_CodesTo16:$y);
}

def Dyadic_SelectOp : Dyadic_TensorOp<"select"> {
  let summary = "codes where a condition holds, one code elsewhere";
  let description = [{
    `y = mask ? x : other`, `mask` broadcast to x. With the least code of x's type in front of `dyadic.row_max`, and 0 behind
    `dyadic.lut_below`, elements that a mask hides are no part of their row (docs/Numerics.md, Softmax).

    **Constraints**
    - (select_c1) x and the result have one type
    - (select_c2) mask broadcasts to x
    - (select_c3) other is a code of x's type

    Example: x = [3, 250, 7], mask = [true, false, true] and other = 0 give [3, 0, 7].
    ```mlir
    %y = dyadic.select %mask, %x {other = 0 : i32} : (tensor<1x3xi1>, tensor<2x3xui8>) -> tensor<2x3xui8>
    ```
  }];
  let arguments = (ins RankedTensorOf<[I1]>:$mask, Dyadic_CodesTo16:$x, Dyadic_Int:$other);
  let results = (outs Dyadic_CodesTo16:$y);
}

def Dyadic_RowMaxOp : Dyadic_TensorOp<"row_max", [InferTypeOpAdaptorWithIsCompatible]> {
  let summary = "the largest code of each row";
  let description = [{
    Along `axis`, which has dimension 1 in the result: `y = max_k x[k]`; of no codes the least one of x's type.

    **Constraints**
    - (row_max_c1) 0 <= axis < rank(x)
    - (row_max_c2) the result has x's shape with dimension 1 at axis, and its element type

    Example: [3, 250, 7] gives [250].
    ```mlir
    %m = dyadic.row_max %x {axis = 1 : i64} : (tensor<2x3xui8>) -> tensor<2x1xui8>
    ```
  }];
  let arguments = (ins Dyadic_Codes8:$x, I64Attr:$axis);
  let results = (outs Dyadic_Codes8:$y);
}

def Dyadic_LutBelowOp : Dyadic_TensorOp<"lut_below"> {
  let summary = "table with an entry for each difference from the largest code of a row";
  let description = [{
    `y = table[(top - x) mod 256]`, `top` broadcast to x. With exponentials in the table (docs/Numerics.md, Softmax), and `top` the
    codes of `dyadic.row_max`, these are the numbers that a softmax divides by their sum.

    **Constraints**
    - (lut_below_c1) the table is a ranked tensor of 256 entries of ui8
    - (lut_below_c2) x and the result have one shape, and x and top one element type
    - (lut_below_c3) top broadcasts to x

    Example: with table[4] = 90, x = [3] and top = [7] give [90].
    ```mlir
    %p = dyadic.lut_below %x, %m {table = dense_resource<w_00> : tensor<256xui8>} : (tensor<2x3xui8>, tensor<2x1xui8>) -> tensor<2x3xui8>
    ```
  }];
  let arguments = (ins Dyadic_Codes8:$x, Dyadic_Codes8:$top, ElementsAttr:$table);
  let results = (outs RankedTensorOf<[UI8]>:$y);
}

def Dyadic_RowReciprocalOp : Dyadic_TensorOp<"row_reciprocal", [InferTypeOpAdaptorWithIsCompatible]> {
  let summary = "2^38 over the sum of each row";
  let description = [{
    Along `axis`, which has dimension 1 in the result, with `sum = sum_k p[k]`: `r = min(floor(2^38 / sum), 2^31 - 1)`, 0 where the sum is
    0. `max_length` is the most elements that a row can have where that is not known.

    **Constraints**
    - (row_reciprocal_c1) 0 <= axis < rank(p)
    - (row_reciprocal_c2) the result has p's shape with dimension 1 at axis
    - (row_reciprocal_c3) rows have at most 2^23 elements; where their number is not known, max_length says so
    - (row_reciprocal_c4) max_length is >= 0, and >= the number of elements of a row

    Example: [255, 90] has the sum 345 and gives [796747556].
    ```mlir
    %r = dyadic.row_reciprocal %p {axis = 1 : i64} : (tensor<2x3xui8>) -> tensor<2x1xi32>
    ```
  }];
  let arguments = (ins RankedTensorOf<[UI8]>:$p, I64Attr:$axis, OptionalAttr<I64Attr>:$max_length);
  let results = (outs Dyadic_I32:$r);
  let extraClassDeclaration = [{
    /// The most elements that a row can have, where that is known.
    std::optional<int64_t> getGreatestLength();
  }];
}

def Dyadic_RequantRowsOp : Dyadic_TensorOp<"requant_rows"> {
  let summary = "Requant whose multiplier is made from a number of each row";
  let description = [{
    Per element, r broadcast to x (docs/Numerics.md, Softmax):

        m = floor((r * multiplier + 2^30) / 2^31)
        y = min(max(floor((x * m + 2^(shift-1)) / 2^shift) + zero_point, lo), hi)

    As 0 <= m <= multiplier, no number is larger than those of the Requant of x with `multiplier`, which is a legal one: that is proved
    by `qc-verify-integer`.

    **Constraints**
    - (requant_rows_c1) r broadcasts to x, whose shape is the result's
    - (requant_rows_c2) 0 <= multiplier
    - (requant_rows_c3) 1 <= shift <= 62
    - (requant_rows_c4) lo <= hi; lo, hi and zero_point are codes of the result's type
    r is taken to be >= 0, which is proved too.

    Example: x = 255 of a sum of 345, r = 796747556, multiplier = 2139095040 (255 * 2^23), shift = 30: m = 793635261,
    255 * m / 2^30 = 188.48 -> 188, the code of 255 / 345 where 255 stands for 1.
    ```mlir
    %y = dyadic.requant_rows %p, %r {multiplier = 2139095040 : i32, shift = 30 : i32, zero_point = 0 : i32, lo = 0 : i32, hi = 255 : i32}
       : (tensor<2x3xui8>, tensor<2x1xi32>) -> tensor<2x3xui8>
    ```
  }];
  let arguments = (ins Dyadic_Codes:$x, Dyadic_I32:$r, Dyadic_Int:$multiplier, Dyadic_Int:$shift, Dyadic_Int:$zero_point, Dyadic_Int:$lo,
                       Dyadic_Int:$hi);
  let results = (outs Dyadic_CodesTo16:$y);
}

def Dyadic_RowSumOp : Dyadic_TensorOp<"row_sum", [InferTypeOpAdaptorWithIsCompatible]> {
  let summary = "the sum of each row";
  let description = [{
    Over `axes`, which have dimension 1 in the result: `sum = sum_k (x[k] - x_zero_point)`.

    **Constraints**
    - (row_sum_c1) axes ascend and are dimensions of x
    - (row_sum_c2) the dimensions of x at axes are known, and their product is at most 32,768
    - (row_sum_c3) x_zero_point is a code of x's type
    - (row_sum_c4) the result has x's shape with dimension 1 at axes

    Example: [3, 250, 7] with zero point 5 gives -2 + 245 + 2 = 245.
    ```mlir
    %s = dyadic.row_sum %x {axes = array<i64: 1>, x_zero_point = 5 : i32} : (tensor<2x3xui8>) -> tensor<2x1xi32>
    ```
  }];
  let arguments = (ins Dyadic_CodesTo16:$x, DenseI64ArrayAttr:$axes, Dyadic_Int:$x_zero_point);
  let results = (outs Dyadic_I32:$sum);
}

def Dyadic_RowRootOp : Dyadic_TensorOp<"row_root", [InferTypeOpAdaptorWithIsCompatible]> {
  let summary = "one over the root of each row's variance";
  let description = [{
    Over the n elements at `axes`, which have dimension 1 in the result (docs/Numerics.md, Normalization), with
    `squares = sum_k (x[k] - x_zero_point)^2`, and sum = 0 where it is absent:

        w = max(n * squares - sum^2 + epsilon, 1)
        j the greatest for which 4^j * w < 2^64,   d = floor(sqrt(4^j * w)),   m = floor(2^55 / d),   e = 55 - j
        root = 64 * m + e

    so that m / 2^e stands for 1 / sqrt(w). `sum` is that of `dyadic.row_sum` of the same rows.

    **Constraints**
    - (row_root_c1) axes ascend and are dimensions of x
    - (row_root_c2) the dimensions of x at axes are known, and their product is at most 32,768
    - (row_root_c3) x_zero_point is a code of x's type
    - (row_root_c4) sum and the result have x's shape with dimension 1 at axes
    - (row_root_c5) epsilon is between 0 and 2^60

    Example: [1, 3] with zero point 0, sum 4 and epsilon 0: w = 2 * 10 - 16 = 4, j = 30, d = 2^31, m = 2^24, e = 25: 2^30 + 25.
    ```mlir
    %r = dyadic.row_root %x, %s {axes = array<i64: 1>, x_zero_point = 0 : i32, epsilon = 0 : i64}
       : (tensor<2x3xui8>, tensor<2x1xi32>) -> tensor<2x1xi32>
    ```
  }];
  let arguments = (ins Dyadic_CodesTo16:$x, Optional<Dyadic_I32>:$sum, DenseI64ArrayAttr:$axes, Dyadic_Int:$x_zero_point,
                       I64Attr:$epsilon);
  let results = (outs Dyadic_I32:$root);
  let extraClassDeclaration = [{
    /// n; at most 32,768.
    int64_t getLength();
  }];
}

def Dyadic_NormalizeOp : Dyadic_TensorOp<"normalize"> {
  let summary = "codes less their row's mean over its deviation, with 16 fraction bits";
  let description = [{
    Per element, root and sum broadcast to x, n the number of elements at `axes`, m and e those of the root, sum = 0 where it is absent
    (docs/Numerics.md, Normalization):

        c = n * (x - x_zero_point) - sum
        y = floor((c * m + 2^(e-17)) / 2^(e-16))

    which stands for y / 2^16. That |y| <= 2^16 sqrt(n) + 2 rests on sum and root being those of x, which `qc-verify-integer` looks at.

    **Constraints**
    - (dyadic_normalize_c1) axes ascend and are dimensions of x
    - (dyadic_normalize_c2) the dimensions of x at axes are known, and their product is at most 32,768
    - (dyadic_normalize_c3) x_zero_point is a code of x's type
    - (dyadic_normalize_c4) sum and root have x's shape with dimension 1 at axes, the result has that of x

    Example: x = [1, 3], sum 4, root 2^30 + 25: c = [-2, 2], y = [-65536, 65536], which are -1 and 1.
    ```mlir
    %y = dyadic.normalize %x, %r sum %s {axes = array<i64: 1>, x_zero_point = 0 : i32}
       : (tensor<2x3xui8>, tensor<2x1xi32>, tensor<2x1xi32>) -> tensor<2x3xi32>
    ```
  }];
  let arguments = (ins Dyadic_CodesTo16:$x, Dyadic_I32:$root, Optional<Dyadic_I32>:$sum, DenseI64ArrayAttr:$axes,
                       Dyadic_Int:$x_zero_point);
  let results = (outs Dyadic_I32:$y);
  let assemblyFormat = "$x `,` $root (`sum` $sum^)? attr-dict `:` functional-type(operands, results)";
  let extraClassDeclaration = [{
    /// n; at most 32,768.
    int64_t getLength();
    /// Whether root and sum were made from x.
    bool hasOwnRoot();
  }];
}

#endif
