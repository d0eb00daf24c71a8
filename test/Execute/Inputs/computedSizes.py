# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models whose sizes are computed from shapes: computedSizes.py QC-COMPILE OUTDIR. Each runs at several sizes from one
artefact, against numpy, and is compiled for one of them beside a model of the same names with constants."""
import os
import subprocess
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

COMPILE, OUT = sys.argv[1:]
INT64, FLOAT = TensorProto.INT64, TensorProto.FLOAT
FLOOR = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
IMAGE = {"x": ["N", 3, "H", "W"]}


def node(op, inputs, outputs, **attributes):
    return helper.make_node(op, inputs.split(","), outputs.split(","), name=outputs.split(",")[0], **attributes)


def ints(*values):
    return np.array(values, np.int64)


def part(source, first, end, output):
    """Dimensions of a tensor, as exporters write them: Shape, Slice."""
    return [node("Shape", source, output + "_shape"), node("Slice", f"{output}_shape,{first},{end}", output)]


NUMBERS = {"zero": ints(0), "one": ints(1), "two": ints(2), "three": ints(3), "four": ints(4), "minus": ints(-1)}


def pyramid():
    sizes = part("x", "zero", "two", "nc") + part("o", "two", "four", "hw")
    sizes += [node("Concat", "nc,hw", "long", axis=0), node("Cast", "long", "float", to=FLOAT),
              node("Cast", "float", "sizes", to=INT64)]
    rest = [node("Relu", "x", "r"), node("Resize", "r,,,sizes", "u", **FLOOR), node("Concat", "u,o", "y", axis=1)]
    return {**IMAGE, "o": ["N", 2, "H2", "W2"]}, sizes, rest


def up_to_32():
    """torch.nn.functional.pad with amounts (32 - H % 32) % 32, by the chain of PyTorch's exporter."""
    nodes = []
    for name, d in (("h", 2), ("w", 3)):
        nodes += [node("Shape", "x", name + "s"), node("Gather", f"{name}s,{name}d", name),
                  node("Mod", f"{name},size", name + "0"), node("Sub", f"size,{name}0", name + "1"),
                  node("Mod", f"{name}1,size", name + "2"), node("Unsqueeze", f"{name}2,zero", name + "3")]
    nodes += [node("Concat", "zero,w3,zero,h3", "given", axis=0), node("Shape", "given", "length"),
              node("Gather", "length,first", "count"), node("Sub", "eight,count", "missing"),
              node("Unsqueeze", "missing,zero", "more"),
              node("ConstantOfShape", "more", "zeros", value=numpy_helper.from_array(ints(0))),
              node("Concat", "given,zeros", "all", axis=0), node("Reshape", "all,pairs", "table"),
              node("Slice", "table,minus,least,zero,minus", "turned"),
              node("Transpose", "turned", "columns", perm=[1, 0]),
              node("Reshape", "columns,minus", "flat"), node("Cast", "flat", "pads", to=INT64)]
    return IMAGE, nodes, [node("Pad", "x,pads,value", "u", mode="constant"), node("Relu", "u", "y")]


def repeated():
    repeats = part("o", "zero", "one", "k") + [node("Concat", "one,k,one,one", "repeats", axis=0)]
    return {**IMAGE, "o": ["K", 2]}, repeats, [node("Tile", "x,repeats", "u"), node("Relu", "u", "y")]


def parts():
    sizes = part("o", "zero", "one", "k") + part("x", "three", "four", "w")
    sizes += [node("Sub", "w,k", "rest"), node("Concat", "k,rest", "sizes", axis=0)]
    rest = [node("Split", "x,sizes", "a,b", axis=3), node("Concat", "b,a", "u", axis=3), node("Relu", "u", "y")]
    return {**IMAGE, "o": ["K", 2]}, sizes, rest


def halves():
    return IMAGE, [], [node("Split", "x", "a,b", axis=3), node("Sub", "b,a", "y")]


def ratio():
    scales = part("x", "two", "four", "from") + part("o", "two", "four", "to")
    scales += [node("Cast", "from", "f", to=FLOAT), node("Cast", "to", "t", to=FLOAT), node("Div", "t,f", "q"),
               node("Concat", "ones,q", "scales", axis=0)]
    rest = [node("Resize", "x,,scales", "u", **FLOOR), node("Relu", "u", "y")]
    return {**IMAGE, "o": ["N", 2, "H2", "W2"]}, scales, rest


def nearest(v, sizes):
    for d, m in enumerate(sizes):
        scale = np.float32(m) / np.float32(v.shape[d])
        v = np.take(v, np.floor(np.arange(m, dtype=np.float32) / scale).astype(int), d)
    return v


def pad32(x):
    return np.pad(x, [(0, 0), (0, 0)] + [(0, -n % 32) for n in x.shape[2:]], constant_values=0.5)


def turn(x, o):
    return np.concatenate([x[..., len(o):], x[..., :len(o)]], 3)


def relu(v):
    return np.maximum(v, np.float32(0))


