// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which operations a module may have, by what it says of itself.
#include "PhaseOperations.h"
#include "dialects/Dyadic/Dyadic.h"
#include "dialects/Kernel/Kernel.h"
#include "dialects/QC/QC.h"

using namespace mlir;
using namespace qc;

/// The phase that makes such operations. The importer takes no model that is quantized already.
static Phase getFirstPhase(Operation *op) {
  if (isa_and_nonnull<kernel::KernelDialect>(op->getDialect()))
    return Phase::Kernels;
  if (isa_and_nonnull<dyadic::DyadicDialect>(op->getDialect()))
    return Phase::Integer;
  return isa<QuantizeOp, DequantizeOp>(op) ? Phase::Quantize : Phase::Import;
}

LogicalResult qc::verifyOperations(ModuleOp module, Phase phase) {
  // The one that the latest phase makes says most about where the module comes from.
  Operation *found = nullptr;
  module.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (getFirstPhase(op) > (found ? getFirstPhase(found) : phase))
      found = op;
  });
  if (!found)
    return success();
  bool isSaid = module->hasAttr(QCDialect::kPhaseAttr);
  return found->emitError("'") << found->getName() << "' stands in modules from phase "
                               << getPhaseName(getFirstPhase(found)) << " on, but " << QCDialect::kPhaseAttr
                               << " of this one is "
                               << (isSaid ? "'" + getPhaseName(phase).str() + "'" : "missing, which means 'import'");
}
