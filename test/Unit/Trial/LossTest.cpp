// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Losses: what outputs are taken for, divergences and errors with known values, what is not finite.
#include "qc/Trial/Loss.h"
#include <cmath>
#include <gtest/gtest.h>
#include <limits>

using namespace qc::trial;

using Samples = std::vector<std::vector<double>>;
static const double kInfinity = std::numeric_limits<double>::infinity();

TEST(Loss, OutputsAreTakenForWhatTheyAre) {
  EXPECT_EQ(classifyOutput(Samples{{0.25, 0.75}, {1, 0}}, 2, 2), OutputKind::Probabilities);
  EXPECT_EQ(classifyOutput(Samples{{0.25, 0.75, 0.5, 0.5}}, 3, 2), OutputKind::Probabilities); // a row per step
  EXPECT_EQ(classifyOutput(Samples{{0.25, 0.75}, {1, 0.1}}, 2, 2), OutputKind::Logits);
  EXPECT_EQ(classifyOutput(Samples{{0.25, 0.75}, {1.5, -0.5}}, 2, 2), OutputKind::Logits);
  EXPECT_EQ(classifyOutput(Samples{{0.25, 1.75}}, 3, 2), OutputKind::Values);
  EXPECT_EQ(classifyOutput(Samples{{1}}, 2, 1), OutputKind::Values);
  EXPECT_EQ(classifyOutput(Samples{{std::nan(""), 1}}, 2, 2), OutputKind::Logits);
}

static Output makeOutput(OutputKind kind, int64_t rowLength, Samples values) {
  return {"y", kind, rowLength, std::move(values)};
}

TEST(Loss, DivergenceOfProbabilities) {
  // KL((1/2, 1/2) || (1/4, 3/4)) = 1/2 ln 2 + 1/2 ln (2/3); of equal rows 0.
  Loss loss = computeLoss({makeOutput(OutputKind::Probabilities, 2, {{0.5, 0.5}, {0.25, 0.75}})},
                          {Samples{{0.25, 0.75}, {0.25, 0.75}}});
  ASSERT_EQ(loss.samples.size(), 2u);
  EXPECT_NEAR(loss.samples[0], 0.5 * std::log(2.0) + 0.5 * std::log(2.0 / 3), 1e-15);
  EXPECT_EQ(loss.samples[1], 0.0);
  EXPECT_EQ(loss.getValue(), loss.samples[0] / 2);
  EXPECT_EQ(loss.agreement, 0.5); // the first of equal ones is the arg-max
}

TEST(Loss, DivergenceOfLogitsIsThatOfTheirSoftmax) {
  double shift = 5; // softmax does not see it
  Loss loss = computeLoss({makeOutput(OutputKind::Logits, 2, {{0, 0, 1, 3}})},
                          {Samples{{0, std::log(3.0), 1 + shift, 3 + shift}}});
  EXPECT_NEAR(loss.getValue(), (0.5 * std::log(2.0) + 0.5 * std::log(2.0 / 3)) / 2, 1e-14); // a mean over rows
}

TEST(Loss, ErrorsOfValuesAreRelativeToEachSample) {
  // |d|^2 = 1 over |r|^2 = 4; 4 over 400.
  Loss loss = computeLoss({makeOutput(OutputKind::Values, 0, {{2, 0}, {0, 20}})}, {Samples{{2, 1}, {2, 20}}});
  EXPECT_DOUBLE_EQ(loss.samples[0], 0.25);
  EXPECT_DOUBLE_EQ(loss.samples[1], 0.01);
  EXPECT_NEAR(loss.sqnr, 10 * std::log10(404.0 / 5), 1e-12);
  EXPECT_EQ(loss.agreement, 1.0);
}

TEST(Loss, SmallSamplesCountAsAHundredthOfTheMedian) {
  Loss loss = computeLoss({makeOutput(OutputKind::Values, 0, {{0}, {10}, {1000}})}, {Samples{{2}, {10}, {1000}}});
  EXPECT_DOUBLE_EQ(loss.samples[0], 4.0 / (100.0 / 100));
}

TEST(Loss, SumsOverOutputsTheLeastOfQualities) {
  Loss loss = computeLoss({makeOutput(OutputKind::Values, 0, {{2}}), makeOutput(OutputKind::Values, 0, {{10}})},
                          {Samples{{1}}, Samples{{10}}});
  EXPECT_DOUBLE_EQ(loss.getValue(), 0.25);
  EXPECT_NEAR(loss.sqnr, 10 * std::log10(4.0), 1e-12);
}

TEST(Loss, EqualOutputsLoseNothing) {
  Loss loss = computeLoss({makeOutput(OutputKind::Values, 0, {{0, 0}})}, {Samples{{0, 0}}});
  EXPECT_EQ(loss.getValue(), 0.0);
  EXPECT_EQ(loss.sqnr, kInfinity);
}

TEST(Loss, WhatIsNotFiniteIsInfinite) {
  Output output = makeOutput(OutputKind::Logits, 2, {{1, 2}, {1, 2}});
  Loss loss = computeLoss({output}, {Samples{{1, std::nan("")}, {1, 2}}});
  EXPECT_EQ(loss.samples[0], kInfinity);
  EXPECT_EQ(loss.samples[1], 0.0);
  EXPECT_EQ(loss.getValue(), kInfinity);
  EXPECT_EQ(loss.sqnr, -kInfinity);
}

TEST(Loss, WhatIsNotFiniteInTheReferenceIsLeftOut) {
  auto compare = [](OutputKind kind, Samples reference, Samples candidate) {
    return computeLoss({makeOutput(kind, kind == OutputKind::Values ? 0 : 2, std::move(reference))}, {candidate});
  };
  EXPECT_EQ(compare(OutputKind::Values, {{1, kInfinity}}, {{1, 5}}).getValue(), 0.0);
  // What stands beside it counts.
  EXPECT_DOUBLE_EQ(compare(OutputKind::Values, {{2, kInfinity}}, {{3, 5}}).getValue(), 0.25);
  EXPECT_EQ(compare(OutputKind::Values, {{2, kInfinity}}, {{std::nan(""), 5}}).getValue(), kInfinity);
  Loss rows = compare(OutputKind::Logits, {{1, std::nan(""), 1, 2, 2, 1}}, {{7, 8, 1, 2, 1, 2}});
  EXPECT_GT(rows.getValue(), 0.1); // of two rows, one of which is equal
  EXPECT_EQ(rows.agreement, 0.5);
  EXPECT_EQ(compare(OutputKind::Logits, {{1, std::nan(""), 1, 2}}, {{7, 8, kInfinity, 2}}).getValue(), kInfinity);
  EXPECT_EQ(compare(OutputKind::Logits, {{1, std::nan("")}}, {{7, 8}}).getValue(), 0.0);
}
