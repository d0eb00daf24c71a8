// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Dimensions of graph inputs: declared, given by the user, or symbols.
#include "InputShapes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace qc::onnx;
using qc::InputDim;
using qc::InputShape;
using qc::SymbolRange;

std::optional<int64_t> qc::onnx::getDeclaredSize(const onnx_pb::TensorShapeProto::Dimension &dim) {
  if (dim.has_dim_value() && dim.dim_value() >= 0)
    return dim.dim_value();
  return std::nullopt;
}

StringRef qc::onnx::getDeclaredName(const onnx_pb::TensorShapeProto::Dimension &dim) {
  return dim.dim_param() == "?" ? StringRef() : StringRef(dim.dim_param());
}

SmallVector<int64_t> InputShapes::getShape(size_t index) const {
  return llvm::map_to_vector(shapes[index],
                             [](const InputDim &dim) { return dim.isSize() ? dim.size : ShapedType::kDynamic; });
}

SmallVector<StringRef> InputShapes::getDims(size_t index) const {
  return llvm::map_to_vector(shapes[index], [](const InputDim &dim) { return StringRef(dim.symbol); });
}

std::optional<int64_t> InputShapes::getBoundSize(StringRef name) const {
  auto it = meanings.find(name.str());
  return it != meanings.end() && it->second.isSize() ? std::optional<int64_t>(it->second.size) : std::nullopt;
}

