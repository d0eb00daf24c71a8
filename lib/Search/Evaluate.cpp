// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What choices come to.
#include "Scaled.h"
#include "qc/Search/Solver.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace qc::search;

Answer qc::search::evaluate(const Problem &problem, ArrayRef<unsigned> choices) {
  Answer answer{choices.vec(), 0, std::vector<double>(problem.resources.size())};
  for (auto [group, choice] : zip_equal(problem.groups, choices)) {
    answer.loss += group.choices[choice].loss;
    for (auto [total, cost] : zip_equal(answer.costs, group.choices[choice].costs))
      total += cost;
  }
  for (const Edge &edge : problem.edges) {
    size_t entry = choices[edge.first] * problem.groups[edge.second].choices.size() + choices[edge.second];
    if (!edge.loss.empty())
      answer.loss += edge.loss[entry];
    for (size_t resource = 0; resource < edge.costs.size(); ++resource)
      if (!edge.costs[resource].empty())
        answer.costs[resource] += edge.costs[resource][entry];
  }
  return answer;
}

bool qc::search::isWithinBounds(const Problem &problem, ArrayRef<unsigned> choices) {
  for (auto [group, choice] : zip_equal(problem.groups, choices))
    if (group.pin && *group.pin != choice)
      return false;
  return isWithinBounds(scale(problem), choices);
}

json::Object qc::search::toJson(const Problem &problem, const Answer &answer) {
  json::Object costs, choices;
  for (auto [resource, cost] : zip_equal(problem.resources, answer.costs))
    costs[resource.name] = cost;
  for (auto [group, choice] : zip_equal(problem.groups, answer.choices))
    choices[group.name] = group.choices[choice].name;
  return json::Object{{"loss", answer.loss}, {"costs", std::move(costs)}, {"choices", std::move(choices)}};
}
