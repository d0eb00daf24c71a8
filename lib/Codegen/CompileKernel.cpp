// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One kernel.func -> one LLVM module.
#include "qc/Codegen/CompileKernel.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Transforms/Passes.h"
#include "qc/Codegen/Passes.h"
#include "llvm/IR/Module.h"

using namespace mlir;
using namespace qc;

// Accumulators of `rows` x `halves` x 16 lanes fill half of the registers.
static LowerContractPassOptions getBlocking(const KernelTarget &target) {
  LowerContractPassOptions options;
  options.form = target.kind == KernelTarget::Device ? ContractForm::Scalar : ContractForm::Vector;
  options.rows = target.vectorBits >= 256 ? 4 : 2;
  options.halves = target.vectorBits >= 512 ? 2 : 1;
  options.vnni = target.vnni ? target.vectorBits : 0;
  return options;
}

void qc::buildKernelPipeline(OpPassManager &passes, const KernelTarget &target) {
  bool isCpu = target.kind == KernelTarget::Cpu;
  OpPassManager &kernels = passes.nest<kernel::FuncOp>();
  kernels.addPass(createLowerContractPass(getBlocking(target)));
  // Uniform conditions and constant strides become visible.
  kernels.addPass(createCanonicalizerPass());
  kernels.addPass(createCSEPass());
  if (isCpu)
    kernels.addPass(
        createVectorizeForallPass({/*lanes=*/16, /*byteLanes=*/std::max<int64_t>(target.vectorBits / 8, 16)}));
  kernels.addPass(createLowerForallPass({isCpu ? ForallTarget::Loops : ForallTarget::Threads}));
  kernels.addPass(createLowerLookupPass());
  kernels.addPass(createLowerRequantPass());
  if (isCpu && !target.fma)
    kernels.addPass(createExpandFmaPass());
  passes.addPass(createKernelToLLVMPass({isCpu ? KernelAbi::Table : KernelAbi::Device}));
  passes.addPass(createCSEPass());
}

static void registerTranslations(MLIRContext &context) {
  DialectRegistry registry;
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  registerNVVMDialectTranslation(registry);
  context.appendDialectRegistry(registry);
}

FailureOr<std::unique_ptr<llvm::Module>> qc::lowerKernelToLLVM(kernel::FuncOp kernel, const KernelTarget &target,
                                                               llvm::LLVMContext &context) {
  registerTranslations(*kernel.getContext());
  OwningOpRef<ModuleOp> module = ModuleOp::create(kernel.getLoc());
  module->push_back(kernel.clone());
  PassManager passes(kernel.getContext());
  buildKernelPipeline(passes, target);
  if (failed(passes.run(*module)))
    return failure();
  std::unique_ptr<llvm::Module> result = translateModuleToLLVMIR(*module, context, kernel.getName());
  if (!result)
    return kernel.emitError("cannot be translated to LLVM IR");
  if (target.kind == KernelTarget::Device)
    result->setTargetTriple(llvm::Triple("nvptx64-nvidia-cuda"));
  return result;
}
