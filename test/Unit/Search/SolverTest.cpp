// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Answers of small problems that can be seen, and the simple ways to choose. test/Search compares with all assignments.
#include "qc/Search/Solver.h"
#include "qc/Search/Competitors.h"
#include <gtest/gtest.h>

using namespace llvm;
using namespace qc::search;

/// `count` groups that are alike: float of loss 0 and 4 bytes, int8 of loss 1 and 1 byte.
static Problem makeProblem(unsigned count, std::optional<double> budget) {
  Problem problem;
  problem.resources = {{"bytes", "B", budget}};
  for (unsigned i = 0; i < count; ++i)
    problem.groups.push_back({"g" + std::to_string(i), {{"float", 0, {4}}, {"int8", 1, {1}}}, std::nullopt});
  return problem;
}

static std::vector<unsigned> solveChoices(const Problem &problem) {
  Expected<std::optional<Answer>> answer = solve(problem);
  EXPECT_TRUE(bool(answer)) << toString(answer.takeError());
  return *answer ? (**answer).choices : std::vector<unsigned>();
}

TEST(Solver, TiesGoToTheFirstChoices) {
  EXPECT_EQ(solveChoices(makeProblem(4, 10)), (std::vector<unsigned>{0, 0, 1, 1}));
  // Of equal loss the cheaper one, though it comes later.
  Problem problem = makeProblem(1, 10);
  problem.groups[0].choices[1].loss = 0;
  EXPECT_EQ(solveChoices(problem), std::vector<unsigned>{1});
}

TEST(Solver, ManyGroupsThatAreAlike) {
  std::vector<unsigned> choices = solveChoices(makeProblem(300, 300 + 3 * 100 + 2));
  std::vector<unsigned> expected(300, 1);
  std::fill(expected.begin(), expected.begin() + 100, 0);
  EXPECT_EQ(choices, expected);
}

TEST(Solver, PinsAndObjectives) {
  Problem problem = makeProblem(3, 9);
  problem.groups[0].pin = 1;
  EXPECT_EQ(solveChoices(problem), (std::vector<unsigned>{1, 0, 0}));
  problem.objective = 0;
  problem.lossBound = 2;
  EXPECT_EQ(solveChoices(problem), (std::vector<unsigned>{1, 0, 1}));
}

TEST(Solver, NothingWithinTheBounds) {
  Problem problem = makeProblem(3, 2.5);
  Expected<std::optional<Answer>> answer = solve(problem);
  ASSERT_TRUE(bool(answer));
  EXPECT_FALSE(*answer);
  problem.lossBound = 5;
  Expected<std::vector<LeastTotal>> totals = findLeastTotals(problem);
  ASSERT_TRUE(bool(totals));
  ASSERT_EQ(totals->size(), 2u);
  EXPECT_FALSE((*totals)[0].resource);
  EXPECT_EQ((*totals)[0].least, 0);
  EXPECT_EQ((*totals)[1].resource, 0u);
  EXPECT_EQ((*totals)[1].bound, 2.5);
  EXPECT_EQ((*totals)[1].least, 3);
  Expected<std::vector<Answer>> answers = front(problem, 0);
  ASSERT_TRUE(bool(answers));
  EXPECT_TRUE(answers->empty());
}

TEST(Solver, ErrorsInsteadOfAssertions) {
  Problem problem = makeProblem(1, -1);
  EXPECT_EQ(toString(solve(problem).takeError()), "resources[0].budget: -1, accepted is a number from 0 to 1e+30");
  EXPECT_EQ(toString(findLeastTotals(problem).takeError()),
            "resources[0].budget: -1, accepted is a number from 0 to 1e+30");
  problem.resources[0].budget = 1;
  EXPECT_EQ(toString(front(problem, 1).takeError()), "resource 1 of 1, accepted is the index of a resource");
  EXPECT_EQ(toString(front(problem, 0, 0).takeError()), "0 points, accepted is at least 1");
}

TEST(Front, FromTheCheapestToTheLeastLoss) {
  Expected<std::vector<Answer>> answers = front(makeProblem(4, std::nullopt), 0, 24);
  ASSERT_TRUE(bool(answers));
  ASSERT_EQ(answers->size(), 5u);
  for (unsigned i = 0; i < 5; ++i) {
    EXPECT_EQ((*answers)[i].costs[0], 4 + 3 * i);
    EXPECT_EQ((*answers)[i].loss, 4 - double(i));
  }
  Expected<std::vector<Answer>> bounded = front(makeProblem(4, 10), 0, 1);
  ASSERT_TRUE(bool(bounded));
  ASSERT_EQ(bounded->size(), 1u);
  EXPECT_EQ((*bounded)[0].loss, 2);
}

TEST(Competitors, GreedyKeepsBoundsAndCanBeWorse) {
  Problem problem = makeProblem(4, 10);
  std::optional<Answer> answer = solveGreedy(problem);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->loss, 2);
  EXPECT_TRUE(isWithinBounds(problem, answer->choices));
  // Saving 4 for a loss of 1 looks best at first, and is not enough: the other group alone would do.
  problem.resources[0].budget = 6;
  problem.groups.clear();
  problem.groups.push_back({"a", {{"float", 0, {6}}, {"int8", 1, {2}}}, std::nullopt});
  problem.groups.push_back({"b", {{"float", 0, {6}}, {"int8", 2, {0}}}, std::nullopt});
  answer = solveGreedy(problem);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->loss, 3);
  EXPECT_EQ(solveChoices(problem), (std::vector<unsigned>{0, 1}));
  problem.resources[0].budget = 1;
  EXPECT_FALSE(solveGreedy(problem));
}

TEST(Competitors, GreedySavesAsLongAsTheLossAllows) {
  Problem problem = makeProblem(4, std::nullopt);
  problem.objective = 0;
  problem.lossBound = 3;
  std::optional<Answer> answer = solveGreedy(problem);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->loss, 3);
  EXPECT_EQ(answer->costs[0], 7);
}

TEST(Competitors, UniformFormats) {
  Problem problem = makeProblem(3, std::nullopt);
  problem.groups[2].choices.pop_back();
  problem.groups[1].pin = 0;
  std::vector<UniformAnswer> answers = listUniform(problem);
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0].name, "float");
  EXPECT_EQ(answers[0].answer.choices, (std::vector<unsigned>{0, 0, 0}));
  EXPECT_EQ(answers[1].name, "int8");
  EXPECT_EQ(answers[1].answer.choices, (std::vector<unsigned>{1, 0, 0}));
}

TEST(Competitors, RandomAnswersFollowFromTheSeed) {
  Problem problem = makeProblem(12, 24);
  problem.groups[3].pin = 0;
  std::vector<Answer> answers = drawRandom(problem, 7, 50), again = drawRandom(problem, 7, 50);
  ASSERT_EQ(answers.size(), 50u);
  std::vector<std::vector<unsigned>> seen;
  for (unsigned i = 0; i < 50; ++i) {
    EXPECT_TRUE(isWithinBounds(problem, answers[i].choices));
    EXPECT_EQ(answers[i].choices, again[i].choices);
    seen.push_back(answers[i].choices);
  }
  EXPECT_NE(seen[0], seen[1]);
  EXPECT_NE(seen[0], drawRandom(problem, 8, 1)[0].choices);
  EXPECT_TRUE(drawRandom(makeProblem(3, 2), 7, 5).empty());
}
