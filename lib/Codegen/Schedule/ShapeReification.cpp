// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The dimensions of a result from those of the operands, by the operation's shape function.
#include "ShapeReification.h"
#include "dialects/QC/QC.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

using Shape = SmallVector<OpFoldResult>;
using ShapeOf = llvm::function_ref<Shape(Value)>;

namespace {
/// Dimensions are numbers of @main. What a shape function demands was proved or is checked elsewhere.
class ReifiedShapes final : public ShapeMath {
public:
  ReifiedShapes(IndexMath &math, ShapeOf shapeOf) : math(math), shapeOf(shapeOf) {}

  std::optional<Dims> getContents(Value value) override { return TypeShapeMath().getContents(value); }
  std::string describe(Dim dim) override { return dim.getKnown() ? std::to_string(*dim.getKnown()) : "?"; }
  using ShapeMath::describe;

  OpFoldResult toNumber(Dim dim) {
    std::optional<int64_t> known = dim.getKnown();
    return known ? math.constant(*known) : OpFoldResult::getFromOpaqueValue(const_cast<void *>(dim.getHandle()));
  }

protected:
  static Dim toDim(OpFoldResult number) {
    std::optional<int64_t> known = kernel::getKnown(number);
    return known ? Dim(*known) : Dim::fromHandle(number.getOpaqueValue());
  }
  Dims getDims(Value value) override {
    Dims dims;
    for (OpFoldResult dim : shapeOf(value))
      dims.push_back(toDim(dim));
    return dims;
  }
  Dim combine(Function function, Dim a, Dim b) override {
    OpFoldResult x = toNumber(a), y = toNumber(b);
    switch (function) {
    case Function::Add:
      return toDim(math.add(x, y));
    case Function::Sub:
      return toDim(math.sub(x, y));
    case Function::Mul:
      return toDim(math.mul(x, y));
    case Function::FloorDiv:
      return toDim(math.floorDiv(x, y));
    case Function::CeilDiv: // of what may be negative
      return toDim(math.floorDiv(math.add(x, math.sub(y, math.constant(1))), y));
    case Function::DivideCount:
      return toDim(math.ceilDiv(x, y));
    case Function::Min:
      return toDim(math.select(math.compare(arith::CmpIPredicate::slt, x, y), x, y));
    case Function::Max:
      return toDim(math.select(math.compare(arith::CmpIPredicate::sgt, x, y), x, y));
    case Function::Broadcast:
      return toDim(math.select(math.compare(arith::CmpIPredicate::eq, x, math.constant(1)), y, x));
    case Function::IsLess:
    case Function::IsEqual: {
      auto predicate = function == Function::IsLess ? arith::CmpIPredicate::slt : arith::CmpIPredicate::eq;
      return toDim(math.select(math.compare(predicate, x, y), math.constant(1), math.constant(0)));
    }
    }
    return a;
  }
  Dim combineSelect(Dim condition, Dim yes, Dim no) override {
    Value isZero = math.compare(arith::CmpIPredicate::eq, toNumber(condition), math.constant(0));
    return toDim(math.select(isZero, toNumber(no), toNumber(yes)));
  }
  Dim makeUnknown(Value, size_t) override { return fail("has a dimension that is computed when the model runs"), 0; }
  bool areEqualUnknown(Dim a, Dim b) override { return a.getHandle() == b.getHandle() && a.getHandle(); }
  std::optional<bool> isAtMostUnknown(Dim, Dim) override { return std::nullopt; }
  bool require(Relation, Dim, Dim, llvm::function_ref<std::string()>) override { return true; }

private:
  IndexMath &math;
  ShapeOf shapeOf;
};
} // namespace

FailureOr<Shape> qc::kernel::reifyShape(IndexMath &math, Operation *op, ShapeOf shapeOf) {
  auto function = dyn_cast<ShapeFunctionOpInterface>(op);
  if (!function)
    return op->emitOpError("has no shape function");
  ReifiedShapes reified(math, shapeOf);
  SmallVector<Dims> dims = function.inferShapes(reified);
  if (reified.hasFailed())
    return op->emitOpError(reified.getMessage());
  Shape shape;
  // What the type knows is not computed.
  for (auto [dim, known] :
       llvm::zip_equal(dims.front(), cast<RankedTensorType>(op->getResult(0).getType()).getShape()))
    shape.push_back(ShapedType::isDynamic(known) ? reified.toNumber(dim) : math.constant(known));
  return shape;
}
