// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operations along dimensions: reductions, normalizations, positions of extremes, running sums.
#include "Operations.h"
#include "RowIndices.h"
#include "qc/Arith/FloatFunctions.h"
#include "qc/Arith/Functions.h"
#include "qc/Arith/RowReduction.h"
#include <cmath>
#include <limits>
#include <numeric>

using namespace mlir;
using namespace qc;
using namespace qc::reference;

using Row = std::vector<float>;
using qc::numerics::f32::canonical;

static float sumOf(const Row &row) { return qc::numerics::rowSum(row.data(), int64_t(row.size())); }
static float meanOf(const Row &row) { return sumOf(row) / float(row.size()); }
template <typename Function> static Row map(Row row, Function function) {
  llvm::transform(row, row.begin(), function);
  return row;
}
static float maxOf(const Row &row) { return qc::numerics::rowMax(row.data(), int64_t(row.size())); }
static float square(float x) { return x * x; }

static float logSumExp(const Row &row) {
  float m = maxOf(row);
  if (!std::isfinite(m))
    m = 0;
  return qc::numerics::log(sumOf(map(row, [=](float x) { return qc::numerics::exp(x - m); }))) + m;
}

static float reduceFloats(ReduceKind kind, const Row &row) {
  switch (kind) {
  case ReduceKind::Sum:
    return sumOf(row);
  case ReduceKind::Mean:
    return meanOf(row);
  case ReduceKind::Max:
    return maxOf(row);
  case ReduceKind::Min: {
    float least = std::numeric_limits<float>::infinity();
    for (float x : row)
      least = qc::numerics::minimum(least, x);
    return least;
  }
  case ReduceKind::Prod:
    return qc::numerics::rowProduct(row.data(), int64_t(row.size()));
  case ReduceKind::L1:
    return sumOf(map(row, [](float x) { return std::fabs(x); }));
  case ReduceKind::L2:
    return qc::numerics::sqrt(sumOf(map(row, square)));
  case ReduceKind::SumSquare:
    return sumOf(map(row, square));
  case ReduceKind::LogSum:
    return qc::numerics::log(sumOf(row));
  case ReduceKind::LogSumExp:
    return logSumExp(row);
  }
  return 0;
}

static float reduceRow(ReduceKind kind, const Row &row) { return canonical(reduceFloats(kind, row)); }

// Sum and product wrap.
template <typename T> static T reduceRow(ReduceKind kind, const std::vector<T> &row) {
  using Unsigned = std::make_unsigned_t<T>;
  if (kind == ReduceKind::Max || kind == ReduceKind::Min) {
    bool isMax = kind == ReduceKind::Max;
    T extreme = isMax ? std::numeric_limits<T>::lowest() : std::numeric_limits<T>::max();
    for (T x : row)
      extreme = isMax ? std::max(extreme, x) : std::min(extreme, x);
    return extreme;
  }
  Unsigned result = kind == ReduceKind::Prod ? 1 : 0;
  for (T x : row)
    result = kind == ReduceKind::Prod ? result * Unsigned(x) : result + Unsigned(x);
  return T(result);
}

// Calls `visit` with a null pointer of the C++ type of the elements: float, int32_t or int64_t.
template <typename Visit> static void visitReducible(Type type, Visit visit) {
  if (type.isF32())
    return visit((float *)nullptr);
  type.isInteger(32) ? visit((int32_t *)nullptr) : visit((int64_t *)nullptr);
}

// `x` without `axes`, or with size 1 there.
static SmallVector<int64_t> reduceShape(ArrayRef<int64_t> x, ArrayRef<int64_t> axes, bool keepDims) {
  SmallVector<int64_t> shape;
  for (auto [d, size] : llvm::enumerate(x))
    if (!llvm::is_contained(axes, int64_t(d)))
      shape.push_back(size);
    else if (keepDims)
      shape.push_back(1);
  return shape;
}

