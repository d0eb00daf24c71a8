// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The file of a cost table.
#include "qc/Trial/CostTable.h"
#include "qc/Arith/Hash.h"
#include "qc/Files/InputFile.h"
#include "qc/Files/OutputFile.h"
#include "qc/Target/CPU/Levels.h"
#include "qc/Text/Json.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include <cmath>

using namespace llvm;
using namespace qc;
using namespace qc::trial;

/// Of one launch: ten days, beyond which sums say nothing.
static constexpr double kMostNanoseconds = 1e15;

// A tenth of a nanosecond tells any two launches apart.
static double roundTime(double nanoseconds) { return std::round(nanoseconds * 10) / 10; }

static Error readEntries(const json::Object &object, CostTable &table, function_ref<Error(const Twine &)> fail) {
  for (const auto &[key, value] : object) {
    const json::Object *entry = value.getAsObject();
    std::optional<double> time = entry ? entry->getNumber("ns") : std::nullopt;
    std::optional<StringRef> kernel = entry ? entry->getString("kernel") : std::nullopt;
    if (!time || !kernel || entry->size() != 2 || !(*time >= 0 && *time <= kMostNanoseconds))
      return fail("entry '" + StringRef(key) +
                  "': expects {\"kernel\": a name, \"ns\": a number from 0 to 1e15}, got " +
                  formatv("{0}", value).str());
    table.insert(key, {kernel->str(), *time});
  }
  return Error::success();
}

Expected<CostTable> CostTable::read(StringRef path) {
  auto fail = [&](const Twine &text) { return createStringError("cost table '" + path + "': " + text); };
  Expected<std::unique_ptr<MemoryBuffer>> file = readRegularFile(path);
  if (!file)
    return fail(toString(file.takeError()));
  Expected<json::Value> value = parseJson((*file)->getBuffer());
  if (!value)
    return fail("expects JSON: " + toString(value.takeError()));
  const json::Object *root = value->getAsObject();
  if (!root || root->getInteger("version") != 1)
    return fail("expects an object with \"version\": 1, \"level\", \"cpu\" and \"entries\"");
  std::optional<StringRef> level = root->getString("level"), cpu = root->getString("cpu");
  const json::Object *entries = root->getObject("entries");
  if (!level || !cpu || !entries)
    return fail("expects the texts \"level\" and \"cpu\", and \"entries\"");
  Expected<const cpu::Level *> known = cpu::parseLevel(*level);
  if (!known)
    return fail(toString(known.takeError()));
  if ((*known)->name != *level)
    return fail("expects the name of a level at \"level\", got '" + *level + "'");
  CostTable table(level->str(), cpu->str());
  if (Error error = readEntries(*entries, table, fail))
    return std::move(error);
  return table;
}

std::string CostTable::print() const {
  // Line by line: json::Object has no order of its own, and a line per entry can be compared.
  std::string text = formatv("{{\"version\": 1,\n \"level\": {0},\n \"cpu\": {1},\n \"entries\": {{",
                             json::Value(level), json::Value(cpu));
  StringRef separator = "\n";
  for (const auto &[key, entry] : entries) {
    text += formatv("{0}  {1}: {{\"kernel\": {2}, \"ns\": {3:f1}}", separator, json::Value(key),
                    json::Value(entry.kernel), entry.nanoseconds);
    separator = ",\n";
  }
  return text + "\n }}\n";
}

Error CostTable::write(StringRef path) const {
  return writeOutputFile(path, [&](raw_ostream &os) { os << print(); });
}

std::string CostTable::getHash() const {
  std::string text = level + " " + cpu;
  for (const std::string &key : used)
    text += formatv(" {0} {1:f1}", key, entries.find(key)->second.nanoseconds);
  return numerics::hashText(text);
}

std::optional<double> CostTable::lookup(StringRef key) const {
  auto found = entries.find(key);
  if (found == entries.end())
    return std::nullopt;
  used.insert(found->first);
  return found->second.nanoseconds;
}

void CostTable::insert(StringRef key, Entry entry) {
  entry.nanoseconds = roundTime(entry.nanoseconds);
  entries.try_emplace(key.str(), std::move(entry));
}
