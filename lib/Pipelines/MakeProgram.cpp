// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The launches of a module as a program: every operand becomes a number or an address.
#include "MakeProgram.h"
#include "dialects/QC/QC.h"
#include "qc/Analysis/State.h"
#include "qc/Target/CPU/CompileSchedule.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MathExtras.h"
#include <map>

using namespace mlir;
using namespace qc;

static std::optional<qc_dtype> getDType(Type type) {
  if (type.isF32())
    return QC_F32;
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer)
    return std::nullopt;
  bool isUnsigned = integer.isUnsigned();
  switch (integer.getWidth()) {
  case 1:
    return QC_BOOL;
  case 8:
    return isUnsigned ? QC_U8 : QC_I8;
  case 16:
    return isUnsigned ? QC_U16 : QC_I16;
  case 32:
    return isUnsigned ? std::nullopt : std::optional<qc_dtype>(QC_I32);
  case 64:
    return isUnsigned ? std::nullopt : std::optional<qc_dtype>(QC_I64);
  default:
    return std::nullopt;
  }
}

namespace {
class ProgramMaker {
public:
  ProgramMaker(ModuleOp module, StringRef name) : module(module) { program.spec.name = name.str(); }

  FailureOr<KernelProgram> run() {
    function = module.lookupSymbol<func::FuncOp>("main");
    bool hasBody = function && !function.isExternal();
    auto inputs = hasBody ? function->getAttrOfType<IntegerAttr>("kernel.num_inputs") : IntegerAttr();
    auto arena = module->getAttrOfType<IntegerAttr>("kernel.arena_bytes");
    if (!inputs || !arena || inputs.getInt() < 0 || inputs.getInt() >= int64_t(function.getNumArguments()) ||
        arena.getInt() < 0)
      return module.emitError("module is not behind the kernels phase");
    numInputs = inputs.getInt();
    program.spec.arenaBytes = arena.getInt();
    program.spec.isSymbolic = module->hasAttr("kernel.symbolic");
    program.spec.hasSchedule = program.spec.isSymbolic || kernel::findControlFlow(function);
    if (failed(addTensors()) || failed(addWeights()))
      return failure();
    for (auto kernel : module.getOps<kernel::FuncOp>())
      program.kernels.push_back(kernel);
    llvm::sort(program.kernels, [](kernel::FuncOp a, kernel::FuncOp b) { return a.getName() < b.getName(); });
    for (auto [i, kernel] : llvm::enumerate(program.kernels))
      kernelIndex[kernel.getName()] = i;
    // In the order in which the schedule numbers them: branches and loops where they stand.
    WalkResult result =
        function.getBody().walk<WalkOrder::PreOrder>([&](Operation *op) { return WalkResult(addStep(op)); });
    if (result.wasInterrupted())
      return failure();
    program.spec.feedsRows = function->hasAttr("kernel.rows");
    addInfo();
    return std::move(program);
  }

private:
  void addDims(TensorSpec &tensor, MemRefType type, ArrayAttr names);
  LogicalResult addTensors();
  LogicalResult addState(unsigned argument);
  LogicalResult addWeights();
  LogicalResult addStep(Operation *op);
  LogicalResult addLaunch(kernel::LaunchOp op);
  LogicalResult addObserver(kernel::ObserveOp op);
  void addCheck(kernel::CheckOp op);
  void addBuffers(kernel::PlanOp op);
  FailureOr<ArgSpec> makeArgument(Operation *user, Value value);
  void addInfo();

  ModuleOp module;
  func::FuncOp function;
  int64_t numInputs = 0;
  KernelProgram program;
  llvm::StringMap<int32_t> kernelIndex;
  std::map<std::string, int64_t> macs; ///< by type
};
} // namespace

void ProgramMaker::addDims(TensorSpec &tensor, MemRefType type, ArrayAttr names) {
  auto ranges = module->getAttrOfType<DictionaryAttr>(QCDialect::kSymbolsAttr);
  for (auto [d, size] : llvm::enumerate(type.getShape())) {
    bool isKnown = !ShapedType::isDynamic(size);
    tensor.dims.push_back(isKnown ? size : -1);
    auto name = !isKnown && names && d < names.size() ? dyn_cast<StringAttr>(names[d]) : StringAttr();
    auto range = name && ranges ? ranges.getAs<DenseI64ArrayAttr>(name.getValue()) : DenseI64ArrayAttr();
    tensor.symbols.push_back(name ? name.str() : "");
    tensor.least.push_back(isKnown ? size : std::max<int64_t>(1, range && range.size() ? range[0] : 1));
  }
}

