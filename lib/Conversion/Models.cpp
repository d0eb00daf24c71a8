// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which conversion each operation has.
#include "qc/Conversion/Models.h"
#include "RoundedGroup.h"
#include "mlir/IR/DialectRegistry.h"

using namespace mlir;
using namespace qc;
using namespace qc::conversion;

namespace {
template <typename Op> struct ContractionModel : DyadicFormOpInterface::ExternalModel<ContractionModel<Op>, Op> {
  FailureOr<Value> convert(Operation *, OpBuilder &builder, const RoundedGroup &group, std::string &reason) const {
    return convertContraction(builder, group, reason);
  }
  Value emitSum(Operation *op, OpBuilder &builder, const SumOperands &operands) const {
    return conversion::emitSum(cast<Op>(op), builder, operands);
  }
};

template <typename Op, Converter *converter>
struct Model : DyadicFormOpInterface::ExternalModel<Model<Op, converter>, Op> {
  FailureOr<Value> convert(Operation *, OpBuilder &builder, const RoundedGroup &group, std::string &reason) const {
    return converter(builder, group, reason);
  }
};

/// Every function of one value: the operations are found by their interface, not by their names.
struct TableModel : DyadicFormOpInterface::ExternalModel<TableModel, ReluOp> {
  FailureOr<Value> convert(Operation *, OpBuilder &builder, const RoundedGroup &group, std::string &reason) const {
    return convertChain(builder, group, reason);
  }
};
} // namespace

void qc::registerConversionModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, QCDialect *) {
    qc::ConvOp::attachInterface<ContractionModel<qc::ConvOp>>(*context);
    GemmOp::attachInterface<ContractionModel<GemmOp>>(*context);
    qc::MatMulOp::attachInterface<ContractionModel<qc::MatMulOp>>(*context);
    qc::AddOp::attachInterface<Model<qc::AddOp, convertAdd>>(*context);
    SubOp::attachInterface<Model<SubOp, convertAdd>>(*context);
    qc::MulOp::attachInterface<Model<qc::MulOp, convertMul>>(*context);
    SoftmaxOp::attachInterface<Model<SoftmaxOp, convertSoftmax>>(*context);
    MeanWeightsOp::attachInterface<Model<MeanWeightsOp, convertMeanWeights>>(*context);
    qc::NormalizeOp::attachInterface<Model<qc::NormalizeOp, convertNormalize>>(*context);
    qc::AvgPoolOp::attachInterface<Model<qc::AvgPoolOp, convertPool<qc::AvgPoolOp>>>(*context);
    GlobalAvgPoolOp::attachInterface<Model<GlobalAvgPoolOp, convertPool<GlobalAvgPoolOp>>>(*context);
    // Not by dialect: while dialects are being loaded that look-up does not find all.
    for (RegisteredOperationName name : context->getRegisteredOperations())
      if (name.getDialectNamespace() == QCDialect::getDialectNamespace() &&
          name.hasInterface<UnaryFunctionOpInterface>() && !name.hasInterface<DyadicFormOpInterface>())
        name.attachInterface<TableModel>();
  });
}
