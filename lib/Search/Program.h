// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One integer program over choices, solved by CBC.
#pragma once
#include "Form.h"

namespace qc::search {

using Choices = std::vector<unsigned>;

struct Program {
  const Scaled &scaled;
  const Allowed &allowed;
  std::optional<Form> objective; ///< what shall be least; none: any choices will do
  struct Limit {
    Form form;
    int64_t greatest; ///< of the form's total
  };
  std::vector<Limit> limits;
  std::vector<Choices> excluded; ///< these as a whole, each within allowed
  /// Groups that are the same to the problem, ascending: their choices shall ascend too.
  std::vector<std::vector<unsigned>> alike;
};

/// Choices of least objective within the limits as CBC sees them, in f64 and with tolerances; none where there are
/// none. One thread, no output. Error: it gave up after kMaxNodes nodes.
llvm::Expected<std::optional<Choices>> solveProgram(const Program &program);

} // namespace qc::search
