// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A device program on the host, with .npy files as inputs and outputs.
#include "qc/Target/NVPTX/RunFiles.h"
#include "lib/Target/NVPTX/Launches.h"
#include "qc/Data/Npy.h"
#include "qc/Files/FileSet.h"
#include "qc/Files/OutputFile.h"
#include "qc/Files/OutputPath.h"
#include "qc/Target/DataTypes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"

using namespace llvm;

namespace qc::nvptx {

/// "'a', 'b'", or "none".
static std::string listNames(ArrayRef<TensorSpec> tensors) {
  auto names = map_range(tensors, [](const TensorSpec &tensor) { return "'" + tensor.name + "'"; });
  return tensors.empty() ? "none" : join(names, ", ");
}

/// Files of the tensors, in their order; empty where none is given.
static Expected<std::vector<std::string>> assignFiles(ArrayRef<std::string> pairs, ArrayRef<TensorSpec> tensors,
                                                      StringRef what) {
  std::vector<std::string> files(tensors.size());
  for (StringRef pair : pairs) {
    std::optional<size_t> best;
    for (auto [i, tensor] : enumerate(tensors)) {
      bool fits = pair.starts_with(tensor.name) && pair.drop_front(tensor.name.size()).starts_with("=");
      if (fits && (!best || tensor.name.size() > tensors[*best].name.size()))
        best = i;
    }
    if (!best)
      return createStringError("no " + what + " fits '" + pair +
                               "': expected NAME=FILE of a known name: " + listNames(tensors));
    if (!files[*best].empty())
      return createStringError(what + " '" + tensors[*best].name + "' is given twice");
    files[*best] = pair.drop_front(tensors[*best].name.size() + 1).str();
    if (files[*best].empty())
      return createStringError(what + " '" + pair + "' lacks the file name: expected NAME=FILE");
  }
  return files;
}

/// How many slices of the model's shape `array` holds: its first dimension may be a multiple.
static Expected<int64_t> countSlices(const data::Tensor &array, const TensorSpec &tensor) {
  ArrayRef<int64_t> dims(array.dims), wanted(tensor.dims);
  bool fits = array.dtype == getDataType(tensor.dtype) && dims.size() == wanted.size();
  if (fits && dims == wanted)
    return 1;
  fits = fits && !dims.empty() && wanted[0] > 0 && dims[0] % wanted[0] == 0 && dims.drop_front() == wanted.drop_front();
  if (!fits)
    return createStringError("input '" + tensor.name + "' is " + data::describe(getDataType(tensor.dtype), wanted) +
                             ", the file holds " + data::describe(array.dtype, dims));
  return dims[0] / wanted[0];
}

/// Reads all inputs; `slices` is how many runs they ask for.
static Expected<std::vector<data::Tensor>> readInputs(ArrayRef<TensorSpec> tensors, ArrayRef<std::string> files,
                                                      int64_t &slices) {
  std::vector<data::Tensor> arrays;
  for (auto [i, tensor] : enumerate(tensors)) {
    if (files[i].empty())
      return createStringError("input '" + tensor.name + "' is missing: --input " + tensor.name + "=FILE");
    Expected<data::Tensor> array = data::readNpy(files[i]);
    if (!array)
      return array.takeError();
    Expected<int64_t> count = countSlices(*array, tensor);
    if (!count)
      return count.takeError();
    if (i > 0 && *count != slices)
      return createStringError("input '" + tensor.name + "' holds " + Twine(*count) + " slices, others " +
                               Twine(slices));
    slices = *count;
    arrays.push_back(std::move(*array));
  }
  return arrays;
}

/// Two outputs in one file: the second would replace the first. Only a device, as /dev/null, may take several.
static Error checkDistinct(ArrayRef<std::string> outputs) {
  StringMap<std::string> seen;
  for (const std::string &output : outputs) {
    if (output.empty())
      continue;
    Expected<OutputPath> resolved = resolveOutput(output);
    if (!resolved)
      return resolved.takeError();
    auto [entry, isNew] = seen.try_emplace(getRealName(output), output);
    if (!isNew && resolved->kind != OutputPath::Special)
      return failToWrite(output, "it is the output '" + entry->second + "' too");
  }
  return Error::success();
}

/// Before any work is done: outputs that could not be written, or that are files which the run reads.
static Error checkOutputs(const HostProgram &program, ArrayRef<std::string> inputs, ArrayRef<std::string> outputs) {
  std::vector<std::string> files(program.getFiles());
  files.insert(files.end(), inputs.begin(), inputs.end());
  for (const std::string &output : outputs)
    if (Error error = output.empty() ? Error::success() : checkOutputPath(output, files))
      return error;
  return checkDistinct(outputs);
}

/// All files appear, or none; an empty name is an output that nobody wants.
static Error writeOutputs(ArrayRef<TensorSpec> tensors, ArrayRef<std::string> files, int64_t slices,
                          ArrayRef<std::vector<char>> results) {
  FileSet set;
  for (auto [tensor, file, bytes] : zip_equal(tensors, files, results)) {
    if (file.empty())
      continue;
    SmallVector<int64_t, 4> dims(tensor.dims);
    if (slices != 1 && !dims.empty())
      dims[0] *= slices;
    data::Tensor array = data::Tensor::copy(getDataType(tensor.dtype), dims, bytes);
    if (Error error = set.addText(file, [&](raw_ostream &os) { data::printNpy(os, array); }))
      return error;
  }
  return set.keep();
}

static Error runSlices(const HostProgram &program, ArrayRef<data::Tensor> arrays, int64_t slices,
                       MutableArrayRef<std::vector<char>> results) {
  for (int64_t slice = 0; slice < slices; ++slice) {
    SmallVector<ArrayRef<char>> in;
    SmallVector<MutableArrayRef<char>> out;
    for (const data::Tensor &array : arrays)
      in.push_back(array.bytes.slice(slice * (array.bytes.size() / slices), array.bytes.size() / slices));
    for (std::vector<char> &result : results)
      out.push_back(MutableArrayRef(result).slice(slice * (result.size() / slices), result.size() / slices));
    if (Error error = program.run(in, out))
      return error;
  }
  return Error::success();
}

Error runFiles(const HostProgram &program, ArrayRef<std::string> inputs, ArrayRef<std::string> outputs) {
  auto inputFiles = assignFiles(inputs, program.getInputs(), "input");
  if (!inputFiles)
    return inputFiles.takeError();
  auto outputFiles = assignFiles(outputs, program.getOutputs(), "output");
  if (!outputFiles)
    return outputFiles.takeError();
  if (outputs.empty())
    return createStringError("no output is given: --output NAME=FILE");
  if (Error error = checkOutputs(program, *inputFiles, *outputFiles))
    return error;
  int64_t slices = 1;
  auto arrays = readInputs(program.getInputs(), *inputFiles, slices);
  if (!arrays)
    return arrays.takeError();
  std::vector<std::vector<char>> results;
  for (const TensorSpec &tensor : program.getOutputs()) {
    if (slices != 1 && tensor.dims.empty())
      return createStringError("output '" + tensor.name + "' is a scalar: expected inputs of one slice");
    results.emplace_back(slices * getTensorBytes(tensor));
  }
  if (Error error = runSlices(program, *arrays, slices, results))
    return error;
  return writeOutputs(program.getOutputs(), *outputFiles, slices, results);
}

} // namespace qc::nvptx
