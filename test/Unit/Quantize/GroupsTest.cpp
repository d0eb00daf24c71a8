// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contraction groups, unary chains, tie groups and decisions on graphs where one rule decides against another.
#include "mlir/Parser/Parser.h"
#include "qc/Analysis/RoundingGroups.h"
#include "qc/Analysis/TieGroups.h"
#include "qc/Analysis/Uses.h"
#include "qc/Transforms/Quantize/Decisions.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace qc;

namespace {
/// A function whose values are found by their names.
struct Groups : testing::Test {
  Groups() { context.loadDialect<QCDialect, func::FuncDialect>(); }

  void parse(StringRef body, StringRef outputs) {
    std::string text = "func.func @main(%x: tensor<2x2xf32>, %y: tensor<2x2xf32>) {\n"
                       "%w = qc.constant dense<1.0> : tensor<2x2xf32>\n";
    for (StringRef line : llvm::split(body, '\n')) {
      auto [name, operation] = line.split('=');
      if (name.trim().empty())
        continue;
      text += ("%" + name.trim() + " =" + operation + " loc(\"" + name.trim() + "\")\n").str();
    }
    for (StringRef output : llvm::split(outputs, ' '))
      text += ("\"test.output\"(%" + output + ") : (tensor<2x2xf32>) -> ()\n").str();
    context.allowUnregisteredDialects();
    module = parseSourceString<ModuleOp>(text + "return\n}", &context);
    ASSERT_TRUE(module);
    main = module->lookupSymbol<func::FuncOp>("main");
    // Outputs of the model, without writing types down.
    SmallVector<Value> values;
    for (Operation &op : llvm::make_early_inc_range(main.front()))
      if (op.getName().getStringRef() == "test.output") {
        values.push_back(op.getOperand(0));
        op.erase();
      }
    main.front().getTerminator()->setOperands(values);
  }

  Operation *find(StringRef name) {
    for (Operation &op : main.front())
      if (auto loc = dyn_cast<NameLoc>(op.getLoc()); loc && loc.getName() == name)
        return &op;
    return nullptr;
  }
  static bool isQuantized(Operation *op) {
    auto form = dyn_cast<IntegerFormOpInterface>(op);
    return form && form.explainFloat().empty();
  }
  RoundingGroups getGroups(RoundingStyle style = RoundingStyle::Qc) { return {main, style, isQuantized}; }
  TieGroups getTies() {
    return {main, isQuantized, [](Operation *) { return false; }};
  }
  Value value(StringRef name) { return find(name)->getResult(0); }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  func::FuncOp main;
};

#define T22 "tensor<2x2xf32>"
#define MATMUL(X) "qc.matmul %" X ", %w : (" T22 ", " T22 ") -> " T22 "\n"
#define ADD(A, B) "qc.add %" A ", %" B " : (" T22 ", " T22 ") -> " T22 "\n"
#define UNARY(OP, X) "qc." OP " %" X " : (" T22 ") -> " T22 "\n"
#define MOVE(X) "qc.transpose %" X " {perm = array<i64: 1, 0>} : (" T22 ") -> " T22 "\n"
#define CONCAT(A, B) "qc.concat %" A ", %" B " {axis = 0 : i64} : (" T22 ", " T22 ") -> tensor<4x2xf32>\n"
} // namespace

TEST_F(Groups, LaterContractionTakesTheAdd) {
  parse("a = " MATMUL("x") "b = " MATMUL("y") "s = " ADD("a", "b") "r = " UNARY("relu", "s"), "r");
  RoundingGroups groups = getGroups();
  ASSERT_EQ(groups.getGroups().size(), 2u);
  EXPECT_EQ(groups.getGroup(find("a"))->getTail(), find("a"));
  const RoundingGroup *group = groups.getGroup(find("b"));
  EXPECT_EQ(group->add, find("s"));
  EXPECT_EQ(group->getResidualSlot(), 0u);
  EXPECT_EQ(group->getTail(), find("r"));
  EXPECT_TRUE(groups.isUnrounded(find("b")) && groups.isUnrounded(find("s")));
  EXPECT_FALSE(groups.isUnrounded(find("a")) || groups.isUnrounded(find("r")));
}

TEST_F(Groups, AddInStyleOrtIsNoMember) {
  parse("a = " MATMUL("x") "s = " ADD("a", "y") "r = " UNARY("relu", "s") "b = " MATMUL("r"), "b");
  RoundingGroups groups = getGroups(RoundingStyle::Ort);
  EXPECT_EQ(groups.getGroup(find("a"))->getTail(), find("a"));
  EXPECT_TRUE(groups.getGroup(find("b"))->isRounded);
  EXPECT_FALSE(getGroups().getGroup(find("b"))->isRounded);
  ASSERT_EQ(groups.getChains().size(), 1u);
  EXPECT_EQ(groups.getChains()[0], UnaryChain{find("r")});
}

