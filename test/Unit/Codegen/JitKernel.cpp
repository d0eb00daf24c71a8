// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels from text, compiled for a level of this host and called; buffers between guard pages.
#include "JitKernel.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "qc/Codegen/CompileKernel.h"
#include "qc/Target/CPU/EmitObject.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/TargetSelect.h"
#include <sys/mman.h>
#include <unistd.h>

using namespace mlir;
using namespace qc;
using namespace qc::test;

std::vector<Target> qc::test::getTestTargets() {
  std::vector<Target> targets;
  for (const cpu::Level &level : cpu::getLevels())
    if (!level.name.contains("+amx") && (level.features & ~cpu::getHostFeatures()) == 0) {
      std::string name = level.name.rsplit('-').second.str();
      std::replace(name.begin(), name.end(), '+', '_');
      targets.push_back({name, &level});
    }
  targets.push_back({"device", nullptr});
  return targets;
}

template <typename T> static T unwrap(llvm::Expected<T> value) {
  if (value)
    return std::move(*value);
  llvm::errs() << llvm::toString(value.takeError()) << "\n";
  abort();
}

static llvm::SmallVector<char, 0> makeObject(kernel::FuncOp kernel, const cpu::Level &level) {
  llvm::LLVMContext context;
  auto module =
      lowerKernelToLLVM(kernel, KernelTarget::cpu(level.hasFma(), level.vectorBits, level.hasVnni()), context);
  if (failed(module))
    return {};
  return unwrap(cpu::emitObject(**module, level));
}

static std::unique_ptr<nvptx::HostKernels> makeHostKernels(kernel::FuncOp kernel) {
  llvm::LLVMContext context;
  auto module = lowerKernelToLLVM(kernel, KernelTarget::device(), context);
  return failed(module) ? nullptr : unwrap(nvptx::HostKernels::load(std::move(*module)));
}

std::unique_ptr<JitKernel> JitKernel::compile(const std::string &text, const Target &target) {
  DialectRegistry registry;
  registry.insert<kernel::KernelDialect, arith::ArithDialect, math::MathDialect, memref::MemRefDialect, scf::SCFDialect,
                  vector::VectorDialect>();
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  if (!module)
    return nullptr;
  auto kernel = *module->getOps<kernel::FuncOp>().begin();
  auto result = std::make_unique<JitKernel>();
  result->name = kernel.getName().str();
  if (!target.level) {
    result->device = makeHostKernels(kernel);
    return result->device ? std::move(result) : nullptr;
  }
  llvm::SmallVector<char, 0> object = makeObject(kernel, *target.level);
  if (object.empty())
    return nullptr;
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  result->jit = unwrap(llvm::orc::LLJITBuilder().create());
  llvm::StringRef bytes(object.data(), object.size());
  llvm::cantFail(result->jit->addObjectFile(llvm::MemoryBuffer::getMemBufferCopy(bytes)));
  result->entry = unwrap(result->jit->lookup(kernel.getName())).toPtr<void(const int64_t *, int64_t)>();
  return result;
}

// Compiled kernels carry no type for UBSan to look at.
LLVM_NO_SANITIZE("undefined") void JitKernel::run(const std::vector<int64_t> &slots) const {
  if (entry)
    entry(slots.data(), 0);
  else
    llvm::cantFail(device->run(name, slots, /*grid=*/1, /*blockSize=*/7));
}

GuardedBytes::GuardedBytes(size_t bytes) {
  size_t page = size_t(sysconf(_SC_PAGESIZE)), inside = (bytes + page - 1) / page * page;
  mapped = inside + 2 * page;
  base = static_cast<char *>(mmap(nullptr, mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  if (base == MAP_FAILED || (inside && mprotect(base + page, inside, PROT_READ | PROT_WRITE) != 0))
    abort();
  first = base + page + inside - bytes;
}

GuardedBytes::~GuardedBytes() { munmap(base, mapped); }
