// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The context of a tool.
#include "ToolContext.h"
#include "mlir/IR/DialectRegistry.h"
#include "qc/Pipelines/Registration.h"
#include "qc/Report/Diagnostics.h"
#include "llvm/Support/ThreadPool.h"

using namespace mlir;

int qc::runInToolContext(unsigned threads,
                         llvm::function_ref<LogicalResult(MLIRContext &, DiagnosticPrinter &)> command) {
  DialectRegistry registry;
  registerDialects(registry);
  // The pool outlives the context, whose destructor may use it.
  llvm::DefaultThreadPool pool(llvm::hardware_concurrency(threads));
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  if (threads != 1)
    context.setThreadPool(pool);
  DiagnosticPrinter printer(&context, llvm::errs());
  return succeeded(command(context, printer)) ? 0 : 1;
}
