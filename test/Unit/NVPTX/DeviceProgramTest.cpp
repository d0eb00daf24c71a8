// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A device program, written to files and run on the host.
#include "DeviceKernels.h"
#include "qc/Arith/Packing.h"
#include "qc/Arith/Requant.h"
#include "qc/Target/NVPTX/HostHarness.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "gtest/gtest.h"

using namespace qc;
using namespace qc::test;

namespace {
/// y = requant(x @ w) for 5 rows, K = 37, N = 21; z = 2 * (z input) for 3 tiles of 10.
class DeviceProgramTest : public ::testing::Test {
protected:
  static constexpr int64_t rows = 5, depth = 37, columns = 21, padded = 32;

  void SetUp() override {
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("qc-device", folder));
    std::vector<int8_t> w(numerics::packedSize(columns, numerics::Span<int64_t>(&depth, 1)));
    for (int64_t i = 0; i < columns * depth; ++i)
      weights.push_back(int8_t(i * 53 + 7));
    numerics::packMatrix(weights.data(), columns, depth, w.data());
    append(std::vector<int64_t>{0});
    append(w);
    for (int64_t n = 0; n < columns; ++n) {
      multipliers[n] = int32_t(0x40000000 + n * 12345677);
      addends[n] = int64_t(n - 10) * multipliers[n] + (int64_t(1) << (shift - 1));
    }
    append(llvm::ArrayRef(addends));
    append(llvm::ArrayRef(multipliers));
  }
  void TearDown() override { llvm::sys::fs::remove_directories(folder); }

  template <typename Values> void append(const Values &values) {
    blob.resize((blob.size() + 63) / 64 * 64);
    offsets.push_back(blob.size());
    auto *first = reinterpret_cast<const char *>(values.data());
    blob.insert(blob.end(), first, first + values.size() * sizeof(values[0]));
  }

  nvptx::DeviceSpec makeSpec(llvm::LLVMContext &context) {
    nvptx::DeviceSpec spec;
    spec.module = makeDeviceModule(deviceKernels, context);
    spec.kernels = {"twice", "product"};
    spec.blockSize = 8;
    spec.emitDeviceIr = true;
    ProgramSpec &program = spec.program;
    program.name = "m";
    program.inputs = {{"x", QC_U8, {rows, depth}}, {"a \"b\"", QC_F32, {30}}};
    program.outputs = {{"y", QC_U8, {rows, columns}}, {"z", QC_F32, {30}}};
    program.arenaBytes = rows * depth + 128;
    program.weights = llvm::ArrayRef(blob.data(), blob.size());
    auto w = [&](int i) { return ArgSpec::weights(offsets[i]); };
    program.launches.push_back(
        LaunchSpec::run(1,
                        {ArgSpec::input(0), w(0), w(1), w(2), w(3), ArgSpec::imm(depth), ArgSpec::imm(columns),
                         ArgSpec::imm(shift), ArgSpec::imm(0), ArgSpec::imm(255), ArgSpec::output(0)},
                        rows));
    program.launches.push_back(LaunchSpec::run(0, {ArgSpec::input(1), ArgSpec::imm(10), ArgSpec::arena(64)}, 3));
    program.launches.push_back(LaunchSpec::run(0, {ArgSpec::arena(64), ArgSpec::imm(10), ArgSpec::output(1)}, 3));
    program.launches.push_back(LaunchSpec::run(0, {ArgSpec::arena(64), ArgSpec::imm(10), ArgSpec::output(1)}, 0));
    return spec;
  }

  std::string path(llvm::StringRef name) {
    llvm::SmallString<128> result(folder);
    llvm::sys::path::append(result, name);
    return result.str().str();
  }

  uint8_t expected(llvm::ArrayRef<uint8_t> x, int64_t i, int64_t n) {
    int64_t acc = n - 10; // the addend's compensation
    for (int64_t k = 0; k < depth; ++k)
      acc += x[i * depth + k] * weights[n * depth + k];
    numerics::RequantParams params;
    params.multipliers[0] = multipliers[n];
    params.shift = shift;
    params.lo = 0;
    params.hi = 255;
    return uint8_t(numerics::requant(params, acc));
  }

