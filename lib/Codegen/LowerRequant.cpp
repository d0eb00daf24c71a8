// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-lower-requant: kernel.requant as arith, on scalars or vectors.
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "qc/Codegen/Passes.h"
#include "qc/Codegen/Rewrites.h"

namespace qc {
#define GEN_PASS_DEF_LOWERREQUANTPASS
#include "qc/Codegen/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc::kernel;

namespace {
/// Arithmetic on values that are all scalars or all vectors of one length.
class RequantWriter {
public:
  RequantWriter(OpBuilder &builder, RequantOp op) : b(op.getLoc(), builder), op(op) {
    type32 = op.getShift().getType();
    type64 = op.getAddend().getType();
  }
  Value write();

private:
  Value constant(Type type, int64_t value) {
    TypedAttr attribute = b.getIntegerAttr(getElementTypeOrSelf(type), value);
    if (auto vector = dyn_cast<VectorType>(type))
      attribute = DenseElementsAttr::get(vector, Attribute(attribute));
    return arith::ConstantOp::create(b, attribute);
  }
  Value extend(Value v) { return arith::ExtSIOp::create(b, type64, v); }
  Value clamp(Value v, Value lo, Value hi) { return arith::MinSIOp::create(b, arith::MaxSIOp::create(b, v, lo), hi); }
  Value truncate(Value v) {
    Type result = op.getQ().getType();
    return v.getType() == result ? v : Value(arith::TruncIOp::create(b, result, v));
  }
  // sum raw_i * m_i + addend, wrapping.
  Value sum() {
    Value total = op.getAddend();
    for (auto [raw, m] : llvm::zip_equal(op.getRaw(), op.getMultipliers())) {
      Value wideRaw = extend(raw), wideM = extend(m);
      total = arith::AddIOp::create(b, total, arith::MulIOp::create(b, wideRaw, wideM));
    }
    return total;
  }
  // (v >> shift) + z, clamped in 64 bits.
  Value finishWide(Value v, Value shift) {
    Value r = arith::ShRSIOp::create(b, v, shift);
    r = arith::AddIOp::create(b, r, extend(op.getZero()));
    Value lo = extend(op.getLo()), hi = extend(op.getHi());
    return truncate(clamp(r, lo, hi));
  }
  Value writeNarrow();
  Value highHalf();
  Value highHalfOfVectors(VectorType type);
  Value writeHigh();
  Value writeHalfEven();

  ImplicitLocOpBuilder b;
  RequantOp op;
  Type type32, type64;
};
} // namespace

// docs/Numerics.md, int32: everything in 32 bits.
Value RequantWriter::writeNarrow() {
  Value total = arith::TruncIOp::create(b, type32, op.getAddend());
  for (auto [raw, m] : llvm::zip_equal(op.getRaw(), op.getMultipliers()))
    total = arith::AddIOp::create(b, total, arith::MulIOp::create(b, raw, m));
  Value v = arith::AddIOp::create(b, arith::ShRSIOp::create(b, total, op.getShift()), op.getZero());
  return truncate(clamp(v, op.getLo(), op.getHi()));
}

// Even and odd lanes apart, as the machines multiply: no lane changes its place, and neither a product nor a sum is
// narrowed. LLVM drops the extensions, as its products read the low halves only.
Value RequantWriter::highHalfOfVectors(VectorType type) {
  int64_t lanes = type.getDimSize(0);
  VectorType pairs = VectorType::get({lanes / 2}, b.getI64Type());
  Value width = constant(pairs, 32), sums[2];
  // A shift to the left and back is the text that LLVM keeps beside the product; an odd lane gets there by a shuffle.
  auto spread = [&](Value v, int parity) -> Value {
    SmallVector<int64_t> odd;
    for (int64_t i = 0; i < lanes; ++i)
      odd.push_back(i | 1);
    if (parity == 1)
      v = vector::ShuffleOp::create(b, v, v, odd);
    Value pair = vector::BitCastOp::create(b, pairs, v);
    return arith::ShRSIOp::create(b, arith::ShLIOp::create(b, pair, width), width);
  };
  SmallVector<int64_t> highs;
  for (int parity : {0, 1}) {
    SmallVector<int64_t> mine;
    for (int64_t i = parity; i < lanes; i += 2)
      mine.push_back(i);
    Value total = vector::ShuffleOp::create(b, op.getAddend(), op.getAddend(), mine);
    for (auto [raw, m] : llvm::zip_equal(op.getRaw(), op.getMultipliers())) {
      Value myRaw = spread(raw, parity), myM = spread(m, parity);
      total = arith::AddIOp::create(b, total, arith::MulIOp::create(b, myRaw, myM));
    }
    sums[parity] = vector::BitCastOp::create(b, type, total);
  }
  for (int64_t i = 0; i < lanes; i += 2)
    highs.append({i + 1, lanes + i + 1});
  return vector::ShuffleOp::create(b, sums[0], sums[1], highs);
}

Value RequantWriter::highHalf() {
  auto type = dyn_cast<VectorType>(type32);
  if (type && type.getRank() == 1 && type.getDimSize(0) % 2 == 0)
    return highHalfOfVectors(type);
  Value high = sum();
  high = arith::ShRUIOp::create(b, high, constant(type64, 32));
  return arith::TruncIOp::create(b, type32, high);
}

// docs/Numerics.md, Fast form F: h = high half of the sum, v = h >> (s - 32).
Value RequantWriter::writeHigh() {
  Value h = highHalf();
  // s - 32, and a legal shift also for the padding channels of a contraction, whose s is 0.
  Value shift = arith::AndIOp::create(b, op.getShift(), constant(type32, 31));
  Value v = arith::AddIOp::create(b, arith::ShRSIOp::create(b, h, shift), op.getZero());
  return truncate(clamp(v, op.getLo(), op.getHi()));
}

// (T + 2^(s-1) - 1 + ((T >> s) & 1)) >> s.
Value RequantWriter::writeHalfEven() {
  Value total = sum(), one = constant(type64, 1), shift = arith::ExtUIOp::create(b, type64, op.getShift());
  Value half = arith::ShRUIOp::create(b, arith::ShLIOp::create(b, one, shift), one); // defined for s = 0 too
  Value odd = arith::AndIOp::create(b, arith::ShRSIOp::create(b, total, shift), one);
  Value bias = arith::AddIOp::create(b, arith::SubIOp::create(b, half, one), odd);
  return finishWide(arith::AddIOp::create(b, total, bias), shift);
}

Value RequantWriter::write() {
  switch (op.getForm()) {
  case RequantForm::Wide: {
    Value total = sum();
    return finishWide(total, arith::ExtUIOp::create(b, type64, op.getShift()));
  }
  case RequantForm::High:
    return writeHigh();
  case RequantForm::HalfEven:
    return writeHalfEven();
  case RequantForm::Narrow:
    return writeNarrow();
  }
  return Value();
}

void qc::lowerRequant(RewriterBase &rewriter, RequantOp op) {
  rewriter.setInsertionPoint(op);
  rewriter.replaceOp(op, RequantWriter(rewriter, op).write());
}

namespace {
struct LowerRequantPass final : qc::impl::LowerRequantPassBase<LowerRequantPass> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    getOperation().walk([&](RequantOp op) { qc::lowerRequant(rewriter, op); });
  }
};
} // namespace
