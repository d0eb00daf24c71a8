// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The numbers of a normalization of codes (docs/Numerics.md, Normalization). Asked by quantize, before neighbours get
// parameters, and by the conversion that builds the integer form: one answer for both.
#pragma once
#include "dialects/QC/QC.h"
#include "qc/Analysis/RequantPlan.h"

namespace qc {

/// A normalize is sums and a root per row, normalized numbers n, and one Requant of n and, where `shift` is not empty,
/// a constant term beside it.
struct NormalizePlan {
  RequantPlan requant;        ///< an entry per index of `axis`, or one; its reason says why there is no plan
  std::vector<int32_t> shift; ///< codes of the operation's bias, as many as the Requant has entries, or one
  int64_t axis = 0;           ///< of the result, where there are several
  int64_t epsilon = 0;        ///< in squared units of n * codes

  explicit operator bool() const { return bool(requant); }
};

/// For codes `x` and a result of scale `resultScale`.
NormalizePlan planNormalize(NormalizeOp op, CodeParams x, float resultScale);

} // namespace qc
