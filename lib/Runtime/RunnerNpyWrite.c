/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Writing of .npy files, all of them or none. */
#include "RunnerOutput.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
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

/* Writes all of the array to an open file and closes it. 0 with errno on failure. */
static int write_and_close(int file, const npy_array *array) {
  int good = write_array(file, array);
  int error = errno;
  if (close(file) && good) {
    good = 0;
    error = errno;
  }
  errno = error;
  return good;
}

/* What is no file to be renamed: a descriptor of this process, or a device or pipe. */
static int write_special(const runner_output *output, const npy_array *array) {
  if (output->kind == OUTPUT_DESCRIPTOR)
    return write_array(output->descriptor, array);
  int file = open(output->path, O_WRONLY | O_APPEND | O_CLOEXEC);
  return file >= 0 && write_and_close(file, array);
}

/* Under a name beside the file that nothing else has, in other processes of the same number neither; short, for the
 * file's own may be as long as names can be. */
static int write_temporary(runner_output *output, const npy_array *array) {
  size_t folder = runner_folder_length(output->path);
  size_t room = folder + 64;
  char *name = runner_alloc((int64_t)room);
  int file = -1;
  for (int tries = 0; tries < 1000 && file < 0 && (tries == 0 || errno == EEXIST); ++tries) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    snprintf(name, room, "%.*s.qc-%d-%d-%lx.tmp", (int)folder, output->path, (int)getpid(), tries, now.tv_nsec);
    file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  }
  if (file < 0)
    return 0;
  output->temporary = name;
  return write_and_close(file, array);
}

/* Writes the outputs that are files, or those that are not. The number of the one that failed, with errno, or -1. */
static int32_t write_kind(int files, int32_t count, runner_output *outputs, const npy_array *arrays) {
  for (int32_t i = 0; i < count; ++i) {
    if (!outputs[i].is_wanted || (outputs[i].kind == OUTPUT_FILE) != files)
      continue;
    if (!(files ? write_temporary(&outputs[i], &arrays[i]) : write_special(&outputs[i], &arrays[i])))
      return i;
  }
  return -1;
}

/* Writes the temporaries and puts them in their places. No signal comes in between. */
static int32_t write_files(int32_t count, runner_output *outputs, const npy_array *arrays) {
  sigset_t ends, before;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGHUP);
  sigprocmask(SIG_BLOCK, &ends, &before);
  int32_t failed = write_kind(1, count, outputs, arrays);
  if (failed < 0)
    failed = runner_place_all(count, outputs);
  int error = errno;
  for (int32_t i = 0; i < count; ++i)
    if (outputs[i].temporary && (failed >= 0 || outputs[i].state == STATE_EXCHANGED))
      unlink(outputs[i].temporary);
  sigprocmask(SIG_SETMASK, &before, NULL);
  errno = error;
  return failed;
}

void npy_write_all(int32_t count, runner_output *outputs, const npy_array *arrays) {
  /* First those that may wait for a reader: nothing is there yet that an interrupt would leave behind. */
  int32_t failed = write_kind(0, count, outputs, arrays);
  if (failed < 0)
    failed = write_files(count, outputs, arrays);
  if (failed >= 0)
    runner_fail("cannot write '%s': %s", outputs[failed].given, strerror(errno));
}
