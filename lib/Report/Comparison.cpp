// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How far two sequences of outputs lie apart.
#include "qc/Report/Comparison.h"
#include "qc/Report/Diagnostics.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <limits>

using namespace llvm;
using namespace qc;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Nothing where a row holds only NaN.
static std::optional<int64_t> findMaximum(ArrayRef<double> row) {
  std::optional<int64_t> best;
  for (auto [i, value] : enumerate(row))
    if (!std::isnan(value) && (!best || value > row[*best]))
      best = int64_t(i);
  return best;
}

/// Equal numbers, infinities of one sign, or both NaN; finite numbers may differ.
static bool isComparable(double a, double b) {
  return (std::isfinite(a) && std::isfinite(b)) || a == b || (std::isnan(a) && std::isnan(b));
}

void Comparison::addRow(ArrayRef<double> reference, ArrayRef<double> candidate, const int64_t *label) {
  std::optional<int64_t> expected = findMaximum(reference), found = findMaximum(candidate);
  // An arg-max beside an element that should be a number, or should be none, is luck.
  for (auto [a, b] : zip_equal(reference, candidate))
    if (!isComparable(a, b))
      found.reset();
  ++rows;
  agreeing += found && expected == found;
  if (!label)
    return;
  ++labelled;
  referenceRight += expected && *expected == *label;
  candidateRight += found && *found == *label;
}

void Comparison::add(ArrayRef<double> reference, ArrayRef<double> candidate, ArrayRef<int64_t> labels) {
  for (auto [a, b] : zip_equal(reference, candidate)) {
    ++elements;
    if (!std::isfinite(a) || !std::isfinite(b)) {
      mismatches += !isComparable(a, b);
      continue;
    }
    referencePower += a * a;
    candidatePower += b * b;
    product += a * b;
    errorPower += (a - b) * (a - b);
    maxAbs = std::max(maxAbs, std::fabs(a - b));
  }
  if (rowLength > 0)
    for (size_t row = 0, at = 0; at + rowLength <= reference.size(); ++row, at += rowLength)
      addRow(reference.slice(at, rowLength), candidate.slice(at, rowLength), labels.empty() ? nullptr : &labels[row]);
}

double Comparison::getCosine() const {
  if (mismatches)
    return 0;
  if (referencePower == 0 || candidatePower == 0)
    return referencePower == candidatePower ? 1 : 0;
  return product / (std::sqrt(referencePower) * std::sqrt(candidatePower));
}

double Comparison::getSqnr() const {
  if (mismatches)
    return -kInfinity;
  return errorPower == 0 ? kInfinity : 10 * std::log10(referencePower / errorPower);
}

double Comparison::getMaxAbsError() const { return mismatches ? kInfinity : maxAbs; }

static double percent(int64_t part, int64_t whole) { return whole ? 100.0 * double(part) / double(whole) : 100.0; }

double Comparison::getAgreement() const { return percent(agreeing, rows); }
double Comparison::getReferenceTop1() const { return percent(referenceRight, labelled); }
double Comparison::getCandidateTop1() const { return percent(candidateRight, labelled); }

void qc::printComparison(const Comparison &c, StringRef reference, StringRef candidate, raw_ostream &os) {
  os << "output \"" << makePrintable(c.getName()) << "\": "
     << format("cosine %.6f, SQNR %.2f dB, max abs error %.6g", c.getCosine(), c.getSqnr(), c.getMaxAbsError());
  if (c.hasRows())
    os << format(", arg-max agreement %.2f %%", c.getAgreement());
  os << "\n";
  if (c.getNumMismatches())
    os << "  " << c.getNumMismatches() << " elements are NaN or infinite in one of the two only\n";
  if (c.hasLabels())
    os << "  top-1: " << reference << format(" %.2f %%, ", c.getReferenceTop1()) << candidate
       << format(" %.2f %%", c.getCandidateTop1()) << "\n";
}

/// JSON has no infinities: they are texts.
static json::Value makeNumber(double value) {
  return std::isfinite(value) ? json::Value(value) : json::Value(value > 0 ? "inf" : "-inf");
}

json::Value qc::makeComparisonJson(const Comparison &c) {
  json::Object result{{"output", json::fixUTF8(c.getName())},
                      {"elements", c.getNumElements()},
                      {"cosine", makeNumber(c.getCosine())},
                      {"sqnr_db", makeNumber(c.getSqnr())},
                      {"max_abs_error", makeNumber(c.getMaxAbsError())}};
  if (c.getNumMismatches())
    result["not_finite"] = c.getNumMismatches();
  if (c.hasRows())
    result["agreement"] = c.getAgreement();
  if (c.hasLabels()) {
    result["reference_top1"] = c.getReferenceTop1();
    result["top1"] = c.getCandidateTop1();
  }
  return result;
}
