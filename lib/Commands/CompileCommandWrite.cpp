// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Output files of qc-compile.
#include "CompileCommandModule.h"
#include "CompileCommandParts.h"
#include "SealedBytecode.h"
#include "qc/Report/Diagnostics.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

using namespace mlir;
using namespace qc;
namespace json = llvm::json;

LogicalResult qc::writeModule(ModuleOp module, const CompilePlan &plan, FileSet &files) {
  bool written = true;
  llvm::Error error = files.addText(plan.output, [&](raw_ostream &os) {
    if (plan.kind == OutputKind::Text)
      printModule(module, os);
    else
      written = succeeded(writeSealedBytecode(module, os));
  });
  if (error)
    return emitError(module.getContext(), std::move(error));
  return success(written);
}

/// What is common to all code. `infoJson` is what the program says of itself.
static json::Object describeProgram(const ProgramSpec &program) {
  json::Object info;
  if (llvm::Expected<json::Value> parsed = json::parse(program.infoJson); !parsed)
    llvm::consumeError(parsed.takeError());
  else if (json::Object *object = parsed->getAsObject())
    info = std::move(*object);
  info["name"] = program.name;
  info["weight_bytes"] = program.weights.size();
  info["arena_bytes"] = program.getArenaBytes();
  info["launches"] = int64_t(program.launches.size());
  return info;
}

static FailureOr<json::Object> writeArtefact(ModuleOp module, const CompileCommand &command, const CompilePlan &plan,
                                             FileSet &files) {
  CpuOptions options{plan.name, plan.levels, command.threads, command.timeReport};
  FailureOr<cpu::ArtefactSpec> spec = compileForCpu(module, options);
  if (failed(spec))
    return failure();
  cpu::ArtefactKind kind = plan.kind == OutputKind::Library  ? cpu::ArtefactKind::SharedLibrary
                           : plan.kind == OutputKind::Object ? cpu::ArtefactKind::Object
                                                             : cpu::ArtefactKind::Executable;
  if (llvm::Error error = cpu::addArtefact(*spec, kind, plan.output, files))
    return emitError(module.getContext(), std::move(error));
  json::Object info = describeProgram(spec->program);
  json::Array levels;
  for (const cpu::LevelCode &code : spec->levels)
    levels.push_back(code.level->name);
  info["levels"] = std::move(levels);
  info["kernels"] = int64_t(spec->levels.front().kernels.size());
  info["file_bytes"] = int64_t(files.getSize(plan.output));
  return info;
}

static FailureOr<json::Object> writeDeviceProgram(ModuleOp module, const CompileCommand &command,
                                                  const CompilePlan &plan, FileSet &files) {
  llvm::LLVMContext context;
  FailureOr<nvptx::DeviceSpec> spec = compileForDevice(module, plan.name, plan.chip, context);
  if (failed(spec))
    return failure();
  spec->emitDeviceIr = command.emitDeviceIr;
  json::Object info = describeProgram(spec->program);
  info["chip"] = spec->chip;
  info["kernels"] = int64_t(spec->kernels.size());
  if (llvm::Error error = nvptx::addNvptx(std::move(*spec), plan.output, files))
    return emitError(module.getContext(), std::move(error));
  info["file_bytes"] = int64_t(files.getSize(plan.output));
  return info;
}

FailureOr<json::Object> qc::writeCode(ModuleOp module, const CompileCommand &command, const CompilePlan &plan,
                                      FileSet &files) {
  return plan.kind == OutputKind::Ptx ? writeDeviceProgram(module, command, plan, files)
                                      : writeArtefact(module, command, plan, files);
}
