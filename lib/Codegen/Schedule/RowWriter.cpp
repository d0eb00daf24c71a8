// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The text of one row of a kernel.
#include "RowWriter.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "qc/Arith/FloatFunctions.h"
#include "qc/Arith/OrderedSum.h"
#include "qc/Arith/ScalarFunctions.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;
namespace f32 = qc::numerics::f32;

// Whether a vector along the row can be read from (or, where `isWritten`, written to) the view as it lies.
static bool liesAlong(const View &view, bool isWritten) {
  return hasUnitStride(view, view.getRank() - 1) || (!isWritten && isKnown(view.strides.back(), 0));
}

RowWriter::RowWriter(KernelWriter &writer, const RowSpace &space)
    : writer(writer), knownLength(space.length), length(writer.index(space.length)), x(writer.access(space.x, false)),
      y(writer.access(space.y, true)) {
  isRowContiguous = space.row.size() == 1 && hasUnitStride(space.x, space.x.getRank() - 1);
  isAlong = isRowContiguous && space.x.element.isF32();
  isAlong &= isKnown(space.y.strides.back(), 0) || liesAlong(space.y, true);
  for (size_t d = 1; d < space.row.size(); ++d)
    rowSizes.push_back(writer.index(space.row[d]));
  for (const View &view : space.operands) {
    operands.push_back(writer.access(view, false));
    isAlong &= liesAlong(view, false);
  }
  vectorType = VectorType::get({kRowLanes}, writer.body().getF32Type());
}

// Element k of the row, row-major over its dimensions.
SmallVector<Value> RowWriter::at(Value k) {
  SmallVector<Value> row;
  for (Value size : llvm::reverse(rowSizes)) {
    row.push_back(writer.rem(k, size));
    k = writer.div(k, size);
  }
  row.push_back(k);
  SmallVector<Value> all = indices;
  all.append(row.rbegin(), row.rend());
  return all;
}

SmallVector<Value> RowWriter::loop(ValueRange inits,
                                   llvm::function_ref<SmallVector<Value>(Value k, ValueRange values)> body) {
  ImplicitLocOpBuilder &b = writer.body();
  auto loop = scf::ForOp::create(b, writer.constantIndex(0), length, writer.constantIndex(1), inits);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  SmallVector<Value> results = body(loop.getInductionVar(), loop.getRegionIterArgs());
  if (!inits.empty())
    scf::YieldOp::create(b, results);
  return llvm::to_vector_of<Value>(loop.getResults());
}

static float getNeutral(RowStage::Kind kind) {
  switch (kind) {
  case RowStage::Sum:
    return 0.0f;
  case RowStage::Product:
    return 1.0f;
  case RowStage::Max:
    return -f32::infinity;
  case RowStage::Min:
    return f32::infinity;
  }
  return 0.0f;
}

static EmittedFloat combine(RowStage::Kind kind, EmittedFloat a, EmittedFloat b) {
  switch (kind) {
  case RowStage::Sum:
    return a + b;
  case RowStage::Product:
    return a * b;
  case RowStage::Max:
    return f32::maximum(a, b);
  case RowStage::Min:
    return f32::minimum(a, b);
  }
  return a;
}

// Partial j of sixteen takes the elements k = j mod 16; they are combined at distance 8, 4, 2, 1.
Value RowWriter::gatherPartials(const RowStage &stage, RowNumbers numbers) {
  ImplicitLocOpBuilder &b = writer.body();
  Value zero = like(wrap(arith::ConstantOp::create(b, b.getF32FloatAttr(0))), getNeutral(stage.kind)).value;
  Value isLong =
      arith::CmpIOp::create(b, arith::CmpIPredicate::sgt, length, writer.constantIndex(numerics::maxShortRow));
  SumLength sumLength = getSumLength(getKnown(knownLength), numerics::maxShortRow);
  SmallVector<EmittedFloat> partials;
  for (int64_t j = 0; j < kRowLanes; ++j) {
    Value count =
        writer.div(writer.add(length, writer.constantIndex(kRowLanes - 1 - j)), writer.constantIndex(kRowLanes));
    auto term = [&](Value k) {
      Value element = writer.add(writer.mul(k, writer.constantIndex(kRowLanes)), writer.constantIndex(j));
      return stage.term(wrap(loadX(element)), numbers).value;
    };
    Value partial = stage.kind == RowStage::Sum ? emitOrderedSum(writer, count, sumLength, isLong, zero, term)
                                                : foldAlong(stage.kind, count, zero, term);
    partials.push_back(wrap(partial));
  }
  for (int64_t distance = kRowLanes / 2; distance > 0; distance /= 2)
    for (int64_t j = 0; j < distance; ++j)
      partials[j] = combine(stage.kind, partials[j], partials[j + distance]);
  return partials[0].value;
}

