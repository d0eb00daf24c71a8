// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constants of contractions, packed as kernels read them.
#include "ContractProblem.h"
#include "dialects/QC/QC.h"
#include "qc/Arith/Int4.h"
#include "qc/Arith/PackingInt4.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

// Position in the weight tensor of column n (of all groups), run, k.
static int64_t getWeightIndex(const Problem &p, int64_t n, int64_t run, int64_t k) {
  if (p.isMatrix)
    return p.isTransposed ? n * p.length + k : k * p.columns + n;
  int64_t channels = p.depthPerTap, width = p.geometry.kernel[2];
  int64_t taps = p.geometry.kernel[0] * p.geometry.kernel[1] * width;
  int64_t tap = p.joinsTaps ? run * width + k / channels : run;
  int64_t c = p.joinsTaps ? k % channels : k;
  return (n * channels + c) * taps + tap;
}

ElementsAttr qc::kernel::packWeights(const Problem &p) {
  SmallVector<int64_t> lengths(p.runs, p.length);
  MLIRContext *context = p.weights.getType().getContext();
  if (p.weights.getType().getElementType().isF32()) {
    qc::numerics::PackedLayoutF32 layout(p.columns, ArrayRef<int64_t>(lengths));
    TensorValue packed(RankedTensorType::get({layout.size() * p.geometry.group}, Float32Type::get(context)));
    ArrayRef<float> from = p.weights.getData<float>();
    for (int64_t g = 0; g < p.geometry.group; ++g)
      qc::numerics::packF32(
          layout, [&](int64_t n, size_t run, int64_t k) { return from[getWeightIndex(p, g * p.columns + n, run, k)]; },
          packed.mutableData<float>().data() + g * layout.size());
    return getElementsAttr(packed);
  }
  qc::numerics::PackedLayout layout(p.columns, ArrayRef<int64_t>(lengths));
  TensorValue packed(RankedTensorType::get({layout.size() * p.geometry.group}, IntegerType::get(context, 8)));
  ArrayRef<int8_t> from = p.weights.getData<int8_t>();
  for (int64_t g = 0; g < p.geometry.group; ++g)
    qc::numerics::pack(
        layout, [&](int64_t n, size_t run, int64_t k) { return from[getWeightIndex(p, g * p.columns + n, run, k)]; },
        packed.mutableData<int8_t>().data() + g * layout.size());
  return getElementsAttr(packed);
}

namespace {
/// The multipliers of a convolution's group, or of a matrix.
class Multipliers {
public:
  explicit Multipliers(const Problem &p) : p(p), count((p.length + p.weightGroup - 1) / p.weightGroup) {
    chosen.resize(p.columns * p.runs * count);
  }
  /// That of a column and of the group of a run that begins at j * weightGroup.
  int8_t &at(int64_t n, int64_t run, int64_t j) { return chosen[(n * p.runs + run) * count + j]; }

  /// Chooses all; false where weights have none.
  bool choose(llvm::function_ref<int8_t(int64_t n, int64_t run, int64_t k)> weightAt) {
    std::vector<int8_t> group;
    for (int64_t n = 0; n < p.columns; ++n)
      for (int64_t run = 0; run < p.runs; ++run)
        for (int64_t j = 0; j < count; ++j) {
          group.clear();
          for (int64_t k = j * p.weightGroup; k < std::min(p.length, (j + 1) * p.weightGroup); ++k)
            group.push_back(weightAt(n, run, k));
          std::optional<int8_t> multiplier = qc::numerics::findGroupMultiplier(group);
          if (!multiplier)
            return false;
          at(n, run, j) = *multiplier;
        }
    return true;
  }

private:
  const Problem &p;
  int64_t count; ///< of a run
  std::vector<int8_t> chosen;
};
} // namespace

std::optional<PackedInt4> qc::kernel::packInt4Weights(const Problem &p) {
  SmallVector<int64_t> lengths(p.runs, p.length);
  qc::numerics::PackedInt4Layout layout(p.columns, ArrayRef<int64_t>(lengths), p.weightGroup);
  Type i8 = IntegerType::get(p.weights.getType().getContext(), 8);
  TensorValue codes(RankedTensorType::get({layout.size() * p.geometry.group}, i8));
  TensorValue multipliers(RankedTensorType::get({layout.multipliersSize() * p.geometry.group}, i8));
  auto *codesOut = reinterpret_cast<uint8_t *>(codes.mutableRawData().data());
  auto *multipliersOut = reinterpret_cast<uint8_t *>(multipliers.mutableRawData().data());
  ArrayRef<int8_t> from = p.weights.getData<int8_t>();
  Multipliers chosen(p);
  for (int64_t g = 0; g < p.geometry.group; ++g) {
    auto weightAt = [&](int64_t n, int64_t run, int64_t k) {
      return from[getWeightIndex(p, g * p.columns + n, run, k)];
    };
    if (!chosen.choose(weightAt))
      return std::nullopt;
    auto codeAt = [&](int64_t n, int64_t run, int64_t k) {
      return weightAt(n, run, k) / chosen.at(n, run, k / p.weightGroup);
    };
    qc::numerics::packInt4(layout, codeAt, codesOut + g * layout.size());
    qc::numerics::packMultipliers(
        layout, [&](int64_t n, int64_t run, int64_t j) { return chosen.at(n, run, j); },
        multipliersOut + g * layout.multipliersSize());
  }
  return PackedInt4{getElementsAttr(codes), getElementsAttr(multipliers), layout.size(), layout.multipliersSize()};
}

int64_t qc::kernel::getPackedSize(const Problem &p) {
  SmallVector<int64_t> lengths(p.runs, p.length);
  if (p.weights.getType().getElementType().isF32())
    return qc::numerics::PackedLayoutF32(p.columns, ArrayRef<int64_t>(lengths)).size();
  return qc::numerics::PackedLayout(p.columns, ArrayRef<int64_t>(lengths)).size();
}

int64_t qc::kernel::getPaddedColumns(const Problem &p) { return (p.columns + 15) / 16 * 16; }

ElementsAttr qc::kernel::padChannels(const Problem &p, ElementsAttr elements) {
  TensorValue from = *getTensorValue(elements);
  int64_t padded = getPaddedColumns(p);
  if (padded == p.columns)
    return elements;
  size_t bytes = TensorValue::elementBytes(from.getType());
  std::vector<char> out(padded * p.geometry.group * bytes, 0);
  if (p.columns > 0)
    for (int64_t g = 0; g < p.geometry.group; ++g)
      std::memcpy(&out[g * padded * bytes], from.getRawData().data() + g * p.columns * bytes, p.columns * bytes);
  auto type = RankedTensorType::get({padded * p.geometry.group}, from.getType().getElementType());
  return getElementsAttr(TensorValue(type, out));
}
