// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rows of codes: the largest, exponentials of differences, reciprocals of sums, the Requant of a row; sums, roots and
// normalized numbers; the evaluator's bytes, along and across the memory's order.
#include "ScheduleTest.h"

using namespace qc;
using namespace qc::test;
using Type = ProgramText::Type;

namespace {
/// 256 entries that fall from 255, or any.
std::string makeTable(Random &r) {
  std::string text = "dense<\"0x";
  int64_t value = 255;
  bool falls = r.range(0, 2) != 0;
  for (int d = 0; d < 256; ++d) {
    char digits[3];
    snprintf(digits, sizeof digits, "%02X", unsigned(falls ? value : r.range(0, 255)));
    text += digits;
    value = std::max<int64_t>(0, value - r.range(0, 20));
  }
  return text + "\"> : tensor<256xui8>";
}

std::string makeNumbers(Random &r, const std::string &element) {
  bool isSigned = element[0] == 'i', isWide = element.size() == (isSigned ? 3 : 4);
  int64_t least = isSigned ? (isWide ? -32768 : -128) : 0, greatest = least + (isWide ? 65535 : 255);
  int64_t lo = r.range(0, 1) ? least : r.range(least, greatest), hi = r.range(0, 1) ? greatest : r.range(lo, greatest);
  int64_t multiplier = r.range(1, 20) == 1 ? r.range(0, 5) : r.range(int64_t(1) << 30, INT32_MAX);
  int64_t shift = r.range(0, 2) ? r.range(25, 45) : r.range(1, 62);
  return " {multiplier = " + std::to_string(multiplier) + " : i32, shift = " + std::to_string(shift) +
         " : i32, zero_point = " + std::to_string(r.range(least, greatest)) + " : i32, lo = " + std::to_string(lo) +
         " : i32, hi = " + std::to_string(hi) + " : i32}";
}

std::string pick(Random &r, std::initializer_list<const char *> elements) {
  return *(elements.begin() + r.range(0, int64_t(elements.size()) - 1));
}

/// A softmax of codes, often with the product that takes its weights.
struct Softmax {
  Type type;
  int64_t axis;
  std::string weights, reciprocals;

  explicit Softmax(ProgramText &p) {
    Random &r = p.random;
    type.element = pick(r, {"ui8", "ui8", "i8"});
    for (int64_t d = r.range(1, 4); d > 0; --d)
      type.dims.push_back(r.range(1, 5) == 1 ? r.range(30, 200) : r.range(1, 9));
    if (r.range(1, 12) == 1)
      type.dims[r.range(0, type.dims.size() - 1)] = 0;
    axis = r.range(0, 1) ? int64_t(type.dims.size()) - 1 : r.range(0, type.dims.size() - 1);
    std::string x = p.argument(type), along = " {axis = " + std::to_string(axis) + " : i64}";
    Type row = type;
    row.dims[axis] = 1;
    std::string shown = r.range(0, 1) ? p.argument(drawMask(r)) : "";
    x = hide(p, shown, x, type, type.element == "i8" ? -128 : 0);
    std::string top = p.add("dyadic.row_max " + x + along, {x}, row);
    Type codes{type.dims, "ui8"};
    weights = p.add("dyadic.lut_below " + x + ", " + top + " {table = " + makeTable(r) + "}", {x, top}, codes);
    weights = hide(p, shown, weights, codes, 0);
    row.element = "i32";
    reciprocals = p.add("dyadic.row_reciprocal " + weights + along, {weights}, row);
    if (r.range(0, 3) == 0)
      p.result(top);
    if (r.range(0, 3) == 0)
      p.result(reciprocals);
  }

private:
  /// Of the last dimensions, some of which it has one of.
  Type drawMask(Random &r) const {
    Type mask{type.dims, "i1"};
    mask.dims.erase(mask.dims.begin(), mask.dims.begin() + r.range(0, int64_t(mask.dims.size()) - 1));
    for (int64_t &size : mask.dims)
      size = r.range(0, 2) ? size : 1;
    return mask;
  }
  static std::string hide(ProgramText &p, const std::string &shown, const std::string &x, const Type &type,
                          int64_t other) {
    if (shown.empty())
      return x;
    return p.add("dyadic.select " + shown + ", " + x + " {other = " + std::to_string(other) + " : i32}", {shown, x},
                 type);
  }
};
} // namespace

