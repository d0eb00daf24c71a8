// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arguments, buffers and results; the kinds of kernels have a file each.
#include "Former.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Analysis/Samples.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

Former::Former(func::FuncOp function)
    : function(function), builder(function.getContext()), sizeBuilder(function.getContext()),
      math(sizeBuilder, function.getLoc()) {}

Former::~Former() = default;

const KernelBuilder Former::contract{&Former::formContract, true, true};
const KernelBuilder Former::depthwise{&Former::formDepthwise, true, false};
const KernelBuilder Former::direct{&Former::formDirect, true, false};
const KernelBuilder Former::product{&Former::formProduct, true, false};
const KernelBuilder Former::pool{&Former::formPool, true, false};
const KernelBuilder Former::rows{&Former::formRows, false, false};
const KernelBuilder Former::pointwise{&Former::formPointwise, true, false};
const KernelBuilder Former::move{&Former::formMove, false, false};
const KernelBuilder Former::range{&Former::formRange, false, false};
const KernelBuilder Former::constantOfShape{&Former::formConstantOfShape, false, false};
const KernelBuilder Former::cell{&Former::formCell, false, false};

static Type getElement(Value tensor) { return cast<RankedTensorType>(tensor.getType()).getElementType(); }

LayoutAttr Former::getLayout(Value tensor) {
  int64_t rank = cast<RankedTensorType>(tensor.getType()).getRank();
  if (Operation *op = tensor.getDefiningOp())
    if (auto layout = op->getAttrOfType<LayoutAttr>("kernel.layout"))
      if (int64_t(layout.getOrder().size()) == rank)
        return layout;
  return LayoutAttr::getRowMajor(builder.getContext(), rank);
}

SmallVector<OpFoldResult> Former::getShape(Value tensor) {
  auto found = shapes.find(tensor);
  if (found != shapes.end())
    return found->second;
  FailureOr<SmallVector<OpFoldResult>> shape = sizes->getShape(tensor);
  hasUnknownShape |= failed(shape);
  int64_t rank = cast<RankedTensorType>(tensor.getType()).getRank();
  return shapes[tensor] = succeeded(shape) ? *shape : SmallVector<OpFoldResult>(rank, math.constant(0));
}

// The caller's buffers: one more argument for every tensor argument, then one for every result.
LogicalResult Former::addArguments() {
  Block &entry = function.front();
  numTensorArguments = entry.getNumArguments();
  builder.setInsertionPointToStart(&entry);
  endOfNumbers =
      PlanOp::create(builder, function.getLoc(), TypeRange(), ValueRange(), ArrayRef<int64_t>(), ArrayRef<int64_t>());
  sizeBuilder.setInsertionPoint(endOfNumbers);
  llvm::DenseMap<Value, Value> buffers;
  auto addBuffer = [&](Value tensor) {
    auto type = cast<RankedTensorType>(tensor.getType());
    return entry.addArgument(MemRefType::get(type.getShape(), getSignless(type.getElementType())), tensor.getLoc());
  };
  for (BlockArgument tensor : llvm::to_vector(entry.getArguments()))
    buffers[tensor] = addBuffer(tensor);
  auto bufferOf = [&](Value tensor) { return buffers.lookup(tensor); };
  sizes->bindSymbols(bufferOf);
  if (failed(sizes->writeChecks(function, bufferOf)))
    return failure();
  for (BlockArgument tensor : entry.getArguments().take_front(numTensorArguments))
    views[tensor] = makeView(math, buffers[tensor], getElement(tensor), getLayout(tensor), getShape(tensor));
  for (Value result : entry.getTerminator()->getOperands()) {
    Value buffer = addBuffer(result);
    if (result.getDefiningOp() && !getConstantValue(result) && getLayout(result).isRowMajor())
      directOutputs.try_emplace(result, buffer);
  }
  return placeStates(bufferOf);
}

