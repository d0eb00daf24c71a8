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
  llvm::SmallVector<int64_t> multipliers[2], preShifts, shifts, addends;
  int32_t zero = 0;   ///< added after the shift
  std::string reason; ///< why the form is neither narrow nor high

  void add(const int32_t (&m)[2], int64_t preShift, int64_t shift, int64_t addend) {
    multipliers[0].push_back(m[0]);
    multipliers[1].push_back(m[1]);
    preShifts.push_back(preShift);
    shifts.push_back(shift);
    addends.push_back(addend);
  }
};

/// `compensation` is that of the register which is term number `compensated`. The first of narrow, high, wide that the
/// terms' ranges prove; half_even stays itself unless no tie can occur.
RequantNumbers chooseRequantNumbers(dyadic::RequantOp op, const Compensation &compensation, unsigned compensated);

/// The same for an average pool: an entry per entry of its `counts`; the term is the sum of codes without zero points.
RequantNumbers chooseAverageNumbers(dyadic::AvgPoolOp op);
RequantNumbers chooseAverageNumbers(dyadic::GlobalAvgPoolOp op);

} // namespace qc::kernel
