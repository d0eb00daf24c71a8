// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A device program, launch after launch, on the host.
#include "lib/Target/NVPTX/Launches.h"
#include "qc/Files/InputFile.h"
#include "qc/Target/NVPTX/EmitPtx.h"
#include "qc/Target/NVPTX/HostHarness.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <cstdlib>

using namespace llvm;

namespace qc::nvptx {

/// Bytes that may be read behind the arena (ProgramSpec::arenaBytes).
static constexpr size_t kReadableBehind = 64;

namespace {
struct FreeDeleter {
  void operator()(char *p) const { std::free(p); }
};
using AlignedBytes = std::unique_ptr<char, FreeDeleter>;
} // namespace

struct HostProgram::Impl {
  std::vector<std::string> files;
  Launches launches;
  AlignedBytes weights;
  std::unique_ptr<HostKernels> kernels;
};

HostProgram::HostProgram(std::unique_ptr<Impl> impl) : impl(std::move(impl)) {}
HostProgram::~HostProgram() = default;
ArrayRef<std::string> HostProgram::getFiles() const { return impl->files; }
ArrayRef<TensorSpec> HostProgram::getInputs() const { return impl->launches.program.inputs; }
ArrayRef<TensorSpec> HostProgram::getOutputs() const { return impl->launches.program.outputs; }

static Expected<AlignedBytes> allocate(size_t bytes) {
  size_t size = (bytes + kReadableBehind + 63) / 64 * 64;
  AlignedBytes result(static_cast<char *>(std::aligned_alloc(64, size)));
  if (!result)
    return createStringError("no memory for " + Twine(size) + " bytes");
  std::memset(result.get(), 0x5a, size); // nothing may rely on what the arena holds
  return result;
}

// A file named by launch.json: beside it.
static std::string getBeside(StringRef path, StringRef name) {
  SmallString<128> beside(sys::path::parent_path(path));
  sys::path::append(beside, sys::path::filename(name));
  return beside.str().str();
}

static Expected<std::unique_ptr<HostKernels>> loadKernels(const MemoryBuffer &bitcode) {
  LLVMContext context;
  Expected<std::unique_ptr<Module>> module = parseBitcodeFile(bitcode.getMemBufferRef(), context);
  if (!module)
    return module.takeError();
  return HostKernels::load(std::move(*module));
}

// Kernels and weights of the program whose launch.json is `path`.
static Error loadParts(StringRef path, const Launches &launches, AlignedBytes &weights,
                       std::unique_ptr<HostKernels> &kernels) {
  if (launches.deviceIr.empty())
    return createStringError("'" + path + "' has no device_ir: compile with --emit-device-ir");
  auto bitcode = readRegularFile(getBeside(path, launches.deviceIr));
  if (!bitcode)
    return bitcode.takeError();
  auto blob = readRegularFile(getBeside(path, launches.weights));
  if (!blob)
    return blob.takeError();
  if (int64_t((*blob)->getBufferSize()) != launches.weightsBytes)
    return createStringError("'" + launches.weights + "' has " + Twine((*blob)->getBufferSize()) + " bytes, expected " +
                             Twine(launches.weightsBytes));
  Expected<AlignedBytes> bytes = allocate((*blob)->getBufferSize());
  if (!bytes)
    return bytes.takeError();
  std::memcpy(bytes->get(), (*blob)->getBufferStart(), (*blob)->getBufferSize());
  weights = std::move(*bytes);
  auto loaded = loadKernels(**bitcode);
  if (!loaded)
    return loaded.takeError();
  kernels = std::move(*loaded);
  return Error::success();
}

Expected<std::unique_ptr<HostProgram>> HostProgram::load(StringRef path) {
  Expected<std::unique_ptr<MemoryBuffer>> text = readRegularFile(path);
  if (!text)
    return text.takeError();
  Expected<Launches> launches = parseLaunchJson((*text)->getBuffer());
  if (!launches)
    return createStringError("'" + path + "': " + toString(launches.takeError()));
  auto impl = std::make_unique<Impl>();
  impl->launches = std::move(*launches);
  impl->files = {path.str()};
  for (StringRef name : {impl->launches.ptx, impl->launches.weights, impl->launches.deviceIr})
    if (!name.empty())
      impl->files.push_back(getBeside(path, name));
  if (Error error = loadParts(path, impl->launches, impl->weights, impl->kernels))
    return error;
  return std::unique_ptr<HostProgram>(new HostProgram(std::move(impl)));
}

template <typename Buffers>
static Error checkBuffers(StringRef what, const Buffers &buffers, ArrayRef<TensorSpec> tensors) {
  if (buffers.size() != tensors.size())
    return createStringError("expects " + Twine(tensors.size()) + " " + what + "s, got " + Twine(buffers.size()));
  for (auto [buffer, tensor] : zip_equal(buffers, tensors))
    if (int64_t(buffer.size()) != getTensorBytes(tensor))
      return createStringError(what + " '" + tensor.name + "' needs " + Twine(getTensorBytes(tensor)) + " bytes, got " +
                               Twine(buffer.size()));
  return Error::success();
}

Error HostProgram::run(ArrayRef<ArrayRef<char>> inputs, ArrayRef<MutableArrayRef<char>> outputs) const {
  const Launches &launches = impl->launches;
  if (Error error = checkBuffers("input", inputs, launches.program.inputs))
    return error;
  if (Error error = checkBuffers("output", outputs, launches.program.outputs))
    return error;
  Expected<AlignedBytes> arena = allocate(launches.program.arenaBytes);
  if (!arena)
    return arena.takeError();
  int32_t faults = 0;
  auto resolve = [&](const ArgSpec &arg) -> int64_t {
    const char *bases[] = {nullptr,
                           arena->get(),
                           impl->weights.get(),
                           arg.space == ArgSpec::Input ? inputs[arg.index].data() : nullptr,
                           arg.space == ArgSpec::Output ? outputs[arg.index].data() : nullptr,
                           reinterpret_cast<const char *>(&faults)};
    return int64_t(reinterpret_cast<intptr_t>(bases[arg.space])) + arg.value;
  };
  for (const LaunchSpec &launch : launches.program.launches) {
    SmallVector<int64_t, 16> slots;
    for (const ArgSpec &arg : launch.args)
      slots.push_back(resolve(arg));
    if (Error error = impl->kernels->run(launches.kernels[launch.kernel], slots, launch.tiles, launches.blockSize))
      return error;
  }
  if (faults)
    return createStringError("bad data: an index is outside of its tensor, or an integer is divided by 0");
  return Error::success();
}

} // namespace qc::nvptx