LogicalResult ProgramMaker::addTensors() {
  for (unsigned i = 0; i + 1 < function.getNumArguments(); ++i) {
    auto type = dyn_cast<MemRefType>(function.getArgument(i).getType());
    auto name = function.getArgAttrOfType<StringAttr>(i, QCDialect::kNameAttr);
    auto element = function.getArgAttrOfType<TypeAttr>(i, "kernel.element");
    std::optional<qc_dtype> dtype =
        type ? getDType(element ? element.getValue() : type.getElementType()) : std::nullopt;
    if (!dtype || (!type.hasStaticShape() && !program.spec.isSymbolic))
      return emitError(function.getArgument(i).getLoc(), "cannot be an input or output of an artefact: its type is ")
             << function.getArgument(i).getType();
    TensorSpec tensor{name ? name.str() : "t" + std::to_string(i), *dtype, {}, {}, {}};
    addDims(tensor, type, function.getArgAttrOfType<ArrayAttr>(i, QCDialect::kDimsAttr));
    (int64_t(i) < numInputs ? program.spec.inputs : program.spec.outputs).push_back(std::move(tensor));
  }
  for (unsigned i = 0; i < numInputs; ++i)
    if ((function.getArgAttr(i, "kernel.state") || !program.spec.states.empty()) && failed(addState(i)))
      return failure();
  if (countStates(module) != program.spec.states.size())
    return module.emitError() << "expects a description of its memory for each of the " << countStates(module)
                              << " states of " << QCDialect::kStateAttr << ", got " << program.spec.states.size();
  return success();
}

// Input number `argument` is state: with an output of equal type, and memory for its greatest extents.
LogicalResult ProgramMaker::addState(unsigned argument) {
  auto fail = [&] {
    return emitError(function.getArgument(argument).getLoc())
           << "expects a description of its memory as state behind which no other input or output stands";
  };
  ProgramSpec &spec = program.spec;
  auto numbers = function.getArgAttrOfType<DenseI64ArrayAttr>(argument, "kernel.state");
  auto begin = function.getArgAttrOfType<DenseI64ArrayAttr>(argument, "kernel.begin"),
       most = function.getArgAttrOfType<DenseI64ArrayAttr>(argument, "kernel.most");
  size_t count = spec.inputs.size() - argument;
  if (!numbers || numbers.size() != 4 || !begin || !most || count > spec.outputs.size())
    return fail();
  const TensorSpec &input = spec.inputs[argument], &output = spec.outputs[spec.outputs.size() - count];
  auto rank = int64_t(input.dims.size());
  StateSpec state{numbers[0], numbers[1], numbers[2], numbers[3], {}, {}};
  state.begin.assign(begin.asArrayRef().begin(), begin.asArrayRef().end());
  state.most.assign(most.asArrayRef().begin(), most.asArrayRef().end());
  bool fits = input.dtype == output.dtype && output.dims.size() == input.dims.size() && begin.size() == rank &&
              most.size() == rank && state.axis >= -1 && state.axis < rank;
  int64_t elements = 1, memory = 1;
  for (int64_t size : state.most)
    fits &= size >= 0 && !llvm::MulOverflow(elements, size, elements);
  for (int64_t size : {state.outer, state.capacity, state.inner})
    fits &= size >= 0 && !llvm::MulOverflow(memory, size, memory);
  for (int64_t d = 0; fits && d < rank; ++d)
    fits &= state.begin[d] >= 0 && state.begin[d] <= state.most[d] &&
            (input.dims[d] < 0 || (input.dims[d] == state.begin[d] && input.dims[d] == state.most[d]));
  if (!fits || memory < elements || memory > (int64_t(1) << 41) ||
      (state.axis >= 0 && state.capacity < state.most[state.axis]))
    return fail();
  spec.states.push_back(std::move(state));
  return success();
}

LogicalResult ProgramMaker::addWeights() {
  auto pieces = module->getAttrOfType<ArrayAttr>(kernel::kWeightsAttr);
  if (!pieces)
    return module.emitError("module is not behind the kernels phase");
  for (Attribute piece : pieces) {
    std::optional<TensorValue> value = getTensorValue(dyn_cast<ElementsAttr>(piece));
    if (!value)
      return module.emitError("expects kernel.weights to be tensors whose bytes are there");
    auto owner = std::make_shared<TensorValue>(std::move(*value));
    program.spec.weights.add(owner->getRawData(), owner);
  }
  return success();
}

FailureOr<ArgSpec> ProgramMaker::makeArgument(Operation *user, Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value); argument && argument.getOwner() == &function.front()) {
    int64_t i = argument.getArgNumber();
    if (i + 1 == int64_t(function.getNumArguments()))
      return ArgSpec::arena(0);
    return i < numInputs ? ArgSpec::input(i) : ArgSpec::output(i - numInputs);
  }
  if (program.spec.hasSchedule && cpu::isComputed(value))
    return ArgSpec::computed();
  Operation *op = value.getDefiningOp();
  if (auto constant = dyn_cast<kernel::ConstantOp>(op); constant && constant.getOffset())
    return ArgSpec::weights(*constant.getOffset());
  if (isa<kernel::FaultsOp>(op))
    return ArgSpec::faults();
  if (auto view = dyn_cast<memref::ViewOp>(op))
    if (std::optional<int64_t> offset = getConstantIntValue(view.getByteShift()))
      return ArgSpec::arena(*offset);
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    if (auto number = dyn_cast<FloatAttr>(constant.getValue()))
      return ArgSpec::immF32(number.getValue().convertToFloat());
    if (auto number = dyn_cast<IntegerAttr>(constant.getValue()))
      return ArgSpec::imm(number.getValue().getSExtValue());
  }
  return user->emitOpError("has an operand that is no number, buffer or slice of the weights");
}

