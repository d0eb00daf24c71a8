// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --input-shape and --range behind import: they must be what the module has.
#include "CompileCommandParts.h"
#include "dialects/QC/QC.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace qc;

/// What a dimension of a module is: "48", "W", "?".
static std::string describe(int64_t size, StringRef symbol) {
  return !ShapedType::isDynamic(size) ? std::to_string(size) : symbol.empty() ? "?" : symbol.str();
}

/// The shape of argument `i` of `main` in the words of --input-shape; nothing where it has none.
static std::optional<SmallVector<std::string>> getShape(func::FuncOp main, unsigned i) {
  auto type = dyn_cast<ShapedType>(main.getArgumentTypes()[i]);
  if (!type || !type.hasRank())
    return std::nullopt;
  auto names = main.getArgAttrOfType<ArrayAttr>(i, QCDialect::kDimsAttr);
  SmallVector<std::string> shape;
  for (auto [d, size] : llvm::enumerate(type.getShape()))
    shape.push_back(describe(size, names ? cast<StringAttr>(names[d]).getValue() : StringRef()));
  return shape;
}

static bool fits(const InputShape &given, ArrayRef<std::string> shape) {
  return given.dims.size() == shape.size() && llvm::all_of(llvm::zip(given.dims, shape), [](auto pair) {
           const InputDim &dim = std::get<0>(pair);
           return dim.isSize()     ? std::to_string(dim.size) == std::get<1>(pair)
                  : dim.isSymbol() ? dim.symbol == std::get<1>(pair)
                                   : true;
         });
}

static llvm::Error checkShape(func::FuncOp main, const CompileCommand &command, const InputShape &given) {
  SmallVector<StringRef> names;
  // Behind the kernels phase outputs are arguments, too.
  auto numInputs = main->getAttrOfType<IntegerAttr>("kernel.num_inputs");
  for (unsigned i = 0; i < main.getNumArguments() && !(numInputs && i >= numInputs.getInt()); ++i) {
    auto name = main.getArgAttrOfType<StringAttr>(i, QCDialect::kNameAttr);
    std::optional<SmallVector<std::string>> shape = getShape(main, i);
    if (!name || !shape)
      continue;
    names.push_back(name.getValue());
    if (name.getValue() != given.name)
      continue;
    return fits(given, *shape)
               ? llvm::Error::success()
               : llvm::createStringError("--input-shape does not fit: '" + command.input + "' was made with " +
                                         given.name + ":" + llvm::join(*shape, ","));
  }
  return llvm::createStringError("--input-shape names input '" + given.name + "', the inputs of '" + command.input +
                                 "' are '" + llvm::join(names, "', '") + "'");
}

static llvm::Error checkRange(DictionaryAttr symbols, const CompileCommand &command, const SymbolRange &given) {
  auto range = symbols ? dyn_cast_or_null<DenseI64ArrayAttr>(symbols.get(given.symbol)) : DenseI64ArrayAttr();
  if (range && range[0] == given.low && range[1] == given.high)
    return llvm::Error::success();
  if (range)
    return llvm::createStringError("--range does not fit: '" + command.input + "' was made with " + given.symbol + "=" +
                                   Twine(range[0]) + ":" + (range[1] < 0 ? "" : std::to_string(range[1])));
  SmallVector<StringRef> names;
  if (symbols)
    for (NamedAttribute symbol : symbols)
      names.push_back(symbol.getName().getValue());
  return llvm::createStringError("--range is for '" + given.symbol + "', the symbols of '" + command.input + "' are " +
                                 (names.empty() ? "none" : "'" + llvm::join(names, "', '") + "'"));
}

/// The state of a module, as --state gives it.
static SmallVector<std::string> listStates(ModuleOp module) {
  SmallVector<std::string> states;
  if (auto list = module->getAttrOfType<ArrayAttr>(QCDialect::kStateAttr))
    for (ArrayAttr pair : list.getAsRange<ArrayAttr>())
      states.push_back((cast<StringAttr>(pair[0]).getValue() + "=" + cast<StringAttr>(pair[1]).getValue()).str());
  return states;
}

static llvm::Error checkStates(ModuleOp module, const CompileCommand &command) {
  SmallVector<std::string> states = listStates(module);
  for (const std::string &given : command.states)
    if (!llvm::is_contained(states, given))
      return llvm::createStringError("--state " + given + " does not fit: '" + command.input + "' was made with " +
                                     (states.empty() ? "none" : llvm::join(states, ", ")));
  return llvm::Error::success();
}

llvm::Error qc::checkShapes(ModuleOp module, const CompileCommand &command, const CompilePlan &plan) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  for (const InputShape &given : plan.import.inputShapes)
    if (llvm::Error error = checkShape(main, command, given))
      return error;
  auto symbols = module->getAttrOfType<DictionaryAttr>(QCDialect::kSymbolsAttr);
  for (const SymbolRange &given : plan.import.ranges)
    if (llvm::Error error = checkRange(symbols, command, given))
      return error;
  return checkStates(module, command);
}
