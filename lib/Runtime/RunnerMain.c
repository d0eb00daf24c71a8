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

/* The tensor whose name stands in front of a '=' in `text`, -1 for none. Names may hold '=' themselves: the longest
 * known name wins. */
static int32_t find_name(const char *text, const qcp_tensor *tensors, int32_t count) {
  int32_t best = -1;
  size_t best_length = 0;
  for (int32_t i = 0; i < count; ++i) {
    size_t length = strlen(tensors[i].name);
    if (strncmp(text, tensors[i].name, length) == 0 && text[length] == '=' && (best < 0 || length > best_length)) {
      best = i;
      best_length = length;
    }
  }
  return best;
}

/* Stores the file of "NAME=FILE". */
static void parse_pair(const char *option, const char *text, const qcp_tensor *tensors, int32_t count,
                       const char **files) {
  int32_t best = find_name(text, tensors, count);
  if (best < 0)
    runner_fail("%s '%s' is not NAME=FILE of a known name: %s", option, text, list_names(tensors, count));
  if (files[best])
    runner_fail("%s '%s' is given twice", option, tensors[best].name);
  size_t length = strlen(tensors[best].name);
  if (!text[length + 1])
    runner_fail("%s '%s' lacks the file name", option, text);
  files[best] = text + length + 1;
}

/* Of a model with one input the name may be left out. */
static void parse_steps(const char *text, runner_options *o) {
  const qcp_program *p = &qcr_program;
  if (p->num_inputs != 1 || find_name(text, p->inputs, 1) == 0)
    parse_pair("--steps", text, p->inputs, p->num_inputs, o->inputs);
  else if (o->inputs[0])
    runner_fail("--steps '%s' is given twice", p->inputs[0].name);
  else
    o->inputs[0] = text;
}

/* INPUT=OUTPUT. */
static void parse_feed(const char *text, runner_options *o) {
  const qcp_program *p = &qcr_program;
  int32_t input = find_name(text, p->inputs, p->num_inputs), output = -1;
  if (input < 0)
    runner_fail("--feed '%s' is not INPUT=OUTPUT; the inputs are %s", text, list_names(p->inputs, p->num_inputs));
  const char *name = text + strlen(p->inputs[input].name) + 1;
  for (int32_t i = 0; i < p->num_outputs; ++i)
    if (strcmp(name, p->outputs[i].name) == 0)
      output = i;
  if (output < 0)
    runner_fail("--feed '%s' names output '%s'; the outputs are %s", text, name,
                list_names(p->outputs, p->num_outputs));
  const qcp_tensor *in = &p->inputs[input], *out = &p->outputs[output];
  if (in->dtype != out->dtype || in->rank != out->rank)
    runner_fail("--feed '%s' gives input '%s', %s %s, output '%s', %s %s; accepted are equal types and ranks", text,
                in->name, npy_type_name(in->dtype), npy_shape(in->rank, in->dims, in->symbols), out->name,
                npy_type_name(out->dtype), npy_shape(out->rank, out->dims, out->symbols));
  if (o->feeds[input])
    runner_fail("--feed gives input '%s' twice", in->name);
  o->feeds[input] = output + 1;
}

static void print_help(void) {
  const char *name = qcr_program.name, *batch = qcr_program.feeds_rows ? " [--batch B]" : "";
  printf("usage: %s --input NAME=FILE.npy... --output NAME=FILE.npy... [--threads N]%s\n"
         "       %s --bench RUNS [--input NAME=FILE.npy...] [--threads N]%s\n"
         "       %s --info\n",
         name, batch, name, batch, name);
  if (qcr_program.num_states)
    printf("The model keeps state: the first dimension of every array is steps, run one after the other.\n"
           "  --steps [NAME=]FILE.npy  as --input; where there is one input the name may be left out\n"
           "  --feed INPUT=OUTPUT      when the file is used up, the input is what the output was\n"
           "  --count N                runs; without it as many as the files have steps\n");
  else if (qcr_program.feeds_rows)
    printf("All arrays begin with one dimension: B rows of it are run at a time, 1 if nothing is said.\n");
  else if (!qcr_is_symbolic(&qcr_program))
    printf("An array with more samples on its first dimension is run in slices.\n");
  for (int32_t i = 0; i < qcr_program.num_inputs + qcr_program.num_outputs; ++i) {
    int32_t output = i - qcr_program.num_inputs;
    const qcp_tensor *t = output < 0 ? &qcr_program.inputs[i] : &qcr_program.outputs[output];
    printf("  %s '%s': %s %s\n", output < 0 ? "input" : "output", t->name, npy_type_name(t->dtype),
           npy_shape(t->rank, t->dims, t->symbols));
  }
  for (int32_t i = 0; i < qcr_program.num_states; ++i) {
    const qcp_tensor *t = &qcr_program.inputs[qcr_program.num_inputs + i];
    printf("  state '%s': %s %s\n", t->name, npy_type_name(t->dtype), npy_shape(t->rank, t->dims, t->symbols));
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

/* Whether argv[*i] is an option of models that keep state; *i then is the last word of it. */
static int parse_state_option(int argc, char **argv, int *i, runner_options *o) {
  static const char *const names[] = {"--steps", "--feed", "--count"};
  const char *value = NULL;
  int which = 0;
  while (which < 3 && !(value = option_value(names[which], argc, argv, i)))
    ++which;
  if (!value)
    return 0;
  if (!qcr_program.num_states)
    runner_fail("--steps, --feed and --count are for models that keep state (qc-compile --state)");
  if (which == 0)
    parse_steps(value, o);
  else if (which == 1)
    parse_feed(value, o);
  else
    set_number("--count", value, INT32_MAX, &o->count);
  return 1;
}

static void check_bench(const runner_options *o) {
  for (int32_t i = 0; i < qcr_program.num_outputs; ++i)
    if (o->outputs[i])
      runner_fail("--bench measures and writes nothing: it takes no --output");
  for (int32_t i = 0; i < qcr_program.num_inputs; ++i)
    if (o->feeds[i] || o->count)
      runner_fail("--bench runs one step again and again: it takes no --feed and no --count");
}

void runner_parse(int argc, char **argv, runner_options *o) {
  const qcp_program *p = &qcr_program;
  int64_t threads = 0;
  *o = (runner_options){.inputs = runner_alloc(8 * (int64_t)p->num_inputs),
                        .outputs = runner_alloc(8 * (int64_t)p->num_outputs),
                        .feeds = runner_alloc(4 * (int64_t)p->num_inputs)};
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
    else if (!parse_state_option(argc, argv, &i, o))
      runner_fail("unknown argument '%s'; --help lists what there is", argv[i]);
  }
  if (o->batch && !p->feeds_rows)
    runner_fail("--batch is for models whose inputs and outputs all begin with one symbolic dimension");
  if (o->info && argc != 2)
    runner_fail("--info stands alone");
  o->threads = threads ? (int32_t)threads : 1;
  if (o->bench)
    check_bench(o);
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
    qc_options open = {sizeof(open), options.threads, NULL, NULL, NULL, NULL, NULL};
    qc_model *model = NULL;
    qc_status status = qc_api_open(&open, &model);
    if (status == QC_INVALID_ARGUMENT)
      runner_fail("QC_MAX_LEVEL names no known level: '%s'", getenv("QC_MAX_LEVEL"));
    if (status != QC_OK)
      runner_fail("%s", qc_api_status_string(status));
    (options.bench ? runner_bench : qcr_program.num_states ? runner_run_steps : runner_run)(model, &options);
    qc_api_close(model);
  }
  finish_stdout();
  return 0;
}
