// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Row operations that walk from element to element: integer reductions, positions of extremes, running sums.
#include "../Loops.h"
#include "RowWriter.h"
#include "dialects/Dyadic/Dyadic.h"
#include "qc/Arith/FloatFunctions.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

static Value makeInteger(ImplicitLocOpBuilder &b, Type type, int64_t value) {
  return arith::ConstantOp::create(b, b.getIntegerAttr(type, value));
}

static int64_t getNeutral(ReduceKind kind, unsigned width) {
  switch (kind) {
  case ReduceKind::Prod:
    return 1;
  case ReduceKind::Max:
    return APInt::getSignedMinValue(width).getSExtValue();
  case ReduceKind::Min:
    return APInt::getSignedMaxValue(width).getSExtValue();
  default:
    return 0;
  }
}

static Value combineIntegers(ImplicitLocOpBuilder &b, ReduceKind kind, Value x, Value y) {
  switch (kind) {
  case ReduceKind::Prod:
    return arith::MulIOp::create(b, x, y);
  case ReduceKind::Max:
    return arith::MaxSIOp::create(b, x, y);
  case ReduceKind::Min:
    return arith::MinSIOp::create(b, x, y);
  default:
    return arith::AddIOp::create(b, x, y);
  }
}

static void writeIntegerReduction(KernelWriter &writer, RowWriter &row, ReduceOp op) {
  ImplicitLocOpBuilder &b = writer.body();
  Type type = cast<RankedTensorType>(op.getX().getType()).getElementType();
  Value init = makeInteger(b, type, getNeutral(op.getKind(), type.getIntOrFloatBitWidth()));
  SmallVector<Value> result = row.loop({init}, [&](Value k, ValueRange values) {
    return SmallVector<Value>{combineIntegers(b, op.getKind(), values[0], row.loadX(k))};
  });
  row.storeY(result[0], writer.constantIndex(0));
}

// Whether x takes the place of `best`: NaN is more extreme than every number; the first of equals stays, or goes.
static Value isBetter(ImplicitLocOpBuilder &b, ArgReduceOp op, Value x, Value best) {
  bool isMax = op.getKind() == Extreme::Max, takesEqual = op.getSelectLast();
  if (isa<IntegerType>(x.getType())) {
    using Predicate = arith::CmpIPredicate;
    Predicate predicate =
        isMax ? (takesEqual ? Predicate::sge : Predicate::sgt) : (takesEqual ? Predicate::sle : Predicate::slt);
    return arith::CmpIOp::create(b, predicate, x, best);
  }
  using Predicate = arith::CmpFPredicate;
  Predicate predicate =
      isMax ? (takesEqual ? Predicate::OGE : Predicate::OGT) : (takesEqual ? Predicate::OLE : Predicate::OLT);
  Value isXNaN = arith::CmpFOp::create(b, Predicate::UNO, x, x);
  Value isBestNumber = arith::CmpFOp::create(b, Predicate::ORD, best, best);
  Value isNaNBetter = takesEqual ? isXNaN : Value(arith::AndIOp::create(b, isXNaN, isBestNumber));
  return arith::OrIOp::create(b, arith::CmpFOp::create(b, predicate, x, best), isNaNBetter);
}

static void writePosition(KernelWriter &writer, RowWriter &row, ArgReduceOp op) {
  ImplicitLocOpBuilder &b = writer.body();
  Type type = cast<RankedTensorType>(op.getX().getType()).getElementType();
  Value none = arith::ConstantOp::create(b, b.getZeroAttr(type)), zero = makeInteger(b, b.getI64Type(), 0);
  SmallVector<Value> result = row.loop({none, zero}, [&](Value k, ValueRange values) {
    Value x = row.loadX(k), position = arith::IndexCastOp::create(b, b.getI64Type(), k);
    Value isFirst = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, k, writer.constantIndex(0));
    Value takes = arith::OrIOp::create(b, isFirst, isBetter(b, op, x, values[0]));
    return SmallVector<Value>{arith::SelectOp::create(b, takes, x, values[0]),
                              arith::SelectOp::create(b, takes, position, values[1])};
  });
  row.storeY(result[1], writer.constantIndex(0));
}

// Whether x stands in front of y in the order of extremes: a NaN in front of all numbers, equal ones in front of none.
static Value precedes(ImplicitLocOpBuilder &b, bool isMax, Value x, Value y) {
  if (isa<IntegerType>(x.getType()))
    return arith::CmpIOp::create(b, isMax ? arith::CmpIPredicate::sgt : arith::CmpIPredicate::slt, x, y);
  using Predicate = arith::CmpFPredicate;
  Value isBeyond = arith::CmpFOp::create(b, isMax ? Predicate::OGT : Predicate::OLT, x, y);
  Value isXNaN = arith::CmpFOp::create(b, Predicate::UNO, x, x);
  Value isYNumber = arith::CmpFOp::create(b, Predicate::ORD, y, y);
  return arith::OrIOp::create(b, isBeyond, arith::AndIOp::create(b, isXNaN, isYNumber));
}

