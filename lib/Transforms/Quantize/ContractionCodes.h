// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The codes of a contraction's weights and bias.
#pragma once
#include "OperandMoments.h"
#include "dialects/QC/QC.h"
#include "qc/Analysis/RequantPlan.h"

namespace qc {

/// Powers of two by which the channels of a contraction's values are multiplied (docs/Numerics.md, Channels of one
/// value); empty where none is.
struct ChannelShifts {
  std::vector<int> operand; ///< of each channel of a depthwise convolution's operand
  std::vector<int> result;  ///< of each output channel
  bool operator==(const ChannelShifts &other) const { return operand == other.operand && result == other.result; }
};

/// Codes and scales by docs/Numerics.md (Parameters from data: Weight, Bias).
struct ContractionCodes {
  std::optional<TensorValue> weights; ///< i8; nothing where the second operand is an activation
  /// One per output channel, or the one of an activation or of weights without channels.
  std::vector<float> weightScales;
  std::vector<int64_t> bias;     ///< one per output channel, or none; also of an operation that has no bias yet
  std::vector<float> biasScales; ///< f32(s_x * s_w) of each
  std::string reason;            ///< why there are no such codes; empty where there are

  float inputScale = 0;             ///< what they were made with: s_x
  std::optional<float> secondScale; ///< and that of the second operand where it is an activation
  bool isWide = false;              ///< an operand has 16-bit codes: biases have up to 2^38, not 2^30
  int64_t weightGroup = 0;          ///< weights that share a multiplier, where they are ones of 4 bits; else 0
  bool isNearest = false;           ///< weights of 4 bits that nothing is known to move by, though means are known
  ChannelShifts shifts;             ///< what they were made with, too
  bool isFor(CodeParams input, const std::optional<CodeParams> &second, const ChannelShifts &of) const {
    return shifts == of && inputScale == input.scale &&
           secondScale == (second ? std::optional(second->scale) : std::nullopt) &&
           isWide == (input.isWide() || (second && second->isWide()));
  }
};

/// `second` holds the parameters of the second operand where it is an activation; `weightGroup` is that of 4-bit
/// weights, 0 for i8. Where `moments` are known, weights are rounded together and biases corrected with them.
/// With `shifts` they are the codes of the contraction that computes multiplied channels from multiplied channels.
/// Emits an error where a weight or bias is not finite, or the number of means is not that of the operation's K.
mlir::FailureOr<ContractionCodes> quantizeConstants(mlir::Operation *contraction, CodeParams input,
                                                    std::optional<CodeParams> second, int64_t weightGroup,
                                                    OperandMoments moments, const ChannelShifts &shifts);

} // namespace qc
