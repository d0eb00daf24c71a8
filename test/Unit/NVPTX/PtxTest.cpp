// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// PTX text: what is in it, and whether ptxas takes it where there is one.
#include "DeviceKernels.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Program.h"
#include "gtest/gtest.h"

using namespace qc;
using namespace qc::test;

static std::string makePtx(llvm::StringRef chip) {
  llvm::LLVMContext context;
  auto module = makeDeviceModule(deviceKernels, context);
  return module ? llvm::cantFail(nvptx::emitPtx(*module, chip)) : "";
}

TEST(PtxTest, EntriesAndProducts) {
  std::string text = makePtx("sm_80");
  llvm::StringRef ptx = text;
  EXPECT_TRUE(ptx.contains(".target sm_80"));
  EXPECT_TRUE(ptx.contains(".visible .entry twice("));
  EXPECT_TRUE(ptx.contains(".visible .entry product("));
  // One product of 32-bit numbers per requant, by one instruction.
  EXPECT_TRUE(ptx.contains("mul.wide.s32") || ptx.contains("mad.wide.s32")) << text;
  EXPECT_TRUE(ptx.contains("ld.global")); // parameters are known to point to global memory
  EXPECT_FALSE(ptx.contains("fma"));
  EXPECT_FALSE(ptx.contains(".ftz"));
  EXPECT_EQ(text, makePtx("sm_80"));
}

TEST(PtxTest, UnknownChip) {
  llvm::LLVMContext context;
  auto module = makeDeviceModule(deviceKernels, context);
  // sm_75 lacks what kernels may use.
  for (const char *chip : {"sm_3", "sm_75", "sm_800", "80"}) {
    llvm::Expected<std::string> ptx = nvptx::emitPtx(*module, chip);
    ASSERT_FALSE(ptx);
    EXPECT_EQ(llvm::toString(ptx.takeError()),
              std::string("unknown chip '") + chip + "'; known are sm_80, sm_86, sm_87, sm_89, sm_90");
  }
}

TEST(PtxTest, UndefinedFunction) {
  llvm::LLVMContext context;
  auto module = makeDeviceModule(deviceKernels, context);
  llvm::Function *twice = module->getFunction("twice.body");
  llvm::Type *f32 = llvm::Type::getFloatTy(context);
  auto callee = module->getOrInsertFunction("sinf", llvm::FunctionType::get(f32, {f32}, false));
  llvm::IRBuilder<>(twice->back().getTerminator()).CreateCall(callee, {llvm::ConstantFP::get(f32, 1)});
  llvm::Expected<std::string> ptx = nvptx::emitPtx(*module);
  ASSERT_FALSE(ptx);
  EXPECT_EQ(llvm::toString(ptx.takeError()), "device code calls 'sinf', which does not exist there");
}

#ifdef QC_PTXAS
TEST(PtxTest, Assembles) {
  for (const char *chip : {"sm_80", "sm_90"}) {
    llvm::SmallString<64> path, out;
    int descriptor;
    ASSERT_FALSE(llvm::sys::fs::createTemporaryFile("qc", "ptx", descriptor, path));
    llvm::FileRemover remove(path);
    llvm::raw_fd_ostream(descriptor, true) << makePtx(chip);
    std::string arch = std::string("-arch=") + chip;
    EXPECT_EQ(llvm::sys::ExecuteAndWait(QC_PTXAS, {"ptxas", arch, path, "-o", "/dev/null"}), 0) << chip;
  }
}
#endif
