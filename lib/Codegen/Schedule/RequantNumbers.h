// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The numbers of a kernel.requant: those of a dyadic.requant with everything known folded in.
#pragma once
#include "Scalars.h"
#include "dialects/Kernel/Kernel.h"
#include "qc/Arith/Forms.h"

namespace qc::kernel {

/// One entry per channel, or one in all.
struct RequantNumbers {
  RequantForm form = RequantForm::Wide;
  llvm::SmallVector<int64_t> multipliers[qc::numerics::maxTerms], preShifts, shifts, addends;
  int32_t zero = 0;      ///< added after the shift
  bool canSplit = false; ///< Form F that does without a table of addends, as far as shifts and bounds go
  std::string reason;    ///< why the form is neither narrow nor high

  /// A channel of a machine form.
  template <typename Form> void add(const Form &channel, int64_t preShift, int64_t addend) {
    for (int64_t term : {0, 1})
      multipliers[term].push_back(channel.m[term]);
    multipliers[2].push_back(channel.m2);
    preShifts.push_back(preShift);
    shifts.push_back(channel.shift);
    addends.push_back(addend);
    zero = channel.zeroAfter;
  }
};

/// Of an average pool: an entry per entry of its `counts`; the term is the sum of codes without zero points. The first
/// of narrow, high, wide that the term's range proves.
RequantNumbers chooseAverageNumbers(dyadic::AvgPoolOp op);
RequantNumbers chooseAverageNumbers(dyadic::GlobalAvgPoolOp op);

} // namespace qc::kernel
