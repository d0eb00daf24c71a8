// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-verify: an artefact against the compiled float model, or against the reference evaluator.
#include "qc/Commands/VerifyCommand.h"
#include "CompileCommandModule.h"
#include "ToolContext.h"
#include "VerifyCommandBits.h"
#include "VerifyCommandFloat.h"
#include "qc/Files/InputFile.h"
#include "qc/Files/OutputFile.h"
#include "qc/Import/ONNX/Inventory.h"
#include "qc/Report/Diagnostics.h"
#include "llvm/Object/ELF.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace qc;

static llvm::Error checkCommand(const VerifyCommand &command) {
  auto fail = [](const Twine &text) { return llvm::createStringError(text); };
  if (command.model.empty() || command.artefact.empty())
    return fail("a model and an artefact are needed: qc-verify MODEL.onnx ARTEFACT.so --data DATA");
  if (command.data.empty())
    return fail("--data is missing: a folder or list of .npy, .npz or test_data_set folders");
  if (!command.maxLevel.empty())
    if (llvm::Error error = cpu::parseLevel(command.maxLevel).takeError())
      return error;
  if (command.labels.empty() && (command.minTop1 || command.maxTop1Drop))
    return fail("top-1 is a matter of --labels, which is missing");
  bool hasLimits = command.minCosine || command.minSqnr || command.minAgreement || command.minTop1 ||
                   command.maxAbsError || command.maxTop1Drop;
  if (command.bitExact && (hasLimits || !command.labels.empty() || !command.report.empty()))
    return fail("--bit-exact compares bytes: it has no limits, labels or report");
  if (command.bitExact && !isModuleFile(command.model))
    return fail("--bit-exact evaluates a module (qc-compile --to=integer -o m.mlir), '" + command.model + "' is none");
  if (command.report.empty())
    return llvm::Error::success();
  std::vector<std::string> inputs = data::DataSet::listFiles(command.data);
  inputs.insert(inputs.end(), {command.model, command.artefact, command.labels});
  return checkOutputPath(command.report, inputs);
}

/// The name of dimension `dim` of input `input` in an inventory of the model: one of its own where it has none there,
/// nothing where it has a size.
static std::string getSymbol(const llvm::json::Object &inventory, StringRef input, size_t dim) {
  for (const llvm::json::Value &tensor : *inventory.getArray("inputs")) {
    const llvm::json::Array *dims = tensor.getAsObject()->getArray("dims");
    if (tensor.getAsObject()->getString("name") != input || !dims || dim >= dims->size())
      continue;
    if ((*dims)[dim].getAsInteger().value_or(-1) >= 0)
      return "";
    if (std::optional<StringRef> name = (*dims)[dim].getAsString(); name && *name != "?")
      return name->str();
  }
  return (input + "." + Twine(dim)).str();
}

/// The shapes that the artefact was made for. Its symbols are named: one that nobody names may be bound to 1 as the
/// batch.
static llvm::Expected<SmallVector<InputShape>> getInputShapes(StringRef model, const cpu::LoadedModel &artefact) {
  std::optional<llvm::json::Object> inventory;
  bool isSymbolic = llvm::any_of(artefact.getStates(),
                                 [](const cpu::StateInfo &state) { return llvm::is_contained(state.dims, -1); });
  if (isSymbolic || artefact.isSymbolic()) {
    llvm::Expected<llvm::json::Object> taken = takeInventory(model);
    if (!taken)
      return taken.takeError();
    inventory = std::move(*taken);
  }
  SmallVector<InputShape> shapes;
  auto add = [&](StringRef name, ArrayRef<int64_t> dims) {
    InputShape &shape = shapes.emplace_back(InputShape{name.str(), {}});
    for (auto [d, size] : llvm::enumerate(dims))
      shape.dims.push_back(size < 0 ? InputDim(getSymbol(*inventory, name, d)) : InputDim(size));
  };
  for (const TensorSpec &input : artefact.getInputs())
    add(input.name, input.dims);
  for (const cpu::StateInfo &state : artefact.getStates())
    add(state.input, state.dims);
  return shapes;
}

