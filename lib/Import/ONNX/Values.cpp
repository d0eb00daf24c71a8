// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The tensors of a graph by name.
#include "Values.h"
#include "dialects/QC/QC.h"

using namespace mlir;
using namespace qc::onnx;
namespace onnx_pb = qc::onnx_pb;

Location qc::onnx::getNameLocation(MLIRContext *context, StringRef name) {
  return NameLoc::get(StringAttr::get(context, name));
}

std::string qc::onnx::describeRefusedType(int32_t elementType) {
  std::string name = getElementTypeName(elementType);
  return (StringRef(name).starts_with("element type") ? name : "element type " + name) +
         ", accepted are f32 (what qc computes in) and i8, i16, i32, i64, u8, u16 and bool (where they only move)";
}

FailureOr<Values::Entry *> Values::insert(StringRef name, Location location) {
  auto [it, inserted] = entries.try_emplace(name);
  if (!inserted)
    return emitError(location) << "tensor '" << name << "' is defined twice", failure();
  return &it->second;
}

LogicalResult Values::define(StringRef name, Value value, Location location) {
  FailureOr<Entry *> entry = insert(name, location);
  if (succeeded(entry))
    (*entry)->value = value;
  return entry;
}

LogicalResult Values::define(StringRef name, Constant constant, Location location) {
  FailureOr<Entry *> entry = insert(name, location);
  if (succeeded(entry))
    (*entry)->constant = std::move(constant);
  return entry;
}

LogicalResult Values::define(StringRef name, onnx_pb::TensorProto *initializer, Location location) {
  FailureOr<Entry *> entry = insert(name, location);
  if (succeeded(entry))
    (*entry)->initializer = initializer;
  return entry;
}

LogicalResult Values::defineAlias(StringRef name, StringRef other, Location location) {
  Entry &target = resolve(other);
  FailureOr<Entry *> entry = insert(name, location);
  if (succeeded(entry)) {
    (*entry)->target = &target;
    (*entry)->aliasOf = other.str();
  }
  return entry;
}

Values::Entry &Values::find(StringRef name) {
  auto it = entries.find(name);
  return it == entries.end() && outer ? outer->find(name) : it->second;
}

Values::Entry &Values::resolve(StringRef &name) {
  Entry &entry = find(name);
  // An alias names what is behind all aliases already.
  if (!entry.target)
    return entry;
  name = entry.aliasOf;
  return *entry.target;
}

LogicalResult Values::load(StringRef name, Entry &entry, Location location) {
  if (entry.poisoned)
    return failure();
  if (!entry.initializer)
    return success();
  llvm::Expected<Constant> constant = takeConstant(*entry.initializer, folder);
  if (!constant) {
    entry.poisoned = true;
    return emitError(location) << "tensor '" << name << "' " << llvm::toString(constant.takeError());
  }
  entry.initializer = nullptr;
  entry.constant = std::move(*constant);
  return success();
}

FailureOr<Value> Values::getValue(StringRef name, Location location) {
  Entry &entry = resolve(name);
  if (entry.value)
    return entry.value;
  if (failed(load(name, entry, location)))
    return failure();
  Type element = getBuiltinType(builder.getContext(), entry.constant->elementType);
  if (!element) {
    entry.poisoned = true;
    return emitError(location) << "tensor '" << name << "' has " << describeRefusedType(entry.constant->elementType),
           failure();
  }
  auto type = RankedTensorType::get(entry.constant->dims, element);
  OpBuilder::InsertionGuard guard(builder);
  if (outermost)
    builder.setInsertionPointToEnd(outermost);
  entry.value = qc::ConstantOp::create(builder, getNameLocation(builder.getContext(), name), type,
                                       getAttribute(*entry.constant, type));
  return entry.value;
}

FailureOr<const Constant *> Values::getConstant(StringRef name, Location location) {
  Entry &entry = resolve(name);
  if (failed(load(name, entry, location)))
    return failure();
  return entry.constant ? &*entry.constant : nullptr;
}
