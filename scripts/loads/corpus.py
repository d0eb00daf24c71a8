# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""English text to train the decoder on: manuals out of Debian's packages, which apt downloads and nothing installs.

Files of the repository hold text of debmake-doc only: "Guide for Debian Maintainers", Copyright 2014-2021 Osamu Aoki,
2015 Stephane Blondon, under the Expat (MIT) license, whose words stand in test/Inputs/README.md. The other manuals (GPL
2 or later, and terms like it) are read in training, and no text of them is kept.
"""
import gzip
import pathlib
import re
import subprocess
import tempfile

from loads import files

# The package, the file in it, and the share of it that is held out: of debmake-doc as much as an excerpt takes.
MANUALS = [
    ("debian-reference-en", "usr/share/debian-reference/debian-reference.en.txt.gz", 0.05),
    ("debian-policy", "usr/share/doc/debian-policy/policy.txt.gz", 0.05),
    ("installation-guide-amd64", "usr/share/doc/installation-guide-amd64/en/install.en.txt.gz", 0.05),
    ("debmake-doc", "usr/share/doc/debmake-doc/debmake-doc.en.txt.gz", 0.15),
    ("developers-reference", "usr/share/developers-reference/developers-reference.txt.gz", 0.05),
    ("debian-faq", "usr/share/doc/debian/FAQ/debian-faq.en.txt.gz", 0.05),
    ("maint-guide", "usr/share/doc/maint-guide/maint-guide.en.txt.gz", 0.05),
]
KEPT = "debmake-doc"
PLAIN = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-",
                       "\u2010": "-", "\u2212": "-", "\u00a0": " ", "\u2022": "*", "\u25cf": "*", "\u2026": "...",
                       "\u2502": "|", "\u2503": "|", "\u2500": "-", "\u2501": "-", "\t": " "})


def download(package, member):
    """The text of one file of a Debian package, kept in build/models/text. Raises Missing."""
    kept = files.folder() / "text" / f"{package}.txt.gz"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as scratch:
            command = (f"apt-get download --quiet {package} >&2 && dpkg-deb --fsys-tarfile *.deb |"
                       f" tar --extract --to-stdout ./{member} > text.gz")
            result = subprocess.run(command, shell=True, cwd=scratch, capture_output=True, text=True, check=False)
            if result.returncode != 0:
                reason = (result.stderr.strip() or "no message").splitlines()[-1]
                raise files.Missing(f"{package} cannot be downloaded: {reason}")
            kept.write_bytes(pathlib.Path(scratch, "text.gz").read_bytes())
    return gzip.decompress(kept.read_bytes()).decode("utf-8", errors="replace")


def clean(text):
    """ASCII without form feeds, long rules, frames of tables, wide gaps and white space at ends of lines."""
    text = text.translate(PLAIN).encode("ascii", errors="ignore").decode("ascii").replace("\f", "\n")
    text = re.sub(r"([-=_.*+|~])\1{7,}", lambda match: match[1] * 8, text)
    text = re.sub(r"(?<=\S) {3,}", "  ", text)
    text = re.sub(r"(?m)^ {9,}", " " * 8, text)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"(?m)[ |+-]+$", "", text)).strip() + "\n"


def read_manuals():
    """{package: (text to train on, text held out)}, the latter from the end."""
    texts = {}
    for package, member, share in MANUALS:
        text = clean(download(package, member))
        cut = text.index("\n", int(len(text) * (1 - share))) + 1
        texts[package] = text[:cut].encode("ascii"), text[cut:].encode("ascii")
    return texts


def take_excerpt(text, size):
    """Whole lines out of the middle, some `size` bytes."""
    begin = text.index(b"\n", max(0, (len(text) - size) // 2 - 1)) + 1
    return text[begin:text.rindex(b"\n", begin, min(len(text), begin + size)) + 1]
