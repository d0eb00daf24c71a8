// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-compile: models to quantized native artefacts.
#include "Options.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "qc/Pipelines/Registration.h"
#include "qc/Report/Failures.h"

int main(int argc, char **argv) {
  qc::installFailureHandlers();
  qc::registerPasses(); // first: options of the pass manager know the passes that there are
  mlir::registerAsmPrinterCLOptions();
  mlir::registerPassManagerCLOptions();
  return qc::runCompileCommand(parseOptions(argc, argv));
}
