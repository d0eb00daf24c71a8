// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The big-integer oracle's Requants (test/oracle/requant_oracle.py) through compiled code: every machine form, scalar,
// vector and behind a contraction, at every level and on the device. What the vectors hold is counted too.
#include "../Arith/Vectors.h"
#include "JitKernel.h"
#include "qc/Arith/Forms.h"
#include "qc/Arith/Packing.h"
#include "gtest/gtest.h"
#include <array>
#include <map>
#include <memory>
#include <tuple>

using namespace qc;
using namespace qc::test;

namespace {
/// What a kernel.requant reads, by the order of the slots.
enum Number { raw0, raw1, m0, m1, shift, zero, preShift, lo, hi, kNumbers };

/// One Requant in one machine form.
struct Vector {
  std::array<int32_t, kNumbers> numbers;
  int64_t addend;
  int32_t y;
  numerics::TermFacts facts[2]; ///< what the form was proved with
};

/// The text of one kernel: form, number of terms, bits of the result.
struct Shape {
  std::string form;
  int64_t terms;
  int bits;
  bool operator<(const Shape &other) const {
    return std::tie(form, terms, bits) < std::tie(other.form, other.terms, other.bits);
  }
};

using Batches = std::map<Shape, std::vector<Vector>>;

/// The golden rows in every form that is proved for them.
class BatchMaker {
public:
  explicit BatchMaker(const Vectors &vectors) : vectors(vectors) {
    for (size_t first = 0; first + requantGroup <= vectors.rows; first += requantGroup)
      addGroup(first);
  }
  Batches batches;

private:
  template <typename Form> void add(const char *name, size_t at, const Form &form, int32_t preShift = 0) {
    const int64_t *row = vectors.row(at);
    Vector v;
    v.numbers = {int32_t(row[column::raw0]),
                 int32_t(row[column::raw1]),
                 form.m[0],
                 form.m[1],
                 form.shift,
                 form.zeroAfter,
                 preShift,
                 form.lo,
                 form.hi};
    v.addend = int64_t(form.addend);
    v.y = int32_t(row[column::y]);
    v.facts[0] = {row[column::bound0], row[column::rawBound0], row[column::comp0]};
    v.facts[1] = {row[column::bound1], row[column::rawBound1], row[column::comp1]};
    static const int bits[] = {8, 8, 16, 16, 32};
    batches[{name, row[column::terms], bits[row[column::type]]}].push_back(v);
  }

  void addHigh(size_t first, const std::vector<numerics::RequantParams> &params,
               const std::vector<numerics::TermFacts> &facts) {
    numerics::FormFKernel kernel = numerics::buildFormF(params, facts);
    for (size_t c = 0; c < kernel.channels.size(); ++c)
      add("high", first + c, kernel.channels[c], kernel.channels[c].preShift);
  }

  void addGroup(size_t first) {
    std::vector<numerics::RequantParams> params;
    std::vector<numerics::TermFacts> facts;
    for (size_t c = 0; c < requantGroup; ++c) {
      const int64_t *row = vectors.row(first + c);
      std::vector<numerics::TermFacts> mine = {{row[column::bound0], row[column::rawBound0], row[column::comp0]}};
      if (row[column::terms] == 2)
        mine.push_back({row[column::bound1], row[column::rawBound1], row[column::comp1]});
      params.push_back(requantParams(row));
      facts.insert(facts.end(), mine.begin(), mine.end());
      bool isHalfUp = params.back().rounding == numerics::Rounding::HalfUp;
      add(isHalfUp ? "wide" : "half_even", first + c, numerics::buildWideForm(params.back(), mine));
      if (std::optional<numerics::NarrowForm> narrow = numerics::buildNarrowForm(params.back(), mine))
        add("narrow", first + c, *narrow);
      addHigh(first + c, {params.back()}, mine);
    }
    // The zero point leaves all addends where one channel needs it.
    addHigh(first, params, facts);
  }

