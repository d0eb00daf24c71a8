// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a problem must be.
#include "qc/Search/Problem.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

using namespace llvm;
using namespace qc::search;

static Error fail(const Twine &path, const Twine &value, const Twine &accepted) {
  return createStringError(path + ": " + value + ", accepted is " + accepted);
}

static std::string quote(StringRef text) { return ("'" + text + "'").str(); }

static std::string at(StringRef list, size_t index) { return formatv("{0}[{1}]", list, index); }

static Error checkSize(StringRef list, size_t size, size_t least, size_t greatest) {
  if (size >= least && size <= greatest)
    return Error::success();
  return fail(list, Twine(size) + " entries", "a list of " + Twine(least) + " to " + Twine(greatest));
}

static std::string print(double value) {
  std::string text;
  raw_string_ostream(text) << format("%g", value);
  return text;
}

static Error checkValue(const Twine &path, double value, double least) {
  if (value >= least && value <= kMaxMagnitude)
    return Error::success();
  return fail(path, print(value), "a number from " + print(least) + " to " + print(kMaxMagnitude));
}
static Error checkLoss(const Twine &path, double value) { return checkValue(path, value, -kMaxMagnitude); }
static Error checkCost(const Twine &path, double value) { return checkValue(path, value, 0); }

static Error checkName(const Twine &path, StringRef name, StringSet<> &known) {
  if (name.empty())
    return fail(path + ".name", "''", "a name that is not empty");
  if (!known.insert(name).second)
    return fail(path + ".name", quote(name), "each name once");
  return Error::success();
}

static Error verifyResources(const Problem &problem) {
  if (Error error = checkSize("resources", problem.resources.size(), 0, kMaxResources))
    return error;
  StringSet<> names;
  for (size_t i = 0; i < problem.resources.size(); ++i) {
    const Resource &resource = problem.resources[i];
    std::string path = at("resources", i);
    if (Error error = checkName(path, resource.name, names))
      return error;
    if (resource.name == "loss")
      return fail(path + ".name", "'loss'", "a name other than that of the loss");
    if (resource.budget)
      if (Error error = checkCost(path + ".budget", *resource.budget))
        return error;
  }
  return Error::success();
}

static Error verifyChoice(const Problem &problem, const Choice &choice, const std::string &path) {
  if (Error error = checkLoss(path + ".loss", choice.loss))
    return error;
  if (choice.costs.size() != problem.resources.size())
    return fail(path + ".costs", Twine(choice.costs.size()) + " costs", "one for each resource");
  for (size_t i = 0; i < choice.costs.size(); ++i)
    if (Error error = checkCost(path + ".costs." + problem.resources[i].name, choice.costs[i]))
      return error;
  return Error::success();
}

static Error verifyGroups(const Problem &problem) {
  if (Error error = checkSize("groups", problem.groups.size(), 1, kMaxGroups))
    return error;
  StringSet<> names;
  for (size_t i = 0; i < problem.groups.size(); ++i) {
    const Group &group = problem.groups[i];
    std::string path = at("groups", i);
    if (Error error = checkName(path, group.name, names))
      return error;
    if (Error error = checkSize(path + ".choices", group.choices.size(), 1, kMaxChoices))
      return error;
    StringSet<> choiceNames;
    for (size_t j = 0; j < group.choices.size(); ++j) {
      std::string choicePath = at(path + ".choices", j);
      if (Error error = checkName(choicePath, group.choices[j].name, choiceNames))
        return error;
      if (Error error = verifyChoice(problem, group.choices[j], choicePath))
        return error;
    }
    if (group.pin && *group.pin >= group.choices.size())
      return fail("pins." + group.name, Twine(*group.pin), "the index of a choice");
  }
  return Error::success();
}

/// `table` has a value for each two choices; `isCost`: none below 0.
static Error verifyTable(const Problem &problem, const Edge &edge, ArrayRef<double> table, const std::string &path,
                         bool isCost) {
  if (table.empty())
    return Error::success();
  size_t rows = problem.groups[edge.first].choices.size(), columns = problem.groups[edge.second].choices.size();
  if (table.size() != rows * columns)
    return fail(path, Twine(table.size()) + " values", Twine(rows) + " rows of " + Twine(columns));
  for (size_t i = 0; i < table.size(); ++i) {
    std::string entry = at(at(path, i / columns), i % columns);
    if (Error error = isCost ? checkCost(entry, table[i]) : checkLoss(entry, table[i]))
      return error;
  }
  return Error::success();
}

static Error verifyEdges(const Problem &problem) {
  if (Error error = checkSize("edges", problem.edges.size(), 0, 10 * kMaxGroups))
    return error;
  for (size_t i = 0; i < problem.edges.size(); ++i) {
    const Edge &edge = problem.edges[i];
    std::string path = at("edges", i);
    if (edge.first >= problem.groups.size() || edge.second >= problem.groups.size())
      return fail(path + ".between", Twine(edge.first) + " and " + Twine(edge.second), "the indices of groups");
    if (edge.first == edge.second)
      return fail(path + ".between", quote(problem.groups[edge.first].name) + " twice", "two different groups");
    if (Error error = verifyTable(problem, edge, edge.loss, path + ".loss", /*isCost=*/false))
      return error;
    if (!edge.costs.empty() && edge.costs.size() != problem.resources.size())
      return fail(path + ".costs", Twine(edge.costs.size()) + " tables", "none, or one for each resource");
    for (size_t j = 0; j < edge.costs.size(); ++j)
      if (Error error =
              verifyTable(problem, edge, edge.costs[j], path + ".costs." + problem.resources[j].name, /*isCost=*/true))
        return error;
  }
  return Error::success();
}

Error qc::search::verify(const Problem &problem) {
  for (auto *part : {verifyResources, verifyGroups, verifyEdges})
    if (Error error = part(problem))
      return error;
  if (problem.objective && *problem.objective >= problem.resources.size())
    return fail("objective", Twine(*problem.objective), "the loss, or the index of a resource");
  return problem.lossBound ? checkLoss("loss_bound", *problem.lossBound) : Error::success();
}
