// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Matrix products as they are written: both operands computed, or a gemm whose C is not a constant per column.
#include "Former.h"
#include "Sums.h"
#include "dialects/QC/CombinedDims.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "qc/Analysis/Names.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

namespace {
/// A product as views over (result dimensions..., K).
struct ProductViews {
  View a, b;
  OpFoldResult depth;
};
} // namespace

// Operand as [batch..., rows, columns] stretched over the result's batch dimensions, with K as a last dimension.
static View spread(IndexMath &math, const View &view, int64_t rowAxis, int64_t depthAxis, ArrayRef<OpFoldResult> shape,
                   int64_t resultAxis) {
  View result = view;
  result.shape.assign(shape.begin(), shape.end());
  result.strides.assign(shape.size(), math.constant(0));
  int64_t batch = std::max<int64_t>(view.getRank() - 2, 0);
  // `view` has as many batch dimensions as the result, whose own stand first.
  for (int64_t d = 0; d < batch; ++d)
    if (view.shape[d] == shape[d])
      result.strides[d] = view.strides[d];
    else if (!isKnown(view.shape[d], 1)) // stretched where it is 1 when the model runs
      result.strides[d] =
          math.select(arith::CmpIPredicate::eq, view.shape[d], math.constant(1), math.constant(0), view.strides[d]);
  if (rowAxis >= 0 && resultAxis >= 0 && !isKnown(view.shape[rowAxis], 1))
    result.strides[resultAxis] = view.strides[rowAxis];
  result.shape.push_back(view.shape[depthAxis]);
  result.strides.push_back(view.strides[depthAxis]);
  return result;
}

// Shifts the batch dimensions of `view` right by `count`, new ones have stride 0.
static View padBatch(IndexMath &math, View view, int64_t count) {
  view.shape.insert(view.shape.begin(), count, math.constant(1));
  view.strides.insert(view.strides.begin(), count, math.constant(0));
  return view;
}

static ProductViews makeViews(IndexMath &math, const View &a, const View &b, bool transA, bool transB,
                              ArrayRef<OpFoldResult> shape) {
  int64_t batchA = std::max<int64_t>(a.getRank() - 2, 0), batchB = std::max<int64_t>(b.getRank() - 2, 0);
  int64_t batch = std::max(batchA, batchB);
  View paddedA = a.getRank() > 1 ? padBatch(math, a, batch - batchA) : a;
  View paddedB = b.getRank() > 1 ? padBatch(math, b, batch - batchB) : b;
  int64_t rankA = paddedA.getRank(), rankB = paddedB.getRank(), rank = shape.size();
  ProductViews views;
  int64_t rowA = a.getRank() > 1 ? (transA ? rankA - 1 : rankA - 2) : -1;
  int64_t depthA = a.getRank() > 1 ? (transA ? rankA - 2 : rankA - 1) : 0;
  int64_t columnB = b.getRank() > 1 ? (transB ? rankB - 2 : rankB - 1) : -1;
  int64_t depthB = b.getRank() > 1 ? (transB ? rankB - 1 : rankB - 2) : 0;
  int64_t columnAxis = b.getRank() > 1 ? rank - 1 : -1;
  int64_t rowAxis = a.getRank() > 1 ? rank - 1 - (b.getRank() > 1 ? 1 : 0) : -1;
  views.a = spread(math, paddedA, rowA, depthA, shape, rowAxis);
  views.b = spread(math, paddedB, columnB, depthB, shape, columnAxis);
  views.depth = paddedA.shape[depthA];
  return views;
}

/// K of a product in its kernel, and where it is known before.
struct ProductDepth {
  Value value;
  std::optional<int64_t> known;
};

static SmallVector<Value> withDepth(ValueRange indices, Value k) {
  SmallVector<Value> at(indices);
  at.push_back(k);
  return at;
}

