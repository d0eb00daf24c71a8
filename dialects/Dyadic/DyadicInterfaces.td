// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Interfaces of the dyadic dialect.
#ifndef DYADIC_INTERFACES_TD
#define DYADIC_INTERFACES_TD

include "mlir/IR/OpBase.td"

def Dyadic_RangeBoundOpInterface : OpInterface<"RangeBoundOpInterface"> {
  let cppNamespace = "::qc::dyadic";
  let description = [{
    The proven range of a result: what overflow proofs rest on (docs/Numerics.md, Registers).
  }];
  let methods = [InterfaceMethod<[{
      The least and the greatest value that any element of the result can have, given those of the operands (in operand
      order, absent ones left out). Nothing where a bound leaves int64 or a weight is not constant.
    }], "std::optional<::qc::dyadic::CodeRange>", "inferResultRange",
    (ins "::llvm::ArrayRef<::qc::dyadic::CodeRange>":$operands)>];
}

#endif
