// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Moves: views where nothing has to be done, elements written into their place by what computes them, copies, lookups.
#include "Former.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

// What a description of a move calls `view`.
static MoveView toMoveView(ScheduleShapeMath &math, unsigned tensor, const View &view) {
  return MoveView(math, tensor, math.toDims(view.shape), {math.toDim(view.offset), math.toDims(view.strides)});
}

// `walk` over the buffer of `tensor`.
static View toView(ScheduleShapeMath &math, const View &tensor, ArrayRef<Dim> sizes, const MoveView::Walk &walk) {
  return {tensor.buffer, math.fromDim(walk.offset), math.fromDims(sizes), math.fromDims(walk.strides), tensor.element};
}

// The dimensions of a view of the result in the order of its memory.
static SmallVector<int64_t> getLoopOrder(const MoveView &view, LayoutAttr layout) {
  SmallVector<int64_t> order;
  for (int64_t origin : layout.getOrder())
    for (int64_t d = 0; d < view.getRank(); ++d)
      if (view.origins[d] == origin)
        order.push_back(d);
  return order;
}

static MoveBuilder makeSteps(MoveOpInterface op, ArrayRef<MoveView> operands, const MoveView &result) {
  MoveBuilder move(*result.math, operands, result);
  op.describeMove(move);
  return move;
}

// Whether a step writes all of an operand, as it is, to one part of the result.
static bool isPlace(const MoveBuilder::Step &step, const MoveView &result) {
  return step.from->isWhole && llvm::is_sorted(step.to.origins) && step.to.getRank() == result.getRank();
}

// The one reader of a tensor, but for observers.
static OpOperand *getReader(Value tensor) {
  OpOperand *reader = nullptr;
  for (OpOperand &use : tensor.getUses()) {
    if (isa<qc::ObserveOp>(use.getOwner()))
      continue;
    if (reader)
      return nullptr;
    reader = &use;
  }
  return reader;
}

ScheduleShapeMath Former::makeShapeMath() {
  auto contentsOf = [this](Value value) -> std::optional<SmallVector<OpFoldResult>> {
    if (!sizes->knowsContents(value))
      return std::nullopt;
    FailureOr<SmallVector<OpFoldResult>> contents = sizes->getContents(value);
    return succeeded(contents) ? std::optional(std::move(*contents)) : std::nullopt;
  };
  return ScheduleShapeMath(math, [this](Value value) { return getShape(value); }, contentsOf);
}

// Operands as if they lay row-major from 0 on: what is read, and where it goes, does not depend on it.
static std::vector<MoveView> makeOperands(ScheduleShapeMath &dims, Operation *op,
                                          llvm::function_ref<SmallVector<OpFoldResult>(Value)> shapeOf) {
  std::vector<MoveView> operands;
  for (auto [i, operand] : llvm::enumerate(op->getOperands()))
    operands.emplace_back(dims, i, dims.toDims(shapeOf(operand)));
  return operands;
}

const Former::Places &Former::getPlaces(MoveOpInterface op) {
  std::unique_ptr<Places> &known = places[op];
  if (known && (known->isMade || !views.contains(op->getResult(0))))
    return *known;
  // Without a buffer yet: which places there are. With one: where they are.
  auto made = std::make_unique<Places>();
  Value result = op->getResult(0);
  ScheduleShapeMath dims = makeShapeMath();
  std::vector<MoveView> operands = makeOperands(dims, op, [&](Value value) { return getShape(value); });
  auto found = views.find(result);
  made->isMade = found != views.end();
  MoveView target = made->isMade ? toMoveView(dims, operands.size(), found->second)
                                 : MoveView(dims, operands.size(), dims.toDims(getShape(result)));
  MoveBuilder move = makeSteps(op, operands, target);
  made->exist.assign(operands.size(), false);
  made->views.resize(operands.size());
  SmallVector<unsigned> readers(operands.size(), 0);
  for (const MoveBuilder::Step &step : move.getSteps()) {
    if (!step.from)
      continue;
    unsigned operand = step.from->tensor;
    made->exist[operand] = ++readers[operand] == 1 && isPlace(step, move.getResult());
    if (made->isMade && made->exist[operand])
      made->views[operand] = toView(dims, found->second, step.to.sizes, step.to.walk);
  }
  known = std::move(made);
  return *known;
}

