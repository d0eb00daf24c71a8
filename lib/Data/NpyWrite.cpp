// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writing .npy files.
#include "qc/Data/Npy.h"
#include "qc/Files/OutputFile.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace qc::data;

static const char *getCode(DType type) {
  static const char *const codes[] = {"<f2", "<f4", "<f8", "|i1", "<i2", "<i4",
                                      "<i8", "|u1", "<u2", "<u4", "<u8", "|b1"};
  return codes[size_t(type)];
}

/// Magic to the newline before the data, padded so that the data starts at a multiple of 64 bytes.
static std::string makeHeader(const Tensor &tensor) {
  std::string dims;
  for (int64_t dim : tensor.dims)
    dims += std::to_string(dim) + (tensor.dims.size() == 1 || &dim != &tensor.dims.back() ? "," : "");
  std::string text =
      "{'descr': '" + std::string(getCode(tensor.dtype)) + "', 'fortran_order': False, 'shape': (" + dims + "), }";
  constexpr size_t prefix = 10;
  text.append(63 - (prefix + text.size()) % 64, ' ');
  text += '\n';
  char length[2];
  support::endian::write16le(length, uint16_t(text.size()));
  return std::string("\x93NUMPY\x01\x00", 8) + std::string(length, 2) + text;
}

void qc::data::printNpy(raw_ostream &os, const Tensor &tensor) {
  os << makeHeader(tensor) << StringRef(tensor.bytes.data(), tensor.bytes.size());
}

Error qc::data::writeNpy(StringRef path, const Tensor &tensor) {
  return writeOutputFile(path, [&](raw_ostream &os) { printNpy(os, tensor); });
}
