// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which kernel and which layout each operation has.
#include "qc/Codegen/Schedule/Models.h"
#include "Compensations.h"
#include "Former.h"
#include "ScalarKind.h"
#include "dialects/Kernel/Kernel.h"
#include "mlir/IR/DialectRegistry.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

static bool isConstant(Value value) { return !value || getConstantValue(value); }

// kernel.contract needs packed constant weights.
static bool isPacked(qc::ConvOp op) { return isConstant(op.getW()) && isConstant(op.getB()); }
static bool isPacked(dyadic::ConvOp op) { return getCompensation(op).has_value(); }

static bool isConstantMatrix(Value b) { return isConstant(b) && cast<RankedTensorType>(b.getType()).getRank() == 2; }
static bool isPacked(GemmOp op) {
  return isConstantMatrix(op.getB()) && !op.getTransA() && (!op.getC() || getGemmBias(op));
}
static bool isPacked(qc::MatMulOp op) { return isConstantMatrix(op.getB()) && isConstant(op.getBias()); }
static bool isPacked(dyadic::MatMulOp op) { return isConstantMatrix(op.getB()) && getCompensation(op).has_value(); }

namespace {
template <typename Op> struct ConvModel : KernelFormOpInterface::ExternalModel<ConvModel<Op>, Op> {
  const KernelBuilder *getKernelBuilder(Operation *op) const {
    auto conv = cast<Op>(op);
    if (!isPacked(conv))
      return &Former::direct;
    auto w = cast<RankedTensorType>(conv.getW().getType());
    int64_t group = conv.getGroup();
    bool isDepthwise = group > 1 && w.getDimSize(1) == 1 && w.getDimSize(0) == group;
    return isDepthwise ? &Former::depthwise : &Former::contract;
  }
  LayoutWish getLayoutWish(Operation *) const { return LayoutWish::ChannelsLast; }
  ArrayRef<int64_t> getPadding(Operation *op) const { return cast<Op>(op).getPads(); }
};

template <typename Op> struct ProductModel : KernelFormOpInterface::ExternalModel<ProductModel<Op>, Op> {
  const KernelBuilder *getKernelBuilder(Operation *op) const {
    return isPacked(cast<Op>(op)) ? &Former::contract : &Former::product;
  }
};

template <typename Op, const KernelBuilder &builder, LayoutWish wish>
struct Model : KernelFormOpInterface::ExternalModel<Model<Op, builder, wish>, Op> {
  const KernelBuilder *getKernelBuilder(Operation *) const { return &builder; }
  LayoutWish getLayoutWish(Operation *) const { return wish; }
};

/// An operation whose text is described in Scalars.h.
template <typename Op> struct ElementwiseModel : KernelFormOpInterface::ExternalModel<ElementwiseModel<Op>, Op> {
  const KernelBuilder *getKernelBuilder(Operation *op) const {
    return kernel::describeScalar(op) ? &Former::pointwise : nullptr;
  }
  LayoutWish getLayoutWish(Operation *) const { return LayoutWish::Neighbours; }
  bool describeScalar(Operation *op, const Compensation &compensation, unsigned compensated, ScalarForm &form) const {
    std::optional<ScalarForm> described;
    if constexpr (std::is_same_v<Op, dyadic::RequantOp>)
      described = describeRequant(cast<Op>(op), compensation, compensated);
    else
      described = describe(cast<Op>(op));
    if (described)
      form = std::move(*described);
    return described.has_value();
  }
};
} // namespace

namespace {
/// A plane, which often is never made: 16-bit codes lie as the contractions of their planes like them, and have the
/// padding of these.
struct PlaneModel : KernelFormOpInterface::ExternalModel<PlaneModel, dyadic::PlaneOp> {
  const KernelBuilder *getKernelBuilder(Operation *) const { return &Former::pointwise; }
  LayoutWish getLayoutWish(Operation *op) const {
    return findConv(op) ? LayoutWish::ChannelsLast : LayoutWish::Neighbours;
  }
  ArrayRef<int64_t> getPadding(Operation *op) const {
    auto conv = cast_or_null<dyadic::ConvOp>(findConv(op));
    return conv && findPlanePair(conv) ? conv.getPads() : ArrayRef<int64_t>();
  }
  bool describeScalar(Operation *op, const Compensation &, unsigned, ScalarForm &form) const {
    form = *describe(cast<dyadic::PlaneOp>(op));
    return true;
  }

private:
  // The convolution of the plane that pads most.
  static Operation *findConv(Operation *op) {
    auto padOf = [](dyadic::ConvOp conv) { return llvm::sum_of(conv.getPads()); };
    dyadic::ConvOp found;
    for (Operation *user : op->getUsers())
      if (auto conv = dyn_cast<dyadic::ConvOp>(user))
        if (!found || padOf(found) < padOf(conv))
          found = conv;
    return found;
  }
};
} // namespace

