// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// conv, gemm and matmul as integer sums, with residual add, relu and clip in one Requant.
#include "RoundedGroup.h"
#include "qc/Arith/Planes.h"

using namespace mlir;
using namespace qc;
using namespace qc::conversion;

static std::optional<TensorValue> readConstant(Value value) { return getTensorValue(getConstantValue(value)); }

// Symmetric i8 constants, one scale or one per output channel.
static bool readWeights(IntegerFormOpInterface op, DequantizeOp dequantize, const StaticParams &params,
                        SumOperands &operands) {
  bool isSymmetric = llvm::all_of(params.zeroPoints, [](int32_t z) { return z == 0; });
  bool isChannel = params.isPerTensor() || params.axis == op.getWeightChannelAxis();
  if (params.type != qc::numerics::CodeType::I8 || !isSymmetric || !isChannel)
    return false;
  operands.weights = readConstant(dequantize.getQ());
  operands.weightScales = params.scales;
  operands.weightGroup = params.block;
  return operands.weights.has_value();
}

static LogicalResult readRight(IntegerFormOpInterface op, SumOperands &operands, std::string &reason) {
  auto dequantize = op->getOperand(1).getDefiningOp<DequantizeOp>();
  std::optional<StaticParams> params = dequantize ? getStaticParams(dequantize) : std::nullopt;
  if (!params) {
    reason = "its right operand is not given as codes with constant scales";
    return failure();
  }
  operands.right = dequantize.getQ();
  if (readWeights(op, dequantize, *params, operands))
    return success();
  if (!op.hasMatrixWeights()) {
    reason = (op->getName().stripDialect() +
              " has an integer form only with constant i8 weights, zero point 0, scales along dimension ")
                 .str() +
             std::to_string(op.getWeightChannelAxis());
    return failure();
  }
  FailureOr<Codes> codes = getCodesTo16(op->getOperand(1), reason);
  if (failed(codes))
    return failure();
  operands.rightParams = codes->params;
  operands.weightScales = {codes->params.scale};
  return success();
}

static WeightCodes viewWeights(IntegerFormOpInterface op, const SumOperands &operands) {
  const TensorValue &w = *operands.weights;
  return WeightCodes::view(w.getData<int8_t>(), w.getShape(), op.getWeightChannelAxis(), op.hasMatrixWeights());
}

// i32 or i64 codes in units of s_x * s_w.
static LogicalResult readBias(IntegerFormOpInterface op, SumOperands &operands, std::string &reason) {
  std::optional<unsigned> index = op.getBiasOperand();
  if (!index)
    return success();
  auto dequantize = op->getOperand(*index).getDefiningOp<DequantizeOp>();
  std::optional<StaticParams> params = dequantize ? getStaticParams(dequantize) : std::nullopt;
  std::optional<TensorValue> codes =
      params && params->type == qc::numerics::CodeType::I32 ? readConstant(dequantize.getQ()) : std::nullopt;
  bool fits = codes && (operands.isWide() || codes->getType().getElementType().isInteger(32));
  if (!fits || llvm::any_of(params->zeroPoints, [](int32_t z) { return z != 0; })) {
    reason = std::string("its bias is not given as constant i32 ") + (operands.isWide() ? "or i64 " : "") +
             "codes with zero point 0";
    return failure();
  }
  const std::vector<float> &scales = operands.weightScales;
  int64_t size = codes->getNumElements();
  for (int64_t c = 0; c < size; ++c)
    operands.biasCodes.push_back(codes->getInteger(c));
  auto scaleOf = [](const std::vector<float> &all, int64_t c) { return all[all.size() == 1 ? 0 : c]; };
  bool matches = operands.weights ? size == viewWeights(op, operands).channels : scales.size() == 1;
  for (int64_t c = 0; matches && c < size; ++c)
    matches = scaleOf(params->scales, c) == qc::numerics::accumulatorScale(operands.x.params.scale, scaleOf(scales, c));
  if (!matches) {
    reason = "the scale of its bias is not that of input times weights";
    return failure();
  }
  operands.bias = dequantize.getQ();
  return success();
}

static FailureOr<SumOperands> readOperands(IntegerFormOpInterface op, std::string &reason) {
  reason = op.explainFloat();
  if (!reason.empty())
    return failure();
  FailureOr<Codes> x = getCodesTo16(op->getOperand(0), reason);
  if (failed(x))
    return failure();
  SumOperands operands;
  operands.x = *x;
  if (failed(readRight(op, operands, reason)) || failed(readBias(op, operands, reason)))
    return failure();
  return operands;
}

