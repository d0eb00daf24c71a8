// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contractions of 16-bit codes: two of planes, formed as one kernel that reads the codes.
#pragma once
#include "Scalars.h"
#include "dialects/Dyadic/Dyadic.h"

namespace qc::kernel {

/// Two contractions of the planes of `x` (ui16) with the same constant weights, each read by one requant only.
struct PlanePair {
  mlir::Operation *high, *low; ///< dyadic.conv or dyadic.matmul
  dyadic::RequantOp requant;   ///< terms 0 and 1 are theirs
  mlir::Value x;
  int32_t zero; ///< the code of 0 in x, as the contractions see it

  mlir::Operation *getOther(mlir::Operation *op) const { return op == high ? low : high; }
};

/// What depthwise kernels take from each 16-bit code: then it is a signed number, whose products are cheaper.
inline constexpr int32_t depthwiseCentre = 32768;

/// The pair that `contraction` is of, if there is one.
std::optional<PlanePair> findPlanePair(mlir::Operation *contraction);

/// What has to be added to the register of the exact sum 256 * A_h + A_l, that of codes less `centre` times weights,
/// and what is proved of it: the register fits 32 bits, the sum with its bias may be more. Nothing where it does not,
/// or the planes' multipliers are not one.
std::optional<Compensation> getExactCompensation(const PlanePair &pair, int32_t centre);

/// Both registers of a pair where 32 bits do not hold the exact sum: kernels say only that 256 * upper + lower is that
/// (kernel.contract, planes). Nothing where one of them could overflow.
std::optional<std::pair<Compensation, Compensation>> getPlaneCompensations(const PlanePair &pair);

} // namespace qc::kernel
