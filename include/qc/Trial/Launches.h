// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a run consists of: launches by kernel and sizes, and their times.
#pragma once
#include "qc/Target/CPU/LoadedModel.h"
#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace qc::trial {

/// How often a run comes to launches of each key, and what they took.
struct LaunchTotals {
  struct Total {
    int64_t count = 0;
    double nanoseconds = 0; ///< of all of them
    std::string kernel;     ///< its symbol
  };
  std::map<std::string, Total> byKey;
  double getNanoseconds() const;
};

/// Watches the launches of one compiled model. A key names the kernel's object code, the number of tiles, and the
/// numbers among its arguments (sizes, strides, zero points), not addresses: launches with equal keys do the same work.
class LaunchRecorder {
public:
  /// `spec` is what the model is built from; its first level is the one that runs.
  explicit LaunchRecorder(const cpu::ArtefactSpec &spec);

  /// Launches of runs from here on, in the calling thread, are added to `totals`; null: they are not.
  void start(LaunchTotals *totals);
  /// To be called behind each launch (LoadOptions::launched).
  void record(const cpu::Launched &launched);

private:
  struct Step {
    std::string kernel;
    uint64_t hash = 0;              ///< of what is constant
    std::vector<unsigned> computed; ///< arguments that a run computes
    int64_t tiles = 0;              ///< of the memo
    std::vector<int64_t> known;     ///< their values when `key` was made
    std::string key;                ///< memo: empty at first
  };
  const std::string &getKey(Step &step, const cpu::Launched &launched);

  std::vector<Step> steps; ///< by index of the launch
  LaunchTotals *totals = nullptr;
  std::chrono::steady_clock::time_point last;
};

} // namespace qc::trial