// The code that a halo of `tensor` holds: the zero point of the first reader that pads (a reader with another one gets
// a copy of its own); +0 for floats.
static int64_t getHaloZero(Value tensor) {
  auto isPadded = [](dyadic::ConvOp conv) { return llvm::any_of(conv.getPads(), [](int64_t pad) { return pad > 0; }); };
  for (Operation *user : tensor.getUsers()) {
    if (auto conv = dyn_cast<dyadic::ConvOp>(user))
      if (conv.getX() == tensor && isPadded(conv))
        return conv.getXZeroPoint();
    if (isa<dyadic::PlaneOp>(user))
      for (Operation *reader : user->getUsers())
        if (auto conv = dyn_cast<dyadic::ConvOp>(reader); conv && isPadded(conv))
          if (std::optional<PlanePair> pair = findPlanePair(conv))
            return pair->zero;
  }
  return 0;
}

FailureOr<View> Former::makeBuffer(Location loc, LayoutAttr layout, ArrayRef<OpFoldResult> shape, Type element,
                                   int64_t zero) {
  constexpr int64_t kMostElements = int64_t(1) << 44;
  // Memory is made for both branches before it is known which one is taken: what does not fit in one that is not taken
  // may be below 0.
  SmallVector<OpFoldResult> room(shape);
  for (OpFoldResult &dim : room)
    if (depth > 0 && !getKnown(dim))
      dim = math.max(dim, math.constant(0));
  OpFoldResult size = getBufferSize(math, layout, room);
  std::optional<int64_t> known = getKnown(size);
  if (known && *known > kMostElements)
    return emitError(loc, "value is too large for memory: it has more than ") << kMostElements << " elements";
  auto type = MemRefType::get({known.value_or(ShapedType::kDynamic)}, getSignless(element));
  SmallVector<Value> sizes;
  if (!known)
    sizes.push_back(math.value(size));
  Value buffer = memref::AllocOp::create(builder, loc, type, sizes);
  if (layout.hasHalo()) {
    TypedAttr value = isa<FloatType>(element) ? TypedAttr(builder.getFloatAttr(element, double(zero)))
                                              : TypedAttr(builder.getI32IntegerAttr(int32_t(zero)));
    fill(View{buffer, math.constant(0), {size}, {math.constant(1)}, element}, value, {0}, loc);
    haloZeros[buffer] = zero;
  }
  return makeView(math, buffer, element, layout, shape);
}

FailureOr<View> Former::allocate(Value tensor) {
  if (FailureOr<View> slice = allocateSlice(tensor); succeeded(slice))
    return views[tensor] = *slice;
  LayoutAttr layout = getLayout(tensor);
  SmallVector<OpFoldResult> shape = getShape(tensor);
  if (Value direct = directOutputs.lookup(tensor))
    return views[tensor] = makeView(math, direct, getElement(tensor), layout, shape);
  FailureOr<View> view = makeBuffer(tensor.getLoc(), layout, shape, getElement(tensor), getHaloZero(tensor));
  if (succeeded(view))
    views[tensor] = *view;
  return view;
}

FailureOr<View> Former::getView(Value tensor) {
  auto found = views.find(tensor);
  if (found != views.end())
    return found->second;
  ElementsAttr elements = getConstantValue(tensor);
  if (!elements && sizes->knowsContents(tensor)) {
    FailureOr<View> made = materialize(tensor);
    if (succeeded(made))
      views[tensor] = *made;
    return made;
  }
  if (!elements)
    return emitError(tensor.getLoc(), "value has no buffer");
  auto type = MemRefType::get({elements.getShapedType().getNumElements()}, getSignless(getElement(tensor)));
  Value buffer = kernel::ConstantOp::create(builder, tensor.getLoc(), type, elements, IntegerAttr());
  LayoutAttr layout = LayoutAttr::getRowMajor(builder.getContext(), cast<RankedTensorType>(tensor.getType()).getRank());
  // Not remembered: the constant is made where it is used, and shared by CSE.
  return makeView(math, buffer, getElement(tensor), layout, getShape(tensor));
}

FailureOr<View> Former::copyTo(LayoutAttr layout, const View &view, Location loc, int64_t zero) {
  FailureOr<View> copied = makeBuffer(loc, layout, view.shape, view.element, zero);
  if (succeeded(copied))
    copy(view, *copied, layout.getOrder(), loc);
  return copied;
}

// Only the arena ends with bytes that may be read; the caller's buffers do not, nor does the end of the weights.
static bool hasSlack(const View &view) { return view.buffer.getDefiningOp<memref::AllocOp>() != nullptr; }

