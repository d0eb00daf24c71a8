// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The number types with which scalar operations write themselves: what they need beyond EmittedFloat.h.
#pragma once
#include "qc/Codegen/EmittedFloat.h"

namespace qc::kernel {

/// An i64 that is being computed: numerics::Integer, whose operations it writes.
struct EmittedInteger {
  mlir::ImplicitLocOpBuilder *b;
  mlir::Value value;
};

namespace emitted {
template <typename Op> EmittedInteger binary(EmittedInteger x, EmittedInteger y) {
  return {x.b, Op::create(*x.b, x.value, y.value)};
}
inline EmittedMask compare(mlir::arith::CmpIPredicate predicate, EmittedInteger x, EmittedInteger y) {
  return {x.b, mlir::arith::CmpIOp::create(*x.b, predicate, x.value, y.value)};
}
} // namespace emitted

inline EmittedInteger like(EmittedInteger x, float value) {
  return {x.b, mlir::arith::ConstantIntOp::create(*x.b, int64_t(value), 64)};
}
inline EmittedInteger select(EmittedMask condition, EmittedInteger x, EmittedInteger y) {
  return {x.b, mlir::arith::SelectOp::create(*x.b, condition.value, x.value, y.value)};
}
inline EmittedInteger operator+(EmittedInteger x, EmittedInteger y) {
  return emitted::binary<mlir::arith::AddIOp>(x, y);
}
inline EmittedInteger operator-(EmittedInteger x, EmittedInteger y) {
  return emitted::binary<mlir::arith::SubIOp>(x, y);
}
inline EmittedInteger operator*(EmittedInteger x, EmittedInteger y) {
  return emitted::binary<mlir::arith::MulIOp>(x, y);
}
inline EmittedInteger operator-(EmittedInteger x) { return like(x, 0.0f) - x; }

inline EmittedMask operator==(EmittedInteger x, EmittedInteger y) {
  return emitted::compare(mlir::arith::CmpIPredicate::eq, x, y);
}
inline EmittedMask operator<(EmittedInteger x, EmittedInteger y) {
  return emitted::compare(mlir::arith::CmpIPredicate::slt, x, y);
}
inline EmittedMask operator>(EmittedInteger x, EmittedInteger y) {
  return emitted::compare(mlir::arith::CmpIPredicate::sgt, x, y);
}
inline EmittedMask operator<=(EmittedInteger x, EmittedInteger y) {
  return emitted::compare(mlir::arith::CmpIPredicate::sle, x, y);
}
inline EmittedMask operator>=(EmittedInteger x, EmittedInteger y) {
  return emitted::compare(mlir::arith::CmpIPredicate::sge, x, y);
}
inline EmittedMask operator<(EmittedInteger x, float y) { return x < like(x, y); }
inline EmittedMask operator>(EmittedInteger x, float y) { return x > like(x, y); }

/// By a divisor that never traps: 1 in place of 0 and -1, whose quotients are 0 and -x.
inline EmittedInteger operator/(EmittedInteger x, EmittedInteger y) {
  EmittedInteger zero = like(x, 0.0f), one = like(x, 1.0f);
  EmittedMask isZero = y == zero, isMinusOne = y == like(x, -1.0f);
  EmittedInteger divisor = select(isZero, one, select(isMinusOne, one, y));
  EmittedInteger quotient = emitted::binary<mlir::arith::DivSIOp>(x, divisor);
  return select(isZero, zero, select(isMinusOne, -x, quotient));
}
inline EmittedInteger operator%(EmittedInteger x, EmittedInteger y) {
  return select(y == like(x, 0.0f), like(x, 0.0f), x - (x / y) * y);
}

inline EmittedInteger keepNaN(EmittedInteger, EmittedInteger y) { return y; }
inline EmittedInteger magnitude(EmittedInteger x) { return select(x < 0.0f, -x, x); }
inline EmittedInteger larger(EmittedInteger x, EmittedInteger y) { return select(x > y, x, y); }
inline EmittedInteger smaller(EmittedInteger x, EmittedInteger y) { return select(x < y, x, y); }

} // namespace qc::kernel
