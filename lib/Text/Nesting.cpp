// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How deep a text nests.
#include "qc/Text/Nesting.h"

using namespace llvm;

/// The character behind the string that begins at `begin`. A string ends with its line at the latest: both parsers
/// stop there, so that a stray quote hides nothing.
static size_t skipString(StringRef text, size_t begin) {
  size_t i = begin + 1;
  while (i < text.size() && text[i] != '"' && text[i] != '\n')
    i += text[i] == '\\' && i + 1 < text.size() && text[i + 1] != '\n' ? 2 : 1;
  return i + 1;
}

/// Of a '<' or '>' only: `->`, `<=` and `>=` are no brackets.
static bool isArrowOrComparison(StringRef text, size_t i) {
  return text.substr(i + 1).starts_with("=") || (text[i] == '>' && i > 0 && text[i - 1] == '-');
}

bool qc::isNestedTooDeeply(StringRef text) {
  size_t depth = 0;
  for (size_t i = 0; i < text.size();) {
    char c = text[i];
    if (c == '"') {
      i = skipString(text, i);
      continue;
    }
    if (c == '/' && text.substr(i + 1).starts_with("/")) {
      i = text.find('\n', i); // the end where there is none
      continue;
    }
    bool isBracket = (c != '<' && c != '>') || !isArrowOrComparison(text, i);
    if (isBracket && StringRef("([{<").contains(c) && ++depth > kMaxNesting)
      return true;
    if (isBracket && depth > 0 && StringRef(")]}>").contains(c))
      --depth;
    ++i;
  }
  return false;
}