// Where `tensor` is computed in the result of the move that alone reads it, if that moves it as it is: a part of a
// concatenation, the inside of a padded tensor.
FailureOr<View> Former::allocateSlice(Value tensor) {
  OpOperand *reader = getReader(tensor);
  auto op = reader ? dyn_cast<MoveOpInterface>(reader->getOwner()) : MoveOpInterface();
  LayoutAttr layout = getLayout(tensor);
  // A result in another block is made where that is run.
  if (!op || layout.hasHalo() || directOutputs.contains(tensor) || op->getBlock() != tensor.getParentBlock() ||
      layout.getOrder() != getLayout(op->getResult(0)).getOrder() || !getPlaces(op).exist[reader->getOperandNumber()])
    return failure();
  if (failed(getPlace(op->getResult(0))))
    return failure();
  return getPlaces(op).views[reader->getOperandNumber()];
}

std::optional<View> Former::getMovedView(MoveOpInterface op, const MoveBuilder::Step &step) {
  Value result = op->getResult(0);
  LayoutAttr layout = getLayout(result);
  if (directOutputs.contains(result) || views.contains(result) || layout.hasHalo() || !step.from ||
      !step.from->lookups.empty() || !step.to.isWhole || step.from->walksBack)
    return std::nullopt;
  auto found = views.find(op->getOperand(step.from->tensor));
  if (found == views.end()) // a constant
    return std::nullopt;
  ScheduleShapeMath dims = makeShapeMath();
  View view = toView(dims, found->second, step.to.sizes, step.from->walk);
  // Readers load vectors along the dimension that is the last in memory.
  bool isFast = layout.getOrder().empty() || hasUnitStride(view, layout.getOrder().back());
  return isFast ? std::optional<View>(view) : std::nullopt;
}

// Whether `index`, seen in the loops around it, is the number of an iteration of one that has as many as `size` says:
// counted from the begin, or (-1 - number) from the end.
static std::optional<bool> walksBackward(const SizeAnalysis &sizes, AffineExpr index, AffineExpr size) {
  for (auto [position, symbol] : llvm::enumerate(sizes.getSymbols())) {
    AffineExpr number = getAffineSymbolExpr(unsigned(position), index.getContext());
    if (symbol.kind != SizeSymbol::Kind::Iteration || !sizes.dependsOn(index, cast<AffineSymbolExpr>(number)))
      continue;
    auto loop = cast<LoopOp>(Value(symbol.value).getParentBlock()->getParentOp());
    std::optional<ArrayRef<AffineExpr>> trips = loop.getTrips() ? sizes.getContents(loop.getTrips()) : std::nullopt;
    if (!trips || !sizes.areEqual(trips->front(), size))
      return std::nullopt;
    const ExprMath &math = sizes.getMath();
    if (sizes.areEqual(index, number))
      return false;
    return sizes.areEqual(index, math.sub(math.constant(-1), number)) ? std::optional(true) : std::nullopt;
  }
  return std::nullopt;
}

