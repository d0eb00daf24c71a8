// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Names and shapes that are too long to be read.
#include "qc/Report/Diagnostics.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

static constexpr size_t kMaxName = 80, kMaxDims = 8, kKeptDims = 3;

/// The length of the text in quotes that `text` begins with, quotes included; 0 where it does not end. A quote inside
/// of a name is followed by more of the name.
static size_t getQuotedLength(StringRef text) {
  for (size_t end = text.find(text[0], 1); end != StringRef::npos; end = text.find(text[0], end + 1))
    if (end + 1 == text.size() || (!isAlnum(text[end + 1]) && text[end + 1] != '_' && text[end + 1] != '/'))
      return end + 1;
  return 0;
}

static bool isPath(StringRef name) {
  StringRef folder = sys::path::parent_path(name);
  return !folder.empty() && name.size() < 4096 && sys::fs::is_directory(folder);
}

/// A name without its middle; it is cut where characters begin.
static std::string cutName(StringRef name) {
  auto isInside = [&](size_t at) { return (name[at] & 0xc0) == 0x80; };
  size_t head = kMaxName / 2, tail = name.size() - (kMaxName / 2 - 3);
  while (head > 0 && isInside(head))
    --head;
  while (tail + 1 < name.size() && isInside(tail))
    ++tail;
  return (name.take_front(head) + "..." + name.drop_front(tail)).str();
}

/// The length of the number or ? that `text` begins with, 0 where it begins with something else.
static size_t getDimLength(StringRef text) {
  if (text.starts_with("?"))
    return 1;
  size_t sign = text.starts_with("-") ? 1 : 0, digits = text.drop_front(sign).take_while(isDigit).size();
  return digits ? sign + digits : 0;
}

/// The dimensions that `text` begins with, as 1x?x3 or, with the separator ", ", 1, ?, 3; `length` is theirs.
static SmallVector<StringRef, 16> splitDims(StringRef text, StringRef separator, size_t &length) {
  SmallVector<StringRef, 16> dims;
  length = 0;
  StringRef rest = text;
  while (size_t size = getDimLength(rest)) {
    dims.push_back(rest.take_front(size));
    length = size_t(rest.data() - text.data()) + size;
    rest = rest.drop_front(size);
    if (!rest.consume_front(separator))
      break;
  }
  return dims;
}

/// The dimensions that `text` begins with, shortened; their length, 0 where there are not that many.
static size_t cutDims(StringRef text, std::string &out) {
  for (StringRef separator : {"x", ", ", ","}) {
    size_t length;
    SmallVector<StringRef, 16> dims = splitDims(text, separator, length);
    if (dims.size() <= kMaxDims)
      continue;
    ArrayRef<StringRef> all = dims;
    out += join(all.take_front(kKeptDims), separator) + separator.str() + "..." + separator.str() +
           join(all.take_back(kKeptDims), separator);
    return length;
  }
  return 0;
}

static bool isWord(char c) { return isAlnum(c) || c == '_'; }

/// `text` with its shapes shortened.
static std::string cutShapes(StringRef text) {
  std::string result;
  for (size_t i = 0; i < text.size();) {
    bool isStart = i == 0 || !isWord(text[i - 1]);
    size_t length = isStart ? cutDims(text.drop_front(i), result) : 0;
    if (length == 0)
      result += text[i++];
    i += length;
  }
  return result;
}

std::string qc::shorten(StringRef text) {
  std::string result;
  size_t done = 0; // what stands before is in the result
  for (size_t i = 0; i < text.size();) {
    bool isQuote = text[i] == '\'' || text[i] == '"', isStart = i == 0 || !isWord(text[i - 1]);
    size_t quoted = isQuote && isStart ? getQuotedLength(text.drop_front(i)) : 0;
    if (quoted == 0) {
      ++i;
      continue;
    }
    StringRef name = text.substr(i + 1, quoted - 2);
    bool isCut = name.size() > kMaxName && !name.starts_with("tensor<") && !isPath(name);
    result += cutShapes(text.slice(done, i)) + text[i] + (isCut ? cutName(name) : cutShapes(name)) + text[i];
    done = i += quoted;
  }
  return result + cutShapes(text.drop_front(done));
}
