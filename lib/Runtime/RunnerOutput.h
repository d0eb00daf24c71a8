/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Where the bytes of an output file go, and putting several files in their places together. */
#ifndef QC_RUNTIME_RUNNER_OUTPUT_H
#define QC_RUNTIME_RUNNER_OUTPUT_H
#include "Runner.h"

typedef struct runner_output {
  enum { OUTPUT_FILE, OUTPUT_DESCRIPTOR, OUTPUT_SPECIAL } kind;
  char *path;      /* but for a descriptor: no symbolic link, so that a rename replaces what links lead to */
  int descriptor;  /* open in this process, as /dev/stdout is */
  char *temporary; /* of a file: beside `path`; null until there is something to rename */
  enum { STATE_WAITING, STATE_CREATED, STATE_EXCHANGED, STATE_REPLACED } state;
} runner_output;

/* Follows symbolic links to the file that they lead to, which need not exist. 0 with errno for a circle of them. */
int runner_resolve(const char *path, runner_output *output);

/* Renames the temporaries that are there. Where one cannot be, those before it are taken back, what they replaced is
 * there again, and its number is returned, with errno; -1: all are in their places. Leaves the old files, or the new
 * ones, as temporaries. */
int32_t runner_place_all(int32_t count, runner_output *outputs);

#endif
