// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From the options of qc-compile as they are typed to what they ask for.
#include "CompileCommandPlan.h"
#include "CompileCommandModule.h"
#include "CompileCommandSearch.h"
#include "qc/Calibration/RangeMethod.h"
#include "qc/Files/OutputPath.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Regex.h"

using namespace llvm;
using namespace qc;

static Error fail(const Twine &text) { return createStringError(text); }

static std::string listPhases() {
  std::string text;
  for (Phase phase : getPhases())
    text += (text.empty() ? "" : ", ") + getPhaseName(phase).str();
  return text;
}

static Error readPhase(StringRef option, StringRef name, std::optional<Phase> &phase) {
  if (name.empty())
    return Error::success();
  phase = parsePhase(name);
  return phase ? Error::success() : fail(option + "=" + name + " is no phase; phases are " + listPhases());
}

static std::optional<OutputKind> parseKind(StringRef name) {
  return StringSwitch<std::optional<OutputKind>>(name)
      .Case("mlir", OutputKind::Text)
      .Case("mlirbc", OutputKind::Bytecode)
      .Cases({"so", "lib"}, OutputKind::Library)
      .Cases({"o", "obj"}, OutputKind::Object)
      .Case("exe", OutputKind::Executable)
      .Case("ptx", OutputKind::Ptx)
      .Default(std::nullopt);
}

/// What is made: by --emit, else by the extension of -o.
static Error planKind(const CompileCommand &command, CompilePlan &plan) {
  plan.hasOutput = !command.output.empty() || !command.to.empty() || !command.emit.empty() || command.pareto.empty();
  if (!plan.hasOutput) // and stops where the front is known
    return Error::success();
  StringRef extension = sys::path::extension(command.output);
  std::optional<OutputKind> byName = parseKind(extension.drop_front(extension.empty() ? 0 : 1));
  if (byName && !is_contained({".so", ".o", ".mlir", ".mlirbc", ".ptx"}, extension))
    byName = std::nullopt;
  // Whatever leads to standard output, as /dev/stdout does, is "-".
  bool isStandard = !command.output.empty() && isStandardOutput(command.output);
  if (!byName && (command.output.empty() || isStandard))
    byName = OutputKind::Text;
  plan.kind = byName.value_or(command.target == "nvptx64" ? OutputKind::Ptx : OutputKind::Executable);
  if (!command.emit.empty()) {
    std::optional<OutputKind> kind = parseKind(command.emit);
    if (!kind)
      return fail("--emit=" + command.emit + " is not known; accepted are so, o, exe, mlir, mlirbc, ptx");
    plan.kind = *kind;
  }
  if (command.output.empty() && command.to.empty() && plan.kind != OutputKind::Text)
    return fail("-o is missing: the file to write");
  if (command.output.empty() && command.to.empty() && command.emit.empty())
    return fail("-o is missing: the file to write; its extension says what is made (.so, .o, .mlir, .mlirbc, .ptx, any "
                "other: an executable)");
  if (!command.output.empty())
    plan.output = isStandard ? "-" : command.output;
  // The symbols of code, and the names of files beside it, are made of the stem.
  if (sys::path::stem(plan.output).empty())
    return fail("-o '" + plan.output + "' has no name before '" + extension + "'; it takes one, as 'model" + extension +
                "'");
  if (plan.output == "-" && plan.kind != OutputKind::Text)
    return fail("only text (--emit=mlir) can go to standard output; name a file with -o");
  return Error::success();
}

static Error planTarget(const CompileCommand &command, CompilePlan &plan) {
  bool isDevice = plan.kind == OutputKind::Ptx;
  if (!command.target.empty() && command.target != "x86_64" && command.target != "nvptx64")
    return fail("--target=" + command.target + " is not known; accepted are x86_64 and nvptx64");
  if (command.target == "nvptx64" && !isDevice && !isModuleKind(plan.kind))
    return fail("--target=nvptx64 makes PTX: -o must end in .ptx");
  if (command.target == "x86_64" && isDevice)
    return fail("PTX is for --target=nvptx64, not x86_64");
  if (!isDevice && (!command.chip.empty() || command.emitDeviceIr))
    return fail((command.chip.empty() ? "--emit-device-ir" : "--chip") + Twine(" belongs to --emit=ptx"));
  if (!command.chip.empty())
    plan.chip = command.chip;
  if (Error error = nvptx::checkChip(plan.chip))
    return error;
  if (!command.level.empty() && (isDevice || isModuleKind(plan.kind)))
    return fail("--level is for code of a CPU; MLIR and PTX are the same for all of them");
  if (!command.level.empty()) {
    Expected<SmallVector<const cpu::Level *, 4>> levels = cpu::parseLevels(command.level);
    if (!levels)
      return levels.takeError();
    plan.levels = std::move(*levels);
  }
  plan.name = makeModelName(command.name.empty() ? sys::path::stem(plan.output) : StringRef(command.name));
  if (isDevice || isModuleKind(plan.kind))
    return Error::success();
  Error error = checkModelName(plan.name);
  return error ? fail(toString(std::move(error)) + "; --name=NAME gives another") : Error::success();
}

