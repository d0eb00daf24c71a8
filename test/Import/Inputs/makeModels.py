#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the small ONNX models that the tests of the importer read: makeModels.py FOLDER [NAME]..."""
import os
import sys

import numpy as np
from onnx import TensorProto as T
from onnx import helper, numpy_helper

MODELS = {}


def values(infos):
    """[("x", [1, 3]), ("i", [2], T.INT64)] as value infos."""
    return [helper.make_tensor_value_info(i[0], i[2] if len(i) > 2 else T.FLOAT, i[1]) for i in infos]


def model(name, nodes, inputs, outputs, inits=None, opset=13, ir=8, imports=None, edit=None, functions=None):
    """Registers a model. `inits`: arrays or tensors by name; `edit` changes the message before it is written."""

    def make():
        tensors = []
        for key, value in (inits or {}).items():
            tensors.append(value if isinstance(value, T) else numpy_helper.from_array(np.asarray(value), key))
        graph = helper.make_graph(nodes, "g", values(inputs), values(outputs), tensors)
        opsets = imports or [helper.make_opsetid("", opset)]
        result = helper.make_model(graph, opset_imports=opsets, ir_version=ir, functions=functions or [])
        if edit:
            edit(result)
        return result

    assert name not in MODELS, name
    MODELS[name] = make


def node(op, inputs, outputs, name=None, **attributes):
    return helper.make_node(op, inputs.split(), outputs.split(), name=name or op.lower(), **attributes)


def f32(*shape):
    return np.arange(int(np.prod(shape)), dtype=np.float32).reshape(shape)


X = [("x", [1, 2, 4, 4])]
W = f32(4, 2, 3, 3)

# Contractions.
model("conv", [node("Conv", "x w b", "y", pads=[1, 0, 1, 0], strides=[2, 1])], X, [("y", [1, 4, 2, 2])],
      {"w": W, "b": f32(4)})
model("conv_22", [node("Conv", "x w", "y", group=2, dilations=[2, 1])], X, [("y", [1, 4, 2, 3])],
      {"w": f32(4, 1, 2, 2)}, opset=22)
model("conv_same_lower", [node("Conv", "x w", "y", auto_pad="SAME_LOWER", strides=[1, 2])], X,
      [("y", [1, 4, 4, 2])], {"w": f32(4, 2, 2, 3)})
model("conv_same_upper", [node("Conv", "x w", "y", auto_pad="SAME_UPPER", strides=[1, 2])], X,
      [("y", [1, 4, 4, 2])], {"w": f32(4, 2, 2, 3)})
model("conv_valid", [node("Conv", "x w", "y", auto_pad="VALID", kernel_shape=[3, 3])], X, [("y", [1, 4, 2, 2])],
      {"w": W})
model("conv_bad_group", [node("Conv", "x w", "y", group=3)], X, [("y", None)], {"w": W})
model("conv_zero_group", [node("Conv", "x w", "y", group=0)], X, [("y", None)], {"w": W})
model("conv_bad_bias", [node("Conv", "x w b", "y")], X, [("y", None)], {"w": W, "b": f32(3)})
model("conv_bad_kernel", [node("Conv", "x w", "y", kernel_shape=[3, 2])], X, [("y", None)], {"w": W})
model("conv_bad_pads", [node("Conv", "x w", "y", pads=[1, 1])], X, [("y", None)], {"w": W})
model("conv_huge_pads", [node("Conv", "x w", "y", pads=[2**62, 0, 2**62, 0])], X, [("y", None)], {"w": W})
model("conv_huge_result", [node("Conv", "x w", "y", pads=[2**31 - 1] * 4)], X, [("y", None)], {"w": f32(4, 2, 1, 1)})
model("conv_negative_pads", [node("Conv", "x w", "y", pads=[-1, 0, 0, 0])], X, [("y", None)], {"w": W})
model("conv_zero_stride", [node("Conv", "x w", "y", strides=[0, 1])], X, [("y", None)], {"w": W})
model("conv_both_pads", [node("Conv", "x w", "y", auto_pad="SAME_UPPER", pads=[1, 1, 1, 1])], X, [("y", None)],
      {"w": W})
model("conv_bad_auto_pad", [node("Conv", "x w", "y", auto_pad="SAME")], X, [("y", None)], {"w": W})
model("conv_rank_2", [node("Conv", "x w", "y")], [("x", [1, 2])], [("y", None)], {"w": f32(4, 2)})
model("conv_does_not_fit", [node("Conv", "x w", "y")], X, [("y", None)], {"w": f32(4, 2, 6, 6)})
model("conv_no_weights", [node("Conv", "x", "y")], X, [("y", None)])
model("gemm", [node("Gemm", "a b c", "y", alpha=0.5, beta=2.0, transB=1)], [("a", [2, 3])], [("y", [2, 4])],
      {"b": f32(4, 3), "c": f32(4)})
model("gemm_no_bias", [node("Gemm", "a b", "y")], [("a", [2, 3])], [("y", [2, 4])], {"b": f32(3, 4)}, opset=11)
model("gemm_bad_k", [node("Gemm", "a b", "y")], [("a", [2, 3])], [("y", None)], {"b": f32(4, 3)})
model("gemm_bad_trans", [node("Gemm", "a b", "y", transA=2)], [("a", [2, 3])], [("y", None)], {"b": f32(3, 4)})
model("gemm_infinite", [node("Gemm", "a b", "y", alpha=float("inf"))], [("a", [2, 3])], [("y", None)],
      {"b": f32(3, 4)})
model("matmul", [node("MatMul", "a b", "y")], [("a", [5, 2, 3]), ("b", [3])], [("y", [5, 2])])

# Pools.
model("max_pool", [node("MaxPool", "x", "y", kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1, storage_order=1)], X,
      [("y", [1, 2, 2, 2])])
model("max_pool_u8", [node("MaxPool", "x", "y", kernel_shape=[2, 2])], [("x", [1, 1, 4, 4], T.UINT8)],
      [("y", [1, 1, 3, 3], T.UINT8)])
model("max_pool_indices", [node("MaxPool", "x", "y i", kernel_shape=[2, 2])], X, [("y", None), ("i", None, T.INT64)])
model("max_pool_unread_indices", [node("MaxPool", "x", "y i", kernel_shape=[2, 2])], X, [("y", None)])
model("max_pool_no_kernel", [node("MaxPool", "x", "y")], X, [("y", None)])
model("avg_pool", [node("AveragePool", "x", "y", kernel_shape=[2, 2], pads=[1, 0, 0, 1], count_include_pad=1)], X,
      [("y", [1, 2, 4, 4])])
model("avg_pool_19", [node("AveragePool", "x", "y", kernel_shape=[2, 2], dilations=[2, 2])], X, [("y", [1, 2, 2, 2])],
      opset=19)
model("avg_pool_dilated_too_early", [node("AveragePool", "x", "y", kernel_shape=[2, 2], dilations=[2, 2])], X,
      [("y", None)], opset=18)
model("global_avg_pool", [node("GlobalAveragePool", "x", "y")], X, [("y", [1, 2, 1, 1])])

