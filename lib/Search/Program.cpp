// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The only place that knows CBC.
#include "Program.h"
#include "qc/Search/Solver.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <coin/Cbc_C_Interface.h>
#include <memory>

using namespace llvm;
using namespace qc::search;

namespace {
/// A variable x[group][choice] in {0, 1} for each allowed choice, one of each group 1; y[pair][a][b] in [0, 1] for each
/// pair that costs something, with sum_b y[a][b] = x[first][a] and sum_a y[a][b] = x[second][b]. Then y is 1 where both
/// are and 0 elsewhere, and the relaxation is exact on trees without limits.
class Model {
public:
  explicit Model(const Program &program) : program(program), model(Cbc_newModel(), Cbc_deleteModel) {
    x.resize(program.allowed.size());
    y.resize(program.scaled.pairs.size());
  }

  /// False where some limit is out of reach.
  bool build() {
    for (unsigned group = 0; group < x.size(); ++group)
      addGroup(group);
    for (unsigned pair = 0; pair < y.size(); ++pair)
      if (isPairNeeded(pair))
        addPair(pair);
    for (const Program::Limit &limit : program.limits)
      if (!addLimit(limit))
        return false;
    for (const Choices &choices : program.excluded)
      addExcluded(choices);
    for (ArrayRef<unsigned> groups : program.alike)
      for (size_t i = 1; i < groups.size(); ++i)
        addOrder(groups[i - 1], groups[i]);
    return true;
  }

  Expected<std::optional<Choices>> solve() {
    setParameters();
    Cbc_solve(model.get());
    if (Cbc_isProvenInfeasible(model.get()))
      return std::nullopt;
    if (!Cbc_isProvenOptimal(model.get()))
      return createStringError("the solver gave up after " + Twine(Cbc_getNodeCount(model.get())) +
                               " nodes, accepted are problems that need at most " + Twine(kMaxNodes));
    return readChoices();
  }

private:
  int addColumn(double objective, bool isInteger) {
    std::string name = "c" + utostr(columns);
    Cbc_addCol(model.get(), name.c_str(), 0, 1, objective, isInteger, 0, nullptr, nullptr);
    return columns++;
  }

  /// sum of coefficient * column, `sense` 'L' (at most), 'G' (at least) or 'E' (equal), the bound.
  void addRow(ArrayRef<std::pair<int, double>> terms, char sense, double bound) {
    std::vector<int> indices;
    std::vector<double> coefficients;
    for (auto [index, coefficient] : terms) {
      indices.push_back(index);
      coefficients.push_back(coefficient);
    }
    std::string name = "r" + utostr(rows++);
    Cbc_addRow(model.get(), name.c_str(), indices.size(), indices.data(), coefficients.data(), sense, bound);
  }

  void addGroup(unsigned group) {
    std::vector<std::pair<int, double>> terms;
    for (unsigned choice : program.allowed[group]) {
      x[group].push_back(addColumn(program.objective ? program.objective->choices[group][choice] : 0, true));
      terms.emplace_back(x[group].back(), 1);
    }
    addRow(terms, 'E', 1);
  }

  bool isPairNeeded(unsigned pair) const {
    return (program.objective && !program.objective->isZero(pair)) ||
           any_of(program.limits, [&](const Program::Limit &limit) { return !limit.form.isZero(pair); });
  }

  /// The entry of a pair's table for positions in the two lists of allowed choices.
  size_t getEntry(unsigned pair, size_t a, size_t b) const {
    auto [first, second] = program.scaled.pairs[pair];
    size_t width = program.scaled.measures.front().choices[second].size();
    return program.allowed[first][a] * width + program.allowed[second][b];
  }

