// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Units, their tables, and searches of a small model from end to end.
#include "CalibratedModel.h"
#include "qc/Trial/PrecisionSearch.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;
using namespace qc;
using namespace qc::trial;

namespace {
// A group (mul, clip), a chain, a move, a group; two operations that no rule tells apart.
constexpr StringLiteral kModel = R"(module attributes {qc.version = 1 : i64, qc.phase = "prepare"} {
  func.func @main(%x: tensor<1x2x2xf32> {qc.name = "x"}) -> (tensor<1x4xf32> {qc.name = "y"}) {
    %lo = qc.constant dense<-1.0> : tensor<f32>
    %s = qc.add %x, %x : (tensor<1x2x2xf32>, tensor<1x2x2xf32>) -> tensor<1x2x2xf32> loc("s")
    %c = qc.clip %s min %lo : (tensor<1x2x2xf32>, tensor<f32>) -> tensor<1x2x2xf32> loc("c")
    %h = qc.hard_swish %c : (tensor<1x2x2xf32>) -> tensor<1x2x2xf32> loc("h")
    %r = qc.reshape %h {shape = array<i64: 1, 4>} : (tensor<1x2x2xf32>) -> tensor<1x4xf32> loc("r")
    %a = qc.add %r, %r : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32> loc("same")
    %y = qc.add %a, %r : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32> loc("same")
    return %y : tensor<1x4xf32>
  }
})";

struct PrecisionsTest : CalibratedModel {
  void SetUp() override { open(kModel, {20, 2, 2}); }
  /// Calibrates `model` with random data of `shape`, and lists its units.
  void open(StringRef model, ArrayRef<int64_t> shape) {
    calibrateModel(model, shape, drawNormal(ShapedType::getNumElements(shape)));
    ASSERT_TRUE(succeeded(runPhases(*module, Phase::Transform, {})));
    FailureOr<std::vector<Unit>> found = listUnits(*module, {});
    ASSERT_TRUE(succeeded(found));
    units = std::move(*found);
  }
  std::unique_ptr<Trials> openPriced(TrialOptions options = {}) {
    options.costs = &costs;
    return openTrials(std::move(options));
  }
  std::unique_ptr<PrecisionSearch> openSearch(Trials &trials, PrecisionSearchOptions options) {
    options.quiet = true;
    auto search = PrecisionSearch::open(*module, trials, {}, std::move(options));
    EXPECT_TRUE(succeeded(search));
    return succeeded(search) ? std::move(*search) : nullptr;
  }
  static PrecisionSearchOptions limitTime(double factor) {
    PrecisionSearchOptions options;
    options.latency = Limit{factor, true};
    return options;
  }
  static size_t at(const Unit &unit, StringRef format) { return *findFormat(unit, format); }

  std::vector<Unit> units;
  CostTable costs{"x86-64-v2", llvm::sys::getHostCPUName().str()};
};
} // namespace

TEST_F(PrecisionsTest, UnitsAreGroupsAndChains) {
  ASSERT_EQ(units.size(), 3u);
  EXPECT_EQ(units[0].name, "s");
  EXPECT_EQ(units[0].ops.size(), 2u) << "the clip is rounded with the add";
  EXPECT_EQ(units[1].name, "h");
  EXPECT_EQ(units[1].kind, "hard_swish");
  EXPECT_EQ(units[2].name, "same");
  EXPECT_EQ(units[2].ops.size(), 2u) << "no rule tells them apart";
  for (const Unit &unit : units) {
    EXPECT_EQ(unit.formats.front(), "int8");
    EXPECT_TRUE(findFormat(unit, "float"));
  }
  using Pairs = std::vector<std::pair<size_t, size_t>>;
  EXPECT_EQ(listBorders(*module, units), (Pairs{{0, 1}, {1, 2}})) << "through the reshape";
}

// What a rule file decides is not searched, whoever wrote it; what reads it still is, with the bits that it has.
TEST_F(PrecisionsTest, RulesArePinned) {
  for (StringRef by : {"", "\"by\": \"search\", "}) {
    PipelineOptions options;
    options.rules = (folder + "/pins.json").str();
    std::error_code error;
    llvm::raw_fd_ostream(options.rules, error)
        << "{\"version\": 1, " << by << "\"rules\": [{\"name\": \"[sc]\", \"assign\": \"w8a16\"}]}";
    ASSERT_FALSE(error);
    FailureOr<std::vector<Unit>> found = listUnits(*module, options);
    ASSERT_TRUE(succeeded(found));
    ASSERT_EQ(found->size(), 2u) << by.str();
    EXPECT_EQ(found->front().name, "h") << "it reads 16 bits";
    EXPECT_EQ(found->front().formats.front(), "int8");
    EXPECT_EQ(found->back().name, "same");
  }
}

