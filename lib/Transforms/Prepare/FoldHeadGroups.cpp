// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-fold-head-groups: copies of keys and values for the heads that share them become rows of one product.
#include "Names.h"
#include "qc/Analysis/Sizes.h"
#include "qc/Transforms/Prepare/Passes.h"

namespace qc {
#define GEN_PASS_DEF_FOLDHEADGROUPSPASS
#include "qc/Transforms/Prepare/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;
using namespace qc::prepare;

namespace {
/// The second operand of a product, G times: what stands in front of the copies, and behind.
struct Copies {
  Value source;          ///< leading dimensions, h, rows, columns
  TransposeOp transpose; ///< of the last two dimensions behind the copies; may be null
  int64_t count = 1;     ///< G
};

/// Finds copies by the sizes of what is computed on the way.
class CopyFinder {
public:
  explicit CopyFinder(const SizeAnalysis &sizes) : sizes(sizes) {}
  std::optional<Copies> find(MatMulOp product) const;
  /// Why `product` cannot take the copies as rows; empty where it can.
  std::string explain(MatMulOp product, const Copies &copies) const;

private:
  bool areEqual(ArrayRef<AffineExpr> a, ArrayRef<AffineExpr> b) const {
    return a.size() == b.size() && llvm::all_of(llvm::zip_equal(a, b), [&](auto pair) {
             return sizes.areEqual(std::get<0>(pair), std::get<1>(pair));
           });
  }
  static SmallVector<AffineExpr> without(ArrayRef<AffineExpr> dims, size_t d) {
    SmallVector<AffineExpr> rest(dims);
    rest.erase(rest.begin() + ptrdiff_t(d));
    return rest;
  }

