// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the operation files of the qc dialect share.
#ifndef QC_BASE_TD
#define QC_BASE_TD

include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/IR/SymbolInterfaces.td"
include "dialects/QC/QCAttributes.td"
include "dialects/QC/QCInterfaces.td"

def QC_Float : RankedTensorOf<[F32]>;
def QC_Bool : RankedTensorOf<[I1]>;
/// Codes: what `qc.quantize` makes.
def QC_Codes : RankedTensorOf<[I8, UI8, I16, UI16, I32]>;
/// What `qc.dequantize` reads: codes, and biases of contractions of 16-bit codes.
def QC_CodesTo64 : RankedTensorOf<[I8, UI8, I16, UI16, I32, I64]>;
/// Data movement has one meaning for every element type. (i64 and i1 tensors exist at the model's border.)
def QC_Any : RankedTensorOf<[F32, I8, UI8, I16, UI16, I32, I64, I1]>;

/// Pure operation whose one result type follows from operands and attributes. A result type may be less or more static
/// than the inferred one as long as shapes are compatible.
class QC_TensorOp<string mnemonic, list<Trait> traits = []>
    : QC_Op<mnemonic, !listconcat([Pure,
        InferTypeOpAdaptorWithIsCompatible, DeclareOpInterfaceMethods<QC_ShapeFunctionOpInterface>], traits)>;

#endif
