// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Registration of the qc dialect.
#include "Scalars.h"
#include "Verification.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace qc;

#include "dialects/QC/QCDialect.cpp.inc"

void QCDialect::initialize() {
  registerAttributes();
  addOperations<
#define GET_OP_LIST
#include "dialects/QC/QCOps.cpp.inc"
      >();
}

Operation *QCDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type, Location loc) {
  auto elements = dyn_cast<ElementsAttr>(value);
  if (!elements || elements.getShapedType() != type)
    return nullptr;
  return ConstantOp::create(builder, loc, elements);
}

// attribute_c1
static LogicalResult verifyNumber(Operation *op, NamedAttribute attribute, std::optional<int64_t> expected) {
  auto number = dyn_cast<IntegerAttr>(attribute.getValue());
  if (number && number.getType().isSignlessInteger(64) &&
      (expected ? number.getInt() == *expected : number.getInt() >= 0))
    return success();
  InFlightDiagnostic error = op->emitError() << attribute.getName() << " expects ";
  if (expected)
    error << *expected << " : i64";
  else
    error << "an i64 >= 0";
  return error << ", got " << attribute.getValue();
}

// attribute_c2
static LogicalResult verifyString(Operation *op, NamedAttribute attribute, ArrayRef<StringRef> choices = {}) {
  auto text = dyn_cast<StringAttr>(attribute.getValue());
  if (text && (choices.empty() || llvm::is_contained(choices, text.getValue())))
    return success();
  InFlightDiagnostic error = op->emitError() << attribute.getName() << " expects ";
  if (choices.empty())
    error << "a string";
  llvm::interleave(choices, error, [&](StringRef choice) { error << '"' << choice << '"'; }, " or ");
  return error << ", got " << attribute.getValue();
}

// attribute_c3
static LogicalResult verifyAssignment(Operation *op, NamedAttribute attribute) {
  auto assignment = dyn_cast<AssignmentAttr>(attribute.getValue());
  if (!assignment)
    return op->emitError() << attribute.getName() << " expects a #qc.assignment, got " << attribute.getValue();
  if (assignment.getOperands().size() != op->getNumOperands())
    return op->emitError() << attribute.getName() << " expects " << op->getNumOperands() << " operand types, got "
                           << assignment.getOperands().size();
  return success();
}

// attribute_c5
static LogicalResult verifySymbols(Operation *op, NamedAttribute attribute) {
  auto symbols = dyn_cast<DictionaryAttr>(attribute.getValue());
  if (!symbols)
    return op->emitError() << attribute.getName() << " expects a dictionary, got " << attribute.getValue();
  for (NamedAttribute symbol : symbols) {
    auto range = dyn_cast<DenseI64ArrayAttr>(symbol.getValue());
    if (!range || range.size() != 2 || range[0] < 0 || (range[1] != -1 && range[1] < range[0]))
      return op->emitError() << attribute.getName() << " expects array<i64: low, high> with 0 <= low and high = -1 or "
                             << "low <= high, got " << symbol.getName() << " = " << symbol.getValue();
  }
  return success();
}

// attribute_c6. `type` is the argument's.
static LogicalResult verifyDims(Operation *op, NamedAttribute attribute, Type type) {
  auto dims = dyn_cast<ArrayAttr>(attribute.getValue());
  if (!dims || !llvm::all_of(dims, llvm::IsaPred<StringAttr>))
    return op->emitError() << attribute.getName() << " expects an array of strings, got " << attribute.getValue();
  auto shaped = dyn_cast<ShapedType>(type);
  if (!shaped || !shaped.hasRank())
    return success();
  if (int64_t(dims.size()) != shaped.getRank())
    return op->emitError() << attribute.getName() << " expects a string for each of " << shaped.getRank()
                           << " dimensions, got " << dims.size();
  auto module = op->getParentOfType<ModuleOp>();
  auto symbols = module ? module->getAttrOfType<DictionaryAttr>(QCDialect::kSymbolsAttr) : DictionaryAttr();
  for (auto [i, name] : llvm::enumerate(dims.getAsRange<StringAttr>())) {
    bool isFine = shaped.isDynamicDim(i) ? symbols && symbols.contains(name) : name.empty();
    if (!isFine)
      return op->emitError() << attribute.getName() << " expects "
                             << (shaped.isDynamicDim(i) ? "a name of qc.symbols" : "\"\"") << " for dimension " << i
                             << " of " << type << ", got " << name;
  }
  return success();
}

// The names of the last `count` of the arguments or results whose attributes are these; empty where one has none.
static SmallVector<StringRef> getLastNames(ArrayAttr attributes, unsigned all, unsigned count) {
  SmallVector<StringRef> names;
  for (unsigned i = all - count; i < all; ++i) {
    auto own = attributes && i < attributes.size() ? dyn_cast<DictionaryAttr>(attributes[i]) : DictionaryAttr();
    auto name = own ? own.getAs<StringAttr>(QCDialect::kNameAttr) : StringAttr();
    names.push_back(name ? name.getValue() : StringRef());
  }
  return names;
}

