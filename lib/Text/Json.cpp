// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// JSON of files that a user gives.
#include "qc/Text/Json.h"
#include "qc/Text/Nesting.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;

/// The JSON string that `text` begins with, quotes included.
static StringRef takeString(StringRef text) {
  size_t end = 1;
  while (text[end] != '"')
    end += text[end] == '\\' ? 2 : 1;
  return text.take_front(end + 1);
}

/// A key that an object of `text`, which is valid JSON, has twice, as it is written there; else empty.
static StringRef findRepeatedKey(StringRef text) {
  SmallVector<StringSet<>> open; // the keys of every object around; of an array none
  while (!text.empty()) {
    char c = text.front();
    if (c == '"') {
      StringRef string = takeString(text);
      text = text.drop_front(string.size());
      if (!text.ltrim().starts_with(":"))
        continue;
      // Escapes are other spellings of the same key.
      std::string key = cantFail(json::parse(string)).getAsString()->str();
      if (!open.back().insert(key).second)
        return string;
      continue;
    }
    if (c == '{' || c == '[')
      open.emplace_back();
    if (c == '}' || c == ']')
      open.pop_back();
    text = text.drop_front();
  }
  return {};
}

Expected<json::Value> qc::parseJson(StringRef text) {
  if (isNestedTooDeeply(text))
    return createStringError("it is nested too deeply, accepted are at most " + Twine(kMaxNesting) + " levels");
  Expected<json::Value> value = json::parse(text);
  if (!value)
    return value;
  if (StringRef key = findRepeatedKey(text); !key.empty())
    return createStringError("an object has key " + key + " twice, accepted are objects with each key once");
  return value;
}
