// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command line of qc-compile: every option stores into a field of the command.
#include "Options.h"
#include "qc/Report/ToolOptions.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

static qc::CompileCommand command;
static cl::OptionCategory category("qc-compile options");

namespace {
struct Text : qc::TextOption {
  Text(StringRef name, StringRef value, StringRef description, std::string &field)
      : qc::TextOption(category, name, value, description, field) {}
};
struct Flag : qc::StoredOption<bool> {
  Flag(StringRef name, StringRef description, bool &field) : StoredOption(category, name, "", description, field) {}
};
} // namespace

static qc::StoredArgument input(category, "MODEL.onnx | MODULE.mlir | MODULE.mlirbc", command.input);
static Text output("o", "FILE",
                   "what to write: .so, .o, .ptx, .mlir, .mlirbc; any other name is an executable; - is "
                   "text on standard output",
                   command.output);
static Text emit("emit", "KIND", "what is made, whatever the name of -o: so, o, exe, ptx, mlir, mlirbc", command.emit);
static Text from("from", "PHASE", "the input is a module that has this phase behind it", command.from);
static Text to("to", "PHASE",
               "stop behind this phase and write MLIR: import, prepare, calibrate, transform, assign, "
               "quantize, integer, kernels",
               command.to);
static Flag isFloat("float", "quantize nothing: the float baseline", command.isFloat);
static Text data("calibration-data", "DATA", "folder, list file or data file: .npy, .npz, test_data_set_<n>",
                 command.calibrationData);
static Text ignoreKeys("ignore-keys", "NAME,...", "arrays of .npz data that are not for the model, as labels",
                       command.ignoreKeys);
static Flag integerOnly("integer-only", "a float operation between the borders is an error", command.integerOnly);
static Text rules("rules", "FILE", "JSON rules that say which operations have which precision", command.rules);
static Text style("qdq-style", "qc|ort", "where values are rounded: qc (default), or as ONNX Runtime does",
                  command.qdqStyle);
static Text rangeMethod("range-method", "METHOD",
                        "how ranges follow from calibration data: auto (default with 16 samples and more), minmax, "
                        "mean, percentile or mse",
                        command.rangeMethod);
static Text wideValues("wide-values", "auto|none",
                       "whether values that 8 bits hold badly get 16 where trials say that the outputs have less than "
                       "25 dB without (default: auto where ranges are chosen by trials and nothing is searched)",
                       command.wideValues);
static Text biasCorrection("bias-correction", "true|false",
                           "whether biases take back what rounding weights does to means (default: true)",
                           command.biasCorrection);
static Text covariances("operand-covariances", "true|false",
                        "whether calibration also measures how what contractions read varies together, by which "
                        "weights of 4 bits are rounded (default: where --size-budget or a rule asks for such weights)",
                        command.operandCovariances);
static Text latency("latency-budget", "1.1x|3.5ms", "search precisions: of all-int8's time, or a time",
                    command.latencyBudget);
static Text size("size-budget", "0.3x|BYTES", "search precisions: of the float model's weights, or bytes",
                 command.sizeBudget);
static Text bops("bops-budget", "1.1x|N", "search precisions: of all-int8's bit operations, or a number",
                 command.bopsBudget);
static Text
    maxDrop("max-drop", "sqnr=DB|agreement=SHARE",
            "search precisions: the fastest that is at least as near to the float model on the calibration data",
            command.maxDrop);
static Text pareto("pareto", "FILE.csv", "search precisions: write loss, time, size and rule file of the best trades",
                   command.pareto);
static Text searchTime("search-time", "5m", "end a search after this time (default: when all is measured)",
                       command.searchTime);
static Text costs("costs", "FILE", "times of kernels: read where it exists, what it lacks is measured and added",
                  command.costs);
static Text searchCache("search-cache", "FOLDER|none",
                        "where a search keeps what it measured (default: the user's cache)", command.searchCache);
static qc::StoredList shapes(category, "input-shape", "NAME:DIMS",
                             "the shape of an input, as x:1x3x8x8 or x:N,3,48,W; once per input", command.inputShapes);
static qc::StoredList ranges(category, "range", "SYMBOL=LOW:HIGH",
                             "what a size that is known at run time may be, as W=16:2048; once per symbol",
                             command.ranges);
static qc::StoredList
    states(category, "state", "INPUT=OUTPUT",
           "a value that the model keeps from run to run: in the next one the input is what the output "
           "was; once per value",
           command.states);
static Text name("name", "NAME", "prefix of the artefact's symbols (default: the stem of -o)", command.name);
static Text level("level", "LIST",
                  "CPU levels to hold code for, separated by commas: x86-64-v2, x86-64-v3, x86-64-v3+avxvnni, "
                  "x86-64-v4, x86-64-v4+vnni, x86-64-v4+amx, native (default: "
                  "x86-64-v3,x86-64-v3+avxvnni,x86-64-v4+vnni)",
                  command.level);
static Text target("target", "TARGET", "x86_64 (default) or nvptx64", command.target);
static Text chip("chip", "CHIP", "oldest GPU that the PTX is for (default: sm_80)", command.chip);
static Flag deviceIr("emit-device-ir", "also write the LLVM IR of a device program (.bc)", command.emitDeviceIr);
static Text report("report", "FILE", "write what became what, and why, as JSON", command.report);
static Flag check("check", "say what an ONNX model is made of, and whether it compiles; nothing is made",
                  command.check);
static Text info("info", "FILE", "print what is known of an artefact, launch.json or module, as JSON", command.info);
static qc::CountOption<unsigned> threads(category, "threads",
                                         "threads of calibration and compilation (default: one per core)",
                                         command.threads, qc::kMaxThreads);
static Flag quiet("quiet", "print no report", command.quiet);
static Text remarks("remarks-filter", "REGEX", "print remarks of passes whose name matches, as 'qc-.*'",
                    command.remarks);
static Flag timeReport("time-report", "print the time of each phase and kernel on standard error", command.timeReport);

static void parse(int argc, char **argv) {
  cl::ParseCommandLineOptions(argc, argv,
                              "compiles an ONNX model to a quantized native artefact (docs/UserGuide.md)\n\n"
                              "Options of MLIR, as --mlir-print-ir-after-all, are listed by --help-hidden.\n");
  qc::requireSingleOptions(category);
}

qc::CompileCommand parseOptions(int argc, char **argv) {
  cl::HideUnrelatedOptions(category);
  cl::SetVersionPrinter(
      [](raw_ostream &os) { os << "qc-compile " QC_VERSION_STRING " (LLVM " LLVM_VERSION_STRING ")\n"; });
  parse(argc, argv);
  qc::CompileCommand result = command;
  result.restoreOptions = [argc, argv] {
    cl::ResetAllOptionOccurrences();
    parse(argc, argv);
  };
  return result;
}