FailureOr<View> Former::ensureChannelsLast(Value tensor, ArrayRef<int64_t> pads, int64_t zero, Slack slack) {
  FailureOr<View> view = getView(tensor);
  if (failed(view))
    return failure();
  LayoutAttr has = getLayout(tensor);
  size_t spatial = pads.size() / 2;
  bool fits = hasUnitStride(*view, 1);
  SmallVector<int64_t> begin(view->getRank(), 0), end(view->getRank(), 0);
  for (size_t d = 0; d < spatial; ++d) {
    begin[d + 2] = pads[d];
    end[d + 2] = pads[spatial + d];
    fits &= has.getHaloBegin()[d + 2] >= begin[d + 2] && has.getHaloEnd()[d + 2] >= end[d + 2];
  }
  auto wanted = LayoutAttr::get(
      builder.getContext(), LayoutAttr::getChannelsLast(builder.getContext(), view->getRank()).getOrder(), begin, end);
  if (wanted.hasHalo())
    fits &= haloZeros.contains(view->buffer) && haloZeros.lookup(view->buffer) == zero;
  if (fits && (slack == Slack::None || hasSlack(*view)))
    return view;
  return copyTo(wanted, *view, tensor.getLoc(), zero);
}

FailureOr<View> Former::ensureRows(Value tensor, Slack slack) {
  FailureOr<View> view = getView(tensor);
  if (failed(view) || view->getRank() == 0)
    return view;
  if (hasUnitStride(*view, view->getRank() - 1) && (slack == Slack::None || hasSlack(*view)))
    return view;
  return copyTo(LayoutAttr::getRowMajor(builder.getContext(), view->getRank()), *view, tensor.getLoc(), 0);
}

FailureOr<View> Former::ensureContiguous(Value tensor) {
  FailureOr<View> view = getView(tensor);
  if (failed(view) || (isContiguousRowMajor(math, *view) && isKnown(view->offset, 0)))
    return view;
  return copyTo(LayoutAttr::getRowMajor(builder.getContext(), view->getRank()), *view, tensor.getLoc(), 0);
}

// Whether float becomes codes or codes become float in the group.
static bool isBorder(const Group &group) {
  auto converts = [](Operation *op) { return isa<qc::QuantizeOp, qc::DequantizeOp>(op); };
  return converts(group.root) || llvm::any_of(group.followers, converts);
}

LogicalResult Former::formGroup(const Group &group) {
  builder.setInsertionPoint(group.getLast());
  Operation *before = group.getLast()->getPrevNode();
  if (failed((this->*group.builder->form)(group)))
    return failure();
  // The group's own launch is the last; copies and fills stand in front of it.
  if (auto launch = dyn_cast_or_null<LaunchOp>(group.getLast()->getPrevNode());
      launch && launch != before && isBorder(group))
    launch->setAttr("kernel.border", builder.getUnitAttr());
  return success();
}

LogicalResult Former::observe(qc::ObserveOp op) {
  builder.setInsertionPoint(op);
  FailureOr<View> view = getView(op.getX());
  if (failed(view))
    return failure();
  SmallVector<int64_t> strides;
  SmallVector<Value> numbers;
  auto add = [&](OpFoldResult number) {
    std::optional<int64_t> known = getKnown(number);
    if (!known)
      numbers.push_back(math.value(number));
    return known.value_or(ShapedType::kDynamic);
  };
  int64_t offset = add(view->offset);
  SmallVector<int64_t> shape;
  for (OpFoldResult dim : view->shape)
    shape.push_back(add(dim));
  for (OpFoldResult stride : view->strides)
    strides.push_back(add(stride));
  kernel::ObserveOp::create(builder, op.getLoc(), op.getStatsAttr(), view->buffer, numbers,
                            builder.getI64IntegerAttr(offset), builder.getDenseI64ArrayAttr(shape),
                            builder.getDenseI64ArrayAttr(strides));
  return success();
}

