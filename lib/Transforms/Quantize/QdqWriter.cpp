// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes the QDQ form that a plan describes.
#include "QdqWriter.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Analysis/StaticParams.h"
#include "qc/Analysis/Uses.h"
#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace qc;

QdqWriter::QdqWriter(func::FuncOp main, const QuantizePlan &plan)
    : main(main), plan(plan), builder(main.getContext()) {}

QdqWriter::Key QdqWriter::getKey(Value value, const CodeParams &params) {
  return {value, unsigned(params.type), llvm::bit_cast<uint32_t>(params.scale), params.zeroPoint};
}

LogicalResult QdqWriter::run() {
  SmallVector<Operation *> ops;
  for (Operation *op : listOperations(main))
    if (plan.isQuantized(op))
      ops.push_back(op);
  for (Operation *op : ops)
    if (failed(write(op)))
      return failure();
  eraseUnused();
  return success();
}

LogicalResult QdqWriter::write(Operation *op) {
  if (movesCodes(op))
    return writeMove(op);
  if (failed(writeOperands(op)))
    return failure();
  if (getRoundingTraits(op).isContraction)
    writeConstants(op);
  if (plan.getGroups().isUnrounded(op))
    return success();
  // What a quantized operation makes is rounded for every reader.
  Value result = op->getResult(0);
  FailureOr<CodeParams> params = plan.getResultParams(op);
  if (failed(params))
    return failure();
  Rounded pair = round(result, *params);
  result.replaceAllUsesExcept(pair.value, pair.codes.getDefiningOp());
  return success();
}

LogicalResult QdqWriter::writeOperands(Operation *op) {
  for (unsigned slot : getDataOperands(op)) {
    Value operand = getOriginal(op->getOperand(slot));
    if (plan.isInner(operand))
      continue;
    FailureOr<CodeParams> own = plan.getOwnParams(op, slot, operand), params = plan.getOperandParams(op, slot, operand);
    if (failed(own) || failed(params))
      return failure();
    Value value = round(operand, *own).value;
    op->setOperand(slot, *own == *params ? value : round(value, *params).value); // a rescale: dequantize, quantize
  }
  return success();
}

static ElementsAttr getVector(MLIRContext *context, ArrayRef<float> values) {
  return getElementsAttr(TensorValue(RankedTensorType::get({int64_t(values.size())}, Float32Type::get(context)),
                                     {reinterpret_cast<const char *>(values.data()), values.size() * sizeof(float)}));
}

// Gives a contraction without a bias one, with the format that a bias has.
static void appendBias(Operation *op, Value bias) {
  op->insertOperands(op->getNumOperands(), bias); // the one optional operand of a contraction is its last
  if (auto gemm = dyn_cast<GemmOp>(op))
    gemm.setBeta(APFloat(1.0f)); // it multiplied nothing
  auto assignment = op->getAttrOfType<AssignmentAttr>(QCDialect::kAssignmentAttr);
  MLIRContext *context = op->getContext();
  SmallVector<FormatAttr> operands(assignment.getOperands());
  Type codes = bias.getDefiningOp<DequantizeOp>().getFormat().getStorage();
  operands.push_back(FormatAttr::get(context, codes, 0, 0));
  op->setAttr(QCDialect::kAssignmentAttr, AssignmentAttr::get(context, assignment.getResult(), operands,
                                                              assignment.getReason(), assignment.getBy()));
}

void QdqWriter::writeConstants(Operation *op) {
  auto form = cast<IntegerFormOpInterface>(op);
  const ContractionCodes &codes = plan.getCodes(op);
  plan.reportChannels(op);
  plan.reportWeights(op);
  MLIRContext *context = op->getContext();
  builder.setInsertionPoint(op);
  auto make = [&](Location loc, Type type, const TensorValue &value, ElementsAttr scales, FormatAttr format) -> Value {
    Value constant = qc::ConstantOp::create(builder, loc, getElementsAttr(value));
    Value scale = qc::ConstantOp::create(builder, loc, scales);
    return DequantizeOp::create(builder, loc, type, constant, scale, Value(), format);
  };
  if (codes.weights) {
    int64_t axis = form.getWeightChannelAxis();
    ElementsAttr scales = getVector(context, codes.weightScales);
    if (axis < 0)
      scales = DenseElementsAttr::get(RankedTensorType::get({}, Float32Type::get(context)), codes.weightScales[0]);
    Value before = op->getOperand(*form.getWeightOperand());
    auto format =
        FormatAttr::get(context, builder.getIntegerType(codes.weightGroup == 0 ? 8 : 4), axis, codes.weightGroup);
    op->setOperand(*form.getWeightOperand(), make(before.getLoc(), before.getType(), *codes.weights, scales, format));
  }
  if (codes.bias.empty())
    return;
  auto type = RankedTensorType::get({int64_t(codes.bias.size())}, builder.getIntegerType(codes.isWide ? 64 : 32));
  TensorValue bias(type);
  for (auto [channel, code] : llvm::enumerate(codes.bias))
    bias.setInteger(channel, code);
  ElementsAttr scales = getVector(context, codes.biasScales);
  auto format = FormatAttr::get(context, type.getElementType(), 0, 0);
  if (std::optional<unsigned> slot = form.getBiasOperand()) {
    Value before = op->getOperand(*slot);
    op->setOperand(*slot, make(before.getLoc(), before.getType(), bias, scales, format));
  } else {
    appendBias(op, make(op->getLoc(), type.clone(builder.getF32Type()), bias, scales, format));
  }
}

