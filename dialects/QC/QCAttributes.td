// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attributes of the qc dialect.
#ifndef QC_ATTRIBUTES_TD
#define QC_ATTRIBUTES_TD

include "dialects/QC/QCDialect.td"

class QC_Attr<string name, string mnemonicText, list<Trait> traits = []> : AttrDef<QC_Dialect, name, traits> {
  let mnemonic = mnemonicText;
}

def QC_FormatAttr : QC_Attr<"Format", "format"> {
  let summary = "how a value is quantized: storage type and where scales differ";
  let description = [{
    `storage` is the builtin type of a code (ui8, i8, i32). `axis` is the dimension along which scale and zero point
    differ, -1 where one pair serves the whole tensor. `block` is the number of consecutive elements along `axis` that
    share a scale, 0 where each index of `axis` has its own.

    Example: `#qc.format<i8, axis = 0, block = 0>` is one scale per output channel of a convolution's filter.

    **Constraints**
    - (format_c1) storage is an integer type of at most 32 bits
    - (format_c2) axis >= -1
    - (format_c3) block = 0 (blocks are reserved)
  }];
  let parameters = (ins "::mlir::Type":$storage, DefaultValuedParameter<"int64_t", "-1">:$axis,
                        DefaultValuedParameter<"int64_t", "0">:$block);
  let assemblyFormat = "`<` $storage (`,` struct($axis, $block)^)? `>`";
  let genVerifyDecl = 1;
}

def QC_DecidedBy : I32EnumAttr<"DecidedBy", "who made a decision", [
    I32EnumAttrCase<"Default", 0, "default">, I32EnumAttrCase<"User", 1, "user">,
    I32EnumAttrCase<"Search", 2, "search">]> {
  let cppNamespace = "::qc";
  let genSpecializedAttr = 0;
}

def QC_AssignmentAttr : QC_Attr<"Assignment", "assignment"> {
  let summary = "the precision decided for one operation";
  let description = [{
    `result` is the format of the operation's rounded result, `operands` that of each operand (f32 where it stays float; in
    C++ a null format), `reason` a sentence for the report, `by` who decided. A format is written as its storage type, with
    its axis and block where it has them.

    Example: `#qc.assignment<ui8, [ui8, i8 axis 0, i32 axis 0], "quantized by default", default>`.

    **Constraints**
    - (assignment_c1) result is f32 exactly when every operand is f32
  }];
  let parameters = (ins "::qc::FormatAttr":$result, ArrayRefParameter<"::qc::FormatAttr">:$operands, "::mlir::StringAttr":$reason,
                        EnumParameter<QC_DecidedBy>:$by);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = "bool isFloat() const { return !getResult(); }";
}

#endif