# Along dimensions.
I64 = np.int64
model("reduce_mean", [node("ReduceMean", "x", "y", axes=[-1])], X, [("y", [1, 2, 4, 1])], opset=12)
model("reduce_mean_18", [node("ReduceMean", "x a", "y", keepdims=0)], X, [("y", [1, 4])],
      {"a": np.array([3, 1], I64)}, opset=18)
model("reduce_mean_too_early", [node("ReduceMean", "x a", "y")], X, [("y", None)], {"a": np.array([3], I64)}, opset=17)
model("reduce_mean_computed", [node("ReduceMean", "x a", "y")], X + [("a", [1], T.INT64)], [("y", None)], opset=18)
model("reduce_mean_bad_axis", [node("ReduceMean", "x", "y", axes=[4])], X, [("y", None)])
model("reduce_mean_spatial", [node("ReduceMean", "x", "y", axes=[2, -1], keepdims=1)], X, [("y", [1, 2, 1, 1])])
model("reduce_mean_spatial_dropped", [node("ReduceMean", "x", "y", axes=[3, 2], keepdims=0)], X, [("y", [1, 2])])
model("reduce_sum_all", [node("ReduceSum", "x", "y", keepdims=0)], X, [("y", [])])
model("reduce_sum_none", [node("ReduceSum", "x", "y", noop_with_empty_axes=1)], X, [("y", [1, 2, 4, 4])])
model("reduce_sum_float_axes", [node("ReduceSum", "x a", "y")], X, [("y", None)], {"a": f32(1)})
model("reduce_prod_i64", [node("ReduceProd", "x", "y", axes=[0], keepdims=0)], [("x", [3], T.INT64)],
      [("y", [], T.INT64)])
model("reduce_max_u8", [node("ReduceMax", "x", "y")], [("x", [3], T.UINT8)], [("y", [1], T.UINT8)])
model("reduce_mean_i32", [node("ReduceMean", "x", "y")], [("x", [3], T.INT32)], [("y", [1], T.INT32)])
model("layer_norm", [node("LayerNormalization", "x s b", "y", axis=2, epsilon=0.25)], X, [("y", [1, 2, 4, 4])],
      {"s": f32(4, 4), "b": f32(4)}, opset=17)
model("layer_norm_outputs", [node("LayerNormalization", "x s", "y m i")], X, [("y", None), ("m", None), ("i", None)],
      {"s": f32(4)}, opset=17)
model("layer_norm_stash", [node("LayerNormalization", "x s", "y", stash_type=16)], X, [("y", None)], {"s": f32(4)},
      opset=17)
model("layer_norm_bad_scale", [node("LayerNormalization", "x s", "y")], X, [("y", None)], {"s": f32(3)}, opset=17)
model("rms_norm", [node("RMSNormalization", "x s", "y")], X, [("y", [1, 2, 4, 4])], {"s": f32(4)}, opset=23)
model("instance_norm", [node("InstanceNormalization", "x s b", "y")], X, [("y", [1, 2, 4, 4])],
      {"s": f32(2), "b": f32(2)})
model("instance_norm_bad", [node("InstanceNormalization", "x s b", "y")], X, [("y", None)], {"s": f32(3), "b": f32(2)})
C4 = [("x", [2, 4, 3, 3])]
model("group_norm_18", [node("GroupNormalization", "x s b", "y", num_groups=2)], C4, [("y", [2, 4, 3, 3])],
      {"s": f32(2), "b": f32(2)}, opset=18)
model("group_norm_21", [node("GroupNormalization", "x s b", "y", num_groups=2)], C4, [("y", [2, 4, 3, 3])],
      {"s": f32(4), "b": f32(4)}, opset=21)
model("group_norm_bad", [node("GroupNormalization", "x s b", "y", num_groups=3)], C4, [("y", None)],
      {"s": f32(4), "b": f32(4)}, opset=21)
model("log_softmax", [node("LogSoftmax", "x", "y")], X, [("y", [1, 2, 4, 4])])
model("log_softmax_11", [node("LogSoftmax", "x", "y")], X, [("y", [1, 2, 4, 4])], opset=11)
model("arg_max", [node("ArgMax", "x", "y", axis=1, select_last_index=1)], X, [("y", [1, 1, 4, 4], T.INT64)])
model("arg_min", [node("ArgMin", "x", "y", keepdims=0)], X, [("y", [2, 4, 4], T.INT64)])
model("top_k", [node("TopK", "x k", "y i", axis=2, largest=0)], X, [("y", [1, 2, 3, 4]), ("i", [1, 2, 3, 4], T.INT64)],
      {"k": np.array([3], I64)})
model("top_k_positions", [node("TopK", "x k", "y i")], X, [("i", [1, 2, 4, 2], T.INT64)], {"k": np.array([2], I64)})
model("top_k_many", [node("TopK", "x k", "y i")], X, [("y", None)], {"k": np.array([5], I64)})
model("top_k_computed", [node("TopK", "x k", "y i")], [*X, ("k", [1], T.INT64)], [("y", None)])
model("cumsum", [node("CumSum", "x a", "y", reverse=1)], X, [("y", [1, 2, 4, 4])], {"a": np.array(-1, np.int32)})
model("cumsum_two", [node("CumSum", "x a", "y")], X, [("y", None)], {"a": np.array([0, 1], I64)})
model("global_max_pool", [node("GlobalMaxPool", "x", "y")], X, [("y", [1, 2, 1, 1])])

# Elementwise.
model("clip", [node("Clip", "x lo hi", "y")], X, [("y", [1, 2, 4, 4])], {"lo": np.float32(0), "hi": np.float32(6)})
model("clip_max_only", [helper.make_node("Clip", ["x", "", "hi"], ["y"], name="clip")], X, [("y", [1, 2, 4, 4])],
      {"hi": np.float32(6)})
model("clip_vector", [node("Clip", "x lo", "y")], X, [("y", None)], {"lo": f32(2)})
model("clip_i64", [node("Clip", "x lo hi", "y")], [("x", [2, 3], T.INT64)], [("y", [2, 3], T.INT64)],
      {"lo": np.int64(0), "hi": np.int64(6)})
model("clip_i64_max_only", [helper.make_node("Clip", ["x", "", "hi"], ["y"], name="clip")], [("x", [2, 3], T.INT64)],
      [("y", [2, 3], T.INT64)], {"hi": np.int64(6)})
model("clip_i64_vector", [node("Clip", "x lo", "y")], [("x", [2, 3], T.INT64)], [("y", None, T.INT64)],
      {"lo": np.array([1, 2, 3], I64)})