LogicalResult QdqWriter::writeMove(Operation *op) {
  Value result = op->getResult(0);
  FailureOr<CodeParams> params = plan.getResultParams(op);
  if (failed(params))
    return failure();
  for (unsigned slot : getDataOperands(op)) {
    FailureOr<Value> codes = getCodes(op, slot, *params);
    if (failed(codes))
      return failure();
    op->setOperand(slot, *codes);
  }
  Type storage = getFormat(*params).getStorage();
  result.setType(cast<RankedTensorType>(result.getType()).clone(storage));
  auto move = dyn_cast<MoveOpInterface>(op);
  if (auto fill = move ? dyn_cast_if_present<FloatAttr>(move.getFill()) : FloatAttr())
    move.setFill(IntegerAttr::get(
        storage,
        APInt(storage.getIntOrFloatBitWidth(),
              numerics::quantize(fill.getValue().convertToFloat(), {params->scale, params->zeroPoint}, params->type))));
  builder.setInsertionPointAfter(op);
  Value value = dequantize(result, *params);
  result.replaceAllUsesExcept(value, value.getDefiningOp());
  rounded[getKey(result, *params)] = {result, value};
  originals[value] = result;
  return success();
}

/// The codes of an operand in the parameters of the operation that moves them.
FailureOr<Value> QdqWriter::getCodes(Operation *op, unsigned slot, const CodeParams &params) {
  Value operand = getOriginal(op->getOperand(slot));
  if (getConstantValue(operand))
    return round(operand, params).codes;
  FailureOr<CodeParams> own = plan.getOwnParams(op, slot, operand);
  if (failed(own))
    return failure();
  Rounded pair = round(operand, *own);
  return *own == params ? pair.codes : round(pair.value, params).codes; // a rescale: dequantize, quantize
}

/// The pair for `value`, right behind it; written once for each parameters.
QdqWriter::Rounded QdqWriter::round(Value value, const CodeParams &params) {
  Rounded &pair = rounded[getKey(value, params)];
  if (pair.codes)
    return pair;
  plan.reportUnusual(value);
  moveBehind(value);
  pair.codes = quantize(value, params);
  pair.value = dequantize(pair.codes, params);
  originals[pair.value] = value;
  return pair;
}

Value QdqWriter::quantize(Value value, const CodeParams &params) {
  FormatAttr format = getFormat(params);
  auto type = cast<RankedTensorType>(value.getType()).clone(format.getStorage());
  ElementsAttr constant = getConstantValue(value);
  if (!constant) {
    Value scale = getScale(params), zeroPoint = getZeroPoint(params);
    return QuantizeOp::create(builder, value.getLoc(), type, value, scale, zeroPoint, format);
  }
  TensorValue codes(cast<RankedTensorType>(type));
  std::optional<TensorValue> elements = getTensorValue(constant); // parameters were chosen from them
  for (auto [index, x] : llvm::enumerate(elements->getData<float>()))
    codes.setInteger(index, numerics::quantize(x, {params.scale, params.zeroPoint}, params.type));
  return qc::ConstantOp::create(builder, value.getLoc(), getElementsAttr(codes));
}

Value QdqWriter::dequantize(Value codes, const CodeParams &params) {
  auto type = cast<RankedTensorType>(codes.getType());
  Value scale = getScale(params), zeroPoint = getZeroPoint(params);
  return DequantizeOp::create(builder, codes.getLoc(), type.clone(builder.getF32Type()), codes, scale, zeroPoint,
                              getFormat(params));
}

FormatAttr QdqWriter::getFormat(const CodeParams &params) const {
  MLIRContext *context = builder.getContext();
  return FormatAttr::get(context, getStorageType(context, params.type), params.axis, params.block);
}

Value QdqWriter::getScalar(ElementsAttr value) {
  Value &scalar = scalars[value];
  if (scalar)
    return scalar;
  OpBuilder::InsertionGuard guard(builder);
  if (lastScalar)
    builder.setInsertionPointAfter(lastScalar);
  else
    builder.setInsertionPointToStart(&main.front());
  lastScalar = qc::ConstantOp::create(builder, main.getLoc(), value);
  return scalar = lastScalar->getResult(0);
}

Value QdqWriter::getScale(const CodeParams &params) {
  return getScalar(DenseElementsAttr::get(RankedTensorType::get({}, builder.getF32Type()), params.scale));
}

Value QdqWriter::getZeroPoint(const CodeParams &params) {
  Type type = getFormat(params).getStorage();
  return getScalar(DenseElementsAttr::get(RankedTensorType::get({}, type),
                                          llvm::APInt(type.getIntOrFloatBitWidth(), params.zeroPoint)));
}

void QdqWriter::moveBehind(Value value) {
  if (Operation *op = value.getDefiningOp())
    builder.setInsertionPointAfter(op);
  else if (value.getParentBlock() != &main.front())
    builder.setInsertionPointToStart(value.getParentBlock());
  else if (lastScalar)
    builder.setInsertionPointAfter(lastScalar);
  else
    builder.setInsertionPointToStart(&main.front());
}

Value QdqWriter::getOriginal(Value value) const {
  Value original = originals.lookup(value);
  return original ? original : value;
}

void QdqWriter::eraseUnused() {
  SmallVector<Operation *> operations = listOperations(main);
  for (Operation *op : llvm::reverse(operations))
    if (isa<qc::ConstantOp, DequantizeOp>(op) && op->use_empty())
      op->erase();
}
