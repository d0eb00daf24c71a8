// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes of the prepare phase: the imported model in qc's canonical form, and checks of resources.
//
// The order of the phase, and why each pass stands where it stands:
//   qc-fold-constants      first: all others ask whether an operand is a constant, and look through no identity
//   qc-bound-symbols       before qc-resolve-sizes, which simplifies what bounds make simple
//   qc-resolve-sizes       behind the first, which computes what depends on no size; in front of all that asks for types
//   qc-normalize-gemm      before biases and batch norms are folded into a gemm, which need the normal form; what it
//                          cannot fold becomes an add behind the gemm, which qc-fold-bias looks at
//   qc-raise-hard-swish    anywhere behind the first; here, so that it sees the graph as the model has it
//   qc-raise-self-gated    likewise
//   qc-raise-normalize     likewise
//   qc-raise-masked-means  before qc-raise-masks, behind which nothing says that a mask was 1 less a number
//   qc-raise-masks         before qc-fold-bias, which would put a constant mask into a bias
//   qc-fold-constants      again, for conditions of constant masks
//   qc-fold-pads           anywhere behind qc-resolve-sizes, which makes numbers of computed pads
//   qc-fold-head-groups    behind qc-resolve-sizes, which tells what a repetition repeats
//   qc-fold-bias           before batch norms: a bias that stands as an add hides the contraction from a batch_norm
//   qc-fold-batch-norm     (folds the biases in front of a batch_norm itself: contraction, batch_norm, add, batch_norm)
//   qc-fold-bias           again, for an add behind a folded batch_norm
//   qc-fold-scales         behind the folds that it repeats where a factor stood in between
//   qc-expand-conv-transpose  behind the folds, which see one contraction with its own channels
//   qc-bound-counts        last: what it leaves on an operation is lost where a rewrite makes another of it
//   qc-verify-prepared     the phase's border
// qc-verify-resources runs on whatever was read from a file. The upstream canonicalizer must not run in this phase
// or in a later one that reads names: it replaces the locations of constants, the names of weights, by unknown.
#ifndef QC_PREPARE_PASSES_TD
#define QC_PREPARE_PASSES_TD

include "mlir/Pass/PassBase.td"

/// What folding and its check at the border must agree on.
def QC_FoldLimit : Option<"maxGrowth", "max-growth", "int64_t", "1048576",
                          "bytes by which a folded result may exceed what it is computed from">;

def FoldConstantsPass : Pass<"qc-fold-constants", "mlir::func::FuncOp"> {
  let summary = "Evaluate what is known at compile time";
  let description = [{
    Does: replaces an operation whose operands are all constants by its value, computed by the reference evaluator
    (`EvaluateOpInterface`), an operation that gives back its operand (an identity reshape, transpose, pad, tile or slice) by that one,
    and erases what nothing reads, results of a `qc.if` and scan outputs of a `qc.loop` too. A result whose shape was not known gets
    the shape of its value. In the place of a `qc.if` whose condition is constant it puts the branch that is taken, in that of a
    `qc.loop` without an iteration, or with one, what it begins with, or its body.
    Needs: the external models of the evaluator. Fails where a value has no meaning.
    Leaves: no such operation. `qc.quantize`, `qc.dequantize` and `qc.observe` are never folded. Declines, with a missed
    remark: a result of more than `max-growth` bytes more than its operands take up (a splat takes up one element), a
    constant whose resource is missing, a result of another type that something outside the qc dialect reads.
    ```mlir
    %y = qc.add %c1, %c2 : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    // becomes, with c1 = [1, 2] and c2 = [3, 4]
    %y = qc.constant dense<[4.0, 6.0]> : tensor<2xf32>
    ```
  }];
  let options = [QC_FoldLimit];
}