TEST_F(Groups, TwoAddsOfOneContraction) {
  // The contraction's result has two uses: no group goes beyond it.
  parse("a = " MATMUL("x") "s = " ADD("a", "x") "t = " ADD("a", "y"), "s t");
  RoundingGroups groups = getGroups();
  EXPECT_EQ(groups.getGroup(find("a"))->getTail(), find("a"));
  EXPECT_FALSE(groups.isInGroup(find("s")) || groups.isInGroup(find("t")));
}

TEST_F(Groups, OutputIsAUse) {
  parse("a = " MATMUL("x") "r = " UNARY("relu", "a") "b = " MATMUL("x"), "a r b b");
  RoundingGroups groups = getGroups();
  EXPECT_EQ(groups.getGroup(find("a"))->getTail(), find("a"));
  EXPECT_TRUE(groups.getGroup(find("a"))->isRounded);
  EXPECT_FALSE(groups.getGroup(find("b"))->isRounded);
}

TEST_F(Groups, ClampAndOneMoreThenMoveEndTheGroup) {
  parse("a = " MATMUL("x") "r = " UNARY("relu", "a") "s = " UNARY("relu", "r") "h = " UNARY(
            "hard_swish", "s") "m = " MOVE("h") "b = " MATMUL("m") "n = " MOVE("b") "q = " UNARY("relu", "n"),
        "q");
  RoundingGroups groups = getGroups();
  EXPECT_EQ(groups.getGroup(find("a"))->getTail(), find("r"));
  EXPECT_EQ(groups.getGroup(find("b"))->getTail(), find("b"));
  ASSERT_EQ(groups.getChains().size(), 2u);
  EXPECT_EQ(groups.getChains()[0], (UnaryChain{find("s"), find("h")}));
  EXPECT_EQ(groups.getChains()[1], UnaryChain{find("q")});
}

TEST_F(Groups, DeadContractionIsRounded) {
  parse("a = " MATMUL("x") "r = " UNARY("relu", "x"), "r");
  EXPECT_TRUE(getGroups().getGroup(find("a"))->isRounded);
}

TEST_F(Groups, TiesThroughMovesAndConcats) {
  parse("a = " UNARY("relu", "x") "m = " MOVE("a") "b = " UNARY("relu", "y") "c = " CONCAT(
            "m", "b") "d = qc.concat %c, %x {axis = 0 : i64} : (tensor<4x2xf32>, " T22 ") -> tensor<6x2xf32>\n"
                      "e = " UNARY("relu", "b"),
        "e");
  TieGroups ties = getTies();
  EXPECT_EQ(ties.getLeader(value("a")), value("d"));
  EXPECT_EQ(ties.getLeader(value("m")), value("d"));
  EXPECT_EQ(ties.getLeader(value("c")), value("d"));
  EXPECT_EQ(ties.getLeader(value("b")), value("b")); // read by e as well
  EXPECT_EQ(ties.getLeader(main.getArgument(0)), main.getArgument(0));
}

TEST_F(Groups, TiesStopAtASecondReader) {
  // %m is read by the concat only, but its codes are those of %a, which %e reads too.
  parse("a = " UNARY("relu", "x") "m = " MOVE("a") "c = " CONCAT("m", "m") "n = " MOVE("a") "d = " CONCAT(
            "n", "y") "e = " UNARY("relu", "a"),
        "e");
  TieGroups ties = getTies();
  EXPECT_EQ(ties.getLeader(value("m")), value("a"));
  EXPECT_EQ(ties.getLeader(value("n")), value("a"));
  EXPECT_EQ(ties.getLeader(main.getArgument(1)), value("d"));
}

TEST_F(Groups, DecisionsSayWhatAndWhy) {
  parse("a = qc.matmul %x, %w {qc.assignment = #qc.assignment<ui8, [ui8, i8 axis 1], \"quantized by default\", "
        "default>} : (" T22 ", " T22 ") -> " T22 "\n"
        "r = qc.relu %a {qc.assignment = #qc.assignment<f32, [f32], \"rules[0] of the rule file\", user>} : (" T22
        ") -> " T22 "\n",
        "r");
  std::vector<Decision> decisions = collectDecisions(*module);
  ASSERT_EQ(decisions.size(), 2u);
  EXPECT_EQ(decisions[0].name, "a");
  EXPECT_EQ(decisions[0].op, "matmul");
  EXPECT_EQ(decisions[0].result, "ui8");
  EXPECT_EQ(decisions[0].operands, (std::vector<std::string>{"ui8", "i8"}));
  EXPECT_EQ(decisions[0].macs, 8);
  EXPECT_FALSE(decisions[0].isFloat);
  EXPECT_EQ(decisions[1].reason, "rules[0] of the rule file");
  EXPECT_EQ(decisions[1].by, "user");
  EXPECT_EQ(decisions[1].macs, std::nullopt);
  EXPECT_TRUE(decisions[1].isFloat);
}
