# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Outputs that are not simply files: awkwardOutputs.py PROGRAM A B FOLDER (empty); the program is that of two.onnx."""
import os
import resource
import signal
import subprocess
import sys


def main(program, a, b, folder):
    command = [program, "--input", f"a={a}", "--input", f"b=1={b}"]
    at = lambda name: os.path.join(folder, name)

    def run(*outputs, **more):
        flags = [part for output in outputs for part in ("--output", output)]
        # Test runners ignore SIGINT, and that is inherited.
        return subprocess.Popen([*command, *flags], stderr=subprocess.PIPE,
                                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL), **more)

    longest = "y" * 251 + ".npy"
    assert run(f"s/2={at(longest)}").wait(10) == 0 and os.listdir(folder) == [longest]
    os.remove(at(longest))

    # Nobody opens the pipe for reading.
    os.mkfifo(at("pipe"))
    waiting = run(f"a=b={at('r.npy')}", f"s/2={at('pipe')}")
    try:
        waiting.wait(0.5)
        sys.exit("does not wait for a reader")
    except subprocess.TimeoutExpired:
        waiting.send_signal(signal.SIGINT)
    assert waiting.wait(10) == -signal.SIGINT and os.listdir(folder) == ["pipe"], os.listdir(folder)
    os.remove(at("pipe"))

    # The reader of standard output is gone.
    reader, writer = os.pipe()
    os.close(reader)
    broken = run(f"a=b={at('r.npy')}", "s/2=/dev/stdout", stdout=writer)
    error = broken.communicate(timeout=10)[1]
    assert broken.returncode == 1 and b"Broken pipe" in error and os.listdir(folder) == [], (broken.returncode, error)

    # No file may grow.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    limited = run(f"a=b={at('r.npy')}")
    error = limited.communicate(timeout=10)[1]
    assert limited.returncode == 1 and b"File too large" in error and os.listdir(folder) == [], error
    print("ok")


main(*sys.argv[1:])
