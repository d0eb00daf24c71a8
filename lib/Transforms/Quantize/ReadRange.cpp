// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a chain reads, from points; f64 in a written order: the same on every host.
#include "ReadRange.h"

using namespace qc;
using namespace qc::numerics;

static constexpr int kPoints = 1024; // on either side of 0

// The point nearest to 0 of those, from `end` on, whose code is that at `end`.
static double findFlatEnd(Span<RealFunction> chain, QuantParams result, CodeType to, double end) {
  int32_t code = roundChain(chain, end, result, to);
  double found = end;
  for (int i = 1; i <= kPoints; ++i) {
    double x = end * (double(kPoints - i) / double(kPoints));
    if (roundChain(chain, x, result, to) != code)
      break;
    found = x;
  }
  return found;
}

ReadRange qc::findReadRange(Span<RealFunction> chain, QuantParams result, CodeType to, double min, double max) {
  double lo = findFlatEnd(chain, result, to, std::min(min, 0.0)),
         hi = findFlatEnd(chain, result, to, std::max(max, 0.0));
  // A zero point moves the end of the codes by up to half a step: it shall still be flat there.
  double step = (hi - lo) / 255;
  return {float(std::max(lo - step, min)), float(std::min(hi + step, max))};
}
