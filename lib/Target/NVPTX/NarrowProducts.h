// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// 32 x 32 -> 64 bit products in the form that the NVPTX back end recognises.
#pragma once

namespace llvm {
class Module;
} // namespace llvm

namespace qc::nvptx {

/// Writes every 64-bit product of two values that fit 32 bits as a product of sign extensions beside it, which becomes
/// mul.wide.s32 (one instruction; a 64-bit product takes four). The optimiser moves extensions into loads and over
/// branches, where the back end does not see them: this is to run behind it. No value changes.
void narrowProducts(llvm::Module &module);

} // namespace qc::nvptx
