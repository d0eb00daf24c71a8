// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What can be said of a file: --info.
#include "CompileCommandModule.h"
#include "CompileCommandParts.h"
#include "dialects/Dyadic/Dyadic.h"
#include "dialects/Kernel/Kernel.h"
#include "dialects/QC/QC.h"
#include "qc/Files/InputFile.h"
#include "qc/Report/Diagnostics.h"
#include "qc/Text/Json.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <map>

using namespace mlir;
using namespace qc;
namespace json = llvm::json;

static std::string print(json::Value value) { return llvm::formatv("{0:2}", value).str(); }

/// Symbols of a tensor's dimensions (`names`, may be null) are given by name, unknown sizes without one as -1.
static json::Object describeTensor(StringAttr name, ArrayAttr names, Type type) {
  json::Object tensor{{"name", name ? json::fixUTF8(name.getValue()) : ""}};
  if (auto shaped = dyn_cast<ShapedType>(type); shaped && shaped.hasRank()) {
    json::Array dims;
    for (auto [i, dim] : llvm::enumerate(shaped.getShape())) {
      auto symbol = names && i < names.size() ? dyn_cast<StringAttr>(names[i]) : StringAttr();
      if (ShapedType::isDynamic(dim) && symbol)
        dims.push_back(json::fixUTF8(symbol.getValue()));
      else
        dims.push_back(ShapedType::isDynamic(dim) ? -1 : dim);
    }
    tensor["dims"] = std::move(dims);
    std::string element;
    llvm::raw_string_ostream(element) << shaped.getElementType();
    tensor["dtype"] = element;
  }
  return tensor;
}

/// Inputs and outputs of @main; behind the kernels phase both are arguments, and the arena is the last one.
static void describeBorders(func::FuncOp main, json::Object &info) {
  json::Array inputs, outputs;
  auto numInputs = main->getAttrOfType<IntegerAttr>("kernel.num_inputs");
  for (auto [i, type] : llvm::enumerate(main.getArgumentTypes())) {
    bool isOutput = numInputs && int64_t(i) >= numInputs.getInt();
    if (!isOutput || i + 1 < main.getNumArguments())
      (isOutput ? outputs : inputs)
          .push_back(describeTensor(main.getArgAttrOfType<StringAttr>(i, QCDialect::kNameAttr),
                                    main.getArgAttrOfType<ArrayAttr>(i, QCDialect::kDimsAttr), type));
  }
  for (auto [i, type] : llvm::enumerate(main.getResultTypes()))
    outputs.push_back(describeTensor(main.getResultAttrOfType<StringAttr>(i, QCDialect::kNameAttr), {}, type));
  info["inputs"] = std::move(inputs);
  info["outputs"] = std::move(outputs);
}

json::Object qc::describeSymbols(ModuleOp module) {
  json::Object ranges;
  auto symbols = module->getAttrOfType<DictionaryAttr>(QCDialect::kSymbolsAttr);
  if (!symbols)
    return ranges;
  for (NamedAttribute symbol : symbols) {
    auto range = cast<DenseI64ArrayAttr>(symbol.getValue());
    ranges[json::fixUTF8(symbol.getName().getValue())] =
        json::Array{range[0], range[1] < 0 ? json::Value(nullptr) : json::Value(range[1])};
  }
  return ranges;
}

static void countOperations(func::FuncOp main, json::Object &info) {
  std::map<std::string, int64_t> kinds, macs;
  main.walk([&](Operation *op) {
    if (op == main || op->hasTrait<OpTrait::IsTerminator>())
      return;
    ++kinds[op->getName().getStringRef().str()];
    if (auto count = op->getAttrOfType<IntegerAttr>("kernel.macs"))
      if (auto type = op->getAttrOfType<StringAttr>("kernel.type"))
        macs[type.str()] += count.getInt();
    auto cost = dyn_cast<CostOpInterface>(op);
    dyadic::PlaneOp plane = dyadic::getPlane(op);
    if (cost && (!plane || plane.getHigh())) // both planes are one contraction
      macs[isa<QCDialect>(op->getDialect()) ? "f32"
           : dyadic::getWeightGroup(op)     ? (plane ? "w4a16" : "w4a8")
           : plane                          ? "w8a16"
                                            : "int8"] += cost.getMacs().value_or(0);
  });
  json::Object operations, byType;
  for (const auto &[kind, count] : kinds)
    operations[kind] = count;
  for (const auto &[type, count] : macs)
    byType[type] = count;
  info["operations"] = std::move(operations);
  info["macs"] = std::move(byType);
}

