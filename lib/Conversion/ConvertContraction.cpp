// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// conv, gemm and matmul as integer sums, with residual add, relu and clip in one Requant.
#include "Group.h"
#include "qc/Analysis/IntegerForm.h"

using namespace mlir;
using namespace qc;
using namespace qc::conversion;

namespace {
/// The operands of a contraction as codes.
struct Operands {
  Codes x;
  Value right, bias;      ///< bias may be null
  CodeParams rightParams; ///< of an activation
  std::optional<TensorValue> weights,
      biasCodes; ///< weights: constant i8 codes, else the right operand is an activation
  std::vector<float> weightScales;
  int64_t depth = -1; ///< K of two activations

  qc::numerics::Span<int32_t> getBias() const {
    return biasCodes ? qc::numerics::Span<int32_t>(biasCodes->getData<int32_t>()) : qc::numerics::Span<int32_t>();
  }
};
} // namespace

static std::optional<TensorValue> readConstant(Value value) { return getTensorValue(getConstantValue(value)); }

// Symmetric i8 constants, one scale or one per output channel.
static bool readWeights(QuantizationOpInterface op, DequantizeOp dequantize, const StaticParams &params,
                        Operands &operands) {
  bool isSymmetric = llvm::all_of(params.zeroPoints, [](int32_t z) { return z == 0; });
  bool isChannel = params.isPerTensor() || params.axis == op.getWeightChannelAxis();
  if (params.type != qc::numerics::CodeType::I8 || !isSymmetric || !isChannel)
    return false;
  operands.weights = readConstant(dequantize.getQ());
  operands.weightScales = params.scales;
  return operands.weights.has_value();
}

static LogicalResult readRight(QuantizationOpInterface op, Operands &operands, std::string &reason) {
  auto dequantize = op->getOperand(1).getDefiningOp<DequantizeOp>();
  std::optional<StaticParams> params = dequantize ? getStaticParams(dequantize) : std::nullopt;
  if (!params) {
    reason = "its right operand is not given as codes with constant scales";
    return failure();
  }
  operands.right = dequantize.getQ();
  if (readWeights(op, dequantize, *params, operands))
    return success();
  if (isa<qc::ConvOp>(*op)) {
    reason = "conv has an integer form only with constant i8 weights, zero point 0, scales along dimension 0";
    return failure();
  }
  FailureOr<Codes> codes = getNarrowCodes(op->getOperand(1), reason);
  if (failed(codes))
    return failure();
  operands.rightParams = codes->params;
  operands.weightScales = {codes->params.scale};
  return success();
}

static WeightCodes viewWeights(QuantizationOpInterface op, const Operands &operands) {
  const TensorValue &w = *operands.weights;
  return WeightCodes::view(w.getData<int8_t>(), w.getShape(), op.getWeightChannelAxis(), !isa<qc::ConvOp>(*op));
}

