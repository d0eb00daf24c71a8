#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""interrupt.py FOLDER QC-COMPILE MODEL DATA: sends SIGINT at many moments of a compilation into the new folder FOLDER.

Each ends by SIGINT, or was done already; then either all of its files are there, or none.
"""
import os
import shutil
import signal
import subprocess
import sys
import time


def main():
    folder, tool, model, data = sys.argv[1:]
    command = [tool, model, "--calibration-data", data, "--quiet", "-o", os.path.join(folder, "m.so")]
    os.makedirs(folder)
    start = time.monotonic()
    subprocess.run(command, check=True)
    whole = time.monotonic() - start
    interrupted = 0
    for step in range(24):
        shutil.rmtree(folder)
        os.makedirs(folder)
        # Test runners ignore SIGINT, and that is inherited.
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        time.sleep(whole * (step + 0.5) / 24)
        process.send_signal(signal.SIGINT)
        output = process.communicate()
        left = sorted(os.listdir(folder))
        ended = process.returncode in (-signal.SIGINT, 130)
        interrupted += ended
        # Two files are renamed one after the other, so the first may stand alone for a moment.
        whole_files = left in ([], ["m.h", "m.so"], ["m.so"])
        if not whole_files or not (ended or process.returncode == 0) or output[1]:
            sys.exit(f"step {step}: exit code {process.returncode}, left {left}, said {output}")
    if interrupted < 4:
        sys.exit(f"only {interrupted} of 24 runs were interrupted")
    print("ok")


if __name__ == "__main__":
    main()
