// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels to object code: lowered one after the other, compiled in parallel.
#include "IntegerCode.h"
#include "MakeProgram.h"
#include "dialects/QC/QC.h"
#include "dialects/QC/Resources.h"
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
  return qc::numerics::hashText(text) + " " + level.name.str();
}

/// The name of the kernel's code at `level`: each level has code of its own.
static std::string getSymbol(kernel::FuncOp kernel, const cpu::Level &level) {
  std::string symbol = kernel.getName().str();
  if (&level != &cpu::getDefaultLevel())
    symbol += "_" + level.name.str();
  std::replace_if(symbol.begin(), symbol.end(), [](char c) { return c == '-' || c == '+'; }, '_');
  return symbol;
}

/// The level below `level` whose code a kernel shares, or null: they differ in VNNI only, and it has no use for that.
static const cpu::Level *getSharedLevel(kernel::FuncOp kernel, const cpu::Level &level, const CpuOptions &options) {
  if (!level.hasVnni())
    return nullptr;
  bool hasBytes = kernel
                      .walk([](kernel::ContractOp op) {
                        return op.getMma() == kernel::Mma::F32 ? WalkResult::advance() : WalkResult::interrupt();
                      })
                      .wasInterrupted();
  auto isBase = [&](const cpu::Level *other) { return other->cpu == level.cpu && !other->hasVnni(); };
  const auto *base = llvm::find_if(options.levels, isBase);
  return hasBytes || base == options.levels.end() ? nullptr : *base;
}

/// Takes the object from the cache, or lowers the kernel to the job's own LLVM module. `integerOnly`: it is looked at.
static LogicalResult prepareJob(Job &job, kernel::FuncOp kernel, const cpu::Level &level, const CpuOptions &options,
                                bool integerOnly) {
  if (const cpu::Level *shared = getSharedLevel(kernel, level, options)) {
    job.code.symbol = getSymbol(kernel, *shared);
    return success();
  }
  job.code.symbol = getSymbol(kernel, level);
  if (options.cache && !integerOnly) {
    job.key = getCacheKey(kernel, level);
    if (std::optional<SmallVector<char, 0>> object = options.cache->lookup(job.key)) {
      job.code.object = std::move(*object);
      return success();
    }
  }
  KernelTarget target = KernelTarget::cpu(level.hasFma(), level.vectorBits, level.hasVnni());
  FailureOr<std::unique_ptr<llvm::Module>> lowered = lowerKernelToLLVM(kernel, target, *job.context);
  if (failed(lowered))
    return failure();
  job.module = std::move(*lowered);
  job.module->getFunction(kernel.getName())->setName(job.code.symbol);
  return integerOnly ? verifyIntegerCode(*job.module, kernel, "kernel '" + kernel.getName().str() + "'") : success();
}

static void compileJobs(MutableArrayRef<Job> jobs, const cpu::Level &level, const CpuOptions &options) {
  llvm::DefaultThreadPool pool(llvm::hardware_concurrency(options.jobs));
  for (Job &job : jobs)
    if (job.module)
      pool.async([&job, &level] { job.compile(level); });
  pool.wait();
  if (options.cache)
    for (Job &job : jobs)
      if (job.error.empty() && !job.key.empty())
        options.cache->insert(job.key, job.code.object);
  if (options.timeReport)
    printTimes(jobs, level);
}

/// Code generation takes quadratic time in the length of a block. A schedule of more instructions than the first is not
/// optimized, and its blocks get at most the second.
static constexpr unsigned kLongSchedule = 20000, kLongBlock = 256;

static void splitBlocks(llvm::Module &module) {
  for (llvm::Function &function : module)
    for (auto block = function.begin(); block != function.end(); ++block)
      if (block->size() > kLongBlock)
        block->splitBasicBlock(std::next(block->getFirstNonPHIIt(), kLongBlock - 1));
}

