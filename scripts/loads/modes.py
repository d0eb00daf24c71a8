# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The modes of scripts/check-loads. Each takes the arguments of the script, a load and its model file, and gives one
line of words and whether all is well; what is refused raises Failed."""
import json
import tempfile
import time

import numpy as np
import onnx

from loads import engines
from loads.engines import Failed
from loads.files import ROOT
from loads.measure import check_shapes, find_difference, join, measure_error, measure_rms, measure_sqnr

WORK = ROOT / "build" / "loads"
OWN = 3
PHASES = {"float": ("import", "prepare", "kernels"),
          "int8": ("import", "prepare", "calibrate", "transform", "assign", "quantize", "integer", "kernels")}
LEVELS = ("x86-64-v3", "x86-64-v3+avxvnni", "x86-64-v4", "x86-64-v4+vnni")


def compile_load(arguments, name, path, options):
    """What qc-compile made, the seconds that it took, and its report."""
    out = WORK / name
    out.parent.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    engines.run(arguments.tools / "qc-compile", path, *options, *arguments.option, "-o", out, "--quiet", "--report",
                WORK / f"{name}.json")
    return out, time.monotonic() - begin, json.loads((WORK / f"{name}.json").read_text(encoding="utf-8"))


def write_feeds(feeds, folder):
    """One .npz per feed, keyed by input."""
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob("*.npz"):
        stale.unlink()
    for i, feed in enumerate(feeds):
        np.savez(folder / f"{i:04}.npz", **feed)
    return folder


def options_of(load, precision):
    if precision == "float":
        return ["--float", *load.options]
    data = write_feeds(load.make_calibration(), WORK / f"{load.name}-calibration")
    return ["--calibration-data", data, *load.options]


def output_names(load, path):
    """Of what is seen from outside."""
    hidden = {output for _, output in load.states}
    names = [output.name for output in onnx.load(path, load_external_data=False).graph.output]
    return [name for name in names if name not in hidden]


def check_verdict(arguments, load, path):
    try:
        _, seconds, _ = compile_load(arguments, f"{load.name}-float", path, options_of(load, "float"))
        return f"compiles, {seconds:.1f} s", True
    except Failed as failure:
        return f"refused: {failure}", True


def check_float(arguments, load, path):
    program, seconds, _ = compile_load(arguments, f"{load.name}-float", path, options_of(load, "float"))
    feeds, names = load.make_feeds(), output_names(load, path)
    expected, optimized = (engines.run_reference(path, feeds, WORK / "reference", how, load.states)
                           for how in ("off", "on"))
    found = engines.run_program(program, feeds, names, load.batch, arguments.threads)
    check_shapes(found, expected)
    words, good = [], True
    for name in names:
        error, own = (measure_error(join(run, name), join(expected, name)) for run in (found, optimized))
        good &= bool(error <= max(load.tolerance, OWN * own))
        words.append(f"{name} {error:.1e} (ONNX Runtime's own {own:.1e})")
    shapes = len({tuple(array.shape for array in feed.values()) for feed in feeds})
    return (f"{len(feeds)} inputs of {shapes} shapes, compiled in {seconds:.1f} s; error of the range, limit "
            f"{load.tolerance:.0e}: {', '.join(words)}"), good


def check_exact(arguments, load, path):
    program, _, _ = compile_load(arguments, f"{load.name}-float", path, options_of(load, "float"))
    feeds, names = load.make_feeds(), output_names(load, path)
    exact, theirs = (engines.run_reference(path, feeds, WORK / "reference", how, load.states) for how in ("f64", "off"))
    found, words, good = engines.run_program(program, feeds, names, load.batch, arguments.threads), [], True
    for name in names:
        truth = join(exact, name)
        own, other = ((measure_error(join(run, name), truth), measure_rms(join(run, name), truth))
                      for run in (found, theirs))
        good &= bool(own[0] <= OWN * max(other[0], 1e-6))
        words.append(f"{name} {own[0]:.1e} (rms {own[1]:.1e}), ONNX Runtime {other[0]:.1e} (rms {other[1]:.1e})")
    return f"{len(feeds)} inputs; from values in f64, as a share of the range: {', '.join(words)}", good


def count_integer(report):
    rows = report.get("operations", [])
    integer = [row for row in rows if row["assigned"] == "int8"]
    words = f"int8 {len(integer)} of {len(rows)} operations"
    macs = sum(row.get("macs", 0) for row in rows)
    if not macs:  # they depend on symbols
        return words
    share = 100 * sum(row.get("macs", 0) for row in integer) / macs
    return f"{words}, {share:.1f} % of MACs"


def check_int8(arguments, load, path):
    program, seconds, report = compile_load(arguments, f"{load.name}-int8", path, options_of(load, "int8"))
    feeds, names = load.make_feeds(), output_names(load, path)
    expected = engines.run_reference(path, feeds, WORK / "reference", states=load.states)
    found = engines.run_program(program, feeds, names, load.batch, arguments.threads)
    check_shapes(found, expected)
    floats = [name for name in names if expected[0][name].dtype == np.float32]
    sqnr = {name: measure_sqnr(join(found, name), join(expected, name)) for name in floats}
    words = ", ".join(f"{name} {value:.1f} dB" for name, value in sqnr.items())
    for name in set(names) - set(floats):
        words += f", {name} {100 * (join(found, name) == join(expected, name)).mean():.1f} % equal"
    why = f": {load.loss}" if load.loss else ""
    return (f"{count_integer(report)}, compiled in {seconds:.1f} s; {words} (limit {load.min_sqnr} dB{why})",
            all(value >= load.min_sqnr for value in sqnr.values()))


def bind(load, feed):
    """--input-shape for every input; of a sequence for what is fed in a step."""
    shapes = {name: array.shape[1:] if load.states else array.shape for name, array in feed.items()}
    return [word for name, shape in shapes.items()
            for word in ("--input-shape", f"{name}:{'x'.join(str(d) for d in shape)}")]


def check_bytes(arguments, load, path):
    """The same executable at every level and with two threads; and another one whose sizes are bound to a feed's."""
    feeds, names, differences = load.make_feeds(), output_names(load, path), []
    for precision in ("float", "int8"):
        options = options_of(load, precision)
        program, _, _ = compile_load(arguments, f"{load.name}-{precision}", path, options)
        expected = engines.run_program(program, feeds, names, load.batch, 1)
        for level in LEVELS:
            for threads in (1, 2):
                found = engines.run_program(program, feeds, names, load.batch, threads, {"QC_MAX_LEVEL": level})
                where = find_difference(found, expected)
                differences += [f"{precision}, {level}, {threads} threads: {where}"] if where else []
        if precision == "float": # ranges of a bound model may be others
            free = [option for option in options if not str(option).startswith("--input-shape=")]
            bound, _, _ = compile_load(arguments, f"{load.name}-bound", path, free + bind(load, feeds[-1]))
            where = find_difference(engines.run_program(bound, feeds[-1:], names), expected[-1:])
            differences += [f"bound sizes: {where}"] if where else []
    words = f"{len(feeds)} inputs, float and int8, {len(LEVELS)} levels, 1 and 2 threads, bound sizes"
    return (f"{words}; other bytes: {'; '.join(differences[:4])}" if differences else words), not differences