// What has no weights is the same with weights of 4 bits, so that there is nothing to try. A search looks at them where
// bytes are limited, and beside activations of 8 bits only.
TEST_F(PrecisionsTest, WeightsOfFourBitsAreForContractions) {
  open(R"(module attributes {qc.phase = "prepare", qc.version = 1 : i64} {
  func.func @main(%x: tensor<1x32xf32> {qc.name = "x"}) -> (tensor<1x4xf32> {qc.name = "y"}) {
    %w = qc.constant dense<0.5> : tensor<32x4xf32>
    %m = qc.matmul %x, %w : (tensor<1x32xf32>, tensor<32x4xf32>) -> tensor<1x4xf32> loc("m")
    %r = qc.relu %m : (tensor<1x4xf32>) -> tensor<1x4xf32> loc("r")
    %y = qc.hard_swish %r : (tensor<1x4xf32>) -> tensor<1x4xf32> loc("y")
    return %y : tensor<1x4xf32>
  }
})",
       {20, 32});
  ASSERT_EQ(units.size(), 2u);
  EXPECT_EQ(units[0].formats, (std::vector<std::string>{"int8", "float", "w8a16", "w4a8", "w4a16"}));
  EXPECT_EQ(units[1].formats, (std::vector<std::string>{"int8", "float", "w8a16"}));

  std::unique_ptr<Trials> trials = openPriced();
  PrecisionSearchOptions forSize;
  forSize.size = Limit{1, true};
  auto fast = openSearch(*trials, limitTime(1.5)), small = openSearch(*trials, forSize);
  ASSERT_TRUE(fast && small);
  EXPECT_EQ(fast->getTables().getUnits()[0].formats, (std::vector<std::string>{"int8", "float", "w8a16"}));
  EXPECT_EQ(small->getTables().getUnits()[0].formats, (std::vector<std::string>{"int8", "float", "w8a16", "w4a8"}));
}

TEST_F(PrecisionsTest, IntegerOnlyHasNoFloat) {
  PipelineOptions options;
  options.integerOnly = true;
  FailureOr<std::vector<Unit>> found = listUnits(*module, options);
  ASSERT_TRUE(succeeded(found));
  for (const Unit &unit : *found)
    EXPECT_FALSE(findFormat(unit, "float"));
}

TEST_F(PrecisionsTest, ChoicesAndRulesSayTheSame) {
  Formats formats{at(units[0], "float"), 0, at(units[2], "float")};
  std::vector<std::string> reasons{"because", "", "also"};
  std::string rules = (folder + "/rules.json").str();
  {
    std::error_code error;
    llvm::raw_fd_ostream(rules, error) << writeRules(*module, units, formats, reasons);
    ASSERT_FALSE(error);
  }
  PipelineOptions withRules;
  withRules.rules = rules;
  OwningOpRef<ModuleOp> byRules = module->clone(), byChoice = module->clone();
  setFormats(*byChoice, units, formats, reasons);
  ASSERT_TRUE(succeeded(runPhases(*byRules, Phase::Assign, withRules)));
  ASSERT_TRUE(succeeded(runPhases(*byChoice, Phase::Assign, {})));
  auto print = [](ModuleOp printed) {
    std::string text;
    llvm::raw_string_ostream(text) << printed;
    return text;
  };
  EXPECT_EQ(print(*byRules), print(*byChoice));
  EXPECT_NE(print(*byRules).find("\"because\", search>"), std::string::npos);
}

TEST_F(PrecisionsTest, PricesAreKnownAgain) {
  TrialOptions options;
  options.cacheFolder = (folder + "/cache").str();
  std::unique_ptr<Trials> trials = openPriced(options);
  auto keep = [](ModuleOp) { return success(); };
  FailureOr<Trial> first = trials->examine(keep), again = openPriced(options)->examine(keep);
  ASSERT_TRUE(succeeded(first) && succeeded(again));
  EXPECT_GT(first->milliseconds, 0);
  EXPECT_FALSE(first->price.launches.empty());
  EXPECT_EQ(first->milliseconds, again->milliseconds) << "times are the table's";
  EXPECT_EQ(first->price.launches, again->price.launches);
  EXPECT_EQ(first->loss.samples, again->loss.samples);
  EXPECT_EQ(first->price.bitOperations, 0) << "nothing multiplies by weights";
}

