// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ordered table of CPU levels that code can be made for.
#pragma once
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace qc::cpu {

/// One level. Levels differ in code, never in the layout of weights or in results (but see hasFma).
struct Level {
  llvm::StringRef name;         ///< as "x86-64-v4+vnni"
  unsigned rank;                ///< position in getLevels(), low to high
  uint32_t features;            ///< QCP_CPU_* bits that the host must have
  llvm::StringRef cpu;          ///< LLVM's CPU name
  llvm::StringRef llvmFeatures; ///< LLVM's feature string on top of it, as "+avxvnni"
  unsigned vectorBits;          ///< preferred vector width: 128, 256, 512

  /// Whether a float contraction is one fused operation. Below x86-64-v3 float islands may give other bytes.
  bool hasFma() const;
  /// Whether there is a vpdpbusd of vectorBits.
  bool hasVnni() const;
};

/// All levels, in order: x86-64-v2, -v3, -v3+avxvnni, -v4, -v4+vnni, -v4+amx.
llvm::ArrayRef<Level> getLevels();

/// The level of code that qc runs itself, and of artefacts that are made in tests: x86-64-v3, whatever the host.
const Level &getDefaultLevel();

/// The levels of an artefact if nothing is said, whatever the host: x86-64-v3, x86-64-v3+avxvnni, x86-64-v4+vnni.
llvm::SmallVector<const Level *, 4> getArtefactLevels();

/// Levels by their names, separated by commas, in ascending order and each once. Errors: parseLevel's, a level twice.
llvm::Expected<llvm::SmallVector<const Level *, 4>> parseLevels(llvm::StringRef names);

/// The level named `name`; "native" is the highest one this host has. Errors: unknown name (lists the known ones), a
/// host below the lowest level.
llvm::Expected<const Level *> parseLevel(llvm::StringRef name);

/// The highest of `levels` that this host has: the code of an artefact of them that runs here. Null: none.
const Level *chooseLevel(llvm::ArrayRef<const Level *> levels);

/// QCP_CPU_* bits of this host, as the artefacts' own runtime detects them.
uint32_t getHostFeatures();

} // namespace qc::cpu
