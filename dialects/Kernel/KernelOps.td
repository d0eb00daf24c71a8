// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The operations of the kernel dialect.
#ifndef KERNEL_OPS_TD
#define KERNEL_OPS_TD

include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/FunctionInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/IR/OpAsmInterface.td"
include "dialects/Kernel/KernelDialect.td"

def Kernel_Flat : MemRefRankOf<[I8, I16, I32, I64, F32], [1]>;
def Kernel_LaunchArg : AnyTypeOf<[AnyMemRef, Index, I32, I64, F32]>;

def Kernel_FuncOp : Kernel_Op<"func", [AffineScope, AutomaticAllocationScope, IsolatedFromAbove, FunctionOpInterface,
                                        OpAsmOpInterface]> {
  let summary = "one fused loop nest, executed once per tile";
  let description = [{
    Arguments are flat buffers (`memref<?xT>`, the pointer may point into a larger buffer), sizes and strides (`index`) and
    numbers of the model (`i32`, `i64`, `f32`). The last argument is the tile, in [0, tiles). Distinct tiles write distinct
    elements; no buffer that a tile writes is read by another tile of the same launch.

    **Constraints**
    - (kernel_func_c1) the last argument has type index
    - (kernel_func_c2) arguments are of the types above, there is no result
    - (kernel_func_c3) the body is one block that ends in `kernel.return`

    ```mlir
    kernel.func @copy(%x: memref<?xf32>, %n: index, %y: memref<?xf32>, %tile: index) {
      scf.forall (%i) in (%n) {
        %v = memref.load %x[%i] : memref<?xf32>
        memref.store %v, %y[%i] : memref<?xf32>
      }
      kernel.return
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<FunctionType>:$function_type,
                       OptionalAttr<StrAttr>:$sym_visibility, OptionalAttr<DictArrayAttr>:$arg_attrs,
                       OptionalAttr<DictArrayAttr>:$res_attrs);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let builders = [OpBuilder<(ins "::llvm::StringRef":$name, "::mlir::FunctionType":$type)>];
  let extraClassDeclaration = [{
    ::llvm::ArrayRef<::mlir::Type> getArgumentTypes() { return getFunctionType().getInputs(); }
    ::llvm::ArrayRef<::mlir::Type> getResultTypes() { return getFunctionType().getResults(); }
    ::mlir::Region *getCallableRegion() { return &getBody(); }
    /// The number of the tile.
    ::mlir::BlockArgument getTile() { return getBody().front().getArguments().back(); }
  }];
}

def Kernel_ReturnOp : Kernel_Op<"return", [Pure, ReturnLike, Terminator, HasParent<"FuncOp">]> {
  let summary = "ends a kernel.func";
  let description = [{
    ```mlir
    kernel.return
    ```
  }];
  let assemblyFormat = "attr-dict";
}

def Kernel_YieldOp : Kernel_Op<"yield", [Pure, ReturnLike, Terminator, HasParent<"ContractOp">]> {
  let summary = "the stored value of an epilogue";
  let description = [{
    ```mlir
    kernel.yield %q : i8
    ```
  }];
  let arguments = (ins AnyType:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

def Kernel_LaunchOp : Kernel_Op<"launch", [AttrSizedOperandSegments, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "all tiles of one kernel, in any order";
  let description = [{
    Destination-passing: `outs` buffers are written, `ins` are read. The kernel's arguments are ins, then outs, then the tile.
    A buffer operand may be of any shape; the kernel gets a pointer to its first element.

    **Constraints**
    - (launch_c1) the symbol is a `kernel.func` of the module
    - (launch_c2) ins and outs have the kernel's argument types: equal, or both memrefs of one element type
    - (launch_c3) every operand of outs is a memref, and so is the kernel's argument

    ```mlir
    kernel.launch @copy grid(%one) ins(%x, %n : memref<2x3xf32>, index) outs(%y : memref<2x3xf32>)
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$kernel, Index:$grid, Variadic<Kernel_LaunchArg>:$ins, Variadic<AnyMemRef>:$outs);
  let assemblyFormat = [{
    $kernel `grid` `(` $grid `)` (`ins` `(` $ins^ `:` type($ins) `)`)? (`outs` `(` $outs^ `:` type($outs) `)`)? attr-dict
  }];
}

def Kernel_ObserveOp : Kernel_Op<"observe"> {
  let summary = "a point of the schedule at which a buffer is shown to the observer";
  let description = [{
    What `qc.observe` becomes. `offset` and `strides` (elements, per dimension of `shape`) say where the value lies in the buffer.
    Those that are unknown are operands, in the order offset, shape, strides.

    **Constraints**
    - (kernel_observe_c1) as many strides as dimensions
    - (kernel_observe_c2) offset, dimensions and strides are >= 0 or unknown
    - (kernel_observe_c3) as many operands as unknown numbers

    ```mlir
    kernel.observe @t17 %x {offset = 0 : i64, shape = array<i64: 2, 3>, strides = array<i64: 3, 1>} : memref<2x3xf32>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$stats, AnyMemRef:$buffer, Variadic<Index>:$numbers, I64Attr:$offset,
                       DenseI64ArrayAttr:$shape, DenseI64ArrayAttr:$strides);
  let assemblyFormat = "$stats $buffer (`[` $numbers^ `]`)? attr-dict `:` type($buffer)";
  let hasVerifier = 1;
}

def Kernel_CheckOp : Kernel_Op<"check"> {
  let summary = "a demand on the extents of the inputs, checked before a run";
  let description = [{
    With `other`: both are equal. Without: `low <= seen`, and `seen <= high` where there is a high one. A run on inputs that
    break it is refused with a text that begins with `what`; with `full`, because state has reached its capacity `high`. In a branch or
    loop it is a demand on runs that come there: one that breaks it ends with QC_SIZE_MISMATCH.

    **Constraints**
    - (kernel_check_c1) either other, or low
    - (kernel_check_c2) full goes with high

    ```mlir
    kernel.check %w {what = "dimension 'W' of input 'x'", low = 16 : i64, high = 2048 : i64}
    kernel.check %a, %b {what = "dimension 1 of 'x' and dimension 1 of 'y'"}
    ```
  }];
  let arguments = (ins Index:$seen, Optional<Index>:$other, StrAttr:$what, OptionalAttr<I64Attr>:$low,
                       OptionalAttr<I64Attr>:$high, UnitAttr:$full);
  let assemblyFormat = "$seen (`,` $other^)? attr-dict";
  let hasVerifier = 1;
}

def Kernel_ReadOp : Kernel_Op<"read"> {
  let summary = "a number of a buffer that decides how the schedule goes on";
  let description = [{
    The integer element `index` of a buffer (i8, as truth values are stored, zero-extended), read when all launches before it are done: by every
    thread, each of which runs the schedule. 0 where the run has met bad data (kernel.faults): loops come to an end then.

    **Constraints**
    - (read_c1) elements are i8, i32 or i64

    ```mlir
    %n = kernel.read %x[%zero] : memref<1xi64>
    ```
  }];
  let arguments = (ins Arg<AnyMemRef, "", [MemRead]>:$buffer, Index:$index);
  let results = (outs Index:$number);
  let assemblyFormat = "$buffer `[` $index `]` attr-dict `:` type($buffer)";
  let hasVerifier = 1;
}

def Kernel_PlanOp : Kernel_Op<"plan"> {
  let summary = "places of buffers in the arena, found before a run";
  let description = [{
    Buffer i has `bytes[i]` bytes and lives from position `first[i]` to `last[i]` of `@main`, all operations numbered as they
    stand; its offset is a multiple of 64. Buffers alive at the same time do not overlap: the runtime places them best fit, as
    qc-plan-memory does where all sizes are known.

    **Constraints**
    - (kernel_plan_c1) bytes, first, last and offsets are equally many

    ```mlir
    %o:2 = kernel.plan %a, %b {first = array<i64: 0, 3>, last = array<i64: 4, 9>}
    ```
  }];
  let arguments = (ins Variadic<Index>:$bytes, DenseI64ArrayAttr:$first, DenseI64ArrayAttr:$last);
  let results = (outs Variadic<Index>:$offsets);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

def Kernel_ExtentsOp : Kernel_Op<"extents"> {
  let summary = "the extents of an output";
  let description = [{
    ```mlir
    kernel.extents 0 (%n, %c)
    ```
  }];
  let arguments = (ins I64Attr:$output, Variadic<Index>:$dims);
  let assemblyFormat = "$output `(` $dims `)` attr-dict";
}

def Kernel_FaultsOp : Kernel_Op<"faults", [Pure]> {
  let summary = "the fault word of a run";
  let description = [{
    0 when a run begins; whoever meets bad data (an index outside its tensor, an integer division by zero, an average of a number of
    values that it has no multiplier for) stores 1, in any number of tiles. The run then answers QC_BAD_DATA.

    ```mlir
    %f = kernel.faults : memref<1xi32>
    ```
  }];
  let results = (outs AnyMemRef:$word);
  let assemblyFormat = "attr-dict `:` type($word)";
}

def Kernel_ConstantOp : Kernel_Op<"constant", [Pure]> {
  let summary = "a slice of the packed weights";
  let description = [{
    With `value`: content not placed yet. With `offset` (bytes): placed in the blob `kernel.weights` of the module by
    `qc-pack-weights`.

    **Constraints**
    - (kernel_constant_c1) exactly one of value and offset
    - (kernel_constant_c2) value has the number of elements and the element size of the result

    ```mlir
    %w = kernel.constant {offset = 4096 : i64} : memref<1024xi8>
    ```
  }];
  let arguments = (ins OptionalAttr<ElementsAttr>:$value, OptionalAttr<I64Attr>:$offset);
  let results = (outs AnyMemRef:$buffer);
  let assemblyFormat = "attr-dict `:` type($buffer)";
  let hasVerifier = 1;
}

def Kernel_ContractOp : Kernel_Op<"contract", [AttrSizedOperandSegments, SingleBlock, RecursiveMemoryEffects]> {
  let summary = "packed contraction of one tile with an epilogue";
  let description = [{
    A tile of `m` rows and `n` columns. With all offsets in elements and `taps` an array of `runs` offsets:

        for i in 0 .. m-1, j in 0 .. n-1:
          acc = 0                                        (i32, wrapping; or +0 in f32)
          for r in 0 .. runs-1, k in 0 .. len-1:         (ascending; f32: acc = fma(x, w, acc))
            acc += ext(x[x_offset + i * x_step + taps[r] + k]) * ext(w[w_offset + P(j, r, k)])
          y[y_offset + i * y_step + j] = epilogue(acc, per_n[p][n_offset + j]...,
                                                  per_mn[q][mn_offset + i * mn_step + j]..., )

    With `blocks` acc is the sum of blocks of 64 terms, each of which starts from +0 (docs/Numerics.md, Float kernels): the same
    where there are at most 64, for which it is left out.

    u16s8 has x of 16 bits, taken as unsigned. `sums` holds 32768 times the sum of each column's weights (read beside per_n): machines
    that multiply signed numbers take 32768 from x, and start from it. With `planes` the sum may leave 32 bits: it is given as two
    numbers, the region's first arguments, with 256 * upper + lower = acc over the integers; `sums` is a 256th of that. How acc is
    split is not said: upper is at most 256 * sum |w| + K, lower 255 * K, as absolute values.

    With `weight_group` w holds 4-bit codes, and each stands for its product with the multiplier of its group of so many k of a run
    (docs/Numerics.md, Weights of 4 bits; include/qc/Arith/PackingInt4.h); w_offset and multipliers_offset are the panel's. x has at
    least 7 readable elements behind each run.

    P is the packed layout: int8 `[N/32][K/64][2][16][16 n x 4 k]` per panel with ragged ends, f32 `[N/16][K][16]`
    (include/qc/Arith/Packing.h). Columns beyond n up to the next multiple of 16 exist in w and in each per_n as zeros; in x each run is
    followed by at least 3 readable elements (but for f32). The first column of the tile is a multiple of 32 of the panel's: `column` says
    which, `w_offset` is the panel's. The extension of x is by `mma`; w is signed.

    The region's arguments are acc (two with `planes`: upper, lower), one scalar per `per_n` buffer, one per `per_mn` buffer; it holds
    `arith`, `math` and `kernel.requant` and may use values defined above; it yields y's element. Integer accumulators wrap.

    **Constraints**
    - (contract_c1) element types of x and w are those of `mma`
    - (contract_c2) the region has the arguments above and yields the element type of y
    - (contract_c3) `mn` has an offset and a step for every per_mn buffer
    - (contract_c4) `blocks` stands on sums of f32 only
    - (contract_c5) `planes` stands on u16s8 only; u16s8, and nothing else, has `sums`, of i32
    - (contract_c6) weight_group is 32, 64 or 128, is not there for f32, and stands beside multipliers of i8 with their offset

    ```mlir
    kernel.contract {mma = #kernel.mma<u8s8>} m %m n %n column %col runs %r len %l x %x[%xo, %xs] taps %taps w %w[%wo]
        y %y[%yo, %ys] per_n(%c : memref<?xi64>)[%no] {
    ^bb0(%acc: i32, %cc: i64): ...
    } : memref<?xi8>, memref<?xi64>, memref<?xi8>, memref<?xi8>
    ```
  }];
  let arguments = (ins Kernel_MmaAttr:$mma, UnitAttr:$blocks, UnitAttr:$planes, Index:$m, Index:$n, Index:$column, Index:$runs, Index:$len,
                       Kernel_Flat:$x, Index:$x_offset, Index:$x_step, MemRefRankOf<[I64], [1]>:$taps,
                       Kernel_Flat:$w, Index:$w_offset, Optional<Kernel_Flat>:$sums,
                       Optional<Kernel_Flat>:$multipliers, Optional<Index>:$multipliers_offset, Kernel_Flat:$y, Index:$y_offset, Index:$y_step,
                       Variadic<Kernel_Flat>:$per_n, Index:$n_offset,
                       Variadic<Kernel_Flat>:$per_mn, Variadic<Index>:$mn_offsets, Variadic<Index>:$mn_steps,
                       OptionalAttr<I64Attr>:$weight_group);
  let regions = (region SizedRegion<1>:$epilogue);
  let assemblyFormat = [{
    attr-dict `m` $m `n` $n `column` $column `runs` $runs `len` $len `x` $x `[` $x_offset `,` $x_step `]` `taps` $taps
    `w` $w `[` $w_offset `]` (`sums` $sums^ `:` type($sums))?
    (`multipliers` $multipliers^ `[` $multipliers_offset `]` `:` type($multipliers))?
    `y` $y `[` $y_offset `,` $y_step `]` `per_n` `(` ($per_n^ `:` type($per_n))? `)` `[` $n_offset `]`
    `per_mn` `(` ($per_mn^ `[` $mn_offsets `]` `[` $mn_steps `]` `:` type($per_mn))? `)` $epilogue `:` type($x) `,` type($taps) `,` type($w)
    `,` type($y)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Numbers that a sum is given as: 2 with planes.
    unsigned getNumSums() { return getPlanes() ? 2 : 1; }
  }];
}

def Kernel_LookupOp : Kernel_Op<"lookup", [AllTypesMatch<["code", "value"]>]> {
  let summary = "the entry of a table of 256 bytes";
  let description = [{
    `value = table[code]`, code taken as unsigned. All 256 entries are readable. One operation until the last but one pass, because
    vectors look up by shuffling bytes.

    **Constraints**
    - (lookup_c1) code and value are i8, or vectors of i8 of one length

    ```mlir
    %v = kernel.lookup %table[%code] : memref<?xi8>, i8
    ```
  }];
  let arguments = (ins Arg<MemRefRankOf<[I8], [1]>, "256 entries", [MemRead]>:$table,
                       AnyTypeOf<[I8, VectorOfRankAndType<[1], [I8]>]>:$code); // lookup_c1
  let results = (outs AnyTypeOf<[I8, VectorOfRankAndType<[1], [I8]>]>:$value);
  let assemblyFormat = "$table `[` $code `]` attr-dict `:` type($table) `,` type($code)";
}

def Kernel_RequantOp : Kernel_Op<"requant", [Pure, AttrSizedOperandSegments]> {
  let summary = "the scalar Requant, in the form that range proofs allow";
  let description = [{
    Terms are i32 registers. Zero points and other compensation are in the addend (raw registers), or were added to the register
    before. Of `form`

    - `wide`: `T = sum raw_i * m_i + addend` in wrapping i64 where `addend = sum comp_i * m_i + 2^(shift-1)`; `y = clamp((T >> shift) + z)`,
      all in 64 bits; exact for every legal Requant (docs/Numerics.md, R1 to R5).
    - `high`: Form F with z in the addend, `shift` in [32, 62]: `h` = high 32 bits of `sum raw_i * m_i + addend`,
      `y = clamp((h >> (shift - 32)) + z)` with z = 0 when it is in the addend. Requires the proof of Form F.
    - `narrow`: `T = sum raw_i * m_i + addend` in wrapping i32 (the low half of the addend), `shift` in [1, 31];
      `y = clamp((T >> shift) + z)` in 32 bits. Requires the proof of the int32 form.
    - `half_even`: one term, z after: `y = clamp(((T + 2^(shift-1) - 1 + ((T >> shift) & 1)) >> shift) + z)` where the addend is
      comp * m alone.

    clamp is to [lo, hi]; the result is truncated to its type.

    **Constraints**
    - (kernel_requant_c1) one to three terms, as many multipliers
    - (kernel_requant_c2) terms, multipliers, shift, z, lo, hi are i32 and addend is i64, all scalars or all vectors of one length
    - (kernel_requant_c3) half_even has one term

    ```mlir
    %q = kernel.requant wide %raw mul %m add %c shift %s zero %z clamp %lo, %hi : i32 -> i8
    ```
  }];
  let arguments = (ins Kernel_RequantFormAttr:$form, Variadic<AnyType>:$raw, Variadic<AnyType>:$multipliers, AnyType:$addend,
                       AnyType:$shift, AnyType:$zero, AnyType:$lo, AnyType:$hi);
  let results = (outs AnyType:$q);
  let hasCustomAssemblyFormat = 0;
  let assemblyFormat = [{
    $form operands attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

#endif
