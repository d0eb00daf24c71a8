// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pools over windows of every kind.
#include "ScheduleTest.h"
#include <set>

using namespace qc;
using namespace qc::test;
using Type = ProgramText::Type;

static std::string list(const std::vector<int64_t> &values) {
  std::string text = "array<i64";
  for (size_t i = 0; i < values.size(); ++i)
    text += (i ? ", " : ": ") + std::to_string(values[i]);
  return text + ">";
}

namespace {
/// A random pool, and the counts of its windows.
struct Pool {
  std::vector<int64_t> size, kernel, strides, pads, dilations, output;
  bool ceilMode, countsPads;
  std::set<int64_t> counts{1}; ///< of the windows seen so far, as a product over dimensions

  explicit Pool(Random &r) : ceilMode(r.range(0, 1)), countsPads(r.range(0, 1)) {
    std::vector<int64_t> ends;
    for (int64_t d = r.range(1, 3); d > 0; --d) {
      int64_t k = r.range(1, 4), stride = r.range(1, 3), dilation = r.range(1, 4) == 1 ? 2 : 1;
      int64_t begin = r.range(0, 2), end = r.range(0, 2), extent = (k - 1) * dilation + 1;
      int64_t least = std::max<int64_t>(1, extent - begin - end), in = r.range(least, least + 6);
      int64_t room = in + begin + end - extent, out = room / stride + 1 + (ceilMode && room % stride);
      out -= ceilMode && (out - 1) * stride >= in + begin; // a last window that starts behind the input
      kernel.push_back(k);
      strides.push_back(stride);
      dilations.push_back(dilation);
      pads.push_back(begin);
      ends.push_back(end);
      size.push_back(in);
      output.push_back(out);
      std::set<int64_t> products;
      for (int64_t o = 0; o < out; ++o) {
        int64_t count = 0;
        for (int64_t t = 0; t < k; ++t) {
          int64_t at = o * stride - begin + t * dilation;
          count += countsPads ? at < in + end : at >= 0 && at < in;
        }
        for (int64_t c : counts)
          products.insert(c * count);
      }
      counts = products;
    }
    pads.insert(pads.end(), ends.begin(), ends.end());
    counts.erase(0);
    if (counts.empty())
      counts.insert(1);
  }

  Type makeType(int64_t batch, int64_t channels, const std::vector<int64_t> &rest, const std::string &element) const {
    Type type{{batch, channels}, element};
    type.dims.insert(type.dims.end(), rest.begin(), rest.end());
    return type;
  }
  std::string attributes() const {
    return "kernel = " + list(kernel) + ", strides = " + list(strides) + ", pads = " + list(pads) +
           ", dilations = " + list(dilations) + ", ceil_mode = " + (ceilMode ? "true" : "false");
  }
};
} // namespace

static std::string averageCodes(ProgramText &p, const Pool &pool, const std::string &x, const Type &result) {
  Random &r = p.random;
  std::string counts, multipliers, shifts;
  for (int64_t count : pool.counts) {
    std::string comma = counts.empty() ? "" : ", ";
    int64_t log = 0;
    while ((int64_t(1) << (log + 1)) <= count)
      ++log;
    counts += comma + std::to_string(count);
    multipliers += comma + std::to_string(r.range(1 << 30, INT32_MAX));
    shifts += comma + std::to_string(r.range(1, 9) == 1 ? r.range(1, 62) : r.range(29, 33) + log);
  }
  auto code = [&](const std::string &element) {
    return std::to_string(element == "ui8" ? r.range(0, 255) : r.range(-128, 127));
  };
  return p.add("dyadic.avg_pool " + x + " {x_zero_point = " + code(p.typeOf(x).element) + " : i32, " +
                   pool.attributes() + ", count_include_pad = " + (pool.countsPads ? "true" : "false") +
                   ", counts = array<i64: " + counts + ">, multipliers = array<i32: " + multipliers +
                   ">, shifts = array<i32: " + shifts + ">, zero_point = " + code(result.element) +
                   " : i32, lo = " + (result.element == "ui8" ? "0" : "-128") +
                   " : i32, hi = " + (result.element == "ui8" ? "255" : "127") + " : i32}",
               {x}, result);
}

