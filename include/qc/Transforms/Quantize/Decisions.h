// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What became what, and why: the data of the report.
#pragma once
#include "mlir/IR/BuiltinOps.h"
#include <optional>
#include <string>
#include <vector>

namespace qc {

/// The decision about one operation, in words.
struct Decision {
  std::string name;                  ///< its ONNX name, empty where it has none
  std::string op;                    ///< mnemonic: "conv"
  std::string result;                ///< "ui8", "ui16" or "f32"
  std::vector<std::string> operands; ///< of each operand: "ui8", "ui16", "i8", "i4", "i32", "i64", "f32"
  std::string reason;
  std::string by;              ///< "default", "user" or "search"
  std::optional<int64_t> macs; ///< nothing where the operation has none or a dimension is unknown
  bool isFloat = false;
};

/// The decisions recorded in `@main` of a module behind assign or quantize, in module order.
std::vector<Decision> collectDecisions(mlir::ModuleOp module);

} // namespace qc
