/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Preloaded: renames to a path that ends with $FAIL_RENAME fail, as in a folder where the file there is another user's;
 * with $NO_EXCHANGE the file system cannot exchange files. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int is_refused(const char *to) {
  const char *end = getenv("FAIL_RENAME");
  return end && strlen(end) <= strlen(to) && strcmp(to + strlen(to) - strlen(end), end) == 0;
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
  int refused = is_refused(to);
  if (refused || (flags && getenv("NO_EXCHANGE"))) {
    errno = refused ? EPERM : EINVAL;
    return -1;
  }
  return (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
}

int rename(const char *from, const char *to) { return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0); }
