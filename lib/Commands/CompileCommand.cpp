// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-compile: from a model to whatever the command line asks for.
#include "qc/Commands/CompileCommand.h"
#include "CheckCommand.h"
#include "CompileCommandModule.h"
#include "CompileCommandParts.h"
#include "CompileCommandSearch.h"
#include "ToolContext.h"
#include "dialects/QC/QC.h"
#include "mlir/IR/Remarks.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Files/OutputFile.h"
#include "qc/Pipelines/Calibrate.h"
#include "qc/Report/Diagnostics.h"
#include "qc/Transforms/Quantize/AssignmentPolicy.h"
#include "qc/Trial/RangeSearch.h"
#include "qc/Trial/WidthSearch.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/SaveAndRestore.h"
#include <chrono>

using namespace mlir;
using namespace qc;

namespace {
/// Reports remarks, but not while candidates are tried: those are about what the model may never become.
class RemarkPolicy final : public remark::detail::RemarkEmittingPolicyBase {
public:
  explicit RemarkPolicy(const bool &isTrying) : isTrying(isTrying) {}
  void reportRemark(const remark::detail::Remark &remark) override {
    if (!isTrying)
      reportImpl(remark);
  }
  void finalize() override {}

private:
  const bool &isTrying;
};

/// One command on its way.
class CompileRun {
public:
  CompileRun(const CompileCommand &command, CompilePlan plan, MLIRContext &context, bool &isTrying)
      : command(command), plan(std::move(plan)), context(context), isTrying(isTrying) {
    // The context is this command's own.
    this->plan.options.ownsResource = [](StringRef) { return true; };
  }

  LogicalResult run();

private:
  LogicalResult load();
  LogicalResult adoptOptions();
  LogicalResult adopt(StringRef name, StringRef option, StringRef what, std::string &value);
  FailureOr<bool> askRules(llvm::function_ref<bool(const RuleFile &)> ask);
  LogicalResult dropChoices();
  LogicalResult tryCandidates();
  FailureOr<bool> mayWiden();
  LogicalResult widen(trial::Trials &trials, const PipelineOptions &pipeline);
  FailureOr<bool> mayHaveInt4();
  LogicalResult planCalibration();
  LogicalResult search();
  LogicalResult runPhase(Phase next);
  /// Nothing between prepare and kernels concerns a float model.
  bool isSkipped(Phase next) const { return plan.options.isFloat && next > Phase::Prepare && next < Phase::Kernels; }
  LogicalResult write();
  LogicalResult writeReports();
  LogicalResult check(llvm::Error error) { return error ? emitError(&context, std::move(error)) : success(); }
  LogicalResult timed(StringRef what, llvm::function_ref<LogicalResult()> step);

  const CompileCommand &command;
  CompilePlan plan;
  MLIRContext &context;
  bool &isTrying; ///< of the policy for remarks
  OwningOpRef<ModuleOp> module;
  Phase phase = Phase::Import;
  CompileReport report;
  FileSet files; ///< all that is written: it appears together, or not at all
};
} // namespace

LogicalResult CompileRun::timed(StringRef what, llvm::function_ref<LogicalResult()> step) {
  auto start = std::chrono::steady_clock::now();
  LogicalResult result = step();
  std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - start;
  if (command.timeReport && succeeded(result))
    llvm::errs() << llvm::format("%9.1f ms  ", time.count()) << what << "\n";
  return result;
}

/// What shapes bytes is the module's as soon as the module has it.
LogicalResult CompileRun::adopt(StringRef name, StringRef option, StringRef what, std::string &value) {
  Attribute recorded = (*module)->getAttr(name);
  if (!recorded)
    return success();
  auto text = dyn_cast<StringAttr>(recorded);
  std::string own = text ? text.str() : cast<BoolAttr>(recorded).getValue() ? "true" : "false";
  if (!value.empty() && value != own)
    return mlir::emitError(UnknownLoc::get(&context)) << option << "=" << value << " does not fit: '" << command.input
                                                      << "' was made with " << what << " '" << own << "'";
  value = std::move(own);
  return success();
}

LogicalResult CompileRun::adoptOptions() {
  PipelineOptions &options = plan.options;
  if (failed(adopt(QCDialect::kStyleAttr, "--qdq-style", "style", options.style)) ||
      failed(adopt(QCDialect::kRangeMethodAttr, "--range-method", "range method", options.rangeMethod)) ||
      failed(adopt(QCDialect::kBiasCorrectionAttr, "--bias-correction", "bias correction", options.biasCorrection)))
    return failure();
  // ONNX Runtime's style means its numbers too: nothing that it does not do.
  bool isOrt = options.style == "ort", isMeasured = phase >= Phase::Calibrate;
  if (options.rangeMethod == "auto" && isMeasured && !(*module)->hasAttr(QCDialect::kRangeMethodAttr))
    return mlir::emitError(UnknownLoc::get(&context))
           << "--range-method=auto chooses while the model is calibrated, which '" << command.input
           << "' is; accepted are minmax, mean, percentile and mse";
  if (options.rangeMethod.empty())
    options.rangeMethod = isOrt || isMeasured ? "minmax" : "auto";
  if (options.biasCorrection.empty())
    options.biasCorrection = isOrt ? "false" : "true";
  return success();
}

