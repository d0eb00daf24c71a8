// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Samples out of data files.
#include "qc/Data/DataSet.h"
#include "Errors.h"
#include "qc/Data/Npy.h"
#include "qc/Data/TestTensor.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <algorithm>

using namespace llvm;
using namespace qc::data;

static std::string listNames(ArrayRef<InputSpec> inputs) {
  return join(map_range(inputs, [](const InputSpec &input) { return "'" + input.name + "'"; }), ", ");
}

/// "1x3x?x? of f32".
static std::string describePattern(DType dtype, ArrayRef<int64_t> dims) {
  return join(map_range(dims, [](int64_t dim) { return dim < 0 ? "?" : std::to_string(dim); }), "x") + " of " +
         getName(dtype).str();
}

/// The shape of a sequence of `input` that an array of shape `dims` is, steps first; nothing where it is none.
static std::optional<SmallVector<int64_t, 4>> getSequence(const InputSpec &input, ArrayRef<int64_t> dims) {
  ArrayRef<int64_t> step = input.dims;
  SmallVector<int64_t, 4> sequence(dims);
  if (dims.size() == 1 && all_of(step, [](int64_t dim) { return dim < 0 || dim == 1; }))
    sequence.append(step.size(), 1); // elements, one a step
  else if (dims.size() == step.size())
    sequence.insert(sequence.begin(), 1); // as one run takes it
  bool fits = sequence.size() == step.size() + 1 && sequence.front() > 0 &&
              all_of(zip(ArrayRef(sequence).drop_front(), step),
                     [](auto pair) { return std::get<1>(pair) < 0 || std::get<0>(pair) == std::get<1>(pair); });
  return fits ? std::optional(sequence) : std::nullopt;
}

static Expected<int64_t> countSequence(const InputSpec &input, DType dtype, ArrayRef<int64_t> dims) {
  if (dtype == input.dtype)
    if (std::optional<SmallVector<int64_t, 4>> sequence = getSequence(input, dims))
      return sequence->front();
  std::string step = input.dims.empty() ? "" : "x" + describePattern(input.dtype, input.dims);
  return fail("holds " + describe(dtype, dims) + ", input '" + input.name + "' of a model with state takes STEPS" +
              (step.empty() ? " of " + getName(input.dtype).str() : step) +
              " with at least one step, or one without STEPS");
}

/// Samples of `input` in an array: 1, or more stacked on the first axis. Samples without elements cannot be stacked: a
/// file of no bytes could claim 2^60 of them. Of a sequence its steps.
static Expected<int64_t> countSamples(const InputSpec &input, DType dtype, ArrayRef<int64_t> dims, Feed feed) {
  if (feed == Feed::Steps)
    return countSequence(input, dtype, dims);
  bool feedsRows = feed == Feed::Rows;
  ArrayRef<int64_t> sample = input.dims;
  if (dtype == input.dtype && dims == sample)
    return 1;
  if (is_contained(sample, -1)) {
    bool fits = dtype == input.dtype && dims.size() == sample.size() && all_of(zip(dims, sample), [](auto pair) {
                  return std::get<1>(pair) < 0 || std::get<0>(pair) == std::get<1>(pair);
                });
    if (fits && (!feedsRows || dims[0] > 0))
      return feedsRows ? dims[0] : 1;
    return fail("holds " + describe(dtype, dims) + ", input '" + input.name + "' takes " +
                describePattern(input.dtype, sample) + (fits ? " with at least one row" : ""));
  }
  bool isEmpty = is_contained(sample, 0);
  if (dtype == input.dtype && !sample.empty() && !isEmpty && dims.size() == sample.size() &&
      dims.drop_front() == sample.drop_front() && dims[0] > 0 && dims[0] % sample[0] == 0)
    return dims[0] / sample[0];
  if (dtype == input.dtype && isEmpty && dims.size() == sample.size() && dims.drop_front() == sample.drop_front())
    return fail("holds " + describe(dtype, dims) + ", input '" + input.name + "' takes " + describe(dtype, sample) +
                ": it has no elements, by which samples could be told apart; accepted is one sample per file");
  return fail("holds " + describe(dtype, dims) + ", input '" + input.name + "' takes " + describe(input.dtype, sample) +
              (sample.empty() || isEmpty ? "" : " or several of them stacked on the first axis"));
}

