// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// conv, gemm, matmul and batch_norm: shapes, constraints, cost, roles.
#include "Verification.h"

using namespace mlir;
using namespace qc;

static WindowAttributes getWindow(ConvOp::Adaptor op) { return {op.getStrides(), op.getPads(), op.getDilations()}; }

// conv_c1, conv_c2, conv_c3, conv_c5
static Dims inferConv(ShapeMath &math, ConvOp::Adaptor op) {
  return inferConvShape(math, math.getShape(op.getX()), math.getShape(op.getW()), getWindow(op), op.getGroup());
}
QC_SHAPE_FUNCTION(ConvOp, getTensor(op.getX()).getElementType(), inferConv)

LogicalResult ConvOp::verify() {
  // The rank of w is checked later, where the shape is inferred.
  int64_t channels = getShapeOf(getW()).empty() ? ShapedType::kDynamic : getShapeOf(getW()).front();
  return getB() ? verifyVector(*this, "a bias", getB(), channels) : success(); // conv_c4
}

std::optional<int64_t> ConvOp::getMacs() { return countMacs(getShapeOf(getY()), getShapeOf(getW()).drop_front()); }
RoundingTraits ConvOp::getRoundingTraits() { return makeContractionTraits(); }
std::optional<unsigned> ConvOp::getWeightOperand() { return 1; }
int64_t ConvOp::getWeightChannelAxis() { return 0; }
std::optional<unsigned> ConvOp::getBiasOperand() { return getB() ? std::optional<unsigned>(2) : std::nullopt; }
int64_t ConvOp::getResultChannelAxis() { return 1; }
bool ConvOp::hasMatrixWeights() { return false; }
int64_t ConvOp::getReductionDepth() { return countMacs(getShapeOf(getW()).drop_front(), {}).value_or(-1); }
std::string ConvOp::explainFloat() {
  return isConstantOrCodes(getW()) ? explainFloatContraction(*this)
                                   : "conv has an integer form only with constant weights";
}

// conv_transpose_c1, conv_transpose_c2, conv_transpose_c3, conv_transpose_c5
static Dims inferConvTranspose(ShapeMath &math, ConvTransposeOp::Adaptor op) {
  WindowAttributes window{op.getStrides(), op.getPads(), op.getDilations()};
  return inferConvTransposeShape(math, math.getShape(op.getX()), math.getShape(op.getW()), window,
                                 op.getOutputPadding(), op.getGroup());
}
QC_SHAPE_FUNCTION(ConvTransposeOp, getTensor(op.getX()).getElementType(), inferConvTranspose)

LogicalResult ConvTransposeOp::verify() {
  int64_t channels = getShapeOf(getW()).empty() ? ShapedType::kDynamic : getShapeOf(getW()).front();
  return getB() ? verifyVector(*this, "a bias", getB(), channels) : success(); // conv_transpose_c4
}

// Each element of x meets all of its group's weights.
std::optional<int64_t> ConvTransposeOp::getMacs() {
  ArrayRef<int64_t> x = getShapeOf(getX()), w = getShapeOf(getW());
  SmallVector<int64_t> factors(w.drop_front(2));
  factors.push_back(ShapedType::isDynamic(w[0]) ? w[0] : w[0] / int64_t(getGroup()));
  return countMacs(x, factors);
}
std::optional<unsigned> ConvTransposeOp::getWeightOperand() { return 1; }
int64_t ConvTransposeOp::getWeightChannelAxis() { return 0; }
std::optional<unsigned> ConvTransposeOp::getBiasOperand() { return getB() ? std::optional<unsigned>(2) : std::nullopt; }
int64_t ConvTransposeOp::getResultChannelAxis() { return 1; }
RoundingTraits ConvTransposeOp::getRoundingTraits() { return makeContractionTraits(); }
bool ConvTransposeOp::hasMatrixWeights() { return false; }
int64_t ConvTransposeOp::getReductionDepth() { return -1; } // it depends on the position
std::string ConvTransposeOp::explainFloat() {
  return "conv_transpose has an integer form only as convolution of its phases";
}