FailureOr<bool> Former::takeStep(GatherOp op) {
  Value result = op.getResult(), indices = op.getIndices();
  LayoutAttr layout = getLayout(result);
  if (cast<RankedTensorType>(indices.getType()).getRank() != 0 || !sizes->knowsContents(indices) ||
      directOutputs.contains(result) || views.contains(result) || layout.hasHalo())
    return false;
  const SizeAnalysis &analysis = sizes->getAnalysis();
  size_t axis = op.getAxis();
  std::optional<bool> isBackward =
      walksBackward(analysis, analysis.getContents(indices)->front(), analysis.getShape(op.getX())[axis]);
  if (!isBackward)
    return false;
  FailureOr<View> x = getView(op.getX());
  FailureOr<SmallVector<OpFoldResult>> place = sizes->getContents(indices);
  if (failed(x) || failed(place))
    return failure();
  View view = *x;
  OpFoldResult position = *isBackward ? math.add(place->front(), view.shape[axis]) : place->front();
  view.offset = math.add(view.offset, math.mul(position, view.strides[axis]));
  view.shape.erase(view.shape.begin() + ptrdiff_t(axis));
  view.strides.erase(view.strides.begin() + ptrdiff_t(axis));
  bool isFast = layout.getOrder().empty() || hasUnitStride(view, layout.getOrder().back());
  if (isFast)
    views[result] = view;
  return isFast;
}

// The operands that `steps` read.
static SmallVector<bool> findRead(const MoveBuilder &move, unsigned numOperands) {
  SmallVector<bool> isRead(numOperands, false);
  for (const MoveBuilder::Step &step : move.getSteps()) {
    if (!step.from)
      continue;
    isRead[step.from->tensor] = true;
    for (const MoveView::Lookup &lookup : step.from->lookups)
      if (lookup.operand)
        isRead[*lookup.operand] = true;
  }
  return isRead;
}

LogicalResult Former::formMove(const Group &group) {
  if (isa<ReshapeOp, DynamicReshapeOp>(group.root))
    return formReshape(group.root);
  if (auto gather = dyn_cast<GatherOp>(group.root))
    if (FailureOr<bool> isTaken = takeStep(gather); failed(isTaken) || *isTaken)
      return isTaken;
  auto op = cast<MoveOpInterface>(group.root);
  Value result = op->getResult(0);
  ScheduleShapeMath dims = makeShapeMath();
  (void)cast<ShapeFunctionOpInterface>(*op).inferShapes(dims);
  std::vector<MoveView> operands = makeOperands(dims, op, [&](Value value) { return getShape(value); });
  MoveView anywhere(dims, operands.size(), dims.toDims(getShape(result)));
  SmallVector<bool> isRead = findRead(makeSteps(op, operands, anywhere), operands.size());
  if (dims.hasFailed())
    return op->emitOpError(dims.getMessage());
  std::vector<View> tensors(operands.size());
  for (auto [i, operand] : llvm::enumerate(op->getOperands())) {
    FailureOr<View> view = isRead[i] ? getView(operand) : FailureOr<View>(View());
    if (failed(view))
      return failure();
    tensors[i] = *view;
    if (isRead[i])
      operands[i] = toMoveView(dims, i, *view);
  }
  MoveBuilder first = makeSteps(op, operands, anywhere);
  std::optional<View> view = first.getSteps().size() == 1 ? getMovedView(op, first.getSteps()[0]) : std::nullopt;
  if (view) {
    views[result] = *view;
    return success();
  }
  FailureOr<View> target = getPlace(result);
  if (failed(target))
    return failure();
  tensors.push_back(*target);
  MoveBuilder move = makeSteps(op, operands, toMoveView(dims, operands.size(), *target));
  for (const MoveBuilder::Step &step : move.getSteps())
    if (failed(formStep(op, step, tensors)))
      return failure();
  return success();
}

LogicalResult Former::formStep(MoveOpInterface op, const MoveBuilder::Step &step, ArrayRef<View> tensors) {
  ScheduleShapeMath dims = makeShapeMath();
  const View &target = tensors.back();
  View to = toView(dims, target, step.to.sizes, step.to.walk);
  SmallVector<int64_t> order = getLoopOrder(step.to, getLayout(op->getResult(0)));
  if (!step.from) {
    LaunchOp launch = fill(to, step.fill, order, op->getLoc());
    if (isa<FloatType>(to.element)) // as in `copy`
      launch->setAttr("kernel.border", builder.getUnitAttr());
    return success();
  }
  const View &source = tensors[step.from->tensor];
  if (!step.from->lookups.empty())
    return formLookup(op, step, tensors, order);
  if (source.buffer != target.buffer) // else it was computed in its place
    copy(toView(dims, source, step.to.sizes, step.from->walk), to, order, op->getLoc());
  return success();
}

