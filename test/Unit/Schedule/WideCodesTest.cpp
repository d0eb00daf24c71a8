// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Codes of 16 bits: contractions by planes, what is elementwise, tables, pools, moves.
#include "RandomContractions.h"
#include <cmath>

using namespace qc;
using namespace qc::test;
using Type = ProgramText::Type;

namespace {
/// Where the codes of a type begin, and how many bits they have.
int64_t leastCode(const std::string &element) {
  return element[0] == 'u' ? 0 : -(int64_t(1) << (std::stoi(element.substr(1)) - 1));
}
int64_t codeBits(const std::string &element) { return std::stoi(element.substr(element[0] == 'u' ? 2 : 1)); }
int64_t randomCode(Random &r, const std::string &element) {
  return leastCode(element) + r.range(0, (int64_t(1) << codeBits(element)) - 1);
}
std::string pickElement(Random &r, bool mayBeNarrow = true) {
  constexpr const char *elements[] = {"ui16", "i16", "ui16", "ui8", "i8"};
  return elements[r.range(0, mayBeNarrow ? 4 : 2)];
}

/// One term of a requant, and about the largest |term|.
struct Term {
  std::string value;
  int64_t zero;
  double spread;
};

/// A requant of `terms`; the first two are planes with `arePlanes`.
std::string addRequant(ProgramText &p, const std::vector<Term> &terms, bool arePlanes, const Type &result,
                       int64_t axis) {
  Random &r = p.random;
  int64_t count = axis >= 0 && r.range(0, 1) ? result.dims[axis] : 1, bits = codeBits(result.element);
  std::vector<int64_t> m[3], shifts, zeros;
  double spread = 1;
  for (size_t t = arePlanes ? 1 : 0; t < terms.size(); ++t)
    spread = std::max(spread, t == 1 && arePlanes ? 256 * terms[0].spread : terms[t].spread);
  auto draw = [&](int64_t width) {
    return r.range(int64_t(1) << (width - 1), (int64_t(1) << width) - 1) * (r.range(1, 5) == 1 ? -1 : 1);
  };
  for (int64_t c = 0; c < count; ++c) {
    int64_t width = arePlanes ? 23 : 31, shift = std::lround(double(width) + std::log2(spread) - double(bits));
    shift += r.range(-1, 2);
    bool isDead = r.range(1, 25) == 1;
    shifts.push_back(isDead ? 62 : std::min<int64_t>(62, std::max<int64_t>(1, shift)));
    for (size_t t = 0; t < terms.size(); ++t)
      m[t].push_back(isDead ? (t == 0 ? int64_t(1) << 30 : 0) : draw(width));
    if (arePlanes && !isDead)
      m[0].back() = 256 * m[1].back();
    if (arePlanes && terms.size() == 3 && !isDead) // the residual keeps some weight
      m[2].back() = std::min<int64_t>(INT32_MAX, int64_t(double(draw(23)) * std::min(256.0, spread / terms[2].spread)));
  }
  std::string operands, text;
  std::vector<std::string> values;
  for (const Term &term : terms) {
    operands += (operands.empty() ? "" : ", ") + term.value;
    values.push_back(term.value);
    zeros.push_back(term.zero);
  }
  int64_t lo = leastCode(result.element), hi = lo + (int64_t(1) << bits) - 1, zero = r.range(lo, hi);
  if (r.range(0, 2) == 0) {
    lo = r.range(lo, hi);
    hi = r.range(lo, hi);
  }
  bool halfEven = terms.size() == 1 && r.range(1, 6) == 1;
  text = "dyadic.requant " + operands + " {term_zero_points = " + list(zeros, "i32") +
         ", multipliers = " + list(m[0], "i32") + ", multipliers1 = " + list(m[1], "i32") +
         (terms.size() == 3 ? ", multipliers2 = " + list(m[2], "i32") : "") + (arePlanes ? ", planes" : "") +
         ", shifts = " + list(shifts, "i32") + ", zero_point = " + std::to_string(zero) +
         " : i32, lo = " + std::to_string(lo) + " : i32, hi = " + std::to_string(hi) +
         " : i32, rounding = #dyadic.rounding<" + (halfEven ? "half_even" : "half_up") + ">" +
         (count > 1 || (axis >= 0 && result.dims[axis] == 1 && r.range(0, 1))
              ? ", axis = " + std::to_string(axis) + " : i64"
              : "") +
         "}";
  return p.add(text, values, result);
}

/// Codes that an argument gives, or that a requant makes of one.
std::string addCodes(ProgramText &p, const Type &type) {
  if (p.random.range(0, 1))
    return p.argument(type);
  Type from{type.dims, pickElement(p.random)};
  std::string x = p.argument(from);
  return addRequant(p, {{x, randomCode(p.random, from.element), std::ldexp(1.0, int(codeBits(from.element)) - 1)}},
                    false, type, type.dims.size() > 1 ? 1 : -1);
}

std::string addPlane(ProgramText &p, const std::string &x, bool high) {
  return p.add("dyadic.plane " + x + (high ? " {high}" : ""), {x}, {p.typeOf(x).dims, "ui8"});
}

/// A table of a function of 16-bit codes: segments or all values.
std::string addTable(ProgramText &p, const std::string &x) {
  Random &r = p.random;
  Type type = p.typeOf(x), result{type.dims, pickElement(r)};
  int64_t lo = leastCode(result.element), hi = lo + (int64_t(1) << codeBits(result.element)) - 1;
  std::string bytes;
  auto append = [&](int64_t value, int64_t width) {
    for (int64_t i = 0; i < width; ++i)
      bytes += "0123456789ABCDEF"[value >> (8 * i + 4) & 15], bytes += "0123456789ABCDEF"[value >> (8 * i) & 15];
  };
  bool isWide = codeBits(type.element) == 16;
  if (isWide && r.range(0, 1)) {
    std::string base, slope;
    for (int i = 0; i < 2048; ++i)
      append(r.range(lo * 16384, hi * 16384), 4);
    base.swap(bytes);
    for (int i = 0; i < 2048; ++i)
      append(r.range(-(1 << 24), 1 << 24), 4);
    slope.swap(bytes);
    return p.add("dyadic.segments " + x + " {base = dense<\"0x" + base + "\"> : tensor<2048xi32>, slope = dense<\"0x" +
                     slope + "\"> : tensor<2048xi32>, lo = " + std::to_string(lo) +
                     " : i32, hi = " + std::to_string(hi) + " : i32}",
                 {x}, result);
  }
  int64_t entries = isWide ? 65536 : 256;
  for (int64_t i = 0; i < entries; ++i)
    append(r.range(lo, hi), codeBits(result.element) / 8);
  return p.add("dyadic.lut " + x + " {table = dense<\"0x" + bytes + "\"> : tensor<" + std::to_string(entries) + "x" +
                   result.element + ">}",
               {x}, result);
}

/// The text of a contraction of one plane, but for its operands.
using ContractPlane = std::function<std::string(const std::string &plane, int64_t zero, bool hasBias)>;

/// What a contraction of 16-bit codes is: two of bytes and one requant, and what may stand behind it.
void addPlanes(ProgramText &p, const std::string &x, const ContractPlane &contract, int64_t axis, double spread) {
  Random &r = p.random;
  int64_t zero = r.range(0, 2) == 0 ? 0 : r.range(0, 65535);
  bool highFirst = r.range(0, 1), highBias = r.range(0, 1), lowBias = r.range(0, 1);
  std::string planes[2], sums[2];
  for (bool high : {highFirst, !highFirst})
    planes[high] = addPlane(p, x, high);
  for (bool high : {!highFirst, highFirst})
    sums[high] = contract(planes[high], high ? zero / 256 : zero % 256, high ? highBias : lowBias);
  Type type = p.typeOf(sums[0]);
  std::vector<Term> terms{{sums[1], 0, spread}, {sums[0], 0, spread}};
  if (r.range(0, 1)) {
    Type other{type.dims, pickElement(r)};
    terms.push_back({p.argument(other), randomCode(r, other.element), std::ldexp(1.0, int(codeBits(other.element)))});
  }
  std::string y = addRequant(p, terms, true, {type.dims, pickElement(r)}, axis);
  switch (r.range(0, 9)) {
  case 0: // another reader of a sum
    p.result(sums[r.range(0, 1)]);
    break;
  case 1: // and of a plane
    p.result(planes[r.range(0, 1)]);
    break;
  case 2:
    y = addTable(p, y);
    break;
  case 3:
    y = addRequant(p, {{y, randomCode(r, p.typeOf(y).element), 32768}}, false, {type.dims, pickElement(r)}, axis);
    break;
  default:
    break;
  }
  p.result(y);
}
} // namespace

