// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Random functions that compute with sizes, as text.
#pragma once
#include "llvm/ADT/ArrayRef.h"
#include <algorithm>
#include <cstdint>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace qc::test {

/// A random function of two inputs: float tensors (every dimension `?` in types), and vectors of integers.
class RandomSizes {
public:
  /// With `isBound` the inputs have sizes, N = 2, H = 3, W = 5, in place of symbols.
  explicit RandomSizes(unsigned seed, bool isBound = false) : isBound(isBound), random(seed) {
    floats = {{"%x", 3}, {"%v", 2}};
    for (int i = 0; i < 12; ++i)
      addStep();
  }

  /// With `returnsAll`, @main returns every float tensor that it computes.
  std::string getText(bool returnsAll = false) const {
    std::string names, types;
    for (const Tensor &tensor : llvm::ArrayRef(floats).drop_front(returnsAll ? 2 : floats.size())) {
      names += (names.empty() ? " " : ", ") + tensor.name;
      types += (types.empty() ? "" : ", ") + typeOf(tensor);
    }
    std::string results = types.empty() ? "" : " -> (" + types + ")",
                returned = types.empty() ? "" : names + " : " + types;
    return "module attributes {qc.symbols = {N = array<i64: 0, -1>, H = array<i64: 0, 9>, W = array<i64: 1, -1>}} {\n"
           "func.func @main(%x: " +
           typeOf({"%x", 3}) + (isBound ? "" : " {qc.dims = [\"N\", \"\", \"W\"]}") + ", %v: " + typeOf({"%v", 2}) +
           (isBound ? "" : " {qc.dims = [\"W\", \"H\"]}") + ")" + results + " {\n" + body + "return" + returned +
           "\n}\n}\n";
  }

private:
  struct Tensor {
    std::string name;
    int64_t rank;
  };

  int64_t pick(int64_t count) { return int64_t(random() % uint64_t(count)); }
  std::string typeOf(const Tensor &tensor) const {
    if (tensor.name == "%x")
      return isBound ? "tensor<2x4x5xf32>" : "tensor<?x4x?xf32>";
    if (tensor.name == "%v" && isBound)
      return "tensor<5x3xf32>";
    std::string dims;
    for (int64_t d = 0; d < tensor.rank; ++d)
      dims += "?x";
    return "tensor<" + dims + "f32>";
  }
  static std::string vectorType(int64_t size) { return "tensor<" + std::to_string(size) + "xi64>"; }
  std::string define(const std::string &text) {
    std::string name = "%" + std::to_string(next++);
    body += "  " + name + " = " + text + "\n";
    return name;
  }
  Tensor defineFloat(const std::string &op, const std::vector<Tensor> &operands, int64_t rank,
                     const std::string &attributes = "", const std::string &extra = "",
                     const std::string &extraType = "") {
    std::string names, types;
    for (const Tensor &operand : operands) {
      names += (names.empty() ? "" : ", ") + operand.name;
      types += (types.empty() ? "" : ", ") + typeOf(operand);
    }
    Tensor result{"", rank};
    result.name = define(op + " " + names + extra + attributes + " : (" + types + extraType + ") -> " + typeOf(result));
    floats.push_back(result);
    return result;
  }
  std::string shapePart(const Tensor &x, int64_t start, int64_t end) {
    return define("qc.shape " + x.name + " {start = " + std::to_string(start) + " : i64, end = " + std::to_string(end) +
                  " : i64} : (" + typeOf(x) + ") -> " + vectorType(end - start));
  }
  std::string join(const std::vector<std::pair<std::string, int64_t>> &parts) {
    std::string names, types;
    int64_t size = 0;
    for (const auto &[name, count] : parts) {
      names += (names.empty() ? "" : ", ") + name;
      types += (types.empty() ? "" : ", ") + vectorType(count);
      size += count;
    }
    return define("qc.concat " + names + " {axis = 0 : i64} : (" + types + ") -> " + vectorType(size));
  }
  std::string number(int64_t value) {
    return define("qc.constant dense<" + std::to_string(value) + "> : " + vectorType(1));
  }
  /// Without `allowsZero` a size that is 0 is read as a copy of what may be another dimension: a model that means it
  /// says so, and expressions do not follow it.
  void reshapeTo(const Tensor &x, const std::string &shape, int64_t rank, bool allowsZero = true) {
    defineFloat("qc.dynamic_reshape", {x}, rank, std::string(" {allow_zero = ") + (allowsZero ? "true" : "false") + "}",
                ", " + shape, ", " + vectorType(rank));
  }

