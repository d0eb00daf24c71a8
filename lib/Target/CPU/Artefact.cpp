// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From the parts of an artefact to its bytes.
#include "qc/Target/CPU/Artefact.h"
#include "lib/Target/CPU/Parts.h"
#include "qc/Runtime/Embedded.h"

using namespace llvm;

namespace qc::cpu {

namespace {
/// The scratch files of all objects of one artefact, in the order in which they are linked.
class ObjectFiles {
public:
  Error add(Expected<ScratchFile> file) {
    if (!file)
      return file.takeError();
    files.push_back(std::move(*file));
    return Error::success();
  }
  Error add(StringRef object) { return add(ScratchFile::create({object})); }
  Error add(Expected<SmallVector<char, 0>> object) {
    return object ? add(StringRef(object->data(), object->size())) : object.takeError();
  }
  std::vector<ScratchFile> files;
};
} // namespace

/// Tables, runtime, runner, kernels by level, the schedule, weights.
static Error addObjects(ObjectFiles &objects, const ArtefactSpec &spec, ArtefactKind kind) {
  if (Error error = objects.add(makeTablesObject(spec)))
    return error;
  // The runner knows the API by its own names.
  bool isProgram = kind == ArtefactKind::Executable;
  if (Error error =
          isProgram ? objects.add(runtime::getRuntimeObject()) : objects.add(makeRuntimeObject(spec.program.name)))
    return error;
  if (isProgram)
    if (Error error = objects.add(runtime::getRunnerObject()))
      return error;
  for (const LevelCode &level : spec.levels)
    for (const KernelCode &kernel : level.kernels)
      if (kernel.object.empty())
        continue;
      else if (Error error = objects.add(StringRef(kernel.object.data(), kernel.object.size())))
        return error;
  if (!spec.schedule.empty())
    if (Error error = objects.add(StringRef(spec.schedule.data(), spec.schedule.size())))
      return error;
  return objects.add(makeWeightsObject(getWeightsRoom(spec.program.weights)));
}

Expected<Image> makeImage(const ArtefactSpec &spec, ArtefactKind kind) {
  if (Error error = checkSpec(spec))
    return error;
  ObjectFiles objects;
  if (Error error = addObjects(objects, spec, kind))
    return error;
  bool isObject = kind == ArtefactKind::Object;
  Expected<SmallVector<char, 0>> linked = link(spec, kind, objects.files);
  if (linked && isObject)
    linked = localizeHidden(*linked);
  if (!linked)
    return linked.takeError();
  Expected<Image> image = Image::make(std::move(*linked), spec.program.weights);
  if (image && !isObject)
    if (Error error = image->seal())
      return error;
  return image;
}

Expected<SmallVector<char, 0>> buildArtefact(const ArtefactSpec &spec, ArtefactKind kind) {
  Expected<Image> image = makeImage(spec, kind);
  if (!image)
    return image.takeError();
  SmallVector<char, 0> bytes;
  bytes.reserve(image->size());
  for (StringRef piece : image->slice())
    bytes.append(piece.begin(), piece.end());
  return bytes;
}

} // namespace qc::cpu
