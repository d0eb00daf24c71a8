// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-opt: runs passes on MLIR files.
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "qc/Pipelines/Registration.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  qc::registerDialects(registry);
  qc::registerPasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "qc pass driver\n", registry));
}