model("add_broadcast", [node("Add", "a b", "y")], [("a", [2, 1, 3]), ("b", [4, 1])], [("y", [2, 4, 3])])
model("add_bad", [node("Add", "a b", "y")], [("a", [2]), ("b", [3])], [("y", None)])
model("add_f64", [node("Add", "a b", "y")], [("a", [2])], [("y", None)], {"b": np.zeros(2)})
model("add_f16_input", [node("Add", "a a", "y")], [("a", [2], T.FLOAT16)], [("y", None, T.FLOAT16)])
model("add_u8", [node("Add", "a a", "y")], [("a", [2], T.UINT8)], [("y", None, T.UINT8)])
model("add_three", [node("Add", "a a a", "y")], [("a", [2])], [("y", None)])
model("hard_sigmoid", [node("HardSigmoid", "x", "y", alpha=0.25)], X, [("y", [1, 2, 4, 4])])
model("hard_swish", [node("HardSwish", "x", "y")], X, [("y", [1, 2, 4, 4])], opset=14)
model("hard_swish_too_early", [node("HardSwish", "x", "y")], X, [("y", [1, 2, 4, 4])], opset=13)
model("relu_attribute", [node("Relu", "x", "y", alpha=0.1)], X, [("y", None)])
model("scalar", [node("Relu", "x", "y")], [("x", [])], [("y", [])])
model("zero_size", [node("Relu", "x", "y")], [("x", [0, 3])], [("y", [0, 3])])

# Normalization.
BN = {k: f32(2) for k in "sbmv"}
model("batch_norm", [node("BatchNormalization", "x s b m v", "y", epsilon=0.25, training_mode=0)], X,
      [("y", [1, 2, 4, 4])], BN, opset=15)
model("batch_norm_9", [node("BatchNormalization", "x s b m v", "y")], X, [("y", [1, 2, 4, 4])], BN, opset=11)
model("batch_norm_9_training", [node("BatchNormalization", "x s b m v", "y a c d e")], X,
      [("y", None), ("a", None)], BN, opset=11)
model("batch_norm_9_unread", [node("BatchNormalization", "x s b m v", "y a c d e")], X, [("y", None)], BN, opset=11)
model("batch_norm_variance", [node("BatchNormalization", "x s b m v", "y")], X, [("y", None)],
      {**BN, "v": np.array([1, -0.5], np.float32)})
model("batch_norm_14_training", [node("BatchNormalization", "x s b m v", "y a c", training_mode=1)], X, [("y", None)],
      BN, opset=14)
model("batch_norm_9_mode", [node("BatchNormalization", "x s b m v", "y", training_mode=0)], X, [("y", None)], BN,
      opset=13)
model("softmax_11", [node("Softmax", "x", "y")], [("x", [2, 3, 4])], [("y", [2, 3, 4])], opset=11)
model("softmax_11_last", [node("Softmax", "x", "y", axis=-1)], [("x", [2, 3, 4])], [("y", [2, 3, 4])], opset=12)
model("softmax_13", [node("Softmax", "x", "y", axis=1)], [("x", [2, 3, 4])], [("y", [2, 3, 4])])
model("softmax_bad_axis", [node("Softmax", "x", "y", axis=3)], [("x", [2, 3, 4])], [("y", None)])

# Shapes.
S = [("x", [2, 3, 4])]


def reshape(name, shape, out, opset=13, **attributes):
    model(name, [node("Reshape", "x s", "y", **attributes)], S, [("y", out)], {"s": np.array(shape, np.int64)},
          opset=opset)


reshape("reshape", [0, -1], [2, 12])
reshape("reshape_two_open", [-1, -1], None)
reshape("reshape_copies_too_far", [1, 1, 1, 0], None)
reshape("reshape_does_not_divide", [5, -1], None)
reshape("reshape_wrong_count", [5, 5], None)
reshape("reshape_huge", [2**62, 2**62], None)
reshape("reshape_too_small", [-2, 3], None)
reshape("reshape_allowzero", [0, 3, 0], None, opset=14, allowzero=1)
reshape("reshape_allowzero_too_early", [2, 12], None, opset=13, allowzero=1)
reshape("reshape_allowzero_open", [0, -1], None, opset=14, allowzero=1)
model("reshape_computed", [node("Reshape", "x s", "y")], S + [("s", [2], T.INT64)], [("y", [2, 12])])
model("reshape_computed_length", [node("Reshape", "x s", "y")], [("x", [2, "H"]), ("s", ["L"], T.INT64)], [("y", None)])
model("reshape_i32", [node("Reshape", "x s", "y")], S, [("y", None)], {"s": np.array([2, 12], np.int32)})
model("reshape_folded", [
    node("Constant", "", "a", name="c0", value_ints=[2]),
    node("Constant", "", "b", name="c1", value=numpy_helper.from_array(np.array([-1], np.int64))),
    node("Identity", "b", "bi"),
    node("Concat", "a bi", "s", axis=0),
    node("Reshape", "x s", "y"),
], S, [("y", [2, 12])])
model("flatten", [node("Flatten", "x", "y", axis=-1)], S, [("y", [6, 4])])
model("flatten_scalar", [node("Flatten", "x", "y", axis=0)], [("x", [])], [("y", [1, 1])])
model("transpose", [node("Transpose", "x", "y")], S, [("y", [4, 3, 2])])
model("transpose_bad", [node("Transpose", "x", "y", perm=[0, 0, 1])], S, [("y", None)])
model("concat", [node("Concat", "x x", "y", axis=-2)], S, [("y", [2, 6, 4])])
model("concat_no_axis", [node("Concat", "x x", "y")], S, [("y", None)])
model("concat_mixed", [node("Concat", "x z", "y", axis=0)], S + [("z", [2, 3, 4], T.UINT8)], [("y", None)])

# Resolved operators, and what graphs can look like.
model("identity", [node("Identity", "x", "i"), node("Identity", "i", "j"), node("Relu", "j", "y")], S,
      [("y", [2, 3, 4]), ("j", [2, 3, 4])])
model("output_is_input", [node("Relu", "x", "y")], S, [("x", [2, 3, 4]), ("y", [2, 3, 4])])
model("output_is_initializer", [node("Relu", "x", "y")], S, [("y", [2, 3, 4]), ("w", [2]), ("i", [2], T.INT64)],
      {"w": f32(2), "i": np.arange(2)})
model("dropout_10", [node("Dropout", "x", "y m", ratio=0.25)], S, [("y", [2, 3, 4]), ("m", [2, 3, 4], T.BOOL)],
      opset=11)
model("dropout_12", [node("Dropout", "x r t", "y", seed=1)], S, [("y", [2, 3, 4])],
      {"r": np.float32(0.5), "t": np.array(False)}, opset=12)
model("dropout_training", [node("Dropout", "x r t", "y")], S, [("y", None)],
      {"r": np.float32(0.5), "t": np.array(True)})
model("dropout_computed", [node("Dropout", "x r t", "y")], S + [("t", [], T.BOOL)], [("y", None)],
      {"r": np.float32(0.5)})
model("constants", [
    node("Constant", "", "a", name="c0", value_float=2.0),
    node("Constant", "", "b", name="c1", value_floats=[1.0, 2.0]),
    node("Constant", "", "c", name="c2", value_int=3),
    node("Add", "a b", "y"),
], [], [("y", [2]), ("c", [], T.INT64)])
model("constant_none", [node("Constant", "", "y")], [], [("y", None)])
model("constant_string", [node("Constant", "", "y", value_string="a")], [], [("y", None)])
model("constant_no_sparse", [node("Constant", "", "y", value_int=1)], [], [("y", None)], opset=11)


def sparse(indices, dims, values=(2.0, 3.0)):
    return helper.make_sparse_tensor(numpy_helper.from_array(np.array(values, np.float32), "sp"),
                                     numpy_helper.from_array(np.array(indices, np.int64), "i"), dims)


