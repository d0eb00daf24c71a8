// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-form-kernels: arguments, buffers and results; the kinds of kernels have a file each.
#include "Former.h"
#include "ShapeReification.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "qc/Codegen/Schedule/Passes.h"

namespace qc {
#define GEN_PASS_DEF_FORMKERNELSPASS
#include "qc/Codegen/Schedule/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

Former::Former(func::FuncOp function)
    : function(function), builder(function.getContext()), math(builder, function.getLoc()) {}

static Type getElement(Value tensor) { return cast<RankedTensorType>(tensor.getType()).getElementType(); }

LayoutAttr Former::getLayout(Value tensor) {
  if (Operation *op = tensor.getDefiningOp())
    if (auto layout = op->getAttrOfType<LayoutAttr>("kernel.layout"))
      return layout;
  return LayoutAttr::getRowMajor(builder.getContext(), cast<RankedTensorType>(tensor.getType()).getRank());
}

SmallVector<OpFoldResult> Former::getShape(Value tensor) {
  auto found = shapes.find(tensor);
  if (found != shapes.end())
    return found->second;
  SmallVector<OpFoldResult> shape;
  auto type = cast<RankedTensorType>(tensor.getType());
  if (type.hasStaticShape()) {
    for (int64_t dim : type.getShape())
      shape.push_back(math.constant(dim));
  } else {
    shape = reifyShape(math, tensor.getDefiningOp(), [&](Value operand) { return getShape(operand); });
  }
  shapes[tensor] = shape;
  return shape;
}

// The caller's buffers: one more argument for every tensor argument, then one for every result.
void Former::addArguments() {
  Block &entry = function.front();
  numTensorArguments = entry.getNumArguments();
  builder.setInsertionPointToStart(&entry);
  for (BlockArgument tensor : llvm::to_vector(entry.getArguments())) {
    auto type = cast<RankedTensorType>(tensor.getType());
    Value buffer = entry.addArgument(MemRefType::get(type.getShape(), getSignless(type.getElementType())), tensor.getLoc());
    SmallVector<OpFoldResult> shape;
    for (int64_t d = 0; d < type.getRank(); ++d)
      shape.push_back(type.isDynamicDim(d)
                          ? OpFoldResult(memref::DimOp::create(builder, tensor.getLoc(), buffer, d).getResult())
                          : math.constant(type.getDimSize(d)));
    shapes[tensor] = shape;
    views[tensor] = makeView(math, buffer, type.getElementType(), getLayout(tensor), shape);
  }
  for (Value result : entry.getTerminator()->getOperands()) {
    auto type = cast<RankedTensorType>(result.getType());
    Value buffer = entry.addArgument(MemRefType::get(type.getShape(), getSignless(type.getElementType())), result.getLoc());
    if (result.getDefiningOp() && !getConstantValue(result) && getLayout(result).isRowMajor())
      directOutputs.try_emplace(result, buffer);
  }
}

// The code or number that a halo of `tensor` holds.
static int64_t getHaloZero(Value tensor) {
  for (Operation *user : tensor.getUsers())
    if (auto conv = dyn_cast<dyadic::ConvOp>(user))
      return conv.getXZeroPoint();
  return 0;
}

FailureOr<View> Former::allocate(Value tensor, int64_t) {
  LayoutAttr layout = getLayout(tensor);
  SmallVector<OpFoldResult> shape = getShape(tensor);
  if (Value direct = directOutputs.lookup(tensor))
    return views[tensor] = makeView(math, direct, getElement(tensor), layout, shape);
  OpFoldResult size = getBufferSize(math, layout, shape);
  Type element = getSignless(getElement(tensor));
  std::optional<int64_t> known = getKnown(size);
  auto type = MemRefType::get({known.value_or(ShapedType::kDynamic)}, element);
  SmallVector<Value> sizes;
  if (!known)
    sizes.push_back(math.value(size));
  Value buffer = memref::AllocOp::create(builder, tensor.getLoc(), type, sizes);
  if (layout.hasHalo())
    fill(buffer, size, getElement(tensor), getHaloZero(tensor));
  return views[tensor] = makeView(math, buffer, getElement(tensor), layout, shape);
}

FailureOr<View> Former::getView(Value tensor) {
  auto found = views.find(tensor);
  if (found != views.end())
    return found->second;
  ElementsAttr elements = getConstantValue(tensor);
  if (!elements)
    return emitError(tensor.getLoc(), "value has no buffer");
  auto type = MemRefType::get({elements.getShapedType().getNumElements()}, getSignless(getElement(tensor)));
  Value buffer = kernel::ConstantOp::create(builder, tensor.getLoc(), type, elements, IntegerAttr());
  LayoutAttr layout = LayoutAttr::getRowMajor(builder.getContext(), cast<RankedTensorType>(tensor.getType()).getRank());
  // Not remembered: the constant is made where it is used, and shared by CSE.
  return makeView(math, buffer, getElement(tensor), layout, getShape(tensor));
}

FailureOr<View> Former::ensureChannelsLast(Value tensor, ArrayRef<int64_t> pads, int64_t zero) {
  FailureOr<View> view = getView(tensor);
  if (failed(view))
    return failure();
  LayoutAttr has = getLayout(tensor);
  size_t spatial = pads.size() / 2;
  bool fits = hasUnitStride(*view, 1) && has.getOrder().back() == 1;
  for (size_t d = 0; d < spatial; ++d)
    fits &= has.getHaloBegin()[d + 2] >= pads[d] && has.getHaloEnd()[d + 2] >= pads[spatial + d];
  bool isArena = view->buffer.getDefiningOp<memref::AllocOp>() != nullptr;
  if (fits && (isArena || getElement(tensor).isF32()))
    return view;
  SmallVector<int64_t> begin(view->getRank(), 0), end(view->getRank(), 0);
  for (size_t d = 0; d < spatial; ++d) {
    begin[d + 2] = pads[d];
    end[d + 2] = pads[spatial + d];
  }
  auto wanted = LayoutAttr::get(builder.getContext(),
                                LayoutAttr::getChannelsLast(builder.getContext(), view->getRank()).getOrder(), begin, end);
  OpFoldResult size = getBufferSize(math, wanted, view->shape);
  std::optional<int64_t> known = getKnown(size);
  auto type = MemRefType::get({known.value_or(ShapedType::kDynamic)}, getSignless(view->element));
  SmallVector<Value> sizes;
  if (!known)
    sizes.push_back(math.value(size));
  Value buffer = memref::AllocOp::create(builder, tensor.getLoc(), type, sizes);
  if (wanted.hasHalo())
    fill(buffer, size, view->element, zero);
  View copied = makeView(math, buffer, view->element, wanted, view->shape);
  copy(*view, copied, wanted.getOrder());
  return copied;
}

FailureOr<View> Former::ensureRows(Value tensor) {
  FailureOr<View> view = getView(tensor);
  if (failed(view))
    return failure();
  bool isArena = view->buffer.getDefiningOp<memref::AllocOp>() != nullptr;
  if (view->getRank() == 0 || (hasUnitStride(*view, view->getRank() - 1) && (isArena || view->element.isF32())))
    return view;
  LayoutAttr wanted = LayoutAttr::getRowMajor(builder.getContext(), view->getRank());
  OpFoldResult size = getBufferSize(math, wanted, view->shape);
  std::optional<int64_t> known = getKnown(size);
  auto type = MemRefType::get({known.value_or(ShapedType::kDynamic)}, getSignless(view->element));
  SmallVector<Value> sizes;
  if (!known)
    sizes.push_back(math.value(size));
  Value buffer = memref::AllocOp::create(builder, tensor.getLoc(), type, sizes);
  View copied = makeView(math, buffer, view->element, wanted, view->shape);
  copy(*view, copied, wanted.getOrder());
  return copied;
}

LogicalResult Former::formGroup(const Group &group) {
  builder.setInsertionPoint(group.getLast());
  switch (group.kind) {
  case RootKind::Contract:
    return formContract(group);
  case RootKind::Direct:
    return formDirect(group);
  case RootKind::Product:
    return formProduct(group);
  case RootKind::Pool:
    return formPool(group);
  case RootKind::Softmax:
    return formSoftmax(group);
  case RootKind::Pointwise:
    return formPointwise(group);
  case RootKind::Move:
    return formMove(group.root);
  }
  return failure();
}

void Former::observe(qc::ObserveOp op) {
  builder.setInsertionPoint(op);
  FailureOr<View> view = getView(op.getX());
  SmallVector<int64_t> strides;
  for (OpFoldResult stride : view->strides)
    strides.push_back(getKnown(stride).value_or(ShapedType::kDynamic));
  kernel::ObserveOp::create(builder, op.getLoc(), op.getStatsAttr(), view->buffer,
                            builder.getI64IntegerAttr(getKnown(view->offset).value_or(0)),
                            builder.getDenseI64ArrayAttr(view->getStaticShape()), builder.getDenseI64ArrayAttr(strides));
}

LogicalResult Former::returnResults() {
  Operation *terminator = function.front().getTerminator();
  builder.setInsertionPoint(terminator);
  unsigned firstOutput = 2 * numTensorArguments - numTensorArguments; // tensors, then inputs, then outputs
  for (auto [i, result] : llvm::enumerate(terminator->getOperands())) {
    Value buffer = function.front().getArgument(numTensorArguments + firstOutput + i);
    FailureOr<View> view = getView(result);
    if (failed(view))
      return failure();
    if (view->buffer == buffer)
      continue;
    LayoutAttr layout = LayoutAttr::getRowMajor(builder.getContext(), view->getRank());
    copy(*view, makeView(math, buffer, view->element, layout, view->shape), layout.getOrder());
  }
  return success();
}

void Former::eraseTensors() {
  Block &entry = function.front();
  Operation *terminator = entry.getTerminator();
  unsigned numResults = terminator->getNumOperands();
  SmallVector<Attribute> attributes;
  for (unsigned i = 0; i < numTensorArguments; ++i)
    attributes.push_back(function.getArgAttrDict(i) ? function.getArgAttrDict(i) : builder.getDictionaryAttr({}));
  for (unsigned i = 0; i < numResults; ++i)
    attributes.push_back(function.getResultAttrDict(i) ? function.getResultAttrDict(i) : builder.getDictionaryAttr({}));
  terminator->setOperands({});
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(entry)))
    if (isa<QCDialect, dyadic::DyadicDialect>(op.getDialect()))
      op.erase();
  entry.eraseArguments(0, numTensorArguments);
  function->removeAttr(function.getArgAttrsAttrName());
  function->removeAttr(function.getResAttrsAttrName());
  function.setFunctionType(builder.getFunctionType(entry.getArgumentTypes(), {}));
  for (auto [i, attribute] : llvm::enumerate(attributes))
    function.setArgAttrs(i, cast<DictionaryAttr>(attribute));
  function->setAttr("kernel.num_inputs", builder.getI64IntegerAttr(numTensorArguments));
}

LogicalResult Former::run() {
  FailureOr<std::vector<Group>> groups = formGroups(function);
  if (failed(groups))
    return failure();
  addArguments();
  llvm::DenseMap<Operation *, const Group *> byLast;
  for (const Group &group : *groups)
    byLast[group.getLast()] = &group;
  for (Operation &op : llvm::make_early_inc_range(function.front())) {
    if (auto observed = dyn_cast<qc::ObserveOp>(op))
      observe(observed);
    else if (const Group *group = byLast.lookup(&op); group && failed(formGroup(*group)))
      return failure();
  }
  if (failed(returnResults()))
    return failure();
  eraseTensors();
  return success();
}

namespace {
struct FormKernelsPass final : qc::impl::FormKernelsPassBase<FormKernelsPass> {
  void runOnOperation() override {
    auto function = getOperation().lookupSymbol<func::FuncOp>("main");
    if (!function || failed(Former(function).run())) {
      if (!function)
        getOperation().emitError("module has no function @main");
      signalPassFailure();
    }
  }
};
} // namespace
