// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernel dialect: the unit of code generation (internal).
#ifndef KERNEL_DIALECT_TD
#define KERNEL_DIALECT_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def Kernel_Dialect : Dialect {
  let name = "kernel";
  let cppNamespace = "::qc::kernel";
  let summary = "fused loop nests, their launches and their buffers";
  let description = [{
    A `kernel.func` is one fused loop nest with nothing of a model inside: sizes, strides, clamp bounds and multipliers are
    arguments. The straight line of `kernel.launch` operations is the schedule. Buffers in a kernel are flat
    `memref<?xT>`: all index arithmetic is visible, the same text serves every CPU level and the GPU. Integers are
    signless here; signedness is on the operation.

    Inside a kernel: `arith`, `math` (fma, roundeven), `scf.for`, `scf.if`, one top-level nest of `scf.forall` (results none,
    distinct elements written by distinct iterations) or one `kernel.contract`, `memref.load` / `memref.store`.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::memref::MemRefDialect", "mlir::scf::SCFDialect"];
  let useDefaultAttributePrinterParser = 1;
}

class Kernel_Op<string mnemonic, list<Trait> traits = []> : Op<Kernel_Dialect, mnemonic, traits>;

def Kernel_Mma : I32EnumAttr<"Mma", "element types of a contraction: activations, weights, accumulator", [
    I32EnumAttrCase<"U8S8", 0, "u8s8">, I32EnumAttrCase<"S8S8", 1, "s8s8">, I32EnumAttrCase<"F32", 2, "f32">,
    I32EnumAttrCase<"U16S8", 3, "u16s8">]> {
  let cppNamespace = "::qc::kernel";
  let genSpecializedAttr = 0;
}
def Kernel_MmaAttr : EnumAttr<Kernel_Dialect, Kernel_Mma, "mma"> {
  let assemblyFormat = "`<` $value `>`";
}

def Kernel_RequantForm : I32EnumAttr<"RequantForm", "machine form of a Requant", [
    I32EnumAttrCase<"Wide", 0, "wide">, I32EnumAttrCase<"High", 1, "high">, I32EnumAttrCase<"HalfEven", 2, "half_even">,
    I32EnumAttrCase<"Narrow", 3, "narrow">]> {
  let cppNamespace = "::qc::kernel";
  let genSpecializedAttr = 0;
}
def Kernel_RequantFormAttr : EnumAttr<Kernel_Dialect, Kernel_RequantForm, "requant_form"> {
  let assemblyFormat = "$value";
}

def Kernel_Layout : AttrDef<Kernel_Dialect, "Layout"> {
  let mnemonic = "layout";
  let summary = "how a tensor lies in memory";
  let description = [{
    `order` lists the logical dimensions from outermost to innermost; `halo_begin` and `halo_end` (per logical dimension) are
    the elements kept before and behind it, filled with the value's zero (the zero point's code, or +0). Row-major without
    halo is the layout of the model's inputs and outputs.

    Example: NHWC with a border of one pixel is `#kernel.layout<order = [0, 2, 3, 1], halo_begin = [0, 0, 1, 1], halo_end = [0, 0, 1, 1]>`.

    **Constraints**
    - (layout_c1) order is a permutation
    - (layout_c2) halos have one entry >= 0 per dimension
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$order, ArrayRefParameter<"int64_t">:$haloBegin,
                        ArrayRefParameter<"int64_t">:$haloEnd);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    static LayoutAttr getRowMajor(::mlir::MLIRContext *context, int64_t rank);
    /// N, spatial..., C. Rank >= 3.
    static LayoutAttr getChannelsLast(::mlir::MLIRContext *context, int64_t rank);
    bool hasHalo() const;
    bool isRowMajor() const;
    /// Elements of the buffer, halo included, for a static shape.
    int64_t getNumElements(::llvm::ArrayRef<int64_t> shape) const;
    /// Stride in elements of each logical dimension, for a static shape.
    ::llvm::SmallVector<int64_t> getStrides(::llvm::ArrayRef<int64_t> shape) const;
    /// Element offset of the first element that is not halo.
    int64_t getOffset(::llvm::ArrayRef<int64_t> shape) const;
  }];
}

#endif
