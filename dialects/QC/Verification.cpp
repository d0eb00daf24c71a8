// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the op files of the qc and dyadic dialects share.
#include "Verification.h"

using namespace mlir;
using namespace qc;

bool qc::expectBroadcastsTo(ShapeMath &math, StringRef what, Value small, Value x) {
  TensorShape from = math.getShape(small), to = math.getShape(x);
  auto explain = [&] {
    std::string text;
    llvm::raw_string_ostream(text) << "expects " << what << " to " << x.getType() << ", got " << small.getType();
    return text;
  };
  if (from.getRank() > to.getRank()) {
    math.fail(explain());
    return false;
  }
  for (size_t d = 0, first = to.getRank() - from.getRank(); d < from.getRank(); ++d)
    if (!from[d].is(1) && !math.expectEqual(from[d], to[first + d], explain))
      return false;
  return true;
}

LogicalResult qc::verifyVector(Operation *op, StringRef name, Value vector, int64_t size) {
  RankedTensorType type = getTensor(vector);
  if (type.getRank() != 1 || (!type.isDynamicDim(0) && !ShapedType::isDynamic(size) && type.getDimSize(0) != size))
    return op->emitOpError("expects ") << name << " of one dimension"
                                       << (ShapedType::isDynamic(size) ? std::string()
                                                                       : " of size " + std::to_string(size))
                                       << ", got " << type;
  return success();
}

std::optional<int64_t> qc::countMacs(ArrayRef<int64_t> shape, ArrayRef<int64_t> factors) {
  int64_t macs = 1;
  for (ArrayRef<int64_t> dims : {shape, factors})
    for (int64_t dim : dims)
      if (ShapedType::isDynamic(dim) || llvm::MulOverflow(macs, dim, macs))
        return std::nullopt;
  return macs;
}
