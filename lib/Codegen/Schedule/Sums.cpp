// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sums of floats in the order of docs/Numerics.md.
#include "Sums.h"
#include "../ContractBlocks.h"
#include "../Loops.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "qc/Arith/OrderedSum.h"
#include "qc/Codegen/EmittedFloat.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

using Compensated = numerics::f32::CompensatedSum<EmittedFloat>;

SumLength qc::kernel::getSumLength(std::optional<int64_t> count, int64_t most) {
  if (!count)
    return SumLength::Unknown;
  return *count > most ? SumLength::Long : SumLength::Short;
}

SmallVector<Value> qc::kernel::emitRunningSums(KernelWriter &writer, Value begin, Value end, ValueRange zeros,
                                               AddTerm add) {
  return writeReduction(writer.body(), begin, end, writer.constantIndex(1), zeros, add);
}

SmallVector<Value> qc::kernel::emitBlockedSums(KernelWriter &writer, Value count, std::optional<int64_t> known,
                                               ValueRange zeros, AddTerm add) {
  Value c0 = writer.constantIndex(0), size = writer.constantIndex(numerics::contractionBlock);
  if (known && *known <= numerics::contractionBlock)
    return emitRunningSums(writer, c0, count, zeros, add);
  SmallVector<Value> starts = writeFirstTotals(writer.body(), count, zeros);
  return writeReduction(writer.body(), c0, count, size, starts, [&](Value begin, ValueRange totals) {
    Value end = writer.min(writer.add(begin, size), count);
    return addTotals(writer.body(), totals, emitRunningSums(writer, begin, end, zeros, add));
  });
}

// The terms [begin, end) one after the other, from zero.
static Value emitBlock(KernelWriter &writer, Value begin, Value end, Value zero,
                       llvm::function_ref<Value(Value k)> term) {
  return emitRunningSums(writer, begin, end, zero, [&](Value k, ValueRange sum) {
    return SmallVector<Value>{arith::AddFOp::create(writer.body(), sum[0], term(k))};
  })[0];
}

// Compensated sum of part(begin, end) over [begin, end) in steps.
static Value emitParts(KernelWriter &writer, Value begin, Value end, Value step, Value zero,
                       llvm::function_ref<Value(Value begin, Value end)> part) {
  ImplicitLocOpBuilder &b = writer.body();
  auto loop = scf::ForOp::create(b, begin, end, step, ValueRange{zero, zero});
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value first = loop.getInductionVar(), last = writer.min(writer.add(first, step), end);
    Compensated sum{{&b, loop.getRegionIterArg(0)}, {&b, loop.getRegionIterArg(1)}};
    sum = numerics::f32::addTo(sum, EmittedFloat{&b, part(first, last)});
    scf::YieldOp::create(b, ValueRange{sum.sum.value, sum.lost.value});
  }
  return numerics::f32::valueOf(Compensated{{&b, loop.getResult(0)}, {&b, loop.getResult(1)}}).value;
}

Value qc::kernel::emitOrderedSum(KernelWriter &writer, Value count, SumLength length, Value isLong, Value zero,
                                 llvm::function_ref<Value(Value k)> term) {
  Value c0 = writer.constantIndex(0);
  if (length == SumLength::Short)
    return emitBlock(writer, c0, count, zero, term);
  ImplicitLocOpBuilder &b = writer.body();
  Value blockSize = writer.constantIndex(numerics::sumBlock), partSize = writer.constantIndex(numerics::sumPart);
  // A short sum is one part of one block: compensation changes nothing there, as the sum of +0 and it is exact.
  if (length == SumLength::Unknown) {
    Value whole = writer.max(count, writer.constantIndex(1));
    blockSize = arith::SelectOp::create(b, isLong, blockSize, whole);
    partSize = arith::SelectOp::create(b, isLong, partSize, whole);
  }
  return emitParts(writer, c0, count, partSize, zero, [&](Value begin, Value end) {
    return emitParts(writer, begin, end, blockSize, zero,
                     [&](Value first, Value last) { return emitBlock(writer, first, last, zero, term); });
  });
}
