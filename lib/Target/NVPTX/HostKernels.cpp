// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Device LLVM IR as host code.
#include "qc/Target/CPU/EmitObject.h"
#include "qc/Target/NVPTX/EmitPtx.h"
#include "qc/Target/NVPTX/HostHarness.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ExecutionEngine/Orc/AbsoluteSymbols.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace qc::nvptx {

namespace {
/// The special registers of the thread that runs.
struct Registers {
  int32_t thread = 0, threads = 1, block = 0, blocks = 1;
};
} // namespace

static thread_local Registers current;
static int32_t readThread() { return current.thread; }
static int32_t readThreads() { return current.threads; }
static int32_t readBlock() { return current.block; }
static int32_t readBlocks() { return current.blocks; }

namespace {
struct RegisterName {
  StringLiteral intrinsic, symbol;
  int32_t (*read)();
};
} // namespace

static constexpr RegisterName registerNames[] = {{"llvm.nvvm.read.ptx.sreg.tid.x", "qc_tid_x", readThread},
                                                 {"llvm.nvvm.read.ptx.sreg.ntid.x", "qc_ntid_x", readThreads},
                                                 {"llvm.nvvm.read.ptx.sreg.ctaid.x", "qc_ctaid_x", readBlock},
                                                 {"llvm.nvvm.read.ptx.sreg.nctaid.x", "qc_nctaid_x", readBlocks}};

/// Calls an ordinary function wherever the register is read.
static void replaceRegister(Module &module, const RegisterName &name) {
  Function *intrinsic = module.getFunction(name.intrinsic);
  if (!intrinsic)
    return;
  FunctionCallee function = module.getOrInsertFunction(name.symbol, intrinsic->getFunctionType());
  for (User *user : make_early_inc_range(intrinsic->users())) {
    auto *call = cast<CallInst>(user);
    call->replaceAllUsesWith(IRBuilder<>(call).CreateCall(function));
    call->eraseFromParent();
  }
  intrinsic->eraseFromParent();
}

/// void @<kernel>.host(ptr slots): a call with the parameters of 64-bit slots.
static void writeEntry(Function &kernel) {
  LLVMContext &context = kernel.getContext();
  auto *type = FunctionType::get(Type::getVoidTy(context), {PointerType::get(context, 0)}, false);
  auto *entry = Function::Create(type, GlobalValue::ExternalLinkage, kernel.getName() + ".host", kernel.getParent());
  IRBuilder<> builder(BasicBlock::Create(context, "", entry));
  SmallVector<Value *> arguments;
  for (Argument &argument : kernel.args()) {
    Value *slot = builder.CreateConstInBoundsGEP1_64(builder.getInt64Ty(), entry->getArg(0), argument.getArgNo());
    arguments.push_back(builder.CreateLoad(argument.getType(), slot));
  }
  builder.CreateCall(&kernel, arguments);
  builder.CreateRetVoid();
}

static Error makeHostModule(Module &module) {
  for (const RegisterName &name : registerNames)
    replaceRegister(module, name);
  for (const std::string &name : getKernelNames(module)) {
    Function *kernel = module.getFunction(name);
    kernel->setCallingConv(CallingConv::C);
    kernel->removeFnAttr("nvvm.kernel");
    writeEntry(*kernel);
  }
  if (NamedMDNode *annotations = module.getNamedMetadata("nvvm.annotations"))
    module.eraseNamedMetadata(annotations);
  for (const Function &function : module)
    if (function.getName().starts_with("llvm.nvvm."))
      return createStringError("the host cannot do what '" + function.getName() + "' does");
  return Error::success();
}

struct HostKernels::Impl {
  std::unique_ptr<orc::LLJIT> jit;
  StringMap<void (*)(const int64_t *)> entries;
};

HostKernels::HostKernels(std::unique_ptr<Impl> impl) : impl(std::move(impl)) {}
HostKernels::~HostKernels() = default;

static Error defineRegisters(orc::LLJIT &jit) {
  orc::SymbolMap symbols;
  for (const RegisterName &name : registerNames)
    symbols[jit.mangleAndIntern(name.symbol)] = {orc::ExecutorAddr::fromPtr(name.read), JITSymbolFlags::Exported};
  return jit.getMainJITDylib().define(orc::absoluteSymbols(std::move(symbols)));
}

Expected<std::unique_ptr<HostKernels>> HostKernels::load(std::unique_ptr<Module> module) {
  auto impl = std::make_unique<Impl>();
  std::vector<std::string> names = getKernelNames(*module);
  if (Error error = makeHostModule(*module))
    return error;
  // Without vectors it is quick to compile, and as close to the device's code as can be.
  Expected<const cpu::Level *> level = cpu::parseLevel("native");
  if (!level)
    return level.takeError();
  auto object = cpu::emitObject(*module, **level, {1});
  if (!object)
    return object.takeError();
  auto jit = orc::LLJITBuilder().create();
  if (!jit)
    return jit.takeError();
  impl->jit = std::move(*jit);
  if (Error error = defineRegisters(*impl->jit))
    return error;
  StringRef bytes(object->data(), object->size());
  if (Error error = impl->jit->addObjectFile(MemoryBuffer::getMemBufferCopy(bytes)))
    return error;
  for (const std::string &name : names) {
    auto address = impl->jit->lookup(name + ".host");
    if (!address)
      return address.takeError();
    impl->entries[name] = address->toPtr<void(const int64_t *)>();
  }
  return std::unique_ptr<HostKernels>(new HostKernels(std::move(impl)));
}

// Compiled kernels carry no type for UBSan to look at.
LLVM_NO_SANITIZE("undefined")
Error HostKernels::run(StringRef symbol, ArrayRef<int64_t> slots, int64_t grid, int64_t blockSize) const {
  auto found = impl->entries.find(symbol);
  if (found == impl->entries.end())
    return createStringError("no kernel is named '" + symbol + "'");
  current.threads = int32_t(blockSize);
  current.blocks = int32_t(grid);
  for (int64_t block = 0; block < grid; ++block)
    for (int64_t thread = 0; thread < blockSize; ++thread) {
      current.block = int32_t(block);
      current.thread = int32_t(thread);
      found->second(slots.data());
    }
  return Error::success();
}

} // namespace qc::nvptx
