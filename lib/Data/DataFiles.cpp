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

Error DataSet::addDirectory(StringRef folder) {
  if (isTestSet(folder))
    return addFile(folder);
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
  for (const std::string &name : names)
    if (Error error = addFile(name))
      return error;
  return Error::success();
}

Error DataSet::addList(StringRef list) {
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
    if (Error error = addFile(name))
      return failFile(list, "line " + Twine(line.line_number()) + ": " + toString(std::move(error)));
  }
  return files.empty() ? failFile(list, "is empty; " + kAccepted) : Error::success();
}

Expected<DataSet> DataSet::open(StringRef name, ArrayRef<InputSpec> inputs) {
  if (inputs.empty())
    return failFile(name, "is data for a model without inputs");
  DataSet set;
  set.inputs.assign(inputs.begin(), inputs.end());
  StringRef extension = path::extension(name);
  Error error = sys::fs::is_directory(name)                  ? set.addDirectory(name)
                : extension == ".npy" || extension == ".npz" ? set.addFile(name)
                                                             : set.addList(name);
  if (error)
    return error;
  return set;
}
