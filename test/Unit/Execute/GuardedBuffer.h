// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Memory between pages that trap.
#pragma once
#include <cstddef>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

namespace qc::test {

/// `bytes` bytes that end where a page begins that traps, but for what `alignment` takes; a page that traps stands in
/// front of the first of their pages too. They begin as garbage.
class GuardedBuffer {
public:
  GuardedBuffer(size_t bytes, size_t alignment) {
    size_t page = size_t(sysconf(_SC_PAGESIZE)), inner = (bytes + page - 1) / page * page;
    length = inner + 2 * page;
    base = static_cast<char *>(mmap(nullptr, length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (inner)
      mprotect(base + page, inner, PROT_READ | PROT_WRITE);
    start = base + page + (inner - bytes) / alignment * alignment;
    if (bytes)
      std::memset(start, 0x5a, bytes);
  }
  GuardedBuffer(GuardedBuffer &&other) noexcept
      : base(std::exchange(other.base, nullptr)), start(other.start), length(other.length) {}
  GuardedBuffer &operator=(GuardedBuffer &&) = delete;
  ~GuardedBuffer() {
    if (base)
      munmap(base, length);
  }
  char *data() const { return start; }

private:
  char *base, *start;
  size_t length;
};

} // namespace qc::test
