// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ONNX names that locations carry.
#include "qc/Analysis/Names.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

static void collectNames(Location location, SmallVectorImpl<StringRef> &names) {
  if (auto name = dyn_cast<NameLoc>(location)) {
    if (!llvm::is_contained(names, name.getName().getValue()))
      names.push_back(name.getName().getValue());
  } else if (auto fused = dyn_cast<FusedLoc>(location)) {
    for (Location part : fused.getLocations())
      collectNames(part, names);
  }
}

SmallVector<StringRef> qc::getOnnxNames(Location location) {
  SmallVector<StringRef> names;
  collectNames(location, names);
  return names;
}

StringRef qc::getOnnxName(Location location) {
  SmallVector<StringRef> names = getOnnxNames(location);
  return names.empty() ? StringRef() : names.front();
}
