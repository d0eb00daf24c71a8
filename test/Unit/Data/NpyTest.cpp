// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// .npy files that NumPy wrote, and files of ours that NumPy reads.
#include "DataTest.h"
#include "qc/Data/TestTensor.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;
using namespace qc::data;

std::string qc::data::makeNpy(StringRef dict, StringRef data, char major) {
  std::string text = dict.str();
  size_t prefix = major == 1 ? 10 : 12;
  text.append(63 - (prefix + text.size()) % 64, ' ');
  text += '\n';
  char length[4];
  support::endian::write32le(length, uint32_t(text.size()));
  return std::string("\x93NUMPY") + major + '\0' + std::string(length, major == 1 ? 2 : 4) + text + data.str();
}

std::string DataTest::readBytes(StringRef path) {
  auto buffer = MemoryBuffer::getFile(path, false, false);
  return buffer ? (*buffer)->getBuffer().str() : "unreadable";
}

namespace {
struct NpyTest : DataTest {};
} // namespace

/// The elements of `tensor` read as `T` are 0 to 5.
template <typename T> static void expectCounts(const Tensor &tensor) {
  ArrayRef<T> data = tensor.getData<T>();
  ASSERT_EQ(data.size(), 6u);
  for (size_t i = 0; i < 6; ++i)
    EXPECT_EQ(data[i], T(i));
}

TEST_F(NpyTest, readsEveryElementType) {
  struct {
    const char *code;
    DType type;
    void (*check)(const Tensor &);
  } cases[] = {{"f4", DType::F32, expectCounts<float>},    {"f8", DType::F64, expectCounts<double>},
               {"i1", DType::I8, expectCounts<int8_t>},    {"i2", DType::I16, expectCounts<int16_t>},
               {"i4", DType::I32, expectCounts<int32_t>},  {"i8", DType::I64, expectCounts<int64_t>},
               {"u1", DType::U8, expectCounts<uint8_t>},   {"u2", DType::U16, expectCounts<uint16_t>},
               {"u4", DType::U32, expectCounts<uint32_t>}, {"u8", DType::U64, expectCounts<uint64_t>}};
  for (auto &test : cases) {
    Tensor tensor = cantFail(readNpy(file("type_" + std::string(test.code) + ".npy")));
    EXPECT_EQ(tensor.dtype, test.type);
    EXPECT_EQ(ArrayRef<int64_t>(tensor.dims), ArrayRef<int64_t>({2, 3}));
    test.check(tensor);
  }
  Tensor half = cantFail(readNpy(file("type_f2.npy")));
  EXPECT_EQ(half.dtype, DType::F16);
  EXPECT_EQ(half.getData<uint16_t>()[1], 0x3c00);
  Tensor truth = cantFail(readNpy(file("type_b1.npy")));
  EXPECT_EQ(truth.dtype, DType::Bool);
  EXPECT_EQ(truth.getData<uint8_t>()[0], 0);
  EXPECT_EQ(truth.getData<uint8_t>()[5], 1);
}

TEST_F(NpyTest, turnsFortranOrderIntoRowMajor) {
  Tensor tensor = cantFail(readNpy(file("fortran.npy")));
  ArrayRef<float> data = tensor.getData<float>();
  ASSERT_EQ(data.size(), 24u);
  for (size_t i = 0; i < data.size(); ++i)
    EXPECT_EQ(data[i], float(i));
}

TEST_F(NpyTest, readsScalarsEmptyArraysAndNewerVersions) {
  Tensor scalar = cantFail(readNpy(file("scalar.npy")));
  EXPECT_TRUE(scalar.dims.empty());
  EXPECT_EQ(scalar.getData<float>()[0], 2.5f);
  Tensor empty = cantFail(readNpy(file("empty.npy")));
  EXPECT_EQ(ArrayRef<int64_t>(empty.dims), ArrayRef<int64_t>({0, 3}));
  EXPECT_EQ(empty.getNumElements(), 0);
  for (const char *name : {"version2.npy", "version3.npy"})
    EXPECT_EQ(cantFail(readNpy(file(name))).getData<float>()[2], 2.0f);
}

TEST_F(NpyTest, largeArraysAreMappedNotCopied) {
  Tensor tensor = cantFail(readNpy(file("large.npy")));
  EXPECT_EQ(tensor.getData<float>()[65535], 65535.0f);
  // The data starts at a multiple of 64 in the file, and a mapping at a page.
  EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor.bytes.data()) % 4096, 128u);
}

TEST_F(NpyTest, misalignedDataIsCopied) {
  std::string bytes = makeNpy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", std::string(8, 'a'));
  // One blank less in the header moves the data to an odd address.
  bytes.erase(bytes.find(' ', 70) == std::string::npos ? 60 : 70, 1);
  bytes[8] -= 1;
  Tensor tensor = cantFail(readNpy(write("odd.npy", bytes)));
  EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor.bytes.data()) % 4, 0u);
  EXPECT_EQ(StringRef(tensor.bytes.data(), 8), "aaaaaaaa");
}

TEST_F(NpyTest, writesWhatNumpyWrites) {
  // Byte-equal to numpy.save where its header is padded the same way.
  for (const char *name : {"type_f4.npy", "type_u1.npy", "type_b1.npy", "scalar.npy", "empty.npy", "large.npy"}) {
    Tensor tensor = cantFail(readNpy(file(name)));
    ASSERT_EQ(getError(writeNpy(file("copy.npy"), tensor)), "no error");
    Tensor copy = cantFail(readNpy(file("copy.npy")));
    EXPECT_EQ(copy.dtype, tensor.dtype);
    EXPECT_EQ(copy.dims, tensor.dims);
    EXPECT_EQ(copy.bytes, tensor.bytes);
    EXPECT_EQ(cantFail(readNpyHeader(file("copy.npy"))).dataOffset % 64, 0u);
  }
  std::string command = std::string(QC_PYTHON) + " -c \"import numpy as n; a = n.load('" + file("copy.npy") +
                        "'); assert a.shape == (64, 32, 32) and a.sum() == 2147450880\"";
  EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST_F(NpyTest, writingToAMissingFolderFails) {
  Tensor tensor = cantFail(readNpy(file("scalar.npy")));
  EXPECT_NE(getError(writeNpy(file("none/copy.npy"), tensor)), "no error");
}

TEST_F(NpyTest, readsTensorMessages) {
  Tensor half = cantFail(readTestTensor(file("pb/f16.pb")));
  EXPECT_EQ(half.dtype, DType::F16);
  EXPECT_EQ(half.getData<uint16_t>()[1], 0xc000);
  EXPECT_EQ(cantFail(readTestTensor(file("pb/i8.pb"))).getData<int8_t>()[0], -128);
  EXPECT_EQ(cantFail(readTestTensor(file("pb/u64.pb"))).getData<uint64_t>()[0], UINT64_MAX);
}