  /// `dim` modulo a number, which is computed.
  std::string modulo(const std::string &dim, int64_t number) {
    return define("qc.mod " + dim + ", " + this->number(number) + " : (tensor<1xi64>, tensor<1xi64>) -> tensor<1xi64>");
  }
  std::string combine(const char *op, const std::string &a, const std::string &b) {
    return define(std::string(op) + " " + a + ", " + b + " : (tensor<1xi64>, tensor<1xi64>) -> tensor<1xi64>");
  }
  /// "array<i64: ...>" of `count` entries that are computed.
  static std::string allComputed(int64_t count) {
    std::string list = "array<i64";
    for (int64_t i = 0; i < count; ++i)
      list += (i ? ", " : ": ") + std::to_string(INT64_MIN);
    return list + ">";
  }

  /// Pads, repeats, sizes and parts of x that are computed from a dimension of y.
  void addComputed(const Tensor &x, const Tensor &y) {
    if (x.rank == 0 || y.rank == 0)
      return;
    int64_t d = pick(x.rank), e = pick(y.rank), kind = pick(4), rank = x.rank;
    std::string dim = shapePart(y, e, e + 1), rest = modulo(dim, 2 + pick(3)), axis = std::to_string(d);
    auto at = [&](const std::string &entry, int64_t other) {
      std::vector<std::pair<std::string, int64_t>> parts;
      for (int64_t i = 0; i < rank; ++i)
        parts.push_back({i == d ? entry : other < 0 ? shapePart(x, i, i + 1) : number(other), 1});
      return parts;
    };
    if (kind == 0) {
      auto begins = at(rest, 0), ends = at(modulo(combine("qc.sub", number(4), modulo(dim, 4)), 4), 0);
      begins.insert(begins.end(), ends.begin(), ends.end());
      defineFloat("qc.pad", {x}, rank, " edge {begins = " + allComputed(rank) + ", ends = " + allComputed(rank) + "}",
                  " by " + join(begins), ", " + vectorType(2 * rank));
    } else if (kind == 1) {
      defineFloat("qc.tile", {x}, rank, " {repeats = " + allComputed(rank) + "}", " by " + join(at(rest, 1)),
                  ", " + vectorType(rank));
    } else if (kind == 2) {
      defineFloat("qc.resize_nearest", {x}, rank,
                  " half_pixel round_prefer_ceil {scales = array<f32>, sizes = " + allComputed(rank) + "}",
                  " to " + join(at(combine("qc.add", dim, number(pick(3))), -1)), ", " + vectorType(rank));
    } else {
      std::string attributes = " {axis = " + axis + " : i64, index = " + std::to_string(pick(2)) +
                               " : i64, count = 2 : i64, uneven = " + (pick(2) ? "true" : "false") + "}";
      bool isGiven = pick(2);
      std::string sizes = isGiven ? join({{rest, 1}, {combine("qc.sub", shapePart(x, d, d + 1), rest), 1}}) : "";
      defineFloat("qc.split_part", {x}, rank, attributes, isGiven ? " by " + sizes : "",
                  isGiven ? ", " + vectorType(2) : "");
    }
  }

