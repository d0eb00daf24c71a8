// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// External models of EvaluateOpInterface: checks around one function per operation.
#include "Scalars.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/TypeUtilities.h"
#include "qc/Reference/Evaluate.h"
#include <cfenv>

using namespace mlir;
using namespace qc;
using namespace qc::reference;

namespace {
/// Round to nearest, no flush to zero (docs/Numerics.md, The float borders), whatever the caller has set.
class DefaultFloatEnvironment {
public:
  DefaultFloatEnvironment() {
    std::fegetenv(&saved);
    std::fesetenv(FE_DFL_ENV);
  }
  ~DefaultFloatEnvironment() { std::fesetenv(&saved); }

private:
  std::fenv_t saved;
};
} // namespace

// Whether `value` is a whole value that a place of type `expected` may hold.
static bool isValueOf(const TensorValue &value, Type expected) {
  auto type = dyn_cast<RankedTensorType>(expected);
  if (!type || !value.getType() || value.getType().getElementType() != type.getElementType() ||
      failed(verifyCompatibleShape(type, value.getType())))
    return false;
  return TensorValue::getByteSize(value.getType()) == int64_t(value.getRawData().size());
}

static LogicalResult checkOperands(Operation *op, Operands operands) {
  if (operands.size() != op->getNumOperands())
    return op->emitOpError("expects ") << op->getNumOperands() << " operand values, got " << operands.size();
  for (auto [i, value] : llvm::enumerate(operands)) {
    Type expected = op->getOperand(i).getType();
    if (isValueOf(value, expected))
      continue;
    InFlightDiagnostic error = op->emitOpError("expects a value of type ") << expected << " for operand " << i;
    return value.getType() ? error << ", got " << value.getType() : error << ", got none";
  }
  return success();
}

LogicalResult reference::evaluateChecked(Operation *op, Operands operands, SmallVectorImpl<TensorValue> &results,
                                         llvm::function_ref<Result()> evaluate) {
  if (failed(checkOperands(op, operands)))
    return failure();
  DefaultFloatEnvironment environment;
  Result result = evaluate();
  if (failed(result))
    return failure();
  Type declared = op->getResult(0).getType();
  if (!isValueOf(*result, declared))
    return op->emitOpError("expects operands that give a result of type ") << declared << ", got " << result->getType();
  results.push_back(std::move(*result));
  return success();
}

namespace {
template <typename Op> struct Model : EvaluateOpInterface::ExternalModel<Model<Op>, Op> {
  LogicalResult evaluate(Operation *op, ArrayRef<TensorValue> operands, SmallVectorImpl<TensorValue> &results) const {
    return evaluateChecked(op, operands, results, [&] { return reference::evaluate(cast<Op>(op), operands); });
  }
};
} // namespace

namespace {
/// Of every operation that moves elements.
struct MoveModel : EvaluateOpInterface::FallbackModel<MoveModel> {
  LogicalResult evaluate(Operation *op, ArrayRef<TensorValue> operands, SmallVectorImpl<TensorValue> &results) const {
    return evaluateChecked(op, operands, results,
                           [&] { return reference::evaluateMove(cast<MoveOpInterface>(op), operands); });
  }
};
} // namespace

static void attachToMoves(MLIRContext *context) {
  for (RegisteredOperationName name : context->getRegisteredOperations())
    if (name.hasInterface<MoveOpInterface>())
      name.attachInterface<MoveModel>();
}

template <typename... Ops> static void attach(MLIRContext *context) {
  (Ops::template attachInterface<Model<Ops>>(*context), ...);
}

void qc::registerReferenceModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, QCDialect *) {
    attach<ConvOp, ConvTransposeOp, GemmOp, MatMulOp, BatchNormOp, ClipOp, SoftmaxOp, MeanWeightsOp, LogSoftmaxOp,
           ReduceOp, NormalizeOp, ArgReduceOp, TopKOp, CumSumOp, LstmCellOp, GruCellOp, MaxPoolOp, AvgPoolOp,
           GlobalAvgPoolOp, ConstantOp, ReshapeOp, ShapeOp, SizeOp, ConstantOfShapeOp, RangeOp, DynamicReshapeOp,
           QuantizeOp, DequantizeOp>(context);
    attachScalars(context);
    attachToMoves(context);
  });
  registry.addExtension(+[](MLIRContext *context, dyadic::DyadicDialect *) {
    attach<dyadic::ConvOp, dyadic::MatMulOp, dyadic::MulOp, dyadic::AvgPoolOp, dyadic::GlobalAvgPoolOp,
           dyadic::RequantOp, dyadic::LutOp, dyadic::SegmentsOp, dyadic::PlaneOp, dyadic::RowMaxOp, dyadic::SelectOp,
           dyadic::LutBelowOp, dyadic::RowReciprocalOp, dyadic::RequantRowsOp, dyadic::RowSumOp, dyadic::RowRootOp,
           dyadic::NormalizeOp>(context);
  });
}
