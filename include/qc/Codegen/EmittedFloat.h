// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The number type with which the functions of Arith write themselves as operations of a kernel.
#pragma once
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace qc::kernel {

/// An f32 value, or a vector of them, that is being computed by the code at the builder's insertion point. Each
/// operator and function writes one operation; what they mean stands in qc/Arith/FloatOps.h. Usage:
///   Value y = numerics::f32::sigmoid(EmittedFloat{&b, x}).value;
struct EmittedFloat {
  mlir::ImplicitLocOpBuilder *b;
  mlir::Value value;
};
/// Its bits, i32.
struct EmittedWord {
  mlir::ImplicitLocOpBuilder *b;
  mlir::Value value;
};
/// The result of a comparison, i1.
struct EmittedMask {
  mlir::ImplicitLocOpBuilder *b;
  mlir::Value value;
};

namespace emitted {
/// `element` in the shape of `type`.
inline mlir::Type withElement(mlir::Type type, mlir::Type element) {
  auto vector = mlir::dyn_cast<mlir::VectorType>(type);
  return vector ? mlir::Type(vector.clone(element)) : element;
}
inline mlir::Value constant(mlir::ImplicitLocOpBuilder &b, mlir::Type type, mlir::Attribute value) {
  auto vector = mlir::dyn_cast<mlir::VectorType>(type);
  auto typed =
      vector ? mlir::TypedAttr(mlir::DenseElementsAttr::get(vector, value)) : mlir::cast<mlir::TypedAttr>(value);
  return mlir::arith::ConstantOp::create(b, typed);
}
template <typename Op> EmittedFloat binary(EmittedFloat x, EmittedFloat y) {
  return {x.b, Op::create(*x.b, x.value, y.value)};
}
template <typename Op> EmittedWord binary(EmittedWord x, EmittedWord y) {
  return {x.b, Op::create(*x.b, x.value, y.value)};
}
inline EmittedMask compare(mlir::arith::CmpFPredicate predicate, EmittedFloat x, EmittedFloat y) {
  return {x.b, mlir::arith::CmpFOp::create(*x.b, predicate, x.value, y.value)};
}
inline EmittedWord word(EmittedWord x, int32_t value) {
  return {x.b, constant(*x.b, x.value.getType(), x.b->getI32IntegerAttr(value))};
}
} // namespace emitted

inline EmittedFloat like(EmittedFloat x, float value) {
  return {x.b, emitted::constant(*x.b, x.value.getType(), x.b->getF32FloatAttr(value))};
}

inline EmittedFloat operator+(EmittedFloat x, EmittedFloat y) { return emitted::binary<mlir::arith::AddFOp>(x, y); }
inline EmittedFloat operator-(EmittedFloat x, EmittedFloat y) { return emitted::binary<mlir::arith::SubFOp>(x, y); }
inline EmittedFloat operator*(EmittedFloat x, EmittedFloat y) { return emitted::binary<mlir::arith::MulFOp>(x, y); }
inline EmittedFloat operator/(EmittedFloat x, EmittedFloat y) { return emitted::binary<mlir::arith::DivFOp>(x, y); }
inline EmittedFloat operator+(EmittedFloat x, float y) { return x + like(x, y); }
inline EmittedFloat operator-(EmittedFloat x, float y) { return x - like(x, y); }
inline EmittedFloat operator*(EmittedFloat x, float y) { return x * like(x, y); }
inline EmittedFloat operator-(float x, EmittedFloat y) { return like(y, x) - y; }
inline EmittedFloat operator/(float x, EmittedFloat y) { return like(y, x) / y; }
inline EmittedFloat operator-(EmittedFloat x) { return {x.b, mlir::arith::NegFOp::create(*x.b, x.value)}; }

inline EmittedMask operator<(EmittedFloat x, float y) {
  return emitted::compare(mlir::arith::CmpFPredicate::OLT, x, like(x, y));
}
inline EmittedMask operator<=(EmittedFloat x, float y) {
  return emitted::compare(mlir::arith::CmpFPredicate::OLE, x, like(x, y));
}
inline EmittedMask operator>(EmittedFloat x, float y) {
  return emitted::compare(mlir::arith::CmpFPredicate::OGT, x, like(x, y));
}
inline EmittedMask operator>(EmittedFloat x, EmittedFloat y) {
  return emitted::compare(mlir::arith::CmpFPredicate::OGT, x, y);
}
inline EmittedMask operator<(EmittedFloat x, EmittedFloat y) {
  return emitted::compare(mlir::arith::CmpFPredicate::OLT, x, y);
}
inline EmittedMask operator<=(EmittedFloat x, EmittedFloat y) {
  return emitted::compare(mlir::arith::CmpFPredicate::OLE, x, y);
}
inline EmittedMask operator>=(EmittedFloat x, EmittedFloat y) {
  return emitted::compare(mlir::arith::CmpFPredicate::OGE, x, y);
}
inline EmittedMask operator==(EmittedFloat x, EmittedFloat y) {
  return emitted::compare(mlir::arith::CmpFPredicate::OEQ, x, y);
}
inline EmittedMask operator==(EmittedFloat x, float y) { return x == like(x, y); }
inline EmittedMask isNaN(EmittedFloat x) { return emitted::compare(mlir::arith::CmpFPredicate::UNO, x, x); }
inline EmittedFloat select(EmittedMask condition, EmittedFloat x, EmittedFloat y) {
  return {x.b, mlir::arith::SelectOp::create(*x.b, condition.value, x.value, y.value)};
}

inline EmittedFloat fma(EmittedFloat x, EmittedFloat y, EmittedFloat z) {
  return {x.b, mlir::math::FmaOp::create(*x.b, x.value, y.value, z.value)};
}
inline EmittedFloat sqrt(EmittedFloat x) { return {x.b, mlir::math::SqrtOp::create(*x.b, x.value)}; }
inline EmittedFloat roundEven(EmittedFloat x) { return {x.b, mlir::math::RoundEvenOp::create(*x.b, x.value)}; }

inline EmittedWord asWord(EmittedFloat x) {
  mlir::Type type = emitted::withElement(x.value.getType(), x.b->getI32Type());
  return {x.b, mlir::arith::BitcastOp::create(*x.b, type, x.value)};
}
inline EmittedFloat asFloat(EmittedWord x) {
  mlir::Type type = emitted::withElement(x.value.getType(), x.b->getF32Type());
  return {x.b, mlir::arith::BitcastOp::create(*x.b, type, x.value)};
}
inline EmittedWord toInteger(EmittedFloat x) {
  mlir::Type type = emitted::withElement(x.value.getType(), x.b->getI32Type());
  return {x.b, mlir::arith::FPToSIOp::create(*x.b, type, x.value)};
}
inline EmittedFloat toFloat(EmittedWord x) {
  mlir::Type type = emitted::withElement(x.value.getType(), x.b->getF32Type());
  return {x.b, mlir::arith::SIToFPOp::create(*x.b, type, x.value)};
}

inline EmittedWord operator+(EmittedWord x, int32_t y) {
  return emitted::binary<mlir::arith::AddIOp>(x, emitted::word(x, y));
}
inline EmittedWord operator-(EmittedWord x, EmittedWord y) { return emitted::binary<mlir::arith::SubIOp>(x, y); }
inline EmittedWord operator-(EmittedWord x, int32_t y) { return x - emitted::word(x, y); }
inline EmittedWord operator&(EmittedWord x, EmittedWord y) { return emitted::binary<mlir::arith::AndIOp>(x, y); }
inline EmittedWord operator&(EmittedWord x, int32_t y) { return x & emitted::word(x, y); }
inline EmittedWord operator|(EmittedWord x, EmittedWord y) { return emitted::binary<mlir::arith::OrIOp>(x, y); }
inline EmittedWord operator^(EmittedWord x, EmittedWord y) { return emitted::binary<mlir::arith::XOrIOp>(x, y); }
inline EmittedWord shiftLeft(EmittedWord x, int32_t count) {
  return emitted::binary<mlir::arith::ShLIOp>(x, emitted::word(x, count));
}
inline EmittedWord shiftRight(EmittedWord x, int32_t count) {
  return emitted::binary<mlir::arith::ShRSIOp>(x, emitted::word(x, count));
}
inline EmittedMask isZero(EmittedWord x) {
  mlir::Value zero = emitted::word(x, 0).value;
  return {x.b, mlir::arith::CmpIOp::create(*x.b, mlir::arith::CmpIPredicate::eq, x.value, zero)};
}

} // namespace qc::kernel
