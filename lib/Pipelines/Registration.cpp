// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Everything that a tool has to register, in one place.
#include "qc/Pipelines/Registration.h"
#include "dialects/Dyadic/Dyadic.h"
#include "dialects/Kernel/Kernel.h"
#include "dialects/QC/QC.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/Passes.h"
#include "qc/Analysis/Models.h"
#include "qc/Codegen/Passes.h"
#include "qc/Codegen/Schedule/Models.h"
#include "qc/Codegen/Schedule/Passes.h"
#include "qc/Conversion/Models.h"
#include "qc/Conversion/Passes.h"
#include "qc/Reference/Evaluate.h"
#include "qc/Transforms/Calibrate/Passes.h"
#include "qc/Transforms/Prepare/Passes.h"
#include "qc/Transforms/Quantize/Passes.h"
#include "qc/Transforms/Transform/Passes.h"

void qc::registerDialects(mlir::DialectRegistry &registry) {
  registry
      .insert<qc::QCDialect, qc::dyadic::DyadicDialect, qc::kernel::KernelDialect, mlir::func::FuncDialect,
              mlir::arith::ArithDialect, mlir::math::MathDialect, mlir::memref::MemRefDialect, mlir::scf::SCFDialect,
              mlir::vector::VectorDialect, mlir::LLVM::LLVMDialect, mlir::NVVM::NVVMDialect>();
  qc::registerReferenceModels(registry);
  qc::registerAnalysisModels(registry);
  qc::registerConversionModels(registry);
  qc::registerScheduleModels(registry);
}

void qc::registerPasses() {
  mlir::registerCanonicalizer();
  mlir::registerCSEPass();
  mlir::registerSymbolDCE();
  qc::registerPreparePasses();
  qc::registerCalibratePasses();
  qc::registerTransformPasses();
  qc::registerQuantizePasses();
  qc::registerConversionPasses();
  qc::registerSchedulePasses();
  qc::registerCodegenPasses();
}
