/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Writing of .npy files, all of them or none. */
#include "RunnerOutput.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *type_code(int32_t dtype) {
  switch (dtype) {
  case QC_F32:
    return "<f4";
  case QC_U8:
    return "|u1";
  case QC_I8:
    return "|i1";
  case QC_U16:
    return "<u2";
  case QC_I16:
    return "<i2";
  case QC_I64:
    return "<i8";
  case QC_BOOL:
    return "|b1";
  default:
    return "<i4";
  }
}

/* Magic, version 1.0 and the dictionary, padded so that the elements start at a multiple of 64. Returns the length. */
static int make_header(const npy_array *a, char *text, size_t room) {
  int n =
      snprintf(text + 10, room - 10, "{'descr': '%s', 'fortran_order': False, 'shape': (", type_code(a->dtype)) + 10;
  for (int32_t i = 0; i < a->rank; ++i)
    n += snprintf(text + n, room - (size_t)n, i ? ", %lld" : a->rank == 1 ? "%lld," : "%lld", (long long)a->dims[i]);
  n += snprintf(text + n, room - (size_t)n, "), }");
  while ((n + 1) % 64)
    text[n++] = ' ';
  text[n++] = '\n';
  memcpy(text, "\x93NUMPY\1\0", 8);
  text[8] = (char)((n - 10) & 255);
  text[9] = (char)((n - 10) >> 8);
  return n;
}

static int write_bytes(int file, const char *data, int64_t bytes) {
  while (bytes > 0) {
    ssize_t n = write(file, data, (size_t)(bytes < 1 << 30 ? bytes : 1 << 30));
    if (n < 0 && errno != EINTR)
      return 0;
    data += n > 0 ? n : 0;
    bytes -= n > 0 ? n : 0;
  }
  return 1;
}

static int write_array(int file, const npy_array *array) {
  char header[1024];
  int length = make_header(array, header, sizeof(header));
  return write_bytes(file, header, length) && write_bytes(file, array->data, array->bytes);
}

/* Creates `path`, or opens it where it is a device or pipe. 0 with errno on failure. */
static int write_file(const char *path, int flags, const npy_array *array) {
  int file = open(path, flags, 0666);
  if (file < 0)
    return 0;
  int good = write_array(file, array);
  int error = errno;
  if (close(file) && good) {
    good = 0;
    error = errno;
  }
  errno = error;
  return good;
}

static char *temporary_name(const char *path, int32_t number) {
  int64_t room = (int64_t)strlen(path) + 32;
  char *name = runner_alloc(room);
  snprintf(name, (size_t)room, "%s.tmp%d-%d", path, (int)getpid(), (int)number);
  return name;
}

/* Writes output number i: under a temporary name where there will be something to rename. 0 with errno on failure. */
static int write_one(const char *path, const npy_array *array, int32_t i, runner_output *output) {
  if (!runner_resolve(path, output))
    return 0;
  if (output->kind == OUTPUT_DESCRIPTOR)
    return write_array(output->descriptor, array);
  if (output->kind == OUTPUT_SPECIAL)
    return write_file(output->path, O_WRONLY | O_CLOEXEC, array);
  output->temporary = temporary_name(output->path, i);
  return write_file(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, array);
}

void npy_write_all(int32_t count, const char *const *paths, const npy_array *arrays) {
  runner_output *outputs = runner_alloc((int64_t)sizeof(*outputs) * count);
  sigset_t ends, before;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGHUP);
  sigprocmask(SIG_BLOCK, &ends, &before);
  int32_t failed = -1;
  for (int32_t i = 0; i < count && failed < 0; ++i)
    if (paths[i] && !write_one(paths[i], &arrays[i], i, &outputs[i]))
      failed = i;
  if (failed < 0)
    failed = runner_place_all(count, outputs);
  int error = errno;
  for (int32_t i = 0; i < count; ++i)
    if (outputs[i].temporary && (failed >= 0 || outputs[i].state == STATE_EXCHANGED))
      unlink(outputs[i].temporary);
  sigprocmask(SIG_SETMASK, &before, NULL);
  if (failed >= 0)
    runner_fail("cannot write '%s': %s", paths[failed], strerror(error));
}
