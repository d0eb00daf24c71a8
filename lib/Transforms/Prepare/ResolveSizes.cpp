// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-resolve-sizes: what is known about sizes goes into types, constants and reshapes.
#include "Constants.h"
#include "KnownEntries.h"
#include "Names.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "qc/Transforms/Prepare/Passes.h"
#include "qc/Transforms/Prepare/Rewrites.h"

namespace qc {
#define GEN_PASS_DEF_RESOLVESIZESPASS
#include "qc/Transforms/Prepare/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;

// What the operation's own inference says, or the type as it is.
static RankedTensorType inferType(OpResult result) {
  auto type = cast<RankedTensorType>(result.getType());
  auto infer = dyn_cast<InferTypeOpInterface>(result.getOwner());
  Operation *op = result.getOwner();
  SmallVector<Type> types;
  if (!infer ||
      failed(infer.inferReturnTypes(op->getContext(), std::nullopt, op->getOperands(), op->getAttrDictionary(),
                                    op->getPropertiesStorage(), op->getRegions(), types)))
    return type;
  auto inferred = dyn_cast<RankedTensorType>(types[result.getResultNumber()]);
  return inferred && succeeded(verifyCompatibleShape(inferred, type)) ? inferred : type;
}

bool qc::refineType(const SizeAnalysis &sizes, OpResult result) {
  auto type = dyn_cast<RankedTensorType>(result.getType());
  if (!type || type.hasStaticShape() || llvm::any_of(result.getUsers(), [](Operation *user) {
        return !isa<QCDialect>(user->getDialect()) && !isa<func::ReturnOp>(user);
      }))
    return false;
  RankedTensorType inferred = inferType(result);
  SmallVector<int64_t> shape(type.getShape());
  for (auto [d, expr] : llvm::enumerate(sizes.getShape(result))) {
    if (!ShapedType::isDynamic(shape[d]))
      continue;
    std::optional<int64_t> known = ExprMath::getKnown(expr);
    shape[d] = known && *known >= 0 ? *known : inferred.getDimSize(d);
  }
  if (ArrayRef(shape) == type.getShape())
    return false;
  result.setType(type.clone(shape));
  return true;
}

FailureOr<SmallVector<int64_t>> qc::resolveReshape(const SizeAnalysis &sizes, Value x, Value y, std::string &reason) {
  const ExprMath &math = sizes.getMath();
  ArrayRef<AffineExpr> from = sizes.getShape(x), to = sizes.getShape(y);
  SmallVector<int64_t> entries;
  SmallVector<bool> isCopied(from.size(), false);
  AffineExpr left = math.constant(1), given = left;
  std::optional<size_t> open;
  auto find = [&](size_t d) -> std::optional<size_t> {
    if (d < from.size() && !isCopied[d] && math.areEqual(from[d], to[d]))
      return d;
    for (size_t i = 0; i < from.size(); ++i)
      if (!isCopied[i] && math.areEqual(from[i], to[d]))
        return i;
    return std::nullopt;
  };
  for (size_t d = 0; d < to.size(); ++d) {
    std::optional<int64_t> known = ExprMath::getKnown(to[d]);
    // (A copied 0 would be left out of the count: then the rest would have to agree.)
    std::optional<size_t> source = known ? std::nullopt : find(d);
    if (source) {
      isCopied[*source] = true;
      entries.push_back(-2 - int64_t(*source));
    } else if (known) {
      entries.push_back(*known);
      given = math.mul(given, to[d]);
    } else if (open) {
      reason = "dimensions " + std::to_string(*open) + " and " + std::to_string(d) + " of the result are " +
               sizes.print(to[*open]) + " and " + sizes.print(to[d]) + ", which are no dimensions of the operand";
      return failure();
    } else {
      open = d;
      entries.push_back(-1);
    }
  }
  for (size_t i = 0; i < from.size(); ++i)
    left = isCopied[i] ? left : math.mul(left, from[i]);
  // What the others leave must be what was asked for: else the demand that they agree would be lost.
  AffineExpr rest = open ? math.divideExactly(left, given) : AffineExpr();
  if (open && (!rest || !math.areEqual(rest, to[*open]))) {
    reason = "dimension " + std::to_string(*open) + " of the result is " + sizes.print(to[*open]) +
             ", the others leave " + sizes.print(left) + " / " + sizes.print(given);
    return failure();
  }
  return entries;
}

// Whether the value was there when the analysis was made.
static bool isAnalyzed(const SizeAnalysis &sizes, Value value) {
  return int64_t(sizes.getShape(value).size()) == cast<RankedTensorType>(value.getType()).getRank();
}

// The dimensions of both are known to be the same, in the analysis and in types.
static bool haveSameShape(const SizeAnalysis &sizes, Value a, Value b) {
  return a.getType() == b.getType() && isAnalyzed(sizes, a) && isAnalyzed(sizes, b) &&
         llvm::all_of(llvm::zip(sizes.getShape(a), sizes.getShape(b)),
                      [&](auto pair) { return sizes.areEqual(std::get<0>(pair), std::get<1>(pair)); });
}

// Each entry of the shape is 1, or the dimension of x at its place: there is nothing to expand, and nothing that has to
// be checked when the model runs.
static bool isIdentity(const SizeAnalysis &sizes, ExpandOp op) {
  ArrayRef<AffineExpr> dims = sizes.getShape(op.getX());
  std::optional<ArrayRef<AffineExpr>> entries = sizes.getContents(op.getShape());
  if (op.getX().getType() != op.getY().getType() || !isAnalyzed(sizes, op.getX()) || !entries ||
      entries->size() > dims.size())
    return false;
  return llvm::all_of(llvm::zip(dims.take_back(entries->size()), *entries), [&](auto pair) {
    auto [dim, entry] = pair;
    return ExprMath::getKnown(entry) == 1 || sizes.areEqual(dim, entry);
  });
}

// The value of a small tensor of integers, all elements of which are known.
static std::optional<TensorValue> getKnownContents(const SizeAnalysis &sizes, Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  std::optional<ArrayRef<AffineExpr>> contents = sizes.getContents(value);
  if (!contents || !type.hasStaticShape() || !type.getElementType().isInteger())
    return std::nullopt;
  TensorValue result(type);
  for (auto [i, expr] : llvm::enumerate(*contents)) {
    std::optional<int64_t> known = ExprMath::getKnown(expr);
    if (!known)
      return std::nullopt;
    result.setInteger(i, *known);
  }
  return result;
}

namespace {
struct ResolveSizesPass final : qc::impl::ResolveSizesPassBase<ResolveSizesPass> {
  using ResolveSizesPassBase::ResolveSizesPassBase;

