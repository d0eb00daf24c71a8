// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pools: windows clipped to the input, in the order N, spatial, C.
#include "Former.h"
#include "RequantNumbers.h"
#include "Sums.h"
#include "qc/Arith/FloatFunctions.h"
#include "qc/Arith/OrderedSum.h"
#include "qc/Codegen/EmittedFloat.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

View qc::kernel::canonicalizeWindows(IndexMath &math, const View &view) {
  View result = view;
  result.shape = {view.shape[0]};
  result.strides = {view.strides[0]};
  for (int64_t missing = 5 - view.getRank(); missing > 0; --missing) {
    result.shape.push_back(math.constant(1));
    result.strides.push_back(math.constant(0));
  }
  for (int64_t d = 2; d < view.getRank(); ++d) {
    result.shape.push_back(view.shape[d]);
    result.strides.push_back(view.strides[d]);
  }
  result.shape.push_back(view.shape[1]);
  result.strides.push_back(view.strides[1]);
  return result;
}

SmallVector<int64_t> qc::kernel::canonicalizeSpatial(ArrayRef<int64_t> values, int64_t missing) {
  SmallVector<int64_t> result(3 - values.size(), missing);
  result.append(values.begin(), values.end());
  return result;
}

namespace {
/// Geometry of a pool in three spatial dimensions; the global pool's kernel is the input.
struct Geometry {
  SmallVector<OpFoldResult> kernel;
  SmallVector<int64_t> strides{1, 1, 1}, begins{0, 0, 0}, ends{0, 0, 0}, dilations{1, 1, 1};
  bool countIncludesPads = false;

  /// The most positions that a window has; nothing where that is not known or beyond counting.
  std::optional<int64_t> getMostPositions() const {
    int64_t product = 1;
    for (OpFoldResult k : kernel) {
      std::optional<int64_t> known = getKnown(k);
      if (!known || llvm::MulOverflow(product, *known, product))
        return std::nullopt;
    }
    return product;
  }
};

/// Values of one output element's window in one dimension.
struct Window {
  Value start;     ///< input index of tap 0, may be negative
  Value low, high; ///< taps inside the input: low <= tap < high
  Value counted;   ///< taps that count for the divisor
};

class PoolWriter {
public:
  PoolWriter(KernelWriter &writer, IndexMath &math, const Geometry &geometry, const View &x) : writer(writer) {
    for (int d = 0; d < 3; ++d) {
      sizes.push_back(writer.index(x.shape[d + 1]));
      taps.push_back(writer.index(geometry.kernel[d]));
      strides.push_back(writer.index(math.constant(geometry.strides[d])));
      begins.push_back(writer.index(math.constant(geometry.begins[d])));
      ends.push_back(writer.index(math.constant(geometry.ends[d])));
      dilations.push_back(writer.index(math.constant(geometry.dilations[d])));
      isTapOne[d] = isKnown(geometry.kernel[d], 1);
    }
    input = writer.access(x, false);
  }

  // The taps k with 0 <= start + k * dilation < size; taps up to size + end count with padding.
  Window makeWindow(int d, Value output, bool countsPads) {
    Window w;
    Value zero = writer.constantIndex(0);
    w.start = writer.sub(writer.mul(output, strides[d]), begins[d]);
    w.low = ceilDivide(writer.max(zero, writer.sub(zero, w.start)), dilations[d]);
    w.high = writer.min(taps[d], ceilDivide(writer.max(zero, writer.sub(sizes[d], w.start)), dilations[d]));
    w.high = writer.max(w.high, w.low);
    w.counted = writer.sub(w.high, w.low);
    if (countsPads) {
      Value end = writer.add(sizes[d], ends[d]);
      w.counted = writer.min(taps[d], ceilDivide(writer.max(zero, writer.sub(end, w.start)), dilations[d]));
    }
    return w;
  }

  Value ceilDivide(Value a, Value b) { return writer.div(writer.add(a, writer.sub(b, writer.constantIndex(1))), b); }

