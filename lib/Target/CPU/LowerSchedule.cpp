// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// @main as the two functions that a runtime calls: index arithmetic stays arith, the rest becomes accesses to the
// frame.
#include "lib/Runtime/Program.h"
#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVMPass.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Transforms/Passes.h"
#include "qc/Target/CPU/CompileSchedule.h"
#include "llvm/IR/Module.h"
#include <cstddef>

using namespace mlir;
using namespace qc;
using namespace qc::cpu;

bool qc::cpu::isComputed(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op || isa<kernel::ConstantOp, kernel::FaultsOp, arith::ConstantOp>(op))
    return false;
  if (auto view = dyn_cast<memref::ViewOp>(op))
    return !getConstantIntValue(view.getByteShift());
  return true;
}

namespace {
/// Writes one of the functions; what both share.
class FunctionWriter {
public:
  FunctionWriter(func::FuncOp main, func::FuncOp target) : main(main), b(target.getLoc(), target.getContext()) {
    b.setInsertionPointToStart(target.addEntryBlock());
    int64_t first = 0;
    for (BlockArgument argument : main.getArguments()) {
      firstDim.push_back(first);
      first += cast<MemRefType>(argument.getType()).getRank();
    }
  }

protected:
  Value constant(int64_t value) { return arith::ConstantOp::create(b, b.getI64IntegerAttr(value)); }
  Value toWord(Value index) { return arith::IndexCastOp::create(b, b.getI64Type(), index); }
  Value toIndex(Value word) { return arith::IndexCastOp::create(b, b.getIndexType(), word); }
  Type pointer() { return LLVM::LLVMPointerType::get(b.getContext()); }
  /// The address of word `i` behind `base`.
  Value at(Value base, int64_t i) {
    return LLVM::GEPOp::create(b, pointer(), b.getI64Type(), base, ArrayRef<LLVM::GEPArg>{int32_t(i)});
  }
  Value load(Type type, Value base, int64_t i) { return LLVM::LoadOp::create(b, type, at(base, i)); }
  void store(Value value, Value base, int64_t i) { LLVM::StoreOp::create(b, value, at(base, i)); }
  /// The extent that `op` asks for: of an input's buffer, from the array of all extents.
  FailureOr<Value> loadExtent(memref::DimOp op, Value dims) {
    auto argument = dyn_cast<BlockArgument>(op.getSource());
    std::optional<int64_t> d = op.getConstantIndex();
    if (!argument || !d)
      return op.emitOpError("asks for no extent of an input"), failure();
    return toIndex(load(b.getI64Type(), dims, firstDim[argument.getArgNumber()] + *d));
  }

  func::FuncOp main;
  ImplicitLocOpBuilder b;
  IRMapping map;
  SmallVector<int64_t> firstDim; ///< of each argument, among the extents of all
};

/// void qcr_schedule(ptr frame)
class ScheduleWriter : FunctionWriter {
public:
  ScheduleWriter(func::FuncOp main, func::FuncOp target) : FunctionWriter(main, target) {
    frame = b.getInsertionBlock()->getArgument(0);
    dims = field(offsetof(qcp_frame, dims));
    offsets = field(offsetof(qcp_frame, offsets));
    arena = field(offsetof(qcp_frame, arena));
    begin = field(offsetof(qcp_frame, begin));
    launch = field(offsetof(qcp_frame, launch));
    walk = field(offsetof(qcp_frame, walk));
  }
  LogicalResult write();

private:
  Value field(size_t offset) { return load(pointer(), frame, int64_t(offset / 8)); }
  LogicalResult writeOp(Operation &op);
  LogicalResult writeLaunch(kernel::LaunchOp op);
  LogicalResult writeObserver(kernel::ObserveOp op);
  /// Operand of a launch as a word for its slot.
  FailureOr<Value> getSlot(Operation *user, Value value);
  Value index(int32_t number) { return arith::ConstantOp::create(b, b.getI32IntegerAttr(number)); }
  Value beginLaunch();
  void callLaunch(Value tiles);
  void flushWalk();

  Value frame, dims, offsets, arena, begin, launch, walk;
  int32_t next = 0;      ///< number of the next launch
  int32_t firstWalk = 0; ///< first launch that is still to be walked
};
} // namespace

