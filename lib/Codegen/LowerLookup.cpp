// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-lower-lookup: kernel.lookup as loads, or as shuffles of bytes in registers.
#include "dialects/Kernel/Kernel.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "qc/Codegen/Passes.h"
#include "qc/Codegen/Rewrites.h"

namespace qc {
#define GEN_PASS_DEF_LOWERLOOKUPPASS
#include "qc/Codegen/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc::kernel;

static constexpr int64_t kRowBytes = 16, kRows = 16;

// The instruction that picks bytes within 16-byte parts, by the number of lanes; empty where there is none.
static StringRef getShuffle(int64_t lanes) {
  switch (lanes) {
  case 16:
    return "llvm.x86.ssse3.pshuf.b.128";
  case 32:
    return "llvm.x86.avx2.pshuf.b";
  case 64:
    return "llvm.x86.avx512.pshuf.b.512";
  default:
    return {};
  }
}

namespace {
/// A lookup of all lanes of a vector.
class LookupWriter {
public:
  LookupWriter(OpBuilder &builder, LookupOp op)
      : b(op.getLoc(), builder), op(op), type(cast<VectorType>(op.getCode().getType())) {}
  Value writeShuffles(StringRef shuffle);
  Value writeLoads();

private:
  Value splat(int64_t value) {
    return arith::ConstantOp::create(b, DenseElementsAttr::get(type, Attribute(b.getI8IntegerAttr(value))));
  }
  Value loadRow(int64_t row);

  ImplicitLocOpBuilder b;
  LookupOp op;
  VectorType type;
};
} // namespace

// 16 entries of the table, in each 16-byte part of a vector.
Value LookupWriter::loadRow(int64_t row) {
  auto rowType = VectorType::get({kRowBytes}, b.getI8Type());
  Value at = arith::ConstantIndexOp::create(b, row * kRowBytes);
  Value entries = vector::LoadOp::create(b, rowType, op.getTable(), at);
  SmallVector<int64_t> lanes;
  for (int64_t i = 0; i < type.getDimSize(0); ++i)
    lanes.push_back(i % kRowBytes);
  return vector::ShuffleOp::create(b, entries, entries, lanes);
}

// The low four bits pick in each of 16 rows; the high four bits, one after the other, halve the number of candidates.
Value LookupWriter::writeShuffles(StringRef shuffle) {
  Value low = arith::AndIOp::create(b, op.getCode(), splat(15));
  SmallVector<Value> candidates;
  for (int64_t row = 0; row < kRows; ++row)
    candidates.push_back(
        LLVM::CallIntrinsicOp::create(b, type, b.getStringAttr(shuffle), ValueRange{loadRow(row), low}).getResult(0));
  for (int64_t bit = 16; bit < 256; bit *= 2) {
    Value masked = arith::AndIOp::create(b, op.getCode(), splat(int8_t(bit)));
    Value isSet = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, masked, splat(0));
    for (size_t i = 0; i < candidates.size() / 2; ++i)
      candidates[i] = arith::SelectOp::create(b, isSet, candidates[2 * i + 1], candidates[2 * i]);
    candidates.resize(candidates.size() / 2);
  }
  return candidates[0];
}

static Value loadEntry(ImplicitLocOpBuilder &b, Value table, Value code) {
  return memref::LoadOp::create(b, table, Value(arith::IndexCastUIOp::create(b, b.getIndexType(), code)));
}

Value LookupWriter::writeLoads() {
  SmallVector<Value> elements;
  for (int64_t i = 0; i < type.getDimSize(0); ++i)
    elements.push_back(loadEntry(b, op.getTable(), vector::ExtractOp::create(b, op.getCode(), i)));
  return vector::FromElementsOp::create(b, type, elements);
}

void qc::lowerLookup(RewriterBase &rewriter, LookupOp op) {
  rewriter.setInsertionPoint(op);
  auto type = dyn_cast<VectorType>(op.getCode().getType());
  if (!type) {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    rewriter.replaceOp(op, loadEntry(b, op.getTable(), op.getCode()));
    return;
  }
  StringRef shuffle = getShuffle(type.getDimSize(0));
  LookupWriter writer(rewriter, op);
  rewriter.replaceOp(op, shuffle.empty() ? writer.writeLoads() : writer.writeShuffles(shuffle));
}

namespace {
struct LowerLookupPass final : qc::impl::LowerLookupPassBase<LowerLookupPass> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    getOperation().walk([&](LookupOp op) { qc::lowerLookup(rewriter, op); });
  }
};
} // namespace