  // Loops over the window's taps inside the input, outermost dimension first.
  Value reduce(ArrayRef<Window> windows, ValueRange indices, Value init,
               llvm::function_ref<Value(Value accumulator, Value element)> combine, int d = 0,
               SmallVector<Value> position = {}) {
    ImplicitLocOpBuilder &b = writer.body();
    if (d == 3) {
      SmallVector<Value> at{indices[0]};
      at.append(position);
      at.push_back(indices[4]);
      return combine(init, writer.load(input, at));
    }
    auto loop = scf::ForOp::create(b, windows[d].low, windows[d].high, writer.constantIndex(1), ValueRange{init});
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    SmallVector<Value> inner = position;
    inner.push_back(writer.add(windows[d].start, writer.mul(loop.getInductionVar(), dilations[d])));
    Value result = reduce(windows, indices, loop.getRegionIterArg(0), combine, d + 1, inner);
    scf::YieldOp::create(b, result);
    return loop.getResult(0);
  }

  // The sum of a window's values, outermost dimension first; `mayBeLong` where it may have many.
  Value sum(ArrayRef<Window> windows, ValueRange indices, bool mayBeLong) {
    ImplicitLocOpBuilder &b = writer.body();
    Value zero = emitFloatConstant(b, 0.0f);
    if (!mayBeLong)
      return reduce(windows, indices, zero, [&](Value a, Value x) -> Value { return arith::AddFOp::create(b, a, x); });
    SmallVector<Value> counts;
    for (const Window &window : windows)
      counts.push_back(writer.sub(window.high, window.low));
    Value inner = writer.mul(counts[1], counts[2]), count = writer.mul(counts[0], inner);
    Value isLong =
        arith::CmpIOp::create(b, arith::CmpIPredicate::sgt, count, writer.constantIndex(numerics::maxShortSum));
    return emitOrderedSum(writer, count, SumLength::Unknown, isLong, zero, [&](Value k) {
      Value row = isTapOne[0] && isTapOne[1] ? Value() : writer.div(k, counts[2]);
      Value last = row ? writer.rem(k, counts[2]) : k, none = writer.constantIndex(0);
      Value plane = isTapOne[0] ? none : writer.div(row, counts[1]);
      Value middle = isTapOne[1] ? none : isTapOne[0] ? row : writer.rem(row, counts[1]);
      SmallVector<Value> at{indices[0]}, position{plane, middle, last};
      for (auto [d, tap] : llvm::enumerate(position))
        at.push_back(writer.add(windows[d].start, writer.mul(writer.add(windows[d].low, tap), dilations[d])));
      at.push_back(indices[4]);
      return writer.load(input, at);
    });
  }

  // The positions of a window that lies inside the input.
  Value countPositions() { return writer.mul(writer.mul(taps[0], taps[1]), taps[2]); }

  KernelWriter &writer;

private:
  bool isTapOne[3]; ///< windows have one tap in the dimension
  SmallVector<Value> sizes, taps, strides, begins, ends, dilations;
  Access input;
};
} // namespace

template <typename Op> static Geometry getGeometry(IndexMath &math, Op op) {
  Geometry geometry;
  for (int64_t k : canonicalizeSpatial(op.getKernel(), 1))
    geometry.kernel.push_back(math.constant(k));
  size_t spatial = op.getKernel().size();
  geometry.strides = canonicalizeSpatial(op.getStrides(), 1);
  geometry.begins = canonicalizeSpatial(op.getPads().take_front(spatial), 0);
  geometry.ends = canonicalizeSpatial(op.getPads().drop_front(spatial), 0);
  geometry.dilations = canonicalizeSpatial(op.getDilations(), 1);
  if constexpr (!std::is_same_v<Op, MaxPoolOp>)
    geometry.countIncludesPads = op.getCountIncludePad();
  return geometry;
}

static Geometry getGeometry(IndexMath &math, Operation *op, const View &x) {
  return TypeSwitch<Operation *, Geometry>(op)
      .Case<MaxPoolOp, AvgPoolOp, dyadic::AvgPoolOp>([&](auto pool) { return getGeometry(math, pool); })
      .Default([&](Operation *) {
        Geometry geometry;
        geometry.kernel.assign(x.shape.begin() + 1, x.shape.begin() + 4);
        return geometry;
      });
}

