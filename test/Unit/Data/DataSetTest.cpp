// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The DATA convention: folders, lists, single files, several inputs.
#include "DataTest.h"

using namespace llvm;
using namespace qc::data;

namespace {
struct DataSetTest : DataTest {
  const InputSpec x{"x", DType::F32, {1, 3}};
  const InputSpec y{"y", DType::U8, {2, 1}};

  /// The first element of every sample of the first input.
  std::vector<float> firsts(StringRef path, ArrayRef<InputSpec> inputs) {
    std::vector<float> values;
    DataSet set = cantFail(DataSet::open(path, inputs));
    EXPECT_EQ(getError(set.forEachSample([&](int64_t index, ArrayRef<Tensor> sample) -> Error {
                EXPECT_EQ(size_t(index), values.size());
                EXPECT_EQ(sample.size(), inputs.size());
                EXPECT_EQ(ArrayRef<int64_t>(sample[0].dims), ArrayRef<int64_t>(inputs[0].dims));
                values.push_back(sample[0].getData<float>()[0]);
                return Error::success();
              })),
              "no error");
    EXPECT_EQ(set.getNumSamples(), int64_t(values.size()));
    return values;
  }
  std::string openError(StringRef path, ArrayRef<InputSpec> inputs, ArrayRef<std::string> ignored = {}) {
    return getError(DataSet::open(path, inputs, Feed::Samples, ignored));
  }
};
} // namespace

TEST_F(DataSetTest, folderInItsOrder) {
  // a.npy, b.npy with two samples, c.npz, test_data_set_2, test_data_set_10.
  EXPECT_EQ(firsts(file("set"), x), (std::vector<float>{0, 6, 9, 12, 2, 10}));
}

TEST_F(DataSetTest, whereSamplesLie) {
  DataSet set = cantFail(DataSet::open(file("set"), x));
  for (auto [index, where] : {std::pair(0, "set/a.npy'"),
                              {1, "set/b.npy', sample 0"},
                              {2, "set/b.npy', sample 1"},
                              {3, "set/c.npz'"},
                              {5, "set/test_data_set_10'"}}) {
    std::string text = set.describeSample(index);
    EXPECT_TRUE(StringRef(text).starts_with("'") && StringRef(text).ends_with(where)) << text;
  }
}

TEST_F(DataSetTest, listFile) { EXPECT_EQ(firsts(file("list.txt"), x), (std::vector<float>{6, 9, 10, 0})); }

TEST_F(DataSetTest, singleFileAndTestSet) {
  EXPECT_EQ(firsts(file("set/b.npy"), x), (std::vector<float>{6, 9}));
  EXPECT_EQ(firsts(file("set/c.npz"), x), (std::vector<float>{12}));
  EXPECT_EQ(firsts(file("set/test_data_set_10"), x), (std::vector<float>{10}));
}

TEST_F(DataSetTest, modelBatchOfTwo) {
  InputSpec wide{"x", DType::F32, {2, 3}};
  EXPECT_EQ(firsts(file("set/b.npy"), wide), (std::vector<float>{6}));
  EXPECT_CONTAINS(openError(file("set"), wide), "a.npy': holds 1x3 of f32, input 'x' takes 2x3 of f32");
}

TEST_F(DataSetTest, severalInputs) {
  std::vector<int> seen;
  DataSet set = cantFail(DataSet::open(file("two"), {x, y}));
  EXPECT_EQ(set.getNumSamples(), 4);
  EXPECT_EQ(getError(set.forEachSample([&](int64_t, ArrayRef<Tensor> sample) -> Error {
              seen.push_back(sample[1].getData<uint8_t>()[0]);
              return Error::success();
            })),
            "no error");
  EXPECT_EQ(seen, (std::vector<int>{0, 2, 4, 6}));
  EXPECT_CONTAINS(openError(file("two_disagree.npz"), {x, y}), "holds 3 samples of input 'y' and 4 of another");
  EXPECT_CONTAINS(openError(file("set/a.npy"), {x, y}), "accepted is a .npz file with arrays 'x', 'y'");
  EXPECT_CONTAINS(openError(file("set/c.npz"), {x, y}), "holds no array for input 'y'");
  EXPECT_CONTAINS(openError(file("two"), x), "holds array 'y', the inputs are 'x'");
}

TEST_F(DataSetTest, arraysThatAreNotForTheModel) {
  std::string path = file("two_disagree.npz"); // x: 4 samples, y: 3
  EXPECT_CONTAINS(openError(path, x),
                  "holds array 'y', the inputs are 'x'; --ignore-keys names arrays that are not for");
  EXPECT_CONTAINS(openError(path, x, {"z"}), "holds array 'y'");
  EXPECT_EQ(cantFail(DataSet::open(path, x, Feed::Samples, {"z", "y"})).getNumSamples(), 4);
  EXPECT_CONTAINS(openError(path, x, {"x", "y"}), "array 'x' cannot be passed over: it is an input");
}

