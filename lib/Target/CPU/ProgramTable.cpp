// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Emits the tables of lib/Runtime/Program.h as LLVM constants, field by field.
#include "lib/Runtime/Program.h"
#include "lib/Target/CPU/Parts.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace qc::cpu {

// Whoever changes a struct has to come here.
static_assert(sizeof(qcp_tensor) == 40 && sizeof(qcp_arg) == 16 && sizeof(qcp_launch) == 32 &&
              sizeof(qcp_level) == 24 && sizeof(qcp_check) == 24 && sizeof(qcp_buffer) == 8 &&
              sizeof(qcp_state) == 48 && sizeof(qcp_program) == 192);
static_assert(int(ArgSpec::Imm) == QCP_IMM && int(ArgSpec::Arena) == QCP_ARENA &&
              int(ArgSpec::Weights) == QCP_WEIGHTS && int(ArgSpec::Input) == QCP_INPUT &&
              int(ArgSpec::Output) == QCP_OUTPUT && int(ArgSpec::Faults) == QCP_FAULTS &&
              int(ArgSpec::Computed) == QCP_COMPUTED);
static_assert(int(LaunchSpec::Kernel) == QCP_KERNEL && int(LaunchSpec::Observe) == QCP_OBSERVE);

namespace {
class TableBuilder {
public:
  TableBuilder(Module &module, const ArtefactSpec &spec) : module(module), spec(spec), context(module.getContext()) {}
  void build(StringRef infoJson);

private:
  Constant *i32(int64_t value) { return ConstantInt::getSigned(Type::getInt32Ty(context), value); }
  Constant *i64(int64_t value) { return ConstantInt::getSigned(Type::getInt64Ty(context), value); }
  Constant *null() { return ConstantPointerNull::get(PointerType::get(context, 0)); }
  GlobalVariable *constant(Constant *value, const Twine &name);
  Constant *string(StringRef text);
  Constant *structArray(ArrayRef<Constant *> elements, const Twine &name);
  Constant *i64Array(ArrayRef<int64_t> values, const Twine &name);
  Constant *tensors(ArrayRef<TensorSpec> specs, const Twine &name);
  Constant *symbols(const TensorSpec &tensor);
  Constant *levels();
  Constant *launches();
  Constant *args();
  Constant *weights();
  Constant *schedule();
  Constant *sizes();
  Constant *checks();
  Constant *buffers();
  Constant *states();
  Constant *note(StringRef infoJson);

  Module &module;
  const ArtefactSpec &spec;
  LLVMContext &context;
  StringMap<Constant *> strings;
};
} // namespace

GlobalVariable *TableBuilder::constant(Constant *value, const Twine &name) {
  return new GlobalVariable(module, value->getType(), /*isConstant=*/true, GlobalValue::InternalLinkage, value,
                            "qcr_" + name);
}

Constant *TableBuilder::string(StringRef text) {
  Constant *&known = strings[text];
  if (!known)
    known = constant(ConstantDataArray::getString(context, text), "string");
  return known;
}

Constant *TableBuilder::structArray(ArrayRef<Constant *> elements, const Twine &name) {
  if (elements.empty())
    return null();
  return constant(ConstantArray::get(ArrayType::get(elements[0]->getType(), elements.size()), elements), name);
}

Constant *TableBuilder::i64Array(ArrayRef<int64_t> values, const Twine &name) {
  SmallVector<uint64_t> bits(values.begin(), values.end());
  return values.empty() ? null() : constant(ConstantDataArray::get(context, bits), name);
}

Constant *TableBuilder::symbols(const TensorSpec &tensor) {
  SmallVector<Constant *> names;
  for (size_t d = 0; d < tensor.symbols.size(); ++d)
    names.push_back(tensor.dims[d] < 0 ? string(tensor.symbols[d]) : null());
  return is_contained(tensor.dims, -1) ? structArray(names, "symbols") : null();
}

