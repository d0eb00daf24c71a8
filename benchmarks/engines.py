# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One engine with one model in one process: engines.py ENGINE MODEL IMAGES (--bench RUNS | --classify OUT.npy --labels
L.npy [--against FLOAT.npy] | --quantize OUT). compare-engines starts one such process per measurement; everything runs
batch 1, one thread.

ENGINE is qc (MODEL: a shared library, its C ABI through ctypes), ort or openvino (MODEL: what that engine reads).
"""
import argparse
import ctypes
import json
import pathlib
import time

import numpy as np

import peers


class QcOptions(ctypes.Structure): # include/qc/Runtime/Abi.h
    _fields_ = [("size", ctypes.c_size_t), ("threads", ctypes.c_int32), ("max_level", ctypes.c_char_p),
                ("observe", ctypes.c_void_p), ("observe_user", ctypes.c_void_p)]


class QcTensor(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("data", ctypes.c_void_p), ("bytes", ctypes.c_size_t),
                ("dtype", ctypes.c_int32), ("rank", ctypes.c_int32), ("dims", ctypes.c_void_p)]


class QcTensorDesc(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("name", ctypes.c_char_p), ("dtype", ctypes.c_int32),
                ("rank", ctypes.c_int32), ("dims", ctypes.POINTER(ctypes.c_int64))]


class Qc:
    """A model with one f32 input and one f32 output. The library is named as its prefix: NAME.so."""

    def __init__(self, path, options=None):
        name = pathlib.Path(path).stem
        library = ctypes.CDLL(str(pathlib.Path(path).resolve()))
        call = lambda function: getattr(library, f"{name}_{function}")
        options = options or QcOptions(size=ctypes.sizeof(QcOptions), threads=1)
        self.model = ctypes.c_void_p()
        self.expect_ok(call("open")(ctypes.byref(options), ctypes.byref(self.model)))
        desc = QcTensorDesc(size=ctypes.sizeof(QcTensorDesc))
        self.expect_ok(call("io")(self.model, 1, ctypes.c_size_t(0), ctypes.byref(desc)))
        self.output = np.zeros([desc.dims[i] for i in range(desc.rank)], np.float32)
        size = ctypes.c_size_t()
        self.expect_ok(call("workspace")(self.model, None, ctypes.byref(size)))
        self.workspace = ctypes.create_string_buffer(size.value + 1)
        self.function, self.library = call("run"), library

    def expect_ok(self, status):
        if status != 0:
            raise SystemExit(f"the model answers {status}")

    def bind(self, image):
        self.input = np.ascontiguousarray(image)
        tensor = lambda array: QcTensor(ctypes.sizeof(QcTensor), array.ctypes.data, array.nbytes, 0, 0, None)
        self.tensors = ctypes.byref(tensor(self.input)), ctypes.byref(tensor(self.output))
        self.arguments = self.model, *self.tensors, self.workspace

    def run(self):
        self.expect_ok(self.function(*self.arguments))

    def result(self):
        return self.output


class Ort:
    def __init__(self, path):
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.names = self.session.get_inputs()[0].name, self.session.get_outputs()[0].name
        self.binding = self.session.io_binding()

    def bind(self, image):
        import onnxruntime
        value = onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(image))
        self.binding.bind_ortvalue_input(self.names[0], value)
        self.binding.bind_output(self.names[1])

    def run(self):
        self.session.run_with_iobinding(self.binding)

    def result(self):
        return self.binding.copy_outputs_to_cpu()[0]


def read_openvino(path):
    import openvino
    model = openvino.Core().read_model(path)
    if model.inputs[0].partial_shape.is_dynamic:
        model.reshape([1, *[dim.get_length() for dim in list(model.inputs[0].partial_shape)[1:]]])
    return model


class OpenVino:
    def __init__(self, path):
        import openvino
        config = {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY",
                  "INFERENCE_PRECISION_HINT": "f32"} # no silent bf16 where the CPU has it
        self.request = openvino.Core().compile_model(read_openvino(path), "CPU", config).create_infer_request()

    def bind(self, image):
        import openvino
        self.image = np.ascontiguousarray(image)
        self.request.set_input_tensor(openvino.Tensor(self.image, shared_memory=True))

    def run(self):
        self.request.infer()

    def result(self):
        return self.request.get_output_tensor(0).data


ENGINES = {"qc": Qc, "ort": Ort, "openvino": OpenVino}


def bench(engine, image, runs):
    engine.bind(image)
    for _ in range(runs // 10 + 20):
        engine.run()
    times = []
    for _ in range(runs):
        begin = time.perf_counter_ns()
        engine.run()
        times.append(time.perf_counter_ns() - begin)
    return {"median_ms": float(np.median(times)) / 1e6, "min_ms": min(times) / 1e6}


def classify(engine, images):
    answers = []
    for i in range(len(images)):
        engine.bind(images[i:i + 1])
        engine.run()
        answers.append(int(np.argmax(engine.result())))
    return np.array(answers)


def judge(answers, arguments):
    """Share of right answers, and of those that another run gave too."""
    np.save(arguments.classify, answers)
    against = np.load(arguments.against) if arguments.against else answers
    right, same = answers == np.load(arguments.labels), answers == against
    return {"top1": float(np.mean(right)), "agreement": float(np.mean(same))}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("model")
    parser.add_argument("images")
    task = parser.add_mutually_exclusive_group(required=True)
    task.add_argument("--bench", type=int)
    task.add_argument("--classify")
    task.add_argument("--quantize")
    parser.add_argument("--labels")
    parser.add_argument("--against")
    arguments = parser.parse_args()
    images = np.load(arguments.images)
    if arguments.quantize:
        feeds = [{"image": images[i:i + 1]} for i in range(len(images))]
        if arguments.engine == "ort":
            peers.quantize_ort(arguments.model, feeds, arguments.quantize)
        else:
            peers.quantize_openvino(read_openvino(arguments.model), feeds, arguments.quantize)
        return
    engine = ENGINES[arguments.engine](arguments.model)
    if arguments.classify:
        print(json.dumps(judge(classify(engine, images), arguments)))
    else:
        print(json.dumps(bench(engine, images[:1], arguments.bench)))


if __name__ == "__main__":
    main()
