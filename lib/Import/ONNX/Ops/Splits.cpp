// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Split: slices where the sizes of parts are known, else parts whose sizes follow when the model runs.
#include "../Handlers.h"
#include "../Integers.h"
#include "dialects/QC/QC.h"

using namespace mlir;
using namespace qc::onnx;

/// `part` as output `i`, by its name.
static LogicalResult setPart(Node &node, Value part, size_t i) {
  if (node.hasOutput(i))
    part.getDefiningOp()->setLoc(getNameLocation(part.getContext(), node.getOutputName(i)));
  return node.setOutput(part, i);
}

/// Outputs that are parts of `sizes` along `axis`, one after the other.
static LogicalResult sliceOutputs(Node &node, Value x, int64_t axis, ArrayRef<int64_t> sizes) {
  int64_t first = 0;
  for (auto [i, size] : llvm::enumerate(sizes)) {
    int64_t end = first + size, step = 1;
    FailureOr<Value> part =
        node.create<qc::SliceOp>("", x, Value(), Value(), ArrayRef<int64_t>(axis), ArrayRef<int64_t>(first),
                                 ArrayRef<int64_t>(end), ArrayRef<int64_t>(step));
    if (failed(part) || failed(setPart(node, *part, i)))
      return failure();
    first = end;
  }
  return success();
}

/// Outputs that are parts of a dimension of unknown size: by `sizes`, or equal ones where it is null.
static LogicalResult partOutputs(Node &node, Value x, Value sizes, int64_t axis, bool mayBeShorter) {
  uint64_t count = node.getNumOutputs();
  for (uint64_t i = 0; i < count; ++i) {
    FailureOr<Value> part = node.create<qc::SplitPartOp>("", x, sizes, uint64_t(axis), i, count, mayBeShorter);
    if (failed(part) || failed(setPart(node, *part, i)))
      return failure();
  }
  return success();
}

/// `parts` parts of a dimension: equal ones, or (where `mayBeShorter`) the last one smaller.
static FailureOr<Integers> divide(Node &node, int64_t size, int64_t parts, bool mayBeShorter) {
  int64_t part = parts > 0 ? (size + parts - 1) / parts : 0;
  if (parts < 1 || (!mayBeShorter && size % parts != 0) || part * (parts - 1) > size)
    return node.emitError() << "cannot divide a dimension of size " << size << " into " << parts << " parts", failure();
  Integers sizes(parts, part);
  sizes.back() = size - part * (parts - 1);
  return sizes;
}

/// Parts of constant sizes.
static LogicalResult splitBySizes(Node &node, Value x, int64_t axis, ArrayRef<int64_t> sizes) {
  int64_t size = getTensorType(x).getDimSize(axis), sum = 0, outputs = node.getNumOutputs();
  for (int64_t part : sizes) {
    if (part < 0 || part > INT64_MAX - sum)
      return node.emitError() << "has a part of size " << part << ", accepted are sizes >= 0";
    sum += part;
  }
  if (int64_t(sizes.size()) != outputs || (!ShapedType::isDynamic(size) && sum != size))
    return node.emitError() << "has " << sizes.size() << " parts of together " << sum << " for " << outputs
                            << " outputs and a dimension of size " << size;
  if (!ShapedType::isDynamic(size))
    return sliceOutputs(node, x, axis, sizes);
  OpBuilder &builder = node.getBuilder();
  auto values =
      qc::ConstantOp::create(builder, node.getLocation(), RankedTensorType::get({outputs}, builder.getI64Type()),
                             builder.getI64TensorAttr(sizes));
  return partOutputs(node, x, values, axis, false);
}

/// `sizes` are constant or `computed`, or, where both are absent, equal; `count` is the attribute num_outputs.
static LogicalResult importSplit(Node &node, std::optional<Integers> sizes, Value computed,
                                 std::optional<int64_t> count) {
  FailureOr<Value> x = node.getInput(0);
  int64_t attribute = node.getAttributes().getInt("axis", 0), outputs = node.getNumOutputs();
  if (failed(x) || failed(node.getAttributes().finish()))
    return failure();
  int64_t rank = getTensorType(*x).getRank();
  FailureOr<int64_t> axis = resolveAxis(node, attribute, rank, rank - 1);
  if (failed(axis))
    return failure();
  if (count && *count != outputs)
    return node.emitError() << "has num_outputs " << *count << " and " << outputs << " outputs";
  if (sizes)
    return splitBySizes(node, *x, *axis, *sizes);
  int64_t size = getTensorType(*x).getDimSize(*axis);
  if (computed || ShapedType::isDynamic(size))
    return partOutputs(node, *x, computed, *axis, count.has_value());
  FailureOr<Integers> equal = divide(node, size, outputs, count.has_value());
  return failed(equal) ? failure() : sliceOutputs(node, *x, *axis, *equal);
}

/// Sizes that are input 1.
static LogicalResult importSplitByInput(Node &node, std::optional<int64_t> count) {
  FailureOr<Value> computed = getComputedVector(node, 1, "sizes", node.getNumOutputs());
  if (failed(computed))
    return failure();
  FailureOr<std::optional<Integers>> sizes = std::optional<Integers>();
  if (!*computed)
    sizes = readIntegers(node, 1, "sizes");
  if (failed(sizes))
    return failure();
  if ((*sizes || *computed) && count)
    return node.emitError() << "has sizes of its parts and num_outputs, accepted is one of them";
  return importSplit(node, *sizes, *computed, count);
}

LogicalResult qc::onnx::importSplit11(Node &node) {
  return importSplit(node, node.getAttributes().getInts("split"), {}, std::nullopt);
}
LogicalResult qc::onnx::importSplit13(Node &node) { return importSplitByInput(node, std::nullopt); }
LogicalResult qc::onnx::importSplit18(Node &node) {
  return importSplitByInput(node, node.getAttributes().getOptionalInt("num_outputs"));
}
