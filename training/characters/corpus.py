"""The King James Bible of Debian's packages `bible-kjv` and `bible-kjv-text`, as character codes.

Verse numbers are dropped; each verse is one line. The text is cut into 200 blocks of equal length, of which every
twentieth (numbers 10, 30, ... 190) is held out from training and calibration: 5 % of the text, from all over it.
"""

import shutil
import subprocess
import sys

import numpy

BLOCKS = 200
HELD_OUT_EVERY = 20
HELD_OUT_PHASE = 10


def read_text():
    """All verses, one per line."""
    program = shutil.which("bible")
    if program is None:
        sys.exit("the text comes from Debian: apt-get install bible-kjv bible-kjv-text")
    verses = subprocess.run(
        [program, "-f", "gen1:1-rev22:21"], check=True, capture_output=True, stdin=subprocess.DEVNULL, text=True
    ).stdout
    return "".join(line.split(" ", 1)[1] + "\n" for line in verses.splitlines())


def load():
    """`(alphabet, train, held_out)`: the characters in code order, and lists of uint8 blocks of codes."""
    text = read_text()
    alphabet = "".join(sorted(set(text)))
    table = numpy.zeros(128, dtype=numpy.uint8)
    for code, character in enumerate(alphabet):
        table[ord(character)] = code
    encoded = table[numpy.frombuffer(text.encode("ascii"), dtype=numpy.uint8)]
    length = len(encoded) // BLOCKS
    blocks = [encoded[index * length : (index + 1) * length] for index in range(BLOCKS)]
    is_held_out = [index % HELD_OUT_EVERY == HELD_OUT_PHASE for index in range(BLOCKS)]
    train = [block for block, held_out in zip(blocks, is_held_out) if not held_out]
    return alphabet, train, [block for block, held_out in zip(blocks, is_held_out) if held_out]
