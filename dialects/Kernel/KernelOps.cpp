// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operations of the kernel dialect: syntax and constraints.
#include "dialects/Kernel/Kernel.h"
#include "dialects/QC/TensorValue.h"
#include "mlir/IR/Builders.h"
#include "mlir/Interfaces/FunctionImplementation.h"
#include "qc/Arith/Int4.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace qc::kernel;

#define GET_OP_CLASSES
#include "dialects/Kernel/KernelOps.cpp.inc"

std::optional<int64_t> qc::kernel::getWeightBytes(ArrayAttr weights) {
  int64_t end = 0;
  for (Attribute piece : weights) {
    auto elements = dyn_cast<ElementsAttr>(piece);
    auto type = elements ? dyn_cast<RankedTensorType>(elements.getShapedType()) : RankedTensorType();
    std::optional<int64_t> bytes = type ? TensorValue::getByteSize(type) : std::nullopt;
    if (!bytes || llvm::AddOverflow(alignWeights(end), *bytes, end) || end > INT64_MAX - 64)
      return std::nullopt;
  }
  return end;
}

Operation *qc::kernel::findControlFlow(Operation *main) {
  for (Operation &op : main->getRegion(0).front())
    if (op.getNumRegions() != 0)
      return &op;
  return nullptr;
}

void FuncOp::build(OpBuilder &builder, OperationState &state, StringRef name, FunctionType type) {
  state.addAttribute(SymbolTable::getSymbolAttrName(), builder.getStringAttr(name));
  state.addAttribute(getFunctionTypeAttrName(state.name), TypeAttr::get(type));
  Block &entry = state.addRegion()->emplaceBlock();
  for (Type argument : type.getInputs())
    entry.addArgument(argument, state.location);
}

ParseResult FuncOp::parse(OpAsmParser &parser, OperationState &result) {
  auto buildType = [](Builder &builder, ArrayRef<Type> inputs, ArrayRef<Type> results,
                      function_interface_impl::VariadicFlag,
                      std::string &) { return builder.getFunctionType(inputs, results); };
  return function_interface_impl::parseFunctionOp(parser, result, /*allowVariadic=*/false,
                                                  getFunctionTypeAttrName(result.name), buildType,
                                                  getArgAttrsAttrName(result.name), getResAttrsAttrName(result.name));
}

void FuncOp::print(OpAsmPrinter &printer) {
  function_interface_impl::printFunctionOp(printer, *this, /*isVariadic=*/false, getFunctionTypeAttrName(),
                                           getArgAttrsAttrName(), getResAttrsAttrName());
}

// A flat buffer or a number.
static bool isKernelArgument(Type type) {
  if (auto memref = dyn_cast<MemRefType>(type)) {
    Type element = memref.getElementType();
    bool isElement = element.isF32() || element.isSignlessInteger(8) || element.isSignlessInteger(16) ||
                     element.isSignlessInteger(32) || element.isSignlessInteger(64);
    return memref.getRank() == 1 && memref.isDynamicDim(0) && memref.getLayout().isIdentity() && isElement;
  }
  return type.isIndex() || type.isF32() || type.isSignlessInteger(32) || type.isSignlessInteger(64);
}

LogicalResult FuncOp::verify() {
  ArrayRef<Type> arguments = getFunctionType().getInputs();
  if (arguments.empty() || !arguments.back().isIndex()) // kernel_func_c1
    return emitOpError("expects a last argument of type index, the tile");
  for (Type type : arguments)
    if (!isKernelArgument(type)) // kernel_func_c2
      return emitOpError("expects arguments of type memref<?xT>, index, i32, i64 or f32, got ") << type;
  if (!getFunctionType().getResults().empty()) // kernel_func_c2
    return emitOpError("expects no result");
  if (!llvm::hasSingleElement(getBody()) ||
      !isa_and_nonnull<ReturnOp>(getBody().front().empty() ? nullptr : &getBody().front().back())) // kernel_func_c3
    return emitOpError("expects one block that ends in kernel.return");
  return success();
}

