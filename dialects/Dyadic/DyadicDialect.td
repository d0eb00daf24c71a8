// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The dyadic dialect: exact integer arithmetic.
#ifndef DYADIC_DIALECT_TD
#define DYADIC_DIALECT_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def Dyadic_Dialect : Dialect {
  let name = "dyadic";
  let cppNamespace = "::qc::dyadic";
  let summary = "exact integer arithmetic of quantized networks";
  let description = [{
    Integer tensors only. Every operation is defined bit for bit; all rescaling is `dyadic.requant` (docs/Numerics.md,
    Requant). Data movement (`qc.reshape`, `qc.transpose`, `qc.concat`, `qc.max_pool`) has one meaning for every element type
    and therefore no copy here.
  }];
  let useDefaultAttributePrinterParser = 1;
}

class Dyadic_Op<string mnemonic, list<Trait> traits = []> : Op<Dyadic_Dialect, mnemonic, traits>;

def Dyadic_Rounding : I32EnumAttr<"Rounding", "how Requant rounds", [
    I32EnumAttrCase<"HalfUp", 0, "half_up">, I32EnumAttrCase<"HalfEven", 1, "half_even">]> {
  let cppNamespace = "::qc::dyadic";
  let genSpecializedAttr = 0;
}
def Dyadic_RoundingAttr : EnumAttr<Dyadic_Dialect, Dyadic_Rounding, "rounding"> {
  let assemblyFormat = "`<` $value `>`";
}

#endif
