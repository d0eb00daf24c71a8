// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Integer-only down to the code.
#include "IntegerCode.h"
#include "dialects/QC/QC.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

using namespace mlir;
using namespace qc;

llvm::StringSet<> qc::getIntegerOnlyKernels(ModuleOp module) {
  llvm::StringSet<> kernels;
  if (!module->hasAttr(QCDialect::kIntegerOnlyAttr))
    return kernels;
  module.walk([&](kernel::LaunchOp launch) {
    if (!launch->hasAttr("kernel.border"))
      kernels.insert(launch.getKernel());
  });
  return kernels;
}

static bool hasFloat(llvm::Type *type) {
  if (type->isFPOrFPVectorTy())
    return true;
  return llvm::any_of(type->subtypes(), hasFloat);
}

/// The first thing in `function` that has a float type, as text; empty without one.
static std::string findFloat(const llvm::Function &function) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (hasFloat(function.getFunctionType())) {
    os << "the signature " << *function.getFunctionType();
    return text;
  }
  for (const llvm::Instruction &instruction : llvm::instructions(function)) {
    auto *alloca = llvm::dyn_cast<llvm::AllocaInst>(&instruction);
    bool found = hasFloat(instruction.getType()) || (alloca && hasFloat(alloca->getAllocatedType())) ||
                 llvm::any_of(instruction.operands(), [](const llvm::Use &use) { return hasFloat(use->getType()); });
    if (found) {
      os << instruction;
      return StringRef(text).trim().str();
    }
  }
  return text;
}

/// What in `code` has a float type, as the end of a sentence about it; empty without one.
static std::string describeFloat(const llvm::Module &code) {
  for (const llvm::GlobalVariable &global : code.globals())
    if (hasFloat(global.getValueType()))
      return ("has a table of floats '" + global.getName() + "'").str();
  for (const llvm::Function &function : code)
    if (std::string found = findFloat(function); !found.empty())
      return "computes with floats: " + found;
  return {};
}

/// Says whose values a kernel computes: its own location may be of none, as many share it.
static void noteFirstLaunch(InFlightDiagnostic &error, kernel::FuncOp kernel) {
  kernel->getParentOfType<ModuleOp>().walk([&](kernel::LaunchOp launch) {
    if (launch.getKernel() != kernel.getName() || launch->hasAttr("kernel.border"))
      return WalkResult::advance();
    error.attachNote(launch.getLoc()) << "it is launched for this operation";
    return WalkResult::interrupt();
  });
}

LogicalResult qc::verifyIntegerCode(const llvm::Module &code, Operation *op, const std::string &what) {
  std::string found = describeFloat(code);
  if (found.empty())
    return success();
  InFlightDiagnostic error = op->emitError() << what << " of an integer-only model " << found;
  if (auto kernel = dyn_cast<kernel::FuncOp>(op))
    noteFirstLaunch(error, kernel);
  return error;
}
