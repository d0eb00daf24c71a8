// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensors of the ONNX model zoo's test data sets.
#pragma once
#include "qc/Data/Tensor.h"
#include "llvm/Support/Error.h"

namespace qc::data {

/// The tensor in file `path` (`input_<k>.pb` or `output_<k>.pb`), of a type that `DType` has. Fails with a text that
/// names the file.
llvm::Expected<Tensor> readTestTensor(llvm::StringRef path);

} // namespace qc::data
