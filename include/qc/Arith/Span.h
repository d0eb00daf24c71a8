// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A view of contiguous elements: what every function of Arith takes arrays as.
#ifndef QC_ARITH_SPAN_H
#define QC_ARITH_SPAN_H

#include <cstddef>

namespace qc::numerics {

/// Read-only view of `size()` contiguous elements. Made implicitly from everything with data() and size():
/// arrays, std::vector, std::array, llvm::ArrayRef, llvm::SmallVector. Does not own; must not outlive its source.
template <typename T> class Span {
public:
  constexpr Span() = default;
  constexpr Span(const T *first, size_t count) : first(first), count(count) {}
  template <size_t Count> constexpr Span(const T (&array)[Count]) : first(array), count(Count) {}
  template <typename Container,
            typename = decltype(static_cast<const T *>(static_cast<const Container *>(nullptr)->data()))>
  constexpr Span(const Container &container) : first(container.data()), count(container.size()) {}

  constexpr const T *data() const { return first; }
  constexpr size_t size() const { return count; }
  constexpr bool empty() const { return count == 0; }
  constexpr const T &operator[](size_t i) const { return first[i]; }
  constexpr const T *begin() const { return first; }
  constexpr const T *end() const { return first + count; }

private:
  const T *first = nullptr;
  size_t count = 0;
};

} // namespace qc::numerics

#endif
