# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Functions of the other scripts; sourced, not run. Moves to the root of the repository.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
llvm=/usr/lib/llvm-22

# say WORDS: what the script does next.
say() { printf '== %s\n' "$*"; }

# fail WORDS: ends the script.
fail() {
  printf '%s: error: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# usage_if_asked "$@": prints the comment at the head of the script for --help.
usage_if_asked() {
  for argument in "$@"; do
    if [ "$argument" = --help ] || [ "$argument" = -h ]; then
      sed -n '4,/^$/{/^#/s/^# \{0,1\}//p}' "$0"
      exit 0
    fi
  done
}

# build PRESET TARGET...: configures build/PRESET and builds the targets. QC_JOBS limits the number of compilers.
build() {
  local preset=$1 begin=$SECONDS
  shift
  say "configuring build/$preset"
  mkdir -p "build/$preset"
  cmake --preset "$preset" > "build/$preset/configure.log" 2>&1 || {
    cat "build/$preset/configure.log"
    fail "the configuration of build/$preset failed"
  }
  say "building $* in build/$preset ($(nproc) cores)"
  # The log holds everything; the terminal gets what went wrong and a line now and then.
  if ! ninja -C "build/$preset" -k 0 ${QC_JOBS:+-j "$QC_JOBS"} "$@" > "build/$preset/build.log" 2>&1; then
    grep -E -A 12 'error:|warning:|FAILED:|undefined (symbol|reference)|ninja: error' "build/$preset/build.log" |
      head -200 || true
    fail "the build of build/$preset failed; the whole log is build/$preset/build.log"
  fi
  grep -E -A 6 'warning:' "build/$preset/build.log" | head -100 || true
  say "built build/$preset in $((SECONDS - begin)) s"
}

# run_tests PRESET: runs all GoogleTest programs and all lit tests of build/PRESET. Results go to build/PRESET/results;
# `scripts/summarize` counts them. Does not end the script when tests fail.
run_tests() {
  local preset=$1 begin=$SECONDS results="build/$1/results"
  rm -rf "$results"
  mkdir -p "$results/gtest"
  ninja -C "build/$preset" -t targets all > /dev/null # a damaged build folder is found here, not as failing tests
  ctest --test-dir "build/$preset" --show-only=json-v1 > "$results/programs.json"
  say "running the unit tests of build/$preset"
  GTEST_OUTPUT="json:$root/$results/gtest/" GTEST_BRIEF=1 timeout "${QC_TEST_LIMIT:-2400}" \
    ctest --test-dir "build/$preset" --output-on-failure --no-tests=error --timeout "${QC_TEST_LIMIT:-1200}" \
    -j "${QC_JOBS:-$(nproc)}" || true
  say "unit tests took $((SECONDS - begin)) s"
  begin=$SECONDS
  say "running the lit tests of build/$preset"
  timeout "${QC_TEST_LIMIT:-2400}" "$llvm/bin/lit" -v --no-progress-bar --print-result-after=failed \
    -j "${QC_JOBS:-$(nproc)}" -o "$results/lit.json" "build/$preset/test" || true
  say "lit tests took $((SECONDS - begin)) s"
}
