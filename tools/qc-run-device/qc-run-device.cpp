// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-run-device: runs a device program (PTX with --emit-device-ir) on the host, without a GPU.
#include "qc/Target/NVPTX/RunFiles.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/WithColor.h"

using namespace llvm;

static cl::OptionCategory category("qc-run-device");
static cl::opt<std::string> path(cl::Positional, cl::Required, cl::desc("MODEL.launch.json"), cl::cat(category));
static cl::list<std::string> inputs("input", cl::desc("array of an input"), cl::value_desc("NAME=FILE.npy"),
                                    cl::cat(category));
static cl::list<std::string> outputs("output", cl::desc("where to write an output"), cl::value_desc("NAME=FILE.npy"),
                                     cl::cat(category));

static Error run() {
  auto program = qc::nvptx::HostProgram::load(path);
  if (!program)
    return program.takeError();
  return qc::nvptx::runFiles(**program, inputs, outputs);
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::SetVersionPrinter(
      [](raw_ostream &os) { os << "qc-run-device " QC_VERSION_STRING " (LLVM " LLVM_VERSION_STRING ")\n"; });
  cl::ParseCommandLineOptions(argc, argv, "runs a device program of qc on the host, thread after thread\n");
  if (Error error = run()) {
    WithColor::error(errs(), "qc-run-device") << toString(std::move(error)) << "\n";
    return 1;
  }
  return 0;
}
