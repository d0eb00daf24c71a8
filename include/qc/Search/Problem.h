// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The problem of docs/Search.md as tables: one choice for each group, of least loss within budgets.
#pragma once
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include <optional>
#include <string>
#include <vector>

namespace qc::search {

inline constexpr size_t kMaxGroups = 10000; ///< also of edges ten times as many
inline constexpr size_t kMaxChoices = 64;   ///< of one group
inline constexpr size_t kMaxResources = 16;
inline constexpr double kMaxMagnitude = 1e30; ///< of a loss, cost, budget or bound

/// Something that choices cost, as bytes or milliseconds.
struct Resource {
  std::string name;             ///< not empty, not "loss", each once
  std::string unit;             ///< for people; may be empty
  std::optional<double> budget; ///< the greatest total allowed, in [0, kMaxMagnitude]; none: no limit
};

/// One format that a group can have.
struct Choice {
  std::string name;          ///< not empty, each once in its group
  double loss = 0;           ///< finite, |loss| <= kMaxMagnitude; below 0 where the choice improves
  std::vector<double> costs; ///< one for each resource, in [0, kMaxMagnitude]
};

/// Operations that get one choice together.
struct Group {
  std::string name;            ///< not empty, each once
  std::vector<Choice> choices; ///< 1 to kMaxChoices
  std::optional<unsigned> pin; ///< the index of the choice that somebody fixed
};

/// What two neighbours cost together, as the conversions between their formats. Tables are [choice of `first`][choice
/// of `second`], row by row. Several edges between the same groups add up.
struct Edge {
  unsigned first = 0, second = 0; ///< indices of two different groups
  std::vector<double> loss;       ///< as Choice::loss; empty: 0 everywhere
  std::vector<std::vector<double>>
      costs; ///< for each resource a table, each value as Choice::costs; empty: 0 everywhere
};

/// Least total of `objective` within all bounds. Totals are sums over groups and edges.
struct Problem {
  std::vector<Resource> resources;
  std::vector<Group> groups;
  std::vector<Edge> edges;
  std::optional<unsigned> objective; ///< the resource that shall be least; none: the loss
  std::optional<double> lossBound;   ///< the greatest total loss allowed, |lossBound| <= kMaxMagnitude
};

/// Whether all that is said above holds. An error names the place in the JSON form, as `groups[2].choices[0].loss`, the
/// value, and what is accepted.
llvm::Error verify(const Problem &problem);

/// Reads the JSON form of docs/Search.md and verifies it.
llvm::Expected<Problem> readProblem(llvm::StringRef json);

/// The JSON form: the same bytes for the same problem, and readProblem gives the problem back.
void writeProblem(const Problem &problem, llvm::raw_ostream &os);

} // namespace qc::search