LogicalResult CompileRun::load() {
  std::vector<std::string> externalFiles;
  plan.import.externalFiles = &externalFiles;
  module = plan.readsModule ? readModule(&context, command.input) : importModel(&context, command.input, plan.import);
  plan.import.externalFiles = nullptr;
  if (!module || failed(check(checkExternalFiles(command, plan, externalFiles))))
    return failure();
  FailureOr<Phase> found = getModulePhase(*module);
  if (failed(found) || (plan.readsModule && failed(verifyPhase(*module))))
    return failure();
  phase = *found;
  updateReport(*module, phase, report);
  if (plan.readsModule && failed(check(checkShapes(*module, command, plan))))
    return failure();
  return success(succeeded(check(checkPhases(command, plan, phase))) && succeeded(adoptOptions()) &&
                 succeeded(dropChoices()));
}

/// Where ranges and widths are to be chosen by trial: the last step of calibrate, so that what is saved behind it holds
/// the choice.
LogicalResult CompileRun::tryCandidates() {
  bool choosesRanges = plan.options.rangeMethod == "auto" && !(*module)->hasAttr(QCDialect::kRangeMethodAttr);
  FailureOr<bool> widens = mayWiden();
  if (failed(widens) || (!choosesRanges && !*widens))
    return success(succeeded(widens));
  trial::TrialOptions options = makeTrialOptions(command, plan, /*costs=*/nullptr);
  options.pipeline.userRulesOnly = true; // a search makes its choices for ranges that are there
  PipelineOptions pipeline = options.pipeline;
  FailureOr<std::unique_ptr<trial::Trials>> trials =
      trial::Trials::open(*module, command.calibrationData, std::move(options));
  if (failed(trials))
    return failure();
  llvm::SaveAndRestore trying(isTrying, true);
  trial::RangeSearchOptions search;
  search.quiet = command.quiet;
  if (choosesRanges && failed(trial::chooseRangeMethods(*module, **trials, search)))
    return failure();
  return *widens ? widen(**trials, pipeline) : success();
}

/// What `ask` says of the rules; false without any.
FailureOr<bool> CompileRun::askRules(llvm::function_ref<bool(const RuleFile &)> ask) {
  if (plan.options.rules.empty())
    return false;
  FailureOr<RuleFile> rules =
      RuleFile::read(plan.options.rules, [&] { return mlir::emitError(UnknownLoc::get(&context)); });
  if (failed(rules))
    return failure();
  return ask(*rules);
}

static bool hasSearched(const RuleFile &rules) { return rules.hasSearched(); }

/// The rules that a search wrote are all that it chose: what a module has from other trials goes.
LogicalResult CompileRun::dropChoices() {
  FailureOr<bool> drops = plan.search ? FailureOr<bool>(false) : askRules(hasSearched);
  if (failed(drops))
    return failure();
  if (*drops)
    for (Operation *op : listOperations(module->lookupSymbol<func::FuncOp>("main")))
      op->removeAttr(QCDialect::kChoiceAttr);
  return success();
}

/// Whether values may get 16 bits that nobody asked for: a search decides about these itself, and so did the one whose
/// rules are given.
FailureOr<bool> CompileRun::mayWiden() {
  bool isWanted = command.wideValues == "auto" || (command.wideValues.empty() && plan.options.rangeMethod == "auto");
  if (plan.search || !isWanted || plan.options.style == "ort")
    return false;
  FailureOr<bool> hasDecided = askRules(hasSearched);
  if (failed(hasDecided))
    return failure();
  return !*hasDecided;
}

LogicalResult CompileRun::widen(trial::Trials &trials, const PipelineOptions &pipeline) {
  trial::WidthSearchOptions search;
  search.quiet = command.quiet;
  FailureOr<trial::WidenedValues> found = trial::widenValues(*module, trials, pipeline, search);
  if (failed(found))
    return failure();
  if (found->count != 0)
    report.notes.push_back(llvm::formatv("16 bits for {0} value{1}: on the calibration data outputs have {2:f1} dB, "
                                         "with 8 bits {3:f1} (--wide-values=none)",
                                         found->count, found->count == 1 ? "" : "s", found->sqnrAfter,
                                         found->sqnrBefore));
  return success();
}

/// Whether weights of 4 bits are asked for.
FailureOr<bool> CompileRun::mayHaveInt4() {
  if (plan.search && plan.search->options.size)
    return true;
  return askRules([](const RuleFile &rules) { return rules.says("w4a8") || rules.says("w4a16"); });
}

