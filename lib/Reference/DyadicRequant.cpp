// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// dyadic.requant, dyadic.avg_pool, dyadic.lut, dyadic.segments: what makes codes out of integers; dyadic.plane.
#include "Operations.h"
#include "Strides.h"
#include "Windows.h"
#include "qc/Arith/Requant.h"
#include "qc/Arith/Table.h"

using namespace mlir;
using namespace qc;
using namespace qc::reference;

// The numbers of each index of the axis.
static std::vector<qc::numerics::RequantParams> makeParameters(dyadic::RequantOp op) {
  qc::numerics::RequantParams common;
  common.terms = op.getTerms().size();
  common.zeroPoint = op.getZeroPoint();
  common.lo = op.getLo();
  common.hi = op.getHi();
  bool isHalfEven = op.getRounding() == dyadic::Rounding::HalfEven;
  common.rounding = isHalfEven ? qc::numerics::Rounding::HalfEven : qc::numerics::Rounding::HalfUp;
  std::vector<qc::numerics::RequantParams> parameters(op.getMultipliers().size(), common);
  for (size_t c = 0; c < parameters.size(); ++c) {
    for (int32_t term = 0; term < common.terms; ++term)
      parameters[c].multipliers[term] = op.getMultipliersOf(term)[c];
    parameters[c].shift = op.getShifts()[c];
  }
  return parameters;
}

// x_i = term_i - zero point, broadcast to `shape`.
static std::vector<int64_t> readTerm(const TensorValue &term, int32_t zeroPoint, ArrayRef<int64_t> shape,
                                     int64_t elements) {
  std::vector<int64_t> x(elements);
  visitCodeType(term.getType().getElementType(), [&](auto *type) {
    using Code = std::remove_pointer_t<decltype(type)>;
    const Code *from = term.getData<Code>().data();
    forEachRow<1>(shape, {broadcastStrides(term.getShape(), shape.size())},
                  [&](int64_t first, std::array<int64_t, 1> offset, std::array<int64_t, 1> step, int64_t count) {
                    for (int64_t i = 0; i < count; ++i)
                      x[first + i] = int64_t(from[offset[0] + i * step[0]]) - zeroPoint;
                  });
  });
  return x;
}

static ShapeOr inferRequantShape(Operands terms) {
  ShapeOr shape = SmallVector<int64_t>();
  for (const TensorValue &term : terms)
    if (shape)
      shape = broadcastShapes(*shape, term.getShape());
  return shape;
}

Result reference::evaluate(dyadic::RequantOp op, Operands operands) {
  Result y = makeResult(op, inferRequantShape(operands)); // requant_c6
  if (failed(y))
    return failure();
  AxisSplit split = splitAxis(y->getShape(), op.getAxis().value_or(-1));
  std::vector<qc::numerics::RequantParams> parameters = makeParameters(op);
  if (int64_t(parameters.size()) != split.size) // requant_c2
    return op.emitOpError("expects ") << split.size << " multipliers and shifts, got " << parameters.size();
  std::vector<int64_t> x[qc::numerics::maxTerms];
  for (size_t i = 0; i < operands.size(); ++i)
    x[i] = readTerm(operands[i], op.getTermZeroPoints()[i], y->getShape(), y->getNumElements());
  visitCodeType(y->getType().getElementType(), [&](auto *type) {
    using Code = std::remove_pointer_t<decltype(type)>;
    Code *out = y->mutableData<Code>().data();
    int64_t index = 0;
    auto get = [&](size_t term) { return term < operands.size() ? x[term][index] : 0; };
    for (int64_t o = 0; o < split.outer; ++o)
      for (int64_t c = 0; c < split.size; ++c)
        for (int64_t i = 0; i < split.inner; ++i, ++index)
          out[index] = Code(qc::numerics::requant(parameters[c], get(0), get(1), get(2)));
  });
  return y;
}

// The requant of windows of `count` positions; nothing where the operation has none.
template <typename Pool> static std::optional<qc::numerics::RequantParams> findCount(Pool op, WindowCount count) {
  ArrayRef<int64_t> counts = op.getCounts();
  for (size_t i = 0; i < counts.size(); ++i)
    if (WindowCount(counts[i]) == count) {
      qc::numerics::RequantParams parameters;
      parameters.multipliers[0] = op.getMultipliers()[i];
      parameters.shift = op.getShifts()[i];
      parameters.zeroPoint = op.getZeroPoint();
      parameters.lo = op.getLo();
      parameters.hi = op.getHi();
      return parameters;
    }
  return std::nullopt;
}

