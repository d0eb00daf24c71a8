// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attributes of a node, typed, with a record of which were read.
#include "Attributes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace qc::onnx;
namespace onnx_pb = qc::onnx_pb;
using qc::onnx_pb::AttributeProto;

/// Type codes of the format.
enum TypeCode {
  kFloat = 1,
  kInt,
  kString,
  kTensor,
  kGraph,
  kFloats,
  kInts,
  kStrings,
  kTensors,
  kGraphs,
  kSparseTensor
};

static std::string getTypeName(int code) {
  static const char *const names[] = {"no type", "a float",         "an integer",     "a string", "a tensor",
                                      "a graph", "floats",          "integers",       "strings",  "tensors",
                                      "graphs",  "a sparse tensor", "sparse tensors", "a type",   "types"};
  return code >= 0 && size_t(code) < std::size(names) ? names[code] : "type code " + std::to_string(code);
}

AttributeReader::AttributeReader(const onnx_pb::NodeProto &node, Location location)
    : node(node), location(location), read(size_t(node.attribute_size()), false) {
  llvm::StringSet<> names;
  for (const AttributeProto &attribute : node.attribute())
    if (!names.insert(attribute.name()).second) {
      fail();
      emitError(location) << node.op_type() << " has attribute '" << attribute.name() << "' twice";
    }
}

const AttributeProto *AttributeReader::find(StringRef name, int type) {
  for (auto [index, attribute] : llvm::enumerate(node.attribute())) {
    if (attribute.name() != name)
      continue;
    read[index] = true;
    if (attribute.type() == type && attribute.ref_attr_name().empty())
      return &attribute;
    fail();
    emitError(location) << node.op_type() << " attribute '" << name << "' is " << getTypeName(attribute.type())
                        << (attribute.ref_attr_name().empty() ? "" : " taken from a function") << ", accepted is "
                        << getTypeName(type);
  }
  return nullptr;
}

std::optional<int64_t> AttributeReader::getOptionalInt(StringRef name) {
  const AttributeProto *attribute = find(name, kInt);
  return attribute ? std::optional<int64_t>(attribute->i()) : std::nullopt;
}

int64_t AttributeReader::getInt(StringRef name, int64_t absent) { return getOptionalInt(name).value_or(absent); }

bool AttributeReader::getBool(StringRef name, bool absent) {
  int64_t value = getInt(name, absent);
  if (value != 0 && value != 1) {
    fail();
    emitError(location) << node.op_type() << " attribute '" << name << "' is " << value << ", accepted are 0 and 1";
  }
  return value == 1;
}

std::optional<float> AttributeReader::getOptionalFloat(StringRef name) {
  const AttributeProto *attribute = find(name, kFloat);
  return attribute ? std::optional<float>(attribute->f()) : std::nullopt;
}

float AttributeReader::getFloat(StringRef name, float absent) { return getOptionalFloat(name).value_or(absent); }

std::string AttributeReader::getString(StringRef name, StringRef absent) {
  const AttributeProto *attribute = find(name, kString);
  return attribute ? attribute->s() : absent.str();
}

std::optional<SmallVector<int64_t>> AttributeReader::getInts(StringRef name) {
  const AttributeProto *attribute = find(name, kInts);
  if (!attribute)
    return std::nullopt;
  return SmallVector<int64_t>(attribute->ints().begin(), attribute->ints().end());
}

std::optional<SmallVector<float>> AttributeReader::getFloats(StringRef name) {
  const AttributeProto *attribute = find(name, kFloats);
  if (!attribute)
    return std::nullopt;
  return SmallVector<float>(attribute->floats().begin(), attribute->floats().end());
}

const onnx_pb::TensorProto *AttributeReader::getTensor(StringRef name) {
  const AttributeProto *attribute = find(name, kTensor);
  return attribute ? &attribute->t() : nullptr;
}

std::optional<SmallVector<std::string>> AttributeReader::getStrings(StringRef name) {
  const AttributeProto *attribute = find(name, kStrings);
  if (!attribute)
    return std::nullopt;
  return SmallVector<std::string>(attribute->strings().begin(), attribute->strings().end());
}

const std::string *AttributeReader::getGraph(StringRef name) {
  const AttributeProto *attribute = find(name, kGraph);
  return attribute ? &attribute->g() : nullptr;
}

const std::string *AttributeReader::getSparseTensor(StringRef name) {
  const AttributeProto *attribute = find(name, kSparseTensor);
  return attribute ? &attribute->sparse_tensor() : nullptr;
}

LogicalResult AttributeReader::finish() {
  SmallVector<std::string> unread;
  for (auto [index, attribute] : llvm::enumerate(node.attribute()))
    if (!read[index])
      unread.push_back("'" + attribute.name() + "'");
  if (!unread.empty() && ok) {
    fail();
    emitError(location) << node.op_type() << " has attributes that this version of the operator does not have: "
                        << llvm::join(unread, ", ");
  }
  return success(ok);
}
