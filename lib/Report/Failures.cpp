// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ends of a tool that no function returns from.
#include "qc/Report/Failures.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Signals.h"
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
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

/// A closed standard output becomes one that cannot be written to: what is printed there is lost, and that is an error.
static void reopenStandardOutput() {
  if (fcntl(STDOUT_FILENO, F_GETFD) >= 0)
    return;
  int nothing = open("/dev/null", O_RDONLY);
  if (nothing < 0 || nothing == STDOUT_FILENO)
    return;
  dup2(nothing, STDOUT_FILENO);
  close(nothing);
}

void qc::installFailureHandlers() {
  // A standard descriptor that the caller closed would be given to an output file, and what is printed end up in it.
  reopenStandardOutput();
  (void)llvm::sys::Process::FixupStandardFileDescriptors();
  // A reader that is gone, and a file that must not grow, are errors of writing: whoever writes cleans up.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  std::set_new_handler([] { end("out of memory", ""); });
  llvm::install_bad_alloc_error_handler([](void *, const char *, bool) { end("out of memory", ""); });
  llvm::install_fatal_error_handler([](void *, const char *reason, bool) { end("", reason); });
}

/// A parser that has used up the stack leaves none for the handler of that.
static void giveHandlersAStack() {
  alignas(16) static char stack[64 << 10];
  stack_t alternate = {};
  alternate.ss_sp = stack;
  alternate.ss_size = sizeof(stack);
  struct sigaction action;
  if (sigaltstack(&alternate, nullptr) != 0 || sigaction(SIGSEGV, nullptr, &action) != 0)
    return;
  action.sa_flags |= SA_ONSTACK;
  sigaction(SIGSEGV, &action, nullptr);
}

void qc::runGuarded(llvm::function_ref<void()> step, const std::string &message) {
  llvm::CrashRecoveryContext::Enable();
  giveHandlersAStack();
  llvm::CrashRecoveryContext guard;
  // Nothing that was touched can be relied on after a crash, so the program ends here, without destructors.
  if (!guard.RunSafely(step))
    end(message.c_str(), "");
  llvm::CrashRecoveryContext::Disable();
}
