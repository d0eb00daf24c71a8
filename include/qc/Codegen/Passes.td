// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes that turn one kernel.func into LLVM's dialect, for the CPU and for NVPTX.
#ifndef QC_CODEGEN_PASSES_TD
#define QC_CODEGEN_PASSES_TD

include "mlir/Pass/PassBase.td"

def LowerContractPass : Pass<"qc-lower-contract", "qc::kernel::FuncOp"> {
  let summary = "Write kernel.contract as loops";
  let description = [{
    Does: replaces every `kernel.contract` by its loops over the packed layout (include/qc/Arith/Packing.h).
    `form=vector`: panels of 32 columns and blocks of `rows` rows; 16 columns are one vector, `halves` of them are accumulated
    together; then the epilogue on vectors, row by row. A last block of fewer than 16 columns goes through a buffer on the
    stack, so that nothing beyond n is read from `per_mn` or written to y. Products of int8 are formed in the pairs that LLVM
    matches to pmaddwd: even and odd bytes of each group of 4 k as 16-bit numbers, exact for u8 x s8 and s8 x s8. A block of rows
    of x is split into them once for all panels, on the stack, where a row has 32 to 4096 k. `vnni` gives one vpdpbusd for u8 x s8.
    `form=scalar`: one `scf.forall` over (m, n) with a scalar body, for devices.
    Needs: nothing.
    Leaves: no `kernel.contract`; float sums are `math.fma` in ascending k. Fails, in the vector form, on an epilogue with an
    operation that has no vector form (`scf`, stores).
    ```mlir
    kernel.contract {mma = #kernel.mma<f32>} m %m n %n .. x %x[%xo, %xs] taps %taps w %w[%wo] y %y[%yo, %ys] .. {..}
    // becomes, with form=scalar
    scf.forall (%i, %j) in (%m, %n) {
      %acc = scf.for %r = %c0 to %runs .. { .. scf.for %k = %c0 to %len .. { math.fma .. } }
      memref.store %acc, %y[..] : memref<?xf32>
    }
    ```
  }];
  let options = [
    Option<"form", "form", "qc::ContractForm", "qc::ContractForm::Vector", "vector (CPU) or scalar (devices)",
      [{::llvm::cl::values(clEnumValN(qc::ContractForm::Vector, "vector", "16 columns are one vector"),
                           clEnumValN(qc::ContractForm::Scalar, "scalar", "one forall over all outputs"))}]>,
    Option<"rows", "rows", "unsigned", "4", "rows accumulated together (1 to 8; vector form)">,
    Option<"halves", "halves", "unsigned", "2", "blocks of 16 columns accumulated together (1 or 2; vector form)">,
    Option<"vnni", "vnni", "unsigned", "0", "width of the vpdpbusd used for u8 x s8 (256, 512; 0: none; vector form)">];
  let dependentDialects = ["mlir::vector::VectorDialect", "mlir::math::MathDialect", "mlir::LLVM::LLVMDialect"];
}

def VectorizeForallPass : Pass<"qc-vectorize-forall", "qc::kernel::FuncOp"> {
  let summary = "Compute several iterations of a forall's innermost dimension at once";
  let description = [{
    Does: replaces the innermost dimension of every `scf.forall` by a loop over vectors of `lanes` iterations and a loop over
    the rest; where no buffer is both read and written, the rest is computed by moving the last vector back instead, so that
    only dimensions shorter than a vector run scalar. A value that is the same in all lanes stays scalar. Memory at index
    `uniform + i` becomes a vector access, any other load (a table, a stride) one load per lane. Each lane computes what the
    iteration computed, in the same order: results are the same bits.
    Needs: nothing.
    Leaves: `scf.forall` over the outer dimensions. Declines, with a missed remark: a store whose index is not `uniform + i`,
    a branch or a loop bound that differs between iterations, an operation without a vector form.
    ```mlir
    scf.forall (%i) in (%n) {
      %v = memref.load %x[%i] : memref<?xf32>
      memref.store %v, %y[%i] : memref<?xf32>
    }
    // becomes
    scf.for %b = %c0 to %end step %c16 {
      %i = arith.minsi %b, %last : index
      %v = vector.load %x[%i] : memref<?xf32>, vector<16xf32>
      vector.store %v, %y[%i] : memref<?xf32>, vector<16xf32>
    }
    scf.for %i = %end to %n step %c1 { .. }
    ```
  }];
  let options = [Option<"lanes", "lanes", "int64_t", "16", "iterations in a vector (2 to 64)">,
                 Option<"byteLanes", "byte-lanes", "int64_t", "16",
                        "iterations in a vector where all that differs between them is addresses and bytes (2 to 64)">];
  let dependentDialects = ["mlir::vector::VectorDialect", "mlir::LLVM::LLVMDialect"];
}

