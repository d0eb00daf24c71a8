// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Histograms, by the bits of f32.
#include "qc/Calibration/Histogram.h"
#include "Rows.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include <cassert>
#include <cstring>
#include <memory>

using namespace llvm;
using namespace qc::calibration;

constexpr unsigned kShift = 18, kCodes = 1 << 14; // of an f32: bits that are not counted, values of those that are
constexpr unsigned kInfinite = 255;               // exponent of infinities and NaNs

static uint32_t getCode(const float *element) {
  uint32_t bits;
  std::memcpy(&bits, element, sizeof(bits));
  return bits >> kShift;
}

int64_t Histogram::getBin(float x) {
  uint32_t code = getCode(&x), magnitude = code & (kCodes / 2 - 1);
  assert(magnitude < kBins && "infinite or NaN");
  return code == magnitude ? int64_t(magnitude) : -1 - int64_t(magnitude);
}

double Histogram::getEdge(int64_t index) {
  return index == kBins ? 0x1p128 : double(llvm::bit_cast<float>(uint32_t(index) << kShift));
}

double Histogram::getCentre(int64_t index) { return index == 0 ? 0.0 : (getEdge(index) + getEdge(index + 1)) / 2; }

uint64_t *Histogram::getOctave(unsigned octave) {
  uint16_t &place = places[octave];
  if (place == 0) {
    counts.resize(counts.size() + kBinsPerOctave);
    place = uint16_t(counts.size() / kBinsPerOctave);
  }
  return &counts[size_t(place - 1) * kBinsPerOctave];
}

void Histogram::observeFew(const float *data, int64_t size, int64_t stride) {
  for (int64_t i = 0; i < size; ++i) {
    uint32_t code = getCode(data + i * stride);
    if ((code / kBinsPerOctave & 0xff) != kInfinite)
      ++getOctave(code / kBinsPerOctave)[code % kBinsPerOctave];
  }
}

namespace {
/// Counters of all codes, four of each: equal neighbours, as the zeros behind a relu, do not wait for one another.
class Scratch {
public:
  /// Counts less than 2^31 elements before they are taken.
  void observe(const float *data, int64_t size, int64_t stride) {
    int64_t i = 0;
    for (; i + kWays <= size; i += kWays)
      for (int64_t way = 0; way < kWays; ++way)
        ++counters[way][getCode(data + (i + way) * stride)];
    for (; i < size; ++i)
      ++counters[0][getCode(data + i * stride)];
  }

  /// Gives the counts of each octave that holds something to `take`, and forgets them.
  template <typename Take> void takeOctaves(Take take) {
    constexpr unsigned kWidth = 32;
    for (unsigned begin = 0; begin < kCodes; begin += kWidth) {
      std::array<uint32_t, kWidth> sums{};
      uint32_t any = 0;
      for (auto &way : counters)
        for (unsigned i = 0; i < kWidth; ++i)
          any |= way[begin + i], sums[i] += way[begin + i];
      if (!any)
        continue;
      for (auto &way : counters)
        std::fill_n(&way[begin], kWidth, 0);
      take(begin / kWidth, sums);
    }
  }

private:
  static constexpr int64_t kWays = 4;

  std::array<std::array<uint32_t, kCodes>, kWays> counters{};
};
} // namespace

void Histogram::observe(const float *data, ArrayRef<int64_t> dims, ArrayRef<int64_t> strides) {
  // Taking the counters costs as much as counting some ten thousand elements.
  constexpr int64_t kFew = 1 << 14, kPart = 1 << 20, kMost = int64_t(1) << 31;
  int64_t elements = 1;
  for (int64_t dim : dims)
    elements *= dim;
  if (elements < kFew)
    return forEachRow(data, dims, strides,
                      [&](const float *row, int64_t size, int64_t stride) { observeFew(row, size, stride); });
  static thread_local auto scratch = std::make_unique<Scratch>();
  auto take = [&] {
    scratch->takeOctaves([&](unsigned octave, ArrayRef<uint32_t> sums) {
      if ((octave & 0xff) == kInfinite)
        return;
      uint64_t *own = getOctave(octave);
      for (unsigned i = 0; i < kBinsPerOctave; ++i)
        own[i] += sums[i];
    });
  };
  int64_t held = 0;
  forEachRow(data, dims, strides, [&](const float *row, int64_t size, int64_t stride) {
    for (int64_t begin = 0; begin < size; begin += kPart) {
      int64_t part = std::min(kPart, size - begin);
      if (held + part > kMost)
        take(), held = 0;
      scratch->observe(row + begin * stride, part, stride);
      held += part;
    }
  });
  take();
}

void Histogram::merge(const Histogram &other) {
  for (unsigned octave = 0; octave < kOctaves; ++octave) {
    if (!other.places[octave])
      continue;
    uint64_t *own = getOctave(octave);
    const uint64_t *added = &other.counts[size_t(other.places[octave] - 1) * kBinsPerOctave];
    for (unsigned i = 0; i < kBinsPerOctave; ++i)
      own[i] += added[i];
  }
}

std::vector<BinCount> Histogram::getBins() const {
  std::vector<BinCount> bins;
  auto append = [&](unsigned code, bool isNegative) {
    uint16_t place = places[code / kBinsPerOctave];
    uint64_t count = place ? counts[size_t(place - 1) * kBinsPerOctave + code % kBinsPerOctave] : 0;
    int64_t magnitude = code % (kCodes / 2);
    if (count)
      bins.push_back({isNegative ? -1 - magnitude : magnitude, int64_t(count)});
  };
  for (unsigned code = kCodes; code-- > kCodes / 2;)
    append(code, true);
  for (unsigned code = 0; code < kCodes / 2; ++code)
    append(code, false);
  return bins;
}