// attribute_c7, of a module that has its function. Behind the kernels phase the function has buffers only.
static LogicalResult verifyStateOf(Operation *op, ArrayRef<std::pair<StringRef, StringRef>> pairs) {
  auto module = dyn_cast<ModuleOp>(op);
  auto main = module ? module.lookupSymbol<func::FuncOp>("main") : func::FuncOp();
  if (!main || main->hasAttr("kernel.num_inputs"))
    return success();
  unsigned count = pairs.size(), inputs = main.getNumArguments(), outputs = main.getNumResults();
  bool fits = count <= inputs && count <= outputs;
  SmallVector<StringRef> in, out;
  if (fits) {
    in = getLastNames(main.getArgAttrsAttr(), inputs, count);
    out = getLastNames(main.getResAttrsAttr(), outputs, count);
  }
  for (unsigned i = 0; fits && i < count; ++i) {
    auto from = dyn_cast<RankedTensorType>(main.getArgumentTypes()[inputs - count + i]),
         to = dyn_cast<RankedTensorType>(main.getResultTypes()[outputs - count + i]);
    fits = in[i] == pairs[i].first && out[i] == pairs[i].second && from && to &&
           from.getElementType() == to.getElementType() && from.getRank() == to.getRank();
  }
  if (fits)
    return success();
  return op->emitError() << QCDialect::kStateAttr
                         << " expects pairs of the last inputs and outputs of @main, in their order, of equal element "
                            "types and ranks";
}

// attribute_c7
static LogicalResult verifyState(Operation *op, NamedAttribute attribute) {
  SmallVector<std::pair<StringRef, StringRef>> pairs;
  auto list = dyn_cast<ArrayAttr>(attribute.getValue());
  for (Attribute element : list ? list.getValue() : ArrayRef<Attribute>()) {
    auto pair = dyn_cast<ArrayAttr>(element);
    if (!pair || pair.size() != 2 || !llvm::all_of(pair, llvm::IsaPred<StringAttr>))
      break;
    pairs.emplace_back(cast<StringAttr>(pair[0]).getValue(), cast<StringAttr>(pair[1]).getValue());
  }
  if (!list || pairs.size() != list.size())
    return op->emitError() << attribute.getName() << " expects an array of pairs of strings, got "
                           << attribute.getValue();
  return verifyStateOf(op, pairs);
}

// attribute_c8
static LogicalResult verifyChoice(Operation *op, NamedAttribute attribute) {
  auto entries = dyn_cast<DictionaryAttr>(attribute.getValue());
  if (entries && entries.size() == 2 && entries.getAs<StringAttr>("assign") && entries.getAs<StringAttr>("reason"))
    return success();
  return op->emitError() << attribute.getName() << " expects a dictionary of the strings assign and reason, got "
                         << attribute.getValue();
}

LogicalResult QCDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  StringRef name = attribute.getName();
  if (name == kVersionAttr)
    return verifyNumber(op, attribute, kVersion);
  if (name == kEpochAttr)
    return verifyNumber(op, attribute, std::nullopt);
  if (name == kStyleAttr)
    return verifyString(op, attribute, {"qc", "ort"});
  if (name == kRangeMethodAttr)
    return verifyString(op, attribute, {"minmax", "mean", "percentile", "mse", "auto"});
  if (name == kChoiceAttr)
    return verifyChoice(op, attribute);
  if (name == kPhaseAttr || name == kFloatReasonAttr || name == kCostsAttr)
    return verifyString(op, attribute);
  if (name == kIntegerOnlyAttr && !isa<UnitAttr>(attribute.getValue())) // attribute_c4
    return op->emitError() << attribute.getName() << " expects a unit, got " << attribute.getValue();
  if (name == kBiasCorrectionAttr && !isa<BoolAttr>(attribute.getValue())) // attribute_c4
    return op->emitError() << attribute.getName() << " expects true or false, got " << attribute.getValue();
  if (name == kSymbolsAttr)
    return verifySymbols(op, attribute);
  if (name == kStateAttr)
    return verifyState(op, attribute);
  return name == kAssignmentAttr ? verifyAssignment(op, attribute) : success();
}

LogicalResult QCDialect::verifyRegionArgAttribute(Operation *op, unsigned, unsigned argument,
                                                  NamedAttribute attribute) {
  if (attribute.getName() == kDimsAttr)
    if (auto function = dyn_cast<FunctionOpInterface>(op))
      return verifyDims(op, attribute, function.getArgumentTypes()[argument]);
  return attribute.getName() == kNameAttr ? verifyString(op, attribute) : success();
}

LogicalResult QCDialect::verifyRegionResultAttribute(Operation *op, unsigned, unsigned, NamedAttribute attribute) {
  return attribute.getName() == kNameAttr ? verifyString(op, attribute) : success();
}

#include "dialects/QC/QCInterfaces.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/QC/QCOps.cpp.inc"
