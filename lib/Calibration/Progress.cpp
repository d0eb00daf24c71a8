// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The progress line.
#include "qc/Calibration/Progress.h"
#include "llvm/Support/Format.h"
#include <algorithm>
#include <chrono>
#include <cmath>

using namespace llvm;
using namespace qc::calibration;

constexpr double kTerminalSeconds = 0.1, kLineSeconds = 2;

std::string qc::calibration::formatSeconds(double seconds) {
  auto whole = int64_t(std::ceil(std::clamp(seconds, 0.0, 1e9)));
  if (whole < 60)
    return std::to_string(whole) + " s";
  if (whole < 3600)
    return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
  return std::to_string(whole / 3600) + " h " + std::to_string(whole / 60 % 60) + " min";
}

static double readSteadyClock() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Progress::Progress(raw_ostream *os, bool isTerminal, StringRef what, int64_t total, Clock clock, StringRef unit)
    : os(os), isTerminal(isTerminal), what(what), unit(unit), total(total),
      clock(clock ? std::move(clock) : readSteadyClock), start(this->clock()), last(start) {}

Progress::~Progress() {
  if (isOpen)
    *os << "\n";
}

void Progress::write(double now) {
  double rate = double(done) / std::max(now - start, 1e-6);
  *os << (isTerminal ? "\r" : "") << what << ": " << done << " of " << total << " " << unit << ", "
      << format("%.1f", rate) << " per second, " << formatSeconds(double(total - done) / std::max(rate, 1e-9))
      << " left" << (isTerminal ? "\033[K" : "\n");
  os->flush();
  isOpen = isTerminal;
  last = now;
  written = done;
}

void Progress::advance() {
  std::lock_guard<std::mutex> lock(mutex);
  ++done;
  if (!os || done >= total)
    return;
  double now = clock();
  bool isDue =
      isTerminal ? now - last >= kTerminalSeconds : now - last >= kLineSeconds && (done - written) * 10 >= total;
  if (isDue)
    write(now);
}

void Progress::finish() {
  std::lock_guard<std::mutex> lock(mutex);
  if (!os)
    return;
  double seconds = std::max(clock() - start, 1e-6);
  *os << (isOpen ? "\r" : "") << what << ": " << done << " " << unit << " in "
      << format("%.1f s, %.1f", seconds, double(done) / seconds) << " per second" << (isOpen ? "\033[K" : "") << "\n";
  os->flush();
  isOpen = false;
}
