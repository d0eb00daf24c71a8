// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Golden vectors: runs an oracle of test/oracle and reads its file (format: test/oracle/vectors.py).
#ifndef QC_TEST_UNIT_ARITH_VECTORS_H
#define QC_TEST_UNIT_ARITH_VECTORS_H

#include "qc/Arith/Requant.h"

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace qc::test {

/// A table of 64-bit integers.
struct Vectors {
  size_t columns = 0;
  size_t rows = 0;
  std::vector<int64_t> values;
  const int64_t *row(size_t i) const { return values.data() + i * columns; }
};

/// Reads a vector file; no rows where it is missing or malformed.
Vectors readVectors(const std::string &path);

/// A folder of its own, removed with the object.
class TemporaryFolder {
public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder &) = delete;
  TemporaryFolder &operator=(const TemporaryFolder &) = delete;
  const std::string &path() const { return folder; }

private:
  std::string folder;
};

/// Runs test/oracle/<script> with the arguments; whether it succeeded.
bool runOracle(const std::string &script, const std::string &arguments);

/// Whether QC_LONG_TESTS=1 asks for the long form of a test.
bool longTests();
/// "--count N" for an oracle: 10^5 rows, 10^6 with long tests.
std::string countArgument();

/// The rows of requant_oracle.py: 10^5 by default, 10^6 with long tests. Made once per process.
const Vectors &requantVectors();
/// Channels per group in those rows.
constexpr size_t requantGroup = 16;
/// Columns of a row (requant_oracle.py says more).
namespace column {
enum Requant {
  terms,
  rounding,
  width,
  type,
  m0,
  m1,
  shift,
  zeroPoint,
  lo,
  hi,
  raw0,
  raw1,
  comp0,
  comp1,
  bound0,
  bound1,
  rawBound0,
  rawBound1,
  formF,
  int32Form,
  y,
  x0,
  x1,
  scenario
};
} // namespace column
/// The Requant of a row.
numerics::RequantParams requantParams(const int64_t *row);

inline float asF32(int64_t bits) {
  uint32_t low = static_cast<uint32_t>(bits);
  float x;
  std::memcpy(&x, &low, sizeof x);
  return x;
}
inline double asF64(int64_t bits) {
  double x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}
inline uint32_t bitsOf(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}
inline uint64_t bitsOf(double x) {
  uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

} // namespace qc::test

#endif