for _name, _indices, _dims in (("", [1, 3], [4]), ("_rows", [[0, 1], [1, 0]], [2, 2]), ("_outside", [1, 4], [4]),
                               ("_negative", [-1, 2], [4]), ("_unsorted", [3, 1], [4]), ("_ranks", [[0, 1]] * 2, [4]),
                               ("_huge", [1, 3], [2**40]), ("_count", [1, 2, 3], [4])):
    model("constant_sparse" + _name, [node("Constant", "", "y", sparse_value=sparse(_indices, _dims))], [],
          [("y", None)], opset=11)
model("initializer_as_input", [node("Add", "x w", "y")], S + [("w", [4])], [("y", [2, 3, 4])], {"w": f32(4)})
model("initializer_open_input", [node("Add", "x w", "y")], S + [("w", ["n"])], [("y", [2, 3, 4])], {"w": f32(4)})
model("large_weights", [node("Add", "x w", "a"), node("Add", "a v", "y")], S, [("y", [2, 3, 4])],
      {"w": f32(2, 3, 4), "v": f32(2, 3, 4)})
model("equal_bytes", [node("Relu", "x", "y")], S, [("y", [2, 3, 4]), ("w", [32]), ("i", [16], T.INT64)],
      {"w": np.zeros(32, np.float32), "i": np.zeros(16, np.int64)})
model("no_inputs", [node("Relu", "w", "y")], [], [("y", [4])], {"w": f32(4)})
model("no_nodes", [], S, [("x", [2, 3, 4])])

# Graphs that are wrong.
model("unsupported", [node("Tan", "x", f"s{i}", name=f"tan_{i}") for i in range(7)] + [
    node("Acos", "x", "c"),
    helper.make_node("Fancy", ["x"], ["f"], name="fancy", domain="com.example"),
    helper.make_node("HardSwish", ["x"], ["y"]),
], S, [(n, None) for n in ("y", "c", "f", "s0", "s1", "s2", "s3", "s4", "s5", "s6")], opset=13)
model("function", [node("Twice", "x", "y")], S, [("y", None)], opset=15,
      imports=[helper.make_opsetid("", 15), helper.make_opsetid("local", 1)],
      functions=[helper.make_function("", "Twice", ["a"], ["b"], [node("Add", "a a", "b")],
                                      [helper.make_opsetid("", 15)])])
model("duplicate_tensor", [node("Relu", "x", "y", name="r1"), node("Relu", "x", "y", name="r2")], S, [("y", None)])
model("duplicate_initializer", [node("Relu", "x", "y")], S, [("y", None)],
      {"w": numpy_helper.from_array(f32(2), "w"), "w2": numpy_helper.from_array(f32(2), "w")})
model("duplicate_input", [node("Relu", "x", "y")], S + S, [("y", None)])
model("duplicate_output", [node("Relu", "x", "y")], S, [("y", None), ("y", None)])
model("unsorted", [node("Relu", "a", "y", name="second"), node("Relu", "x", "a", name="first")], S, [("y", None)])
model("cycle", [node("Add", "x y", "y")], S, [("y", None)])
model("undefined", [node("Relu", "nowhere", "y")], S, [("y", None)])
model("undefined_output", [node("Relu", "x", "z")], S, [("y", None)])
model("no_outputs", [node("Relu", "x", "y")], S, [])
model("node_without_output", [helper.make_node("Relu", ["x"], [""], name="lost")], S, [("x", None)])
model("initializer_other_shape", [node("Add", "x w", "y")], S + [("w", [5])], [("y", [2, 3, 4])], {"w": f32(4)})
model("initializer_other_rank", [node("Add", "x w", "y")], S + [("w", [])], [("y", [2, 3, 4])], {"w": f32(4)})
model("initializer_other_type", [node("Add", "x w", "y")], S + [("w", [4], T.INT64)], [("y", [2, 3, 4])],
      {"w": f32(4)})
model("surplus_output", [node("Relu", "x", "y z")], S, [("y", [2, 3, 4])])
model("surplus_output_dropout", [node("Dropout", "x", "y m z", name="drop")], S, [("y", [2, 3, 4])])
model("empty_outputs", [helper.make_node("Relu", ["x"], ["y", "", ""], name="relu")], S, [("y", [2, 3, 4])])
model("wrong_declared_shape", [node("Relu", "x", "y")], S, [("y", [2, 3, 5])])
model("wrong_declared_rank", [node("Relu", "x", "y")], S, [("y", [2, 12])])
model("wrong_declared_type", [node("Relu", "x", "y")], S, [("y", [2, 3, 4], T.INT32)])
model("opset_10", [node("Relu", "x", "y")], S, [("y", None)], opset=10)
model("opset_28", [node("Relu", "x", "y")], S, [("y", [2, 3, 4])], opset=28, ir=14)
model("opset_29", [node("Relu", "x", "y")], S, [("y", None)], opset=29)
model("ir_15", [node("Relu", "x", "y")], S, [("y", None)], ir=15)
model("no_opset", [node("Relu", "x", "y")], S, [("y", None)], imports=[helper.make_opsetid("com.example", 1)])
model("no_graph", [], [], [], edit=lambda m: m.ClearField("graph"))


def wrong_type(m):
    m.graph.node[0].attribute[0].type = 1  # an integer that claims to be a float


def twice(m):
    m.graph.node[0].attribute.append(m.graph.node[0].attribute[0])


def latin1(data):
    return data.replace(b"nameXX", b"nam\xe9XX"[:6])


model("attribute_type", [node("Flatten", "x", "y", axis=1)], S, [("y", None)], edit=wrong_type)
model("attribute_twice", [node("Flatten", "x", "y", axis=1)], S, [("y", None)], edit=twice)
model("short_initializer", [node("Add", "x w", "y")], S, [("y", None)],
      {"w": T(name="w", data_type=1, dims=[4], raw_data=b"\0" * 12)})
model("float8_initializer", [node("Add", "x w", "y")], S, [("y", None)],
      {"w": T(name="w", data_type=17, dims=[4], raw_data=b"\0" * 4)})
model("sequence_input", [node("Relu", "x", "y")], S, [("y", None)],
      edit=lambda m: m.graph.input[0].type.sequence_type.elem_type.tensor_type.SetInParent())
model("sparse", [node("Relu", "x", "y")], S, [("y", None)],
      edit=lambda m: m.graph.sparse_initializer.add().dims.append(1))
model("sparse_initializer", [node("Add", "x sp", "y")], S, [("y", None)],
      edit=lambda m: m.graph.sparse_initializer.append(sparse([1, 3], [4])))
model("sparse_initializer_bad", [node("Add", "x sp", "y")], S, [("y", None)],
      edit=lambda m: m.graph.sparse_initializer.append(sparse([1, 4], [4])))
model("empty_names", [node("Relu", "x", "y")], S + [("", [1])], [("y", None)])
model("strange_names", [helper.make_node("Relu", ["a:b=c/d e"], ["nameXX"], name="nödé")], [("a:b=c/d e", [2])],
      [("nameXX", [2])])

