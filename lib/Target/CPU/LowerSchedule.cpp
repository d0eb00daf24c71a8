// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// @main as the two functions that a runtime calls: index arithmetic stays arith, the rest becomes accesses to the
// frame.
#include "FunctionWriter.h"
#include "lib/Runtime/Program.h"
#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVMPass.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
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
  if (!op) // a buffer of the caller, or the number of an iteration
    return !isa<func::FuncOp>(value.getParentBlock()->getParentOp());
  if (isa<kernel::ConstantOp, kernel::FaultsOp, arith::ConstantOp>(op))
    return false;
  if (auto view = dyn_cast<memref::ViewOp>(op))
    return !getConstantIntValue(view.getByteShift());
  return true;
}

namespace {
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
    weights = field(offsetof(qcp_frame, weights));
    inputs = field(offsetof(qcp_frame, inputs));
    outputs = field(offsetof(qcp_frame, outputs));
    read = field(offsetof(qcp_frame, read));
    refuse = field(offsetof(qcp_frame, refuse));
    numInputs = main->getAttrOfType<IntegerAttr>("kernel.num_inputs").getInt();
  }
  LogicalResult write();

private:
  Value field(size_t offset) { return load(pointer(), frame, int64_t(offset / 8)); }
  LogicalResult writeBlock(Block &block);
  LogicalResult writeOp(Operation &op);
  LogicalResult writeLaunch(kernel::LaunchOp op);
  LogicalResult writeObserver(kernel::ObserveOp op);
  LogicalResult writeIf(scf::IfOp op);
  LogicalResult writeFor(scf::ForOp op);
  LogicalResult writeWhile(scf::WhileOp op);
  LogicalResult writeRead(kernel::ReadOp op);
  void writeCheck(kernel::CheckOp op);
  /// A new block at the end of the function, with arguments of these types.
  Block *addBlock(TypeRange types = {});
  void jump(Block *to, ValueRange operands = {});
  void branch(Value condition, Block *yes, Block *no);
  SmallVector<Value> lookup(ValueRange values);
  /// The address of element 0 of a buffer.
  FailureOr<Value> getAddress(Operation *user, Value buffer);
  /// Operand of a launch as a word for its slot.
  FailureOr<Value> getSlot(Operation *user, Value value);
  Value index(int32_t number) { return arith::ConstantOp::create(b, b.getI32IntegerAttr(number)); }
  Value beginLaunch();
  void callLaunch(Value tiles);
  void flushWalk();

  Value frame, dims, offsets, arena, begin, launch, walk, weights, inputs, outputs, read, refuse;
  int64_t numInputs = 0;
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

Block *ScheduleWriter::addBlock(TypeRange types) {
  OpBuilder::InsertionGuard guard(b);
  Region *function = b.getInsertionBlock()->getParent();
  return b.createBlock(function, function->end(), types, SmallVector<Location>(types.size(), b.getLoc()));
}

void ScheduleWriter::jump(Block *to, ValueRange operands) { cf::BranchOp::create(b, to, operands); }

void ScheduleWriter::branch(Value condition, Block *yes, Block *no) {
  cf::CondBranchOp::create(b, condition, yes, ValueRange(), no, ValueRange());
}

SmallVector<Value> ScheduleWriter::lookup(ValueRange values) {
  return llvm::map_to_vector(values, [&](Value value) { return map.lookup(value); });
}

// Launches that are walked are walked in their block: those behind a branch or loop are others.
LogicalResult ScheduleWriter::writeBlock(Block &block) {
  for (Operation &op : block)
    if (failed(writeOp(op)))
      return failure();
  flushWalk();
  return success();
}

LogicalResult ScheduleWriter::writeIf(scf::IfOp op) {
  flushWalk();
  Block *yes = addBlock(), *no = addBlock(), *behind = addBlock();
  branch(map.lookup(op.getCondition()), yes, no);
  b.setInsertionPointToStart(yes);
  if (failed(writeBlock(*op.thenBlock())))
    return failure();
  jump(behind);
  b.setInsertionPointToStart(no);
  if (op.elseBlock() && failed(writeBlock(*op.elseBlock())))
    return failure();
  jump(behind);
  b.setInsertionPointToStart(behind);
  return success();
}

LogicalResult ScheduleWriter::writeFor(scf::ForOp op) {
  flushWalk();
  Type index = b.getIndexType();
  Block *head = addBlock(index), *body = addBlock(), *behind = addBlock();
  jump(head, map.lookup(op.getLowerBound()));
  b.setInsertionPointToStart(head);
  Value i = head->getArgument(0);
  branch(arith::CmpIOp::create(b, arith::CmpIPredicate::slt, i, map.lookup(op.getUpperBound())), body, behind);
  b.setInsertionPointToStart(body);
  map.map(op.getInductionVar(), i);
  if (failed(writeBlock(*op.getBody())))
    return failure();
  jump(head, Value(arith::AddIOp::create(b, i, map.lookup(op.getStep()))));
  b.setInsertionPointToStart(behind);
  return success();
}