// k walks along the row: each finds the first of those behind the one that was found before.
static void writeTopK(KernelWriter &writer, RowWriter &row, TopKOp op) {
  ImplicitLocOpBuilder &b = writer.body();
  Type type = cast<RankedTensorType>(op.getX().getType()).getElementType();
  bool isMax = op.getKind() == Extreme::Max;
  Value none = arith::ConstantOp::create(b, b.getZeroAttr(type)), zero = writer.constantIndex(0);
  Value no = arith::ConstantOp::create(b, b.getBoolAttr(false)),
        yes = arith::ConstantOp::create(b, b.getBoolAttr(true));
  auto find = [&](Value i, ValueRange last) { // element and position
    Value isFirst = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, i, zero);
    SmallVector<Value> found = row.loop({none, zero, no}, [&](Value k, ValueRange best) {
      Value x = row.loadX(k);
      Value isLater = arith::CmpIOp::create(b, arith::CmpIPredicate::ugt, k, last[1]);
      Value isTie = arith::AndIOp::create(b, arith::XOrIOp::create(b, precedes(b, isMax, x, last[0]), yes), isLater);
      Value isBehind = arith::OrIOp::create(b, arith::OrIOp::create(b, precedes(b, isMax, last[0], x), isTie), isFirst);
      Value isBetter = arith::OrIOp::create(b, precedes(b, isMax, x, best[0]), arith::XOrIOp::create(b, best[2], yes));
      Value takes = arith::AndIOp::create(b, isBehind, isBetter);
      return SmallVector<Value>{arith::SelectOp::create(b, takes, x, best[0]),
                                arith::SelectOp::create(b, takes, k, best[1]), arith::OrIOp::create(b, best[2], takes)};
    });
    row.storeY(arith::IndexCastOp::create(b, b.getI64Type(), found[1]), i);
    return SmallVector<Value>{found[0], found[1]};
  };
  (void)qc::writeReduction(b, zero, writer.constantIndex(int64_t(op.getK())), writer.constantIndex(1),
                           ValueRange{none, zero}, find);
}

static void writeCumSum(KernelWriter &writer, RowWriter &row, CumSumOp op) {
  ImplicitLocOpBuilder &b = writer.body();
  Type type = cast<RankedTensorType>(op.getX().getType()).getElementType();
  bool isFloat = type.isF32();
  Value init = isFloat ? Value(arith::ConstantOp::create(b, b.getF32FloatAttr(0))) : makeInteger(b, type, 0);
  Value last = writer.sub(row.getLength(), writer.constantIndex(1));
  row.loop({init}, [&](Value k, ValueRange values) {
    Value at = op.getReverse() ? writer.sub(last, k) : k, x = row.loadX(at);
    Value sum = isFloat ? Value(arith::AddFOp::create(b, values[0], x)) : Value(arith::AddIOp::create(b, values[0], x));
    Value stored = op.getExclusive() ? values[0] : sum;
    if (isFloat)
      stored = numerics::f32::canonical(EmittedFloat{&b, stored}).value;
    row.storeY(stored, at);
    return SmallVector<Value>{sum};
  });
}

SmallVector<TypedAttr> qc::kernel::listRowNumbers(Operation *op) {
  OpBuilder b(op->getContext());
  if (auto sum = dyn_cast<dyadic::RowSumOp>(op))
    return {b.getI32IntegerAttr(sum.getXZeroPoint())};
  if (auto root = dyn_cast<dyadic::RowRootOp>(op))
    return {b.getI32IntegerAttr(root.getXZeroPoint()), b.getI64IntegerAttr(root.getLength()), root.getEpsilonAttr()};
  return {};
}

void qc::kernel::writeRowLoop(KernelWriter &writer, RowWriter &row, Operation *op, ValueRange numbers) {
  llvm::TypeSwitch<Operation *>(op)
      .Case<ReduceOp>([&](ReduceOp reduce) { writeIntegerReduction(writer, row, reduce); })
      .Case<ArgReduceOp>([&](ArgReduceOp reduce) { writePosition(writer, row, reduce); })
      .Case<TopKOp>([&](TopKOp top) { writeTopK(writer, row, top); })
      .Case<CumSumOp>([&](CumSumOp sum) { writeCumSum(writer, row, sum); })
      .Case<dyadic::RowMaxOp>([&](dyadic::RowMaxOp max) { writeRowMax(writer, row, max); })
      .Case<dyadic::RowReciprocalOp>([&](dyadic::RowReciprocalOp) { writeRowReciprocal(writer, row); })
      .Case<dyadic::RowSumOp>([&](dyadic::RowSumOp sum) { writeRowSum(writer, row, sum, numbers[0]); })
      .Case<dyadic::RowRootOp>([&](dyadic::RowRootOp root) { writeRowRoot(writer, row, root, numbers); });
}
