// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How far the outputs of a candidate lie from those of the float model: what trials minimise.
#pragma once
#include "llvm/ADT/ArrayRef.h"
#include <string>
#include <vector>

namespace qc::trial {

/// What the numbers of an output mean.
enum class OutputKind {
  Values,       ///< anything: relative squared error
  Logits,       ///< rows of a matrix: KL divergence of their softmax
  Probabilities ///< rows that sum to 1: their KL divergence
};

/// One output over all samples. `values` holds an array per sample.
struct Output {
  std::string name;
  OutputKind kind = OutputKind::Values;
  int64_t rowLength = 0; ///< of logits and probabilities; arg-maxima are compared where it is above 0
  std::vector<std::vector<double>> values;
};

/// What an output whose last dimension is `rowLength` (below 2, or negative: no rows), of rank `rank`, is taken for:
/// probabilities where all rows of all samples lie in [0, 1] and sum to 1 within 1e-3, logits where it is a matrix,
/// values otherwise.
OutputKind classifyOutput(llvm::ArrayRef<std::vector<double>> values, int64_t rank, int64_t rowLength);

/// The loss of a candidate. Sums are f64, in the order of samples and elements, by Arith's functions: the same on every
/// host, whatever the number of threads.
struct Loss {
  /// Per sample: the sum over outputs of the mean KL divergence of rows (nats; a probability counts as at least 2^-40),
  /// or of |y - r|^2 / |r|^2, where |r|^2 counts as at least a hundredth of its mean over the samples: each sample
  /// weighs the same, one with an outlier too.
  std::vector<double> samples;
  double sqnr = 0; ///< dB, over all samples: the least of all outputs; infinite where all are equal
  double agreement =
      1; ///< share of rows with the same arg-max: the least of all outputs that have rows; 1 where none has

  /// Mean over samples: what is minimised.
  double getValue() const;
};

/// The loss of `candidate`, an array per output and sample as in `reference`. A value that is not finite where the
/// reference is makes its sample's loss infinite. Elements of the reference that are not finite, and rows of logits and
/// probabilities that have one, are left out: nothing is nearer to them than anything else.
Loss computeLoss(llvm::ArrayRef<Output> reference, llvm::ArrayRef<std::vector<std::vector<double>>> candidate);

} // namespace qc::trial