def LowerForallPass : Pass<"qc-lower-forall", "qc::kernel::FuncOp"> {
  let summary = "Write scf.forall as loops or distribute it over threads";
  let description = [{
    Does: `to=loops` writes every `scf.forall` as nested `scf.for`. `to=threads` numbers its iterations (last dimension
    fastest) and gives number i to the thread i mod ntid.x of the CTA.
    Needs: foralls without results; with `to=threads` no forall inside another.
    Leaves: no `scf.forall`. Never declines.
    ```mlir
    scf.forall (%i) in (%n) {..}
    // becomes, with to=threads
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %ntid = nvvm.read.ptx.sreg.ntid.x : i32
    scf.for %i = %t to %n step %s {..}   // t, s: tid and ntid as index
    ```
  }];
  let options = [
    Option<"to", "to", "qc::ForallTarget", "qc::ForallTarget::Loops", "loops (CPU) or threads (devices)",
      [{::llvm::cl::values(clEnumValN(qc::ForallTarget::Loops, "loops", "nested scf.for"),
                           clEnumValN(qc::ForallTarget::Threads, "threads", "one loop over the threads of a CTA"))}]>];
  let dependentDialects = ["mlir::NVVM::NVVMDialect"];
}

def ExpandFmaPass : Pass<"qc-expand-fma", "qc::kernel::FuncOp"> {
  let summary = "Write fused multiply-adds as two operations";
  let description = [{
    Does: replaces `math.fma` by `arith.mulf` and `arith.addf`, for levels without the instruction (x86-64-v2), where it would
    become a library call. Results may differ (docs/Numerics.md, Float kernels); no integer result depends on it.
    Needs: nothing. Leaves: no `math.fma`. Never declines.
    ```mlir
    %r = math.fma %x, %w, %acc : f32
    // becomes
    %p = arith.mulf %x, %w : f32
    %r = arith.addf %p, %acc : f32
    ```
  }];
}

def LowerLookupPass : Pass<"qc-lower-lookup", "qc::kernel::FuncOp"> {
  let summary = "Write kernel.lookup as loads or byte shuffles";
  let description = [{
    Does: on a scalar, one load. On a vector of 16, 32 or 64 codes: the table in 16 registers of 16 entries each, picked from by the
    low four bits of all codes (pshufb), then four selections by the high bits; on any other vector, one load per lane.
    Needs: x86 with as wide a pshufb as there are vectors (`qc-vectorize-forall`, byte-lanes); scalars anywhere.
    Leaves: no `kernel.lookup`. Never declines.
    ```mlir
    %v = kernel.lookup %table[%code] : memref<?xi8>, i8
    // becomes
    %i = arith.index_castui %code : i8 to index
    %v = memref.load %table[%i] : memref<?xi8>
    ```
  }];
  let dependentDialects = ["mlir::vector::VectorDialect", "mlir::LLVM::LLVMDialect"];
}

def LowerRequantPass : Pass<"qc-lower-requant", "qc::kernel::FuncOp"> {
  let summary = "Write kernel.requant as arith";
  let description = [{
    Does: writes the machine form that the operation names (docs/Numerics.md, Requant and Fast form F), on scalars or vectors.
    Products are `arith.muli` of sign-extended operands, which become vpmuldq and mul.wide.s32.
    Needs: nothing. Leaves: no `kernel.requant`. Never declines.
    ```mlir
    %q = kernel.requant high %raw, %m, %c, %s, %z, %lo, %hi : (i32, i32, i64, i32, i32, i32, i32) -> i8
    // becomes
    %u = (sext(%raw) * sext(%m) + %c) as i64; %h = i32(%u >> 32)
    %q = trunc(min(max((%h >> (%s & 31)) + %z, %lo), %hi))   // s in [32, 62]
    ```
  }];
}

def KernelToLLVMPass : Pass<"qc-kernel-to-llvm", "mlir::ModuleOp"> {
  let summary = "Turn kernel.func into llvm.func";
  let description = [{
    Does: converts every `kernel.func` and what it holds to LLVM's dialect. `memref<?xT>` becomes a pointer.
    `abi=table`: `void @name(ptr slots, i64 tile)`; slot i holds argument i (pointer, index, i64; i32 and f32 in the low 32
    bits). The body is a function of its own that is always inlined, so that its pointers are known not to alias.
    `abi=device`: `@name` is an NVVM kernel with one 64-bit parameter per argument; the tile is ctaid.x.
    Needs: `qc-lower-contract`, `qc-lower-forall`, `qc-lower-requant`, `qc-expand-fma` where there is no FMA.
    Leaves: LLVM's and NVVM's dialects. Fails on an operation that it does not know.
    ```mlir
    kernel.func @f(%x: memref<?xf32>, %n: index, %tile: index) {..}
    // becomes, with abi=table
    llvm.func @f(%slots: !llvm.ptr, %tile: i64) {..}   // calls @f.body
    ```
  }];
  let options = [
    Option<"abi", "abi", "qc::KernelAbi", "qc::KernelAbi::Table", "table (CPU) or device (NVPTX)",
      [{::llvm::cl::values(clEnumValN(qc::KernelAbi::Table, "table", "void (ptr slots, i64 tile)"),
                           clEnumValN(qc::KernelAbi::Device, "device", "an NVVM kernel"))}]>];
  let dependentDialects = ["mlir::LLVM::LLVMDialect", "mlir::NVVM::NVVMDialect", "mlir::cf::ControlFlowDialect"];
}

#endif
