// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// State that each thread has for itself until all are merged.
#pragma once
#include <map>
#include <mutex>
#include <thread>

namespace qc::calibration {

/// One `State` per thread that asked for it. `getLocal` may be called by any thread at any time; `forEach` only when no
/// other thread uses its state any more (after join).
template <typename State> class PerThread {
public:
  /// The calling thread's own state. Takes a lock, so it is meant to be asked for once per tensor, not per element.
  State &getLocal() {
    std::lock_guard<std::mutex> lock(mutex);
    return states[std::this_thread::get_id()];
  }

  /// Visits every state, in an order that differs from run to run: only what merges commutatively may depend on it.
  template <typename Visit> void forEach(Visit visit) {
    std::lock_guard<std::mutex> lock(mutex);
    for (auto &[thread, state] : states)
      visit(state);
  }

private:
  std::mutex mutex;
  std::map<std::thread::id, State> states; ///< its nodes stay where they are
};

} // namespace qc::calibration
