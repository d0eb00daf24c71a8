// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a graph says about its inputs and outputs, against what they are.
#include "Declarations.h"
#include "CeilMode.h"
#include "Values.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace qc::onnx;
using namespace qc::onnx_pb;

const char *qc::onnx::getKind(const TypeProto &type) {
  return type.has_sequence_type()        ? "a sequence"
         : type.has_map_type()           ? "a map"
         : type.has_optional_type()      ? "an optional value"
         : type.has_sparse_tensor_type() ? "a sparse tensor"
         : type.has_opaque_type()        ? "an opaque value"
                                         : "without a type";
}

static bool fits(const TensorShapeProto &declared, ArrayRef<int64_t> dims) {
  bool result = declared.dim_size() == int(dims.size());
  for (int i = 0; result && i < declared.dim_size(); ++i) {
    std::optional<int64_t> size = getDeclaredSize(declared.dim(i));
    result = !size || ShapedType::isDynamic(dims[i]) || *size == dims[i];
  }
  return result;
}

/// "[2x?x3]".
static std::string describeShape(const TensorShapeProto &declared) {
  std::string text;
  for (const TensorShapeProto::Dimension &dim : declared.dim()) {
    std::optional<int64_t> size = getDeclaredSize(dim);
    text += (text.empty() ? "" : "x") + (size ? std::to_string(*size) : "?");
  }
  return "[" + text + "]";
}

LogicalResult qc::onnx::checkDeclaredInitializer(const ValueInfoProto &input, const TensorProto &tensor,
                                                 Location location) {
  if (!input.has_type())
    return success(); // nothing is said
  if (!input.type().has_tensor_type())
    return emitError(location) << "input '" << input.name() << "' is " << getKind(input.type())
                               << ", accepted are tensors";
  const TypeProto::Tensor &declared = input.type().tensor_type();
  Location name = getNameLocation(location.getContext(), tensor.name());
  if (declared.elem_type() != 0 && declared.elem_type() != tensor.data_type())
    return emitError(name) << "initializer '" << tensor.name() << "' has element type "
                           << getElementTypeName(tensor.data_type())
                           << ", the graph input of that name is declared with "
                           << getElementTypeName(declared.elem_type());
  SmallVector<int64_t> dims(tensor.dims().begin(), tensor.dims().end());
  if (!declared.has_shape() || fits(declared.shape(), dims))
    return success();
  std::string text = llvm::join(llvm::map_range(dims, [](int64_t dim) { return std::to_string(dim); }), "x");
  return emitError(name) << "initializer '" << tensor.name() << "' has shape [" << text
                         << "], the graph input of that name is declared with " << describeShape(declared.shape());
}

/// `declared` has the rank of `type`.
void DeclaredOutputs::checkLabels(const ValueInfoProto &output, RankedTensorType type) {
  for (auto [dim, size] : llvm::zip_equal(output.type().tensor_type().shape().dim(), type.getShape())) {
    StringRef name = getDeclaredName(dim);
    if (name.empty() || ShapedType::isDynamic(size))
      continue;
    int64_t other = inputs.getBoundSize(name).value_or(size);
    if (other == size)
      other = sizes.try_emplace(name, size).first->second;
    if (other != size)
      emitRemark(location) << "output '" << output.name() << "' has a dimension named '" << name << "' of size " << size
                           << ", elsewhere '" << name << "' is " << other
                           << "; names of outputs' dimensions are not relied on";
  }
}

/// Warns where the declared shape is that of the older rule for ceil_mode.
bool DeclaredOutputs::isOlderCeilRule(const ValueInfoProto &output, Value value) {
  SmallVector<Operation *> pools;
  RankedTensorType older = inferByOlderCeilRule(value, pools);
  const TensorShapeProto &declared = output.type().tensor_type().shape();
  if (!older || !fits(declared, older.getShape()))
    return false;
  InFlightDiagnostic warning = emitWarning(location);
  warning << "output '" << output.name() << "' is declared with shape " << describeShape(declared) << ", computed is "
          << value.getType() << ": with ceil_mode, ";
  llvm::interleaveComma(pools, warning, [&](Operation *pool) {
    warning << "'" << cast<NameLoc>(pool->getLoc()).getName().getValue() << "'";
  });
  warning << (pools.size() == 1 ? " has" : " have")
          << " no window that starts behind the input and its padding, by an older rule there is one; values are by "
             "the newer rule";
  return true;
}

LogicalResult DeclaredOutputs::check(const ValueInfoProto &output, Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  if (!output.type().has_tensor_type())
    return emitError(location) << "output '" << output.name() << "' is " << getKind(output.type())
                               << ", accepted are tensors";
  const TypeProto::Tensor &declared = output.type().tensor_type();
  if (getBuiltinType(location.getContext(), declared.elem_type()) != type.getElementType())
    return emitError(location) << "output '" << output.name() << "' is declared with element type "
                               << getElementTypeName(declared.elem_type()) << ", computed is " << type;
  if (!declared.has_shape())
    return success();
  if (fits(declared.shape(), type.getShape())) {
    checkLabels(output, type);
    return success();
  }
  if (isOlderCeilRule(output, value))
    return success();
  return emitError(location) << "output '" << output.name() << "' is declared with shape "
                             << describeShape(declared.shape()) << ", computed is " << type;
}
