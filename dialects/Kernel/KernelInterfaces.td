// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the kernels phase asks an operation of qc or dyadic.
#ifndef KERNEL_INTERFACES_TD
#define KERNEL_INTERFACES_TD

include "mlir/IR/OpBase.td"

def Kernel_KernelFormOpInterface : OpInterface<"KernelFormOpInterface"> {
  let cppNamespace = "::qc::kernel";
  let description = [{
    How an operation is computed: who writes its kernel, in which order it likes its tensors, its text for one element.
    Attached by lib/Codegen/Schedule to operations of qc and dyadic. An operation without it has no kernel.
  }];
  let methods = [
    InterfaceMethod<[{ Who writes the kernel of a group that begins with the operation; null where it has none because a
      number that would have to be constant is not. }], "const ::qc::kernel::KernelBuilder *", "getKernelBuilder">,
    InterfaceMethod<[{ The order in which the operation likes its tensors. }], "::qc::kernel::LayoutWish", "getLayoutWish",
                    (ins), "", "return ::qc::kernel::LayoutWish::RowMajor;">,
    InterfaceMethod<[{ By how much operand 0 is padded: begins, then ends of its spatial dimensions; nothing where it is
      not. }], "::llvm::ArrayRef<int64_t>", "getPadding", (ins), "", "return {};">,
    InterfaceMethod<[{ Sets the text for one element; false where the operation is not elementwise, or a number that would
      have to be constant is not. `compensation` is that of the register which is operand number `compensated`. }], "bool",
      "describeScalar", (ins "const ::qc::kernel::Compensation &":$compensation, "unsigned":$compensated,
                             "::qc::kernel::ScalarForm &":$form), "", "return false;">
  ];
}

#endif