Constant *TableBuilder::tensors(ArrayRef<TensorSpec> specs, const Twine &name) {
  SmallVector<Constant *> elements;
  for (const TensorSpec &tensor : specs)
    elements.push_back(ConstantStruct::getAnon(
        {string(tensor.name), i32(tensor.dtype), i32(tensor.dims.size()), i64Array(tensor.dims, "dims"),
         symbols(tensor), is_contained(tensor.dims, -1) ? i64Array(tensor.least, "least") : null()}));
  return structArray(elements, name);
}

Constant *TableBuilder::levels() {
  auto *type = FunctionType::get(Type::getVoidTy(context), {PointerType::get(context, 0), Type::getInt64Ty(context)},
                                 /*isVarArg=*/false);
  SmallVector<Constant *> elements;
  for (const LevelCode &code : spec.levels) {
    SmallVector<Constant *> kernels;
    for (const KernelCode &kernel : code.kernels) {
      auto *function = cast<Function>(module.getOrInsertFunction(kernel.symbol, type).getCallee());
      function->setVisibility(GlobalValue::HiddenVisibility);
      kernels.push_back(function);
    }
    const Level &level = *code.level;
    elements.push_back(ConstantStruct::getAnon(
        {string(level.name), i32(level.rank), i32(level.features), structArray(kernels, "kernels")}));
  }
  return structArray(elements, "levels");
}

Constant *TableBuilder::launches() {
  SmallVector<Constant *> elements;
  int64_t firstArg = 0;
  for (const LaunchSpec &launch : spec.program.launches) {
    bool observes = launch.kind == LaunchSpec::Observe;
    elements.push_back(ConstantStruct::getAnon({i32(launch.kind), i32(observes ? 0 : launch.kernel),
                                                observes ? string(launch.symbol) : null(), i32(firstArg),
                                                i32(launch.args.size()), i64(launch.tiles)}));
    firstArg += launch.args.size();
  }
  return structArray(elements, "launches");
}

/// Pairs of words {space, index} and value: on this little-endian target the bytes of qcp_arg, without an IR object for
/// each field.
Constant *TableBuilder::args() {
  SmallVector<int64_t> words;
  for (const LaunchSpec &launch : spec.program.launches)
    for (const ArgSpec &arg : launch.args) {
      words.push_back(int64_t(uint64_t(uint32_t(arg.index)) << 32 | uint32_t(arg.space)));
      words.push_back(arg.value);
    }
  return i64Array(words, "args");
}

Constant *TableBuilder::weights() {
  auto *symbol = new GlobalVariable(module, Type::getInt8Ty(context), /*isConstant=*/true, GlobalValue::ExternalLinkage,
                                    nullptr, getWeightsSymbol());
  symbol->setVisibility(GlobalValue::HiddenVisibility);
  symbol->setCodeModel(CodeModel::Large);
  return symbol;
}

/// The compiled schedule, where there is one; else a function that walks the table from end to end.
Constant *TableBuilder::schedule() {
  auto *pointer = PointerType::get(context, 0);
  auto *type = FunctionType::get(Type::getVoidTy(context), {pointer}, /*isVarArg=*/false);
  auto *function = cast<Function>(module.getOrInsertFunction("qcr_schedule", type).getCallee());
  function->setVisibility(GlobalValue::HiddenVisibility);
  if (spec.program.hasSchedule)
    return function;
  IRBuilder<> builder(BasicBlock::Create(context, "", function));
  auto *walkType = FunctionType::get(Type::getVoidTy(context), {pointer, builder.getInt32Ty(), builder.getInt32Ty()},
                                     /*isVarArg=*/false);
  Value *frame = function->getArg(0);
  Value *field = builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), frame, offsetof(qcp_frame, walk));
  builder.CreateCall(walkType, builder.CreateLoad(pointer, field),
                     {frame, builder.getInt32(0), builder.getInt32(spec.program.launches.size())});
  builder.CreateRetVoid();
  return function;
}