// Launches that compute nothing are walked by the runtime, as many as follow each other.
void ScheduleWriter::flushWalk() {
  if (firstWalk < next)
    LLVM::CallOp::create(b,
                         LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()),
                                                     {pointer(), b.getI32Type(), b.getI32Type()}),
                         ValueRange{walk, frame, index(firstWalk), index(next)});
  firstWalk = next;
}

Value ScheduleWriter::beginLaunch() {
  flushWalk();
  return LLVM::CallOp::create(b, LLVM::LLVMFunctionType::get(pointer(), {pointer(), b.getI32Type()}),
                              ValueRange{begin, frame, index(next)})
      .getResult();
}

void ScheduleWriter::callLaunch(Value tiles) {
  LLVM::CallOp::create(
      b,
      LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()), {pointer(), b.getI32Type(), b.getI64Type()}),
      ValueRange{launch, frame, index(next), tiles});
  firstWalk = ++next;
}

FailureOr<Value> ScheduleWriter::getSlot(Operation *user, Value value) {
  if (value.getType().isIndex())
    return toWord(map.lookup(value));
  if (auto view = value.getDefiningOp<memref::ViewOp>()) {
    Value base = LLVM::PtrToIntOp::create(b, b.getI64Type(), arena);
    return arith::AddIOp::create(b, base, toWord(map.lookup(view.getByteShift()))).getResult();
  }
  return user->emitOpError("has an operand that no schedule can compute"), failure();
}

LogicalResult ScheduleWriter::writeLaunch(kernel::LaunchOp op) {
  SmallVector<Value> operands(op.getIns());
  llvm::append_range(operands, op.getOuts());
  if (!isComputed(op.getGrid()) && llvm::none_of(operands, isComputed)) {
    ++next;
    return success();
  }
  Value slots = beginLaunch();
  for (auto [i, operand] : llvm::enumerate(operands)) {
    if (!isComputed(operand))
      continue;
    FailureOr<Value> slot = getSlot(op, operand);
    if (failed(slot))
      return failure();
    store(*slot, slots, i);
  }
  callLaunch(toWord(map.lookup(op.getGrid())));
  return success();
}

LogicalResult ScheduleWriter::writeObserver(kernel::ObserveOp op) {
  if (!isComputed(op.getBuffer()) && op.getNumbers().empty()) {
    ++next;
    return success();
  }
  Value slots = beginLaunch();
  // The slots are data, dtype, dimensions, strides; the numbers are those of offset, dimensions and strides.
  size_t number = 0;
  auto takeNumber = [&] { return toWord(map.lookup(op.getNumbers()[number++])); };
  int64_t width = (cast<MemRefType>(op.getBuffer().getType()).getElementTypeBitWidth() + 7) / 8;
  bool hasOffset = ShapedType::isDynamic(int64_t(op.getOffset()));
  Value offset = hasOffset ? takeNumber() : constant(int64_t(op.getOffset()));
  if (isComputed(op.getBuffer()) || hasOffset) {
    FailureOr<Value> base = isComputed(op.getBuffer()) ? getSlot(op, op.getBuffer()) : load(b.getI64Type(), slots, 0);
    if (failed(base))
      return failure();
    store(arith::AddIOp::create(b, *base, arith::MulIOp::create(b, offset, constant(width))), slots, 0);
  }
  int64_t slot = 2;
  for (ArrayRef<int64_t> list : {op.getShape(), op.getStrides()})
    for (int64_t known : list) {
      if (ShapedType::isDynamic(known))
        store(takeNumber(), slots, slot);
      ++slot;
    }
  callLaunch(constant(1));
  return success();
}

LogicalResult ScheduleWriter::writeOp(Operation &op) {
  if (auto launch = dyn_cast<kernel::LaunchOp>(op))
    return writeLaunch(launch);
  if (auto observer = dyn_cast<kernel::ObserveOp>(op))
    return writeObserver(observer);
  if (auto extent = dyn_cast<memref::DimOp>(op)) {
    FailureOr<Value> loaded = loadExtent(extent, dims);
    if (succeeded(loaded))
      map.map(extent.getResult(), *loaded);
    return loaded;
  }
  if (auto plan = dyn_cast<kernel::PlanOp>(op)) {
    for (auto [i, offset] : llvm::enumerate(plan.getOffsets()))
      map.map(offset, toIndex(load(b.getI64Type(), offsets, i)));
    return success();
  }
  if (isa<arith::ArithDialect>(op.getDialect()))
    b.clone(op, map);
  return success();
}

