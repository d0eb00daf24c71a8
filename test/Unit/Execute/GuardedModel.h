// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A compiled model through its C ABI, between pages that trap.
#pragma once
#include "GuardedBuffer.h"
#include "ModelRunner.h"
#include <dlfcn.h>

namespace qc::test {

/// A library through its C ABI, with memory that traps beside every buffer.
class GuardedModel {
public:
  explicit GuardedModel(const std::string &path) : library(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (!library)
      ADD_FAILURE() << dlerror();
    bind(open, "open");
    bind(workspace, "workspace");
    bind(outputDims, "output_dims");
    bind(runModel, "run");
    bind(close, "close");
    qc_options options = {sizeof(options), 2, nullptr, nullptr, nullptr, nullptr, nullptr};
    EXPECT_EQ(open(&options, &model), QC_OK);
  }
  ~GuardedModel() {
    close(model);
    dlclose(library);
  }

  /// Runs on `inputs`, outputs being of 4 bytes an element. Empty where the sizes are refused, with a message, or the
  /// data: `status` says which.
  Outputs run(llvm::ArrayRef<data::Tensor> inputs, llvm::ArrayRef<size_t> outputRanks, qc_status &status,
              std::string &message) {
    llvm::SmallVector<int64_t> in, out(64);
    for (const data::Tensor &input : inputs)
      llvm::append_range(in, input.dims);
    char text[1024];
    size_t bytes = 0;
    status = outputDims(model, in.data(), out.data(), text, sizeof(text));
    message = text;
    EXPECT_EQ(workspace(model, in.data(), &bytes), status);
    if (status != QC_OK) {
      EXPECT_FALSE(message.empty());
      return {};
    }
    std::vector<GuardedBuffer> buffers;
    buffers.reserve(inputs.size() + outputRanks.size());
    llvm::SmallVector<qc_tensor> given, wanted;
    for (const data::Tensor &input : inputs) {
      GuardedBuffer &buffer = buffers.emplace_back(input.bytes.size(), 4);
      if (!input.bytes.empty()) // an empty one may have no address
        std::memcpy(buffer.data(), input.bytes.data(), input.bytes.size());
      given.push_back({sizeof(qc_tensor), buffer.data(), input.bytes.size(), 0, int32_t(input.dims.size()),
                       input.dims.data(), nullptr});
    }
    std::vector<llvm::SmallVector<int64_t>> produced;
    produced.reserve(outputRanks.size());
    const int64_t *next = out.data();
    for (size_t rank : outputRanks) {
      size_t size = 4 * mlir::ShapedType::getNumElements(llvm::ArrayRef(next, rank));
      GuardedBuffer &buffer = buffers.emplace_back(size, 4);
      produced.emplace_back(rank, -1);
      wanted.push_back({sizeof(qc_tensor), buffer.data(), size, 0, 0, nullptr, produced.back().data()});
      next += rank;
    }
    GuardedBuffer work(bytes, 1);
    status = runModel(model, given.data(), wanted.data(), work.data());
    if (status != QC_OK)
      return {};
    Outputs outputs;
    next = out.data();
    for (size_t i = 0; i < wanted.size(); ++i) {
      const char *data = static_cast<const char *>(wanted[i].data);
      outputs.emplace_back(data, data + wanted[i].bytes);
      EXPECT_EQ(llvm::ArrayRef<int64_t>(produced[i]), llvm::ArrayRef(next, outputRanks[i]));
      next += outputRanks[i];
    }
    return outputs;
  }

private:
  template <typename Function> void bind(Function &function, const char *name) {
    function = reinterpret_cast<Function>(dlsym(library, (std::string("model_") + name).c_str()));
    EXPECT_TRUE(function) << name;
  }

  void *library;
  void *model = nullptr;
  qc_status (*open)(const qc_options *, void **);
  qc_status (*workspace)(const void *, const int64_t *, size_t *);
  qc_status (*outputDims)(const void *, const int64_t *, int64_t *, char *, size_t);
  qc_status (*runModel)(const void *, const qc_tensor *, qc_tensor *, void *);
  void (*close)(void *);
};

} // namespace qc::test
