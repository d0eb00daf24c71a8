// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Numbers of an attribute that may be computed: an entry of kComputed is an element of an operand.
//
//   %y = qc.tile %x by %n {repeats = array<i64: 2, -9223372036854775808>}    // twice, and n[1] times
#pragma once
#include "dialects/QC/ShapeMath.h"

namespace qc {

constexpr int64_t kComputed = INT64_MIN;

/// The number that `entry` is, which is element `at` of `values` where it is computed; nothing where the algebra does
/// not know that.
std::optional<Dim> getEntry(ShapeMath &math, int64_t entry, mlir::Value values, size_t at);

/// That `values`, which diagnostics call `name`, is there exactly where an entry of the attribute `entriesName` is
/// computed, and is a vector of `count` elements, as far as that is known: `each` says how many that are of what.
bool checkComputed(ShapeMath &math, bool isComputed, mlir::Value values, llvm::StringRef name,
                   llvm::StringRef entriesName, size_t count, llvm::StringRef each);

} // namespace qc