LogicalResult ScheduleWriter::write() {
  for (Operation &op : main.front())
    if (failed(writeOp(op)))
      return failure();
  flushWalk();
  func::ReturnOp::create(b);
  return success();
}

namespace {
/// i32 qcr_sizes(ptr dims, ptr bytes, ptr output_dims, ptr seen), without branches: the first check that fails counts.
class SizesWriter : FunctionWriter {
public:
  SizesWriter(func::FuncOp main, func::FuncOp target, int64_t numInputs)
      : FunctionWriter(main, target), numInputs(numInputs) {
    Block *block = b.getInsertionBlock();
    dims = block->getArgument(0);
    bytes = block->getArgument(1);
    outputs = block->getArgument(2);
    seen = block->getArgument(3);
    answer = arith::ConstantOp::create(b, b.getI32IntegerAttr(0));
    left = right = constant(0);
    overflow = arith::ConstantOp::create(b, b.getBoolAttr(false));
  }
  LogicalResult write();

private:
  LogicalResult writeOp(Operation &op);
  void writeCheck(kernel::CheckOp op);
  void writeExtents();
  template <typename Overflow> void writeChecked(Operation &op);

  int64_t numInputs;
  Value dims, bytes, outputs, seen;
  Value answer, left, right, overflow;
  int32_t numChecks = 0;
};
} // namespace

// A sum, difference or product, and whether it left 64 bits.
template <typename Overflow> void SizesWriter::writeChecked(Operation &op) {
  Value a = toWord(map.lookup(op.getOperand(0))), c = toWord(map.lookup(op.getOperand(1)));
  auto type = LLVM::LLVMStructType::getLiteral(b.getContext(), {b.getI64Type(), b.getI1Type()});
  Value both = Overflow::create(b, type, a, c);
  map.map(op.getResult(0), toIndex(LLVM::ExtractValueOp::create(b, both, ArrayRef<int64_t>{0})));
  overflow = arith::OrIOp::create(b, overflow, LLVM::ExtractValueOp::create(b, both, ArrayRef<int64_t>{1}));
}

void SizesWriter::writeCheck(kernel::CheckOp op) {
  ++numChecks;
  Value a = toWord(map.lookup(op.getSeen()));
  Value other = op.getOther() ? toWord(map.lookup(op.getOther())) : constant(0), fails;
  if (op.getOther()) {
    fails = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, a, other);
  } else {
    fails = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, a, constant(*op.getLow()));
    if (std::optional<int64_t> high = op.getHigh())
      fails = arith::OrIOp::create(b, fails, arith::CmpIOp::create(b, arith::CmpIPredicate::sgt, a, constant(*high)));
  }
  Value none = arith::ConstantOp::create(b, b.getI32IntegerAttr(0));
  Value isFirst = arith::AndIOp::create(b, fails, arith::CmpIOp::create(b, arith::CmpIPredicate::eq, answer, none));
  answer = arith::SelectOp::create(b, isFirst, arith::ConstantOp::create(b, b.getI32IntegerAttr(numChecks)), answer);
  left = arith::SelectOp::create(b, isFirst, a, left);
  right = arith::SelectOp::create(b, isFirst, other, right);
}