/// What calibration measures beside what everything reads.
LogicalResult CompileRun::planCalibration() {
  FailureOr<bool> mayHave = mayHaveInt4();
  if (failed(mayHave))
    return failure();
  bool isRead = plan.options.biasCorrection != "false";
  plan.calibration.readsCovariances =
      command.operandCovariances.empty() ? isRead && *mayHave : command.operandCovariances == "true";
  return success();
}

LogicalResult CompileRun::runPhase(Phase next) {
  bool measures = next == Phase::Calibrate && !plan.options.isFloat;
  if (measures && failed(planCalibration()))
    return failure();
  if (failed(measures ? calibrate(*module, command.calibrationData, plan.calibration)
                      : runPhases(*module, next, plan.options)) ||
      (measures && failed(tryCandidates())))
    return failure();
  phase = next;
  if (measures && command.restoreOptions)
    command.restoreOptions();
  updateReport(*module, phase, report);
  return success();
}

/// Where precisions are to be searched: behind transform, so that what is saved there holds the choices.
LogicalResult CompileRun::search() {
  if (!plan.search || phase != Phase::Transform)
    return success();
  llvm::SaveAndRestore trying(isTrying, true);
  LogicalResult found = timed("search", [&] { return searchPrecisions(*module, command, plan, files, report); });
  if (command.restoreOptions)
    command.restoreOptions();
  return found;
}

LogicalResult CompileRun::write() {
  if (!plan.hasOutput)
    return success();
  if (isModuleKind(plan.kind))
    return writeModule(*module, plan, files);
  FailureOr<llvm::json::Object> artefact = writeCode(*module, command, plan, files);
  if (failed(artefact))
    return failure();
  report.artefact = std::move(*artefact);
  return success();
}

LogicalResult CompileRun::writeReports() {
  report.model = command.input;
  report.output = plan.hasOutput ? plan.output : command.pareto;
  report.phase = getPhaseName(phase).str();
  report.isFloat = plan.options.isFloat;
  if (auto style = (*module)->getAttrOfType<StringAttr>(QCDialect::kStyleAttr))
    report.style = style.str();
  if (!plan.report.empty())
    if (llvm::Error error = files.addText(
            plan.report, [&](raw_ostream &os) { os << llvm::formatv("{0:2}", makeReportJson(report)) << "\n"; }))
      return emitError(&context, std::move(error));
  if (!command.quiet && (plan.output != "-" || !plan.hasOutput))
    printReport(report, llvm::outs());
  // Last, so that a command that fails leaves what was there before.
  return success(succeeded(check(flushStandardOutput())) && succeeded(check(files.keep())));
}

LogicalResult CompileRun::run() {
  if (failed(timed(plan.readsModule ? "read" : "import", [&] { return load(); })))
    return failure();
  if (failed(search()))
    return failure();
  for (Phase next : getPhases())
    if (next > phase && next <= plan.to && !isSkipped(next))
      if (failed(timed(getPhaseName(next), [&] { return runPhase(next); })) || failed(search()))
        return failure();
  if (failed(timed("write", [&] { return write(); })))
    return failure();
  return writeReports();
}

static LogicalResult enableRemarks(MLIRContext &context, const std::string &filter, const bool &isTrying) {
  if (filter.empty())
    return success();
  // A kind without a filter of its own is switched off: the empty ones let `filter` count.
  remark::RemarkCategories categories{filter, "", "", "", ""};
  return remark::enableOptimizationRemarks(context, nullptr, std::make_unique<RemarkPolicy>(isTrying), categories,
                                           /*printAsEmitRemarks=*/true);
}

static LogicalResult printInfo(MLIRContext &context, const CompileCommand &command) {
  if (llvm::Error error = checkInfoAlone(command))
    return emitError(&context, std::move(error));
  FailureOr<std::string> text = describeFile(&context, command.info);
  if (failed(text))
    return failure();
  llvm::outs() << *text << "\n";
  llvm::Error error = flushStandardOutput();
  return error ? emitError(&context, std::move(error)) : success();
}

static LogicalResult runCommand(MLIRContext &context, DiagnosticPrinter &printer, const CompileCommand &command,
                                bool &isTrying) {
  if (!command.info.empty())
    return printInfo(context, command);
  if (command.check)
    return runCheck(context, printer, command);
  llvm::Expected<CompilePlan> plan = planCompile(command);
  if (!plan)
    return emitError(&context, plan.takeError());
  printer.setModel(command.input);
  if (failed(enableRemarks(context, command.remarks, isTrying)))
    return failure();
  return CompileRun(command, std::move(*plan), context, isTrying).run();
}

int qc::runCompileCommand(const CompileCommand &command) {
  // What is guarded against crashes runs in one thread.
  unsigned threads = command.check ? 1 : command.threads;
  bool isTrying = false; // outlives the context
  return runInToolContext(threads, [&](MLIRContext &context, DiagnosticPrinter &printer) {
    return runCommand(context, printer, command, isTrying);
  });
}
