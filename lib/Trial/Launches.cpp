// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keys of launches, and the time between the calls behind them.
#include "qc/Trial/Launches.h"
#include "qc/Arith/Hash.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace qc;
using namespace qc::trial;

double LaunchTotals::getNanoseconds() const {
  double sum = 0;
  for (const auto &[key, total] : byKey)
    sum += total.nanoseconds;
  return sum;
}

static uint64_t addTo(uint64_t hash, ArrayRef<int64_t> numbers) {
  return numerics::hash128(numbers.data(), numbers.size() * sizeof(int64_t), hash).first;
}

LaunchRecorder::LaunchRecorder(const cpu::ArtefactSpec &spec) {
  ArrayRef<cpu::KernelCode> kernels = spec.levels.front().kernels;
  std::vector<uint64_t> codes;
  for (const cpu::KernelCode &kernel : kernels)
    codes.push_back(numerics::hash128(kernel.object.data(), kernel.object.size()).first);
  for (const LaunchSpec &launch : spec.program.launches) {
    Step step;
    if (launch.kind == LaunchSpec::Kernel) {
      step.kernel = kernels[launch.kernel].symbol;
      step.hash = codes[launch.kernel];
    }
    for (auto [index, arg] : enumerate(launch.args)) {
      bool isNumber = arg.space == ArgSpec::Imm;
      step.hash = addTo(step.hash, {int64_t(arg.space), isNumber ? arg.value : 0});
      if (arg.space == ArgSpec::Computed)
        step.computed.push_back(unsigned(index));
    }
    steps.push_back(std::move(step));
  }
}

// What a schedule computes may be an address, which no size of a tensor comes near.
static int64_t withoutAddresses(int64_t value) { return std::abs(value) < (int64_t(1) << 40) ? value : -1; }

const std::string &LaunchRecorder::getKey(Step &step, const cpu::Launched &launched) {
  std::vector<int64_t> values;
  for (unsigned index : step.computed)
    values.push_back(withoutAddresses(launched.args[index]));
  if (!step.key.empty() && step.tiles == launched.tiles && step.known == values)
    return step.key;
  step.tiles = launched.tiles;
  step.known = values;
  values.push_back(launched.tiles);
  step.key = numerics::hash128(values.data(), values.size() * sizeof(int64_t), step.hash).text();
  return step.key;
}

void LaunchRecorder::start(LaunchTotals *to) {
  totals = to;
  last = std::chrono::steady_clock::now();
}

void LaunchRecorder::record(const cpu::Launched &launched) {
  if (!totals)
    return;
  auto now = std::chrono::steady_clock::now();
  Step &step = steps[launched.index];
  LaunchTotals::Total &total = totals->byKey[getKey(step, launched)];
  total.count += 1;
  total.nanoseconds += std::chrono::duration<double, std::nano>(now - last).count();
  total.kernel = step.kernel;
  last = std::chrono::steady_clock::now();
}
