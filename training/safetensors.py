"""Writes tensors in the safetensors format: a JSON table of contents, then the raw little-endian elements.

The format is what the quantizer's TypeScript reads back, and what PyTorch users already have. Debian packages no
writer for it, and float32 needs no more than this.
"""

import json
import struct


def write_safetensors(path, tensors, metadata):
    """Writes `tensors` (name -> float32 CPU torch tensor) with string `metadata` (name -> str) to `path`."""
    header = {"__metadata__": metadata}
    payload = bytearray()
    for name, tensor in tensors.items():
        values = tensor.detach().contiguous().numpy().astype("<f4")
        begin = len(payload)
        payload += values.tobytes()
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [begin, len(payload)]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)))
        file.write(text)
        file.write(payload)
