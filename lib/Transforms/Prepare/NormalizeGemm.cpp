// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-normalize-gemm: alpha = beta = 1, no transposition, c a constant per column.
#include "Constants.h"
#include "Names.h"
#include "qc/Transforms/Prepare/Passes.h"
#include "qc/Transforms/Prepare/Rewrites.h"

namespace qc {
#define GEN_PASS_DEF_NORMALIZEGEMMPASS
#include "qc/Transforms/Prepare/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;
using namespace qc::prepare;

static RankedTensorType getTensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

// N, from the result or from b; kDynamic where neither knows it.
static int64_t getColumns(GemmOp op) {
  int64_t columns = getTensorType(op.getY()).getDimSize(1);
  return ShapedType::isDynamic(columns) ? getTensorType(op.getB()).getDimSize(op.getTransB() ? 0 : 1) : columns;
}

static std::string formatFloat(APFloat value) {
  SmallString<16> text;
  value.toString(text);
  return std::string(text);
}

std::string qc::getGemmDeviation(GemmOp op) {
  if (!op.getAlpha().isExactlyValue(1.0))
    return "alpha is " + formatFloat(op.getAlpha());
  if (!op.getBeta().isExactlyValue(1.0))
    return "beta is " + formatFloat(op.getBeta());
  if (op.getTransA() || op.getTransB())
    return op.getTransA() ? "a is transposed" : "b is transposed";
  if (!op.getC())
    return "";
  if (!op.getC().getDefiningOp<ConstantOp>())
    return "c is not a constant";
  int64_t columns = getColumns(op);
  if (ShapedType::isDynamic(columns) || getTensorType(op.getC()).getShape() != ArrayRef<int64_t>{columns})
    return "c does not have one value per column";
  return "";
}

static void multiply(TensorValue &value, float factor) {
  for (float &x : value.mutableData<float>())
    x *= factor;
}

static TensorValue getScalar(MLIRContext *context, float x) {
  TensorValue value(RankedTensorType::get({}, Float32Type::get(context)));
  value.mutableData<float>()[0] = x;
  return value;
}

namespace {
/// One gemm on its way to the normal form. Decides on everything before it changes the operation.
class GemmNormalizer {
public:
  GemmNormalizer(RewriterBase &rewriter, GemmOp op, SmallVectorImpl<std::string> &notFolded)
      : rewriter(rewriter), op(op), notFolded(notFolded), loc(op.getLoc()) {}

  Value run() {
    rewriter.setInsertionPoint(op);
    SmallVector<Value> old(op->getOperands());
    float alpha = op.getAlpha().convertToFloat();
    int64_t columns = getColumns(op);
    Value a = op.getTransA() ? transpose(op.getA(), "a") : op.getA();
    Value b = normalizeB(alpha); // alpha becomes 1 where it is folded
    Value term = op.getC() ? scaleC() : Value();
    Value bias = term && alpha == 1.0f ? getBias(term, columns) : Value();
    bool isAlone = alpha == 1.0f && (!term || bias);
    rewriter.modifyOpInPlace(op, [&] {
      op.getAMutable().assign(a);
      op.getBMutable().assign(b);
      bias ? op.getCMutable().assign(bias) : op.getCMutable().clear();
      op.setAlpha(APFloat(1.0f));
      op.setBeta(APFloat(1.0f));
      op.setTransA(false);
      op.setTransB(false);
      if (!isAlone)
        op->setLoc(deriveLocation(loc, ".product"));
    });
    Value result = isAlone ? op.getY() : appendRest(alpha, bias ? Value() : term);
    if (term)
      old.push_back(term); // dead where it was written as [N]
    eraseIfDead(rewriter, old);
    return result;
  }

private:
  Value transpose(Value matrix, StringRef name) {
    if (std::optional<TensorValue> value = getConstant(matrix))
      return createConstant(rewriter, matrix.getLoc(), transposeMatrix(*value));
    notFolded.push_back((name + " is transposed by an operation of its own: it is not a constant").str());
    return TransposeOp::create(rewriter, deriveLocation(matrix.getLoc(), ".transposed"), matrix,
                               ArrayRef<int64_t>{1, 0});
  }