/// State as the artefact keeps it, with its capacities.
static void addStates(const cpu::LoadedModel &artefact, ImportOptions &options) {
  for (const cpu::StateInfo &state : artefact.getStates()) {
    options.states.push_back(state.input + "=" + state.output);
    const InputShape *shape =
        llvm::find_if(options.inputShapes, [&](const InputShape &shape) { return shape.name == state.input; });
    for (auto [d, dim] : llvm::enumerate(shape->dims))
      if (dim.isSymbol() && d < state.begin.size() && d < state.most.size() &&
          llvm::none_of(
              options.ranges, [&, &dim = dim](const SymbolRange &range) { return range.symbol == dim.symbol; }))
        options.ranges.push_back({dim.symbol, state.begin[d], state.most[d]});
  }
}

/// An ONNX model gets the shapes that the artefact was made for.
static OwningOpRef<ModuleOp> readModel(MLIRContext &context, const VerifyCommand &command,
                                       const cpu::LoadedModel &artefact) {
  if (isModuleFile(command.model))
    return readModule(&context, command.model);
  ImportOptions options;
  llvm::Expected<SmallVector<InputShape>> shapes = getInputShapes(command.model, artefact);
  if (!shapes) {
    (void)emitError(&context, shapes.takeError());
    return nullptr;
  }
  options.inputShapes = std::move(*shapes);
  addStates(artefact, options);
  options.shapesFrom = "'" + command.artefact + "'";
  std::vector<std::string> externalFiles;
  options.externalFiles = &externalFiles;
  OwningOpRef<ModuleOp> module = importModel(&context, command.model, options);
  if (!module)
    return nullptr;
  if (llvm::Error error = checkNoInput(command.report, externalFiles)) {
    (void)emitError(&context, std::move(error));
    return nullptr;
  }
  return module;
}

/// Says what to give where the artefact is one of qc, but no library.
static llvm::Error checkIsLibrary(const std::string &path) {
  auto fail = [&](const Twine &what) {
    return llvm::createStringError("'" + path + "' is " + what +
                                   "; qc-verify takes a shared library: compile the model with -o " +
                                   llvm::sys::path::stem(path) + ".so and give that");
  };
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> file = readRegularFile(path);
  if (!file)
    return file.takeError();
  llvm::Expected<llvm::object::ELF64LEFile> elf = llvm::object::ELF64LEFile::create((*file)->getBuffer());
  if (!elf)
    return llvm::consumeError(elf.takeError()), llvm::Error::success(); // loading says what it is
  if (elf->getHeader().e_type == llvm::ELF::ET_REL)
    return fail("a relocatable object");
  auto segments = elf->program_headers();
  if (!segments)
    return llvm::consumeError(segments.takeError()), llvm::Error::success();
  bool hasInterpreter =
      llvm::any_of(*segments, [](const auto &segment) { return segment.p_type == llvm::ELF::PT_INTERP; });
  return hasInterpreter ? fail("an executable") : llvm::Error::success();
}

static LogicalResult runCommand(MLIRContext &context, DiagnosticPrinter &printer, const VerifyCommand &command) {
  if (llvm::Error error = checkCommand(command))
    return emitError(&context, std::move(error));
  if (llvm::Error error = checkIsLibrary(command.artefact))
    return emitError(&context, std::move(error));
  cpu::LoadOptions options;
  options.threads = int(command.threads);
  options.maxLevel = command.maxLevel;
  llvm::Expected<std::unique_ptr<cpu::LoadedModel>> artefact =
      cpu::LoadedModel::load(StringRef(command.artefact), options);
  if (!artefact)
    return emitError(&context, artefact.takeError());
  printer.setModel(command.model);
  OwningOpRef<ModuleOp> module = readModel(context, command, **artefact);
  if (!module)
    return failure();
  LogicalResult result = command.bitExact ? verifyBits(command, *module, std::move(*artefact))
                                          : verifyFloat(command, *module, std::move(*artefact));
  llvm::Error error = flushStandardOutput();
  if (failed(result))
    return llvm::consumeError(std::move(error)), failure();
  return error ? emitError(&context, std::move(error)) : success();
}

int qc::runVerifyCommand(const VerifyCommand &command) {
  return runInToolContext(command.threads, [&](MLIRContext &context, DiagnosticPrinter &printer) {
    return runCommand(context, printer, command);
  });
}
