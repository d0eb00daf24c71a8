/* Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Entry point and command line of an executable artefact. */
#include "Runner.h"
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a C library's crt1 does: libc calls main, runs the constructors of libraries, and exits with main's answer. */
__attribute__((naked, used, visibility("hidden"))) void _start(void) {
  __asm__("xorl %ebp, %ebp\n\t"
          "movq %rdx, %r9\n\t"
          "popq %rsi\n\t"
          "movq %rsp, %rdx\n\t"
          "andq $-16, %rsp\n\t"
          "pushq %rax\n\t"
          "pushq %rsp\n\t"
          "xorl %r8d, %r8d\n\t"
          "xorl %ecx, %ecx\n\t"
          "leaq main(%rip), %rdi\n\t"
          "callq *__libc_start_main@GOTPCREL(%rip)\n\t"
          "hlt");
}

/* The length of the character at `c`; 0 where no terminal should get it: control characters, and what is no UTF-8. */
static int printable_length(const unsigned char *c) {
  int length = *c < 0x80 ? 1 : *c < 0xc2 ? 0 : *c < 0xe0 ? 2 : *c < 0xf0 ? 3 : *c < 0xf5 ? 4 : 0;
  for (int i = 1; i < length; ++i)
    if ((c[i] & 0xc0) != 0x80)
      return 0;
  int control = *c < ' ' || *c == 127 || (*c == 0xc2 && c[1] < 0xa0);
  return control ? 0 : length;
}

void runner_fail(const char *format, ...) {
  char line[2048];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof(line), format, arguments);
  va_end(arguments);
  for (char *c = line; *c;) {
    int length = printable_length((unsigned char *)c);
    if (!length)
      *c = '?';
    c += length ? length : 1;
  }
  fprintf(stderr, "%s: error: %s\n", qcr_program.name, line);
  exit(1);
}

void *runner_alloc(int64_t bytes) {
  char *memory = bytes < INT64_MAX - 128 ? aligned_alloc(64, (size_t)qcr_round_up(bytes + 1)) : NULL;
  if (!memory)
    runner_fail("out of memory: %lld bytes", (long long)bytes);
  memset(memory, 0, (size_t)bytes + 1);
  return memory;
}

static int64_t parse_number(const char *option, const char *text, int64_t low, int64_t high) {
  char *end = NULL;
  errno = 0;
  long long value = strtoll(text, &end, 10);
  if (*text < '0' || *text > '9' || errno || *end || value < low || value > high)
    runner_fail("%s takes a whole number from %lld to %lld, not '%s'", option, (long long)low, (long long)high, text);
  return value;
}

/* Stores the number of an option that may be given once; 0: it was not given yet. */
static void set_number(const char *option, const char *text, int64_t high, int64_t *number) {
  if (*number)
    runner_fail("%s is given twice", option);
  *number = parse_number(option, text, 1, high);
}

/* The known names, for a diagnostic. */
static const char *list_names(const qcp_tensor *tensors, int32_t count) {
  static char text[1024];
  size_t length = 0;
  text[0] = 0;
  for (int32_t i = 0; i < count && length < sizeof(text); ++i)
    length += (size_t)snprintf(text + length, sizeof(text) - length, "%s'%s'", i ? ", " : "", tensors[i].name);
  return count ? text : "none";
}

/* Stores the file of "NAME=FILE". Names may hold '=' themselves: the longest known name wins. */
static void parse_pair(const char *option, const char *text, const qcp_tensor *tensors, int32_t count,
                       const char **files) {
  int32_t best = -1;
  size_t best_length = 0;
  for (int32_t i = 0; i < count; ++i) {
    size_t length = strlen(tensors[i].name);
    if (strncmp(text, tensors[i].name, length) == 0 && text[length] == '=' && (best < 0 || length > best_length)) {
      best = i;
      best_length = length;
    }
  }
  if (best < 0)
    runner_fail("%s '%s' is not NAME=FILE of a known name: %s", option, text, list_names(tensors, count));
  if (files[best])
    runner_fail("%s '%s' is given twice", option, tensors[best].name);
  if (!text[best_length + 1])
    runner_fail("%s '%s' lacks the file name", option, text);
  files[best] = text + best_length + 1;
}

