# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A model quantized by another engine, each by its own recommended means, and run:
peers.py ort|nncf quantize MODEL.onnx CALIBRATION.npz OUT [transformer]
peers.py ort|nncf run MODEL INPUTS.npz OUTPUTS.npz

Runs in build/venv. Arrays are keyed by the number of the run and the name: `0/x`. NNCF's models are run by OpenVINO.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "scripts"))

from loads.engines import read_runs, write_runs  # pylint: disable=wrong-import-position


def quantize_ort(path, feeds, out):
    """ONNX Runtime's own int8: QDQ, u8 activations by MinMax, s8 weights per channel, which begin with opset 13."""
    import onnx
    from onnx import version_converter
    from onnxruntime.quantization import (CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType,
                                          quantize_static)
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Reader(CalibrationDataReader):
        def __init__(self):
            self.left = iter(feeds)

        def get_next(self):
            return next(self.left, None)

    prepared, model = str(out) + ".prepared.onnx", onnx.load(path)
    if any(not entry.domain and entry.version < 13 for entry in model.opset_import):
        model = version_converter.convert_version(model, 13)
    quant_pre_process(model, prepared, skip_symbolic_shape=True)
    quantize_static(prepared, out, Reader(), quant_format=QuantFormat.QDQ, per_channel=True,
                    activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
                    calibrate_method=CalibrationMethod.MinMax)
    pathlib.Path(prepared).unlink()


def quantize_openvino(model, feeds, out, **options):
    """OpenVINO's own int8 of one of its models: NNCF, mixed preset."""
    import nncf
    import openvino
    quantized = nncf.quantize(model, nncf.Dataset(feeds), preset=nncf.QuantizationPreset.MIXED, subset_size=len(feeds),
                              **options)
    openvino.save_model(quantized, out, compress_to_fp16=False)


def quantize_nncf(path, feeds, out, kind="other"):
    """NNCF wants to be told where a model is a transformer."""
    import nncf
    import openvino
    attention = {"model_type": nncf.ModelType.TRANSFORMER} if kind == "transformer" else {}
    quantize_openvino(openvino.Core().read_model(path), feeds, out, **attention)


def run_ort(path, feeds):
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return [dict(zip(names, session.run(names, feed))) for feed in feeds]


def run_openvino(path, feeds):
    import openvino
    config = {"INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32"} # no silent bf16 where the CPU has it
    model = openvino.Core().compile_model(path, "CPU", config)
    return [{name: array for port, array in model(feed).items() for name in port.get_names()} for feed in feeds]


def main():
    engine, task, model, inputs, out, *kind = sys.argv[1:]
    feeds = read_runs(inputs)
    if task == "run":
        write_runs(out, (run_ort if engine == "ort" else run_openvino)(model, feeds))
    elif engine == "ort":
        quantize_ort(model, feeds, out)
    else:
        quantize_nncf(model, feeds, out, *kind)


if __name__ == "__main__":
    main()
