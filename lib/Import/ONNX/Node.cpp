// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One node of the graph, as the handlers of operators see it.
#include "Node.h"
#include "Nodes.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;
using namespace qc::onnx;
namespace onnx_pb = qc::onnx_pb;

StringRef qc::onnx::getNodeName(const onnx_pb::NodeProto &node) {
  if (!node.name().empty())
    return node.name();
  for (const std::string &output : node.output())
    if (!output.empty())
      return output;
  return node.op_type();
}

Location qc::onnx::getNodeLocation(MLIRContext *context, const onnx_pb::NodeProto &node) {
  return getNameLocation(context, getNodeName(node));
}

Node::Node(const onnx_pb::NodeProto &proto, Values &values, OpBuilder &builder, StringRef folder,
           const llvm::StringSet<> &read, NodeImporter &importer)
    : proto(proto), values(values), builder(builder), folder(folder), read(read), importer(importer),
      location(getNodeLocation(builder.getContext(), proto)), attributes(proto, location) {}

InFlightDiagnostic Node::emitError() const {
  InFlightDiagnostic diagnostic = mlir::emitError(location);
  diagnostic << proto.op_type() << " ";
  return diagnostic;
}

bool Node::hasInput(size_t index) const { return index < getNumInputs() && !proto.input(int(index)).empty(); }

FailureOr<Value> Node::getInput(size_t index) {
  if (!hasInput(index))
    return emitError() << "has no input " << index << ", which is required", failure();
  return values.getValue(getInputName(index), location);
}

FailureOr<Value> Node::getFloatInput(size_t index) {
  FailureOr<Value> value = getInput(index);
  if (succeeded(value) && !getTensorType(*value).getElementType().isF32())
    return emitError() << "has input " << index << " '" << getInputName(index) << "' of type " << value->getType()
                       << ", accepted is f32, the type that qc computes in",
           failure();
  return value;
}

FailureOr<Value> Node::getOptionalFloatInput(size_t index) {
  return hasInput(index) ? getFloatInput(index) : FailureOr<Value>(Value());
}

/// The place of the first NaN among the elements of an f32 constant.
static std::optional<size_t> findNaN(const Constant &constant) {
  ArrayRef<float> values(reinterpret_cast<const float *>(constant.data.bytes.data()),
                         size_t(constant.getNumElements()));
  const float *found = llvm::find_if(values, [](float value) { return std::isnan(value); });
  return found == values.end() ? std::nullopt : std::optional<size_t>(found - values.begin());
}

FailureOr<Value> Node::getWeights(size_t index) {
  FailureOr<Value> value = getFloatInput(index);
  if (failed(value))
    return failure();
  FailureOr<const Constant *> constant = getConstantInput(index);
  std::optional<size_t> place = succeeded(constant) && *constant ? findNaN(**constant) : std::nullopt;
  if (place)
    return emitError() << "has a NaN in its weights '" << getInputName(index) << "' (input " << index << ", element "
                       << *place << "), accepted are numbers",
           failure();
  return value;
}

FailureOr<Value> Node::getOptionalWeights(size_t index) {
  return hasInput(index) ? getWeights(index) : FailureOr<Value>(Value());
}

FailureOr<const Constant *> Node::getConstantInput(size_t index) {
  if (!hasInput(index))
    return static_cast<const Constant *>(nullptr);
  return values.getConstant(getInputName(index), location);
}

FailureOr<SmallVector<int64_t>> Node::getInputShape(size_t index) {
  FailureOr<const Constant *> constant = getConstantInput(index);
  if (failed(constant))
    return failure();
  if (*constant)
    return SmallVector<int64_t>((*constant)->dims);
  FailureOr<Value> x = getInput(index);
  return failed(x) ? FailureOr<SmallVector<int64_t>>() : llvm::to_vector(getTensorType(*x).getShape());
}

bool Node::hasOutput(size_t index) const {
  return index < size_t(proto.output_size()) && read.contains(proto.output(int(index)));
}

LogicalResult Node::setOutput(Value value, size_t index) {
  return hasOutput(index) ? values.define(proto.output(int(index)), value, location) : success();
}

LogicalResult Node::setOutput(Constant constant, size_t index) {
  return hasOutput(index) ? values.define(proto.output(int(index)), std::move(constant), location) : success();
}

LogicalResult Node::forwardInput(size_t input) {
  if (!hasInput(input))
    return emitError() << "has no input " << input << ", which is required";
  return hasOutput(0) ? values.defineAlias(proto.output(0), getInputName(input), location) : success();
}

LogicalResult Node::expectNoOutputsFrom(size_t first, StringRef what) {
  for (size_t i = first; i < size_t(proto.output_size()); ++i)
    if (hasOutput(i))
      return emitError() << "has output " << i << " '" << proto.output(int(i)) << "' (" << what
                         << "), which qc does not compute; accepted are models that leave it out";
  return success();
}

