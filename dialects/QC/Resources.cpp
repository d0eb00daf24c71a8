// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Resources named by their content, and their end.
#include "dialects/QC/Resources.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/BuiltinDialect.h"
#include "qc/Arith/Hash.h"
#include "llvm/Support/Alignment.h"
#include <mutex>

using namespace mlir;
using namespace qc;

static DialectResourceBlobManager &getManager(MLIRContext *context) {
  return DenseResourceElementsHandle::getManagerInterface(context).getBlobManager();
}

/// Whether `blob` holds `bytes` where elements of `width` bytes may lie: equal bytes may have come as narrower
/// elements.
static bool isUsable(AsmResourceBlob *blob, ArrayRef<char> bytes, size_t width) {
  return blob && blob->getData() == bytes && blob->getDataAlignment() % width == 0 &&
         llvm::isAddrAligned(llvm::Align(width), blob->getData().data());
}

DenseResourceElementsHandle qc::getResource(MLIRContext *context, ArrayRef<char> bytes, size_t width,
                                            llvm::function_ref<AsmResourceBlob()> makeBlob) {
  std::string name = "w_" + numerics::hash128(bytes.data(), bytes.size()).text();
  auto *dialect = context->getLoadedDialect<BuiltinDialect>();
  DialectResourceBlobManager &manager = getManager(context);
  // Look up and insert must be one step: another thread's equal content would get a second name.
  static std::mutex mutex;
  std::lock_guard<std::mutex> lock(mutex);
  DialectResourceBlobManager::BlobEntry *entry = manager.lookup(name);
  if (!entry)
    return manager.insert<DenseResourceElementsHandle>(dialect, name, makeBlob());
  if (isUsable(entry->getBlob(), bytes, width))
    return DenseResourceElementsHandle(entry, dialect);
  if (!bytes.empty() && entry->getBlob() && entry->getBlob()->getData().empty()) { // released before
    entry->setBlob(makeBlob());
    return DenseResourceElementsHandle(entry, dialect);
  }
  return manager.insert<DenseResourceElementsHandle>(dialect, name, makeBlob());
}

/// Calls `visit` with the name and size of each resource of `context` that has bytes.
static void forEachResource(MLIRContext *context, llvm::function_ref<void(StringRef, size_t)> visit) {
  getManager(context).getBlobMap([&](const llvm::StringMap<DialectResourceBlobManager::BlobEntry> &map) {
    for (const auto &entry : map)
      if (const AsmResourceBlob *blob = entry.getValue().getBlob(); blob && !blob->getData().empty())
        visit(entry.getKey(), blob->getData().size());
  });
}

llvm::StringSet<> qc::listResources(MLIRContext *context) {
  llvm::StringSet<> names;
  forEachResource(context, [&](StringRef name, size_t) { names.insert(name); });
  return names;
}

/// Takes the names of all resources that attributes of `module`'s operations refer to out of `names`.
static void removeUsed(ModuleOp module, llvm::StringSet<> &names) {
  AttrTypeWalker walker; // visits an attribute once
  walker.addWalk([&](DenseResourceElementsAttr resource) { names.erase(resource.getRawHandle().getKey()); });
  module->walk([&](Operation *op) { walker.walk(op->getAttrDictionary()); });
}

void qc::releaseResources(ModuleOp module, llvm::function_ref<bool(StringRef name)> isOwned) {
  constexpr size_t kLittle = 16 << 20;
  llvm::StringSet<> unused;
  size_t bytes = 0;
  forEachResource(module.getContext(), [&](StringRef name, size_t size) {
    if (!isOwned(name))
      return;
    unused.insert(name);
    bytes += size;
  });
  if (bytes < kLittle)
    return;
  removeUsed(module, unused);
  for (const auto &name : unused)
    getManager(module.getContext()).update(name.getKey(), AsmResourceBlob());
}
