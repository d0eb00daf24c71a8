// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels to object code: lowered one after the other, compiled in parallel.
#include "IntegerCode.h"
#include "MakeProgram.h"
#include "dialects/QC/QC.h"
#include "qc/Arith/Hash.h"
#include "qc/Codegen/CompileKernel.h"
#include "qc/Pipelines/CompileModel.h"
#include "qc/Target/CPU/CompileSchedule.h"
#include "qc/Target/CPU/EmitObject.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/ThreadPool.h"
#include <chrono>

using namespace mlir;
using namespace qc;

namespace {
/// One kernel on its way: a context of its own, so that threads share nothing.
struct Job {
  std::unique_ptr<llvm::LLVMContext> context = std::make_unique<llvm::LLVMContext>();
  std::unique_ptr<llvm::Module> module;
  cpu::KernelCode code;
  std::string key; ///< in the cache
  std::string error;
  double milliseconds = 0;

  void compile(const cpu::Level &level) {
    auto start = std::chrono::steady_clock::now();
    llvm::Expected<SmallVector<char, 0>> object = cpu::emitObject(*module, level);
    if (object)
      code.object = std::move(*object);
    else
      error = llvm::toString(object.takeError());
    module.reset();
    context.reset();
    milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  }
};
} // namespace

static void printTimes(ArrayRef<Job> jobs, const cpu::Level &level) {
  for (const Job &job : jobs)
    llvm::errs() << llvm::format("%9.1f ms  ", job.milliseconds) << level.name << "  " << job.code.symbol << "\n";
}

std::optional<SmallVector<char, 0>> KernelCache::lookup(const std::string &key) {
  std::lock_guard<std::mutex> lock(mutex);
  auto found = objects.find(key);
  return found == objects.end() ? std::nullopt : std::optional<SmallVector<char, 0>>(found->second);
}

void KernelCache::insert(const std::string &key, ArrayRef<char> object) {
  std::lock_guard<std::mutex> lock(mutex);
  objects.try_emplace(key, object.begin(), object.end());
}

static std::string getCacheKey(kernel::FuncOp kernel, const cpu::Level &level) {
  std::string text;
  llvm::raw_string_ostream(text) << kernel;
  return qc::numerics::hash128(text.data(), text.size()).text() + " " + level.name.str();
}

/// Takes the object from the cache, or lowers the kernel to the job's own LLVM module. `integerOnly`: it is looked at.
static LogicalResult prepareJob(Job &job, kernel::FuncOp kernel, const CpuOptions &options, bool integerOnly) {
  job.code.symbol = kernel.getName().str();
  if (options.cache && !integerOnly) {
    job.key = getCacheKey(kernel, *options.level);
    if (std::optional<SmallVector<char, 0>> object = options.cache->lookup(job.key)) {
      job.code.object = std::move(*object);
      return success();
    }
  }
  KernelTarget target = KernelTarget::cpu(options.level->hasFma(), options.level->vectorBits, options.level->hasVnni());
  FailureOr<std::unique_ptr<llvm::Module>> lowered = lowerKernelToLLVM(kernel, target, *job.context);
  if (failed(lowered))
    return failure();
  job.module = std::move(*lowered);
  return integerOnly ? verifyIntegerCode(*job.module, kernel, "kernel '" + kernel.getName().str() + "'") : success();
}

static void compileJobs(MutableArrayRef<Job> jobs, const CpuOptions &options) {
  llvm::DefaultThreadPool pool(llvm::hardware_concurrency(options.jobs));
  for (Job &job : jobs)
    if (job.module)
      pool.async([&job, &options] { job.compile(*options.level); });
  pool.wait();
  if (options.cache)
    for (Job &job : jobs)
      if (job.error.empty() && !job.key.empty())
        options.cache->insert(job.key, job.code.object);
  if (options.timeReport)
    printTimes(jobs, *options.level);
}

/// The schedule of a module with symbolic sizes, for every CPU that has a level: it only computes numbers.
static FailureOr<SmallVector<char, 0>> compileSchedule(ModuleOp module) {
  llvm::LLVMContext context;
  FailureOr<std::unique_ptr<llvm::Module>> lowered = cpu::lowerScheduleToLLVM(module, context);
  if (failed(lowered) ||
      (module->hasAttr(QCDialect::kIntegerOnlyAttr) && failed(verifyIntegerCode(**lowered, module, "the schedule"))))
    return failure();
  llvm::Expected<SmallVector<char, 0>> object = cpu::emitObject(**lowered, cpu::getLevels().front(), {/*optLevel=*/1});
  if (!object)
    return module.emitError(llvm::toString(object.takeError()));
  return std::move(*object);
}

FailureOr<cpu::ArtefactSpec> qc::compileForCpu(ModuleOp module, const CpuOptions &options) {
  FailureOr<KernelProgram> program = makeProgram(module, options.name);
  if (failed(program))
    return failure();
  llvm::StringSet<> integerOnly = getIntegerOnlyKernels(module);
  std::vector<Job> jobs(program->kernels.size());
  for (auto [job, kernel] : llvm::zip_equal(jobs, program->kernels))
    if (failed(prepareJob(job, kernel, options, integerOnly.contains(kernel.getName()))))
      return failure();
  compileJobs(jobs, options);
  cpu::ArtefactSpec spec;
  spec.program = std::move(program->spec);
  if (spec.program.isSymbolic) {
    FailureOr<SmallVector<char, 0>> schedule = compileSchedule(module);
    if (failed(schedule))
      return failure();
    spec.schedule = std::move(*schedule);
  }
  cpu::LevelCode &code = spec.levels.emplace_back();
  code.level = options.level;
  for (auto [job, kernel] : llvm::zip_equal(jobs, program->kernels)) {
    if (!job.error.empty())
      return kernel.emitError() << job.error, failure();
    code.kernels.push_back(std::move(job.code));
  }
  return spec;
}

FailureOr<SmallVector<char, 0>> qc::compileFloatLibrary(ModuleOp module, const PipelineOptions &options,
                                                        const CpuOptions &cpuOptions) {
  PipelineOptions floatOptions = options;
  floatOptions.isFloat = true;
  OwningOpRef<ModuleOp> clone = module.clone();
  if (failed(runPhases(*clone, Phase::Kernels, floatOptions)))
    return failure();
  FailureOr<cpu::ArtefactSpec> spec = compileForCpu(*clone, cpuOptions);
  if (failed(spec))
    return failure();
  llvm::Expected<SmallVector<char, 0>> bytes = cpu::buildArtefact(*spec, cpu::ArtefactKind::SharedLibrary);
  if (!bytes)
    return module.emitError(llvm::toString(bytes.takeError()));
  return std::move(*bytes);
}
