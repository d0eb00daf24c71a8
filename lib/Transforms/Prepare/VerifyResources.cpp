// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-verify-resources: the bytes behind every dense_resource.
#include "mlir/IR/DialectResourceBlobManager.h"
#include "qc/Arith/Hash.h"
#include "qc/Transforms/Prepare/Passes.h"

namespace qc {
#define GEN_PASS_DEF_VERIFYRESOURCESPASS
#include "qc/Transforms/Prepare/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;

// Whether `name` is `expected`, or that with the number that MLIR appends to a name which the context knows already.
static bool isNameOf(StringRef name, StringRef expected) {
  unsigned number;
  return name.consume_front(expected) && (name.empty() || (name.consume_front("_") && !name.getAsInteger(10, number)));
}

// What is wrong with the bytes of `resource`; empty where nothing is.
static std::string findFault(DenseResourceElementsAttr resource) {
  StringRef name = resource.getRawHandle().getKey();
  AsmResourceBlob *blob = resource.getRawHandle().getBlob();
  if (!blob) // resource_c1
    return "which is missing from the file";
  auto type = dyn_cast<RankedTensorType>(resource.getShapedType());
  std::optional<int64_t> size = type ? TensorValue::getByteSize(type) : std::nullopt;
  if (!size)
    return "whose type has no size in bytes";
  ArrayRef<char> bytes = blob->getData();
  if (int64_t(bytes.size()) != *size) // resource_c2
    return "which has " + std::to_string(bytes.size()) + " bytes, its type " + std::to_string(*size);
  size_t width = TensorValue::elementBytes(type);
  bool isAligned = blob->getDataAlignment() % width == 0 && reinterpret_cast<uintptr_t>(bytes.data()) % width == 0;
  if (!isAligned && !bytes.empty()) // resource_c3
    return "which is aligned to " + std::to_string(blob->getDataAlignment()) + " bytes, an element needs " +
           std::to_string(width);
  std::string expected = "w_" + qc::numerics::hash128(bytes.data(), bytes.size()).text();
  if (!isNameOf(name, expected)) // resource_c4
    return "whose content has the name '" + expected + "'";
  return "";
}

namespace {
struct VerifyResourcesPass final : qc::impl::VerifyResourcesPassBase<VerifyResourcesPass> {
  void runOnOperation() override {
    // A resource that many operations read is hashed once per type.
    DenseMap<Attribute, std::string> faults;
    AttrTypeWalker walker;
    Operation *current = nullptr;
    walker.addWalk([&](DenseResourceElementsAttr resource) {
      auto [entry, isNew] = faults.try_emplace(resource);
      if (isNew)
        entry->second = findFault(resource);
      if (entry->second.empty())
        return;
      current->emitOpError("reads resource '")
          << resource.getRawHandle().getKey() << "' as " << resource.getShapedType() << ", " << entry->second;
      signalPassFailure();
    });
    getOperation()->walk([&](Operation *op) {
      current = op;
      AttrTypeWalker perOperation = walker; // a walker visits an attribute once
      perOperation.walk(op->getAttrDictionary());
    });
    markAllAnalysesPreserved();
  }
};
} // namespace
