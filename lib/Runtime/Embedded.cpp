// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Access to the bytes that Embed.c carries.
#include "qc/Runtime/Embedded.h"

#define QC_EMBEDDED(function, symbol)                                                                                  \
  extern "C" const char symbol[], symbol##_end[];                                                                      \
  llvm::StringRef qc::runtime::function() { return llvm::StringRef(symbol, symbol##_end - symbol); }

QC_EMBEDDED(getRuntimeObject, qcr_runtime_object)
QC_EMBEDDED(getRunnerObject, qcr_runner_object)
QC_EMBEDDED(getLibcStub, qcr_libc_stub)
QC_EMBEDDED(getLibcSymbols, qcr_libc_symbols)
QC_EMBEDDED(getAbiHeader, qcr_abi_header)
QC_EMBEDDED(getModelHeader, qcr_model_header)
