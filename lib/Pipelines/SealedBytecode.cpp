// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A seal in the producer string of MLIR bytecode: magic (4 bytes), version (a varint), producer, 0, sections.
#include "SealedBytecode.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;
using namespace qc;

/// No character is a single bit away from the 0 that ends the string, as a space is.
static constexpr StringLiteral kProducer = "qc-compile:xxh3=";
static constexpr size_t kDigits = 16;

/// Where the producer string of qc is looked for: behind the magic and a varint of at most nine bytes.
static constexpr size_t kMaxStart = 4 + 9;

/// The place of the digits in `bytes`, `npos` if the producer is another.
static size_t findSeal(StringRef bytes) {
  size_t place = bytes.take_front(kMaxStart + kProducer.size()).find(kProducer);
  return place == StringRef::npos ? place : place + kProducer.size();
}

/// The digits for a file whose seal starts at `place`: both parts beside it count.
static std::string makeSeal(StringRef bytes, size_t place) {
  uint64_t before = llvm::xxh3_64bits(bytes.take_front(place));
  uint64_t behind = llvm::xxh3_64bits(bytes.drop_front(place + kDigits));
  return llvm::utohexstr(before ^ behind, /*LowerCase=*/true, kDigits);
}

LogicalResult qc::writeSealedBytecode(ModuleOp module, llvm::raw_ostream &os) {
  std::string bytes;
  llvm::raw_string_ostream stream(bytes);
  if (failed(writeBytecodeToFile(module, stream, BytecodeWriterConfig(kProducer.str() + std::string(kDigits, '0')))))
    return failure();
  size_t place = findSeal(bytes);
  assert(place != StringRef::npos && "the writer puts the producer first");
  bytes.replace(place, kDigits, makeSeal(bytes, place));
  os << bytes;
  return success();
}

bool qc::isSealIntact(StringRef bytes) {
  size_t place = findSeal(bytes);
  if (place == StringRef::npos)
    return true;
  return bytes.size() > place + kDigits && bytes.substr(place, kDigits) == makeSeal(bytes, place);
}
