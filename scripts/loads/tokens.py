# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Modes of scripts/check-loads for decoders: text token by token, through the C interface, and its perplexity."""
import ctypes
import time

import numpy as np

from loads import engines, modes, sequences
from loads.engines import Failed
from loads.files import Missing

PROMPT = b"The package manager "
COUNT, WINDOW, WINDOWS = 300, 256, 64


class Tensor(ctypes.Structure):
    """qc_tensor of the C interface."""
    _fields_ = [("size", ctypes.c_size_t), ("data", ctypes.c_void_p), ("bytes", ctypes.c_size_t),
                ("dtype", ctypes.c_int32), ("rank", ctypes.c_int32), ("dims", ctypes.c_void_p),
                ("produced", ctypes.c_void_p)]


class Handle:
    """A handle of a decoder: token [1, length] to logits [1, length, 256] and next_token [1, 1]."""

    def __init__(self, library, name):
        self.library, self.name, self.model = library, name, ctypes.c_void_p()
        self.call("open", None, ctypes.byref(self.model))

    def call(self, function, *arguments):
        status = getattr(self.library, f"{self.name}_{function}")(*arguments)
        if status:
            raise Failed(f"{self.name}_{function} answers {status}")

    def step(self, tokens):
        """The logits of the last token, and the next token."""
        token = np.array(tokens, np.int64).reshape(1, -1)
        outputs = [np.empty((1, token.size, 256), np.float32), np.empty((1, 1), np.int64)]
        arrays, keep = [], []
        for array in [token, *outputs]:
            dims = (ctypes.c_int64 * array.ndim)(*array.shape)
            keep.append(dims)
            arrays.append(Tensor(ctypes.sizeof(Tensor), array.ctypes.data, array.nbytes, 0, array.ndim,
                                 ctypes.addressof(dims), None))
        self.call("run", self.model, (Tensor * 1)(arrays[0]), (Tensor * 2)(*arrays[1:]), None)
        return outputs[0][0, -1].tobytes(), int(outputs[1][0, 0])

    def save(self):
        bytes_ = ctypes.c_size_t()
        self.call("state_bytes", self.model, ctypes.byref(bytes_))
        buffer = ctypes.create_string_buffer(bytes_.value)
        self.call("save_state", self.model, buffer, bytes_)
        return buffer

    def restore(self, buffer):
        self.call("restore_state", self.model, buffer, ctypes.c_size_t(len(buffer)))

    def reset(self):
        self.call("reset", self.model)

    def write(self, prompt, count):
        """The tokens behind each of `count` runs: the prompt's, then what came out."""
        found = []
        for i in range(count):
            found.append(self.step([prompt[i] if i < len(prompt) else found[-1]])[1])
        return found


def open_decoder(arguments, load, path, capacity):
    name = f"decoder{capacity}"
    options = [word for word in modes.options_of(load, "float") if "--range" not in str(word)]
    library, _, _ = modes.compile_load(arguments, f"{name}.so", path, [*options, f"--range=past=0:{capacity}"])
    return name, ctypes.CDLL(str(library))


def check_times(handles):
    """Times of a step at positions 50 and 500, seconds, by handle: the median around a position in a text, of the text
    in which it is least; texts take turns."""
    times = [{50: [], 500: []} for _ in handles]
    for _ in range(3):
        for handle, found in zip(handles, times):
            handle.reset()
            text = []
            for position in range(510):
                begin = time.perf_counter()
                handle.step([position % 100])
                text.append(time.perf_counter() - begin)
            for at in found:
                found[at].append(np.median(text[at - 8:at + 8]))
    return [{at: float(min(found[at])) for at in found} for found in times]


def compare_capacities(decoders):
    """Times of the first, and the quotient of those of the second by it at position 500: least ones, of handles that
    are opened anew, as where a handle's memory lies makes some per cent."""
    kept, rounds = [], []
    for _ in range(20):
        handles = [Handle(library, name) for name, library in decoders]
        kept += handles # so that the next ones lie elsewhere
        rounds.append(check_times(handles))
    small, large = ({at: min(times[which][at] for times in rounds) for at in (50, 500)} for which in (0, 1))
    return small, large[500] / small[500]