template <template <typename> typename Model, typename... Ops> static void attach(MLIRContext *context) {
  (Ops::template attachInterface<Model<Ops>>(*context), ...);
}
template <const KernelBuilder &builder, LayoutWish wish, typename... Ops>
static void attachPlain(MLIRContext *context) {
  (Ops::template attachInterface<Model<Ops, builder, wish>>(*context), ...);
}

namespace {
/// Of a move that says nothing else.
struct MoveModel : KernelFormOpInterface::FallbackModel<MoveModel> {
  const KernelBuilder *getKernelBuilder(Operation *) const { return &Former::move; }
  LayoutWish getLayoutWish(Operation *) const { return LayoutWish::Neighbours; }
  ArrayRef<int64_t> getPadding(Operation *) const { return {}; }
  bool describeScalar(Operation *, const Compensation &, unsigned, ScalarForm &) const { return false; }
};
} // namespace

static void attachToMoves(MLIRContext *context) {
  for (RegisteredOperationName name : context->getRegisteredOperations())
    if (name.hasInterface<MoveOpInterface>() && !name.hasInterface<KernelFormOpInterface>())
      name.attachInterface<MoveModel>();
}

void qc::registerScheduleModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, QCDialect *) {
    attach<ConvModel, qc::ConvOp>(context);
    attach<ProductModel, GemmOp, qc::MatMulOp>(context);
    attachPlain<Former::pool, LayoutWish::ChannelsLast, MaxPoolOp, qc::AvgPoolOp, GlobalAvgPoolOp>(context);
    attachPlain<Former::rows, LayoutWish::RowMajor, SoftmaxOp>(context);
    attachPlain<Former::rows, LayoutWish::Neighbours, LogSoftmaxOp, ReduceOp, NormalizeOp, ArgReduceOp, TopKOp,
                CumSumOp>(context);
    attachPlain<Former::move, LayoutWish::RowMajor, ReshapeOp, DynamicReshapeOp, TransposeOp, ExpandOp>(context);
    attachPlain<Former::cell, LayoutWish::RowMajor, LstmCellOp, GruCellOp>(context);
    attachPlain<Former::range, LayoutWish::RowMajor, RangeOp>(context);
    attachPlain<Former::constantOfShape, LayoutWish::RowMajor, ConstantOfShapeOp>(context);
    attach<ElementwiseModel, ClipOp, BatchNormOp, QuantizeOp, DequantizeOp>(context);
    attachScalars(context);
    attachToMoves(context);
  });
  registry.addExtension(+[](MLIRContext *context, dyadic::DyadicDialect *) {
    attach<ConvModel, dyadic::ConvOp>(context);
    attach<ProductModel, dyadic::MatMulOp>(context);
    attachPlain<Former::pool, LayoutWish::ChannelsLast, dyadic::AvgPoolOp, dyadic::GlobalAvgPoolOp>(context);
    attach<ElementwiseModel, dyadic::RequantOp, dyadic::LutOp, dyadic::SegmentsOp, dyadic::MulOp>(context);
    attach<ElementwiseModel, dyadic::SelectOp, dyadic::LutBelowOp, dyadic::RequantRowsOp, dyadic::NormalizeOp>(context);
    attachPlain<Former::rows, LayoutWish::RowMajor, dyadic::RowMaxOp, dyadic::RowReciprocalOp, dyadic::RowSumOp,
                dyadic::RowRootOp>(context);
    dyadic::PlaneOp::attachInterface<PlaneModel>(*context);
  });
}