LogicalResult SizesWriter::writeOp(Operation &op) {
  if (auto check = dyn_cast<kernel::CheckOp>(op)) {
    writeCheck(check);
  } else if (auto extent = dyn_cast<memref::DimOp>(op)) {
    FailureOr<Value> loaded = loadExtent(extent, dims);
    if (failed(loaded))
      return failure();
    map.map(extent.getResult(), *loaded);
  } else if (auto plan = dyn_cast<kernel::PlanOp>(op)) {
    for (auto [i, size] : llvm::enumerate(plan.getBytes()))
      store(toWord(map.lookup(size)), bytes, i);
  } else if (isa<arith::MulIOp>(op) && op.getResult(0).getType().isIndex()) {
    writeChecked<LLVM::SMulWithOverflowOp>(op);
  } else if (isa<arith::AddIOp>(op) && op.getResult(0).getType().isIndex()) {
    writeChecked<LLVM::SAddWithOverflowOp>(op);
  } else if (isa<arith::ArithDialect>(op.getDialect()) &&
             llvm::all_of(op.getOperands(), [&](Value operand) { return map.contains(operand); })) {
    b.clone(op, map);
  }
  return success();
}

// Extents of outputs: those that @main computes, else those that are known.
void SizesWriter::writeExtents() {
  llvm::DenseMap<int64_t, kernel::ExtentsOp> computed;
  for (auto extents : main.getOps<kernel::ExtentsOp>())
    computed[int64_t(extents.getOutput())] = extents;
  int64_t word = 0, count = int64_t(main.getNumArguments()) - numInputs - 1;
  for (int64_t i = 0; i < count; ++i) {
    auto type = cast<MemRefType>(main.getArgument(numInputs + i).getType());
    kernel::ExtentsOp extents = computed.lookup(i);
    for (int64_t d = 0; d < type.getRank(); ++d)
      store(extents ? toWord(map.lookup(extents.getDims()[d])) : constant(type.getDimSize(d)), outputs, word++);
  }
}

LogicalResult SizesWriter::write() {
  for (Operation &op : main.front())
    if (failed(writeOp(op)))
      return failure();
  writeExtents();
  store(left, seen, 0);
  store(right, seen, 1);
  Value none = arith::ConstantOp::create(b, b.getI32IntegerAttr(0)),
        tooLarge = arith::ConstantOp::create(b, b.getI32IntegerAttr(-1));
  Value passed = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, answer, none);
  Value fails = arith::AndIOp::create(b, passed, overflow);
  func::ReturnOp::create(b, Value(arith::SelectOp::create(b, fails, tooLarge, answer)));
  return success();
}

static LogicalResult lowerArith(ModuleOp module) {
  PassManager passes(module.getContext());
  passes.addPass(createCSEPass());
  passes.addPass(arith::createArithExpandOpsPass());
  passes.addPass(createArithToLLVMConversionPass());
  passes.addPass(createConvertFuncToLLVMPass());
  passes.addPass(createReconcileUnrealizedCastsPass());
  return passes.run(module);
}

FailureOr<std::unique_ptr<llvm::Module>> qc::cpu::lowerScheduleToLLVM(ModuleOp module, llvm::LLVMContext &context) {
  MLIRContext *mlir = module.getContext();
  DialectRegistry registry;
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  mlir->appendDialectRegistry(registry);
  mlir->loadDialect<LLVM::LLVMDialect, func::FuncDialect, arith::ArithDialect>();
  auto main = module.lookupSymbol<func::FuncOp>("main");
  auto numInputs = main ? main->getAttrOfType<IntegerAttr>("kernel.num_inputs") : IntegerAttr();
  if (!numInputs)
    return module.emitError("module is not behind the kernels phase");
  Location loc = UnknownLoc::get(mlir);
  OwningOpRef<ModuleOp> lowered = ModuleOp::create(loc);
  OpBuilder builder = OpBuilder::atBlockEnd(lowered->getBody());
  Type pointer = LLVM::LLVMPointerType::get(mlir);
  auto schedule = func::FuncOp::create(builder, loc, "qcr_schedule", builder.getFunctionType({pointer}, {}));
  auto sizes = func::FuncOp::create(
      builder, loc, "qcr_sizes", builder.getFunctionType({pointer, pointer, pointer, pointer}, {builder.getI32Type()}));
  if (failed(ScheduleWriter(main, schedule).write()) || failed(SizesWriter(main, sizes, numInputs.getInt()).write()) ||
      failed(lowerArith(*lowered)))
    return failure();
  std::unique_ptr<llvm::Module> result = translateModuleToLLVMIR(*lowered, context, "schedule");
  if (!result)
    return main.emitError("cannot be translated to LLVM IR");
  return result;
}
