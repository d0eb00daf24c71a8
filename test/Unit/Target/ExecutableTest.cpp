// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Executables: the command line, .npy files, slices.
#include "test/Unit/Target/TestModels.h"
#include "llvm/ADT/StringRef.h"

using namespace llvm;
using namespace qc::cpu;

namespace {
/// A folder with the executable "model" of an affine model.
struct Program {
  explicit Program(const AffineModel &model) {
    EXPECT_EQ(messageOf(writeArtefact(model.spec, ArtefactKind::Executable, folder / "model")), "");
  }
  int run(const std::string &arguments) {
    return runCommand("cd '" + (folder / ".") + "' && ./model " + arguments, &output);
  }
  void writeInput(const std::string &name, const std::vector<float> &x, StringRef shape, StringRef descr = "<f4") {
    writeText(folder / name, makeNpy(descr, shape, bytesOf(x)));
  }
  TempFolder folder;
  std::string output;
};
} // namespace

TEST(Executable, RunsOneSample) {
  AffineModel model("m");
  Program program(model);
  std::vector<float> x = makeRamp(64), y = model.compute(x);
  program.writeInput("a.npy", x, "(64,)");
  for (const char *threads : {"", " --threads 2", " --threads=3"}) {
    EXPECT_EQ(program.run(std::string("--input x=a.npy --output y=b.npy") + threads), 0) << program.output;
    EXPECT_EQ(readText(program.folder / "b.npy"), makeNpy("<f4", "(64,)", bytesOf(y)));
  }
  EXPECT_EQ(program.folder.list(), (std::vector<std::string>{"a.npy", "b.npy", "model"}));
}

TEST(Executable, RunsSlices) {
  AffineModel model("m");
  Program program(model);
  std::vector<float> x = makeRamp(192), y;
  for (int slice = 0; slice < 3; ++slice)
    for (float value : model.compute(std::vector<float>(x.begin() + 64 * slice, x.begin() + 64 * (slice + 1))))
      y.push_back(value);
  program.writeInput("a.npy", x, "(192,)");
  EXPECT_EQ(program.run("--input x=a.npy --output y=b.npy"), 0) << program.output;
  EXPECT_EQ(readText(program.folder / "b.npy"), makeNpy("<f4", "(192,)", bytesOf(y)));
  program.writeInput("a.npy", {}, "(0,)");
  EXPECT_EQ(program.run("--input x=a.npy --output y=b.npy"), 0) << program.output;
  EXPECT_EQ(readText(program.folder / "b.npy"), makeNpy("<f4", "(0,)", {}));
}

TEST(Executable, OddNames) {
  AffineModel model("m");
  auto &inputs = model.spec.program.inputs;
  inputs = {{"in", QC_F32, {64}}, {"in=a:b/c d é", QC_F32, {64}}};
  model.spec.program.outputs[0].name = "out put=y";
  Program program(model);
  std::vector<float> x = makeRamp(64);
  program.writeInput("a b=.npy", x, "(64,)");
  EXPECT_EQ(program.run("--input 'in=a b=.npy' --input 'in=a:b/c d é=a b=.npy' --output 'out put=y=o=.npy'"), 0)
      << program.output;
  std::vector<float> y = model.compute(x);
  EXPECT_EQ(readText(program.folder / "o=.npy"), makeNpy("<f4", "(64,)", bytesOf(y)));
}

TEST(Executable, InfoAndBench) {
  AffineModel model("m");
  Program program(model);
  EXPECT_EQ(program.run("--info"), 0);
  EXPECT_EQ(program.output, take(readArtefactNote(program.folder / "model")).json + "\n");
  EXPECT_EQ(program.run("--bench 20 --threads 2"), 0);
  StringRef text = program.output;
  EXPECT_TRUE(text.contains("runs 20, threads 2, level x86-64-v3")) << program.output;
  EXPECT_TRUE(text.contains("median ")) << program.output;
  EXPECT_TRUE(text.contains("tiles 336: thread 0 50.0 %, thread 1 50.0 %")) << program.output;
  EXPECT_EQ(program.run("--help"), 0);
  EXPECT_TRUE(StringRef(program.output).contains("input 'x': float32 64")) << program.output;
}

