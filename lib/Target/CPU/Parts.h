// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The steps from an artefact spec to its bytes, for the files of this folder only.
#pragma once
#include "lib/Target/CPU/Image.h"
#include "lib/Target/CPU/ScratchFile.h"
#include "qc/Target/CPU/Artefact.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

namespace qc::cpu {

/// Refuses an inconsistent spec.
llvm::Error checkSpec(const ArtefactSpec &spec);

/// What --info prints: the spec's own object with name, ABI version, levels, borders and sizes added; keys sorted.
llvm::Expected<std::string> makeInfoJson(const ArtefactSpec &spec);

/// A module with the constant tables of lib/Runtime/Program.h (`qcr_program`) and the note (section .note.qc). The
/// kernels and the weights (`getWeightsSymbol()`) are declared only.
std::unique_ptr<llvm::Module> makeProgramModule(llvm::LLVMContext &context, const ArtefactSpec &spec,
                                                llvm::StringRef infoJson);

/// The note's contents, with the offset at which the null-terminated JSON starts.
std::string makeNote(const ArtefactSpec &spec, llvm::StringRef infoJson, size_t &jsonOffset);

/// Size of the hash in the note.
constexpr size_t kHashBytes = 8;

/// Where in an ELF file the hash of its note lies. Errors: no ELF file, no note; they begin with a verb.
llvm::Expected<size_t> findHash(llvm::StringRef elf);

/// A file that need not be in memory as a whole.
struct FileBytes {
  llvm::StringRef head;                                         ///< header and segments of the ELF file
  uint64_t size;                                                ///< of the file
  llvm::function_ref<llvm::StringRef(uint64_t, uint64_t)> read; ///< what lies between two places; until the next call
};

/// The hash of what is loaded of an ELF file whose note has its hash at `hashOffset`: all segments but the hash, and
/// the header's fields of the table of sections, which may be stripped. Never 0, but where nothing is loaded (an
/// object).
llvm::Expected<uint64_t> hashLoadedBytes(const FileBytes &file, size_t hashOffset);

/// Whether the hash at `hashOffset` is that of the loaded bytes, or 0: an object, or a program that one was linked
/// into.
llvm::Expected<bool> isSealIntact(llvm::StringRef elf, size_t hashOffset);

/// The object of tables and note: makeProgramModule compiled.
llvm::Expected<llvm::SmallVector<char, 0>> makeTablesObject(const ArtefactSpec &spec);

/// The runtime with its API functions called NAME_*; all else in it is hidden.
llvm::Expected<llvm::SmallVector<char, 0>> makeRuntimeObject(llvm::StringRef name);

/// Symbol of the first weight, hidden.
inline llvm::StringRef getWeightsSymbol() { return "qcr_weights"; }

/// An object whose only section has room for `bytes` bytes of weights, and no contents.
llvm::Expected<ScratchFile> makeWeightsObject(uint64_t bytes);

/// Links the objects to an artefact without weights. Undefined symbols other than those of the libc list are errors.
llvm::Expected<llvm::SmallVector<char, 0>> link(const ArtefactSpec &spec, ArtefactKind kind,
                                                llvm::ArrayRef<ScratchFile> objects);

/// Makes everything local that is hidden, and checks that only libc is needed: the last step for ArtefactKind::Object.
llvm::Expected<llvm::SmallVector<char, 0>> localizeHidden(llvm::ArrayRef<char> object);

/// The artefact: all of these steps.
llvm::Expected<Image> makeImage(const ArtefactSpec &spec, ArtefactKind kind);

} // namespace qc::cpu
