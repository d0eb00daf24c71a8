// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Interfaces of the qc dialect that this room implements.
#pragma once

namespace mlir {
class DialectRegistry;
}

namespace qc {

/// Attaches DyadicFormOpInterface to the operations that become dyadic ones.
void registerConversionModels(mlir::DialectRegistry &registry);

} // namespace qc
