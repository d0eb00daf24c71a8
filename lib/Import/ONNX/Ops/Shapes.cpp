// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Concat, Flatten, Reshape, Transpose. Constants of integers (shapes, most of all) are computed here and now.
#include "../Handlers.h"
#include "dialects/QC/QC.h"

using namespace mlir;
using namespace qc::onnx;

/// Output 0 is input 0 under the shape `dims`, which has as many elements.
static LogicalResult reshapeInput(Node &node, ArrayRef<int64_t> dims) {
  FailureOr<const Constant *> constant = node.getConstantInput(0);
  if (failed(constant))
    return failure();
  if (*constant) {
    Constant reshaped = **constant;
    reshaped.dims.clear();
    for (int64_t dim : dims)
      reshaped.dims.push_back(dim < -1 && !ShapedType::isDynamic(dim) ? (*constant)->dims[-2 - dim] : dim);
    return node.setOutput(std::move(reshaped));
  }
  FailureOr<Value> x = node.getInput(0);
  FailureOr<SmallVector<int64_t>> spelled = spellShape(node, dims);
  return failed(x) || failed(spelled) ? failure() : node.createOutput<qc::ReshapeOp>(*x, ArrayRef<int64_t>(*spelled));
}

/// Flattens an input with unknown dimensions on both sides of `axis`, 0 < axis < rank: first what is behind it.
static LogicalResult flattenUnknown(Node &node, int64_t rank, int64_t axis) {
  FailureOr<Value> x = node.getInput(0);
  if (failed(x))
    return failure();
  SmallVector<int64_t> entries;
  for (int64_t d = 0; d < axis; ++d)
    entries.push_back(-2 - d);
  entries.push_back(axis + 1 == rank ? -2 - axis : -1);
  if (axis == 1)
    return node.createOutput<qc::ReshapeOp>(*x, ArrayRef<int64_t>(entries));
  FailureOr<Value> columns =
      axis + 1 == rank ? x : node.create<qc::ReshapeOp>(".columns", *x, ArrayRef<int64_t>(entries));
  return failed(columns) ? failure() : node.createOutput<qc::ReshapeOp>(*columns, ArrayRef<int64_t>{-1, -2 - axis});
}

LogicalResult qc::onnx::importFlatten(Node &node) {
  FailureOr<SmallVector<int64_t>> shape = node.getInputShape(0);
  int64_t attribute = node.getAttributes().getInt("axis", 1);
  if (failed(shape) || failed(node.getAttributes().finish()))
    return failure();
  int64_t rank = int64_t(shape->size());
  FailureOr<int64_t> axis = resolveAxis(node, attribute, rank, rank);
  if (failed(axis))
    return failure();
  ArrayRef<int64_t> dims = *shape;
  std::optional<int64_t> rows = getProduct(dims.take_front(*axis)), columns = getProduct(dims.drop_front(*axis));
  if (!rows || !columns)
    return node.emitError() << "has a result dimension of more than 2^63";
  if (!ShapedType::isDynamic(*rows) || !ShapedType::isDynamic(*columns))
    return reshapeInput(node, {*rows, *columns});
  return flattenUnknown(node, rank, *axis);
}

/// "[2, ?, 3]".
static std::string describeShape(ArrayRef<int64_t> dims) {
  std::string text;
  for (int64_t dim : dims)
    text += (text.empty() ? "" : ", ") + (ShapedType::isDynamic(dim) ? "?" : std::to_string(dim));
  return "[" + text + "]";
}

/// Copies dimensions of `shape` where `result` is 0 (unless `allowZero`), unknown ones as qc.reshape does, and makes
/// these 1 in `left` and `right`. Returns the place of -1.
static FailureOr<std::optional<size_t>> copyDimensions(Node &node, ArrayRef<int64_t> shape, bool allowZero,
                                                       SmallVector<int64_t> &result, SmallVector<int64_t> &left,
                                                       SmallVector<int64_t> &right) {
  std::optional<size_t> open;
  for (auto [i, dim] : llvm::enumerate(result)) {
    if (dim < -1 || (dim == -1 && open))
      return node.emitError() << "has shape entry " << dim << ", accepted are 0 or more and one -1", failure();
    if (dim == -1)
      open = i;
    right[i] = dim == -1 ? 1 : dim;
    if (dim != 0 || allowZero)
      continue;
    if (i >= shape.size())
      return node.emitError() << "copies dimension " << i << " of an input of rank " << shape.size(), failure();
    // What is not known, or 0, is equal on both sides, whatever it is.
    bool isCopied = ShapedType::isDynamic(shape[i]) || shape[i] == 0;
    dim = isCopied ? -2 - int64_t(i) : shape[i];
    right[i] = isCopied ? 1 : dim;
    if (isCopied)
      left[i] = 1;
  }
  return open;
}