def BoundSymbolsPass : Pass<"qc-bound-symbols", "mlir::ModuleOp"> {
  let summary = "Bound sizes by what the model has meaning for";
  let description = [{
    Does: lowers the upper end of a range of `qc.symbols` to a number that no legal size is above: where every run needs that n and
    min(n, number) are equal, or broadcast (and the number is not 1). That is what an addition of position embeddings needs
    that were sliced from a table. A larger size, which failed at that operation, fails at the input.
    Needs: qc-fold-constants. Leaves: ranges of other symbols as they are. Says nothing where there is no such requirement.
    ```mlir
    // %x has qc.dims = ["", "L"], %n is its L, qc.symbols = {L = array<i64: 0, -1>}
    %p = qc.slice %table to %n {axes = array<i64: 1>, ..} : (tensor<1x512xf32>, tensor<1xi64>) -> tensor<1x?xf32>
    %y = qc.add %x, %p : (tensor<2x?xf32>, tensor<1x?xf32>) -> tensor<2x?xf32>
    // then qc.symbols = {L = array<i64: 0, 512>}
    ```
  }];
}

def ResolveSizesPass : Pass<"qc-resolve-sizes", "mlir::func::FuncOp"> {
  let summary = "Put what is known about sizes into types, constants and reshapes";
  let description = [{
    Does: finds every dimension, and the contents of small integer tensors, as expressions over the model's symbols
    (include/qc/Analysis/Sizes.h), and with them, until nothing changes,
    - replaces a `?` of a result's type by its number where it is one (results of the function as well),
    - replaces an integer tensor whose elements are all known by a `qc.constant`, evaluates what has become constant, and
      erases what nothing reads,
    - makes a `qc.dynamic_reshape` a `qc.reshape` whose entries are numbers, dimensions of the operand, or the one that the
      others leave,
    - does with a `qc.if` and a `qc.loop` of which it has become known how they go what `qc-fold-constants` does,
    - makes computed pads, repeats, sizes and scales attributes where they are known (of a resize also sizes that stay),
    - replaces a reshape, an expand or another move that gives back its operand by that one.
    Needs: the external models of the evaluator. Fails where sizes that must be equal are known not to be.
    Leaves: shape chains only where something reads them that cannot do without. Declines, with a missed remark, a
    `qc.dynamic_reshape` with two dimensions that are neither, or with one that the others leave only if the model is fed
    sizes that agree: that is checked when the model runs.
    ```mlir
    %s = qc.shape %x {start = 0 : i64, end = 1 : i64} : (tensor<?x4x5xf32>) -> tensor<1xi64>
    %t = qc.concat %s, %minus_one {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
    %y = qc.dynamic_reshape %x, %t {allow_zero = false} : (tensor<?x4x5xf32>, tensor<2xi64>) -> tensor<?x?xf32>
    // becomes
    %y = qc.reshape %x {shape = array<i64: -2, 20>} : (tensor<?x4x5xf32>) -> tensor<?x20xf32>
    ```
  }];
  let options = [QC_FoldLimit];
}