static FailureOr<std::string> describeModule(MLIRContext *context, StringRef path) {
  OwningOpRef<ModuleOp> module = readModule(context, path);
  if (!module)
    return failure();
  FailureOr<Phase> phase = getModulePhase(*module);
  if (failed(phase))
    return failure();
  json::Object info{{"phase", getPhaseName(*phase)}};
  if (auto style = (*module)->getAttrOfType<StringAttr>(QCDialect::kStyleAttr))
    info["qdq_style"] = style.getValue();
  if (auto method = (*module)->getAttrOfType<StringAttr>(QCDialect::kRangeMethodAttr))
    info["range_method"] = method.getValue();
  if (auto corrects = (*module)->getAttrOfType<BoolAttr>(QCDialect::kBiasCorrectionAttr))
    info["bias_correction"] = corrects.getValue();
  if (auto arena = (*module)->getAttrOfType<IntegerAttr>("kernel.arena_bytes"))
    info["arena_bytes"] = (*module)->hasAttr("kernel.symbolic") ? json::Value(nullptr) : json::Value(arena.getInt());
  if (auto weights = (*module)->getAttrOfType<ArrayAttr>(kernel::kWeightsAttr))
    info["weight_bytes"] = kernel::getWeightBytes(weights).value_or(0);
  if (auto kernels = module->getOps<kernel::FuncOp>(); !kernels.empty())
    info["kernels"] = int64_t(llvm::range_size(kernels));
  auto main = module->lookupSymbol<func::FuncOp>("main");
  describeBorders(main, info);
  if (json::Object symbols = describeSymbols(*module); !symbols.empty())
    info["symbols"] = std::move(symbols);
  countOperations(main, info);
  return print(std::move(info));
}

/// What launch.json says besides the launches themselves.
static llvm::Expected<std::string> describeLaunches(StringRef path) {
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> file = readRegularFile(path);
  if (!file)
    return file.takeError();
  llvm::Expected<json::Value> parsed = parseJson((*file)->getBuffer());
  if (!parsed)
    return llvm::createStringError("'" + path + "' is no launch.json of qc: " + toString(parsed.takeError()));
  json::Object *program = parsed->getAsObject();
  if (!program || !program->getArray("kernels") || !program->getArray("launches"))
    return llvm::createStringError("'" + path + "' is no launch.json of qc: it lacks kernels or launches");
  for (StringRef key : {"kernels", "launches"})
    (*program)[key] = int64_t(program->getArray(key)->size());
  if (json::Object *info = program->getObject("info")) {
    for (auto &[key, value] : *info)
      program->try_emplace(key, value);
    program->erase("info");
  }
  return print(std::move(*parsed));
}

llvm::Error qc::checkInfoAlone(const CompileCommand &command) {
  const std::pair<const char *, bool> others[] = {{"a model", !command.input.empty()},
                                                  {"-o", !command.output.empty()},
                                                  {"--from", !command.from.empty()},
                                                  {"--to", !command.to.empty()},
                                                  {"--emit", !command.emit.empty()},
                                                  {"--float", command.isFloat},
                                                  {"--integer-only", command.integerOnly},
                                                  {"--calibration-data", !command.calibrationData.empty()},
                                                  {"--ignore-keys", !command.ignoreKeys.empty()},
                                                  {"--rules", !command.rules.empty()},
                                                  {"--qdq-style", !command.qdqStyle.empty()},
                                                  {"--range-method", !command.rangeMethod.empty()},
                                                  {"--wide-values", !command.wideValues.empty()},
                                                  {"--bias-correction", !command.biasCorrection.empty()},
                                                  {"--operand-covariances", !command.operandCovariances.empty()},
                                                  {"--input-shape", !command.inputShapes.empty()},
                                                  {"--range", !command.ranges.empty()},
                                                  {"--name", !command.name.empty()},
                                                  {"--level", !command.level.empty()},
                                                  {"--target", !command.target.empty()},
                                                  {"--chip", !command.chip.empty()},
                                                  {"--emit-device-ir", command.emitDeviceIr},
                                                  {"--report", !command.report.empty()},
                                                  {"--check", command.check}};
  for (auto [name, isGiven] : others)
    if (isGiven)
      return llvm::createStringError("--info describes the file '" + command.info + "' and compiles nothing: " + name +
                                     " has no meaning there");
  return llvm::Error::success();
}

FailureOr<std::string> qc::describeFile(MLIRContext *context, StringRef path) {
  if (isModuleFile(path))
    return describeModule(context, path);
  SmallString<128> launches(path);
  if (path.ends_with(".ptx"))
    llvm::sys::path::replace_extension(launches, ".launch.json");
  if (launches.ends_with(".json")) {
    llvm::Expected<std::string> text = describeLaunches(launches);
    if (!text)
      return emitError(context, text.takeError());
    return *text;
  }
  llvm::Expected<cpu::ArtefactInfo> info = cpu::readArtefactNote(path);
  if (!info)
    return emitError(context, info.takeError());
  return info->json;
}