TEST_F(PrecisionsTest, SumsStartFromTheDefault) {
  std::unique_ptr<Trials> trials = openPriced();
  auto search = openSearch(*trials, {});
  ASSERT_TRUE(search);
  PrecisionTables tables = search->getTables();
  Formats none(units.size());
  EXPECT_DOUBLE_EQ(tables.predictMilliseconds(none), tables.getDefault().milliseconds);
  EXPECT_GT(tables.predictLoss(none), 0);
  for (size_t unit = 0; unit < units.size(); ++unit) {
    Formats one = none;
    one[unit] = at(units[unit], "float");
    EXPECT_DOUBLE_EQ(tables.predictMilliseconds(one), tables.getEntry(unit, one[unit]).among.milliseconds);
  }
  Formats pair = none;
  pair[0] = at(units[0], "float");
  pair[1] = at(units[1], "float");
  FailureOr<Trial> both = trials->price([&](ModuleOp candidate) {
    setFormats(candidate, units, pair);
    return success();
  });
  ASSERT_TRUE(succeeded(both));
  auto measure = [&](bool isOver) {
    FailureOr<bool> isNew = tables.measureTimes(pair, [&] { return isOver; });
    return succeeded(isNew) && *isNew;
  };
  EXPECT_FALSE(measure(/*isOver=*/true)) << "time is up";
  EXPECT_TRUE(measure(/*isOver=*/false));
  EXPECT_NEAR(tables.predictMilliseconds(pair), both->milliseconds, 1e-12) << "borders are measured";
  EXPECT_FALSE(measure(/*isOver=*/false)) << "it is known";
}

// What two units lose, all others in float, is measured, and so are neighbours: a value between them is rounded once.
TEST_F(PrecisionsTest, LossesStartFromFloat) {
  std::unique_ptr<Trials> trials = openPriced();
  auto search = openSearch(*trials, {});
  ASSERT_TRUE(search);
  const PrecisionTables &tables = search->getTables();
  Formats floats;
  for (const Unit &unit : units)
    floats.push_back(at(unit, "float"));
  EXPECT_EQ(tables.predictLoss(floats), 0);
  Formats one = floats, pair = floats;
  one[0] = pair[0] = at(units[0], "int8");
  pair[1] = at(units[1], "int8");
  auto measure = [&](const Formats &formats) {
    FailureOr<Loss> loss = trials->measure([&](ModuleOp candidate) {
      setFormats(candidate, units, formats);
      return success();
    });
    return succeeded(loss) ? loss->getValue() : -1;
  };
  EXPECT_DOUBLE_EQ(tables.predictLoss(one), measure(one));
  EXPECT_DOUBLE_EQ(tables.predictLoss(pair), measure(pair));
  Formats wide = pair;
  wide[1] = at(units[1], "w8a16");
  EXPECT_GT(tables.predictLoss(wide), tables.predictLoss(one)) << "its own loss is added, nothing is taken off";
  wide = pair;
  wide[0] = at(units[0], "w8a16");
  EXPECT_LT(tables.predictLoss(wide), tables.predictLoss(pair)) << "codes of 16 bits are read as they are";
}

TEST_F(PrecisionsTest, WithRoomEnoughNothingIsLost) {
  std::unique_ptr<Trials> trials = openPriced();
  auto search = openSearch(*trials, limitTime(100));
  ASSERT_TRUE(search);
  FailureOr<Candidate> best = search->choose();
  ASSERT_TRUE(succeeded(best));
  EXPECT_LT(best->trial.loss.getValue(), search->getTables().getDefault().loss.getValue() / 10);
  std::vector<std::string> reasons = search->explain(best->formats);
  for (auto [format, reason] : llvm::zip_equal(best->formats, reasons))
    EXPECT_EQ(format == 0, reason.empty());
}

TEST_F(PrecisionsTest, LimitsHold) {
  std::unique_ptr<Trials> trials = openPriced();
  auto search = openSearch(*trials, limitTime(1.0));
  ASSERT_TRUE(search);
  FailureOr<Candidate> best = search->choose();
  ASSERT_TRUE(succeeded(best));
  EXPECT_LE(best->trial.milliseconds, search->getTables().getDefault().milliseconds);
  EXPECT_LE(best->trial.loss.getValue(), search->getTables().getDefault().loss.getValue());
}

