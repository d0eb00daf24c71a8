// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A file per loss: its key, and the bits of its numbers; a file per price: its key, and numbers. Behind both stands the
// hash of what is before it: what a fault of the disk changed is measured again.
#include "qc/Trial/TrialCache.h"
#include "qc/Arith/Hash.h"
#include "qc/Files/OutputFile.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace qc;
using namespace qc::trial;

// Two levels, so that no folder grows too long.
static std::string getPath(StringRef folder, StringRef key, StringRef extension) {
  SmallString<128> path(folder);
  sys::path::append(path, key.take_front(2), key.drop_front(2) + extension);
  return std::string(path);
}

/// `text` and its hash, as a line.
static std::string seal(std::string text) { return text + " " + numerics::hashText(text) + "\n"; }

/// The words of a record of `key` in front of its hash, at least `least`; none where it is another, or not whole.
static SmallVector<StringRef> open(StringRef key, StringRef record, size_t least) {
  auto [text, seal] = record.trim().rsplit(' ');
  SmallVector<StringRef> words;
  text.split(words, ' ');
  return words.size() >= least && words.front() == key && seal == numerics::hashText(text) ? words
                                                                                           : SmallVector<StringRef>();
}

// Numbers as their bits: what is read is what was measured.
static std::string write(StringRef key, const Loss &loss) {
  std::string text = key.str();
  SmallVector<double> numbers{loss.sqnr, loss.agreement};
  llvm::append_range(numbers, loss.samples);
  for (double number : numbers)
    text += " " + utohexstr(llvm::bit_cast<uint64_t>(number));
  return seal(std::move(text));
}

static std::optional<Loss> readLoss(StringRef key, StringRef text) {
  SmallVector<StringRef> words = open(key, text, 3);
  if (words.empty())
    return std::nullopt;
  SmallVector<double> numbers;
  for (StringRef word : ArrayRef(words).drop_front()) {
    uint64_t bits = 0;
    if (word.getAsInteger(16, bits))
      return std::nullopt;
    numbers.push_back(llvm::bit_cast<double>(bits));
  }
  Loss loss;
  loss.sqnr = numbers[0];
  loss.agreement = numbers[1];
  loss.samples.assign(numbers.begin() + 2, numbers.end());
  return loss;
}

// A launch is "key:count"; bit operations that are not known are -1.
static std::string write(StringRef key, const Price &price) {
  std::string text = (key + " " + Twine(price.weightBytes) + " " + Twine(price.bitOperations.value_or(-1))).str();
  for (const auto &[launch, count] : price.launches)
    text += " " + launch + ":" + std::to_string(count);
  return seal(std::move(text));
}

static std::optional<Price> readPrice(StringRef key, StringRef text) {
  SmallVector<StringRef> words = open(key, text, 3);
  Price price;
  int64_t bitOperations = 0;
  if (words.empty() || words[1].getAsInteger(10, price.weightBytes) || words[2].getAsInteger(10, bitOperations))
    return std::nullopt;
  if (bitOperations >= 0)
    price.bitOperations = bitOperations;
  for (StringRef word : ArrayRef(words).drop_front(3)) {
    auto [launch, count] = word.split(':');
    if (count.getAsInteger(10, price.launches[launch.str()]))
      return std::nullopt;
  }
  return price;
}

template <typename Record>
static std::optional<Record> find(StringRef folder, StringRef key, StringRef extension,
                                  std::map<std::string, Record, std::less<>> &known,
                                  std::optional<Record> (*read)(StringRef, StringRef)) {
  if (auto found = known.find(key); found != known.end())
    return found->second;
  if (folder.empty())
    return std::nullopt;
  ErrorOr<std::unique_ptr<MemoryBuffer>> file = MemoryBuffer::getFile(getPath(folder, key, extension));
  std::optional<Record> record = file ? read(key, (*file)->getBuffer()) : std::nullopt;
  if (record)
    known.emplace(key.str(), *record);
  return record;
}

template <typename Record>
static void keep(StringRef folder, StringRef key, StringRef extension, const Record &record,
                 std::map<std::string, Record, std::less<>> &known) {
  known.insert_or_assign(key.str(), record);
  if (folder.empty())
    return;
  std::string path = getPath(folder, key, extension);
  if (sys::fs::create_directories(sys::path::parent_path(path)))
    return;
  consumeError(writeOutputFile(path, [&](raw_ostream &os) { os << write(key, record); }));
}

std::optional<Loss> TrialCache::lookup(StringRef key) { return find(folder, key, ".loss", losses, readLoss); }
void TrialCache::insert(StringRef key, const Loss &loss) { keep(folder, key, ".loss", loss, losses); }

std::optional<Price> TrialCache::lookupPrice(StringRef key) { return find(folder, key, ".price", prices, readPrice); }
void TrialCache::insertPrice(StringRef key, const Price &price) { keep(folder, key, ".price", price, prices); }