def run_device(arguments, program, feed, outputs):
    """The outputs of a device program, which qc-run-device runs on the host."""
    with tempfile.TemporaryDirectory() as folder:
        words = []
        for i, (name, array) in enumerate(feed.items()):
            np.save(f"{folder}/in{i}.npy", array)
            words += ["--input", f"{name}={folder}/in{i}.npy"]
        for i, name in enumerate(outputs):
            words += ["--output", f"{name}={folder}/out{i}.npy"]
        engines.run(arguments.tools / "qc-run-device", f"{program}.launch.json", *words)
        return {name: np.load(f"{folder}/out{i}.npy") for i, name in enumerate(outputs)}


def check_device(arguments, load, path):
    """Device code on the host and the CPU's, sizes bound to those of the smallest feed: the same bytes."""
    if load.states:
        return "device programs keep no state", True
    feed = min(load.make_feeds(), key=lambda feed: sum(array.size for array in feed.values()))
    names = output_names(load, path)
    data = write_feeds([feed], WORK / f"{load.name}-smallest") # calibration data has the bound sizes, too
    for precision, how in (("float", ["--float"]), ("int8", ["--calibration-data", data])):
        options = how + bind(load, feed)
        program, _, _ = compile_load(arguments, f"{load.name}-bound-{precision}", path, options)
        device, _, _ = compile_load(arguments, f"{load.name}-{precision}.ptx", path,
                                    options + ["--emit-device-ir"])
        found = run_device(arguments, device.with_suffix(""), feed, names)
        where = find_difference([found], engines.run_program(program, [feed], names))
        if where:
            raise Failed(f"{precision}: the device program has other bytes: {where}")
    shapes = ", ".join(f"{name} {'x'.join(map(str, array.shape))}" for name, array in feed.items())
    return f"float and int8, {shapes}: the bytes of the CPU", True


def check_reference(arguments, load, path):
    """The library and qc's own evaluator, on the two smallest feeds."""
    feeds = sorted(load.make_feeds(), key=lambda feed: sum(array.size for array in feed.values()))[:2]
    data, words = write_feeds(feeds, WORK / f"{load.name}-smallest"), []
    for precision, phase in (("float", "prepare"), ("int8", "integer")):
        options = options_of(load, precision)
        module, _, _ = compile_load(arguments, f"{load.name}-{precision}.mlirbc", path, options + [f"--to={phase}"])
        again = ["--float"] if precision == "float" else []
        library, _, _ = compile_load(arguments, f"{load.name}-{precision}.so", module, again)
        words.append(f"{precision}: " + engines.run(arguments.tools / "qc-verify", module, library, "--data", data,
                                                    "--bit-exact").strip().splitlines()[-1])
    return "; ".join(words), True


def check_phases(arguments, load, path):
    """Saved behind every phase and gone on with from there: the same bytes as in one go."""
    for precision, phases in PHASES.items():
        options, name = options_of(load, precision), f"--name={load.name.replace('-', '_')}"
        whole, _, _ = compile_load(arguments, f"{load.name}-whole.so", path, [*options, name])
        module = path
        for phase in phases:
            # Ranges are measured once; whether a module is quantized stands in it behind calibration.
            late = precision == "int8" and phases.index(phase) > phases.index("calibrate")
            module, _, _ = compile_load(arguments, f"{load.name}-{phase}.mlirbc", module,
                                        [*([] if late else options), f"--to={phase}"])
        again = [] if precision == "int8" else options
        resumed, _, _ = compile_load(arguments, f"{load.name}-resumed.so", module, [*again, name])
        if whole.read_bytes() != resumed.read_bytes():
            raise Failed(f"{precision}: saved and resumed, the library has other bytes")
    return f"saved and resumed behind {len(PHASES['float'])} and {len(PHASES['int8'])} phases: the same library", True
