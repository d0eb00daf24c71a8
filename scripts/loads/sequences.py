# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Loads of sequences: with state, or recurrent."""
import numpy as np

from loads import files
from loads.files import ROOT
from loads.load import CALIBRATION, Load

INPUTS = ROOT / "test" / "Inputs"


def read_text(name):
    return np.frombuffer((INPUTS / name).read_bytes(), np.uint8).astype(np.int64)


def make_texts(name, count, length):
    """Sequences of bytes of a text, one a step, evenly spread over it."""
    text = read_text(name)
    starts = np.linspace(0, len(text) - length - 1, count).astype(int)
    return [{"token": text[start:start + length].reshape(length, 1, 1)} for start in starts]


def make_voice(seed, count):
    """Chunks as a microphone gives them: hums of some harmonics with pauses, and noise."""
    feeds = []
    for i in range(count):
        rng = np.random.default_rng(seed + i)
        time = np.arange(200 * 512) / 16000
        pitch = 110 + 60 * rng.random() + 20 * np.sin(2 * np.pi * 0.7 * time)
        phase = 2 * np.pi * np.cumsum(pitch) / 16000
        voice = sum(rng.random() / k * np.sin(k * phase) for k in range(1, 20))
        loud = (np.sin(2 * np.pi * 0.4 * time + rng.random() * 6) > 0) * 0.1
        feeds.append((voice * loud + rng.normal(0, 0.003, len(time))).astype(np.float32))
    return feeds


def make_chunks(seed, count, rate, samples, context):
    """Sequences of chunks of `samples`, each behind the last `context` of the one before."""
    feeds = []
    for sound in make_voice(seed, count):
        padded = np.concatenate([np.zeros(context, np.float32), sound[:200 * samples]])
        chunks = np.stack([padded[i * samples:(i + 1) * samples + context] for i in range(200)])
        feeds.append({"input": chunks[:, None], "sr": np.array([rate], np.int64)})
    return feeds


def make_words(seed, sizes, words):
    """Token ids by batch and length."""
    return [np.random.default_rng(seed + i).integers(0, words, size) for i, size in enumerate(sizes)]


def make_translations(seed, count, length):
    """Sequences for the decoder of a source: a token a step, and keys and values of a source of another length each."""
    feeds = []
    for i in range(count):
        rng = np.random.default_rng(seed + i)
        source = rng.standard_normal((4, 1, 1, 4, 3 + 5 * i % 23, 16), np.float32)
        feeds.append({"token": rng.integers(0, 96, (length, 1, 1)), **dict(zip(CROSS, source))})
    return feeds


def make_merged(seed, count, length):
    """The same with what an encoder gives, from which keys and values are made in the first step; they come from
    outside in later ones."""
    feeds = make_translations(seed, count, length)
    for i, feed in enumerate(feeds):
        rng = np.random.default_rng(seed + 100 + i)
        feed["encoder_hidden"] = rng.standard_normal((1, 1, feed[CROSS[0]].shape[3], 64), np.float32)
        feed["use_cache"] = np.arange(length)[:, None] > 0
    return feeds


CROSS = [f"cross_{kind}.{layer}" for layer in range(2) for kind in "kv"]
WORDS = ((1, 1), (1, 9), (2, 16), (3, 40), (1, 64), (5, 3), (2, 100), (8, 12), (1, 2), (4, 25))  # batch, length


def list_cache(layers):
    return [(f"past_{kind}.{layer}", f"present_{kind}.{layer}") for layer in range(layers) for kind in "kv"]




def find_silero(name):
    return lambda: files.folder() / "silero-vad" / name


def list_detectors():
    """Of voices."""
    vad, sequence = dict(package="silero-vad", states=[("state", "stateN")]), [("h", "hn"), ("c", "cn")]
    ifless, whole = find_silero("silero_vad_op18_ifless.onnx"), find_silero("silero_vad_16k_sequence.onnx")

    def make_sequences(seed, count):
        return [{"input": feed["input"][None, :, 0]} for feed in make_chunks(seed, count, 16000, 512, 64)]

    return [
        Load("silero", ifless, lambda: make_chunks(0, 2, 16000, 512, 64),
             lambda: make_chunks(CALIBRATION, 6, 16000, 512, 64), **vad),
        Load("silero-8k", ifless, lambda: make_chunks(0, 2, 8000, 256, 32),
             lambda: make_chunks(CALIBRATION, 6, 8000, 256, 32), **vad),
        Load("silero-sequence", whole, lambda: make_sequences(0, 2), lambda: make_sequences(CALIBRATION, 6),
             package="silero-vad", states=sequence)]


def list_scripted():
    """A tagger, an encoder and its decoder, seeded."""
    made = dict(note="scripts/make-loads makes it (scripts/setup --models)")
    cached = dict(states=list_cache(2), options=["--range=past=0:128"], **made)
    # Whichever branch is taken, sizes are the same.
    merged = {**cached, "options": [*cached["options"], "--input-shape=cross_k.0:?,4,source,16"]}

    def path(name):
        return lambda: files.folder() / f"{name}.onnx"

    def name_feeds(name, arrays):
        return [{name: array} for array in arrays]

    return [
        Load("gru-tagger", path("gru-tagger"), lambda: name_feeds("token", make_words(0, WORDS, 64)),
             lambda: name_feeds("token", make_words(CALIBRATION, WORDS * 4, 64)), batch=True, **made),
        Load("seq2seq-encoder", path("seq2seq-encoder"), lambda: name_feeds("ids", make_words(0, WORDS, 96)),
             lambda: name_feeds("ids", make_words(CALIBRATION, WORDS * 4, 96)), 1e-4, batch=True, **made),
        Load("seq2seq-decoder", path("seq2seq-decoder"), lambda: make_translations(0, 4, 40),
             lambda: make_translations(CALIBRATION, 16, 60), 1e-4, **cached),
        Load("seq2seq-merged", path("seq2seq-merged"), lambda: make_merged(0, 4, 40),
             lambda: make_merged(CALIBRATION, 16, 60), 1e-4, **merged)]


def list_sequences():
    decoder = Load("decoder", lambda: files.folder() / "decoder.onnx",
                   lambda: make_texts("decoder-heldout.text", 3, 200),
                   lambda: make_texts("decoder-train.text", 16, 200), 1e-4, states=list_cache(5),
                   options=["--range=past=0:512"],
                   note="scripts/make-decoder export makes it (scripts/setup --models)")
    return [decoder, *list_detectors(), *list_scripted()]