/// The greatest bias code of a plane: mostly small; else 256 of the upper plane's and the sum leave 32 bits together.
static int64_t pickMostBias(Random &r) { return r.range(0, 3) == 0 ? (int64_t(1) << 30) : 20000; }

static std::string pickWide(Random &r) { return r.range(1, 6) == 1 ? "i16" : "ui16"; }

static void makeWideConv(ProgramText &p, bool depthwise) {
  Random &r = p.random;
  Conv conv(r, depthwise);
  std::string x = addCodes(p, conv.x(pickWide(r)));
  // Weights of one sign leave 32 bits sooner.
  int64_t least = r.range(0, 3) == 0 ? 100 : -128;
  std::string w = r.range(1, 12) == 1 ? p.argument(conv.w("i8")) : p.constant(conv.w("i8"), least, 127);
  int64_t depth = conv.w("i8").size() / conv.w("i8").dims[0];
  int64_t mostBias = pickMostBias(r);
  double spread = least > 0 ? 16000 * double(depth) : 8000 * std::sqrt(double(depth));
  auto contract = [&](const std::string &plane, int64_t zero, bool hasBias) {
    std::vector<std::string> operands{plane, w};
    if (hasBias)
      operands.push_back(p.constant({{conv.w("i8").dims[0]}, "i32"}, -mostBias, mostBias));
    return p.add("dyadic.conv " + plane + ", " + w + (hasBias ? ", " + operands[2] : "") +
                     " {x_zero_point = " + std::to_string(zero) + " : i32, " + conv.attributes() + "}",
                 operands, conv.y("i32"));
  };
  addPlanes(p, x, contract, 1, std::max(spread, double(mostBias) / 2));
}