  const Vectors &vectors;
};

const Batches &getBatches() {
  static const Batches batches = BatchMaker(requantVectors()).batches;
  return batches;
}

std::string replaceAll(std::string text, const std::map<std::string, std::string> &values) {
  for (const auto &[name, value] : values)
    for (size_t at = 0; (at = text.find(name, at)) != std::string::npos; at += value.size())
      text.replace(at, name.size(), value);
  return text;
}

std::map<std::string, std::string> getWords(const Shape &shape) {
  bool two = shape.terms == 2;
  return {{"FORM", shape.form},
          {"RESULT", "i" + std::to_string(shape.bits)},
          {"RAWS", two ? "%x0, %x1" : "%x0"},
          {"MULTIPLIERS", two ? "%k0, %k1" : "%k0"},
          {"COUNTS", two ? "2, 2" : "1, 1"},
          {"TYPES", two ? "i32, i32, i32, i32" : "i32, i32"}};
}

// One Requant per element; everything varies.
std::string makeElementsText(const Shape &shape) {
  return replaceAll(R"(
kernel.func @k(%raw0: memref<?xi32>, %raw1: memref<?xi32>, %m0: memref<?xi32>, %m1: memref<?xi32>, %s: memref<?xi32>,
               %z: memref<?xi32>, %t: memref<?xi32>, %lo: memref<?xi32>, %hi: memref<?xi32>, %c: memref<?xi64>, %n: index,
               %y: memref<?xRESULT>, %tile: index) {
  scf.forall (%i) in (%n) {
    %r0 = memref.load %raw0[%i] : memref<?xi32>
    %r1 = memref.load %raw1[%i] : memref<?xi32>
    %k0 = memref.load %m0[%i] : memref<?xi32>
    %k1 = memref.load %m1[%i] : memref<?xi32>
    %ss = memref.load %s[%i] : memref<?xi32>
    %zz = memref.load %z[%i] : memref<?xi32>
    %tt = memref.load %t[%i] : memref<?xi32>
    %ll = memref.load %lo[%i] : memref<?xi32>
    %hh = memref.load %hi[%i] : memref<?xi32>
    %cc = memref.load %c[%i] : memref<?xi64>
    %x0 = arith.shli %r0, %tt : i32
    %x1 = arith.shli %r1, %tt : i32
    %q = kernel.requant FORM RAWS, MULTIPLIERS, %cc, %ss, %zz, %ll, %hh
      {operandSegmentSizes = array<i32: COUNTS, 1, 1, 1, 1, 1>} : (TYPES, i64, i32, i32, i32, i32) -> RESULT
    memref.store %q, %y[%i] : memref<?xRESULT>
  }
  kernel.return
}
)",
                    getWords(shape));
}

// Four products, then one Requant per column; its second term as a residual.
std::string makeContractText(const Shape &shape) {
  return replaceAll(R"(
kernel.func @k(%x: memref<?xi8>, %taps: memref<?xi64>, %w: memref<?xi8>, %raw1: memref<?xi32>, %m0: memref<?xi32>,
               %m1: memref<?xi32>, %s: memref<?xi32>, %z: memref<?xi32>, %t: memref<?xi32>, %lo: memref<?xi32>,
               %hi: memref<?xi32>, %c: memref<?xi64>, %m: index, %n: index, %y: memref<?xRESULT>, %tile: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  kernel.contract {mma = #kernel.mma<u8s8>} m %m n %n column %c0 runs %c1 len %c4 x %x[%c0, %c0] taps %taps w %w[%c0]
    y %y[%c0, %n]
    per_n(%m0, %m1, %s, %z, %t, %lo, %hi, %c : memref<?xi32>, memref<?xi32>, memref<?xi32>, memref<?xi32>, memref<?xi32>,
          memref<?xi32>, memref<?xi32>, memref<?xi64>)[%c0]
    per_mn(%raw1[%c0][%c0] : memref<?xi32>) {
  ^bb0(%r0: i32, %k0: i32, %k1: i32, %ss: i32, %zz: i32, %tt: i32, %ll: i32, %hh: i32, %cc: i64, %r1: i32):
    %x0 = arith.shli %r0, %tt : i32
    %x1 = arith.shli %r1, %tt : i32
    %q = kernel.requant FORM RAWS, MULTIPLIERS, %cc, %ss, %zz, %ll, %hh
      {operandSegmentSizes = array<i32: COUNTS, 1, 1, 1, 1, 1>} : (TYPES, i64, i32, i32, i32, i32) -> RESULT
    kernel.yield %q : RESULT
  } : memref<?xi8>, memref<?xi64>, memref<?xi8>, memref<?xRESULT>
  kernel.return
}
)",
                    getWords(shape));
}