static RequantPlan plan(IntegerFormOpInterface op, const SumOperands &operands, float scale,
                        const CodeParams *residual) {
  if (operands.weights)
    return planContraction(viewWeights(op, operands), operands.weightScales, operands.biasCodes, operands.x.params,
                           scale, residual);
  return planMatMul(op.getReductionDepth(), operands.x.params, operands.rightParams, operands.biasCodes, scale,
                    residual);
}

// The matrix with its dimensions exchanged: constants at once, other codes by a transpose.
static Value transpose(OpBuilder &builder, Location loc, Value matrix) {
  std::optional<TensorValue> value = readConstant(matrix);
  if (!value)
    return TransposeOp::create(builder, loc, matrix, ArrayRef<int64_t>{1, 0});
  int64_t rows = value->getShape()[0], columns = value->getShape()[1];
  TensorValue result(RankedTensorType::get({columns, rows}, value->getType().getElementType()));
  ArrayRef<char> from = value->getRawData();
  MutableArrayRef<char> to = result.mutableRawData();
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < columns; ++j)
      to[j * rows + i] = from[i * columns + j];
  return qc::ConstantOp::create(builder, matrix.getLoc(), getElementsAttr(result));
}

static RankedTensorType getSumType(Operation *op) {
  return getTensor(op->getResult(0)).clone(IntegerType::get(op->getContext(), 32));
}

Value qc::conversion::takePlane(OpBuilder &builder, Location loc, Value codes, SumOperands::Plane plane) {
  RankedTensorType type = getTensor(codes);
  if (plane == SumOperands::Plane::None || type.getElementType().getIntOrFloatBitWidth() != 16)
    return codes;
  return dyadic::PlaneOp::create(builder, loc, type.clone(builder.getIntegerType(8, /*isSigned=*/false)), codes,
                                 plane == SumOperands::Plane::High);
}

static IntegerAttr getWeightGroup(OpBuilder &builder, const SumOperands &operands) {
  return operands.weightGroup == 0 ? IntegerAttr() : builder.getI64IntegerAttr(operands.weightGroup);
}

Value qc::conversion::emitSum(qc::ConvOp op, OpBuilder &builder, const SumOperands &operands) {
  Value x = takePlane(builder, op->getLoc(), operands.x.value, operands.plane);
  return dyadic::ConvOp::create(builder, op->getLoc(), getSumType(op), x, operands.right, operands.bias,
                                operands.x.params.zeroPoint, op.getStrides(), op.getPads(), op.getDilations(),
                                op.getGroup(), getWeightGroup(builder, operands));
}

static Value emitProduct(Operation *op, OpBuilder &builder, const SumOperands &operands, Value x, Value right,
                         IntegerAttr maxDepth) {
  int32_t rightZero = operands.weights ? 0 : operands.rightParams.zeroPoint;
  x = takePlane(builder, op->getLoc(), x, operands.plane);
  right = takePlane(builder, op->getLoc(), right, operands.plane);
  return dyadic::MatMulOp::create(builder, op->getLoc(), getSumType(op), x, right, operands.bias,
                                  builder.getI32IntegerAttr(operands.x.params.zeroPoint),
                                  builder.getI32IntegerAttr(rightZero), maxDepth, getWeightGroup(builder, operands));
}

Value qc::conversion::emitSum(GemmOp op, OpBuilder &builder, const SumOperands &operands) {
  Value x = op.getTransA() ? transpose(builder, op->getLoc(), operands.x.value) : operands.x.value;
  Value right = op.getTransB() ? transpose(builder, op->getLoc(), operands.right) : operands.right;
  return emitProduct(op, builder, operands, x, right, op.getMaxDepthAttr());
}

Value qc::conversion::emitSum(qc::MatMulOp op, OpBuilder &builder, const SumOperands &operands) {
  return emitProduct(op, builder, operands, operands.x.value, operands.right, op.getMaxDepthAttr());
}

// The rounded value that the group adds: nothing without an add, failure where it has no codes.
static FailureOr<std::optional<Codes>> getResidual(const RoundedGroup &group, std::string &reason) {
  Operation *add = group.operations.size() > 1 ? group.operations[1] : nullptr;
  if (!add || !cast<IntegerFormOpInterface>(add).getRoundingTraits().isResidual)
    return std::optional<Codes>();
  Value sum = group.getRoot()->getResult(0);
  std::optional<Codes> codes = getCodes(add->getOperand(add->getOperand(0) == sum ? 1 : 0));
  if (codes)
    return codes;
  reason = "the value added to it is not given as codes with one constant scale";
  return failure();
}