LogicalResult LaunchOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto kernel = symbols.lookupNearestSymbolFrom<FuncOp>(*this, getKernelAttr());
  if (!kernel) // launch_c1
    return emitOpError("expects the symbol of a kernel.func, got ") << getKernelAttr();
  SmallVector<Type> operands(getIns().getTypes());
  llvm::append_range(operands, getOuts().getTypes());
  ArrayRef<Type> expected = kernel.getFunctionType().getInputs().drop_back();
  if (operands.size() != expected.size()) // launch_c2
    return emitOpError("expects ") << expected.size() << " ins and outs, got " << operands.size();
  for (auto [actual, wanted] : llvm::zip_equal(operands, expected)) {
    auto a = dyn_cast<MemRefType>(actual), b = dyn_cast<MemRefType>(wanted);
    bool fits = a && b ? a.getElementType() == b.getElementType() : actual == wanted;
    if (!fits) // launch_c2
      return emitOpError("expects an operand of type ") << wanted << ", got " << actual;
  }
  // launch_c3: ODS says memref here, launch_c2 that the kernel's argument is one too.
  return success();
}

LogicalResult ConstantOp::verify() {
  if (bool(getValueAttr()) == bool(getOffsetAttr())) // kernel_constant_c1
    return emitOpError("expects either a value or an offset");
  if (!getValueAttr())
    return success();
  ShapedType value = getValueAttr().getShapedType();
  auto buffer = dyn_cast<MemRefType>(getBuffer().getType());
  bool fits = buffer && buffer.hasStaticShape() && value.hasStaticShape() &&
              buffer.getNumElements() == value.getNumElements() && value.getElementType().isIntOrFloat() &&
              buffer.getElementTypeBitWidth() == std::max(8u, value.getElementTypeBitWidth());
  if (!fits) // kernel_constant_c2
    return emitOpError("expects a value with the number and size of the buffer's elements, got ") << Type(value);
  return success();
}

LogicalResult ObserveOp::verify() {
  if (getStrides().size() != getShape().size()) // kernel_observe_c1
    return emitOpError("expects ") << getShape().size() << " strides, got " << getStrides().size();
  SmallVector<int64_t> numbers{int64_t(getOffset())};
  llvm::append_range(numbers, getShape());
  llvm::append_range(numbers, getStrides());
  for (int64_t number : numbers)
    if (number < 0 && !ShapedType::isDynamic(number)) // kernel_observe_c2
      return emitOpError("expects an offset, dimensions and strides >= 0, got ") << number;
  if (int64_t unknown = llvm::count_if(numbers, ShapedType::isDynamic);
      unknown != int64_t(getNumbers().size())) // kernel_observe_c3
    return emitOpError("expects an operand for each of ") << unknown << " unknown numbers, got " << getNumbers().size();
  return success();
}

LogicalResult ReadOp::verify() {
  Type element = cast<MemRefType>(getBuffer().getType()).getElementType();
  if (!element.isInteger(8) && !element.isInteger(32) && !element.isInteger(64)) // read_c1
    return emitOpError("expects elements of type i8, i32 or i64, got ") << element;
  return success();
}

LogicalResult CheckOp::verify() {
  if (bool(getOther()) == getLow().has_value()) // kernel_check_c1
    return emitOpError("expects either a second operand or a lowest value");
  if (getFull() && !getHigh()) // kernel_check_c2
    return emitOpError("expects a highest value where it is about a full state");
  return success();
}

void PlanOp::print(OpAsmPrinter &printer) {
  printer << " " << getBytes();
  printer.printOptionalAttrDict((*this)->getAttrs());
}

ParseResult PlanOp::parse(OpAsmParser &parser, OperationState &result) {
  SmallVector<OpAsmParser::UnresolvedOperand> bytes;
  Type index = parser.getBuilder().getIndexType();
  if (parser.parseOperandList(bytes) || parser.parseOptionalAttrDict(result.attributes) ||
      parser.resolveOperands(bytes, index, result.operands))
    return failure();
  result.addTypes(SmallVector<Type>(bytes.size(), index));
  return success();
}

LogicalResult PlanOp::verify() {
  size_t count = getBytes().size();
  if (getFirst().size() != count || getLast().size() != count || getOffsets().size() != count) // kernel_plan_c1
    return emitOpError("expects a first and a last position and an offset for each of ") << count << " buffers";
  return success();
}

static Type getBufferElement(Value buffer) { return cast<MemRefType>(buffer.getType()).getElementType(); }