// i32 codes in units of s_x * s_w.
static LogicalResult readBias(QuantizationOpInterface op, Operands &operands, std::string &reason) {
  std::optional<unsigned> index = op.getBiasOperand();
  if (!index)
    return success();
  auto dequantize = op->getOperand(*index).getDefiningOp<DequantizeOp>();
  std::optional<StaticParams> params = dequantize ? getStaticParams(dequantize) : std::nullopt;
  operands.biasCodes =
      params && params->type == qc::numerics::CodeType::I32 ? readConstant(dequantize.getQ()) : std::nullopt;
  if (!operands.biasCodes || llvm::any_of(params->zeroPoints, [](int32_t z) { return z != 0; })) {
    reason = "its bias is not given as constant i32 codes with zero point 0";
    return failure();
  }
  const std::vector<float> &scales = operands.weightScales;
  int64_t size = operands.biasCodes->getNumElements();
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

static FailureOr<Operands> readOperands(QuantizationOpInterface op, std::string &reason) {
  reason = refuseIntegerForm(op);
  if (!reason.empty())
    return failure();
  FailureOr<Codes> x = getNarrowCodes(op->getOperand(0), reason);
  if (failed(x))
    return failure();
  Operands operands;
  operands.x = *x;
  if (failed(readRight(op, operands, reason)) || failed(readBias(op, operands, reason)))
    return failure();
  if (!isa<qc::ConvOp>(*op))
    operands.depth = getReductionDepth(op);
  return operands;
}

static RequantPlan plan(QuantizationOpInterface op, const Operands &operands, float scale, const CodeParams *residual) {
  if (operands.weights)
    return planContraction(viewWeights(op, operands), operands.weightScales, operands.getBias(), operands.x.params,
                           scale, residual);
  return planMatMul(operands.depth, operands.x.params, operands.rightParams, operands.getBias(), scale, residual);
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

// The i32 sum, bias included.
static Value emitSum(OpBuilder &builder, Operation *op, const Operands &operands) {
  RankedTensorType type = getTensor(op->getResult(0)).clone(builder.getI32Type());
  Value x = operands.x.value, right = operands.right;
  if (auto conv = dyn_cast<qc::ConvOp>(op))
    return dyadic::ConvOp::create(builder, op->getLoc(), type, x, right, operands.bias, operands.x.params.zeroPoint,
                                  conv.getStrides(), conv.getPads(), conv.getDilations(), conv.getGroup());
  if (auto gemm = dyn_cast<GemmOp>(op)) {
    x = gemm.getTransA() ? transpose(builder, op->getLoc(), x) : x;
    right = gemm.getTransB() ? transpose(builder, op->getLoc(), right) : right;
  }
  int32_t rightZero = operands.weights ? 0 : operands.rightParams.zeroPoint;
  return dyadic::MatMulOp::create(builder, op->getLoc(), type, x, right, operands.bias, operands.x.params.zeroPoint,
                                  rightZero);
}

// relu and clip as [lo, hi]; the whole type where the group has neither.
static FailureOr<qc::numerics::CodeRange> getClamp(const Group &group, std::string &reason) {
  const CodeParams &result = group.result;
  if (isa<ReluOp>(group.operations.back()))
    return qc::numerics::clipCodes(0.0f, std::nullopt, {result.scale, result.zeroPoint}, result.type);
  auto clip = dyn_cast<ClipOp>(group.operations.back());
  if (!clip)
    return qc::numerics::codeRange(result.type);
  std::optional<std::pair<float, float>> bounds = clip.getConstantBounds();
  if (!bounds) {
    reason = "clip has an integer form only with constant bounds that are not NaN";
    return failure();
  }
  return qc::numerics::clipCodes(bounds->first, bounds->second, {result.scale, result.zeroPoint}, result.type);
}

// The rounded value that the group adds: nothing without an add, failure where it has no codes.
static FailureOr<std::optional<Codes>> getResidual(const Group &group, std::string &reason) {
  auto add = group.operations.size() > 1 ? dyn_cast<AddOp>(group.operations[1]) : AddOp();
  if (!add)
    return std::optional<Codes>();
  Value sum = group.getRoot()->getResult(0), other = add.getA() == sum ? add.getB() : add.getA();
  std::optional<Codes> codes = getCodes(other);
  if (!codes)
    reason = "the value added to it is not given as codes with one constant scale";
  else if (other.getType() != sum.getType() || add.getType() != sum.getType())
    reason = "the value added to it has another shape";
  else
    return codes;
  return failure();
}

FailureOr<Value> qc::conversion::convertContraction(OpBuilder &builder, const Group &group, std::string &reason) {
  auto root = cast<QuantizationOpInterface>(group.getRoot());
  FailureOr<Operands> operands = readOperands(root, reason);
  if (failed(operands))
    return failure();
  FailureOr<std::optional<Codes>> residual = getResidual(group, reason);
  if (failed(residual))
    return failure();
  FailureOr<qc::numerics::CodeRange> clamp = getClamp(group, reason);
  if (failed(clamp))
    return failure();
  RequantPlan numbers = plan(root, *operands, group.result.scale, *residual ? &(*residual)->params : nullptr);
  if (!numbers) {
    reason = numbers.reason;
    return failure();
  }
  SmallVector<Value> terms{emitSum(builder, root, *operands)};
  SmallVector<int32_t> zeros{0};
  if (*residual) {
    terms.push_back((*residual)->value);
    zeros.push_back((*residual)->params.zeroPoint);
  }
  return emitRequant(builder, group, terms, zeros, numbers, root.getResultChannelAxis(), *clamp);
}

static FloatResultPlan planFloat(QuantizationOpInterface op, const Operands &operands) {
  if (operands.weights)
    return planFloatResult(viewWeights(op, operands), operands.weightScales, operands.getBias(), operands.x.params);
  return planFloatResult(operands.depth, operands.x.params, operands.rightParams, operands.getBias());
}

FailureOr<Value> qc::convertFloatResult(RewriterBase &rewriter, Operation *contraction, Declined &declined) {
  auto op = cast<QuantizationOpInterface>(contraction);
  declined.operations = {contraction};
  FailureOr<Operands> operands = readOperands(op, declined.reason);
  if (failed(operands))
    return failure();
  FloatResultPlan numbers = planFloat(op, *operands);
  if (!numbers) {
    declined.reason = numbers.reason;
    return failure();
  }
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(contraction);
  Value sum = emitSum(rewriter, contraction, *operands);
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
