// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Moves as views, as elements computed in their place, copied, and looked up: the reference's bytes.
#include "KernelRunner.h"
#include "ScheduleTest.h"

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
/// Writes one move of a value; every move takes every element type.
class MoveWriter {
public:
  explicit MoveWriter(ProgramText &p) : p(p), r(p.random) {}

  std::string any(const std::string &x) {
    switch (r.range(0, 8)) {
    case 0:
      return slice(x);
    case 1:
      return pad(x);
    case 2:
      return tile(x);
    case 3:
      return gather(x);
    case 4:
      return gatherElements(x);
    case 5:
      return gatherND(x);
    case 6:
      return resize(x);
    case 7:
      return block(x);
    default:
      return transpose(x);
    }
  }

  std::string slice(const std::string &x) {
    Type type = p.typeOf(x);
    std::vector<int64_t> axes, starts, ends, steps;
    for (size_t d = 0; d < type.dims.size(); ++d) {
      if (r.range(0, 1))
        continue;
      int64_t n = type.dims[d], step = r.range(0, 2) ? 1 : r.range(-2, 1) * 2 - 1, first = r.range(0, n - 1);
      int64_t count = step > 0 ? (n - first + step - 1) / step : (first - step) / -step;
      axes.push_back(d);
      starts.push_back(r.range(0, 1) ? first : first - n);
      ends.push_back(step > 0 ? INT64_MAX : -INT64_MAX);
      steps.push_back(step);
      type.dims[d] = count;
    }
    return p.add("qc.slice " + x + " {axes = " + list(axes) + ", starts = " + list(starts) + ", ends = " + list(ends) +
                     ", steps = " + list(steps) + "}",
                 {x}, type);
  }

  std::string pad(const std::string &x) {
    Type type = p.typeOf(x);
    const char *modes[] = {"constant", "edge", "reflect", "wrap"};
    int64_t mode = r.range(0, 3);
    std::vector<int64_t> begins, ends;
    for (int64_t &dim : type.dims) {
      int64_t most = mode == 2 ? dim - 1 : mode == 3 ? dim : 3;
      begins.push_back(r.range(0, 1) ? 0 : r.range(0, std::min<int64_t>(most, 3)));
      ends.push_back(r.range(0, 1) ? 0 : r.range(0, std::min<int64_t>(most, 3)));
      dim += begins.back() + ends.back();
    }
    std::string value = mode != 0               ? ""
                        : type.element == "f32" ? ", value = -1.5 : f32"
                                                : ", value = 7 : " + type.element;
    return p.add(std::string("qc.pad ") + x + " " + modes[mode] + " {begins = " + list(begins) +
                     ", ends = " + list(ends) + value + "}",
                 {x}, type);
  }

  std::string tile(const std::string &x) {
    Type type = p.typeOf(x);
    std::vector<int64_t> repeats;
    for (int64_t &dim : type.dims) {
      repeats.push_back(dim < 20 && r.range(0, 2) == 0 ? r.range(2, 3) : 1);
      dim *= repeats.back();
    }
    return p.add("qc.tile " + x + " {repeats = " + list(repeats) + "}", {x}, type);
  }

  std::string transpose(const std::string &x) {
    Type type = p.typeOf(x), turned = type;
    std::vector<int64_t> perm;
    for (size_t d = 0; d < type.dims.size(); ++d)
      perm.push_back(d);
    for (size_t d = perm.size(); d-- > 1;)
      std::swap(perm[d], perm[r.range(0, d)]);
    for (size_t d = 0; d < perm.size(); ++d)
      turned.dims[d] = type.dims[perm[d]];
    return p.add("qc.transpose " + x + " {perm = " + list(perm) + "}", {x}, turned);
  }

  /// Indices into a dimension of size n.
  std::string indices(const std::vector<int64_t> &dims, int64_t n) {
    return p.constant({dims, r.range(0, 1) ? "i32" : "i64"}, -n, n - 1);
  }

