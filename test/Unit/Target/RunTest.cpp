// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The C ABI: what a run accepts, keeps and does to its buffers.
#include "test/Unit/Target/TestModels.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Support/MathExtras.h"
#include <dlfcn.h>
#include <immintrin.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace llvm;
using namespace qc::cpu;

namespace {
/// A model called "m" with its functions.
struct Library {
  explicit Library(const ArtefactSpec &spec) {
    EXPECT_EQ(messageOf(writeArtefact(spec, ArtefactKind::SharedLibrary, folder / "m.so")), "");
    handle = dlopen((folder / "m.so").c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle)
      std::abort();
    bind(open, "m_open");
    bind(workspace, "m_workspace");
    bind(run, "m_run");
    bind(close, "m_close");
    bind(io, "m_io");
  }
  ~Library() { dlclose(handle); }
  template <typename F> void bind(F &function, const char *name) {
    function = reinterpret_cast<F>(dlsym(handle, name));
  }
  void *openWith(int threads) {
    qc_options options = {sizeof(options), threads, nullptr, nullptr, nullptr, nullptr, nullptr};
    void *model = nullptr;
    EXPECT_EQ(open(&options, &model), QC_OK);
    return model;
  }
  /// Runs on one input and one output of count floats each.
  qc_status runOn(void *model, const float *x, float *y, size_t count) {
    size_t bytes = 0;
    EXPECT_EQ(workspace(model, nullptr, &bytes), QC_OK);
    std::vector<char> room(bytes);
    qc_tensor in = {sizeof(in), const_cast<float *>(x), count * 4, QC_F32, 0, nullptr, nullptr};
    qc_tensor out = {sizeof(out), y, count * 4, QC_F32, 0, nullptr, nullptr};
    return run(model, &in, &out, room.data());
  }
  TempFolder folder;
  void *handle;
  qc_status (*open)(const qc_options *, void **);
  qc_status (*workspace)(const void *, const int64_t *, size_t *);
  qc_status (*run)(const void *, const qc_tensor *, qc_tensor *, void *);
  qc_status (*io)(const void *, qc_direction, size_t, qc_tensor_desc *);
  void (*close)(void *);
};

/// y[i] = x[15 - i] on 16 floats, one after the other: wrong if y is x.
constexpr char reverseIr[] = R"(
define void @kernel(ptr %args, i64 %tile) {
entry:
  %in = load volatile ptr, ptr %args
  %outAt = getelementptr i64, ptr %args, i64 1
  %out = load volatile ptr, ptr %outAt
  br label %loop
loop:
  %i = phi i64 [0, %entry], [%next, %loop]
  %j = sub i64 15, %i
  %from = getelementptr float, ptr %in, i64 %j
  %x = load volatile float, ptr %from
  %to = getelementptr float, ptr %out, i64 %i
  store volatile float %x, ptr %to
  %next = add i64 %i, 1
  %more = icmp slt i64 %next, 16
  br i1 %more, label %loop, label %done
done:
  ret void
}
)";

constexpr unsigned hostileModes = 0x8040 | 0x6000 | 0x1f80; // flush to zero, denormals are zero, round towards zero
} // namespace

TEST(Run, OutputMayOverlapInput) {
  Library m(makeOneKernelModel("m", reverseIr));
  void *model = m.openWith(1);
  for (int shift : {0, 5, -5, 15, 16}) {
    std::vector<float> buffer(48, -1), expected;
    std::vector<float> x = makeRamp(16);
    llvm::copy(x, buffer.begin() + 16);
    expected.assign(x.rbegin(), x.rend());
    EXPECT_EQ(m.runOn(model, &buffer[16], &buffer[16 + shift], 16), QC_OK);
    EXPECT_EQ(std::vector<float>(&buffer[16 + shift], &buffer[32 + shift]), expected) << shift;
  }
  m.close(model);
}