LogicalResult Former::returnResults() {
  Operation *terminator = function.front().getTerminator();
  builder.setInsertionPoint(terminator);
  // Tensor arguments, then the buffers of inputs, then those of outputs.
  for (auto [i, result] : llvm::enumerate(terminator->getOperands())) {
    Value buffer = function.front().getArgument(2 * numTensorArguments + i);
    FailureOr<View> view = getView(result);
    if (failed(view))
      return failure();
    if (!cast<RankedTensorType>(result.getType()).hasStaticShape()) {
      SmallVector<Value> dims;
      for (OpFoldResult dim : getShape(result))
        dims.push_back(math.value(dim));
      ExtentsOp::create(builder, result.getLoc(), builder.getI64IntegerAttr(i), dims);
    }
    if (view->buffer == buffer || grownResults.contains(i))
      continue;
    LayoutAttr layout = LayoutAttr::getRowMajor(builder.getContext(), view->getRank());
    copy(*view, makeView(math, buffer, view->element, layout, view->shape), layout.getOrder(), result.getLoc());
  }
  return success();
}

void Former::eraseTensors() {
  Block &entry = function.front();
  Operation *terminator = entry.getTerminator();
  unsigned numResults = terminator->getNumOperands();
  SmallVector<Attribute> attributes;
  // Buffers are signless: the element type of the tensor, which the model's border shows, is kept beside it.
  auto keep = [&](DictionaryAttr has, Value tensor) {
    NamedAttrList list(has);
    list.set("kernel.element", TypeAttr::get(getElement(tensor)));
    attributes.push_back(list.getDictionary(builder.getContext()));
  };
  for (unsigned i = 0; i < numTensorArguments; ++i)
    keep(function.getArgAttrDict(i), entry.getArgument(i));
  for (unsigned i = 0; i < numResults; ++i)
    keep(function.getResultAttrDict(i), terminator->getOperand(i));
  terminator->setOperands({});
  SmallVector<Operation *> tensors;
  function.walk([&](Operation *op) {
    if (isa<QCDialect, dyadic::DyadicDialect>(op->getDialect()))
      tensors.push_back(op);
  });
  for (Operation *op : tensors)
    op->dropAllReferences();
  for (Operation *op : tensors)
    op->erase();
  entry.eraseArguments(0, numTensorArguments);
  function->removeAttr(function.getResAttrsAttrName());
  function.setFunctionType(builder.getFunctionType(entry.getArgumentTypes(), {}));
  function.setAllArgAttrs(attributes);
  function->setAttr("kernel.num_inputs", builder.getI64IntegerAttr(numTensorArguments));
}

// Text can say what no importer makes.
LogicalResult Former::checkFunction() {
  if (!llvm::hasSingleElement(function.getBody()))
    return function.emitOpError("expects one block");
  auto isSupported = [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    Type element = tensor ? tensor.getElementType() : Type();
    if (!element || element.isF32())
      return bool(element);
    return llvm::any_of(llvm::ArrayRef<unsigned>{1, 8, 16, 32, 64},
                        [&](unsigned width) { return element.isInteger(width); });
  };
  for (Value argument : function.getArguments())
    if (!isSupported(argument.getType()))
      return emitError(argument.getLoc(), "value has no kernels for its type ") << argument.getType();
  for (Operation *op : listOperations(function)) {
    for (Value result : op->getResults())
      if (!isa<qc::ConstantOp>(op) && !isSupported(result.getType()))
        return op->emitOpError("has no kernel for the type ") << result.getType();
    if (op->getNumRegions() != 0 && !isa<IfOp, LoopOp>(op))
      return op->emitOpError("has no kernel");
  }
  for (Value result : function.front().getTerminator()->getOperands())
    if (!isSupported(result.getType()))
      return emitError(result.getLoc(), "value has no kernels for its type ") << result.getType();
  return success();
}

LogicalResult Former::run() {
  if (failed(checkFunction()))
    return failure();
  FailureOr<SizeAnalysis> analysis = SizeAnalysis::analyze(function);
  if (failed(analysis))
    return failure();
  if (beginWithOneSymbol(function, *analysis))
    function->setAttr("kernel.rows", builder.getUnitAttr());
  FailureOr<std::vector<Group>> groups = formGroups(function, *analysis);
  sizes.emplace(math, std::move(*analysis));
  if (failed(groups))
    return failure();
  if (failed(addArguments()))
    return failure();
  for (const Group &group : *groups)
    groupsByLast[group.getLast()] = &group;
  if (failed(formBlock(function.front())) || failed(returnResults()) || hasUnknownShape)
    return failure();
  eraseTensors();
  endOfNumbers.erase();
  return success();
}