template <typename Pool>
static LogicalResult averageCodes(Pool op, const PoolGeometry &g, const TensorValue &x, bool countsPadding,
                                  TensorValue &y) {
  std::vector<int32_t> in = subtractZeroPoint(x, op.getXZeroPoint());
  std::optional<WindowCount> unknown;
  forEachWindow(g, [&](int64_t output, int64_t image, const Window &window) {
    int64_t sum = 0;
    forEachPosition(g, image, window, [&](int64_t index) { sum += in[index]; });
    WindowCount count = countsPadding ? window.countPadded() : window.countInside();
    std::optional<qc::numerics::RequantParams> parameters = findCount(op, count);
    if (!parameters && count != 0 && !unknown)
      unknown = count;
    int32_t empty = std::clamp<int32_t>(op.getZeroPoint(), op.getLo(), op.getHi());
    y.setInteger(output, parameters ? qc::numerics::requant(*parameters, sum) : empty);
  });
  if (unknown) // dyadic_avg_pool_c2, dyadic_global_avg_pool_c2
    return op.emitOpError("expects counts that hold every window's, got a window of ")
           << uint64_t(std::min<WindowCount>(*unknown, UINT64_MAX)) << " positions";
  return success();
}

Result reference::evaluate(dyadic::AvgPoolOp op, Operands operands) {
  const TensorValue &x = operands[0];
  Result y = failure();
  PoolGeometry g = makePoolGeometry(op, x, y);
  if (failed(y))
    return failure();
  return failed(averageCodes(op, g, x, op.getCountIncludePad(), *y)) ? Result(failure()) : y;
}

Result reference::evaluate(dyadic::GlobalAvgPoolOp op, Operands operands) {
  const TensorValue &x = operands[0];
  Result y = makeResult(op, inferGlobalPoolShape(x.getShape()));
  if (failed(y))
    return failure();
  PoolGeometry g = makeGlobalPoolGeometry(x.getShape(), y->getShape());
  return failed(averageCodes(op, g, x, false, *y)) ? Result(failure()) : y;
}

Result reference::evaluate(dyadic::LutOp op, Operands operands) {
  std::optional<TensorValue> table = getTensorValue(op.getTable());
  if (!table)
    return op.emitOpError("expects a table whose bytes are present");
  Result y = makeResultLike(op, operands[0]);
  if (failed(y))
    return failure();
  int32_t lowest = dyadic::getTypeRange(operands[0].getType().getElementType()).least;
  std::vector<int32_t> index = subtractZeroPoint(operands[0], lowest);
  int64_t width = TensorValue::elementBytes(y->getType());
  char *out = y->mutableRawData().data();
  for (size_t i = 0; i < index.size(); ++i)
    std::memcpy(out + i * width, table->getRawData().data() + index[i] * width, width);
  return y;
}

Result reference::evaluate(dyadic::SegmentsOp op, Operands operands) {
  std::optional<TensorValue> base = getTensorValue(op.getBase()), slope = getTensorValue(op.getSlope());
  if (!base || !slope)
    return op.emitOpError("expects tables whose bytes are present");
  Result y = makeResultLike(op, operands[0]);
  if (failed(y))
    return failure();
  int32_t lowest = dyadic::getTypeRange(operands[0].getType().getElementType()).least;
  constexpr int bits = qc::numerics::segmentFractionBits;
  for (auto [i, u] : llvm::enumerate(subtractZeroPoint(operands[0], lowest))) {
    int32_t segment = u / qc::numerics::segmentCodes, d = u % qc::numerics::segmentCodes;
    int64_t value = base->getInteger(segment) + slope->getInteger(segment) * d + (int64_t(1) << (bits - 1));
    if (value != int32_t(value)) // S1
      return op.emitOpError("expects numbers that fit i32, got ") << value << " in segment " << segment;
    y->setInteger(i, std::clamp<int64_t>(value >> bits, op.getLo(), op.getHi()));
  }
  return y;
}

Result reference::evaluate(dyadic::PlaneOp op, Operands operands) {
  Result plane = makeResultLike(op, operands[0]);
  if (failed(plane))
    return failure();
  int32_t lowest = dyadic::getTypeRange(operands[0].getType().getElementType()).least;
  for (auto [i, u] : llvm::enumerate(subtractZeroPoint(operands[0], lowest)))
    plane->setInteger(i, op.getHigh() ? u / 256 : u % 256);
  return plane;
}
