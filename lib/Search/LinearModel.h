// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A program as the columns and rows of a mixed integer program.
#pragma once
#include "Program.h"

namespace qc::search {

/// A variable x[group][choice] in {0, 1} for each allowed choice, one of each group 1; y[pair][a][b] in [0, 1] for each
/// pair that costs something, with sum_b y[a][b] = x[first][a] and sum_a y[a][b] = x[second][b]. Then y is 1 where both
/// are and 0 elsewhere, and the relaxation is exact on trees without limits.
struct LinearModel {
  explicit LinearModel(const Program &program);

  bool isInfeasible = false;            ///< some limit is out of reach; then the rest means nothing
  std::vector<std::vector<int>> x, y;   ///< columns, [pair][a * width + b]; of a pair without cost none
  std::vector<int> firstRows;           ///< of each pair: the row of a = 0; those of b follow those of a
  std::vector<int> limitRows;           ///< of each limit; -1: it holds whatever is chosen
  std::vector<double> upper, objective; ///< of columns; all are at least 0
  std::vector<double> rowLower, rowUpper;
  std::vector<int> start, index; ///< the matrix by columns
  std::vector<double> value;

private:
  using Terms = std::vector<std::pair<int, double>>;
  int addColumn(double cost);
  int addRow(const Terms &terms, double least, double greatest);
  void addGroup(unsigned group);
  bool isPairNeeded(unsigned pair) const;
  size_t getEntry(unsigned pair, size_t a, size_t b) const;
  void addPair(unsigned pair);
  void addLimit(const Program::Limit &limit);
  void addExcluded(const Choices &choices);
  void addOrder(unsigned first, unsigned second);
  void sortByColumns();

  const Program &program;
  std::vector<Terms> rows;
};

} // namespace qc::search