  void runOnOperation() override {
    func::FuncOp main = getOperation();
    if (main.isExternal())
      return;
    IRRewriter rewriter(&getContext());
    // A round may make sizes known that the next one uses; each makes at least one more known or one operation less.
    bool changed = hasWork(main);
    while (changed) {
      FailureOr<SizeAnalysis> sizes = SizeAnalysis::analyze(main);
      if (failed(sizes))
        return signalPassFailure();
      changed = false;
      // Nothing is erased here: the analysis knows values by their address.
      for (Operation *op : listOperations(main))
        changed |= resolve(rewriter, *sizes, op);
      eraseDead(rewriter, main);
      for (Operation *op : listOperations(main))
        if (failed(fold(rewriter, op, changed)))
          return signalPassFailure();
      // The inner ones last: what an outer one drops is gone with it.
      for (bool isFolded = true; isFolded;) {
        SmallVector<Operation *> operations = listOperations(main);
        isFolded = llvm::any_of(operations, [&](Operation *op) { return foldControl(rewriter, op); });
        changed |= isFolded;
      }
      eraseDead(rewriter, main);
    }
    main.setType(FunctionType::get(&getContext(), main.getArgumentTypes(),
                                   main.getBody().front().getTerminator()->getOperandTypes()));
    remarkDynamic(main);
  }

  // Nothing is to be found where all sizes are known and no operation computes one.
  static bool hasWork(func::FuncOp main) {
    return llvm::any_of(listOperations(main), [](Operation *op) {
      auto isDynamic = [](Type type) {
        auto tensor = dyn_cast<RankedTensorType>(type);
        return tensor && !tensor.hasStaticShape();
      };
      return isa<ShapeOp, SizeOp, ExpandOp, DynamicReshapeOp>(op) || llvm::any_of(op->getResultTypes(), isDynamic) ||
             llvm::any_of(op->getOperandTypes(), isDynamic);
    });
  }

  static void eraseDead(RewriterBase &rewriter, func::FuncOp main) {
    SmallVector<Operation *> operations = listOperations(main);
    for (Operation *op : llvm::reverse(operations))
      if (isOpTriviallyDead(op))
        rewriter.eraseOp(op);
  }