// The sums of several elements of the result that meet the same column of b: each a chain of its own, which together
// hide the time that one takes.
static SmallVector<Value> emitFloatDots(KernelWriter &writer, const Access &a, const Access &b, ProductDepth depth,
                                        ArrayRef<SmallVector<Value>> elements) {
  ImplicitLocOpBuilder &builder = writer.body();
  SmallVector<Value> zeros(elements.size(), emitFloatConstant(builder, 0.0f));
  return emitBlockedSums(writer, depth.value, depth.known, zeros, [&](Value k, ValueRange sums) {
    Value w = writer.load(b, withDepth(elements.front(), k));
    SmallVector<Value> next;
    for (auto [element, sum] : llvm::zip_equal(elements, sums))
      next.push_back(math::FmaOp::create(builder, writer.load(a, withDepth(element, k)), w, sum));
    return next;
  });
}

namespace {
/// The numbers and the addend of a product, as the kernel sees them; absent ones are null.
struct ProductTerms {
  Value aZero, bZero, alpha, beta;
  std::optional<Access> addend;

  ProductTerms(KernelWriter &writer, Operation *root, const std::optional<View> &addendView) {
    if (addendView)
      addend = writer.access(*addendView, false);
    if (auto integer = dyn_cast<dyadic::MatMulOp>(root)) {
      aZero = integer.getAZeroPoint() != 0 ? writer.number(integer.getAZeroPointAttr()) : Value();
      bZero = integer.getBZeroPoint() != 0 ? writer.number(integer.getBZeroPointAttr()) : Value();
    }
    auto gemm = dyn_cast<GemmOp>(root);
    if (gemm && !gemm.getAlpha().isExactlyValue(1.0))
      alpha = writer.number(gemm.getAlphaAttr());
    if (gemm && !gemm.getBeta().isExactlyValue(1.0))
      beta = writer.number(gemm.getBetaAttr());
  }

  /// alpha * value + beta * addend.
  Value apply(KernelWriter &writer, Value value, ValueRange indices) const {
    ImplicitLocOpBuilder &body = writer.body();
    if (alpha)
      value = arith::MulFOp::create(body, alpha, value);
    if (!addend)
      return value;
    Value c = writer.load(*addend, indices);
    if (beta)
      c = arith::MulFOp::create(body, beta, c);
    return c.getType().isF32() ? Value(arith::AddFOp::create(body, value, c))
                               : Value(arith::AddIOp::create(body, value, c));
  }
};
} // namespace

namespace {
/// Rows of the result that are computed together: they read the same columns of b.
struct RowBlock {
  int64_t count = 1;
  size_t axis = 0; ///< of the result
};
} // namespace

// Four chains of additions at a time where there may be as many rows: one alone waits for each of its additions, and
// reads each column of b anew.
static RowBlock chooseRowBlock(const View &a, const View &b, ArrayRef<OpFoldResult> shape) {
  if (a.getRank() < 2 || b.getRank() < 2 || isKnown(shape[shape.size() - 2], 1))
    return {};
  return {4, shape.size() - 2};
}

// The elements of a block; rows beyond the last one are the last one, computed and written again.
static SmallVector<SmallVector<Value>> spreadRows(KernelWriter &writer, RowBlock rows, ValueRange indices,
                                                  Value lastRow) {
  SmallVector<SmallVector<Value>> elements;
  for (int64_t r = 0; r < rows.count; ++r) {
    SmallVector<Value> &element = elements.emplace_back(indices);
    if (rows.count == 1)
      continue;
    Value first = writer.mul(indices[rows.axis], writer.constantIndex(rows.count));
    element[rows.axis] = writer.min(writer.add(first, writer.constantIndex(r)), lastRow);
  }
  return elements;
}

