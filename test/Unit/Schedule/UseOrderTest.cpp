// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The order of a kernel's operations: the same from whatever order they were made in.
#include "lib/Codegen/Schedule/UseOrder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;

// The text of a function with the given body after ordering.
static std::string orderOf(const std::string &body) {
  MLIRContext context;
  context.loadDialect<arith::ArithDialect, func::FuncDialect, memref::MemRefDialect, scf::SCFDialect>();
  std::string text = "func.func @f(%m: memref<?xf32>, %a: f32, %b: f32, %i: index, %c: i1) {" + body + "return }";
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  if (!module)
    return "does not parse";
  module->walk([](func::FuncOp f) { qc::kernel::orderByUse(f.getBody().front()); });
  EXPECT_TRUE(succeeded(verify(*module)));
  std::string out;
  llvm::raw_string_ostream(out) << *module;
  return out;
}

// (a + b) * (a - b), made from the left, from the right, and with an operation that nothing uses.
TEST(UseOrder, OrderOfMakingDoesNotShow) {
  std::string left = orderOf("%s = arith.addf %a, %b : f32 %d = arith.subf %a, %b : f32 "
                             "%p = arith.mulf %s, %d : f32 memref.store %p, %m[%i] : memref<?xf32> ");
  std::string right = orderOf("%d = arith.subf %a, %b : f32 %s = arith.addf %a, %b : f32 "
                              "%p = arith.mulf %s, %d : f32 memref.store %p, %m[%i] : memref<?xf32> ");
  std::string surplus = orderOf("%u = arith.negf %a : f32 %d = arith.subf %a, %b : f32 %v = arith.addf %u, %d : f32 "
                                "%s = arith.addf %a, %b : f32 %p = arith.mulf %s, %d : f32 "
                                "memref.store %p, %m[%i] : memref<?xf32> ");
  EXPECT_EQ(left, right);
  EXPECT_EQ(left, surplus);
  EXPECT_LT(left.find("addf"), left.find("subf"));
}

// What nothing uses goes, also where an effect stands between the first of it and the last.
TEST(UseOrder, UnusedAcrossEffects) {
  std::string text = orderOf("%u = arith.negf %a : f32 memref.store %a, %m[%i] : memref<?xf32> "
                             "%v = arith.addf %u, %b : f32 memref.store %b, %m[%i] : memref<?xf32> ");
  EXPECT_EQ(text.find("arith"), std::string::npos) << text;
}

// Two stores and the reads between them keep their places; what is computed stays between the same two.
TEST(UseOrder, EffectsStay) {
  const char *effects = "%x = memref.load %m[%i] : memref<?xf32> %y = arith.addf %x, %a : f32 "
                        "memref.store %b, %m[%i] : memref<?xf32> %z = memref.load %m[%i] : memref<?xf32> "
                        "%p = arith.mulf %z, %y : f32 memref.store %p, %m[%i] : memref<?xf32> ";
  std::string text = orderOf(effects);
  size_t last = 0;
  for (const char *op : {"memref.load", "arith.addf", "memref.store", "memref.load", "arith.mulf", "memref.store"}) {
    size_t at = text.find(op, last);
    ASSERT_NE(at, std::string::npos) << op << " in " << text;
    last = at + 1;
  }
}

// Blocks within are ordered, and what they use outside counts as a use of the operation that holds them.
TEST(UseOrder, Regions) {
  auto make = [](const std::string &outside, const std::string &inside) {
    return orderOf(outside + "scf.if %c { " + inside + "%p = arith.mulf %s, %d : f32 %q = arith.mulf %p, %t : f32 " +
                   "memref.store %q, %m[%i] : memref<?xf32> } ");
  };
  std::string add = "%s = arith.addf %a, %b : f32 ", sub = "%d = arith.subf %a, %b : f32 ",
              neg = "%n = arith.negf %a : f32 %t = arith.addf %n, %b : f32 ";
  EXPECT_EQ(make(add + sub, neg), make(sub + add, neg));
  EXPECT_EQ(make(add, sub + neg), make(add, neg + sub));
}

// An expression of 100,000 steps, longer than any stack of calls.
TEST(UseOrder, LongChain) {
  std::string body, last = "%a";
  for (int i = 0; i < 100000; ++i) {
    std::string next = "%v" + std::to_string(i);
    body.append(next).append(" = arith.addf ").append(last).append(", %b : f32\n");
    last = next;
  }
  EXPECT_NE(orderOf(body + "memref.store " + last + ", %m[%i] : memref<?xf32>\n").find("%99999 = "), std::string::npos);
}