Location Node::getOutputLocation(StringRef suffix, size_t index) const {
  bool isNamed = index < size_t(proto.output_size()) && !proto.output(int(index)).empty();
  StringRef name = isNamed ? StringRef(proto.output(int(index))) : getNodeName(proto);
  return getNameLocation(builder.getContext(), (name + suffix).str());
}

std::optional<bool> Node::decide(Value condition) const {
  const qc::ImportOptions &options = importer.getOptions();
  return options.decide ? options.decide(condition) : std::nullopt;
}

void Node::emitOfBodies(std::vector<Diagnostic> &&said) { importer.emitOfBodies(std::move(said)); }

FailureOr<SmallVector<Value>> Node::importBody(StringRef name, Block &block, ValueRange inputs) {
  const std::string *bytes = attributes.getGraph(name);
  if (!bytes)
    return emitError() << "has no attribute '" << name << "', which is required", failure();
  return importer.importBody(proto, *bytes, &block, inputs);
}

/// True where the elements of a tensor can be counted and addressed with 64 bits.
static bool isAddressable(RankedTensorType type) {
  int64_t size = 8; // the widest element
  for (int64_t dim : type.getShape())
    if (dim > 0 && llvm::MulOverflow(size, dim, size))
      return false;
  return true;
}

/// Infers the result type, builds and verifies. Null with the reason in `found` where something is wrong.
static Operation *buildChecked(OpBuilder &builder, OperationState &state, std::string &found) {
  MLIRContext *context = builder.getContext();
  // What the dialect finds wrong is said at the node, in one error.
  ScopedDiagnosticHandler collect(context, [&](Diagnostic &diagnostic) {
    if (found.empty())
      found = diagnostic.str();
    return success();
  });
  SmallVector<Type> types;
  auto *interface = state.name.getInterface<InferTypeOpInterface>();
  if (failed(interface->inferReturnTypes(context, state.location, state.operands,
                                         state.attributes.getDictionary(context), state.getRawProperties(),
                                         state.regions, types)))
    return nullptr;
  if (!isAddressable(cast<RankedTensorType>(types.front()))) {
    found = "has a result of more than 2^63 bytes";
    return nullptr;
  }
  state.types.assign(types);
  Operation *op = builder.create(state);
  return succeeded(verify(op)) ? op : nullptr;
}

FailureOr<Value> Node::finish(OperationState &state) {
  std::string found;
  if (Operation *op = buildChecked(builder, state, found))
    return op->getResult(0);
  StringRef text = found;
  text.consume_front("'" + state.name.getStringRef().str() + "' op ");
  return emitError() << (text.empty() ? "has no valid result type" : text), failure();
}

LogicalResult Node::check(Operation *op) {
  std::string found;
  {
    ScopedDiagnosticHandler collect(builder.getContext(), [&](Diagnostic &diagnostic) {
      if (found.empty())
        found = diagnostic.str();
      return success();
    });
    // Its operations were verified one by one; dominance cannot be asked for in a body that belongs to nothing yet.
    if (succeeded(op->getName().verifyInvariants(op)) && succeeded(op->getName().verifyRegionInvariants(op)))
      return success();
  }
  StringRef text = found;
  text.consume_front("'" + op->getName().getStringRef().str() + "' op ");
  emitError() << (text.empty() ? "makes an operation that is not valid" : text);
  op->erase();
  return failure();
}

FailureOr<int64_t> qc::onnx::resolveAxis(Node &node, int64_t axis, int64_t rank, int64_t last) {
  if (axis >= -rank && axis <= last)
    return axis < 0 ? axis + rank : axis;
  node.getAttributes().fail();
  return node.emitError() << "has axis " << axis << ", accepted for rank " << rank << " are " << -rank << " to "
                          << last,
         failure();
}

std::optional<int64_t> qc::onnx::getProduct(ArrayRef<int64_t> dims) {
  if (llvm::is_contained(dims, 0))
    return 0;
  if (ShapedType::isDynamicShape(dims))
    return ShapedType::kDynamic;
  int64_t product = 1;
  for (int64_t dim : dims)
    if (llvm::MulOverflow(product, dim, product))
      return std::nullopt;
  return product;
}

FailureOr<SmallVector<int64_t>> qc::onnx::spellShape(Node &node, ArrayRef<int64_t> dims) {
  if (llvm::count_if(dims, ShapedType::isDynamic) > 1) {
    InFlightDiagnostic diagnostic = node.emitError() << "makes a shape of more than one size that is known at run time "
                                                        "only, [";
    llvm::interleaveComma(dims, diagnostic, [&](int64_t dim) {
      if (ShapedType::isDynamic(dim))
        diagnostic << "?";
      else
        diagnostic << dim;
    });
    diagnostic << "]; accepted is one (--input-shape binds sizes)";
    return failure();
  }
  return llvm::map_to_vector(dims, [](int64_t dim) { return ShapedType::isDynamic(dim) ? -1 : dim; });
}