// `operands` as one of their planes.
static SumOperands splitOperands(OpBuilder &builder, const SumOperands &operands, SumOperands::Plane plane) {
  SumOperands part = operands;
  part.plane = plane;
  auto pick = [&](qc::numerics::Planes planes) { return plane == SumOperands::Plane::High ? planes.high : planes.low; };
  for (CodeParams *params : {&part.x.params, &part.rightParams})
    if (params->isWide())
      params->zeroPoint = int32_t(pick(qc::numerics::splitCode(params->zeroPoint, params->type)));
  if (!operands.bias)
    return part;
  TensorValue bias(RankedTensorType::get({int64_t(operands.biasCodes.size())}, builder.getI32Type()));
  for (auto [channel, code] : llvm::enumerate(operands.biasCodes))
    bias.setInteger(channel, pick(qc::numerics::splitBias(code)));
  part.bias = qc::ConstantOp::create(builder, operands.bias.getLoc(), getElementsAttr(bias));
  return part;
}

// The i32 sum, or those of the upper and the lower bytes.
static SmallVector<Value> emitSums(DyadicFormOpInterface form, OpBuilder &builder, const SumOperands &operands) {
  if (!operands.isWide())
    return {form.emitSum(builder, operands)};
  SmallVector<Value> sums;
  for (SumOperands::Plane plane : {SumOperands::Plane::High, SumOperands::Plane::Low})
    sums.push_back(form.emitSum(builder, splitOperands(builder, operands, plane)));
  return sums;
}

FailureOr<Value> qc::conversion::convertContraction(OpBuilder &builder, const RoundedGroup &group,
                                                    std::string &reason) {
  auto root = cast<IntegerFormOpInterface>(group.getRoot());
  FailureOr<SumOperands> operands = readOperands(root, reason);
  if (failed(operands))
    return failure();
  FailureOr<std::optional<Codes>> residual = getResidual(group, reason);
  if (failed(residual))
    return failure();
  RequantPlan numbers = plan(root, *operands, group.result.scale, *residual ? &(*residual)->params : nullptr);
  if (!numbers) {
    reason = numbers.reason;
    return failure();
  }
  SmallVector<Value> terms = emitSums(cast<DyadicFormOpInterface>(group.getRoot()), builder, *operands);
  SmallVector<int32_t> zeros(terms.size(), 0);
  if (*residual) {
    terms.push_back((*residual)->value);
    zeros.push_back((*residual)->params.zeroPoint);
  }
  return emitRequant(builder, group, terms, zeros, numbers, root.getResultChannelAxis(), getClamp(group));
}

static FloatResultPlan planFloat(IntegerFormOpInterface op, const SumOperands &operands) {
  if (operands.weights)
    return planFloatResult(viewWeights(op, operands), operands.weightScales, operands.biasCodes, operands.x.params);
  return planFloatResult(op.getReductionDepth(), operands.x.params, operands.rightParams, operands.biasCodes);
}

Value qc::conversion::joinPlanes(OpBuilder &builder, ArrayRef<Value> sums, const RequantPlan &plan, int32_t least) {
  Value high = sums.front();
  return dyadic::RequantOp::create(builder, high.getLoc(), high.getType(), sums, ArrayRef<int32_t>{0, 0},
                                   plan.multipliers, plan.multipliers1, plan.shifts, 0, least, INT32_MAX,
                                   dyadic::Rounding::HalfUp, IntegerAttr(), ArrayRef<int32_t>(), true);
}

FailureOr<Value> qc::convertFloatResult(RewriterBase &rewriter, Operation *contraction, Declined &declined) {
  auto op = cast<IntegerFormOpInterface>(contraction);
  auto form = dyn_cast<DyadicFormOpInterface>(contraction);
  declined.operations = {contraction};
  if (!form) {
    declined.reason = "the operation has no integer form yet";
    return failure();
  }
  FailureOr<SumOperands> operands = readOperands(op, declined.reason);
  if (failed(operands))
    return failure();
  FloatResultPlan numbers = planFloat(op, *operands);
  if (!numbers) {
    declined.reason = numbers.reason;
    return failure();
  }
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(contraction);
  SmallVector<Value> sums = emitSums(form, rewriter, *operands);
  Value sum = sums.size() == 1 ? sums.front() : joinPlanes(rewriter, sums, numbers.sum);
  bool isPerTensor = numbers.scales.size() == 1;
  SmallVector<int64_t> shape;
  if (!isPerTensor)
    shape.push_back(numbers.scales.size());
  TensorValue scales(RankedTensorType::get(shape, rewriter.getF32Type()));
  llvm::copy(numbers.scales, scales.mutableData<float>().begin());
  Value scale = qc::ConstantOp::create(rewriter, contraction->getLoc(), getElementsAttr(scales));
  auto format =
      FormatAttr::get(rewriter.getContext(), rewriter.getI32Type(), isPerTensor ? -1 : op.getResultChannelAxis(), 0);
  Value result = DequantizeOp::create(rewriter, contraction->getLoc(), contraction->getResult(0).getType(), sum, scale,
                                      Value(), format);
  rewriter.replaceOp(contraction, result);
  return result;
}
