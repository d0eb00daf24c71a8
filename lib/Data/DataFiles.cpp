// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which files a DATA argument means.
#include "Errors.h"
#include "qc/Data/DataSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/LineIterator.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <algorithm>

using namespace llvm;
using namespace qc::data;
namespace path = llvm::sys::path;

static constexpr StringLiteral kAccepted =
    "accepted are .npy and .npz files, folders test_data_set_<n> with input_<k>.pb, a folder or a list of them";

static bool isTestSet(StringRef folder) {
  SmallString<128> first(folder);
  path::append(first, "input_0.pb");
  return sys::fs::exists(first);
}

Error DataSet::addFile(StringRef name) {
  File file{name.str(), File::Npy};
  StringRef extension = path::extension(name);
  if (sys::fs::is_directory(name)) {
    if (!isTestSet(name))
      return failFile(name, "is a folder without input_0.pb; " + kAccepted);
    file.kind = File::TestSet;
  } else if (extension == ".npz") {
    file.kind = File::Npz;
  } else if (extension != ".npy") {
    return failFile(name, "is no data file; " + kAccepted);
  }
  if (Error error = scan(file))
    return error;
  files.push_back(std::move(file));
  return Error::success();
}

Error DataSet::findInDirectory(StringRef folder, std::vector<Entry> &entries) {
  if (isTestSet(folder)) {
    entries.push_back({folder.str()});
    return Error::success();
  }
  std::vector<std::string> names;
  std::vector<std::pair<unsigned, std::string>> testSets;
  std::error_code code;
  for (sys::fs::directory_iterator it(folder, code), end; it != end && !code; it.increment(code)) {
    StringRef name = path::filename(it->path()), number = name;
    unsigned index;
    if (number.consume_front("test_data_set_") && !number.getAsInteger(10, index))
      testSets.emplace_back(index, it->path());
    else if ((path::extension(name) == ".npy" || path::extension(name) == ".npz") && !name.starts_with("."))
      names.push_back(it->path());
  }
  if (code)
    return failFile(folder, "cannot be read: " + code.message());
  std::sort(names.begin(), names.end());
  std::sort(testSets.begin(), testSets.end());
  for (auto &testSet : testSets)
    names.push_back(std::move(testSet.second));
  if (names.empty())
    return failFile(folder, "holds no data; " + kAccepted);
  for (std::string &name : names)
    entries.push_back({std::move(name)});
  return Error::success();
}

Error DataSet::findInList(StringRef list, std::vector<Entry> &entries) {
  sys::fs::file_status status;
  if (std::error_code code = sys::fs::status(list, status))
    return failFile(list, "cannot be read: " + code.message());
  if (!sys::fs::is_regular_file(status))
    return failFile(list, "is not a regular file");
  auto buffer = MemoryBuffer::getFile(list);
  if (!buffer)
    return failFile(list, "cannot be read: " + buffer.getError().message());
  StringRef text = (*buffer)->getBuffer();
  if (text.contains('\0'))
    return failFile(list, "is no list file (it holds bytes of value 0); " + kAccepted);
  for (line_iterator line(**buffer); !line.is_at_eof(); ++line) {
    StringRef entry = line->trim(" \t\r");
    if (entry.empty())
      continue;
    SmallString<128> name(path::is_absolute(entry) ? "" : path::parent_path(list));
    path::append(name, entry);
    entries.push_back({name.str().str(), line.line_number()});
  }
  return entries.empty() ? failFile(list, "is empty; " + kAccepted) : Error::success();
}

Error DataSet::findEntries(StringRef name, std::vector<Entry> &entries) {
  if (sys::fs::is_directory(name))
    return findInDirectory(name, entries);
  StringRef extension = path::extension(name);
  if (extension != ".npy" && extension != ".npz")
    return findInList(name, entries);
  entries.push_back({name.str()});
  return Error::success();
}

std::vector<std::string> DataSet::listFiles(StringRef name) {
  std::vector<Entry> entries;
  consumeError(findEntries(name, entries));
  std::vector<std::string> names = {name.str()};
  for (const Entry &entry : entries) {
    names.push_back(entry.path);
    std::error_code code;
    if (sys::fs::is_directory(entry.path))
      for (sys::fs::directory_iterator it(entry.path, code), end; it != end && !code; it.increment(code))
        names.push_back(it->path());
  }
  return names;
}

Expected<DataSet> DataSet::open(StringRef name, ArrayRef<InputSpec> inputs, Feed feed, ArrayRef<std::string> ignored) {
  if (inputs.empty())
    return failFile(name, "is data for a model without inputs");
  for (const InputSpec &input : inputs)
    if (is_contained(ignored, input.name))
      return fail("array '" + input.name + "' cannot be passed over: it is an input");
  DataSet set;
  set.ignored = ignored;
  set.inputs.assign(inputs.begin(), inputs.end());
  set.feed = feed;
  std::vector<Entry> entries;
  if (Error error = findEntries(name, entries))
    return error;
  for (const Entry &entry : entries)
    if (Error error = set.addFile(entry.path))
      return entry.line ? failFile(name, "line " + Twine(entry.line) + ": " + toString(std::move(error)))
                        : std::move(error);
  return set;
}
