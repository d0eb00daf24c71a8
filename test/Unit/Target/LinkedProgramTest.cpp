// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Models linked into C and C++ programs that know qc only by the header NAME.h.
#include "test/Unit/Target/TestModels.h"

using namespace llvm;
using namespace qc::cpu;

/// Runs two models from four threads with two worker threads each; prints "right" if every result is.
static constexpr char programText[] = R"(
#include "one.h"
#include "two.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
static one_model *first;
static two_model *second;
static void *work(void *argument) {
  int which = *(int *)argument, i, k, wrong = 0;
  float x[64], y[64];
  size_t bytes = 0;
  void *workspace;
  qc_tensor in, out;
  if ((which % 2 ? two_workspace(second, NULL, &bytes) : one_workspace(first, NULL, &bytes)) != QC_OK)
    return argument;
  workspace = malloc(bytes);
  in.size = sizeof in, in.data = x, in.bytes = sizeof x, in.dtype = QC_F32, in.rank = 0, in.dims = NULL;
  out = in;
  out.data = y;
  for (i = 0; i < 1000; ++i) {
    for (k = 0; k < 64; ++k)
      x[k] = (float)(i + k);
    if ((which % 2 ? two_run(second, &in, &out, workspace) : one_run(first, &in, &out, workspace)) != QC_OK)
      return argument;
    for (k = 0; k < 64; ++k)
      wrong |= y[k] != (x[k] + (which % 2 ? 20.0f : 10.0f)) * (float)(k % 4 + 1);
  }
  free(workspace);
  return wrong ? argument : NULL;
}
int main(void) {
  pthread_t threads[4];
  int numbers[4] = {0, 1, 2, 3}, i, wrong = 0;
  qc_options options = {sizeof(qc_options), 2, NULL, NULL, NULL, NULL, NULL};
  qc_tensor_desc desc;
  desc.size = sizeof desc;
  if (one_open(&options, &first) != QC_OK || two_open(&options, &second) != QC_OK || one_io(first, QC_INPUT, 0, &desc))
    return 1;
  for (i = 0; i < 4; ++i)
    pthread_create(&threads[i], NULL, work, &numbers[i]);
  for (i = 0; i < 4; ++i) {
    void *result = NULL;
    pthread_join(threads[i], &result);
    wrong |= result != NULL;
  }
  one_close(first);
  two_close(second);
  printf("%s %s %s\n", wrong ? "wrong" : "right", desc.name, two_status_string(QC_OK));
  return ONE_CHECK - 1 + wrong;
}
)";

namespace {
struct TwoModels {
  TwoModels(ArtefactKind kind, const std::string &extension) {
    EXPECT_EQ(messageOf(writeArtefact(one.spec, kind, folder / ("one" + extension))), "");
    EXPECT_EQ(messageOf(writeArtefact(two.spec, kind, folder / ("two" + extension))), "");
    std::string text = programText;
    text.replace(text.find("ONE_CHECK"), 9, "one_NUM_INPUTS");
    writeText(folder / "main.c", text);
  }
  int compile(const std::string &arguments) {
    return runCommand("cd '" + (folder / ".") + "' && " QC_TEST_CLANG " " + arguments, &output);
  }
  int run() { return runCommand("LD_LIBRARY_PATH='" + (folder / ".") + "' " + (folder / "program"), &output); }
  AffineModel one{"one", 10}, two{"two", 20};
  TempFolder folder;
  std::string output;
};
const std::string warnings = "-std=c99 -pedantic-errors -Wall -Wextra -Werror -Wno-missing-field-initializers ";
} // namespace

TEST(LinkedProgram, TwoObjectsInOneC99Program) {
  TwoModels models(ArtefactKind::Object, ".o");
  ASSERT_EQ(models.compile(warnings + "main.c one.o two.o -pthread -o program"), 0) << models.output;
  EXPECT_EQ(models.run(), 0);
  EXPECT_EQ(models.output, "right x success\n");
}

TEST(LinkedProgram, TwoLibrariesInOneC99Program) {
  TwoModels models(ArtefactKind::SharedLibrary, ".so");
  ASSERT_EQ(models.compile(warnings + "main.c one.so two.so -pthread -o program"), 0) << models.output;
  EXPECT_EQ(models.run(), 0);
  EXPECT_EQ(models.output, "right x success\n");
}

TEST(LinkedProgram, ObjectsFitAStaticNonPieProgram) {
  TwoModels models(ArtefactKind::Object, ".o");
  ASSERT_EQ(models.compile("main.c one.o two.o -pthread -no-pie -static -o program"), 0) << models.output;
  EXPECT_EQ(models.run(), 0);
}

TEST(LinkedProgram, HeaderIsCPlusPlusToo) {
  TwoModels models(ArtefactKind::Object, ".o");
  EXPECT_EQ(
      models.compile("-std=c++98 -pedantic-errors -Wall -Wextra -Werror -Wno-long-long -fsyntax-only -x c++ one.h"), 0)
      << models.output;
  EXPECT_EQ(models.compile("-std=c++17 -pedantic-errors -Wall -Wextra -Werror -fsyntax-only -x c++ one.h"), 0)
      << models.output;
}