# What no output depends on, and faults: all of them at once.
model("unread", [
    node("Det", "x", "d", name="unread"),
    node("Relu", "d", "e", name="unread too"),
    node("Relu", "x", "y"),
], S, [("y", [2, 3, 4])])
model("unread_many", [node("Det", "x", f"d{i}", name=f"n{i}") for i in range(7)] + [node("Relu", "x", "y")], S,
      [("y", [2, 3, 4])])
model("faults", [
    node("MaxPool", "x", "p i", name="first", kernel_shape=[2]),
    node("Conv", "x w", "q", name="second"),
    node("Concat", "p q", "r", name="third", axis=9),
    node("Relu", "r", "y", name="quiet"),
    node("Clip", "x", "z", name="fourth", min=0.0),
    node("Det", "x", "d", name="fifth"),
    node("Conv", "y w", "y2", name="quiet too"),
], X, [("y", None), ("y2", None), ("z", None), ("d", None), ("nothing", None)], {"w": f32(4, 5, 1, 1)})
model("fault_in_weights", [node("Conv", "x w", "a", name="one"), node("Conv", "x w", "b", name="two")], X,
      [("a", None), ("b", None)], {"w": T(name="w", data_type=1, dims=[4, 2, 1, 1], raw_data=b"\0" * 12)})
model("fault_in_input", [node("Relu", "x", "y"), node("Relu", "z", "u")], [("x", [2], T.DOUBLE), ("z", [2], T.STRING)],
      [("y", None), ("u", None)])
INNER = helper.make_graph([node("If", "k", "e", name="inner", then_branch=helper.make_graph(
    [node("Unique", "x", "u", name="deep")], "deep", [], values([("u", None)])), else_branch=helper.make_graph(
        [node("Relu", "x", "v", name="fine")], "fine", [], values([("v", None)])))], "then", [], values([("e", None)]))
OTHER = helper.make_graph([node("Det", "h", "g", name="flat")], "else", [], values([("g", None)]))
model("bodies", [node("Identity", "x", "h"), node("If", "k", "y", name="outer", then_branch=INNER, else_branch=OTHER)],
      S, [("y", None)], {"k": np.array(True)})
def body(nodes, inputs, outputs, inits=None):
    """A body: its inputs and outputs are names, or as in `values`."""
    info = lambda names: values([(i, None) if isinstance(i, str) else i for i in names])
    tensors = [numpy_helper.from_array(np.asarray(value), key) for key, value in (inits or {}).items()]
    return helper.make_graph(nodes, "body", info(inputs), info(outputs), tensors)


I64 = lambda *numbers: np.array(numbers, np.int64)
SQUEEZED = {"then_branch": body([node("Squeeze", "x axes", "s")], [], ["s"]),
            "else_branch": body([node("Identity", "x", "i")], [], ["i"])}
model("if_rank_known", [node("Shape", "x", "d"), node("Gather", "d one", "n", axis=0), node("Equal", "n one", "k"),
                        node("If", "k", "y", name="squeezed", **SQUEEZED)], [("x", ["N", 1, 4])], [("y", None)],
      {"one": np.int64(1), "axes": I64(1)})
model("if_rank_range", [node("Shape", "x", "d"), node("Gather", "d one", "n", axis=0), node("Equal", "n one", "k"),
                        node("If", "k", "y", name="squeezed", **SQUEEZED)], [("x", ["N", "L", 4])], [("y", None)],
      {"one": np.int64(1), "axes": I64(1)})
model("if_rank_batch", [node("Shape", "x", "d"), node("Gather", "d zero", "n", axis=0), node("Equal", "n one", "k"),
                        node("If", "k", "r", name="squeezed", **SQUEEZED), node("Softmax", "r", "y", axis=-1)],
      [("x", ["N", 1, 4])], [("y", None)], {"zero": np.int64(0), "one": np.int64(1), "axes": I64(1)})
model("if_rank_unknown", [node("If", "k", "y", name="squeezed", **SQUEEZED)], [("x", [2, 1, 4]), ("k", [], T.BOOL)],
      [("y", None)], {"axes": I64(1)})
model("if_names", [node("Relu", "x", "h"), node("If", "k", "y", name="choice", then_branch=body(
    [node("Add", "h w", "a"), node("Mul", "a w", "b")], [], ["b"]), else_branch=body(
        [node("Mul", "h own", "a")], [], ["a"], {"own": f32(4)})), node("Sub", "y w", "z")],
      [("x", [2, 4]), ("k", [1], T.BOOL)], [("z", None)], {"w": f32(4)})
model("if_faults", [node("If", "k", "y", name="choice", then_branch=body(
    [node("Conv", "x x", "a", name="one")], [], ["a"]), else_branch=body(
        [node("Gemm", "x w", "b", name="two")], [], ["b"]))],
      [("x", [2, 4]), ("k", [1], T.BOOL)], [("y", None)], {"w": f32(3, 4)})
model("loop", [node("Loop", "m  a b", "c d e", name="repeat", body=body(
    [node("Add", "u w", "v"), node("Identity", "go", "on")], [("i", [], T.INT64), ("go", [], T.BOOL), "u", "t"],
    [("on", [], T.BOOL), "t", "v", "v"]))], [("a", [2, 4]), ("b", [2, 4])], [("c", None), ("d", None), ("e", None)],
      {"m": np.int64(3), "w": f32(4)}, edit=lambda m: m.graph.node[0].input.insert(1, ""))
model("loop_once", [node("Loop", "m  a", "c d", name="repeat", body=body(
    [node("Relu", "u", "v"), node("Constant", "", "on", value=helper.make_tensor("", T.BOOL, [], [False]))],
    [("i", [], T.INT64), ("go", [], T.BOOL), "u"], [("on", [], T.BOOL), "v", "v"]))],
      [("a", [2, 4]), ("m", [], T.INT64)], [("c", None), ("d", None)],
      edit=lambda m: m.graph.node[0].input.insert(1, ""))
model("loop_grows", [node("Loop", "m k a", "c", name="repeat", body=body(
    [node("Concat", "u u", "v", axis=0)], [("i", [], T.INT64), ("go", [], T.BOOL), "u"], [("go", [], T.BOOL), "v"]))],
      [("a", [2, 4])], [("c", None)], {"m": np.int64(3), "k": np.array(True)})
model("scan", [node("Scan", "s x", "t y", name="steps", num_scan_inputs=1, scan_input_axes=[1],
                    scan_input_directions=[1], scan_output_axes=[-1], body=body(
                        [node("Add", "h e", "g"), node("Relu", "g", "f")], ["h", "e"], ["g", "f"]))],
      [("s", [2]), ("x", [2, "L"])], [("t", None), ("y", None)])
model("lstm", [node("LSTM", "x W R", "y h c", name="network", hidden_size=2, direction="bidirectional")],
      [("x", ["L", 1, 3])], [("y", None), ("h", None), ("c", None)], {"W": f32(2, 8, 3), "R": f32(2, 8, 2)})
model("lstm_unknown", [node("LSTM", "x W R", "y", name="network", activations=["Sigmoid", "Sine", "Tanh"])],
      [("x", [5, 1, 3])], [("y", None)], {"W": f32(1, 8, 3), "R": f32(1, 8, 2)})
