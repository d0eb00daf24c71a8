// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Columns and rows.
#include "LinearModel.h"
#include "llvm/ADT/STLExtras.h"
#include <limits>

using namespace llvm;
using namespace qc::search;

static constexpr double kInfinity = std::numeric_limits<double>::max(); // as CBC and Clp write it

LinearModel::LinearModel(const Program &program) : program(program) {
  x.resize(program.allowed.size());
  y.resize(program.scaled.pairs.size());
  firstRows.assign(y.size(), -1);
  for (unsigned group = 0; group < x.size(); ++group)
    addGroup(group);
  for (unsigned pair = 0; pair < y.size(); ++pair)
    if (isPairNeeded(pair))
      addPair(pair);
  for (const Program::Limit &limit : program.limits)
    addLimit(limit);
  for (const Choices &choices : program.excluded)
    addExcluded(choices);
  for (ArrayRef<unsigned> groups : program.alike)
    for (size_t i = 1; i < groups.size(); ++i)
      addOrder(groups[i - 1], groups[i]);
  sortByColumns();
}

int LinearModel::addColumn(double cost) {
  upper.push_back(1);
  objective.push_back(cost);
  return upper.size() - 1;
}

int LinearModel::addRow(const Terms &terms, double least, double greatest) {
  rows.push_back(terms);
  rowLower.push_back(least);
  rowUpper.push_back(greatest);
  return rows.size() - 1;
}

void LinearModel::addGroup(unsigned group) {
  Terms terms;
  for (unsigned choice : program.allowed[group]) {
    x[group].push_back(addColumn(program.objective.choices[group][choice]));
    terms.emplace_back(x[group].back(), 1);
  }
  addRow(terms, 1, 1);
}

bool LinearModel::isPairNeeded(unsigned pair) const {
  return !program.objective.isZero(pair) ||
         any_of(program.limits, [&](const Program::Limit &limit) { return !limit.form.isZero(pair); });
}

/// The entry of a pair's table for positions in the two lists of allowed choices.
size_t LinearModel::getEntry(unsigned pair, size_t a, size_t b) const {
  auto [first, second] = program.scaled.pairs[pair];
  size_t width = program.scaled.measures.front().choices[second].size();
  return program.allowed[first][a] * width + program.allowed[second][b];
}

void LinearModel::addPair(unsigned pair) {
  auto [first, second] = program.scaled.pairs[pair];
  size_t height = x[first].size(), width = x[second].size();
  bool hasObjective = !program.objective.isZero(pair);
  for (size_t a = 0; a < height; ++a)
    for (size_t b = 0; b < width; ++b)
      y[pair].push_back(addColumn(hasObjective ? program.objective.pairs[pair][getEntry(pair, a, b)] : 0));
  firstRows[pair] = rows.size();
  for (size_t a = 0; a < height; ++a) {
    Terms terms = {{x[first][a], -1}};
    for (size_t b = 0; b < width; ++b)
      terms.emplace_back(y[pair][a * width + b], 1);
    addRow(terms, 0, 0);
  }
  for (size_t b = 0; b < width; ++b) {
    Terms terms = {{x[second][b], -1}};
    for (size_t a = 0; a < height; ++a)
      terms.emplace_back(y[pair][a * width + b], 1);
    addRow(terms, 0, 0);
  }
}

void LinearModel::addLimit(const Program::Limit &limit) {
  const Form &form = limit.form;
  limitRows.push_back(-1);
  if (limit.greatest < form.constant) {
    isInfeasible = true;
    return;
  }
  int64_t greatest = limit.getGreatest();
  Terms terms;
  auto add = [&](int column, int64_t cost) {
    if (cost > greatest)
      upper[column] = 0;
    else if (cost != 0)
      terms.emplace_back(column, cost);
  };
  for (unsigned group = 0; group < x.size(); ++group)
    for (auto [column, choice] : zip_equal(x[group], program.allowed[group]))
      add(column, form.choices[group][choice]);
  for (unsigned pair = 0; pair < y.size(); ++pair)
    if (!form.isZero(pair))
      for (size_t i = 0, width = x[program.scaled.pairs[pair].second].size(); i < y[pair].size(); ++i)
        add(y[pair][i], form.pairs[pair][getEntry(pair, i / width, i % width)]);
  if (!terms.empty())
    limitRows.back() = addRow(terms, -kInfinity, greatest);
}

void LinearModel::addExcluded(const Choices &choices) {
  Terms terms;
  for (auto [group, choice] : enumerate(choices))
    terms.emplace_back(x[group][find(program.allowed[group], choice) - program.allowed[group].begin()], 1);
  addRow(terms, -kInfinity, double(choices.size()) - 1);
}

/// At each choice: where `second` is up to it, `first` is too.
void LinearModel::addOrder(unsigned first, unsigned second) {
  auto takeUpTo = [&](unsigned group, unsigned last, double sign, Terms &terms) {
    for (auto [column, choice] : zip_equal(x[group], program.allowed[group]))
      if (choice <= last)
        terms.emplace_back(column, sign);
  };
  for (unsigned choice : program.allowed[second]) {
    Terms terms;
    takeUpTo(first, choice, 1, terms);
    takeUpTo(second, choice, -1, terms);
    addRow(terms, 0, kInfinity);
  }
}

void LinearModel::sortByColumns() {
  start.assign(upper.size() + 1, 0);
  for (const Terms &terms : rows)
    for (auto [column, coefficient] : terms)
      ++start[column + 1];
  for (size_t i = 0; i < upper.size(); ++i)
    start[i + 1] += start[i];
  index.resize(start.back());
  value.resize(start.back());
  std::vector<int> next = start;
  for (auto [row, terms] : enumerate(rows))
    for (auto [column, coefficient] : terms) {
      index[next[column]] = row;
      value[next[column]++] = coefficient;
    }
}