// Maximum: codes by their signedness, floats by docs/Numerics.md.
static Value emitMax(PoolWriter &pool, ArrayRef<Window> windows, ValueRange indices, Type element) {
  ImplicitLocOpBuilder &b = pool.writer.body();
  if (element.isF32()) {
    Value lowest = emitFloatConstant(b, -std::numeric_limits<float>::infinity());
    return pool.reduce(windows, indices, lowest, [&](Value a, Value x) { return emitFloatMax(b, a, x); });
  }
  unsigned width = element.getIntOrFloatBitWidth();
  int64_t least = dyadic::getTypeRange(element).least;
  Value lowest = arith::ConstantIntOp::create(b, least, width);
  return pool.reduce(windows, indices, lowest, [&](Value a, Value x) -> Value {
    if (element.isUnsignedInteger())
      return arith::MaxUIOp::create(b, a, x);
    return arith::MaxSIOp::create(b, a, x);
  });
}

static Value multiplyCounts(KernelWriter &writer, ArrayRef<Window> windows) {
  return writer.mul(writer.mul(windows[0].counted, windows[1].counted), windows[2].counted);
}

static Value emitFloatAverage(PoolWriter &pool, ArrayRef<Window> windows, ValueRange indices,
                              std::optional<int64_t> most) {
  ImplicitLocOpBuilder &b = pool.writer.body();
  Value sum = pool.sum(windows, indices, /*mayBeLong=*/!most || *most > numerics::maxShortSum);
  Value count = multiplyCounts(pool.writer, windows);
  Type integer = most && *most <= INT32_MAX ? b.getI32Type() : b.getI64Type();
  Value divisor = arith::SIToFPOp::create(b, b.getF32Type(), arith::IndexCastOp::create(b, integer, count));
  Value isEmpty = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, count, pool.writer.constantIndex(0));
  Value zero = emitFloatConstant(b, 0.0f);
  EmittedFloat average = numerics::f32::canonical(EmittedFloat{&b, sum} / EmittedFloat{&b, divisor});
  return arith::SelectOp::create(b, isEmpty, zero, average.value);
}

// A global pool of many values over dimensions that lie one behind the other, as over one dimension: no division per
// value.
static View flattenImage(IndexMath &math, const View &x) {
  View flat = x;
  for (int64_t d : {1, 2}) {
    bool isOne = isKnown(flat.shape[d], 1);
    if (!isOne && flat.strides[d] != math.mul(flat.strides[d + 1], flat.shape[d + 1]))
      return x;
    flat.shape[d + 1] = math.mul(flat.shape[d], flat.shape[d + 1]);
    flat.shape[d] = math.constant(1);
  }
  return flat;
}

namespace {
/// The numbers of an integer average as values of the kernel: one each, or tables. Their index is the window's count,
/// or with `counts` its place there, which `place` is.
struct AverageNumbers {
  RequantForm form = RequantForm::Wide;
  bool isTable = false;
  Value counts, place;
  int64_t size = 0;                          ///< of the tables
  Value multiplier, shift, addend, preShift; ///< preShift may be absent
  Value inputZero, zero, lo, hi;
};
} // namespace

// A window holds at most the kernel's positions, whatever counts the operation lists.
static FailureOr<int64_t> getTableSize(dyadic::AvgPoolOp op) {
  int64_t positions = 1;
  for (int64_t k : op.getKernel())
    if (llvm::MulOverflow(positions, k, positions) || positions > (1 << 20))
      return op.emitOpError("has windows of too many sizes for a table");
  return std::max(op.getCounts().back(), positions) + 1;
}

// Entry n is for count n. A window that holds nothing, or a number of values that is not listed, gives the zero point.
static Value makeTable(KernelWriter &writer, dyadic::AvgPoolOp op, int64_t size, ArrayRef<int64_t> values,
                       unsigned width, int64_t missing) {
  TensorValue table(RankedTensorType::get({size}, IntegerType::get(op.getContext(), width)));
  for (int64_t n = 0; n < size; ++n)
    table.setInteger(n, missing);
  for (auto [n, value] : llvm::zip_equal(op.getCounts(), values))
    table.setInteger(n, value);
  return writer.in(writer.constant(getElementsAttr(table)));
}

// The values themselves: counts may lie far apart.
static Value makeTable(KernelWriter &writer, dyadic::GlobalAvgPoolOp op, int64_t size, ArrayRef<int64_t> values,
                       unsigned width, int64_t) {
  TensorValue table(RankedTensorType::get({size}, IntegerType::get(op.getContext(), width)));
  for (auto [i, value] : llvm::enumerate(values))
    table.setInteger(i, value);
  return writer.in(writer.constant(getElementsAttr(table)));
}

