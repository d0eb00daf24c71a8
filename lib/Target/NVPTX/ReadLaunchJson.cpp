// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// launch.json, read again.
#include "lib/Target/NVPTX/Launches.h"
#include "qc/Text/Json.h"

using namespace llvm;

namespace qc::nvptx {

int64_t getTensorBytes(const TensorSpec &tensor) {
  int64_t bytes = getDTypeBytes(tensor.dtype);
  for (int64_t dim : tensor.dims)
    bytes *= dim;
  return bytes;
}

static std::optional<qc_dtype> parseDType(StringRef name) {
  for (qc_dtype dtype : {QC_F32, QC_U8, QC_I8, QC_U16, QC_I16, QC_I32, QC_I64, QC_BOOL})
    if (getDTypeName(dtype) == name)
      return dtype;
  return std::nullopt;
}

// The functions below follow llvm::json's fromJSON: false, with a report in `path`, where the value does not fit.
static bool readTensor(const json::Value &value, TensorSpec &tensor, json::Path path) {
  std::string dtype;
  std::vector<int64_t> dims;
  json::ObjectMapper map(value, path);
  if (!map || !map.map("name", tensor.name) || !map.map("dtype", dtype) || !map.map("dims", dims))
    return false;
  std::optional<qc_dtype> parsed = parseDType(dtype);
  if (!parsed) {
    path.field("dtype").report("expected an element type as float32 or uint8");
    return false;
  }
  tensor.dtype = *parsed;
  tensor.dims.assign(dims.begin(), dims.end());
  int64_t limit = int64_t(1) << 40, bytes = getDTypeBytes(*parsed);
  for (int64_t dim : dims) {
    if (dim < 0 || (dim > 0 && bytes > limit / dim)) {
      path.field("dims").report("expected dimensions of a tensor below 1 TiB");
      return false;
    }
    bytes *= dim;
  }
  return true;
}

static bool readTensors(const json::Object &root, StringRef key, std::vector<TensorSpec> &tensors, json::Path path) {
  const json::Array *array = root.getArray(key);
  if (!array) {
    path.field(key).report("expected an array");
    return false;
  }
  for (auto [i, value] : enumerate(*array))
    if (!readTensor(value, tensors.emplace_back(), path.field(key).index(i)))
      return false;
  return true;
}

static bool readNumber(const json::Value &value, int64_t least, int64_t most, int64_t &number, json::Path path) {
  std::optional<int64_t> read = value.getAsInteger();
  if (!read || *read < least || *read > most) {
    path.report("expected an integer in range");
    return false;
  }
  number = *read;
  return true;
}

static bool readArgument(const json::Value &value, const Launches &launches, ArgSpec &arg, json::Path path) {
  const json::Array *array = value.getAsArray();
  auto kind = array && !array->empty() ? (*array)[0].getAsString() : std::nullopt;
  bool isTensor = kind == "input" || kind == "output";
  if (!kind || array->size() != (isTensor ? 3u : 2u)) {
    path.report("expected [space, value] or [input or output, index, offset]");
    return false;
  }
  if (kind == "imm") {
    arg.space = ArgSpec::Imm;
    return readNumber((*array)[1], INT64_MIN, INT64_MAX, arg.value, path.index(1));
  }
  if (isTensor) {
    arg.space = kind == "input" ? ArgSpec::Input : ArgSpec::Output;
    const std::vector<TensorSpec> &tensors = kind == "input" ? launches.program.inputs : launches.program.outputs;
    int64_t index;
    if (!readNumber((*array)[1], 0, int64_t(tensors.size()) - 1, index, path.index(1)))
      return false;
    arg.index = int32_t(index);
    return readNumber((*array)[2], 0, getTensorBytes(tensors[index]), arg.value, path.index(2));
  }
  if (kind == "faults") {
    arg.space = ArgSpec::Faults;
    return readNumber((*array)[1], 0, 0, arg.value, path.index(1));
  }
  if (kind != "arena" && kind != "weights") {
    path.index(0).report("expected imm, arena, weights, faults, input or output");
    return false;
  }
  arg.space = kind == "arena" ? ArgSpec::Arena : ArgSpec::Weights;
  int64_t size = kind == "arena" ? launches.program.arenaBytes : launches.weightsBytes;
  return readNumber((*array)[1], 0, size, arg.value, path.index(1));
}

static bool readLaunch(const json::Value &value, const Launches &launches, LaunchSpec &launch, json::Path path) {
  const json::Object *object = value.getAsObject();
  const json::Value *kernel = object ? object->get("kernel") : nullptr, *grid = object ? object->get("grid") : nullptr;
  const json::Array *args = object ? object->getArray("args") : nullptr;
  if (!kernel || !grid || !args) {
    path.report("expected an object with kernel, grid and args");
    return false;
  }
  int64_t index;
  if (!readNumber(*kernel, 0, int64_t(launches.kernels.size()) - 1, index, path.field("kernel")) ||
      !readNumber(*grid, 1, INT32_MAX, launch.tiles, path.field("grid")))
    return false;
  launch.kernel = int32_t(index);
  for (auto [i, arg] : enumerate(*args))
    if (!readArgument(arg, launches, launch.args.emplace_back(), path.field("args").index(i)))
      return false;
  return true;
}

static bool readRoot(const json::Value &value, Launches &launches, json::Path path) {
  int64_t version, blockSize;
  json::ObjectMapper map(value, path);
  if (!map || !map.map("version", version) || !map.map("name", launches.program.name) ||
      !map.map("ptx", launches.ptx) || !map.map("weights", launches.weights) ||
      !map.mapOptional("device_ir", launches.deviceIr) || !map.map("block_size", blockSize) ||
      !map.map("arena_bytes", launches.program.arenaBytes) || !map.map("weights_bytes", launches.weightsBytes) ||
      !map.map("kernels", launches.kernels))
    return false;
  if (version != 1) {
    path.field("version").report("expected 1");
    return false;
  }
  bool sizesFit = blockSize >= 1 && blockSize <= 1024 && launches.weightsBytes >= 0 &&
                  launches.program.arenaBytes >= 0 && launches.program.arenaBytes < int64_t(1) << 40;
  if (!sizesFit) {
    path.report("expected block_size in [1, 1024], arena_bytes below 1 TiB and weights_bytes of at least 0");
    return false;
  }
  launches.blockSize = int32_t(blockSize);
  const json::Object &root = *value.getAsObject();
  if (!readTensors(root, "inputs", launches.program.inputs, path) ||
      !readTensors(root, "outputs", launches.program.outputs, path))
    return false;
  const json::Array *array = root.getArray("launches");
  if (!array) {
    path.field("launches").report("expected an array");
    return false;
  }
  for (auto [i, launch] : enumerate(*array))
    if (!readLaunch(launch, launches, launches.program.launches.emplace_back(), path.field("launches").index(i)))
      return false;
  return true;
}

Expected<Launches> parseLaunchJson(StringRef text) {
  Expected<json::Value> value = parseJson(text);
  if (!value)
    return value.takeError();
  Launches launches;
  json::Path::Root root("launch.json");
  if (!readRoot(*value, launches, root))
    return root.getError();
  return launches;
}

} // namespace qc::nvptx
