// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Problems that are made by hand are verified; the JSON form gives back what was written.
#include "qc/Search/Problem.h"
#include "llvm/Support/raw_ostream.h"
#include <gtest/gtest.h>
#include <limits>

using namespace llvm;
using namespace qc::search;

static Problem makeProblem() {
  Problem problem;
  problem.resources = {{"bytes", "B", 20}, {"time", "ms", std::nullopt}};
  problem.groups = {{"a", {{"f32", 0, {8, 1.5}}, {"i8", 0.25, {2, 0.1}}}, std::nullopt},
                    {"b", {{"f32", 0, {8, 1}}, {"i8", -0.5, {2, 1}}, {"i4", 1, {1, 1}}}, 1}};
  problem.edges = {{0, 1, {}, {{}, {0, 1, 1, 2, 0, 0}}}, {1, 0, {0, 1, 2, 3, 4, 5}, {}}};
  problem.objective = 1;
  problem.lossBound = 2.5;
  return problem;
}

static std::string write(const Problem &problem) {
  std::string text;
  raw_string_ostream os(text);
  writeProblem(problem, os);
  return text;
}

TEST(Problem, ReadsWhatItWrote) {
  std::string text = write(makeProblem());
  Expected<Problem> problem = readProblem(text);
  ASSERT_TRUE(bool(problem)) << toString(problem.takeError());
  EXPECT_EQ(write(*problem), text);
  EXPECT_EQ(problem->resources[0].budget, 20);
  EXPECT_EQ(problem->resources[1].unit, "ms");
  EXPECT_FALSE(problem->resources[1].budget);
  EXPECT_EQ(problem->groups[0].choices[1].costs, (std::vector<double>{2, 0.1}));
  EXPECT_FALSE(problem->groups[0].pin);
  EXPECT_EQ(problem->groups[1].pin, 1u);
  EXPECT_EQ(problem->edges[0].costs, (std::vector<std::vector<double>>{{}, {0, 1, 1, 2, 0, 0}}));
  EXPECT_EQ(problem->edges[1].loss, (std::vector<double>{0, 1, 2, 3, 4, 5}));
  EXPECT_TRUE(problem->edges[1].costs.empty());
  EXPECT_EQ(problem->objective, 1u);
  EXPECT_EQ(problem->lossBound, 2.5);
}

/// What verify says of the problem behind a change.
template <typename Change> static std::string verifyChanged(Change change) {
  Problem problem = makeProblem();
  change(problem);
  return toString(verify(problem));
}

TEST(Problem, VerifyAcceptsAllThatIsAllowed) {
  EXPECT_EQ(verifyChanged([](Problem &) {}), "");
  EXPECT_EQ(verifyChanged([](Problem &p) { p.groups[0].choices[0].loss = -kMaxMagnitude; }), "");
  EXPECT_EQ(verifyChanged([](Problem &p) { p.edges[1].loss.clear(); }), "");
}

TEST(Problem, VerifyRefusesNumbers) {
  double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(verifyChanged([&](Problem &p) { p.groups[0].choices[1].loss = nan; }),
            "groups[0].choices[1].loss: nan, accepted is a number from -1e+30 to 1e+30");
  EXPECT_EQ(verifyChanged([&](Problem &p) { p.groups[1].choices[2].costs[1] = infinity; }),
            "groups[1].choices[2].costs.time: inf, accepted is a number from 0 to 1e+30");
  EXPECT_EQ(verifyChanged([&](Problem &p) { p.edges[0].costs[1][4] = -1; }),
            "edges[0].costs.time[1][1]: -1, accepted is a number from 0 to 1e+30");
  EXPECT_EQ(verifyChanged([&](Problem &p) { p.edges[1].loss[3] = nan; }),
            "edges[1].loss[1][1]: nan, accepted is a number from -1e+30 to 1e+30");
  EXPECT_EQ(verifyChanged([&](Problem &p) { p.resources[0].budget = nan; }),
            "resources[0].budget: nan, accepted is a number from 0 to 1e+30");
  EXPECT_EQ(verifyChanged([&](Problem &p) { p.lossBound = -infinity; }),
            "loss_bound: -inf, accepted is a number from -1e+30 to 1e+30");
}

TEST(Problem, VerifyRefusesSizesAndIndices) {
  EXPECT_EQ(verifyChanged([](Problem &p) { p.groups[0].choices[1].costs.pop_back(); }),
            "groups[0].choices[1].costs: 1 costs, accepted is one for each resource");
  EXPECT_EQ(verifyChanged([](Problem &p) { p.groups[1].pin = 3; }), "pins.b: 3, accepted is the index of a choice");
  EXPECT_EQ(verifyChanged([](Problem &p) { p.edges[0].second = 2; }),
            "edges[0].between: 0 and 2, accepted is the indices of groups");
  EXPECT_EQ(verifyChanged([](Problem &p) { p.edges[0].costs.pop_back(); }),
            "edges[0].costs: 1 tables, accepted is none, or one for each resource");
  EXPECT_EQ(verifyChanged([](Problem &p) { p.edges[1].loss.pop_back(); }),
            "edges[1].loss: 5 values, accepted is 3 rows of 2");
  EXPECT_EQ(verifyChanged([](Problem &p) { p.objective = 2; }),
            "objective: 2, accepted is the loss, or the index of a resource");
  EXPECT_EQ(verifyChanged([](Problem &p) { p.resources.resize(kMaxResources + 1); }),
            "resources: 17 entries, accepted is a list of 0 to 16");
  EXPECT_EQ(verifyChanged([](Problem &p) { p.groups.resize(kMaxGroups + 1); }),
            "groups: 10001 entries, accepted is a list of 1 to 10000");
  EXPECT_EQ(verifyChanged([](Problem &p) { p.groups[0].choices.resize(kMaxChoices + 1); }),
            "groups[0].choices: 65 entries, accepted is a list of 1 to 64");
}