TEST(Run, FloatModesOfTheCallerHaveNoInfluence) {
  float tiny = 1e-40f; // denormal
  AffineModel affine("m", tiny);
  Library m(affine.spec);
  for (int threads : {1, 2}) {
    unsigned before = _mm_getcsr();
    _mm_setcsr(hostileModes);
    void *model = m.openWith(threads);
    std::vector<float> x(64, 0.0f), y(64);
    qc_status status = m.runOn(model, x.data(), y.data(), 64);
    unsigned after = _mm_getcsr();
    _mm_setcsr(before);
    EXPECT_EQ(after, hostileModes);
    EXPECT_EQ(status, QC_OK);
    EXPECT_EQ(y, affine.compute(x));
    EXPECT_GT(y[0], 0.0f);
    m.close(model);
  }
}

TEST(Run, WrongTensorsAreRefused) {
  Library m(AffineModel("m").spec);
  void *model = m.openWith(1);
  size_t bytes = 0;
  ASSERT_EQ(m.workspace(model, nullptr, &bytes), QC_OK);
  std::vector<char> room(bytes);
  std::vector<float> x(65), y(65, 7);
  int64_t dims[] = {64}, wrong[] = {63};
  auto status = [&](auto change) {
    qc_tensor in = {sizeof(in), x.data(), 256, QC_F32, 1, dims, nullptr},
              out = {sizeof(out), y.data(), 256, QC_F32, 1, dims, nullptr};
    change(in, out);
    return m.run(model, &in, &out, room.data());
  };
  EXPECT_EQ(status([](qc_tensor &, qc_tensor &) {}), QC_OK);
  EXPECT_EQ(status([&](qc_tensor &in, qc_tensor &) { in.dims = wrong; }), QC_INVALID_ARGUMENT);
  EXPECT_EQ(status([&](qc_tensor &in, qc_tensor &) { in.rank = 2; }), QC_INVALID_ARGUMENT);
  EXPECT_EQ(status([&](qc_tensor &in, qc_tensor &) { in.dtype = QC_I32; }), QC_INVALID_ARGUMENT);
  EXPECT_EQ(status([&](qc_tensor &in, qc_tensor &) { in.size = 8; }), QC_INVALID_ARGUMENT);
  EXPECT_EQ(status([&](qc_tensor &in, qc_tensor &) { in.data = nullptr; }), QC_INVALID_ARGUMENT);
  EXPECT_EQ(status([&](qc_tensor &in, qc_tensor &) { in.data = (char *)x.data() + 1; }), QC_INVALID_ARGUMENT);
  EXPECT_EQ(status([&](qc_tensor &, qc_tensor &out) { out.bytes = 255; }), QC_BUFFER_TOO_SMALL);
  EXPECT_EQ(status([&](qc_tensor &, qc_tensor &out) { out.data = room.data() + 64; }), QC_INVALID_ARGUMENT);
  EXPECT_EQ(m.run(nullptr, nullptr, nullptr, nullptr), QC_INVALID_ARGUMENT);
  EXPECT_EQ(m.run(model, nullptr, nullptr, room.data()), QC_INVALID_ARGUMENT);
  EXPECT_EQ(m.workspace(model, wrong, &bytes), QC_INVALID_ARGUMENT);
  EXPECT_EQ(m.workspace(model, dims, &bytes), QC_OK);
  m.close(model);
  m.close(nullptr);
}

/// No byte of the workspace may be a buffer's, wherever the run would place its own 64-byte boundary.
TEST(Run, BuffersInTheWorkspaceAreRefused) {
  Library m(AffineModel("m").spec);
  void *model = m.openWith(1);
  size_t bytes = 0;
  ASSERT_EQ(m.workspace(model, nullptr, &bytes), QC_OK);
  std::vector<float> x(64), room((bytes + 3 * 256) / 4 + 16);
  char *begin = (char *)room.data() + 256, *boundary = begin + llvm::offsetToAlignedAddr(begin, llvm::Align(64));
  for (int shift : {0, 4, 60}) {
    char *workspace = boundary + shift, *end = workspace + llvm::alignTo(bytes, 4);
    auto status = [&](char *input, char *output) {
      qc_tensor in = {sizeof(in), input, 256, QC_F32, 0, nullptr, nullptr},
                out = {sizeof(out), output, 256, QC_F32, 0, nullptr, nullptr};
      return m.run(model, &in, &out, workspace);
    };
    EXPECT_EQ(status(workspace - 256, end), QC_OK) << shift;
    EXPECT_EQ(status((char *)x.data(), workspace - 252), QC_INVALID_ARGUMENT) << shift;
    EXPECT_EQ(status(workspace - 252, (char *)x.data()), QC_INVALID_ARGUMENT) << shift;
    EXPECT_EQ(status((char *)x.data(), end - 4), QC_INVALID_ARGUMENT) << shift;
    EXPECT_EQ(status(end - 4, (char *)x.data()), QC_INVALID_ARGUMENT) << shift;
  }
  m.close(model);
}

