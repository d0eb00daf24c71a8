// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the person who waits reads; the queue behind it.
#include "qc/Calibration/Progress.h"
#include "qc/Calibration/WorkQueue.h"
#include <atomic>
#include <gtest/gtest.h>
#include <thread>
#include <vector>

using namespace qc::calibration;

namespace {
// What is written while 20 samples take `secondsEach`.
std::string run(bool isTerminal, double secondsEach, bool finishes = true) {
  std::string text;
  llvm::raw_string_ostream os(text);
  double now = 0;
  {
    Progress progress(&os, isTerminal, "calibrating", 20, [&] { return now; });
    for (int i = 0; i < (finishes ? 20 : 3); ++i) {
      now += secondsEach;
      progress.advance();
    }
    if (finishes)
      progress.finish();
  }
  return text;
}
} // namespace

TEST(Progress, quickRunsWriteOneLine) {
  EXPECT_EQ(run(false, 0.05), "calibrating: 20 samples in 1.0 s, 20.0 per second\n");
}

TEST(Progress, plainLinesPerTenPercent) {
  std::string text = run(false, 10);
  EXPECT_TRUE(llvm::StringRef(text).starts_with("calibrating: 2 of 20 samples, 0.1 per second, 3 min 0 s left\n"
                                                "calibrating: 4 of 20 samples, 0.1 per second, 2 min 40 s left\n"))
      << text;
  EXPECT_EQ(llvm::StringRef(text).count('\n'), 10u) << text;
  EXPECT_EQ(llvm::StringRef(text).count('\r'), 0u);
}

TEST(Progress, plainLinesAreRare) { EXPECT_EQ(llvm::StringRef(run(false, 0.3)).count('\n'), 3u) << run(false, 0.3); }

TEST(Progress, terminalRewritesItsLine) {
  std::string text = run(true, 0.06);
  EXPECT_EQ(llvm::StringRef(text).count('\n'), 1u);
  EXPECT_EQ(llvm::StringRef(text).count('\r'), 10u) << text;
  EXPECT_TRUE(llvm::StringRef(text).ends_with("\rcalibrating: 20 samples in 1.2 s, 16.7 per second\033[K\n")) << text;
}

// A diagnostic that follows starts on a line of its own.
TEST(Progress, openLineIsEnded) {
  EXPECT_TRUE(llvm::StringRef(run(true, 1, false)).ends_with("\033[K\n"));
  EXPECT_EQ(run(false, 0.1, false), "");
}

TEST(Progress, silent) {
  Progress progress(nullptr, true, "calibrating", 1);
  progress.advance();
  progress.finish();
}

TEST(Progress, seconds) {
  EXPECT_EQ(formatSeconds(0), "0 s");
  EXPECT_EQ(formatSeconds(8.2), "9 s");
  EXPECT_EQ(formatSeconds(125), "2 min 5 s");
  EXPECT_EQ(formatSeconds(11400), "3 h 10 min");
  EXPECT_EQ(formatSeconds(-1), "0 s");
}

TEST(WorkQueue, everyItemOnceInOrder) {
  WorkQueue<int> queue(3);
  std::vector<std::vector<int>> taken(4);
  std::vector<std::thread> threads;
  for (std::vector<int> &mine : taken)
    threads.emplace_back([&] {
      while (std::optional<int> item = queue.pop())
        mine.push_back(*item);
    });
  for (int i = 0; i < 1000; ++i)
    queue.push(i);
  queue.close();
  for (std::thread &thread : threads)
    thread.join();
  std::vector<int> all;
  for (std::vector<int> &mine : taken) {
    EXPECT_TRUE(std::is_sorted(mine.begin(), mine.end()));
    all.insert(all.end(), mine.begin(), mine.end());
  }
  std::sort(all.begin(), all.end());
  ASSERT_EQ(all.size(), 1000u);
  for (int i = 0; i < 1000; ++i)
    EXPECT_EQ(all[size_t(i)], i);
  EXPECT_EQ(queue.pop(), std::nullopt);
}
