// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that lie: each is an error with the file's name, what was found and what is accepted.
#include "DataTest.h"
#include "qc/Data/TestTensor.h"

using namespace llvm;
using namespace qc::data;

namespace {
struct HostileTest : DataTest {
  std::string readText(StringRef dict, StringRef data = "", char major = 1) {
    std::string path = write("bad.npy", makeNpy(dict, data, major));
    std::string text = getError(readNpy(path));
    EXPECT_TRUE(StringRef(text).starts_with("'" + path + "': ")) << text;
    return text;
  }
};
} // namespace

TEST_F(HostileTest, headersThatLie) {
  EXPECT_CONTAINS(readText("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", "1234"),
                  "holds 4 bytes of data, 2x3 of f32 needs 24");
  EXPECT_CONTAINS(readText("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }"),
                  "more than 2^63 bytes");
  EXPECT_CONTAINS(readText("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 4611686018427387904, 4), }"),
                  "more than 2^63 bytes");
  EXPECT_CONTAINS(readText("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }"),
                  "dimension '99999999999999999999");
  EXPECT_CONTAINS(readText("{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 3), }"), "dimension '-2");
  EXPECT_CONTAINS(readText("{'descr': '<f4', 'fortran_order': Maybe, 'shape': (2,), }"), "fortran_order is 'Maybe");
  EXPECT_CONTAINS(readText("{'descr': '<f4', 'shape': (2,), }"), "without all of");
  EXPECT_CONTAINS(readText("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"), "twice");
  EXPECT_CONTAINS(readText("{'descr': '<c8', 'fortran_order': False, 'shape': (2,), }"), "element type '<c8'");
  EXPECT_CONTAINS(readText("{'descr': '<f4', 'fortran_order': False, 'shape': (2"), "shape");
  EXPECT_CONTAINS(readText("{'descr': '<f4"), "does not end");
  EXPECT_CONTAINS(readText("[1, 2]"), "not a dictionary");
  EXPECT_CONTAINS(readText("{}", "", 4), "version 4, accepted are 1 to 3");
}

TEST_F(HostileTest, otherKindsOfArrays) {
  EXPECT_CONTAINS(getError(readNpy(file("pickle.npy"))), "pickled Python objects, which are never loaded");
  EXPECT_CONTAINS(getError(readNpy(file("records.npy"))), "holds records");
  EXPECT_CONTAINS(getError(readNpy(file("strings.npy"))), "element type '<U2'");
  EXPECT_CONTAINS(getError(readNpy(file("big_endian.npy"))), "big endian");
  EXPECT_CONTAINS(getError(readNpy(file("stored.npz"))), "is an archive (.npz)");
}

// A terminal must not obey what a file holds.
TEST_F(HostileTest, controlCharactersAreShown) {
  std::string text = readText("{'descr': '\033[2Jf4\x7f\xc3\xbc', 'fortran_order': False, 'shape': (2,), }");
  EXPECT_CONTAINS(text, "element type '\\x1B[2Jf4\\x7F\xc3\xbc'");
}

TEST_F(HostileTest, notAFile) {
  EXPECT_CONTAINS(getError(readNpy(file("missing.npy"))), "cannot be read: No such file");
  EXPECT_CONTAINS(getError(readNpy(folder())), "is not a regular file");
  EXPECT_CONTAINS(getError(readNpy("/dev/zero")), "is not a regular file");
  EXPECT_CONTAINS(getError(readNpy(write("empty", ""))), "is not a .npy file");
}

TEST_F(HostileTest, everyTruncationIsAnError) {
  std::string bytes = readBytes(file("type_f4.npy"));
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_NE(getError(readNpy(write("cut.npy", StringRef(bytes).take_front(size)))), "no error") << size;
}

TEST_F(HostileTest, tensorMessages) {
  auto text = [&](const char *name) { return getError(readTestTensor(file("pb/" + std::string(name) + ".pb"))); };
  EXPECT_CONTAINS(text("short"), "holds 8 bytes, 3 of f32 needs 12");
  EXPECT_CONTAINS(text("range"), "holds 200, which its element type does not");
  EXPECT_CONTAINS(text("both"), "both raw and typed data");
  EXPECT_CONTAINS(text("huge"), "more than 2^63 bytes");
  EXPECT_CONTAINS(text("negative"), "dimension -1");
  EXPECT_CONTAINS(text("external"), "in another file");
  EXPECT_CONTAINS(text("float8"), "element type 17, accepted are");
  EXPECT_CONTAINS(text("strings"), "element type string");
  EXPECT_CONTAINS(text("missing"), "cannot be read");
  EXPECT_CONTAINS(getError(readTestTensor(file("type_f4.npy"))), "is not a tensor message");
  std::string bytes = readBytes(file("pb/i8.pb"));
  for (size_t size = 0; size + 6 < bytes.size(); ++size)
    EXPECT_NE(getError(readTestTensor(write("cut.pb", StringRef(bytes).take_front(size)))), "no error") << size;
}
