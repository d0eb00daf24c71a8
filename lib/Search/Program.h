// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One integer program over choices, solved by CBC, and its relaxation, by Clp.
#pragma once
#include "Form.h"

namespace qc::search {

using Choices = std::vector<unsigned>;

struct Program {
  const Scaled &scaled;
  const Allowed &allowed;
  Form objective;                  ///< what shall be least
  std::optional<int64_t> greatest; ///< of the objective's total; none: no limit
  struct Limit {
    Form form;
    int64_t greatest; ///< of the form's total
    /// Of the form's sum. Negative: out of reach.
    int64_t getGreatest() const { return greatest < form.constant ? -1 : (greatest - form.constant) / form.divisor; }
  };
  std::vector<Limit> limits;
  std::vector<Choices> excluded; ///< these as a whole, each within allowed
  /// Groups that are the same to the problem, ascending: their choices shall ascend too.
  std::vector<std::vector<unsigned>> alike;
};

/// Choices of least objective within the limits as CBC sees them, in f64 and with tolerances; none where there are
/// none. One thread, no output. Error: it gave up after kMaxNodes nodes.
llvm::Expected<std::optional<Choices>> solveProgram(const Program &program);

/// What Clp says of the program where choices may be shared out.
struct Relaxation {
  Choices choices;            ///< of each group the one of the largest share
  std::vector<double> prices; ///< of each limit: what the objective pays for one more of its sum; at least 0
  /// Of each pair that costs something, for positions in `allowed`: what x[first][a] and x[second][b] pay for their
  /// shares.
  std::vector<std::vector<double>> first, second;
};

/// None where Clp finds none, which proves nothing.
std::optional<Relaxation> solveRelaxation(const Program &program);

} // namespace qc::search