// Likewise of codes x and w less their zero points. Modulo 2^32 these sums are sum x w - z_w sum x - z_x sum w + K z_x
// z_w: codes of 8 bits are multiplied and added by one instruction, their differences are not known to be as short.
static SmallVector<Value> emitIntegerDots(KernelWriter &writer, const Access &a, const Access &b, ProductDepth depth,
                                          ArrayRef<SmallVector<Value>> elements, const ProductTerms &terms,
                                          Type aElement, Type bElement) {
  ImplicitLocOpBuilder &builder = writer.body();
  auto mul = [&](Value x, Value y) -> Value { return arith::MulIOp::create(builder, x, y); };
  auto add = [&](Value x, Value y) -> Value { return arith::AddIOp::create(builder, x, y); };
  auto sub = [&](Value x, Value y) -> Value { return arith::SubIOp::create(builder, x, y); };
  size_t rows = elements.size(), sumsOfX = rows, sumOfW = sumsOfX + (terms.bZero ? rows : 0);
  SmallVector<Value> zeros(sumOfW + (terms.aZero ? 1 : 0), arith::ConstantIntOp::create(builder, 0, 32));
  auto addTerm = [&](Value k, ValueRange sums) {
    SmallVector<Value> next(sums);
    Value w = emitExtension(builder, writer.load(b, withDepth(elements.front(), k)), bElement);
    for (size_t r = 0; r < rows; ++r) {
      Value x = emitExtension(builder, writer.load(a, withDepth(elements[r], k)), aElement);
      next[r] = add(next[r], mul(x, w));
      if (terms.bZero)
        next[sumsOfX + r] = add(next[sumsOfX + r], x);
    }
    if (terms.aZero)
      next[sumOfW] = add(next[sumOfW], w);
    return next;
  };
  SmallVector<Value> sums = emitRunningSums(writer, writer.constantIndex(0), depth.value, zeros, addTerm);
  SmallVector<Value> dots(ArrayRef(sums).take_front(rows));
  Value ofColumn = terms.aZero ? mul(terms.aZero, sums[sumOfW]) : Value();
  if (terms.aZero && terms.bZero) {
    Value count = arith::IndexCastOp::create(builder, builder.getI32Type(), depth.value);
    ofColumn = sub(ofColumn, mul(count, mul(terms.aZero, terms.bZero)));
  }
  for (size_t r = 0; r < rows; ++r) {
    if (terms.bZero)
      dots[r] = sub(dots[r], mul(terms.bZero, sums[sumsOfX + r]));
    if (ofColumn)
      dots[r] = sub(dots[r], ofColumn);
  }
  return dots;
}

// The sums of a block of elements.
static SmallVector<Value> emitDots(KernelWriter &writer, const Access &left, const Access &right,
                                   const ProductDepth &depth, ArrayRef<SmallVector<Value>> elements,
                                   const ProductTerms &terms, Type aElement, Type bElement) {
  if (aElement.isF32())
    return emitFloatDots(writer, left, right, depth, elements);
  return emitIntegerDots(writer, left, right, depth, elements, terms, aElement, bElement);
}

/// A scalar result (vector times vector) becomes one row of one element.
static void liftScalar(IndexMath &math, View &view) {
  view.shape.insert(view.shape.begin(), math.constant(1));
  view.strides.insert(view.strides.begin(), math.constant(0));
}

static void liftScalars(IndexMath &math, MutableArrayRef<SmallVector<std::optional<View>>> views) {
  for (auto &perStep : views)
    for (std::optional<View> &view : perStep)
      if (view)
        liftScalar(math, *view);
}

// The proof that sums fit their register takes max_depth for K. It follows from ranges of symbols, which may have been
// edited since: where they do not keep K below it, the run looks.
void Former::checkDepth(dyadic::MatMulOp op, OpFoldResult depth) {
  if (!op || !op.getMaxDepth() || op.getKnownDepth())
    return;
  const SizeAnalysis &analysis = sizes->getAnalysis();
  SmallVector<AffineExpr> depths;
  for (unsigned slot : {0, 1})
    depths.push_back(analysis.getShape(op->getOperand(slot))[getCombinedDims(op, slot).front()]);
  demandAtMost(op, depths, depth, *op.getMaxDepth(), "products in a sum");
}

