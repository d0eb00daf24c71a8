// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Refuses inconsistent artefact specs before anything is made of them.
#include "lib/Target/CPU/Parts.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace qc::cpu {

/// Bytes of a tensor, the largest number where an extent is symbolic; -1 if its shape or type is not legal.
static int64_t getTensorBytes(const TensorSpec &tensor, bool isSymbolic) {
  int64_t bytes = getDTypeBytes(tensor.dtype);
  if (bytes == 0)
    return -1;
  if (isSymbolic && is_contained(tensor.dims, -1))
    return all_of(tensor.dims, [](int64_t extent) { return extent >= -1; }) ? INT64_MAX : -1;
  for (int64_t extent : tensor.dims)
    if (extent < 0 || MulOverflow(bytes, extent, bytes))
      return -1;
  return bytes;
}

/// Names and least extents of symbolic ones are there.
static bool describesSymbols(const TensorSpec &tensor) {
  return !is_contained(tensor.dims, -1) ||
         (tensor.symbols.size() == tensor.dims.size() && tensor.least.size() == tensor.dims.size());
}

static Error checkName(StringRef name) {
  if (name.empty() || makeModelName(name) != name)
    return createStringError("'" + name + "' cannot be a model's name: it must be a C identifier");
  return checkModelName(name);
}

static Error checkTensors(ArrayRef<TensorSpec> tensors, StringRef kind, bool isSymbolic) {
  for (const TensorSpec &tensor : tensors) {
    if (tensor.name.find('\0') != std::string::npos)
      return createStringError(kind + " '" + tensor.name.c_str() + "' has a null character in its name");
    if (getTensorBytes(tensor, isSymbolic) < 0 || !describesSymbols(tensor))
      return createStringError(kind + " '" + tensor.name +
                               "' has an element type or a shape that no artefact can have");
  }
  return Error::success();
}

static Error checkLevels(ArrayRef<LevelCode> levels) {
  if (levels.empty())
    return createStringError("an artefact needs code of at least one level");
  StringSet<> symbols;
  for (size_t i = 0; i < levels.size(); ++i) {
    if (i > 0 && levels[i].level->rank <= levels[i - 1].level->rank)
      return createStringError("levels must ascend: " + levels[i].level->name + " follows " +
                               levels[i - 1].level->name);
    if (levels[i].kernels.size() != levels[0].kernels.size())
      return createStringError(levels[i].level->name + " has " + Twine(levels[i].kernels.size()) + " kernels, " +
                               levels[0].level->name + " has " + Twine(levels[0].kernels.size()));
    StringSet<> own;
    for (const KernelCode &kernel : levels[i].kernels) {
      bool isShared = i > 0 && kernel.object.empty() && symbols.contains(kernel.symbol);
      if (!own.insert(kernel.symbol).second || (!isShared && !symbols.insert(kernel.symbol).second))
        return createStringError("two kernels have the symbol '" + kernel.symbol + "'");
    }
  }
  return Error::success();
}

/// The size of the space that `arg` points into; -1 if there is no such space.
static int64_t getSpaceBytes(const ProgramSpec &program, const ArgSpec &arg) {
  auto ofTensor = [&](ArrayRef<TensorSpec> tensors) -> int64_t {
    return arg.index >= 0 && size_t(arg.index) < tensors.size() ? getTensorBytes(tensors[arg.index], program.isSymbolic)
                                                                : -1;
  };
  switch (arg.space) {
  case ArgSpec::Arena:
    return program.arenaBytes;
  case ArgSpec::Faults:
    return 0;
  case ArgSpec::Weights:
    return program.weights.size();
  case ArgSpec::Input:
    return ofTensor(program.inputs);
  case ArgSpec::Output:
    return ofTensor(program.outputs);
  case ArgSpec::Imm:
  case ArgSpec::Computed:
    break;
  }
  return -1;
}

static Error checkLaunch(const ProgramSpec &program, size_t numKernels, size_t number) {
  const LaunchSpec &launch = program.launches[number];
  auto fail = [&](const Twine &what) { return createStringError("launch " + Twine(number) + ": " + what); };
  bool observes = launch.kind == LaunchSpec::Observe;
  if (observes && (launch.args.size() < 2 || launch.args.size() % 2))
    return fail("an observer takes data, dtype, and as many strides as dims, not " + Twine(launch.args.size()) +
                " args");
  if (!observes && (launch.kernel < 0 || size_t(launch.kernel) >= numKernels))
    return fail("kernel " + Twine(launch.kernel) + " of " + Twine(numKernels));
  if (launch.tiles < (program.hasSchedule ? -1 : 0))
    return fail(Twine(launch.tiles) + " tiles");
  for (const ArgSpec &arg : launch.args) {
    if (arg.space == ArgSpec::Imm || (arg.space == ArgSpec::Computed && program.hasSchedule))
      continue;
    int64_t bytes = getSpaceBytes(program, arg);
    if (arg.value < 0 || arg.value > bytes)
      return fail("offset " + Twine(arg.value) + " into " + Twine(bytes) + " bytes of space " + Twine(int(arg.space)));
  }
  return Error::success();
}

Error checkSpec(const ArtefactSpec &spec) {
  const ProgramSpec &program = spec.program;
  if (Error error = checkName(program.name))
    return error;
  if (Error error = checkTensors(program.inputs, "input", program.isSymbolic))
    return error;
  if (Error error = checkTensors(program.outputs, "output", program.isSymbolic))
    return error;
  if (Error error = checkLevels(spec.levels))
    return error;
  if (program.hasSchedule == spec.schedule.empty())
    return createStringError(program.hasSchedule ? "a program with symbolic sizes or control flow lacks its schedule"
                                                 : "a program of known sizes has a compiled schedule");
  if (program.arenaBytes < 0 || program.arenaBytes > (int64_t(1) << 46))
    return createStringError("an arena of " + Twine(program.arenaBytes) + " bytes");
  for (size_t i = 0; i < program.launches.size(); ++i)
    if (Error error = checkLaunch(program, spec.levels[0].kernels.size(), i))
      return error;
  return Error::success();
}

} // namespace qc::cpu
