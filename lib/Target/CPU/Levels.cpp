// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The table of CPU levels.
#include "qc/Target/CPU/Levels.h"
#include "lib/Runtime/Cpu.h"
#include "lib/Runtime/Program.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace qc::cpu {

bool Level::hasFma() const { return features & QCP_CPU_V3; }
bool Level::hasVnni() const { return features & (QCP_CPU_AVXVNNI | QCP_CPU_VNNI); }

static constexpr uint32_t v2 = QCP_CPU_V2, v3 = v2 | QCP_CPU_V3, v4 = v3 | QCP_CPU_V4;

static const Level levels[] = {
    {"x86-64-v2", 0, v2, "x86-64-v2", "", 128},
    {"x86-64-v3", 1, v3, "x86-64-v3", "", 256},
    {"x86-64-v3+avxvnni", 2, v3 | QCP_CPU_AVXVNNI, "x86-64-v3", "+avxvnni", 256},
    {"x86-64-v4", 3, v4, "x86-64-v4", "", 512},
    {"x86-64-v4+vnni", 4, v4 | QCP_CPU_VNNI, "x86-64-v4", "+avx512vnni", 512},
    {"x86-64-v4+amx", 5, v4 | QCP_CPU_VNNI | QCP_CPU_AMX_INT8, "x86-64-v4", "+avx512vnni,+amx-tile,+amx-int8", 512},
};

ArrayRef<Level> getLevels() { return levels; }

const Level &getDefaultLevel() { return levels[1]; }

SmallVector<const Level *, 4> getArtefactLevels() { return {&levels[1], &levels[2], &levels[4]}; }

Expected<SmallVector<const Level *, 4>> parseLevels(StringRef names) {
  SmallVector<const Level *, 4> result;
  SmallVector<StringRef> parts;
  names.split(parts, ',');
  for (StringRef part : parts) {
    Expected<const Level *> level = parseLevel(part);
    if (!level)
      return level.takeError();
    if (is_contained(result, *level))
      return createStringError("the CPU level " + (*level)->name + " is given twice");
    result.push_back(*level);
  }
  sort(result, [](const Level *a, const Level *b) { return a->rank < b->rank; });
  return result;
}

uint32_t getHostFeatures() { return qcr_cpu_features(~0u); }

const Level *chooseLevel(ArrayRef<const Level *> levels) {
  uint32_t host = getHostFeatures();
  const Level *best = nullptr;
  for (const Level *level : levels)
    if ((level->features & ~host) == 0 && (!best || level->rank > best->rank))
      best = level;
  return best;
}

static Expected<const Level *> getNativeLevel() {
  if (const Level *level = chooseLevel(to_vector(make_pointer_range(getLevels()))))
    return level;
  return createStringError("this host is below the lowest level, %s", levels[0].name.str().c_str());
}

Expected<const Level *> parseLevel(StringRef name) {
  if (name == "native")
    return getNativeLevel();
  for (const Level &level : levels)
    if (level.name == name)
      return &level;
  auto names = map_range(levels, [](const Level &level) { return level.name; });
  return createStringError("unknown CPU level '" + name + "', known are " + join(names, ", ") + " and native");
}

} // namespace qc::cpu
