// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is known of integer tensors at import.
#pragma once
#include "mlir/IR/Value.h"
#include <optional>

namespace qc::onnx {

/// The truth value that a condition is seen to have, from constants and the known sizes that it is computed from.
std::optional<bool> findTruth(mlir::Value condition);

} // namespace qc::onnx
