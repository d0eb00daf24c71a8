// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernel objects + program tables + weights -> shared library, object, executable; and what an artefact says of itself.
#pragma once
#include "qc/Target/CPU/Levels.h"
#include "qc/Target/Program.h"

namespace qc {
class FileSet;
}

namespace qc::cpu {

/// One kernel's code at one level. The object defines `symbol` as void (const int64_t *args, int64_t tile).
struct KernelCode {
  std::string symbol;                ///< distinct over all levels and kernels of the artefact, but where code is shared
  llvm::SmallVector<char, 0> object; ///< empty: the code is that of a lower level's kernel with the same symbol
};

/// All kernels at one level; LaunchSpec::kernel indexes `kernels`.
struct LevelCode {
  const Level *level = nullptr;
  std::vector<KernelCode> kernels;
};

/// Everything an artefact is made of.
struct ArtefactSpec {
  ProgramSpec program;
  std::vector<LevelCode> levels; ///< at least one; ascending rank; the same number of kernels in each
  /// Defines `qcr_schedule` and `qcr_sizes` (lib/Runtime/Program.h) of a symbolic program; empty for others.
  llvm::SmallVector<char, 0> schedule;
};

/// The three ends of an artefact; inside they are the same parts (docs/Artefacts.md).
enum class ArtefactKind {
  SharedLibrary, ///< exports NAME_*, needs libc.so.6 and nothing else
  Object,        ///< relocatable; NAME_* are its only global symbols, so several link into one program
  Executable     ///< the runner: --input, --output, --threads, --info, --bench
};

/// The artefact's bytes: a function of spec and kind only. Errors: an inconsistent spec (index out of range, too large
/// offset, bad name), a symbol that libc does not have (as a stray libm call), whatever the linker reports.
llvm::Expected<llvm::SmallVector<char, 0>> buildArtefact(const ArtefactSpec &spec, ArtefactKind kind);

/// The text of NAME.h: valid C99 and C++, self-contained.
std::string makeHeader(const ProgramSpec &program);

/// buildArtefact into `path`, and for the first two kinds the header beside it (the path with the last extension
/// replaced by .h). Written to temporaries and renamed: after an error, or SIGINT, neither exists or is changed.
llvm::Error writeArtefact(const ArtefactSpec &spec, ArtefactKind kind, llvm::StringRef path);

/// The same files, added to `files` and not yet in their places.
llvm::Error addArtefact(const ArtefactSpec &spec, ArtefactKind kind, llvm::StringRef path, FileSet &files);

/// Where writeArtefact puts the header of an artefact at `path`.
std::string getHeaderPath(llvm::StringRef path);

/// What the ELF note `.note.qc` of an artefact says.
struct ArtefactInfo {
  uint32_t abiVersion = 0;
  std::string name;  ///< symbol prefix
  std::string level; ///< lowest level in the artefact
  std::string json;  ///< what --info prints
};

/// Reads the note of any artefact by its contents; the file's name does not matter. Errors: not readable, not ELF, no
/// note (not made by qc), truncated, an ABI version this build does not know.
llvm::Expected<ArtefactInfo> readArtefactNote(llvm::StringRef path);
/// The same of the bytes of a file.
llvm::Expected<ArtefactInfo> readArtefactNote(llvm::ArrayRef<char> elf, llvm::StringRef nameForErrors);

} // namespace qc::cpu
