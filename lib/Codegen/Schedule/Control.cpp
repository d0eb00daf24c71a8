// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Branches and loops: regions of the schedule, in which launches stand.
#include "Former.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

LogicalResult Former::formBlock(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(block)) {
    LogicalResult formed = success();
    if (auto observed = dyn_cast<qc::ObserveOp>(op))
      formed = observe(observed);
    else if (auto choice = dyn_cast<IfOp>(op))
      formed = formIf(choice);
    else if (auto loop = dyn_cast<LoopOp>(op))
      formed = formLoop(loop);
    else if (const Group *group = groupsByLast.lookup(&op))
      formed = formGroup(*group);
    if (failed(formed))
      return failure();
  }
  return success();
}

// The tensors of a region stand where their launches will: numbers, launches and what they are made of in one block.
// The region keeps its arguments. Returns its terminator, now in front of that of `to`, which may not have one yet.
static qc::YieldOp moveInto(Block &from, Block &to) {
  auto yield = cast<qc::YieldOp>(from.getTerminator());
  auto end = to.empty() ? to.end() : std::prev(to.end());
  to.getOperations().splice(end, from.getOperations());
  return yield;
}

FailureOr<OpFoldResult> Former::getNumber(Value tensor) {
  if (sizes->knowsContents(tensor)) {
    FailureOr<SmallVector<OpFoldResult>> contents = sizes->getContents(tensor);
    return failed(contents) ? FailureOr<OpFoldResult>() : contents->front();
  }
  if (std::optional<TensorValue> value = getTensorValue(getConstantValue(tensor)))
    return math.constant(value->getInteger(0));
  FailureOr<View> view = getView(tensor);
  if (failed(view))
    return failure();
  Value number = kernel::ReadOp::create(builder, tensor.getLoc(), view->buffer, math.value(view->offset));
  return OpFoldResult(number);
}

FailureOr<Value> Former::getTruth(Value tensor) {
  FailureOr<OpFoldResult> number = getNumber(tensor);
  if (failed(number))
    return failure();
  Value left = math.value(*number), zero = math.value(math.constant(0));
  return arith::CmpIOp::create(builder, tensor.getLoc(), arith::CmpIPredicate::ne, left, zero).getResult();
}

namespace {
/// What is known in a region only, from its begin to its end: buffers that only its launches fill.
template <typename... Maps> class RegionScope {
public:
  RegionScope(unsigned &depth, Maps &...maps) : depth(depth), maps(maps...), saved(maps...) { ++depth; }
  ~RegionScope() {
    --depth;
    std::apply([&](Maps &...now) { std::apply([&](Maps &...before) { ((now = std::move(before)), ...); }, saved); },
               maps);
  }

private:
  unsigned &depth;
  std::tuple<Maps &...> maps;
  std::tuple<Maps...> saved;
};
} // namespace

LogicalResult Former::formBranch(Block &from, Block &to, ArrayRef<View> results) {
  RegionScope scope(depth, views, computedTaps);
  qc::YieldOp yield = moveInto(from, to);
  builder.setInsertionPointToStart(&to);
  if (failed(sizes->writeChecks(builder, &from)) || failed(formBlock(to)))
    return failure();
  builder.setInsertionPoint(yield);
  for (auto [value, target] : llvm::zip_equal(yield.getOperands(), results)) {
    FailureOr<View> view = target.buffer ? getView(value) : FailureOr<View>(View());
    if (failed(view))
      return failure();
    view->shape = target.shape; // of this branch
    if (target.buffer && view->buffer != target.buffer)
      copy(*view, target, llvm::to_vector(llvm::seq<int64_t>(0, target.getRank())), value.getLoc());
  }
  return success();
}

LogicalResult Former::formIf(IfOp op) {
  builder.setInsertionPoint(op);
  FailureOr<Value> condition = getTruth(op.getCondition());
  if (failed(condition))
    return failure();
  std::vector<View> results;
  for (Value result : op.getResults()) {
    FailureOr<View> view = result.use_empty() ? FailureOr<View>(View()) : getPlace(result);
    if (failed(view))
      return failure();
    results.push_back(*view);
  }
  auto branch = scf::IfOp::create(builder, op.getLoc(), *condition, /*withElseRegion=*/true);
  return success(succeeded(formBranch(op.getThenBody().front(), *branch.thenBlock(), results)) &&
                 succeeded(formBranch(op.getElseBody().front(), *branch.elseBlock(), results)));
}

FailureOr<std::vector<View>> Former::beginCarried(LoopOp op) {
  std::vector<View> carried;
  for (auto [i, init] : llvm::enumerate(op.getInits())) {
    int64_t rank = cast<RankedTensorType>(init.getType()).getRank();
    LayoutAttr layout = LayoutAttr::getRowMajor(builder.getContext(), rank);
    FailureOr<View> from = getView(init);
    if (failed(from))
      return failure();
    FailureOr<View> view = makeBuffer(op.getCarried(i).getLoc(), layout, getShape(op.getCarried(i)), from->element, 0);
    if (failed(view))
      return failure();
    from->shape = view->shape; // demanded to be equal
    copy(*from, *view, layout.getOrder(), init.getLoc());
    carried.push_back(*view);
  }
  return carried;
}