LogicalResult ContractOp::verify() {
  bool isFloat = getMma() == Mma::F32, isWide = getMma() == Mma::U16S8;
  Type wElement = isFloat ? Type(Float32Type::get(getContext())) : IntegerType::get(getContext(), 8);
  Type xElement = isWide ? IntegerType::get(getContext(), 16) : wElement;
  if (getBufferElement(getX()) != xElement || getBufferElement(getW()) != wElement) // contract_c1
    return emitOpError("expects x of ") << xElement << " and w of " << wElement << " elements, got " << getX().getType()
                                        << " and " << getW().getType();
  if (getPlanes() && !isWide) // contract_c5
    return emitOpError("expects planes of u16s8 only, got them of ") << stringifyMma(getMma());
  bool hasSums = getSums() && getBufferElement(getSums()).isInteger(32);
  if (hasSums != isWide || bool(getSums()) != hasSums) // contract_c5
    return emitOpError("expects sums of i32 for u16s8, and for nothing else");
  std::optional<uint64_t> size = getWeightGroup();
  bool isInt4 = size && qc::numerics::isGroupSize(int64_t(*size)) && !isFloat;
  bool hasMultipliers = getMultipliers() && getMultipliersOffset() && getBufferElement(getMultipliers()).isInteger(8);
  if (isInt4 != bool(size) || hasMultipliers != isInt4 || bool(getMultipliers()) != isInt4) // contract_c6
    return emitOpError("expects a weight_group of 32, 64 or 128 beside multipliers of i8 and no f32, or neither");
  if (getBlocks() && !isFloat) // contract_c4
    return emitOpError("expects blocks on sums of f32 only, got them on ") << stringifyMma(getMma());
  if (getMnOffsets().size() != getPerMn().size() || getMnSteps().size() != getPerMn().size()) // contract_c3
    return emitOpError("expects an offset and a step for each of ") << getPerMn().size() << " per_mn buffers";
  SmallVector<Type> expected(getNumSums(), isFloat ? wElement : IntegerType::get(getContext(), 32));
  for (Value buffer : getPerN())
    expected.push_back(getBufferElement(buffer));
  for (Value buffer : getPerMn())
    expected.push_back(getBufferElement(buffer));
  Block &block = getEpilogue().front();
  if (block.getArgumentTypes() != TypeRange(expected)) // contract_c2
    return emitOpError("expects an epilogue with arguments of types ") << TypeRange(expected);
  auto yield = dyn_cast_or_null<YieldOp>(block.empty() ? nullptr : &block.back());
  if (!yield || yield.getValue().getType() != getBufferElement(getY())) // contract_c2
    return emitOpError("expects an epilogue that yields ") << getBufferElement(getY());
  return success();
}

// The vector shape (empty for scalars) of an integer of `width` bits; nothing for anything else.
static std::optional<SmallVector<int64_t>> getLanes(Type type, unsigned width) {
  SmallVector<int64_t> lanes;
  if (auto vector = dyn_cast<VectorType>(type)) {
    lanes.assign(vector.getShape().begin(), vector.getShape().end());
    type = vector.getElementType();
  }
  if (!type.isSignlessInteger(width))
    return std::nullopt;
  return lanes;
}

LogicalResult RequantOp::verify() {
  size_t terms = getRaw().size();
  if (terms < 1 || terms > 3 || getMultipliers().size() != terms) // kernel_requant_c1
    return emitOpError("expects one to three terms and as many multipliers, got ")
           << terms << " and " << getMultipliers().size();
  if (getForm() == RequantForm::HalfEven && terms != 1) // kernel_requant_c3
    return emitOpError("expects one term with half_even");
  std::optional<SmallVector<int64_t>> lanes = getLanes(getAddend().getType(), 64);
  SmallVector<Value> narrow(getRaw());
  llvm::append_range(narrow, getMultipliers());
  narrow.append({getShift(), getZero(), getLo(), getHi()});
  for (Value value : narrow)
    if (!lanes || getLanes(value.getType(), 32) != lanes) // kernel_requant_c2
      return emitOpError("expects i32 terms, multipliers, shift, zero and bounds and an i64 addend, all scalars or all "
                         "vectors of one length");
  return success();
}
