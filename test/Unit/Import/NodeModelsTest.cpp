// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The public node models: every one of opset 11 or newer that is made of listed operators imports, or stands in
// test/Import/refused-node-models.txt with a part of its diagnostic.
#include "ImportTest.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/LineIterator.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <map>

using namespace qc;

namespace {
struct NodeModelsTest : ImportTest {};
} // namespace

/// "name: reason" lines; those that begin with # are comments.
static std::map<std::string, std::string> readRefusals() {
  std::map<std::string, std::string> refusals;
  auto buffer = llvm::MemoryBuffer::getFile(QC_TEST_DIR "/Import/refused-node-models.txt");
  for (llvm::line_iterator line(**buffer, /*SkipBlanks=*/true, '#'); !line.is_at_eof(); ++line) {
    auto [name, reason] = line->split(": ");
    refusals[name.str()] = reason.str();
  }
  return refusals;
}

TEST_F(NodeModelsTest, importOrAreListed) {
  llvm::StringRef data = "/usr/share/libonnx-testdata/data";
  if (!llvm::sys::fs::exists(data))
    GTEST_SKIP() << "libonnx-testdata is not installed";
  std::string list = folder() + "/models.txt";
  std::string command = std::string(QC_PYTHON) + " " QC_TEST_DIR "/Import/Inputs/listNodeModels.py " + data.str() +
                        " > " + list + " && " + QC_PYTHON + " " QC_TEST_DIR "/Import/Inputs/bindNodeModels.py " +
                        data.str() + " " + folder() + "/bound >> " + list;
  ASSERT_EQ(std::system(command.c_str()), 0);
  std::map<std::string, std::string> refusals = readRefusals();
  EXPECT_LE(refusals.size(), 139u); // most are of element types and modes of resizing
  auto buffer = llvm::MemoryBuffer::getFile(list);
  int imported = 0;
  for (llvm::line_iterator line(**buffer); !line.is_at_eof(); ++line) {
    std::string text = importFile((data + "/" + *line + "/model.onnx").str());
    auto refusal = refusals.find(llvm::sys::path::filename(*line).str());
    bool isRefused = llvm::StringRef(text).starts_with("error: ");
    imported += !isRefused;
    if (refusal == refusals.end()) {
      EXPECT_FALSE(isRefused) << line->str() << ": " << text;
      continue;
    }
    EXPECT_TRUE(isRefused) << line->str() << " imports, but is listed as refused";
    EXPECT_CONTAINS(text, refusal->second);
    refusals.erase(refusal);
  }
  EXPECT_GE(imported, 100);
  for (auto &[name, reason] : refusals)
    ADD_FAILURE() << name << " is listed as refused, but is no such model";
}
