// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operators that are made of several operations.
#include "Composer.h"

using namespace mlir;
using namespace qc::onnx;

Value Composer::slice(StringRef suffix, Value x, int64_t axis, int64_t begin, int64_t end, int64_t step) {
  return make<qc::SliceOp>(suffix, x, Value(), Value(), ArrayRef<int64_t>(axis), ArrayRef<int64_t>(begin),
                           ArrayRef<int64_t>(end), ArrayRef<int64_t>(step));
}

Value Composer::dimension(StringRef suffix, Value x, int64_t d) {
  if (failed)
    return {};
  // The first one may be a batch that was made 1: what depends on it is to be seen.
  if (int64_t size = getTensorType(x).getDimSize(unsigned(d)); d != 0 && !ShapedType::isDynamic(size))
    return integer(size);
  Value vector = make<qc::ShapeOp>(suffix, x, uint64_t(d), uint64_t(d + 1));
  return reshape(suffix, vector, {});
}

Value Composer::countTo(StringRef suffix, Value count) {
  return make<qc::RangeOp>(suffix, integer(0), count, integer(1));
}

Value Composer::integer(int64_t value) {
  auto type = RankedTensorType::get({}, node.getBuilder().getI64Type());
  return constant(DenseElementsAttr::get(type, value));
}

Value Composer::integers(ArrayRef<int64_t> values) { return constant(node.getBuilder().getI64TensorAttr(values)); }

Value Composer::number(float value) {
  auto type = RankedTensorType::get({}, node.getBuilder().getF32Type());
  return constant(DenseElementsAttr::get(type, value));
}

Value Composer::zero(Type element) {
  auto type = RankedTensorType::get({}, element);
  return constant(DenseElementsAttr::get(type, node.getBuilder().getZeroAttr(element)));
}