  Value normalizeB(float &alpha) {
    std::optional<TensorValue> value = getConstant(op.getB());
    if (!value || (alpha == 1.0f && !op.getTransB()))
      return op.getTransB() ? transpose(op.getB(), "b") : op.getB();
    TensorValue normal = op.getTransB() ? transposeMatrix(*value) : *value;
    if (alpha != 1.0f) {
      // Rounds each weight once, where the operation rounds each result.
      TensorValue scaled = normal;
      multiply(scaled, alpha);
      if (isFinite(scaled) || !isFinite(normal)) {
        normal = scaled;
        alpha = 1.0f;
      }
    }
    return createConstant(rewriter, op.getB().getLoc(), normal);
  }

  // beta * c, the product that the operation defines.
  Value scaleC() {
    Value c = op.getC();
    float beta = op.getBeta().convertToFloat();
    if (beta == 1.0f)
      return c;
    if (std::optional<TensorValue> value = getConstant(c)) {
      multiply(*value, beta);
      return createConstant(rewriter, c.getLoc(), *value);
    }
    notFolded.push_back("beta is a multiplication of its own: c is not a constant");
    Value factor = createConstant(rewriter, deriveLocation(loc, ".beta"), getScalar(op.getContext(), beta));
    return MulOp::create(rewriter, deriveLocation(loc, ".term"), c, factor);
  }

  // The term as [N]; null where it is something else.
  Value getBias(Value term, int64_t columns) {
    std::optional<TensorValue> value = getConstant(term);
    if (!value || ShapedType::isDynamic(columns))
      return {};
    std::optional<TensorValue> bias = getPerChannel(*value, /*rank=*/2, /*axis=*/1, columns);
    if (!bias)
      return {};
    return bias->getType() == value->getType() ? term : createConstant(rewriter, term.getLoc(), *bias);
  }

  // alpha, if it is not 1, and the term, if there is one, behind the product.
  Value appendRest(float alpha, Value term) {
    rewriter.setInsertionPointAfter(op);
    Value result = op.getY();
    Operation *first = nullptr;
    if (alpha != 1.0f) {
      notFolded.push_back("alpha is a multiplication of its own: b is not a constant, or a product is not finite");
      Value factor = createConstant(rewriter, deriveLocation(loc, ".alpha"), getScalar(op.getContext(), alpha));
      auto scaled = MulOp::create(rewriter, term ? deriveLocation(loc, ".scaled") : loc, op.getType(), result, factor);
      first = scaled;
      result = scaled;
    }
    if (term) {
      notFolded.push_back("c is an addition of its own: it is not a constant with one value per column"
                          " added to an unscaled product");
      auto sum = AddOp::create(rewriter, loc, op.getType(), result, term);
      first = first ? first : sum.getOperation();
      result = sum;
    }
    rewriter.replaceAllUsesExcept(op.getY(), result, first);
    return result;
  }

  RewriterBase &rewriter;
  GemmOp op;
  SmallVectorImpl<std::string> &notFolded;
  Location loc; ///< of the value that the whole computes
};
} // namespace

Value qc::normalizeGemm(RewriterBase &rewriter, GemmOp op, SmallVectorImpl<std::string> &notFolded) {
  return GemmNormalizer(rewriter, op, notFolded).run();
}

namespace {
struct NormalizeGemmPass final : qc::impl::NormalizeGemmPassBase<NormalizeGemmPass> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    for (GemmOp op : collect<GemmOp>(getOperation())) {
      SmallVector<std::string> notFolded;
      Value result = normalizeGemm(rewriter, op, notFolded);
      for (const std::string &reason : notFolded)
        remarkMissed(result.getLoc(), "NormalizeGemm", "qc-normalize-gemm", reason);
    }
  }
};
} // namespace
