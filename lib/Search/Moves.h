// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Choices that are changed one group at a time.
#pragma once
#include "Program.h"

namespace qc::search {

/// Choices with the totals of all measures, exact, and what a change would make of these.
class Moves {
public:
  Moves(const Scaled &scaled, const Allowed &allowed, Choices choices);

  const Choices &get() const { return choices; }
  Int128 getTotal(unsigned measure) const { return totals[measure]; }

  /// By how much a total, and `change`, is above its bound; 0: it is not.
  Int128 getExcess(unsigned measure, Int128 change = 0) const;
  bool isWithinBounds() const;

  /// What a total changes by where `group` gets `choice`.
  Int128 getChange(unsigned measure, unsigned group, unsigned choice) const;
  void set(unsigned group, unsigned choice);

  /// Calls `visit(group, choice)` for each change that is allowed.
  void forEach(llvm::function_ref<void(unsigned, unsigned)> visit) const;

  /// Makes the change that adds least of the measure `price` per excess that it takes away, each excess relative to
  /// what it is; false where no change lowers excesses alone.
  bool repair(unsigned price);

  /// Makes the change that adds least of `price` per what it saves of `saved`, all bounds kept; false where none saves.
  bool save(unsigned saved, unsigned price);

  /// Makes changes of one group, or of two at once, that lower a total, all bounds kept, until there are none, or too
  /// many groups to look at two.
  void improve(unsigned measure);

private:
  double getRelief(unsigned group, unsigned choice) const;
  bool breaksBound(unsigned group, unsigned choice) const;
  bool makeBest(unsigned price, llvm::function_ref<double(unsigned, unsigned)> gain);
  bool improveOne(unsigned measure, Int128 below);
  bool improveTwo(unsigned measure);

  const Scaled &scaled;
  const Allowed &allowed;
  Choices choices;
  std::vector<Int128> totals;
  std::vector<std::vector<unsigned>> pairsOf;
};

} // namespace qc::search
