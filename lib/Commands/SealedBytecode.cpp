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
static constexpr size_t kDigits = 16; ///< of the hash

/// Where the producer string of qc is looked for: behind the magic and a varint of at most nine bytes.
static constexpr size_t kMaxStart = 4 + 9;

/// Bytes that are hashed at once.
static constexpr size_t kChunk = 1 << 20;

/// The place of the digits in `bytes`, `npos` if the producer is another.
static size_t findSeal(StringRef bytes) {
  size_t place = bytes.take_front(kMaxStart + kProducer.size()).find(kProducer);
  return place == StringRef::npos ? place : place + kProducer.size();
}

static std::string makeProducer(StringRef digits) { return (kProducer + digits).str(); }
static constexpr StringLiteral kNoDigits = "0000000000000000";

namespace {
/// Makes the seal of what is written to it: the hash of the hashes of its pieces. The digits have to be 0 there.
class SealMaker : public llvm::raw_ostream {
public:
  SealMaker() { SetUnbuffered(); }
  std::string finish() {
    hashes.push_back(llvm::xxh3_64bits(StringRef(pending)));
    llvm::ArrayRef<uint8_t> all(reinterpret_cast<const uint8_t *>(hashes.data()), hashes.size() * sizeof(uint64_t));
    return llvm::utohexstr(llvm::xxh3_64bits(all), /*LowerCase=*/true, kDigits);
  }

private:
  void write_impl(const char *data, size_t size) override {
    written += size;
    for (StringRef rest(data, size); !rest.empty();) {
      StringRef piece = rest.take_front(kChunk - pending.size());
      rest = rest.drop_front(piece.size());
      pending += piece;
      if (pending.size() < kChunk)
        return;
      hashes.push_back(llvm::xxh3_64bits(StringRef(pending)));
      pending.clear();
    }
  }
  uint64_t current_pos() const override { return written; }

  std::string pending; ///< less than a chunk
  std::vector<uint64_t> hashes;
  uint64_t written = 0;
};
} // namespace

// Written twice, that it need not be kept: weights may be as large as memory is.
LogicalResult qc::writeSealedBytecode(ModuleOp module, llvm::raw_ostream &os) {
  SealMaker seal;
  if (failed(writeBytecodeToFile(module, seal, BytecodeWriterConfig(makeProducer(kNoDigits)))))
    return failure();
  return writeBytecodeToFile(module, os, BytecodeWriterConfig(makeProducer(seal.finish())));
}

bool qc::isSealIntact(StringRef bytes) {
  size_t place = findSeal(bytes);
  if (place == StringRef::npos)
    return true;
  if (bytes.size() <= place + kDigits)
    return false;
  SealMaker seal;
  seal << bytes.take_front(place) << kNoDigits << bytes.drop_front(place + kDigits);
  return bytes.substr(place, kDigits) == seal.finish();
}
