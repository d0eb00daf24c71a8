// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From the parts of an artefact to its bytes.
#include "qc/Target/CPU/Artefact.h"
#include "lib/Target/CPU/Parts.h"

using namespace llvm;

namespace qc::cpu {

/// One scratch file for each object: model, kernels by level, weights.
static Expected<std::vector<ScratchFile>> makeObjects(const ArtefactSpec &spec, ArtefactKind kind) {
  std::vector<ScratchFile> objects;
  auto add = [&](Expected<ScratchFile> file) -> Error {
    if (!file)
      return file.takeError();
    objects.push_back(std::move(*file));
    return Error::success();
  };
  Expected<SmallVector<char, 0>> model = makeModelObject(spec, kind);
  if (!model)
    return model.takeError();
  if (Error error = add(ScratchFile::create({StringRef(model->data(), model->size())})))
    return error;
  for (const LevelCode &level : spec.levels)
    for (const KernelCode &kernel : level.kernels)
      if (Error error = add(ScratchFile::create({StringRef(kernel.object.data(), kernel.object.size())})))
        return error;
  if (Error error = add(makeWeightsObject(spec.program.weights)))
    return error;
  return objects;
}

Expected<SmallVector<char, 0>> buildArtefact(const ArtefactSpec &spec, ArtefactKind kind) {
  if (Error error = checkSpec(spec))
    return error;
  Expected<std::vector<ScratchFile>> objects = makeObjects(spec, kind);
  if (!objects)
    return objects.takeError();
  Expected<SmallVector<char, 0>> linked = link(spec, kind, *objects);
  if (!linked || kind != ArtefactKind::Object)
    return linked;
  return localizeHidden(*linked);
}

} // namespace qc::cpu
