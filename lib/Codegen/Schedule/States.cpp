// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// State between runs: where it lies, and what is written in place.
#include "Former.h"
#include "qc/Analysis/Names.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

// Whether everything that reads `tensor` reads it with dimension `axis` last.
static bool isReadTransposed(Value tensor, int64_t axis) {
  bool isRead = false;
  for (Operation *user : tensor.getUsers()) {
    if (isa<qc::ObserveOp, ShapeOp, func::ReturnOp>(user))
      continue;
    auto transpose = dyn_cast<TransposeOp>(user);
    if (!transpose || transpose.getPerm().back() != axis)
      return false;
    isRead = true;
  }
  return isRead;
}

// The order of dimensions in a state's memory: readers load vectors along the one that is the last of what they read.
static SmallVector<int64_t> chooseOrder(Value tensor, int64_t axis) {
  int64_t rank = cast<RankedTensorType>(tensor.getType()).getRank();
  SmallVector<int64_t> order = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  if (isReadTransposed(tensor, axis)) {
    order.erase(order.begin() + axis);
    order.push_back(axis);
  }
  return order;
}

// Room along the dimension that grows, `most` or more. Rows of a power of two of bytes meet in few sets of a cache: an
// odd number of lines keeps them apart.
static int64_t padCapacity(int64_t most, int64_t inner, Type element, int64_t outer) {
  constexpr int64_t kLine = 64;
  int64_t step = inner * ((element.getIntOrFloatBitWidth() + 7) / 8);
  if (outer == 1 || most == 0 || step >= kLine || kLine % step != 0)
    return most;
  int64_t perLine = kLine / step;
  return (((most + perLine - 1) / perLine) | 1) * perLine;
}

static int64_t countElements(ArrayRef<int64_t> sizes, ArrayRef<int64_t> dims) {
  int64_t all = 1;
  for (int64_t d : dims)
    all *= sizes[d];
  return all;
}

// The sizes behind a run must be those that the state may have; text and status say so where they are not.
LogicalResult Former::checkCapacity(StatePair state, const StateExtents &extents) {
  Value result = function.front().getTerminator()->getOperand(state.result);
  std::string name = getOnnxName(function.getArgument(state.argument).getLoc()).str();
  for (auto [d, dim] : llvm::enumerate(getShape(result))) {
    std::optional<int64_t> known = getKnown(dim);
    if (known && *known <= extents.most[d])
      continue;
    // States of one length have one check: that of the first.
    if (!checkedCapacities.insert({sizes->getAnalysis().getShape(result)[d], extents.most[d]}).second)
      continue;
    std::string what = "dimension " + std::to_string(d) + " of state '" + name + "' behind the run";
    CheckOp::create(sizeBuilder, result.getLoc(), math.value(dim), Value(), sizeBuilder.getStringAttr(what),
                    sizeBuilder.getI64IntegerAttr(0), sizeBuilder.getI64IntegerAttr(extents.most[d]), true);
  }
  return success();
}

// What grows lies in memory of its capacity: the argument is its first part, and what is put behind it is computed
// there.
void Former::placeGrowing(StatePair state, const StateExtents &extents, ConcatOp growth, Value buffer) {
  int64_t axis = *extents.growing;
  Value argument = function.getArgument(state.argument), result = growth.getY();
  SmallVector<int64_t> order = chooseOrder(result, axis), none(order.size(), 0);
  auto layout = LayoutAttr::get(builder.getContext(), order, none, none);
  growth->setAttr("kernel.layout", layout);
  Type element = cast<RankedTensorType>(argument.getType()).getElementType();
  ArrayRef<int64_t> dims = order;
  auto at = size_t(llvm::find(order, axis) - order.begin());
  int64_t outer = countElements(extents.most, dims.take_front(at)),
          inner = countElements(extents.most, dims.drop_front(at + 1));
  int64_t room = padCapacity(extents.most[axis], inner, element, outer);
  SmallVector<OpFoldResult> capacity;
  for (auto [d, size] : llvm::enumerate(extents.most))
    capacity.push_back(math.constant(int64_t(d) == axis ? room : size));
  for (Value tensor : {argument, result}) {
    View view = makeView(math, buffer, element, layout, capacity);
    view.shape = getShape(tensor);
    views[tensor] = view;
  }
  directOutputs.erase(result);
  grownResults.insert(state.result);
  describeState(state, extents, {axis, outer, room, inner});
}

// For the tables: axis, outer, capacity, inner of qcp_state (lib/Runtime/Program.h), and the extents.
void Former::describeState(StatePair state, const StateExtents &extents, std::array<int64_t, 4> memory) {
  function.setArgAttr(state.argument, "kernel.state", builder.getDenseI64ArrayAttr(memory));
  function.setArgAttr(state.argument, "kernel.begin", builder.getDenseI64ArrayAttr(extents.begin));
  function.setArgAttr(state.argument, "kernel.most", builder.getDenseI64ArrayAttr(extents.most));
}

LogicalResult Former::placeStates(llvm::function_ref<Value(Value)> bufferOf) {
  for (StatePair state : getStatePairs(function)) {
    FailureOr<StateExtents> extents = getStateExtents(function, state, sizes->getAnalysis());
    if (failed(extents) || failed(checkCapacity(state, *extents)))
      return failure();
    Value argument = function.getArgument(state.argument);
    Value result = function.front().getTerminator()->getOperand(state.result);
    int64_t elements = 1;
    for (int64_t most : extents->most)
      if (llvm::MulOverflow(elements, most, elements) || elements > (int64_t(1) << 40))
        return emitError(argument.getLoc()) << "state '" << getOnnxName(argument.getLoc())
                                            << "' may have more than 2^40 elements; accepted is a smaller --range";
    ConcatOp growth = extents->growing ? getGrowth(function, state) : ConcatOp();
    if (growth && int64_t(growth.getAxis()) == *extents->growing && !views.contains(result))
      placeGrowing(state, *extents, growth, bufferOf(argument));
    else
      describeState(state, *extents, {-1, 1, elements, 1});
  }
  return success();
}
