// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels to one LLVM module for a device.
#include "IntegerCode.h"
#include "MakeProgram.h"
#include "qc/Codegen/CompileKernel.h"
#include "qc/Pipelines/CompileModel.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

using namespace mlir;
using namespace qc;

/// A launch.json has numbers only.
static LogicalResult emitSymbolic(const ProgramSpec &program, ModuleOp module) {
  for (const TensorSpec &input : program.inputs)
    for (auto [d, symbol] : llvm::enumerate(input.symbols))
      if (input.dims[d] < 0)
        return module.emitError("cannot become a device program: dimension ")
               << d << " of input '" << input.name << "' ('" << symbol
               << "') is known at run time only; accepted are known sizes (--input-shape)";
  return module.emitError("cannot become a device program: its sizes are known at run time only");
}

FailureOr<nvptx::DeviceSpec> qc::compileForDevice(ModuleOp module, StringRef name, StringRef chip,
                                                  llvm::LLVMContext &context) {
  FailureOr<KernelProgram> program = makeProgram(module, name);
  if (failed(program))
    return failure();
  if (!program->spec.states.empty())
    return module.emitError("cannot become a device program: it has state ('")
           << program->spec.inputs.back().name << "'); accepted are models without (no --state)";
  if (Operation *op = kernel::findControlFlow(module.lookupSymbol("main")))
    return op->emitError(
        "cannot become a device program, which is a straight list of launches: it branches or loops when "
        "the model runs; accepted are conditions and trips that are known when it is compiled");
  if (program->spec.isSymbolic)
    return emitSymbolic(program->spec, module);
  nvptx::DeviceSpec spec;
  spec.program = std::move(program->spec);
  spec.chip = chip.str();
  llvm::StringSet<> integerOnly = getIntegerOnlyKernels(module);
  std::vector<std::unique_ptr<llvm::Module>> modules;
  for (kernel::FuncOp kernel : program->kernels) {
    FailureOr<std::unique_ptr<llvm::Module>> lowered = lowerKernelToLLVM(kernel, KernelTarget::device(), context);
    if (failed(lowered))
      return failure();
    if (integerOnly.contains(kernel.getName()) &&
        failed(verifyIntegerCode(**lowered, kernel, "kernel '" + kernel.getName().str() + "'")))
      return failure();
    modules.push_back(std::move(*lowered));
    spec.kernels.push_back(kernel.getName().str());
  }
  llvm::Expected<std::unique_ptr<llvm::Module>> linked = nvptx::linkKernels(std::move(modules));
  if (!linked)
    return module.emitError(llvm::toString(linked.takeError()));
  spec.module = std::move(*linked);
  return spec;
}
