// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Registration of the dyadic dialect.
#include "dialects/Dyadic/Dyadic.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace qc;
using namespace qc::dyadic;

#include "dialects/Dyadic/DyadicDialect.cpp.inc"
#include "dialects/Dyadic/DyadicEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/Dyadic/DyadicAttributes.cpp.inc"

void DyadicDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/Dyadic/DyadicAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/Dyadic/DyadicOps.cpp.inc"
      >();
}

#include "dialects/Dyadic/DyadicInterfaces.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/Dyadic/DyadicOps.cpp.inc"
