// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Small models made of textual LLVM IR, and files for them.
#include "test/Unit/Target/TestModels.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include <fstream>
#include <sys/wait.h>

using namespace llvm;

namespace qc::cpu {

KernelCode compileKernel(StringRef symbol, StringRef ir, const Level &level) {
  LLVMContext context;
  SMDiagnostic problem;
  std::unique_ptr<Module> module = parseAssemblyString(ir, problem, context);
  if (!module) {
    ADD_FAILURE() << problem.getMessage().str();
    std::abort();
  }
  return {symbol.str(), take(emitObject(*module, level))};
}

/// args: in, out, elements per tile, f32 shift, weights or null.
static constexpr char affineIr[] = R"(
define void @SYMBOL(ptr %args, i64 %tile) {
entry:
  %in = load ptr, ptr %args
  %outAt = getelementptr i64, ptr %args, i64 1
  %out = load ptr, ptr %outAt
  %eachAt = getelementptr i64, ptr %args, i64 2
  %each = load i64, ptr %eachAt
  %shiftAt = getelementptr i64, ptr %args, i64 3
  %shift = load float, ptr %shiftAt
  %weightsAt = getelementptr i64, ptr %args, i64 4
  %weights = load ptr, ptr %weightsAt
  %plain = icmp eq ptr %weights, null
  %begin = mul i64 %tile, %each
  %end = add i64 %begin, %each
  br label %loop
loop:
  %i = phi i64 [%begin, %entry], [%next, %store]
  %more = icmp slt i64 %i, %end
  br i1 %more, label %body, label %done
body:
  %xAt = getelementptr float, ptr %in, i64 %i
  %x = load float, ptr %xAt
  %sum = fadd float %x, %shift
  br i1 %plain, label %store, label %scale
scale:
  %which = and i64 %i, 3
  %wAt = getelementptr float, ptr %weights, i64 %which
  %w = load float, ptr %wAt
  %product = fmul float %sum, %w
  br label %store
store:
  %y = phi float [%sum, %body], [%product, %scale]
  %yAt = getelementptr float, ptr %out, i64 %i
  store float %y, ptr %yAt
  %next = add i64 %i, 1
  br label %loop
done:
  ret void
}
)";

AffineModel::AffineModel(StringRef name, float shift, int64_t count, int64_t tiles, const Level &level) : shift(shift) {
  ProgramSpec &program = spec.program;
  program.name = name.str();
  program.inputs = {{"x", QC_F32, {count}}};
  program.outputs = {{"y", QC_F32, {count}}};
  program.arenaBytes = count * 4;
  program.weights = ArrayRef<char>(reinterpret_cast<const char *>(weights), sizeof(weights));
  program.infoJson = R"({"macs": {"int8": 12}})";
  ArgSpec each = ArgSpec::imm(count / tiles);
  program.launches = {
      LaunchSpec::run(0, {ArgSpec::input(0), ArgSpec::arena(0), each, ArgSpec::immF32(shift), ArgSpec::imm(0)}, tiles),
      LaunchSpec::observe("mid", ArgSpec::arena(0), QC_F32, {count / 4, 4}, {4, 1}),
      LaunchSpec::run(0, {ArgSpec::arena(0), ArgSpec::output(0), each, ArgSpec::immF32(0), ArgSpec::weights(0)},
                      tiles)};
  std::string ir = affineIr;
  ir.replace(ir.find("SYMBOL"), 6, "affine");
  spec.levels = {{&level, {compileKernel("affine", ir, level)}}};
}

std::vector<float> AffineModel::compute(const std::vector<float> &x) const {
  std::vector<float> y;
  for (size_t i = 0; i < x.size(); ++i)
    y.push_back((x[i] + shift) * weights[i % 4]);
  return y;
}

ArtefactSpec makeOneKernelModel(StringRef name, StringRef ir, int64_t count, const Level &level) {
  ArtefactSpec spec;
  spec.program.name = name.str();
  spec.program.inputs = {{"x", QC_F32, {count}}};
  spec.program.outputs = {{"y", QC_F32, {count}}};
  spec.program.launches = {LaunchSpec::run(0, {ArgSpec::input(0), ArgSpec::output(0), ArgSpec::imm(count)}, 1)};
  spec.levels = {{&level, {compileKernel("kernel", ir, level)}}};
  return spec;
}

std::vector<float> makeRamp(size_t count, float start) {
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i)
    values[i] = start + float(i) * 0.5f;
  return values;
}

TempFolder::TempFolder() {
  SmallString<128> name;
  if (sys::fs::createUniqueDirectory("qc-test", name))
    std::abort();
  path = name.str().str();
}

TempFolder::~TempFolder() { sys::fs::remove_directories(path); }

std::string TempFolder::operator/(StringRef name) const { return path + "/" + name.str(); }

std::vector<std::string> TempFolder::list() const {
  std::vector<std::string> names;
  std::error_code code;
  for (sys::fs::directory_iterator it(path, code), end; it != end && !code; it.increment(code))
    names.push_back(StringRef(it->path()).drop_front(path.size() + 1).str());
  llvm::sort(names);
  return names;
}

std::string readText(const std::string &path) {
  auto file = MemoryBuffer::getFile(path);
  return file ? (*file)->getBuffer().str() : "cannot read " + path;
}

void writeText(const std::string &path, StringRef text) {
  std::ofstream(path, std::ios::binary).write(text.data(), std::streamsize(text.size()));
}

std::string makeNpy(StringRef descr, StringRef shape, ArrayRef<char> data) {
  std::string header = ("{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }").str();
  header.resize((header.size() + 11 + 63) / 64 * 64 - 11, ' ');
  header += '\n';
  std::string text("\x93NUMPY\1\0", 8);
  text += char(header.size() & 255);
  text += char(header.size() >> 8);
  return text + header + std::string(data.begin(), data.end());
}

int runCommand(const std::string &command, std::string *output) {
  FILE *pipe = popen(("{ " + command + "\n} 2>&1").c_str(), "r");
  if (!pipe)
    return -1;
  std::string text;
  char buffer[4096];
  while (size_t count = fread(buffer, 1, sizeof(buffer), pipe))
    text.append(buffer, count);
  int status = pclose(pipe);
  if (output)
    *output = text;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace qc::cpu