model("gru_size", [node("GRU", "x W R", "y", name="network", hidden_size=3)], [("x", [5, 1, 3])], [("y", None)],
      {"W": f32(1, 6, 3), "R": f32(1, 6, 2)})
model("function_inside", [node("Twice", "x", "y"), node("Twice", "y", "z", name="again")], S, [("z", None)], opset=15,
      imports=[helper.make_opsetid("", 15), helper.make_opsetid("local", 1)],
      functions=[helper.make_function("", "Twice", ["a"], ["b"], [node("Det", "a", "b", name="in function")],
                                      [helper.make_opsetid("", 15)])])
NAN = W.copy()
NAN[1, 0, 2, 1] = np.nan
model("nan_weights", [node("Conv", "x w", "y")], X, [("y", None)], {"w": NAN})
model("nan_bias", [node("Gemm", "a b c", "y")], [("a", [2, 3])], [("y", None)],
      {"b": f32(3, 4), "c": np.array([0, np.nan, 0, 0], np.float32)})
for _kernel, _ceil in ((5, 0), (7, 0), (5, 1)):
    model(f"window_{_kernel}_{_ceil}", [node("MaxPool", "x", "y", kernel_shape=[_kernel, 1], strides=[3, 1],
                                             ceil_mode=_ceil)], X, [("y", None)])
model("cast_own", [node("Cast", "x", "k", to=T.FLOAT), node("Relu", "k", "y")], S, [("y", None)])
model("cast_other", [node("Cast", "x", "y", to=T.DOUBLE)], S, [("y", None, T.DOUBLE)])

# Pools with ceil_mode: by an older rule a window may start behind the input and its padding.
POOL = node("MaxPool", "x", "p", name="pool", kernel_shape=[1, 1], strides=[2, 3], ceil_mode=1)
C = [("x", [1, 2, 5, 6])]
for _name, _out in (("newer", [1, 2, 3, 2]), ("older", [1, 2, 3, 3]), ("neither", [1, 2, 3, 4]), ("rank", [1, 2, 9])):
    model("ceil_" + _name, [POOL, node("Conv", "p w", "c", pads=[0, 1, 0, 1]), node("Relu", "c", "y")], C,
          [("y", [1, 4] + _out[2:])], {"w": f32(4, 2, 1, 3)})
model("ceil_other", [POOL, node("Relu", "x", "y")], C, [("p", None), ("y", [1, 2, 5, 7])])

# Symbolic dimensions.
model("symbolic", [node("Add", "x z", "y")], [("x", ["N", 3, "H"]), ("z", ["N", 1, 1])], [("y", ["N", 3, "H"])])
model("symbolic_batch", [node("Relu", "x", "y")], [("x", ["N", 3])], [("y", ["N", 3])])
model("minus_one", [node("Relu", "x", "y")], [("x", [1, 3])], [("y", [1, 3])],
      edit=lambda m: [setattr(v.type.tensor_type.shape.dim[0], "dim_value", -1) for v in
                      (m.graph.input[0], m.graph.output[0])])
for _size in (-1, -5):
    model(f"two_unknown{_size}", [node("Relu", "x", "y")], [("x", ["?", 3, None, "x.2"])], [("y", ["?", 3, None, "L"])],
          edit=lambda m, size=_size: setattr(m.graph.input[0].type.tensor_type.shape.dim[2], "dim_value", size))
model("two_batches", [node("Relu", "a", "y"), node("Relu", "b", "z")], [("a", ["N", 3]), ("b", ["M", 4])],
      [("y", ["N", 3]), ("z", ["M", 4])])
model("batch_and_table", [node("Add", "x t", "y")], [("x", ["N", 3]), ("t", [3])], [("y", ["N", 3])])
model("labels", [node("Relu", "x", "y"), node("Transpose", "y", "z", perm=[1, 0])], [("x", [2, "W"])],
      [("y", ["A", "W"]), ("z", ["A", "B"])])
model("symbolic_flatten", [node("Flatten", "x", "y")], [("x", ["N", 3, "H"])], [("y", None)])
model("symbolic_flatten_one", [node("Flatten", "x", "y")], [("x", ["N", 3, 4])], [("y", ["N", 12])])
for _i, _shape in enumerate([[0, -1], [0, 12], [0, 6], [-1, 6], [2, 12], [0, 5, -1]]):
    model(f"symbolic_reshape_{_i}", [node("Reshape", "x s", "y")], [("x", ["N", 3, 4])], [("y", None)],
          {"s": np.array(_shape, np.int64)})
model("symbolic_softmax_11", [node("Softmax", "x", "y", axis=1)], [("x", ["N", 3, 4])], [("y", ["N", 3, 4])], opset=11)
for _stride in (1, 2):
    model(f"symbolic_same_{_stride}", [node("Conv", "x w", "y", auto_pad="SAME_UPPER", strides=[_stride] * 2)],
          [("x", [1, 2, "H", 5])], [("y", None)], {"w": f32(4, 2, 3, 2)})
model("symbolic_kernel", [node("Conv", "x w", "y")], X + [("w", [4, 2, "K", 2])], [("y", None)])
model("symbolic_dropout", [node("Dropout", "x", "y m")], [("x", [2, "W"])], [("y", None), ("m", None)])
model("no_shape", [node("Relu", "x", "y")], [("x", None)], [("y", None)])

# Sizes as values.
D = [("x", ["N", 3, "H"])]
model("shape", [node("Shape", "x", "y")], D, [("y", None, T.INT64)])
model("shape_part", [node("Shape", "x", "y", start=-5, end=-2)], D, [("y", None, T.INT64)], opset=15)
model("shape_known", [node("Shape", "x", "y", start=1, end=2)], D, [("y", None, T.INT64)], opset=15)
model("shape_empty", [node("Shape", "x", "y", start=2, end=1)], D, [("y", None, T.INT64)], opset=15)
model("size", [node("Size", "x", "y")], D, [("y", None, T.INT64)])
model("size_known", [node("Size", "x", "y")], S, [("y", None, T.INT64)])
model("constant_of_shape", [node("ConstantOfShape", "s", "y")], [("s", [2], T.INT64)], [("y", None)])
model("constant_of_shape_i64",
      [node("ConstantOfShape", "s", "y", value=numpy_helper.from_array(np.array([7], np.int64)))],
      [("s", [2], T.INT64)], [("y", None, T.INT64)])
model("constant_of_shape_two",
      [node("ConstantOfShape", "s", "y", value=numpy_helper.from_array(np.array([7, 8], np.int64)))],
      [("s", [2], T.INT64)], [("y", None, T.INT64)])
model("constant_of_shape_i32", [node("ConstantOfShape", "s", "y")], [("s", [2], T.INT32)], [("y", None)])
model("range", [node("Range", "a b c", "y")], [("a", [], T.INT64), ("b", [], T.INT64)], [("y", None, T.INT64)],
      {"c": np.array(2, np.int64)})
