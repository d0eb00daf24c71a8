// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What IntegerFormOpInterface gives where an operation says nothing else.
#include "Verification.h"

using namespace mlir;
using namespace qc;

bool qc::isConstantOrCodes(Value value) {
  if (auto dequantize = value.getDefiningOp<DequantizeOp>())
    value = dequantize.getQ();
  return value.getDefiningOp<qc::ConstantOp>() != nullptr;
}

std::string qc::explainFloatContraction(IntegerFormOpInterface op) {
  if (int64_t axis = op.getWeightChannelAxis();
      axis >= 0 && getShapeOf(op->getOperand(*op.getWeightOperand()))[axis] == 0)
    return "it has no output channels";
  if (std::optional<unsigned> bias = op.getBiasOperand())
    if (!isConstantOrCodes(op->getOperand(*bias)))
      return "the bias is computed, an integer form needs a constant one";
  return {};
}

RoundingTraits qc::getDefaultRoundingTraits(Operation *op) {
  RoundingTraits traits;
  auto function = dyn_cast<UnaryFunctionOpInterface>(op);
  // A constant of more dimensions gives the result more than its argument has.
  traits.isTableStep =
      function && function.applyF64(0.0) &&
      getTensor(op->getResult(0)).getRank() == getTensor(op->getOperand(function.getArgument())).getRank();
  return traits;
}

// Indices, shapes and truth values are no activations.
static bool isActivation(Value value) {
  Type element = getElementTypeOrSelf(value.getType());
  return !element.isSignlessInteger(64) && !element.isSignlessInteger(1);
}

SmallVector<unsigned> qc::getDefaultDataOperands(Operation *op) {
  auto function = dyn_cast<UnaryFunctionOpInterface>(op);
  if (function && getDefaultRoundingTraits(op).isTableStep) // the bounds of a clip are no activations
    return {function.getArgument()};
  SmallVector<unsigned> slots;
  auto form = cast<IntegerFormOpInterface>(op);
  std::optional<unsigned> weight = form.getWeightOperand(), bias = form.getBiasOperand();
  for (unsigned i = 0; i < op->getNumOperands(); ++i)
    if (isActivation(op->getOperand(i)) && i != bias && (i != weight || !getConstantValue(op->getOperand(i))))
      slots.push_back(i);
  return slots;
}

FormatCandidate qc::getFloatCandidate(Operation *op) {
  return {"float", FormatAttr(), SmallVector<FormatAttr>(op->getNumOperands()), {}};
}

bool qc::isActivationFormat(FormatAttr format) {
  return format && format.getAxis() < 0 &&
         (format.getStorage().isUnsignedInteger(8) || format.getStorage().isUnsignedInteger(16));
}

bool qc::isWideFormat(FormatAttr format) { return format && format.getStorage().isUnsignedInteger(16); }

bool qc::isInt4Format(FormatAttr format) { return format && format.getStorage().isSignlessInteger(4); }

Type qc::getStoredType(FormatAttr format) {
  return isInt4Format(format) ? IntegerType::get(format.getContext(), 8) : format.getStorage();
}

// `bits` are those of activations; biases have four times as many.
static FormatCandidate getIntegerCandidate(IntegerFormOpInterface form, StringRef name, unsigned bits) {
  Operation *op = form.getOperation();
  MLIRContext *context = op->getContext();
  auto activation = FormatAttr::get(context, IntegerType::get(context, bits, IntegerType::Unsigned), -1, 0);
  FormatCandidate candidate{name, activation, SmallVector<FormatAttr>(op->getNumOperands()), form.explainFloat()};
  if (std::optional<unsigned> weight = form.getWeightOperand())
    candidate.operands[*weight] =
        FormatAttr::get(context, IntegerType::get(context, 8), std::max<int64_t>(form.getWeightChannelAxis(), -1), 0);
  if (std::optional<unsigned> bias = form.getBiasOperand())
    candidate.operands[*bias] = FormatAttr::get(context, IntegerType::get(context, 4 * bits), 0, 0);
  for (unsigned slot : form.getDataOperands())
    candidate.operands[slot] = activation;
  return candidate;
}

/// Weights that share a multiplier, and the shortest sums and runs of them that 4 bits are for: shorter ones would take
/// up no less than i8.
static constexpr int64_t kInt4Group = 32, kLeastInt4Depth = 32, kLeastInt4Run = 8;

// Why the weights of a contraction have no 4 bits; empty where they can, and where there are none.
static std::string explainNoInt4(IntegerFormOpInterface form) {
  std::optional<unsigned> slot = form.getWeightOperand();
  if (!slot)
    return {};
  Value weights = form->getOperand(*slot);
  ArrayRef<int64_t> shape = getShapeOf(weights);
  if (!isConstantOrCodes(weights))
    return "its second operand is computed, weights of 4 bits are constant";
  if (form.hasMatrixWeights() && shape.size() != 2)
    return "its weights have rank " + std::to_string(shape.size()) + ", those of 4 bits are a matrix";
  int64_t run = shape[form.hasMatrixWeights() ? 1 - form.getWeightChannelAxis() : 1], depth = form.getReductionDepth();
  if (depth >= kLeastInt4Depth && run >= kLeastInt4Run)
    return {};
  return "its sums have " + std::to_string(depth) + " weights of " + std::to_string(run) +
         " channels, 4 bits are for at least " + std::to_string(kLeastInt4Depth) + " of " +
         std::to_string(kLeastInt4Run);
}

// As with weights of 8 bits, but for the weights of a contraction.
static FormatCandidate getInt4Candidate(IntegerFormOpInterface form, StringRef name, unsigned bits) {
  FormatCandidate candidate = getIntegerCandidate(form, name, bits);
  if (candidate.whyNot.empty())
    candidate.whyNot = explainNoInt4(form);
  std::optional<unsigned> slot = form.getWeightOperand();
  if (!slot || !isConstantOrCodes(form->getOperand(*slot)))
    return candidate;
  FormatAttr &weights = candidate.operands[*slot];
  MLIRContext *context = weights.getContext();
  weights = FormatAttr::get(context, IntegerType::get(context, 4), weights.getAxis(), kInt4Group);
  return candidate;
}

SmallVector<FormatCandidate> qc::getDefaultCandidates(Operation *op) {
  auto form = cast<IntegerFormOpInterface>(op);
  return {getFloatCandidate(op), getIntegerCandidate(form, "int8", 8), getIntegerCandidate(form, "w8a16", 16),
          getInt4Candidate(form, "w4a8", 8), getInt4Candidate(form, "w4a16", 16)};
}
