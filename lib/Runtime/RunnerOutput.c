/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Where the bytes of an output file go, and putting several files in their places together. The compiler's own outputs
 * follow the same rules (lib/Files). */
#include "RunnerOutput.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_LINKS = 40 }; /* the kernel's own limit */

size_t runner_folder_length(const char *path) {
  size_t length = strlen(path);
  while (length && path[length - 1] != '/')
    --length;
  return length;
}

static char *join(const char *folder, size_t folder_bytes, const char *name) {
  size_t bytes = strlen(name) + 1;
  char *path = runner_alloc((int64_t)(folder_bytes + bytes));
  memcpy(path, folder, folder_bytes);
  memcpy(path + folder_bytes, name, bytes);
  return path;
}

/* A decimal number that is all of `text`, or -1. */
static int parse_number(const char *text) {
  int64_t number = 0;
  for (const char *c = text; *c; ++c) {
    number = number * 10 + (*c - '0');
    if (*c < '0' || *c > '9' || number > INT_MAX)
      return -1;
  }
  return *text ? (int)number : -1;
}

/* Whether `path` is /proc/PID/fd/N, whatever links lead there. It reads as a link to a file, but the open descriptor is
 * what is meant. */
static int find_descriptor(const char *path, runner_output *output) {
  size_t length = runner_folder_length(path);
  int number = parse_number(path + length);
  char own[32];
  if (number < 0)
    return 0;
  char *real = realpath(length ? join(path, length, "") : ".", NULL);
  if (!real)
    return 0;
  size_t bytes = strlen(real);
  int found = strncmp(real, "/proc/", 6) == 0 && strcmp(real + bytes - 3, "/fd") == 0;
  snprintf(own, sizeof(own), "/proc/%d/", (int)getpid());
  if (found && strncmp(real, own, strlen(own)) == 0)
    *output = (runner_output){.kind = OUTPUT_DESCRIPTOR, .descriptor = number};
  else if (found)
    *output = (runner_output){.kind = OUTPUT_SPECIAL, .path = join(path, strlen(path), "")};
  free(real);
  return found;
}

int runner_resolve(const char *path, runner_output *output) {
  char *current = join(path, strlen(path), ""), target[PATH_MAX + 1];
  for (int links = 0; links <= MAX_LINKS; ++links) {
    if (find_descriptor(current, output))
      return 1;
    ssize_t length = readlink(current, target, PATH_MAX);
    if (length <= 0) {
      struct stat info;
      int special = stat(current, &info) == 0 && !S_ISREG(info.st_mode);
      *output = (runner_output){.kind = special ? OUTPUT_SPECIAL : OUTPUT_FILE, .path = current};
      return 1;
    }
    target[length] = 0;
    current = join(current, target[0] == '/' ? 0 : runner_folder_length(current), target);
  }
  errno = ELOOP;
  return 0;
}

/* The real folder and the name of a file, which need not exist; null where there is no such folder. */
static char *real_name(const char *path) {
  size_t length = runner_folder_length(path);
  char *real = realpath(length ? join(path, length, "") : ".", NULL);
  if (!real)
    return NULL;
  char *folder = join(real, strlen(real), "/");
  char *name = join(folder, strlen(folder), path + length);
  free(real);
  return name;
}

static int is_same_file(const char *a, const char *b) {
  struct stat first, second;
  return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

/* Refuses output number `i` of a file that something else needs. */
static void check_output(const runner_options *o, const runner_output *outputs, int32_t i) {
  const qcp_program *p = &qcr_program;
  const runner_output *output = &outputs[i];
  if (output->kind != OUTPUT_FILE)
    return;
  for (int32_t k = 0; k < p->num_inputs; ++k)
    if (o->inputs[k] && is_same_file(output->path, o->inputs[k]))
      runner_fail("cannot write '%s': it is the input '%s'", output->given, o->inputs[k]);
  if (is_same_file(output->path, "/proc/self/exe"))
    runner_fail("cannot write '%s': it is this program", output->given);
  char *name = real_name(output->path);
  for (int32_t k = 0; k < i; ++k) {
    char *other = outputs[k].is_wanted && outputs[k].kind == OUTPUT_FILE ? real_name(outputs[k].path) : NULL;
    if (name && other && strcmp(name, other) == 0)
      runner_fail("cannot write '%s': two outputs would go there", output->given);
  }
}

runner_output *runner_check_outputs(const runner_options *o) {
  int32_t count = qcr_program.num_outputs;
  runner_output *outputs = runner_alloc((int64_t)sizeof(*outputs) * count);
  for (int32_t i = 0; i < count; ++i) {
    if (!o->outputs[i])
      continue;
    if (!runner_resolve(o->outputs[i], &outputs[i]))
      runner_fail("cannot write '%s': %s", o->outputs[i], strerror(errno));
    outputs[i].is_wanted = 1;
    outputs[i].given = o->outputs[i];
    check_output(o, outputs, i);
  }
  return outputs;
}

/* An exchange leaves what was there under the temporary's name, until all files are in their places. */
static int place(runner_output *output) {
  struct stat info;
  if (renameat2(AT_FDCWD, output->temporary, AT_FDCWD, output->path, RENAME_EXCHANGE) == 0) {
    output->state = STATE_EXCHANGED;
    /* Not a file: a folder, say, that was made meanwhile. */
    int good = lstat(output->temporary, &info) == 0 && S_ISREG(info.st_mode);
    errno = EEXIST;
    return good;
  }
  /* There is nothing yet, or the file system cannot exchange. */
  if (errno != ENOENT && errno != EINVAL && errno != ENOSYS)
    return 0;
  int exists = lstat(output->path, &info) == 0;
  if (rename(output->temporary, output->path))
    return 0;
  output->state = exists ? STATE_REPLACED : STATE_CREATED;
  return 1;
}

static void take_back(runner_output *output) {
  if (output->state == STATE_CREATED)
    rename(output->path, output->temporary);
  /* Should that fail, the temporary is the user's old file. */
  if (output->state == STATE_EXCHANGED &&
      renameat2(AT_FDCWD, output->temporary, AT_FDCWD, output->path, RENAME_EXCHANGE))
    output->temporary = NULL;
}

int32_t runner_place_all(int32_t count, runner_output *outputs) {
  for (int32_t i = 0; i < count; ++i) {
    if (!outputs[i].temporary || place(&outputs[i]))
      continue;
    int error = errno;
    for (int32_t k = i; k >= 0; --k)
      if (outputs[k].temporary)
        take_back(&outputs[k]);
    errno = error;
    return i;
  }
  return -1;
}