// A result type or operand may know less than the other.
static int64_t getKnown(int64_t a, int64_t b) { return ShapedType::isDynamic(a) ? b : a; }

// K of a product; -1 where it is not known.
static int64_t getKnownDepth(GemmOp op) {
  int64_t k = getKnown(getShapeOf(op.getA())[op.getTransA() ? 0 : 1], getShapeOf(op.getB())[op.getTransB() ? 1 : 0]);
  return ShapedType::isDynamic(k) ? -1 : k;
}
static int64_t getKnownDepth(MatMulOp op) {
  ArrayRef<int64_t> b = getShapeOf(op.getB());
  int64_t k = getKnown(getShapeOf(op.getA()).back(), b[b.size() < 2 ? 0 : b.size() - 2]);
  return ShapedType::isDynamic(k) ? -1 : k;
}

// The largest K: the known one, or what qc-bound-counts found.
template <typename Op> static int64_t getLargestDepth(Op op) {
  int64_t known = getKnownDepth(op);
  return known < 0 ? op.getMaxDepth().value_or(-1) : known;
}

// gemm_c5, matmul_c5. Ranks are checked later, where the shape is inferred.
template <typename Op> static LogicalResult verifyDepth(Op op, bool hasRanks) {
  int64_t least = hasRanks ? std::max<int64_t>(getKnownDepth(op), 0) : 0;
  if (std::optional<uint64_t> most = op.getMaxDepth(); most && int64_t(*most) < least)
    return op.emitOpError("expects max_depth >= ") << least << ", got " << int64_t(*most);
  if (std::optional<StringRef> reason = op.getDepthReason(); reason && (op.getMaxDepth() || reason->empty()))
    return op.emitOpError("expects a depth_reason that is not empty, and no max_depth beside it");
  return success();
}

// Products of activations: constants have known sizes.
template <typename Op> static std::string explainDepth(Op op) {
  bool isUnknown = op.getReductionDepth() < 0 && op.getDepthReason();
  return isUnknown ? op.getDepthReason()->str() : std::string();
}

static Dims inferGemm(ShapeMath &math, GemmOp::Adaptor op) {
  TensorShape a = math.getShape(op.getA()), b = math.getShape(op.getB());
  if (a.getRank() != 2 || b.getRank() != 2) // gemm_c1
    return math.fail("expects matrices, got operands of rank " + Twine(a.getRank()) + " and " + Twine(b.getRank()));
  size_t kOfA = op.getTransA() ? 0 : 1, kOfB = op.getTransB() ? 1 : 0;
  auto explain = [&] {
    return "expects equal reduction dimensions, got " + math.describe(a, kOfA) + " and " + math.describe(b, kOfB);
  };
  if (!math.expectEqual(a[kOfA], b[kOfB], explain)) // gemm_c2
    return {};
  return {a[1 - kOfA], b[1 - kOfB]};
}
QC_SHAPE_FUNCTION(GemmOp, getTensor(op.getA()).getElementType(), inferGemm)

LogicalResult GemmOp::verify() {
  if (!getAlpha().isFinite() || !getBeta().isFinite()) // gemm_c4
    return emitOpError("expects finite alpha and beta, got ") << getAlphaAttr() << " and " << getBetaAttr();
  if (failed(verifyDepth(*this, getTensor(getA()).getRank() == 2 && getTensor(getB()).getRank() == 2)))
    return failure();
  if (!getC())
    return success();
  ShapeOr broadcast = broadcastShapes(getShapeOf(getC()), getShapeOf(getY()));
  if (!broadcast || (*broadcast).size() != 2 ||
      failed(verifyCompatibleShape(ArrayRef<int64_t>(*broadcast), getShapeOf(getY())))) // gemm_c3
    return emitOpError("expects c to broadcast to ") << getY().getType() << ", got " << getC().getType();
  return success();
}