model("range_i16", [node("Range", "a a a", "y")], [("a", [], T.INT16)], [("y", None, T.INT16)])
model("expand", [node("Expand", "x s", "y")], S + [("s", [4], T.INT64)], [("y", None)])
Q = [("x", ["N", 1, "H", 1])]
model("squeeze_11", [node("Squeeze", "x", "y", axes=[-1, 1])], Q, [("y", None)], opset=11)
model("squeeze_13", [node("Squeeze", "x a", "y")], Q, [("y", None)], {"a": np.array([-1, 1], np.int64)})
model("squeeze_all", [node("Squeeze", "x", "y")], [("x", [2, 1, 3, 1])], [("y", [2, 3])])
model("squeeze_all_unknown", [node("Squeeze", "x", "y")], Q, [("y", None)])
model("squeeze_not_one", [node("Squeeze", "x a", "y")], D, [("y", None)], {"a": np.array([1], np.int64)})
model("squeeze_computed", [node("Squeeze", "x a", "y")], Q + [("a", [1], T.INT64)], [("y", None)])
model("squeeze_twice", [node("Squeeze", "x", "y", axes=[1, -3])], Q, [("y", None)], opset=11)
model("unsqueeze_11", [node("Unsqueeze", "x", "y", axes=[-1, 0])], [("x", ["N", "H"])], [("y", None)], opset=11)
model("unsqueeze_13", [node("Unsqueeze", "x a", "y")], [("x", ["N", "H"])], [("y", None)],
      {"a": np.array([0, -1], np.int64)})
model("unsqueeze_no_axes", [node("Unsqueeze", "x", "y")], S, [("y", None)], opset=11)
model("unsqueeze_constant", [node("Unsqueeze", "w a", "u"), node("Add", "x u", "y")], [("x", [3, 2])], [("y", None)],
      {"w": f32(2), "a": np.array([0], np.int64)})


def i64(*numbers):
    return np.array(numbers, np.int64)


# Samples of a batch that meet; in the last one they do not.
for meeting, nodes in (("batch_mean", [node("ReduceMean", "x", "m", axes=[0]), node("Sub", "x m", "y")]),
                       ("batch_concat", [node("Concat", "x x", "y", axis=0)]),
                       ("batch_softmax", [node("Softmax", "x", "y", axis=0)]),
                       ("batch_across", [node("Transpose", "x", "t", perm=[1, 0]),
                                         node("ReduceMean", "t", "m", axes=[1]),
                                         node("Transpose", "m", "u", perm=[1, 0]), node("Sub", "x u", "y")]),
                       ("batch_backward", [node("Slice", "x s e a s", "y")]),
                       ("batch_last", [node("Slice", "x s e a", "l"), node("Add", "x l", "y")]),
                       ("sample_mean", [node("ReduceMean", "x", "m", axes=[1]), node("Sub", "x m", "y"),
                                        node("Shape", "x", "n"), node("Concat", "n n", "z", axis=0)])):
    model(meeting, nodes, [("x", ["N", 3])], [("y", None)] + [("z", [4], T.INT64)] * (meeting == "sample_mean"),
          {"batch_backward": {"s": i64(-1), "e": i64(-9), "a": i64(0)},
           "batch_last": {"s": i64(-1), "e": i64(2**31 - 1), "a": i64(0)}}.get(meeting, {}))

# Moves.
Z = [("x", ["N", 4, 6, "W"])]
model("slice", [node("Slice", "x s e a t", "y")], Z, [("y", None)],
      {"s": i64(-1, 0), "e": i64(-2**63, 2), "a": i64(1, -2), "t": i64(-1, 1)})
model("slice_i32", [node("Slice", "x s e", "y")], Z, [("y", None)],
      {"s": np.array([0, 1], np.int32), "e": np.array([9, 3], np.int32)})
model("slice_computed", [node("Slice", "x s e a", "y")], Z + [("e", [1], T.INT64)], [("y", None)],
      {"s": i64(1), "a": i64(3)})
model("slice_folded", [node("Shape", "x", "h"), node("Slice", "h s e", "p"), node("Gather", "h i", "q", axis=0),
                       node("Concat", "q p", "t", axis=0), node("Reshape", "x t", "y")],
      [("x", [2, 3, 4])], [("y", None)], {"s": i64(0), "e": i64(2), "i": i64(-1)})
model("slice_computed_length", [node("Slice", "x s e", "y")], Z + [("e", ["K"], T.INT64)], [("y", None)], {"s": i64(1)})
model("slice_counts", [node("Slice", "x s e", "y")], Z, [("y", None)], {"s": i64(1), "e": i64(2, 3)})
model("slice_axis_twice", [node("Slice", "x s e a", "y")], Z, [("y", None)],
      {"s": i64(0, 0), "e": i64(1, 1), "a": i64(1, -3)})
model("gather_folded_outside", [node("Shape", "x", "h"), node("Gather", "h i", "q"), node("Reshape", "x q", "y")],
      [("x", [2, 3, 4])], [("y", None)], {"i": i64(3)})
model("split_11", [node("Split", "x", "y z", axis=1, split=[1, 3])], Z, [("y", None), ("z", None)], opset=11)
model("split_13", [node("Split", "x", "y z", axis=1)], Z, [("y", None), ("z", None)])
model("split_18", [node("Split", "x", "y z", axis=2, num_outputs=2)], [("x", [1, 4, 7])], [("y", None), ("z", None)],
      opset=18)
model("split_uneven", [node("Split", "x", "y z", axis=1)], [("x", [1, 3])], [("y", None), ("z", None)])
model("split_unknown", [node("Split", "x", "y z", axis=3)], Z, [("y", None), ("z", None)])
model("split_wrong_sum", [node("Split", "x s", "y z", axis=1)], Z, [("y", None), ("z", None)], {"s": i64(1, 2)})
model("split_computed", [node("Split", "x s", "y z", axis=3)], Z + [("s", [2], T.INT64)], [("y", None), ("z", None)])
model("split_computed_count", [node("Split", "x s", "y z", axis=3)], Z + [("s", [3], T.INT64)],
      [("y", None), ("z", None)])
model("split_unknown_sizes", [node("Split", "x s", "y z", axis=3)], Z, [("y", None), ("z", None)], {"s": i64(1, 2)})
model("split_unknown_18", [node("Split", "x", "y z", axis=3, num_outputs=2)], Z, [("y", None), ("z", None)], opset=18)
model("pad", [node("Pad", "x p v", "y")], Z, [("y", None)], {"p": i64(0, 0, 1, 0, 0, 0, 2, 3), "v": np.float32(2.5)})
model("pad_negative", [node("Pad", "x p", "y", mode="edge")], Z, [("y", None)], {"p": i64(0, -1, 0, 0, 0, 2, -1, 0)})
model("pad_axes", [helper.make_node("Pad", ["x", "p", "", "a"], ["y"], name="pad")], Z, [("y", None)],
      {"p": i64(1, 2), "a": i64(-2)}, opset=18)
model("pad_mode", [node("Pad", "x p", "y", mode="mirror")], Z, [("y", None)], {"p": i64(*[0] * 8)})
model("pad_computed", [node("Pad", "x p", "y")], Z + [("p", [8], T.INT64)], [("y", None)])
model("pad_computed_axes", [helper.make_node("Pad", ["x", "p", "", "a"], ["y"], name="pad")],
      Z + [("p", [2], T.INT64)], [("y", None)], {"a": i64(-2)}, opset=18)