void Former::demandAtMost(Operation *op, ArrayRef<AffineExpr> expressions, OpFoldResult size, int64_t most,
                          StringRef things) {
  const SizeAnalysis &analysis = sizes->getAnalysis();
  if (llvm::any_of(expressions, [&](AffineExpr expr) { return analysis.getRange(expr).high <= most; }))
    return;
  std::string name = getOnnxName(op->getLoc()).str();
  std::string what = ("the number of " + things).str() + (name.empty() ? "" : " of '" + name + "'") + " ('" +
                     analysis.print(expressions.front()) + "')";
  CheckOp::create(sizeBuilder, op->getLoc(), math.value(size), Value(), sizeBuilder.getStringAttr(what),
                  sizeBuilder.getI64IntegerAttr(0), sizeBuilder.getI64IntegerAttr(most));
}

FailureOr<std::optional<View>> Former::getAddend(Operation *root, ArrayRef<OpFoldResult> shape) {
  if (root->getNumOperands() <= 2)
    return std::optional<View>();
  FailureOr<View> view = getOperandView(root, 2, shape);
  if (failed(view))
    return failure();
  View addend = *view;
  return std::optional<View>(addend);
}

LogicalResult Former::formProduct(const Group &group) {
  Operation *root = group.root;
  Value result = group.getLast()->getResult(0);
  SmallVector<OpFoldResult> shape = getShape(result);
  FailureOr<View> a = getView(root->getOperand(0)), b = getView(root->getOperand(1));
  FailureOr<SmallVector<Step>> steps = describeSteps(group, {}, false);
  FailureOr<View> y = allocate(result);
  if (failed(a) || failed(b) || failed(steps) || failed(y))
    return failure();
  FailureOr<NestSteps> prepared = prepareNestSteps(*steps, result, [](const View &view) { return view; });
  if (failed(prepared))
    return failure();
  auto gemm = dyn_cast<GemmOp>(root);
  ProductViews factors = makeViews(math, *a, *b, gemm && gemm.getTransA(), gemm && gemm.getTransB(), shape);
  checkDepth(dyn_cast<dyadic::MatMulOp>(root), factors.depth);
  FailureOr<std::optional<View>> addend = getAddend(root, shape);
  if (failed(addend))
    return failure();
  if (shape.empty()) {
    shape.push_back(math.constant(1));
    for (View *view : {&*y, &factors.a, &factors.b, *addend ? &**addend : nullptr})
      if (view)
        liftScalar(math, *view);
    liftScalars(math, prepared->operandViews);
    liftScalars(math, prepared->paramViews);
  }
  KernelWriter writer(builder, root->getLoc(), "product");
  Access left = writer.access(factors.a, false), right = writer.access(factors.b, false);
  ProductDepth depth{writer.index(factors.depth), getKnown(factors.depth)};
  ProductTerms terms(writer, root, *addend);
  prepared->makeAccesses(writer);
  Access target = writer.access(*y, true);
  RowBlock rows = chooseRowBlock(*a, *b, shape);
  SmallVector<OpFoldResult> nest = shape;
  if (rows.count > 1)
    nest[rows.axis] = math.ceilDiv(shape[rows.axis], math.constant(rows.count));
  Value lastRow = rows.count > 1 ? writer.sub(writer.index(shape[rows.axis]), writer.constantIndex(1)) : Value();
  NestTiling tiling = tileNest(math, nest, 256 / rows.count);
  writeNest(writer, nest, tiling, [&](ValueRange indices) {
    SmallVector<SmallVector<Value>> elements = spreadRows(writer, rows, indices, lastRow);
    SmallVector<Value> dots = emitDots(writer, left, right, depth, elements, terms, a->element, b->element);
    for (auto [dot, element] : llvm::zip_equal(dots, elements)) {
      Value value = terms.apply(writer, dot, element);
      writer.store(emitNestSteps(writer, *prepared, value, element), target, element);
    }
  });
  markCost(writer.finish(tiling.tiles), root);
  return success();
}