namespace {
/// The number of samples that all inputs of a file must agree on.
struct Counter {
  Feed feed = Feed::Samples;
  int64_t samples = 0;
  Error add(const InputSpec &input, DType dtype, ArrayRef<int64_t> dims) {
    Expected<int64_t> count = countSamples(input, dtype, dims, feed);
    if (!count)
      return count.takeError();
    // What one step says counts for all.
    bool isAny = feed == Feed::Steps && (*count == 1 || samples == 1);
    if (samples != 0 && samples != *count && !isAny)
      return fail("holds " + Twine(*count) + (feed == Feed::Steps ? " steps" : " samples") + " of input '" +
                  input.name + "' and " + Twine(samples) + " of another");
    samples = std::max(samples, *count);
    return Error::success();
  }
};
} // namespace

static Error countNpy(StringRef path, ArrayRef<InputSpec> inputs, Counter &counter) {
  if (inputs.size() != 1)
    return fail("is one array for a model with " + Twine(inputs.size()) +
                " inputs; accepted is a .npz file with arrays " + listNames(inputs));
  Expected<NpyHeader> header = readNpyHeader(path);
  return header ? counter.add(inputs[0], header->dtype, header->dims) : header.takeError();
}

static Error countNpz(StringRef path, ArrayRef<InputSpec> inputs, ArrayRef<std::string> ignored, Counter &counter) {
  Expected<std::vector<NpzEntry>> entries = readNpzHeaders(path);
  if (!entries)
    return entries.takeError();
  for (const NpzEntry &entry : *entries) {
    if (is_contained(ignored, entry.name))
      continue;
    const InputSpec *input = find_if(inputs, [&](const InputSpec &input) { return input.name == entry.name; });
    if (input == inputs.end())
      return fail("holds array '" + entry.name + "', the inputs are " + listNames(inputs) +
                  "; --ignore-keys names arrays that are not for the model");
    if (Error error = counter.add(*input, entry.header.dtype, entry.header.dims))
      return error;
  }
  for (const InputSpec &input : inputs)
    if (none_of(*entries, [&](const NpzEntry &entry) { return entry.name == input.name; }))
      return fail("holds no array for input '" + input.name + "', the inputs are " + listNames(inputs));
  return Error::success();
}

static Expected<Tensor> readTestInput(StringRef folder, size_t k) {
  return readTestTensor((folder + "/input_" + Twine(k) + ".pb").str());
}

/// A file input_<k>.pb that no input takes is data for another model.
static Error checkNoSurplus(StringRef folder, ArrayRef<InputSpec> inputs) {
  std::vector<std::string> surplus;
  std::error_code code;
  for (sys::fs::directory_iterator it(folder, code), end; it != end && !code; it.increment(code)) {
    StringRef name = sys::path::filename(it->path()), number = name;
    if (!number.consume_front("input_") || !number.consume_back(".pb"))
      continue;
    size_t k;
    if (number.getAsInteger(10, k) || k >= inputs.size() || utostr(k) != number)
      surplus.push_back(name.str());
  }
  if (code)
    return fail("cannot be read: " + code.message());
  if (surplus.empty())
    return Error::success();
  // The order of a folder is not the same everywhere.
  size_t count = inputs.size();
  return fail("holds '" + *std::min_element(surplus.begin(), surplus.end()) + "' for a model with " + Twine(count) +
              (count == 1 ? " input; accepted is input_0.pb" : " inputs; accepted are input_0.pb to input_") +
              (count == 1 ? "" : utostr(count - 1) + ".pb") + ", for " + listNames(inputs));
}

static Error countTestSet(StringRef path, ArrayRef<InputSpec> inputs, Counter &counter) {
  if (Error error = checkNoSurplus(path, inputs))
    return error;
  for (auto [k, input] : enumerate(inputs)) {
    Expected<Tensor> tensor = readTestInput(path, k);
    if (!tensor)
      return tensor.takeError();
    if (Error error = counter.add(input, tensor->dtype, tensor->dims))
      return error;
  }
  return Error::success();
}