TEST(Run, OpenRefusesWrongOptions) {
  Library m(AffineModel("m").spec);
  void *model = nullptr;
  auto status = [&](qc_options options) { return m.open(&options, &model); };
  EXPECT_EQ(m.open(nullptr, nullptr), QC_INVALID_ARGUMENT);
  EXPECT_EQ(status({4, 1, nullptr, nullptr, nullptr, nullptr, nullptr}), QC_INVALID_ARGUMENT);
  EXPECT_EQ(status({sizeof(qc_options), -1, nullptr, nullptr, nullptr, nullptr, nullptr}), QC_INVALID_ARGUMENT);
  EXPECT_EQ(status({sizeof(qc_options), 1025, nullptr, nullptr, nullptr, nullptr, nullptr}), QC_INVALID_ARGUMENT);
  EXPECT_EQ(status({sizeof(qc_options), 1, "avx2", nullptr, nullptr, nullptr, nullptr}), QC_INVALID_ARGUMENT);
  EXPECT_EQ(status({sizeof(qc_options), 1, "x86-64-v2", nullptr, nullptr, nullptr, nullptr}), QC_UNSUPPORTED_CPU);
  EXPECT_EQ(model, nullptr);
  EXPECT_EQ(m.open(nullptr, &model), QC_OK);
  m.close(model);
}

// Programs that were compiled with the options' first form open models of today, and get no reports.
TEST(Run, OptionsOfTheirFirstSizeAreAccepted) {
  Library m(AffineModel("m").spec);
  auto fail = [](void *, const qc_launch *) { ADD_FAILURE() << "was read behind the options' size"; };
  qc_options options = {offsetof(qc_options, launched), 1, nullptr, nullptr, nullptr, fail, nullptr};
  void *model = nullptr;
  ASSERT_EQ(m.open(&options, &model), QC_OK);
  float x[64] = {}, y[64] = {};
  EXPECT_EQ(m.runOn(model, x, y, 64), QC_OK);
  m.close(model);
}

// Each kernel's launch is told of once, in order, whatever the number of threads; observers are not.
TEST(Run, ReportsEachLaunch) {
  AffineModel affine("m");
  using Seen = std::vector<std::pair<int, int64_t>>;
  Seen expected;
  for (auto [index, launch] : llvm::enumerate(affine.spec.program.launches))
    if (launch.kind == qc::LaunchSpec::Kernel)
      expected.emplace_back(index, launch.tiles);
  Library m(affine.spec);
  auto record = [](void *user, const qc_launch *launch) {
    EXPECT_EQ(launch->size, sizeof(qc_launch));
    EXPECT_GT(launch->num_args, 0);
    EXPECT_NE(launch->args, nullptr);
    static_cast<Seen *>(user)->emplace_back(launch->index, launch->tiles);
  };
  for (int threads : {1, 2}) {
    Seen seen;
    qc_options options = {sizeof(options), threads, nullptr, nullptr, nullptr, record, &seen};
    void *model = nullptr;
    ASSERT_EQ(m.open(&options, &model), QC_OK);
    float x[64] = {}, y[64] = {};
    EXPECT_EQ(m.runOn(model, x, y, 64), QC_OK);
    m.close(model);
    EXPECT_EQ(seen, expected);
  }
}

TEST(Run, QcMaxLevelLowersTheLevel) {
  Library m(AffineModel("m").spec);
  void *model = nullptr;
  for (auto [level, status] : {std::pair<const char *, qc_status>{"x86-64-v2", QC_UNSUPPORTED_CPU},
                               {"x86-64-v3", QC_OK},
                               {"x86-64-v4+amx", QC_OK},
                               {"", QC_OK},
                               {"sse9", QC_INVALID_ARGUMENT}}) {
    setenv("QC_MAX_LEVEL", level, 1);
    EXPECT_EQ(m.open(nullptr, &model), status) << level;
    if (model)
      m.close(model);
  }
  unsetenv("QC_MAX_LEVEL");
}