Result reference::evaluate(ReduceOp op, Operands operands) {
  const TensorValue &x = operands[0];
  Result y = makeResult(op, reduceShape(x.getShape(), op.getAxes(), op.getKeepDims()));
  if (failed(y))
    return failure();
  Rows rows(x.getShape(), op.getAxes());
  visitReducible(x.getType().getElementType(), [&](auto *type) {
    using T = std::remove_pointer_t<decltype(type)>;
    for (int64_t r = 0; r < rows.count; ++r)
      y->mutableData<T>()[r] = reduceRow(op.getKind(), rows.read(x.getData<T>().data(), r));
  });
  return y;
}

Result reference::evaluate(LogSoftmaxOp op, Operands operands) {
  const TensorValue &x = operands[0];
  Result y = makeResultLike(op, x);
  if (failed(y))
    return failure();
  Rows rows(x.getShape(), {int64_t(op.getAxis())});
  float *out = y->mutableData<float>().data();
  for (int64_t r = 0; r < rows.count; ++r) {
    Row row = rows.read(x.getData<float>().data(), r);
    float m = maxOf(row);
    float logarithm = qc::numerics::log(sumOf(map(row, [=](float v) { return qc::numerics::exp(v - m); })));
    for (int64_t k = 0; k < rows.length; ++k)
      out[rows.at(r, k)] = canonical((row[k] - m) - logarithm);
  }
  return y;
}

// normalize_c2 of values.
static LogicalResult checkBroadcast(Operation *op, const TensorValue *small, const TensorValue &x) {
  if (!small)
    return success();
  ShapeOr shape = broadcastShapes(small->getShape(), x.getShape());
  if (!shape || ArrayRef<int64_t>(*shape) != x.getShape())
    return op->emitOpError("expects scale and bias that broadcast to ") << x.getType() << ", got " << small->getType();
  return success();
}

Result reference::evaluate(NormalizeOp op, Operands operands) {
  const TensorValue &x = operands[0], *scale = findOperand(op, operands, 1), *bias = findOperand(op, operands, 2);
  Result y = makeResultLike(op, x);
  if (failed(y) || failed(checkBroadcast(op, scale, x)) || failed(checkBroadcast(op, bias, x)))
    return failure();
  Rows rows(x.getShape(), op.getAxes());
  float epsilon = op.getEpsilon().convertToFloat();
  float *out = y->mutableData<float>().data();
  auto find = [&](const TensorValue &small, int64_t at) {
    Strides strides = broadcastStrides(small.getShape(), x.getShape().size());
    return small.getData<float>()[offsetOf(at, x.getShape(), strides)];
  };
  for (int64_t r = 0; r < rows.count; ++r) {
    Row row = rows.read(x.getData<float>().data(), r);
    if (op.getCentered()) {
      float mean = meanOf(row);
      row = map(row, [=](float v) { return v - mean; });
    }
    float factor = qc::numerics::rsqrt(meanOf(map(row, square)) + epsilon);
    for (int64_t k = 0; k < rows.length; ++k) {
      int64_t at = rows.at(r, k);
      float v = row[k] * factor;
      if (scale && bias)
        v = std::fma(v, find(*scale, at), find(*bias, at));
      else if (scale)
        v = v * find(*scale, at);
      else if (bias)
        v = v + find(*bias, at);
      out[at] = canonical(v);
    }
  }
  return y;
}

// Whether `a` is more extreme than `b`: a NaN than every number.
template <typename T> static bool precedes(bool isMax, T a, T b) {
  auto isNaN = [](T v) { return v != v; };
  return isNaN(b) ? false : isNaN(a) || (isMax ? a > b : a < b);
}

// The position of the extreme.
template <typename T> static int64_t findExtreme(const std::vector<T> &row, bool isMax, bool selectLast) {
  int64_t best = 0;
  for (int64_t k = 1; k < int64_t(row.size()); ++k)
    if (precedes(isMax, row[k], row[best]) || (selectLast && !precedes(isMax, row[best], row[k])))
      best = k;
  return best;
}