static void print_help(void) {
  const char *name = qcr_program.name, *batch = qcr_program.feeds_rows ? " [--batch B]" : "";
  printf("usage: %s --input NAME=FILE.npy... --output NAME=FILE.npy... [--threads N]%s\n"
         "       %s --bench RUNS [--input NAME=FILE.npy...] [--threads N]%s\n"
         "       %s --info\n",
         name, batch, name, batch, name);
  if (qcr_program.feeds_rows)
    printf("All arrays begin with one dimension: B rows of it are run at a time, 1 if nothing is said.\n");
  else if (!qcr_is_symbolic(&qcr_program))
    printf("An array with more samples on its first dimension is run in slices.\n");
  for (int32_t i = 0; i < qcr_program.num_inputs + qcr_program.num_outputs; ++i) {
    int32_t output = i - qcr_program.num_inputs;
    const qcp_tensor *t = output < 0 ? &qcr_program.inputs[i] : &qcr_program.outputs[output];
    printf("  %s '%s': %s %s\n", output < 0 ? "input" : "output", t->name, npy_type_name(t->dtype),
           npy_shape(t->rank, t->dims, t->symbols));
  }
}

/* The value of `option`, from "--option=value" or the next argument. */
static const char *option_value(const char *option, int argc, char **argv, int *at) {
  size_t length = strlen(option);
  const char *text = argv[*at];
  if (strncmp(text, option, length) != 0 || (text[length] && text[length] != '='))
    return NULL;
  if (text[length])
    return text + length + 1;
  if (*at + 1 >= argc)
    runner_fail("%s lacks its value", option);
  return argv[++*at];
}

/* What was printed is out, or it is an error. */
static void finish_stdout(void) {
  if (fflush(stdout) || ferror(stdout))
    runner_fail("cannot write to stdout: %s", strerror(errno));
}

void runner_parse(int argc, char **argv, runner_options *o) {
  const qcp_program *p = &qcr_program;
  int64_t threads = 0;
  *o =
      (runner_options){runner_alloc(8 * (int64_t)p->num_inputs), runner_alloc(8 * (int64_t)p->num_outputs), 1, 0, 0, 0};
  for (int i = 1; i < argc; ++i) {
    const char *value;
    if (strcmp(argv[i], "--info") == 0)
      o->info = 1;
    else if (strcmp(argv[i], "--help") == 0) {
      print_help();
      finish_stdout();
      exit(0);
    } else if ((value = option_value("--input", argc, argv, &i)))
      parse_pair("--input", value, p->inputs, p->num_inputs, o->inputs);
    else if ((value = option_value("--output", argc, argv, &i)))
      parse_pair("--output", value, p->outputs, p->num_outputs, o->outputs);
    else if ((value = option_value("--threads", argc, argv, &i)))
      set_number("--threads", value, 1024, &threads);
    else if ((value = option_value("--bench", argc, argv, &i)))
      set_number("--bench", value, 10000000, &o->bench);
    else if ((value = option_value("--batch", argc, argv, &i)))
      set_number("--batch", value, INT32_MAX, &o->batch);
    else
      runner_fail("unknown argument '%s'; --help lists what there is", argv[i]);
  }
  if (o->batch && !p->feeds_rows)
    runner_fail("--batch is for models whose inputs and outputs all begin with one symbolic dimension");
  if (o->info && argc != 2)
    runner_fail("--info stands alone");
  o->threads = threads ? (int32_t)threads : 1;
  for (int32_t i = 0; o->bench && i < p->num_outputs; ++i)
    if (o->outputs[i])
      runner_fail("--bench measures and writes nothing: it takes no --output");
}

int main(int argc, char **argv) {
  /* A reader that is gone, and a file that must not grow, are errors of writing. */
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  runner_options options;
  runner_parse(argc, argv, &options);
  if (options.info) {
    printf("%s\n", qcr_program.info);
  } else {
    qc_options open = {sizeof(open), options.threads, NULL, NULL, NULL};
    qc_model *model = NULL;
    qc_status status = qc_api_open(&open, &model);
    if (status == QC_INVALID_ARGUMENT)
      runner_fail("QC_MAX_LEVEL names no known level: '%s'", getenv("QC_MAX_LEVEL"));
    if (status != QC_OK)
      runner_fail("%s", qc_api_status_string(status));
    (options.bench ? runner_bench : runner_run)(model, &options);
    qc_api_close(model);
  }
  finish_stdout();
  return 0;
}
