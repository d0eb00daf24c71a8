// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The trade of loss against a resource.
#include "ExactSolver.h"
#include <algorithm>

using namespace llvm;
using namespace qc::search;

/// Answers at budgets from `greatest` down, the last one at `least`; an answer that is within the next budgets too is
/// theirs as well.
static Expected<std::vector<Choices>> walk(ExactSolver &solver, unsigned measure, Choices best, Int128 least,
                                           unsigned points) {
  Int128 greatest = sum(solver.getScaled(), measure, best);
  std::vector<Choices> found = {std::move(best)};
  for (unsigned i = points - 1; i-- > 0;) {
    Int128 budget =
        least + (greatest - least) / (points - 1) * i + (greatest - least) % (points - 1) * i / (points - 1);
    if (sum(solver.getScaled(), measure, found.back()) <= budget)
      continue;
    solver.setBound(measure, budget);
    Expected<std::optional<Choices>> choices = solver.findBest({0, measure});
    if (!choices)
      return choices.takeError();
    if (!*choices)
      return createStringError("the solver lost an answer that it had found before");
    found.push_back(std::move(**choices));
  }
  std::reverse(found.begin(), found.end());
  return found;
}

Expected<std::vector<Answer>> qc::search::front(const Problem &problem, unsigned resource, unsigned points) {
  if (Error error = verify(problem))
    return error;
  if (resource >= problem.resources.size())
    return createStringError("resource " + Twine(resource) + " of " + Twine(problem.resources.size()) +
                             ", accepted is the index of a resource");
  if (points == 0)
    return createStringError("0 points, accepted is at least 1");
  ExactSolver solver(problem);
  unsigned measure = resource + 1;
  Expected<std::optional<Choices>> best = solver.findBest({0, measure});
  if (!best)
    return best.takeError();
  if (!*best)
    return std::vector<Answer>();
  if (points == 1)
    return std::vector<Answer>{evaluate(problem, **best)};
  Expected<std::optional<Choices>> cheapest = solver.findBest(measure);
  if (!cheapest)
    return cheapest.takeError();
  if (!*cheapest)
    return createStringError("the solver lost an answer that it had found before");
  Int128 least = sum(solver.getScaled(), measure, **cheapest);
  Expected<std::vector<Choices>> found = walk(solver, measure, std::move(**best), least, points);
  if (!found)
    return found.takeError();
  std::vector<Answer> answers;
  for (const Choices &choices : *found) {
    Answer answer = evaluate(problem, choices);
    if (answers.empty() || answer.loss < answers.back().loss) // else only the bits that ranks lack tell them apart
      answers.push_back(std::move(answer));
  }
  return answers;
}
