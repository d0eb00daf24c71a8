// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Values become integers: exact ones as long as 120 bits hold them, ranks of 30 bits.
#include "lib/Search/Scaled.h"
#include "lib/Search/Form.h"
#include "qc/Search/Solver.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace qc::search;

/// One group for each list of costs, of one resource.
static Problem makeProblem(std::vector<std::vector<double>> costs, std::optional<double> budget = std::nullopt) {
  Problem problem;
  problem.resources = {{"bytes", "B", budget}};
  for (const std::vector<double> &list : costs) {
    Group &group = problem.groups.emplace_back();
    group.name = "g" + std::to_string(problem.groups.size());
    for (double cost : list)
      group.choices.push_back({"c" + std::to_string(group.choices.size()), 0, {cost}});
  }
  return problem;
}

static double toDouble(Int128 value, int unit) { return std::ldexp(static_cast<double>(value), unit); }

TEST(Scaled, SmallIntegersRankAsTheyAre) {
  Scaled scaled = scale(makeProblem({{3, 7}, {100, 1}}, 50));
  const Measure &measure = scaled.measures[1];
  EXPECT_EQ(measure.unit + measure.shift, 0);
  EXPECT_EQ(sumRanks(scaled, 1, {1, 0}), 107);
  EXPECT_EQ(toDouble(*measure.bound, measure.unit), 50);
}

TEST(Scaled, FactorsOfTwoThatAllHaveAreLeftOut) {
  Scaled scaled = scale(makeProblem({{48, 16}, {0.0, 64}}));
  EXPECT_EQ(scaled.measures[1].unit + scaled.measures[1].shift, 4);
  EXPECT_EQ(sumRanks(scaled, 1, {0, 1}), 7);
}

TEST(Scaled, RanksHaveThirtyBitsRoundedDown) {
  // 2^30 - 1 still has all its bits, 2^30 + 1 loses one of 31.
  Scaled exact = scale(makeProblem({{1, 1073741823}}));
  EXPECT_EQ(exact.measures[1].unit + exact.measures[1].shift, 0);
  Scaled rounded = scale(makeProblem({{1, 1073741825}}));
  EXPECT_EQ(rounded.measures[1].unit + rounded.measures[1].shift, 1);
  EXPECT_EQ(sumRanks(rounded, 1, {0}), 0);
  EXPECT_EQ(sumRanks(rounded, 1, {1}), 536870912);
}

TEST(Scaled, NegativeLossesRankDownwardsToo) {
  Problem problem = makeProblem({{0, 0, 0}});
  problem.groups[0].choices[0].loss = -1;
  problem.groups[0].choices[1].loss = 1073741825;
  problem.groups[0].choices[2].loss = -3;
  Scaled scaled = scale(problem);
  EXPECT_EQ(sumRanks(scaled, 0, {0}), -1);
  EXPECT_EQ(sumRanks(scaled, 0, {2}), -2);
}

TEST(Scaled, TotalsAreExact) {
  // 0.1 + 0.2 is above 0.3 as f64 values stand, and so it is here; 0.1 + 0.2 as f64 rounds it is above that sum.
  EXPECT_FALSE(isWithinBounds(makeProblem({{0.1}, {0.2}}, 0.3), {0, 0}));
  EXPECT_TRUE(isWithinBounds(makeProblem({{0.1}, {0.2}}, 0.1 + 0.2), {0, 0}));
  // f64 would lose the 1.
  EXPECT_FALSE(isWithinBounds(makeProblem({{9007199254740992}, {1}}, 9007199254740992), {0, 0}));
  EXPECT_TRUE(isWithinBounds(makeProblem({{9007199254740992}, {0.0}}, 9007199254740992), {0, 0}));
}

TEST(Scaled, WhatIsTooSmallIsRoundedUp) {
  // 2^-1000 beside 1 is one unit; a budget of 1 has no room for it.
  Problem problem = makeProblem({{1}, {std::ldexp(1.0, -1000), 0}}, 1);
  EXPECT_FALSE(isWithinBounds(problem, {0, 0}));
  EXPECT_TRUE(isWithinBounds(problem, {0, 1}));
  problem.resources[0].budget = std::nextafter(1.0, 2.0);
  EXPECT_TRUE(isWithinBounds(problem, {0, 0}));
}

TEST(Scaled, BoundsOutOfReach) {
  Problem problem = makeProblem({{std::ldexp(1.0, -900)}}, 1e30);
  EXPECT_FALSE(scale(problem).measures[1].bound);
  problem.groups[0].choices[0].loss = std::ldexp(1.0, -900);
  problem.lossBound = -1e30;
  EXPECT_FALSE(isWithinBounds(problem, {0}));
  problem.lossBound = 1e30;
  EXPECT_TRUE(isWithinBounds(problem, {0}));
}

TEST(Scaled, EdgesOfTheSameGroupsAreOne) {
  Problem problem = makeProblem({{0, 0}, {0, 0, 0}});
  problem.edges = {{0, 1, {}, {{1, 2, 3, 4, 5, 6}}}, {1, 0, {}, {{10, 20, 30, 40, 50, 60}}}};
  Scaled scaled = scale(problem);
  ASSERT_EQ(scaled.pairs.size(), 1u);
  EXPECT_EQ(sumRanks(scaled, 1, {0, 2}), 3 + 50);
  EXPECT_EQ(sumRanks(scaled, 1, {1, 0}), 4 + 20);
  EXPECT_EQ(evaluate(problem, {1, 0}).costs[0], 24);
}

TEST(Form, KeepsTotals) {
  Problem problem = makeProblem({{4, 10, 16}, {6, 30}});
  problem.edges = {{0, 1, {}, {{0, 6, 6, 0, 12, 0}}}};
  Scaled scaled = scale(problem);
  Allowed allowed = takePins(problem);
  Form form = makeForm(scaled, 1, allowed);
  for (unsigned a = 0; a < 3; ++a)
    for (unsigned b = 0; b < 2; ++b)
      EXPECT_EQ(form.constant + form.divisor * (form.choices[0][a] + form.choices[1][b] + form.pairs[0][a * 2 + b]),
                sumRanks(scaled, 1, {a, b}));
  EXPECT_EQ(form.divisor, 3); // of 2, 5, 8; 3, 15; 0, 3, 3, 0, 6, 0 less what they have in common
  EXPECT_FALSE(form.isZero(0));
}

TEST(Form, WhatAPairOnlyAddsUpBelongsToItsGroups) {
  Problem problem = makeProblem({{0, 1}, {0, 1}});
  problem.edges = {{0, 1, {}, {{5, 7, 6, 8}}}};
  Form form = makeForm(scale(problem), 1, takePins(problem));
  EXPECT_TRUE(form.isZero(0));
  EXPECT_EQ(form.constant, 5);
  EXPECT_EQ(form.choices[0], (std::vector<int64_t>{0, 2}));
  EXPECT_EQ(form.choices[1], (std::vector<int64_t>{0, 3}));
}
