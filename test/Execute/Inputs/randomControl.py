#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Seeded random graphs with branches, loops and recurrent cells: compiled, run and compared.

  randomControl.py QC_COMPILE QC_VERIFY FOLDER VENV_PYTHON FIRST COUNT [LEVEL...]

For each seed: the float executable gives what ONNX Runtime gives (VENV_PYTHON has it) at several sizes and conditions,
and its library the evaluator's bytes at each level, on one thread and on two; so does the int8 library, calibrated on
the same data. Prints how many branches and loops there were."""
import concurrent.futures
import os
import subprocess
import sys

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

FLOAT, INT, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
SAMPLES = 4
RUNTIME = """
import sys, numpy, onnxruntime
onnxruntime.set_default_logger_severity(3)
for folder in sys.argv[1:]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(folder + "/model.onnx", options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    for index in range(4):
        feeds = dict(numpy.load(f"{folder}/data/{index}.npz"))
        numpy.savez(f"{folder}/expected{index}.npz", **dict(zip(names, session.run(None, feeds))))
"""


class Graph:
    """One graph or body in the making. Its values are names of f32 tensors [N, width], with those of graphs around."""

    def __init__(self, rng, outer=None):
        self.rng, self.outer, self.nodes, self.constants = rng, outer, [], []
        self.root = outer.root if outer else self
        self.depth = outer.depth + 1 if outer else 0
        self.values = list(outer.values) if outer else []
        if not outer:
            self.count, self.kinds, self.tolerance = 0, {}, 1e-5

    def name(self, stem):
        self.root.count += 1
        return f"{stem}{self.root.count}"

    def constant(self, array):
        name = self.name("c")
        self.constants.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def floats(self, *shape):
        return self.constant((self.rng.standard_normal(shape) * 0.5).astype(np.float32))

    def add(self, op, inputs, outputs=1, **attributes):
        self.root.kinds[op] = self.root.kinds.get(op, 0) + 1
        names = [self.name(op.lower()) for _ in range(outputs)]
        self.nodes.append(helper.make_node(op, inputs, names, name=names[0], **attributes))
        return names[0] if outputs == 1 else names

    def pick(self, width=None):
        fitting = [v for v in self.values if width in (None, v[1])]
        # What is new is read more often.
        return fitting[-1 - min(int(self.rng.exponential(2)), len(fitting) - 1)]

    def keep(self, name, width):
        self.values.append((name, width))
        return name, width

    def finish(self, name, inputs, outputs):
        def info(value, kind, shape=None):
            return helper.make_tensor_value_info(value, kind, shape if kind == FLOAT else [])

        return helper.make_graph(self.nodes, name, [info(*i) for i in inputs], [info(*o) for o in outputs],
                                 self.constants)


def add_scalar(g):
    x, width = g.pick()
    op = str(g.rng.choice(["Relu", "Tanh", "Sigmoid", "Neg", "Add", "Sub", "Mul"]))
    inputs = [x]
    if op in ("Add", "Sub", "Mul"):
        inputs.append(g.pick(width)[0] if g.rng.random() < 0.7 else g.floats(width))
    y = g.add(op, inputs)
    # Sums of sums in loops stay small.
    return g.keep(g.add("Tanh", [y]) if op in ("Add", "Sub", "Mul") else y, width)


def add_product(g):
    x, width = g.pick()
    columns = int(g.rng.integers(1, 20))
    return g.keep(g.add("Tanh", [g.add("MatMul", [x, g.floats(width, columns)])]), columns)


def add_move(g):
    """Columns beside each other, some of them, in another order, padded."""
    x, width = g.pick()
    kind = g.rng.integers(0, 4)
    if kind == 0:
        other, more = g.pick()
        if width + more <= 40:
            g.keep(g.add("Concat", [x, other], axis=1), width + more)
    elif kind == 1:
        first = int(g.rng.integers(0, width))
        end = int(g.rng.integers(first + 1, width + 1))
        ints = [g.constant(np.int64([number])) for number in (first, end, 1)]
        g.keep(g.add("Slice", [x, *ints]), end - first)
    elif kind == 2:
        order = g.constant(g.rng.permutation(width).astype(np.int64))
        g.keep(g.add("Gather", [x, order], axis=1), width)
    elif width < 40:
        g.keep(g.add("Pad", [x, g.constant(np.int64([0, 1, 0, 2]))]), width + 3)


def add_conv(g):
    x, width = g.pick()
    channels = int(g.rng.integers(1, 4))
    image = g.add("Unsqueeze", [x, g.constant(np.int64([1]))])
    made = g.add("Conv", [image, g.floats(channels, 1, 3), g.floats(channels)], pads=[1, 1])
    if g.rng.random() < 0.5:
        made = g.add("Conv", [g.add("Relu", [made]), g.floats(2, channels, 3)], pads=[1, 1])
        channels = 2
    rows = g.add("Reshape", [made, g.constant(np.int64([0, channels * width]))])
    g.keep(g.add("Tanh", [rows]), channels * width)


def add_condition(g):
    """A truth value: of data, of an input, of a size, of the iteration."""
    kind = g.rng.integers(0, 4)
    if kind == 0:
        return "flag"
    if kind == 1:
        rows = g.add("Gather", [g.add("Shape", [g.pick()[0]]), g.constant(np.int64(0))], axis=0)
        return g.add("Greater", [rows, g.constant(np.int64(g.rng.integers(0, 5)))])
    if kind == 2:
        return g.add("Less", [g.constant(np.int64(g.rng.integers(0, 3))), "count"])
    largest = g.add("ReduceMax", [g.add("Concat", [g.add("Reshape", [g.pick()[0], g.constant(np.int64([-1]))]),
                                                   g.constant(np.float32([0]))], axis=0)], keepdims=0)
    return g.add("Greater", [largest, g.constant(np.float32(g.rng.random()))])


def fill(g, length):
    for _ in range(length):
        kinds, weights = [add_scalar, add_product, add_move, add_conv], [3, 1, 1.5, 0.5]
        if g.depth < 2:
            kinds += [add_if, add_loop, add_scan]
            weights += [1, 1, 0.7]
        kinds[g.rng.choice(len(kinds), p=np.array(weights) / sum(weights))](g)


def add_if(g):
    condition, widths = add_condition(g), [g.pick()[1] for _ in range(int(g.rng.integers(1, 3)))]
    branches = []
    for _ in range(2):
        body = Graph(g.rng, g)
        fill(body, int(g.rng.integers(0, 4)))
        outputs = [body.add("Identity", [body.pick(width)[0]]) for width in widths]
        branches.append(body.finish(g.name("branch"), [], [(o, FLOAT) for o in outputs]))
    results = g.add("If", [condition], len(widths), then_branch=branches[0], else_branch=branches[1])
    for result, width in zip([results] if len(widths) == 1 else results, widths):
        g.keep(result, width)


def add_loop(g):
    states = [g.pick() for _ in range(int(g.rng.integers(1, 4)))]
    kind = g.rng.integers(0, 4)
    number = int(g.rng.integers(0, 4))
    trips = [g.constant(np.int64(number)), "count", "count", None][kind]
    if kind == 2:
        rows = g.add("Shape", [g.pick()[0]])
        trips = g.add("Gather", [rows, g.constant(np.int64(0))], axis=0)
    body = Graph(g.rng, g)
    iteration, condition = g.name("iteration"), g.name("condition")
    inputs = [(iteration, INT), (condition, BOOL)]
    names = [g.name("state") for _ in states]
    body.values += [(name, width) for name, (_, width) in zip(names, states)]
    inputs += [(name, FLOAT) for name in names]
    fill(body, int(g.rng.integers(1, 4)))
    # An integer and a truth value are carried as well: what the count was, and whether it is even.
    total, even = g.name("total"), g.name("even")
    inputs += [(total, INT), (even, BOOL)]
    carried = [body.add("Add", [total, iteration]), body.add("Not", [even])]
    gate = body.add("Cast", [even], to=FLOAT)
    x, width = body.pick()
    body.keep(body.add("Mul", [x, gate]), width)
    # Carried values may change places.
    after = [body.pick(width)[0] if g.rng.random() < 0.7 else g.rng.choice([n for n, (_, w) in zip(names, states)
                                                                            if w == width])
             for _, width in states]
    after = [body.add("Identity", [str(name)]) for name in after]
    if kind == 3 or g.rng.random() < 0.2 and kind == 1:
        most = g.constant(np.int64(g.rng.integers(0, 4)))
        goes_on = body.add("Less", [iteration, most])
        if g.rng.random() < 0.5:
            goes_on = body.add("And", [goes_on, add_condition(body)])
        begins = add_condition(g)
    elif g.rng.random() < 0.2: # at most one iteration
        goes_on, begins = body.add("Identity", [body.constant(np.array(False))]), ""
    else:
        goes_on, begins = body.add("Identity", [condition]), ""
    scans = []
    # (Of a loop without an iteration ONNX Runtime does not know what the elements would have been.)
    if not begins and kind in (0, 2) and (kind == 2 or number > 0) and g.rng.random() < 0.6:
        x, width = body.pick()
        scans = [(body.add("ReduceSum", [x, body.constant(np.int64([0]))], keepdims=0), width)]
    read = len(scans)
    if g.rng.random() < 0.3: # nobody reads it, so that its length may depend on anything
        x, width = body.pick()
        scans.append((body.add("Tanh", [x]), width))
    outputs = [(goes_on, BOOL)] + [(a, FLOAT) for a in after] + [(carried[0], INT), (carried[1], BOOL)]
    results = g.add("Loop", [trips or "", begins] + [s for s, _ in states] + ["count", "flag"],
                    len(states) + 2 + len(scans),
                    body=body.finish(g.name("body"), inputs, outputs + [(s, FLOAT) for s, _ in scans]))
    for result, (_, width) in zip(results, states):
        g.keep(result, width)
    counted = g.add("Cast", [g.add("Where", [results[len(states) + 1], results[len(states)], "count"])], to=FLOAT)
    name, width = g.values[-1]
    g.keep(g.add("Tanh", [g.add("Mul", [name, counted])]), width)
    for result, (_, width) in zip(results[len(states) + 2:], scans[:read]):
        # As many rows as there were iterations: summed up, it joins the others.
        total = g.add("ReduceSum", [result, g.constant(np.int64([0]))], keepdims=1)
        g.keep(g.add("Tanh", [g.add("Add", [total, g.pick(width)[0]])]) if any(
            w == width for _, w in g.values) else total, width)


def add_scan(g):
    (x, width), (_, state_width) = g.pick(), g.pick()
    first = g.floats(state_width)
    body = Graph(g.rng, g)
    inner_state, element = g.name("state"), g.name("element")
    row = body.add("Unsqueeze", [element, body.constant(np.int64([0]))])
    body.values = [(body.add("Unsqueeze", [inner_state, body.constant(np.int64([0]))]), state_width), (row, width)]
    fill_rows(body, int(g.rng.integers(1, 4)))
    squeeze = lambda name: body.add("Squeeze", [name, body.constant(np.int64([0]))])
    after, (result, result_width) = squeeze(body.pick(state_width)[0]), body.pick()
    attributes = {}
    if g.rng.random() < 0.5:
        attributes["scan_input_directions"] = [1]
    if g.rng.random() < 0.5:
        attributes["scan_output_directions"] = [1]
    graph = body.finish(g.name("body"), [(inner_state, FLOAT, [state_width]), (element, FLOAT, [width])],
                        [(after, FLOAT, [state_width]), (squeeze(result), FLOAT, [result_width])])
    _, rows = g.add("Scan", [first, x], 2, body=graph, num_scan_inputs=1, **attributes)
    g.keep(rows, result_width)


def fill_rows(body, length):
    for _ in range(length):
        (add_scalar if body.rng.random() < 0.7 else add_product)(body)


# Gates without an end make differences grow from step to step; ThresholdedRelu jumps.
BOUNDED = ["Tanh", "Sigmoid", "ScaledTanh", "HardSigmoid", "Softsign"]
ACTIVATIONS = {"LSTM": BOUNDED, "GRU": BOUNDED, "RNN": BOUNDED + ["Relu", "Affine", "LeakyRelu", "Elu", "Softplus"]}


def add_lengths(g, x):
    """Of two sequences: the whole, and the first half of it."""
    rows = g.add("Shape", [x], start=0, end=1)
    half = g.add("Div", [g.add("Add", [rows, g.constant(np.int64([1]))]), g.constant(np.int64([2]))])
    return g.add("Cast", [g.add("Concat", [rows, half], axis=0)], to=TensorProto.INT32)


def add_recurrent(g):
    """Two sequences, of which the second one may be shorter."""
    x, width = g.pick()
    op = str(g.rng.choice(["LSTM", "GRU", "RNN"]))
    gates, hidden = {"LSTM": 4, "GRU": 3, "RNN": 1}[op], int(g.rng.integers(1, 20))
    direction = str(g.rng.choice(["forward", "reverse", "bidirectional"]))
    count, states = 2 if direction == "bidirectional" else 1, 2 if op == "LSTM" else 1
    may = lambda share, make: make() if g.rng.random() < share else ""
    one = g.add("Unsqueeze", [x, g.constant(np.int64([1]))])
    inputs = [g.add("Concat", [one, g.add("Neg", [one])], axis=1), g.floats(count, gates * hidden, width),
              g.floats(count, gates * hidden, hidden), may(0.7, lambda: g.floats(count, 2 * gates * hidden)),
              may(0.4, lambda: add_lengths(g, x))]
    inputs += [may(0.5, lambda: g.floats(count, 2, hidden)) for _ in range(states)]
    attributes = {"linear_before_reset": int(g.rng.integers(0, 2))} if op == "GRU" else {}
    if op == "LSTM":
        inputs.append(may(0.3, lambda: g.floats(count, 3 * hidden)))
    if g.rng.random() < 0.2:
        attributes["clip"] = 0.5
    if g.rng.random() < 0.3:
        functions = [str(g.rng.choice(ACTIVATIONS[op])) for _ in range({"LSTM": 3, "GRU": 2, "RNN": 1}[op] * count)]
        alpha = {"Affine": 0.5, "LeakyRelu": 0.1, "ScaledTanh": 0.7, "HardSigmoid": 0.3, "Elu": 0.8}
        beta = {"Affine": 0.1, "ScaledTanh": 0.6, "HardSigmoid": 0.4}
        attributes["activations"] = functions
        g.root.tolerance = 1e-4  # of functions whose steps may make differences larger
        attributes["activation_alpha"] = [alpha[f] for f in functions if f in alpha] or [0.0]
        attributes["activation_beta"] = [beta[f] for f in functions if f in beta] or [0.0]
    y, last = g.add(op, inputs, 1 + states, direction=direction, hidden_size=hidden, **attributes)[:2]
    rows = g.add("Reshape", [y, g.constant(np.int64([0, 2 * count * hidden]))])
    ends = g.add("Reshape", [last, g.constant(np.int64([1, 2 * count * hidden]))])
    g.keep(g.add("Tanh", [g.add("Add", [rows, ends])]), 2 * count * hidden)


def make_graph(seed, folder):
    g = Graph(np.random.default_rng(seed))
    width = int(g.rng.integers(1, 20))
    g.values = [("x", width), (g.name("start"), width)]
    g.nodes.append(helper.make_node("Relu", ["x"], [g.values[1][0]]))
    for _ in range(int(g.rng.integers(2, 5))):
        fill(g, 1)
        kinds = [add_if, add_loop, add_scan, add_recurrent]
        kinds[g.rng.integers(0, 4)](g)
    outputs = [g.add("Identity", [name]) for name, _ in g.values[-3:]]
    info = helper.make_tensor_value_info
    graph = helper.make_graph(g.nodes, "random", [info("x", FLOAT, ["N", width]), info("count", INT, []),
                                                  info("flag", BOOL, [])],
                              [info(o, FLOAT, None) for o in outputs], g.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    os.makedirs(os.path.join(folder, "data"))
    save(model, os.path.join(folder, "model.onnx"))
    for index in range(SAMPLES):
        rows = [1, 4, 7, 2][index]
        x = g.rng.standard_normal((rows, width)).astype(np.float32)
        np.savez(os.path.join(folder, "data", f"{index}.npz"), x=x, count=np.int64(g.rng.integers(-1, 4)),
                 flag=np.bool_(index % 2))
    return g


def run_tool(*command):
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, errors="replace")
    if result.returncode != 0:
        raise AssertionError(f"{' '.join(command)[:300]}: exit code {result.returncode}\n{result.stderr[:2000]}")


def check_near(seed, index, name, got, wanted, tolerance):
    assert got.shape == wanted.shape, f"seed {seed}, sample {index}, {name}: {got.shape}, expected {wanted.shape}"
    reach = max(np.abs(wanted).max(initial=0), 1e-3)
    worst = np.abs(got.astype(float) - wanted).max(initial=0)
    assert worst <= tolerance * reach, f"seed {seed}, sample {index}, {name}: off by {worst} of {reach}"


def check(seed, folder, tolerance, compiler, verifier, levels):
    at = lambda file: os.path.join(folder, file)
    run_tool(compiler, at("model.onnx"), "--float", "--quiet", "--level", ",".join(levels), "-o", at("run"))
    run_tool(compiler, at("model.onnx"), "--float", "--quiet", "--level", ",".join(levels), "-o", at("run.so"))
    run_tool(compiler, at("model.onnx"), "--float", "--quiet", "--to=prepare", "-o", at("run.mlir"))
    # Int8, by the data that it is run on.
    calibrate = [compiler, at("model.onnx"), "--calibration-data", at("data"), "--quiet"]
    run_tool(*calibrate, "--level", ",".join(levels), "-o", at("codes.so"))
    run_tool(*calibrate, "--to=integer", "-o", at("codes.mlir"))
    run_tool(verifier, "--bit-exact", at("codes.mlir"), at("codes.so"), "--data", at("data"), "--threads", "2")
    for level in levels:
        for threads in "12":
            run_tool(verifier, "--bit-exact", at("run.mlir"), at("run.so"), "--data", at("data"), "--max-level", level,
                     "--threads", threads)
    for index in range(SAMPLES):
        sample, wanted = np.load(at(f"data/{index}.npz")), np.load(at(f"expected{index}.npz"))
        command = [at("run")]
        for name in sample:
            np.save(at(f"{name}.npy"), sample[name])
            command += ["--input", f"{name}={at(name + '.npy')}"]
        for name in wanted:
            command += ["--output", f"{name}={at(name + '.out.npy')}"]
        run_tool(*command)
        for name in wanted:
            check_near(seed, index, name, np.load(at(name + ".out.npy")), wanted[name], tolerance)


def main():
    compiler, verifier, root, python = (os.path.abspath(a) for a in sys.argv[1:5])
    first, count, levels = int(sys.argv[5]), int(sys.argv[6]), sys.argv[7:] or ["x86-64-v3"]
    kinds, folders, tolerances = {}, [], []
    for seed in range(first, first + count):
        folders.append(os.path.join(root, str(seed)))
        graph = make_graph(seed, folders[-1])
        tolerances.append(graph.tolerance)
        for kind, number in graph.kinds.items():
            kinds[kind] = kinds.get(kind, 0) + number
    subprocess.run([sys.argv[4], "-c", RUNTIME, *folders], check=True)
    failures = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(check, first + i, folder, tolerances[i], compiler, verifier, levels)
                for i, folder in enumerate(folders)]
        for job in jobs:
            try:
                job.result()
            except AssertionError as error:
                failures += 1
                print(error)
    shown = ", ".join(f"{kinds.get(kind, 0)} {kind}" for kind in ("If", "Loop", "Scan", "LSTM", "GRU", "RNN"))
    print(f"{count} graphs, {failures} failed: {shown}")
    return failures != 0


if __name__ == "__main__":
    sys.exit(main())