// A global pool of codes: its count among others, near and far, first and last; sometimes none.
static void addGlobalPool(ProgramText &p) {
  Random &r = p.random;
  std::vector<int64_t> dims{r.range(1, 3), r.range(1, 67)};
  int64_t count = 1;
  for (int64_t d = r.range(1, 3); d > 0; --d) {
    dims.push_back(r.range(1, 30) == 1 ? 0 : r.range(1, 6));
    count *= dims.back();
  }
  std::set<int64_t> counts;
  for (int64_t n = r.range(0, 9); n > 0; --n)
    counts.insert(r.range(0, 1) ? r.range(1, 2 * count + 2) : r.range(1, 1 << 23));
  if (count > 0 || counts.empty())
    counts.insert(std::max<int64_t>(count, 1));
  std::string multipliers, shifts;
  for (size_t i = 0; i < counts.size(); ++i) {
    multipliers += (i ? ", " : "") + std::to_string(r.range(1 << 30, INT32_MAX));
    shifts += (i ? ", " : "") + std::to_string(r.range(1, 9) == 1 ? r.range(1, 62) : r.range(29, 38));
  }
  Type input{dims, r.range(0, 1) ? "ui8" : "i8"}, output{{dims[0], dims[1]}, r.range(0, 1) ? "ui8" : "i8"};
  output.dims.resize(dims.size(), 1);
  auto code = [&](const std::string &element) {
    return std::to_string(element == "ui8" ? r.range(0, 255) : r.range(-128, 127));
  };
  std::string x = p.argument(input), lo = output.element == "ui8" ? "0" : "-128";
  p.result(p.add("dyadic.global_avg_pool " + x + " {x_zero_point = " + code(input.element) + " : i32, counts = " +
                     list({counts.begin(), counts.end()}) + ", multipliers = array<i32: " + multipliers +
                     ">, shifts = array<i32: " + shifts + ">, zero_point = " + code(output.element) +
                     " : i32, lo = " + lo + " : i32, hi = " + std::to_string(std::stoi(lo) + 255) + " : i32}",
                 {x}, output));
}

TEST_F(ScheduleTest, GlobalPoolsOfCodes) {
  for (int i = 0; i < repeat(30) && !HasFailure(); ++i) {
    ProgramText p(700 + i);
    addGlobalPool(p);
    check(p, Options());
  }
}

TEST_F(ScheduleTest, Pools) {
  for (int i = 0; i < repeat(45) && !HasFailure(); ++i) {
    ProgramText p(100 + i);
    Random &r = p.random;
    Pool pool(r);
    int64_t batch = r.range(1, 4) == 1 ? 2 : 1, channels = r.range(1, 67);
    std::string element = i % 3 == 0 ? "f32" : r.range(0, 1) ? "ui8" : "i8";
    Type input = pool.makeType(batch, channels, pool.size, element);
    std::string x = p.argument(input);
    if (element == "f32" && r.range(0, 1))
      x = p.add("qc.relu " + x, {x}, input);
    Type output = pool.makeType(batch, channels, pool.output, element);
    std::string y;
    if (r.range(0, 1))
      y = p.add("qc.max_pool " + x + " {" + pool.attributes() + "}", {x}, output);
    else if (element == "f32")
      y = p.add("qc.avg_pool " + x + " {" + pool.attributes() +
                    ", count_include_pad = " + (pool.countsPads ? "true" : "false") + "}",
                {x}, output);
    else
      y = averageCodes(p, pool, x, pool.makeType(batch, channels, pool.output, r.range(0, 1) ? "ui8" : "i8"));
    if (element == "f32" && r.range(0, 1)) {
      std::string other = p.argument(output);
      y = p.add("qc.add " + y + ", " + other, {y, other}, output);
    }
    p.result(y);
    check(p, Options());
  }
}

TEST_F(ScheduleTest, GlobalPools) {
  for (int i = 0; i < repeat(9) && !HasFailure(); ++i) {
    ProgramText p(300 + i);
    Type type{{p.random.range(1, 2), p.random.range(1, 67)}, "f32"}, result = type;
    for (int d = 0; d <= i % 3; ++d) {
      type.dims.push_back(p.random.range(1, 9));
      result.dims.push_back(1);
    }
    std::string x = p.argument(type);
    p.result(p.add("qc.global_avg_pool " + x, {x}, result));
    check(p, Options());
  }
}

TEST_F(ScheduleTest, MaximaOfSpecialFloats) {
  ProgramText p(400);
  std::string x = p.argument({{1, 19, 6, 7}, "f32"});
  p.result(p.add("qc.max_pool " + x +
                     " {kernel = array<i64: 3, 2>, strides = array<i64: 2, 1>, pads = array<i64: 3, 0, 0, 2>, "
                     "dilations = array<i64: 1, 1>, ceil_mode = true}",
                 {x}, {{1, 19, 4, 7}, "f32"}));
  Options options;
  options.specialFloats = true;
  options.samples = 5;
  check(p, options);
}
