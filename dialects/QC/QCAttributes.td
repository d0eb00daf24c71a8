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
    `storage` is the builtin type of a code (ui8, ui16, i8, i4, i32, i64). `axis` is the dimension along which scale and zero point
    differ, -1 where one pair serves the whole tensor. Weights of i4 are given as the i8 weights that they stand for
    (docs/Numerics.md, Weights of 4 bits): `block` is the number of consecutive weights of a sum, at one position of the kernel,
    that share a multiplier. It is 0 for all other formats.

    Example: `#qc.format<i8, axis = 0, block = 0>` is one scale per output channel of a convolution's filter;
    `#qc.format<i4, axis = 0, block = 32>` the same for weights of 4 bits, with a multiplier for each 32 input channels of a tap.

    **Constraints**
    - (format_c1) storage is an integer type of at most 32 bits, or i64
    - (format_c2) axis >= -1
    - (format_c3) block is 32, 64 or 128 for i4, and 0 for anything else
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

def QC_HistogramAttr : QC_Attr<"Histogram", "histogram"> {
  let summary = "how often values were observed, in floating bins";
  let description = [{
    Bin b >= 0 holds the f32 numbers whose bits, shifted right by 18, are b: sign, exponent and the 5 highest bits of the mantissa, 32
    bins an octave. Bin -1 - b holds their negatives. So bins ascend with the numbers, and each is 1/32 of its octave wide. Bins 0
    and -1 hold both zeros and what is below 2^-131 in magnitude. Only bins that hold something are there; written as the
    first bin of each run of bins, and the counts of the run.

    Example: `#qc.histogram<-4065 [3, 4], 4064 [1]>` is three numbers in (-1.0625, -1.03125], four in (-1.03125, -1], one in [1, 1.03125).

    **Constraints**
    - (histogram_c1) bins ascend and lie in [-8160, 8159] (those of finite numbers)
    - (histogram_c2) there is a count for each bin, it is > 0, and the sum of all is < 2^63
  }];
  let parameters = (ins OptionalArrayRefParameter<"int64_t">:$bins, OptionalArrayRefParameter<"int64_t">:$counts);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def QC_OperandMeansAttr : QC_Attr<"OperandMeans", "operand_means"> {
  let summary = "the mean of every element of a value that the sums of a contraction multiply";
  let description = [{
    Of a matrix product (no kernel) `means` has an element for each index of the dimension `axis` (the K of the product): the mean over
    all others. Of a convolution `axis` is that of the channels, and element c * taps + t, the taps of the kernel in row-major order, is
    the mean of what tap t reads in channel c, over all positions of the result; padding is read as 0. Means are over all runs of the
    model on the calibration data.

    Example: `#qc.operand_means<axis 1 kernel[2] strides[2] dilations[1] pads[0, 1] : dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>>`
    are two channels and two taps.

    **Constraints**
    - (operand_means_c1) axis >= 0, and 1 where there is a kernel
    - (operand_means_c2) kernel, strides and dilations have one entry >= 1 per spatial axis, at most 3; pads two (all begins, then all
      ends) >= 0; all of them are < 2^31
    - (operand_means_c3) means are dense f32 of rank 1, as many as a multiple of the taps (no resource: bytecode holds this attribute as text)
  }];
  let parameters = (ins "int64_t":$axis, OptionalArrayRefParameter<"int64_t">:$kernel,
                        OptionalArrayRefParameter<"int64_t">:$strides, OptionalArrayRefParameter<"int64_t">:$dilations,
                        OptionalArrayRefParameter<"int64_t">:$pads, "::mlir::ElementsAttr":$means);
  let assemblyFormat = [{ `<` `axis` $axis (`kernel` `[` $kernel^ `]` `strides` `[` $strides `]` `dilations` `[` $dilations `]`
                          `pads` `[` $pads `]`)? `:` $means `>` }];
  let genVerifyDecl = 1;
  let extraClassDeclaration = "/// Whether both are of one kind of contraction.\n  bool hasWindowOf(OperandMeansAttr other) const;";
}

#endif
