// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Multipliers, constant terms and epsilon of normalizations (docs/Numerics.md, Normalization).
#include "qc/Analysis/NormalizePlan.h"
#include "dialects/QC/NormalizeNumbers.h"
#include "qc/Arith/Normalize.h"
#include "qc/Arith/Rounding.h"
#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace qc;

/// Codes of the bias go up to this.
static constexpr double kShiftLimit = 1 << 24;

static NormalizePlan refuse(std::string reason) {
  NormalizePlan plan;
  plan.requant.reason = std::move(reason);
  return plan;
}

NormalizePlan qc::planNormalize(NormalizeOp op, CodeParams x, float resultScale) {
  NormalizeNumbers numbers = getNormalizeNumbers(op);
  if (!numbers)
    return refuse(numbers.reason);
  NormalizePlan plan;
  plan.axis = numbers.axis;
  double length = double(numbers.length), scale = double(x.scale);
  double epsilon = numerics::roundEven(double(op.getEpsilon().convertToFloat()) * length * length / (scale * scale));
  if (!(epsilon <= double(numerics::maxNormalizeEpsilon)))
    return refuse("its epsilon is too large beside its codes");
  plan.epsilon = int64_t(epsilon);
  double largest = 0, unit = 1;
  for (float number : numbers.bias)
    largest = std::max(largest, std::fabs(double(number)));
  if (largest != 0)
    unit = largest / kShiftLimit;
  std::vector<double> factors;
  for (float number : numbers.scale)
    factors.push_back(double(number) * 0x1p-16 / double(resultScale));
  std::vector<int64_t> bounds(factors.size(), numerics::normalizedBound(numbers.length));
  numerics::ChannelMultipliers chosen =
      largest == 0 ? numerics::chooseChannels(factors, bounds, numerics::contractionWidth)
                   : numerics::chooseChannels2(factors, bounds, unit / double(resultScale), int64_t(kShiftLimit),
                                               numerics::contractionWidth);
  if (!chosen)
    return refuse(numerics::describe(chosen.refusal));
  for (float number : numbers.bias)
    if (largest != 0)
      plan.shift.push_back(int32_t(numerics::roundEven(double(number) / unit)));
  plan.requant.multipliers = std::move(chosen.m0);
  plan.requant.multipliers1 = std::move(chosen.m1);
  plan.requant.shifts = std::move(chosen.shifts);
  plan.requant.dead = std::move(chosen.dead);
  return plan;
}