def check_tokens(arguments, load, path):
    """Handles of two capacities: what a text is does not depend on how it is written."""
    if load.name != "decoder":
        raise Missing("not a decoder of text")
    decoders = [open_decoder(arguments, load, path, capacity) for capacity in (512, 8192)]
    one, other, second = (Handle(library, name) for name, library in (*decoders, decoders[0]))
    expected = one.write(PROMPT, COUNT)
    # ONNX Runtime on the same tokens, caches fed by hand.
    fed = np.array([*PROMPT, *expected[len(PROMPT) - 1:-1]], np.int64).reshape(-1, 1, 1)
    theirs = engines.run_reference(path, [{"token": fed}], modes.WORK / "reference", states=load.states)[0]
    if theirs["next_token"].ravel().tolist() != expected:
        raise Failed("ONNX Runtime writes another text")
    # Two handles that take turns, one of another capacity.
    one.reset()
    texts = [[], []]
    for i in range(COUNT):
        for handle, text in zip((one, other), texts):
            text.append(handle.step([PROMPT[i] if i < len(PROMPT) else text[-1]])[1])
    if texts != [expected, expected]:
        raise Failed("handles that take turns write another text")
    for length in (1, 7, 40, 100):
        one.reset()
        second.reset()
        tokens = fed.ravel()[:length + 1].tolist()
        one.step(tokens[:length])
        for token in tokens[:length]:
            second.step([token])
        if one.step(tokens[length:]) != second.step(tokens[length:]):
            raise Failed(f"{length} positions at once leave another state than one after the other")
        saved = one.save()
        after = one.write([1, 2], 20)
        second.restore(saved)
        one.restore(saved)
        if second.write([1, 2], 20) != after or one.write([1, 2], 20) != after:
            raise Failed("a restored state writes another text")
    small, ratio = compare_capacities(decoders)
    growth = small[500] / small[50]
    words = (f"{COUNT} tokens as ONNX Runtime writes them; the same by turns, with the prompt at once, restored; "
             f"{1e3 * small[500]:.3f} ms at position 500, {growth:.2f} times that at 50 (limit 1.6), capacity 8192 "
             f"{ratio:.3f} times 512 (limits 0.95 to 1.05)")
    return words, growth <= 1.6 and abs(ratio - 1) <= 0.05


def measure_perplexity(program, feeds, threads):
    """e to the mean of -log of what the model gives the next byte."""
    loss = []
    for feed, found in zip(feeds, engines.run_program(program, feeds, ["logits"], threads=threads)):
        logits = found["logits"].reshape(-1, 256).astype(np.float64)[:-1]
        following = feed["token"].ravel()[1:]
        logits -= logits.max(1, keepdims=True)
        loss.append(np.log(np.exp(logits).sum(1)) - logits[np.arange(len(following)), following])
    return float(np.exp(np.concatenate(loss).mean()))


def check_perplexity(arguments, load, path):
    """Of text that was not trained on, windows of 256 bytes, each a run of its own."""
    if load.name != "decoder":
        raise Missing("not a decoder of text")
    text = sequences.read_text("decoder-heldout.text")
    starts = np.linspace(0, len(text) - WINDOW - 1, WINDOWS).astype(int)
    feeds = [{"token": text[start:start + WINDOW].reshape(1, 1, WINDOW)} for start in starts]
    found = {}
    for precision in ("float", "int8"):
        program, _, report = modes.compile_load(arguments, f"{load.name}-{precision}", path,
                                                modes.options_of(load, precision))
        found[precision] = measure_perplexity(program, feeds, arguments.threads)
    loss = 100 * (found["int8"] / found["float"] - 1)
    return (f"{modes.count_integer(report)}; perplexity of a byte {found['float']:.4f} in float, {found['int8']:.4f} "
            f"in int8: {loss:+.2f} % (limit 2 %)"), loss <= 2