  static constexpr int32_t shift = 41;
  llvm::SmallString<128> folder;
  std::vector<char> blob;
  std::vector<int64_t> offsets;
  std::vector<int8_t> weights;
  std::vector<int64_t> addends = std::vector<int64_t>(padded);
  std::vector<int32_t> multipliers = std::vector<int32_t>(padded);
};
} // namespace

TEST_F(DeviceProgramTest, WritesAndRuns) {
  llvm::LLVMContext context;
  llvm::cantFail(nvptx::writeNvptx(makeSpec(context), path("m.ptx")));
  for (const char *name : {"m.ptx", "m.launch.json", "m.weights", "m.bc"})
    EXPECT_TRUE(llvm::sys::fs::exists(path(name))) << name;
  auto program = llvm::cantFail(nvptx::HostProgram::load(path("m.launch.json")));
  ASSERT_EQ(program->getInputs().size(), 2u);
  EXPECT_EQ(program->getInputs()[1].name, "a \"b\"");
  std::vector<uint8_t> x(rows * depth + 3), y(rows * columns);
  std::vector<float> a(30), z(30);
  for (size_t i = 0; i < x.size(); ++i)
    x[i] = uint8_t(i * 91);
  for (size_t i = 0; i < a.size(); ++i)
    a[i] = float(i) - 7.5f;
  auto in = [](auto &values, size_t bytes) {
    return llvm::ArrayRef(reinterpret_cast<const char *>(values.data()), bytes);
  };
  auto out = [](auto &values, size_t bytes) {
    return llvm::MutableArrayRef(reinterpret_cast<char *>(values.data()), bytes);
  };
  llvm::cantFail(program->run({in(x, rows * depth), in(a, 120)}, {out(y, y.size()), out(z, 120)}));
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t n = 0; n < columns; ++n)
      ASSERT_EQ(y[i * columns + n], expected(x, i, n)) << i << " " << n;
  for (size_t i = 0; i < a.size(); ++i)
    ASSERT_EQ(z[i], 4 * a[i]);
  EXPECT_EQ(llvm::toString(program->run({in(x, 1), in(a, 120)}, {out(y, y.size()), out(z, 120)})),
            "input 'x' needs 185 bytes, got 1");
}

TEST_F(DeviceProgramTest, Deterministic) {
  std::vector<std::string> texts;
  for (const char *name : {"m.ptx", "n/m.ptx"}) {
    llvm::LLVMContext context;
    ASSERT_FALSE(llvm::sys::fs::create_directories(path("n")));
    llvm::cantFail(nvptx::writeNvptx(makeSpec(context), path(name)));
    std::string all, stem = path(name).substr(0, path(name).size() - 4);
    for (const char *extension : {".ptx", ".launch.json", ".weights", ".bc"})
      all += (*llvm::MemoryBuffer::getFile(stem + extension))->getBuffer();
    texts.push_back(all);
  }
  EXPECT_EQ(texts[0], texts[1]);
}

TEST_F(DeviceProgramTest, Refusals) {
  auto refuse = [&](llvm::function_ref<void(nvptx::DeviceSpec &)> spoil) {
    llvm::LLVMContext context;
    nvptx::DeviceSpec spec = makeSpec(context);
    spoil(spec);
    std::string message = llvm::toString(nvptx::writeNvptx(std::move(spec), path("m.ptx")));
    EXPECT_FALSE(llvm::sys::fs::exists(path("m.ptx")));
    return message;
  };
  EXPECT_EQ(refuse([](auto &spec) { spec.program.launches[0].args.pop_back(); }),
            "kernel 'product' has 11 parameters, its launch 10");
  EXPECT_EQ(refuse([](auto &spec) { spec.program.launches[0].kernel = 2; }), "launch of kernel number 2 of 2");
  EXPECT_EQ(refuse([](auto &spec) { spec.kernels[0] = "none"; }), "the device code does not define kernel 'none'");
  EXPECT_EQ(refuse([](auto &spec) {
              spec.program.launches.push_back(LaunchSpec::observe("t1", ArgSpec::arena(0), QC_F32, {}, {}));
            }),
            "device code cannot observe 't1': compile without observers");
  EXPECT_EQ(refuse([](auto &spec) { spec.chip = "sm_20"; }).substr(0, 20), "unknown chip 'sm_20'");
  llvm::LLVMContext context;
  EXPECT_EQ(llvm::toString(nvptx::writeNvptx(makeSpec(context), path("none/m.ptx"))).substr(0, 12), "cannot write");
}