/// Element `i` of a result of `bits` bits; the low bits of `y`.
bool holds(Guarded<int8_t> &result, size_t i, int bits, int32_t y) {
  return std::memcmp(result.data() + i * (bits / 8), &y, bits / 8) == 0;
}

class RequantVectorsTest : public ::testing::TestWithParam<Target> {
protected:
  void SetUp() override { ASSERT_GE(requantVectors().rows, 100000u) << "the oracle did not run"; }
  void checkElements(const Shape &shape, const std::vector<Vector> &batch);
  void checkContractions(const Shape &shape, const std::vector<Vector> &batch);
  size_t runs = 0; ///< Requants that were computed
};

/// Columns behind a contraction: each golden row with another register and compensation that make the same term.
class ContractCase {
public:
  ContractCase(const Vector *first, size_t count, int bits)
      : count(count), bits(bits), columns((count + 15) / 16 * 16), x(4 + 63), taps(1), lengths(1, 4),
        layout(int64_t(count), numerics::Span<int64_t>(lengths)), w(layout.size()), addends(columns),
        y(kRows * count * bits / 8), vectors(first) {
    const int codes[] = {1, 255, 3, 200};
    for (int k = 0; k < 4; ++k)
      x[k] = int8_t(codes[k]);
    for (auto &list : numbers)
      list = std::make_unique<Guarded<int32_t>>(columns);
    Random random(count);
    std::vector<std::array<int8_t, 4>> weights(count);
    for (size_t n = 0; n < count; ++n) {
      int64_t sum = 0;
      for (int k = 0; k < 4; ++k)
        sum += codes[k] * (weights[n][k] = int8_t(random.range(-127, 127)));
      int64_t bound = first[n].facts[0].rawBound;
      if (sum < -bound || sum > bound) // a narrow register
        weights[n] = {int8_t(sum = random.range(-std::min<int64_t>(127, bound), std::min<int64_t>(127, bound))), 0, 0,
                      0};
      fill(n, sum);
    }
    numerics::pack(layout, [&](int64_t n, size_t, int64_t k) { return weights[n][k]; }, w.data());
  }

  void run(const JitKernel &kernel) {
    kernel.run({x.slot(), taps.slot(), w.slot(), numbers[raw1]->slot(), numbers[m0]->slot(), numbers[m1]->slot(),
                numbers[shift]->slot(), numbers[zero]->slot(), numbers[preShift]->slot(), numbers[lo]->slot(),
                numbers[hi]->slot(), addends.slot(), kRows, int64_t(count), y.slot()});
  }

  size_t countWrong() {
    size_t wrong = 0;
    for (size_t i = 0; i < kRows * count; ++i)
      wrong += !holds(y, i, bits, vectors[i % count].y);
    return wrong;
  }

  static constexpr int64_t kRows = 5; ///< all alike

private:
  // x = sum + (comp + raw - sum): the addend moves by (raw - sum) * m, in wrapping arithmetic.
  void fill(size_t n, int64_t sum) {
    const Vector &v = vectors[n];
    for (int i = 0; i < kNumbers; ++i)
      (*numbers[i])[n] = v.numbers[i];
    uint64_t moved = uint64_t(v.numbers[raw0] - sum) * uint64_t(int64_t(v.numbers[m0])) << v.numbers[preShift];
    addends[n] = int64_t(uint64_t(v.addend) + moved);
  }