/// The shape that `wanted` means for an input of shape `shape`: 0 copies (unless `allowZero`), -1 takes what is left.
static FailureOr<SmallVector<int64_t>> resolveShape(Node &node, ArrayRef<int64_t> shape, ArrayRef<int64_t> wanted,
                                                    bool allowZero) {
  SmallVector<int64_t> result(wanted), left(shape), right(wanted);
  FailureOr<std::optional<size_t>> open = copyDimensions(node, shape, allowZero, result, left, right);
  if (failed(open))
    return failure();
  if (*open && allowZero && llvm::is_contained(wanted, 0))
    return node.emitError() << "has shape entries -1 and 0 with allowzero, accepted is one of them", failure();
  // The input's size fits 63 bits as far as it is known.
  std::optional<int64_t> count = getProduct(left), others = getProduct(right);
  bool isKnown = count && !ShapedType::isDynamic(*count);
  bool divides = others && (*others == 0 ? isKnown && *count == 0 : !isKnown || *count % *others == 0);
  if (!others || !(*open ? divides : !isKnown || others == count))
    return node.emitError() << "cannot give an input of shape " << describeShape(shape) << " the shape "
                            << describeShape(wanted),
           failure();
  if (*open)
    result[**open] = !isKnown ? ShapedType::kDynamic : *others == 0 ? 0 : *count / *others;
  return result;
}

/// Input 1 is computed: what it holds is found in `prepare`, or when the model runs.
static LogicalResult reshapeByComputed(Node &node, bool allowZero) {
  FailureOr<Value> x = node.getInput(0), shape = node.getInput(1);
  if (failed(x) || failed(shape))
    return failure();
  RankedTensorType type = getTensorType(*shape);
  if (!type.getElementType().isInteger(64) || type.getRank() != 1 || !type.hasStaticShape())
    return node.emitError() << "has a computed shape '" << node.getInputName(1) << "' of type " << type
                            << ", accepted is a vector of i64 whose length is known";
  return node.createOutput<qc::DynamicReshapeOp>(*x, *shape, allowZero);
}

static LogicalResult importReshape(Node &node, bool allowZero) {
  FailureOr<SmallVector<int64_t>> shape = node.getInputShape(0);
  FailureOr<const Constant *> wanted = node.getConstantInput(1);
  if (failed(shape) || failed(wanted) || failed(node.getAttributes().finish()))
    return failure();
  if (!node.hasInput(1))
    return node.emitError() << "has no input 1, which is required";
  if (!*wanted)
    return reshapeByComputed(node, allowZero);
  if ((*wanted)->elementType != int32_t(ElementType::I64) || (*wanted)->dims.size() != 1)
    return node.emitError() << "has a shape of type " << getElementTypeName((*wanted)->elementType) << " and rank "
                            << (*wanted)->dims.size() << ", accepted is a vector of i64";
  FailureOr<SmallVector<int64_t>> result = resolveShape(node, *shape, getIntegers(**wanted), allowZero);
  return failed(result) ? failure() : reshapeInput(node, *result);
}

LogicalResult qc::onnx::importReshape5(Node &node) { return importReshape(node, /*allowZero=*/false); }
LogicalResult qc::onnx::importReshape14(Node &node) {
  return importReshape(node, node.getAttributes().getBool("allowzero", false));
}

LogicalResult qc::onnx::importTranspose(Node &node) {
  FailureOr<Value> x = node.getInput(0);
  std::optional<SmallVector<int64_t>> perm = node.getAttributes().getInts("perm");
  if (failed(x) || failed(node.getAttributes().finish()))
    return failure();
  if (!perm) // reversed
    perm = llvm::to_vector(llvm::reverse(llvm::seq<int64_t>(0, getTensorType(*x).getRank())));
  return node.createOutput<qc::TransposeOp>(*x, ArrayRef<int64_t>(*perm));
}

/// The inputs as integers where all are constant vectors of i64, else nothing.
static FailureOr<std::optional<SmallVector<int64_t>>> joinIntegers(Node &node) {
  SmallVector<int64_t> joined;
  for (size_t i = 0; i < node.getNumInputs(); ++i) {
    FailureOr<const Constant *> part = node.getConstantInput(i);
    if (failed(part))
      return failure();
    if (!*part || (*part)->elementType != int32_t(ElementType::I64) || (*part)->dims.size() != 1)
      return std::optional<SmallVector<int64_t>>();
    llvm::append_range(joined, getIntegers(**part));
  }
  return std::optional(joined);
}

LogicalResult qc::onnx::importConcat(Node &node) {
  std::optional<int64_t> attribute = node.getAttributes().getOptionalInt("axis");
  if (failed(node.getAttributes().finish()))
    return failure();
  if (!attribute)
    return node.emitError() << "has no attribute 'axis', which is required";
  if (node.getNumInputs() == 0)
    return node.emitError() << "has no input, accepted is one or more";
  FailureOr<std::optional<SmallVector<int64_t>>> integers = joinIntegers(node);
  if (failed(integers))
    return failure();
  if (*integers)
    return failed(resolveAxis(node, *attribute, 1, 0))
               ? failure()
               : node.setOutput(makeIntegers(**integers, int64_t((*integers)->size())));
  SmallVector<Value> values;
  for (size_t i = 0; i < node.getNumInputs(); ++i) {
    FailureOr<Value> value = node.getInput(i);
    if (failed(value))
      return failure();
    values.push_back(*value);
  }
  int64_t rank = getTensorType(values.front()).getRank();
  FailureOr<int64_t> axis = resolveAxis(node, *attribute, rank, rank - 1);
  return failed(axis) ? failure() : node.createOutput<qc::ConcatOp>(ValueRange(values), uint64_t(*axis));
}