/// Two levels whose kernels differ, so that the choice shows: y = 2 at x86-64-v2, y = 3 at x86-64-v3.
TEST(Run, TheHighestLevelThatFitsIsChosen) {
  auto store = [](std::string name, std::string value) {
    return "define void @" + name + "(ptr %args, i64 %tile) {\n  %at = getelementptr i64, ptr %args, i64 1\n" +
           "  %y = load ptr, ptr %at\n  store float " + value + ", ptr %y\n  ret void\n}";
  };
  const Level &low = getLevels()[0];
  ArtefactSpec spec = makeOneKernelModel("m", store("kernel", "2.0"), 1, low);
  spec.levels.push_back({&getDefaultLevel(), {compileKernel("kernel_v3", store("kernel_v3", "3.0"))}});
  Library m(spec);
  for (auto [cap, expected] : {std::pair<const char *, float>{"x86-64-v2", 2.0f}, {nullptr, 3.0f}}) {
    qc_options options = {sizeof(options), 1, cap, nullptr, nullptr, nullptr, nullptr};
    void *model = nullptr;
    ASSERT_EQ(m.open(&options, &model), QC_OK);
    float x = 0, y = 0;
    EXPECT_EQ(m.runOn(model, &x, &y, 1), QC_OK);
    EXPECT_EQ(y, expected);
    m.close(model);
  }
}

TEST(Run, AForkedChildRunsAndCloses) {
  AffineModel affine("m");
  Library m(affine.spec);
  void *model = m.openWith(2);
  pid_t child = fork();
  if (child == 0) {
    alarm(20);
    std::vector<float> x = makeRamp(64), y(64);
    bool good = m.runOn(model, x.data(), y.data(), 64) == QC_OK && y == affine.compute(x);
    m.close(model);
    _exit(good ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  std::vector<float> x = makeRamp(64), y(64);
  EXPECT_EQ(m.runOn(model, x.data(), y.data(), 64), QC_OK);
  m.close(model);
}

/// The workspace needs no alignment, and no byte more than was said is touched.
TEST(Run, WorkspaceBetweenGuards) {
  AffineModel affine("m");
  Library m(affine.spec);
  void *model = m.openWith(1);
  size_t bytes = 0, page = 4096;
  ASSERT_EQ(m.workspace(model, nullptr, &bytes), QC_OK);
  size_t room = (bytes + page - 1) / page * page;
  char *memory = (char *)mmap(nullptr, room + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_EQ(mprotect(memory + page, room, PROT_READ | PROT_WRITE), 0);
  std::vector<float> x = makeRamp(64), y(64);
  for (char *work : {memory + page, memory + page + room - bytes}) {
    qc_tensor in = {sizeof(in), x.data(), 256, 0, 0, nullptr, nullptr},
              out = {sizeof(out), y.data(), 256, 0, 0, nullptr, nullptr};
    EXPECT_EQ(m.run(model, &in, &out, work), QC_OK);
    EXPECT_EQ(y, affine.compute(x));
  }
  munmap(memory, room + 2 * page);
  m.close(model);
}

TEST(Run, IoDescribesWithoutAHandle) {
  Library m(AffineModel("m").spec);
  qc_tensor_desc desc = {sizeof(desc), nullptr, 0, 0, nullptr};
  EXPECT_EQ(m.io(nullptr, QC_OUTPUT, 0, &desc), QC_OK);
  EXPECT_STREQ(desc.name, "y");
  EXPECT_EQ(desc.rank, 1);
  EXPECT_EQ(desc.dims[0], 64);
  EXPECT_EQ(m.io(nullptr, QC_OUTPUT, 1, &desc), QC_INVALID_ARGUMENT);
  desc.size = 0;
  EXPECT_EQ(m.io(nullptr, QC_INPUT, 0, &desc), QC_INVALID_ARGUMENT);
}
