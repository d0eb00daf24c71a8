// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How far two sequences of outputs lie apart.
#pragma once
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/JSON.h"
#include <string>

namespace qc {

/// Compares a candidate's values of one output with the reference's, batch by batch. Sums are formed in f64 in the
/// order of the calls. Elements that are equal NaNs or infinities agree and are left out of the sums; a NaN or infinity
/// that has another counterpart is counted, and makes cosine, SQNR and the largest error the worst.
///
/// The arg-max of a row is the first of its largest elements; a NaN is never the maximum, and a row of nothing but NaN
/// has no arg-max. A row with an element that has another counterpart in this sense, or without an arg-max, counts as
/// disagreement and, in top-1 of the candidate, as wrong; top-1 of the reference looks at the reference alone.
class Comparison {
public:
  /// `rowLength` > 0: the output is a matrix of rows of that length, whose arg-max is compared too.
  explicit Comparison(std::string name, int64_t rowLength = 0) : name(std::move(name)), rowLength(rowLength) {}

  /// Adds values. `labels`: the right arg-max of each row, or empty.
  void add(llvm::ArrayRef<double> reference, llvm::ArrayRef<double> candidate, llvm::ArrayRef<int64_t> labels = {});

  const std::string &getName() const { return name; }
  bool hasRows() const { return rows > 0; }
  bool hasLabels() const { return labelled > 0; }
  int64_t getNumElements() const { return elements; } ///< that were added, finite or not
  /// Elements of which one is not finite, or both in different ways.
  int64_t getNumMismatches() const { return mismatches; }

  double getCosine() const;        ///< 1 where both are all zero, 0 where one is
  double getSqnr() const;          ///< in dB: reference's power over that of the difference; infinite where equal
  double getMaxAbsError() const;   ///< in the output's own units; infinite where an element has another counterpart
  double getAgreement() const;     ///< % of rows with the same arg-max; 100 where there are none
  double getReferenceTop1() const; ///< % of labelled rows whose arg-max is the label
  double getCandidateTop1() const; ///< % of labelled rows whose arg-max counts and is the label

private:
  void addRow(llvm::ArrayRef<double> reference, llvm::ArrayRef<double> candidate, const int64_t *label);

  std::string name;
  int64_t rowLength;
  int64_t elements = 0, mismatches = 0, rows = 0, agreeing = 0, labelled = 0, referenceRight = 0, candidateRight = 0;
  double referencePower = 0, candidatePower = 0, product = 0, errorPower = 0, maxAbs = 0;
};

/// A line or two of text: `reference` and `candidate` name the two models.
void printComparison(const Comparison &comparison, llvm::StringRef reference, llvm::StringRef candidate,
                     llvm::raw_ostream &os);
/// The same as an object, with the keys that docs/UserGuide.md describes; infinities are the texts "inf" and "-inf".
llvm::json::Value makeComparisonJson(const Comparison &comparison);

} // namespace qc
