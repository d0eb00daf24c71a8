// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the user says of dimensions, as it is typed.
#include "qc/Import/ONNX/Import.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"

using namespace llvm;
using namespace qc;

/// Decimal digits only; LLVM's parser of numbers takes signs and other bases.
static std::optional<int64_t> parseSize(StringRef text) {
  int64_t size;
  if (text.empty() || !all_of(text, isDigit) || text.getAsInteger(10, size))
    return std::nullopt;
  return size;
}

static bool isName(StringRef text) {
  return !text.empty() && (isAlpha(text[0]) || text[0] == '_') &&
         all_of(text, [](char c) { return isAlnum(c) || c == '_' || c == '.' || c == '-'; });
}

Expected<InputShape> qc::parseInputShape(StringRef text) {
  size_t colon = text.rfind(':');
  if (colon == StringRef::npos || colon == 0)
    return createStringError("input shape '" + text + "' is not of the form NAME:1x3x8x8 or NAME:N,3,8,8");
  InputShape shape{text.take_front(colon).str(), {}};
  StringRef rest = text.drop_front(colon + 1);
  if (rest.empty())
    return shape;
  SmallVector<StringRef> parts;
  bool hasNames = rest.contains(',') || isName(rest) || rest == "?";
  rest.split(parts, hasNames ? ',' : 'x');
  for (StringRef part : parts) {
    part = hasNames ? part.trim(' ') : part;
    if (std::optional<int64_t> size = parseSize(part))
      shape.dims.emplace_back(*size);
    else if (hasNames && (isName(part) || part == "?"))
      shape.dims.emplace_back(part == "?" ? std::string() : part.str());
    else
      return createStringError("input shape '" + text + "' has dimension '" + part +
                               "', accepted are numbers from 0 with x between them, or numbers, names and ? with "
                               "commas between them");
  }
  return shape;
}

Expected<SymbolRange> qc::parseSymbolRange(StringRef text) {
  auto fail = [&](const Twine &why) {
    return createStringError("range '" + text + "' " + why +
                             "; accepted is SYMBOL=LOW:HIGH, as W=16:2048, W=16: or W=:2048");
  };
  size_t equals = text.rfind('=');
  if (equals == StringRef::npos || equals == 0)
    return fail("names no symbol");
  SymbolRange range{text.take_front(equals).str(), 0, -1};
  StringRef limits = text.drop_front(equals + 1);
  if (limits.count(':') != 1 || limits == ":")
    return fail("has no low and high end");
  auto [low, high] = limits.split(':');
  if (!low.empty()) {
    std::optional<int64_t> size = parseSize(low);
    if (!size)
      return fail("begins at '" + low + "', which is no size");
    range.low = *size;
  }
  if (!high.empty()) {
    std::optional<int64_t> size = parseSize(high);
    if (!size)
      return fail("ends at '" + high + "', which is no size");
    if (*size < range.low)
      return fail("ends below its beginning");
    range.high = *size;
  }
  return range;
}
