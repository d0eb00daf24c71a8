// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The header of a .npy file: magic, version, and a Python dictionary literal in a fixed form.
// Source: NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays".
#include "Errors.h"
#include "qc/Data/Npy.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Endian.h"

using namespace llvm;
using namespace qc::data;

namespace {
/// Reads the literal `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`.
class DictReader {
public:
  DictReader(StringRef text) : text(text) {}
  Error read(NpyHeader &header);

private:
  bool take(char c);
  Expected<StringRef> takeString();
  Error readDescr(NpyHeader &header);
  Error readOrder(NpyHeader &header);
  Error readShape(NpyHeader &header);

  StringRef text;
};
} // namespace

bool DictReader::take(char c) {
  text = text.ltrim();
  return text.consume_front(StringRef(&c, 1));
}

Expected<StringRef> DictReader::takeString() {
  text = text.ltrim();
  if (text.empty() || (text.front() != '\'' && text.front() != '"'))
    return fail("has a damaged header at '" + text.take_front(20) + "', where a string is expected");
  size_t end = text.find(text.front(), 1);
  if (end == StringRef::npos)
    return fail("has a header with a string that does not end");
  StringRef value = text.slice(1, end);
  text = text.drop_front(end + 1);
  return value;
}

static std::optional<DType> parseCode(StringRef code) {
  return StringSwitch<std::optional<DType>>(code)
      .Case("f2", DType::F16)
      .Case("f4", DType::F32)
      .Case("f8", DType::F64)
      .Case("i1", DType::I8)
      .Case("i2", DType::I16)
      .Case("i4", DType::I32)
      .Case("i8", DType::I64)
      .Case("u1", DType::U8)
      .Case("u2", DType::U16)
      .Case("u4", DType::U32)
      .Case("u8", DType::U64)
      .Case("b1", DType::Bool)
      .Default(std::nullopt);
}

Error DictReader::readDescr(NpyHeader &header) {
  text = text.ltrim();
  if (text.starts_with("["))
    return fail("holds records, accepted are arrays of numbers");
  Expected<StringRef> descr = takeString();
  if (!descr)
    return descr.takeError();
  StringRef code = *descr;
  if (code.contains('O'))
    return fail("holds pickled Python objects, which are never loaded; accepted are arrays of numbers");
  bool big = code.starts_with(">");
  code = code.ltrim("<|=>");
  std::optional<DType> dtype = parseCode(code);
  if (!dtype)
    return fail("has element type '" + *descr + "', accepted are f16, f32, f64, i8 to i64, u8 to u64 and bool");
  if (big && getByteWidth(*dtype) > 1)
    return fail("is big endian ('" + *descr + "'), accepted is little endian");
  header.dtype = *dtype;
  return Error::success();
}

Error DictReader::readOrder(NpyHeader &header) {
  text = text.ltrim();
  header.fortranOrder = text.starts_with("True");
  if (!text.consume_front("True") && !text.consume_front("False"))
    return fail("has a damaged header: fortran_order is '" + text.take_front(10) + "', not True or False");
  return Error::success();
}

Error DictReader::readShape(NpyHeader &header) {
  if (!take('('))
    return fail("has a damaged header: shape is '" + text.take_front(20) + "', not a tuple");
  while (!take(')')) {
    text = text.ltrim();
    int64_t dim;
    StringRef rest = text;
    if (rest.consumeInteger(10, dim) || dim < 0)
      return fail("has a damaged header: dimension '" + text.take_front(20) + "', dimensions are 0 to 2^63 - 1");
    text = rest;
    text.consume_front("L"); // as Python 2 wrote it
    header.dims.push_back(dim);
    if (header.dims.size() > 32)
      return fail("has more than 32 dimensions");
    if (!take(',') && !text.ltrim().starts_with(")"))
      return fail("has a damaged header: shape does not end");
  }
  return Error::success();
}

Error DictReader::read(NpyHeader &header) {
  unsigned seen = 0; // a bit per key
  if (!take('{'))
    return fail("has a damaged header, which is not a dictionary");
  while (!take('}')) {
    Expected<StringRef> key = takeString();
    if (!key)
      return key.takeError();
    if (!take(':'))
      return fail("has a damaged header after key '" + *key + "'");
    unsigned bit = *key == "descr" ? 1 : *key == "fortran_order" ? 2 : *key == "shape" ? 4 : 0;
    if (bit == 0 || (seen & bit))
      return fail("has a damaged header with " + Twine(bit ? "twice" : "unknown") + " key '" + *key + "'");
    seen |= bit;
    if (Error error = bit == 1 ? readDescr(header) : bit == 2 ? readOrder(header) : readShape(header))
      return error;
    if (!take(',') && !text.ltrim().starts_with("}"))
      return fail("has a damaged header at '" + text.take_front(20) + "'");
  }
  if (seen != 7)
    return fail("has a damaged header without all of descr, fortran_order and shape");
  return Error::success();
}

Expected<NpyHeader> qc::data::parseNpyHeader(ArrayRef<char> bytes) {
  StringRef text(bytes.data(), bytes.size());
  if (!text.starts_with("\x93NUMPY"))
    return text.starts_with("PK") ? fail("is an archive (.npz), not a .npy file") : fail("is not a .npy file");
  if (text.size() < 10)
    return fail("is truncated in its header");
  unsigned major = uint8_t(text[6]);
  if (major < 1 || major > 3)
    return fail("has .npy version " + Twine(major) + ", accepted are 1 to 3");
  size_t start = major == 1 ? 10 : 12;
  if (text.size() < start)
    return fail("is truncated in its header");
  size_t length = major == 1 ? support::endian::read16le(text.data() + 8) : support::endian::read32le(text.data() + 8);
  if (length > kMaxNpyHeaderBytes - start)
    return fail("has a header of " + Twine(length) + " bytes, at most 65536 are read");
  if (text.size() - start < length)
    return fail("is truncated in its header");
  NpyHeader header;
  if (Error error = DictReader(text.substr(start, length)).read(header))
    return error;
  std::optional<int64_t> size = getNumBytes(header.dtype, header.dims);
  if (!size)
    return fail("has a shape of more than 2^63 bytes");
  header.dataOffset = start + length;
  header.dataBytes = *size;
  return header;
}
