// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The elementwise operations behind a root: their operands and parameters as accesses of a nest.
#include "Former.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Remarks.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

// Bias of a float contraction as a step.
Step qc::kernel::makeBiasStep(Operation *op, ElementsAttr bias, int64_t axis) {
  ScalarForm form{{0}, {Param::makeChannel(bias, axis)}, {}};
  form.emit = [](ImplicitLocOpBuilder &b, ValueRange v, ValueRange p) -> Value {
    return arith::AddFOp::create(b, v[0], p[0]);
  };
  return {op, form, 0};
}

static void reportObstacle(Operation *op, const ScalarForm &form) {
  if (!form.obstacle.empty())
    remark::missed(op->getLoc(), remark::RemarkOpts::name("RequantForm").category("qc-form-kernels"))
        << remark::reason("{0}", form.obstacle);
}

static unsigned getPosition(const ScalarForm &form, unsigned operand) {
  return llvm::find(form.operands, operand) - form.operands.begin();
}

// Steps of `followers`, the first of which reads `value`.
void Former::appendSteps(SmallVectorImpl<Step> &steps, ArrayRef<Operation *> followers, Value value) {
  for (Operation *op : followers) {
    unsigned operand = getOperandIndex(op, value);
    ScalarForm form = *describeScalar(op);
    reportObstacle(op, form);
    steps.push_back({op, form, getPosition(form, operand)});
    value = op->getResult(0);
  }
}

FailureOr<SmallVector<Step>> Former::describeSteps(const Group &group, const Compensation &compensation,
                                                   bool withRoot) {
  SmallVector<Step> steps;
  Value value = group.root->getResult(0);
  ArrayRef<Operation *> followers = group.followers;
  if (withRoot) {
    steps.push_back({group.root, *describeScalar(group.root), std::nullopt});
    reportObstacle(group.root, steps[0].form);
  } else if (!followers.empty() && isa<dyadic::RequantOp>(followers.front())) {
    Operation *requant = followers.front();
    unsigned operand = getOperandIndex(requant, value);
    ScalarForm form = *describeScalar(requant, compensation, operand);
    reportObstacle(requant, form);
    steps.push_back({requant, form, getPosition(form, operand)});
    value = requant->getResult(0);
    followers = followers.drop_front();
  } else if (!compensation.perChannel.empty()) {
    steps.push_back({group.root, describeCompensation(builder.getContext(), compensation), 0});
  }
  appendSteps(steps, followers, value);
  return steps;
}

FailureOr<SmallVector<Step>> Former::describePairSteps(const Group &group, const std::optional<Compensation> &exact) {
  dyadic::RequantOp requant = group.pair->requant;
  Step first{requant, {}, 0};
  if (exact) {
    first.form = describeExactRequant(requant, *exact);
  } else {
    auto [high, low] = *getPlaneCompensations(*group.pair);
    first.form = describePlanesRequant(requant, high, low);
    first.lower = 1;
  }
  reportObstacle(requant, first.form);
  SmallVector<Step> steps{first};
  appendSteps(steps, ArrayRef(group.followers).drop_front(), requant.getY());
  return steps;
}

// A vector along dimension `axis` of `shape`.
static View alongAxis(IndexMath &math, View view, int64_t axis, ArrayRef<OpFoldResult> shape) {
  OpFoldResult stride = view.strides.empty() ? math.constant(0) : view.strides[0];
  view.shape.assign(shape.begin(), shape.end());
  view.strides.assign(shape.size(), math.constant(0));
  view.strides[axis] = stride;
  return view;
}

FailureOr<View> Former::getOperandView(Operation *op, unsigned operand, ArrayRef<OpFoldResult> shape) {
  FailureOr<View> view = getView(op->getOperand(operand));
  if (failed(view))
    return failure();
  if (isa<BatchNormOp>(op) && operand > 0)
    return alongAxis(math, *view, 1, shape);
  // A one-element tensor of higher rank than the result (a clip bound) is a scalar.
  if (view->shape.size() > shape.size()) {
    view->shape.clear();
    view->strides.clear();
  }
  return broadcastView(math, *view, shape);
}

View Former::getParamView(const Param &param, ArrayRef<OpFoldResult> shape) {
  auto type = cast<RankedTensorType>(param.elements.getShapedType());
  Value buffer = kernel::ConstantOp::create(
      builder, function.getLoc(), MemRefType::get({type.getNumElements()}, getSignless(type.getElementType())),
      param.elements, IntegerAttr());
  View view{
      buffer, math.constant(0), {math.constant(type.getNumElements())}, {math.constant(1)}, type.getElementType()};
  return alongAxis(math, view, param.axis, shape);
}

FailureOr<Former::NestSteps> Former::prepareNestSteps(ArrayRef<Step> steps, Value result,
                                                      llvm::function_ref<View(const View &)> canonical) {
  NestSteps prepared;
  prepared.steps.assign(steps.begin(), steps.end());
  SmallVector<OpFoldResult> shape = getShape(result);
  for (const Step &step : steps) {
    auto &operandViews = prepared.operandViews.emplace_back();
    for (auto [i, operand] : llvm::enumerate(step.form.operands)) {
      if (step.chain == i) {
        operandViews.push_back(std::nullopt);
        continue;
      }
      FailureOr<View> view = getOperandView(step.op, operand, shape);
      if (failed(view))
        return failure();
      operandViews.push_back(canonical(*view));
    }
    auto &paramViews = prepared.paramViews.emplace_back();
    for (const Param &param : step.form.params)
      paramViews.push_back(param.kind == Param::Channel ? std::optional<View>(canonical(getParamView(param, shape)))
                                                        : std::nullopt);
  }
  return prepared;
}

SmallVector<Value> qc::kernel::makeNumbers(KernelWriter &writer, const Step &step) {
  SmallVector<Value> numbers;
  for (const Param &param : step.form.params)
    numbers.push_back(param.kind == Param::Channel  ? Value()
                      : param.kind == Param::Number ? writer.number(param.number)
                                                    : writer.in(writer.constant(param.elements)));
  return numbers;
}

void Former::NestSteps::makeAccesses(KernelWriter &writer) {
  auto makeAll = [&](ArrayRef<std::optional<View>> views) {
    SmallVector<std::optional<Access>> accesses;
    for (const std::optional<View> &view : views)
      accesses.push_back(view ? std::optional<Access>(writer.access(*view, false)) : std::nullopt);
    return accesses;
  };
  for (auto [operandList, paramList] : llvm::zip_equal(operandViews, paramViews)) {
    operands.push_back(makeAll(operandList));
    params.push_back(makeAll(paramList));
  }
  for (const Step &step : steps)
    numbers.push_back(makeNumbers(writer, step));
  if (llvm::any_of(steps, [](const Step &step) { return bool(step.form.emitIsGood); }))
    faults = writer.faults();
}

Value Former::emitNestSteps(KernelWriter &writer, NestSteps &steps, Value value, ValueRange indices) {
  for (auto [s, step] : llvm::enumerate(steps.steps)) {
    SmallVector<Value> operands, params;
    for (const std::optional<Access> &access : steps.operands[s])
      operands.push_back(access ? writer.load(*access, indices) : value);
    for (auto [p, number] : llvm::enumerate(steps.numbers[s]))
      params.push_back(number ? number : writer.load(*steps.params[s][p], indices));
    if (step.form.emitIsGood)
      writer.checkData(step.form.emitIsGood(writer.body(), operands, params), steps.faults);
    value = step.form.emit(writer.body(), operands, params);
  }
  return value;
}
