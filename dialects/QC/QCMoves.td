// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operations that move elements (MoveOpInterface): one meaning for every element type.
#ifndef QC_MOVES_TD
#define QC_MOVES_TD

include "mlir/IR/BuiltinAttributeInterfaces.td"
include "dialects/QC/QCBase.td"

def QC_Indices : RankedTensorOf<[I32, I64]>;

/// Moves elements of its first operand.
class QC_MoveOp<string mnemonic, list<string> methods = [], list<Trait> traits = []>
    : QC_TensorOp<mnemonic, !listconcat([DeclareOpInterfaceMethods<QC_MoveOpInterface, methods>,
        DeclareOpInterfaceMethods<QC_IntegerFormOpInterface, ["getRoundingTraits", "getDataOperands"]>,
        DeclareOpInterfaceMethods<QC_ShapeFunctionOpInterface, ["getMovedOperands"]>], traits)> {
  let results = (outs QC_Any:$y);
}

def QC_SliceOp : QC_MoveOp<"slice", [], [AttrSizedOperandSegments]> {
  let summary = "a part of each of some dimensions";
  let description = [{
    Along `axes[i]` the indices from starts[i] up to, not including, ends[i] in steps of steps[i]; all of the other
    dimensions. As in numpy: a negative start or end counts from the end (n is added), then they are clamped to
    [0, n] (for negative steps to [-1, n - 1]), so that INT64_MAX and INT64_MIN + 1 mean "all". A start (end) of INT64_MIN
    is computed: the entry of start_values (end_values) at its place.

    **Constraints**
    - (slice_c1) axes, starts, ends and steps have as many entries
    - (slice_c2) 0 <= axis < rank(x), each at most once
    - (slice_c3) steps are not 0, > -2^31 and < 2^31
    - (slice_c4) start_values (end_values) is there exactly where a start (end) is computed, a vector with one entry per axis

    ```mlir
    %y = qc.slice %x {axes = array<i64: 1>, starts = array<i64: 1>, ends = array<i64: -1>, steps = array<i64: 2>}
       : (tensor<2x6x4xf32>) -> tensor<2x2x4xf32>
    %z = qc.slice %x to %n {axes = array<i64: 1>, starts = array<i64: 0>, ends = array<i64: -9223372036854775808>, steps = array<i64: 1>}
       : (tensor<2x6x4xf32>, tensor<1xi64>) -> tensor<2x?x4xf32>
    ```
  }];
  let arguments = (ins QC_Any:$x, Optional<QC_Indices>:$start_values, Optional<QC_Indices>:$end_values,
                       DenseI64ArrayAttr:$axes, DenseI64ArrayAttr:$starts, DenseI64ArrayAttr:$ends,
                       DenseI64ArrayAttr:$steps);
  let assemblyFormat = [{
    $x (`from` $start_values^)? (`to` $end_values^)? attr-dict `:` functional-type(operands, results)
  }];
  let builders = [OpBuilder<(ins "::mlir::Value":$x, "::llvm::ArrayRef<int64_t>":$axes, "::llvm::ArrayRef<int64_t>":$starts,
                                 "::llvm::ArrayRef<int64_t>":$ends, "::llvm::ArrayRef<int64_t>":$steps),
                            [{ build($_builder, $_state, x, {}, {}, axes, starts, ends, steps); }]>];
}

def QC_PadMode : I32EnumAttr<"PadMode", "what stands outside of a padded tensor", [
    I32EnumAttrCase<"Constant", 0, "constant">, I32EnumAttrCase<"Edge", 1, "edge">,
    I32EnumAttrCase<"Reflect", 2, "reflect">, I32EnumAttrCase<"Wrap", 3, "wrap">]> {
  let cppNamespace = "::qc";
}