/// The schedule of a module with symbolic sizes or control flow, for every CPU that has a level: it only computes
/// numbers.
static FailureOr<SmallVector<char, 0>> compileSchedule(ModuleOp module) {
  llvm::LLVMContext context;
  FailureOr<std::unique_ptr<llvm::Module>> lowered = cpu::lowerScheduleToLLVM(module, context);
  if (failed(lowered) ||
      (module->hasAttr(QCDialect::kIntegerOnlyAttr) && failed(verifyIntegerCode(**lowered, module, "the schedule"))))
    return failure();
  bool isLong = (*lowered)->getInstructionCount() > kLongSchedule;
  if (isLong)
    splitBlocks(**lowered);
  llvm::Expected<SmallVector<char, 0>> object =
      cpu::emitObject(**lowered, cpu::getLevels().front(), {/*optLevel=*/isLong ? 0u : 1u});
  if (!object)
    return module.emitError(llvm::toString(object.takeError()));
  return std::move(*object);
}

/// All kernels at one level.
static FailureOr<cpu::LevelCode> compileLevel(ArrayRef<kernel::FuncOp> kernels, const cpu::Level &level,
                                              const CpuOptions &options, const llvm::StringSet<> &integerOnly) {
  std::vector<Job> jobs(kernels.size());
  for (auto [job, kernel] : llvm::zip_equal(jobs, kernels)) {
    kernel::FuncOp op = kernel;
    if (failed(prepareJob(job, op, level, options, integerOnly.contains(op.getName()))))
      return failure();
  }
  compileJobs(jobs, level, options);
  cpu::LevelCode code;
  code.level = &level;
  for (auto [job, kernel] : llvm::zip_equal(jobs, kernels)) {
    kernel::FuncOp op = kernel;
    if (!job.error.empty())
      return op.emitError() << job.error, failure();
    code.kernels.push_back(std::move(job.code));
  }
  return code;
}

FailureOr<cpu::ArtefactSpec> qc::compileForCpu(ModuleOp module, const CpuOptions &options) {
  FailureOr<KernelProgram> program = makeProgram(module, options.name);
  if (failed(program))
    return failure();
  cpu::ArtefactSpec spec;
  llvm::StringSet<> integerOnly = getIntegerOnlyKernels(module);
  for (const cpu::Level *level : options.levels) {
    FailureOr<cpu::LevelCode> code = compileLevel(program->kernels, *level, options, integerOnly);
    if (failed(code))
      return failure();
    spec.levels.push_back(std::move(*code));
  }
  spec.program = std::move(program->spec);
  if (spec.program.hasSchedule) {
    FailureOr<SmallVector<char, 0>> schedule = compileSchedule(module);
    if (failed(schedule))
      return failure();
    spec.schedule = std::move(*schedule);
  }
  return spec;
}

FailureOr<std::unique_ptr<cpu::LoadedModel>> qc::loadFloatModel(ModuleOp module, const PipelineOptions &options,
                                                                const CpuOptions &cpuOptions,
                                                                cpu::LoadOptions loadOptions) {
  llvm::StringSet<> before = listResources(module.getContext());
  PipelineOptions floatOptions = options;
  floatOptions.isFloat = true;
  floatOptions.ownsResource = [&](StringRef name) { return !before.contains(name); };
  OwningOpRef<ModuleOp> clone = module.clone();
  if (failed(runPhases(*clone, Phase::Kernels, floatOptions)))
    return failure();
  FailureOr<cpu::ArtefactSpec> spec = compileForCpu(*clone, cpuOptions);
  if (failed(spec))
    return failure();
  auto model = cpu::LoadedModel::build(*spec, std::move(loadOptions));
  // The library has the weights now.
  clone = nullptr;
  releaseResources(module, floatOptions.ownsResource);
  if (!model)
    return module.emitError("cannot be run: ") << llvm::toString(model.takeError());
  return std::move(*model);
}
