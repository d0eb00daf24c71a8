# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What benchmarks run in: commands, the other engines in build/venv, the commit."""
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
VENV = ROOT / "build" / "venv"
WORK = ROOT / "build" / "benchmarks"
NAME = pathlib.Path(sys.argv[0]).name


def run(*command, what="", environment=None):
    """The standard output of a command; None, with what went wrong on standard error, where it fails."""
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False,
                            env={**os.environ, **(environment or {})})
    if result.returncode == 0:
        return result.stdout
    tail = (result.stderr.strip() or result.stdout.strip() or "no output").splitlines()[-1]
    print(f"{NAME}: {what or command[0]} failed: {tail}", file=sys.stderr)
    return None


def bench(program, runs, inputs=(), before=(), which="median"):
    """Median ms of one process start of an executable of qc, one thread, or the least ("min"). `inputs`: (name, file)
    pairs; `before`: words in front of the command, as taskset's."""
    words = [word for name, path in inputs for word in ("--input", f"{name}={path}")]
    text = run(*before, program, "--threads", 1, "--bench", runs, *words) or ""
    found = re.search(rf"{which} ([0-9.]+) ms", text)
    return float(found[1]) if found else sys.exit(f"{NAME}: no {which} in: {text}")


def make_venv():
    """The Python of build/venv with the engines in it; what cannot be installed is left out of the comparison."""
    python = VENV / "bin" / "python"
    if not python.exists():
        print(f"== making {VENV.relative_to(ROOT)}", file=sys.stderr)
        if run("/usr/bin/python3", "-m", "venv", VENV, what="making the venv (package python3-venv)") is None:
            sys.exit(1)
    stamp, wanted = VENV / "requirements.txt", (ROOT / "benchmarks" / "requirements.txt").read_text(encoding="utf-8")
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        lines = [line for line in wanted.splitlines() if line and not line.startswith("#")]
        print(f"== installing {', '.join(lines)}", file=sys.stderr)
        if all([run(python, "-m", "pip", "install", "--quiet", line, what=f"installing {line}") is not None
                for line in lines]):
            stamp.write_text(wanted, encoding="utf-8")
    return python


def list_versions():
    """The engines in build/venv, NAME==VERSION each."""
    found = [path.stem.partition("-") for path in VENV.glob("lib/python3*/site-packages/*.dist-info")]
    return sorted(f"{name}=={version}" for name, _, version in found if name in ("onnxruntime", "openvino", "nncf"))


def describe_commit():
    commit = run("git", "-C", ROOT, "rev-parse", "--short=12", "HEAD", what="git")
    changed = run("git", "-C", ROOT, "status", "--porcelain", "--untracked-files=no", what="git")
    return (commit or "unknown").strip() + (" with changes" if changed else "")
