// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that are no models, and models with damage anywhere: an error or a module, never a crash.
#include "ImportTest.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace qc;

namespace {
struct ImportHostileTest : ImportTest {
  ImportHostileTest() { printModules = false; }
  std::string importBytes(llvm::StringRef bytes) {
    std::string path = folder() + "/models/bytes.onnx";
    // A new file each time: some file systems wait for the disk when a file is truncated and written.
    (void)llvm::sys::fs::remove(path);
    std::error_code code;
    llvm::raw_fd_ostream(path, code) << bytes;
    return importFile(path);
  }
  static std::string read(llvm::StringRef model) {
    return (*llvm::MemoryBuffer::getFile(file(model), false, false))->getBuffer().str();
  }
};
} // namespace

TEST_F(ImportHostileTest, notAModel) {
  EXPECT_CONTAINS(importFile(folder() + "/none.onnx"), "none.onnx: cannot be read: No such file");
  EXPECT_CONTAINS(importFile(folder()), "is not a regular file");
  EXPECT_CONTAINS(importFile("/dev/zero"), "is not a regular file");
  EXPECT_CONTAINS(importBytes(""), "is not an ONNX model: it holds no graph");
  EXPECT_CONTAINS(importBytes("plain text, and not a model"), "is not an ONNX model");
  EXPECT_CONTAINS(importBytes(std::string(100000, '\x0a')), "is not an ONNX model");
}

TEST_F(ImportHostileTest, truncation) {
  for (const char *name : {"conv", "constants", "reshape_folded", "external_good"}) {
    std::string bytes = read(name);
    for (size_t size = 0; size < bytes.size(); ++size)
      EXPECT_FALSE(importBytes(llvm::StringRef(bytes).take_front(size)).empty());
  }
}

TEST_F(ImportHostileTest, flippedBits) {
  for (const char *name : {"conv", "gemm", "max_pool", "batch_norm", "reshape_folded", "softmax_11", "external_good"}) {
    std::string bytes = read(name);
    for (size_t i = 0; i < bytes.size(); ++i)
      for (size_t bit : {i % 7, size_t(7)}) {
        std::string bad = bytes;
        bad[i] ^= char(1 << bit);
        EXPECT_FALSE(importBytes(bad).empty());
      }
  }
}
