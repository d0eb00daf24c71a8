// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The function that says how large a run's buffers and outputs are, and which check fails.
#include "FunctionWriter.h"

using namespace mlir;
using namespace qc;
using namespace qc::cpu;

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
  } else if (!llvm::all_of(op.getOperands(), [&](Value operand) { return map.contains(operand); })) {
    return success(); // made of what is read when the model runs
  } else if (isa<arith::MulIOp>(op) && op.getResult(0).getType().isIndex()) {
    writeChecked<LLVM::SMulWithOverflowOp>(op);
  } else if (isa<arith::AddIOp>(op) && op.getResult(0).getType().isIndex()) {
    writeChecked<LLVM::SAddWithOverflowOp>(op);
  } else if (isa<arith::ArithDialect>(op.getDialect())) {
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

LogicalResult qc::cpu::writeSizes(func::FuncOp main, func::FuncOp target, int64_t numInputs) {
  return SizesWriter(main, target, numInputs).write();
}