# What numpy computes, shapes of inputs (the first ones are bound as well), what is computed for these, what is refused.
CASES = {
    pyramid: (lambda x, o: np.concatenate([nearest(relu(x), x.shape[:2] + o.shape[2:]), o], 1),
              [[(1, 3, 4, 5), (1, 2, 7, 9)], [(2, 3, 8, 6), (2, 2, 4, 3)], [(1, 3, 13, 40), (1, 2, 40, 93)]],
              {"sizes": ints(1, 3, 7, 9)}, None),
    up_to_32: (lambda x: relu(pad32(x)), [[(1, 3, 30, 33)], [(2, 3, 32, 64)], [(1, 3, 1, 95)]],
               {"pads": ints(0, 0, 0, 0, 0, 0, 2, 31)}, None),
    repeated: (lambda x, o: relu(np.tile(x, (1, len(o), 1, 1))), [[(1, 3, 2, 5), (4, 2)], [(2, 3, 1, 7), (0, 2)]],
               {"repeats": ints(1, 4, 1, 1)}, None),
    parts: (lambda x, o: relu(turn(x, o)),
            [[(1, 3, 2, 7), (3, 2)], [(1, 3, 2, 7), (0, 2)], [(2, 3, 2, 7), (7, 2)]],
            {"sizes": ints(3, 4)}, [(1, 3, 2, 7), (9, 2)]),
    halves: (lambda x: x[..., x.shape[3] // 2:] - x[..., :x.shape[3] // 2], [[(1, 3, 2, 8)], [(2, 3, 2, 6)]], {},
             [(1, 3, 2, 7)]),
    ratio: (None, [[(1, 3, 4, 5), (1, 2, 8, 7)]],
            {"scales": np.array([1, 1, 2, np.float32(7) / np.float32(5)], np.float32)}, None),
}
CONSTANTS = {**NUMBERS, "hd": np.array(2, np.int64), "wd": np.array(3, np.int64), "size": np.array(32, np.int64),
             "first": np.array(0, np.int64), "eight": np.array(8, np.int64), "pairs": ints(-1, 2),
             "least": ints(-2**63 + 1), "value": np.array(0.5, np.float32), "ones": np.ones(2, np.float32)}


def save(path, inputs, nodes, constants):
    used = {name for item in nodes for name in item.input}
    given = [numpy_helper.from_array(array, name) for name, array in constants.items() if name in used]
    infos = [helper.make_tensor_value_info(name, FLOAT, dims) for name, dims in inputs.items()]
    graph = helper.make_graph(nodes, "g", infos, [helper.make_tensor_value_info("y", FLOAT, None)], given)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)


def compile_model(folder, file, *options):
    """What is said of a model that is refused; None of one that is not."""
    command = [COMPILE, f"{folder}/model.onnx", "--float", "-o", f"{folder}/{file}", *options]
    result = subprocess.run(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    return result.stderr if result.returncode else None


def run(folder, inputs, shapes, rng):
    """Arrays, and the output of the executable or what it says."""
    arrays = [rng.standard_normal(shape).astype(np.float32) for shape in shapes]
    command = [folder + "/model"]
    for name, array in zip(inputs, arrays):
        np.save(f"{folder}/{name}.npy", array)
        command += ["--input", f"{name}={folder}/{name}.npy"]
    result = subprocess.run([*command, "--output", f"y={folder}/y.npy"], stderr=subprocess.PIPE, text=True)
    return arrays, result.stderr if result.returncode else np.load(folder + "/y.npy")


def check_bound(name, inputs, chain, rest, shapes, computed):
    options = [f"--input-shape={key}:{'x'.join(map(str, shape))}" for key, shape in zip(inputs, shapes)]
    for kind, nodes in (("chain", chain + rest), ("constant", rest)):
        folder = f"{OUT}/{name}/{kind}"
        os.makedirs(folder, exist_ok=True)
        save(folder + "/model.onnx", inputs, nodes, {**CONSTANTS, **(computed if kind == "constant" else {})})
        if error := compile_model(folder, "model.so", *options):
            sys.exit(error)
    files = [open(f"{OUT}/{name}/{kind}/model.so", "rb").read() for kind in ("chain", "constant")]
    return "same bytes" if files[0] == files[1] else "other bytes"


def main():
    rng, refusals = np.random.default_rng(0), []
    for make, (expected, sizes, computed, refused) in CASES.items():
        name, (inputs, chain, rest) = make.__name__, make()
        folder, words = f"{OUT}/{name}", []
        os.makedirs(folder, exist_ok=True)
        save(folder + "/model.onnx", inputs, chain + rest, CONSTANTS)
        if error := compile_model(folder, "model"):
            refusals.append(name + ": " + error.split(".onnx: ")[-1].strip())
        else:
            for shapes in sizes:
                arrays, y = run(folder, inputs, shapes, rng)
                if isinstance(y, str) or not np.array_equal(y, expected(*arrays)):
                    sys.exit(f"{name}, {shapes}: {y}")
            words.append(f"{len(sizes)} sizes equal")
        if refused:
            refusals.append(name + ": " + run(folder, inputs, refused, rng)[1].split("error: ")[-1].strip())
        words.append("bound: " + check_bound(name, inputs, chain, rest, sizes[0], computed))
        print(f"{name}: {', '.join(words)}")
    print("\n".join(refusals))


main()