static FailureOr<int64_t> getTableSize(dyadic::GlobalAvgPoolOp op) { return int64_t(op.getCounts().size()); }

template <typename Pool> static FailureOr<AverageNumbers> makeNumbers(KernelWriter &writer, Pool op) {
  RequantNumbers chosen = chooseAverageNumbers(op);
  AverageNumbers numbers;
  numbers.form = chosen.form;
  numbers.isTable = op.getCounts().size() > 1;
  FailureOr<int64_t> size = numbers.isTable ? getTableSize(op) : FailureOr<int64_t>(0);
  if (failed(size))
    return failure();
  numbers.size = *size;
  Builder b(op.getContext());
  auto make = [&](ArrayRef<int64_t> values, unsigned width, int64_t missing) {
    if (numbers.isTable)
      return makeTable(writer, op, *size, values, width, missing);
    return writer.number(b.getIntegerAttr(b.getIntegerType(width), values[0]));
  };
  bool isHigh = chosen.form == RequantForm::High;
  int64_t inAddend = op.getZeroPoint() - chosen.zero; // 0 or the zero point
  if (numbers.isTable && isa<dyadic::GlobalAvgPoolOp>(op))
    numbers.counts = make(op.getCounts(), 32, 0);
  numbers.multiplier = make(chosen.multipliers[0], 32, 0);
  numbers.shift = make(chosen.shifts, 32, isHigh ? 32 : 1);
  numbers.addend = make(chosen.addends, 64, isHigh ? inAddend * (int64_t(1) << 32) : 0);
  if (llvm::any_of(chosen.preShifts, [](int64_t shift) { return shift != 0; }))
    numbers.preShift = make(chosen.preShifts, 32, 0);
  numbers.inputZero = writer.number(b.getI32IntegerAttr(op.getXZeroPoint()));
  numbers.zero = writer.number(b.getI32IntegerAttr(chosen.zero));
  numbers.lo = writer.number(b.getI32IntegerAttr(op.getLo()));
  numbers.hi = writer.number(b.getI32IntegerAttr(op.getHi()));
  return numbers;
}

// The place of the last entry of `counts` that is at most `count`, or 0: by halving, in as many steps for all counts.
static Value findCount(KernelWriter &writer, const AverageNumbers &numbers, Value count) {
  ImplicitLocOpBuilder &b = writer.body();
  Value place = writer.constantIndex(0), last = writer.constantIndex(numbers.size - 1);
  for (int64_t step = int64_t(llvm::PowerOf2Ceil(numbers.size)) / 2; step > 0; step /= 2) {
    Value next = writer.min(writer.add(place, writer.constantIndex(step)), last);
    Value entry = memref::LoadOp::create(b, numbers.counts, next);
    Value index = arith::IndexCastOp::create(b, b.getIndexType(), entry);
    Value isAtMost = arith::CmpIOp::create(b, arith::CmpIPredicate::sle, index, count);
    place = arith::SelectOp::create(b, isAtMost, next, place);
  }
  return place;
}

// A global pool has one count, which is known when the model runs at the latest. One that is not listed has no numbers:
// the run says so. (It can be where text was edited: the counts follow from ranges of symbols.) None gives the zero
// point, as a sum of 0 does whatever the numbers are.
static void emitGlobalCount(PoolWriter &pool, dyadic::GlobalAvgPoolOp op, AverageNumbers &numbers) {
  KernelWriter &writer = pool.writer;
  ImplicitLocOpBuilder &b = writer.body();
  ArrayRef<int64_t> counts = op.getCounts(), spatial = op.getX().getType().getShape().drop_front(2);
  Value count = pool.countPositions(), entry;
  if (numbers.isTable) {
    numbers.place = findCount(writer, numbers, count);
    entry = memref::LoadOp::create(b, numbers.counts, numbers.place);
    entry = arith::IndexCastOp::create(b, b.getIndexType(), entry);
  }
  if (!ShapedType::isDynamicShape(spatial) && llvm::is_contained(counts, ShapedType::getNumElements(spatial)))
    return;
  if (!entry)
    entry = writer.index(b.getIndexAttr(counts.front()));
  Value isListed = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, entry, count);
  Value isEmpty = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, count, writer.constantIndex(0));
  writer.checkData(arith::OrIOp::create(b, isListed, isEmpty), writer.faults());
}