Value RowWriter::foldAlong(RowStage::Kind kind, Value groups, Value neutral,
                           llvm::function_ref<Value(Value group)> term) {
  ImplicitLocOpBuilder &b = writer.body();
  auto loop = scf::ForOp::create(b, writer.constantIndex(0), groups, writer.constantIndex(1), ValueRange{neutral});
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value result = combine(kind, wrap(loop.getRegionIterArg(0)), wrap(term(loop.getInductionVar()))).value;
  scf::YieldOp::create(b, result);
  return loop.getResult(0);
}

Value RowWriter::loadXs(Value first, int64_t lanes) {
  Type element = cast<MemRefType>(x.buffer.getType()).getElementType();
  return vector::LoadOp::create(writer.body(), VectorType::get({lanes}, element), x.buffer,
                                writer.linear(x, at(first)));
}

Value RowWriter::broadcast(Value scalar) { return vector::BroadcastOp::create(writer.body(), vectorType, scalar); }

Value RowWriter::loadVector(const Access &access, Value first) {
  if (isKnown(access.strides.back(), 0))
    return broadcast(load(access, first));
  return vector::LoadOp::create(writer.body(), vectorType, access.buffer, writer.linear(access, at(first)));
}

// Sixteen elements of x from `first` on; behind the row's end the last one again.
Value RowWriter::loadGroup(Value first) {
  ImplicitLocOpBuilder &b = writer.body();
  if (std::optional<int64_t> known = getKnown(knownLength); known && *known % kRowLanes == 0)
    return loadVector(x, first);
  Value end = writer.add(first, writer.constantIndex(kRowLanes));
  Value isWhole = arith::CmpIOp::create(b, arith::CmpIPredicate::sle, end, length);
  auto branch = scf::IfOp::create(b, TypeRange{vectorType}, isWhole, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  Value whole = loadVector(x, first);
  scf::YieldOp::create(b, whole);
  b.setInsertionPointToStart(branch.elseBlock());
  Value last = writer.sub(length, writer.constantIndex(1));
  SmallVector<Value> elements;
  for (int64_t j = 0; j < kRowLanes; ++j)
    elements.push_back(loadX(writer.min(writer.add(first, writer.constantIndex(j)), last)));
  Value rest = vector::FromElementsOp::create(b, vectorType, elements);
  scf::YieldOp::create(b, rest);
  return branch.getResult(0);
}

// Which of sixteen elements from `first` on are in the row.
Value RowWriter::makeLanes(Value first) {
  ImplicitLocOpBuilder &b = writer.body();
  SmallVector<int32_t> numbers = llvm::to_vector(llvm::seq<int32_t>(0, kRowLanes));
  auto type = VectorType::get({kRowLanes}, b.getI32Type());
  Value lanes = arith::ConstantOp::create(b, DenseElementsAttr::get(type, ArrayRef<int32_t>(numbers)));
  Value rest = writer.min(writer.sub(length, first), writer.constantIndex(kRowLanes));
  Value limit = vector::BroadcastOp::create(b, type, arith::IndexCastOp::create(b, b.getI32Type(), rest));
  return arith::CmpIOp::create(b, arith::CmpIPredicate::slt, lanes, limit);
}

// Lane j is partial j.
Value RowWriter::gatherAlong(const RowStage &stage, RowNumbers numbers) {
  ImplicitLocOpBuilder &b = writer.body();
  SmallVector<EmittedFloat> wide;
  for (EmittedFloat number : numbers)
    wide.push_back(wrap(broadcast(number.value)));
  Value neutral =
      like(wrap(broadcast(arith::ConstantOp::create(b, b.getF32FloatAttr(0)))), getNeutral(stage.kind)).value;
  Value lanes = writer.constantIndex(kRowLanes);
  Value groups = writer.div(writer.add(length, writer.constantIndex(kRowLanes - 1)), lanes);
  auto term = [&](Value group) -> Value {
    Value first = writer.mul(group, lanes);
    Value value = stage.term(wrap(loadGroup(first)), wide).value;
    if (std::optional<int64_t> known = getKnown(knownLength); known && *known % kRowLanes == 0)
      return value;
    return arith::SelectOp::create(b, makeLanes(first), value, neutral);
  };
  Value partials;
  if (stage.kind == RowStage::Sum) {
    Value isLong =
        arith::CmpIOp::create(b, arith::CmpIPredicate::sgt, length, writer.constantIndex(numerics::maxShortRow));
    SumLength sumLength = getSumLength(getKnown(knownLength), numerics::maxShortRow);
    partials = emitOrderedSum(writer, groups, sumLength, isLong, neutral, term);
  } else {
    partials = foldAlong(stage.kind, groups, neutral, term);
  }
  for (int64_t distance = kRowLanes / 2; distance > 0; distance /= 2) {
    auto half = [&](int64_t first) {
      SmallVector<int64_t> mask = llvm::to_vector(llvm::seq<int64_t>(first, first + distance));
      return wrap(vector::ShuffleOp::create(b, partials, partials, mask));
    };
    partials = combine(stage.kind, half(0), half(distance)).value;
  }
  return vector::ExtractOp::create(b, partials, 0);
}

Value RowWriter::gather(const RowStage &stage, RowNumbers numbers) {
  if (isAlong)
    return gatherAlong(stage, numbers);
  if (stage.kind == RowStage::Sum || stage.kind == RowStage::Product)
    return gatherPartials(stage, numbers);
  // Any order gives the same extreme.
  ImplicitLocOpBuilder &b = writer.body();
  Value neutral = arith::ConstantOp::create(b, b.getF32FloatAttr(getNeutral(stage.kind)));
  return foldAlong(stage.kind, length, neutral, [&](Value k) { return stage.term(wrap(loadX(k)), numbers).value; });
}

void RowWriter::writeElements(const RowForm &form, RowNumbers numbers) {
  loop({}, [&](Value k, ValueRange) {
    SmallVector<EmittedFloat> values;
    for (const Access &access : operands)
      values.push_back(wrap(load(access, k)));
    storeY(form.each(wrap(loadX(k)), numbers, values).value, k);
    return SmallVector<Value>();
  });
}

// The last vector ends where the row ends, and may repeat elements: with the same results, as outs never alias ins.
void RowWriter::writeVectors(const RowForm &form, RowNumbers numbers) {
  ImplicitLocOpBuilder &b = writer.body();
  Value lanes = writer.constantIndex(kRowLanes);
  SmallVector<EmittedFloat> wide;
  for (EmittedFloat number : numbers)
    wide.push_back(wrap(broadcast(number.value)));
  auto loop = scf::ForOp::create(b, writer.constantIndex(0), length, lanes);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value first = writer.min(loop.getInductionVar(), writer.sub(length, lanes));
  SmallVector<EmittedFloat> values;
  for (const Access &access : operands)
    values.push_back(wrap(loadVector(access, first)));
  Value result = form.each(wrap(loadVector(x, first)), wide, values).value;
  vector::StoreOp::create(b, result, y.buffer, writer.linear(y, at(first)));
}

void RowWriter::writeEach(const RowForm &form, RowNumbers numbers) {
  std::optional<int64_t> known = getKnown(knownLength);
  if (!isAlong || (known && *known < kRowLanes))
    return writeElements(form, numbers);
  if (known)
    return writeVectors(form, numbers);
  ImplicitLocOpBuilder &b = writer.body();
  Value fits = arith::CmpIOp::create(b, arith::CmpIPredicate::sge, length, writer.constantIndex(kRowLanes));
  auto branch = scf::IfOp::create(b, fits, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  writeVectors(form, numbers);
  b.setInsertionPointToStart(branch.elseBlock());
  writeElements(form, numbers);
}

void RowWriter::write(const RowForm &form, ArrayRef<Value> formNumbers) {
  ImplicitLocOpBuilder &b = writer.body();
  SmallVector<EmittedFloat> numbers;
  for (Value number : formNumbers)
    numbers.push_back(wrap(number));
  Value wideLength = arith::IndexCastOp::create(b, b.getI64Type(), length);
  EmittedFloat count = wrap(arith::SIToFPOp::create(b, b.getF32Type(), wideLength));
  for (const RowStage &stage : form.stages)
    numbers.push_back(stage.finish(wrap(gather(stage, numbers)), count, numbers));
  if (form.each)
    writeEach(form, numbers);
  else
    storeY(numbers.back().value, writer.constantIndex(0));
}
