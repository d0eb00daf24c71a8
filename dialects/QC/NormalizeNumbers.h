// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What an integer form of qc.normalize has to know of its operands.
#pragma once
#include "dialects/QC/QC.h"

namespace qc {

/// Scale and bias of a normalization as one number for each index of one dimension, or as one.
struct NormalizeNumbers {
  std::vector<float> scale, bias; ///< of one length; 1 and 0 where they are absent
  int64_t axis = 0;               ///< of the result, along which they differ
  int64_t length = 0;             ///< elements that are normalized together
  std::string reason;             ///< why there are none, fit for `qc.float_reason`; empty where there are

  explicit operator bool() const { return reason.empty(); }
};
NormalizeNumbers getNormalizeNumbers(NormalizeOp op);

} // namespace qc
