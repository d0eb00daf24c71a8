// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the tests of the room Data share: a folder of files made by NumPy, and files made by hand.
#pragma once
#include "qc/Data/DataSet.h"
#include "qc/Data/Npy.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include <gtest/gtest.h>

namespace qc::data {

/// A folder that is removed after the test; `inputs/makeData.py` has filled it once per program.
class DataTest : public ::testing::Test {
protected:
  static void SetUpTestSuite() {
    llvm::SmallString<128> path;
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("qc-data", path));
    folder() = path.str().str();
    std::string command = std::string(QC_PYTHON) + " " QC_TEST_DIR "/Unit/Data/Inputs/makeData.py " + folder();
    ASSERT_EQ(std::system(command.c_str()), 0);
  }
  static void TearDownTestSuite() { (void)llvm::sys::fs::remove_directories(folder()); }

  static std::string &folder() {
    static std::string path;
    return path;
  }
  static std::string file(llvm::StringRef name) { return folder() + "/" + name.str(); }

  /// Writes `bytes` to file `name` and returns its path.
  static std::string write(llvm::StringRef name, llvm::StringRef bytes) {
    std::error_code code;
    llvm::raw_fd_ostream out(file(name), code);
    EXPECT_FALSE(code);
    out << bytes;
    return file(name);
  }
  static std::string readBytes(llvm::StringRef path);

  template <typename T> static std::string getError(llvm::Expected<T> value) {
    return value ? "no error" : llvm::toString(value.takeError());
  }
  static std::string getError(llvm::Error error) { return error ? llvm::toString(std::move(error)) : "no error"; }
};

/// "NUMPY" header with `dict`, padded to 64 bytes, then `data`.
std::string makeNpy(llvm::StringRef dict, llvm::StringRef data, char major = 1);

#define EXPECT_CONTAINS(text, part) EXPECT_NE((text).find(part), std::string::npos) << "text is: " << (text)

} // namespace qc::data
