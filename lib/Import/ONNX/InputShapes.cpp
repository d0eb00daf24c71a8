// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Dimensions of graph inputs: declared, given by the user, or 1.
#include "InputShapes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace qc::onnx;
using qc::InputShape;

llvm::Expected<InputShape> qc::parseInputShape(StringRef text) {
  size_t colon = text.rfind(':');
  if (colon == StringRef::npos || colon == 0)
    return llvm::createStringError("input shape '" + text + "' is not of the form NAME:1x3x8x8");
  InputShape shape{text.take_front(colon).str(), {}};
  StringRef rest = text.drop_front(colon + 1);
  if (rest.empty())
    return shape;
  SmallVector<StringRef> parts;
  rest.split(parts, 'x');
  for (StringRef part : parts) {
    int64_t dim;
    if (part.empty() || !llvm::all_of(part, llvm::isDigit) || part.getAsInteger(10, dim))
      return llvm::createStringError("input shape '" + text + "' has dimension '" + part +
                                     "', accepted are numbers from 0 with x between them");
    shape.dims.push_back(dim);
  }
  return shape;
}

std::optional<int64_t> qc::onnx::getDeclaredSize(const onnx_pb::TensorShapeProto::Dimension &dim) {
  if (dim.has_dim_value() && dim.dim_value() >= 0)
    return dim.dim_value();
  return std::nullopt;
}

std::optional<int64_t> InputShapes::getSymbol(StringRef name) const {
  auto it = symbols.find(name);
  return it == symbols.end() ? std::nullopt : std::optional<int64_t>(it->second);
}

LogicalResult InputShapes::checkNames(ArrayRef<const Input *> inputs) const {
  for (size_t i = 0; i < given.size(); ++i) {
    const InputShape &shape = given[i];
    if (llvm::none_of(inputs, [&](const Input *input) { return input->name() == shape.name; })) {
      InFlightDiagnostic diagnostic = emitError(location) << "a shape is given" << by << " for input '" << shape.name
                                                          << "', the inputs are ";
      llvm::interleaveComma(inputs, diagnostic, [&](const Input *input) { diagnostic << "'" << input->name() << "'"; });
      return diagnostic;
    }
    for (const InputShape &other : given.take_front(i))
      if (other.name == shape.name)
        return emitError(location) << "input '" << shape.name << "' is given two shapes";
  }
  return success();
}

LogicalResult InputShapes::useGiven(const Input &input, const InputShape &shape) {
  if (!input.type().tensor_type().has_shape())
    return success();
  const auto &dims = input.type().tensor_type().shape().dim();
  if (size_t(dims.size()) != shape.dims.size())
    return emitError(location) << "input '" << input.name() << "' has rank " << dims.size() << ", the shape given" << by
                               << " has rank " << shape.dims.size();
  for (auto [i, dim, size] : llvm::enumerate(dims, shape.dims)) {
    std::optional<int64_t> declared = getDeclaredSize(dim);
    if (declared && *declared != size)
      return emitError(location) << "dimension " << i << " of input '" << input.name() << "' is " << *declared
                                 << ", not " << size << " as given" << by;
    if (declared || dim.dim_param().empty())
      continue;
    auto [it, inserted] = symbols.try_emplace(dim.dim_param(), size);
    if (!inserted && it->second != size)
      return emitError(location) << "dimension '" << dim.dim_param() << "' is given" << by << " as " << it->second
                                 << " and, for input '" << input.name() << "', as " << size;
  }
  return success();
}

FailureOr<SmallVector<int64_t>> InputShapes::complete(const Input &input) {
  if (!input.type().tensor_type().has_shape())
    return emitError(location) << "input '" << input.name()
                               << "' is declared without a shape; give it one (NAME:1x3x8x8)",
           failure();
  SmallVector<int64_t> shape;
  for (const auto &dim : input.type().tensor_type().shape().dim()) {
    std::optional<int64_t> size = getDeclaredSize(dim);
    if (!size)
      size = getSymbol(dim.dim_param());
    if (!size && shape.empty()) // the batch
      size = 1;
    if (!size)
      return emitError(location) << "dimension " << shape.size() << " of input '" << input.name() << "' is symbolic ('"
                                 << dim.dim_param() << "'); give its shape (--input-shape NAME:1x3x8x8)",
             failure();
    if (!dim.dim_param().empty())
      symbols.try_emplace(dim.dim_param(), *size);
    shape.push_back(*size);
  }
  return shape;
}

LogicalResult InputShapes::resolve(ArrayRef<const Input *> inputs) {
  if (failed(checkNames(inputs)))
    return failure();
  auto find = [&](const Input *input) {
    return llvm::find_if(given, [&](const InputShape &shape) { return shape.name == input->name(); });
  };
  // What the user says binds names for all inputs.
  for (const Input *input : inputs)
    if (const InputShape *shape = find(input); shape != given.end() && failed(useGiven(*input, *shape)))
      return failure();
  for (const Input *input : inputs) {
    const InputShape *shape = find(input);
    FailureOr<SmallVector<int64_t>> dims =
        shape != given.end() ? FailureOr<SmallVector<int64_t>>(llvm::to_vector(shape->dims)) : complete(*input);
    if (failed(dims))
      return failure();
    int64_t size = 8; // the widest element
    for (int64_t dim : *dims)
      if (dim != 0 && llvm::MulOverflow(size, dim, size))
        return emitError(location) << "input '" << input->name() << "' has more than 2^63 bytes";
    shapes.push_back(std::move(*dims));
  }
  return success();
}
