// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Problems to answers.
#include "ExactSolver.h"

using namespace llvm;
using namespace qc::search;

Expected<std::optional<Answer>> qc::search::solve(const Problem &problem) {
  if (Error error = verify(problem))
    return error;
  unsigned objective = problem.objective ? *problem.objective + 1 : 0;
  Expected<std::optional<Choices>> choices = ExactSolver(problem).findBest(objective);
  if (!choices)
    return choices.takeError();
  if (!*choices)
    return std::nullopt;
  return evaluate(problem, **choices);
}

Expected<std::vector<LeastTotal>> qc::search::findLeastTotals(const Problem &problem) {
  if (Error error = verify(problem))
    return error;
  ExactSolver solver(problem);
  for (unsigned measure = 0; measure <= problem.resources.size(); ++measure)
    solver.setBound(measure, std::nullopt);
  std::vector<LeastTotal> totals;
  for (unsigned measure = 0; measure <= problem.resources.size(); ++measure) {
    std::optional<double> bound = measure == 0 ? problem.lossBound : problem.resources[measure - 1].budget;
    if (!bound)
      continue;
    Expected<std::optional<Choices>> choices = solver.findLeast(measure);
    if (!choices)
      return choices.takeError();
    Answer answer = evaluate(problem, **choices); // without bounds there always is one
    if (measure == 0)
      totals.push_back({std::nullopt, *bound, answer.loss});
    else
      totals.push_back({measure - 1, *bound, answer.costs[measure - 1]});
  }
  return totals;
}