model("pad_computed_count", [node("Pad", "x p", "y")], Z + [("p", [4], T.INT64)], [("y", None)])
model("tile_computed", [node("Tile", "x p", "y")], Z + [("p", [4], T.INT64)], [("y", None)])
model("resize", [node("Resize", "x r s", "y", mode="nearest", coordinate_transformation_mode="asymmetric",
                      nearest_mode="floor")], Z, [("y", None)],
      {"r": np.zeros(0, np.float32), "s": np.array([1, 1, 2, 2], np.float32)})
model("resize_sizes", [node("Resize", "x r c s", "y")], [("x", [1, 2, 3, 4])], [("y", None)],
      {"r": np.zeros(0, np.float32), "c": np.zeros(0, np.float32), "s": i64(1, 2, 6, 5)})
model("resize_linear", [node("Resize", "x r s", "y", mode="linear")], Z, [("y", None)],
      {"r": np.zeros(0, np.float32), "s": np.array([1, 1, 2, 2], np.float32)})
model("resize_unknown", [node("Resize", "x r s", "y", mode="nearest")], Z, [("y", None)],
      {"r": np.zeros(0, np.float32), "s": np.array([1, 1, 2, 0.3], np.float32)})
model("resize_computed", [helper.make_node("Resize", ["x", "", "", "s"], ["y"], name="resize")],
      Z + [("s", [4], T.INT64)], [("y", None)])
model("resize_computed_axes", [helper.make_node("Resize", ["x", "", "", "s"], ["y"], name="resize", axes=[3, 2])],
      Z + [("s", [2], T.INT64)], [("y", None)], opset=18)
model("resize_computed_scales", [helper.make_node("Resize", ["x", "", "s"], ["y"], name="resize")],
      Z + [("s", [4])], [("y", None)])
model("resize_computed_ratio", [helper.make_node("Resize", ["x", "", "", "s"], ["y"], name="resize",
                                                 keep_aspect_ratio_policy="not_larger")],
      Z + [("s", [4], T.INT64)], [("y", None)], opset=18)
# One scale for both axes, by which the coordinates go: 2 exactly; 5/3, of which the size 4 is rounded down; 4/3, of
# which 3 is rounded up from 2.67.
for name, shape, sizes, policy in (("exact", [1, 1, 2, 3], (4, 9), "not_larger"),
                                   ("down", [1, 1, 2, 3], (3, 5), "not_smaller"),
                                   ("up", [1, 1, 2, 3], (9, 4), "not_larger")):
    model(f"resize_ratio_{name}", [helper.make_node("Resize", ["x", "", "", "s"], ["y"], name="resize", axes=[2, 3],
                                                    keep_aspect_ratio_policy=policy)],
          [("x", shape)], [("y", None)], {"s": i64(*sizes)}, opset=19)
model("resize_negative", [helper.make_node("Resize", ["x", "", "", "s"], ["y"], name="resize", axes=[2])], Z,
      [("y", None)], {"s": i64(-1)}, opset=18)
model("resize_some_sizes", [helper.make_node("Resize", ["x", "", "", "s"], ["y"], name="resize", axes=[2])], Z,
      [("y", None)], {"s": i64(5)}, opset=18)
model("resize_crop", [node("Resize", "x r s", "y", coordinate_transformation_mode="tf_crop_and_resize")], Z,
      [("y", None)], {"r": np.zeros(8, np.float32), "s": np.array([1, 1, 2, 2], np.float32)})
model("depth_to_space", [node("DepthToSpace", "x", "y", blocksize=2, mode="CRD")], Z, [("y", None)])
model("depth_to_space_mode", [node("DepthToSpace", "x", "y", blocksize=2, mode="RCD")], Z, [("y", None)])
model("conv_transpose", [node("ConvTranspose", "x w", "y", strides=[2, 3], output_padding=[1, 0])], Z, [("y", None)],
      {"w": f32(4, 5, 2, 3)})
model("conv_transpose_group", [node("ConvTranspose", "x w b", "y", group=2)], Z, [("y", None)],
      {"w": f32(4, 3, 2, 2), "b": f32(6)})
model("conv_transpose_same", [node("ConvTranspose", "x w", "y", strides=[2, 2], auto_pad="SAME_LOWER")], Z,
      [("y", None)], {"w": f32(4, 5, 3, 3)})
model("conv_transpose_shape", [node("ConvTranspose", "x w", "y", strides=[3, 2], output_shape=[10, 8])],
      [("x", [1, 1, 3, 3])], [("y", None)], {"w": f32(1, 2, 3, 3)})
model("conv_transpose_bad_group", [node("ConvTranspose", "x w", "y", group=3)], Z, [("y", None)],
      {"w": f32(4, 3, 2, 2)})


# External data. The files beside the models are written below.
EXTERNAL = f32(4, 8)


def external(name, location, shape=(4, 8), **entries):
    tensor = T(name="w", data_type=1, dims=shape, data_location=1)
    for key, value in dict(location=location, **entries).items():
        tensor.external_data.add(key=key, value=str(value))
    model("external_" + name, [node("Add", "x w", "y")], [("x", [4, 8])], [("y", [4, 8])], {"w": tensor})


external("good", "weights.bin")
external("offset", "sub/weights.bin", offset=3, length=128)
external("missing", "none.bin")
external("short", "weights.bin", offset=4)
external("wrong_length", "weights.bin", length=64)
external("bad_offset", "weights.bin", offset="-1")
external("absolute", "/etc/passwd")
external("up", "../outside/weights.bin")
external("up_inside", "sub/../weights.bin")
external("link", "link.bin")
external("linked_folder", "linked/weights.bin")
external("inner_link", "inner.bin")
external("directory", "sub")
external("device", "device.bin")
external("no_location", "")
external("negative", "weights.bin", shape=[-1])
external("huge", "weights.bin", shape=[2**31, 2**31])


def write_external(folder):
    os.makedirs(os.path.join(folder, "sub"), exist_ok=True)
    outside = os.path.join(os.path.dirname(os.path.abspath(folder)), "outside")
    os.makedirs(outside, exist_ok=True)
    data = EXTERNAL.tobytes()
    contents = {"weights.bin": data, "sub/weights.bin": b"abc" + data, "../outside/weights.bin": data}
    for path, content in contents.items():
        with open(os.path.join(folder, path), "wb") as file:
            file.write(content)
    targets = {"link.bin": "../outside/weights.bin", "linked": "../outside", "inner.bin": "sub/../weights.bin",
               "device.bin": "/dev/zero"}
    for link, target in targets.items():
        path = os.path.join(folder, link)
        if not os.path.islink(path):
            os.symlink(target, path)


def main():
    folder, names = sys.argv[1], sys.argv[2:]
    os.makedirs(folder, exist_ok=True)
    write_external(folder)
    for name in names or MODELS:
        data = MODELS[name]().SerializeToString()
        with open(os.path.join(folder, name + ".onnx"), "wb") as file:
            file.write(latin1(data) if name == "strange_names" else data)


if __name__ == "__main__":
    main()