Constant *TableBuilder::sizes() {
  if (!spec.program.isSymbolic)
    return null();
  auto *pointer = PointerType::get(context, 0);
  auto *type = FunctionType::get(Type::getInt32Ty(context), {pointer, pointer, pointer, pointer}, /*isVarArg=*/false);
  auto *function = cast<Function>(module.getOrInsertFunction("qcr_sizes", type).getCallee());
  function->setVisibility(GlobalValue::HiddenVisibility);
  return function;
}

Constant *TableBuilder::checks() {
  SmallVector<Constant *> elements;
  for (const CheckSpec &check : spec.program.checks)
    elements.push_back(ConstantStruct::getAnon(
        {i32(check.status), i32(0), string(check.what), check.accepted.empty() ? null() : string(check.accepted)}));
  return structArray(elements, "checks");
}

Constant *TableBuilder::buffers() {
  SmallVector<Constant *> elements;
  for (const BufferSpec &buffer : spec.program.buffers)
    elements.push_back(ConstantStruct::getAnon({i32(buffer.first), i32(buffer.last)}));
  return structArray(elements, "buffers");
}

Constant *TableBuilder::states() {
  SmallVector<Constant *> elements;
  for (const StateSpec &state : spec.program.states)
    elements.push_back(
        ConstantStruct::getAnon({i64(state.outer), i64(state.capacity), i64(state.inner), i64(state.axis),
                                 i64Array(state.begin, "begin"), i64Array(state.most, "most")}));
  return structArray(elements, "states");
}

/// The note, kept though nothing but the returned address of its JSON refers to it.
Constant *TableBuilder::note(StringRef infoJson) {
  size_t jsonOffset = 0;
  std::string text = makeNote(spec, infoJson, jsonOffset);
  GlobalVariable *global = constant(ConstantDataArray::getString(context, text, /*AddNull=*/false), "note");
  global->setSection(".note.qc");
  global->setAlignment(Align(4));
  appendToUsed(module, {global});
  return ConstantExpr::getGetElementPtr(Type::getInt8Ty(context), global,
                                        ConstantInt::get(Type::getInt64Ty(context), jsonOffset));
}

void TableBuilder::build(StringRef infoJson) {
  const ProgramSpec &program = spec.program;
  size_t numArgs = 0, maxArgs = 0;
  for (const LaunchSpec &launch : program.launches) {
    numArgs += launch.args.size();
    maxArgs = std::max(maxArgs, launch.args.size());
  }
  Constant *table = ConstantStruct::getAnon({i64(sizeof(qcp_program)),
                                             string(program.name),
                                             string(QC_VERSION_STRING),
                                             note(infoJson),
                                             i32(QC_ABI_VERSION),
                                             i32(program.getCallersInputs().size()),
                                             i32(program.getCallersOutputs().size()),
                                             i32(spec.levels[0].kernels.size()),
                                             i32(spec.levels.size()),
                                             i32(program.launches.size()),
                                             i32(numArgs),
                                             i32(maxArgs),
                                             tensors(program.inputs, "inputs"),
                                             tensors(program.outputs, "outputs"),
                                             levels(),
                                             launches(),
                                             args(),
                                             weights(),
                                             i64(program.weights.size()),
                                             i64(program.arenaBytes),
                                             schedule(),
                                             sizes(),
                                             checks(),
                                             buffers(),
                                             i32(program.checks.size()),
                                             i32(program.buffers.size()),
                                             i32(program.feedsRows),
                                             i32(program.states.size()),
                                             states(),
                                             i64(int64_t(program.getIdentity()))});
  auto *global = new GlobalVariable(module, table->getType(), /*isConstant=*/true, GlobalValue::ExternalLinkage, table,
                                    "qcr_program");
  global->setVisibility(GlobalValue::HiddenVisibility);
}

std::unique_ptr<Module> makeProgramModule(LLVMContext &context, const ArtefactSpec &spec, StringRef infoJson) {
  auto module = std::make_unique<Module>("qc", context);
  TableBuilder(*module, spec).build(infoJson);
  return module;
}

} // namespace qc::cpu