def QC_PadOp : QC_MoveOp<"pad", ["getFill", "setFill"]> {
  let summary = "more positions before and behind each dimension";
  let description = [{
    Position i of dimension d is position j = i - begins[d] of x where 0 <= j < n, n = dim(x, d). Outside,
    - `constant`: `value`
    - `edge`: position 0 or n - 1
    - `reflect`: position -j, or 2 * (n - 1) - j (the border is not repeated)
    - `wrap`: position j + n, or j - n

    Dimensions are padded one after the other, so that a corner of two outsides is well defined.

    **Constraints**
    - (pad_c1) begins and ends have one entry per dimension: >= 0, or INT64_MIN, which is computed
    - (pad_c2) value has the element type of x; it is there exactly where mode is constant
    - (pad_c3) a padded dimension has n >= 1 with edge, n > begin, end with reflect, n >= begin, end with wrap
    - (pad_c4) a dimension of the result is < 2^63
    - (pad_c5) pad_values is there exactly where an entry is computed, a vector of all begins, then all ends; those that are
      computed are >= 0

    ```mlir
    %y = qc.pad %x constant {begins = array<i64: 0, 1>, ends = array<i64: 0, 2>, value = 0.0 : f32}
       : (tensor<2x3xf32>) -> tensor<2x6xf32>
    %z = qc.pad %x by %n edge {begins = array<i64: 0, 0>, ends = array<i64: 0, -9223372036854775808>}
       : (tensor<2x3xf32>, tensor<4xi64>) -> tensor<2x?xf32>
    ```
  }];
  let arguments = (ins QC_Any:$x, Optional<QC_Indices>:$pad_values, DenseI64ArrayAttr:$begins,
                       DenseI64ArrayAttr:$ends, QC_PadMode:$mode, OptionalAttr<TypedAttrInterface>:$value);
  let assemblyFormat = "$x (`by` $pad_values^)? $mode attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def QC_TileOp : QC_MoveOp<"tile"> {
  let summary = "each dimension several times";
  let description = [{
    Position i of dimension d is position i mod dim(x, d) of x.

    **Constraints**
    - (tile_c1) repeats has one entry per dimension: >= 0, or INT64_MIN, which is computed
    - (tile_c2) a dimension of the result is < 2^63
    - (tile_c3) repeat_values is there exactly where a repeat is computed, a vector with one entry per dimension; those that
      are computed are >= 0

    ```mlir
    %y = qc.tile %x {repeats = array<i64: 2, 1>} : (tensor<2x3xf32>) -> tensor<4x3xf32>
    %z = qc.tile %x by %n {repeats = array<i64: 2, -9223372036854775808>} : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<4x?xf32>
    ```
  }];
  let arguments = (ins QC_Any:$x, Optional<QC_Indices>:$repeat_values, DenseI64ArrayAttr:$repeats);
  let assemblyFormat = "$x (`by` $repeat_values^)? attr-dict `:` functional-type(operands, results)";
}

def QC_SplitPartOp : QC_MoveOp<"split_part"> {
  let summary = "one part of a split: of the parts that a dimension is divided into";
  let description = [{
    Part `index` of `count` parts of dimension `axis`, one after the other. With size_values their sizes are its entries.
    Without, each has n / count positions, n = dim(x, axis), or with `uneven` ceil(n / count), of which the last has what is
    left.

    **Constraints**
    - (split_part_c1) 0 <= axis < rank(x), 0 <= index < count
    - (split_part_c2) size_values is a vector with one entry >= 0 per part, together n
    - (split_part_c3) without size_values, count divides n; with `uneven`, ceil(n / count) * (count - 1) <= n

    ```mlir
    %y = qc.split_part %x {axis = 1 : i64, index = 0 : i64, count = 2 : i64, uneven = false} : (tensor<2x?xf32>) -> tensor<2x?xf32>
    %z = qc.split_part %x by %n {axis = 1 : i64, index = 1 : i64, count = 2 : i64, uneven = false}
       : (tensor<2x?xf32>, tensor<2xi64>) -> tensor<2x?xf32>
    ```
  }];
  let arguments = (ins QC_Any:$x, Optional<QC_Indices>:$size_values, I64Attr:$axis, I64Attr:$index, I64Attr:$count,
                       BoolAttr:$uneven);
  let assemblyFormat = "$x (`by` $size_values^)? attr-dict `:` functional-type(operands, results)";
}

def QC_GatherOp : QC_MoveOp<"gather"> {
  let summary = "entries of one dimension by index";
  let description = [{
    `y[i..., j..., k...] = x[i..., indices[j...], k...]` with as many i as dimensions before `axis`. A negative index
    counts from the end. An index outside of [-n, n), n = dim(x, axis), is an error where it is constant; where it is computed,
    the result is undefined, and nothing outside of x is read.

    **Constraints**
    - (gather_c1) 0 <= axis < rank(x)
    - (gather_c2) dim(x, axis) >= 1, or there are no indices

    ```mlir
    %y = qc.gather %x, %i {axis = 0 : i64} : (tensor<30522x384xf32>, tensor<1x?xi64>) -> tensor<1x?x384xf32>
    ```
  }];
  let arguments = (ins QC_Any:$x, QC_Indices:$indices, I64Attr:$axis);
  let assemblyFormat = "$x `,` $indices attr-dict `:` functional-type(operands, results)";
}