TEST(Executable, EveryRefusalIsOneLineAndStatusOne) {
  AffineModel model("m");
  Program program(model);
  std::vector<float> x = makeRamp(64);
  program.writeInput("a.npy", x, "(64,)");
  program.writeInput("wide.npy", x, "(32, 2)");
  program.writeInput("odd.npy", x, "(63,)");
  program.writeInput("double.npy", x, "(32,)", "<f8");
  program.writeInput("short.npy", x, "(640,)");
  program.writeInput("huge.npy", x, "(4611686018427387904, 4)");
  writeText(program.folder / "text.npy", "hello, this is not an array");
  writeText(program.folder / "empty.npy", "");
  const std::pair<const char *, const char *> cases[] = {
      {"", "no --output is given"},
      {"--output y=b.npy", "input 'x' is missing"},
      {"--input x=a.npy", "no --output is given"},
      {"--input z=a.npy --output y=b.npy", "--input 'z=a.npy' is not NAME=FILE of a known name: 'x'"},
      {"--input x= --output y=b.npy", "lacks the file name"},
      {"--input x=a.npy --input x=a.npy --output y=b.npy", "--input 'x' is given twice"},
      {"--input", "--input lacks its value"},
      {"--threads 0", "--threads takes a whole number from 1 to 1024, not '0'"},
      {"--threads 2x", "--threads takes a whole number from 1 to 1024, not '2x'"},
      {"--bench -1", "--bench takes a whole number"},
      {"--speed 3", "unknown argument '--speed'"},
      {"--input x=none.npy --output y=b.npy", "cannot open 'none.npy': No such file or directory"},
      {"--input x=. --output y=b.npy", "cannot be read"},
      {"--input x=text.npy --output y=b.npy", "'text.npy' is no .npy file of version 1 to 3"},
      {"--input x=empty.npy --output y=b.npy", "'empty.npy' is truncated"},
      {"--input x=wide.npy --output y=b.npy", "'wide.npy' has 32x2"},
      {"--input x=odd.npy --output y=b.npy", "'odd.npy' has 63"},
      {"--input x=double.npy --output y=b.npy", "'double.npy' holds elements of type '<f8'"},
      {"--input x=short.npy --output y=b.npy", "'short.npy' is truncated: 256 of 2560 bytes"},
      {"--input x=huge.npy --output y=b.npy", "'huge.npy' has a shape that cannot be read"},
      {"--input x=a.npy --output y=no/b.npy", "cannot write 'no/b.npy': No such file or directory"},
      {"--input x=a.npy --output y=/dev/full", "cannot write '/dev/full': No space left on device"},
      {"--info > /dev/full", "cannot write to stdout"},
  };
  std::vector<std::string> before = program.folder.list();
  for (auto [arguments, message] : cases) {
    EXPECT_EQ(program.run(arguments), 1) << arguments;
    EXPECT_TRUE(StringRef(program.output).starts_with("m: error: ")) << arguments << "\n" << program.output;
    EXPECT_TRUE(StringRef(program.output).contains(message)) << arguments << "\n" << program.output;
    EXPECT_EQ(StringRef(program.output).count('\n'), 1u) << program.output;
  }
  EXPECT_EQ(program.folder.list(), before);
}

TEST(Executable, LowCpuIsAnErrorNotASignal) {
  AffineModel model("m");
  Program program(model);
  EXPECT_EQ(program.run("--bench 1"), 0);
  EXPECT_EQ(runCommand("QC_MAX_LEVEL=x86-64-v2 " + (program.folder / "model") + " --bench 1", &program.output), 1);
  EXPECT_TRUE(StringRef(program.output).contains("below the lowest level")) << program.output;
  EXPECT_EQ(runCommand("QC_MAX_LEVEL=none " + (program.folder / "model") + " --bench 1", &program.output), 1);
  EXPECT_TRUE(StringRef(program.output).contains("QC_MAX_LEVEL names no known level: 'none'")) << program.output;
}

TEST(Executable, EndsBySigint) {
  AffineModel model("m");
  Program program(model);
  EXPECT_EQ(runCommand("timeout --preserve-status -s INT 0.3 " + (program.folder / "model") + " --bench 10000000"),
            130);
}
