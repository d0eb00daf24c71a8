// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contractions whose weights are stored in 4 bits: the bytes of what their int8 weights compute, on half the weights.
#include "RandomContractions.h"
#include "dialects/QC/WeightGroups.h"
#include "llvm/ADT/StringExtras.h"

using namespace qc;
using namespace qc::test;
using Type = ProgramText::Type;

/// int8 weights for which codes of 4 bits stand.
static std::string addWeights(ProgramText &p, const Type &type, bool isMatrix, int64_t size) {
  WeightGroups groups(type.dims, isMatrix ? 1 : 0, isMatrix, size);
  std::string bytes(type.size(), '\0');
  for (int64_t channel = 0; channel < groups.getChannels(); ++channel)
    for (int64_t run = 0; run < groups.getRuns(); ++run) {
      int64_t multiplier = 1;
      for (int64_t k = 0; k < groups.getRunLength(); ++k) {
        if (k % size == 0)
          multiplier = p.random.range(-18, 18);
        bytes[groups.getIndex(channel, run, k)] =
            char(multiplier * p.random.range(std::abs(multiplier) > 15 ? -7 : -8, 7));
      }
    }
  return p.constantOf(type, "dense<\"0x" + llvm::toHex(bytes) + "\">");
}

/// The attribute that says so.
static std::string getAttribute(int64_t size) { return ", weight_group = " + std::to_string(size) + " : i64"; }
static int64_t drawSize(Random &r) { return int64_t(32) << r.range(0, 2); }

/// The sum, and codes of it.
static void addResults(ProgramText &p, const std::string &sum) {
  Type type = p.typeOf(sum);
  p.result(p.add("dyadic.requant " + sum +
                     " {term_zero_points = array<i32: 0>, multipliers = array<i32: 1503238553>, multipliers1 = "
                     "array<i32>, shifts = array<i32: 42>, zero_point = 120 : i32, lo = 0 : i32, hi = 250 : i32, "
                     "rounding = #dyadic.rounding<half_up>}",
                 {sum}, {type.dims, "ui8"}));
  if (p.random.range(0, 1))
    p.result(sum);
}

TEST_F(ScheduleTest, Int4Convolutions) {
  for (int i = 0; i < repeat(50) && !HasFailure(); ++i) {
    ProgramText p(30000 + i);
    Random &r = p.random;
    Conv conv(r, i % 10 == 0); // a depthwise one stays as it is
    std::string element = r.range(0, 3) == 0 ? "i8" : "ui8";
    int64_t size = drawSize(r);
    std::string x = p.argument(conv.x(element)), w = addWeights(p, conv.w("i8"), false, size);
    std::vector<std::string> operands{x, w};
    if (r.range(0, 1))
      operands.push_back(p.constant({{conv.w("i8").dims[0]}, "i32"}, -20000, 20000));
    std::string zero = std::to_string(r.range(element == "i8" ? -128 : 0, 127));
    addResults(p, p.add("dyadic.conv " + llvm::join(operands, ", ") + " {x_zero_point = " + zero + " : i32, " +
                            conv.attributes() + getAttribute(size) + "}",
                        operands, conv.y("i32")));
    check(p, Options());
  }
}

TEST_F(ScheduleTest, Int4Products) {
  for (int i = 0; i < repeat(40) && !HasFailure(); ++i) {
    ProgramText p(31000 + i);
    Random &r = p.random;
    Product product(r, true);
    if (i % 4 == 0) // more than one block of each group size
      product.a.back() = product.b.front() = r.range(200, 700);
    int64_t size = drawSize(r);
    std::string x = p.argument({product.a, "ui8"}), w = addWeights(p, {product.b, "i8"}, true, size);
    std::string zero = std::to_string(r.range(0, 255));
    addResults(p, p.add("dyadic.matmul " + x + ", " + w + " {a_zero_point = " + zero +
                            " : i32, b_zero_point = 0 : i32" + getAttribute(size) + "}",
                        {x, w}, {product.y, "i32"}));
    check(p, Options());
  }
}

// Both planes of 16-bit codes: one kernel that reads the codes.
TEST_F(ScheduleTest, Int4WeightsOfPlanes) {
  for (int i = 0; i < repeat(20) && !HasFailure(); ++i) {
    ProgramText p(32000 + i);
    Random &r = p.random;
    Conv conv(r, false);
    std::string sums[2];
    int64_t size = drawSize(r);
    std::string x = p.argument(conv.x("ui16")), w = addWeights(p, conv.w("i8"), false, size);
    for (bool high : {true, false}) {
      std::string plane = p.add(std::string("dyadic.plane ") + x + (high ? " {high}" : ""), {x}, conv.x("ui8"));
      sums[high] = p.add("dyadic.conv " + plane + ", " + w + " {x_zero_point = " + (high ? "117" : "5") + " : i32, " +
                             conv.attributes() + getAttribute(size) + "}",
                         {plane, w}, conv.y("i32"));
    }
    p.result(p.add("dyadic.requant " + sums[1] + ", " + sums[0] +
                       " {term_zero_points = array<i32: 0, 0>, multipliers = array<i32: 1280000000>, multipliers1 = "
                       "array<i32: 5000000>, planes, shifts = array<i32: 36>, zero_point = 32000 : i32, lo = 0 : i32, "
                       "hi = 65535 : i32, rounding = #dyadic.rounding<half_up>}",
                   {sums[1], sums[0]}, conv.y("ui16")));
    check(p, Options());
  }
}

// The weights of a module take up half the bytes, and a multiplier for 32 of them.
TEST_F(ScheduleTest, Int4WeightBytes) {
  auto getBytes = [&](bool isInt4) {
    ProgramText p(1);
    std::string x = p.argument({{1, 256}, "ui8"}), w = addWeights(p, {{256, 64}, "i8"}, true, 32);
    p.result(p.add("dyadic.matmul " + x + ", " + w + " {a_zero_point = 3 : i32, b_zero_point = 0 : i32" +
                       (isInt4 ? ", weight_group = 32 : i64" : "") + "}",
                   {x, w}, {{1, 64}, "i32"}));
    mlir::OwningOpRef<mlir::ModuleOp> module = schedule(p.str());
    EXPECT_TRUE(module);
    auto weights = (*module)->getAttrOfType<mlir::ArrayAttr>(kernel::kWeightsAttr);
    return kernel::getWeightBytes(weights).value_or(0);
  };
  EXPECT_EQ(getBytes(false) - getBytes(true), 256 * 64 / 2 - 256 * 64 / 32);
}