TEST_F(ScheduleTest, WideConvolutions) {
  for (int i = 0; i < repeat(60) && !HasFailure(); ++i) {
    ProgramText p(20000 + i);
    makeWideConv(p, i % 3 == 0);
    check(p, Options());
  }
}

TEST_F(ScheduleTest, WideProducts) {
  for (int i = 0; i < repeat(40) && !HasFailure(); ++i) {
    ProgramText p(21000 + i);
    Random &r = p.random;
    bool constantB = r.range(0, 3) != 0;
    Product product(r, constantB);
    if (product.y.empty())
      continue;
    std::string x = addCodes(p, {product.a, pickWide(r)}), other = constantB ? "i8" : r.range(0, 1) ? "ui8" : "i8";
    int64_t least = r.range(0, 3) == 0 ? 100 : -128, zero = constantB ? 0 : randomCode(r, other);
    std::string b = constantB ? p.constant({product.b, other}, least, 127) : p.argument({product.b, other});
    double spread = least > 0 ? 16000 * double(product.depth) : 8000 * std::sqrt(double(product.depth));
    int64_t mostBias = pickMostBias(r);
    auto contract = [&](const std::string &plane, int64_t planeZero, bool hasBias) {
      std::vector<std::string> operands{plane, b};
      if (hasBias && product.columns)
        operands.push_back(p.constant({{product.columns}, "i32"}, -mostBias, mostBias));
      return p.add("dyadic.matmul " + plane + ", " + b + (operands.size() == 3 ? ", " + operands[2] : "") +
                       " {a_zero_point = " + std::to_string(planeZero) +
                       " : i32, b_zero_point = " + std::to_string(zero) + " : i32}",
                   operands, {product.y, "i32"});
    };
    addPlanes(p, x, contract, int64_t(product.y.size()) - 1, std::max(spread, double(mostBias) / 2));
    check(p, Options());
  }
}

