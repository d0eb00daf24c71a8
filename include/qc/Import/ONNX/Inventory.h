// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a model file is made of, whether qc can compile it or not.
#pragma once
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/JSON.h"

namespace qc {

/// The inventory of ONNX model file `path`:
/// - `ir_version`, `producer`, `opsets` by domain ("ai.onnx" is the default one);
/// - `inputs` (without those that are initializers) and `outputs`: `name`, `dtype`, and `dims` as far as the file says
///   them: numbers, names, "?";
/// - `parameters` and `parameter_bytes` of initializers and Constant nodes, as their shapes say, `external_files`;
/// - `nodes`, and counts by operator as `operators`; the same of bodies of If, Loop and Scan at any depth as
///   `body_operators`, and of the model's functions as `function_operators`;
/// - `quantization`: counts of operators that quantize, dequantize or compute with integers, wherever they stand.
/// Names may be anything but are UTF-8. Nothing that the file says is checked. Fails where it is no ONNX model.
llvm::Expected<llvm::json::Object> takeInventory(llvm::StringRef path);

} // namespace qc