// As a surplus key of a .npz: the data is for another model.
TEST_F(DataSetTest, surplusFilesOfATestSet) {
  std::string set = file("set/test_data_set_10"), first = set + "/input_0.pb";
  ASSERT_FALSE(sys::fs::copy_file(first, set + "/output_0.pb"));
  EXPECT_EQ(firsts(set, x), (std::vector<float>{10}));
  for (StringRef name : {"input_x.pb", "input_7.pb", "input_1.pb", "input_01.pb"}) {
    ASSERT_FALSE(sys::fs::copy_file(first, set + "/" + name));
    EXPECT_CONTAINS(openError(set, x), "test_data_set_10': holds '" + name.str() +
                                           "' for a model with 1 input; accepted is input_0.pb, for 'x'");
    if (name != "input_7.pb") { // two at once: the least name is told
      ASSERT_FALSE(sys::fs::remove(set + "/" + name));
    }
  }
  ASSERT_FALSE(sys::fs::copy_file(first, set + "/input_1.pb"));
  EXPECT_CONTAINS(openError(set, {x, x}), "holds 'input_7.pb' for a model with 2 inputs; accepted are input_0.pb to "
                                          "input_1.pb, for 'x', 'x'");
  for (const char *name : {"input_1.pb", "input_7.pb", "output_0.pb"})
    ASSERT_FALSE(sys::fs::remove(set + "/" + name));
}

TEST_F(DataSetTest, wrongShapesAndTypes) {
  EXPECT_CONTAINS(openError(file("fortran.npy"), x), "holds 2x3x4 of f32, input 'x' takes 1x3 of f32 or several");
  EXPECT_CONTAINS(openError(file("type_f8.npy"), x), "holds 2x3 of f64, input 'x' takes 1x3 of f32");
  EXPECT_CONTAINS(openError(file("set/a.npy"), InputSpec{"s", DType::F32, {}}), "input 's' takes a scalar of f32");
  EXPECT_EQ(firsts(file("scalar.npy"), InputSpec{"s", DType::F32, {}}), (std::vector<float>{2.5f}));
}

TEST_F(DataSetTest, zeroSizedInput) {
  InputSpec empty{"x", DType::F32, {0, 3}};
  DataSet set = cantFail(DataSet::open(file("empty.npy"), empty));
  EXPECT_EQ(set.getNumSamples(), 1);
  EXPECT_CONTAINS(openError(file("empty.npy"), x), "holds 0x3 of f32");
  // 2^60 samples of nothing would never end.
  std::string dict = "{'descr': '<f4', 'fortran_order': False, 'shape': (1152921504606846976, 0), }";
  EXPECT_CONTAINS(
      openError(write("endless.npy", makeNpy(dict, "")), InputSpec{"x", DType::F32, {1, 0}}),
      "holds 1152921504606846976x0 of f32, input 'x' takes 1x0 of f32: it has no elements, by which samples");
}

TEST_F(DataSetTest, nothingToRead) {
  EXPECT_CONTAINS(openError(file("nothing"), x), "holds no data; accepted are .npy and .npz files");
  EXPECT_CONTAINS(openError(file("missing"), x), "cannot be read");
  EXPECT_CONTAINS(openError(write("empty.txt", "\n\n"), x), "is empty");
  EXPECT_CONTAINS(openError(file("list_missing.txt"), x), "line 2: '");
  EXPECT_CONTAINS(openError(write("binary.txt", StringRef("a\0b", 3)), x), "is no list file");
  EXPECT_CONTAINS(openError(write("words.txt", "words\n"), x), "words': is no data file");
  EXPECT_CONTAINS(openError(file("set"), {}), "a model without inputs");
}

// What was counted must still be there when it is read, or samples would be cut out of thin air.
TEST_F(DataSetTest, fileThatChanges) {
  auto readAgain = [&](const DataSet &set) {
    return getError(set.forEachSample([](int64_t, ArrayRef<Tensor>) { return Error::success(); }));
  };
  constexpr StringLiteral name = "set/test_data_set_10/input_0.pb";
  std::string before = readBytes(file(name));
  DataSet set = cantFail(DataSet::open(file("set/test_data_set_10"), x));
  write(name, readBytes(file("pb/other_shape.pb")));
  EXPECT_CONTAINS(readAgain(set), "test_data_set_10': has changed since it was first looked at");
  write(name, before);
  EXPECT_EQ(readAgain(set), "no error");
}

TEST_F(DataSetTest, visitorsErrorStops) {
  DataSet set = cantFail(DataSet::open(file("set"), x));
  int calls = 0;
  EXPECT_EQ(getError(set.forEachSample([&](int64_t, ArrayRef<Tensor>) -> Error {
              ++calls;
              return createStringError("enough");
            })),
            "enough");
  EXPECT_EQ(calls, 1);
}