def QC_GatherElementsOp : QC_MoveOp<"gather_elements"> {
  let summary = "an entry of one dimension by index, for each element";
  let description = [{
    `y[i..., j, k...] = x[i..., indices[i..., j, k...], k...]` with `axis` i's. Indices as in `qc.gather`.

    **Constraints**
    - (gather_elements_c1) x and indices have one rank >= 1, 0 <= axis < rank
    - (gather_elements_c2) beside axis, indices has no larger dimension than x
    - (gather_elements_c3) dim(x, axis) >= 1, or there are no indices

    ```mlir
    %y = qc.gather_elements %x, %i {axis = 1 : i64} : (tensor<2x9xf32>, tensor<2x3xi64>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins QC_Any:$x, QC_Indices:$indices, I64Attr:$axis);
  let assemblyFormat = "$x `,` $indices attr-dict `:` functional-type(operands, results)";
}

def QC_GatherNDOp : QC_MoveOp<"gather_nd"> {
  let summary = "entries of several dimensions by a tuple of indices";
  let description = [{
    With b = batch_dims and k the last dimension of indices:
    `y[i..., j..., l...] = x[i..., indices[i..., j..., 0], ..., indices[i..., j..., k - 1], l...]` with b i's. Indices as in `qc.gather`.

    **Constraints**
    - (gather_nd_c1) 0 <= batch_dims < rank(indices), batch_dims < rank(x)
    - (gather_nd_c2) k is known, 1 <= k <= rank(x) - batch_dims
    - (gather_nd_c3) the first batch_dims dimensions of x and indices are equal
    - (gather_nd_c4) the dimensions that are looked up are >= 1, or there are no indices

    ```mlir
    %y = qc.gather_nd %x, %i {batch_dims = 0 : i64} : (tensor<2x3x4xf32>, tensor<5x2xi64>) -> tensor<5x4xf32>
    ```
  }];
  let arguments = (ins QC_Any:$x, QC_Indices:$indices, I64Attr:$batch_dims);
  let assemblyFormat = "$x `,` $indices attr-dict `:` functional-type(operands, results)";
}

def QC_ResizeCoordinates : I32EnumAttr<"ResizeCoordinates", "where a position of a resized axis lies", [
    I32EnumAttrCase<"HalfPixel", 0, "half_pixel">, I32EnumAttrCase<"PytorchHalfPixel", 1, "pytorch_half_pixel">,
    I32EnumAttrCase<"TfHalfPixelForNN", 2, "tf_half_pixel_for_nn">,
    I32EnumAttrCase<"HalfPixelSymmetric", 3, "half_pixel_symmetric">, I32EnumAttrCase<"Asymmetric", 4, "asymmetric">,
    I32EnumAttrCase<"AlignCorners", 5, "align_corners">]> {
  let cppNamespace = "::qc";
}

def QC_ResizeRounding : I32EnumAttr<"ResizeRounding", "which neighbour of a coordinate is taken", [
    I32EnumAttrCase<"PreferFloor", 0, "round_prefer_floor">, I32EnumAttrCase<"PreferCeil", 1, "round_prefer_ceil">,
    I32EnumAttrCase<"Floor", 2, "floor">, I32EnumAttrCase<"Ceil", 3, "ceil">, I32EnumAttrCase<"Simple", 4, "simple">]> {
  let cppNamespace = "::qc";
}

def QC_ResizeNearestOp : QC_MoveOp<"resize_nearest", [], [AttrSizedOperandSegments]> {
  let summary = "each dimension stretched or thinned to its nearest positions";
  let description = [{
    Position i of dimension d is the position of x that docs/Numerics.md (Resizing) gives for i, the scale, dim(x, d), dim(y, d)
    and the two modes. With scales, dim(y, d) = floor(f32(dim(x, d)) * scales[d]); with sizes, dim(y, d) = sizes[d] and the scale
    is f32(dim(y, d)) / f32(dim(x, d)). A size of -1 leaves the dimension as it is, one of INT64_MIN is computed: the entry of
    size_values at its place. scale_values are scales that become constants where sizes are known.

    **Constraints**
    - (resize_nearest_c1) scales has one entry per dimension, finite and > 0, or sizes one >= 0, -1 or INT64_MIN, or scale_values
      is there; the others have none
    - (resize_nearest_c2) a dimension of size 0 stays so; one that becomes larger than 0 is not 0
    - (resize_nearest_c3) sizes of the result are < 2^31
    - (resize_nearest_c4) the scale of a dimension of unknown size n is p / 2^k with whole p <= 2^16 and k <= 24; unless it is a
      whole one of which position i is position floor(i / scale) (half_pixel with the nearest position, asymmetric with floor, ...),
      n * p <= 2^24, so that n and the product are exact in f32
    - (resize_nearest_c5) size_values is there exactly where a size is computed, a vector with one entry per dimension; those
      that are computed are >= 0
    - (resize_nearest_c6) scale_values is a vector with one entry per dimension

    ```mlir
    %y = qc.resize_nearest %x asymmetric floor {scales = array<f32: 1.0, 1.0, 2.0, 2.0>, sizes = array<i64>}
       : (tensor<1x3x4x5xf32>) -> tensor<1x3x8x10xf32>
    %z = qc.resize_nearest %x to %n asymmetric floor {scales = array<f32>, sizes = array<i64: -1, -1, -9223372036854775808, 10>}
       : (tensor<1x3x4x5xf32>, tensor<4xi64>) -> tensor<1x3x?x10xf32>
    ```
  }];
  let arguments = (ins QC_Any:$x, Optional<QC_Indices>:$size_values, Optional<RankedTensorOf<[F32]>>:$scale_values,
                       QC_ResizeCoordinates:$coordinates, QC_ResizeRounding:$rounding, DenseF32ArrayAttr:$scales,
                       DenseI64ArrayAttr:$sizes);
  let assemblyFormat = [{
    $x (`to` $size_values^)? (`by` $scale_values^)? $coordinates $rounding attr-dict `:`
    functional-type(operands, results)
  }];
}

def QC_SpaceToDepthOp : QC_MoveOp<"space_to_depth"> {
  let summary = "blocks of the spatial axes as channels";
  let description = [{
    With b = block: `y[n, (i * b + j) * C + c, h, w] = x[n, c, h * b + i, w * b + j]`, C = dim(x, 1).

    **Constraints**
    - (space_to_depth_c1) rank(x) = 4 and block >= 1
    - (space_to_depth_c2) block divides the spatial dimensions

    ```mlir
    %y = qc.space_to_depth %x {block = 2 : i64} : (tensor<1x3x4x6xf32>) -> tensor<1x12x2x3xf32>
    ```
  }];
  let arguments = (ins QC_Any:$x, I64Attr:$block);
  let assemblyFormat = "$x attr-dict `:` functional-type(operands, results)";
}

def QC_DepthOrder : I32EnumAttr<"DepthOrder", "where the block's position stands in a channel's number", [
    I32EnumAttrCase<"DCR", 0, "dcr">, I32EnumAttrCase<"CRD", 1, "crd">]> {
  let cppNamespace = "::qc";
}

def QC_DepthToSpaceOp : QC_MoveOp<"depth_to_space"> {
  let summary = "channels as blocks of the spatial axes";
  let description = [{
    x is N x C x spatial. With blocks b, and as many output channels M = C / product(b), for two spatial axes:

        y[n, m, h * b0 + i, w * b1 + j] = x[n, (i * b1 + j) * M + m, h, w]            (dcr: the block first)
        y[n, m, h * b0 + i, w * b1 + j] = x[n, m * b0 * b1 + i * b1 + j, h, w]        (crd: the channel first)

    **Constraints**
    - (depth_to_space_c1) rank(x) >= 3, blocks has one entry >= 1 per spatial axis
    - (depth_to_space_c2) the product of blocks divides C
    - (depth_to_space_c3) dimensions of the result are < 2^63

    ```mlir
    %y = qc.depth_to_space %x dcr {blocks = array<i64: 2, 2>} : (tensor<1x12x2x3xf32>) -> tensor<1x3x4x6xf32>
    ```
  }];
  let arguments = (ins QC_Any:$x, QC_DepthOrder:$order, DenseI64ArrayAttr:$blocks);
  let assemblyFormat = "$x $order attr-dict `:` functional-type(operands, results)";
}

#endif