std::optional<int64_t> GemmOp::getMacs() {
  return countMacs(getShapeOf(getY()), {getShapeOf(getA())[getTransA() ? 0 : 1]});
}
RoundingTraits GemmOp::getRoundingTraits() { return makeContractionTraits(); }
std::optional<unsigned> GemmOp::getWeightOperand() { return 1; }
int64_t GemmOp::getWeightChannelAxis() { return getTransB() ? 0 : 1; }
std::optional<unsigned> GemmOp::getBiasOperand() { return getC() ? std::optional<unsigned>(2) : std::nullopt; }
int64_t GemmOp::getResultChannelAxis() { return 1; }
bool GemmOp::hasMatrixWeights() { return true; }

int64_t GemmOp::getReductionDepth() { return getLargestDepth(*this); }

std::string GemmOp::explainFloat() {
  if (getAlpha().convertToFloat() != 1.0f || (getC() && getBeta().convertToFloat() != 1.0f))
    return "gemm has an integer form only with alpha = 1 and beta = 1";
  int64_t columns = getKnown(getShapeOf(getY())[1], getShapeOf(getB())[getTransB() ? 0 : 1]);
  if (getC() && (getTensor(getC()).getRank() != 1 || getShapeOf(getC())[0] != columns))
    return "gemm has an integer form only where c has one value per column";
  std::string reason = explainDepth(*this);
  return reason.empty() ? explainFloatContraction(*this) : reason;
}

// matmul_c1, matmul_c2, matmul_c3
static Dims inferMatMul(ShapeMath &math, MatMulOp::Adaptor op) {
  return inferMatMulShape(math, math.getShape(op.getA()), math.getShape(op.getB()));
}
QC_SHAPE_FUNCTION(MatMulOp, getTensor(op.getA()).getElementType(), inferMatMul)

LogicalResult MatMulOp::verify() {
  if (failed(verifyDepth(*this, getTensor(getA()).getRank() > 0 && getTensor(getB()).getRank() > 0)))
    return failure();
  if (!getBias())
    return success();
  if (getTensor(getB()).getRank() < 2) // matmul_c4
    return emitOpError("expects a bias only with a b of rank 2 or more, got ") << getB().getType();
  return verifyVector(*this, "a bias", getBias(), getShapeOf(getB()).back());
}

std::optional<int64_t> MatMulOp::getMacs() { return countMacs(getShapeOf(getY()), {getShapeOf(getA()).back()}); }
RoundingTraits MatMulOp::getRoundingTraits() { return makeContractionTraits(); }
std::optional<unsigned> MatMulOp::getWeightOperand() { return 1; }
int64_t MatMulOp::getWeightChannelAxis() {
  int64_t rank = getTensor(getB()).getRank();
  return rank < 2 ? -1 : rank - 1;
}
std::optional<unsigned> MatMulOp::getBiasOperand() { return getBias() ? std::optional<unsigned>(2) : std::nullopt; }
bool MatMulOp::hasMatrixWeights() { return true; }
int64_t MatMulOp::getReductionDepth() { return getLargestDepth(*this); }
std::string MatMulOp::explainFloat() {
  std::string reason = explainDepth(*this);
  return reason.empty() ? explainFloatContraction(*this) : reason;
}
int64_t MatMulOp::getResultChannelAxis() { return getWeightChannelAxis() < 0 ? -1 : getTensor(getY()).getRank() - 1; }

QC_SAME_SHAPE(BatchNormOp, getX)

LogicalResult BatchNormOp::verify() {
  if (getTensor(getX()).getRank() < 2) // batch_norm_c1
    return emitOpError("expects an input of rank 2 or more, got ") << getX().getType();
  for (Value vector : {getScale(), getBias(), getMean(), getVar()})
    if (failed(verifyVector(*this, "parameters", vector, getShapeOf(getX())[1]))) // batch_norm_c2
      return failure();
  if (!getEpsilon().isFinite() || (getEpsilon().isNegative() && !getEpsilon().isZero())) // batch_norm_c3
    return emitOpError("expects a finite epsilon >= 0, got ") << getEpsilonAttr();
  return success();
}

std::string BatchNormOp::explainFloat() {
  return "batch_norm has no integer form where it cannot be folded into a contraction";
}
