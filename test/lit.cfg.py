# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Configuration of the lit tests: tools, substitutions, features.
import glob
import os
import shutil

import lit.formats
from lit.llvm import llvm_config
from lit.llvm.subst import ToolSubst

config.name = "qc"
config.test_format = lit.formats.ShTest(not llvm_config.use_lit_shell)
config.suffixes = [".mlir", ".test"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.qc_obj_root, "test")
config.excludes = ["Inputs", "Unit", "CMakeLists.txt", "lit.cfg.py", "oracle"]
llvm_config.use_default_substitutions()
llvm_config.with_environment("PATH", config.llvm_tools_dir, append_path=True)
# QC_LONG_TESTS=1 (scripts/test-all): tests that take minutes run too, those with `REQUIRES: long-tests`.
llvm_config.with_system_environment(["QC_LONG_TESTS"])
if os.environ.get("QC_LONG_TESTS") == "1":
    config.available_features.add("long-tests")
# Every qc-opt run of every test checks that text and bytecode round-trip.
llvm_config.add_tool_substitutions(
    [ToolSubst("qc-opt", extra_args=["--verify-roundtrip"], unresolved="fatal"),
     ToolSubst("qc-compile", unresolved="ignore"), ToolSubst("qc-verify", unresolved="ignore"),
     ToolSubst("qc-run-device", unresolved="ignore"), ToolSubst("qc-solve", unresolved="ignore")],
    [config.qc_tools_dir, config.llvm_tools_dir])
config.substitutions.append(("%python", "/usr/bin/python3"))
config.substitutions.append(("%testdir", config.test_source_root))
config.substitutions.append(("%builddir", config.qc_obj_root))
# %clang compiles the C programs of the tests that use generated headers.
config.substitutions.append(("%clang", config.qc_clang))
# A build by another compiler, or with sanitizers, beside the release build: scripts/test-all.
release = os.path.join(config.qc_obj_root, "..", "release")
if os.path.exists(os.path.join(release, "bin", "qc-compile")) and not os.path.samefile(release, config.qc_obj_root):
    config.available_features.add("beside-release")
    config.substitutions.append(("%release", os.path.abspath(release)))
# A build with sanitizers, which keep what is freed and take longer.
if config.qc_sanitizers:
    config.available_features.add("sanitizers")
# Other engines: onnxruntime in build/venv (benchmarks/compare-engines makes it), Debian's PyTorch.
venv = os.path.join(config.qc_obj_root, "..", "venv", "lib")
if glob.glob(os.path.join(venv, "python3*", "site-packages", "onnxruntime")):
    config.available_features.add("onnxruntime")
if os.path.isdir("/usr/lib/python3/dist-packages/torch"):
    config.available_features.add("torch")
# Public models, and those that are made by script: scripts/fetch-models, scripts/make-loads.
llvm_config.with_system_environment(["QC_MODELS"])
models = os.environ.get("QC_MODELS") or os.path.join(config.qc_obj_root, "..", "models")
for feature, name in (("ocr-models", "rapidocr-onnxruntime/*.sha256"), ("minilm-models", "minilm-l6.weights"),
                      ("zoo-models", "efficientnet_b0.onnx"), ("sequence-models", "seq2seq-merged.onnx"),
                      ("voice-models", "silero-vad/*.sha256"), ("decoder-models", "decoder.onnx"),
                      ("lite-models", "photos/*.sha256")):
    if glob.glob(os.path.join(models, name)):
        config.available_features.add(feature)
# What renders text and cuts pictures: scripts/setup --loads.
if os.path.isdir("/usr/lib/python3/dist-packages/PIL"):
    config.available_features.add("pil")
# NVIDIA's assembler comes with CUDA, which nothing here needs.
ptxas = shutil.which("ptxas") or shutil.which("ptxas", path="/usr/local/cuda/bin")
if ptxas:
    config.available_features.add("ptxas")
    config.substitutions.append(("%ptxas", ptxas))
