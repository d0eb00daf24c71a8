/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Where the bytes of an output file go, and putting several files in their places together. */
#ifndef QC_RUNTIME_RUNNER_OUTPUT_H
#define QC_RUNTIME_RUNNER_OUTPUT_H
#include "Runner.h"

typedef struct runner_output {
  int is_wanted;
  const char *given; /* the path as it was given */
  enum { OUTPUT_FILE, OUTPUT_DESCRIPTOR, OUTPUT_SPECIAL } kind;
  char *path;      /* but for a descriptor: no symbolic link, so that a rename replaces what links lead to */
  int descriptor;  /* open in this process, as /dev/stdout is */
  char *temporary; /* of a file: beside `path`; null until there is something to rename */
  enum { STATE_WAITING, STATE_CREATED, STATE_EXCHANGED, STATE_REPLACED } state;
} runner_output;

/* Bytes of `path` before its last component, with the slash. */
size_t runner_folder_length(const char *path);

/* Where the outputs of the options go. Ends the program where one cannot be told, two are the same file, or one is a
 * file that is read, or the program itself. */
runner_output *runner_check_outputs(const runner_options *options);

/* Writes the arrays whose outputs are wanted, the files among them all or none: to temporary files that are renamed
 * when all are complete. SIGINT and its like wait meanwhile. Ends the program on failure. */
void npy_write_all(int32_t count, runner_output *outputs, const npy_array *arrays);

/* Follows symbolic links to the file that they lead to, which need not exist. 0 with errno for a circle of them. */
int runner_resolve(const char *path, runner_output *output);

/* Renames the temporaries that are there. Where one cannot be, those before it are taken back, what they replaced is
 * there again, and its number is returned, with errno; -1: all are in their places. Leaves the old files, or the new
 * ones, as temporaries. */
int32_t runner_place_all(int32_t count, runner_output *outputs);

#endif