Error DataSet::scan(File &file) const {
  Counter counter{feed};
  Error error = file.kind == File::Npy   ? countNpy(file.path, inputs, counter)
                : file.kind == File::Npz ? countNpz(file.path, inputs, ignored, counter)
                                         : countTestSet(file.path, inputs, counter);
  file.samples = feed == Feed::Steps ? std::min<int64_t>(counter.samples, 1) : counter.samples;
  file.steps = counter.samples;
  if (!error)
    return error;
  // Errors of the readers name the file already.
  std::string text = toString(std::move(error));
  return StringRef(text).starts_with("'" + file.path) ? fail(text) : failFile(file.path, text);
}

Expected<std::vector<Tensor>> DataSet::load(const File &file) const {
  std::vector<Tensor> tensors;
  for (auto [k, input] : enumerate(inputs)) {
    Expected<Tensor> tensor = file.kind == File::Npy   ? readNpy(file.path)
                              : file.kind == File::Npz ? readNpz(file.path, input.name)
                                                       : readTestInput(file.path, k);
    if (!tensor)
      return tensor.takeError();
    Expected<int64_t> count = countSamples(input, tensor->dtype, tensor->dims, feed);
    bool fits = count && (*count == file.steps || (feed == Feed::Steps && *count == 1));
    if (!fits) {
      consumeError(count.takeError());
      return failFile(file.path, "has changed since it was first looked at");
    }
    tensors.push_back(std::move(*tensor));
  }
  return tensors;
}

int64_t DataSet::getNumSamples() const {
  int64_t samples = 0;
  for (const File &file : files)
    samples += file.samples;
  return samples;
}

std::string DataSet::describeSample(int64_t index) const {
  auto file = files.begin();
  for (; index >= file->samples; ++file)
    index -= file->samples;
  return "'" + file->path + "'" + (file->samples > 1 ? ", sample " + std::to_string(index) : "");
}

/// The whole of a file as a sequence.
static Tensor takeSequence(const Tensor &whole, const InputSpec &input) {
  return Tensor{whole.dtype, *getSequence(input, whole.dims), whole.bytes, whole.owner};
}

int64_t qc::data::countSteps(ArrayRef<Tensor> sequence) {
  int64_t steps = 1;
  for (const Tensor &tensor : sequence)
    steps = std::max(steps, tensor.dims.front());
  return steps;
}

SmallVector<Tensor, 4> qc::data::takeStep(ArrayRef<Tensor> sequence, int64_t step) {
  SmallVector<Tensor, 4> inputs;
  for (const Tensor &all : sequence) {
    size_t size = all.bytes.size() / size_t(all.dims.front());
    size_t at = all.dims.front() == 1 ? 0 : size_t(step) * size;
    SmallVector<int64_t, 4> dims(ArrayRef(all.dims).drop_front());
    inputs.push_back(Tensor{all.dtype, dims, all.bytes.slice(at, size), all.owner});
  }
  return inputs;
}

/// Sample `index` of `count` in `stack`, sharing its bytes.
static Tensor takeSlice(const Tensor &stack, const InputSpec &input, int64_t index, int64_t count) {
  size_t size = stack.bytes.size() / size_t(count);
  SmallVector<int64_t, 4> dims = input.dims;
  if (is_contained(dims, -1)) {
    dims = stack.dims;
    if (count > 1)
      dims[0] = 1;
  }
  return Tensor{stack.dtype, dims, stack.bytes.slice(size_t(index) * size, size), stack.owner};
}

Error DataSet::forEachSample(function_ref<Error(int64_t, ArrayRef<Tensor>)> visit) const {
  int64_t index = 0;
  for (const File &file : files) {
    Expected<std::vector<Tensor>> stacks = load(file);
    if (!stacks)
      return stacks.takeError();
    for (int64_t i = 0; i < file.samples; ++i) {
      SmallVector<Tensor, 4> sample;
      for (auto [stack, input] : zip(*stacks, inputs))
        sample.push_back(feed == Feed::Steps ? takeSequence(stack, input) : takeSlice(stack, input, i, file.samples));
      if (Error error = visit(index++, sample))
        return error;
    }
  }
  return Error::success();
}
