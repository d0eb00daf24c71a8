// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The plans of operations that are rounded by a Requant of their own.
#include "qc/Analysis/Models.h"
#include "dialects/QC/WindowCounts.h"
#include "mlir/IR/DialectRegistry.h"
#include "qc/Analysis/NormalizePlan.h"
#include "qc/Analysis/RequantPlan.h"

using namespace mlir;
using namespace qc;

namespace {
struct AddModel : RequantPlanOpInterface::ExternalModel<AddModel, AddOp> {
  void planRequant(Operation *, ArrayRef<CodeParams> inputs, float resultScale, RequantPlan &plan) const {
    plan = planAdd(inputs[0], inputs[1], resultScale);
  }
};

struct SubModel : RequantPlanOpInterface::ExternalModel<SubModel, SubOp> {
  void planRequant(Operation *, ArrayRef<CodeParams> inputs, float resultScale, RequantPlan &plan) const {
    plan = planSub(inputs[0], inputs[1], resultScale);
  }
};

struct MulModel : RequantPlanOpInterface::ExternalModel<MulModel, MulOp> {
  void planRequant(Operation *, ArrayRef<CodeParams> inputs, float resultScale, RequantPlan &plan) const {
    plan = planMul(inputs[0], inputs[1], resultScale);
  }
};

struct SoftmaxModel : RequantPlanOpInterface::ExternalModel<SoftmaxModel, SoftmaxOp> {
  void planRequant(Operation *, ArrayRef<CodeParams> inputs, float resultScale, RequantPlan &plan) const {
    plan = planSoftmax(inputs[0], resultScale);
  }
};

struct MeanWeightsModel : RequantPlanOpInterface::ExternalModel<MeanWeightsModel, MeanWeightsOp> {
  void planRequant(Operation *, ArrayRef<CodeParams>, float resultScale, RequantPlan &plan) const {
    plan = planSoftmax(CodeParams(), resultScale);
  }
};

struct NormalizeModel : RequantPlanOpInterface::ExternalModel<NormalizeModel, NormalizeOp> {
  void planRequant(Operation *op, ArrayRef<CodeParams> inputs, float resultScale, RequantPlan &plan) const {
    plan = planNormalize(cast<NormalizeOp>(op), inputs[0], resultScale).requant;
  }
};

template <typename Pool> struct PoolModel : RequantPlanOpInterface::ExternalModel<PoolModel<Pool>, Pool> {
  void planRequant(Operation *op, ArrayRef<CodeParams> inputs, float resultScale, RequantPlan &plan) const {
    WindowCounts counts = getWindowCounts(cast<Pool>(op));
    if (counts)
      plan = planAveragePool(counts.counts, inputs[0], resultScale);
    else
      plan.reason = counts.reason;
  }
};
} // namespace

void qc::registerAnalysisModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, QCDialect *) {
    AddOp::attachInterface<AddModel>(*context);
    SubOp::attachInterface<SubModel>(*context);
    MulOp::attachInterface<MulModel>(*context);
    SoftmaxOp::attachInterface<SoftmaxModel>(*context);
    MeanWeightsOp::attachInterface<MeanWeightsModel>(*context);
    NormalizeOp::attachInterface<NormalizeModel>(*context);
    AvgPoolOp::attachInterface<PoolModel<AvgPoolOp>>(*context);
    GlobalAvgPoolOp::attachInterface<PoolModel<GlobalAvgPoolOp>>(*context);
  });
}
