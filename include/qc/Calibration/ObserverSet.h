// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Observers of many values, by the symbol of their statistics.
#pragma once
#include "qc/Calibration/ValueStatistics.h"
#include "llvm/ADT/StringMap.h"

namespace qc::calibration {

/// One observer per symbol. For one thread; sets of several threads are merged at the end (PerThread.h), which gives
/// the same whatever each of them saw.
class ObserverSet {
public:
  /// The statistics of `symbol`, which has seen nothing where it is new. Stays valid as the set grows.
  ValueStatistics &operator[](llvm::StringRef symbol) { return observers[symbol]; }
  /// The statistics of `symbol`, or null.
  const ValueStatistics *find(llvm::StringRef symbol) const {
    auto found = observers.find(symbol);
    return found == observers.end() ? nullptr : &found->second;
  }
  size_t size() const { return observers.size(); }

  /// Merges the observers of equal symbols, and takes the others over.
  void merge(const ObserverSet &other) {
    for (const auto &entry : other.observers)
      observers[entry.getKey()].merge(entry.getValue());
  }

private:
  llvm::StringMap<ValueStatistics> observers;
};

} // namespace qc::calibration
