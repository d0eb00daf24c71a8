// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// 32 x 32 -> 64 bit products in the form that the NVPTX back end recognises.
#include "lib/Target/NVPTX/NarrowProducts.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace qc::nvptx {

static bool isProduct(const Instruction &instruction) {
  return instruction.getOpcode() == Instruction::Mul && instruction.getType()->isIntegerTy(64) &&
         !isa<Constant>(instruction.getOperand(0)) && !isa<Constant>(instruction.getOperand(1));
}

// The freeze, of a value that is no poison, keeps the back end from folding the pair away again.
static Value *narrow(IRBuilder<> &builder, Value *value) {
  Value *low = builder.CreateFreeze(builder.CreateTrunc(value, builder.getInt32Ty()));
  return builder.CreateSExt(low, builder.getInt64Ty());
}

void narrowProducts(Module &module) {
  const DataLayout &layout = module.getDataLayout();
  for (Function &function : module)
    for (Instruction &instruction : instructions(function)) {
      if (!isProduct(instruction) || ComputeNumSignBits(instruction.getOperand(0), layout) <= 32 ||
          ComputeNumSignBits(instruction.getOperand(1), layout) <= 32)
        continue;
      IRBuilder<> builder(&instruction);
      for (Use &operand : instruction.operands())
        operand.set(narrow(builder, operand.get()));
    }
}

} // namespace qc::nvptx