LogicalResult ProgramMaker::addLaunch(kernel::LaunchOp op) {
  std::optional<int64_t> tiles = getConstantIntValue(op.getGrid());
  if (!tiles && !program.spec.hasSchedule)
    return op.emitOpError("has a number of tiles that is not known");
  SmallVector<ArgSpec, 12> args;
  for (Value operand : llvm::concat<Value>(op.getIns(), op.getOuts())) {
    FailureOr<ArgSpec> arg = makeArgument(op, operand);
    if (failed(arg))
      return failure();
    args.push_back(*arg);
  }
  if (auto count = op->getAttrOfType<IntegerAttr>("kernel.macs"))
    if (auto type = op->getAttrOfType<StringAttr>("kernel.type"))
      macs[type.str()] += count.getInt();
  // The symbol is verified to be a kernel of the module.
  program.spec.launches.push_back(LaunchSpec::run(kernelIndex.lookup(op.getKernel()), args, tiles.value_or(-1)));
  return success();
}

LogicalResult ProgramMaker::addObserver(kernel::ObserveOp op) {
  FailureOr<ArgSpec> data = makeArgument(op, op.getBuffer());
  if (failed(data))
    return failure();
  Type element = cast<MemRefType>(op.getBuffer().getType()).getElementType();
  std::optional<qc_dtype> dtype = getDType(element);
  if (!dtype)
    return op.emitOpError("observes elements of type ") << element;
  if (op.getShape().size() != op.getStrides().size())
    return op.emitOpError("expects a stride for each of ") << op.getShape().size() << " dimensions";
  // An offset that is computed is added to the buffer's place by the schedule.
  if (data->space != ArgSpec::Computed && !ShapedType::isDynamic(int64_t(op.getOffset())))
    data->value += int64_t(op.getOffset()) * getDTypeBytes(*dtype);
  LaunchSpec launch = LaunchSpec::observe(op.getStats(), *data, *dtype, op.getShape(), op.getStrides());
  for (ArgSpec &arg : llvm::drop_begin(launch.args, 2))
    if (ShapedType::isDynamic(arg.value))
      arg = ArgSpec::computed();
  program.spec.launches.push_back(std::move(launch));
  return success();
}

void ProgramMaker::addCheck(kernel::CheckOp op) {
  CheckSpec check{QC_SIZE_MISMATCH, op.getWhat().str(), ""};
  if (std::optional<int64_t> low = op.getLow()) {
    check.status = op.getFull() ? QC_STATE_FULL : QC_SIZE_OUT_OF_RANGE;
    check.accepted = std::to_string(*low) + (op.getHigh() ? " to " + std::to_string(*op.getHigh()) : " and more");
  }
  program.spec.checks.push_back(std::move(check));
}

void ProgramMaker::addBuffers(kernel::PlanOp op) {
  for (auto [first, last] : llvm::zip_equal(op.getFirst(), op.getLast()))
    program.spec.buffers.push_back({int32_t(first), int32_t(last)});
}

LogicalResult ProgramMaker::addStep(Operation *op) {
  if (auto launch = dyn_cast<kernel::LaunchOp>(op))
    return addLaunch(launch);
  if (auto observer = dyn_cast<kernel::ObserveOp>(op))
    return addObserver(observer);
  // Those of branches and loops have no text: the schedule looks at them itself.
  if (auto check = dyn_cast<kernel::CheckOp>(op); check && check->getBlock() == &function.front())
    addCheck(check);
  if (auto plan = dyn_cast<kernel::PlanOp>(op))
    addBuffers(plan);
  return success();
}

void ProgramMaker::addInfo() {
  llvm::json::Object byType{{"int8", 0}, {"f32", 0}};
  for (const auto &[type, count] : macs)
    byType[type] = count;
  llvm::json::Object info{{"macs", std::move(byType)}};
  if (auto style = module->getAttrOfType<StringAttr>(QCDialect::kStyleAttr))
    info["qdq_style"] = style.str();
  if (auto costs = module->getAttrOfType<StringAttr>(QCDialect::kCostsAttr))
    info["search_costs"] = costs.str();
  program.spec.infoJson = llvm::formatv("{0}", llvm::json::Value(std::move(info))).str();
}

FailureOr<KernelProgram> qc::makeProgram(ModuleOp module, StringRef name) { return ProgramMaker(module, name).run(); }
