// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Small models made of textual LLVM IR, and files for them.
#pragma once
#include "qc/Target/CPU/Artefact.h"
#include "qc/Target/CPU/EmitObject.h"
#include "qc/Target/CPU/LoadedModel.h"
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace qc::cpu {

/// The value, or a test failure with the error's text.
template <typename T> T take(llvm::Expected<T> value) {
  if (!value) {
    ADD_FAILURE() << llvm::toString(value.takeError());
    std::abort();
  }
  return std::move(*value);
}
inline std::string messageOf(llvm::Error error) { return llvm::toString(std::move(error)); }

/// The object of a module given as text. Its kernels: void @x(ptr %args, i64 %tile).
KernelCode compileKernel(llvm::StringRef symbol, llvm::StringRef ir, const Level &level = getDefaultLevel());

/// y[i] = (x[i] + shift) * w[i mod 4] on `count` floats in `tiles` tiles, as two launches with the arena between, with
/// an observer "mid" of the value between; w = {1, 2, 3, 4} lies in the weights.
struct AffineModel {
  explicit AffineModel(llvm::StringRef name, float shift = 1, int64_t count = 64, int64_t tiles = 8,
                       const Level &level = getDefaultLevel());
  AffineModel(const AffineModel &) = delete;
  ArtefactSpec spec;
  float weights[4] = {1, 2, 3, 4};
  float shift;
  std::vector<float> compute(const std::vector<float> &x) const;
};

/// A model with one launch of a kernel that is given as text, on one float input x[count] and one output y[count].
ArtefactSpec makeOneKernelModel(llvm::StringRef name, llvm::StringRef ir, int64_t count = 16,
                                const Level &level = getDefaultLevel());

std::vector<float> makeRamp(size_t count, float start = 0);
template <typename T> llvm::ArrayRef<char> bytesOf(const std::vector<T> &values) {
  return {reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T)};
}
template <typename T> llvm::MutableArrayRef<char> bytesOf(std::vector<T> &values) {
  return {reinterpret_cast<char *>(values.data()), values.size() * sizeof(T)};
}

/// A folder of its own for each test, removed with all it holds.
class TempFolder {
public:
  TempFolder();
  ~TempFolder();
  std::string operator/(llvm::StringRef name) const;
  std::vector<std::string> list() const; ///< names, sorted

private:
  std::string path;
};

std::string readText(const std::string &path);
void writeText(const std::string &path, llvm::StringRef text);
/// The bytes of a .npy file.
std::string makeNpy(llvm::StringRef descr, llvm::StringRef shape, llvm::ArrayRef<char> data);
/// Runs a shell command; its exit status, with 128 + n for a signal n. stdout and stderr go to `output`.
int runCommand(const std::string &command, std::string *output = nullptr);

} // namespace qc::cpu