  // Returns whether something has changed.
  static bool resolve(RewriterBase &rewriter, const SizeAnalysis &sizes, Operation *op) {
    if (!isa<QCDialect>(op->getDialect()) || isa<qc::ConstantOp>(op) || op->use_empty())
      return false;
    bool changed = refineArguments(sizes, op);
    for (OpResult result : op->getResults())
      changed |= refineType(sizes, result);
    changed |= prepare::takeKnownEntries(sizes, op);
    if (Value same = findOperand(sizes, op)) {
      rewriter.replaceAllUsesWith(op->getResult(0), same);
      return true;
    }
    return makeConstants(rewriter, sizes, op) || makeStatic(rewriter, sizes, op) || changed;
  }

  // The carried values of a loop in its body: they keep their shapes.
  static bool refineArguments(const SizeAnalysis &sizes, Operation *op) {
    auto loop = dyn_cast<LoopOp>(op);
    bool changed = false;
    for (size_t i = 0; loop && i < loop.getNumCarried(); ++i) {
      auto type = cast<RankedTensorType>(loop.getCarried(i).getType());
      SmallVector<int64_t> shape(type.getShape());
      for (auto [d, expr] : llvm::enumerate(sizes.getShape(loop.getCarried(i))))
        if (std::optional<int64_t> known = ExprMath::getKnown(expr); known && *known >= 0)
          shape[d] = *known;
      if (ArrayRef(shape) == type.getShape())
        continue;
      loop.getCarried(i).setType(type.clone(shape));
      changed = true;
    }
    return changed;
  }

  LogicalResult fold(RewriterBase &rewriter, Operation *op, bool &changed) {
    std::string reason;
    if (!isFoldable(op, maxGrowth, reason))
      return success();
    changed = true;
    return foldConstant(rewriter, op);
  }

  // The operand that `op` gives back.
  static Value findOperand(const SizeAnalysis &sizes, Operation *op) {
    if (Value operand = getIdentityOperand(op))
      return operand;
    if (auto expand = dyn_cast<ExpandOp>(op))
      return isIdentity(sizes, expand) ? expand.getX() : Value();
    bool isSame = isa<ReshapeOp, DynamicReshapeOp>(op) && haveSameShape(sizes, op->getOperand(0), op->getResult(0));
    return isSame ? op->getOperand(0) : Value();
  }

  static bool makeConstants(RewriterBase &rewriter, const SizeAnalysis &sizes, Operation *op) {
    bool changed = false;
    for (OpResult result : op->getResults()) {
      std::optional<TensorValue> value = result.use_empty() ? std::nullopt : getKnownContents(sizes, result);
      if (!value)
        continue;
      rewriter.setInsertionPoint(op);
      rewriter.replaceAllUsesWith(result, prepare::createConstant(rewriter, op->getLoc(), *value));
      changed = true;
    }
    return changed;
  }

  static bool makeStatic(RewriterBase &rewriter, const SizeAnalysis &sizes, Operation *op) {
    std::string reason;
    if (!isa<ReshapeOp, DynamicReshapeOp>(op) || !isAnalyzed(sizes, op->getOperand(0)))
      return false;
    FailureOr<SmallVector<int64_t>> entries = resolveReshape(sizes, op->getOperand(0), op->getResult(0), reason);
    auto reshape = dyn_cast<ReshapeOp>(op);
    if (failed(entries) || (reshape && reshape.getShape() == ArrayRef(*entries)))
      return false;
    rewriter.setInsertionPoint(op);
    auto made = ReshapeOp::create(rewriter, op->getLoc(), op->getResult(0).getType(), op->getOperand(0), *entries);
    rewriter.replaceAllUsesWith(op->getResult(0), made.getY());
    return true;
  }

  // Says of reshapes that stay why they do.
  static void remarkDynamic(func::FuncOp main) {
    if (collectOperations<DynamicReshapeOp>(main).empty())
      return;
    FailureOr<SizeAnalysis> sizes = SizeAnalysis::analyze(main);
    for (DynamicReshapeOp op : collectOperations<DynamicReshapeOp>(main)) {
      std::string reason;
      if (succeeded(sizes) && failed(resolveReshape(*sizes, op.getX(), op.getY(), reason)))
        prepare::remarkMissed(op.getLoc(), "ResolveSizes", "qc-resolve-sizes", reason);
    }
  }
};
} // namespace
