#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Broken input of every kind: exit code 1, a diagnostic of one paragraph, nothing left behind.

  brokenInputs.py QC_COMPILE QC_VERIFY FOLDER

Each case is a command line and a part of the diagnostic. The last cases interrupt a compilation and a calibration."""
import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
from onnx import TensorProto, helper, numpy_helper

COMPILE, VERIFY, ROOT = [os.path.abspath(sys.argv[1])], [os.path.abspath(sys.argv[2])], os.path.abspath(sys.argv[3])
rng = np.random.default_rng(5)
failures, count = [], 0


def path(name):
    return os.path.join(ROOT, name)


def write(name, data):
    os.makedirs(os.path.dirname(path(name)), exist_ok=True)
    with open(path(name), "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())
    return path(name)


def model(nodes=None, inputs=None, outputs=None, inits=None, opset=13):
    w = rng.standard_normal((4, 3, 3, 3)).astype(np.float32)
    nodes = nodes or [helper.make_node("Conv", ["x", "w"], ["c"], name="conv1", pads=[1, 1, 1, 1]),
                      helper.make_node("Relu", ["c"], ["y"], name="relu1")]
    value = helper.make_tensor_value_info
    graph = helper.make_graph(nodes, "g", inputs or [value("x", TensorProto.FLOAT, [1, 3, 8, 8])],
                              outputs or [value("y", TensorProto.FLOAT, [1, 4, 8, 8])],
                              inits if inits is not None else [numpy_helper.from_array(w, "w")])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def external(location, length=432, offset=0):
    m = model()
    tensor = m.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, text in (("location", location), ("offset", str(offset)), ("length", str(length))):
        entry = tensor.external_data.add()
        entry.key, entry.value = key, text
    return m.SerializeToString()


def listing():
    return sorted(os.path.join(folder, f) for folder, _, files in os.walk(ROOT) for f in files)


def complain(name, what, text):
    failures.append(name)
    print(f"{name}: {what}\n{text}")


def check(name, command, expected, code=1):
    """Runs the command in ROOT."""
    global count
    count += 1
    before = listing()
    result = subprocess.run([str(c) for c in command], cwd=ROOT, capture_output=True, text=True, timeout=120,
                            check=False, errors="replace")
    text = result.stderr
    if result.returncode != code:
        complain(name, f"exit code {result.returncode}, expected {code}", text)
    elif expected not in text:
        complain(name, f"no '{expected}' in the diagnostic", text)
    elif not text.strip() or "\n\n" in text.strip() or len(text) > 3000:
        complain(name, "the diagnostic is not one paragraph", text)
    elif any(bad in text for bad in ("Stack dump", "PLEASE submit", "Assertion", "Sanitizer", "terminate called")):
        complain(name, "crash output", text)
    if listing() != before:
        complain(name, f"left behind: {set(listing()) ^ set(before)}", text)


def compile_case(name, model_file, expected, *options):
    options = list(options) or ["--float"]
    check(name, [*COMPILE, model_file, *options, "-o", path("out.so")], expected)


def prepare():
    shutil.rmtree(ROOT, ignore_errors=True)
    os.makedirs(ROOT)
    good = model().SerializeToString()
    write("good.onnx", good)
    for i in range(3):
        os.makedirs(path("data"), exist_ok=True)
        np.save(path(f"data/{i}.npy"), rng.standard_normal((1, 3, 8, 8)).astype(np.float32))
    subprocess.run([*COMPILE, path("good.onnx"), "--float", "-o", path("good.so")], check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run([*COMPILE, path("good.onnx"), "--float", "-o", path("good")], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*COMPILE, path("good.onnx"), "--calibration-data", path("data"), "--to=integer", "-o",
                    path("good.mlir")], check=True, stdout=subprocess.DEVNULL)
    return good


def model_cases(good):
    for cut in (1, 10, len(good) // 3, len(good) // 2, len(good) - 1):
        compile_case(f"truncated at {cut}", write(f"cut{cut}.onnx", good[:cut]), "error")
    compile_case("empty file", write("empty.onnx", b""), "error")
    compile_case("no such file", path("absent.onnx"), "absent.onnx")
    compile_case("a directory", path("data"), "data")
    compile_case("text file", write("text.onnx", "hello, this is not a model\n" * 20), "error")
    compile_case("an ELF file", path("good.so"), "error")
    for i, position in enumerate(rng.integers(0, 60, 6)):  # bits of the structure, not of the weights
        flipped = bytearray(good)
        flipped[position] ^= 0x80
        name = write(f"flip{i}.onnx", bytes(flipped))
        result = subprocess.run([*COMPILE, name, "--float", "-o", path("flip.so")], capture_output=True, text=True,
                                cwd=ROOT, check=False, errors="replace")
        for made in ("flip.so", "flip.h"):
            if os.path.exists(path(made)) and result.returncode == 0:
                os.remove(path(made))
        if result.returncode != 0:  # a flipped bit may hit a text that nobody reads
            compile_case(f"bit flipped at {position}", name, "error")
    value = helper.make_tensor_value_info
    nodes = [helper.make_node("Frobnicate", ["x"], ["y"], name="odd")]
    compile_case("unsupported op", write("op.onnx", model(nodes).SerializeToString()), "Frobnicate")
    nodes = [helper.make_node("Conv", ["x", "nothing"], ["y"], name="c")]
    compile_case("undefined tensor", write("undef.onnx", model(nodes).SerializeToString()), "nothing")
    nodes = [helper.make_node("Relu", ["x"], ["y"], name="r"), helper.make_node("Relu", ["x"], ["y"], name="r2")]
    compile_case("tensor defined twice", write("twice.onnx", model(nodes).SerializeToString()), "y")
    nodes = [helper.make_node("Relu", ["x"], ["y"], name="r", alpha=1.0)]
    compile_case("unknown attribute", write("attr.onnx", model(nodes).SerializeToString()), "alpha")
    nodes = [helper.make_node("Conv", ["x", "w"], ["y"], name="c", strides=[0, 1])]
    compile_case("stride 0", write("stride.onnx", model(nodes).SerializeToString()), "stride")
    nodes = [helper.make_node("Conv", ["x", "w"], ["y"], name="c", pads=[-9, 0, 0, 0])]
    compile_case("negative pad", write("pad.onnx", model(nodes).SerializeToString()), "pad")
    nodes = [helper.make_node("Conv", ["x", "w"], ["y"], name="c", group=2)]
    compile_case("group does not divide", write("group.onnx", model(nodes).SerializeToString()), "group")
    wrong = [value("y", TensorProto.FLOAT, [1, 5, 8, 8])]
    compile_case("wrong output shape", write("shape.onnx", model(outputs=wrong).SerializeToString()), "y")
    wrong = [value("x", TensorProto.DOUBLE, [1, 3, 8, 8])]
    compile_case("element type f64", write("type.onnx", model(inputs=wrong).SerializeToString()), "x")
    wrong = [value("x", TensorProto.FLOAT, [1, 2, 8, 8])]
    compile_case("wrong channels", write("channels.onnx", model(inputs=wrong).SerializeToString()), "conv1")
    compile_case("old opset", write("old.onnx", model(opset=7).SerializeToString()), "opset")
    compile_case("future opset", write("new.onnx", model(opset=99).SerializeToString()), "opset")
    broken = model()
    broken.graph.initializer[0].raw_data = broken.graph.initializer[0].raw_data[:-4]
    compile_case("short initializer", write("short.onnx", broken.SerializeToString()), "w")
    compile_case("missing external data", write("ext1.onnx", external("gone.bin")), "gone.bin")
    write("few.bin", b"\0" * 100)
    compile_case("short external data", write("ext2.onnx", external("few.bin")), "few.bin")
    compile_case("external data outside", write("ext3.onnx", external("../few.bin")), "..")
    compile_case("absolute external data", write("ext4.onnx", external(path("few.bin"))), "few.bin")
    os.symlink("/etc/passwd", path("link.bin"))
    compile_case("external link outside", write("ext5.onnx", external("link.bin", 40)), "link.bin")
    nan = np.full((4, 3, 3, 3), np.nan, np.float32)
    nan = model(inits=[numpy_helper.from_array(nan, "w")])
    compile_case("NaN weights", write("nan.onnx", nan.SerializeToString()), "w", "--calibration-data", path("data"))


def option_cases():
    good = path("good.onnx")
    compile_case("bad input shape", good, "3x", "--float", "--input-shape", "x:3x")
    compile_case("unknown input", good, "nope", "--float", "--input-shape", "nope:1x3x8x8")
    compile_case("unknown level", good, "x86-64-v9", "--float", "--level=x86-64-v9")
    compile_case("unknown phase", good, "nowhere", "--to=nowhere")
    compile_case("reserved model name", good, "sem", "--float", "--name=sem")
    compile_case("no calibration data", good, "calibration-data", "--name=m")
    compile_case("missing calibration data", good, "nodata", "--calibration-data", path("nodata"))
    os.makedirs(path("nofiles"))
    compile_case("empty calibration folder", good, "nofiles", "--calibration-data", path("nofiles"))
    for name, array in (("shape", np.zeros((1, 3, 8, 9), np.float32)), ("type", np.zeros((1, 3, 8, 8))),
                        ("inf", np.full((1, 3, 8, 8), np.inf, np.float32))):
        os.makedirs(path(name))
        np.save(path(f"{name}/0.npy"), array)
        compile_case(f"calibration data: wrong {name}", good, "0.npy" if name != "inf" else "inf", "--calibration-data",
                     path(name))
    os.makedirs(path("pickle"))
    np.save(path("pickle/0.npy"), np.array([{"a": 1}], dtype=object), allow_pickle=True)
    compile_case("calibration data: pickle", good, "0.npy", "--calibration-data", path("pickle"))
    write("cutdata/0.npy", open(path("data/0.npy"), "rb").read()[:-100])
    compile_case("calibration data: truncated", good, "0.npy", "--calibration-data", path("cutdata"))
    data = ["--calibration-data", path("data")]
    for name, rules in (("syntax", "{"), ("version", '{"version": 2, "rules": []}'),
                        ("key", '{"version": 1, "rulez": []}'),
                        ("type", '{"version": 1, "rules": [{"name": 5, "assign": "int8"}]}'),
                        ("value", '{"version": 1, "rules": [{"name": "*", "assign": "int3"}]}'),
                        ("match", '{"version": 1, "rules": [{"name": "zzz", "assign": "int8"}]}')):
        compile_case(f"rules: {name}", good, "rules", *data, "--rules", write(f"rules-{name}.json", rules))
    check("unwritable output", [*COMPILE, good, "--float", "-o", path("no/such/folder/out.so")], "out.so")
    check("output is a folder", [*COMPILE, good, "--float", "-o", path("data")], "data")
    check("unknown option", [*COMPILE, good, "--floaty"], "floaty")
    check("output is the input", [*COMPILE, good, "--to=import", "--emit=mlir", "-o", good], "good.onnx")


def module_cases():
    text = open(path("good.mlir"), encoding="utf-8").read()
    start = text.index("dialect_resources")
    bare = write("none.mlir", text[:text.rindex("{-#", 0, start)])
    check("module without resources", [*COMPILE, bare, "--from=integer",
                                       "-o", path("out.so")], "resource")
    blob = text.index('"0x', start)
    end = text.index('"', blob + 1)
    short = text[:end - 16] + text[end:]
    check("short resource", [*COMPILE, write("short.mlir", short), "--from=integer", "-o", path("out.so")], "resource")
    flip = text[:end - 2] + ("0" if text[end - 2] != "0" else "1") + text[end - 1:]
    check("changed resource", [*COMPILE, write("changed.mlir", flip), "--from=integer", "-o", path("out.so")], "w_")
    check("wrong phase", [*COMPILE, path("good.mlir"), "--from=prepare", "-o", path("out.so")], "integer")
    check("syntax error", [*COMPILE, write("syntax.mlir", text[:200]), "--from=integer", "-o", path("out.so")], "error")
    check("other version", [*COMPILE, write("version.mlir", text.replace("qc.version = 1", "qc.version = 9")),
                            "--from=integer", "-o", path("out.so")], "version")


def run_cases():
    good, x, y = path("good"), path("data/0.npy"), path("y.npy")
    check("run: no input", [good, "--output", f"y={y}"], "x")
    check("run: unknown input", [good, "--input", f"q={x}", "--output", f"y={y}"], "q")
    check("run: missing file", [good, "--input", f"x={path('gone.npy')}", "--output", f"y={y}"], "gone.npy")
    check("run: wrong shape", [good, "--input", f"x={path('shape/0.npy')}", "--output", f"y={y}"], "0.npy")
    check("run: wrong type", [good, "--input", f"x={path('type/0.npy')}", "--output", f"y={y}"], "0.npy")
    check("run: pickle", [good, "--input", f"x={path('pickle/0.npy')}", "--output", f"y={y}"], "0.npy")
    check("run: unwritable", [good, "--input", f"x={x}", "--output", f"y={path('no/y.npy')}"], "y.npy")
    check("run: bad threads", [good, "--input", f"x={x}", "--output", f"y={y}", "--threads", "0x"], "threads")
    check("info: a device", [*COMPILE, "--info", "/dev/zero"], "/dev/zero")
    compile_case("rules: a device", path("good.onnx"), "/dev/zero", "--calibration-data", path("data"), "--rules",
                 "/dev/zero")
    check("info: no artefact", [*COMPILE, "--info", path("good.onnx")], "good.onnx")
    check("verify: no artefact", [*VERIFY, path("good.onnx"), path("text.onnx"), "--data", path("data")], "text.onnx")
    check("verify: other model", [*VERIFY, write("other.onnx", model(
        inputs=[helper.make_tensor_value_info("z", TensorProto.FLOAT, [1, 3, 8, 8])],
        nodes=[helper.make_node("Relu", ["z"], ["y"], name="r")], inits=[],
        outputs=[helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 3, 8, 8])]).SerializeToString()),
        path("good.so"), "--data", path("data")], "z")


def full_folder():
    """Without /proc the linker works in the temporary folder, and where that is full says so. Needs to mount file
    systems; says so where it cannot."""
    folder = path("full")
    os.makedirs(folder)
    hidden = ["unshare", "--mount", "sh", "-c",
              f"mount -t tmpfs -o size=4k none /proc && mount -t tmpfs -o size=120k none '{folder}' && exec \"$@\"",
              "sh", "env", f"TMPDIR={folder}"]
    probe = subprocess.run([*hidden, *COMPILE, "--version"], capture_output=True, check=False)
    if probe.returncode != 0 or probe.stderr:
        print("skipped: a full temporary folder (no right to mount, or a sanitizer that needs /proc)")
        return
    for name in ("out.so", "out.o", "out"):
        check(f"full temporary folder: {name}", [*hidden, *COMPILE, path("good.onnx"), "--float", "--name=m", "-o",
                                                path(name)], "TMPDIR")


def closed_output():
    """With standard output closed, no descriptor of an artefact takes its place."""
    global count
    count += 1
    made = {}
    for name in ("open", "closed"):
        close = (lambda: os.close(1)) if name == "closed" else None
        command = [*COMPILE, path("good.onnx"), "--float", "--quiet", "--name=m", "-o", path(f"{name}.so")]
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, preexec_fn=close, check=False)
        with open(path(f"{name}.so"), "rb") as f:
            made[name] = f.read()
    if made["open"] != made["closed"]:
        complain("closed standard output", "the artefact differs", "")
    check("closed standard output: report", ["sh", "-c", 'exec "$@" >&-', "sh", *COMPILE, path("good.onnx"), "--float",
                                             "-o", path("out.so")], "standard output")
    check("closed standard output: text", ["sh", "-c", 'exec "$@" >&-', "sh", *COMPILE, path("good.onnx"),
                                           "--to=import", "-o", "-"], "standard output")


def interrupt(name, command, seconds):
    """SIGINT in the middle: dies of it (or 130), nothing is left. Whether it was in the middle."""
    global count
    count += 1
    before = listing()
    # Who runs this may ignore SIGINT, as lit does, and a child inherits that.
    heed = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          preexec_fn=heed) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        _, text = process.communicate(timeout=60)
    if process.returncode not in (-signal.SIGINT, 130, 0):
        complain(name, f"exit code {process.returncode}", text.decode(errors="replace"))
    if process.returncode != 0 and listing() != before:
        complain(name, f"left behind: {set(listing()) ^ set(before)}", text.decode(errors="replace"))
    for made in set(listing()) - set(before):
        os.remove(made)
    return process.returncode != 0


def main():
    good = prepare()
    model_cases(good)
    option_cases()
    module_cases()
    run_cases()
    closed_output()
    full_folder()
    os.makedirs(path("many"))
    np.save(path("many/0.npy"), rng.standard_normal((20000, 3, 8, 8)).astype(np.float32))
    command = [*COMPILE, path("good.onnx"), "--calibration-data", path("many"), "-o", path("out.so")]
    if not any([interrupt(f"interrupted after {seconds} s", command, seconds) for seconds in (0.02, 0.05, 0.15, 0.4)]):
        complain("interrupted", "every compilation had ended before it", "")
    print(f"{count} cases, {len(failures)} failed")
    sys.exit(1 if failures else 0)


main()
