// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// LLVM IR -> PTX text.
#include "qc/Target/NVPTX/EmitPtx.h"
#include "lib/Target/NVPTX/NarrowProducts.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Linker/Linker.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include <mutex>

using namespace llvm;

namespace qc::nvptx {

/// Chips that PTX 8.0 knows, from the first with all that kernels use.
static constexpr StringLiteral chips[] = {"sm_80", "sm_86", "sm_87", "sm_89", "sm_90"};
static constexpr StringLiteral ptxFeature = "+ptx80";

Expected<std::unique_ptr<Module>> linkKernels(std::vector<std::unique_ptr<Module>> modules) {
  if (modules.empty())
    return createStringError("a device program needs at least one kernel");
  std::unique_ptr<Module> all = std::move(modules.front());
  Linker linker(*all);
  for (std::unique_ptr<Module> &module : MutableArrayRef(modules).drop_front()) {
    for (const Function &function : *module)
      if (const Function *other = all->getFunction(function.getName());
          other && !function.isDeclaration() && !other->isDeclaration())
        return createStringError("kernel '" + function.getName() + "' is defined twice");
    if (linker.linkInModule(std::move(module)))
      return createStringError("kernels cannot be linked");
  }
  return all;
}

std::vector<std::string> getKernelNames(const Module &module) {
  std::vector<std::string> names;
  for (const Function &function : module)
    if (!function.isDeclaration() && function.getCallingConv() == CallingConv::PTX_Kernel)
      names.push_back(function.getName().str());
  return names;
}

Error checkChip(StringRef chip) {
  if (is_contained(chips, chip))
    return Error::success();
  return createStringError("unknown chip '" + chip + "'; known are " + join(ArrayRef(chips), ", "));
}

static Expected<std::unique_ptr<TargetMachine>> makeTargetMachine(StringRef chip) {
  if (Error error = checkChip(chip))
    return error;
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
  });
  std::string message;
  Triple triple("nvptx64-nvidia-cuda");
  const Target *target = TargetRegistry::lookupTarget(triple, message);
  if (!target)
    return createStringError("this LLVM cannot make PTX: " + message);
  TargetOptions options;
  // A product and a sum stay two roundings: only an explicit llvm.fma is fused.
  options.AllowFPOpFusion = FPOpFusion::Strict;
  return std::unique_ptr<TargetMachine>(target->createTargetMachine(triple, chip, ptxFeature, options, std::nullopt,
                                                                    std::nullopt, CodeGenOptLevel::Aggressive));
}

static void optimize(Module &module, TargetMachine &machine) {
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager callGraph;
  ModuleAnalysisManager modules;
  PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(callGraph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, callGraph, modules);
  builder.buildPerModuleDefaultPipeline(OptimizationLevel::O3).run(module, modules);
}

/// PTX has no library: whatever is neither defined nor an intrinsic would only fail on the user's machine.
static Error checkDefined(const Module &module) {
  for (const Function &function : module)
    if (function.isDeclaration() && !function.isIntrinsic() && !function.use_empty())
      return createStringError("device code calls '" + function.getName() + "', which does not exist there");
  return Error::success();
}

Expected<std::string> emitPtx(Module &module, StringRef chip) {
  Expected<std::unique_ptr<TargetMachine>> machine = makeTargetMachine(chip);
  if (!machine)
    return machine.takeError();
  std::string message;
  raw_string_ostream os(message);
  if (verifyModule(module, &os))
    return createStringError("the LLVM module '" + module.getName() + "' is broken: " + message);
  module.setTargetTriple((*machine)->getTargetTriple());
  module.setDataLayout((*machine)->createDataLayout());
  optimize(module, **machine);
  if (Error error = checkDefined(module))
    return error;
  narrowProducts(module);
  SmallString<0> text;
  raw_svector_ostream stream(text);
  legacy::PassManager codegen;
  if ((*machine)->addPassesToEmitFile(codegen, stream, nullptr, CodeGenFileType::AssemblyFile))
    return createStringError("no emitter of PTX in this LLVM");
  codegen.run(module);
  return text.str().str();
}

} // namespace qc::nvptx
