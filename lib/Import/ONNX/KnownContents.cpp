// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is known of integer tensors at import: exporters write branches on sizes that are numbers.
#include "KnownContents.h"
#include "dialects/QC/QC.h"

using namespace mlir;
using namespace qc::onnx;

namespace {
/// Contents of small integer tensors, as far as types and constants say them: some elements may be unknown.
class KnownContents : public qc::TypeShapeMath {
public:
  /// Of a value behind any number of operations.
  std::optional<qc::Dims> find(Value value);
  std::optional<qc::Dims> getContents(Value value) override;

private:
  std::optional<qc::Dims> compute(OpResult result);
  std::optional<qc::Dims> move(OpResult result, ArrayRef<unsigned> moved);

  llvm::DenseMap<Value, std::optional<qc::Dims>> found;
};
} // namespace

static bool isSmall(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.hasStaticShape() && type.getNumElements() <= qc::kMaxContents &&
         type.getElementType().isInteger();
}

// Operands before results: a walk into itself would be as deep as a chain of operations is long.
std::optional<qc::Dims> KnownContents::find(Value value) {
  llvm::DenseSet<Value> opened;
  SmallVector<Value> stack = {value};
  while (!stack.empty()) {
    Value next = stack.back();
    if (!next.getDefiningOp() || !isSmall(next) || !opened.insert(next).second) {
      getContents(next);
      stack.pop_back();
    } else {
      llvm::append_range(stack, next.getDefiningOp()->getOperands());
    }
  }
  return getContents(value);
}

std::optional<qc::Dims> KnownContents::getContents(Value value) {
  auto result = dyn_cast<OpResult>(value);
  if (!result || !isSmall(value))
    return std::nullopt;
  if (auto known = found.find(value); known != found.end())
    return known->second;
  std::optional<qc::Dims> contents = compute(result);
  bool isValid =
      contents && !hasFailed() && int64_t(contents->size()) == cast<RankedTensorType>(value.getType()).getNumElements();
  clearFailure();
  return found[value] = isValid ? contents : std::nullopt;
}

std::optional<qc::Dims> KnownContents::compute(OpResult result) {
  if (std::optional<qc::TensorValue> constant = qc::getTensorValue(qc::getConstantValue(result)))
    return qc::getIntegers(*constant);
  if (isa<qc::ReshapeOp, qc::DynamicReshapeOp>(result.getOwner()))
    return getContents(result.getOwner()->getOperand(0));
  auto function = dyn_cast<qc::ShapeFunctionOpInterface>(result.getOwner());
  if (!function)
    return std::nullopt;
  SmallVector<unsigned> moved = function.getMovedOperands();
  return moved.empty() ? function.inferContents(*this, result.getResultNumber()) : move(result, moved);
}

// Numbers that stand for the elements are moved: where they arrive says what the result consists of.
std::optional<qc::Dims> KnownContents::move(OpResult result, ArrayRef<unsigned> moved) {
  constexpr int64_t kFirst = 1000000007;
  auto evaluation = dyn_cast<qc::EvaluateOpInterface>(result.getOwner());
  if (!evaluation)
    return std::nullopt;
  qc::Dims sources;
  SmallVector<qc::TensorValue> operands, results;
  for (OpOperand &operand : result.getOwner()->getOpOperands()) {
    std::optional<qc::Dims> contents = getContents(operand.get());
    if (!contents)
      return std::nullopt;
    bool isMoved = llvm::is_contained(moved, operand.getOperandNumber());
    auto type = cast<RankedTensorType>(operand.get().getType());
    if (isMoved && type.getElementType().getIntOrFloatBitWidth() < 32)
      return std::nullopt;
    qc::TensorValue value(type);
    for (auto [i, element] : llvm::enumerate(*contents)) {
      if (!isMoved && !element.getKnown())
        return std::nullopt;
      value.setInteger(int64_t(i), isMoved ? kFirst + int64_t(sources.size()) : *element.getKnown());
      if (isMoved)
        sources.push_back(element);
    }
    operands.push_back(value);
  }
  ScopedDiagnosticHandler silent(result.getContext(), [](Diagnostic &) { return success(); });
  if (failed(evaluation.evaluate(operands, results)) || result.getResultNumber() >= results.size())
    return std::nullopt;
  const qc::TensorValue &value = results[result.getResultNumber()];
  qc::Dims contents;
  for (int64_t i = 0; i < value.getNumElements(); ++i) {
    int64_t number = value.getInteger(i);
    bool isSource = number >= kFirst && number < kFirst + int64_t(sources.size());
    contents.push_back(isSource ? sources[size_t(number - kFirst)] : qc::Dim(number));
  }
  return contents;
}

std::optional<bool> qc::onnx::findTruth(Value condition) {
  std::optional<qc::Dims> contents = KnownContents().find(condition);
  std::optional<int64_t> known = contents && contents->size() == 1 ? contents->front().getKnown() : std::nullopt;
  return known ? std::optional(*known != 0) : std::nullopt;
}
