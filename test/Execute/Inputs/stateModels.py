# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Small models with state, written to FOLDER: stateModels.py FOLDER. `MODELS` says what their state is and what a step
computes, in numpy.

  attention  grouped-query attention with a cache of keys and values, causal, any number of new positions
  cell       a recurrent cell and a counter of runs
  window     the last three vectors
  lookup     rows of a table, gathered behind each other
"""
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

INT64, FLOAT = TensorProto.INT64, TensorProto.FLOAT
HEADS, KV, DIM, WIDTH = 4, 2, 4, 8


def node(op, inputs, outputs, **attributes):
    return helper.make_node(op, inputs.split(","), outputs.split(","), name=outputs.split(",")[0], **attributes)


def ints(*values):
    return np.array(values, np.int64)


def weights(seed, *shape):
    return np.random.default_rng(seed).normal(0, 0.6, shape).astype(np.float32)


def write(folder, name, inputs, outputs, nodes, constants):
    def info(tensors):
        return [helper.make_tensor_value_info(n, t, dims) for n, (t, dims) in tensors.items()]
    initializers = [numpy_helper.from_array(value, n) for n, value in constants.items()]
    graph = helper.make_graph(nodes, name, info(inputs), info(outputs), initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    (folder / f"{name}.onnx").write_bytes(model.SerializeToString())


W = {"wq": weights(1, WIDTH, HEADS * DIM), "wk": weights(2, WIDTH, KV * DIM), "wv": weights(3, WIDTH, KV * DIM),
     "wo": weights(4, HEADS * DIM, WIDTH)}


def attention(folder):
    nodes = []
    for name, heads in (("q", HEADS), ("k", KV), ("v", KV)):
        nodes += [node("MatMul", f"x,w{name}", name + "0"), node("Reshape", f"{name}0,{name}s", name + "1"),
                  node("Transpose", name + "1", name, perm=[0, 2, 1, 3])]
    nodes += [node("Concat", "past_k,k", "new_k", axis=2), node("Concat", "past_v,v", "new_v", axis=2)]
    for name in "kv":
        nodes += [node("Unsqueeze", f"new_{name},two", name + "2"), node("Expand", f"{name}2,groups", name + "3"),
                  node("Reshape", f"{name}3,merged", name + "4")]
    nodes += [node("Transpose", "k4", "kt", perm=[0, 1, 3, 2]), node("MatMul", "q,kt", "s"),
              node("Shape", "past_k", "ps"), node("Gather", "ps,axis2", "p"), node("Shape", "x", "xs"),
              node("Gather", "xs,axis1", "l"), node("Add", "p,l", "all"), node("Range", "p,all,step", "rows0"),
              node("Unsqueeze", "rows0,one", "rows"), node("Range", "axis0,all,step", "columns"),
              node("GreaterOrEqual", "rows,columns", "sees"), node("Where", "sees,nothing,low", "mask"),
              node("Add", "s,mask", "masked"), node("Softmax", "masked", "share", axis=-1),
              node("MatMul", "share,v4", "o0"), node("Transpose", "o0", "o1", perm=[0, 2, 1, 3]),
              node("Reshape", "o1,flat", "o"), node("MatMul", "o,wo", "y")]
    constants = {**W, "qs": ints(0, 0, HEADS, DIM), "ks": ints(0, 0, KV, DIM), "vs": ints(0, 0, KV, DIM),
                 "groups": ints(1, 1, HEADS // KV, 1, 1), "merged": ints(0, HEADS, -1, DIM),
                 "flat": ints(0, 0, HEADS * DIM), "axis0": np.int64(0), "axis1": np.int64(1), "axis2": np.int64(2),
                 "step": np.int64(1), "one": ints(1), "two": ints(2), "nothing": np.float32(0), "low": np.float32(-1e9)}
    cache = (FLOAT, ["N", KV, "P", DIM])
    write(folder, "attention", {"x": (FLOAT, ["N", "L", WIDTH]), "past_k": cache, "past_v": cache},
          {"y": (FLOAT, ["N", "L", WIDTH]), "new_k": (FLOAT, ["N", KV, "T", DIM]),
           "new_v": (FLOAT, ["N", KV, "T", DIM])}, nodes, constants)


def run_attention(state, x):
    def heads(array, count):
        return array.reshape(x.shape[1], count, DIM).transpose(1, 0, 2)
    new = {name: heads(x[0] @ W["w" + name], KV) for name in "kv"}
    k, v = (np.concatenate([state[name], new[name]], 1) for name in "kv")
    scores = heads(x[0] @ W["wq"], HEADS) @ k.repeat(HEADS // KV, 0).transpose(0, 2, 1)
    past = state["k"].shape[1]
    for row in range(x.shape[1]):
        scores[:, row, past + row + 1:] = -np.inf
    share = np.exp(scores - scores.max(-1, keepdims=True))
    share /= share.sum(-1, keepdims=True)
    o = (share @ v.repeat(HEADS // KV, 0)).transpose(1, 0, 2).reshape(x.shape[1], HEADS * DIM)
    return {"k": k, "v": v}, (o @ W["wo"])[None]


CELL = {"w": weights(5, 3, 4), "u": weights(6, 4, 4)}


def cell(folder):
    nodes = [node("MatMul", "x,w", "a"), node("MatMul", "h,u", "b"), node("Add", "a,b", "c"), node("Tanh", "c", "hn"),
             node("Add", "n,one", "nn"), node("Cast", "nn", "f", to=FLOAT), node("Mul", "hn,f", "y")]
    write(folder, "cell", {"x": (FLOAT, ["N", 3]), "h": (FLOAT, ["N", 4]), "n": (INT64, [1])},
          {"hn": (FLOAT, ["N", 4]), "nn": (INT64, [1]), "y": (FLOAT, ["N", 4])}, nodes, {**CELL, "one": ints(1)})


def run_cell(state, x):
    h, n = np.tanh(x @ CELL["w"] + state["h"] @ CELL["u"]), state["n"] + 1
    return {"h": h, "n": n}, h * n.astype(np.float32)


def window(folder):
    nodes = [node("Concat", "past,x", "all", axis=1), node("Slice", "all,minus3,end,axis", "new"),
             node("ReduceMean", "new", "y", axes=[1], keepdims=0)]
    write(folder, "window", {"x": (FLOAT, [1, "L", 2]), "past": (FLOAT, [1, "P", 2])},
          {"y": (FLOAT, [1, 2]), "new": (FLOAT, [1, "T", 2])}, nodes,
          {"minus3": ints(-3), "end": ints(2**62), "axis": ints(1)})


def run_window(state, x):
    new = np.concatenate([state["past"], x], 1)[:, -3:]
    return {"past": new}, new.mean(1)


TABLE = weights(7, 5, 2)


def lookup(folder):
    nodes = [node("Gather", "table,index", "row", axis=0), node("Concat", "past,row", "new", axis=0),
             node("ReduceSum", "new,axis", "y", keepdims=0)]
    write(folder, "lookup", {"index": (INT64, [1]), "past": (FLOAT, ["P", 2])},
          {"y": (FLOAT, [2]), "new": (FLOAT, ["T", 2])}, nodes, {"table": TABLE, "axis": ints(0)})


def run_lookup(state, index):
    new = np.concatenate([state["past"], TABLE[index]])
    return {"past": new}, new.sum(0)


def masked(folder):
    """A mask as long as the past begins with P, as a batch would."""
    nodes = [node("Concat", "past,row", "new", axis=0), node("MatMul", "mask,past", "y")]
    write(folder, "masked", {"row": (FLOAT, [1, 2]), "mask": (FLOAT, ["P"]), "past": (FLOAT, ["P", 2])},
          {"y": (FLOAT, [2]), "new": (FLOAT, ["T", 2])}, nodes, {})


def history(folder):
    """An output as long as the state behind a run."""
    nodes = [node("Concat", "past,row", "new", axis=0), node("Relu", "new", "y")]
    write(folder, "history", {"row": (FLOAT, [1, 2]), "past": (FLOAT, ["P", 2])},
          {"y": (FLOAT, ["T", 2]), "new": (FLOAT, ["T", 2])}, nodes, {})


def empty(*shape):
    return np.zeros(shape, np.float32)


# Options, the state at first, a step, and the shape of what is fed.
MODELS = {"attention": (["--state", "past_k=new_k", "--state", "past_v=new_v", "--range", "P=0:40"],
                        lambda: {"k": empty(KV, 0, DIM), "v": empty(KV, 0, DIM)}, run_attention, (1, 1, WIDTH)),
          "cell": (["--state", "h=hn", "--state", "n=nn"], lambda: {"h": empty(1, 4), "n": ints(0)}, run_cell, (1, 3)),
          "window": (["--state", "past=new", "--range", "P=0:3"], lambda: {"past": empty(1, 0, 2)}, run_window,
                     (1, 1, 2)),
          "lookup": (["--state", "past=new", "--range", "P=0:40"], lambda: {"past": empty(0, 2)}, run_lookup, (1,))}


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for make in (attention, cell, window, lookup, masked, history):
        make(folder)


if __name__ == "__main__":
    main()
