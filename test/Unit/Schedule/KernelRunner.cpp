// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Walks the launches of a module behind the kernels phase, on compiled kernels.
#include "KernelRunner.h"
#include "dialects/QC/QC.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "qc/Codegen/CompileKernel.h"
#include "qc/Target/CPU/EmitObject.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/TargetSelect.h"
#include <chrono>
#include <limits>

using namespace mlir;
using namespace qc;
using namespace qc::test;

using Entry = void (*)(const int64_t *, int64_t);

// One JIT for all kernels of the process: a kernel's name holds the hash of its body.
static Entry compileKernel(kernel::FuncOp kernel, const Target &target) {
  static std::map<std::string, Entry> *known = new std::map<std::string, Entry>;
  static llvm::orc::LLJIT *jit = [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    return llvm::cantFail(llvm::orc::LLJITBuilder().create()).release();
  }();
  std::string key = kernel.getName().str() + "." + target.name;
  auto found = known->find(key);
  if (found != known->end())
    return found->second;
  llvm::LLVMContext context;
  auto module = lowerKernelToLLVM(
      kernel, KernelTarget::cpu(target.level->hasFma(), target.level->vectorBits, target.level->hasVnni()), context);
  if (failed(module))
    return nullptr;
  llvm::SmallVector<char, 0> object = llvm::cantFail(cpu::emitObject(**module, *target.level));
  llvm::orc::JITDylib &library = llvm::cantFail(jit->createJITDylib(key));
  library.addToLinkOrder(jit->getMainJITDylib());
  library.addGenerator(llvm::cantFail(llvm::orc::DynamicLibrarySearchGenerator::GetForCurrentProcess('\0')));
  llvm::StringRef bytes(object.data(), object.size());
  llvm::cantFail(jit->addObjectFile(library, llvm::MemoryBuffer::getMemBufferCopy(bytes)));
  Entry entry = llvm::cantFail(jit->lookup(library, kernel.getName())).toPtr<Entry>();
  return (*known)[key] = entry;
}

KernelRunner::KernelRunner(ModuleOp module, const Target &target)
    : function(module.lookupSymbol<func::FuncOp>("main")) {
  for (auto kernel : module.getOps<kernel::FuncOp>())
    kernels[kernel.getName().str()] = compileKernel(kernel, target);
  // The arena ends with 64 readable bytes; the weights end at their own (64-byte aligned) end.
  int64_t bytes = module->getAttrOfType<IntegerAttr>("kernel.arena_bytes").getInt();
  arena = std::make_unique<GuardedBytes>(bytes + 64);
  std::memset(arena->data(), 0xa5, bytes + 64);
  auto pieces = module->getAttrOfType<ArrayAttr>(kernel::kWeightsAttr);
  int64_t end = 0;
  weights = std::make_unique<GuardedBytes>(kernel::alignWeights(*kernel::getWeightBytes(pieces)));
  for (auto piece : pieces.getAsRange<ElementsAttr>()) {
    TensorValue value = *getTensorValue(piece);
    int64_t offset = kernel::alignWeights(end);
    llvm::copy(value.getRawData(), weights->data() + offset);
    end = offset + int64_t(value.getRawData().size());
  }
}

KernelRunner::~KernelRunner() = default;

bool KernelRunner::isValid() const {
  return llvm::all_of(kernels, [](const auto &kernel) { return kernel.second != nullptr; });
}

size_t KernelRunner::getBytes(Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  return type.getNumElements() * ((type.getElementTypeBitWidth() + 7) / 8);
}

int64_t KernelRunner::getSlot(Value operand, ArrayRef<char *> buffers) const {
  if (auto argument = dyn_cast<BlockArgument>(operand))
    return reinterpret_cast<int64_t>(buffers[argument.getArgNumber()]);
  Operation *op = operand.getDefiningOp();
  if (auto view = dyn_cast<memref::ViewOp>(op))
    return reinterpret_cast<int64_t>(arena->data()) + *getConstantIntValue(view.getByteShift());
  if (auto constant = dyn_cast<kernel::ConstantOp>(op))
    return reinterpret_cast<int64_t>(weights->data()) + int64_t(*constant.getOffset());
  if (isa<kernel::FaultsOp>(op))
    return reinterpret_cast<int64_t>(&faults);
  auto constant = cast<arith::ConstantOp>(op);
  if (auto number = dyn_cast<FloatAttr>(constant.getValue()))
    return slotOf(number.getValue().convertToFloat());
  return cast<IntegerAttr>(constant.getValue()).getValue().getSExtValue();
}

// Compiled kernels carry no type for UBSan to look at.
LLVM_NO_SANITIZE("undefined") static void call(Entry entry, const std::vector<int64_t> &slots, int64_t tile) {
  entry(slots.data(), tile);
}

std::vector<int64_t> KernelRunner::getSlots(kernel::LaunchOp op, ArrayRef<char *> buffers) const {
  std::vector<int64_t> slots;
  for (Value operand : op.getIns())
    slots.push_back(getSlot(operand, buffers));
  for (Value operand : op.getOuts())
    slots.push_back(getSlot(operand, buffers));
  return slots;
}

double KernelRunner::measure(kernel::LaunchOp op, ArrayRef<char *> buffers) {
  std::vector<int64_t> slots = getSlots(op, buffers);
  int64_t tiles = *getConstantIntValue(op.getGrid());
  Entry entry = kernels.at(op.getKernel().str());
  double best = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 40; ++i) {
    auto start = std::chrono::steady_clock::now();
    for (int repeat = 0; repeat < 5; ++repeat)
      for (int64_t tile = 0; tile < tiles; ++tile)
        call(entry, slots, tile);
    std::chrono::duration<double, std::micro> time = std::chrono::steady_clock::now() - start;
    best = std::min(best, time.count() / 5);
  }
  return best;
}

void KernelRunner::launch(kernel::LaunchOp op, ArrayRef<char *> buffers) {
  std::vector<int64_t> slots = getSlots(op, buffers);
  int64_t tiles = *getConstantIntValue(op.getGrid());
  Entry entry = kernels.at(op.getKernel().str());
  // Last tile first, then the others in order.
  for (int64_t i = 0; i < tiles; ++i)
    call(entry, slots, (i + tiles - 1) % tiles);
}

void KernelRunner::run(ArrayRef<char *> buffers, const Observer &observer) {
  for (Operation &op : function.front()) {
    if (auto launched = dyn_cast<kernel::LaunchOp>(op))
      launch(launched, buffers);
    auto observed = dyn_cast<kernel::ObserveOp>(op);
    if (observed && observer)
      observer(observed.getStats(), reinterpret_cast<const char *>(getSlot(observed.getBuffer(), buffers)), observed);
  }
}
