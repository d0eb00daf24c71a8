#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""checkFront.py FRONT.csv QC-COMPILE MODEL DATA CALIBRATED: compiles the model with each rule file of a front.

The weights must be those that the row tells, times must rise and losses fall. CALIBRATED is the model with the ranges
that the rows were measured with: from it a rule file gives the same bytes.
"""
import csv
import filecmp
import json
import os
import subprocess
import sys


def main():
    front, tool, model, data, calibrated = sys.argv[1:]
    folder = os.path.dirname(front)
    with open(front, encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        out, same = (os.path.join(folder, name) for name in ("row.so", "same.so"))
        rules = os.path.join(folder, row["rules"])
        options = ["--rules", rules, "--level=native", "--name=row", "--quiet", "-o"]
        subprocess.run([tool, model, "--calibration-data", data, *options, out], check=True)
        subprocess.run([tool, calibrated, *options, same], check=True)
        if not filecmp.cmp(out, same, shallow=False):
            sys.exit(f"{row['rules']}: other bytes than with the ranges that it was measured with")
        info = json.loads(subprocess.run([tool, "--info", out], check=True, capture_output=True).stdout)
        if info["weight_bytes"] != int(row["weight_bytes"]):
            sys.exit(f"{row['rules']}: {info['weight_bytes']} bytes of weights, the row says {row['weight_bytes']}")
    times, losses = ([float(row[key]) for row in rows] for key in ("milliseconds", "loss"))
    if times != sorted(times) or losses != sorted(losses, reverse=True):
        sys.exit(f"times {times}, losses {losses}")
    print(f"{len(rows)} rows agree")


if __name__ == "__main__":
    main()
