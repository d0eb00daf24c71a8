#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""interruptSearch.py FOLDER COUNT QC-COMPILE MODEL DATA: kills a search at COUNT random moments, and lets it go on.

With a complete table of times the answer is that of a search that nobody killed, in its bytes, with one thread and two,
and no killed one leaves an output. What the killed ones measured is known to the next.
"""
import os
import random
import shutil
import signal
import subprocess
import sys
import time


def main():
    folder, count, tool, model, data = sys.argv[1:]
    os.makedirs(folder)
    path = lambda name: os.path.join(folder, name)

    def search(output, cache, costs, threads=2):
        return [tool, model, "--calibration-data", data, "--latency-budget=1.05x", f"--search-cache={path(cache)}",
                f"--costs={path(costs)}", f"--threads={threads}", "--name=m", "--quiet", "-o", path(output)]

    # Twice: what the first measured shapes the table that the second reads.
    for name in ("first.so", "whole.so"):
        start = time.monotonic()
        shutil.rmtree(path("cache"), ignore_errors=True)
        subprocess.run(search(name, "cache", "costs.json"), check=True)
        whole = time.monotonic() - start
    table = open(path("costs.json"), "rb").read()
    moments, killed = random.Random(7), 0
    for _ in range(int(count)):
        process = subprocess.Popen(search("killed.so", "resumed", "costs.json"), stdout=subprocess.DEVNULL)
        time.sleep(whole * moments.random())
        process.kill()
        if process.wait() == 0:
            os.remove(path("killed.so"))  # it was done already
        killed += process.returncode == -signal.SIGKILL
        if os.path.exists(path("killed.so")):
            sys.exit("a killed search left an output")
    for threads in (1, 2):
        subprocess.run(search(f"{threads}.so", "resumed", "costs.json", threads), check=True)
        if open(path(f"{threads}.so"), "rb").read() != open(path("whole.so"), "rb").read():
            sys.exit(f"{threads} threads: other bytes than without interruption")
    if open(path("costs.json"), "rb").read() != table:
        sys.exit("the table is another one")
    if killed < int(count) // 2:
        sys.exit(f"only {killed} of {count} were killed")
    print("ok")


if __name__ == "__main__":
    main()