static FailureOr<AverageNumbers> makeAverageNumbers(PoolWriter &pool, Operation *op) {
  if (auto average = dyn_cast<dyadic::AvgPoolOp>(op))
    return makeNumbers(pool.writer, average);
  auto global = cast<dyadic::GlobalAvgPoolOp>(op);
  FailureOr<AverageNumbers> numbers = makeNumbers(pool.writer, global);
  if (succeeded(numbers))
    emitGlobalCount(pool, global, *numbers);
  return numbers;
}

static Value emitIntegerAverage(PoolWriter &pool, ArrayRef<Window> windows, ValueRange indices, Operation *op,
                                const AverageNumbers &numbers) {
  ImplicitLocOpBuilder &b = pool.writer.body();
  Type element = cast<RankedTensorType>(op->getOperand(0).getType()).getElementType();
  Value none = arith::ConstantIntOp::create(b, 0, 32);
  Value sum = pool.reduce(windows, indices, none, [&](Value a, Value x) -> Value {
    Value code = emitExtension(b, x, element);
    return arith::AddIOp::create(b, a, arith::SubIOp::create(b, code, numbers.inputZero));
  });
  Value count = numbers.place;
  if (!count && numbers.isTable)
    count = multiplyCounts(pool.writer, windows);
  auto get = [&](Value number) -> Value { return count ? memref::LoadOp::create(b, number, count) : number; };
  if (numbers.preShift)
    sum = arith::ShLIOp::create(b, sum, get(numbers.preShift));
  unsigned width = cast<RankedTensorType>(op->getResult(0).getType()).getElementType().getIntOrFloatBitWidth();
  Value multiplier = get(numbers.multiplier), addend = get(numbers.addend), shift = get(numbers.shift);
  return kernel::RequantOp::create(b, IntegerType::get(b.getContext(), width), numbers.form, ValueRange{sum},
                                   ValueRange{multiplier}, addend, shift, numbers.zero, numbers.lo, numbers.hi);
}

LogicalResult Former::formPool(const Group &group) {
  FailureOr<View> x = getView(group.root->getOperand(0));
  Value result = group.getLast()->getResult(0);
  FailureOr<SmallVector<Step>> steps = describeSteps(group, {}, false);
  FailureOr<View> y = allocate(result);
  if (failed(x) || failed(steps) || failed(y))
    return failure();
  auto canonical = [&](const View &view) { return canonicalizeWindows(math, view); };
  View input = canonical(*x), output = canonical(*y);
  FailureOr<NestSteps> prepared = prepareNestSteps(*steps, result, canonical);
  if (failed(prepared))
    return failure();
  if (isa<GlobalAvgPoolOp, dyadic::GlobalAvgPoolOp>(group.root))
    input = flattenImage(math, input);
  Geometry geometry = getGeometry(math, group.root, input);
  NestTiling tiling = tileNest(math, output.shape, 512);
  KernelWriter writer(builder, group.root->getLoc(), "pool");
  PoolWriter pool(writer, math, geometry, input);
  bool isInteger = isa<dyadic::AvgPoolOp, dyadic::GlobalAvgPoolOp>(group.root);
  FailureOr<AverageNumbers> numbers = failure();
  if (isInteger && failed(numbers = makeAverageNumbers(pool, group.root)))
    return failure();
  prepared->makeAccesses(writer);
  Access target = writer.access(output, true);
  writeNest(writer, output.shape, tiling, [&](ValueRange indices) {
    SmallVector<Window> windows;
    for (int d = 0; d < 3; ++d)
      windows.push_back(pool.makeWindow(d, indices[d + 1], geometry.countIncludesPads));
    Value value;
    if (isa<MaxPoolOp>(group.root))
      value = emitMax(pool, windows, indices, x->element);
    else if (isInteger)
      value = emitIntegerAverage(pool, windows, indices, group.root, *numbers);
    else
      value = emitFloatAverage(pool, windows, indices, geometry.getMostPositions());
    writer.store(emitNestSteps(writer, *prepared, value, indices), target, indices);
  });
  writer.finish(tiling.tiles);
  return success();
}
