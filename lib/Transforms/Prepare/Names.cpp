// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Names of values that a rewrite makes, what it leaves without a reader, and what it did not do.
#include "Names.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace qc;

Location prepare::fuseLocations(Location value, Location absorbed) {
  return FusedLoc::get({value, absorbed}, Attribute(), value.getContext());
}

Location prepare::deriveLocation(Location loc, StringRef suffix) {
  NameLoc name = loc->findInstanceOf<NameLoc>();
  if (!name)
    return loc;
  return NameLoc::get(StringAttr::get(loc.getContext(), name.getName().getValue() + suffix));
}

void prepare::eraseIfDead(RewriterBase &rewriter, ValueRange values) {
  SetVector<Operation *> worklist;
  auto add = [&](ValueRange operands) {
    for (Value operand : operands)
      if (Operation *op = operand.getDefiningOp())
        worklist.insert(op);
  };
  add(values);
  while (!worklist.empty()) {
    Operation *op = worklist.pop_back_val();
    if (!isOpTriviallyDead(op))
      continue;
    add(op->getOperands());
    rewriter.eraseOp(op);
  }
}

void prepare::remarkMissed(Location loc, StringRef name, StringRef pass, StringRef reason) {
  if (!reason.empty())
    remark::missed(loc, remark::RemarkOpts::name(name).category(pass)) << remark::reason("{0}", reason);
}
