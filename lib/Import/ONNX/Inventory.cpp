// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a model file is made of, whether qc can compile it or not.
#include "qc/Import/ONNX/Inventory.h"
#include "Bodies.h"
#include "ExternalData.h"
#include "Model.h"
#include "qc/Import/ONNX/TensorFile.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MathExtras.h"
#include <map>

using namespace llvm;
using namespace qc::onnx;
using namespace qc::onnx_pb;

namespace {
using Counts = std::map<std::string, int64_t>;

/// Sums over the nodes of a model.
struct Totals {
  Counts operators, bodies, functions, quantization;
  int64_t nodes = 0, parameters = 0, bytes = 0;
};
} // namespace

static std::string getKind(const NodeProto &node) {
  return json::fixUTF8(isDefaultDomain(node.domain()) ? node.op_type() : node.domain() + "." + node.op_type());
}

/// Whether an operator's name says that it makes, takes or computes with quantized values.
static bool isQuantized(StringRef op) {
  return op.contains("QuantizeLinear") || op.contains("DequantizeLinear") || op.starts_with("QLinear") ||
         op.ends_with("Integer");
}

/// A number that is too large to be told stays at the largest.
static void addParameters(const TensorProto &tensor, Totals &totals) {
  int64_t count = 1;
  for (int64_t dim : tensor.dims())
    count = dim < 0 ? 0 : SaturatingMultiply(uint64_t(count), uint64_t(dim)) > INT64_MAX ? INT64_MAX : count * dim;
  auto add = [](int64_t &sum, uint64_t more) {
    sum = int64_t(std::min<uint64_t>(SaturatingAdd(uint64_t(sum), more), INT64_MAX));
  };
  add(totals.parameters, uint64_t(count));
  add(totals.bytes, SaturatingMultiply<uint64_t>(uint64_t(count), getElementBytes(tensor.data_type())));
}

static void addNode(const NodeProto &node, Counts &counts, Totals &totals) {
  std::string kind = getKind(node);
  ++counts[kind];
  if (isQuantized(node.op_type()))
    ++totals.quantization[kind];
  for (const AttributeProto &attribute : node.attribute())
    if (node.op_type() == "Constant" && attribute.has_t())
      addParameters(attribute.t(), totals);
}

static void addNodes(const ModelProto &model, Totals &totals) {
  auto addBodies = [&](const NodeProto &node) {
    forEachBodyNode(node, [&](const NodeProto &inner) { addNode(inner, totals.bodies, totals); });
  };
  for (const NodeProto &node : model.graph().node()) {
    ++totals.nodes;
    addNode(node, totals.operators, totals);
    addBodies(node);
  }
  for (const FunctionProto &function : model.functions())
    for (const NodeProto &node : function.node()) {
      addNode(node, totals.functions, totals);
      addBodies(node);
    }
  for (const TensorProto &tensor : model.graph().initializer())
    addParameters(tensor, totals);
}

static json::Object describeTensor(const ValueInfoProto &info) {
  json::Object tensor{{"name", json::fixUTF8(info.name())}};
  if (!info.type().has_tensor_type())
    return tensor;
  tensor["dtype"] = getElementTypeName(info.type().tensor_type().elem_type());
  if (!info.type().tensor_type().has_shape())
    return tensor;
  json::Array dims;
  for (const auto &dim : info.type().tensor_type().shape().dim()) {
    if (dim.has_dim_value())
      dims.push_back(dim.dim_value());
    else
      dims.push_back(dim.dim_param().empty() ? "?" : json::fixUTF8(dim.dim_param()));
  }
  tensor["dims"] = std::move(dims);
  return tensor;
}

static json::Object makeObject(const Counts &counts) {
  json::Object object;
  for (const auto &[kind, count] : counts)
    object[kind] = count;
  return object;
}

static json::Array makeInputs(const GraphProto &graph) {
  StringSet<> initializers;
  for (const TensorProto &tensor : graph.initializer())
    initializers.insert(tensor.name());
  json::Array inputs;
  for (const ValueInfoProto &input : graph.input())
    if (!initializers.contains(input.name()))
      inputs.push_back(describeTensor(input));
  return inputs;
}

Expected<json::Object> qc::takeInventory(StringRef path) {
  Expected<Model> model = parseModel(path);
  if (!model)
    return model.takeError();
  const ModelProto &proto = *model->proto;
  json::Object inventory{{"ir_version", proto.ir_version()}}, opsets;
  inventory["producer"] = json::fixUTF8(StringRef(proto.producer_name() + " " + proto.producer_version()).trim());
  for (const OperatorSetIdProto &import : proto.opset_import())
    opsets[json::fixUTF8(isDefaultDomain(import.domain()) ? "ai.onnx" : import.domain())] = import.version();
  inventory["opsets"] = std::move(opsets);
  inventory["inputs"] = makeInputs(proto.graph());
  json::Array outputs, files;
  for (const ValueInfoProto &output : proto.graph().output())
    outputs.push_back(describeTensor(output));
  inventory["outputs"] = std::move(outputs);
  for (const std::string &file : listExternalFiles(proto.graph(), model->folder))
    files.push_back(json::fixUTF8(file));
  inventory["external_files"] = std::move(files);
  Totals totals;
  addNodes(proto, totals);
  inventory["parameters"] = totals.parameters;
  inventory["parameter_bytes"] = totals.bytes;
  inventory["nodes"] = totals.nodes;
  inventory["operators"] = makeObject(totals.operators);
  inventory["body_operators"] = makeObject(totals.bodies);
  inventory["function_operators"] = makeObject(totals.functions);
  inventory["quantization"] = makeObject(totals.quantization);
  return inventory;
}