Result reference::evaluate(ArgReduceOp op, Operands operands) {
  const TensorValue &x = operands[0];
  Result y = makeResult(op, reduceShape(x.getShape(), {int64_t(op.getAxis())}, op.getKeepDims()));
  if (failed(y))
    return failure();
  Rows rows(x.getShape(), {int64_t(op.getAxis())});
  if (rows.length == 0 && rows.count > 0) // arg_reduce_c2
    return op.emitOpError("expects elements along axis ") << op.getAxis() << ", got " << x.getType();
  visitReducible(x.getType().getElementType(), [&](auto *type) {
    using T = std::remove_pointer_t<decltype(type)>;
    for (int64_t r = 0; r < rows.count; ++r)
      y->mutableData<int64_t>()[r] =
          findExtreme(rows.read(x.getData<T>().data(), r), op.getKind() == Extreme::Max, op.getSelectLast());
  });
  return y;
}

// The positions of the first `k` elements in the order of extremes, of equal ones the first first.
template <typename T> static std::vector<int64_t> orderExtremes(const std::vector<T> &row, bool isMax, int64_t k) {
  std::vector<int64_t> order(row.size());
  std::iota(order.begin(), order.end(), 0);
  llvm::sort(order, [&](int64_t i, int64_t j) {
    return precedes(isMax, row[i], row[j]) || (!precedes(isMax, row[j], row[i]) && i < j);
  });
  order.resize(k);
  return order;
}

Result reference::evaluate(TopKOp op, Operands operands) {
  const TensorValue &x = operands[0];
  auto axis = int64_t(op.getAxis()), k = int64_t(op.getK());
  SmallVector<int64_t> shape(x.getShape());
  if (shape[axis] < k) // top_k_c2
    return op.emitOpError("expects at least ") << k << " elements along axis " << axis << ", got " << x.getType();
  shape[axis] = k;
  Result y = makeResult(op, shape);
  if (failed(y))
    return failure();
  Rows rows(x.getShape(), {axis}), positions(shape, {axis});
  visitReducible(x.getType().getElementType(), [&](auto *type) {
    using T = std::remove_pointer_t<decltype(type)>;
    for (int64_t r = 0; r < positions.count; ++r) {
      std::vector<int64_t> order = orderExtremes(rows.read(x.getData<T>().data(), r), op.getKind() == Extreme::Max, k);
      for (int64_t i = 0; i < k; ++i)
        y->mutableData<int64_t>()[positions.at(r, i)] = order[i];
    }
  });
  return y;
}

template <typename T> static void runSum(const Rows &rows, CumSumOp op, const T *x, T *y) {
  for (int64_t r = 0; r < rows.count; ++r) {
    T sum = 0;
    for (int64_t i = 0; i < rows.length; ++i) {
      int64_t at = rows.at(r, op.getReverse() ? rows.length - 1 - i : i);
      T before = sum;
      if constexpr (std::is_floating_point_v<T>)
        sum = sum + x[at];
      else
        sum = T(std::make_unsigned_t<T>(sum) + std::make_unsigned_t<T>(x[at]));
      y[at] = op.getExclusive() ? before : sum;
      if constexpr (std::is_floating_point_v<T>)
        y[at] = canonical(y[at]);
    }
  }
}

Result reference::evaluate(CumSumOp op, Operands operands) {
  const TensorValue &x = operands[0];
  Result y = makeResultLike(op, x);
  if (failed(y))
    return failure();
  Rows rows(x.getShape(), {int64_t(op.getAxis())});
  visitReducible(x.getType().getElementType(), [&](auto *type) {
    using T = std::remove_pointer_t<decltype(type)>;
    runSum(rows, op, x.getData<T>().data(), y->mutableData<T>().data());
  });
  return y;
}
