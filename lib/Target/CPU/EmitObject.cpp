// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// LLVM IR to object code of one CPU level.
#include "qc/Target/CPU/EmitObject.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Target/TargetOptions.h"
#include "llvm/TargetParser/Triple.h"
#include <mutex>

using namespace llvm;

namespace qc::cpu {

static Expected<const Target *> getX86(const Triple &triple) {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    LLVMInitializeX86AsmParser();
  });
  std::string message;
  if (const Target *target = TargetRegistry::lookupTarget(triple, message))
    return target;
  return createStringError("this LLVM cannot make x86-64 code: " + message);
}

static CodeGenOptLevel getCodeGenLevel(unsigned optLevel) {
  if (optLevel == 0)
    return CodeGenOptLevel::None;
  if (optLevel == 1)
    return CodeGenOptLevel::Less;
  return optLevel == 2 ? CodeGenOptLevel::Default : CodeGenOptLevel::Aggressive;
}

static Expected<std::unique_ptr<TargetMachine>> makeTargetMachine(const Level &level, unsigned optLevel) {
  Triple triple("x86_64-unknown-linux-gnu");
  Expected<const Target *> target = getX86(triple);
  if (!target)
    return target.takeError();
  TargetOptions options;
  // A product and a sum stay two roundings: only an explicit llvm.fma is fused.
  options.AllowFPOpFusion = FPOpFusion::Strict;
  return std::unique_ptr<TargetMachine>((*target)->createTargetMachine(
      triple, level.cpu, level.llvmFeatures, options, Reloc::PIC_, std::nullopt, getCodeGenLevel(optLevel)));
}

/// Gives every function the level's CPU, unless it names its own.
static void setFunctionAttributes(Module &module, const Level &level) {
  for (Function &function : module) {
    if (function.isDeclaration() || function.hasFnAttribute("target-cpu"))
      continue;
    function.addFnAttr("target-cpu", level.cpu);
    if (!level.llvmFeatures.empty())
      function.addFnAttr("target-features", level.llvmFeatures);
    if (!function.hasFnAttribute("prefer-vector-width"))
      function.addFnAttr("prefer-vector-width", std::to_string(level.vectorBits));
    function.addFnAttr(Attribute::NoUnwind);
    if (function.hasExternalLinkage())
      function.setVisibility(GlobalValue::HiddenVisibility);
  }
}

/// The library functions that LLVM may recognise and make calls of: none but those that copy. A call of a libm function
/// must not be folded with the value that the host's libm gives, but stay and become a link error.
static TargetLibraryInfoImpl makeLibraryInfo(const TargetMachine &machine) {
  TargetLibraryInfoImpl info(machine.getTargetTriple());
  info.disableAllFunctions();
  for (LibFunc function : {LibFunc_memcpy, LibFunc_memmove, LibFunc_memset})
    info.setAvailable(function);
  return info;
}

static void optimize(Module &module, TargetMachine &machine, unsigned optLevel) {
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager callGraph;
  ModuleAnalysisManager modules;
  PassBuilder builder(&machine);
  functions.registerPass([&] { return TargetLibraryAnalysis(makeLibraryInfo(machine)); });
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(callGraph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, callGraph, modules);
  const OptimizationLevel level[] = {OptimizationLevel::O0, OptimizationLevel::O1, OptimizationLevel::O2,
                                     OptimizationLevel::O3};
  ModulePassManager passes = optLevel == 0 ? builder.buildO0DefaultPipeline(level[0])
                                           : builder.buildPerModuleDefaultPipeline(level[std::min(optLevel, 3u)]);
  passes.run(module, modules);
}

namespace {
/// Collects the errors that code generation reports through the context.
struct CollectErrors : DiagnosticHandler {
  explicit CollectErrors(std::string &text) : text(text) {}
  bool handleDiagnostics(const DiagnosticInfo &info) override {
    if (info.getSeverity() != DS_Error)
      return true;
    raw_string_ostream os(text);
    os << (text.empty() ? "" : "; ");
    DiagnosticPrinterRawOStream printer(os);
    info.print(printer);
    return true;
  }
  std::string &text;
};
} // namespace

static Error verify(Module &module) {
  std::string message;
  raw_string_ostream os(message);
  if (!verifyModule(module, &os))
    return Error::success();
  return createStringError("the LLVM module '" + module.getName() + "' is broken: " + message);
}

static Expected<SmallVector<char, 0>> emit(Module &module, const Level &level, unsigned optLevel,
                                           CodeGenFileType type) {
  if (Error error = verify(module))
    return error;
  Expected<std::unique_ptr<TargetMachine>> machine = makeTargetMachine(level, optLevel);
  if (!machine)
    return machine.takeError();
  module.setTargetTriple((*machine)->getTargetTriple());
  module.setDataLayout((*machine)->createDataLayout());
  module.setSourceFileName("qc"); // it ends up in the symbol table
  setFunctionAttributes(module, level);
  optimize(module, **machine, optLevel);

  std::string errors;
  auto before = module.getContext().getDiagnosticHandler();
  module.getContext().setDiagnosticHandler(std::make_unique<CollectErrors>(errors));
  SmallVector<char, 0> bytes;
  raw_svector_ostream os(bytes);
  legacy::PassManager codegen;
  bool refused = (*machine)->addPassesToEmitFile(codegen, os, nullptr, type);
  if (!refused)
    codegen.run(module);
  module.getContext().setDiagnosticHandler(std::move(before));
  if (refused || !errors.empty())
    return createStringError("code generation for " + level.name + " failed: " + (refused ? "no emitter" : errors));
  return bytes;
}

Error setCpuTarget(Module &module, const Level &level) {
  Expected<std::unique_ptr<TargetMachine>> machine = makeTargetMachine(level, 3);
  if (!machine)
    return machine.takeError();
  module.setTargetTriple((*machine)->getTargetTriple());
  module.setDataLayout((*machine)->createDataLayout());
  return Error::success();
}

Expected<SmallVector<char, 0>> emitObject(Module &module, const Level &level, const EmitOptions &options) {
  return emit(module, level, options.optLevel, CodeGenFileType::ObjectFile);
}

Expected<SmallVector<char, 0>> emitAssembly(Module &module, const Level &level, const EmitOptions &options) {
  return emit(module, level, options.optLevel, CodeGenFileType::AssemblyFile);
}

} // namespace qc::cpu
