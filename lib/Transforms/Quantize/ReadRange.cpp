// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a chain reads, from points; f64 in a written order: the same on every host.
#include "QuantizePlan.h"
#include "qc/Analysis/ChainFunctions.h"

using namespace mlir;
using namespace qc;
using namespace qc::numerics;

static constexpr int kOctaves = 64, kPointsPerOctave = 32; // on either side of 0

// The point nearest to 0 of those, from `end` on, whose code is that at `end`.
static double findFlatEnd(Span<RealFunction> chain, QuantParams result, CodeType to, double end) {
  int32_t code = roundChain(chain, end, result, to);
  double found = end;
  for (int octave = 0; octave < kOctaves; ++octave, end /= 2)
    for (int i = 0; i < kPointsPerOctave; ++i) {
      double x = end * (double(2 * kPointsPerOctave - i) / double(2 * kPointsPerOctave));
      if (roundChain(chain, x, result, to) != code)
        return found;
      found = x;
    }
  return roundChain(chain, 0.0, result, to) == code ? 0.0 : found;
}

ReadRange qc::findReadRange(Span<RealFunction> chain, QuantParams result, CodeType to, double min, double max) {
  double least = std::min(min, 0.0), most = std::max(max, 0.0);
  double lo = findFlatEnd(chain, result, to, least), hi = findFlatEnd(chain, result, to, most);
  if (lo == hi) // nothing is told apart: any codes do
    return {float(least), float(most)};
  // A zero point moves the end of the codes by up to half a step: it shall still be flat there.
  double step = (hi - lo) / 255;
  return {float(std::max(lo - step, least)), float(std::min(hi + step, most))};
}

LogicalResult QuantizePlan::findReadRanges() {
  llvm::DenseMap<Value, std::pair<size_t, ReadRange>> found; // how many chains read a value, and what
  auto add = [&](Value value, ReadRange read) {
    auto [entry, isNew] = found.try_emplace(value, 1, read);
    if (!isNew)
      entry->second = {entry->second.first + 1, entry->second.second.join(read)};
    if (entry->second.first == size_t(std::distance(value.use_begin(), value.use_end())))
      readRanges[value] = entry->second.second;
  };
  // What reads a chain's result comes behind it, and decides the result's parameters.
  for (const UnaryChain &chain : llvm::reverse(groups.getChains())) {
    Value x = chain.front()->getOperand(cast<UnaryFunctionOpInterface>(chain.front()).getArgument());
    std::optional<ReadRange> all = parameters->getObserved(x);
    std::vector<RealFunction> functions = getChainFunctions(chain);
    if (style != RoundingStyle::Qc || ties.getLeader(x) != x || !all || functions.empty())
      continue;
    FailureOr<CodeParams> result = getResultParams(chain.back());
    if (failed(result))
      return failure();
    add(x, findReadRange(functions, {result->scale, result->zeroPoint}, result->type, all->lo, all->hi));
  }
  return success();
}
