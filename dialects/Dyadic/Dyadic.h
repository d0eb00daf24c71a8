// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The dyadic dialect: exact integer arithmetic.
#pragma once
#include "dialects/QC/QC.h"
#include "qc/Arith/Requant.h"

namespace qc::dyadic {
/// A closed range of integers: least <= greatest.
struct CodeRange {
  int64_t least, greatest;
};
/// The range of an integer element type, by its signedness (signless is signed).
CodeRange getTypeRange(mlir::Type type);
} // namespace qc::dyadic

#include "dialects/Dyadic/DyadicDialect.h.inc"
#include "dialects/Dyadic/DyadicEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/Dyadic/DyadicAttributes.h.inc"
#include "dialects/Dyadic/DyadicInterfaces.h.inc"
#define GET_OP_CLASSES
#include "dialects/Dyadic/DyadicOps.h.inc"

namespace qc::dyadic {
/// The plane of 16-bit codes that a contraction multiplies; null of another one, and of another operation.
PlaneOp getPlane(mlir::Operation *contraction);
/// The size of the groups in which 4-bit weights stand for those of a contraction; nothing where they do not, and for
/// another operation.
std::optional<int64_t> getWeightGroup(mlir::Operation *contraction);
/// The Requant with the greatest multiplier that a row can have.
numerics::RequantParams getRequantParams(RequantRowsOp op);
/// The least and the greatest element of a constant of integers (`qc.constant`); nothing for another value, and where
/// its bytes are not present.
std::optional<CodeRange> getConstantRange(mlir::Value value);
/// What is proved of an integer value by the operation that makes it: through moves of codes as far as they go,
/// otherwise with operands of any code. The range of its type where nothing better is known.
CodeRange getValueRange(mlir::Value value);
} // namespace qc::dyadic
