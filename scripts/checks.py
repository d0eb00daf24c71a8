# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the check-* scripts share: TableGen records, and files of excused findings."""
import json
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LLVM = pathlib.Path("/usr/lib/llvm-22")


def script_name():
    return pathlib.Path(sys.argv[0]).name


def read_records(path, root=ROOT):
    """All records of one TableGen file, resolved."""
    tool = LLVM / "bin" / "llvm-tblgen"
    tool = str(tool) if tool.exists() else shutil.which("llvm-tblgen-22") or shutil.which("llvm-tblgen")
    if not tool:
        sys.exit(f"{script_name()}: llvm-tblgen not found (package llvm-22)")
    command = [tool, "--dump-json", "-I", str(LLVM / "include"), "-I", str(root), str(path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.exit(f"{script_name()}: " + result.stderr.strip())
    return json.loads(result.stdout)


class Excuses:
    """The lines `NAME: missing thing - reason` of one status file. A line that excuses nothing any more is an error,
    and so is any line where `closed`."""

    def __init__(self, path, root=ROOT, closed=False):
        self.name, self.closed, self.lines = path.relative_to(root), closed, {}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines() if path.exists() else [], 1):
            if not line.strip() or line.startswith("#"):
                continue
            match = re.fullmatch(r"(\S+): (.+?) - (.+)", line.strip())
            if not match:
                sys.exit(f"{path}:{number}: expects `name: missing thing - reason`, got: {line}")
            self.lines[(match[1], match[2])] = number

    def excuse(self, names, thing):
        """Uses the line for one of `names` up. True where there is one and lines are allowed."""
        found = [self.lines.pop((name, thing), None) for name in names]
        return any(found) and not self.closed

    def unused(self):
        return [f"{self.name}:{number}: {name}: {thing} is not missing (any more)"
                for (name, thing), number in self.lines.items()]


def finish(errors, what):
    """Prints the findings and a closing line; the exit code."""
    print("\n".join(errors + [f"{script_name()}: {what}, {len(errors)} errors"]))
    return 1 if errors else 0