  std::string gather(const std::string &x) {
    Type type = p.typeOf(x), result = type;
    int64_t axis = r.range(0, int64_t(type.dims.size()) - 1), rank = type.dims.size() < 4 ? r.range(0, 2) : 1;
    std::vector<int64_t> dims;
    for (int64_t d = 0; d < rank; ++d)
      dims.push_back(r.range(1, 5));
    std::string i = indices(dims, type.dims[axis]);
    result.dims.erase(result.dims.begin() + axis);
    result.dims.insert(result.dims.begin() + axis, dims.begin(), dims.end());
    return p.add("qc.gather " + x + ", " + i + " {axis = " + std::to_string(axis) + " : i64}", {x, i}, result);
  }

  std::string gatherElements(const std::string &x) {
    Type type = p.typeOf(x), result = type;
    if (type.dims.empty())
      return x;
    int64_t axis = r.range(0, int64_t(type.dims.size()) - 1);
    for (int64_t &dim : result.dims)
      dim = r.range(1, dim);
    std::string i = indices(result.dims, type.dims[axis]);
    return p.add("qc.gather_elements " + x + ", " + i + " {axis = " + std::to_string(axis) + " : i64}", {x, i}, result);
  }

  std::string gatherND(const std::string &x) {
    Type type = p.typeOf(x), result = type;
    int64_t rank = type.dims.size(), batch = r.range(0, rank - 1), depth = r.range(1, rank - batch), least = INT64_MAX;
    std::vector<int64_t> dims(type.dims.begin(), type.dims.begin() + batch);
    if (r.range(0, 1))
      dims.push_back(r.range(1, 4));
    for (int64_t d = batch; d < batch + depth; ++d)
      least = std::min(least, type.dims[d]);
    result.dims = dims;
    result.dims.insert(result.dims.end(), type.dims.begin() + batch + depth, type.dims.end());
    dims.push_back(depth);
    std::string i = indices(dims, least);
    return p.add("qc.gather_nd " + x + ", " + i + " {batch_dims = " + std::to_string(batch) + " : i64}", {x, i},
                 result);
  }

  std::string resize(const std::string &x) {
    Type type = p.typeOf(x);
    const char *coordinates[] = {"half_pixel",           "pytorch_half_pixel", "tf_half_pixel_for_nn",
                                 "half_pixel_symmetric", "asymmetric",         "align_corners"};
    const char *roundings[] = {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"};
    for (int64_t &dim : type.dims)
      dim = r.range(0, 1) ? dim : r.range(0, 1) ? dim * 2 : r.range(1, 9);
    return p.add(std::string("qc.resize_nearest ") + x + " " + coordinates[r.range(0, 5)] + " " +
                     roundings[r.range(0, 3)] + " {scales = array<f32>, sizes = " + list(type.dims) + "}",
                 {x}, type);
  }

  /// Blocks to channels or back, of what has the rank and sizes for it.
  std::string block(const std::string &x) {
    Type type = p.typeOf(x), result = type;
    if (type.dims.size() != 4)
      return slice(x);
    if (type.dims[2] % 2 == 0 && type.dims[3] % 2 == 0) {
      result.dims = {type.dims[0], type.dims[1] * 4, type.dims[2] / 2, type.dims[3] / 2};
      return p.add("qc.space_to_depth " + x + " {block = 2 : i64}", {x}, result);
    }
    int64_t first = type.dims[1] % 2 == 0 ? 2 : 1, second = type.dims[1] / first % 3 == 0 ? 3 : 1;
    result.dims = {type.dims[0], type.dims[1] / first / second, type.dims[2] * first, type.dims[3] * second};
    return p.add(std::string("qc.depth_to_space ") + x + (r.range(0, 1) ? " dcr" : " crd") +
                     " {blocks = " + list({first, second}) + "}",
                 {x}, result);
  }

private:
  ProgramText &p;
  Random &r;
};
} // namespace

