// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// dlopen of a model and calls through its C ABI.
#include "qc/Target/CPU/LoadedModel.h"
#include "lib/Target/CPU/Parts.h"
#include "qc/Files/InputFile.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include <dlfcn.h>
#include <mutex>
#include <optional>

using namespace llvm;

namespace qc::cpu {

namespace {
/// The C ABI of a model whose name is known at run time only.
struct Api {
  qc_status (*open)(const qc_options *, void **) = nullptr;
  qc_status (*io)(const void *, qc_direction, size_t, qc_tensor_desc *) = nullptr;
  qc_status (*workspace)(const void *, const int64_t *, size_t *) = nullptr;
  qc_status (*output_dims)(const void *, const int64_t *, int64_t *, char *, size_t) = nullptr;
  qc_status (*run)(const void *, const qc_tensor *, qc_tensor *, void *) = nullptr;
  qc_status (*reset)(void *) = nullptr; ///< of a model with state
  void (*close)(void *) = nullptr;
  const char *(*status_string)(qc_status) = nullptr;
};

/// What all handles of a model share.
struct Library {
  std::optional<ScratchFile> file; ///< must outlive the library: dlopen knows it by its path
  void *library = nullptr;
  Api api;

  ~Library() {
    if (library)
      dlclose(library);
    // file goes last: its descriptor number must not be reused while the library is loaded under it.
  }
};
} // namespace

struct LoadedModel::Impl {
  LoadOptions options;
  ArtefactInfo info;
  std::shared_ptr<Library> library;
  void *model = nullptr;
  std::vector<TensorSpec> inputs, outputs;
  std::vector<StateInfo> states;
  std::mutex mutex; ///< of the next field
  std::vector<std::vector<char>> idleWorkspaces;

