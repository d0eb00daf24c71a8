// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The table of levels, and code made for them.
#include "lib/Runtime/Cpu.h"
#include "lib/Runtime/Program.h"
#include "test/Unit/Target/TestModels.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/SourceMgr.h"

using namespace llvm;
using namespace qc::cpu;

TEST(Levels, ListsAreAscending) {
  auto names = [](llvm::StringRef list) {
    auto levels = parseLevels(list);
    if (!levels)
      return llvm::toString(levels.takeError());
    std::string text;
    for (const Level *level : *levels)
      text += level->name.str() + " ";
    return text;
  };
  EXPECT_EQ(names("x86-64-v4+vnni,x86-64-v3"), "x86-64-v3 x86-64-v4+vnni ");
  EXPECT_EQ(names("x86-64-v3,x86-64-v3"), "the CPU level x86-64-v3 is given twice");
  EXPECT_NE(names("x86-64-v3,").find("unknown CPU level ''"), std::string::npos);
  EXPECT_EQ(getArtefactLevels().front(), &getDefaultLevel());
}

TEST(Levels, RanksAreThoseOfTheRuntime) {
  for (const Level &level : getLevels()) {
    EXPECT_EQ(int32_t(level.rank), qcr_level_rank(level.name.str().c_str())) << level.name.str();
    EXPECT_EQ(&level, &getLevels()[level.rank]);
    EXPECT_EQ(take(parseLevel(level.name)), &level);
  }
  EXPECT_EQ(qcr_level_rank("x86-64-v5"), -1);
  EXPECT_EQ(getDefaultLevel().name, "x86-64-v3");
}

TEST(Levels, OnlyTheLowestLacksFma) {
  for (const Level &level : getLevels())
    EXPECT_EQ(level.hasFma(), level.name != "x86-64-v2");
}

TEST(Levels, NativeFitsThisHost) {
  const Level &level = *take(parseLevel("native"));
  EXPECT_EQ(level.features & ~getHostFeatures(), 0u);
}

TEST(Levels, UnknownNameListsTheKnownOnes) {
  std::string message = messageOf(parseLevel("avx2").takeError());
  EXPECT_EQ(message, "unknown CPU level 'avx2', known are x86-64-v2, x86-64-v3, x86-64-v3+avxvnni, x86-64-v4, "
                     "x86-64-v4+vnni, x86-64-v4+amx and native");
}

/// A product and a sum must stay two operations, also where the level has a fused one.
TEST(EmitObject, NeverContracts) {
  for (const Level &level : getLevels()) {
    LLVMContext context;
    SMDiagnostic problem;
    auto module = parseAssemblyString("define float @f(float %a, float %b, float %c) {\n"
                                      "  %p = fmul float %a, %b\n  %s = fadd float %p, %c\n  ret float %s\n}",
                                      problem, context);
    SmallVector<char, 0> bytes = take(emitAssembly(*module, level));
    std::string text(bytes.data(), bytes.size());
    EXPECT_NE(text.find("mulss"), std::string::npos) << level.name.str();
    EXPECT_NE(text.find("addss"), std::string::npos) << level.name.str();
    EXPECT_EQ(text.find("fmadd"), std::string::npos) << level.name.str();
  }
}

TEST(EmitObject, ExplicitFmaIsOneInstructionFromV3On) {
  LLVMContext context;
  SMDiagnostic problem;
  auto module = parseAssemblyString("declare float @llvm.fma.f32(float, float, float)\n"
                                    "define float @f(float %a, float %b, float %c) {\n"
                                    "  %r = call float @llvm.fma.f32(float %a, float %b, float %c)\n  ret float %r\n}",
                                    problem, context);
  SmallVector<char, 0> bytes = take(emitAssembly(*module, getDefaultLevel()));
  EXPECT_NE(std::string(bytes.data(), bytes.size()).find("vfmadd"), std::string::npos);
}

TEST(EmitObject, RefusesABrokenModule) {
  LLVMContext context;
  Module module("broken", context);
  auto *type = FunctionType::get(Type::getVoidTy(context), false);
  auto *function = Function::Create(type, GlobalValue::ExternalLinkage, "f", module);
  BasicBlock::Create(context, "entry", function);
  EXPECT_NE(messageOf(emitObject(module, getDefaultLevel()).takeError()).find("the LLVM module 'broken' is broken"),
            std::string::npos);
}