LogicalResult InputShapes::checkNames(ArrayRef<const Input *> inputs) const {
  ArrayRef<InputShape> given = options.inputShapes;
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

void InputShapes::collectTakenNames(ArrayRef<const Input *> inputs) {
  for (const Input *input : inputs)
    for (const auto &dim : input->type().tensor_type().shape().dim())
      taken.insert(getDeclaredName(dim));
  for (const InputShape &shape : options.inputShapes)
    for (const InputDim &dim : shape.dims)
      taken.insert(dim.symbol);
}

std::string InputShapes::makeName(const Input &input, size_t dim) {
  std::string name = input.name() + "." + std::to_string(dim);
  for (unsigned copy = 2; taken.contains(name); ++copy)
    name = input.name() + "." + std::to_string(dim) + "_" + std::to_string(copy);
  taken.insert(name);
  return name;
}

/// What the model says: sizes, and a symbol for each dimension without one.
FailureOr<InputShapes::Dims> InputShapes::readDeclared(const Input &input, const InputShape *shape) {
  Dims dims;
  if (!input.type().tensor_type().has_shape()) {
    if (!shape)
      return emitError(location) << "input '" << input.name()
                                 << "' is declared without a shape; give it one (--input-shape NAME:1x3x8x8, or "
                                    "NAME:N,3,8,8)",
             failure();
    for (size_t i = 0; i < shape->dims.size(); ++i)
      dims.emplace_back(makeName(input, i));
    return dims;
  }
  for (const auto &dim : input.type().tensor_type().shape().dim()) {
    StringRef name = getDeclaredName(dim);
    if (std::optional<int64_t> size = getDeclaredSize(dim))
      dims.emplace_back(*size);
    else
      dims.emplace_back(name.empty() ? makeName(input, dims.size()) : name.str());
    // -1 is how many tools spell an unknown size.
    if (dim.has_dim_value() && dim.dim_value() < -1)
      emitRemark(location) << "dimension " << dims.size() - 1 << " of input '" << input.name() << "' is "
                           << dim.dim_value() << ", which is no dimension: it counts as unknown ('"
                           << dims.back().symbol << "')";
  }
  return dims;
}

/// "5", "'N'".
static std::string describe(const InputDim &dim) {
  return dim.isSize() ? std::to_string(dim.size) : "'" + dim.symbol + "'";
}

/// Symbol `symbol` of the model is `dim` from now on.
LogicalResult InputShapes::give(const Input &input, StringRef symbol, const InputDim &dim) {
  auto [it, isNew] = meanings.try_emplace(symbol.str(), dim);
  if (isNew || it->second == dim)
    return success();
  return emitError(location) << "dimension '" << symbol << "' is given" << by << " as " << describe(it->second)
                             << " and, for input '" << input.name() << "', as " << describe(dim);
}

LogicalResult InputShapes::useGiven(const Input &input, const InputShape &shape, ArrayRef<InputDim> declared) {
  if (declared.size() != shape.dims.size()) {
    InFlightDiagnostic diagnostic = emitError(location)
                                    << "input '" << input.name() << "' has rank " << declared.size()
                                    << ", the shape given" << by << " has rank " << shape.dims.size();
    // NxCxHxW is one name.
    if (shape.dims.size() == 1 && StringRef(shape.dims[0].symbol).contains('x'))
      diagnostic << " ('" << shape.dims[0].symbol << "'; names take commas between them)";
    return diagnostic;
  }
  for (auto [i, own, dim] : llvm::enumerate(declared, shape.dims)) {
    if (!dim.isSize() && !dim.isSymbol())
      continue;
    if (own.isSize() && own != dim)
      return emitError(location) << "dimension " << i << " of input '" << input.name() << "' is " << own.size
                                 << ", not " << describe(dim) << " as given" << by;
    if (own.isSymbol() && failed(give(input, own.symbol, dim)))
      return failure();
  }
  return success();
}

/// A new name that is the model's name of something else must not mean two things.
LogicalResult InputShapes::checkRenames() const {
  for (const auto &[symbol, dim] : meanings)
    if (auto other = meanings.find(dim.symbol); other != meanings.end() && other->second != dim)
      return emitError(location) << "dimension '" << symbol << "' is given" << by << " as '" << dim.symbol
                                 << "', which is another dimension of the model, given as " << describe(other->second);
  return success();
}

void InputShapes::applyGiven() {
  for (Dims &dims : shapes)
    for (InputDim &dim : dims)
      if (auto it = meanings.find(dim.symbol); it != meanings.end())
        dim = it->second;
}

/// Symbols that stand in first dimensions only, and of which the user says nothing, are the batch: 1. Only where every
/// input begins with one and no other symbol is left: a model with sizes of its own at run time takes its batch there,
/// too; and where the file does not call two of them by different names, which says that they may differ.
/// Bound sizes give the fastest code, and all tools feed any number of samples to a model of one.
void InputShapes::bindLeadingSymbols(ArrayRef<const Input *> inputs) {
  llvm::StringSet<> named = findNamed(), fromFile, bound;
  for (auto [input, dims] : llvm::zip_equal(inputs, shapes)) {
    if (dims.empty() || !dims.front().isSymbol()) // an input without samples
      return;
    for (auto [i, dim] : llvm::enumerate(dims))
      if (dim.isSymbol()) {
        if (i != 0 || named.contains(dim.symbol))
          return;
        bound.insert(dim.symbol);
        if (dim.symbol != input->name() + ".0")
          fromFile.insert(dim.symbol);
      }
  }
  if (fromFile.size() > 1)
    return;
  for (const auto &symbol : bound)
    boundBatch.push_back(symbol.getKey().str());
  llvm::sort(boundBatch);
  bindTo1(bound);
}

/// A handle holds one sequence: what is a dimension of a state and the first one of something that is fed is the batch,
/// and 1.
void InputShapes::bindStateBatch(size_t numStates) {
  llvm::StringSet<> named = findNamed(), leading, bound;
  for (const Dims &dims : ArrayRef(shapes).drop_back(numStates))
    if (!dims.empty() && dims.front().isSymbol())
      leading.insert(dims.front().symbol);
  for (size_t index = shapes.size() - numStates; index < shapes.size(); ++index)
    for (auto [d, dim] : llvm::enumerate(shapes[index]))
      if (dim.isSymbol() && leading.contains(dim.symbol) && !named.contains(dim.symbol)) {
        bound.insert(dim.symbol);
        stateBatch[{index, d}] = dim.symbol;
      }
  bindTo1(bound);
}

StringRef InputShapes::getStateBatch(size_t index, size_t d) const {
  auto it = stateBatch.find({index, d});
  return it == stateBatch.end() ? StringRef() : StringRef(it->second);
}

void InputShapes::bindTo1(const llvm::StringSet<> &bound) {
  for (Dims &dims : shapes)
    for (InputDim &dim : dims)
      if (dim.isSymbol() && bound.contains(dim.symbol)) {
        meanings.try_emplace(dim.symbol, int64_t(1));
        symbols.erase(dim.symbol);
        dim = int64_t(1);
      }
}

/// The symbols that the user says something of.
llvm::StringSet<> InputShapes::findNamed() const {
  llvm::StringSet<> named;
  for (const SymbolRange &range : options.ranges)
    named.insert(range.symbol);
  for (const InputShape &shape : options.inputShapes)
    for (const InputDim &dim : shape.dims)
      named.insert(dim.symbol);
  return named;
}

LogicalResult InputShapes::applyRanges() {
  for (const Dims &dims : shapes)
    for (const InputDim &dim : dims)
      if (dim.isSymbol())
        symbols.try_emplace(dim.symbol, SymbolRange{dim.symbol, 0, -1});
  llvm::StringSet<> seen;
  for (const SymbolRange &range : options.ranges) {
    if (!seen.insert(range.symbol).second)
      return emitError(location) << "--range gives '" << range.symbol << "' two ranges";
    auto it = symbols.find(range.symbol);
    if (it != symbols.end()) {
      it->second = range;
      continue;
    }
    InFlightDiagnostic diagnostic = emitError(location) << "--range is for '" << range.symbol << "', the symbols are ";
    llvm::interleaveComma(symbols, diagnostic, [&](const auto &symbol) { diagnostic << "'" << symbol.first << "'"; });
    diagnostic << (symbols.empty() ? "none: all dimensions have sizes" : "");
    return diagnostic;
  }
  return success();
}

LogicalResult InputShapes::checkSize(const Input &input, ArrayRef<InputDim> dims) const {
  int64_t size = 8; // the widest element
  for (const InputDim &dim : dims)
    if (dim.size > 0 && llvm::MulOverflow(size, dim.size, size))
      return emitError(location) << "input '" << input.name() << "' has more than 2^63 bytes";
  return success();
}

LogicalResult InputShapes::resolve(ArrayRef<const Input *> inputs, size_t numStates) {
  if (failed(checkNames(inputs)))
    return failure();
  collectTakenNames(inputs);
  // What the user says of one input counts for the symbol wherever it stands.
  for (const Input *input : inputs) {
    const InputShape *shape =
        llvm::find_if(options.inputShapes, [&](const InputShape &shape) { return shape.name == input->name(); });
    shape = shape == options.inputShapes.end() ? nullptr : shape;
    FailureOr<Dims> dims = readDeclared(*input, shape);
    if (failed(dims) || (shape && failed(useGiven(*input, *shape, *dims))))
      return failure();
    shapes.push_back(std::move(*dims));
  }
  if (failed(checkRenames()))
    return failure();
  applyGiven();
  if (failed(applyRanges()))
    return failure();
  if (bindsBatch && numStates == 0)
    bindLeadingSymbols(inputs);
  bindStateBatch(numStates);
  for (auto [input, dims] : llvm::zip_equal(inputs, shapes))
    if (failed(checkSize(*input, dims)))
      return failure();
  return success();
}