// What the carried values become. All are read before one is written: a value may be what another one was.
LogicalResult Former::carry(LoopOp op, ValueRange yielded, ArrayRef<View> carried) {
  std::vector<View> next;
  auto isCarried = [&](const View &view) {
    return llvm::any_of(carried, [&](const View &other) { return other.buffer == view.buffer; });
  };
  for (auto [i, value] : llvm::enumerate(yielded)) {
    FailureOr<View> view = getView(value);
    if (failed(view))
      return failure();
    if (value != op.getCarried(i) && isCarried(*view)) {
      view = copyTo(LayoutAttr::getRowMajor(builder.getContext(), view->getRank()), *view, value.getLoc(), 0);
      if (failed(view))
        return failure();
    }
    next.push_back(*view);
  }
  for (auto [i, target] : llvm::enumerate(carried)) {
    next[i].shape = target.shape;
    if (next[i].buffer != target.buffer)
      copy(next[i], target, llvm::to_vector(llvm::seq<int64_t>(0, target.getRank())), op.getCarried(i).getLoc());
  }
  return success();
}

// The elements of scan outputs, each in its place.
LogicalResult Former::storeElements(LoopOp op, ValueRange elements, Value iteration) {
  for (auto [k, isBackward] : llvm::enumerate(op.getBackward())) {
    Value result = op.getResult(unsigned(op.getNumCarried() + k));
    if (result.use_empty())
      continue;
    FailureOr<View> from = getView(elements[k]), all = getView(result);
    if (failed(from) || failed(all))
      return failure();
    View to = *all;
    OpFoldResult place = iteration;
    if (isBackward)
      place = math.sub(math.sub(to.shape[0], math.constant(1)), place);
    to.offset = math.add(to.offset, math.mul(place, to.strides[0]));
    to.shape.erase(to.shape.begin());
    to.strides.erase(to.strides.begin());
    from->shape = to.shape;
    copy(*from, to, llvm::to_vector(llvm::seq<int64_t>(0, to.getRank())), result.getLoc());
  }
  return success();
}

LogicalResult Former::formBody(LoopOp op, Block &to, Value iteration, ArrayRef<View> carried, Value *again) {
  RegionScope scope(depth, views, computedTaps);
  Block &from = op.getBody().front();
  sizes->bindIteration(op.getIteration(), iteration);
  for (auto [i, view] : llvm::enumerate(carried))
    views[op.getCarried(i)] = view;
  qc::YieldOp yield = moveInto(from, to);
  builder.setInsertionPointToStart(&to);
  if (failed(sizes->writeChecks(builder, &from)) || failed(formBlock(to)))
    return failure();
  builder.setInsertionPoint(yield);
  ValueRange values = yield.getOperands().drop_front();
  if (failed(storeElements(op, values.drop_front(carried.size()), iteration)))
    return failure();
  if (again) {
    FailureOr<Value> truth = getTruth(yield.getOperand(0));
    if (failed(truth))
      return failure();
    *again = *truth;
  }
  return carry(op, values.take_front(carried.size()), carried);
}

LogicalResult Former::formCounted(LoopOp op, Value trips, Value condition, ArrayRef<View> carried) {
  Location loc = op.getLoc();
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0), one = arith::ConstantIndexOp::create(builder, loc, 1);
  if (condition)
    trips = arith::SelectOp::create(builder, loc, condition, trips, zero);
  auto loop = scf::ForOp::create(builder, loc, zero, trips, one);
  return formBody(op, *loop.getBody(), loop.getInductionVar(), carried, nullptr);
}

// While the condition holds, and as often as the trips say where there are some.
LogicalResult Former::formWhile(LoopOp op, Value trips, Value condition, ArrayRef<View> carried) {
  Location loc = op.getLoc();
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0), one = arith::ConstantIndexOp::create(builder, loc, 1);
  if (!condition)
    condition = arith::ConstantIntOp::create(builder, loc, 1, 1);
  SmallVector<Type> types{zero.getType(), condition.getType()};
  auto loop = scf::WhileOp::create(builder, loc, types, ValueRange{zero, condition});
  SmallVector<Location> locs(2, loc);
  OpBuilder ends(builder.getContext());
  Block *head = ends.createBlock(&loop.getBefore(), {}, types, locs);
  Value isWanted = head->getArgument(1);
  if (trips) {
    Value isLess = arith::CmpIOp::create(ends, loc, arith::CmpIPredicate::slt, head->getArgument(0), trips);
    isWanted = arith::AndIOp::create(ends, loc, isLess, isWanted);
  }
  scf::ConditionOp::create(ends, loc, isWanted, head->getArguments());
  Block *body = ends.createBlock(&loop.getAfter(), {}, types, locs);
  Value again;
  if (failed(formBody(op, *body, body->getArgument(0), carried, &again)))
    return failure();
  ends.setInsertionPointToEnd(body);
  Value next = arith::AddIOp::create(ends, loc, body->getArgument(0), one);
  scf::YieldOp::create(ends, loc, ValueRange{next, again});
  return success();
}

LogicalResult Former::formLoop(LoopOp op) {
  builder.setInsertionPoint(op);
  bool isCounted = op.isCounted();
  if (!op.getBackward().empty() && !isCounted)
    return op.emitOpError("has scan outputs and a condition that is computed, so that their length is not known before "
                          "it ends; accepted are scan outputs of loops whose trips follow from sizes");
  FailureOr<OpFoldResult> trips = op.getTrips() ? getNumber(op.getTrips()) : FailureOr<OpFoldResult>(OpFoldResult());
  FailureOr<Value> condition = op.getCondition() ? getTruth(op.getCondition()) : FailureOr<Value>(Value());
  FailureOr<std::vector<View>> carried = beginCarried(op);
  if (failed(trips) || failed(condition) || failed(carried))
    return failure();
  for (auto [i, result] : llvm::enumerate(op.getResults()))
    if (i < carried->size())
      views[result] = (*carried)[i];
    else if (!result.use_empty() && failed(getPlace(result)))
      return failure();
  Value count = *trips ? math.value(*trips) : Value();
  return isCounted ? formCounted(op, count, *condition, *carried) : formWhile(op, count, *condition, *carried);
}
