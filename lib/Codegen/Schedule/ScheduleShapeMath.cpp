// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Dimensions of shape functions and of moves as numbers of @main.
#include "ScheduleShapeMath.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;
using arith::CmpIPredicate;

Dim ScheduleShapeMath::toDim(OpFoldResult size) {
  std::optional<int64_t> known = getKnown(size);
  return known ? Dim(*known) : Dim::fromHandle(cast<Value>(size).getAsOpaquePointer());
}

OpFoldResult ScheduleShapeMath::fromDim(Dim dim) {
  if (std::optional<int64_t> known = dim.getKnown())
    return math.constant(*known);
  return Value::getFromOpaquePointer(dim.getHandle());
}

Dims ScheduleShapeMath::toDims(ArrayRef<OpFoldResult> sizes) {
  return llvm::map_to_vector(sizes, [&](OpFoldResult size) { return toDim(size); });
}

SmallVector<OpFoldResult> ScheduleShapeMath::fromDims(ArrayRef<Dim> dims) {
  return llvm::map_to_vector(dims, [&](Dim dim) { return fromDim(dim); });
}

std::optional<Dims> ScheduleShapeMath::getContents(Value value) {
  std::optional<SmallVector<OpFoldResult>> contents = contentsOf(value);
  return contents ? std::optional(toDims(*contents)) : TypeShapeMath().getContents(value);
}

Dim ScheduleShapeMath::combine(Function function, Dim a, Dim b) {
  OpFoldResult x = fromDim(a), y = fromDim(b), one = math.constant(1), zero = math.constant(0);
  switch (function) {
  case Function::Add:
    return toDim(math.add(x, y));
  case Function::Sub:
    return toDim(math.sub(x, y));
  case Function::Mul:
    return toDim(math.mul(x, y));
  case Function::FloorDiv:
  case Function::DivideCount:
    return toDim(math.floorDiv(x, y));
  case Function::CeilDiv: // of any sign
    return toDim(math.floorDiv(math.add(x, math.sub(y, one)), y));
  case Function::Min:
    return toDim(math.min(x, y));
  case Function::Max:
    return toDim(math.max(x, y));
  case Function::Broadcast:
    return toDim(math.select(CmpIPredicate::eq, x, one, y, x));
  case Function::IsLess:
    return toDim(math.select(CmpIPredicate::slt, x, y, one, zero));
  case Function::IsEqual:
    return toDim(math.select(CmpIPredicate::eq, x, y, one, zero));
  }
  return a;
}

Dim ScheduleShapeMath::combineSelect(Dim condition, Dim yes, Dim no) {
  return toDim(math.select(CmpIPredicate::ne, fromDim(condition), math.constant(0), fromDim(yes), fromDim(no)));
}

Dim ScheduleShapeMath::makeUnknown(Value, size_t d) {
  fail("has a size that nothing says anything about, of dimension " + Twine(d));
  return 0;
}