// Chains of moves between what computes: each of them may be a view, a place, or a copy.
TEST_F(ScheduleTest, ChainsOfMoves) {
  const char *elements[] = {"f32", "ui8", "i8", "i16", "i32", "i64"};
  for (int i = 0; i < repeat(60) && !HasFailure(); ++i) {
    ProgramText p(500 + i);
    MoveWriter write(p);
    Random &r = p.random;
    std::string element = elements[r.range(0, 5)];
    std::string x = p.argument({{r.range(1, 2), r.range(1, 17), r.range(1, 6), r.range(1, 6)}, element});
    for (int64_t n = r.range(1, 4); n > 0; --n) {
      if (element == "f32" && r.range(0, 1))
        x = p.add("qc.relu " + x, {x}, p.typeOf(x));
      if (r.range(0, 3) == 0)
        p.result(x);
      std::string y = write.any(x);
      x = p.typeOf(y).size() < 100000 ? y : x;
    }
    p.result(x);
    check(p, Options());
  }
}

// Around a convolution and in one: results with halos, slices of channels, places in padded tensors.
TEST_F(ScheduleTest, MovesAroundConvolutions) {
  for (int i = 0; i < repeat(20) && !HasFailure(); ++i) {
    ProgramText p(900 + i);
    MoveWriter write(p);
    Random &r = p.random;
    std::string x = p.argument({{1, r.range(2, 8), r.range(3, 7), r.range(3, 7)}, "f32"});
    for (int64_t n = r.range(1, 3); n > 0; --n) {
      Type in = p.typeOf(x), out = in;
      out.dims[1] = 2 * r.range(1, 9);
      std::string w = p.constant({{out.dims[1], in.dims[1], 3, 3}, "f32"});
      x = p.add(
          "qc.conv " + x + ", " + w +
              " {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>, group = 1 "
              ": i64}",
          {x, w}, out);
      std::string y = r.range(0, 3) == 0   ? write.pad(x)
                      : r.range(0, 2) == 0 ? write.slice(x)
                      : r.range(0, 1)      ? write.resize(x)
                                           : write.block(x);
      x = p.typeOf(y).size() < 20000 ? y : x;
    }
    p.result(x);
    Options options;
    options.needsFma = true;
    check(p, options);
  }
}

// Computed indices: one outside of its dimension reads nothing outside of the buffer, between guard pages.
TEST_F(ScheduleTest, ComputedIndices) {
  ProgramText p(7);
  std::string x = p.argument({{5, 33}, "f32"}), i = p.argument({{7}, "i64"});
  p.result(p.add("qc.gather " + x + ", " + i + " {axis = 0 : i64}", {x, i}, {{7, 33}, "f32"}));
  mlir::OwningOpRef<mlir::ModuleOp> module = schedule(p.str());
  ASSERT_TRUE(module);
  const int64_t indices[] = {3, -5, 0, 4, 5, INT64_MIN, INT64_MAX};
  std::vector<float> table(5 * 33), result(7 * 33);
  for (size_t e = 0; e < table.size(); ++e)
    table[e] = float(e);
  for (const Target &target : getTestTargets()) {
    if (!target.level)
      continue;
    KernelRunner runner(*module, target);
    ASSERT_TRUE(runner.isValid());
    GuardedBytes in(table.size() * 4), at(sizeof indices), out(result.size() * 4);
    std::memcpy(in.data(), table.data(), table.size() * 4);
    std::memcpy(at.data(), indices, sizeof indices);
    runner.run({in.data(), at.data(), out.data()});
    std::memcpy(result.data(), out.data(), result.size() * 4);
    for (int64_t row = 0; row < 4; ++row)
      for (int64_t e = 0; e < 33; ++e)
        EXPECT_EQ(result[row * 33 + e], table[(indices[row] + 5) % 5 * 33 + e]) << target.name;
  }
}
