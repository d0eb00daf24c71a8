// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The 128-bit content hash that names resources.
#ifndef QC_ARITH_HASH_H
#define QC_ARITH_HASH_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace qc::numerics {

/// 128 bits of content hash.
struct Hash128 {
  uint64_t first = 0;
  uint64_t second = 0;
  /// 32 lower-case hexadecimal digits, `first` in front.
  std::string text() const;
  friend bool operator==(const Hash128 &a, const Hash128 &b) { return a.first == b.first && a.second == b.second; }
  friend bool operator!=(const Hash128 &a, const Hash128 &b) { return !(a == b); }
  friend bool operator<(const Hash128 &a, const Hash128 &b) {
    return a.first != b.first ? a.first < b.first : a.second < b.second;
  }
};

/// MurmurHash3, variant x64 128 (Austin Appleby, public domain algorithm), of `size` bytes, read as little endian words
/// whatever the host. Not for adversaries: it names contents, a `--from` checks content against name.
/// Several things are hashed together by passing a hash of one as the seed of the next (its `first`).
Hash128 hash128(const void *data, size_t size, uint64_t seed = 0);

/// The hash of `content` as text: 32 hexadecimal digits.
inline std::string hashText(std::string_view content) { return hash128(content.data(), content.size()).text(); }

} // namespace qc::numerics

#endif
