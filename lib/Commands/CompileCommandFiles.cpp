// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The files that a qc-compile command reads and writes, and that no two of them are the same.
#include "CompileCommandPlan.h"
#include "CompileCommandSearch.h"
#include "qc/Data/DataSet.h"
#include "qc/Files/OutputFile.h"
#include "qc/Files/OutputPath.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace qc;

/// Every file that the command reads, as far as the command line and lists of data name them.
static std::vector<std::string> getInputFiles(const CompileCommand &command) {
  std::vector<std::string> files;
  if (!command.calibrationData.empty())
    files = data::DataSet::listFiles(command.calibrationData);
  for (const std::string &file : {command.input, command.rules})
    if (!file.empty())
      files.push_back(file);
  return files;
}

/// Every file that writing `plan` makes, -o first, but for the report.
static std::vector<std::string> getOutputFiles(const CompileCommand &command, const CompilePlan &plan) {
  std::vector<std::string> files;
  if (!command.pareto.empty())
    files = listFrontFiles(command.pareto);
  if (!plan.hasOutput)
    return files;
  files.insert(files.begin(), plan.output);
  if (plan.kind == OutputKind::Library || plan.kind == OutputKind::Object)
    files.push_back(cpu::getHeaderPath(plan.output));
  auto addBeside = [&](StringRef extension) {
    SmallString<128> path(plan.output);
    sys::path::replace_extension(path, extension);
    files.push_back(path.str().str());
  };
  if (plan.kind == OutputKind::Ptx) {
    addBeside(".launch.json");
    addBeside(".weights");
    if (command.emitDeviceIr)
      addBeside(".bc");
  }
  return files;
}

static bool isDevice(StringRef path) {
  Expected<OutputPath> output = resolveOutput(path);
  if (output)
    return output->kind == OutputPath::Special;
  consumeError(output.takeError());
  return false;
}

/// The files need not exist: they are the same where their real folders and names are. Only a device, as /dev/null, may
/// take two.
static Error checkDistinct(ArrayRef<std::string> outputs, const CompilePlan &plan) {
  StringMap<std::string> seen;
  for (const std::string &output : outputs) {
    auto [entry, isNew] = seen.try_emplace(getRealName(output), output);
    if (!isNew)
      return failToWrite(output, "two outputs would go there");
  }
  if (plan.report.empty() || isDevice(plan.report))
    return Error::success();
  auto entry = seen.find(getRealName(plan.report));
  return entry == seen.end() ? Error::success()
                             : failToWrite(plan.report, "it is the output '" + entry->second + "' too");
}

Error qc::checkFiles(const CompileCommand &command, const CompilePlan &plan) {
  std::vector<std::string> inputs = getInputFiles(command), outputs = getOutputFiles(command, plan);
  for (StringRef output : outputs) {
    if (Error error = checkOutputPath(output, inputs))
      return error;
    if (!isModuleKind(plan.kind))
      if (Error error = resolveOutputFile(output).takeError())
        return error;
  }
  if (!plan.report.empty())
    if (Error error = checkOutputPath(plan.report, inputs))
      return error;
  if (command.costs.empty())
    return checkDistinct(outputs, plan);
  // What is complete is only read: it may be where nothing can be written.
  bool exists = sys::fs::exists(command.costs);
  if (Error error = exists ? checkNoInput(command.costs, inputs) : checkOutputPath(command.costs, inputs))
    return error;
  outputs.push_back(command.costs);
  return checkDistinct(outputs, plan);
}

Error qc::checkExternalFiles(const CompileCommand &command, const CompilePlan &plan, ArrayRef<std::string> files) {
  std::vector<std::string> outputs = getOutputFiles(command, plan);
  if (!plan.report.empty())
    outputs.push_back(plan.report);
  if (!command.costs.empty())
    outputs.push_back(command.costs);
  for (StringRef output : outputs)
    if (Error error = checkNoInput(output, files))
      return error;
  return Error::success();
}
