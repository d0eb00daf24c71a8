// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Losses on disk: what is kept, what is damaged, folders that cannot be written.
#include "qc/Trial/TrialCache.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <fstream>
#include <gtest/gtest.h>
#include <limits>

using namespace qc::trial;

namespace {
struct TrialCacheTest : testing::Test {
  TrialCacheTest() { EXPECT_FALSE(llvm::sys::fs::createUniqueDirectory("trials", folder)); }
  ~TrialCacheTest() override { llvm::sys::fs::remove_directories(folder); }

  std::string getFolder() const { return std::string(folder); }
  std::string getFile() const { return getFolder() + "/" + key.substr(0, 2) + "/" + key.substr(2) + ".loss"; }

  llvm::SmallString<128> folder;
  std::string key = "0123456789abcdef0123456789abcdef";
  Loss loss{{0.1, std::numeric_limits<double>::infinity(), 1e-300}, -3.25, 0.75};
};
} // namespace

TEST_F(TrialCacheTest, KeepsLossesBitForBit) {
  TrialCache(getFolder()).insert(key, loss);
  std::optional<Loss> found = TrialCache(getFolder()).lookup(key);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->samples, loss.samples);
  EXPECT_EQ(found->sqnr, loss.sqnr);
  EXPECT_EQ(found->agreement, loss.agreement);
  EXPECT_FALSE(TrialCache(getFolder()).lookup("1" + key.substr(1)));
}

TEST_F(TrialCacheTest, DamagedFilesAreUnknown) {
  TrialCache(getFolder()).insert(key, loss);
  std::string text;
  std::getline(std::ifstream(getFile()), text);
  std::string other = text;
  other[key.size() + 2] = other[key.size() + 2] == '1' ? '2' : '1'; // a digit of a number
  for (std::string damaged : {std::string(), other, text.substr(0, text.size() - 4), "f" + text.substr(1), text + " 3",
                              key + " x 3 end", key + " end"}) {
    std::ofstream(getFile()) << damaged;
    EXPECT_FALSE(TrialCache(getFolder()).lookup(key)) << damaged;
  }
}

TEST_F(TrialCacheTest, WithoutAFolderTheyLastAsLongAsTheProcess) {
  TrialCache cache("");
  cache.insert(key, loss);
  EXPECT_TRUE(cache.lookup(key));
  EXPECT_FALSE(TrialCache("").lookup(key));
}

TEST_F(TrialCacheTest, AFolderThatCannotBeIsNoReasonToFail) {
  std::ofstream(getFolder() + "/file") << "no folder";
  TrialCache cache(getFolder() + "/file/below");
  cache.insert(key, loss);
  EXPECT_TRUE(cache.lookup(key));
}
