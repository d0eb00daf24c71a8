// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A model from text, calibrated with data in a folder of its own: what trials begin with.
#pragma once
#include "dialects/QC/QC.h"
#include "mlir/Parser/Parser.h"
#include "qc/Data/Npy.h"
#include "qc/Pipelines/Calibrate.h"
#include "qc/Pipelines/Registration.h"
#include "qc/Trial/Trials.h"
#include "llvm/Support/FileSystem.h"
#include <gtest/gtest.h>
#include <random>

namespace qc::trial {

struct CalibratedModel : testing::Test {
  CalibratedModel() {
    mlir::DialectRegistry registry;
    registerDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    EXPECT_FALSE(llvm::sys::fs::createUniqueDirectory("qc-trials", folder));
  }
  ~CalibratedModel() override { (void)llvm::sys::fs::remove_directories(folder); }

  static std::vector<float> drawNormal(int64_t count) {
    std::mt19937 random(3);
    std::normal_distribution<float> normal;
    std::vector<float> values(count);
    for (float &value : values)
      value = normal(random);
    return values;
  }
  /// Calibrates `text`, a module behind prepare with the input x, with `values` of `shape`.
  void calibrateModel(llvm::StringRef text, llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<float> values,
                      CalibrateOptions calibration = {}) {
    data = (folder + "/x.npy").str();
    llvm::ArrayRef<char> bytes(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(float));
    ASSERT_EQ(llvm::toString(data::writeNpy(data, data::Tensor::copy(data::DType::F32, shape, bytes))), "");
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    ASSERT_TRUE(module);
    calibration.quiet = true;
    ASSERT_TRUE(succeeded(calibrate(*module, data, calibration)));
  }
  std::unique_ptr<Trials> openTrials(TrialOptions options = {}) {
    mlir::FailureOr<std::unique_ptr<Trials>> trials = Trials::open(*module, data, std::move(options));
    EXPECT_TRUE(succeeded(trials));
    return succeeded(trials) ? std::move(*trials) : nullptr;
  }

  mlir::MLIRContext context;
  llvm::SmallString<128> folder;
  std::string data;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

} // namespace qc::trial
