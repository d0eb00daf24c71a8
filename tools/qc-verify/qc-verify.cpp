// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-verify: how far an artefact lies from its model.
#include "mlir/IR/MLIRContext.h"
#include "qc/Commands/VerifyCommand.h"
#include "qc/Pipelines/Registration.h"
#include "qc/Report/Failures.h"
#include "qc/Report/ToolOptions.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

static qc::VerifyCommand command;
static cl::OptionCategory category("qc-verify options");

static qc::StoredArgument model(category, "MODEL.onnx|MODULE.mlir", command.model);
static qc::StoredArgument artefact(category, "ARTEFACT.so", command.artefact);
static qc::TextOption data(category, "data", "DATA", "folder, list file or data file: .npy, .npz, test_data_set_<n>",
                           command.data);
static qc::TextOption ignoreKeys(category, "ignore-keys", "NAME,...",
                                 "arrays of .npz data that are not for the model, as labels", command.ignoreKeys);
static qc::TextOption labels(category, "labels", "FILE.npy", "the right class of each row, integers", command.labels);
static qc::StoredOption<bool> bitExact(category, "bit-exact", "",
                                       "compare bytes with the reference evaluator on MODULE.mlir", command.bitExact);
static qc::LimitOption minCosine(category, "min-cosine", "fail below this cosine", command.minCosine);
static qc::LimitOption minSqnr(category, "min-sqnr", "fail below this SQNR, in dB", command.minSqnr);
static qc::LimitOption maxAbsError(category, "max-abs-error", "fail above this absolute error", command.maxAbsError);
static qc::LimitOption minAgreement(category, "min-agreement", "fail below this arg-max agreement, in %",
                                    command.minAgreement);
static qc::LimitOption minTop1(category, "min-top1", "fail below this top-1 of the artefact, in %", command.minTop1);
static qc::LimitOption maxTop1Drop(category, "max-top1-drop", "fail where top-1 is more points below the float model's",
                                   command.maxTop1Drop);
static qc::CountOption<int64_t> numSamples(category, "num-samples", "use the first N samples (default: all)",
                                           command.numSamples);
static qc::CountOption<unsigned> threads(category, "threads", "threads of each run, or of the evaluator (default: 1)",
                                         command.threads, qc::kMaxThreads);
static qc::TextOption maxLevel(category, "max-level", "LEVEL", "highest CPU level that the artefact may use",
                               command.maxLevel);
static qc::TextOption report(category, "report", "FILE", "write the results as JSON", command.report);

int main(int argc, char **argv) {
  qc::installFailureHandlers();
  qc::registerPasses();
  cl::HideUnrelatedOptions(category);
  cl::SetVersionPrinter(
      [](raw_ostream &os) { os << "qc-verify " QC_VERSION_STRING " (LLVM " LLVM_VERSION_STRING ")\n"; });
  cl::ParseCommandLineOptions(argc, argv, "compares a compiled model with the float model, or with the evaluator\n");
  qc::requireSingleOptions(category);
  // A copy: lld, which the reference is linked with, sets all options of the process to their defaults.
  return qc::runVerifyCommand(qc::VerifyCommand(command));
}
