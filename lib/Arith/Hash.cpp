// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// MurmurHash3, variant x64 128, written from its description.
#include "qc/Arith/Hash.h"

namespace qc::numerics {
namespace {

constexpr uint64_t firstMultiplier = 0x87c37b91114253d5u;
constexpr uint64_t secondMultiplier = 0x4cf5ad432745937fu;

uint64_t rotateLeft(uint64_t x, int bits) { return x << bits | x >> (64 - bits); }

/// `count` <= 8 bytes as a little endian number.
uint64_t loadBytes(const unsigned char *bytes, size_t count) {
  uint64_t word = 0;
  for (size_t i = 0; i < count; ++i)
    word |= static_cast<uint64_t>(bytes[i]) << (8 * i);
  return word;
}

uint64_t mixFirst(uint64_t word) { return rotateLeft(word * firstMultiplier, 31) * secondMultiplier; }
uint64_t mixSecond(uint64_t word) { return rotateLeft(word * secondMultiplier, 33) * firstMultiplier; }

/// Every bit of the result depends on every bit of the argument.
uint64_t finish(uint64_t x) {
  x = (x ^ x >> 33) * 0xff51afd7ed558ccdu;
  x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53u;
  return x ^ x >> 33;
}

} // namespace

Hash128 hash128(const void *data, size_t size, uint64_t seed) {
  const unsigned char *bytes = static_cast<const unsigned char *>(data);
  uint64_t a = seed, b = seed;
  size_t blocks = size / 16;
  for (size_t i = 0; i < blocks; ++i, bytes += 16) {
    a ^= mixFirst(loadBytes(bytes, 8));
    a = (rotateLeft(a, 27) + b) * 5 + 0x52dce729;
    b ^= mixSecond(loadBytes(bytes + 8, 8));
    b = (rotateLeft(b, 31) + a) * 5 + 0x38495ab5;
  }
  size_t rest = size % 16;
  if (rest > 8)
    b ^= mixSecond(loadBytes(bytes + 8, rest - 8));
  if (rest > 0)
    a ^= mixFirst(loadBytes(bytes, rest < 8 ? rest : 8));
  a ^= size;
  b ^= size;
  a += b;
  b += a;
  a = finish(a);
  b = finish(b);
  a += b;
  b += a;
  return {a, b};
}

std::string Hash128::text() const {
  static const char digits[] = "0123456789abcdef";
  std::string result;
  for (uint64_t word : {first, second})
    for (int shift = 60; shift >= 0; shift -= 4)
      result += digits[word >> shift & 15];
  return result;
}

} // namespace qc::numerics