  ~Impl();
  static Expected<std::unique_ptr<LoadedModel>> load(StringRef bytes, StringRef name, LoadOptions options);
  static Expected<std::unique_ptr<LoadedModel>> load(ArtefactInfo info, ArrayRef<StringRef> file, LoadOptions options);
  Error open(ArrayRef<StringRef> bytes);
  Error bindFunctions();
  Error openModel();
  Error readStates();
  std::vector<char> takeWorkspace();
  Error readBorder(qc_direction direction, std::vector<TensorSpec> &tensors);
  Error fail(const Twine &what) const {
    return createStringError((options.isNamed ? "model '" + info.name + "': " : std::string()) + what);
  }
  static void observe(void *user, const qc_observation *seen);
  static void report(void *user, const qc_launch *launch);
};

LoadedModel::Impl::~Impl() {
  if (model)
    library->api.close(model);
}

Error LoadedModel::Impl::bindFunctions() {
  auto bind = [&](auto &function, const char *name) -> Error {
    std::string symbol = info.name + "_" + name;
    void *address = dlsym(library->library, symbol.c_str());
    if (!address)
      return fail("the library does not export " + symbol);
    function = reinterpret_cast<std::decay_t<decltype(function)>>(address);
    return Error::success();
  };
  Api &api = library->api;
  if (Error error = bind(api.open, "open"))
    return error;
  if (Error error = bind(api.io, "io"))
    return error;
  if (Error error = bind(api.workspace, "workspace"))
    return error;
  if (Error error = bind(api.output_dims, "output_dims"))
    return error;
  if (Error error = bind(api.run, "run"))
    return error;
  if (!states.empty())
    if (Error error = bind(api.reset, "reset"))
      return error;
  if (Error error = bind(api.close, "close"))
    return error;
  return bind(api.status_string, "status_string");
}

std::vector<char> LoadedModel::Impl::takeWorkspace() {
  std::lock_guard<std::mutex> lock(mutex);
  if (idleWorkspaces.empty())
    return {};
  std::vector<char> workspace = std::move(idleWorkspaces.back());
  idleWorkspaces.pop_back();
  return workspace;
}

void LoadedModel::Impl::observe(void *user, const qc_observation *seen) {
  ArrayRef<int64_t> dims(seen->dims, seen->rank), strides(seen->strides, seen->rank);
  static_cast<Impl *>(user)->options.observer({seen->symbol, qc_dtype(seen->dtype), dims, strides, seen->data});
}

void LoadedModel::Impl::report(void *user, const qc_launch *launch) {
  static_cast<Impl *>(user)->options.launched(
      {launch->index, launch->kernel, launch->tiles, ArrayRef(launch->args, size_t(launch->num_args))});
}

Error LoadedModel::Impl::openModel() {
  qc_options request = {sizeof(request), options.threads, nullptr, nullptr, nullptr, nullptr, nullptr};
  if (!options.maxLevel.empty())
    request.max_level = options.maxLevel.c_str();
  if (options.observer) {
    request.observe = &Impl::observe;
    request.observe_user = this;
  }
  if (options.launched) {
    request.launched = &Impl::report;
    request.launch_user = this;
  }
  if (qc_status status = library->api.open(&request, &model))
    return fail(Twine("cannot be opened: ") + library->api.status_string(status) +
                (status == QC_UNSUPPORTED_CPU ? " (" + info.level + ")" : ""));
  if (Error error = readBorder(QC_INPUT, inputs))
    return error;
  return readBorder(QC_OUTPUT, outputs);
}

Error LoadedModel::Impl::readBorder(qc_direction direction, std::vector<TensorSpec> &tensors) {
  qc_tensor_desc description = {sizeof(description), nullptr, 0, 0, nullptr};
  for (size_t i = 0; library->api.io(model, direction, i, &description) == QC_OK; ++i) {
    TensorSpec tensor;
    tensor.name = description.name;
    tensor.dtype = qc_dtype(description.dtype);
    tensor.dims.assign(description.dims, description.dims + description.rank);
    tensors.push_back(std::move(tensor));
  }
  return Error::success();
}

/// The state that the note tells of.
Error LoadedModel::Impl::readStates() {
  Expected<json::Value> parsed = json::parse(info.json);
  if (!parsed)
    return parsed.takeError();
  const json::Object *object = parsed->getAsObject();
  const json::Array *list = object ? object->getArray("state") : nullptr;
  auto numbers = [](const json::Array *array) {
    SmallVector<int64_t, 4> result;
    for (size_t i = 0; array && i < array->size(); ++i)
      result.push_back((*array)[i].getAsInteger().value_or(0));
    return result;
  };
  for (size_t i = 0; list && i < list->size(); ++i) {
    const json::Object *state = (*list)[i].getAsObject();
    if (!state)
      return fail("its note describes its state wrongly");
    states.push_back({state->getString("input").value_or("").str(), state->getString("output").value_or("").str(),
                      numbers(state->getArray("dims")), numbers(state->getArray("begin")),
                      numbers(state->getArray("most"))});
  }
  return Error::success();
}

/// Always a copy of its own, never the user's path: dlopen knows libraries by name, and would answer a second open of a
/// path with the first library although the file was replaced meanwhile.
Error LoadedModel::Impl::open(ArrayRef<StringRef> bytes) {
  library = std::make_shared<Library>();
  std::string why;
  for (auto create : {&ScratchFile::create, &ScratchFile::createOnDisk}) {
    Expected<ScratchFile> copy = create(bytes);
    if (!copy)
      return copy.takeError();
    library->file.emplace(std::move(*copy));
    StringRef path = library->file->getPath();
    library->library = dlopen(path.str().c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library->library)
      break;
    StringRef text = dlerror();
    text.consume_front((path + ": ").str()); // a name that says nothing to anyone
    why = text.str();
    library->file.reset();
  }
  if (!library->library)
    return fail("cannot be loaded: " + why);
  if (Error error = readStates())
    return error;
  if (Error error = bindFunctions())
    return error;
  return openModel();
}

LoadedModel::LoadedModel(std::unique_ptr<Impl> impl) : impl(std::move(impl)) {}
LoadedModel::~LoadedModel() = default;

Expected<std::unique_ptr<LoadedModel>> LoadedModel::load(StringRef path, LoadOptions options) {
  Expected<std::unique_ptr<MemoryBuffer>> buffer = readRegularFile(path);
  if (!buffer)
    return buffer.takeError();
  return Impl::load((*buffer)->getBuffer(), path, std::move(options));
}

Expected<std::unique_ptr<LoadedModel>> LoadedModel::load(ArrayRef<char> bytes, LoadOptions options) {
  return Impl::load(StringRef(bytes.data(), bytes.size()), "the model in memory", std::move(options));
}

Expected<std::unique_ptr<LoadedModel>> LoadedModel::build(const ArtefactSpec &spec, LoadOptions options) {
  Expected<Image> image = makeImage(spec, ArtefactKind::SharedLibrary);
  if (!image)
    return image.takeError();
  Expected<std::string> json = makeInfoJson(spec);
  if (!json)
    return json.takeError();
  ArtefactInfo info{QC_ABI_VERSION, spec.program.name, spec.levels.front().level->name.str(), std::move(*json)};
  return Impl::load(std::move(info), image->slice(), std::move(options));
}

Expected<std::unique_ptr<LoadedModel>> LoadedModel::Impl::load(StringRef bytes, StringRef name, LoadOptions options) {
  Expected<ArtefactInfo> info = readArtefactNote(ArrayRef<char>(bytes.data(), bytes.size()), name);
  if (!info)
    return info.takeError();
  return load(std::move(*info), bytes, std::move(options));
}

Expected<std::unique_ptr<LoadedModel>> LoadedModel::Impl::load(ArtefactInfo info, ArrayRef<StringRef> file,
                                                               LoadOptions options) {
  auto impl = std::make_unique<Impl>();
  impl->options = std::move(options);
  impl->info = std::move(info);
  if (Error error = impl->open(file))
    return error;
  return std::unique_ptr<LoadedModel>(new LoadedModel(std::move(impl)));
}

Expected<std::unique_ptr<LoadedModel>> LoadedModel::openAnother() const {
  auto other = std::make_unique<Impl>();
  other->options = impl->options;
  other->info = impl->info;
  other->library = impl->library;
  other->states = impl->states;
  if (Error error = other->openModel())
    return error;
  return std::unique_ptr<LoadedModel>(new LoadedModel(std::move(other)));
}

ArrayRef<StateInfo> LoadedModel::getStates() const { return impl->states; }

Error LoadedModel::reset() const {
  if (impl->states.empty())
    return Error::success();
  qc_status status = impl->library->api.reset(impl->model);
  return status == QC_OK ? Error::success() : impl->fail(impl->library->api.status_string(status));
}

const ArtefactInfo &LoadedModel::getInfo() const { return impl->info; }
ArrayRef<TensorSpec> LoadedModel::getInputs() const { return impl->inputs; }
ArrayRef<TensorSpec> LoadedModel::getOutputs() const { return impl->outputs; }
bool LoadedModel::isSymbolic() const {
  return any_of(impl->inputs, [](const TensorSpec &input) { return is_contained(input.dims, -1); });
}

static SmallVector<int64_t> flatten(ArrayRef<ArrayRef<int64_t>> dims) {
  SmallVector<int64_t> all;
  for (ArrayRef<int64_t> one : dims)
    append_range(all, one);
  return all;
}

Expected<std::vector<SmallVector<int64_t, 4>>> LoadedModel::getOutputDims(ArrayRef<ArrayRef<int64_t>> inputDims) const {
  SmallVector<int64_t> in = flatten(inputDims), out;
  std::vector<SmallVector<int64_t, 4>> result;
  for (const TensorSpec &output : impl->outputs)
    result.push_back(output.dims);
  for (const auto &dims : result)
    append_range(out, dims);
  char message[1024] = "";
  out.push_back(0); // there may be no outputs with dimensions
  qc_status status = impl->library->api.output_dims(impl->model, in.data(), out.data(), message, sizeof(message));
  if (status != QC_OK)
    return impl->fail(*message ? message : impl->library->api.status_string(status));
  const int64_t *next = out.data();
  for (auto &dims : result)
    for (int64_t &extent : dims)
      extent = *next++;
  return result;
}

Error LoadedModel::run(ArrayRef<ArrayRef<char>> inputs, ArrayRef<MutableArrayRef<char>> outputs) const {
  SmallVector<ArrayRef<int64_t>> dims;
  for (const TensorSpec &input : impl->inputs)
    dims.push_back(input.dims);
  return run(inputs, dims, outputs);
}

Error LoadedModel::run(ArrayRef<ArrayRef<char>> inputs, ArrayRef<ArrayRef<int64_t>> inputDims,
                       ArrayRef<MutableArrayRef<char>> outputs) const {
  if (inputs.size() != impl->inputs.size() || outputs.size() != impl->outputs.size())
    return impl->fail("takes " + Twine(impl->inputs.size()) + " inputs and " + Twine(impl->outputs.size()) +
                      " outputs, not " + Twine(inputs.size()) + " and " + Twine(outputs.size()));
  SmallVector<qc_tensor> in, out;
  for (auto [buffer, dims] : zip_equal(inputs, inputDims))
    in.push_back({sizeof(qc_tensor), const_cast<char *>(buffer.data()), buffer.size(), 0, int32_t(dims.size()),
                  dims.data(), nullptr});
  for (MutableArrayRef<char> buffer : outputs)
    out.push_back({sizeof(qc_tensor), buffer.data(), buffer.size(), 0, 0, nullptr, nullptr});
  SmallVector<int64_t> dims = flatten(inputDims);
  dims.push_back(0);           // there may be no inputs with dimensions
  if (!impl->states.empty()) { // the handle has room of its own
    qc_status status = impl->library->api.run(impl->model, in.data(), out.data(), nullptr);
    return status == QC_OK ? Error::success() : impl->fail(impl->library->api.status_string(status));
  }
  size_t bytes = 0;
  if (qc_status status = impl->library->api.workspace(impl->model, dims.data(), &bytes))
    return impl->fail(impl->library->api.status_string(status));
  std::vector<char> workspace = impl->takeWorkspace();
  if (workspace.size() < bytes)
    workspace = std::vector<char>(bytes);
  qc_status status = impl->library->api.run(impl->model, in.data(), out.data(), workspace.data());
  std::lock_guard<std::mutex> lock(impl->mutex);
  impl->idleWorkspaces.push_back(std::move(workspace));
  return status == QC_OK ? Error::success() : impl->fail(impl->library->api.status_string(status));
}

} // namespace qc::cpu
