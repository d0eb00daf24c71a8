// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Models from files, and back.
#include "CompileCommandModule.h"
#include "PhaseOperations.h"
#include "SealedBytecode.h"
#include "dialects/QC/QC.h"
#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Analysis/Samples.h"
#include "qc/Pipelines/CompileModel.h"
#include "qc/Report/Diagnostics.h"
#include "qc/Report/Failures.h"
#include "qc/Text/Nesting.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace qc;

static bool isBytecodeFile(StringRef path) {
  llvm::Expected<llvm::sys::fs::file_t> file = llvm::sys::fs::openNativeFileForRead(path);
  if (!file) {
    llvm::consumeError(file.takeError());
    return false;
  }
  char start[4] = {};
  llvm::Expected<size_t> read = llvm::sys::fs::readNativeFile(*file, start);
  std::error_code closed = llvm::sys::fs::closeFile(*file);
  if (!read) {
    llvm::consumeError(read.takeError());
    return false;
  }
  return !closed && StringRef(start, 4) == StringRef("ML\xef"
                                                     "R",
                                                     4);
}

bool qc::isModuleFile(StringRef path) {
  return path.ends_with(".mlir") || path.ends_with(".mlirbc") ||
         (llvm::sys::fs::is_regular_file(path) && isBytecodeFile(path));
}

static FailureOr<std::string> explainMeetingOf(ModuleOp module, ArrayRef<std::string> symbols) {
  FailureOr<func::FuncOp> main = getMainFunction(module);
  if (failed(main))
    return failure();
  FailureOr<SizeAnalysis> sizes = SizeAnalysis::analyze(*main);
  if (failed(sizes))
    return failure();
  return explainMeeting(*main, *sizes, symbols);
}

// The analysis of sizes does not need the function to be complete.
static std::optional<bool> decide(Value condition) {
  Operation *op = condition.getDefiningOp();
  auto main = op ? op->getParentOfType<func::FuncOp>() : func::FuncOp();
  if (!main)
    return std::nullopt;
  ScopedDiagnosticHandler quiet(main.getContext(), [](Diagnostic &) { return success(); });
  FailureOr<SizeAnalysis> sizes = SizeAnalysis::analyze(main);
  std::optional<ArrayRef<AffineExpr>> contents =
      succeeded(sizes) ? sizes->getContents(condition) : std::optional<ArrayRef<AffineExpr>>();
  if (!contents || contents->size() != 1)
    return std::nullopt;
  SizeRange range = sizes->getRange(contents->front());
  return range.isPoint() ? std::optional(range.low != 0) : std::nullopt;
}

OwningOpRef<ModuleOp> qc::importModel(MLIRContext *context, StringRef path, const ImportOptions &options) {
  ImportOptions asking = options;
  asking.explainMeeting = explainMeetingOf;
  asking.decide = decide;
  OwningOpRef<ModuleOp> module = importOnnx(context, path, asking);
  if (module)
    (*module)->setAttr(QCDialect::kPhaseAttr, StringAttr::get(context, getPhaseName(Phase::Import)));
  return module;
}

/// MLIR accepts resources that are missing or too short; nothing behind this does.
static LogicalResult verifyResources(ModuleOp module) {
  PassManager passes(module.getContext());
  std::string error;
  llvm::raw_string_ostream os(error);
  if (failed(parsePassPipeline("qc-verify-resources", passes, os)))
    return module.emitError() << "qc-verify-resources is not registered: " << error;
  return passes.run(module);
}

OwningOpRef<ModuleOp> qc::readModule(MLIRContext *context, StringRef path) {
  auto fail = [&](const Twine &why) {
    mlir::emitError(UnknownLoc::get(context)) << "cannot read '" << path << "': " << why;
    return OwningOpRef<ModuleOp>();
  };
  if (llvm::sys::fs::is_directory(path))
    return fail("it is a folder");
  if (llvm::sys::fs::exists(path) && !llvm::sys::fs::is_regular_file(path))
    return fail("it is not a regular file");
  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> file = llvm::MemoryBuffer::getFile(path);
  if (!file)
    return fail(file.getError().message());
  StringRef bytes = (*file)->getBuffer();
  if (isBytecode(**file) && !isSealIntact(bytes))
    return fail("it is damaged: its bytes are not those that qc-compile wrote");
  if (!isBytecode(**file) && isNestedTooDeeply(bytes))
    return fail("it is nested too deeply, accepted are at most " + Twine(kMaxNesting) + " levels");
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(std::move(*file), llvm::SMLoc());
  OwningOpRef<ModuleOp> module;
  bool isTold = false; // MLIR refuses some damaged bytecode without a word
  {
    ScopedDiagnosticHandler watcher(context, [&](Diagnostic &diagnostic) {
      isTold |= diagnostic.getSeverity() == DiagnosticSeverity::Error;
      return failure(); // the next handler prints it
    });
    runGuarded([&] { module = parseSourceFile<ModuleOp>(sources, ParserConfig(context)); },
               "cannot read '" + makePrintable(path) + "': it is damaged");
  }
  if (!module)
    return isTold ? OwningOpRef<ModuleOp>() : fail("it is damaged");
  if (!(*module)->hasAttr(QCDialect::kVersionAttr))
    return fail("it is no module of qc: it has no " + Twine(QCDialect::kVersionAttr));
  if (!module->lookupSymbol<func::FuncOp>("main"))
    return fail("it has no function @main");
  FailureOr<Phase> phase = getModulePhase(*module);
  if (failed(phase) || failed(verifyOperations(*module, *phase)) || failed(verifyResources(*module)))
    return {};
  return module;
}

void qc::printModule(ModuleOp module, raw_ostream &os) {
  // A module that came from a file may have places in that file as locations: they say nothing to a reader of this one.
  AttrTypeReplacer replacer;
  replacer.addReplacement(
      [](FileLineColRange range) -> std::optional<Attribute> { return UnknownLoc::get(range.getContext()); });
  replacer.recursivelyReplaceElementsIn(module, /*replaceAttrs=*/false, /*replaceLocs=*/true, /*replaceTypes=*/false);
  module->print(os, OpPrintingFlags().enableDebugInfo(true));
  os << "\n";
}
