/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Reading of .npy files. */
#include "Runner.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct type_row {
  int32_t dtype;
  const char *code, *name;
} type_row;

static const type_row types[] = {{QC_F32, "<f4", "float32"}, {QC_U8, "|u1", "uint8"},  {QC_I8, "|i1", "int8"},
                                 {QC_U16, "<u2", "uint16"},  {QC_I16, "<i2", "int16"}, {QC_I32, "<i4", "int32"},
                                 {QC_I64, "<i8", "int64"},   {QC_BOOL, "|b1", "bool"}};
enum { NUM_TYPES = sizeof(types) / sizeof(types[0]), MAX_HEADER = 1 << 20 };

const char *npy_type_name(int32_t dtype) {
  for (int i = 0; i < NUM_TYPES; ++i)
    if (types[i].dtype == dtype)
      return types[i].name;
  return NULL;
}

const char *npy_shape(int32_t rank, const int64_t *dims, const char *const *symbols) {
  static char texts[4][256];
  static int next;
  char *text = texts[next++ % 4];
  size_t length = 0;
  strcpy(text, "scalar");
  for (int32_t i = 0; i < rank && length < sizeof(texts[0]); ++i)
    if (dims[i] >= 0)
      length += (size_t)snprintf(text + length, sizeof(texts[0]) - length, i ? "x%lld" : "%lld", (long long)dims[i]);
    else
      length += (size_t)snprintf(text + length, sizeof(texts[0]) - length, i ? "x%s" : "%s",
                                 symbols && symbols[i] && *symbols[i] ? symbols[i] : "?");
  return text;
}

/* The text behind "'key':" in the header's dictionary, blanks skipped. */
static const char *find_key(const char *path, const char *header, const char *key) {
  char quoted[32];
  snprintf(quoted, sizeof(quoted), "'%s':", key);
  const char *at = strstr(header, quoted);
  if (!at)
    runner_fail("'%s' is no .npy file: its header lacks '%s'", path, key);
  at += strlen(quoted);
  while (*at == ' ')
    ++at;
  return at;
}

static int32_t parse_type(const char *path, const char *text) {
  for (int i = 0; i < NUM_TYPES; ++i) {
    size_t length = strlen(types[i].code);
    if (text[0] == '\'' && strncmp(text + 1, types[i].code, length) == 0 && text[length + 1] == '\'')
      return types[i].dtype;
  }
  int length = 1; /* of the quoted code */
  while (length < 16 && text[length] != '\0' && text[length] != '\'')
    ++length;
  runner_fail(
      "'%s' holds elements of type %.*s'; little-endian float32, uint8, int8, uint16, int16, int32, int64 and bool "
      "are read",
      path, length, text);
}

/* Parses "(3, 4)" and sets dims, rank and bytes. */
static void parse_shape(const char *path, const char *text, npy_array *array) {
  int64_t bytes = qcr_dtype_bytes(array->dtype, 1);
  if (*text++ != '(')
    runner_fail("'%s' is no .npy file: its shape is not a tuple", path);
  for (array->rank = 0;; ++array->rank) {
    while (*text == ' ' || *text == ',')
      ++text;
    if (*text == ')')
      break;
    char *end = NULL;
    errno = 0;
    long long extent = strtoll(text, &end, 10);
    if (end == text || errno || extent < 0 || array->rank == NPY_MAX_RANK ||
        __builtin_mul_overflow(bytes, extent, &bytes))
      runner_fail("'%s' has a shape that cannot be read: %.64s", path, text);
    array->dims[array->rank] = extent;
    text = end;
  }
  array->bytes = bytes;
}

static void read_exactly(const char *path, FILE *file, void *to, int64_t bytes) {
  if (fread(to, 1, (size_t)bytes, file) != (size_t)bytes)
    runner_fail("'%s' %s", path, ferror(file) ? "cannot be read" : "is truncated");
}

/* The dictionary, null terminated; the file stands behind it. */
static char *read_header(const char *path, FILE *file) {
  unsigned char start[12];
  read_exactly(path, file, start, 10);
  if (memcmp(start, "\x93NUMPY", 6) != 0 || start[6] < 1 || start[6] > 3)
    runner_fail("'%s' is no .npy file of version 1 to 3", path);
  int64_t length = start[8] | start[9] << 8;
  if (start[6] > 1) {
    read_exactly(path, file, start + 10, 2);
    length |= (int64_t)start[10] << 16 | (int64_t)start[11] << 24;
  }
  if (length > MAX_HEADER)
    runner_fail("'%s' is no .npy file: its header has %lld bytes", path, (long long)length);
  char *header = runner_alloc(length);
  read_exactly(path, file, header, length);
  return header;
}

/* Refuses an array that the rest of the file cannot hold, before memory is asked for; pipes have no size. */
static void check_size(const char *path, FILE *file, int64_t bytes) {
  off_t at = ftello(file);
  if (at < 0 || fseeko(file, 0, SEEK_END))
    return;
  off_t end = ftello(file);
  if (end - at < bytes)
    runner_fail("'%s' is truncated: %lld of %lld bytes of elements", path, (long long)(end - at), (long long)bytes);
  if (fseeko(file, at, SEEK_SET))
    runner_fail("'%s' cannot be read", path);
}

/* Whether the first index runs fastest in the file. */
static int parse_order(const char *path, const char *text) {
  int fortran = strncmp(text, "True", 4) == 0;
  if (!fortran && strncmp(text, "False", 5) != 0)
    runner_fail("'%s' is no .npy file: its fortran_order is '%.8s', not True or False", path, text);
  return fortran;
}

/* Copies `from`, in Fortran order, to the array's row-major elements. */
static void copy_from_fortran(npy_array *array, const char *from) {
  int64_t width = qcr_dtype_bytes(array->dtype, 1), strides[NPY_MAX_RANK], index[NPY_MAX_RANK] = {0}, at = 0;
  for (int32_t i = 0; i < array->rank; ++i)
    strides[i] = i ? strides[i - 1] * array->dims[i - 1] : width;
  for (int64_t to = 0; to < array->bytes; to += width) {
    memcpy(array->data + to, from + at, (size_t)width);
    for (int32_t i = array->rank; i-- > 0;) { /* the next index, the last one fastest */
      at += strides[i];
      if (++index[i] < array->dims[i])
        break;
      at -= strides[i] * array->dims[i];
      index[i] = 0;
    }
  }
}

/* The elements of an array whose header is read, row-major. */
static void read_elements(const char *path, FILE *file, int fortran, npy_array *array) {
  check_size(path, file, array->bytes);
  array->data = runner_alloc(array->bytes);
  read_exactly(path, file, array->data, array->bytes);
  if (!fortran || array->rank < 2 || array->bytes == 0)
    return;
  char *from = array->data;
  array->data = runner_alloc(array->bytes);
  copy_from_fortran(array, from);
  free(from);
}

npy_array npy_read(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file)
    runner_fail("cannot open '%s': %s", path, strerror(errno));
  npy_array array = {0};
  char *header = read_header(path, file);
  array.dtype = parse_type(path, find_key(path, header, "descr"));
  parse_shape(path, find_key(path, header, "shape"), &array);
  int fortran = parse_order(path, find_key(path, header, "fortran_order"));
  free(header);
  read_elements(path, file, fortran, &array);
  fclose(file);
  return array;
}
