// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Floats as bits, for the files of Arith only.
#ifndef QC_LIB_ARITH_BITS_H
#define QC_LIB_ARITH_BITS_H

#include <cstdint>
#include <cstring>

namespace qc::numerics {

inline uint32_t toBits(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

inline uint64_t toBits(double x) {
  uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

inline float fromBits(uint32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

inline double fromBits(uint64_t bits) {
  double x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

/// 2^exponent, exponent in [-1022, 1023].
inline double powerOfTwo(int exponent) { return fromBits(static_cast<uint64_t>(exponent + 1023) << 52); }

/// 2^exponent, exponent in [-126, 127].
inline float powerOfTwoF32(int exponent) { return fromBits(static_cast<uint32_t>(exponent + 127) << 23); }

/// The one NaN of qc.
inline float quietNan(float) { return fromBits(uint32_t(0x7fc00000)); }
inline double quietNan(double) { return fromBits(uint64_t(0x7ff8) << 48); }

} // namespace qc::numerics

#endif
