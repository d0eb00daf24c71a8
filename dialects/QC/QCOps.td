// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// All operations of the qc dialect: include by kind.
#ifndef QC_OPS_TD
#define QC_OPS_TD

include "dialects/QC/QCContractions.td"
include "dialects/QC/QCControl.td"
include "dialects/QC/QCElementwise.td"
include "dialects/QC/QCPools.td"
include "dialects/QC/QCRecurrent.td"
include "dialects/QC/QCRows.td"
include "dialects/QC/QCScalars.td"
include "dialects/QC/QCShapes.td"
include "dialects/QC/QCSizes.td"
include "dialects/QC/QCMoves.td"
include "dialects/QC/QCQuantization.td"

#endif
