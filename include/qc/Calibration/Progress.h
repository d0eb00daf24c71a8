// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How far a long measurement is, for the person who waits.
#pragma once
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <functional>
#include <mutex>
#include <string>

namespace qc::calibration {

/// Tells how many of a known number of samples (or other units) are done: on a terminal one line that is rewritten ten
/// times a second at most, elsewhere a line per 10 % and at most every two seconds; a last line says what was done.
/// Thread-safe.
///
///   calibrating: 120 of 200 samples, 85.3 per second, 1 s left
///   calibrating: 200 samples in 2.3 s, 85.3 per second
class Progress {
public:
  /// Seconds from any start.
  using Clock = std::function<double()>;

  /// `os` null: silent. `isTerminal`: os understands \r and "erase to the end of the line".
  Progress(llvm::raw_ostream *os, bool isTerminal, llvm::StringRef what, int64_t total, Clock clock = {},
           llvm::StringRef unit = "samples");
  /// A line that is still open is ended, so that a diagnostic starts on its own.
  ~Progress();
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;

  /// One more sample is done.
  void advance();
  /// All is done: writes the last line.
  void finish();

private:
  void write(double now);

  std::mutex mutex;
  llvm::raw_ostream *os;
  bool isTerminal, isOpen = false;
  std::string what, unit;
  int64_t total, done = 0, written = 0; ///< samples
  Clock clock;
  double start, last; ///< when the measurement and the last line were
};

/// "9 s", "2 min 5 s", "3 h 10 min".
std::string formatSeconds(double seconds);

} // namespace qc::calibration
