# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Photographs for networks that were trained on such: seeded crops of several scales out of pictures of Debian's
packages, which apt downloads and nothing installs. Pictures to calibrate with are others than those held out.

Debian's PIL and numpy make the same bytes each time. No picture is part of the repository.
"""
import collections
import hashlib
import os
import pathlib
import subprocess
import tempfile

import numpy as np

from loads import files, lite
from loads.text import load_pil

# Packages of Debian 12: the version, the hash of the file, the folder of the pictures, and which are photographs.
Source = collections.namedtuple("Source", "version sha256 folder pictures")
SOURCES = {
    "lomiri-wallpapers-16.04": Source(
        "20.04.0-2", "a99ff6a3bfe451e4cc0682ecb3cc82e71740626d59e4845ae34a0a0e45421eab", "usr/share/backgrounds",
        """Bridge_by_Sander_Klootwijk.jpg Dragonfly_by_Bolly.jpg Picture_0B_by_freespace.jpg
        Picture_1A_by_freespace.jpg Wine_by_Jakkub_Mede.jpg aitzgorri_by_Aitzol_Berasategi.jpg free_by_Peter_Nerlich.jpg
        friends_by_Aitzol_Berasategi.jpg greentock_by_Peter_Nerlich.jpg life_by_Aitzol_Berasategi.jpg
        picosdeeuropa_by_Aitzol_Berasategi.jpg seeding_by_Clements_Engelhardt.jpg sunset_by_Aitzol_Berasategi.jpg"""),
    "mate-backgrounds": Source(
        "1.26.0-1", "7bf4c2209f34b4f61ba6d24c8b58c28b361e82e4b943aae6d42c030169af9e04",
        "usr/share/backgrounds/mate/nature",
        """Aqua.jpg Blinds.jpg Dune.jpg FreshFlower.jpg Garden.jpg GreenMeadow.jpg LadyBird.jpg RainDrops.jpg Storm.jpg
        TwoWings.jpg YellowFlower.jpg"""),
    "plasma-workspace-wallpapers": Source(
        "4:5.27.5-2", "32cd18b71c8c938a18b3b351f217c02ac590e323caa3cf322fbb875ce8892f8b", "usr/share/wallpapers",
        " ".join(f"{name}/contents/images/2560x1600.jpg" for name in (
            "BytheWater", "ColdRipple", "ColorfulCups", "EveningGlow", "FallenLeaf", "Grey", "OneStandsOut", "Path"))),
    "opencv-doc": Source(
        "4.6.0+dfsg-12", "4b12681df35878207ac7097dc66184b2ae552e4bf4ddd2af04a0f03ed0b8682a",
        "usr/share/doc/opencv-doc/examples/data",
        """aloeL.jpg apple.jpg baboon.jpg board.jpg building.jpg butterfly.jpg chicky_512.png fruits.jpg graf1.png
        home.jpg leuvenA.jpg messi5.jpg orange.jpg rubberwhale1.png squirrel_cls.jpg stuff.jpg"""),
    "palapeli-data": Source(
        "4:22.12.3-1", "69a15dce2ac25ed8708ac518cd0cee5f4eb0c70ed15da2fdb8899a19ac0ee058",
        "usr/share/palapeli/collection",
        """castle-maintenon.jpg cincinnati-bridge.jpg citrus-fruits.jpg european-honey-bee.jpg
        panther-chameleon-female.jpg"""),
    "python3-skimage": Source(
        "0.19.3-8", "728d88c3e3440f1f3712de0805dc834d29248ff07e1eec8c0f3da07606f752f9",
        "usr/lib/python3/dist-packages/skimage/data",
        "astronaut.png camera.png chelsea.png coffee.png motorcycle_left.png rocket.jpg"),
}
SEED = 20261201
SMALLEST = 0.3  # of a crop: its side as a share of the picture's shorter one
SETS = {"calibration": 128, "test": 512}  # images
CALIBRATION_PICTURES = 16  # what is left is for the test


def download(name, scratch):
    """The paths of the pictures of a package, unpacked in the folder `scratch`. Raises Missing, Wrong."""
    source = SOURCES[name]
    result = subprocess.run(["apt-get", "download", "--quiet", f"{name}={source.version}"], cwd=scratch,
                            capture_output=True, text=True, check=False)
    packages = list(scratch.glob("*.deb"))
    if result.returncode != 0 or len(packages) != 1:
        reason = (result.stderr.strip() or "no package came").splitlines()[-1]
        raise files.Missing(f"{name} {source.version} cannot be downloaded: {reason}")
    found = hashlib.sha256(packages[0].read_bytes()).hexdigest()
    if found != source.sha256:
        raise files.Wrong(f"{name} {source.version} has the hash {found}, expected {source.sha256}")
    subprocess.run(["dpkg-deb", "-x", packages[0], scratch], check=True)
    return [scratch / source.folder / picture for picture in source.pictures.split()]


def read_pictures():
    """All pictures as PIL's images, always in the same order."""
    pictures, image_module = [], load_pil()[0]
    for name in SOURCES:
        with tempfile.TemporaryDirectory() as scratch:
            for path in download(name, pathlib.Path(scratch)):
                with image_module.open(path) as image:
                    pictures.append(image.convert("RGB"))
    return pictures