  size_t count;
  int bits;
  size_t columns;
  Guarded<int8_t> x;
  Guarded<int64_t> taps;
  std::vector<int64_t> lengths;
  numerics::PackedLayout layout;
  Guarded<int8_t> w;
  std::array<std::unique_ptr<Guarded<int32_t>>, kNumbers> numbers;
  Guarded<int64_t> addends;
  Guarded<int8_t> y;
  const Vector *vectors;
};
} // namespace

// Once as vectors with a ragged end, once in pieces that are shorter than any vector.
void RequantVectorsTest::checkElements(const Shape &shape, const std::vector<Vector> &batch) {
  std::unique_ptr<JitKernel> kernel = JitKernel::compile(makeElementsText(shape), GetParam());
  ASSERT_TRUE(kernel);
  size_t count = batch.size();
  std::vector<std::unique_ptr<Guarded<int32_t>>> numbers;
  numbers.reserve(kNumbers);
  for (int i = 0; i < kNumbers; ++i) {
    numbers.push_back(std::make_unique<Guarded<int32_t>>(count));
    for (size_t at = 0; at < count; ++at)
      (*numbers.back())[at] = batch[at].numbers[i];
  }
  Guarded<int64_t> addends(count);
  for (size_t at = 0; at < count; ++at)
    addends[at] = batch[at].addend;
  for (size_t piece : {count, size_t(7)}) {
    Guarded<int8_t> y(count * shape.bits / 8);
    for (size_t first = 0; first < count; first += piece) {
      std::vector<int64_t> slots;
      for (auto &list : numbers)
        slots.push_back(list->slot() + int64_t(first * 4));
      slots.insert(slots.end(), {addends.slot() + int64_t(first * 8), int64_t(std::min(piece, count - first)),
                                 y.slot() + int64_t(first * shape.bits / 8)});
      kernel->run(slots);
    }
    size_t wrong = 0;
    for (size_t at = 0; at < count; ++at)
      if (!holds(y, at, shape.bits, batch[at].y) && ++wrong < 4)
        ADD_FAILURE() << "vector " << at << ": raw " << batch[at].numbers[raw0] << ", " << batch[at].numbers[raw1]
                      << " m " << batch[at].numbers[m0] << ", " << batch[at].numbers[m1] << " s "
                      << batch[at].numbers[shift] << " should give " << batch[at].y;
    EXPECT_EQ(wrong, 0u);
    runs += count;
  }
}

void RequantVectorsTest::checkContractions(const Shape &shape, const std::vector<Vector> &batch) {
  std::unique_ptr<JitKernel> kernel = JitKernel::compile(makeContractText(shape), GetParam());
  ASSERT_TRUE(kernel);
  constexpr size_t kColumns = 1999; // ragged
  for (size_t first = 0; first < batch.size(); first += kColumns) {
    size_t count = std::min(kColumns, batch.size() - first);
    ContractCase test(&batch[first], count, shape.bits);
    test.run(*kernel);
    ASSERT_EQ(test.countWrong(), 0u) << "vectors " << first << " to " << first + count;
    runs += count;
  }
}

static std::string describe(const Shape &shape) {
  return shape.form + ", " + std::to_string(shape.terms) + " terms, i" + std::to_string(shape.bits);
}

TEST_P(RequantVectorsTest, elements) {
  for (const auto &[shape, batch] : getBatches()) {
    SCOPED_TRACE(describe(shape));
    checkElements(shape, batch);
  }
  EXPECT_GE(runs, 2 * requantVectors().rows);
}

TEST_P(RequantVectorsTest, contractions) {
  for (const auto &[shape, batch] : getBatches()) {
    SCOPED_TRACE(describe(shape));
    checkContractions(shape, batch);
  }
  EXPECT_GE(runs, requantVectors().rows);
}

INSTANTIATE_TEST_SUITE_P(Targets, RequantVectorsTest, ::testing::ValuesIn(getTestTargets()),
                         [](const auto &info) { return info.param.name; });

