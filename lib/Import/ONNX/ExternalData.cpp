// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensor data in files beside the model.
#include "ExternalData.h"
#include "Bodies.h"
#include "onnx.pb.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace qc::onnx;
namespace onnx_pb = qc::onnx_pb;
namespace path = llvm::sys::path;

namespace {
struct Place {
  StringRef location;
  uint64_t offset = 0;
  std::optional<uint64_t> length;
};
} // namespace

static Error fail(const Twine &text) { return createStringError("has external data that " + text); }

static Expected<Place> readPlace(const onnx_pb::TensorProto &proto) {
  Place place;
  for (const auto &entry : proto.external_data()) {
    StringRef key = entry.key(), value = entry.value();
    uint64_t number = 0;
    if ((key == "offset" || key == "length") && value.getAsInteger(10, number))
      return fail("has " + key + " '" + value + "', accepted is a number of bytes");
    if (key == "location")
      place.location = value;
    else if (key == "offset")
      place.offset = number;
    else if (key == "length")
      place.length = number;
  }
  if (proto.data_location() != 1)
    return createStringError("has data location " + Twine(proto.data_location()) +
                             ", accepted are 0 (in the model) and 1 (in a file)");
  if (place.location.empty())
    return fail("names no file (key location)");
  return place;
}

/// The path of `location` with all links resolved, inside `folder`.
static Expected<std::string> confine(StringRef location, StringRef folder) {
  if (location.contains('\0'))
    return fail("has a location with a byte of value 0");
  if (path::is_absolute(location) || is_contained(make_range(path::begin(location), path::end(location)), ".."))
    return fail("lies at '" + location + "', accepted are paths below the model's folder");
  SmallString<256> full(folder), realFolder, realFile;
  path::append(full, location);
  if (std::error_code code = sys::fs::real_path(folder, realFolder))
    return fail("cannot be read: the model's folder: " + code.message());
  if (std::error_code code = sys::fs::real_path(full, realFile))
    return fail("cannot be read: '" + location + "': " + code.message());
  StringRef prefix = realFolder, file = realFile;
  if (!file.consume_front(prefix) || !(prefix.ends_with("/") || file.starts_with("/")))
    return fail("lies at '" + location + "', a link out of the model's folder, accepted are files below it");
  return std::string(realFile);
}

Expected<SharedBytes> qc::onnx::openExternalData(const onnx_pb::TensorProto &proto, StringRef folder, uint64_t size) {
  Expected<Place> place = readPlace(proto);
  if (!place)
    return place.takeError();
  Expected<std::string> file = confine(place->location, folder);
  if (!file)
    return file.takeError();
  sys::fs::file_status status;
  if (std::error_code code = sys::fs::status(*file, status))
    return fail("cannot be read: '" + place->location + "': " + code.message());
  if (!sys::fs::is_regular_file(status))
    return fail("lies at '" + place->location + "', which is not a regular file");
  if (place->length && *place->length != size)
    return fail("has " + Twine(*place->length) + " bytes, its shape needs " + Twine(size));
  if (place->offset > status.getSize() || size > status.getSize() - place->offset)
    return fail("ends behind the " + Twine(status.getSize()) + " bytes of '" + place->location + "' (offset " +
                Twine(place->offset) + ", " + Twine(size) + " bytes)");
  if (size == 0)
    return SharedBytes{};
  auto buffer = MemoryBuffer::getFileSlice(*file, size, place->offset);
  if (!buffer)
    return fail("cannot be read: '" + place->location + "': " + buffer.getError().message());
  std::shared_ptr<MemoryBuffer> owner = std::move(*buffer);
  return SharedBytes{{owner->getBufferStart(), size_t(size)}, owner};
}

/// Calls `visit` for the tensors of a graph and of its bodies.
static void forEachTensor(const onnx_pb::GraphProto &graph, unsigned depth,
                          function_ref<void(const onnx_pb::TensorProto &)> visit) {
  for (const onnx_pb::TensorProto &tensor : graph.initializer())
    visit(tensor);
  for (const onnx_pb::NodeProto &node : graph.node()) {
    for (const onnx_pb::AttributeProto &attribute : node.attribute())
      visit(attribute.t());
    if (depth < kMaxBodyDepth)
      forEachBody(node, [&](const onnx_pb::GraphProto &body) { forEachTensor(body, depth + 1, visit); });
  }
}

std::vector<std::string> qc::onnx::listExternalFiles(const onnx_pb::GraphProto &graph, StringRef folder) {
  std::vector<std::string> files;
  StringSet<> seen;
  forEachTensor(graph, 0, [&](const onnx_pb::TensorProto &proto) {
    for (const auto &entry : proto.external_data())
      if (entry.key() == "location" && seen.insert(entry.value()).second) {
        SmallString<256> full(folder);
        path::append(full, entry.value());
        files.push_back(path::remove_leading_dotslash(full).str());
      }
  });
  return files;
}