static Error planPhases(const CompileCommand &command, CompilePlan &plan) {
  std::optional<Phase> to;
  if (Error error = readPhase("--to", command.to, to))
    return error;
  if (to && !isModuleKind(plan.kind))
    return fail("--to=" + command.to +
                " stops behind a phase and writes MLIR: -o must end in .mlir or .mlirbc or be -");
  plan.to = to.value_or(plan.hasOutput ? Phase::Kernels : Phase::Transform);
  if (!command.isFloat)
    return Error::success();
  if (plan.to > Phase::Prepare && plan.to < Phase::Kernels)
    return fail("--float has the phases import, prepare and kernels, not " + getPhaseName(plan.to));
  const char *other = !command.calibrationData.empty()      ? "--calibration-data"
                      : !command.rules.empty()              ? "--rules"
                      : !command.qdqStyle.empty()           ? "--qdq-style"
                      : !command.rangeMethod.empty()        ? "--range-method"
                      : !command.wideValues.empty()         ? "--wide-values"
                      : !command.biasCorrection.empty()     ? "--bias-correction"
                      : !command.operandCovariances.empty() ? "--operand-covariances"
                      : command.integerOnly                 ? "--integer-only"
                                                            : nullptr;
  return other ? fail("--float quantizes nothing: " + Twine(other) + " has no meaning there") : Error::success();
}

