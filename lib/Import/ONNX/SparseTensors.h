// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sparse constants, which become dense ones.
#pragma once
#include "Tensors.h"
#include "onnx.pb.h"

namespace qc::onnx {

/// The dense tensor that `bytes`, a SparseTensorProto, stands for: its values in their places, 0 elsewhere. Indices are
/// i64, one number or one row of numbers per value, ascending, each once. Fails where the message is damaged, where
/// values and indices do not fit each other and the dimensions, or above 2^31 bytes. Texts do not name the tensor.
llvm::Expected<Constant> makeDense(llvm::StringRef bytes, llvm::StringRef folder);

/// The name of the values in a SparseTensorProto: that of a sparse initializer. "" where it is damaged.
std::string getSparseName(llvm::StringRef bytes);

} // namespace qc::onnx
