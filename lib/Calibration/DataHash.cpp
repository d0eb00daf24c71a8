// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The hash of a data set.
#include "qc/Calibration/DataHash.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Endian.h"

using namespace llvm;
using namespace qc::calibration;

// state = hash(state, hash(elements), number of dims, dims, dtype), each number as 8 bytes, little endian.
void DataHash::add(StringRef dtype, ArrayRef<int64_t> dims, ArrayRef<char> bytes) {
  numerics::Hash128 elements = numerics::hash128(bytes.data(), bytes.size());
  SmallVector<uint64_t> words = {state.first, state.second, elements.first, elements.second, dims.size()};
  words.append(dims.begin(), dims.end());
  SmallVector<char> text(words.size() * 8);
  for (size_t i = 0; i < words.size(); ++i)
    support::endian::write64le(text.data() + 8 * i, words[i]);
  text.append(dtype.begin(), dtype.end());
  state = numerics::hash128(text.data(), text.size());
}
