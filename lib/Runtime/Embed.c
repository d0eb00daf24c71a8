/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* The files that the compiler carries inside itself (Embedded.h). The assembler finds them on its include path. */

#define EMBED(symbol, file)                                                                                            \
  __asm__(".pushsection .rodata." #symbol ",\"a\",@progbits\n"                                                         \
          ".balign 16\n"                                                                                               \
          ".globl qcr_" #symbol "\n.globl qcr_" #symbol "_end\n"                                                       \
          "qcr_" #symbol ":\n.incbin \"" file "\"\n"                                                                   \
          "qcr_" #symbol "_end:\n.byte 0\n"                                                                            \
          ".popsection\n")

EMBED(runtime_object, "runtime.o");
EMBED(runner_object, "runner.o");
EMBED(libc_stub, "libc.so.6");
EMBED(libc_symbols, "libc-symbols.txt");
EMBED(abi_header, "qc/Runtime/Abi.h");
EMBED(model_header, "qc/Runtime/Model.h.in");

typedef int qcr_not_an_empty_translation_unit;
