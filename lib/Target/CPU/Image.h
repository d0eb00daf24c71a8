// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An artefact as a file that is not in memory as a whole.
#pragma once
#include "qc/Target/Program.h"

namespace qc::cpu {

/// What the linker made, with the weights put into the room that it left for them (makeWeightsObject): a section
/// without contents becomes one with contents. The linker never sees the weights, and they are never copied.
class Image {
public:
  /// `linked`: an ELF file with one large section without contents, of the size getWeightsRoom(weights). Errors: it is
  /// not as expected.
  static llvm::Expected<Image> make(llvm::SmallVector<char, 0> linked, const Weights &weights);

  /// What lies between two offsets of the file, in order; valid as long as this and the weights' pieces.
  llvm::SmallVector<llvm::StringRef> slice(uint64_t begin, uint64_t end) const;
  llvm::SmallVector<llvm::StringRef> slice() const { return slice(0, size()); }
  uint64_t size() const { return resume + (linked.size() - rest); }

  /// Writes the hash of what is loaded into the note (Seal.cpp).
  llvm::Error seal();

private:
  llvm::Error placeInFile(uint64_t room);
  llvm::Error placeInSegment(uint64_t room);
  uint64_t toFile(uint64_t place) const { return place < split ? place : place - rest + resume; }

  llvm::SmallVector<char, 0> linked;
  uint64_t split = 0;   ///< what of `linked` lies before the weights
  uint64_t rest = 0;    ///< from where on it lies behind them
  uint64_t begin = 0;   ///< of the weights in the file
  uint64_t resume = 0;  ///< of the rest in the file
  size_t hashPlace = 0; ///< in `linked`
  Weights weights;
};

/// Bytes of the weights' section: some more than the weights are readable, because vector loads may run over.
uint64_t getWeightsRoom(const Weights &weights);

} // namespace qc::cpu
