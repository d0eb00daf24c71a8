// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What data a statistic was observed on.
#pragma once
#include "qc/Arith/Hash.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace qc::calibration {

/// A 128-bit hash of a sequence of tensors: types, shapes, elements and order count, files and their names do not. All
/// 128 bits are carried from tensor to tensor, and memory does not grow with their number.
class DataHash {
public:
  /// Adds a tensor of element type `dtype` ("f32"), in row-major order.
  void add(llvm::StringRef dtype, llvm::ArrayRef<int64_t> dims, llvm::ArrayRef<char> bytes);
  /// 32 hexadecimal digits; all zeros where nothing was added.
  std::string text() const { return state.text(); }

private:
  numerics::Hash128 state;
};

} // namespace qc::calibration