static void addAlone(ProgramText &p) {
  Softmax softmax(p);
  Type result{softmax.type.dims, pick(p.random, {"ui8", "i8", "ui16", "i16"})};
  p.result(p.add("dyadic.requant_rows " + softmax.weights + ", " + softmax.reciprocals +
                     makeNumbers(p.random, result.element),
                 {softmax.weights, softmax.reciprocals}, result));
}

static void addProduct(ProgramText &p) {
  Softmax softmax(p);
  size_t rank = softmax.type.dims.size();
  if (softmax.axis != int64_t(rank) - 1)
    return addAlone(p);
  Random &r = p.random;
  int64_t columns = r.range(1, 20);
  Type values{softmax.type.dims, pick(r, {"ui8", "i8"})};
  if (rank == 1)
    values.dims = {softmax.type.dims[0], columns};
  else {
    values.dims[rank - 2] = softmax.type.dims[rank - 1];
    values.dims[rank - 1] = columns;
  }
  std::string v = p.argument(values);
  Type sums{softmax.type.dims, "i32"};
  sums.dims[rank - 1] = columns;
  std::string sum = p.add("dyadic.matmul " + softmax.weights + ", " + v +
                              " {a_zero_point = 0 : i32, b_zero_point = " + std::to_string(r.range(0, 127)) + " : i32}",
                          {softmax.weights, v}, sums);
  Type result{sums.dims, pick(r, {"ui8", "i8", "ui16"})};
  p.result(p.add("dyadic.requant_rows " + sum + ", " + softmax.reciprocals + makeNumbers(r, result.element),
                 {sum, softmax.reciprocals}, result));
}

// Over any dimensions, with a mean or without, of codes of 8 and 16 bits.
static void addNorm(ProgramText &p) {
  Random &r = p.random;
  Type type{{}, pick(r, {"ui8", "ui8", "i8", "ui16", "i16"})};
  for (int64_t d = r.range(1, 4); d > 0; --d)
    type.dims.push_back(r.range(1, 5) == 1 ? r.range(30, 200) : r.range(1, 9));
  std::string axes;
  Type row{type.dims, "i32"};
  for (size_t d = 0; d < type.dims.size(); ++d)
    if (d + 1 == type.dims.size() ? r.range(0, 3) != 0 : r.range(0, 3) == 0) {
      axes += (axes.empty() ? ": " : ", ") + std::to_string(d);
      row.dims[d] = 1;
    }
  bool isSigned = type.element[0] == 'i', isWide = type.element.size() == (isSigned ? 3 : 4);
  int64_t least = isSigned ? (isWide ? -32768 : -128) : 0, greatest = least + (isWide ? 65535 : 255);
  int64_t zero = r.range(0, 2) ? r.range(least, greatest) : (r.range(0, 1) ? least : greatest);
  std::string numbers = "axes = array<i64" + axes + ">, x_zero_point = " + std::to_string(zero) + " : i32";
  int64_t epsilon = r.range(0, 2) == 0 ? 0 : int64_t(1) << r.range(0, 60);
  std::string x = p.argument(type), root, y;
  Type result{type.dims, "i32"};
  if (r.range(0, 2)) {
    std::string sum = p.add("dyadic.row_sum " + x + " {" + numbers + "}", {x}, row);
    root = p.add("dyadic.row_root " + x + ", " + sum + " {" + numbers + ", epsilon = " + std::to_string(epsilon) +
                     " : i64}",
                 {x, sum}, row);
    y = p.add("dyadic.normalize " + x + ", " + root + " sum " + sum + " {" + numbers + "}", {x, root, sum}, result);
  } else {
    root =
        p.add("dyadic.row_root " + x + " {" + numbers + ", epsilon = " + std::to_string(epsilon) + " : i64}", {x}, row);
    y = p.add("dyadic.normalize " + x + ", " + root + " {" + numbers + "}", {x, root}, result);
  }
  p.result(y);
  if (r.range(0, 2) == 0)
    p.result(root);
}

TEST_F(ScheduleTest, NormalizedCodes) {
  for (int i = 0; i < repeat(15) && !HasFailure(); ++i) {
    ProgramText p(5100 + i);
    addNorm(p);
    check(p, {});
  }
}

TEST_F(ScheduleTest, RowsOfCodes) {
  for (int i = 0; i < repeat(10) && !HasFailure(); ++i) {
    ProgramText alone(4100 + i), product(4600 + i);
    addAlone(alone);
    check(alone, {});
    addProduct(product);
    check(product, {});
  }
}