namespace {
/// How often the vectors meet what docs/Numerics.md has bounds for.
class Coverage {
public:
  void add(const int64_t *row, bool hasLiveNeighbour) {
    auto sum = Wide(row[column::x0]) * row[column::m0] + Wide(row[column::x1]) * row[column::m1];
    Wide half = Wide(1) << (row[column::shift] - 1), rest = sum & (2 * half - 1);
    Wide above = ((sum + half) >> row[column::shift]) + row[column::zeroPoint];
    Wide bound =
        Wide(row[column::bound0]) * magnitude(row[column::m0]) + Wide(row[column::bound1]) * magnitude(row[column::m1]);
    Wide addend = Wide(row[column::comp0]) * row[column::m0] + Wide(row[column::comp1]) * row[column::m1] + half;
    const char *rounding = row[column::rounding] ? "half_even" : "half_up";
    std::string form = row[column::formF] == 1 ? "z in C" : row[column::formF] == 2 ? "z after" : "";
    count("saturates below", above < row[column::lo]);
    count("saturates above", above > row[column::hi]);
    count("at the lower end", above == row[column::lo] - 1);
    count("at the upper end", above == row[column::hi] + 1);
    count(std::string(rounding) + ": positive tie", rest == half && sum > 0);
    count(std::string(rounding) + ": negative tie", rest == half && sum < 0);
    count("s = " + std::to_string(row[column::shift]), true);
    count("w = " + std::to_string(row[column::width]), true);
    count("dead among live", bound < half && hasLiveNeighbour);
    count("residual, s < 32", row[column::terms] == 2 && row[column::width] == 31 && row[column::shift] < 32);
    count("residual, s < 32, pre-shifted",
          row[column::terms] == 2 && row[column::width] == 31 && row[column::shift] < 32 && !form.empty());
    count("addend wraps", addend != Wide(int64_t(addend)));
    count("addend wraps in Form F", addend != Wide(int64_t(addend)) && !form.empty());
    count("form F, " + form, !form.empty());
    count("int32 form", row[column::int32Form] == 1 && bound >= half);
    count("negative multiplier", row[column::m0] < 0);
  }
  size_t operator[](const std::string &name) const {
    auto it = counts.find(name);
    return it == counts.end() ? 0 : it->second;
  }

private:
  using Wide = __int128;
  static Wide magnitude(int64_t m) { return m < 0 ? -m : m; }
  void count(const std::string &name, bool is) { counts[name] += is; }
  std::map<std::string, size_t> counts;
};
} // namespace

// The vectors are not only many: each bound is met often.
TEST(RequantVectors, meetEveryBound) {
  const Vectors &vectors = requantVectors();
  ASSERT_GE(vectors.rows, 100000u) << "the oracle did not run";
  Coverage coverage;
  for (size_t first = 0; first < vectors.rows; first += requantGroup) {
    bool anyLive = false;
    for (size_t c = 0; c < requantGroup; ++c)
      anyLive |= vectors.row(first + c)[column::formF] != 3;
    for (size_t c = 0; c < requantGroup; ++c)
      coverage.add(vectors.row(first + c), anyLive);
  }
  for (const char *name : {"saturates below",
                           "saturates above",
                           "at the lower end",
                           "at the upper end",
                           "half_up: positive tie",
                           "half_up: negative tie",
                           "half_even: positive tie",
                           "half_even: negative tie",
                           "s = 1",
                           "s = 31",
                           "s = 32",
                           "s = 54",
                           "s = 55",
                           "s = 62",
                           "w = 22",
                           "w = 31",
                           "dead among live",
                           "residual, s < 32",
                           "residual, s < 32, pre-shifted",
                           "addend wraps",
                           "addend wraps in Form F",
                           "form F, z in C",
                           "form F, z after",
                           "int32 form",
                           "negative multiplier"}) {
    RecordProperty(name, int(coverage[name]));
    EXPECT_GE(coverage[name], 100u) << name;
  }
}