  void addStep() {
    // Mostly the same tensor twice: others seldom fit.
    Tensor x = floats[pick(int64_t(floats.size()))], y = pick(4) ? x : floats[pick(int64_t(floats.size()))];
    int64_t k = pick(x.rank + 1);
    switch (pick(12)) {
    case 0: // flatten what is behind k
      return reshapeTo(x, join({{shapePart(x, 0, k), k}, {number(-1), 1}}), k + 1, pick(2));
    case 1: // a dimension of 1
      if (x.rank < 4)
        reshapeTo(x, join({{shapePart(x, 0, k), k}, {number(1), 1}, {shapePart(x, k, x.rank), x.rank - k}}),
                  x.rank + 1);
      return;
    case 2: { // the number of elements
      std::string size = define("qc.size " + x.name + " : (" + typeOf(x) + ") -> tensor<i64>");
      return reshapeTo(x, define("qc.reshape " + size + " {shape = array<i64: 1>} : (tensor<i64>) -> tensor<1xi64>"),
                       1);
    }
    case 3: {
      std::vector<int64_t> perm(x.rank);
      std::iota(perm.begin(), perm.end(), 0);
      std::shuffle(perm.begin(), perm.end(), random);
      std::string list;
      for (int64_t d : perm)
        list += (list.empty() ? ": " : ", ") + std::to_string(d);
      defineFloat("qc.transpose", {x}, x.rank, " {perm = array<i64" + list + ">}");
      return;
    }
    case 4:
      if (x.rank == y.rank && x.rank > 0)
        defineFloat("qc.concat", {x, y}, x.rank, " {axis = " + std::to_string(pick(x.rank)) + " : i64}");
      return;
    case 5:
      defineFloat("qc.add", {x, y}, std::max(x.rank, y.rank));
      return;
    case 6: {
      if (x.rank != 3)
        return;
      std::string attributes = " {kernel = array<i64: " + std::to_string(1 + pick(3)) +
                               ">, strides = array<i64: " + std::to_string(1 + pick(3)) +
                               ">, pads = array<i64: " + std::to_string(pick(2)) + ", " + std::to_string(pick(5)) +
                               ">, dilations = array<i64: " + std::to_string(1 + pick(2)) +
                               ">, ceil_mode = " + (pick(2) ? "true" : "false") + "}";
      defineFloat("qc.max_pool", {x}, 3, attributes);
      return;
    }
    case 7:
      if (x.rank > 0 && y.rank > 0 && x.rank + y.rank > 2 && pick(3) == 0)
        defineFloat("qc.matmul", {x, y}, std::max({x.rank, y.rank, int64_t(2)}) - (x.rank == 1) - (y.rank == 1));
      return;
    case 8: { // a constant of a computed shape, and a range of as many numbers as an entry of it says
      std::string shape = join({{shapePart(x, k, x.rank), x.rank - k}, {number(pick(3)), 1}});
      std::string f = define("qc.constant_of_shape " + shape + " {value = dense<1.0> : tensor<1xf32>} : (" +
                             vectorType(x.rank - k + 1) + ") -> " + typeOf({"", x.rank - k + 1}));
      floats.push_back({f, x.rank - k + 1});
      std::string size = define("qc.size " + f + " : (" + typeOf({"", x.rank - k + 1}) + ") -> tensor<i64>");
      std::string a = define("qc.constant dense<" + std::to_string(pick(4) - 1) + "> : tensor<i64>");
      std::string step = define("qc.constant dense<" + std::to_string(1 + pick(3)) + "> : tensor<i64>");
      define("qc.range " + a + ", " + size + ", " + step +
             " : (tensor<i64>, tensor<i64>, tensor<i64>) -> tensor<?xi64>");
      return;
    }
    case 9:
    case 10:
      return addComputed(x, y);
    default: { // expand
      std::string shape =
          join({{number(1 + pick(2)), 1}, {shapePart(y, y.rank > 0 ? y.rank - 1 : 0, y.rank), y.rank > 0}});
      int64_t count = 1 + (y.rank > 0);
      defineFloat("qc.expand", {x}, std::max(x.rank, count), "", ", " + shape, ", " + vectorType(count));
      return;
    }
    }
  }

  bool isBound;
  std::mt19937 random;
  std::vector<Tensor> floats;
  std::string body;
  int next = 0;
};

} // namespace qc::test
