// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Everything that a tool has to register, in one place.
#pragma once

namespace mlir {
class DialectRegistry;
}

namespace qc {
/// qc's dialects, the upstream dialects they lower to, and the external models of their interfaces.
void registerDialects(mlir::DialectRegistry &registry);
/// qc's passes and pipelines, and the few upstream passes that tests use (canonicalize, cse, symbol-dce).
void registerPasses();
} // namespace qc
