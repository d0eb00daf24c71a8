// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Random convolutions and matrix products.
#pragma once
#include "ScheduleTest.h"

namespace qc::test {

/// "array<i64: 1, 2>"
inline std::string list(const std::vector<int64_t> &values, const std::string &type = "i64") {
  std::string text = "array<" + type;
  for (size_t i = 0; i < values.size(); ++i)
    text += (i ? ", " : ": ") + std::to_string(values[i]);
  return text + ">";
}

/// A random convolution.
struct Conv {
  int64_t batch, group, inPerGroup, outPerGroup;
  std::vector<int64_t> size, kernel, strides, pads, dilations, output;

  Conv(Random &r, bool depthwise) {
    int64_t spatial = r.range(1, 3) == 1 ? r.range(1, 3) : 2;
    batch = r.range(1, 5) == 1 ? r.range(2, 3) : 1;
    group = depthwise ? r.range(1, 67) : r.range(1, 3) == 1 ? r.range(2, 4) : 1;
    inPerGroup = depthwise ? 1 : r.range(1, 2) == 1 ? r.range(1, 67) : r.range(1, 5);
    outPerGroup = depthwise ? (r.range(1, 4) == 1 ? r.range(2, 3) : 1) : r.range(1, 67);
    std::vector<int64_t> ends;
    for (int64_t d = 0; d < spatial; ++d) {
      kernel.push_back(r.range(1, 4) == 1 ? r.range(2, 5) : r.range(0, 1) * 2 + 1);
      strides.push_back(r.range(1, 3) == 1 ? r.range(2, 3) : 1);
      dilations.push_back(r.range(1, 4) == 1 ? 2 : 1);
      pads.push_back(r.range(0, 2));
      ends.push_back(r.range(0, 2));
      int64_t extent = (kernel[d] - 1) * dilations[d] + 1, least = std::max<int64_t>(1, extent - pads[d] - ends[d]);
      size.push_back(r.range(least, least + (spatial == 3 ? 3 : 9))); // smaller than the kernel too
      output.push_back((size[d] + pads[d] + ends[d] - extent) / strides[d] + 1);
    }
    pads.insert(pads.end(), ends.begin(), ends.end());
  }

  ProgramText::Type x(const std::string &element) const { return make(batch, group * inPerGroup, size, element); }
  ProgramText::Type w(const std::string &element) const {
    return make(group * outPerGroup, inPerGroup, kernel, element);
  }
  ProgramText::Type y(const std::string &element) const { return make(batch, group * outPerGroup, output, element); }
  std::string attributes() const {
    return "strides = " + list(strides) + ", pads = " + list(pads) + ", dilations = " + list(dilations) +
           ", group = " + std::to_string(group) + " : i64";
  }

private:
  static ProgramText::Type make(int64_t a, int64_t b, const std::vector<int64_t> &rest, const std::string &element) {
    ProgramText::Type type{{a, b}, element};
    type.dims.insert(type.dims.end(), rest.begin(), rest.end());
    return type;
  }
};

/// Shapes of a matrix product, by kinds of operands.
struct Product {
  std::vector<int64_t> a, b, y;
  int64_t depth, columns;

  Product(Random &r, bool constantB) {
    depth = r.range(0, 1) ? r.range(1, 140) : r.range(1, 9);
    int64_t rows = r.range(1, 3) == 1 ? 1 : r.range(1, 70);
    columns = r.range(0, 1) ? r.range(1, 67) : r.range(100, 300);
    a = {rows, depth};
    b = {depth, columns};
    y = {rows, columns};
    if (r.range(1, 6) == 1) { // vector times matrix
      a.erase(a.begin());
      y.erase(y.begin());
    }
    for (int64_t d = a.size() == 1 ? 0 : r.range(0, 3) - 1; d > 0; --d) {
      int64_t size = r.range(1, 3);
      a.insert(a.begin(), size);
      y.insert(y.begin(), size);
      if (!constantB && r.range(0, 1) && b.size() + 1 == a.size())
        b.insert(b.begin(), r.range(0, 1) ? size : 1);
    }
    if (!constantB && b.size() == 2 && r.range(1, 6) == 1) { // matrix times vector
      b.pop_back();
      y.pop_back();
      columns = 0;
    }
  }
};

} // namespace qc::test