LogicalResult ScheduleWriter::writeWhile(scf::WhileOp op) {
  flushWalk();
  Block *before = op.getBeforeBody(), *after = op.getAfterBody();
  Block *head = addBlock(before->getArgumentTypes()), *body = addBlock(), *behind = addBlock();
  jump(head, lookup(op.getInits()));
  b.setInsertionPointToStart(head);
  map.map(before->getArguments(), head->getArguments());
  if (failed(writeBlock(*before)))
    return failure();
  auto condition = cast<scf::ConditionOp>(before->getTerminator());
  map.map(after->getArguments(), ValueRange(lookup(condition.getArgs())));
  map.map(op.getResults(), ValueRange(lookup(condition.getArgs())));
  branch(map.lookup(condition.getCondition()), body, behind);
  b.setInsertionPointToStart(body);
  if (failed(writeBlock(*after)))
    return failure();
  jump(head, lookup(after->getTerminator()->getOperands()));
  b.setInsertionPointToStart(behind);
  return success();
}

FailureOr<Value> ScheduleWriter::getAddress(Operation *user, Value buffer) {
  auto offset = [&](Value base, Value bytes) -> Value {
    return LLVM::GEPOp::create(b, pointer(), b.getI8Type(), base, ArrayRef<LLVM::GEPArg>{bytes});
  };
  if (auto argument = dyn_cast<BlockArgument>(buffer)) {
    int64_t i = argument.getArgNumber();
    return i < numInputs ? load(pointer(), inputs, i) : load(pointer(), outputs, i - numInputs);
  }
  if (auto piece = buffer.getDefiningOp<kernel::ConstantOp>(); piece && piece.getOffset())
    return offset(weights, constant(*piece.getOffset()));
  if (auto view = buffer.getDefiningOp<memref::ViewOp>())
    return offset(arena, toWord(map.lookup(view.getByteShift())));
  return user->emitOpError("reads a buffer that has no place"), failure();
}

LogicalResult ScheduleWriter::writeRead(kernel::ReadOp op) {
  flushWalk();
  FailureOr<Value> address = getAddress(op, op.getBuffer());
  if (failed(address))
    return failure();
  int64_t width = cast<MemRefType>(op.getBuffer().getType()).getElementTypeBitWidth() / 8;
  Value bytes = arith::MulIOp::create(b, toWord(map.lookup(op.getIndex())), constant(width));
  Value place = LLVM::GEPOp::create(b, pointer(), b.getI8Type(), *address, ArrayRef<LLVM::GEPArg>{bytes});
  auto type = LLVM::LLVMFunctionType::get(b.getI64Type(), {pointer(), pointer(), b.getI32Type()});
  Value number = LLVM::CallOp::create(b, type, ValueRange{read, frame, place, index(int32_t(width))}).getResult();
  map.map(op.getNumber(), toIndex(number));
  return success();
}

// Of a branch or loop: a run that breaks it ends here, on every thread, as all see the same numbers.
void ScheduleWriter::writeCheck(kernel::CheckOp op) {
  flushWalk();
  Block *refused = addBlock(), *behind = addBlock();
  Value holds = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, map.lookup(op.getSeen()), map.lookup(op.getOther()));
  branch(holds, behind, refused);
  b.setInsertionPointToStart(refused);
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()), {pointer()});
  LLVM::CallOp::create(b, type, ValueRange{refuse, frame});
  func::ReturnOp::create(b);
  b.setInsertionPointToStart(behind);
}

LogicalResult ScheduleWriter::writeOp(Operation &op) {
  if (auto launch = dyn_cast<kernel::LaunchOp>(op))
    return writeLaunch(launch);
  if (auto observer = dyn_cast<kernel::ObserveOp>(op))
    return writeObserver(observer);
  if (auto choice = dyn_cast<scf::IfOp>(op))
    return writeIf(choice);
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return writeFor(loop);
  if (auto loop = dyn_cast<scf::WhileOp>(op))
    return writeWhile(loop);
  if (auto number = dyn_cast<kernel::ReadOp>(op))
    return writeRead(number);
  if (auto check = dyn_cast<kernel::CheckOp>(op); check && check.getOther() && check->getBlock() != &main.front())
    writeCheck(check);
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
  if (failed(writeBlock(main.front())))
    return failure();
  func::ReturnOp::create(b);
  return success();
}

static LogicalResult lowerArith(ModuleOp module) {
  PassManager passes(module.getContext());
  passes.addPass(createCSEPass());
  passes.addPass(arith::createArithExpandOpsPass());
  passes.addPass(createConvertControlFlowToLLVMPass());
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
  mlir->loadDialect<LLVM::LLVMDialect, func::FuncDialect, arith::ArithDialect, cf::ControlFlowDialect>();
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
  if (failed(ScheduleWriter(main, schedule).write()) || failed(writeSizes(main, sizes, numInputs.getInt())) ||
      failed(lowerArith(*lowered)))
    return failure();
  std::unique_ptr<llvm::Module> result = translateModuleToLLVMIR(*lowered, context, "schedule");
  if (!result)
    return main.emitError("cannot be translated to LLVM IR");
  return result;
}