// Whether all indices are known to point into their dimension; else the kernel looks. Fails where one is known not to.
FailureOr<bool> Former::checkIndices(MoveOpInterface op, const MoveView::Lookup &lookup) {
  if (!lookup.operand)
    return true; // a table, known or written here
  ElementsAttr elements = getConstantValue(op->getOperand(*lookup.operand));
  std::optional<TensorValue> indices = elements ? getTensorValue(elements) : std::nullopt;
  std::optional<int64_t> size = lookup.size.getKnown();
  if (!indices || !size)
    return false;
  for (int64_t i = 0, count = indices->getNumElements(); i < count; ++i)
    if (int64_t index = indices->getInteger(i); index < -*size || index >= *size)
      return LogicalResult(op->emitOpError("expects indices from ")
                           << -*size << " to " << *size - 1 << ", got " << index);
  return true;
}

namespace {
/// One index of a lookup, in a kernel.
struct IndexAccess {
  Access access;
  Value size; ///< null for a table, which holds positions
  Value stride;
  bool isInside; ///< all indices are known to be
};
} // namespace

// The position that an index means: negative ones count from the end.
static Value emitPosition(KernelWriter &writer, const IndexAccess &index, ValueRange indices) {
  ImplicitLocOpBuilder &b = writer.body();
  Value loaded = writer.load(index.access, indices);
  Value position = arith::IndexCastOp::create(b, b.getIndexType(), loaded);
  if (!index.size)
    return position;
  Value isNegative = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, position, writer.constantIndex(0));
  return arith::SelectOp::create(b, isNegative, writer.add(position, index.size), position);
}

// The element of `source` that `lookups` decide. Where an index is outside of its dimension nothing is read and nothing
// written: the run says so in `faults`.
static void emitLookup(KernelWriter &writer, const Access &source, ArrayRef<IndexAccess> lookups, const Access &target,
                       Value faults, ValueRange indices) {
  ImplicitLocOpBuilder &b = writer.body();
  Value element = writer.linear(source, indices), isInside;
  for (const IndexAccess &lookup : lookups) {
    Value position = emitPosition(writer, lookup, indices);
    element = writer.add(element, writer.mul(position, lookup.stride));
    if (lookup.isInside)
      continue;
    // Unsigned: what is still negative is beyond every size.
    Value isBelow = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, position, lookup.size);
    isInside = isInside ? arith::AndIOp::create(b, isInside, isBelow).getResult() : isBelow;
  }
  auto move = [&] { writer.store(memref::LoadOp::create(b, source.buffer, element), target, indices); };
  isInside ? writer.checkData(isInside, faults, move) : move();
}

FailureOr<View> Former::getIndices(const MoveView::Lookup &lookup, ArrayRef<View> tensors, Location loc) {
  if (lookup.operand)
    return tensors[*lookup.operand];
  if (lookup.resized)
    return makePositions(*lookup.resized, loc);
  auto type = RankedTensorType::get({int64_t(lookup.table.size())}, builder.getI64Type());
  auto table = DenseElementsAttr::get(type, ArrayRef<int64_t>(lookup.table));
  View indices;
  indices.buffer = kernel::ConstantOp::create(builder, loc, MemRefType::get(type.getShape(), type.getElementType()),
                                              table, IntegerAttr());
  indices.element = type.getElementType();
  return indices;
}