def ExpandConvTransposePass : Pass<"qc-expand-conv-transpose", "mlir::func::FuncOp"> {
  let summary = "Make every conv_transpose a conv and an interleave";
  let description = [{
    Does: replaces a `qc.conv_transpose` with constant weights by a `qc.conv` of stride 1 that computes every phase (a residue of
    the result's position modulo the strides) as a channel of its own, a `qc.depth_to_space` that puts the phases side by side, and
    a `qc.slice` where the pads cut a block in two. The convolution's kernel is as large as the largest phase's; the others have
    weights of +0. The numbers are those of docs/Numerics.md, Float kernels; integer forms are those of the three operations.
    Needs: nothing.
    Leaves: no `qc.conv_transpose`. Declines, with a missed remark, one whose weights or bias are computed, or whose phases would take
    more than 2^31 bytes of weights: the border of the phase refuses it.
    ```mlir
    %y = qc.conv_transpose %x, %w {strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>,
         output_padding = array<i64: 0, 0>, group = 1 : i64} : (tensor<1x3x8x8xf32>, tensor<4x3x2x2xf32>) -> tensor<1x4x16x16xf32>
    // becomes, with p[(i * 2 + j) * 4 + m, c, 0, 0] = w[m, c, i, j]
    %z = qc.conv %x, %p {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64}
       : (tensor<1x3x8x8xf32>, tensor<16x3x1x1xf32>) -> tensor<1x16x8x8xf32>
    %y = qc.depth_to_space %z dcr {blocks = array<i64: 2, 2>} : (tensor<1x16x8x8xf32>) -> tensor<1x4x16x16xf32>
    ```
  }];
}

def BoundCountsPass : Pass<"qc-bound-counts", "mlir::func::FuncOp"> {
  let summary = "Say which counts and depths can occur where sizes are known only when the model runs";
  let description = [{
    Does: asks the analysis of sizes, once, what an integer form has to know of sizes that are symbolic (`qc.symbols`), and
    leaves it on the operation:
    - `counts` of a `qc.global_avg_pool`: every number of values that it can average over;
    - `max_depth` of a `qc.gemm` or `qc.matmul` of two computed operands: the largest K;
    - `max_length` of a `qc.softmax`: the most elements of a row.
    Needs: shapes and operations as they stay (`qc-resolve-sizes` and all rewrites).
    Leaves: attributes only; no value changes. Where a symbol that decides has no upper bound, where there are more than 4,096
    counts, a count beyond 2^23, or more than 2^20 assignments of sizes to look at, it leaves `counts_reason`, `depth_reason`
    or `length_reason` instead: the operation then stays float for this reason.
    ```mlir
    // qc.symbols = {W = array<i64: 4, 9>}, %x has qc.dims = ["", "", "W"], %p and its shape follow from it
    %p = qc.max_pool %x {kernel = array<i64: 2>, strides = array<i64: 2>, ..} : (tensor<1x3x?xf32>) -> tensor<1x3x?xf32>
    %y = qc.global_avg_pool %p : (tensor<1x3x?xf32>) -> tensor<1x3x1xf32>
    // becomes
    %y = qc.global_avg_pool %p {counts = array<i64: 2, 3, 4>} : (tensor<1x3x?xf32>) -> tensor<1x3x1xf32>
    ```
  }];
}

def NormalizeGemmPass : Pass<"qc-normalize-gemm", "mlir::func::FuncOp"> {
  let summary = "Bring every gemm to alpha = beta = 1, no transposition, c a constant per column";
  let description = [{
    Does: rewrites every `qc.gemm`. A constant a or b is transposed, a computed one gets a `qc.transpose`. alpha is
    folded into a constant b, each weight one f32 product: rounding then differs from `alpha * acc`. With a computed b,
    or where a product overflows, the result is multiplied by a constant instead. A constant c is multiplied by beta (one
    f32 product, as the operation defines it) and stays where it has one value per column ([N], or a scalar, [1], [1, N],
    [1, 1], which are written as [N]) and alpha is gone. Any other c is a `qc.add` of `beta * c` behind.
    Needs: nothing.
    Leaves: gemms in normal form only; missed remarks say what stands beside them, and why. Never declines.
    ```mlir
    %y = qc.gemm %a, %b plus %c {alpha = 2.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = true}
       : (tensor<2x8xf32>, tensor<4x8xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
    // becomes, with b2 = the constant 2 * transpose(b)
    %p = qc.gemm %a, %b2 {alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = false, trans_b = false}
       : (tensor<2x8xf32>, tensor<8x4xf32>) -> tensor<2x4xf32>
    %y = qc.add %p, %c : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
    ```
  }];
}

def FoldPadsPass : Pass<"qc-fold-pads", "mlir::func::FuncOp"> {
  let summary = "Make a pad in front of a convolution or pool its own padding";
  let description = [{
    Does: adds the entries of a `qc.pad` by +0 to the pads of the conv that reads it, or of an avg_pool, which then counts
    its padding, and of one by -infinity to those of a max_pool. What is computed stays the same, bit for bit; the padded
    value is neither stored nor given a scale, and its -infinity is nobody's range.
    Needs: `qc-resolve-sizes`.
    Leaves: no such pad. Declines, with a missed remark: another mode or value, entries that are computed, of batch or
    channels, or 2^31 and more in sum, a pool in ceil mode, an avg_pool with pads that it does not count, or of more than
    1,024 positions (a long sum: docs/Numerics.md).
    ```mlir
    %p = qc.pad %x constant {begins = array<i64: 0, 0, 1, 1>, ends = array<i64: 0, 0, 1, 1>, value = 0xFF800000 : f32}
       : (tensor<1x3x8x8xf32>) -> tensor<1x3x10x10xf32>
    %y = qc.max_pool %p {pads = array<i64: 0, 0, 0, 0>, ..} : (tensor<1x3x10x10xf32>) -> tensor<1x3x4x4xf32>
    // becomes
    %y = qc.max_pool %x {pads = array<i64: 1, 1, 1, 1>, ..} : (tensor<1x3x8x8xf32>) -> tensor<1x3x4x4xf32>
    ```
  }];
}

def FoldHeadGroupsPass : Pass<"qc-fold-head-groups", "mlir::func::FuncOp"> {
  let summary = "Let heads that share a key or value share it in one product";
  let description = [{
    Does: where the second operand of a `qc.matmul` is G copies of each of its matrices (grouped-query attention: a
    dimension of size 1 put in by a reshape, stretched to G by `qc.expand` or `qc.tile`, made one with the dimension in
    front by a reshape, perhaps transposed), the G matrices of the first operand that meet the same one become rows of one
    product: `H x L x D` with `H = h * G` becomes `h x (G * L) x D`, the result has its shape put back. Each sum has the
    same products in the same order. Keys and values are read as they are stored.
    Needs: `qc-resolve-sizes`.
    Leaves: no such copies. Declines, with a missed remark: a first operand whose leading dimensions are not those of the
    copies, a product with a bias, a number of heads that is not known.
    ```mlir
    %1 = qc.reshape %k {shape = array<i64: 1, 2, 1, -4, 32>} : (tensor<1x2x?x32xf32>) -> tensor<1x2x1x?x32xf32>
    %2 = qc.expand %1, %n : (tensor<1x2x1x?x32xf32>, tensor<5xi64>) -> tensor<1x2x4x?x32xf32>
    %3 = qc.reshape %2 {shape = array<i64: 1, 8, -5, 32>} : (tensor<1x2x4x?x32xf32>) -> tensor<1x8x?x32xf32>
    %y = qc.matmul %p, %3 : (tensor<1x8x?x?xf32>, tensor<1x8x?x32xf32>) -> tensor<1x8x?x32xf32>
    // becomes
    %q = qc.reshape %p {shape = array<i64: 1, 2, -1, -5>} : (tensor<1x8x?x?xf32>) -> tensor<1x2x?x?xf32>
    %z = qc.matmul %q, %k : (tensor<1x2x?x?xf32>, tensor<1x2x?x32xf32>) -> tensor<1x2x?x32xf32>
    %y = qc.reshape %z {shape = array<i64: 1, 8, -1, 32>} : (tensor<1x2x?x32xf32>) -> tensor<1x8x?x32xf32>
    ```
  }];
}

def FoldBiasPass : Pass<"qc-fold-bias", "mlir::func::FuncOp"> {
  let summary = "Make the addition of a constant per channel the bias of its contraction";
  let description = [{
    Does: replaces conv, gemm or matmul followed by a `qc.add` of a constant with one value per output channel (or one
    value) by the contraction with that bias. A constant bias that is there already is added to it, one f32 addition per
    channel: `(acc + b) + c` becomes `acc + (b + c)`.
    Needs: `qc-normalize-gemm`.
    Leaves: no such addition. Declines, with a missed remark, where the constant has more values, the sum is read by
    something else, the number of channels is not known, the present bias is computed or the gemm not in normal form.
    ```mlir
    %p = qc.matmul %x, %w : (tensor<?x8xf32>, tensor<8x4xf32>) -> tensor<?x4xf32>
    %y = qc.add %p, %c : (tensor<?x4xf32>, tensor<4xf32>) -> tensor<?x4xf32>
    // becomes
    %y = qc.matmul %x, %w bias %c : (tensor<?x8xf32>, tensor<8x4xf32>, tensor<4xf32>) -> tensor<?x4xf32>
    ```
  }];
}

def FoldBatchNormPass : Pass<"qc-fold-batch-norm", "mlir::func::FuncOp"> {
  let summary = "Fold batch normalization into the contraction in front of it";
  let description = [{
    Does: folds a `qc.batch_norm` into the weights and the bias of the conv, gemm or matmul whose result it alone reads.
    Per channel, in f64 with each operation rounded once, and each stored value rounded once more, to f32:

        a  = scale / sqrt(var + epsilon)
        w' = f32(w * a)
        b' = f32((b - mean) * a + bias)      (b absent: 0)

    Additions of constants between the two are folded first, as by `qc-fold-bias`.
    Needs: `qc-normalize-gemm`, `qc-fold-bias`.
    Leaves: a batch_norm that cannot be folded, with a missed remark: it stays a float island. Declines where there is
    no contraction in front, the contraction's result has other uses, its channels are another axis, weights or
    parameters are computed, or a folded number is not finite.
    ```mlir
    %p = qc.conv %x, %w {..} : (tensor<?x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<?x4x6x6xf32>
    %y = qc.batch_norm %p, %s, %b, %m, %v {epsilon = 1.0e-5 : f32} : (..) -> tensor<?x4x6x6xf32>
    // becomes
    %y = qc.conv %x, %w2 bias %b2 {..} : (..) -> tensor<?x4x6x6xf32>
    ```
  }];
}

def FoldScalesPass : Pass<"qc-fold-scales", "mlir::func::FuncOp"> {
  let summary = "Put constant factors and offsets around a contraction into its weights and bias";
  let description = [{
    Does: folds a `qc.mul`, `qc.div` or `qc.sub` with a constant of one value per channel (or one value) that stands behind a
    conv, gemm or matmul with constant weights, into these, and where one stands in front, or a `qc.add`, into the reader's. Per
    channel, in f64 with each stored value rounded to f32, y = a * x + c (a quotient has a = 1 / divisor):

        behind     w' = f32(w * a),  b' = f32(b * a + c)                   per output channel
        in front   w' = f32(w * a),  b' = f32(b + sum of w * c)            per input channel, weights ascending

    In program order, and each `qc.add` and `qc.batch_norm` by `qc-fold-bias` and `qc-fold-batch-norm`, so that chains fold whole.
    Needs: `qc-normalize-gemm`.
    Leaves: no such operation. Declines, with a missed remark, where the constant has other values, is a mask (at or below -1e4), a
    folded number is not finite, the contraction's result has other uses, or, in front, a convolution pads what the constant is
    added to; says nothing where another operation reads what is scaled in front.
    ```mlir
    %p = qc.conv %x, %w {..} : (tensor<?x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<?x4x6x6xf32>
    %y = qc.mul %p, %k : (tensor<?x4x6x6xf32>, tensor<4x1x1xf32>) -> tensor<?x4x6x6xf32>
    // becomes
    %y = qc.conv %x, %w2 {..} : (tensor<?x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<?x4x6x6xf32>
    ```
  }];
}

def RaiseHardSwishPass : Pass<"qc-raise-hard-swish", "mlir::func::FuncOp"> {
  let summary = "Recognize hard_swish in its parts";
  let description = [{
    Does: replaces, by `qc.hard_swish %x` with `onnx.origin` naming the operators it was,
    - `x * hard_sigmoid(x)` with alpha = f32(1/6) and beta = 0.5 (the same numbers bit for bit, NaN apart),
    - the product, in any order, of x, `clip(x + 3, 0, 6)` and the constant f32(1/6), or of the first two divided by 6 (equal
      but for the rounding of its intermediate results).
    Intermediate values that something else reads stay for their other readers.
    Needs: nothing. Leaves: no such product. Declines, with a missed remark, where the parameters are others.
    ```mlir
    %h = qc.hard_sigmoid %x {alpha = 0.166666672 : f32, beta = 0.5 : f32} : (tensor<?x4xf32>) -> tensor<?x4xf32>
    %y = qc.mul %x, %h : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
    // becomes
    %y = qc.hard_swish %x {onnx.origin = "HardSigmoid, Mul"} : (tensor<?x4xf32>) -> tensor<?x4xf32>
    ```
  }];
}

def RaiseSelfGatedPass : Pass<"qc-raise-self-gated", "mlir::func::FuncOp"> {
  let summary = "Recognize silu, mish and gelu in their parts";
  let description = [{
    Does: replaces `x * sigmoid(x)` by `qc.silu %x`, `x * tanh(softplus(x))` by `qc.mish %x` and the product of x, 0.5 and
    `erf(x / sqrt(2)) + 1`, in any order, by `qc.gelu %x` (by `qc.gelu_tanh %x` with
    `tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)) + 1`), with `onnx.origin` naming the operators they were: one table instead of
    tables and products, and fewer roundings. Intermediate values that something else reads stay for their other readers.
    Needs: nothing. Leaves: no such product.
    ```mlir
    %s = qc.sigmoid %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
    %y = qc.mul %x, %s : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
    // becomes
    %y = qc.silu %x {onnx.origin = "Sigmoid, Mul"} : (tensor<?x4xf32>) -> tensor<?x4xf32>
    ```
  }];
}

def RaiseNormalizePass : Pass<"qc-raise-normalize", "mlir::func::FuncOp"> {
  let summary = "Recognize layer, RMS and L2 normalization in their parts";
  let description = [{
    Does: replaces `d / sqrt(mean(d * d) + epsilon)`, with `d = x - mean(x)` or d = x, by `qc.normalize %x`, with `onnx.origin`
    naming the operators it was. The square may be a power, the quotient a product with the inverse, the difference written
    twice; a product with a constant that alone reads the result becomes its scale, a sum with one its bias. In codes the
    parts lose what they are for: a variance spans the square of the range of its values. Intermediate values that something
    else reads stay for their other readers. L2
    normalization, `x / max(sqrt(sum(x * x) + epsilon), least)` with a least up to 1e-6, is an RMS normalization of the epsilon
    `(epsilon + least^2) / n` with the scale `1 / sqrt(n)`: in float the last bits differ, and rows hardly longer than `least`
    become up to a third shorter.
    Needs: constants folded, sizes resolved. Leaves: no such quotient. Declines, with a missed remark: a result that has not
    the shape of x, an L2 norm of elements whose number is not known, one with a larger least.
    ```mlir
    %m = qc.reduce mean %x {axes = array<i64: 1>, keep_dims = true} : (tensor<2x4xf32>) -> tensor<2x1xf32>
    %d = qc.sub %x, %m : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
    %s = qc.mul %d, %d : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
    %v = qc.reduce mean %s {axes = array<i64: 1>, keep_dims = true} : (tensor<2x4xf32>) -> tensor<2x1xf32>
    %a = qc.add %v, %epsilon : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
    %r = qc.sqrt %a : (tensor<2x1xf32>) -> tensor<2x1xf32>
    %y = qc.div %d, %r : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
    // becomes, with epsilon = 1.0e-5
    %y = qc.normalize %x {axes = array<i64: 1>, centered = true, epsilon = 1.0e-5 : f32, onnx.origin = "..."}
       : (tensor<2x4xf32>) -> tensor<2x4xf32>
    ```
  }];
}

def RaiseMasksPass : Pass<"qc-raise-masks", "mlir::func::FuncOp"> {
  let summary = "Recognize masks of softmaxes as conditions";
  let description = [{
    Does: gives a `qc.softmax` the scores without masks, and these as its mask. A mask is, behind the scores, a choice between them and a
    constant at or below -1e4, or what is added to them and is 0 or at most -1e4: a constant, a choice between such numbers, the product
    of such a number with `1 - m`, where m is a cast from integers or conditions or a product of casts, moves, sums and minima of these.
    Of integers m, 1 is shown and all others are hidden. In float a row of which something is shown has the bits that it had, if its
    scores are within some 9,000 of each other; one of which nothing is shown has equal probabilities.
    Needs: constants folded, sizes resolved. Leaves: no such softmax. Declines, with a missed remark: a mask that would make more scores
    than there are, or whose sizes are not known to fit; a product with a number that may be neither 0 nor 1; masked scores that something
    other than softmaxes reads.
    ```mlir
    %b = qc.where %c, %zero, %low : (tensor<1x?xi1>, tensor<f32>, tensor<f32>) -> tensor<1x?xf32>
    %m = qc.add %x, %b : (tensor<?x?xf32>, tensor<1x?xf32>) -> tensor<?x?xf32>
    %y = qc.softmax %m {axis = 1 : i64} : (tensor<?x?xf32>) -> tensor<?x?xf32>
    // becomes, with low = -1.0e9
    %y = qc.softmax %x mask %c {axis = 1 : i64} : (tensor<?x?xf32>, tensor<1x?xi1>) -> tensor<?x?xf32>
    ```
  }];
}

def RaiseMaskedMeansPass : Pass<"qc-raise-masked-means", "mlir::func::FuncOp"> {
  let summary = "Recognize means over what a mask shows";
  let description = [{
    Does: makes a product with `qc.mean_weights` of `sum(x * m) / max(sum m, least)`, the sums over the last dimension but one, where m
    is 0 or 1 in one column, or expanded from one, and 0 < least <= 1: what text encoders make one vector of many with. m is a
    cast of a condition, or of integers by which the model masks a softmax as `(1 - m) low`, or `where(1 - m, low, 1 - m)`, with low at
    most -1e4, where only 0 and 1 make sense; or `1 - m` of these. In float that is the mean but for the rounding of one quotient, and 0
    where nothing is shown.
    Needs: constants folded, sizes resolved, masks as the model has them. Leaves: no such quotient. Declines, with a missed remark: a mask
    of other integers, which may be weights; one that may not fit, or is the same for all rows; a quotient that nothing keeps from 0 / 0.
    ```mlir
    %p = qc.mul %x, %m : (tensor<?x8x4xf32>, tensor<?x8x1xf32>) -> tensor<?x8x4xf32>
    %s = qc.reduce sum %p {axes = array<i64: 1>, keep_dims = true} : (tensor<?x8x4xf32>) -> tensor<?x1x4xf32>
    %n = qc.reduce sum %m {axes = array<i64: 1>, keep_dims = true} : (tensor<?x8x1xf32>) -> tensor<?x1x1xf32>
    %c = qc.clip %n min %least : (tensor<?x1x1xf32>, tensor<f32>) -> tensor<?x1x1xf32>
    %y = qc.div %s, %c : (tensor<?x1x4xf32>, tensor<?x1x1xf32>) -> tensor<?x1x4xf32>
    // becomes, where m is a cast of the condition c
    %r = qc.reshape %c {shape = array<i64: -2, 1, 8>} : (tensor<?x8x1xi1>) -> tensor<?x1x8xi1>
    %w = qc.mean_weights %r {axis = 2 : i64} : (tensor<?x1x8xi1>) -> tensor<?x1x8xf32>
    %y = qc.matmul %w, %x : (tensor<?x1x8xf32>, tensor<?x8x4xf32>) -> tensor<?x1x4xf32>
    ```
  }];
}

def VerifyPreparedPass : Pass<"qc-verify-prepared", "mlir::func::FuncOp"> {
  let summary = "Check what the prepare phase promises";
  let description = [{
    Does: fails, at each such operation, on
    - an operand, result or argument that is not a ranked tensor,
    - an operation on constants that `qc-fold-constants` with the same `max-growth` would fold, a `qc.if` of a constant,
    - a batch_norm that `qc-fold-batch-norm` would fold,
    - a gemm that is not in the normal form of `qc-normalize-gemm`,
    - a reshape or transpose that gives back its operand.
    Needs: nothing. Leaves: the module as it is.
    ```mlir
    %y = qc.transpose %x {perm = array<i64: 0, 1>} : (tensor<2x3xf32>) -> tensor<2x3xf32>   // error
    ```
  }];
  let options = [QC_FoldLimit];
}

def VerifyResourcesPass : Pass<"qc-verify-resources", "mlir::ModuleOp"> {
  let summary = "Check the bytes of every resource";
  let description = [{
    MLIR accepts a `dense_resource` without bytes or with too few. Does: fails at each operation with a `dense_resource`
    - (resource_c1) that is missing from the file,
    - (resource_c2) whose size is not that of its type,
    - (resource_c3) whose declared alignment, or address, is not a multiple of its element's size,
    - (resource_c4) whose name is not `w_` and the content hash of its bytes (`_` and a number may follow: MLIR's own
      suffix where a context has read the same name before).
    Needs: nothing: runs on what any `--from` has read, before anything else.
    Leaves: the module as it is.
    ```mlir
    %w = qc.constant dense_resource<w_00112233445566778899aabbccddeeff> : tensor<4x8xf32>   // error: missing
    ```
  }];
}

#endif