// More weights than 32 bits hold the exact sum of, in both kinds of kernels; runs that are longer than what is split
// before, and shorter than a vector.
TEST_F(ScheduleTest, WideSumsThatLeave32Bits) {
  for (int64_t depth : {200, 300, 4093, 5000})
    for (bool isDepthwise : {true, false}) {
      ProgramText p(22000 + depth);
      Type x{{1, 17, isDepthwise ? depth + 5 : 6, 1}, "ui16"}, w{{17, 1, depth, 1}, "i8"};
      if (!isDepthwise) {
        x.dims[1] = depth;
        w.dims = {17, depth, 1, 1};
      }
      std::string codes = p.argument(x), weights = p.constant(w, 120, 127);
      auto contract = [&](const std::string &plane, int64_t zero, bool) {
        return p.add("dyadic.conv " + plane + ", " + weights + " {x_zero_point = " + std::to_string(zero) +
                         " : i32, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, "
                         "1>, group = " +
                         (isDepthwise ? "17" : "1") + " : i64}",
                     {plane, weights}, {{1, 17, 6, 1}, "i32"});
      };
      addPlanes(p, codes, contract, 1, 16000 * double(depth));
      check(p, Options());
    }
}

// One value that several pad: with one zero point, and with another one.
TEST_F(ScheduleTest, WideCodesWithSeveralReaders) {
  ProgramText p(23000);
  Type type{{1, 9, 6, 7}, "ui16"};
  std::string x = p.argument(type), q = addRequant(p, {{x, 700, 65535}}, false, type, -1);
  std::string high = addPlane(p, q, true), low = addPlane(p, q, false);
  auto conv = [&](int64_t zero, int64_t pad, bool isDepthwise) {
    int64_t size = 2 * pad + 1;
    std::string w = p.constant({{9, isDepthwise ? 1 : 9, size, size}, "i8"}), n = std::to_string(pad);
    std::string sums[2];
    for (bool isHigh : {true, false})
      sums[isHigh] =
          p.add("dyadic.conv " + (isHigh ? high : low) + ", " + w +
                    " {x_zero_point = " + std::to_string(isHigh ? zero / 256 : zero % 256) +
                    " : i32, strides = array<i64: 1, 1>, pads = array<i64: " + n + ", " + n + ", " + n + ", " + n +
                    ">, dilations = array<i64: 1, 1>, group = " + (isDepthwise ? "9" : "1") + " : i64}",
                {isHigh ? high : low, w}, {type.dims, "i32"});
    p.result(addRequant(p, {{sums[1], 0, 60000}, {sums[0], 0, 60000}}, true, type, 1));
  };
  conv(1700, 0, false);
  conv(1700, 1, false);
  conv(1700, 1, true);
  conv(40000, 2, false);
  conv(40000, 2, true);
  p.result(p.add("qc.max_pool " + q +
                     " {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, "
                     "dilations = array<i64: 1, 1>, ceil_mode = false}",
                 {q}, type));
  check(p, Options());
}

static std::vector<int64_t> makeShape(Random &r) {
  std::vector<int64_t> dims;
  for (int64_t d = r.range(0, 4); d > 0; --d)
    dims.push_back(r.range(1, 3) == 1 ? r.range(1, 40) : r.range(1, 5));
  return dims;
}

// A term that broadcasts to `type`.
static Term makeTerm(ProgramText &p, const Type &type, const std::string &element) {
  Type other{type.dims, element};
  for (int64_t &dim : other.dims)
    if (p.random.range(0, 5) == 0)
      dim = 1;
  std::string value = p.random.range(0, 2) ? p.argument(other) : p.constant(other, 0, 100);
  return {value, randomCode(p.random, element), std::ldexp(1.0, int(codeBits(element)))};
}