  const SizeAnalysis &sizes;
};
} // namespace

// A transpose of the last two dimensions.
static bool swapsMatrix(TransposeOp op) {
  ArrayRef<int64_t> perm = op.getPerm();
  auto rank = int64_t(perm.size());
  for (int64_t d = 0; d + 2 < rank; ++d)
    if (perm[d] != d)
      return false;
  return rank >= 2 && perm[rank - 2] == rank - 1 && perm[rank - 1] == rank - 2;
}

std::optional<Copies> CopyFinder::find(MatMulOp product) const {
  Copies copies;
  Value value = product.getB();
  if (auto transpose = value.getDefiningOp<TransposeOp>(); transpose && swapsMatrix(transpose)) {
    copies.transpose = transpose;
    value = transpose.getX();
  }
  auto merge = value.getDefiningOp<ReshapeOp>();
  Operation *repeat = merge ? merge.getX().getDefiningOp() : nullptr;
  auto insert =
      repeat && isa<ExpandOp, TileOp>(repeat) ? repeat->getOperand(0).getDefiningOp<ReshapeOp>() : ReshapeOp();
  if (!insert)
    return std::nullopt;
  copies.source = insert.getX();
  ArrayRef<AffineExpr> source = sizes.getShape(copies.source), inserted = sizes.getShape(insert.getY()),
                       repeated = sizes.getShape(repeat->getResult(0)), merged = sizes.getShape(merge.getY());
  size_t rank = source.size();
  if (rank < 3 || inserted.size() != rank + 1 || repeated.size() != rank + 1 || merged.size() != rank)
    return std::nullopt;
  size_t at = rank - 2; // behind the heads
  std::optional<int64_t> heads = ExprMath::getKnown(source[at - 1]), count = ExprMath::getKnown(repeated[at]),
                         all = ExprMath::getKnown(merged[at - 1]);
  bool fits = ExprMath::getKnown(inserted[at]) == 1 && count && areEqual(without(inserted, at), source) &&
              areEqual(without(repeated, at), source) && areEqual(without(merged, at - 1), without(source, at - 1));
  if (!fits || !heads || !all || *heads * *count != *all)
    return std::nullopt;
  copies.count = *count;
  return copies;
}

std::string CopyFinder::explain(MatMulOp product, const Copies &copies) const {
  ArrayRef<AffineExpr> a = sizes.getShape(product.getA()), b = sizes.getShape(product.getB());
  if (product->getNumOperands() > 2)
    return "the product has a bias";
  if (a.size() != b.size() || !areEqual(a.drop_back(2), b.drop_back(2)))
    return "the first operand has other leading dimensions";
  auto type = cast<RankedTensorType>(product.getType()), source = cast<RankedTensorType>(copies.source.getType());
  if (type.isDynamicDim(type.getRank() - 3) || source.isDynamicDim(source.getRank() - 3))
    return "the number of heads is not in its type";
  return "";
}

// Dimension d of a tensor of `type` as an entry of a reshape of it.
static int64_t getEntry(RankedTensorType type, int64_t d) { return type.isDynamicDim(d) ? -2 - d : type.getDimSize(d); }

static RankedTensorType withDims(RankedTensorType type, ArrayRef<int64_t> dims) {
  return RankedTensorType::get(dims, type.getElementType());
}

// The product with the copies' heads as rows.
static void fold(RewriterBase &rewriter, MatMulOp product, const Copies &copies) {
  rewriter.setInsertionPoint(product);
  Location loc = product.getLoc();
  auto a = cast<RankedTensorType>(product.getA().getType()), y = cast<RankedTensorType>(product.getType());
  auto source = cast<RankedTensorType>(copies.source.getType());
  int64_t rank = a.getRank(), heads = source.getDimSize(rank - 3), rows = a.getDimSize(rank - 2);
  int64_t allRows = ShapedType::isDynamic(rows) ? ShapedType::kDynamic : rows * copies.count;
  // In front: leading dimensions, heads, rows of all copies, K. What is not known of the rows is what the others leave.
  SmallVector<int64_t> entries, dims(a.getShape());
  for (int64_t d = 0; d < rank; ++d)
    entries.push_back(getEntry(a, d));
  entries[rank - 3] = dims[rank - 3] = heads;
  entries[rank - 2] = -1;
  dims[rank - 2] = allRows;
  Value left = ReshapeOp::create(rewriter, loc, withDims(a, dims), product.getA(), entries);
  Value right = copies.source;
  if (copies.transpose) {
    SmallVector<int64_t> shape(source.getShape());
    std::swap(shape[rank - 1], shape[rank - 2]);
    TransposeOp before = copies.transpose;
    right = TransposeOp::create(rewriter, before.getLoc(), withDims(source, shape), right, before.getPerm());
  }
  SmallVector<int64_t> sum(y.getShape());
  sum[rank - 3] = heads;
  sum[rank - 2] = allRows;
  auto sumType = withDims(y, sum);
  Value rowsProduct = MatMulOp::create(rewriter, loc, sumType, left, right, Value());
  entries.clear();
  for (int64_t d = 0; d < rank; ++d)
    entries.push_back(getEntry(sumType, d));
  entries[rank - 3] = y.getDimSize(rank - 3);
  entries[rank - 2] = -1;
  Value before = product.getB();
  rewriter.replaceOpWithNewOp<ReshapeOp>(product, y, rowsProduct, entries);
  eraseIfDead(rewriter, before);
}

namespace {
struct FoldHeadGroupsPass final : qc::impl::FoldHeadGroupsPassBase<FoldHeadGroupsPass> {
  void runOnOperation() override {
    SmallVector<MatMulOp> products = collect<MatMulOp>(getOperation());
    if (products.empty())
      return;
    FailureOr<SizeAnalysis> sizes = SizeAnalysis::analyze(getOperation());
    if (failed(sizes))
      return signalPassFailure();
    CopyFinder finder(*sizes);
    // All are found before one is changed: what is new has no sizes.
    SmallVector<std::pair<MatMulOp, Copies>> found;
    for (MatMulOp product : products) {
      std::optional<Copies> copies = finder.find(product);
      if (!copies)
        continue;
      std::string reason = finder.explain(product, *copies);
      remarkMissed(product.getLoc(), "FoldHeadGroups", "qc-fold-head-groups", reason);
      if (reason.empty())
        found.emplace_back(product, *copies);
    }
    IRRewriter rewriter(&getContext());
    for (auto &[product, copies] : found)
      fold(rewriter, product, copies);
  }
};
} // namespace
