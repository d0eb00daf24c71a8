// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ends of a tool that no function returns from.
#include "qc/Report/Failures.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Signals.h"
#include <cstdlib>
#include <cstring>
#include <new>
#include <unistd.h>

/// Allocates nothing: there may be nothing left. Other threads may still run, so no destructor does.
[[noreturn]] static void end(const char *what, const char *reason) {
  for (const char *text : {"error: ", what, reason, "\n"})
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
      break;
  llvm::sys::RunInterruptHandlers();
  _exit(1);
}

void qc::installFailureHandlers() {
  // A standard descriptor that the caller closed would be given to an output file, and what is printed end up in it.
  (void)llvm::sys::Process::FixupStandardFileDescriptors();
  std::set_new_handler([] { end("out of memory", ""); });
  llvm::install_bad_alloc_error_handler([](void *, const char *, bool) { end("out of memory", ""); });
  llvm::install_fatal_error_handler([](void *, const char *reason, bool) { end("", reason); });
}

void qc::runGuarded(llvm::function_ref<void()> step, const std::string &message) {
  llvm::CrashRecoveryContext::Enable();
  llvm::CrashRecoveryContext guard;
  // Nothing that was touched can be relied on after a crash, so the program ends here, without destructors.
  if (!guard.RunSafely(step))
    end(message.c_str(), "");
  llvm::CrashRecoveryContext::Disable();
}