std::vector<std::string> qc::splitKeys(StringRef text) {
  SmallVector<StringRef> keys;
  text.split(keys, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  return std::vector<std::string>(keys.begin(), keys.end());
}

static Error checkWideValues(const CompileCommand &command) {
  if (!is_contained({StringRef(), StringRef("auto"), StringRef("none")}, StringRef(command.wideValues)))
    return fail("--wide-values=" + command.wideValues + " is not known; accepted are auto and none");
  if (command.wideValues != "auto")
    return Error::success();
  if (command.calibrationData.empty())
    return fail("--wide-values=auto measures on --calibration-data, which is missing");
  if (command.qdqStyle == "ort")
    return fail("--wide-values=auto does not fit --qdq-style=ort, which has codes of 8 bits only");
  return Error::success();
}

/// Options that the module records.
static Error planRecorded(const CompileCommand &command, CompilePlan &plan) {
  auto isOneOf = [](StringRef value, ArrayRef<StringRef> accepted) {
    return value.empty() || is_contained(accepted, value);
  };
  if (!isOneOf(command.qdqStyle, {"qc", "ort"}))
    return fail("--qdq-style=" + command.qdqStyle + " is not known; accepted are qc and ort");
  if (!command.rangeMethod.empty() && !calibration::parseRangeMethod(command.rangeMethod))
    return fail("--range-method=" + command.rangeMethod + " is not known; accepted are " +
                calibration::listRangeMethods());
  if (Error error = checkWideValues(command))
    return error;
  if (!isOneOf(command.biasCorrection, {"true", "false"}))
    return fail("--bias-correction=" + command.biasCorrection + " is not known; accepted are true and false");
  if (!isOneOf(command.operandCovariances, {"true", "false"}))
    return fail("--operand-covariances=" + command.operandCovariances + " is not known; accepted are true and false");
  plan.options.style = command.qdqStyle;
  plan.options.rangeMethod = command.rangeMethod;
  plan.options.biasCorrection = command.biasCorrection;
  return Error::success();
}

static Error planOptions(const CompileCommand &command, CompilePlan &plan) {
  plan.options.isFloat = command.isFloat;
  plan.options.integerOnly = command.integerOnly;
  plan.options.rules = command.rules;
  if (!command.rules.empty() && !sys::fs::exists(command.rules))
    return fail("--rules: there is no file '" + command.rules + "'");
  if (!command.rules.empty() && !sys::fs::is_regular_file(command.rules))
    return fail("--rules: '" + command.rules + "' is not a regular file");
  if (Error error = planRecorded(command, plan))
    return error;
  if (std::string why; !command.remarks.empty() && !Regex(command.remarks).isValid(why))
    return fail("--remarks-filter='" + command.remarks + "' is no regular expression: " + why +
                "; it takes one over the names of passes, as 'qc-.*'");
  if (!command.ignoreKeys.empty() && command.calibrationData.empty())
    return fail("--ignore-keys is about --calibration-data, which is missing");
  Expected<std::optional<SearchPlan>> search = planSearch(command);
  if (!search)
    return search.takeError();
  plan.search = std::move(*search);
  if (plan.search && command.wideValues == "auto")
    return fail("--wide-values=auto does not fit a search, which decides about 16 bits, too");
  bool needsTimes = !command.latencyBudget.empty() || !command.maxDrop.empty() || !command.pareto.empty();
  if (needsTimes && plan.kind == OutputKind::Ptx)
    return fail(
        "a search measures times on this machine's CPU, not on a device: --size-budget and --bops-budget can be "
        "given with PTX");
  plan.calibration.threads = command.threads;
  plan.calibration.quiet = command.quiet;
  plan.calibration.ignoredKeys = splitKeys(command.ignoreKeys);
  for (StringRef text : command.inputShapes) {
    Expected<InputShape> shape = parseInputShape(text);
    if (!shape)
      return shape.takeError();
    plan.import.inputShapes.push_back(std::move(*shape));
  }
  for (StringRef text : command.ranges) {
    Expected<SymbolRange> range = parseSymbolRange(text);
    if (!range)
      return range.takeError();
    plan.import.ranges.push_back(std::move(*range));
  }
  plan.import.states = command.states;
  return Error::success();
}

static Error planInput(const CompileCommand &command, CompilePlan &plan) {
  if (command.input.empty())
    return fail("no model is given: qc-compile MODEL.onnx -o FILE");
  if (Error error = readPhase("--from", command.from, plan.from))
    return error;
  bool isOnnx = StringRef(command.input).ends_with_insensitive(".onnx");
  plan.readsModule = isModuleFile(command.input) || (plan.from && !isOnnx);
  if (plan.from && isOnnx)
    return fail("--from=" + command.from + " reads a module (.mlir, .mlirbc), '" + command.input +
                "' is an ONNX model");
  return Error::success();
}

Expected<CompilePlan> qc::planCompile(const CompileCommand &command) {
  CompilePlan plan;
  for (auto step : {planInput, planKind, planTarget, planPhases, planOptions})
    if (Error error = step(command, plan))
      return error;
  if (!command.report.empty())
    plan.report = isStandardOutput(command.report) ? "-" : command.report;
  if (Error error = checkFiles(command, plan))
    return error;
  // What is known of an ONNX model before it is read need not wait until it is read.
  if (!plan.readsModule)
    if (Error error = checkPhases(command, plan, Phase::Import))
      return error;
  return plan;
}

Error qc::checkPhases(const CompileCommand &command, const CompilePlan &plan, Phase phase) {
  auto tooLate = [&](StringRef option, Phase needs) {
    return fail(option + " is used in phase " + getPhaseName(needs) + ", which '" + command.input +
                "' has behind it (it is at " + getPhaseName(phase) + ")");
  };
  if (plan.from && *plan.from != phase)
    return fail("--from=" + getPhaseName(*plan.from) + " does not fit: '" + command.input + "' has phase " +
                getPhaseName(phase) + " behind it");
  if (plan.to < phase)
    return fail("--to=" + getPhaseName(plan.to) + " lies before phase " + getPhaseName(phase) + ", which '" +
                command.input + "' has behind it");
  if (plan.options.isFloat && phase > Phase::Prepare && phase < Phase::Kernels)
    return fail("--float starts from phase import or prepare, '" + command.input + "' is at " + getPhaseName(phase));
  if (plan.search && phase >= Phase::Assign)
    return tooLate("a search", Phase::Transform);
  if (plan.search && plan.to < Phase::Transform)
    return fail("a search comes behind phase transform, --to=" + getPhaseName(plan.to) + " stops before");
  if (!plan.search && !command.calibrationData.empty() && phase >= Phase::Calibrate)
    return tooLate("--calibration-data", Phase::Calibrate);
  if (!command.operandCovariances.empty() && phase >= Phase::Calibrate)
    return tooLate("--operand-covariances", Phase::Calibrate);
  if (!command.wideValues.empty() && phase >= Phase::Calibrate)
    return tooLate("--wide-values", Phase::Calibrate);
  if (!command.rules.empty() && phase >= Phase::Assign)
    return tooLate("--rules", Phase::Assign);
  if (plan.options.integerOnly && phase >= Phase::Integer)
    return tooLate("--integer-only", Phase::Integer);
  bool calibrates = !plan.options.isFloat && phase < Phase::Calibrate && plan.to >= Phase::Calibrate;
  if (calibrates && command.calibrationData.empty())
    return fail("int8 needs to see values of the model: give --calibration-data with a folder or list of .npy, .npz or "
                "test_data_set folders (100 to 500 samples are usual), or --float for a model that is not quantized");
  return Error::success();
}