  void addPair(unsigned pair) {
    auto [first, second] = program.scaled.pairs[pair];
    size_t height = x[first].size(), width = x[second].size();
    bool hasObjective = program.objective && !program.objective->isZero(pair);
    for (size_t a = 0; a < height; ++a)
      for (size_t b = 0; b < width; ++b)
        y[pair].push_back(addColumn(hasObjective ? program.objective->pairs[pair][getEntry(pair, a, b)] : 0, false));
    for (size_t a = 0; a < height; ++a) {
      std::vector<std::pair<int, double>> terms = {{x[first][a], -1}};
      for (size_t b = 0; b < width; ++b)
        terms.emplace_back(y[pair][a * width + b], 1);
      addRow(terms, 'E', 0);
    }
    for (size_t b = 0; b < width; ++b) {
      std::vector<std::pair<int, double>> terms = {{x[second][b], -1}};
      for (size_t a = 0; a < height; ++a)
        terms.emplace_back(y[pair][a * width + b], 1);
      addRow(terms, 'E', 0);
    }
  }

  bool addLimit(const Program::Limit &limit) {
    const Form &form = limit.form;
    if (limit.greatest < form.constant)
      return false;
    int64_t greatest = (limit.greatest - form.constant) / form.divisor;
    std::vector<std::pair<int, double>> terms;
    auto add = [&](int column, int64_t value) {
      if (value > greatest)
        Cbc_setColUpper(model.get(), column, 0);
      else if (value != 0)
        terms.emplace_back(column, value);
    };
    for (unsigned group = 0; group < x.size(); ++group)
      for (auto [column, choice] : zip_equal(x[group], program.allowed[group]))
        add(column, form.choices[group][choice]);
    for (unsigned pair = 0; pair < y.size(); ++pair)
      if (!form.isZero(pair))
        for (size_t i = 0, width = x[program.scaled.pairs[pair].second].size(); i < y[pair].size(); ++i)
          add(y[pair][i], form.pairs[pair][getEntry(pair, i / width, i % width)]);
    if (!terms.empty())
      addRow(terms, 'L', greatest);
    return true;
  }

  void addExcluded(ArrayRef<unsigned> choices) {
    std::vector<std::pair<int, double>> terms;
    for (auto [group, choice] : enumerate(choices))
      terms.emplace_back(x[group][find(program.allowed[group], choice) - program.allowed[group].begin()], 1);
    addRow(terms, 'L', double(choices.size()) - 1);
  }

  /// At each choice: where `second` is up to it, `first` is too.
  void addOrder(unsigned first, unsigned second) {
    std::vector<std::pair<int, double>> terms;
    for (size_t i = 0; i + 1 < x[first].size(); ++i) {
      terms.emplace_back(x[first][i], 1);
      terms.emplace_back(x[second][i], -1);
      addRow(terms, 'G', 0);
    }
  }

  void setParameters() {
    Cbc_setLogLevel(model.get(), 0);
    // All coefficients of the objective are integers: a better answer is better by 1.
    for (auto [name, value] : {std::pair("increment", "0.999"),
                               {"ratioGap", "0"},
                               {"allowableGap", "0"},
                               {"integerTolerance", "1e-9"},
                               {"primalTolerance", "1e-9"},
                               {"threads", "0"}})
      Cbc_setParameter(model.get(), name, value);
    Cbc_setMaximumNodes(model.get(), kMaxNodes);
  }

  Choices readChoices() const {
    const double *values = Cbc_getColSolution(model.get());
    Choices choices;
    for (auto [columns, allowed] : zip_equal(x, program.allowed)) {
      size_t best = 0;
      for (size_t i = 1; i < columns.size(); ++i)
        if (values[columns[i]] > values[columns[best]])
          best = i;
      choices.push_back(allowed[best]);
    }
    return choices;
  }

  const Program &program;
  std::unique_ptr<Cbc_Model, decltype(&Cbc_deleteModel)> model;
  std::vector<std::vector<int>> x, y; // columns
  unsigned columns = 0, rows = 0;
};
} // namespace

Expected<std::optional<Choices>> qc::search::solveProgram(const Program &program) {
  Model model(program);
  if (!model.build())
    return std::nullopt;
  return model.solve();
}
