// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Registration and attributes of the kernel dialect.
#include "dialects/Kernel/Kernel.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace qc::kernel;

#include "dialects/Kernel/KernelDialect.cpp.inc"
#include "dialects/Kernel/KernelEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/Kernel/KernelAttributes.cpp.inc"

void KernelDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/Kernel/KernelAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/Kernel/KernelOps.cpp.inc"
      >();
}

LogicalResult LayoutAttr::verify(llvm::function_ref<InFlightDiagnostic()> emitError, ArrayRef<int64_t> order,
                                 ArrayRef<int64_t> haloBegin, ArrayRef<int64_t> haloEnd) {
  llvm::SmallVector<bool> seen(order.size(), false);
  for (int64_t d : order) {
    if (d < 0 || d >= int64_t(order.size()) || seen[d]) // layout_c1
      return emitError() << "expects order to be a permutation of 0 .. " << int64_t(order.size()) - 1 << ", got " << d;
    seen[d] = true;
  }
  for (ArrayRef<int64_t> halo : {haloBegin, haloEnd})
    if (halo.size() != order.size() || llvm::any_of(halo, [](int64_t v) { return v < 0; })) // layout_c2
      return emitError() << "expects one halo >= 0 for each of " << order.size() << " dimensions";
  return success();
}

Attribute LayoutAttr::parse(AsmParser &parser, Type) {
  SmallVector<int64_t> lists[3];
  llvm::SMLoc location = parser.getCurrentLocation();
  if (parser.parseLess())
    return {};
  constexpr StringLiteral keywords[] = {"order", "halo_begin", "halo_end"};
  for (auto [i, keyword] : llvm::enumerate(keywords)) {
    SmallVector<int64_t> &list = lists[i];
    auto parseEntry = [&]() -> ParseResult { return parser.parseInteger(list.emplace_back()); };
    if ((i > 0 && parser.parseComma()) || parser.parseKeyword(keyword) || parser.parseEqual() ||
        parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseEntry))
      return {};
  }
  if (parser.parseGreater())
    return {};
  return getChecked([&] { return parser.emitError(location); }, parser.getContext(), lists[0], lists[1], lists[2]);
}

void LayoutAttr::print(AsmPrinter &printer) const {
  auto list = [&](StringRef name, ArrayRef<int64_t> values) {
    printer << name << " = [";
    llvm::interleaveComma(values, printer);
    printer << "]";
  };
  printer << "<";
  list("order", getOrder());
  list(", halo_begin", getHaloBegin());
  list(", halo_end", getHaloEnd());
  printer << ">";
}

LayoutAttr LayoutAttr::getRowMajor(MLIRContext *context, int64_t rank) {
  SmallVector<int64_t> order = llvm::to_vector(llvm::seq<int64_t>(0, rank)), zeros(rank, 0);
  return get(context, order, zeros, zeros);
}

LayoutAttr LayoutAttr::getChannelsLast(MLIRContext *context, int64_t rank) {
  SmallVector<int64_t> order{0}, zeros(rank, 0);
  for (int64_t d = 2; d < rank; ++d)
    order.push_back(d);
  order.push_back(1);
  return get(context, order, zeros, zeros);
}

bool LayoutAttr::hasHalo() const {
  auto isNonZero = [](int64_t v) { return v != 0; };
  return llvm::any_of(getHaloBegin(), isNonZero) || llvm::any_of(getHaloEnd(), isNonZero);
}

bool LayoutAttr::isRowMajor() const { return !hasHalo() && llvm::is_sorted(getOrder()); }

int64_t LayoutAttr::getNumElements(ArrayRef<int64_t> shape) const {
  int64_t count = 1;
  for (auto [d, dim] : llvm::enumerate(shape))
    count *= dim + getHaloBegin()[d] + getHaloEnd()[d];
  return count;
}

SmallVector<int64_t> LayoutAttr::getStrides(ArrayRef<int64_t> shape) const {
  SmallVector<int64_t> strides(shape.size());
  int64_t stride = 1;
  for (int64_t d : llvm::reverse(getOrder())) {
    strides[d] = stride;
    stride *= shape[d] + getHaloBegin()[d] + getHaloEnd()[d];
  }
  return strides;
}

int64_t LayoutAttr::getOffset(ArrayRef<int64_t> shape) const {
  int64_t offset = 0;
  for (auto [d, stride] : llvm::enumerate(getStrides(shape)))
    offset += stride * getHaloBegin()[d];
  return offset;
}

#include "dialects/Kernel/KernelInterfaces.cpp.inc"