TEST_F(PrecisionsTest, ABoundOnTheLossGivesTheFastest) {
  std::unique_ptr<Trials> trials = openPriced();
  PrecisionSearchOptions options;
  options.leastSqnr = 30;
  auto search = openSearch(*trials, options);
  ASSERT_TRUE(search);
  FailureOr<Candidate> best = search->choose();
  ASSERT_TRUE(succeeded(best));
  EXPECT_GE(best->trial.loss.sqnr, 30);
  FailureOr<std::vector<Candidate>> front = search->front(8);
  ASSERT_TRUE(succeeded(front));
  for (const Candidate &candidate : *front)
    EXPECT_GE(candidate.trial.loss.sqnr, 30);
}

TEST_F(PrecisionsTest, WhatCannotBeIsAnErrorThatSaysWhatIsNearest) {
  std::unique_ptr<Trials> trials = openPriced();
  PrecisionSearchOptions options;
  options.leastSqnr = 900;
  options.allowsFloat = false;
  auto search = openSearch(*trials, options);
  ASSERT_TRUE(search);
  std::string text;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) { text = diagnostic.str(); });
  EXPECT_TRUE(failed(search->choose()));
  EXPECT_NE(text.find("no choice of formats keeps what is asked for: the nearest"), std::string::npos) << text;
}

TEST_F(PrecisionsTest, FrontsRiseInTimeAndFallInLoss) {
  std::unique_ptr<Trials> trials = openPriced();
  auto search = openSearch(*trials, {});
  ASSERT_TRUE(search);
  FailureOr<std::vector<Candidate>> front = search->front(8);
  ASSERT_TRUE(succeeded(front));
  ASSERT_FALSE(front->empty());
  for (size_t i = 1; i < front->size(); ++i) {
    EXPECT_GE((*front)[i].trial.milliseconds, (*front)[i - 1].trial.milliseconds);
    EXPECT_LT((*front)[i].trial.loss.getValue(), (*front)[i - 1].trial.loss.getValue());
  }
}

TEST_F(PrecisionsTest, TheAnswerDependsOnTheTableOnly) {
  TrialOptions one, two;
  one.threads = 1;
  two.threads = 2;
  std::vector<Formats> answers;
  for (const TrialOptions &options : {one, two, one}) {
    std::unique_ptr<Trials> trials = openPriced(options); // the table stays
    FailureOr<Candidate> best = openSearch(*trials, limitTime(1.3))->choose();
    ASSERT_TRUE(succeeded(best));
    answers.push_back(best->formats);
  }
  EXPECT_EQ(answers[0], answers[1]);
  EXPECT_EQ(answers[0], answers[2]);
}

TEST_F(PrecisionsTest, TablesOfOtherMachinesAreNotMixed) {
  CostTable other("x86-64-v2", "a CPU that nobody has");
  TrialOptions options;
  options.costs = &other;
  std::string text;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) { text = diagnostic.str(); });
  auto keep = [](ModuleOp) { return success(); };
  EXPECT_TRUE(failed(openTrials(options)->examine(keep)));
  EXPECT_NE(text.find("of the CPU 'a CPU that nobody has'"), std::string::npos) << text;
  EXPECT_EQ(other.size(), 0u);
  // A complete one is enough, whatever it was measured on.
  FailureOr<Trial> own = openPriced()->examine(keep);
  ASSERT_TRUE(succeeded(own));
  for (const auto &[key, count] : own->price.launches)
    other.insert(key, {"kernel", 1e6});
  FailureOr<Trial> priced = openTrials(options)->examine(keep);
  ASSERT_TRUE(succeeded(priced));
  EXPECT_GE(priced->milliseconds, 1.0);
}

// What quantize has to leave in float is no answer where float is not allowed, though the search did not choose it.
TEST_F(PrecisionsTest, RefusedOperationsCountAsFloat) {
  Limits limits;
  limits.allowsFloat = false;
  Trial trial;
  EXPECT_TRUE(limits.allowCost(trial));
  trial.hasFloat = true;
  EXPECT_FALSE(limits.allowCost(trial));
  Formats formats{at(units[0], "float"), 0, 0};
  std::unique_ptr<Trials> trials = openPriced();
  FailureOr<Trial> byDefault = trials->examine([](ModuleOp) { return success(); });
  FailureOr<Trial> oneFloat = trials->examine([&](ModuleOp candidate) {
    setFormats(candidate, units, formats);
    return success();
  });
  ASSERT_TRUE(succeeded(byDefault) && succeeded(oneFloat));
  EXPECT_FALSE(byDefault->hasFloat);
  EXPECT_TRUE(oneFloat->hasFloat);
}
