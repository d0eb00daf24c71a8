// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Models opened in this process.
#include "test/Unit/Target/TestModels.h"
#include <thread>

using namespace llvm;
using namespace qc::cpu;

static std::unique_ptr<LoadedModel> loadModel(const AffineModel &model, LoadOptions options = {}) {
  return take(LoadedModel::load(take(buildArtefact(model.spec, ArtefactKind::SharedLibrary)), std::move(options)));
}

static std::vector<float> runModel(const LoadedModel &model, const std::vector<float> &x) {
  std::vector<float> y(x.size());
  EXPECT_EQ(messageOf(model.run({bytesOf(x)}, {bytesOf(y)})), "");
  return y;
}

TEST(LoadedModel, RunsFromMemoryAndFromAFile) {
  AffineModel model("m");
  std::vector<float> x = makeRamp(64);
  auto loaded = loadModel(model);
  EXPECT_EQ(loaded->getInputs()[0].name, "x");
  EXPECT_EQ(loaded->getOutputs()[0].dims, (SmallVector<int64_t, 4>{64}));
  EXPECT_EQ(runModel(*loaded, x), model.compute(x));
  TempFolder folder;
  ASSERT_FALSE(bool(writeArtefact(model.spec, ArtefactKind::SharedLibrary, folder / "other name")));
  EXPECT_EQ(runModel(*take(LoadedModel::load(StringRef(folder / "other name"))), x), model.compute(x));
}

TEST(LoadedModel, TwoModelsOfOneNameDoNotMix) {
  AffineModel one("m", 1), two("m", 2);
  auto first = loadModel(one), second = loadModel(two);
  std::vector<float> x = makeRamp(64);
  EXPECT_EQ(runModel(*first, x), one.compute(x));
  EXPECT_EQ(runModel(*second, x), two.compute(x));
}

TEST(LoadedModel, ManyLoadsOneAfterTheOther) {
  std::vector<float> x = makeRamp(64);
  for (int i = 0; i < 5; ++i) {
    AffineModel model("m", float(i));
    EXPECT_EQ(runModel(*loadModel(model), x), model.compute(x)); // a reused descriptor number is not the old library
  }
}

TEST(LoadedModel, ObserversSeeEveryValue) {
  AffineModel model("m");
  std::vector<float> seen;
  LoadOptions options;
  options.threads = 2;
  options.observer = [&](const Observation &o) {
    EXPECT_EQ(o.symbol, "mid");
    EXPECT_EQ(o.dtype, QC_F32);
    EXPECT_EQ(o.dims, (ArrayRef<int64_t>{16, 4}));
    EXPECT_EQ(o.strides, (ArrayRef<int64_t>{4, 1}));
    seen.assign(static_cast<const float *>(o.data), static_cast<const float *>(o.data) + 64);
  };
  auto loaded = loadModel(model, options);
  std::vector<float> x = makeRamp(64);
  runModel(*loaded, x);
  EXPECT_EQ(seen, makeRamp(64, 1));
}

TEST(LoadedModel, ConcurrentRunsOnOneHandle) {
  AffineModel model("m");
  LoadOptions options;
  options.threads = 2;
  auto loaded = loadModel(model, options);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 500; ++i) {
        std::vector<float> x = makeRamp(64, float(100 * t + i));
        EXPECT_EQ(runModel(*loaded, x), model.compute(x));
      }
    });
  for (std::thread &thread : threads)
    thread.join();
}

TEST(LoadedModel, TwoModelsConcurrentlyFromFourThreads) {
  AffineModel one("one", 3), two("two", -7, 128, 16);
  LoadOptions options;
  options.threads = 2;
  auto first = loadModel(one, options), second = loadModel(two, options);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      const AffineModel &model = t % 2 ? two : one;
      for (int i = 0; i < 200; ++i) {
        std::vector<float> x = makeRamp(t % 2 ? 128 : 64, float(i));
        EXPECT_EQ(runModel(t % 2 ? *second : *first, x), model.compute(x));
      }
    });
  for (std::thread &thread : threads)
    thread.join();
}

TEST(LoadedModel, Refusals) {
  AffineModel model("m");
  TempFolder folder;
  ASSERT_FALSE(bool(writeArtefact(model.spec, ArtefactKind::Object, folder / "m.o")));
  EXPECT_NE(messageOf(LoadedModel::load(StringRef(folder / "m.o")).takeError()).find("cannot be loaded"),
            std::string::npos);
  LoadOptions low;
  low.maxLevel = "x86-64-v2";
  EXPECT_EQ(
      messageOf(LoadedModel::load(take(buildArtefact(model.spec, ArtefactKind::SharedLibrary)), low).takeError()),
      "model 'm': cannot be opened: this CPU, or QC_MAX_LEVEL, is below the lowest level of the artefact (x86-64-v3)");
  auto loaded = loadModel(model);
  std::vector<float> x = makeRamp(64), small(63);
  EXPECT_EQ(messageOf(loaded->run({}, {})), "model 'm': takes 1 inputs and 1 outputs, not 0 and 0");
  EXPECT_EQ(messageOf(loaded->run({bytesOf(x)}, {bytesOf(small)})),
            "model 'm': a tensor's buffer is smaller than its shape needs");
}

TEST(LoadedModel, AReplacedFileIsTheNewModel) {
  TempFolder folder;
  AffineModel one("m", 1), two("m", 2);
  std::vector<float> x = makeRamp(64);
  ASSERT_FALSE(bool(writeArtefact(one.spec, ArtefactKind::SharedLibrary, folder / "m.so")));
  auto first = take(LoadedModel::load(StringRef(folder / "m.so")));
  ASSERT_FALSE(bool(writeArtefact(two.spec, ArtefactKind::SharedLibrary, folder / "m.so")));
  auto second = take(LoadedModel::load(StringRef(folder / "m.so")));
  EXPECT_EQ(runModel(*first, x), one.compute(x));
  EXPECT_EQ(runModel(*second, x), two.compute(x));
}
