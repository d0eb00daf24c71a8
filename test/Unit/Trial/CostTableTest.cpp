// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Cost tables: what is written is read, faults are named, the hash is that of what was asked for.
#include "qc/Trial/CostTable.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include <fstream>
#include <gtest/gtest.h>

using namespace qc::trial;

namespace {
struct CostTableTest : testing::Test {
  CostTableTest() { EXPECT_FALSE(llvm::sys::fs::createUniqueDirectory("costs", folder)); }
  ~CostTableTest() override { llvm::sys::fs::remove_directories(folder); }
  std::string getPath() const { return (folder + "/costs.json").str(); }
  std::string readError(llvm::StringRef text) {
    std::ofstream(getPath()) << text.str();
    llvm::Expected<CostTable> table = CostTable::read(getPath());
    return table ? "" : llvm::toString(table.takeError());
  }
  llvm::SmallString<128> folder;
};
} // namespace

TEST_F(CostTableTest, WhatIsWrittenIsRead) {
  CostTable table("x86-64-v3", "znver3");
  table.insert("b", {"contract_1", 1234.56});
  table.insert("a", {"forall_2", 0.04});
  ASSERT_EQ(llvm::toString(table.write(getPath())), "");
  llvm::Expected<CostTable> read = CostTable::read(getPath());
  ASSERT_TRUE(bool(read)) << llvm::toString(read.takeError());
  EXPECT_EQ(read->print(), table.print());
  EXPECT_EQ(read->getLevel(), "x86-64-v3");
  EXPECT_EQ(read->getCpu(), "znver3");
  EXPECT_EQ(read->lookup("b"), 1234.6) << "tenths of a nanosecond, in memory as on disk";
  EXPECT_EQ(read->lookup("a"), 0.0);
  EXPECT_EQ(read->lookup("c"), std::nullopt);
  read->insert("b", {"contract_1", 1});
  EXPECT_EQ(read->lookup("b"), 1234.6) << "times that decisions were based on stay";
  CostTable other("x86-64-v3", "znver3");
  other.insert("b", {"contract_1", 1});
  other.insert("d", {"contract_1", 2});
  read->add(other);
  EXPECT_EQ(read->lookup("b"), 1234.6);
  EXPECT_EQ(read->lookup("d"), 2.0);
}

TEST_F(CostTableTest, TheHashIsThatOfWhatWasLookedUp) {
  CostTable one("l", "c"), other("l", "c");
  for (CostTable *table : {&one, &other})
    table->insert("a", {"k", 1});
  other.insert("b", {"k", 2});
  (void)one.lookup("a"), (void)other.lookup("a");
  EXPECT_EQ(one.getHash(), other.getHash()) << "what another model needed does not count";
  (void)other.lookup("b");
  EXPECT_NE(one.getHash(), other.getHash());
  EXPECT_NE(one.getHash(), CostTable("l", "d").getHash());
}

TEST_F(CostTableTest, FaultsAreNamed) {
  llvm::StringRef head = R"({"version": 1, "level": "x86-64-v2", "cpu": "c", "entries": )";
  EXPECT_NE(readError("{").find("expects JSON"), std::string::npos);
  EXPECT_NE(readError(R"({"version": 2})").find("\"version\": 1"), std::string::npos);
  EXPECT_NE(readError(R"({"version": 1, "level": "l"})").find("\"cpu\""), std::string::npos);
  for (const char *entry : {"1", "{}", R"({"kernel": "k", "ns": -1})", R"({"kernel": "k", "ns": "1"})",
                            R"({"kernel": "k", "ns": 1e16})", R"({"kernel": "k", "ns": 1, "more": 2})"}) {
    std::string error = readError((head + R"({"key": )" + entry + "}}").str());
    EXPECT_NE(error.find("entry 'key': expects"), std::string::npos) << entry << ": " << error;
    EXPECT_NE(error.find("costs.json"), std::string::npos);
  }
  EXPECT_EQ(readError((head + "{}}").str()), "");
  std::string unknown = readError(R"({"version": 1, "level": "z80", "cpu": "c", "entries": {}})");
  EXPECT_NE(unknown.find("costs.json': unknown CPU level 'z80', known are x86-64-v2"), std::string::npos) << unknown;
}