TEST_F(ScheduleTest, WideElements) {
  for (int i = 0; i < repeat(60) && !HasFailure(); ++i) {
    ProgramText p(24000 + i);
    Random &r = p.random;
    Type type{makeShape(r), pickElement(r, false)}, result{type.dims, pickElement(r)};
    int64_t axis = type.dims.size() > 1 ? int64_t(type.dims.size()) - 1 : -1;
    std::string x = addCodes(p, type), value;
    Term first{x, randomCode(r, type.element), 65536};
    switch (r.range(0, 4)) {
    case 0: {
      Term second = makeTerm(p, type, pickElement(r));
      // The product stays below 2^31.
      std::string wide = p.typeOf(second.value).element;
      int64_t zero = codeBits(wide) == 16 ? leastCode(wide) + 32768 : second.zero;
      value = p.add("dyadic.mul " + x + ", " + second.value + " {a_zero_point = " + std::to_string(first.zero) +
                        " : i32, b_zero_point = " + std::to_string(zero) + " : i32}",
                    {x, second.value}, {type.dims, "i32"});
      value = addRequant(p, {{value, 0, 65536 * second.spread / 4}}, false, result, axis);
      break;
    }
    case 1:
      value = addTable(p, x);
      break;
    case 2:
      value = addRequant(p, {first}, false, result, axis);
      break;
    default: {
      std::vector<Term> terms{first};
      for (int64_t n = r.range(1, 2); n > 0; --n)
        terms.push_back(makeTerm(p, type, pickElement(r)));
      std::swap(terms.front(), terms[r.range(0, int64_t(terms.size()) - 1)]);
      value = addRequant(p, terms, false, result, axis);
    }
    }
    if (r.range(0, 2) == 0)
      value = addTable(p, value);
    p.result(value);
    check(p, Options());
  }
}

TEST_F(ScheduleTest, WidePools) {
  for (int i = 0; i < repeat(20) && !HasFailure(); ++i) {
    ProgramText p(25000 + i);
    Random &r = p.random;
    int64_t size = r.range(3, 9), kernel = r.range(1, 3), count = kernel * kernel, out = size - kernel + 1;
    Type type{{r.range(1, 2), r.range(1, 37), size, size}, pickElement(r)};
    std::string element = pickElement(r), x = addCodes(p, type), n = std::to_string(kernel);
    int64_t lo = leastCode(element), hi = lo + (int64_t(1) << codeBits(element)) - 1;
    std::string window = "kernel = array<i64: " + n + ", " + n +
                         ">, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, "
                         "ceil_mode = false";
    Type result{{type.dims[0], type.dims[1], out, out}, type.element};
    p.result(p.add("qc.max_pool " + x + " {" + window + "}", {x}, result));
    result.element = element;
    auto average = [&](const std::string &op, const std::string &attributes, int64_t values, const Type &y) {
      int64_t shift = 31 + std::lround(std::log2(double(values))) + codeBits(type.element) - codeBits(element);
      return p.add("dyadic." + op + " " + x + " {" + attributes + "x_zero_point = " +
                       std::to_string(randomCode(r, type.element)) + " : i32, counts = " + list({values}) +
                       ", multipliers = " + list({r.range(1 << 30, INT32_MAX)}, "i32") +
                       ", shifts = " + list({std::max<int64_t>(1, shift)}, "i32") +
                       ", zero_point = " + std::to_string(randomCode(r, element)) +
                       " : i32, lo = " + std::to_string(lo) + " : i32, hi = " + std::to_string(hi) + " : i32}",
                   {x}, y);
    };
    p.result(average("avg_pool", window + ", count_include_pad = false, ", count, result));
    p.result(average("global_avg_pool", "", size * size, {{type.dims[0], type.dims[1], 1, 1}, element}));
    check(p, Options());
  }
}
