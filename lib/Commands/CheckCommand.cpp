// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-compile --check: what a model is made of, and whether it compiles.
#include "CheckCommand.h"
#include "CompileCommandModule.h"
#include "CompileCommandParts.h"
#include "dialects/QC/QC.h"
#include "qc/Files/OutputFile.h"
#include "qc/Import/ONNX/Inventory.h"
#include "qc/Report/Failures.h"
#include "qc/Report/InventoryReport.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace qc;
namespace json = llvm::json;

static llvm::Error checkCheckAlone(const CompileCommand &command) {
  const std::pair<const char *, bool> others[] = {{"-o", !command.output.empty()},
                                                  {"--from", !command.from.empty()},
                                                  {"--to", !command.to.empty()},
                                                  {"--emit", !command.emit.empty()},
                                                  {"--integer-only", command.integerOnly},
                                                  {"--calibration-data", !command.calibrationData.empty()},
                                                  {"--ignore-keys", !command.ignoreKeys.empty()},
                                                  {"--rules", !command.rules.empty()},
                                                  {"--qdq-style", !command.qdqStyle.empty()},
                                                  {"--range-method", !command.rangeMethod.empty()},
                                                  {"--wide-values", !command.wideValues.empty()},
                                                  {"--bias-correction", !command.biasCorrection.empty()},
                                                  {"--operand-covariances", !command.operandCovariances.empty()},
                                                  {"--name", !command.name.empty()},
                                                  {"--level", !command.level.empty()},
                                                  {"--target", !command.target.empty()},
                                                  {"--chip", !command.chip.empty()},
                                                  {"--emit-device-ir", command.emitDeviceIr}};
  for (auto [name, isGiven] : others)
    if (isGiven)
      return llvm::createStringError("--check says whether a model compiles as float, and makes nothing: " +
                                     llvm::Twine(name) + " has no meaning there");
  if (!command.input.empty() && isModuleFile(command.input))
    return llvm::createStringError("--check takes an ONNX model; --info describes the module '" + command.input + "'");
  return llvm::Error::success();
}

/// The options of the compilation that is tried.
static CompileCommand makeFloatCommand(const CompileCommand &command) {
  CompileCommand result = command;
  result.isFloat = true;
  // Nothing is written there: where it would go must not be where the report goes.
  result.to = getPhaseName(Phase::Kernels).str();
  result.output = "/dev/null";
  result.emit = "mlir";
  return result;
}

/// Null where an operation's cost is not known.
static json::Value countMacs(ModuleOp module) {
  int64_t sum = 0;
  bool isKnown = true;
  module.walk([&](CostOpInterface op) {
    std::optional<int64_t> macs = op.getMacs();
    isKnown &= macs.has_value();
    sum += macs.value_or(0);
  });
  return isKnown ? json::Value(sum) : json::Value(nullptr);
}

/// Runs the phases; adds what the module knows to `inventory` as soon as it is there.
static LogicalResult tryCompile(MLIRContext &context, const CompileCommand &command, const CompilePlan &plan,
                                json::Object &inventory) {
  OwningOpRef<ModuleOp> module = importModel(&context, command.input, plan.import);
  if (!module)
    return failure();
  inventory["macs"] = countMacs(*module);
  if (json::Object symbols = describeSymbols(*module); !symbols.empty())
    inventory["symbols"] = std::move(symbols);
  return runPhases(*module, Phase::Kernels, plan.options);
}

/// The texts of errors, warnings and remarks while it lives; they are printed, too.
namespace {
class Texts : public ScopedDiagnosticHandler {
public:
  explicit Texts(MLIRContext *context) : ScopedDiagnosticHandler(context) {
    setHandler([this](Diagnostic &diagnostic) {
      std::string place = describeLocation(diagnostic.getLocation());
      json::Array &texts = diagnostic.getSeverity() == DiagnosticSeverity::Error ? errors : others;
      texts.push_back(json::fixUTF8(place + (place.empty() ? "" : ": ") + makeParagraph(diagnostic.str())));
      return failure();
    });
  }
  json::Array errors, others;
};
} // namespace

static LogicalResult writeReport(MLIRContext &context, const CompilePlan &plan, json::Object inventory) {
  if (plan.report.empty())
    return success();
  FileSet files;
  llvm::Error error = files.addText(
      plan.report, [&](raw_ostream &os) { os << llvm::formatv("{0:2}", json::Value(std::move(inventory))) << "\n"; });
  error = error ? std::move(error) : files.keep();
  return error ? emitError(&context, std::move(error)) : success();
}

LogicalResult qc::runCheck(MLIRContext &context, DiagnosticPrinter &printer, const CompileCommand &command) {
  if (llvm::Error error = checkCheckAlone(command))
    return emitError(&context, std::move(error));
  llvm::Expected<CompilePlan> plan = planCompile(makeFloatCommand(command));
  if (!plan)
    return emitError(&context, plan.takeError());
  printer.setModel(command.input);
  llvm::Expected<json::Object> taken = takeInventory(command.input);
  if (!taken)
    return emitError(&context, taken.takeError());
  json::Object inventory = std::move(*taken);
  LogicalResult result = failure();
  Texts texts(&context);
  // The verdict must come whatever is wrong with the model, or with qc.
  runGuarded([&] { result = tryCompile(context, command, *plan, inventory); },
             "the compiler crashed on '" + makePrintable(command.input) + "': it cannot be compiled");
  if (!command.quiet && plan->report != "-")
    printInventory(command.input, inventory, llvm::outs());
  if (plan->report != "-")
    llvm::outs() << "verdict: " << (succeeded(result) ? "compiles with --float" : "does not compile") << "\n";
  inventory["model"] = json::fixUTF8(command.input);
  inventory["compiles"] = succeeded(result);
  inventory["errors"] = std::move(texts.errors);
  inventory["remarks"] = std::move(texts.others);
  if (failed(writeReport(context, *plan, std::move(inventory))))
    return failure();
  llvm::Error error = flushStandardOutput();
  return error ? emitError(&context, std::move(error)) : result;
}
