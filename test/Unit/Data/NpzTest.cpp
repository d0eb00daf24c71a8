// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// .npz archives.
#include "DataTest.h"

using namespace llvm;
using namespace qc::data;

namespace {
struct NpzTest : DataTest {};
} // namespace

TEST_F(NpzTest, readsStoredMembers) {
  std::vector<NpzEntry> entries = cantFail(readNpzHeaders(file("stored.npz")));
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].name, "x");
  EXPECT_EQ(entries[1].name, "y");
  EXPECT_EQ(entries[1].header.dtype, DType::I64);
  EXPECT_EQ(cantFail(readNpz(file("stored.npz"), "x")).getData<float>()[5], 5.0f);
  EXPECT_EQ(cantFail(readNpz(file("stored.npz"), "y")).getData<int64_t>()[1], 1);
}

TEST_F(NpzTest, readsDeflatedMembersWithAnyName) {
  Tensor zeros = cantFail(readNpz(file("deflated.npz"), "x"));
  EXPECT_EQ(ArrayRef<int64_t>(zeros.dims), ArrayRef<int64_t>({50, 40}));
  EXPECT_TRUE(all_of(zeros.bytes, [](char byte) { return byte == 0; }));
  EXPECT_EQ(cantFail(readNpz(file("deflated.npz"), "a/b:c=d \xc3\xbc")).getData<uint8_t>()[4], 4);
}

TEST_F(NpzTest, missingArrayIsNamed) {
  EXPECT_CONTAINS(getError(readNpz(file("stored.npz"), "z")), "holds no array 'z'");
}

TEST_F(NpzTest, pickledMembersAreRefused) {
  EXPECT_CONTAINS(getError(readNpzHeaders(file("pickled.npz"))), "pickled Python objects");
}

TEST_F(NpzTest, everyTruncationIsAnError) {
  for (const char *name : {"stored.npz", "deflated.npz"}) {
    std::string bytes = readBytes(file(name));
    for (size_t size = 0; size < bytes.size(); size += 7)
      EXPECT_NE(getError(readNpz(write("cut.npz", StringRef(bytes).take_front(size)), "x")), "no error") << size;
  }
}

TEST_F(NpzTest, everyFlippedByteIsAnErrorOrHarmless) {
  for (const char *name : {"one.npz", "deflated.npz"}) {
    std::string bytes = readBytes(file(name));
    Tensor right = cantFail(readNpz(file(name), "x"));
    for (size_t i = 0; i < bytes.size(); ++i) {
      std::string bad = bytes;
      bad[i] ^= 0x55;
      Expected<Tensor> tensor = readNpz(write("flip.npz", bad), "x");
      if (tensor) { // in fields that nothing reads
        EXPECT_EQ(tensor->bytes, right.bytes) << i;
      }
      consumeError(tensor.takeError());
    }
  }
}

TEST_F(NpzTest, sizeThatDeflateCannotReachIsRefusedBeforeAllocation) {
  std::string bytes = readBytes(file("deflated.npz"));
  size_t record = bytes.find("PK\x01\x02");
  bytes.replace(record + 24, 4, std::string("\x00\x00\x00\xf0", 4)); // 4 GB
  EXPECT_CONTAINS(getError(readNpz(write("bomb.npz", bytes), "x")), "claims 4026531840 bytes");
}
