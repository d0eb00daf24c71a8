// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The only place that knows CBC and Clp.
#include "Program.h"
#include "LinearModel.h"
#include "qc/Search/Solver.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <coin/Cbc_C_Interface.h>
#include <coin/Clp_C_Interface.h>
#include <memory>

using namespace llvm;
using namespace qc::search;

/// Of each group the choice of the greatest value.
static Choices readChoices(const LinearModel &linear, const Program &program, const double *values) {
  Choices choices;
  for (auto [columns, allowed] : zip_equal(linear.x, program.allowed)) {
    auto best = std::max_element(columns.begin(), columns.end(), [&](int a, int b) { return values[a] < values[b]; });
    choices.push_back(allowed[best - columns.begin()]);
  }
  return choices;
}

Expected<std::optional<Choices>> qc::search::solveProgram(const Program &program) {
  LinearModel linear(program);
  if (linear.isInfeasible)
    return std::nullopt;
  std::unique_ptr<Cbc_Model, decltype(&Cbc_deleteModel)> model(Cbc_newModel(), Cbc_deleteModel);
  Cbc_setLogLevel(model.get(), 0);
  std::vector<double> lower(linear.upper.size());
  Cbc_loadProblem(model.get(), linear.upper.size(), linear.rowLower.size(), linear.start.data(), linear.index.data(),
                  linear.value.data(), lower.data(), linear.upper.data(), linear.objective.data(),
                  linear.rowLower.data(), linear.rowUpper.data());
  for (ArrayRef<int> columns : linear.x)
    for (int column : columns)
      Cbc_setInteger(model.get(), column);
  // All coefficients of the objective are integers: a better answer is better by 1. Cuts cost more time than they save
  // on what bounds have left over, and are where a program of large coefficients goes wrong first.
  for (auto [name, value] : {std::pair("increment", "0.999"),
                             {"ratioGap", "0"},
                             {"allowableGap", "0"},
                             {"integerTolerance", "1e-9"},
                             {"primalTolerance", "1e-9"},
                             {"threads", "0"},
                             {"cutsOnOff", "off"}})
    Cbc_setParameter(model.get(), name, value);
  if (program.greatest) {
    std::string cutoff = formatv("{0}.5", (*program.greatest - program.objective.constant) / program.objective.divisor);
    Cbc_setParameter(model.get(), "cutoff", cutoff.c_str());
  }
  Cbc_setMaximumNodes(model.get(), kMaxNodes);
  Cbc_solve(model.get());
  if (Cbc_isProvenInfeasible(model.get()))
    return std::nullopt;
  if (!Cbc_isProvenOptimal(model.get()))
    return createStringError("the solver gave up after " + Twine(Cbc_getNodeCount(model.get())) +
                             " nodes, accepted are problems that need at most " + Twine(kMaxNodes));
  return readChoices(linear, program, Cbc_getColSolution(model.get()));
}

std::optional<Relaxation> qc::search::solveRelaxation(const Program &program) {
  LinearModel linear(program);
  if (linear.isInfeasible)
    return std::nullopt;
  std::unique_ptr<Clp_Simplex, decltype(&Clp_deleteModel)> model(Clp_newModel(), Clp_deleteModel);
  Clp_setLogLevel(model.get(), 0);
  std::vector<double> lower(linear.upper.size());
  Clp_loadProblem(model.get(), linear.upper.size(), linear.rowLower.size(), linear.start.data(), linear.index.data(),
                  linear.value.data(), lower.data(), linear.upper.data(), linear.objective.data(),
                  linear.rowLower.data(), linear.rowUpper.data());
  if (Clp_initialDualSolve(model.get()) != 0)
    return std::nullopt;
  const double *duals = Clp_dualRowSolution(model.get());
  Relaxation relaxation;
  relaxation.choices = readChoices(linear, program, Clp_primalColumnSolution(model.get()));
  for (int row : linear.limitRows)
    relaxation.prices.push_back(row < 0 ? 0 : std::max(0.0, -duals[row]));
  for (auto [pair, row] : zip_equal(program.scaled.pairs, linear.firstRows)) {
    const double *begin = duals + row;
    size_t height = linear.x[pair.first].size(), width = linear.x[pair.second].size();
    relaxation.first.push_back(row < 0 ? std::vector<double>() : std::vector<double>(begin, begin + height));
    relaxation.second.push_back(row < 0 ? std::vector<double>()
                                        : std::vector<double>(begin + height, begin + height + width));
  }
  return relaxation;
}