def cut(picture, rng):
    """A square somewhere in the picture, scaled to the size of the model: u8 [224, 224, 3]."""
    short = min(picture.size)
    side = int(short * SMALLEST ** rng.random())
    left, top = (int(rng.integers(0, size - side + 1)) for size in picture.size)
    return np.asarray(picture.resize((lite.SIZE, lite.SIZE), load_pil()[0].BICUBIC,
                                     (left, top, left + side, top + side)))


def make_sets(pictures):
    """{set: (u8 [images, 224, 224, 3], the number of the picture that each is cut of)}"""
    rng = np.random.default_rng(SEED)
    order, sets = rng.permutation(len(pictures)), {}
    shares = {"calibration": order[:CALIBRATION_PICTURES], "test": order[CALIBRATION_PICTURES:]}
    for name, count in SETS.items():
        numbers = np.resize(shares[name], count)
        sets[name] = np.stack([cut(pictures[number], rng) for number in numbers]), numbers
    return sets


def write(path, save, **arrays):
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with open(partial, "wb") as file:
        save(file, **arrays)
    os.replace(partial, path)


def folder():
    """calibration.npz and test.npz, keyed by the input `image`: f32 [images, 3, 224, 224]; and pictures.npz, keyed by
    the set: the number of the picture that each image is cut of."""
    return files.folder() / "photos"


def recipe():
    sources = [(name, source.sha256, source.pictures.split()) for name, source in SOURCES.items()]
    return hashlib.sha256(repr((sources, SEED, SMALLEST, SETS, CALIBRATION_PICTURES)).encode()).hexdigest()


def is_there():
    stamp = folder() / "recipe.sha256"
    return stamp.exists() and stamp.read_text(encoding="utf-8").strip() == recipe()


def fetch():
    """Makes the sets where they are not there. Raises Missing, Wrong."""
    if is_there():
        return
    sets = make_sets(read_pictures())
    for name, (pixels, _) in sets.items(): # of a pixel there are 256 values in f32: compressed
        write(folder() / f"{name}.npz", np.savez_compressed,
              image=np.ascontiguousarray(lite.normalize(pixels).transpose(0, 3, 1, 2)))
    write(folder() / "pictures.npz", np.savez, **{name: numbers for name, (_, numbers) in sets.items()})
    (folder() / "recipe.sha256").write_text(recipe() + "\n", encoding="utf-8")


def read(name):
    """The images of a set, and the number of the picture of each. Raises Missing."""
    if not is_there():
        raise files.Missing("photographs are not there; scripts/fetch-models photos makes them")
    with np.load(folder() / f"{name}.npz") as images, np.load(folder() / "pictures.npz") as pictures:
        return images["image"], pictures[name]
