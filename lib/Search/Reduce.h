// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Choices that no good answer has.
#pragma once
#include "Program.h"

namespace qc::search {

/// What of program.allowed may be in choices within the limits whose objective has a total of at most `best`. Exact:
/// any prices bound the objective from below (weak duality), and the bound is computed in integers; prices of the
/// relaxation make it close. Some group without a choice: there are no such choices.
Allowed reduce(const Program &program, const Relaxation &relaxation, int64_t best);

} // namespace qc::search
