// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Data beside the model: read from below its folder and from nowhere else.
#include "ImportTest.h"
#include "llvm/Support/FileSystem.h"

using namespace qc;

namespace {
struct ExternalDataTest : ImportTest {};
} // namespace

TEST_F(ExternalDataTest, isReadFromTheModelsFolder) {
  std::string right = import("external_good");
  EXPECT_CONTAINS(right, "dense_resource<w_");
  // Other files with the same content give the same module: at an odd offset (copied), through a link that stays
  // inside.
  EXPECT_EQ(import("external_offset"), right);
  EXPECT_EQ(import("external_inner_link"), right);
}

TEST_F(ExternalDataTest, isFoundForAModelInTheCurrentFolder) {
  llvm::SmallString<128> before;
  ASSERT_FALSE(llvm::sys::fs::current_path(before));
  ASSERT_FALSE(llvm::sys::fs::set_current_path(folder() + "/models"));
  EXPECT_CONTAINS(importFile("external_good.onnx"), "dense_resource<w_");
  ASSERT_FALSE(llvm::sys::fs::set_current_path(before));
}

TEST_F(ExternalDataTest, staysInTheModelsFolder) {
  for (const char *name : {"external_absolute", "external_up", "external_up_inside"})
    EXPECT_CONTAINS(import(name), "accepted are paths below the model's folder");
  for (const char *name : {"external_link", "external_linked_folder", "external_device"})
    EXPECT_CONTAINS(import(name), "a link out of the model's folder");
}

TEST_F(ExternalDataTest, refusals) {
  EXPECT_CONTAINS(import("external_missing"), "add: tensor 'w' has external data that cannot be read: 'none.bin'");
  EXPECT_CONTAINS(import("external_short"), "ends behind the 128 bytes of 'weights.bin' (offset 4, 128 bytes)");
  EXPECT_CONTAINS(import("external_wrong_length"), "has 64 bytes, its shape needs 128");
  EXPECT_CONTAINS(import("external_bad_offset"), "has offset '-1', accepted is a number of bytes");
  EXPECT_CONTAINS(import("external_directory"), "'sub', which is not a regular file");
  EXPECT_CONTAINS(import("external_no_location"), "names no file");
  EXPECT_CONTAINS(import("external_negative"), "has dimension -1");
  EXPECT_CONTAINS(import("external_huge"), "more than 2^63 bytes");
}
