// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The launches of a device program as JSON.
#include "qc/Target/NVPTX/EmitPtx.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/JSON.h"

using namespace llvm;

namespace qc::nvptx {

static void writeTensors(json::OStream &out, StringRef key, ArrayRef<TensorSpec> tensors) {
  out.attributeArray(key, [&] {
    for (const TensorSpec &tensor : tensors)
      out.object([&] {
        out.attribute("name", json::fixUTF8(tensor.name));
        out.attribute("dtype", getDTypeName(tensor.dtype));
        out.attributeArray("dims", [&] {
          for (int64_t dim : tensor.dims)
            out.value(dim);
        });
      });
  });
}

static StringRef getSpaceName(ArgSpec::Space space) {
  switch (space) {
  case ArgSpec::Imm:
    return "imm";
  case ArgSpec::Arena:
    return "arena";
  case ArgSpec::Weights:
    return "weights";
  case ArgSpec::Input:
    return "input";
  case ArgSpec::Output:
    return "output";
  case ArgSpec::Faults:
    return "faults";
  case ArgSpec::Computed: // no symbolic program comes here
    break;
  }
  return "";
}

// ["imm", value], ["arena", offset], ["weights", offset], ["faults", 0], ["input", index, offset], ["output", index,
// offset].
static void writeArgument(json::OStream &out, const ArgSpec &arg) {
  out.array([&] {
    out.value(getSpaceName(arg.space));
    if (arg.space == ArgSpec::Input || arg.space == ArgSpec::Output)
      out.value(arg.index);
    out.value(arg.value);
  });
}

static Error check(const DeviceSpec &spec) {
  if (spec.blockSize < 1 || spec.blockSize > 1024)
    return createStringError("expects 1 to 1024 threads in a CTA, got " + Twine(spec.blockSize));
  for (const std::string &kernel : spec.kernels)
    if (const Function *function = spec.module->getFunction(kernel); !function || function->isDeclaration())
      return createStringError("the device code does not define kernel '" + kernel + "'");
  for (const LaunchSpec &launch : spec.program.launches) {
    if (launch.kind == LaunchSpec::Observe)
      return createStringError("device code cannot observe '" + launch.symbol + "': compile without observers");
    if (launch.kernel < 0 || size_t(launch.kernel) >= spec.kernels.size())
      return createStringError("launch of kernel number " + Twine(launch.kernel) + " of " + Twine(spec.kernels.size()));
    if (launch.tiles < 0 || launch.tiles > INT32_MAX)
      return createStringError("expects 0 to 2147483647 tiles in a launch, got " + Twine(launch.tiles));
    size_t parameters = spec.module->getFunction(spec.kernels[launch.kernel])->arg_size();
    if (launch.args.size() != parameters)
      return createStringError("kernel '" + spec.kernels[launch.kernel] + "' has " + Twine(parameters) +
                               " parameters, its launch " + Twine(launch.args.size()));
    for (const ArgSpec &arg : launch.args) {
      size_t tensors = arg.space == ArgSpec::Input    ? spec.program.inputs.size()
                       : arg.space == ArgSpec::Output ? spec.program.outputs.size()
                                                      : 1;
      if (arg.index < 0 || size_t(arg.index) >= tensors)
        return createStringError("launch reads " + getSpaceName(arg.space) + " " + Twine(arg.index) + " of " +
                                 Twine(tensors));
    }
  }
  return Error::success();
}

Expected<std::string> makeLaunchJson(const DeviceSpec &spec, StringRef ptxName, StringRef weightsName,
                                     StringRef irName) {
  if (Error error = check(spec))
    return error;
  Expected<json::Value> info = json::parse(spec.program.infoJson);
  if (!info)
    return info.takeError();
  std::string text;
  raw_string_ostream os(text);
  json::OStream out(os, 1);
  out.object([&] {
    out.attribute("version", 1);
    out.attribute("name", spec.program.name);
    out.attribute("chip", spec.chip);
    out.attribute("ptx", json::fixUTF8(ptxName));
    out.attribute("weights", json::fixUTF8(weightsName));
    if (!irName.empty())
      out.attribute("device_ir", json::fixUTF8(irName));
    out.attribute("block_size", spec.blockSize);
    out.attribute("info", std::move(*info));
    out.attribute("arena_bytes", spec.program.arenaBytes);
    out.attribute("weights_bytes", int64_t(spec.program.weights.size()));
    writeTensors(out, "inputs", spec.program.inputs);
    writeTensors(out, "outputs", spec.program.outputs);
    out.attributeArray("kernels", [&] {
      for (const std::string &kernel : spec.kernels)
        out.value(kernel);
    });
    out.attributeArray("launches", [&] {
      for (const LaunchSpec &launch : spec.program.launches)
        if (launch.tiles > 0) // an empty grid cannot be launched
          out.object([&] {
            out.attribute("kernel", launch.kernel);
            out.attribute("grid", launch.tiles);
            out.attributeArray("args", [&] {
              for (const ArgSpec &arg : launch.args)
                writeArgument(out, arg);
            });
          });
    });
  });
  return text + "\n";
}

} // namespace qc::nvptx
