// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels from text, compiled for a level of this host and called; buffers between guard pages.
#pragma once
#include "qc/Target/CPU/Levels.h"
#include "qc/Target/NVPTX/HostHarness.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include <cstdint>
#include <cstring>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace qc::test {

/// What a kernel is compiled for: a CPU level of this host, or device code that is run on the host.
struct Target {
  std::string name;                  ///< "v2", "v3", "v3_avxvnni", "v4", "v4_vnni", "device"
  const cpu::Level *level = nullptr; ///< null: device code
  bool hasFma() const { return !level || level->hasFma(); }
};

/// The levels that this host can run, without the one that maps to its base (+amx), and the device.
std::vector<Target> getTestTargets();
inline void PrintTo(const Target &target, std::ostream *os) { *os << target.name; }

/// One compiled kernel.
class JitKernel {
public:
  /// `text` holds one kernel.func. Prints the diagnostic and returns null where it does not compile.
  static std::unique_ptr<JitKernel> compile(const std::string &text, const Target &target);
  /// Runs tile 0; slots as in the table ABI.
  void run(const std::vector<int64_t> &slots) const;

private:
  std::unique_ptr<llvm::orc::LLJIT> jit;
  void (*entry)(const int64_t *, int64_t) = nullptr;
  std::unique_ptr<nvptx::HostKernels> device;
  std::string name;
};

/// `count` elements that end at a page that cannot be accessed; so does what lies before the first page.
class GuardedBytes {
public:
  explicit GuardedBytes(size_t bytes);
  ~GuardedBytes();
  GuardedBytes(const GuardedBytes &) = delete;
  char *data() const { return first; }

private:
  char *base;
  size_t mapped;
  char *first;
};

template <typename T> class Guarded {
public:
  explicit Guarded(size_t count, T value = T()) : bytes(count * sizeof(T)), count(count) {
    for (size_t i = 0; i < count; ++i)
      (*this)[i] = value;
  }
  T &operator[](size_t i) { return reinterpret_cast<T *>(bytes.data())[i]; }
  size_t size() const { return count; }
  int64_t slot() const { return reinterpret_cast<int64_t>(bytes.data()); }
  T *data() { return reinterpret_cast<T *>(bytes.data()); }
  std::vector<T> copy() { return std::vector<T>(data(), data() + count); }

private:
  GuardedBytes bytes;
  size_t count;
};

/// A float in a slot.
inline int64_t slotOf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  return bits;
}

/// Small reproducible pseudo-random numbers.
class Random {
public:
  explicit Random(uint64_t seed) : state(seed * 2654435769u + 1) {}
  uint32_t bits() {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return uint32_t(state >> 33) ^ uint32_t(state >> 12);
  }
  int64_t range(int64_t lo, int64_t hi) {
    return lo + int64_t((uint64_t(bits()) << 16 ^ bits()) % uint64_t(hi - lo + 1));
  }
  float real() { return float(int32_t(bits())) * (1.0f / 2147483648.0f); }

private:
  uint64_t state;
};

} // namespace qc::test