LogicalResult Former::formLookup(MoveOpInterface op, const MoveBuilder::Step &step, ArrayRef<View> tensors,
                                 ArrayRef<int64_t> order) {
  ScheduleShapeMath dims = makeShapeMath();
  SmallVector<View> stepViews{toView(dims, tensors.back(), step.to.sizes, step.to.walk),
                              toView(dims, tensors[step.from->tensor], step.to.sizes, step.from->walk)};
  SmallVector<bool> areInside;
  for (const MoveView::Lookup &lookup : step.from->lookups) {
    FailureOr<bool> isInside = checkIndices(op, lookup);
    if (failed(isInside))
      return failure();
    areInside.push_back(*isInside);
    FailureOr<View> indices = getIndices(lookup, tensors, op->getLoc());
    if (failed(indices))
      return failure();
    stepViews.push_back(toView(dims, *indices, step.to.sizes, lookup.walk));
  }
  IterationSpace space = orderByResult(stepViews, order);
  collapse(math, space);
  NestTiling tiling = tileNest(math, space.shape, 4096);
  KernelWriter writer(builder, op->getLoc(), "gather");
  Access source = writer.access(space.views[1], false);
  SmallVector<IndexAccess> lookups;
  for (auto [i, lookup] : llvm::enumerate(step.from->lookups))
    lookups.push_back({writer.access(space.views[2 + i], false),
                       lookup.operand ? writer.index(dims.fromDim(lookup.size)) : Value(),
                       writer.index(dims.fromDim(lookup.stride)), areInside[i]});
  Access target = writer.access(space.views[0], true);
  Value faults = llvm::is_contained(areInside, false) ? writer.faults() : Value();
  writeNest(writer, space.shape, tiling,
            [&](ValueRange indices) { emitLookup(writer, source, lookups, target, faults, indices); });
  LaunchOp launch = writer.finish(tiling.tiles);
  if (isa<FloatType>(stepViews[0].element)) // as in `copy`
    launch->setAttr("kernel.border", builder.getUnitAttr());
  return success();
}

// Row-major elements of `view` under `shape`, where its memory is in that order.
static View reshapeView(IndexMath &math, const View &view, ArrayRef<OpFoldResult> shape) {
  View result = view;
  result.shape.assign(shape.begin(), shape.end());
  result.strides.assign(shape.size(), math.constant(1));
  OpFoldResult stride = math.constant(1);
  for (size_t d = shape.size(); d-- > 0;) {
    result.strides[d] = stride;
    stride = math.mul(stride, shape[d]);
  }
  return result;
}

LogicalResult Former::formReshape(Operation *op) {
  Value result = op->getResult(0);
  FailureOr<View> source = getView(op->getOperand(0));
  if (failed(source))
    return failure();
  bool ownsBuffer = source->buffer.getDefiningOp<memref::AllocOp>() && !directOutputs.contains(result);
  if (isContiguousRowMajor(math, *source) && ownsBuffer && getLayout(result).isRowMajor()) {
    views[result] = reshapeView(math, *source, getShape(result));
    return success();
  }
  FailureOr<View> target = allocate(result);
  if (failed(target))
    return failure();
  // The result is row-major: written under the source's shape, in the source's logical order.
  View rows = *target;
  if (!isContiguousRowMajor(math, rows) || !isKnown(rows.offset, 0)) {
    FailureOr<View> made = makeBuffer(op->getLoc(), LayoutAttr::getRowMajor(op->getContext(), rows.getRank()),
                                      rows.shape, rows.element, 0);
    if (failed(made))
      return failure();
    rows = *made;
  }
  View renamed = reshapeView(math, rows, source->shape);
  SmallVector<int64_t> logical = llvm::to_vector(llvm::seq<int64_t>(0, source->getRank()));
  copy(*source, renamed, logical, op->getLoc());
  if (rows.buffer != target->buffer)
    copy(rows, *target, getLayout(result).getOrder(), op->getLoc());
  return success();
}
