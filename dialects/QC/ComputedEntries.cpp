// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Numbers of an attribute that may be computed.
#include "dialects/QC/ComputedEntries.h"

using namespace mlir;
using namespace qc;

std::optional<Dim> qc::getEntry(ShapeMath &math, int64_t entry, Value values, size_t at) {
  if (entry != kComputed)
    return Dim(entry);
  std::optional<Dims> contents = values ? math.getContents(values) : std::nullopt;
  bool isKnown = contents && at < contents->size() && !(*contents)[at].isUnknown();
  return isKnown ? std::optional((*contents)[at]) : std::nullopt;
}

bool qc::checkComputed(ShapeMath &math, bool isComputed, Value values, StringRef name, StringRef entriesName,
                       size_t count, StringRef each) {
  if (isComputed != bool(values))
    return math.fail("expects " + name + " exactly where an entry of " + entriesName + " is computed"), false;
  if (!values)
    return true;
  TensorShape shape = math.getShape(values);
  auto text = [&] { return ("expects " + name + " with " + each + ", " + Twine(count)).str(); };
  if (shape.getRank() != 1)
    return math.fail(text()), false;
  return math.expectEqual(shape[0], int64_t(count), text);
}
